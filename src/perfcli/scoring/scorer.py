"""From scores to totals, grades and ranks.

Source of the rule: policy, section 5 (weights are points of the 100; a total is the sum of weighted
scores). Weighted points stay exact; the total is rounded half up once, and the rounded total, which
everyone can see, decides grade and rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli import exact
from perfcli.exact import Floats, Integers, Numbers
from perfcli.people.columns import WITH_RESULTS, Kept, kept, keys
from perfcli.rules.models import Grade, Indicator, Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.scoring.judgements import judge_employees
from perfcli.scoring.measures import Flags
from perfcli.scoring.origins import Origin
from perfcli.scoring.results import (
    ADJUSTMENT,
    IDENTITY,
    OUTCOME,
    REASON,
    VETO,
    attainment_key,
    origin_key,
    points_key,
    rater_keys,
    role_key,
    score_key,
    stated_weight_key,
    typed_key,
    weight_key,
)
from perfcli.scoring.weights import shared_weights

Objects = npt.NDArray[np.object_]


@dataclass(frozen=True)
class _Scores:
    """The scores of one indicator, and to whom it does not apply."""

    numbers: Floats
    not_applicable: Flags


def score_employees(employees: pd.DataFrame, rubrics: Mapping[str, Rubric], policy: Policy) -> pd.DataFrame:
    """The results' frame (see ``Results``) of what is known of employees: see ``judge_employees``."""
    return score_judged(judge_employees(employees, rubrics, policy), rubrics, policy)


def score_judged(employees: pd.DataFrame, rubrics: Mapping[str, Rubric], policy: Policy) -> pd.DataFrame:
    """The results' frame of employees who have a score for each indicator: see ``with_judgements``."""
    scored = [
        _score_team(group, rubrics[str(team)], policy) for team, group in employees.groupby("team", sort=True)
    ]
    if not scored:
        return pd.DataFrame(columns=[*IDENTITY, *OUTCOME, *keys(Kept.RECORD)])
    frame = pd.concat(scored, ignore_index=True)
    frame["rank"] = ranks(frame["total"])
    frame["team_rank"] = frame.groupby("team")["total"].transform(ranks).astype(np.int64)
    for key, nothing in ((ADJUSTMENT, 0.0), (REASON, ""), (VETO, "")):
        if key in frame:
            frame[key] = frame[key].fillna(nothing)
    frame = frame.sort_values(["rank", "employee_id"], kind="stable", ignore_index=True)
    present = [rubrics[str(team)] for team in sorted(set(frame["team"]))]
    return frame[[key for key in _columns(present, [*map(str, frame)], policy.raters.roles) if key in frame]]


def outcomes(employees: pd.DataFrame, rubrics: Mapping[str, Rubric], policy: Policy) -> pd.DataFrame:
    """Points, totals and grades of judged employees, by the index that they have; no ranks."""
    scored = [_score_team(group, rubrics[str(team)], policy) for team, group in employees.groupby("team")]
    return pd.concat(scored) if scored else pd.DataFrame(columns=[*IDENTITY, *OUTCOME])


def _columns(rubrics: Sequence[Rubric], every: Sequence[str], raters: Sequence[Role]) -> list[str]:
    """All columns that a results' frame may have, in their order; ``every`` are those that there are."""
    dimensions = [points_key(dimension.id) for rubric in rubrics for dimension in rubric.dimensions]
    indicators = [
        key
        for rubric in rubrics
        for one in rubric.indicators
        for key in indicator_columns(one.id, every, raters)
    ]
    return list(
        dict.fromkeys(
            [*IDENTITY, *OUTCOME, *dimensions, *indicators, ADJUSTMENT, REASON, VETO, *keys(WITH_RESULTS)]
        )
    )


def indicator_columns(identifier: str, every: Iterable[object], raters: Sequence[Role]) -> list[str]:
    """The columns that an indicator may have in a results' frame, in their order.

    ``every`` are all columns of the frame: there may be any number of ``raters`` of a kind.
    """
    result = [key(identifier) for key in (stated_weight_key, weight_key, score_key, origin_key, points_key)]
    return [*_evidence(identifier, every, raters), *result]


def _evidence(identifier: str, every: Iterable[object], raters: Sequence[Role]) -> list[str]:
    """The columns of what the sheets say beside the score."""
    found = [*map(str, every)]
    rated = [
        key for role in raters for key in (*rater_keys(found, identifier, role), role_key(identifier, role))
    ]
    target, actual = (role_key(identifier, role) for role in (Role.TARGET, Role.ACTUAL))
    return [target, actual, attainment_key(identifier), *rated, typed_key(identifier)]


def _score_team(group: pd.DataFrame, rubric: Rubric, policy: Policy) -> pd.DataFrame:
    scores = {one.id: _scores(group, one.id) for one in rubric.indicators}
    stated = {one: numbers for one in scores if (numbers := _stated(group, one)) is not None}
    points, weights = _weigh(rubric, scores, policy, stated)
    columns: dict[str, object] = {key: group[key] for key in IDENTITY} | dict.fromkeys(OUTCOME)
    for dimension in rubric.dimensions:
        own = [points[indicator.id] for indicator in dimension.indicators]
        columns[points_key(dimension.id)] = exact.total(own).floats()
    for one, judged in scores.items():
        evidence = _evidence(one, group, policy.raters.roles)
        said = [key for key in evidence if key in group and group[key].notna().any()]
        columns |= {key: group[key] for key in (*said, score_key(one), origin_key(one))}
        columns |= {stated_weight_key(one): stated[one]} if one in stated else {}
        if weights is not None:
            columns[weight_key(one)] = weights[one]
        columns[points_key(one)] = np.where(judged.not_applicable, np.nan, points[one].floats())
    total = exact.total(points.values())
    if ADJUSTMENT in group:
        total += exact.decimals(group[ADJUSTMENT].fillna(0).to_numpy(dtype=np.float64))
        columns |= {ADJUSTMENT: group[ADJUSTMENT].fillna(0), REASON: group.get(REASON, "")}
    known = [one for one in kept(WITH_RESULTS) if one.key in group or not one.is_number]
    columns |= {one.key: group.get(one.key, one.blank) for one in known}
    totals = printed_totals(total, policy)
    columns["total"] = totals.floats()
    columns["grade"] = grades(totals, policy.grades)
    columns |= {"rank": 0, "team_rank": 0} | _vetoes(rubric, policy, scores, columns)
    return pd.DataFrame(columns, index=group.index)


def printed_totals(totals: Numbers, policy: Policy) -> Numbers:
    """Exact totals as they are printed: rounded half up, not below 0 and not above the policy's highest."""
    decimals = policy.rounding.total_decimals
    rounded = totals.rounded(decimals)
    return exact.within(rounded, Decimal(0), policy.highest_total).rounded(decimals)


def _weigh(
    rubric: Rubric, scores: Mapping[str, _Scores], policy: Policy, stated: Mapping[str, Floats]
) -> tuple[Mapping[str, Numbers], Mapping[str, Floats] | None]:
    """The exact points of each indicator, and its weights where they are not the same for everyone.

    ``stated`` are own weights that count in place of the rubric's, NaN where that holds. Employees to whom
    the same indicators apply have the same weights, unless they have own ones.
    """
    indicators = {indicator.id: indicator for indicator in rubric.indicators}
    left_out = np.array([scores[one].not_applicable for one in indicators])
    if not left_out.any() and not stated:
        return {one: _points(rubric, indicators[one], scores[one].numbers) for one in indicators}, None
    count = left_out.shape[1]
    weights = {one: np.full(count, float(indicator.weight)) for one, indicator in indicators.items()}
    for one, numbers in stated.items():
        weights[one] = np.where(np.isnan(numbers), weights[one], numbers)
    whole = np.asarray(~left_out.any(axis=0))
    points = {one: _nothing(count) for one in indicators}
    for one, indicator in indicators.items():
        counted = exact.product(
            exact.decimals(scores[one].numbers[whole]), exact.decimals(weights[one][whole])
        )
        points[one] += _placed(counted.times(1 / Fraction(rubric.full_marks(indicator))), whole)
    patterns = np.vstack([left_out, *weights.values()])
    for pattern in np.unique(patterns[:, ~whole], axis=1).T:
        rows = (patterns == pattern[:, None]).all(axis=0)
        out, own = np.split(pattern, 2)
        absent = [one for one, is_out in zip(indicators, out, strict=True) if is_out]
        counts = {one: exact.decimal(weight) for one, weight in zip(indicators, own.tolist(), strict=True)}
        for one, weight in shared_weights(rubric, absent, policy.not_applicable, counts).items():
            weights[one][rows] = float(weight)
            if one not in absent:
                placed = _points(rubric, indicators[one], scores[one].numbers[rows], weight)
                points[one] += _placed(placed, rows)
    return points, weights


def _stated(group: pd.DataFrame, identifier: str) -> Floats | None:
    """The own weights of an indicator; None where nobody has one."""
    key = stated_weight_key(identifier)
    if key not in group or not group[key].notna().any():
        return None
    return group[key].to_numpy(dtype=np.float64)


def _points(rubric: Rubric, indicator: Indicator, scores: Floats, weight: Fraction | None = None) -> Numbers:
    """Weight × score ÷ 100; where a score is points, only a weight that has grown counts."""
    counted = Fraction(indicator.weight) if weight is None else weight
    share = counted / Fraction(rubric.full_marks(indicator))
    return exact.decimals(scores).times(share)


def _nothing(count: int) -> Numbers:
    return Numbers(np.zeros(count, dtype=np.int64), 1)


def _placed(numbers: Numbers, rows: Flags) -> Numbers:
    """Numbers of some rows as a column of all, with 0 elsewhere."""
    integers = cast("Integers", np.zeros_like(numbers.integers, shape=len(rows)))
    integers[rows] = numbers.integers
    return Numbers(integers, numbers.denominator)


def _scores(group: pd.DataFrame, identifier: str) -> _Scores:
    not_applicable = (group[origin_key(identifier)] == Origin.NOT_APPLICABLE).to_numpy(dtype=np.bool_)
    return _Scores(group[score_key(identifier)].to_numpy(dtype=np.float64), not_applicable)


def _vetoes(
    rubric: Rubric,
    policy: Policy,
    scores: Mapping[str, _Scores],
    columns: Mapping[str, object],
) -> dict[str, object]:
    """Grades that a veto caps, and the ids of the indicators that do; nothing where no rubric has one."""
    vetoes = {one.id: one.veto for one in rubric.indicators if one.veto is not None}
    if not vetoes:
        return {}
    order = [grade.id for grade in policy.grades_from_top]
    earned = np.array([order.index(grade) for grade in np.asarray(columns["grade"])])
    levels = earned.copy()
    capped_by: list[list[str]] = [[] for _ in levels]
    for identifier, veto in vetoes.items():
        highest = order.index(veto.highest_grade)
        below = scores[identifier].numbers < float(veto.below)  # never of one that does not apply
        for row in np.flatnonzero(below & (earned < highest)):
            capped_by[row].append(identifier)
            levels[row] = max(levels[row], highest)
    return {"grade": [order[level] for level in levels], VETO: [" ".join(by) for by in capped_by]}


def grades(totals: Numbers, bands: Sequence[Grade]) -> Objects:
    """The grade ids of rounded totals: the band with the highest lower bound that a total reaches."""
    ascending = sorted(bands, key=lambda grade: grade.lower_bound)
    bounds = exact.from_decimals(grade.lower_bound for grade in ascending)
    denominator = max(bounds.denominator, totals.denominator)
    found = np.searchsorted(bounds.over(denominator), totals.over(denominator), side="right") - 1
    identifiers: Objects = np.array([grade.id for grade in ascending], dtype=object)
    return identifiers[found]


def ranks(totals: pd.Series[float]) -> pd.Series[int]:
    """Ranks from the highest total; equal totals share one and the next is left out (1, 2, 2, 4)."""
    return totals.rank(method="min", ascending=False).astype(np.int64)
