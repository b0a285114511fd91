"""Where one score came from, in words: the target and actual, the raters, the word that was typed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from perfcli import exact
from perfcli.rules.measures import Deduction, Levels, PassFail, Ratio, Tier, Tiers
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.results import role_key
from perfcli.text import Term

_SHOWN_PLACES = 6

Row = Mapping[Hashable, Any]


def written(number: Decimal | Fraction) -> str:
    """A number without needless zeros: 27.6, 30; one that does not end, to six decimals."""
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
    if -int(number.normalize().as_tuple().exponent) > exact.SIGNIFICANT_DIGITS:
        number = number.quantize(Decimal(1).scaleb(-_SHOWN_PLACES), ROUND_HALF_UP)
    return f"{number.normalize():f}"


def derive(rubric: Rubric, indicator: Indicator, policy: Policy, row: Row) -> Iterator[Term]:
    """How a score came about, a text for each step; nothing where a person typed it.

    ``row`` is an employee's row of a results' frame.
    """
    given = {role: _number(row, role_key(indicator.id, role)) for role in Role}
    target, actual = given[Role.TARGET], given[Role.ACTUAL]
    measure = indicator.measure
    measured = actual is not None and (target is not None or not measure.has_target)
    raters = {rater: score for rater in RATERS if (score := given[rater]) is not None}
    if measured and actual is not None:
        yield from _measured(rubric, indicator, target or Decimal(0), actual)
    elif set(raters) & set(policy.raters.weights()):
        yield _rated(policy, raters)
        return
    elif word := _word(rubric, indicator, given[Role.SCORE]):
        yield word
    for rater, score in raters.items():
        yield Term(
            "derivation.for-reference", {"rater": Term(f"role.{rater.value}"), "score": written(score)}
        )


def _number(row: Row, key: str) -> Decimal | None:
    value = row.get(key)
    return None if value is None or math.isnan(value) else exact.decimal(value)


def _measured(rubric: Rubric, indicator: Indicator, target: Decimal, actual: Decimal) -> Iterator[Term]:
    full = rubric.full_marks(indicator)
    values: dict[str, object] = {"target": written(target), "actual": written(actual), "full": written(full)}
    match indicator.measure:
        case Ratio() as ratio:
            yield from _ratio(ratio, full, target, actual, values)
        case Tiers() as tiers:
            yield from _tiers(tiers, target, actual, values)
        case Deduction() as deduction:
            left = full - deduction.step * actual
            values |= {"step": written(deduction.step), "left": written(left)}
            yield Term("derivation.deduction", values)
            if left < deduction.floor:
                yield Term("derivation.floor", {"floor": written(deduction.floor)})
        case PassFail() as rule:
            reached = actual <= target if rule.better == "lower" else actual >= target
            yield Term("derivation.reached" if reached else "derivation.not-reached", values)
        case _:
            return


def _ratio(
    measure: Ratio, full: Decimal, target: Decimal, actual: Decimal, values: dict[str, object]
) -> Iterator[Term]:
    cap, lower = measure.highest(full), measure.better == "lower"
    if lower and actual <= 0:
        yield Term("derivation.nothing", values | {"cap": written(cap)})
        return
    share = Fraction(target) / Fraction(actual) if lower else Fraction(actual) / Fraction(target)
    result = Fraction(full) * share
    key = "derivation.ratio.lower" if lower else "derivation.ratio.higher"
    yield Term(key, values | {"result": written(result)})
    if result > cap:
        yield Term("derivation.cap", {"cap": written(cap)})
    elif result < measure.floor:
        yield Term("derivation.floor", {"floor": written(measure.floor)})


def _tiers(measure: Tiers, target: Decimal, actual: Decimal, values: dict[str, object]) -> Iterator[Term]:
    lower = measure.better == "lower"
    if measure.of == "actual":
        sign = -1 if lower else 1
        value, shown = Fraction(actual) * sign, Term("derivation.actual", values)
    elif lower and actual <= 0:
        yield Term("derivation.nothing", values | {"cap": _score(measure.from_bottom[-1])})
        return
    else:
        sign, (above, below) = 1, (target, actual) if lower else (actual, target)
        value = 100 * Fraction(above) / Fraction(below)
        key = "derivation.attainment.lower" if lower else "derivation.attainment.higher"
        shown = Term(key, values | {"attainment": written(value)})
    bottom, *bounded = measure.from_bottom
    reached = [tier for tier in bounded if value >= sign * Fraction(tier.bound or 0)]
    tier = reached[-1] if reached else bottom
    yield shown
    better = bounded[len(reached)] if reached and len(reached) < len(bounded) else None
    if measure.interpolate and better is not None:
        yield Term(
            "derivation.between", {**_bounds(measure, tier), "next": _bound(better), "more": _score(better)}
        )
    elif tier.bound is None:
        yield Term("derivation.bottom", {"score": _score(tier)})
    else:
        yield Term("derivation.tier", _bounds(measure, tier))


def _bounds(measure: Tiers, tier: Tier) -> dict[str, object]:
    sign = "≤" if measure.bounds_key == "upper_bound" else "≥"
    return {"sign": sign, "bound": _bound(tier), "score": _score(tier)}


def _bound(tier: Tier) -> str:
    return written(tier.bound or Decimal(0))


def _score(tier: Tier) -> str:
    return written(tier.score)


def _rated(policy: Policy, raters: Mapping[Role, Decimal]) -> Term:
    """The raters who gave a score, each with the weight that counted."""
    weights = policy.raters.weights()
    counting = {rater: weights[rater] for rater in raters if rater in weights}
    whole = sum(counting.values(), Decimal(0))
    parts = [
        Term(
            "derivation.rater",
            {
                "rater": Term(f"role.{rater.value}"),
                "score": written(raters[rater]),
                "weight": written(Fraction(weight) * 100 / Fraction(whole)),
            },
        )
        for rater, weight in counting.items()
    ]
    return Term(
        "derivation.raters.shared" if len(counting) < len(weights) else "derivation.raters", {"parts": parts}
    )


def _word(rubric: Rubric, indicator: Indicator, score: Decimal | None) -> Term | None:
    """The level that a score is, if it is the score of just one."""
    if score is None:
        return None
    if isinstance(indicator.measure, Levels):
        levels = [level for level in indicator.measure.levels if level.score == score]
        if len(levels) == 1:
            return Term("derivation.level", {"level": levels[0].name, "score": written(score)})
    if isinstance(indicator.measure, PassFail):
        full = rubric.full_marks(indicator)
        for key, own in (("pass", indicator.measure.passed(full)), ("fail", indicator.measure.fail)):
            if own == score:
                return Term("derivation.level", {"level": Term(f"level.{key}"), "score": written(score)})
    return None
