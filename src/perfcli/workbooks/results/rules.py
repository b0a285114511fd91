"""The rules by which a result was made, as its readers see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.loader import confirmation
from perfcli.rules.models import Rubric, Veto
from perfcli.rules.pay import PAY
from perfcli.rules.ruleset import POLICY
from perfcli.rules.summaries import summarize
from perfcli.scoring.results import Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book

_WIDTHS = (32, 42, 9, 24, 52)
_SHOWN_ELSEWHERE = ("grades", "unconfirmed", "language", *PAY)
_DIGEST = 16


@dataclass(frozen=True)
class Bands:
    """The table of grades on the rules sheet: references to its bounds, ascending, and its names.

    ``order`` are the ids of the grades from the lowest to the best.
    """

    bounds: str
    names: str
    order: tuple[str, ...]

    def grade(self, total: str, vetoes: Sequence[tuple[str, Veto]] = ()) -> str:
        """The formula for the grade of a total; each veto comes with the cell of its score.

        A score that does not apply is a word, and words are above all numbers.
        """
        earned = f"MATCH({total},{self.bounds},1)"
        best = len(self.order)
        capped = [
            f"IF({score}<{veto.below.normalize():f},{self.order.index(veto.highest_grade) + 1},{best})"
            for score, veto in vetoes
        ]
        level = f"MIN({','.join([earned, *capped])})" if capped else earned
        return f"INDEX({self.names},{level})"


def write_rules(book: Book, worksheet: Worksheet, results: Results) -> Bands:
    """Writes bands, teams with their weights, all other numbers of the policy, and where they come from."""
    worksheet.write_string(0, 0, book.wording("sheet.rules"), book.title)
    worksheet.set_row(0, 28)
    folder = results.ruleset.folder or book.wording("rules.built-in")
    worksheet.write_string(1, 0, book.wording("rules.from", folder=folder), book.note)
    for column, wide in enumerate(_WIDTHS):
        worksheet.set_column(column, column, wide)
    sheet = _Writer(book, worksheet, results)
    bands = sheet.bands()
    for rubric in results.teams:
        sheet.team(rubric)
    sheet.policy()
    sheet.unconfirmed()
    sheet.files()
    book.print_setup(worksheet, landscape=True, repeat=None)
    return bands


class _Writer:
    """Writes block after block down the sheet."""

    def __init__(self, book: Book, worksheet: Worksheet, results: Results) -> None:
        self.book, self.worksheet, self.results = book, worksheet, results
        self.row = 3

    def bands(self) -> Bands:
        grades = self.results.ruleset.policy.grades_from_top[::-1]
        self._head("rules.bands", ("rules.lower-bound", "column.grade"))
        first = self.row
        for grade in grades:
            bound = self.book.cell(align="left")
            self.worksheet.write_number(self.row, 0, float(grade.lower_bound), bound)
            self.worksheet.write_string(self.row, 1, self.book.name(grade.name), self.book.text)
            self.row += 1
        sheet = quote_sheetname(str(self.worksheet.name))
        bounds, names = (xl_range_abs(first, column, self.row - 1, column) for column in (0, 1))
        self.row += 1
        return Bands(f"{sheet}!{bounds}", f"{sheet}!{names}", tuple(grade.id for grade in grades))

    def team(self, rubric: Rubric) -> None:
        file = self.results.ruleset.files[rubric.team].name
        keys = ("rules.dimension", "rules.indicator", "column.weight", "rules.id", "rules.measure")
        grades = self.results.ruleset.policy.grades
        self._head("rules.team", keys, team=rubric.name, file=file)
        for dimension in rubric.dimensions:
            look = {"bold": True}
            weight = float(dimension.weight)
            self._line([self.book.name(dimension.name), "", weight, dimension.id, ""], **look)
            for indicator in dimension.indicators:
                name = self.book.name(indicator.name)
                summary = summarize(indicator, rubric, self.book.wording, grades)
                self._line(["", name, float(indicator.weight), indicator.id, summary], text_wrap=True)
        scale = self.book.wording(f"rubric.scale.{rubric.scale}")
        self.worksheet.write_string(self.row, 0, scale, self.book.note)
        self.row += 2

    def policy(self) -> None:
        self._head("rules.policy", ("rules.path", "rules.value"))
        policy = self.results.ruleset.policy
        said = policy.model_dump(mode="json", by_alias=True, exclude=set(_SHOWN_ELSEWHERE))
        for path, value in flat_rules(said):
            self._line([path, value])
        self.row += 1

    def unconfirmed(self) -> None:
        unconfirmed = self.results.ruleset.policy.unconfirmed
        paths = [path for path in unconfirmed if path.partition(".")[0] not in PAY]
        if not paths:
            return
        self._head("rules.unconfirmed", ())
        for path in paths:
            question = self.book.wording("rules.question", path=path, question=confirmation(path))
            self.worksheet.write_string(self.row, 0, question, self.book.format())
            self.row += 1
        self.row += 1

    def files(self) -> None:
        self._head("rules.files", ("rules.file", "rules.digest"))
        teams = [rubric.team for rubric in self.results.teams]
        for key in (POLICY, *teams):
            file = self.results.ruleset.files[key]
            self._line([file.name, file.sha256[:_DIGEST]])

    def _head(self, title: str, keys: tuple[str, ...], **values: object) -> None:
        heading = self.book.wording(title, **values)
        self.worksheet.write_string(self.row, 0, heading, self.book.format(bold=True, font_size=12))
        self.row += 1
        for column, key in enumerate(keys):
            self.worksheet.write_string(self.row, column, self.book.wording(key), self.book.header)
        self.row += bool(keys)

    def _line(self, values: list[str | float], **properties: Any) -> None:
        texts = [(value, _WIDTHS[column]) for column, value in enumerate(values) if isinstance(value, str)]
        if properties.get("text_wrap"):
            self.worksheet.set_row(self.row, styles.wrapped_height(texts))
        for column, value in enumerate(values):
            if isinstance(value, str):
                self.worksheet.write_string(
                    self.row, column, value, self.book.cell(num_format="@", **properties)
                )
            else:
                look = self.book.cell(align="center", **properties)
                self.worksheet.write_number(self.row, column, value, look)
        self.row += 1


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
