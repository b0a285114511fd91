"""How far a worksheet of .xlsx reaches, told from its bytes: its cells and its merged ranges.

As in ``worksheets``, nothing here looks at each cell where programs write as they do every day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from perfcli.files.sheet import Limits, Refusal, column_letters

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
KNOWN_ERROR = b"#N/A"
"""What the reader knows; newer errors than it knows would make it give up."""

_ATTRIBUTES = rb"""(?: (?:s|t|cm|vm|ph)="[0-9A-Za-z]*")* ?/?>"""
_USUAL = rb"""(?:>| [st]="[0-9A-Za-z]++"(?: t="[A-Za-z]++")?+/?+>|/>)"""
CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"' + _ATTRIBUTES)
_CELL_TAG = re.compile(rb"<c[\s/>]")
_SHORTEST_CELL = len(b'<c r="A1"><v>1</v></c>')
_ENDS = 65_536
_MANY_SURPRISES = 64
_MERGE_TAG = re.compile(rb"<mergeCell[\s/>]")
_MERGE = re.compile(
    rb"""<mergeCell\s+ref\s*=\s*["']\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?["']"""
)

Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class Data:
    """The part of a worksheet with the cells, not copied."""

    worksheet: bytes
    start: int
    end: int

    def find(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        """Every match among the cells."""
        return pattern.finditer(self.worksheet, self.start, self.end)

    def first(self, pattern: re.Pattern[bytes], position: int = 0) -> re.Match[bytes] | None:
        """The first match among the cells, from a position on."""
        return pattern.search(self.worksheet, max(self.start, position), self.end)

    def match(self, pattern: re.Pattern[bytes], position: int) -> re.Match[bytes] | None:
        """A match that begins at a position."""
        return pattern.match(self.worksheet, position, self.end)

    def has_more_cells_than(self, cells: int) -> bool:
        """Counts only where there is room for so many."""
        if self.end - self.start <= cells * _SHORTEST_CELL:
            return False
        return self.worksheet.count(b"<c ", self.start, self.end) > cells

    def cell_before(self, position: int) -> re.Match[bytes] | None:
        """The tag of the cell in which something stands."""
        start = self.worksheet.rfind(b"<c r=", self.start, position)
        return self.match(CELL, start) if start >= 0 else None

    def without(self, replaced: Sequence[tuple[int, int]]) -> list[memoryview | bytes]:
        """The data in pieces, with an error that every reader knows in some places."""
        view = memoryview(self.worksheet)
        pieces: list[memoryview | bytes] = []
        position = self.start
        for start, end in replaced:
            pieces += (view[position:start], KNOWN_ERROR)
            position = end
        return [*pieces, view[position : self.end]]


def place_of(cell: re.Match[bytes]) -> tuple[int, int]:
    """Row and column of a cell, counted from 0."""
    return place(cell[1], cell[2])


@lru_cache(maxsize=4096)
def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def place(letters: bytes, digits: bytes) -> tuple[int, int]:
    """Row and column of a reference in two parts, counted from 0."""
    return int(digits) - 1, _column(letters)


def extent_of(data: Data) -> tuple[int, int] | None:
    """The largest row and the largest column that a cell names; None where a cell is not plain.

    They are guessed from both ends, and one search proves that no cell lies beyond.
    """
    rows = columns = 1
    for part in (data.worksheet[data.start : data.start + _ENDS], data.worksheet[-_ENDS:]):
        for found in CELL.finditer(part):
            row, column = place_of(found)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    position = surprises = 0
    while odd := data.first(_beyond(rows, columns), position):
        cell = data.match(CELL, odd.start())
        if cell is None:
            return None
        row, column = place_of(cell)
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise Refusal("far-cell", {"rows": row + 1})
        surprises += row >= rows or column >= columns
        if surprises > _MANY_SURPRISES:
            return _exact_extent(data)
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        position = cell.end()
    return rows, columns


def _exact_extent(data: Data) -> tuple[int, int] | None:
    """The same where cells come in such an order that guessing does not help."""
    rows = columns = 1
    for tag in data.find(_CELL_TAG):
        cell = data.match(CELL, tag.start())
        if cell is None:
            return None
        row, column = place_of(cell)
        rows, columns = max(rows, row + 1), max(columns, column + 1)
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise Refusal("far-cell", {"rows": rows})
    return rows, columns


def _beyond(rows: int, columns: int) -> re.Pattern[bytes]:
    """Finds a cell that is not written as usual, or lies beyond the bounds."""
    within = f'(?:{_up_to(column_letters(columns - 1), "A", "Z")})(?>(?:{_up_to(str(rows), "0", "9")})")'
    return re.compile(rb'<c(?! r="' + within.encode() + _USUAL + rb")[\s/>]")


def _up_to(last: str, lowest: str, highest: str) -> str:
    """A pattern of all references up to the last one; none begins with 0."""
    first = "1" if lowest == "0" else lowest
    any_sign = f"[{lowest}-{highest}]"
    options = [f"[{first}-{highest}]{any_sign}{{0,{len(last) - 2}}}"] if len(last) > 1 else []
    for place, sign in enumerate(last):
        low = lowest if place else first
        if sign > low:
            rest = len(last) - place - 1
            options.append(f"{last[:place]}[{low}-{chr(ord(sign) - 1)}]{any_sign}{{{rest}}}")
    return "|".join([*options, last])


def merges_of(tail: bytes, limits: Limits) -> list[Span] | None:
    """The merged ranges; None where one is not plain."""
    count = len(_MERGE_TAG.findall(tail))
    if count > limits.merges:
        raise Refusal("too-many-merges", {"count": count})
    merges: list[Span] = []
    for found in _MERGE.finditer(tail):
        top, left = place(found[1], found[2])
        bottom, right = place(found[3], found[4]) if found[3] else (top, left)
        if max(top, bottom) >= MAX_ROWS or max(left, right) >= MAX_COLUMNS:
            raise Refusal("far-cell", {"rows": max(top, bottom) + 1})
        merges.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))
    return merges if len(merges) == count else None
