"""From people and a policy to amounts: everybody's case, alone or by sharing a pool (policy, section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import isnan, nan
from typing import Any

import pandas as pd

from perfcli import exact
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.people.columns import BONUS_BASE, NOWHERE, of_pay
from perfcli.rewards.bonus.bonus import (
    BASE,
    GRADE,
    HIGHEST,
    LOWEST,
    OVERDRAWN,
    SCORE,
    SMALL,
    ZERO_FACTOR,
    Bonus,
    BonusOrder,
    payment_of,
)
from perfcli.rewards.bonus.entitlement import Entitlement, Problem, entitle
from perfcli.rewards.bonus.factors import further_factors
from perfcli.rewards.days import PeriodDays
from perfcli.rewards.money import apportion, exact_shares, money, round_half_up, within_bounds
from perfcli.rules.pay import Method
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.text import Term

_WHY = (GRADE, BASE, SCORE, ZERO_FACTOR, SMALL, OVERDRAWN)


def calculate_bonus(people: pd.DataFrame, ruleset: Ruleset, order: BonusOrder) -> Bonus:
    """The bonus of some people (a frame with the columns ``of_pay(Kept.BONUS)`` and those of factors).

    Findings: the errors ``pool-below-floors`` and ``no-working-days``; the warnings ``budget-exceeded``,
    ``pool-not-all-paid``, ``nobody-shares``, ``shares-below-unit``, ``not-prorated`` and
    ``provisional-days``.
    Problems: those of ``entitle``, ``missing-bonus-base``, ``bonus-adjustment-without-reason``, and those
    of ``further_factors``.
    """
    people = people.sort_values(["department", "employee_id"], kind="stable", ignore_index=True)
    cases = _BonusCases(ruleset, order)
    for person in rows(people):
        cases.add(person)
    cases.pay()
    identity = of_pay(NOWHERE)
    frame = pd.DataFrame([case.row(identity) for case in cases.cases])
    bonus = Bonus(frame, ruleset, order, people, {case.employee: tuple(case.notes) for case in cases.cases})
    if has_errors(cases.findings):
        return replace(bonus, findings=tuple(cases.findings))
    problems = tuple((case.employee, problem) for case in cases.cases for problem in case.problems)
    return replace(bonus, findings=(*cases.findings, *_remarks(bonus)), problems=problems)


def _remarks(bonus: Bonus) -> list[Finding]:
    """What is to be said of the sums."""
    found: list[Finding] = []
    budget, rest = bonus.payment.budget, (bonus.pool or Decimal(0)) - bonus.shared
    currency = bonus.rules.currency or ""

    def amounts(**values: Decimal) -> dict[str, str]:
        return {key: money(value, bonus.rules.rounding_unit) for key, value in values.items()}

    if budget is not None and bonus.paid > budget:
        values = amounts(paid=bonus.paid, budget=budget, excess=bonus.paid - budget)
        found.append(warning("budget-exceeded", Place(), **values, currency=currency))
    if bonus.pool is not None and bonus.shared and rest > 0:
        values = amounts(pool=bonus.pool, paid=bonus.shared, rest=rest)
        found.append(warning("pool-not-all-paid", Place(), **values, currency=currency))
    if small := int((bonus.frame["nothing"] == SMALL).sum()):
        found.append(warning("shares-below-unit", Place(), count=small, unit=bonus.rules.rounding_unit))
    return found


@dataclass
class _BonusCase:
    """One employee on the way from what is known to an amount."""

    person: Mapping[str, Any]
    entitlement: Entitlement
    base: Decimal | None
    coefficient: Decimal | None
    further: Mapping[str, Decimal | None]
    factor: Fraction
    problems: list[Problem]
    notes: list[Term]
    exact: Fraction = Fraction(0)
    computed: Decimal = Decimal(0)
    earned: Decimal = Decimal(0)
    adjustment: Decimal = Decimal(0)
    bound: str = ""

    @property
    def employee(self) -> str:
        return str(self.person["employee_id"])

    @property
    def weight(self) -> Fraction:
        """Base × factor: the amount before rounding, or what a pool is shared by."""
        if self.entitlement.nothing or self.base is None:
            return Fraction(0)
        return Fraction(self.base) * self.factor

    @property
    def amount(self) -> Decimal:
        return max(self.earned + self.adjustment, Decimal(0))

    @property
    def nothing(self) -> str:
        """Why nothing is paid."""
        if self.amount:
            return ""
        if self.entitlement.nothing:
            return self.entitlement.nothing
        if self.earned:
            return OVERDRAWN
        if self.weight:
            return SMALL
        if not self.base:
            return BASE if self.coefficient is not None or self.base is None else GRADE
        of_factors = ZERO_FACTOR if 0 in self.further.values() else SCORE
        return GRADE if self.coefficient == 0 else of_factors

    def row(self, identity: Sequence[str]) -> dict[str, Any]:
        """The row of ``Bonus.frame``; ``identity`` are the keys that are taken from the person."""
        days, period_days = self.entitlement.days, self.entitlement.period_days
        return {
            **{key: self.person[key] for key in identity},
            "bonus_base": nan if self.base is None else float(self.base),
            "coefficient": nan if self.coefficient is None else float(self.coefficient),
            **{key: nan if one is None else float(one) for key, one in self.further.items()},
            "days": float(days),
            "period_days": float(period_days),
            "proration": float(days / period_days),
            "factor": float(self.factor),
            "share": float(self.exact),
            "computed": float(self.computed),
            "bound": self.bound,
            "earned": float(self.earned),
            "adjustment": float(self.adjustment),
            "adjustment_reason": self.person["bonus_adjustment_reason"] if self.adjustment else "",
            "amount": float(self.amount),
            "nothing": self.nothing,
        }


class _BonusCases:
    """Everybody's case, by one set of rules."""

    def __init__(self, ruleset: Ruleset, order: BonusOrder) -> None:
        policy, rules = ruleset.policy, ruleset.policy.bonus
        self.order, self.rules, self.payment = order, rules, payment_of(rules, order)
        self.grades = {grade.id: grade.name for grade in policy.grades}
        self.coefficients = rules.coefficients(order.cycle)
        self.calendar: PeriodDays | None = None
        self.cases: list[_BonusCase] = []
        self.findings: list[Finding] = []
        if order.period:
            self._count_days(PeriodDays(order.period, rules.proration, ruleset.calendar))
        else:
            self.findings.append(warning("not-prorated", Place()))

    def _count_days(self, calendar: PeriodDays) -> None:
        """Takes the days of the period that are paid for."""
        if not calendar.total:
            self.findings.append(error("no-working-days", Place(), period=calendar.period))
            return
        self.calendar = calendar
        if calendar.is_provisional:
            self.findings.append(warning("provisional-days", Place(), period=calendar.period))

    def add(self, person: Mapping[str, Any]) -> None:
        """Takes one employee in."""
        entitlement = entitle(person, self.rules, self.calendar)
        by, grade = self.payment.computed_by, str(person["grade"])
        problems, notes = list(entitlement.problems), list(entitlement.notes)
        coefficient = self.coefficients[grade] if by in {Method.GRADE, Method.GRADE_AND_SCORE} else None
        factor = (
            entitlement.days / entitlement.period_days * Fraction(1 if coefficient is None else coefficient)
        )
        if by in {Method.SCORE, Method.GRADE_AND_SCORE}:
            factor *= Fraction(exact.decimal(person["total"])) / 100
        further, missing = further_factors(person, self.rules.factors)
        for number in further.values():
            factor *= Fraction(0 if number is None else number)
        problems += () if entitlement.nothing else missing
        base = entitlement.base
        if by is Method.FIXED:
            base = (self.payment.amounts or {})[grade]
        elif base is None and not entitlement.nothing:
            problems.append(Problem("missing-bonus-base", BONUS_BASE))
        case = _BonusCase(person, entitlement, base, coefficient, further, factor, problems, notes)
        self._adjust(case)
        self.cases.append(case)

    def _adjust(self, case: _BonusCase) -> None:
        stated = case.person["bonus_adjustment"]
        if isnan(stated) or not stated:
            return
        adjustment = exact.decimal(stated)
        if not case.person["bonus_adjustment_reason"]:
            case.problems.append(Problem("bonus-adjustment-without-reason", "bonus_adjustment"))
        if case.entitlement.nothing:
            case.notes.append(Term("bonus.note.not-adjusted", {"adjustment": adjustment}))
            return
        case.adjustment = adjustment

    def pay(self) -> None:
        """Computes everybody's amount."""
        if self.payment.method is Method.POOL:
            self._share_pool(self.payment.pool or Decimal(0))
        else:
            for case in self.cases:
                case.computed = round_half_up(case.weight, self.rules.rounding_unit)
                case.earned = case.computed
                self._bound(case)
        for case in self.cases:
            case.notes += self._remarks(case)

    def _bound(self, case: _BonusCase) -> None:
        """Keeps what one person gets between the policy's lowest and highest amount."""
        lowest, highest = self.payment.lowest, self.payment.highest
        if highest is not None and case.computed > highest:
            case.bound, case.earned = HIGHEST, highest
        elif lowest is not None and case.weight and case.computed < lowest:
            case.bound, case.earned = LOWEST, lowest

    def _share_pool(self, pool: Decimal) -> None:
        weights = [case.weight for case in self.cases]
        lowest, highest = self.payment.lowest or Decimal(0), self.payment.highest
        takers = sum(weight > 0 for weight in weights)
        if not takers:
            self.findings.append(warning("nobody-shares", Place(), pool=pool))
            return
        if lowest * takers > pool:
            values = {"pool": pool, "lowest": lowest, "count": takers}
            self.findings.append(error("pool-below-floors", Place(), **values))
            return
        cap = highest if self.payment.capped == "redistribute" else None
        parts = within_bounds(pool, weights, lowest, cap)
        keys = [self.order.precedence(case.employee, case.person["total"]) for case in self.cases]
        shares = exact_shares(pool, weights)
        amounts = apportion(parts, keys, self.rules.rounding_unit)
        for case, share, part, amount in zip(self.cases, shares, parts, amounts, strict=True):
            case.exact, case.computed, case.earned = share, amount, amount
            if highest is not None and (part >= highest or amount > highest):
                case.bound, case.earned = HIGHEST, min(amount, highest)
            elif lowest and case.weight and part <= lowest:
                case.bound = LOWEST

    def _remarks(self, case: _BonusCase) -> Iterator[Term]:
        """The words about bounds, and about why there is nothing, that stand beside an amount."""
        if case.bound:
            limit = self.payment.highest if case.bound == HIGHEST else self.payment.lowest
            pooled = ".pool" if self.payment.method is Method.POOL else ""
            yield Term(f"bonus.note.{case.bound}{pooled}", {"limit": limit, "computed": case.computed})
        if case.adjustment:
            stated = case.person["bonus_adjustment_reason"]
            yield Term("bonus.note.adjusted", {"adjustment": f"{case.adjustment:+f}", "reason": stated})
        if case.nothing in _WHY:
            values = {
                "grade": self.grades[str(case.person["grade"])],
                "amount": case.earned + case.adjustment,
            }
            yield Term(f"bonus.note.{case.nothing}", values)
