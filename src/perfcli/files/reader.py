"""Workbooks as grids of cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import cast

from perfcli.errors import file_error
from perfcli.files.cells import ERROR_CELL, NOT_CALCULATED, Cell, Percent, Shown, Unread, is_blank
from perfcli.files.isolation import read_isolated
from perfcli.files.marks import ANNOTATION, MARK_SHEET, UNDERSTANDING, read_mark
from perfcli.files.number_formats import SHOWN
from perfcli.files.sheet import Limits, Refusal, Sheet
from perfcli.files.source import locked_name, read_source, shown_name
from perfcli.text import visible

Row = Sequence[Cell]
Span = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, counted from 0."""


@dataclass(frozen=True)
class Grid:
    """One worksheet: its rows from A1 on, all of the same length.

    ``merges`` are its merged ranges, whose value stands in the first cell; ``hidden_rows`` and
    ``hidden_columns`` are counted from 0, as are ``struck``, the cells whose text is struck through, wholly
    or in part. ``lengths`` are how many fields each line of a text has. ``covered`` are the cells with a
    value that nobody sees, as they lie under a merged one: the cell that is seen in their place.
    """

    name: str
    rows: Sequence[Row]
    hidden: bool = False
    merges: Sequence[Span] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    struck: Sequence[tuple[int, int]] = ()
    lengths: Sequence[int] = ()
    covered: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def beyond(self, header: range, row: int) -> int | None:
        """The first filled cell of a text's line that is longer than each line of its header; None else."""
        cells = self.rows[row]
        longest = max((self.lengths[one] for one in header if self.lengths), default=len(cells))
        return next((one for one in range(longest, len(cells)) if not is_blank(cells[one])), None)

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return all(is_blank(cell) for row in self.rows for cell in row)


@dataclass(frozen=True)
class Book:
    """One workbook: its name without folders, its digest, its worksheets and perf's mark, if it has one.

    ``pictures`` tells whether there are pictures in it; ``encoding`` is that of a text, else empty.
    """

    name: str
    path: Path
    content: bytes = field(repr=False)
    sha256: str
    grids: Sequence[Grid]
    mark: Mapping[str, str] = field(default_factory=dict)
    pictures: bool = False
    encoding: str = ""


@dataclass(frozen=True)
class Access:
    """How files are opened: with which password, within which limits."""

    password: str = field(default="", repr=False)
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def with_options(cls, password: str = "", *, large: bool = False) -> Access:
        """As the user says; ``large`` raises the limits."""
        return cls(password, Limits().raised() if large else Limits())


def read_book(path: Path, access: Access | None = None) -> Book:
    """Reads a workbook.

    Raises:
        FileError: ``lock-file``, ``empty-file``; what ``read_source`` and ``isolation.read_isolated`` refuse.
    """
    access = access or Access()
    content = _content(path, access.limits)
    try:
        found = read_isolated(content, access.limits, access.password)
    except Refusal as refusal:
        raise file_error(refusal.code, shown_name(path), **refusal.values) from None
    grids: list[Grid] = []
    mark: dict[str, str] = {}
    for sheet in found.sheets:
        if sheet.name == MARK_SHEET:
            mark = read_mark(sheet.rows)
        else:
            grids.append(_grid(sheet, path))
    grids = [grid for grid in grids if grid.name not in {mark.get(ANNOTATION), mark.get(UNDERSTANDING)}]
    digest = hashlib.sha256(content).hexdigest()
    return Book(shown_name(path), path, content, digest, grids, mark, found.pictures, found.encoding)


def _content(path: Path, limits: Limits) -> bytes:
    name = shown_name(path)
    if workbook := locked_name(name):
        raise file_error("lock-file", name, workbook=workbook)
    content = read_source(path, limits.file_bytes)
    if not content:
        raise file_error("empty-file", name)
    return content


def _grid(sheet: Sheet, path: Path) -> Grid:
    """A worksheet with the values that only Python has; the one of a text bears the name of its file."""
    rows = cast("list[list[Cell]]", sheet.rows)
    for row, column, kind, text in sheet.special:
        special = _SPECIAL.get(kind)
        rows[row][column] = special(text) if special else _shown(rows[row][column], kind, text)
    spans = (sheet.merges, sheet.hidden_rows, sheet.hidden_columns, sheet.struck, sheet.lengths)
    return Grid(sheet.name or visible(path.stem), rows, sheet.hidden, *spans, _covered(rows, sheet.merges))


def _covered(rows: Sequence[Row], merges: Sequence[Span]) -> dict[tuple[int, int], tuple[int, int]]:
    return {
        (row, left + offset): (top, left)
        for top, left, bottom, right in merges
        for row in range(top, min(bottom + 1, len(rows)))
        for offset, cell in enumerate(rows[row][left : right + 1])
        if (row, offset) != (top, 0) and not is_blank(cell)
    }


def _shown(cell: Cell, kind: str, text: str) -> Cell:
    """A number that its cell shows as a percentage or as a text."""
    if not isinstance(cell, float | int):
        return cell
    return Shown(cell, text) if kind == SHOWN else Percent(cell)


def _duration(text: str) -> timedelta:
    """A duration as ISO 8601 writes it: ``PT36H30M0S``."""
    hours, _, rest = text.removeprefix("PT").partition("H")
    minutes, _, seconds = rest.removesuffix("S").partition("M")
    return timedelta(hours=float(hours), minutes=float(minutes), seconds=float(seconds))


_SPECIAL: Mapping[str, Callable[[str], Cell]] = {
    "error": lambda text: Unread(ERROR_CELL, text),
    "not-calculated": lambda text: Unread(NOT_CALCULATED, text),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "duration": _duration,
}


def merged_down(grid: Grid, column: int) -> dict[int, int]:
    """The row that holds the value of each row of a column that is merged with others."""
    anchors: dict[int, int] = {}
    below = 0
    for first_row, first_column, last_row, _ in sorted(grid.merges):
        if first_column == column and first_row >= below:  # ranges that overlap are no work of a spreadsheet
            below = min(last_row + 1, len(grid.rows))
            anchors |= dict.fromkeys(range(first_row, below), first_row)
    return anchors
