"""Which rows of a sheet are the header of a table with a row per employee, and what its columns are.

A header is one row, or up to three whose upper cells are merged: 銷售額 above 目標, 實際 and 得分.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfcli.files.cells import as_text, is_blank
from perfcli.files.reader import Grid, Row
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID
from perfcli.rules.roles import Role
from perfcli.sheets.labels import (
    TOTAL,
    WEIGHT,
    WEIGHTED,
    form_labels,
    is_marks_label,
    perhaps_a_number,
)
from perfcli.sheets.layouts.spans import Spans, find_spans
from perfcli.sheets.vocabulary import Column, Vocabulary

_SEARCHED_ROWS = 50
SEARCHED_CELLS = 30_000
_DEEPEST = 3

_A_WEIGHT = re.compile(r"\(?([0-9]+(?:\.[0-9]+)?)(?:%|分|点|points?|pts?)\)?")


@dataclass(frozen=True)
class Header:
    """The header of a table: the index of its last row, of its first one, and its columns.

    ``spans`` are the columns under one merged cell of it.
    """

    row: int
    columns: tuple[Column, ...]
    first_row: int = 0
    spans: Spans = field(default_factory=Spans)

    def labelled(self, label: str) -> Column | None:
        """The first column with a label."""
        return next((column for column in self.columns if column.label == label), None)

    def of_indicator(self, team: str, indicator: str) -> dict[Role, list[Column]]:
        """All columns that hold an indicator of a team, by role."""
        found: dict[Role, list[Column]] = {}
        for column in self.columns:
            if column.indicators.get(team) == indicator and column.holds_values:
                found.setdefault(column.role, []).append(column)
        return found

    @property
    def meanings(self) -> set[object]:
        """The different indicators that it names."""
        return {tuple(sorted(column.indicators.items())) for column in self.columns if column.indicators}

    def matched(self, team: str) -> set[str]:
        """The indicators of a team that have a column."""
        return {column.indicators[team] for column in self.columns if team in column.indicators}


class Captioned:
    """The texts at the top of a sheet; a merged cell's text stands in every cell that it covers.

    ``room`` is how many cells may be looked at: a workbook of a thousand sheets is no workbook of scores.
    """

    def __init__(self, grid: Grid, room: int = SEARCHED_CELLS) -> None:
        width = max(1, len(grid.rows[0]) if grid.rows else 1)
        rows = grid.rows[: max(_DEEPEST, min(_SEARCHED_ROWS, room // width))]
        self._groups: dict[int, dict[int, str]] = {}
        self.rows = [
            {column: as_text(cell) for column, cell in enumerate(row) if not is_blank(cell)} for row in rows
        ]
        self._width = width
        self.merges = grid.merges
        self.has_merges = [False] * len(rows)
        room = len(rows) * width  # for more there are no cells, unless ranges overlap
        for first_row, first_column, last_row, last_column in grid.merges:
            if first_row >= len(rows) or first_column not in self.rows[first_row] or room < 0:
                continue
            text = self.rows[first_row][first_column]
            self.has_merges[first_row] = True
            for row in range(first_row, min(last_row + 1, len(rows))):
                covered = range(first_column, min(last_column + 1, width))
                room -= len(covered)
                self.rows[row] = dict.fromkeys(covered, text) | self.rows[row]

    def top(self, row: int) -> int:
        """The first row of what is merged down into a row."""
        return min([row, *(first for first, _, last, _ in self.merges if first <= row <= last)])

    def group(self, row: int, column: int) -> str:
        """The text above a column in a row of groups: where nothing is merged, the last one to the left."""
        texts = self.rows[row]
        if column in texts or self.has_merges[row]:
            return texts.get(column, "")
        if row not in self._groups:
            last = ""
            self._groups[row] = {index: (last := texts.get(index, last)) for index in range(self._width)}
        return self._groups[row].get(column, "")

    def headings(self, first: int, last: int, column: int) -> list[str]:
        """The different texts above and in a header cell, from its own row upwards."""
        own = self.rows[last].get(column, "")
        texts = [own, *(self.group(row, column) for row in range(last - 1, first - 1, -1))]
        if not own:
            texts = [self.rows[row].get(column, "") for row in range(last, first - 1, -1)]
        return [text for text in dict.fromkeys(texts) if text]


def find_header(grid: Grid, vocabulary: Vocabulary, room: int = SEARCHED_CELLS) -> Header | None:
    """The rows that name the most columns, at least one of them an indicator; None where there are none."""
    texts = Captioned(grid, room)
    names = [any(map(vocabulary.may_name, row.values())) for row in texts.rows]
    best: Header | None = None
    most = 1
    for row in range(len(texts.rows)):
        for depth in range(1, min(_DEEPEST, row + 1) + 1):
            if not any(names[row - depth + 1 : row + 1]):
                continue
            columns = tuple(_columns(texts, row - depth + 1, row, vocabulary))
            known = len({column.meaning for column in columns if column.is_known})
            goes_on = (
                best is not None
                and best.row == row - 1
                and (texts.top(row) < row or _says_more(grid.rows[row], vocabulary))
            )
            if (known > most or (known == most and goes_on)) and any(column.indicators for column in columns):
                top = min(row - depth + 1, texts.top(row))
                best, most = Header(row, _settled(columns, vocabulary), top), known
    return _without_empty(best, grid, vocabulary.several) if best is not None else None


def _without_empty(header: Header, grid: Grid, several: Collection[Role]) -> Header:
    """A header whose cells that are merged across columns stand for the one with the values."""
    meanings = {column.index: column.meaning if column.is_known else column.text for column in header.columns}
    rows = range(header.row + 1, len(grid.rows))
    spans = find_spans(grid, range(header.first_row, header.row + 1), meanings, rows)
    columns = tuple(column for column in header.columns if column.index not in spans.empty)
    return replace(header, columns=_numbered(columns, several), spans=spans)


def _numbered(columns: tuple[Column, ...], several: Collection[Role]) -> tuple[Column, ...]:
    """The columns with each of several raters of a kind numbered from left to right, from 1."""
    if not several:
        return columns
    seen: Counter[object] = Counter()
    numbered: list[Column] = []
    for column in columns:
        if column.holds_values and column.role in several:
            seen[column.meaning] += 1
            numbered.append(replace(column, number=seen[column.meaning]))
        else:
            numbered.append(column)
    return tuple(numbered)


def _says_more(row: Row, vocabulary: Vocabulary) -> bool:
    """Whether a row below a header says nothing but roles and weights, and so belongs to it."""
    said = [as_text(cell) for cell in row if not is_blank(cell)]
    return bool(said) and all(vocabulary.role(text) or _A_WEIGHT.fullmatch(fold(text)) for text in said)


def _columns(texts: Captioned, first: int, last: int, vocabulary: Vocabulary) -> Iterator[Column]:
    indexes = sorted({column for row in range(first, last + 1) for column in texts.rows[row]})
    for index in indexes:
        yield compose(texts.headings(first, last, index), index, vocabulary)


def compose(stack: Sequence[str], index: int, vocabulary: Vocabulary) -> Column:
    """What a column means whose header has several rows; ``stack`` are their texts, the lowest first."""
    own, *above = stack
    column = vocabulary.column(index, own)
    if column.indicators and not column.is_bare:
        return column
    for text in above:
        group = vocabulary.column(index, text)
        if group.indicators:
            if inner := _within(group, own, f"{text} {own}", vocabulary):
                return inner
            for between in above[: above.index(text)]:  # a rater's name below the word for the role
                if (role := vocabulary.role(between)) in vocabulary.several and role is not None:
                    return replace(group, text=f"{text} {own}", role=role, is_bare=False)
            break
    return column


def _within(group: Column, own: str, text: str, vocabulary: Vocabulary) -> Column | None:
    """A column below the name of an indicator, by what its own cell says of it."""
    if match := _A_WEIGHT.fullmatch(fold(own)):
        return replace(group, text=text, weight=group.weight or Decimal(match[1]))
    role = vocabulary.role(own)
    if role is not None:
        return replace(group, text=text, role=role, is_bare=False)
    if form_labels().get(fold(own)) == WEIGHTED:
        return Column(group.index, text, label=WEIGHTED)
    label = vocabulary.column(0, own).label
    if label == WEIGHT:
        return replace(group, text=text, is_bare=False, states_weight=True)
    is_marks = label is None and is_marks_label(own)
    return replace(group, text=text, is_bare=False, states_marks=True) if is_marks else None


def _beside_scores(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns with 權重 and 滿分 as those of the indicator before them.

    If one of them has none before it, they may be those of the indicators after them, and stay what they are.
    """
    before: dict[int, Column] = {}
    last: Column | None = None
    end = -1
    for column in columns:
        if column.holds_values:
            last = column
        elif last is not None and column.index == end + 1:
            before[column.index] = last
        else:
            last = None
        end = column.index
    weights = {column.index for column in columns if column.label == WEIGHT}
    marks = {column.index for column in columns if not column.is_known and is_marks_label(column.text)}
    settled: dict[int, Column] = {}
    for column in columns:
        owner = before.get(column.index)
        if owner is None:
            continue
        own = replace(column, label=None, indicators=owner.indicators, is_bare=False)
        if column.index in weights and weights <= before.keys():
            settled[column.index] = replace(own, states_weight=True)
        elif column.index in marks and marks <= before.keys():
            settled[column.index] = replace(own, role=owner.role, number=owner.number, states_marks=True)
    return tuple(settled.get(column.index, column) for column in columns)


def _settled(columns: tuple[Column, ...], vocabulary: Vocabulary) -> tuple[Column, ...]:
    """The columns with what only their neighbours tell.

    編號 is a mere number where a clearer column of employee ids stands beside it; 權重 is that of the
    indicator before it; an indicator without a word for its role has the one that the sheet is about, unless
    another column of the indicator says so; 得分 without an indicator is the sheet's own total.
    """
    identifiers = [column for column in columns if column.label == EMPLOYEE_ID]
    unclear = [column for column in identifiers if fold(column.text) in perhaps_a_number()]
    if len(unclear) < len(identifiers):
        columns = tuple(
            replace(column, label="number") if column in unclear else column for column in columns
        )
    columns = _beside_scores(columns)
    bare = vocabulary.bare
    columns = tuple(
        replace(column, label=TOTAL)
        if not column.is_known and vocabulary.role(column.text) is Role.SCORE
        else column
        for column in columns
    )
    said = [column.indicators for column in columns if column.role is bare and not column.is_bare]
    return tuple(
        replace(column, role=bare) if column.is_bare and column.indicators not in said else column
        for column in columns
    )
