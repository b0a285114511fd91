"""Exact decimal arithmetic on whole columns.

A column of decimals is held as integers and a number of decimal places: 88.36 is 8836 with 2 places.
Sums and products of integers are exact. Columns are int64 where every step fits and Python integers where
one would not, so no input can overflow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64] | npt.NDArray[np.object_]

SIGNIFICANT_DIGITS = 15
"""A workbook's number is the decimal that these digits show, as in every spreadsheet program."""

_INT64_SAFE = 10**18
_EXACT_IN_A_DOUBLE = 10**15
_EXACT_POWER_OF_TEN = 22


@dataclass(frozen=True)
class Decimals:
    """A column of decimals: ``integers / 10**places``."""

    integers: Integers
    places: int

    def __add__(self, other: Decimals) -> Decimals:
        places = max(self.places, other.places)
        left, right = self.at(places), other.at(places)
        bound = _largest(left) + _largest(right)
        return Decimals(_roomy(left, bound) + _roomy(right, bound), places)

    def times(self, factor: Decimal) -> Decimals:
        """Each number times one decimal."""
        numerator, places = _integer(factor)
        return Decimals(_multiplied(self.integers, numerator), self.places + places)

    def rounded(self, places: int) -> Decimals:
        """Rounded half up to some places."""
        if places >= self.places:
            return Decimals(self.at(places), places)
        unit = 10 ** (self.places - places)
        integers = _roomy(self.integers, _largest(self.integers) + unit)
        rounded: Integers = (integers + unit // 2) // unit
        return Decimals(rounded, places)

    def at(self, places: int) -> Integers:
        """The integers at as many places or more."""
        return _multiplied(self.integers, 10 ** (places - self.places))

    def floats(self) -> npt.NDArray[np.float64]:
        """The nearest doubles: one correctly rounded division each, so ``str`` shows the decimal again."""
        if _largest(self.integers) < _EXACT_IN_A_DOUBLE and self.places <= _EXACT_POWER_OF_TEN:
            return self.integers.astype(np.float64) / float(10**self.places)
        quotients = [int(integer) / 10**self.places for integer in self.integers.tolist()]
        return np.array(quotients, dtype=np.float64)


def decimals(numbers: npt.NDArray[np.float64]) -> Decimals:
    """The decimals that a column of finite doubles stands for, at 15 significant digits."""
    for places in range(7):
        scaled = np.rint(numbers * 10**places)
        if np.array_equal(scaled / 10**places, numbers) and _largest(scaled) < _EXACT_IN_A_DOUBLE:
            return Decimals(scaled.astype(np.int64), places)
    return from_decimals(decimal(number) for number in numbers.tolist())


def decimal(number: float) -> Decimal:
    """The decimal that one double stands for, at 15 significant digits."""
    return Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}")


def from_decimals(numbers: Iterable[Decimal]) -> Decimals:
    """A column of given decimals."""
    parts = [_integer(number) for number in numbers]
    places = max((places for _, places in parts), default=0)
    integers = [integer * 10 ** (places - own) for integer, own in parts]
    fits = all(abs(integer) < _INT64_SAFE for integer in integers)
    return Decimals(np.array(integers, dtype=np.int64 if fits else object), places)


def total(parts: Iterable[Decimals]) -> Decimals:
    """The sum of at least one column."""
    first, *rest = parts
    for part in rest:
        first += part
    return first


def _integer(number: Decimal) -> tuple[int, int]:
    """A decimal as an integer and places: 33.30 → 333, 1."""
    sign, digits, exponent = number.normalize().as_tuple()
    if not isinstance(exponent, int):
        raise TypeError(f"not a finite decimal: {number}")
    integer = int("".join(map(str, digits))) * (-1 if sign else 1)
    return (integer, -exponent) if exponent < 0 else (integer * 10**exponent, 0)


def _largest(integers: npt.NDArray[np.float64] | Integers) -> int:
    return int(abs(integers).max()) if integers.size else 0


def _multiplied(integers: Integers, factor: int) -> Integers:
    return _roomy(integers, max(_largest(integers), 1) * abs(factor)) * factor


def _roomy(integers: Integers, bound: int) -> Integers:
    """The integers in a type that holds numbers up to a bound."""
    return integers if bound < _INT64_SAFE else integers.astype(object)
