"""The yearly adjustment of salaries: results × roster × policy → a raise for everyone (policy, section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import nan
from operator import itemgetter

import pandas as pd

from perfcli.errors import DataError, usage_error
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.people.columns import WHO, Kept, of_pay
from perfcli.rewards.money import money, money_sum, round_half_up
from perfcli.rewards.raises.budget import Asked, Fit, fit_budget
from perfcli.rewards.raises.notes import notes_of
from perfcli.rewards.raises.people import SHOWN_NAMES, PlaceOf, SalaryCases, label_of, nowhere
from perfcli.rewards.raises.rules import MONTHS, Outcome, outcome
from perfcli.rules.models import Policy
from perfcli.rules.names import Name
from perfcli.rules.pay import CENT, SalaryRules
from perfcli.rules.periods import Cycle, cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile, rows

_COMPUTED = (
    *("range_position", "percent", "months", "computed", "limit", "bounded", "required", "cut_waits", "due"),
    *("scaled", "raise", "new_salary", "change_percent", "notes"),
)


@dataclass(frozen=True)
class RaiseOrder:
    """What was asked for: from which day, with which budget (else the policy's), and what was confirmed."""

    effective: date | None = None
    budget: Decimal | None = None
    confirm_cuts: bool = False
    fit_budget: bool = False


@dataclass(frozen=True)
class Raises:
    """The adjustment of everyone's salary.

    ``frame`` has one row per employee, in the order of department and employee id:

    - ``employee_id, name, department, position, team, period`` (text), ``total`` (points of 100), ``grade``
      (id), ``joined, left`` (date or None);
    - ``salary, range_lowest, range_highest``: amounts a month; the range is NaN where it is not known;
    - ``range_position``: percent of the range, two decimals; ``percent``: the rate; ``months``: of 12;
    - ``computed``: the raise by rate and months, rounded; what the rule ``limit`` (``range-highest``,
      ``highest-percent``, ``highest-amount``, ``minimum-wage`` or empty) made of it is ``bounded``;
      ``required`` is the part that the minimum wage demands;
    - ``cut_waits``: whether it is a cut that was not confirmed and is not applied;
    - ``due``: the raise without such a cut, before any budget;
    - ``scaled``: what the raise would be within the budget; NaN where the budget is kept, or none;
    - ``raise``: what the salary changes by; ``new_salary``; ``change_percent``, two decimals;
    - ``notes``: a tuple of texts.

    Salaries change on the day ``effective``; ``budget`` is for a month. ``left_out`` has ``employee_id, name,
    department, team`` and ``reason`` (a ``Reason``). ``fit`` is there where the budget is exceeded. ``edits``
    are changes of the result workbooks that were accepted; ``inputs`` are these and the roster.
    ``unscored`` are those whom the results leave out, as ``Results.left_out``.
    """

    frame: pd.DataFrame
    ruleset: Ruleset
    period: str
    order: RaiseOrder
    effective: date
    budget: Decimal | None
    left_out: pd.DataFrame
    fit: Fit | None = None
    findings: tuple[Finding, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    edits: tuple[Finding, ...] = ()
    unscored: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def rules(self) -> SalaryRules:
        """What the policy says of salaries."""
        return self.ruleset.policy.salary

    @cached_property
    def cost(self) -> Decimal:
        """What all changes together cost a month."""
        return money_sum(self.frame["raise"])

    @property
    def cost_of_year(self) -> Decimal:
        """What all changes together cost in twelve months."""
        return self.cost * MONTHS

    @property
    def cuts(self) -> pd.DataFrame:
        """Those whose salary is cut, and those whose cut waits to be confirmed."""
        return self.frame[self.frame["bounded"] < 0]

    @cached_property
    def smallest(self) -> Decimal:
        """What amounts are shown to: the rounding unit where all are whole, else the cent."""
        return _smallest(self.frame["salary"].tolist(), self.rules.rounding_unit)

    def text(self, amount: Decimal | float) -> str:
        """An amount as people read it."""
        return money(amount, self.smallest)

    def measure(self, grade: str, percent: float) -> Name | None:
        """What is done about a grade that gets no raise, where the policy says so."""
        return self.rules.measures.get(grade) if percent <= 0 else None


def adjust_salaries(
    people: pd.DataFrame,
    period: str,
    ruleset: Ruleset,
    order: RaiseOrder,
    *,
    absent: pd.DataFrame | None = None,
    place: PlaceOf = nowhere,
) -> Raises:
    """Adjusts the salaries of everyone who has a result of a period.

    ``people`` has a row for each, with ``joined, left, salary, range_lowest, range_highest``; ``absent`` are
    those on the roster who have no result; ``place`` gives the roster's cell of an employee and a column.

    Findings, all of them warnings: ``raise-not-annual``, ``no-salary``, ``no-pay-range``, ``no-joined-date``,
    ``cuts-wait``, ``raises-over-budget``, ``raises-cannot-fit``.

    Raises:
        DataError: ``raise-needs-period``, ``bad-pay-range``, ``nobody-to-adjust``.
        UsageError: ``fit-without-budget``.
    """
    policy = ruleset.policy
    if not period:
        raise DataError([error("raise-needs-period", Place())])
    findings: list[Finding] = []
    if cycle(period) is not Cycle.ANNUAL:
        findings.append(warning("raise-not-annual", Place(), period=period, year=period[:4]))
    year = int(period[:4])
    budget = policy.salary.budget if order.budget is None else order.budget
    if order.fit_budget and budget is None:
        raise usage_error("fit-without-budget")
    effective = order.effective or date(year + 1, policy.salary.effective_month, 1)
    gathered = SalaryCases(people, policy, year, effective, place)
    findings += gathered.gather(absent)
    if not gathered.cases:
        findings.append(error("nobody-to-adjust", Place()))
    if has_errors(findings):
        raise DataError(findings)
    table = _RaiseTable(gathered, policy, order, budget)
    findings += _remarks(table)
    others = sorted(gathered.left_out, key=itemgetter("employee_id", "name"))
    left_out = pd.DataFrame(others, columns=[*WHO, "reason"], dtype=object)
    return Raises(
        *(table.frame, ruleset, period, order, effective, budget, left_out, table.fit),
        findings=tuple(findings),
    )


@dataclass(frozen=True)
class _RaiseTable:
    """A row per case, and the raises within the budget where it is exceeded."""

    people: SalaryCases
    policy: Policy
    order: RaiseOrder
    budget: Decimal | None

    @cached_property
    def frame(self) -> pd.DataFrame:
        records = [
            {
                **known,
                "range_position": _float(one.position),
                "percent": float(one.percent),
                "months": case.months,
                "computed": float(one.computed),
                "limit": "" if one.limit is None else one.limit.value,
                "bounded": float(one.bounded),
                "required": float(one.required),
                "cut_waits": self.waits[row],
                "due": float(self.asked[row].amount),
                "scaled": nan if self.fit is None else float(self.fit.parts[row]),
                "raise": float(given),
                "new_salary": float(case.salary + given),
                "change_percent": float(round_half_up(100 * Fraction(given) / Fraction(case.salary), CENT)),
                "notes": notes_of(known, case, one, due=self.asked[row].amount, unit=self.smallest),
            }
            for row, ((known, case), one, given) in enumerate(
                zip(self.people.cases, self.outcomes, self.given, strict=True)
            )
        ]
        return pd.DataFrame(records, columns=[*of_pay(Kept.RAISES), *_COMPUTED])

    @cached_property
    def smallest(self) -> Decimal:
        salaries = (float(case.salary) for _, case in self.people.cases)
        return _smallest(salaries, self.policy.salary.rounding_unit)

    @cached_property
    def outcomes(self) -> Sequence[Outcome]:
        return [outcome(case, self.policy) for _, case in self.people.cases]

    @cached_property
    def waits(self) -> Sequence[bool]:
        return [one.bounded < 0 and not self.order.confirm_cuts for one in self.outcomes]

    @cached_property
    def asked(self) -> Sequence[Asked]:
        """What everybody would get if the budget did not count."""
        keys = [str(known["employee_id"]) for known, _ in self.people.cases]
        return [
            Asked(key, Decimal(0) if waiting else one.bounded, one.required)
            for key, one, waiting in zip(keys, self.outcomes, self.waits, strict=True)
        ]

    @cached_property
    def fit(self) -> Fit | None:
        if self.budget is None:
            return None
        return fit_budget(self.asked, self.budget, self.policy.salary.rounding_unit)

    @property
    def given(self) -> Sequence[Decimal]:
        """What everybody gets."""
        if self.fit is None or not self.order.fit_budget:
            return [one.amount for one in self.asked]
        return self.fit.parts


def _remarks(table: _RaiseTable) -> Iterator[Finding]:
    """What whoever approves the table has to know."""
    fit, unit = table.fit, table.smallest
    waiting = table.frame[table.frame["cut_waits"].astype(bool)]
    if len(waiting):
        employees = [label_of(one) for one in rows(waiting.head(SHOWN_NAMES))]
        yield warning("cuts-wait", Place(), count=len(waiting), employees=employees)
    if fit is not None:
        values = {"budget": money(fit.budget, unit), "excess": money(fit.excess, unit)}
        if not fit.reached:
            yield warning("raises-cannot-fit", Place(), **values)
        elif not table.order.fit_budget:
            yield warning("raises-over-budget", Place(), **values)


def _smallest(salaries: Iterable[float], unit: Decimal) -> Decimal:
    whole = not unit % 1 and all(salary.is_integer() for salary in salaries)
    return unit if whole else CENT


def _float(number: Decimal | None) -> float:
    return nan if number is None else float(number)
