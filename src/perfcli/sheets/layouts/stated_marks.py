"""Full marks that a sheet says of its own: in a row near the header, in a header, in a column of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid
from perfcli.findings import Place
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.rules.roles import Role
from perfcli.sheets.labels import is_marks_label
from perfcli.sheets.layouts.header import Header

_SEARCHED_ROWS = 3
_SEARCHED_AT_THE_END = 5
_HIGHEST = ("max", "highest")
_ALSO_A_NAME = frozenset(("max", "max.", "maximum"))
_MARKS = re.compile(r"(?:满分)?(?:/|0[-–—~〜至到])?([0-9]{1,9}(?:\.[0-9]{1,6})?)(?:分|点|points?|pts?)?")


def is_judged(role: Role) -> bool:
    """Whether a column has scores that persons give."""
    return role is Role.SCORE or role.rates


@dataclass(frozen=True)
class StatedMarks:
    """Full marks that stand in the sheet, and the indicators by team that they are about.

    ``column`` is the column of the table whose scores are out of them; None where all of the indicator's are.
    ``position`` is the employee whom they concern; None where it is all. ``of_all`` says that they stand in a
    row or column that has them for every indicator, ``of_total`` that they are those of the total of a form.
    """

    place: Place
    marks: Decimal
    indicators: Mapping[str, str]
    column: int | None = None
    position: int | None = None
    of_all: bool = False
    of_total: bool = False


def marks_row(grid: Grid, header: Header) -> int | None:
    """The row near the header or the end that states full marks, if there is one."""
    below = range(header.row + 1, min(header.row + 1 + _SEARCHED_ROWS, len(grid.rows)))
    above = range(header.first_row - 1, max(header.first_row - 1 - _SEARCHED_ROWS, -1), -1)
    near = (*below, *above)
    last = range(len(grid.rows) - 1, max(len(grid.rows) - 1 - _SEARCHED_AT_THE_END, header.row), -1)
    at_the_end = (row for row in last if not _is_highest(grid, row))
    found: int | None = next((row for row in (*near, *at_the_end) if _states_marks(grid, header, row)), None)
    return found


def _is_highest(grid: Grid, number: int) -> bool:
    """Whether a row may have the highest scores that were given: `Max`, `Maximum score`."""
    first = next((cell for cell in grid.rows[number] if not cells.is_blank(cell)), None)
    return isinstance(first, str) and fold(first).startswith(_HIGHEST)


def _states_marks(grid: Grid, header: Header, number: int) -> bool:
    """Whether a row begins with a word for full marks, is nobody's, and has numbers for indicators."""
    row = grid.rows[number]
    first = next((index for index, cell in enumerate(row) if not cells.is_blank(cell)), 0)
    text = row[first]
    if not isinstance(text, str) or not is_marks_label(text):
        return False
    people = [one for one in header.columns if one.label in {EMPLOYEE_ID, NAME}]
    if sum(not cells.is_blank(row[one.index]) for one in people if one.index != first):
        return False
    if fold(text) in _ALSO_A_NAME and any(one.index == first and one.label == NAME for one in people):
        return False
    return any(marks_of(row[one.index]) is not None for one in header.columns if one.indicators)


def row_marks(file: str, grid: Grid, header: Header, number: int | None) -> Iterator[StatedMarks]:
    """The full marks in the header, and in a row near it."""
    for column in header.columns:
        if not column.holds_values or not is_judged(column.role):
            continue
        own = [(header.row, column.full_marks, False)]
        own += [] if number is None else [(number, marks_of(grid.rows[number][column.index]), True)]
        for row, marks, of_all in own:
            if marks is not None:
                place = Place(file, grid.name, cells.address(row, column.index))
                yield StatedMarks(place, marks, column.indicators, column.index, of_all=of_all)


def marks_of(cell: Cell) -> Decimal | None:
    """The full marks in a cell: 100, 100分, 滿分100, /10, 0-10."""
    if isinstance(cell, str):
        found = _MARKS.fullmatch(fold(cell))
        return Decimal(found[1]) or None if found else None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and np.isfinite(cell) and cell > 0:
        return Decimal(f"{cell:.15g}")
    return None
