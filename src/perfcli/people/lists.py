"""Plain lists, a row for each entry under one header: rosters and daily records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid
from perfcli.findings import Place
from perfcli.folding import fold

_SEARCHED_ROWS = 50


@dataclass(frozen=True)
class ListRow:
    """One row of a list; ``columns`` says in which column each key stands."""

    file: str
    grid: Grid
    row: int
    columns: Mapping[str, int]

    def cell(self, key: str) -> Cell:
        """What stands under a key; None where the list has no such column."""
        return self.grid.rows[self.row][self.columns[key]] if key in self.columns else None

    def text(self, key: str) -> str:
        """What stands under a key, as a text."""
        return cells.as_text(self.cell(key))

    def place(self, key: str) -> Place:
        """The cell under a key."""
        return Place(self.file, self.grid.name, cells.address(self.row, self.columns[key]))


def find_header(
    grid: Grid, words: Mapping[str, str], required: Collection[str]
) -> tuple[int, dict[str, int]] | None:
    """The row that names all required keys, and the column of each key; ``words`` are folded headers."""
    for row, row_cells in enumerate(grid.rows[:_SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row_cells):
            key = words.get(fold(cells.as_text(cell)))
            if key:
                found.setdefault(key, column)
        if all(key in found for key in required):
            return row, found
    return None
