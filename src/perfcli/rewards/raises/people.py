"""Whose salaries are adjusted, and who is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isnan
from operator import itemgetter
from typing import Any

import pandas as pd

from perfcli import exact
from perfcli.findings import Finding, Place, error, warning
from perfcli.people.columns import WHO, Kept, of_pay
from perfcli.rewards.money import money
from perfcli.rewards.raises.rules import RaiseCase, months_of_service, needs_range
from perfcli.rules.models import Policy
from perfcli.scoring.results import rows

SHOWN_NAMES = 10


class Reason(StrEnum):
    """Why somebody is not in the table."""

    LEFT = "left"
    NO_RESULT = "no-result"
    NO_SALARY = "no-salary"
    NO_RANGE = "no-range"


PlaceOf = Callable[[str, str], Place]
"""Gives the roster's cell of an employee and a column."""


def nowhere(employee: str, column: str) -> Place:  # noqa: ARG001 - there is no roster to look at
    """No cell, where no roster is at hand."""
    return Place()


@dataclass
class SalaryCases:
    """Who is in the table, and who is not and why."""

    people: pd.DataFrame
    policy: Policy
    year: int
    effective: date
    place: PlaceOf = nowhere
    cases: list[tuple[dict[str, Any], RaiseCase]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)

    def gather(self, absent: pd.DataFrame | None) -> Iterator[Finding]:
        """Makes everybody's case, or says why there is none; ``absent`` are those who have no result.

        Findings: ``bad-pay-range``; the warnings ``no-salary``, ``no-pay-range`` and ``no-joined-date``.
        """
        undated: list[str] = []
        known = of_pay(Kept.RAISES)
        order = itemgetter("department", "employee_id")
        for person in sorted(rows(self.people), key=order):
            case = self._case(person)
            reason = self._reason(person, case)
            if reason is not None:
                self._leave_out(person, reason)
                yield from self._blank(person, reason)
                continue
            if person["joined"] is None:
                undated.append(label_of(person))
            yield from self._bad_range(person, case)
            self.cases.append(({key: person[key] for key in known}, case))
        for person in rows(absent) if absent is not None else ():
            self._leave_out(person, Reason.NO_RESULT)
        if undated and self.policy.salary.joiners != "whole":
            values = {"employees": undated[:SHOWN_NAMES], "count": len(undated)}
            yield warning("no-joined-date", Place(), **values)

    def _case(self, person: dict[str, Any]) -> RaiseCase:
        salary, lowest, highest = (
            _decimal(person[key]) for key in ("salary", "range_lowest", "range_highest")
        )
        months = months_of_service(person["joined"], self.year, self.policy.salary.joiners)
        return RaiseCase(salary or Decimal(0), person["grade"], months, lowest, highest)

    def _reason(self, person: dict[str, Any], case: RaiseCase) -> Reason | None:
        """Why somebody is left out: gone on the day from which salaries change, or not enough is known."""
        if person["left"] is not None and person["left"] <= self.effective:
            return Reason.LEFT
        if not case.salary:
            return Reason.NO_SALARY
        if needs_range(self.policy.salary) and None in {case.range_lowest, case.range_highest}:
            return Reason.NO_RANGE
        return None

    def _blank(self, person: dict[str, Any], reason: Reason) -> Iterator[Finding]:
        """That a cell is blank without which no raise can be computed."""
        if reason is Reason.NO_SALARY:
            place = self.place(person["employee_id"], "salary")
            yield warning("no-salary", place, employee=label_of(person))
        if reason is Reason.NO_RANGE:
            blank = "range_lowest" if isnan(person["range_lowest"]) else "range_highest"
            place = self.place(person["employee_id"], blank)
            yield warning("no-pay-range", place, employee=label_of(person))

    def _bad_range(self, person: dict[str, Any], case: RaiseCase) -> Iterator[Finding]:
        """That a pay range ends below its beginning, or has no width where a position in it is asked for."""
        lowest, highest = case.range_lowest, case.range_highest
        if lowest is None or highest is None:
            return
        if highest < lowest or (highest == lowest and needs_range(self.policy.salary)):
            place = self.place(person["employee_id"], "range_highest")
            unit = self.policy.salary.rounding_unit
            values = {"lowest": money(lowest, unit), "highest": money(highest, unit)}
            yield error("bad-pay-range", place, employee=label_of(person), **values)

    def _leave_out(self, person: Mapping[str, Any], reason: Reason) -> None:
        self.left_out.append({**{key: person[key] for key in WHO}, "reason": reason.value})


def label_of(person: Mapping[str, Any]) -> str:
    """Id and name, as a message names somebody."""
    return f"{person['employee_id']} {person['name']}".strip()


def _decimal(number: float) -> Decimal | None:
    return None if isnan(number) else exact.decimal(number)
