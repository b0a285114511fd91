"""The form layout: a sheet per employee, a row per indicator, label cells that say whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid, Row
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.rules.roles import Role, can_score
from perfcli.sheets.labels import (
    ADJUSTMENTS,
    IGNORED,
    WEIGHT,
    WEIGHTED,
    form_labels,
    is_marks_label,
    is_points,
)
from perfcli.sheets.layouts.captions import Caption, captions, texts
from perfcli.sheets.layouts.header import SEARCHED_CELLS, Captioned, Header
from perfcli.sheets.layouts.spans import Spans, find_spans
from perfcli.sheets.unread import Doubt, could_count, number_in
from perfcli.sheets.vocabulary import Column, Vocabulary

SEARCHED_ROWS = 200
_SEARCHED_COLUMNS = 40
_HIGHEST_HEADER = 5  # rows between the header and the first indicator
MARKS = "marks"


@dataclass(frozen=True)
class Form:
    """One sheet in form layout.

    ``header`` is its header, with a column for each indicator's row; ``roles`` the column of each role and,
    of several raters of a kind, of each counted from 1 (else 0); ``rows`` the row of each indicator, whose
    name stands in the column ``names``, or in another one that ``elsewhere`` has for the row; ``captions``
    what its label cells say. ``weighted`` is the column of points; ``unknown_columns`` have numbers and a
    header that is not known, and may be ``doubts``; ``weights`` and ``marks`` are the columns of these, and
    ``points`` says that the weights are called 分值, which may be full marks.
    """

    grid: Grid
    header: Header
    names: int
    elsewhere: Mapping[int, int]
    roles: Mapping[tuple[Role, int], int]
    weights: int | None
    marks: int | None
    rows: Mapping[int, Column]
    captions: Mapping[str, Caption]
    findings: Sequence[Finding]
    doubts: Sequence[Doubt] = ()
    weighted: int | None = None
    unknown_columns: Mapping[int, str] = field(default_factory=dict)
    points: bool = False

    @property
    def is_somebodys(self) -> bool:
        """Whether a label cell asks for a name or an id."""
        return NAME in self.captions or EMPLOYEE_ID in self.captions

    @property
    def columns(self) -> list[int]:
        """The columns that count."""
        scoring = can_score(role for role, _ in self.roles)
        return [column for (role, _), column in self.roles.items() if role in scoring]

    def column(self, role: Role) -> int | None:
        """The column of a role, or of the first of several raters."""
        return next((column for (one, _), column in self.roles.items() if one == role), None)

    @property
    def texts(self) -> dict[str, str]:
        """What the label cells say, as texts."""
        return texts(self.captions)

    def labels(self, vocabulary: Vocabulary) -> dict[int, str]:
        """What the rows below the header are that name no indicator: a total, points added, their reason.

        加減分 may stand in the place of a weight, beside what the points are for.
        """
        found: dict[int, str] = {}
        for row in range(self.header.row + 1, min(len(self.grid.rows), SEARCHED_ROWS)):
            if row in self.rows:
                continue
            label = row_label(self.text(row), vocabulary)
            beside = "" if self.weights is None else cells.as_text(self.cell(row, self.weights))
            if label is None and (other := row_label(beside, vocabulary)) in ADJUSTMENTS:
                label = other
            if label is not None:
                found[row] = label
        return found

    def text(self, row: int) -> str:
        """What a row is called, or where it has no name what begins it, as in the column of categories."""
        name = cells.as_text(self.cell(row, self.name_column(row)))
        return name or next(
            (cells.as_text(one) for one in self.grid.rows[row] if not cells.is_blank(one)), ""
        )

    def is_beyond(self, row: int) -> bool:
        """Whether a row stands above or below all indicators."""
        return not min(self.rows, default=row) < row < max(self.rows, default=row)

    def name_column(self, row: int) -> int:
        """The column in which a row is named."""
        return self.elsewhere.get(row, self.names)

    def cell(self, row: int, column: int) -> Cell:
        """One cell of the sheet."""
        return self.grid.rows[row][column]


def row_label(text: str, vocabulary: Vocabulary) -> str | None:
    """What a row of a form is by the text that begins it: as the user said, else by the words for it."""
    bound = vocabulary.bound_label(text) if text else None
    return bound or form_labels().get(fold(text)) or vocabulary.adjustment(fold(text))


@dataclass(frozen=True)
class Names:
    """The column in which the most indicators are named, one below the other, and the row of each.

    ``elsewhere`` has the column of each row whose indicator is named in another column, as in that of its
    category.
    """

    column: int
    rows: Mapping[int, Column]
    elsewhere: Mapping[int, int] = field(default_factory=dict)

    @property
    def different(self) -> int:
        """How many different indicators are named."""
        return _different(self.rows)


def _different(rows: Mapping[int, Column]) -> int:
    return len({column.meaning for column in rows.values()})


def find_names(grid: Grid, vocabulary: Vocabulary, room: int = SEARCHED_CELLS) -> Names:
    """The names of indicators that stand below each other; none where less than two are named.

    A row that has another text in the column of names is not named by what stands right of it.
    ``room`` is how many cells may be looked at.
    """
    width = min(len(grid.rows[0]), _SEARCHED_COLUMNS) if grid.rows else 0
    height = min(SEARCHED_ROWS, room // max(width, 1))
    named = [_names_in(grid.rows[:height], index, vocabulary) for index in range(width)]
    most = max(range(width), key=lambda index: _different(named[index]), default=0)
    rows = dict(named[most]) if named else {}
    meanings = {column.meaning for column in rows.values()}
    elsewhere: dict[int, int] = {}
    for index in sorted(range(width), key=lambda index: abs(index - most)):
        for row, column in named[index].items():
            is_beside = index < most or cells.is_blank(grid.rows[row][most])
            if row not in rows and is_beside and column.meaning not in meanings:
                rows[row], elsewhere[row] = column, index
                meanings.add(column.meaning)
    return Names(most, dict(sorted(rows.items())), elsewhere) if len(meanings) > 1 else Names(0, {})


def _names_in(rows: Sequence[Row], index: int, vocabulary: Vocabulary) -> dict[int, Column]:
    """The rows in which a column names an indicator."""
    return {
        row: column
        for row, cells_of_row in enumerate(rows)
        if isinstance(cell := cells_of_row[index], str)
        and vocabulary.may_name(cell)
        and (column := vocabulary.column(row, cells.as_text(cell))).indicators
        and column.is_bare
    }


@dataclass
class _Columns:
    """What the columns of a form are for, one after the other.

    ``stacks`` are the texts of each column's header, and ``spans`` what is merged across it.
    """

    file: str
    grid: Grid
    header_row: int
    stacks: Mapping[int, Sequence[str]]
    spans: Spans
    several: Collection[Role]
    roles: dict[tuple[Role, int], int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    _raters: Counter[Role] = field(default_factory=Counter)

    def add(self, index: int, meaning: Role | str | None, rows: Iterable[int]) -> None:
        """Adds a column; ``rows`` are those of the indicators."""
        if isinstance(meaning, Role):
            self._add_role(index, meaning)
        elif meaning in {WEIGHT, WEIGHTED}:
            self.places.setdefault(str(meaning), index)
        elif any(map(is_marks_label, self.stacks[index])):
            self.places.setdefault(MARKS, index)
        elif meaning is None and (numbers := _numbers(self.grid, index, rows)):
            self._add_unknown(index, numbers)

    def _add_role(self, index: int, role: Role) -> None:
        self._raters[role] += role in self.several
        first = self.roles.setdefault((role, self._raters[role]), index)
        if first == index or not can_score([role]):
            return
        split = self.spans.rows((first, index))
        several = [cells.address(split.get(one, self.header_row), one) for one in (first, index)]
        place = Place(self.file, self.grid.name, several[1])
        former, last = self.stacks[first][0], self.stacks[index][0]
        if split:
            self.findings.append(error("values-under-one-header", place, column=last, cells=several))
            return
        values = {"meaning": role.said, "cells": several, "last": last}
        near = former if fold(former) != fold(last) else ""
        self.findings.append(error("ambiguous-column", place, **values, near=near))

    def _add_unknown(self, index: int, numbers: Sequence[float]) -> None:
        place = Place(self.file, self.grid.name, cells.address(self.header_row, index))
        name = self.unknown[index] = self.stacks[index][0]
        remark = warning("unknown-column", place, column=name, near="")
        if could_count(name, numbers):
            self.doubts.append(Doubt(name, "column", place, remark, numbers={0: max(numbers, key=abs)}))
        else:
            self.findings.append(remark)


def find_form(
    file: str, grid: Grid, named: Names, vocabulary: Vocabulary, bound: Mapping[str, tuple[int, int]]
) -> Form | None:
    """The form on a sheet; None where no header above the indicators says what their rows hold.

    ``bound`` are the cells of values that have no label.
    """
    found = _with_header(grid, named, vocabulary)
    if found is None:
        return None
    named, top, header_row, stacks = found
    names, rows = named.column, named.rows
    meanings = {index: _meaning(stack, vocabulary) for index, stack in stacks.items() if index != names}
    alike = {index: meaning or tuple(stacks[index]) for index, meaning in meanings.items()}
    spans = find_spans(grid, range(top, header_row + 1), alike, rows)
    meanings = {index: meaning for index, meaning in meanings.items() if index not in spans.empty}
    if _names_people(grid, meanings, min(rows), vocabulary):
        return None
    columns = _Columns(file, grid, header_row, stacks, spans, vocabulary.several)
    for index, meaning in meanings.items():
        columns.add(index, meaning, rows)
    roles, weights = columns.roles, columns.places.get(WEIGHT)
    if not can_score(role for role, _ in roles):
        return None
    below = {
        row: column
        for row, column in rows.items()
        if row > header_row and named.elsewhere.get(row, names) not in {weights, *roles.values()}
    }
    return Form(
        grid,
        Header(header_row, tuple(below.values())),
        names,
        named.elsewhere,
        roles,
        weights,
        columns.places.get(MARKS),
        below,
        captions(grid, header_row, vocabulary, bound),
        columns.findings,
        columns.doubts,
        columns.places.get(WEIGHTED),
        columns.unknown,
        weights is not None and any(map(is_points, stacks[weights])),
    )


def _with_header(
    grid: Grid, named: Names, vocabulary: Vocabulary
) -> tuple[Names, int, int, dict[int, list[str]]] | None:
    """The names of a form and what ``_header_above`` gives; a caption above it may name an indicator too."""
    own = {row: column for row, column in named.rows.items() if row not in named.elsewhere}
    for one in (named, Names(named.column, own)):
        if one.rows and (found := _header_above(grid, one.column, min(one.rows), vocabulary)) is not None:
            return one, *found
    return None


def is_list_of_scores(grid: Grid, named: Names, vocabulary: Vocabulary) -> bool:
    """Whether a row stands for one score: it names an indicator and the employee."""
    names, rows = named.column, named.rows
    found = _header_above(grid, names, min(rows), vocabulary) if rows else None
    if found is None:
        return False
    columns = {index: _meaning(stack, vocabulary) for index, stack in found[2].items()}
    return _names_people(grid, columns, min(rows), vocabulary)


def _names_people(
    grid: Grid, columns: Mapping[int, Role | str | None], row: int, vocabulary: Vocabulary
) -> bool:
    """Whether the row of an indicator says whose it is; 員工 above numbers is a rater."""
    people = [grid.rows[row][index] for index, meaning in columns.items() if meaning in {EMPLOYEE_ID, NAME}]
    return any(isinstance(cell, str) and not vocabulary.is_a_name(cell) for cell in people if cell)


def _header_above(
    grid: Grid, names: int, first: int, vocabulary: Vocabulary
) -> tuple[int, int, dict[int, list[str]]] | None:
    """The nearest row above the indicators that names a role, and the texts of each of its columns.

    The first number is the row where what is merged down into it begins.
    """
    above = Captioned(grid)
    for row in range(min(first, len(above.rows)) - 1, max(first - _HIGHEST_HEADER, 0) - 1, -1):
        top = max(0, above.top(row))
        stacks = {index: above.headings(top, row, index) for index in above.rows[row] if index != names}
        stacks = {index: stack for index, stack in stacks.items() if stack}
        if any(isinstance(_meaning(stack, vocabulary), Role) for stack in stacks.values()):
            return top, row, stacks
    return None


def _meaning(stack: Sequence[str], vocabulary: Vocabulary) -> Role | str | None:
    """What a column of a form holds: a role, the weights, something known that is not used; else None."""
    if vocabulary.column(0, stack[0]).label == IGNORED:
        return IGNORED
    roles = [role for text in stack if (role := vocabulary.role(text)) is not None]
    special = [role for role in roles if role is not Role.SCORE]
    if roles and vocabulary.role(stack[0]) is not None:
        return special[0] if special else roles[0]
    for text in stack:
        label = form_labels().get(fold(text)) or vocabulary.column(0, text).label
        if label is not None:
            return label
    return roles[0] if roles else None


def _numbers(grid: Grid, column: int, rows: Iterable[int]) -> list[float]:
    """The numbers beside indicators."""
    found = (number_in(grid.rows[row][column]) for row in rows)
    return [number for number in found if number is not None]
