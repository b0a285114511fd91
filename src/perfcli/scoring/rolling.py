"""From the totals of parts to the totals of a quarter or a year (policy, section 4).

A total is the mean of the months, the mean of the quarters and the cycle's own appraisal, each for its share;
what somebody has not is shared by the others. Printed totals go in; everything is exact until the total is
rounded half up, once, and the rounded total decides the grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli import exact
from perfcli.exact import Numbers
from perfcli.people.columns import BONUS_BASE, EMPLOYEE_ID, SUPERIOR
from perfcli.rules.models import Policy
from perfcli.rules.models import Rollup as RollupRules
from perfcli.rules.periods import cycle
from perfcli.scoring.results import IDENTITY, OUTCOME
from perfcli.scoring.rollups import (
    LIMITED,
    RollupPart,
    days_key,
    grade_key,
    points_key,
    reason_key,
    total_key,
    weight_key,
)
from perfcli.scoring.scorer import grades, ranks

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

_SHARE_UNIT = 10**6
"""Shares of a policy have at most six decimals."""


@dataclass(frozen=True)
class _Group:
    """The parts of one cycle: what it counts for, and of each person how much each part counts inside it.

    ``counted`` are whole numbers, days or 1, and 0 where somebody has not the part; ``sums`` are those of
    counted × total, and ``counts`` those of counted, at least 1.
    """

    share: int
    keys: Sequence[str]
    counted: Sequence[Whole]
    sums: Numbers
    counts: Whole
    has_any: Flags


def roll_up(
    employees: pd.DataFrame, parts: Sequence[RollupPart], period: str, policy: Policy, rules: RollupRules
) -> pd.DataFrame:
    """The employees with their total, grade, and what each part counts for.

    ``employees`` has ``.total`` and ``.grade`` of each part, NaN and empty where somebody has none, and
    ``.days`` of months where these count by days; everybody has at least one part that counts. The columns
    ``total``, ``grade``, ``limited`` and ``.weight`` and ``.points`` of each part are added. ``rules`` are
    those of the policy.
    """
    by_cycle = rules.shares(cycle(period))
    groups = [
        _group(employees, share, [part.key for part in parts if part.cycle is one and part.counts])
        for one, share in by_cycle.items()
        if share and any(part.cycle is one and part.counts for part in parts)
    ]
    whole = np.zeros(len(employees), dtype=np.int64)
    for group in groups:
        whole += group.share * group.has_any
    columns: dict[str, Any] = {}
    numerators: list[Numbers] = []
    for group in groups:
        below = exact.product(Numbers(whole, 1), Numbers(group.counts, 1))
        numerators.append(_times_others(group.sums.times(Decimal(group.share)), group, groups))
        for key, counted in zip(group.keys, group.counted, strict=True):
            share = Numbers(counted, 1).times(Decimal(group.share))
            totals = Numbers(*_filled(employees[total_key(key)]))
            columns[weight_key(key)] = exact.ratio(share.times(Decimal(100)), below)
            columns[points_key(key)] = exact.ratio(exact.product(share, totals), below)
    denominators = Numbers(whole, 1)
    for group in groups:
        denominators = exact.product(denominators, Numbers(group.counts, 1))
    decimals = policy.rounding.total_decimals
    rounded = exact.quotient(exact.total(numerators), denominators, decimals)
    printed = exact.within(rounded, Decimal(0), policy.highest_total).rounded(decimals)
    for part in parts:  # those of a cycle that counts for nothing here
        if part.counts and weight_key(part.key) not in columns:
            columns |= dict.fromkeys((weight_key(part.key), points_key(part.key)), 0.0)
    columns = {"total": printed.floats(), "grade": grades(printed, policy.grades)} | columns
    frame = employees.assign(**columns)
    return _limited(frame, parts, policy, rules)


def have_enough(
    employees: pd.DataFrame, parts: Sequence[RollupPart], period: str, rules: RollupRules
) -> tuple[Flags, Whole]:
    """Whether each employee has enough parts for a total, one with a share; and how many there are."""
    weighing = {one for one, share in rules.shares(cycle(period)).items() if share}
    counts, has_share = np.zeros(len(employees), dtype=np.int64), np.zeros(len(employees), dtype=bool)
    for part in parts:
        if part.counts:
            has = employees[total_key(part.key)].notna().to_numpy()
            counts += has
            has_share |= has & (part.cycle in weighing)
    least: int = getattr(rules.least, cycle(period).value)
    return has_share & (counts >= least), counts


def _group(employees: pd.DataFrame, share: Decimal, keys: Sequence[str]) -> _Group:
    counted: list[Whole] = []
    sums: list[Numbers] = []
    for key in keys:
        has = employees[total_key(key)].notna().to_numpy()
        own = has.astype(np.int64)
        if days_key(key) in employees:
            own *= employees[days_key(key)].to_numpy(dtype=np.int64)
        counted.append(own)
        sums.append(exact.product(Numbers(own, 1), Numbers(*_filled(employees[total_key(key)]))))
    counts: Whole = np.sum(counted, axis=0)
    whole_share = int(share * _SHARE_UNIT)
    return _Group(whole_share, keys, counted, exact.total(sums), np.maximum(counts, 1), counts > 0)


def _filled(totals: pd.Series[float]) -> tuple[exact.Integers, int]:
    """Totals as whole numbers over one denominator; 0 where there is none."""
    numbers = exact.decimals(np.nan_to_num(totals.to_numpy(dtype=np.float64), nan=0.0))
    return numbers.integers, numbers.denominator


def _times_others(numbers: Numbers, own: _Group, groups: Sequence[_Group]) -> Numbers:
    """Numbers times what all other groups are divided by."""
    for group in groups:
        if group is not own:
            numbers = exact.product(numbers, Numbers(group.counts, 1))
    return numbers


def _limited(
    frame: pd.DataFrame, parts: Sequence[RollupPart], policy: Policy, rules: RollupRules
) -> pd.DataFrame:
    """Grades as the policy limits them for whoever has a low one in a part; the parts are in ``limited``."""
    if not rules.grade_limits:
        return frame
    order = {grade.id: place for place, grade in enumerate(reversed(policy.grades_from_top))}
    levels = frame["grade"].map(order).to_numpy(dtype=np.int64)
    capped = [""] * len(frame)
    lowest = levels.copy()
    for limit in rules.grade_limits:
        for part in parts:
            if part.cycle is not limit.of:
                continue
            of_part = frame[grade_key(part.key)].map(order).fillna(len(order)).to_numpy(dtype=np.int64)
            counts = (of_part <= order[limit.any]) & (levels > order[limit.highest_grade])
            lowest = np.where(counts, np.minimum(lowest, order[limit.highest_grade]), lowest)
            for row in np.flatnonzero(counts).tolist():
                capped[row] = " ".join(dict.fromkeys([*capped[row].split(), part.key]))
    names = {place: grade for grade, place in order.items()}
    return frame.assign(grade=[names[level] for level in lowest.tolist()], **{LIMITED: capped})


def rank(frame: pd.DataFrame, parts: Sequence[RollupPart]) -> pd.DataFrame:
    """The frame of a roll-up: the employees with their ranks, in the order of rank and then id."""
    ranked = frame.assign(
        rank=ranks(frame["total"]),
        team_rank=frame.groupby("team")["total"].transform(ranks).astype(np.int64),
    )
    of_parts = (total_key, grade_key, reason_key, days_key, weight_key, points_key)
    columns = [
        *(*IDENTITY, *OUTCOME),
        *(key_of(part.key) for part in parts for key_of in of_parts),
        *(LIMITED, BONUS_BASE, SUPERIOR),
    ]
    ranked = ranked.sort_values(["rank", EMPLOYEE_ID], kind="stable", ignore_index=True)
    return ranked[[key for key in columns if key in ranked]]
