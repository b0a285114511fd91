"""One score for each indicator of each employee, from all that the sheets say about it.

What can be computed from target and actual counts first, then the raters' scores by the weights of the policy
(section 6), then a score that was typed. Where several are there, the sheets are checked for whether they
agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from perfcli import exact
from perfcli.exact import Floats
from perfcli.rules.models import Indicator, Policy, Raters, Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.measures import Flags, Scale, agreed_targets, attainments, measured_scores
from perfcli.scoring.results import not_applicable_key, role_key


@dataclass(frozen=True)
class Judgements:
    """What is known of one indicator, a number for each employee; NaN where there is none.

    ``given`` holds what stands in the sheets by role (targets with the measure's own where that was used);
    ``attainment`` is in percent. ``scores`` is what counts: ``measured``, else ``rated``, else typed.
    """

    given: Mapping[Role, Floats]
    attainment: Floats
    measured: Floats
    rated: Floats
    scores: Floats
    not_applicable: Flags


def judge(employees: pd.DataFrame, rubric: Rubric, indicator: Indicator, policy: Policy) -> Judgements:
    """The judgements of one indicator of one team's employees (see ``score_employees`` for the columns)."""
    given: dict[Role, Floats] = {
        role: _column(employees, role_key(indicator.id, role)) for role in Role if role != Role.NOTE
    }
    scale = Scale(rubric.full_marks(indicator), policy.rounding.score_decimals)
    measure = indicator.measure
    measured = measured_scores(measure, scale, given[Role.TARGET], given[Role.ACTUAL])
    rated = rated_scores(policy.raters, {rater: given[rater] for rater in RATERS}, scale.decimals)
    computed = np.where(np.isnan(measured), rated, measured)
    targets = np.where(np.isnan(measured), given[Role.TARGET], agreed_targets(measure, given[Role.TARGET]))
    return Judgements(
        given={**given, Role.TARGET: targets},
        attainment=attainments(measure, given[Role.TARGET], given[Role.ACTUAL]),
        measured=measured,
        rated=rated,
        scores=np.where(np.isnan(computed), given[Role.SCORE], computed),
        not_applicable=_flags(employees, not_applicable_key(indicator.id)),
    )


def rated_scores(raters: Raters, given: Mapping[Role, Floats], decimals: int) -> Floats:
    """The raters' scores by their weights, rounded half up; NaN where one who counts is missing.

    With ``share_missing`` those who gave a score share the weight of those who did not.
    """
    weights = raters.weights()
    present = {rater: ~np.isnan(given[rater]) for rater in weights}
    count = len(next(iter(given.values())))
    scores = np.full(count, np.nan)
    if not any(is_here.any() for is_here in present.values()):
        return scores
    patterns = np.array([present[rater] for rater in weights], dtype=np.bool_).reshape(len(weights), count)
    for pattern in np.unique(patterns, axis=1).T:
        who = [rater for rater, is_here in zip(weights, pattern, strict=True) if is_here]
        if not who or (len(who) < len(weights) and not raters.share_missing):
            continue
        rows = (patterns == pattern[:, None]).all(axis=0)
        whole = sum((weights[rater] for rater in who), Decimal(0))
        parts = (
            exact.decimals(given[rater][rows]).times(Fraction(weights[rater]) / Fraction(whole))
            for rater in who
        )
        scores[rows] = exact.total(parts).rounded(decimals).floats()
    return scores


def _column(employees: pd.DataFrame, key: str) -> Floats:
    if key not in employees:
        return np.full(len(employees), np.nan)
    return employees[key].to_numpy(dtype=np.float64)


def _flags(employees: pd.DataFrame, key: str) -> Flags:
    if key not in employees:
        return np.zeros(len(employees), dtype=np.bool_)
    return np.asarray(employees[key].to_numpy(), dtype=np.bool_)
