"""Random bonuses for property tests, and an oracle that computes them in fractions, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor, isnan
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from perfcli.people.columns import Kept, kept, of_pay
from perfcli.rewards.bonus.bonus import BonusOrder
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.models import Policy
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import Ruleset

RULES = load_ruleset(shipped("rubrics"))
GRADES = ("excellent", "good", "qualified", "unqualified")
BOUNDS = (90, 80, 60, 0)

Person = dict[str, Any]


@dataclass(frozen=True)
class How:
    """Rules and what to pay by them; short where Hypothesis shows it."""

    rules: Ruleset
    order: BonusOrder

    def __repr__(self) -> str:
        bonus = self.rules.policy.bonus
        return f"{bonus.payments.monthly} {bonus.monthly} {bonus.rounding_unit} {self.order.pool}"


cents = st.integers(0, 1_000_000).map(lambda number: Decimal(number) / 100)
bases = st.one_of(cents, st.integers(0, 300).map(lambda number: Decimal(number * 100)), st.just(Decimal(0)))
totals = st.one_of(st.integers(0, 10_000).map(lambda number: Decimal(number) / 100), st.just(Decimal(0)))
coefficients = st.lists(
    st.integers(0, 300).map(lambda number: Decimal(number) / 100), min_size=4, max_size=4
).map(lambda found: dict(zip(GRADES, map(str, sorted(found, reverse=True)), strict=True)))


tenths = st.integers(0, 20).map(lambda number: str(Decimal(number) / 10))
departments = st.sampled_from(["運營部", "客服部", "倉儲部"])
factors = st.lists(
    st.one_of(
        tenths.map(lambda number: {"id": "company", "name": "公司係數", "value": number}),
        st.tuples(tenths, tenths).map(
            lambda pair: {
                "id": "department",
                "name": "部門係數",
                "by": "department",
                "values": {"運營部": pair[0], "客服部": pair[1]},
                "otherwise": "1",
            }
        ),
        tenths.map(lambda number: {"id": "own", "name": "個人", "column": "個人", "otherwise": number}),
    ),
    max_size=3,
    unique_by=lambda factor: str(factor["id"]),
)
"""Further factors of a bonus, as the YAML has them; most bonuses here have none, or few."""


def grade_of(total: Decimal) -> str:
    return next(grade for grade, bound in zip(GRADES, BOUNDS, strict=True) if total >= bound)


def person(identifier: str, base: Decimal, total: Decimal, **known: Any) -> Person:
    row: Person = dict.fromkeys(of_pay(Kept.BONUS), "")
    row |= {column.key: column.blank for column in kept(Kept.BONUS)}
    row |= {"employee_id": identifier, "name": f"員工{identifier}", "team": "operations", "period": "2026-11"}
    row |= {"bonus_base": float(base), "total": float(total), "grade": grade_of(total)}
    return row | known


@st.composite
def people(draw: st.DrawFn, most: int = 7) -> list[Person]:
    """Some people; a few joined or left inside November 2026, a few share the same numbers."""
    count = draw(st.integers(1, most))
    pairs = draw(st.lists(st.tuples(bases, totals), min_size=1, max_size=count))
    found = []
    for number in range(count):
        base, total = draw(st.sampled_from(pairs))
        day = draw(st.integers(1, 60))
        joined = date(2026, 11, day) if day <= 30 else None
        own = draw(st.one_of(st.just(float("nan")), st.sampled_from([0.0, 0.5, 0.875, 1.25])))
        known = {"joined": joined, "department": draw(departments), "factor.own": own}
        found.append(person(f"E{number:03d}", base, total, **known))
    return found


@st.composite
def payments(draw: st.DrawFn, *, pooled: bool | None = None) -> How:
    """Rules of every method and unit, and what to pay by them."""
    unit = Decimal(draw(st.sampled_from(["0.01", "1", "10"])))
    units = st.integers(1, 2_000).map(lambda number: number * unit)
    method = draw(st.sampled_from(["by-grade", "by-score", "by-grade-and-score", "fixed"]))
    pool = draw(st.one_of(units, st.integers(1, 10**7).map(lambda number: number * unit)))
    is_pool = draw(st.booleans()) if pooled is None else pooled
    payment: dict[str, Any] = {"method": "pool", "shared_by": method} if is_pool else {"method": method}
    if method == "fixed":
        amounts = sorted(draw(st.lists(units, min_size=4, max_size=4)), reverse=True)
        payment["amounts"] = dict(zip(GRADES, map(str, amounts), strict=True))
    bounds = sorted(draw(st.lists(units, min_size=2, max_size=2)))
    if draw(st.booleans()):
        payment["lowest"] = str(bounds[0])
    if draw(st.booleans()):
        payment["highest"] = str(bounds[1])
    payment["capped"] = draw(st.sampled_from(["redistribute", "keep"]))
    policy = RULES.policy.model_dump(mode="json", by_alias=True)
    bonus = policy["bonus"] | {"monthly": draw(coefficients), "rounding_unit": str(unit)}
    bonus["payments"] = {"monthly": payment}
    if given := draw(factors):
        bonus["factors"] = given
    rules = replace(RULES, policy=Policy.model_validate(policy | {"bonus": bonus}))
    return How(rules, BonusOrder(Cycle.MONTHLY, "2026-11", pool if is_pool else None))


def frame_of(rows: Sequence[Person]) -> pd.DataFrame:
    columns = list(of_pay(Kept.BONUS))
    return pd.DataFrame(list(rows), columns=[*columns, *({key for row in rows for key in row} - {*columns})])


def exact_weight(row: Mapping[str, Any], rules: Ruleset) -> Fraction:
    """Base × factors, by the policy's words."""
    payment = rules.policy.bonus.payments.monthly
    by = payment.shared_by if payment.method == "pool" else payment.method
    joined = row["joined"]
    further = Fraction(1)
    for factor in rules.policy.bonus.factors:
        if factor.id == "company":
            further *= Fraction(factor.value or 0)
        elif factor.id == "department":
            named = factor.model_dump()["values"] or {}
            further *= Fraction(named.get(row["department"], Decimal(1)))
        else:
            own = row["factor.own"]
            further *= Fraction(factor.otherwise or 0) if isnan(own) else Fraction(own)
    days = Fraction(30 if joined is None else 31 - joined.day, 30)
    total = Fraction(Decimal(str(row["total"]))) / 100
    if by == "fixed":
        return Fraction((payment.amounts or {})[row["grade"]]) * days * further
    weight = Fraction(Decimal(str(row["bonus_base"]))) * days * further
    if by != "by-score":
        weight *= Fraction(rules.policy.bonus.monthly[row["grade"]])
    return weight if by == "by-grade" else weight * total


def half_up(number: Fraction, unit: Decimal) -> Decimal:
    return floor(number / Fraction(unit) + Fraction(1, 2)) * unit
