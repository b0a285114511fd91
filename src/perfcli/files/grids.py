"""Grids of cells that stay within the limits, whatever a file asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from perfcli.files.sheet import Cell, Limits, Refusal, Sheet

BLANK = ""
UNKNOWN_ERROR = "#N/A"
"""What stands for an error that a file does not name."""

Reader = Callable[[bytes, Limits], list[Sheet]]


class Room:
    """How many cells and merged ranges the sheets of one file may still have together."""

    def __init__(self, limits: Limits) -> None:
        self._cells = limits.cells
        self._merges = 0
        self._most_merges = limits.merges

    def check(self, rows: int, columns: int) -> None:
        """Refuses a sheet of this size before anybody builds it.

        Raises:
            Refusal: ``far-cell``.
        """
        if rows * columns > self._cells:
            raise Refusal("far-cell", {"rows": rows})

    def merge(self, count: int) -> None:
        """Counts merged ranges before they are kept.

        Raises:
            Refusal: ``too-many-merges``.
        """
        self._merges += count
        if self._merges > self._most_merges:
            raise Refusal("too-many-merges", {"count": self._merges})

    def take(self, sheet: Sheet) -> Sheet:
        """A finished sheet: without blank margins below and on the right, and rectangular.

        Raises:
            Refusal: ``far-cell``.
        """
        rows = sheet.rows
        for row in rows:
            trim(row)
        while rows and not rows[-1]:
            rows.pop()
        height, width = len(rows), max(map(len, rows), default=0)
        self.check(height, width)
        self._cells -= height * width
        for row in rows:
            row.extend([BLANK] * (width - len(row)))
        return clip(sheet)


def trim(row: list[Cell]) -> list[Cell]:
    """A row without the blanks at its end."""
    while row and (row[-1] is None or row[-1] == BLANK):
        row.pop()
    return row


def clip(sheet: Sheet) -> Sheet:
    """A rectangular sheet whose merges, hidden rows and columns and struck cells lie in its grid."""
    height, width = len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0
    sheet.hidden_rows = sorted({row for row in sheet.hidden_rows if row < height})
    sheet.hidden_columns = sorted({column for column in sheet.hidden_columns if column < width})
    sheet.struck = sorted({(row, column) for row, column in sheet.struck if row < height and column < width})
    sheet.merges = sorted(_clip(sheet.merges, height, width))
    return sheet


def _clip(
    merges: Iterable[tuple[int, int, int, int]], height: int, width: int
) -> Iterable[tuple[int, int, int, int]]:
    """Merged ranges as far as they lie in the grid."""
    for top, left, bottom, right in merges:
        span = top, left, min(bottom, height - 1), min(right, width - 1)
        if span[0] <= span[2] and span[1] <= span[3] and span[:2] != span[2:]:
            yield span


def guarded(read: Reader) -> Reader:
    """A reader whose every fault over a file is an answer about the file: ``damaged-workbook``."""

    @wraps(read)
    def guard(content: bytes, limits: Limits) -> list[Sheet]:
        try:
            return read(content, limits)
        except (Refusal, MemoryError):
            raise
        except Exception as problem:
            raise Refusal("damaged-workbook") from problem

    return guard
