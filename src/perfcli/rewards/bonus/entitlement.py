"""What one employee's bonus is computed from: who gets one at all, for which days, from which base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any

from perfcli import exact
from perfcli.rewards.days import PeriodDays
from perfcli.rewards.money import round_half_up
from perfcli.rules.pay import CENT, BonusRules, Proration
from perfcli.text import Term

ABSENT, JOINER, LEAVER, NO_DAYS = "absent", "joiner", "leaver", "no-days"
PROBATION, DISCIPLINE, SERVICE = "probation", "discipline", "service"

Person = Mapping[str, Any]
"""A row of the people for whom a bonus is computed."""


@dataclass(frozen=True)
class Problem:
    """What keeps a bonus from being computed: the finding's code, the column that it is about, its values."""

    code: str
    column: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entitlement:
    """What counts for one employee.

    ``days`` of ``period_days`` are paid for, ``base`` is the bonus base (None where it is not known).
    ``nothing`` is why there is nothing to compute: ``absent`` (not employed in the period), ``joiner``
    and ``leaver`` (paid nothing by the policy), ``no-days``, ``probation``, ``discipline``, ``service`` (too
    short); or empty. ``notes`` say in words what is remarkable.
    """

    days: Fraction
    period_days: Fraction
    base: Decimal | None
    nothing: str = ""
    notes: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()


def entitle(person: Person, rules: BonusRules, calendar: PeriodDays | None) -> Entitlement:
    """What counts for one employee; ``calendar`` is None where the period is not known.

    Problems: ``missing-joined``, ``missing-days-worked``, ``missing-days-due``, ``missing-former-base``,
    ``unpaid-leave-above-days``, ``days-above-due``.
    """
    if calendar is None:
        return Entitlement(Fraction(1), Fraction(1), _amount(person["bonus_base"]))
    return _EntitlementCase(person, rules, calendar).entitlement()


@dataclass
class _EntitlementCase:
    """One employee's days, base and eligibility, and what is to be said of them."""

    person: Person
    rules: BonusRules
    calendar: PeriodDays

    def __post_init__(self) -> None:
        self.notes: list[Term] = []
        self.problems: list[Problem] = []
        self.joined: date | None = self.person["joined"]
        self.left: date | None = self.person["left"]
        self.start = max(self.joined or self.calendar.first, self.calendar.first)
        self.end = min(self.left or self.calendar.last, self.calendar.last)

    @property
    def proration(self) -> Proration:
        return self.rules.proration

    def entitlement(self) -> Entitlement:
        nothing = self._why_nothing()
        base = self._base()
        whole = Fraction(self.calendar.total)
        days, period_days = (Fraction(0), whole) if nothing else self._days()
        if not nothing and not days:
            nothing = NO_DAYS
            self.notes.append(Term("bonus.note.no-days"))
        return Entitlement(days, period_days, base, nothing, tuple(self.notes), tuple(self.problems))

    def _why_nothing(self) -> str:
        """The rule by which nothing is paid, with a note; empty where there is none."""
        if self.end < self.start:
            return self._nothing(ABSENT)
        if self.start > self.calendar.first and self.proration.joiners == "nothing":
            return self._nothing(JOINER, day=self.joined)
        if self.end < self.calendar.last and self.proration.leavers == "nothing":
            return self._nothing(LEAVER, day=self.left)
        return self._why_not_eligible()

    def _why_not_eligible(self) -> str:
        eligibility = self.rules.eligibility
        if not eligibility.probation and self._is_on_probation():
            return self._nothing(PROBATION)
        if not eligibility.discipline and self.person["discipline"]:
            return self._nothing(DISCIPLINE, what=self.person["discipline"])
        needed = eligibility.minimum_service_days
        if needed and self.joined is None:
            self.problems.append(Problem("missing-joined", "joined"))
        elif self.joined is not None and (served := (self.end - self.joined).days + 1) < needed:
            return self._nothing(SERVICE, served=served, needed=needed)
        return ""

    def _nothing(self, why: str, **values: object) -> str:
        self.notes.append(Term(f"bonus.note.{why}", values))
        return why

    def _is_on_probation(self) -> bool:
        """Whether the probation lasts beyond the period."""
        confirmed, until = self.person["confirmed"], self.person["probation_until"]
        last = self.calendar.last
        return (confirmed is not None and confirmed > last) or (until is not None and until >= last)

    def _days(self) -> tuple[Fraction, Fraction]:
        """The days that are paid for, of how many."""
        worked, due = self.person["days_worked"], self.person["days_due"]
        if not (isnan(worked) and isnan(due)):
            return self._days_of(worked, due)
        start, end = self.start, self.end
        if start > self.calendar.first:
            whole = self.proration.joiners == "whole"
            start = self.calendar.first if whole else start
            self.notes.append(
                Term(f"bonus.note.joined-{'whole' if whole else 'by-days'}", {"day": self.joined})
            )
        if end < self.calendar.last:
            whole = self.proration.leavers == "whole"
            end = self.calendar.last if whole else end
            self.notes.append(Term(f"bonus.note.left-{'whole' if whole else 'by-days'}", {"day": self.left}))
        return self._without_leave(Fraction(self.calendar.count(start, end))), Fraction(self.calendar.total)

    def _days_of(self, worked: float, due: float) -> tuple[Fraction, Fraction]:
        """Days worked of days due, which are days of one kind only if the roster has both."""
        whole = Fraction(self.calendar.total)
        if isnan(worked):
            self.problems.append(Problem("missing-days-worked", "days_worked"))
            return whole, whole
        if isnan(due) or not due:
            self.problems.append(Problem("missing-days-due", "days_due"))
            return whole, whole
        days, of = Fraction(exact.decimal(worked)), Fraction(exact.decimal(due))
        if days > of:
            values = {"days": _shown(days), "due": _shown(of)}
            self.problems.append(Problem("days-above-due", "days_worked", values))
        self.notes += [Term("bonus.note.days-worked")] if days != of else []
        return days, of

    def _without_leave(self, days: Fraction) -> Fraction:
        leave = self.person["unpaid_leave_days"]
        if isnan(leave) or not leave:
            return days
        taken = Fraction(exact.decimal(leave))
        if self.proration.unpaid_leave == "whole":
            self.notes.append(Term("bonus.note.leave-whole", {"days": _shown(taken)}))
            return days
        if taken > days:
            values = {"days": _shown(taken), "due": _shown(days)}
            self.problems.append(Problem("unpaid-leave-above-days", "unpaid_leave_days", values))
        self.notes.append(Term("bonus.note.leave-by-days", {"days": _shown(taken)}))
        return max(days - taken, Fraction(0))

    def _base(self) -> Decimal | None:
        """The bonus base; after a transfer inside the period, each base by its days, to the cent."""
        base, day = _amount(self.person["bonus_base"]), self.person["transferred"]
        if day is None or not self.start < day <= self.end or base is None:
            return base
        if self.proration.transfers == "last":
            self.notes.append(Term("bonus.note.transferred-last", {"day": day}))
            return base
        former = _amount(self.person["former_base"])
        if former is None:
            self.problems.append(Problem("missing-former-base", "former_base", {"day": day}))
            return base
        before = self.calendar.count(self.start, day - timedelta(1))
        after = self.calendar.count(day, self.end)
        if not before + after:
            return base
        values = {"day": day, "former": former, "before": before, "base": base, "after": after}
        self.notes.append(Term("bonus.note.transferred-by-days", values))
        mean = (Fraction(former) * before + Fraction(base) * after) / (before + after)
        return round_half_up(mean, CENT)


def _amount(number: float) -> Decimal | None:
    return None if isnan(number) else exact.decimal(number)


def _shown(days: Fraction) -> str:
    """Days as a person writes them: 3, 0.5."""
    return f"{Decimal(days.numerator) / Decimal(days.denominator):f}"
