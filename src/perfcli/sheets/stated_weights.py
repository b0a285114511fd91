"""What the weights of a sheet mean: points of all, or shares of the sheet's or the rubric's categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from perfcli.rules.models import Indicator, Rubric
from perfcli.sheets.layouts.tables import StatedWeight, Table
from perfcli.text import Term

ALL = Decimal(100)


@dataclass(frozen=True)
class ReadWeight:
    """A stated weight, and the category of which it is a share by one reading; None where it is of all."""

    stated: StatedWeight
    indicator: Indicator
    of: Decimal | None = None

    @property
    def agrees(self) -> bool:
        """Whether it is the rubric's weight, a share also where it is rounded because it has no end."""
        if not self.of:
            return self.stated.weight == self.indicator.weight
        share = Fraction(self.indicator.weight) * 100 / Fraction(self.of)
        if Fraction(self.stated.weight) == share:
            return True
        places = max(0, -int(self.stated.weight.as_tuple().exponent))
        return not _ends(share) and round(share * 10**places) == Fraction(self.stated.weight) * 10**places

    @property
    def weight(self) -> Decimal:
        """The weight of all that is meant, in points of 100."""
        if self.agrees:
            return self.indicator.weight
        return self.stated.weight * self.of / ALL if self.of else self.stated.weight

    @property
    def words(self) -> Term | str:
        """The weight of all that the sheet states, with the share where it was one."""
        if not self.of:
            return written_weight(self.stated.weight)
        weight = self.stated.weight * self.of / ALL
        values = {"weight": weight, "share": self.stated.weight, "of": self.of}
        return Term("weight.share", {name: written_weight(value) for name, value in values.items()})


def together(table: Table, team: str) -> Iterator[list[StatedWeight]]:
    """The weights of a team that were written together: in one row, or beside one person's scores."""
    teams = table.frame["team"].tolist()
    groups: dict[tuple[int, int | None], list[StatedWeight]] = {}
    for stated in table.weights:
        if team in stated.indicators and (stated.position is None or teams[stated.position] == team):
            groups.setdefault((stated.row, stated.position), []).append(stated)
    yield from groups.values()


def likeliest(rubric: Rubric, team: str, stated: Sequence[StatedWeight]) -> list[ReadWeight]:
    """The weights by the reading that most of them fit."""
    indicators = {indicator.id: indicator for indicator in rubric.indicators}
    whole = [ReadWeight(one, indicators[one.indicators[team]]) for one in stated]
    if all(read.agrees for read in whole):  # as a rule, and for thousands of people
        return whole
    return max(_readings(rubric, team, stated), key=lambda reads: sum(read.agrees for read in reads))


def adding_up(rubric: Rubric, team: str, stated: Sequence[StatedWeight]) -> list[ReadWeight]:
    """The weights by the reading that most of them fit, unless it is another one that adds up to 100."""
    best = likeliest(rubric, team, stated)
    if all(read.agrees for read in best):
        return best
    every = [best, *_readings(rubric, team, stated)]
    return next((reads for reads in every if sum(read.weight for read in reads) == ALL), best)


def _readings(rubric: Rubric, team: str, stated: Sequence[StatedWeight]) -> list[list[ReadWeight]]:
    """The weights by each reading: of all, of the sheet's categories, of the rubric's.

    Unless the sheet states the weights of its categories, what adds up to 100 or lacks an indicator has no
    shares in it.
    """
    indicators = {indicator.id: indicator for indicator in rubric.indicators}
    dimensions = {one.id: dimension.weight for dimension in rubric.dimensions for one in dimension.indicators}
    pairs = [(one, indicators[one.indicators[team]]) for one in stated]
    readings = [[ReadWeight(one, indicator) for one, indicator in pairs]]
    shares = [ReadWeight(one, indicator, one.category.weight) for one, indicator in pairs if one.category]
    if len(shares) == len(pairs):
        readings.append(shares)
    is_complete = len({indicator.id for _, indicator in pairs}) == len(indicators)
    if is_complete and sum(one.weight for one in stated) != ALL:
        readings.append([ReadWeight(one, indicator, dimensions[indicator.id]) for one, indicator in pairs])
    return readings


def _ends(number: Fraction) -> bool:
    """Whether a number has an end as a decimal."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def written_weight(number: Decimal) -> str:
    """A weight without needless zeros."""
    return f"{number.normalize():f}"
