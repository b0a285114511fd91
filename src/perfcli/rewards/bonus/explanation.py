"""How one employee's bonus came about, step by step, each with the rule that it follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isnan
from typing import Any

import pandas as pd

from perfcli import exact
from perfcli.rewards.bonus.bonus import HIGHEST, Bonus
from perfcli.rewards.money import money
from perfcli.rules.pay import Method
from perfcli.rules.periods import days
from perfcli.rules.ruleset import POLICY
from perfcli.scoring.results import rows
from perfcli.text import Term

_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class PayExplanation:
    """One employee's row of ``Bonus.frame`` or ``Raises.frame``, and the steps to the amount, in words."""

    employee: Mapping[str, Any]
    steps: tuple[Term, ...]


def explain_bonus(bonus: Bonus, employee_id: str) -> PayExplanation:
    """The steps of one employee's bonus.

    Raises:
        KeyError: nobody has this id.
    """
    row = row_of(bonus.frame, employee_id)
    return PayExplanation(row, tuple(_BonusSteps(bonus, row).steps()))


def row_of(frame: pd.DataFrame, employee_id: str) -> Mapping[str, Any]:
    """The row of an employee.

    Raises:
        KeyError: nobody has this id.
    """
    found = frame[frame["employee_id"] == employee_id]
    if found.empty:
        raise KeyError(employee_id)
    return next(iter(rows(found)))


@dataclass(frozen=True)
class _BonusSteps:
    bonus: Bonus
    row: Mapping[str, Any]

    def steps(self) -> Iterator[Term]:
        bonus, row = self.bonus, self.row
        policy = bonus.ruleset.policy
        cycle = Term(f"cycle.{bonus.cycle.value}")
        grade = policy.grade(row["grade"]).name
        yield Term("explain.pay.result", {"total": number_text(row["total"]), "grade": grade})
        yield Term(
            "explain.bonus.method",
            {
                "cycle": cycle,
                "method": Term(f"method.{bonus.payment.computed_by.value}"),
                "rule": self._method,
            },
        )
        if not isnan(row["coefficient"]):
            values = {"grade": grade, "coefficient": number_text(row["coefficient"])}
            rule = self._rule(f"bonus.{bonus.cycle.value}.{row['grade']}")
            yield Term("explain.bonus.coefficient", {**values, "rule": rule})
        for index, factor in enumerate(bonus.rules.factors):
            if not isnan(row[factor.key]):
                values = {"name": factor.name, "number": number_text(row[factor.key])}
                rule = self._rule(f"bonus.factors[{index}]")
                yield Term("explain.bonus.factor", {**values, "rule": rule})
        values = {"days": number_text(row["days"]), "period_days": number_text(row["period_days"])}
        yield Term("explain.bonus.days", {**values, "rule": self._rule("bonus.proration")})
        yield from self._calendar()
        if row["days"] and not isnan(row["bonus_base"]):
            yield from self._product()
        yield from self._bounds()
        for note in bonus.notes[row["employee_id"]]:
            yield Term("explain.pay.note", {"note": note})
        if row["adjustment"]:
            values = {"earned": self._money(row["earned"]), "adjustment": f"{row['adjustment']:+,.2f}"}
            yield Term("explain.bonus.adjustment", values)
        currency = bonus.rules.currency or ""
        yield Term("explain.bonus.amount", {"amount": self._money(row["amount"]), "currency": currency})

    def _calendar(self) -> Iterator[Term]:
        """By whose calendar the days are working days, and whether all of them are known."""
        if (calendar := self.bonus.calendar) is not None:
            rule = self._rule("calendar")
            yield Term("explain.bonus.calendar", {"calendar": list(calendar.said), "rule": rule})
            if not calendar.is_known(*days(self.bonus.period)):
                values = {"since": calendar.known_from, "until": calendar.known_until}
                yield Term("explain.bonus.provisional", values)

    @property
    def _method(self) -> str:
        return self._rule(f"bonus.payments.{self.bonus.cycle.value}")

    def _rule(self, path: str) -> str:
        return self.bonus.ruleset.place(POLICY, path)

    def _money(self, amount: float) -> str:
        return money(amount, self.bonus.rules.rounding_unit)

    def _product(self) -> Iterator[Term]:
        """Base × factors, its part of the pool, and the rounding."""
        weight, formula = self._weight()
        unit = self.bonus.rules.rounding_unit
        if self.bonus.payment.method is not Method.POOL:
            values = {"formula": formula, "product": fraction_text(weight), "unit": unit}
            rounded = self._money(self.row["computed"])
            rule = self._rule("bonus.rounding_unit")
            yield Term("explain.bonus.product", {**values, "computed": rounded, "rule": rule})
            return
        yield Term("explain.bonus.weight", {"formula": formula, "product": fraction_text(weight)})
        every = [_BonusSteps(self.bonus, row)._weight()[0] for row in rows(self.bonus.frame)]  # noqa: SLF001 its own kind
        pool = self.bonus.pool or Decimal(0)
        if whole := sum(every, Fraction(0)):
            values = {"weight": fraction_text(weight), "sum": fraction_text(whole)}
            share = fraction_text(Fraction(pool) * weight / whole)
            yield Term("explain.bonus.share", {**values, "pool": self._money(float(pool)), "share": share})
            values = {"unit": str(unit), "computed": self._money(self.row["computed"])}
            yield Term("explain.bonus.shared", values)

    def _weight(self) -> tuple[Fraction, str]:
        """Base × factors, exactly and written out."""
        row, by = self.row, self.bonus.payment.computed_by
        if not row["days"] or isnan(row["bonus_base"]):
            return Fraction(0), ""
        base, days = exact.decimal(row["bonus_base"]), exact.decimal(row["days"])
        product, parts = Fraction(base), [self._money(row["bonus_base"])]
        if not isnan(row["coefficient"]):
            product *= Fraction(exact.decimal(row["coefficient"]))
            parts.append(number_text(row["coefficient"]))
        if by in {Method.SCORE, Method.GRADE_AND_SCORE}:
            product *= Fraction(exact.decimal(row["total"])) / 100
            parts.append(f"{number_text(row['total'])}/100")
        for factor in self.bonus.rules.factors:
            product *= Fraction(exact.decimal(row[factor.key]))
            parts.append(number_text(row[factor.key]))
        if row["days"] != row["period_days"]:
            product *= Fraction(days) / Fraction(exact.decimal(row["period_days"]))
            parts.append(f"{number_text(row['days'])}/{number_text(row['period_days'])}")
        return product, " × ".join(parts)

    def _bounds(self) -> Iterator[Term]:
        if self.row["bound"]:
            bound = self.row["bound"]
            payment = self.bonus.payment
            limit = payment.highest if bound == HIGHEST else payment.lowest
            rule = self._rule(f"bonus.payments.{self.bonus.cycle.value}.{bound}")
            yield Term(f"explain.bonus.{bound}", {"limit": limit, "rule": rule})


def number_text(number: float) -> str:
    """A number in plain digits, without zeros at its end."""
    return f"{exact.decimal(number).normalize():f}"


def fraction_text(number: Fraction) -> str:
    """A fraction as a decimal of at most six places, with a sign where it goes on."""
    shown = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(_PLACES, ROUND_HALF_UP)
    text = f"{shown.normalize():,f}"
    return text if Fraction(shown) == number else f"{text}…"
