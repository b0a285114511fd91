"""What one salary is raised by: rate, proration and bounds (policy, section 7)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from perfcli.rewards.money import round_half_up
from perfcli.rules.models import Policy
from perfcli.rules.pay import RaiseBand, SalaryRules

MONTHS = 12
POSITION_UNIT = Decimal("0.01")


class Limit(StrEnum):
    """The rule that decided instead of the rate."""

    RANGE = "range-highest"
    PERCENT = "highest-percent"
    AMOUNT = "highest-amount"
    MINIMUM = "minimum-wage"


@dataclass(frozen=True)
class RaiseCase:
    """What a raise depends on; the pay range may be unknown, ``months`` are of 12."""

    salary: Decimal
    grade: str
    months: int = MONTHS
    range_lowest: Decimal | None = None
    range_highest: Decimal | None = None


@dataclass(frozen=True)
class Outcome:
    """What the rules make of a case, in amounts a month.

    ``position`` is in percent of the pay range, ``computed`` the raise by rate and months alone, ``bounded``
    the one after all bounds, and ``required`` the part of it that the minimum wage demands.
    """

    position: Decimal | None
    percent: Decimal
    computed: Decimal
    bounded: Decimal
    limit: Limit | None
    required: Decimal


def rates(policy: Policy) -> Sequence[RaiseBand]:
    """The rows of the matrix from the lowest bound up; one row where only the grade decides."""
    matrix = policy.salary.matrix
    if matrix is None:
        return (RaiseBand(lower_bound=Decimal(0), percents=policy.raises),)
    return sorted(matrix, key=lambda band: band.lower_bound)


def rate(case: RaiseCase, policy: Policy) -> tuple[Decimal, str]:
    """The percent of a case, and the path of the rule in the policy."""
    matrix = policy.salary.matrix
    if matrix is None:
        return policy.raises[case.grade], f"raises.{case.grade}"
    measured = case.salary
    if needs_range(policy.salary):
        measured = position_in_range(case) or Decimal(0)
    band = [band for band in rates(policy) if band.lower_bound <= measured][-1]
    return band.percents[case.grade], f"salary.matrix[{matrix.index(band)}].percents.{case.grade}"


def needs_range(salary: SalaryRules) -> bool:
    """Whether no raise can be computed without the pay range."""
    return salary.matrix is not None and salary.banded_by == "position"


def outcome(case: RaiseCase, policy: Policy) -> Outcome:
    """The raise of one case.

    Salary × percent × months ÷ 12 is rounded once, half up, to the rounding unit. Bounds are taken in whole
    units inside them: no raise crosses a cap, and no new salary stays below the minimum wage, which counts
    for more than any cap.
    """
    rules = policy.salary
    percent, _ = rate(case, policy)
    exact = Fraction(case.salary) * Fraction(percent) / 100 * Fraction(case.months, MONTHS)
    computed = bounded = round_half_up(exact, rules.rounding_unit)
    limit: Limit | None = None
    for name, cap in _caps(case, rules):
        if bounded > cap:
            bounded, limit = cap, name
    floor = _least(case, rules)
    if floor is not None and bounded < floor:
        bounded, limit = floor, Limit.MINIMUM
    return Outcome(
        position_in_range(case), percent, computed, bounded, limit, max(floor or Decimal(0), Decimal(0))
    )


def position_in_range(case: RaiseCase) -> Decimal | None:
    """Where a salary stands in its range, in percent to two decimals; below the range counts as 0."""
    lowest, highest = case.range_lowest, case.range_highest
    if lowest is None or highest is None or highest <= lowest:
        return None
    above = Fraction(max(case.salary - lowest, Decimal(0)))
    return round_half_up(100 * above / Fraction(highest - lowest), POSITION_UNIT)


def months_of_service(
    joined: date | None, year: int, joiners: Literal["by-months", "whole", "nothing"]
) -> int:
    """For how many of the year's 12 months a raise is given: its full months of service, or all, or none."""
    if joined is None or joined <= date(year, 1, 1) or joiners == "whole":
        return MONTHS
    if joiners == "nothing" or joined.year > year:
        return 0
    return MONTHS - joined.month + (joined.day == 1)


def whole_units(amount: Decimal | Fraction, unit: Decimal) -> Decimal:
    """The largest number of whole units that is not above an amount."""
    return math.floor(Fraction(amount) / Fraction(unit)) * unit


def _caps(case: RaiseCase, rules: SalaryRules) -> list[tuple[Limit, Decimal]]:
    """The most that a raise may be, by each rule that says so; a cap cuts nothing, so none is below 0."""
    caps: list[tuple[Limit, Fraction]] = []
    if rules.highest_percent is not None:
        caps.append((Limit.PERCENT, Fraction(case.salary) * Fraction(rules.highest_percent) / 100))
    if rules.highest_amount is not None:
        caps.append((Limit.AMOUNT, Fraction(rules.highest_amount)))
    if case.range_highest is not None and not rules.above_range:
        caps.append((Limit.RANGE, Fraction(max(case.range_highest - case.salary, Decimal(0)))))
    unit = rules.rounding_unit
    return [(name, whole_units(cap, unit)) for name, cap in caps]


def _least(case: RaiseCase, rules: SalaryRules) -> Decimal | None:
    """The least change, in whole units, that leaves no salary below the minimum wage."""
    if rules.lowest is None:
        return None
    return -whole_units(case.salary - rules.lowest, rules.rounding_unit)
