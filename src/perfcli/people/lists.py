"""Plain lists, a row for each entry under one header: rosters and daily records."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid
from perfcli.files.sheet import column_letters
from perfcli.findings import Finding, Place, warning
from perfcli.folding import fold, without_marks

_SEARCHED_ROWS = 50
_SHOWN_HIDDEN = 10
_UNIT = re.compile(
    r"\((?:元|元/月|rmb|cny|ntd?\$?|twd|天|日|days|yyyy[-/.]mm[-/.]dd|年[-/.]月[-/.]日|年月日)\)$"
)


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


@dataclass(frozen=True)
class ListHeader:
    """The header of a list: its rows, what each column is called, and the first column of each key."""

    row: int
    last_row: int
    texts: Mapping[int, str]
    columns: Mapping[str, int]
    words: Mapping[str, str]

    def key(self, column: int) -> str | None:
        """The key of a column; None where its words mean nothing here."""
        return _key(self.texts.get(column, ""), self.words)


def find_header(grid: Grid, words: Mapping[str, str], required: Collection[str]) -> ListHeader | None:
    """The first row near the top that names all required keys; ``words`` are folded headers."""
    for row in range(min(len(grid.rows), _SEARCHED_ROWS)):
        if (header := header_in(grid, row, words, required)) is not None:
            return header
    return None


def header_in(grid: Grid, row: int, words: Mapping[str, str], required: Collection[str]) -> ListHeader | None:
    """The header that begins in a row, if it names all required keys.

    Where a cell of it is merged with those below, it has as many rows; the lowest words of a column count.
    """
    found = _columns(_texts(grid, row, row), words)
    if not all(key in found for key in required):
        return None
    below = [
        bottom for top, left, bottom, _ in grid.merges if top == row and left in map(found.get, required)
    ]
    last = min(max(below, default=row), len(grid.rows) - 1)
    texts = _texts(grid, row, last)
    return ListHeader(row, last, texts, _columns(texts, words), words)


def _texts(grid: Grid, first: int, last: int) -> dict[int, str]:
    """The words of each column in some rows; the lowest that are there."""
    return {
        column: text
        for row in range(first, last + 1)
        for column, cell in enumerate(grid.rows[row])
        if (text := cells.as_text(cell))
    }


def _columns(texts: Mapping[int, str], words: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, text in texts.items():
        if key := _key(text, words):
            found.setdefault(key, column)
    return found


def _key(text: str, words: Mapping[str, str]) -> str | None:
    """What a header means, as it stands or without marks and units: 獎金基數（元）, 入職日期*."""
    folded = fold(text)
    return words.get(folded) or words.get(_UNIT.sub("", without_marks(folded)))


def hidden_cells(file: str, grid: Grid, own: Collection[int] = ()) -> Iterator[Finding]:
    """Rows and columns that nobody sees are read all the same, and reported (``hidden-cells``).

    ``own`` are columns that perf itself hid.
    """
    rows = [row for row in grid.hidden_rows if row < len(grid.rows) and any(map(_is_filled, grid.rows[row]))]
    columns = [
        column
        for column in grid.hidden_columns
        if column not in own and any(column < len(row) and _is_filled(row[column]) for row in grid.rows)
    ]
    for places in (
        [f"{row + 1}:{row + 1}" for row in rows],
        [f"{column_letters(column)}:{column_letters(column)}" for column in columns],
    ):
        if places:
            place = Place(file, grid.name, places[0])
            shown = [*places[:_SHOWN_HIDDEN], *(["…"] if len(places) > _SHOWN_HIDDEN else [])]
            yield warning("hidden-cells", place, places=shown, count=len(places))


def _is_filled(cell: Cell) -> bool:
    return not cells.is_blank(cell)
