"""Header cells that are merged across several columns: what stands under one of them is one column."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from perfcli.files.cells import is_blank
from perfcli.files.reader import Grid


@dataclass(frozen=True)
class Spans:
    """The columns that mean the same under one merged cell of a header.

    ``empty`` are those to leave out, as the values stand in another; ``split`` are those that have values
    each, with the row of the first one.
    """

    empty: frozenset[int] = frozenset()
    split: tuple[Mapping[int, int], ...] = ()

    def rows(self, columns: Iterable[int]) -> Mapping[int, int]:
        """The row of the first value of each of some columns under one merged cell; else nothing."""
        wanted = set(columns)
        return next((one for one in self.split if wanted <= one.keys()), {})


def find_spans(grid: Grid, header: range, meanings: Mapping[int, Hashable], rows: Iterable[int]) -> Spans:
    """Which columns are one by the merged cells in the rows of a header.

    ``meanings`` are those of the columns, ``rows`` where their values stand. Columns that have a text of
    their own below the merged cell are several, whatever they say.
    """
    empty: set[int] = set()
    split: list[Mapping[int, int]] = []
    values = list(rows)
    room = len(header) * (max(meanings, default=0) + 1)  # for more there are no cells, unless ranges overlap
    for first, left, last, right in grid.merges:
        if first not in header or right == left or room < 0:
            continue
        room -= right - left + 1
        for group in _alike(range(left, right + 1), meanings):
            own = [column for column in group if _has_a_text(grid, range(last + 1, header.stop), column)]
            if len(group) == 1 or len(own) > 1:
                continue
            filled = {
                column: row for column in group if (row := _first_value(grid, values, column)) is not None
            }
            if len(filled) > 1:
                split.append(filled)
            else:
                empty.update(set(group) - {*(filled or own or group[:1])})
    return Spans(frozenset(empty), tuple(split))


def _alike(columns: Iterable[int], meanings: Mapping[int, Hashable]) -> list[list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for column in columns:
        if column in meanings:
            groups.setdefault(meanings[column], []).append(column)
    return list(groups.values())


def _has_a_text(grid: Grid, rows: range, column: int) -> bool:
    return any(not is_blank(grid.rows[row][column]) for row in rows)


def _first_value(grid: Grid, rows: Iterable[int], column: int) -> int | None:
    return next((row for row in rows if not is_blank(grid.rows[row][column])), None)
