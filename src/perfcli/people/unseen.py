"""Values that count and are not what people see: under a merged cell, or struck through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from perfcli.files import cells
from perfcli.files.reader import Grid
from perfcli.findings import Finding, Place, error

UNDER_A_MERGE, STRUCK = "value-under-merge", "struck-through"
_SHOWN = 10


def unseen_values(
    grid: Grid, columns: Mapping[int, bool], place: Callable[[int, int], Place]
) -> Iterator[tuple[int, Finding]]:
    """The rows in which somebody's value is not what people see, and why: one error for each row and reason.

    ``columns`` are those that count, and whether a value that is also that of the merged cell is seen there,
    as a department is that stands once for several people. ``place`` says where a cell is. Findings:
    ``value-under-merge``, ``struck-through``.
    """
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (row, column), (top, left) in grid.covered.items():
        if column in columns and not (columns[column] and grid.rows[row][column] == grid.rows[top][left]):
            found[row, UNDER_A_MERGE].append(column)
    for row, column in grid.struck:
        if column in columns and not cells.is_blank(grid.rows[row][column]):
            found[row, STRUCK].append(column)
    for (row, code), of_row in sorted(found.items()):
        places = [place(row, column) for column in sorted(of_row)]
        shown = [cells.quoted(grid.rows[row][column]) for column in sorted(of_row)[:_SHOWN]]
        more = ["…"] if len(places) > _SHOWN else []
        values = {"cells": [*(one.cell for one in places[:_SHOWN]), *more], "found": [*shown, *more]}
        yield row, error(code, places[0], count=len(places), **values)
