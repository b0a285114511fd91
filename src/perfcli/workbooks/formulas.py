"""Live formulas that come to the same numbers as the scorer in every spreadsheet program.

Sums of decimals are not exact in binary, and programs round them differently: ``ROUND(89.995, 2)`` may be
89.99. Here the sum is first made a whole number of its smallest unit, and whole numbers are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from perfcli.rules.models import Rubric

MOST_PLACES = 10
"""More decimals of score and weight together than this would not fit a double as a whole number."""


def total_formula(rubric: Rubric, weights: str, scores: str, *, places: int, decimals: int) -> str:
    """The total of a row, rounded half up to ``decimals``.

    ``weights`` and ``scores`` are ranges; ``places`` is how many decimals a score may have.
    """
    if rubric.scale == "points":
        places = min(max(places, decimals), MOST_PLACES)
        return half_up(f"SUM({scores})", places, places - decimals, decimals)
    places = min(max(places + weight_places(rubric), decimals), MOST_PLACES)
    return half_up(f"SUMPRODUCT({weights},{scores})", places, places + 2 - decimals, decimals)


def weight_places(rubric: Rubric) -> int:
    """The most decimals that a weight of a rubric has."""
    exponents = [indicator.weight.normalize().as_tuple().exponent for indicator in rubric.indicators]
    return max(-exponent for exponent in (*exponents, 0) if isinstance(exponent, int))


def grade_formula(total: str, grades: Sequence[tuple[Decimal, str]]) -> str:
    """The grade of a total; ``grades`` are lower bounds and names from the best to the lowest."""
    *upper, (_, lowest) = grades
    formula = _text(lowest)
    for bound, name in reversed(upper):
        formula = f"IF({total}>={bound.normalize():f},{_text(name)},{formula})"
    return formula


def half_up(number: str, places: int, dropped: int, decimals: int) -> str:
    """A number in whole units of ``places`` decimals, of which the last ``dropped`` are rounded away."""
    unit = 10**dropped
    whole = f"ROUND({number}*{10**places},0)"
    rounded = f"INT(({whole}+{unit // 2})/{unit})" if dropped else whole
    return f"{rounded}/{10**decimals}" if decimals else rounded


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
