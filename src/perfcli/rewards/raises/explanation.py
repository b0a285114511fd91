"""How one employee's raise came about, step by step, each with the rule that it follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isnan
from typing import Any

from perfcli import exact
from perfcli.rewards.bonus.explanation import PayExplanation, fraction_text, number_text, row_of
from perfcli.rewards.raises.raises import Raises
from perfcli.rewards.raises.rules import MONTHS, RaiseCase, rate
from perfcli.rules.ruleset import POLICY
from perfcli.text import Term


def explain_raise(raises: Raises, employee_id: str) -> PayExplanation:
    """The steps of one employee's raise.

    Raises:
        KeyError: nobody has this id.
    """
    row = row_of(raises.frame, employee_id)
    return PayExplanation(row, tuple(_steps(raises, row)))


def _steps(raises: Raises, row: Mapping[str, Any]) -> Iterator[Term]:
    grade = raises.ruleset.policy.grade(row["grade"]).name
    yield Term("explain.pay.result", {"total": number_text(row["total"]), "grade": grade})
    yield from _rate(raises, row)
    for note in row["notes"]:
        yield Term("explain.pay.note", {"note": note})
    measure = raises.measure(row["grade"], row["percent"])
    if measure is not None:
        rule = raises.ruleset.place(POLICY, f"salary.measures.{row['grade']}")
        yield Term("explain.raise.measure", {"measure": measure, "rule": rule})
    fit = raises.fit
    if fit is not None and raises.order.fit_budget:
        values = {"budget": raises.text(fit.budget), "factor": fit.percent_text}
        yield Term("explain.raise.fitted", {**values, "raise": raises.text(row["raise"])})
    values = {key: raises.text(row[key]) for key in ("salary", "new_salary")}
    currency = raises.ruleset.policy.bonus.currency or ""
    change = f"{'+' if row['raise'] >= 0 else '-'} {raises.text(abs(row['raise']))}"
    yield Term("explain.raise.amount", {**values, "change": change, "currency": currency})


def _rate(raises: Raises, row: Mapping[str, Any]) -> Iterator[Term]:
    """Position, percent, months, and what they give."""
    known = {
        key: None if isnan(row[key]) else exact.decimal(row[key]) for key in ("range_lowest", "range_highest")
    }
    case = RaiseCase(exact.decimal(row["salary"]), row["grade"], int(row["months"]), **known)
    percent, path = rate(case, raises.ruleset.policy)
    if not isnan(row["range_position"]):
        lowest, highest = (raises.text(row[key]) for key in ("range_lowest", "range_highest"))
        values = {"lowest": lowest, "highest": highest, "position": number_text(row["range_position"])}
        yield Term("explain.raise.position", values)
    rule = raises.ruleset.place(POLICY, path)
    yield Term("explain.raise.percent", {"percent": f"{percent.normalize():f}", "rule": rule})
    product = Fraction(case.salary) * Fraction(percent) / 100 * Fraction(case.months, MONTHS)
    formula = f"{raises.text(row['salary'])} × {percent.normalize():f}%"
    if case.months < MONTHS:
        formula += f" × {case.months}/{MONTHS}"
    values = {"formula": formula, "product": fraction_text(product), "unit": str(raises.rules.rounding_unit)}
    rule = raises.ruleset.place(POLICY, "salary.rounding_unit")
    yield Term("explain.raise.product", {**values, "computed": raises.text(row["computed"]), "rule": rule})
