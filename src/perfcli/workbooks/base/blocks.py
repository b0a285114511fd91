"""A sheet that is written block after block: a heading, headers, lines of texts and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perfcli.rules.ruleset import POLICY, Ruleset
from perfcli.scoring.results import InputFile
from perfcli.version import __version__
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.writer import SheetWriter, Value


@dataclass
class BlockWriter:
    """Writes from ``row`` down; ``widths`` are those of the columns, ``look`` is how texts look."""

    sheet: SheetWriter
    widths: Sequence[float]
    row: int
    look: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Sets the widths."""
        self.sheet.set_widths(self.widths)

    def head(self, key: str, headers: Sequence[str] = (), **values: object) -> None:
        """A heading, and headers below it; both are keys of texts."""
        book = self.sheet.book
        self.sheet.write(self.row, 0, book.wording(key, **values), book.heading)
        self.row += 1
        self.sheet.write_line(self.row, map(book.wording, headers), book.header)
        self.row += bool(headers)

    def line(
        self, values: Sequence[Value], *, across: int = 0, wrapped: bool = True, **properties: Any
    ) -> None:
        """Some values beside each other, the last one across the columns up to a certain one.

        The line is as high as its texts need if they are wrapped.
        """
        properties = {**self.look, **properties}
        text, number = (
            self.sheet.book.cell(**{**one, **properties})
            for one in ({"num_format": "@"}, {"align": "center"})
        )
        cells: list[tuple[str, float]] = []
        for column, value in enumerate(values):
            last = max(column, across) if column == len(values) - 1 else column
            look = number if isinstance(value, int | float) else text
            self.sheet.write_across(self.row, (column, last), value, look)
            cells += [(value, sum(self.widths[column : last + 1]))] if isinstance(value, str) else []
        if wrapped and "text_wrap" in properties:
            self.sheet.worksheet.set_row(self.row, styles.wrapped_height(cells))
        self.row += 1

    def block(
        self,
        key: str,
        lines: Sequence[Sequence[Value]],
        headers: Sequence[str] = (),
        *,
        across: int = 0,
        **values: object,
    ) -> None:
        """A heading, headers, some lines, and one without anything; nothing where there is no line."""
        if lines:
            self.head(key, headers, **values)
            for one in lines:
                self.line(one, across=across)
            self.row += 1


def rules_sheet(sheet: SheetWriter, ruleset: Ruleset, widths: Sequence[float], **look: Any) -> BlockWriter:
    """Begins a sheet that says by which rules a workbook was made."""
    wording = sheet.book.wording
    folder = ruleset.folder or wording("rules.built-in")
    sheet.write_title(wording("sheet.rules"), wording("rules.from", folder=folder))
    return BlockWriter(sheet, widths, 3, look)


def file_lines(ruleset: Ruleset, inputs: Sequence[InputFile]) -> list[tuple[str, str]]:
    """The policy and the inputs with their SHA-256, and the version of perf."""
    policy = ruleset.files[POLICY]
    named = [(one.name, one.sha256) for one in inputs]
    return [(policy.name, policy.sha256), *named, ("perf", __version__)]


def flat_rules(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Dotted paths and values, as they stand in the YAML; what the policy leaves out is not there."""
    for key, value in values.items():
        path = f"{above}.{key}" if above else key
        if isinstance(value, Mapping):
            yield from flat_rules(value, path)
        elif value is not None and value != []:
            yield path, _written(value)


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
