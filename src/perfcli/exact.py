"""Exact arithmetic on whole columns.

A column of numbers is held as integers over one denominator: 88.36 is 8836 over 100, a third is 1 over 3.
Sums and products of integers are exact. Columns are int64 where every step fits and Python integers where
one would not, so no input can overflow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64] | npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

SIGNIFICANT_DIGITS = 15
"""A workbook's number is the decimal that these digits show, as in every spreadsheet program."""

_INT64_SAFE = 10**18
_EXACT_IN_A_DOUBLE = 10**15
_MOST_DENOMINATOR = 10**22


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: ``integers / denominator``."""

    integers: Integers
    denominator: int

    def __add__(self, other: Numbers) -> Numbers:
        denominator = math.lcm(self.denominator, other.denominator)
        left, right = self.over(denominator), other.over(denominator)
        bound = _largest(left) + _largest(right)
        return Numbers(_roomy(left, bound) + _roomy(right, bound), denominator)

    def times(self, factor: Decimal | Fraction) -> Numbers:
        """Each number times one factor."""
        fraction = Fraction(factor)
        integers = _multiplied(self.integers, fraction.numerator)
        return Numbers(integers, self.denominator * fraction.denominator)

    def plus(self, summand: Decimal) -> Numbers:
        """Each number plus one summand."""
        return self + constant(summand, len(self.integers))

    def over(self, denominator: int) -> Integers:
        """The integers over a multiple of the denominator."""
        return _multiplied(self.integers, denominator // self.denominator)

    def rounded(self, places: int) -> Numbers:
        """Rounded half up to some decimal places."""
        unit = 10**places
        if unit % self.denominator == 0:
            return Numbers(self.over(unit), unit)
        ones = np.ones(len(self.integers), dtype=np.int64)
        return quotient(self, Numbers(ones, 1), places)

    def floats(self) -> Floats:
        """The nearest doubles: one correctly rounded division each, so ``str`` shows a decimal again."""
        if _largest(self.integers) < _EXACT_IN_A_DOUBLE and self._denominator_is_a_double:
            return self.integers.astype(np.float64) / float(self.denominator)
        quotients = [int(integer) / self.denominator for integer in self.integers.tolist()]
        return np.array(quotients, dtype=np.float64)

    @property
    def _denominator_is_a_double(self) -> bool:
        return self.denominator <= _MOST_DENOMINATOR and int(float(self.denominator)) == self.denominator


def decimals(numbers: Floats) -> Numbers:
    """The decimals that a column of finite doubles stands for, at 15 significant digits."""
    for places in range(7):
        with np.errstate(over="ignore"):
            scaled = np.rint(numbers * 10**places)
        if np.array_equal(scaled / 10**places, numbers) and _largest(scaled) < _EXACT_IN_A_DOUBLE:
            return Numbers(scaled.astype(np.int64), 10**places)
    return from_decimals(decimal(number) for number in numbers.tolist())


def decimal(number: float) -> Decimal:
    """The decimal that one double stands for, at 15 significant digits."""
    return Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}")


def from_decimals(numbers: Iterable[Decimal]) -> Numbers:
    """A column of given decimals."""
    parts = [_integer(number) for number in numbers]
    places = max((places for _, places in parts), default=0)
    integers = [integer * 10 ** (places - own) for integer, own in parts]
    fits = all(abs(integer) < _INT64_SAFE for integer in integers)
    return Numbers(np.array(integers, dtype=np.int64 if fits else object), 10**places)


def constant(number: Decimal, count: int) -> Numbers:
    """A column of one decimal, so many times."""
    one = from_decimals([number])
    integers: Integers = one.integers[np.zeros(count, dtype=np.intp)]
    return Numbers(integers, one.denominator)


def places(numbers: Floats) -> int:
    """The most decimal places in a column of finite doubles."""
    return len(str(decimals(numbers).denominator)) - 1


def total(parts: Iterable[Numbers]) -> Numbers:
    """The sum of at least one column."""
    first, *rest = parts
    for part in rest:
        first += part
    return first


def mean(numbers: Floats) -> Fraction:
    """The mean of at least one number."""
    column = decimals(numbers)
    return Fraction(int(column.integers.sum()), column.denominator * len(numbers))


def quotient(numerators: Numbers, denominators: Numbers, places: int) -> Numbers:
    """Each number divided by another, which is above 0, rounded half up to some decimal places."""
    scale = 2 * 10**places * denominators.denominator
    numerators = Numbers(_multiplied(numerators.integers, scale), numerators.denominator)
    below = _multiplied(denominators.integers, numerators.denominator)
    bound = _largest(numerators.integers) + 2 * _largest(below)
    above, below = _roomy(numerators.integers, bound), _roomy(below, bound)
    rounded: Integers = (above + below) // (2 * below)
    return Numbers(rounded, 10**places)


def ratio(numerators: Numbers, denominators: Numbers) -> Floats:
    """Each number divided by another, which is not 0: the nearest double."""
    above = _multiplied(numerators.integers, denominators.denominator)
    below = _multiplied(denominators.integers, numerators.denominator)
    if max(_largest(above), _largest(below)) < _EXACT_IN_A_DOUBLE:
        return above.astype(np.float64) / below.astype(np.float64)
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    return np.array([int(one) / int(other) for one, other in pairs], dtype=np.float64)


def product(left: Numbers, right: Numbers) -> Numbers:
    """Each number of one column times its neighbour in the other."""
    bound = max(_largest(left.integers), 1) * max(_largest(right.integers), 1)
    integers = _roomy(left.integers, bound) * _roomy(right.integers, bound)
    return Numbers(integers, left.denominator * right.denominator)


def within(numbers: Numbers, lowest: Decimal, highest: Decimal | None) -> Numbers:
    """The numbers, or the bound that they cross; None is no bound."""
    bounds = from_decimals([lowest, lowest if highest is None else highest])
    denominator = math.lcm(numbers.denominator, bounds.denominator)
    least, most = (int(bound) for bound in bounds.over(denominator))
    integers = numbers.over(denominator)
    clipped: Integers = np.maximum(integers, least)
    return Numbers(clipped if highest is None else np.minimum(clipped, most), denominator)


def _integer(number: Decimal) -> tuple[int, int]:
    """A decimal as an integer and places: 33.30 → 333, 1."""
    sign, digits, exponent = number.normalize().as_tuple()
    if not isinstance(exponent, int):
        raise TypeError(f"not a finite decimal: {number}")
    integer = int("".join(map(str, digits))) * (-1 if sign else 1)
    return (integer, -exponent) if exponent < 0 else (integer * 10**exponent, 0)


def _largest(integers: Floats | Integers) -> int:
    return int(abs(integers).max()) if integers.size else 0


def _multiplied(integers: Integers, factor: int) -> Integers:
    return _roomy(integers, max(_largest(integers), 1) * abs(factor)) * factor


def _roomy(integers: Integers, bound: int) -> Integers:
    """The integers in a type that holds numbers up to a bound."""
    return integers if bound < _INT64_SAFE else integers.astype(object)
