"""The wide layout: a row per employee, a column per indicator."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd

from perfcli.files import cells
from perfcli.files.cells import Cell, Percent
from perfcli.files.reader import Grid, Row
from perfcli.findings import error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.rules.roles import Role
from perfcli.sheets.labels import IGNORED, WEIGHT, is_points, labels
from perfcli.sheets.layouts.captions import captions, texts
from perfcli.sheets.layouts.header import Captioned, Header
from perfcli.sheets.layouts.remarks import Remarks
from perfcli.sheets.layouts.stated_marks import marks_row, row_marks
from perfcli.sheets.layouts.tables import Category, StatedWeight, Table, identities, stated_category
from perfcli.sheets.vocabulary import Column, Vocabulary

_SEARCHED_FOR_WEIGHTS = 3
_A_WEIGHT = re.compile(r"\(?([0-9]+(?:\.[0-9]+)?)(?:%|分|点|points?|pts?)?\)?")


def read_table(
    file: str,
    grid: Grid,
    header: Header,
    vocabulary: Vocabulary,
    started_by: Collection[Role],
    people: Collection[str] = (),
) -> Table:
    """The employees of a sheet with their identities; their scores are read by ``scores``.

    A row is an employee's where it has an identity, or where a column of one of some roles is filled in.
    ``people`` are the folded ids and names of the roster.
    Findings: ``not-a-person``, ``perhaps-a-person``, ``several-tables``.
    """
    above = texts(captions(grid, header.first_row, vocabulary))
    beside = _second_block(header)
    if beside is not None:
        header = replace(header, columns=header.columns[: header.columns.index(beside)])
    table = Table(file, grid, header, pd.DataFrame(), above)
    scores = [column.index for column in header.columns if column.holds_values and column.role in started_by]
    remarks = Remarks(grid, header, vocabulary, scores, people)
    weights, marks = weights_row(grid, header), marks_row(grid, header)
    rows: list[int] = []
    nobody: list[tuple[int, int]] = []
    second = None
    for row in range(header.row + 1, len(grid.rows)):
        cells_of_row = grid.rows[row]
        if row in {weights, marks}:
            continue
        if remarks.repeats_the_header(cells_of_row):
            _note_nobody(table, row, remarks.first(cells_of_row))
            continue
        if remarks.names_columns(cells_of_row):
            second = row
            break
        column = remarks.remark(row, cells_of_row)
        if column is not None:
            nobody.append((row, column))
        elif remarks.is_started(cells_of_row):
            rows.append(row)
    _note_nobodies(table, remarks, nobody, rows)
    table.frame = identities(file, grid, header, rows)
    compared = None if weights is None or _is_ignored(grid.rows[weights], vocabulary) else weights
    categories = _categories(table, vocabulary)
    table.weights = tuple(
        replace(stated, category=categories.get(stated.column)) for stated in _stated_weights(table, compared)
    )
    table.marks = tuple(row_marks(file, grid, header, marks))
    others = [] if second is None else [(second, remarks.first(grid.rows[second]))]
    others += [] if beside is None else [(header.row, beside.index)]
    for other in others:
        table.reject_all(error("several-tables", table.place(*other)))
    return table


def _second_block(header: Header) -> Column | None:
    """The column where a second table begins beside the first: who it is and what is scored come again."""
    seen: set[object] = set()
    again: list[Column] = []
    for column in header.columns:
        if column.is_known and column.meaning in seen:
            again.append(column)
        seen.add(column.meaning)
    people = [column for column in again if column.label in {EMPLOYEE_ID, NAME}]
    return people[0] if people and any(column.indicators for column in again) else None


def _note_nobodies(
    table: Table, remarks: Remarks, nobody: Sequence[tuple[int, int]], rows: Sequence[int]
) -> None:
    """Notes rows that are nobody's, by the cell that says so; ``rows`` are those of employees."""
    employees = [table.grid.rows[row] for row in rows]
    for row, column in nobody:
        if remarks.may_be_a_person(employees, table.grid.rows[row], column):
            text = cells.quoted(table.grid.rows[row][column])
            table.findings.append(error("perhaps-a-person", table.place(row, column), text=text))
        else:
            _note_nobody(table, row, column)


def _note_nobody(table: Table, row: int, column: int) -> None:
    text = cells.quoted(table.grid.rows[row][column])
    table.findings.append(warning("not-a-person", table.place(row, column), text=text))


def weights_row(grid: Grid, header: Header) -> int | None:
    """The row near the header that states the weights, if there is one: it says so, or adds up to 100."""
    below = range(header.row + 1, min(header.row + 1 + _SEARCHED_FOR_WEIGHTS, len(grid.rows)))
    above = range(header.first_row - 1, max(header.first_row - 1 - _SEARCHED_FOR_WEIGHTS, -1), -1)
    for row in below:
        if any(_is_weight_label(cell) for cell in grid.rows[row]):
            return row
    unlabelled: list[int] = [*below[:1], *above]
    for row in unlabelled:
        if _are_weights(grid.rows[row], header):
            return row
    return None


def _is_weight_label(cell: Cell) -> bool:
    return isinstance(cell, str) and labels().get(fold(cell)) == WEIGHT


def _is_ignored(row: Row, vocabulary: Vocabulary) -> bool:
    """Whether the user said that what a row of weights is called is to be left alone."""
    texts_of_row = [cells.as_text(cell) for cell in row if isinstance(cell, str)]
    return any(vocabulary.column(0, text).label == IGNORED for text in texts_of_row)


def _categories(table: Table, vocabulary: Vocabulary) -> dict[int, Category]:
    """The category above each column of an indicator that names it with a weight; one alone is a title."""
    header = table.header
    above = Captioned(table.grid)
    found: dict[int, Category] = {}
    for row in range(max(0, header.first_row - 1), min(header.row, len(above.rows))):
        for column in header.columns:
            if column.indicators and column.index not in found:
                place = table.place(row, column.index)
                category = stated_category(above.group(row, column.index), place, vocabulary)
                if category is not None:
                    found[column.index] = category
    return found if len({category.text for category in found.values()}) > 1 else {}


def _are_weights(row: Row, header: Header) -> bool:
    """Whether a row has numbers for several indicators, and says that they are weights or shares 100 out."""
    numbers = [
        number
        for column in header.columns
        if column.indicators and (number := _weight(row[column.index])) is not None
    ]
    if any(_is_weight_label(cell) for cell in row):
        return len(numbers) > 1
    if any(not cells.is_blank(row[one.index]) for one in header.columns if one.label in {EMPLOYEE_ID, NAME}):
        return False
    return sum(number > 0 for number in numbers) > 1 and sum(numbers) in {1, 100}


def _stated_weights(table: Table, below: int | None) -> Iterator[StatedWeight]:
    """The weights in the header, in a row below it, and beside each score."""
    seen: list[object] = []
    for column in table.header.columns:
        if column.weight is not None and column.indicators not in seen:
            seen.append(column.indicators)
            yield StatedWeight(table.header.row, column.index, column.indicators, column.weight)
    if below is not None:
        yield from _weights_below(table, below)
    yield from _weights_beside(table, [one for one in table.header.columns if one.states_weight])


def _weights_below(table: Table, row: int) -> Iterator[StatedWeight]:
    points = any(isinstance(cell, str) and is_points(cell) for cell in table.grid.rows[row])
    columns = [column for column in table.header.columns if column.indicators]
    stated = weights_of([table.grid.rows[row][column.index] for column in columns])
    for column, weight in zip(columns, stated, strict=True):
        if weight is not None:
            yield StatedWeight(row, column.index, column.indicators, weight, is_points=points)


def _weights_beside(table: Table, columns: Sequence[Column]) -> Iterator[StatedWeight]:
    points = [is_points(column.text) for column in columns]
    for position, row in enumerate(table.frame["row"].tolist() if columns else ()):
        stated = weights_of([table.grid.rows[row][column.index] for column in columns])
        for column, weight, own in zip(columns, stated, points, strict=True):
            if weight is not None:
                yield StatedWeight(row, column.index, column.indicators, weight, position, is_points=own)


def weights_of(row: Sequence[Cell]) -> list[Decimal | None]:
    """The weights in some cells, as points of 100: 30, 30% and 30分, or 0.3 where none is above 1."""
    numbers = [_weight(cell) for cell in row]
    stated = [number for number in numbers if number is not None]
    if sum(stated) == 1 or (max(stated, default=Decimal(2)) <= 1 and any(one % 1 for one in stated)):
        return [None if number is None else number * 100 for number in numbers]
    return [
        number * 100 if isinstance(cell, Percent) and number is not None else number
        for cell, number in zip(row, numbers, strict=True)
    ]


def _weight(cell: Cell) -> Decimal | None:
    """The number in a cell of weights."""
    if isinstance(cell, str):
        match = _A_WEIGHT.fullmatch(fold(cell))
        return Decimal(match[1]) if match else None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and np.isfinite(cell):
        return Decimal(f"{cell:.15g}")
    return None
