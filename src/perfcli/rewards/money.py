"""Amounts of money: rounded half up to a unit, and sums shared so that the parts add up to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any

from perfcli import exact
from perfcli.rules.pay import CENT


def round_half_up(number: Fraction, unit: Decimal) -> Decimal:
    """A number in whole units: 0.5 of a unit counts as one; below zero, -0.5 as -1."""
    units = abs(number) / Fraction(unit)
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return (-whole if number < 0 else whole) * unit


def money_sum(amounts: Iterable[float]) -> Decimal:
    """The exact sum of a column of amounts."""
    return sum((exact.decimal(amount) for amount in amounts), Decimal(0))


def share(total: Decimal, shares: Sequence[Fraction], keys: Sequence[Any], unit: Decimal) -> list[Decimal]:
    """A total shared in proportion to ``shares``, by largest remainder.

    Everybody gets the whole units of the exact share; those that are left go, one each, to the largest
    remainders. Equal remainders: the larger share comes first, then the smaller key. So the parts add up to
    the total, do not depend on the order of the rows, and nobody with a larger share gets less.

    Raises:
        ValueError: no share is above zero, or the total is no whole number of units.
    """
    return apportion(exact_shares(total, shares), keys, unit)


def exact_shares(total: Decimal, shares: Sequence[Fraction]) -> list[Fraction]:
    """What would be everybody's part if a cent could be split.

    Raises:
        ValueError: no share is above zero.
    """
    whole = sum(shares)
    if not whole:
        raise ValueError("nobody has a share")
    return [Fraction(total) * one / whole for one in shares]


def apportion(parts: Sequence[Fraction], keys: Sequence[Any], unit: Decimal) -> list[Decimal]:
    """Exact parts in whole units that add up to the same sum (see ``share``).

    Raises:
        ValueError: the sum of the parts is no whole number of units.
    """
    exact = [part / Fraction(unit) for part in parts]
    whole = [part.numerator // part.denominator for part in exact]
    left = sum(exact, Fraction(0)) - sum(whole)
    if left.denominator != 1:
        raise ValueError("the sum is no whole number of units")
    by_claim = sorted(range(len(exact)), key=lambda one: (whole[one] - exact[one], -exact[one], keys[one]))
    for one in by_claim[: left.numerator]:
        whole[one] += 1
    return [units * unit for units in whole]


def within_bounds(
    total: Decimal, shares: Sequence[Fraction], lowest: Decimal, highest: Decimal | None
) -> list[Fraction]:
    """The exact parts of a total in proportion to ``shares``, each from ``lowest`` to ``highest``.

    What a cap frees goes to the others, what a floor adds is taken from them, in proportion to their shares.
    The sum is the total, or what all caps together allow. Only shares above zero have a floor.

    Raises:
        ValueError: no share is above zero, or the floors alone exceed the total.
    """
    takers = [one for one, part in enumerate(shares) if part > 0]
    if not takers:
        raise ValueError("nobody has a share")
    if lowest * len(takers) > total:
        raise ValueError("the floors exceed the total")
    parts = [Fraction(0)] * len(shares)
    rate = _rate(total, [shares[one] for one in takers], Fraction(lowest), highest)
    for one in takers:
        part = Fraction(highest or 0) if rate is None else max(rate * shares[one], Fraction(lowest))
        parts[one] = part if highest is None else min(part, Fraction(highest))
    return parts


def _rate(
    total: Decimal, shares: Sequence[Fraction], lowest: Fraction, highest: Decimal | None
) -> Fraction | None:
    """What one share is worth, so that all parts between floor and cap add up to the total.

    None where all are at the cap and something is left. As the rate rises, shares leave the floor and reach
    the cap one after the other, the sum growing all the while; the rate is looked up between those points.
    """
    if highest is not None and Fraction(highest) * len(shares) <= total:
        return None
    events = [(lowest / one, one) for one in shares]
    events += [] if highest is None else [(Fraction(highest) / one, -one) for one in shares]
    events.sort()
    rate, reached, slope = Fraction(0), lowest * len(shares), Fraction(0)
    for point, change in events:
        if slope and reached + slope * (point - rate) >= total:
            break
        reached += slope * (point - rate)
        rate, slope = point, slope + change
    return rate + (Fraction(total) - reached) / slope if slope else rate


def money(amount: float | Decimal, unit: Decimal) -> str:
    """An amount as people write it: 12,345.60; without decimals where the unit has none."""
    if isinstance(amount, float):
        if isnan(amount):
            return ""
        amount = exact.decimal(amount)
    whole = unit == unit.to_integral() and amount == amount.to_integral()
    return f"{amount:,.0f}" if whole else f"{amount.quantize(CENT):,}"
