"""What raises would be if they had to fit a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from perfcli.rewards.money import share
from perfcli.rewards.raises.rules import whole_units

_SHOWN = Decimal("0.0001")


@dataclass(frozen=True)
class Asked:
    """The raise that somebody would get, and the part of it that the minimum wage demands."""

    key: str
    amount: Decimal
    required: Decimal

    @property
    def fixed(self) -> Decimal:
        """What no budget changes: a cut, or what the minimum wage demands."""
        return min(self.amount, self.required)


@dataclass(frozen=True)
class Fit:
    """Raises scaled to a budget that they exceed.

    ``factor`` is what every raise is multiplied by, beyond what the minimum wage demands; ``parts`` are the
    amounts, in the order of those who asked. ``reached`` is false where even the factor 0 is too much.
    """

    budget: Decimal
    excess: Decimal
    factor: Fraction
    parts: Sequence[Decimal]
    reached: bool

    @property
    def percent_text(self) -> str:
        """The factor in percent, with four decimals, rounded down so that it never promises too much."""
        return f"{whole_units(100 * self.factor, _SHOWN)}%"


def fit_budget(asked: Sequence[Asked], budget: Decimal, unit: Decimal) -> Fit | None:
    """Scales raises to a budget by one factor and largest remainders; None where they do not exceed it.

    What they add up to is the largest number of whole units within the budget. Cuts count as savings.
    """
    excess = sum((one.amount for one in asked), Decimal(0)) - budget
    if excess <= 0:
        return None
    room = whole_units(budget - sum((one.fixed for one in asked), Decimal(0)), unit)
    if room < 0:
        return Fit(budget, excess, Fraction(0), [one.fixed for one in asked], reached=False)
    rest = [Fraction(one.amount - one.fixed) for one in asked]
    scaled = share(room, rest, [one.key for one in asked], unit)
    parts = [one.fixed + part for one, part in zip(asked, scaled, strict=True)]
    return Fit(budget, excess, Fraction(room) / sum(rest), parts, reached=True)
