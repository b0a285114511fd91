"""The whole numbers in which the audit of a bonus computes, so that every program comes to the same cent.

Base, coefficient, total and days have few decimals. Each column is made whole numbers and reduced by what
is common to it; what was multiplied and reduced stands in one fraction for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from perfcli import exact
from perfcli.rewards.bonus.bonus import HIGHEST, LOWEST, Bonus
from perfcli.rules.pay import Method

EXACT = 2**53
"""Below this a double holds every whole number."""


@dataclass(frozen=True)
class Factor:
    """A column as whole numbers: the number × ``places`` ÷ ``common``."""

    key: str
    places: int
    common: int
    integers: Sequence[int]

    @property
    def scale(self) -> Fraction:
        """What a whole number of the column stands for."""
        return Fraction(self.common, self.places)

    def formula(self, cell: str) -> str:
        """The whole number of a cell."""
        times = f"*{self.places}" if self.places > 1 else ""
        over = f"/{self.common}" if self.common > 1 else ""
        return f"ROUND({cell}{times}{over},0)"


class Numerals:
    """A bonus in whole numbers.

    Amounts are counted in rounding units: ``products`` × ``ratio`` units are earned before rounding, and
    ``shared`` units of a pool are shared by ``weights``.
    """

    def __init__(self, bonus: Bonus) -> None:
        self.bonus = bonus
        frame, by = bonus.frame, bonus.payment.computed_by
        keys = ["bonus_base"]
        keys += ["coefficient"] if by in {Method.GRADE, Method.GRADE_AND_SCORE} else []
        keys += ["total"] if by in {Method.SCORE, Method.GRADE_AND_SCORE} else []
        keys += [factor.key for factor in bonus.rules.factors]
        self.factors = [_factor(key, frame[key]) for key in keys]
        self.days, self.periods = _factor("days", frame["days"]), _factor("period_days", frame["period_days"])
        self.periods_together = math.lcm(*self.periods.integers) if self.periods.integers else 1

    @property
    def unit(self) -> Decimal:
        """The rounding unit."""
        return self.bonus.rules.rounding_unit

    def units(self, amount: Decimal) -> int:
        """An amount of whole units, counted."""
        return int(amount / self.unit)

    @cached_property
    def products(self) -> list[int]:
        """Of each employee, the product of all factors."""
        found = []
        columns = [factor.integers for factor in self.factors]
        for *factors, days, period in zip(*columns, self.days.integers, self.periods.integers, strict=True):
            found.append(math.prod(factors) * days * (self.periods_together // period))
        return found

    @property
    def ratio(self) -> Fraction:
        """What one of the products is worth in units."""
        scale = math.prod((factor.scale for factor in self.factors), start=Fraction(1))
        scale *= self.days.scale / (self.periods.scale * self.periods_together)
        if any(factor.key == "total" for factor in self.factors):
            scale /= 100
        return scale / Fraction(self.unit)

    @cached_property
    def common(self) -> int:
        """What is common to all products."""
        return math.gcd(*self.products) or 1

    @cached_property
    def weights(self) -> list[int]:
        """By what a pool is shared."""
        return [product // self.common for product in self.products]

    @cached_property
    def is_exact(self) -> bool:
        """Whether no step leaves the whole numbers that a double holds."""
        largest = max(self.products, default=0)
        if self.bonus.payment.method is Method.POOL:
            return largest < EXACT and sum(self.weights) < EXACT and self.split is not None
        above, below = self.ratio.numerator, self.ratio.denominator
        return 2 * above * largest + below < EXACT and 2 * below < EXACT

    @cached_property
    def fixed(self) -> list[int | None]:
        """In a pool, the units of those at a bound that the others make up for; None for the others."""
        payment, frame = self.bonus.payment, self.bonus.frame
        caps = payment.capped == "redistribute"
        found: list[int | None] = []
        for bound in frame["bound"]:
            if bound == LOWEST:
                found.append(self.units(payment.lowest or Decimal(0)))
            elif bound == HIGHEST and caps:
                found.append(self.units(payment.highest or Decimal(0)))
            else:
                found.append(None)
        return found

    @cached_property
    def shared(self) -> int:
        """The units of a pool that are shared by those who are at no bound; none where nobody has a share."""
        if not self.free:
            return 0
        return self.units(self.bonus.pool or Decimal(0)) - sum(one or 0 for one in self.fixed)

    @cached_property
    def free(self) -> int:
        """The sum of the weights of those who are at no bound."""
        pairs = zip(self.weights, self.fixed, strict=True)
        return sum(weight for weight, fixed in pairs if fixed is None)

    @cached_property
    def split(self) -> int | None:
        """By what the units of a pool are split, so that units × weight stays exact; None if nothing does."""
        largest = max(self.weights, default=0)
        for split in (int(10**power) for power in range(16)):
            high, low = divmod(self.shared, split)
            if high * largest < EXACT and self.free * split + low * largest < EXACT:
                return split
        return None

    @cached_property
    def remainders(self) -> tuple[list[int], list[int]]:
        """Of each employee, the whole units of the exact share of a pool, and what remains over ``free``."""
        pairs = list(zip(self.weights, self.fixed, strict=True))
        if not self.free:
            return [0] * len(pairs), [0] * len(pairs)
        parts = [
            divmod(self.shared * weight, self.free) if fixed is None else (0, 0) for weight, fixed in pairs
        ]
        return [whole for whole, _ in parts], [rest for _, rest in parts]


def _factor(key: str, numbers: Iterable[float]) -> Factor:
    """A column in whole numbers; what is missing counts as 0."""
    decimals = [Decimal(0) if math.isnan(number) else exact.decimal(number) for number in numbers]
    places = 10 ** max((_places(number) for number in decimals), default=0)
    integers = [int(number * places) for number in decimals]
    common = math.gcd(*integers) or 1
    return Factor(key, places, common, [integer // common for integer in integers])


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
