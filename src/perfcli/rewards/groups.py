"""What a bonus or a raise gives to everybody together, and to each department, team or grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from perfcli.rewards.money import money_sum, round_half_up
from perfcli.rules.models import Policy
from perfcli.rules.pay import CENT


@dataclass(frozen=True)
class BonusGroup:
    """The bonuses of some people.

    ``paid`` are the people who get anything; ``sum`` is what they get together, ``average`` a person's part
    of it to the cent (0 for nobody), ``highest`` and ``lowest`` are single amounts.
    """

    people: int
    paid: int
    sum: Decimal
    average: Decimal
    highest: float
    lowest: float

    @property
    def nothing(self) -> int:
        """The people whose amount is 0."""
        return self.people - self.paid

    def share(self, everybody: Decimal) -> float:
        """The part of the sum of everybody's bonuses, from 0 to 1; 0 where that is 0."""
        return float(self.sum) / float(everybody) if everybody else 0.0


@dataclass(frozen=True)
class RaiseGroup:
    """The raises of some people: whose salary goes up, stays, goes down; the sums a month."""

    people: int
    raised: int
    cut: int
    before: Decimal
    change: Decimal

    @property
    def unchanged(self) -> int:
        """The people whose salary stays."""
        return self.people - self.raised - self.cut

    @property
    def after(self) -> Decimal:
        """The sum of the salaries afterwards."""
        return self.before + self.change

    @property
    def percent(self) -> Decimal:
        """The change of the sum in percent, to two decimals; 0 where there is no salary."""
        if not self.before:
            return Decimal(0)
        return round_half_up(100 * Fraction(self.change) / Fraction(self.before), CENT)


def grouped(frame: pd.DataFrame, key: str, policy: Policy) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each grade from the top, even of none, or of each other value of a column, in its order."""
    grades = [grade.id for grade in policy.grades_from_top]
    for value in grades if key == "grade" else sorted(set(frame[key])):
        yield value, frame[frame[key] == value]


def bonus_group(people: pd.DataFrame) -> BonusGroup:
    """What some rows of ``Bonus.frame`` get."""
    amounts, count = people["amount"], len(people)
    together = money_sum(amounts)
    return BonusGroup(
        people=count,
        paid=int((amounts > 0).sum()),
        sum=together,
        average=round_half_up(Fraction(together) / count, CENT) if count else Decimal(0),
        highest=float(amounts.max()) if count else 0.0,
        lowest=float(amounts.min()) if count else 0.0,
    )


def raise_group(people: pd.DataFrame) -> RaiseGroup:
    """What the salaries of some rows of ``Raises.frame`` change by."""
    change = people["raise"]
    return RaiseGroup(
        people=len(people),
        raised=int((change > 0).sum()),
        cut=int((change < 0).sum()),
        before=money_sum(people["salary"]),
        change=money_sum(change),
    )
