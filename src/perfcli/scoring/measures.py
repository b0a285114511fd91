"""From target and actual to a score: one function for each method, on whole columns, exact.

What a value means is stated for every value: an actual of 0 or less where lower is better attains more than
any target, so it gives the highest score. A target that something is divided by is above
0 (the sheets are checked for that).
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

import numpy as np
import numpy.typing as npt

from perfcli import exact
from perfcli.exact import Floats, Numbers
from perfcli.rules.measures import Deduction, Direct, Levels, Measure, PassFail, Ratio, Tiers
from perfcli.rules.roles import Role

Flags = npt.NDArray[np.bool_]

_HUNDRED = Decimal(100)
_ATTAINMENT_PLACES = 10


@dataclass(frozen=True)
class Scale:
    """What a score may be: the full marks of the indicator, and the decimals of a computed score."""

    full: Decimal
    decimals: int


def measured_scores(measure: Measure, scale: Scale, targets: Floats, actuals: Floats) -> Floats:
    """The score of each actual; NaN where there is none, or no target that it needs.

    It is rounded half up, and the highest score stays the highest even where it has more decimals.

    ``targets`` and ``actuals`` are NaN where nothing was given; a target of the measure's own fills in.
    """
    scores = np.full(len(actuals), np.nan)
    if not measure.columns():
        return scores
    targets, has_target = agreed_targets(measure, targets), Role.TARGET in measure.columns()
    given = ~np.isnan(actuals)
    if has_target:
        given &= targets > 0 if measure.divides else ~np.isnan(targets)
    if given.any():
        held = targets[given] if has_target else np.ones(int(given.sum()))
        numbers = _scores(measure, scale, exact.decimals(held), exact.decimals(actuals[given]))
        scores[given] = exact.within(numbers, Decimal(0), measure.highest(scale.full)).floats()
    return scores


def agreed_targets(measure: Measure, targets: Floats) -> Floats:
    """The targets, with the measure's own where an employee has none."""
    own = measure.target
    return targets if own is None else np.where(np.isnan(targets), float(own), targets)


def attainments(measure: Measure, targets: Floats, actuals: Floats) -> Floats:
    """Each attainment in percent, to the nearest double; NaN where it has no value."""
    percents = np.full(len(actuals), np.nan)
    if not measure.divides:
        return percents
    targets = agreed_targets(measure, targets)
    lower = measure.better == "lower"
    given = (targets > 0) & ((actuals > 0) if lower else ~np.isnan(actuals))
    if given.any():
        target, actual = exact.decimals(targets[given]), exact.decimals(actuals[given])
        above, below = (target, actual) if lower else (actual, target)
        percents[given] = exact.quotient(above.times(_HUNDRED), below, _ATTAINMENT_PLACES).floats()
    return percents


def _scores(measure: Measure, scale: Scale, targets: Numbers, actuals: Numbers) -> Numbers:
    match measure:
        case Ratio():
            return _ratio(measure, scale, targets, actuals)
        case Tiers():
            return _tiers(measure, scale, targets, actuals)
        case Deduction():
            return _deduction(measure, scale, actuals)
        case PassFail():
            return _pass_fail(measure, scale, targets, actuals)
        case Direct() | Levels():
            raise TypeError(f"nothing to compute: {measure.method}")
        case _:
            assert_never(measure)


def _ratio(measure: Ratio, scale: Scale, targets: Numbers, actuals: Numbers) -> Numbers:
    cap = measure.highest(scale.full)
    above, below = (targets, actuals) if measure.better == "lower" else (actuals, targets)
    shares = exact.quotient(above.times(scale.full), _positive(below), scale.decimals)
    scores = exact.within(shares, measure.floor, cap).rounded(scale.decimals)
    beyond = np.asarray(below.integers <= 0, dtype=np.bool_)
    return _chosen(beyond, _fixed(beyond, cap, scale), scores)


def _deduction(measure: Deduction, scale: Scale, actuals: Numbers) -> Numbers:
    scores = actuals.times(-measure.step).plus(scale.full)
    return exact.within(scores, measure.floor, None).rounded(scale.decimals)


def _pass_fail(measure: PassFail, scale: Scale, targets: Numbers, actuals: Numbers) -> Numbers:
    lower = measure.better == "lower"
    passed = _at_least(targets, actuals) if lower else _at_least(actuals, targets)
    return _chosen(
        passed, _fixed(passed, measure.passed(scale.full), scale), _fixed(passed, measure.fail, scale)
    )


def _tiers(measure: Tiers, scale: Scale, targets: Numbers, actuals: Numbers) -> Numbers:
    """The tiers from the worst to the best; a value is ``above / below``, and the greater the better."""
    above, below, sign = _values(measure, targets, actuals)
    bottom, *bounded = measure.from_bottom
    scores = _fixed(actuals.integers, bottom.score, scale)
    for tier, better in zip(bounded, [*bounded[1:], None], strict=True):
        bound = sign * (tier.bound or Decimal(0))
        reached = _at_least(above, below.times(bound))
        scores = _chosen(reached, _fixed(reached, tier.score, scale), scores)
        if measure.interpolate and better is not None:
            step = sign * (better.bound or Decimal(0)) - bound
            exceeding = above + below.times(-bound)
            rise = below.times(step * tier.score) + exceeding.times(better.score - tier.score)
            between = exact.quotient(rise, _positive(below.times(step)), scale.decimals)
            scores = _chosen(reached, between, scores)
    return scores


def _values(measure: Tiers, targets: Numbers, actuals: Numbers) -> tuple[Numbers, Numbers, int]:
    """A tier's values as quotients, and -1 where they and their bounds are turned round."""
    if measure.of == "actual":
        sign = -1 if measure.better == "lower" else 1
        return actuals.times(Decimal(sign)), exact.constant(Decimal(1), len(actuals.integers)), sign
    if measure.better == "higher":
        return actuals.times(_HUNDRED), targets, 1
    return targets.times(_HUNDRED), actuals, 1


def _fixed(like: Sized, score: Decimal, scale: Scale) -> Numbers:
    """A score that the measure states, as often as there are values."""
    return exact.constant(score, len(like)).rounded(scale.decimals)


def _positive(numbers: Numbers) -> Numbers:
    """The numbers with 1 for those that nothing can be divided by."""
    return Numbers(np.where(numbers.integers > 0, numbers.integers, 1), numbers.denominator)


def _at_least(left: Numbers, right: Numbers) -> Flags:
    difference = left + right.times(Decimal(-1))
    return np.asarray(difference.integers >= 0, dtype=np.bool_)


def _chosen(flags: Flags, numbers: Numbers, otherwise: Numbers) -> Numbers:
    """Numbers where a flag is set, others elsewhere; both over one denominator."""
    return Numbers(np.where(flags, numbers.integers, otherwise.integers), numbers.denominator)
