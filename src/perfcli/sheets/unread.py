"""Cells that only look blank: errors, and formulas that were never calculated.

The fast reader gives a blank for both. Where a score seems to be missing, openpyxl takes a second look, so
that the message says what really stands in the cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from perfcli.sheets.cells import ERROR_CELL, NOT_CALCULATED, Cell, Unread, is_blank
from perfcli.sheets.header import Header
from perfcli.sheets.reader import Book, Grid


def reveal(book: Book, grid: Grid, header: Header) -> Grid:
    """The grid with ``Unread`` values in score cells that only look blank."""
    columns = [column.index for column in header.columns if column.indicators]
    suspects = {
        (row, column)
        for row in _started_rows(grid, header)
        for column in columns
        if is_blank(grid.rows[row][column])
    }
    found = dict(_second_look(book, grid.name, suspects)) if suspects else {}
    if not found:
        return grid
    rows = [list(row) for row in grid.rows]
    for (row, column), unread in found.items():
        rows[row][column] = unread
    return replace(grid, rows=rows)


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
