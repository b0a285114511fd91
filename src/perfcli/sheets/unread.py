"""Cells that only look blank: errors, and formulas that were never calculated.

The fast reader gives a blank for both. Where something seems to be missing, and the workbook has such cells
at all, openpyxl takes a second look, so that the message says what really stands in the cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from perfcli.scoring.results import ADJUSTMENT
from perfcli.sheets.cells import ERROR_CELL, NOT_CALCULATED, Cell, Unread, is_blank
from perfcli.sheets.header import Header
from perfcli.sheets.reader import Book, Grid

_HIDING = re.compile(
    rb"""\bt=["']e["']|<(?:\w+:)?f\b[^>]*/>(?:<(?:\w+:)?v\s*/>)?\s*</(?:\w+:)?c>"""
    rb"""|</(?:\w+:)?f>\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?\s*</(?:\w+:)?c>"""
)
"""An error cell, or a formula without a value, in the XML of a worksheet."""


def reveal(book: Book, grid: Grid, header: Header) -> Grid:
    """The grid with ``Unread`` values in cells of indicators and adjustments that only look blank."""
    columns = [column.index for column in header.columns if column.indicators or column.label == ADJUSTMENT]
    suspects = {
        (row, column)
        for row in _started_rows(grid, header)
        for column in columns
        if is_blank(grid.rows[row][column])
    }
    found = dict(_second_look(book, grid.name, suspects)) if suspects and _may_hide(book) else {}
    if not found:
        return grid
    rows = [list(row) for row in grid.rows]
    for (row, column), unread in found.items():
        rows[row][column] = unread
    return replace(grid, rows=rows)


def _may_hide(book: Book) -> bool:
    """Whether any sheet of the workbook has a cell that the fast reader takes for a blank."""
    try:
        with zipfile.ZipFile(BytesIO(book.content)) as parts:
            names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
            return any(_HIDING.search(parts.read(name)) for name in names)
    except zipfile.BadZipFile:
        return True


def _started_rows(grid: Grid, header: Header) -> list[int]:
    below = range(header.row + 1, len(grid.rows))
    return [row for row in below if any(not is_blank(cell) for cell in grid.rows[row])]


def _second_look(
    book: Book, sheet: str, suspects: set[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], Cell]]:
    """What stands in cells that look blank; nothing where openpyxl cannot read the workbook."""
    import openpyxl
    from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA

    first, last = min(suspects)[0] + 1, max(suspects)[0] + 1
    for kind, code, values in ((TYPE_FORMULA, NOT_CALCULATED, False), (TYPE_ERROR, ERROR_CELL, True)):
        try:
            workbook = openpyxl.load_workbook(BytesIO(book.content), read_only=True, data_only=values)
            rows = workbook[sheet].iter_rows(min_row=first, max_row=last)
            for row, cells in enumerate(rows, start=first - 1):
                for column, cell in enumerate(cells):
                    if cell.data_type == kind and (row, column) in suspects:
                        yield (row, column), Unread(code, str(cell.value))
        except (KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError):
            return
