"""Who shares the weight of an indicator that does not apply to an employee."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from perfcli.rules.models import Rubric

Sharing = Literal["dimension", "all"]


def shared_weights(
    rubric: Rubric, left_out: Collection[str], sharing: Sharing, stated: Mapping[str, Decimal] | None = None
) -> Mapping[str, Fraction]:
    """The weight of each indicator by id, in points of 100; 0 for those left out.

    ``stated`` are somebody's own weights, which then count in place of the rubric's.

    The others of the dimension, or of the whole rubric, share the weight in proportion to their own. A
    dimension of which nothing is left is shared by the whole rubric.
    """
    whole = {one.id: Fraction((stated or {}).get(one.id, one.weight)) for one in rubric.indicators}
    weights = {one: Fraction(0) if one in left_out else weight for one, weight in whole.items()}
    if sharing == "dimension":
        for dimension in rubric.dimensions:
            own = [indicator.id for indicator in dimension.indicators]
            _spread(weights, own, sum((whole[one] for one in own), Fraction(0)))
    _spread(weights, list(weights), Fraction(100))
    return weights


def _spread(weights: dict[str, Fraction], indicators: Collection[str], whole: Fraction) -> None:
    """Makes some weights add up to a whole, each in proportion; weights of 0 stay so."""
    present = sum((weights[one] for one in indicators), Fraction(0))
    if present and present != whole:
        for one in indicators:
            weights[one] *= whole / present
