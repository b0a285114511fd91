"""From what is typed on a scale of the company's own to what counts, and back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from perfcli import exact
from perfcli.exact import Floats
from perfcli.rules.models import Indicator, Rubric

PLACES = 10
"""A factor that comes out as a decimal is exact: no typed number needs more places than these."""


@dataclass(frozen=True)
class TypedScale:
    """What one number that is typed counts for: itself times ``factor``."""

    factor: Fraction
    decimals: int

    @property
    def is_another(self) -> bool:
        """Whether anything is converted."""
        return self.factor != 1

    @property
    def places(self) -> int:
        """The decimals of what counts: those of a computed score where the factor does not come out."""
        rest = self.factor.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        return PLACES if rest == 1 else self.decimals

    def counted(self, typed: Floats) -> Floats:
        """What counts for each number that was typed, rounded half up where it does not come out."""
        return self._times(typed, self.factor, self.places)

    def typed(self, counted: Floats) -> Floats:
        """What would have been typed for each number that counts."""
        return self._times(counted, 1 / self.factor, PLACES)

    def _times(self, numbers: Floats, factor: Fraction, places: int) -> Floats:
        if not self.is_another:
            return numbers
        found, is_there = np.full(len(numbers), np.nan), ~np.isnan(numbers)
        if is_there.any():
            found[is_there] = exact.decimals(numbers[is_there]).times(factor).rounded(places).floats()
        return found


def typed_scale(rubric: Rubric, indicator: Indicator, decimals: int) -> TypedScale:
    """The scale of what is typed for an indicator; ``decimals`` are those of a computed score."""
    if not rubric.is_converted(indicator):
        return TypedScale(Fraction(1), decimals)
    full, typed = rubric.full_marks(indicator), rubric.typed_marks(indicator)
    return TypedScale(Fraction(full) / Fraction(typed), decimals)
