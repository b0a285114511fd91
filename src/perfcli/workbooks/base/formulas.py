"""Live formulas that come to the same numbers as the scorer in every spreadsheet program.

Sums of decimals are not exact in binary, and programs round them differently: ``ROUND(89.995, 2)`` may be
89.99. Here the sum is first made a whole number of its smallest unit, and whole numbers are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from perfcli.rules.models import Rubric

MOST_PLACES = 10
"""More decimals of score and weight together than this would not fit a double as a whole number."""

_SHARED_PLACES = 11


@dataclass(frozen=True)
class ScoreRanges:
    """Neighbouring columns: ranges of weights and scores, and a cell with the weight that they share.

    Without ``weight`` a part counts for what applies in it.
    """

    weights: str
    scores: str
    weight: str | None = None


def total_formula(
    rubric: Rubric, weights: str, scores: str, *, places: int, decimals: int, adjustment: str = ""
) -> str:
    """The total of a row, rounded half up to ``decimals``.

    ``weights`` and ``scores`` are ranges, ``adjustment`` is a cell with points to add; ``places`` is how many
    decimals a score or an adjustment may have.
    """
    if rubric.counts_points:
        places = min(max(places, decimals), MOST_PLACES)
        total = f"(SUM({scores})+{adjustment})" if adjustment else f"SUM({scores})"
        return half_up(total, places, places - decimals, decimals)
    places += weight_places(rubric)
    return weighted_formula(weights, scores, places=places, decimals=decimals, adjustment=adjustment)


def weighted_formula(weights: str, scores: str, *, places: int, decimals: int, adjustment: str = "") -> str:
    """The total of scores of 100 by some weights, rounded half up to ``decimals``.

    ``places`` is how many decimals a score and a weight may have together. A score that is a word, as it does
    not apply, counts for nothing.
    """
    places = min(max(places, decimals), MOST_PLACES)
    total = f"SUMPRODUCT({weights},{scores})"
    total = f"({total}+100*{adjustment})" if adjustment else total
    return half_up(total, places, places + 2 - decimals, decimals)


def shared_total_formula(
    rubric: Rubric, parts: Sequence[ScoreRanges], *, decimals: int, adjustment: str = ""
) -> str:
    """The total of a row in which some scores are words, as they do not apply, rounded half up.

    The others of the same part share their weight, and parts without any score are shared by the rest.
    """
    points = rubric.counts_points
    numerators, denominators = [], []
    for part in parts:
        applies = f'SUMIF({part.scores},">=0",{part.weights})'
        earned = f"SUM({part.scores})" if points else f"SUMPRODUCT({part.weights},{part.scores})"
        if part.weight is None:
            numerators.append(earned)
            denominators.append(applies)
        else:
            numerators.append(f"IF({applies}=0,0,{part.weight}*{earned}/{applies})")
            denominators.append(f"IF({applies}=0,0,{part.weight})")
    mean = f"({'+'.join(numerators)})/({'+'.join(denominators)})"
    total = f"100*{mean}" if points else mean
    added = f"({total}+{adjustment})" if adjustment else f"({total})"
    return half_up(added, _SHARED_PLACES, _SHARED_PLACES - decimals, decimals)


def weight_places(rubric: Rubric) -> int:
    """The most decimals that a weight of a rubric has."""
    exponents = [indicator.weight.normalize().as_tuple().exponent for indicator in rubric.indicators]
    return max(-exponent for exponent in (*exponents, 0) if isinstance(exponent, int))


def grade_formula(total: str, grades: Sequence[tuple[Decimal, str]]) -> str:
    """The grade of a total; ``grades`` are lower bounds and names from the best to the lowest."""
    *upper, (_, lowest) = grades
    formula = quoted(lowest)
    for bound, name in reversed(upper):
        formula = f"IF({total}>={written(bound)},{quoted(name)},{formula})"
    return formula


def half_up(number: str, places: int, dropped: int, decimals: int) -> str:
    """A number in whole units of ``places`` decimals, of which the last ``dropped`` are rounded away."""
    unit = 10**dropped
    whole = f"ROUND({number}*{10**places},0)"
    kept = f"INT(({whole}+{unit // 2})/{unit})" if dropped else whole
    return f"{kept}/{10**decimals}" if decimals else kept


def written(number: Decimal) -> str:
    """A decimal as it stands in a formula."""
    return f"{number.normalize():f}"


def rounded(number: Decimal, decimals: int) -> str:
    """A decimal of the rules, rounded half up, as it stands in a formula."""
    return written(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def quoted(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'
