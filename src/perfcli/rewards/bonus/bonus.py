"""The bonus of a period: base × factor × days, or a share of a pool (policy, section 7).

Everything is computed in fractions and rounded half up once, to the unit of the policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import pandas as pd

from perfcli import exact
from perfcli.findings import Finding
from perfcli.rewards.bonus.entitlement import Problem
from perfcli.rewards.money import money_sum
from perfcli.rules.calendars import Calendar
from perfcli.rules.pay import BonusRules, Method, Payment
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile
from perfcli.text import Term

HIGHEST, LOWEST = "highest", "lowest"
GRADE, BASE, SCORE, SMALL, OVERDRAWN = "grade", "base", "score", "small", "overdrawn"
ZERO_FACTOR = "factor"


@dataclass(frozen=True)
class BonusOrder:
    """What is to be paid: the cycle, its period (may be empty), and a pool that takes the policy's place.

    ``by_total``: of equal remainders and shares of a pool, the higher total comes before the smaller id.
    """

    cycle: Cycle
    period: str
    pool: Decimal | None = None
    by_total: bool = True

    def precedence(self, employee: str, total: float) -> tuple[Decimal, str]:
        """By what people with equal remainders and shares come one after the other."""
        return -exact.decimal(total) if self.by_total else Decimal(0), employee


@dataclass(frozen=True)
class Bonus:
    """The bonus of everyone in the results.

    ``frame`` has one row per employee, in the order of department and employee id:

    - ``employee_id, name, department, position, team, period`` (text), ``total`` (of 100), ``grade`` (id);
    - ``bonus_base``: what is multiplied, which is the base for the days worked, or the fixed amount of the
      grade; NaN where it is not known and not needed;
    - ``coefficient``: of the grade; NaN where the method does not use it;
    - ``days, period_days``: the days that are paid for, of how many; ``proration`` is one by the other;
    - ``factor.<id>``: each further factor of the policy; NaN where it is not known and not needed;
    - ``factor``: coefficient × total ÷ 100 × further factors × proration, as far as the method uses them;
    - ``share``: the exact share of a pool, before bounds; 0 without a pool;
    - ``computed``: rounded; what ``bound`` (``highest``, ``lowest`` or empty) made of it is ``earned``;
    - ``adjustment`` with ``adjustment_reason``, and ``amount``, which is never below 0;
    - ``nothing``: why the amount is 0, which is ``Entitlement.nothing``, or ``grade``, ``base``, ``score``,
      ``factor`` (one of them is 0), ``small`` (less than half a unit, or no unit of a pool) or
      ``overdrawn`` (by an adjustment);
      empty where something is paid.

    Amounts are to the cent; numbers are the doubles nearest to the exact ones.

    ``notes`` are words about an employee, by id. ``people`` is what everything was computed from, in the
    order of ``frame`` (see ``people.columns.of_pay``). ``absent`` has those of the roster who worked in the
    period and have no result: ``employee_id, name, department, team``. ``edits`` are changes of the result
    workbooks that were accepted. ``inputs`` are the result workbooks and the roster. ``problems`` are what
    kept somebody's bonus from being computed, with the id; where there is one, nothing may be paid.
    ``unscored`` are those whom the results leave out, as ``Results.left_out``.
    """

    frame: pd.DataFrame
    ruleset: Ruleset
    order: BonusOrder
    people: pd.DataFrame
    notes: Mapping[str, Sequence[Term]]
    findings: tuple[Finding, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    absent: pd.DataFrame = field(default_factory=pd.DataFrame)
    edits: tuple[Finding, ...] = ()
    unscored: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: tuple[tuple[str, Problem], ...] = ()

    @property
    def rules(self) -> BonusRules:
        """What the policy says of bonuses."""
        return self.ruleset.policy.bonus

    @property
    def cycle(self) -> Cycle:
        """The cycle that is paid."""
        return self.order.cycle

    @property
    def period(self) -> str:
        """The period that is paid; empty where the results have none."""
        return self.order.period

    @cached_property
    def payment(self) -> Payment:
        """How this bonus is paid."""
        return payment_of(self.rules, self.order)

    @property
    def calendar(self) -> Calendar | None:
        """The calendar by which days are paid; None where they are not paid by one."""
        return self.ruleset.calendar if self.period and self.rules.proration.days == "working" else None

    @property
    def pool(self) -> Decimal | None:
        """The sum that is shared."""
        return self.payment.pool if self.payment.method is Method.POOL else None

    @cached_property
    def adjustments(self) -> Decimal:
        """What the adjustments add to the sum, or take from it."""
        return self.paid - self.shared

    @cached_property
    def shared(self) -> Decimal:
        """The sum before adjustments."""
        return money_sum(self.frame["earned"])

    @cached_property
    def paid(self) -> Decimal:
        """The sum of all amounts."""
        return money_sum(self.frame["amount"])


def payment_of(rules: BonusRules, order: BonusOrder) -> Payment:
    """How a bonus is paid: as the policy says; or the order's pool, by what would be paid without it."""
    payment = rules.payment(order.cycle)
    if order.pool is None:
        return payment
    changes = {"method": Method.POOL, "shared_by": payment.computed_by, "pool": order.pool}
    return payment.model_copy(update=changes)
