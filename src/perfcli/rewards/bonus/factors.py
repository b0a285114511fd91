"""The further factors of a bonus: what each is for one employee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isnan

from perfcli import exact
from perfcli.folding import fold
from perfcli.people.columns import DEPARTMENT
from perfcli.rewards.bonus.entitlement import Person, Problem
from perfcli.rules.pay import Factor


def further_factors(
    person: Person, factors: Sequence[Factor]
) -> tuple[Mapping[str, Decimal | None], list[Problem]]:
    """The number of each factor by its key, None where there is none, and what keeps one from being known.

    Problems: ``missing-factor``, ``department-without-factor``.
    """
    numbers: dict[str, Decimal | None] = {}
    problems: list[Problem] = []
    for factor in factors:
        number = _number(person, factor)
        numbers[factor.key] = factor.otherwise if number is None else number
        if numbers[factor.key] is None:
            problems.append(_problem(person, factor))
    return numbers, problems


def _number(person: Person, factor: Factor) -> Decimal | None:
    """What the policy, or the roster, says of this employee; None where it says nothing."""
    if factor.value is not None:
        return factor.value
    if factor.by_department is not None:
        return factor.by_department.get(fold(str(person[DEPARTMENT])))
    stated = person[factor.key]
    return None if isnan(stated) else exact.decimal(stated)


def _problem(person: Person, factor: Factor) -> Problem:
    if factor.values is not None:
        values = {"factor": factor.name, "department": person[DEPARTMENT], "allowed": list(factor.values)}
        return Problem("department-without-factor", DEPARTMENT, values)
    return Problem("missing-factor", factor.key, {"factor": factor.name})
