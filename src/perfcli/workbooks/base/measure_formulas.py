"""Live formulas from what a sheet says of an indicator to its score, for each measure and for raters.

They come to the scores of ``perfcli.scoring`` in every spreadsheet program: a quotient of doubles is made a
whole number of very small units before it is compared or rounded, so that what is exactly on a bound, or
exactly half way, stays there. Half a unit is less than any other difference for targets of up to ten digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import assert_never

from perfcli.rules.measures import Deduction, Direct, Levels, Measure, PassFail, Ratio, Tiers
from perfcli.rules.raters import Raters
from perfcli.rules.roles import Role
from perfcli.scoring.scales import PLACES, TypedScale
from perfcli.workbooks.base.formulas import half_up, rounded, written

_LARGEST_WHOLE = 4 * 10**14
"""Up to here what a few operations on doubles lose is less than half a unit."""

_HIGHEST_RATED = Decimal(1000)
_MOST_PLACES, _LEAST_PLACES = 12, 8


def measured_formula(measure: Measure, full: Decimal, decimals: int, target: str, actual: str) -> str:
    """The score of an actual, without the equals sign, rounded half up to ``decimals``.

    ``full`` are the full marks; ``target`` and ``actual`` are references to cells, or numbers as they are
    written in a formula. Where there is no number in them the formula has no meaning.
    """
    score = _score(measure, full, decimals, target, actual)
    highest = measure.highest(full)
    return f"MIN({score},{written(highest)})" if Decimal(rounded(highest, decimals)) > highest else score


def counted_formula(scale: TypedScale, cell: str) -> str:
    """What counts for the number in a cell that is typed on a scale of its own; a blank counts as 0."""
    if not scale.is_another:
        return cell
    factor = scale.factor
    product = f"{cell}*{factor.numerator}/{factor.denominator}"
    return (
        f"ROUND({product},{PLACES})"
        if scale.places == PLACES
        else _rounded(product, _HIGHEST_RATED, scale.places)
    )


def typed_formula(scale: TypedScale, score: str) -> str:
    """What would be typed for a score that is computed, on the scale of the sheet."""
    return f"({score})*{scale.factor.denominator}/{scale.factor.numerator}" if scale.is_another else score


@dataclass(frozen=True)
class RaterCells:
    """What one kind of rater gave, as a formula writes it: the score, 0 for none; whether it is there."""

    score: str
    is_there: str


def one_rater(cell: str, scale: TypedScale) -> RaterCells:
    """The cell of a single rater; a blank one is a missing score."""
    return RaterCells(counted_formula(scale, cell), f"COUNT({cell})")


def mean_of_raters(total: str, count: str, least: int, decimals: int) -> RaterCells:
    """The mean of several raters, rounded half up, from formulas for the sum and the number of scores."""
    mean = _rounded(f"({total})/({count})", _HIGHEST_RATED, decimals)
    is_there = f"({count}>={least})"
    return RaterCells(f"IF({is_there},{mean},0)", is_there)


def rated_formula(raters: Raters, decimals: int, given: Mapping[Role, RaterCells]) -> str:
    """The score from the raters' scores, without the equals sign, rounded half up to ``decimals``.

    ``given`` are the raters who may have given a score. The others share the weight of a missing one where
    the policy says so; else the formula has no meaning.
    """
    weights = {rater: weight for rater, weight in raters.weights().items() if rater in given}
    parts = "+".join(f"{written(weight)}*{given[rater].score}" for rater, weight in weights.items())
    whole = (
        "+".join(f"{written(weight)}*{given[rater].is_there}" for rater, weight in weights.items())
        if raters.share_missing
        else written(sum(raters.weights().values(), Decimal(0)))
    )
    return _rounded(f"({parts})/({whole})", _HIGHEST_RATED, decimals)


def _score(measure: Measure, full: Decimal, decimals: int, target: str, actual: str) -> str:
    """The score before it is made no higher than the highest."""
    match measure:
        case Ratio():
            return _ratio(measure, full, decimals, target, actual)
        case Tiers():
            return _TierFormula(measure, decimals, target, actual).formula()
        case Deduction():
            left = f"{written(full)}-{written(measure.step)}*{actual}"
            within = f"MIN(MAX({left},{written(measure.floor)}),{written(full)})"
            return _rounded(within, full, decimals)
        case PassFail():
            passed, failed = (rounded(score, decimals) for score in (measure.passed(full), measure.fail))
            sign = "<=" if measure.better == "lower" else ">="
            return f"IF({actual}{sign}{target},{passed},{failed})"
        case Direct() | Levels():
            raise TypeError(f"nothing to compute: {measure.method}")
        case _:
            assert_never(measure)


def _ratio(measure: Ratio, full: Decimal, decimals: int, target: str, actual: str) -> str:
    cap = measure.highest(full)
    lower = measure.better == "lower"
    quotient = f"{target}/{actual}" if lower else f"{actual}/{target}"
    within = f"MIN(MAX({written(full)}*{quotient},{written(measure.floor)}),{written(cap)})"
    score = _rounded(within, cap, decimals)
    return f"IF({actual}<=0,{rounded(cap, decimals)},{score})" if lower else score


@dataclass(frozen=True)
class _TierFormula:
    """The formula of tiers: which of them a value reaches is found by halving, as tiers may be many."""

    measure: Tiers
    decimals: int
    target: str
    actual: str

    def formula(self) -> str:
        tiers = self.measure.from_bottom
        scores = [rounded(tier.score, self.decimals) for tier in tiers]
        bounds = [tier.bound or Decimal(0) for tier in tiers]
        if self.measure.interpolate:
            points = [(bound, tier.score) for bound, tier in zip(bounds, tiers, strict=True)]
            scores[1:-1] = [self._between(left, right) for left, right in pairwise(points[1:])]
        found = _halved(bounds, scores, self._reached)
        if self._lower_attainment:
            return f"IF({self.actual}<=0,{scores[-1]},{found})"
        return found

    @property
    def _lower_attainment(self) -> bool:
        return self.measure.of == "attainment" and self.measure.better == "lower"

    @property
    def _quotient(self) -> str:
        return f"{self.target}/{self.actual}" if self._lower_attainment else f"{self.actual}/{self.target}"

    def _reached(self, bound: Decimal) -> str:
        """Whether a value reaches a bound."""
        if self.measure.of == "actual":
            sign = "<=" if self.measure.bounds_key == "upper_bound" else ">="
            return f"{self.actual}{sign}{written(bound)}"
        places = max(_places(bound / 100), _LEAST_PLACES)
        return f"ROUND({self._quotient}*{10**places},0)>={written(bound.scaleb(places - 2))}"

    def _between(self, left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> str:
        """The score on the straight line from one bound and its score to the next."""
        (bound, score), (better, more) = left, right
        value = self.actual if self.measure.of == "actual" else f"100*{self._quotient}"
        rise, run = more - score, better - bound
        if not rise:
            return rounded(score, self.decimals)
        line = f"({written(score)}+({value}-{_bracketed(bound)})*{_bracketed(rise)}/{_bracketed(run)})"
        steep = max(abs(bound), abs(better)) * abs(rise / run)
        return _rounded(line, max(score, more) + 2 * steep, self.decimals)


def _halved(bounds: Sequence[Decimal], scores: Sequence[str], reached: Callable[[Decimal], str]) -> str:
    """The score of the last bound that is reached; the first counts as reached."""
    if len(scores) == 1:
        return scores[0]
    middle = len(scores) // 2
    upper = _halved(bounds[middle:], scores[middle:], reached)
    lower = _halved(bounds[:middle], scores[:middle], reached)
    return f"IF({reached(bounds[middle])},{upper},{lower})"


def _rounded(number: str, largest: Decimal, decimals: int) -> str:
    """A number of at most so much, rounded half up."""
    places = max(_places(largest), decimals)
    return half_up(number, places, places - decimals, decimals)


def _places(largest: Decimal) -> int:
    """The decimals that a number of at most so much can keep in a whole number."""
    places = _MOST_PLACES
    while places and (abs(largest) + 1) * 10**places > _LARGEST_WHOLE:
        places -= 1
    return places


def _bracketed(number: Decimal) -> str:
    return f"({written(number)})" if number < 0 else written(number)
