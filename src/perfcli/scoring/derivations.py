"""Where one score came from, in words: the target and actual, the raters, the word that was typed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from perfcli import exact
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.results import role_key
from perfcli.text import Term

Row = Mapping[Hashable, Any]


def derive(rubric: Rubric, indicator: Indicator, policy: Policy, row: Row) -> Iterator[Term]:
    """How a score came about, a text for each step; nothing where a person typed it.

    ``row`` is an employee's row of a results' frame.
    """
    given = {role: _number(row, role_key(indicator.id, role)) for role in Role}
    target, actual = given[Role.TARGET], given[Role.ACTUAL]
    measure, full = indicator.measure, rubric.full_marks(indicator)
    raters = {rater: score for rater in RATERS if (score := given[rater]) is not None}
    if actual is not None and (target is not None or Role.TARGET not in measure.columns()):
        yield from measure.derivation(full, target or Decimal(0), actual)
    elif set(raters) & set(policy.raters.weights()):
        yield _rated(policy, raters)
        return
    elif (typed := given[Role.SCORE]) is not None and (word := measure.typed_word(typed, full)):
        yield word
    for rater, score in raters.items():
        yield Term(
            "derivation.for-reference", {"rater": Term(f"role.{rater.value}"), "score": written(score)}
        )


def _number(row: Row, key: str) -> Decimal | None:
    value = row.get(key)
    return None if value is None or math.isnan(value) else exact.decimal(value)


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
