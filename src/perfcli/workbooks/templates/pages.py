"""Where the printed pages of a wide sheet begin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from perfcli.workbooks.base import styles
from perfcli.workbooks.templates.sheet import FROZEN, TemplateSheet

_LEAST_SCALE = 0.4  # smaller print is hard to read
_ROOM = styles.A4_LANDSCAPE / _LEAST_SCALE


def page_starts(sheet: TemplateSheet, widths: Sequence[float]) -> list[int]:
    """The columns with which further pages begin: none, unless the letters of one would be too small to read.

    As few pages as can be; they begin with a dimension if that will do, else with an indicator.
    """
    if _pixels(widths) <= _ROOM:
        return []
    indicators = {column.index: one for column, one in sheet.of_indicators() if sheet.is_first(column)}
    leading = [dimension.indicators[0] for dimension in sheet.rubric.dimensions]
    after = 1 + max(column.index for column, _ in sheet.of_indicators())
    ways = (
        [*[column for column, one in indicators.items() if one in leading][1:], after],
        [*list(indicators)[1:], after],
        list(range(FROZEN + 1, len(widths))),
    )
    pages = 1
    while True:
        pages += 1
        for starts in ways:
            found = _split(widths, [FROZEN, *starts], pages)
            if found is not None:
                return found


def scale(widths: Sequence[float], starts: Sequence[int]) -> int:
    """The percentage at which the widest page has room."""
    widest = max(_pages(widths, starts))
    return max(min(int(100 * styles.A4_LANDSCAPE / widest), 100), 10)


def _split(widths: Sequence[float], starts: Sequence[int], pages: int) -> list[int] | None:
    """Pages of about one width that begin at some of the columns; None where they would be too wide."""
    found: list[int] | None = None
    limit = _ROOM
    while (split := _filled(widths, starts, limit)) is not None and len(split) < pages:
        found, limit = split, max(_pages(widths, split)) - 1
    return found


def _filled(widths: Sequence[float], starts: Sequence[int], limit: float) -> list[int] | None:
    """Pages as full as they may be; None where one of the parts alone is too wide."""
    repeated = _pixels(widths[:FROZEN])
    found: list[int] = []
    used = repeated
    for first, after in pairwise([*starts, len(widths)]):
        own = _pixels(widths[first:after])
        if repeated + own > limit:
            return None
        if used + own > limit:
            found.append(first)
            used = repeated
        used += own
    return found


def _pages(widths: Sequence[float], starts: Sequence[int]) -> list[float]:
    """How wide each page is, with the columns that are repeated."""
    repeated = _pixels(widths[:FROZEN])
    return [
        repeated + _pixels(widths[first:after]) for first, after in pairwise([FROZEN, *starts, len(widths)])
    ]


def _pixels(widths: Sequence[float]) -> float:
    return sum(map(styles.pixels, widths))
