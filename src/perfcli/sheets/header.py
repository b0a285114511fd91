"""Which row of a sheet is the header, and what its columns are.

A header is matched by name after folding (width, case, blanks, script, trailing weight), never by
resemblance: a near miss becomes a finding that proposes the name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfcli.rules.models import Rubric
from perfcli.rules.names import fold, split_weight
from perfcli.sheets.cells import as_text, is_blank
from perfcli.sheets.labels import EMPLOYEE_ID, labels, perhaps_a_number
from perfcli.sheets.reader import Row

SEARCHED_ROWS = 50

_SCORE_WORDS = tuple(fold(word) for word in ("得分", "評分", "分數", "score"))


@dataclass(frozen=True, eq=False)
class Column:
    """One header cell: what it says and what it means.

    ``label`` is a key of ``labels()``; ``indicators`` holds, for each team that has an indicator of this
    name, its id; ``weight`` is what the header says after the name, ``銷售額(30%)``.
    """

    index: int
    text: str
    label: str | None = None
    indicators: Mapping[str, str] = field(default_factory=dict)
    weight: Decimal | None = None

    @property
    def is_known(self) -> bool:
        """Whether the column means anything to perf."""
        return self.label is not None or bool(self.indicators)


@dataclass(frozen=True)
class Header:
    """The header of a table: the index of its row and its columns."""

    row: int
    columns: tuple[Column, ...]

    def labelled(self, label: str) -> Column | None:
        """The first column with a label."""
        return next((column for column in self.columns if column.label == label), None)

    def of_indicator(self, team: str, indicator: str) -> list[Column]:
        """All columns that hold an indicator of a team."""
        return [column for column in self.columns if column.indicators.get(team) == indicator]

    def matched(self, team: str) -> set[str]:
        """The indicators of a team that have a column."""
        return {column.indicators[team] for column in self.columns if team in column.indicators}


class Vocabulary:
    """Every name that a header may use, by team."""

    def __init__(self, rubrics: Mapping[str, Rubric]) -> None:
        self.indicators: dict[str, dict[str, str]] = {}
        self.teams: dict[str, str] = {}
        for team, rubric in rubrics.items():
            self.teams |= {fold(name): team for name in rubric.names()}
            for indicator in rubric.indicators:
                for name in indicator.names():
                    self.indicators.setdefault(fold(name), {})[team] = indicator.id

    def column(self, index: int, text: str) -> Column:
        """What a header cell means."""
        for folded, weight in _readings(fold(text)):
            if folded in self.indicators:
                number = Decimal(weight) if weight else None
                return Column(index, text, indicators=self.indicators[folded], weight=number)
        return Column(index, text, label=labels().get(fold(text)))

    def nearest(self, text: str, team: str | None) -> str | None:
        """The folded indicator name nearest to a header that matches none."""
        names = [name for name, teams in self.indicators.items() if team is None or team in teams]
        return next(iter(difflib.get_close_matches(split_weight(fold(text))[0], names, n=1)), None)


def _readings(folded: str) -> Iterator[tuple[str, str | None]]:
    """The ways to read a folded header: as it stands, without its weight, without a word for score."""
    bare, weight = split_weight(folded)
    yield folded, None
    yield bare, weight
    for word in _SCORE_WORDS:
        for reading in (bare.removesuffix(word), bare.removesuffix(f"({word})")):
            if reading != bare and reading:
                yield reading, weight
                yield split_weight(reading)[0], weight or split_weight(reading)[1]


def find_header(rows: Sequence[Row], vocabulary: Vocabulary) -> Header | None:
    """The row that names the most columns, at least one of them an indicator; None where there is none."""
    best: Header | None = None
    most = 1
    for row, cells in enumerate(rows[:SEARCHED_ROWS]):
        columns = tuple(
            vocabulary.column(index, as_text(cell)) for index, cell in enumerate(cells) if not is_blank(cell)
        )
        known = len({column.label or column.text for column in columns if column.is_known})
        if known > most and any(column.indicators for column in columns):
            best, most = Header(row, _settled(columns)), known
    return best


def _settled(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns, with 編號 as a mere number where a clearer column of employee ids stands beside it."""
    identifiers = [column for column in columns if column.label == EMPLOYEE_ID]
    unclear = [column for column in identifiers if fold(column.text) in perhaps_a_number()]
    if len(unclear) == len(identifiers):
        return columns
    return tuple(replace(column, label="number") if column in unclear else column for column in columns)


def captions(rows: Sequence[Row]) -> dict[str, str]:
    """The label/value pairs above a table, in one cell (``團隊：客服``) or in two neighbours."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [as_text(cell) for cell in row if not is_blank(cell)]
        for cell, after in zip(cells, [*cells[1:], ""], strict=False):
            name, _, value = cell.replace("：", ":").partition(":")
            label = labels().get(fold(name))
            if label and (value.strip() or after):
                found.setdefault(label, value.strip() or after)
    return found
