"""What a sheet looks like that is neither wide nor a form, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from perfcli.files import cells
from perfcli.files.reader import Grid, Row
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.sheets.labels import form_labels
from perfcli.sheets.layouts.captions import captions
from perfcli.sheets.layouts.forms import Names, is_list_of_scores
from perfcli.sheets.vocabulary import Vocabulary

_LOOKED_AT = 20
_NUMBERS_OF_A_PERSON = 2


def why_not(file: str, grid: Grid, named: Names, vocabulary: Vocabulary) -> Finding:
    """Why a sheet cannot be read as a score sheet.

    Findings: ``transposed-table`` (indicators as rows, employees as columns), ``row-per-score``,
    ``no-header``, each an error; ``sheet-not-read``, a warning, where it does not look like scores at all.
    """
    names, rows = named.column, named.rows
    if rows:
        first = min(rows)
        columns = _columns_of_numbers(grid, names, list(rows))
        place = Place(file, grid.name, cells.address(first, names))
        if is_list_of_scores(grid, named, vocabulary):
            return error("row-per-score", place)
        if people := _people_above(grid, first, columns, vocabulary):
            return error("transposed-table", place, employees=people[:3])
        if columns and not _is_explained(grid, first, columns, vocabulary):
            return error("no-header", place)
    filled = [row for row in grid.rows[:_LOOKED_AT] if any(not cells.is_blank(cell) for cell in row)]
    if len(filled) > 1 and all(map(_looks_like_a_person, filled)):
        return error("no-header", Place(file, grid.name, "A1"))
    return warning("sheet-not-read", Place(file, grid.name))


def _columns_of_numbers(grid: Grid, names: int, rows: Sequence[int]) -> list[int]:
    """The columns, right of the names, that have a number beside most of them."""
    width = len(grid.rows[0])
    return [
        column
        for column in range(names + 1, width)
        if 2 * sum(_is_number(grid.rows[row][column]) for row in rows) > len(rows)
    ]


def _people_above(grid: Grid, first: int, columns: Sequence[int], vocabulary: Vocabulary) -> list[str]:
    """The texts that head the columns of numbers as employees do, in the nearest row that has several."""
    for row in reversed(grid.rows[:first]):
        people = [cells.quoted(row[column]) for column in columns if _is_plain_text(row[column], vocabulary)]
        others = [row[column] for column in columns if not _is_plain_text(row[column], vocabulary)]
        if len(people) > 1 and all(fold(cells.as_text(cell)) in form_labels() for cell in others):
            return people
    return []


def _is_plain_text(cell: cells.Cell, vocabulary: Vocabulary) -> bool:
    """Whether a cell above numbers is a text that names nothing known, as the name of an employee does."""
    if not isinstance(cell, str) or cells.is_blank(cell):
        return False
    return fold(cell) not in form_labels() and not vocabulary.column(0, cells.as_text(cell)).is_known


def _is_explained(grid: Grid, first: int, columns: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Whether a header says that the numbers are no scores, but weights or whatever a rules sheet lists."""
    above = captions(grid, first, vocabulary)
    if not first or any(above[key].row == first - 1 for key in (EMPLOYEE_ID, NAME) if key in above):
        return False
    return all(not cells.is_blank(grid.rows[first - 1][column]) for column in columns)


def _looks_like_a_person(row: Row) -> bool:
    """Whether a row is a text or two with numbers after them."""
    filled = [cell for cell in row if not cells.is_blank(cell)]
    numbers = sum(map(_is_number, filled))
    return numbers >= _NUMBERS_OF_A_PERSON and (isinstance(filled[0], str) or isinstance(filled[1], str))


def _is_number(cell: cells.Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
