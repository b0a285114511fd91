"""Weights that stand in a sheet, of all or of a category, compared with the rubric's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from perfcli.findings import Finding, error, warning
from perfcli.folding import fold, split_weight
from perfcli.rules.models import Indicator, Rubric
from perfcli.sheets.layouts.tables import StatedWeight, Table
from perfcli.text import Term

_NAMED = 5  # people whom a message names

_ALL = Decimal(100)


@dataclass(frozen=True)
class _Read:
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
    def words(self) -> Term | str:
        """The weight of all that the sheet states, with the share where it was one."""
        if not self.of:
            return _written(self.stated.weight)
        weight = self.stated.weight * self.of / 100
        values = {"weight": weight, "share": self.stated.weight, "of": self.of}
        return Term("weight.share", {name: _written(value) for name, value in values.items()})


def weights_match(table: Table, rubrics: Mapping[str, Rubric]) -> None:
    """Weights that stand in the sheet are the rubric's, be it as shares of their category.

    Findings: ``weight-differs``, ``weights-differ``, ``category-weight-differs``.
    """
    for team, rubric in rubrics.items():
        own: dict[str, list[_Read]] = {}
        for stated in _together(table, team):
            for read in _likeliest(rubric, team, stated):
                if read.agrees:
                    continue
                if read.stated.position is None:
                    table.reject_team(team, _differs(table, read))
                else:
                    own.setdefault(read.indicator.id, []).append(read)
        for reads in own.values():
            _note_people(table, reads)
        _check_categories(table, team, rubric)


def _together(table: Table, team: str) -> Iterator[list[StatedWeight]]:
    """The weights of a team that were written together: in one row, or beside one person's scores."""
    teams = table.frame["team"].tolist()
    groups: dict[tuple[int, int | None], list[StatedWeight]] = {}
    for stated in table.weights:
        if team in stated.indicators and (stated.position is None or teams[stated.position] == team):
            groups.setdefault((stated.row, stated.position), []).append(stated)
    yield from groups.values()


def _likeliest(rubric: Rubric, team: str, stated: Sequence[StatedWeight]) -> list[_Read]:
    """The weights by the reading that most of them fit: of all, of the sheet's categories, of the rubric's.

    Unless the sheet states the weights of its categories, what adds up to 100 or lacks an indicator has no
    shares in it.
    """
    indicators = {indicator.id: indicator for indicator in rubric.indicators}
    dimensions = {one.id: dimension.weight for dimension in rubric.dimensions for one in dimension.indicators}
    pairs = [(one, indicators[one.indicators[team]]) for one in stated]
    whole = [_Read(one, indicator) for one, indicator in pairs]
    shares = [_Read(one, indicator, one.category.weight) for one, indicator in pairs if one.category]
    of_dimension = [_Read(one, indicator, dimensions[indicator.id]) for one, indicator in pairs]
    readings = [whole]
    if len(shares) == len(pairs):
        readings.append(shares)
    is_complete = len({indicator.id for _, indicator in pairs}) == len(indicators)
    if is_complete and sum(one.weight for one in stated) != _ALL:
        readings.append(of_dimension)
    return max(readings, key=lambda reads: sum(read.agrees for read in reads))


def _differs(table: Table, read: _Read) -> Finding:
    place = table.place(read.stated.row, read.stated.column)
    values = {"stated": read.words, "weight": _written(read.indicator.weight)}
    return error("weight-differs", place, indicator=read.indicator.name, **values)


def _note_people(table: Table, reads: Sequence[_Read]) -> None:
    """One error for all whose weight of an indicator differs, and who are not scored."""
    positions = [read.stated.position for read in reads if read.stated.position is not None]
    if len(positions) == 1:
        table.reject(positions[0], _differs(table, reads[0]))
        return
    people: list[object] = [table.employee(position) for position in positions[:_NAMED]]
    stated = list(dict.fromkeys(_written(read.stated.weight) for read in reads))[:_NAMED]
    first = reads[0]
    values = {"indicator": first.indicator.name, "weight": _written(first.indicator.weight)}
    more = ["…"] if len(positions) > _NAMED else []
    place = table.place(first.stated.row, first.stated.column)
    values |= {"employees": people + more, "stated": stated, "count": len(positions)}
    table.findings.append(error("weights-differ", place, **values))
    table.sound[positions] = False


def _check_categories(table: Table, team: str, rubric: Rubric) -> None:
    """The weight of a category is the rubric's, or the sum of those of its indicators."""
    weights = {indicator.id: indicator.weight for indicator in rubric.indicators}
    named = {fold(name): dimension for dimension in rubric.dimensions for name in dimension.name.every()}
    sums: dict[tuple[int | None, str], set[str]] = {}
    told: set[str] = set()
    for stated in table.weights:
        if stated.category and team in stated.indicators:
            key = stated.position, stated.category.text
            sums.setdefault(key, set()).add(stated.indicators[team])
    for stated in table.weights:
        category = stated.category
        if category is None or team not in stated.indicators or category.text in told:
            continue
        told.add(category.text)
        dimension = named.get(split_weight(fold(category.text))[0])
        members = sums[stated.position, category.text]
        expected = dimension.weight if dimension else sum(weights[one] for one in members)
        if expected == category.weight:
            continue
        values = {"stated": _written(category.weight), "weight": _written(Decimal(expected))}
        if dimension:
            finding = error("weight-differs", category.place, indicator=dimension.name, **values)
            table.reject_team(team, finding)
        else:
            table.findings.append(
                warning("category-weight-differs", category.place, category=category.text, **values)
            )


def _ends(number: Fraction) -> bool:
    """Whether a number has an end as a decimal."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _written(number: Decimal) -> str:
    return f"{number.normalize():f}"
