"""Where one score came from, in words: the target and actual, the raters, the word that was typed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from perfcli import exact
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.roles import ROLES, Role
from perfcli.scoring.origins import Origin
from perfcli.scoring.results import origin_key, rater_keys, role_key, typed_key
from perfcli.scoring.scales import typed_scale
from perfcli.text import Term

Row = Mapping[Hashable, Any]


def derive(rubric: Rubric, indicator: Indicator, policy: Policy, row: Row) -> Iterator[Term]:
    """How a score came about, a text for each step; nothing where a person typed the number that counts.

    ``row`` is an employee's row of a results' frame; the indicator applies.
    """
    stated = {role: row.get(role_key(indicator.id, role), math.nan) for role in (*ROLES, *policy.raters.own)}
    given = {role: exact.decimal(number) for role, number in stated.items() if not math.isnan(number)}
    raters = {rater: given[rater] for rater in policy.raters.roles if rater in given}
    measure, full = indicator.measure, rubric.full_marks(indicator)
    match Origin(row[origin_key(indicator.id)]):
        case Origin.MEASURED:
            yield from measure.derivation(full, given.get(Role.TARGET, Decimal(0)), given[Role.ACTUAL])
        case Origin.SELF | Origin.PEER | Origin.SUPERIOR | Origin.RATERS:
            yield _rated(rubric, indicator, policy, raters, row)
            return
        case Origin.LEVEL:
            yield from filter(None, [measure.typed_word(given[Role.SCORE], full)])
        case Origin.TYPED if rubric.is_converted(indicator):
            typed = exact.decimal(row[typed_key(indicator.id)])
            yield _converted(rubric, indicator, policy, typed)
        case Origin.TYPED | Origin.NOT_APPLICABLE:
            pass
    for rater, score in raters.items():
        said = _said(rubric, indicator, policy, score)
        yield Term("derivation.for-reference", {"rater": rater.said, "score": said})


def _said(rubric: Rubric, indicator: Indicator, policy: Policy, typed: Decimal) -> str | Term:
    """A score as somebody typed it, with what it counts for where that is another number."""
    is_another = rubric.is_converted(indicator)
    return _converted(rubric, indicator, policy, typed) if is_another else written(typed)


def _converted(rubric: Rubric, indicator: Indicator, policy: Policy, typed: Decimal) -> Term:
    """What was typed on a scale of its own, and what it counts for: 4.5 of 5 = 90."""
    scale = typed_scale(rubric, indicator, policy.rounding.score_decimals)
    (score,) = scale.counted(np.array([float(typed)]))
    values = {"typed": written(typed), "full": written(rubric.typed_marks(indicator))}
    return Term("derivation.scale", {**values, "score": written(exact.decimal(score))})


def _rated(
    rubric: Rubric, indicator: Indicator, policy: Policy, raters: Mapping[Role, Decimal], row: Row
) -> Term:
    """The raters who gave a score, each with the weight that counted; of several the mean of theirs."""
    weights = policy.raters.weights()
    counting = {rater: weights[rater] for rater in raters if rater in weights}
    whole = sum(counting.values(), Decimal(0))
    parts = [
        Term(
            "derivation.rater",
            {
                "rater": rater.said,
                "score": _given(indicator, rater, _said(rubric, indicator, policy, raters[rater]), row),
                "weight": written(Fraction(weight) * 100 / Fraction(whole)),
            },
        )
        for rater, weight in counting.items()
    ]
    return Term(
        "derivation.raters.shared" if len(counting) < len(weights) else "derivation.raters", {"parts": parts}
    )


def _given(indicator: Indicator, rater: Role, score: str | Term, row: Row) -> str | Term:
    """A rater's score; of several their mean with what they gave, which tells nobody who gave what."""
    each = sorted(row[key] for key in rater_keys(row, indicator.id, rater) if not math.isnan(row[key]))
    if not each:
        return score
    given = [written(exact.decimal(one)) for one in each]
    return Term("derivation.mean", {"score": score, "each": given, "count": len(each)})
