"""People for whom a sheet states weights of their own, which count in place of the rubric's if accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from perfcli.findings import Finding, error, warning
from perfcli.rules.models import Rubric
from perfcli.scoring.origins import Origin
from perfcli.scoring.results import origin_key, stated_weight_key
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.stated_weights import ALL, ReadWeight, adding_up, together, written_weight
from perfcli.text import Term

OWN_WEIGHTS = "own-weights"
"""The word by which the user accepts them, and the code of the remark that they counted."""

_MOST_PLACES = 6  # as in a rubric
_MOST_PEOPLE = 20  # named in one message
_MOST_KINDS = 20  # of weights that are told one by one
_EXAMPLES = 3


@dataclass(frozen=True)
class OwnWeights:
    """What a sheet states for somebody whose weights are not the rubric's.

    ``weights`` are points of 100 by indicator, ``reads`` the cells in which they stand; ``why_not`` is what
    keeps them from counting.
    """

    weights: Mapping[str, Decimal]
    reads: Sequence[ReadWeight]
    why_not: Term | None = None


def find_own_weights(table: Table, team: str, rubric: Rubric) -> Mapping[int, OwnWeights]:
    """The own weights of a team's employees, by position, of those whom the sheet gives any."""
    common: list[ReadWeight] = []
    personal: dict[int, list[ReadWeight]] = {}
    for stated in together(table, team):
        reads, position = adding_up(rubric, team, stated), stated[0].position
        if position is None:
            common += reads
        else:
            personal[position] = personal.get(position, []) + reads
    if all(read.agrees for read in common):
        concerned = [place for place, reads in personal.items() if not all(read.agrees for read in reads)]
    else:
        concerned = np.flatnonzero((table.frame["team"] == team).to_numpy()).tolist()
    of_all = _own(rubric, common)
    return {
        place: _unless_nothing_applies(
            table, place, _own(rubric, [*common, *personal[place]]) if place in personal else of_all
        )
        for place in concerned
    }


def may_count(own: Mapping[int, OwnWeights], people: Sequence[int]) -> bool:
    """Whether all of some people have weights that could count."""
    return len(people) > 0 and all(one in own and own[one].why_not is None for one in people)


def take_own_weights(table: Table, rubric: Rubric, own: Mapping[int, OwnWeights]) -> None:
    """Has own weights count, where they can, and refuses the people of whom they cannot.

    Findings: ``own-weights``, ``own-weights-of-many``, ``own-weights-unclear``.
    """
    kinds: dict[tuple[Decimal, ...], list[int]] = {}
    unclear: dict[str, list[int]] = {}
    for place, one in own.items():
        if one.why_not is not None:
            unclear.setdefault(repr(one.why_not), []).append(place)
        elif table.sound[place]:
            kinds.setdefault(tuple(one.weights[each.id] for each in rubric.indicators), []).append(place)
    _count(table, rubric, kinds)
    table.findings += _remarks(table, rubric, own, kinds)
    for places in unclear.values():
        first = own[places[0]]
        values = {"why": first.why_not, "count": len(places), "employees": _named(table, places)}
        cell = table.place(first.reads[0].stated.row, first.reads[0].stated.column)
        table.findings.append(error("own-weights-unclear", cell, **values))
        table.sound[places] = False


def _own(rubric: Rubric, reads: Sequence[ReadWeight]) -> OwnWeights:
    """Weights that stand in some cells, in the order of the rubric, and whether they can count."""
    places = {indicator.id: place for place, indicator in enumerate(rubric.indicators)}
    reads = sorted(reads, key=lambda read: places[read.indicator.id])
    veto_only = {one.id: Decimal(0) for one in rubric.indicators if not one.weight}
    weights = veto_only | {read.indicator.id: read.weight for read in reads}
    return OwnWeights(weights, reads, _why_not(rubric, reads, weights))


def _why_not(rubric: Rubric, reads: Sequence[ReadWeight], weights: Mapping[str, Decimal]) -> Term | None:
    """What keeps weights from counting in place of the rubric's; None where nothing does."""
    missing = [one.name for one in rubric.indicators if one.id not in weights]
    places = max((-int(one.normalize().as_tuple().exponent) for one in weights.values()), default=0)
    total = sum(weights.values(), Decimal(0))
    why: Term | None = None
    if rubric.counts_points or any(one.scale == "points" for one in rubric.indicators):
        why = Term("own-weights.points")
    elif contradiction := _contradiction(reads):
        why = contradiction
    elif missing:
        why = Term("own-weights.missing", {"indicators": missing})
    elif min(weights.values()) < 0:
        why = Term("own-weights.below-zero")
    elif places > _MOST_PLACES:
        why = Term("own-weights.decimals", {"most": _MOST_PLACES})
    elif total != ALL:
        why = Term("own-weights.sum", {"sum": written_weight(total)})
    return why or _category_differs(reads, weights)


def _contradiction(reads: Sequence[ReadWeight]) -> Term | None:
    """That two weights stand for one indicator."""
    first: dict[str, ReadWeight] = {}
    for read in reads:
        before = first.setdefault(read.indicator.id, read)
        one, other = before.stated.weight, read.stated.weight
        if read.weight == before.weight:
            other = read.stated.weight if read.stated.other is None else read.stated.other
            if other == read.stated.weight:
                continue
        values = {"one": written_weight(one), "other": written_weight(other)}
        return Term("own-weights.several", {"indicator": read.indicator.name, **values})
    return None


def _category_differs(reads: Sequence[ReadWeight], weights: Mapping[str, Decimal]) -> Term | None:
    """That a category of the sheet has another weight than its indicators together."""
    members: dict[str, set[str]] = {}
    stated: dict[str, Decimal] = {}
    for read in reads:
        if (category := read.stated.category) is not None:
            members.setdefault(category.text, set()).add(read.indicator.id)
            stated[category.text] = category.weight
    for text, weight in stated.items():
        total = sum((weights[one] for one in members[text]), Decimal(0))
        if total != weight:
            values = {"stated": written_weight(weight), "sum": written_weight(total)}
            return Term("own-weights.category", {"category": text, **values})
    return None


def _unless_nothing_applies(table: Table, place: int, own: OwnWeights) -> OwnWeights:
    """Own weights that cannot count where all of them are on what does not apply."""
    if own.why_not is not None:
        return own
    counting = [one for one, weight in own.weights.items() if weight]
    origins = [
        table.frame[origin_key(one)].array[place] for one in counting if origin_key(one) in table.frame
    ]
    if all(origin == Origin.NOT_APPLICABLE for origin in origins) and origins:
        return OwnWeights(own.weights, own.reads, Term("own-weights.nothing"))
    return own


def _count(table: Table, rubric: Rubric, kinds: Mapping[tuple[Decimal, ...], Sequence[int]]) -> None:
    """Writes the weights that count into the frame."""
    for number, indicator in enumerate(rubric.indicators if kinds else ()):
        key = stated_weight_key(indicator.id)
        column = table.frame.get(key, np.full(len(table.frame), np.nan))
        column = np.array(column, dtype=np.float64)
        for weights, places in kinds.items():
            column[[*places]] = float(weights[number])
        table.frame[key] = column


def _remarks(
    table: Table,
    rubric: Rubric,
    own: Mapping[int, OwnWeights],
    kinds: Mapping[tuple[Decimal, ...], Sequence[int]],
) -> list[Finding]:
    """Whose weights count, and where they stand."""
    if len(kinds) > _MOST_KINDS:
        people = [place for places in kinds.values() for place in places]
        examples = [
            Term(
                "own-weights.example", {"employee": table.employee(places[0]), "weights": _said(rubric, one)}
            )
            for one, places in [*kinds.items()][:_EXAMPLES]
        ]
        first = own[people[0]].reads[0].stated
        values = {"count": len(people), "kinds": len(kinds), "examples": examples}
        return [warning("own-weights-of-many", table.place(first.row, first.column), **values)]
    rubrics = [written_weight(one.weight) for one in rubric.indicators]
    found = []
    for weights, places in kinds.items():
        first = own[places[0]].reads[0].stated
        named: list[object] = [_person(table, place, own[place]) for place in places[:_MOST_PEOPLE]]
        named += ["…"] if len(places) > _MOST_PEOPLE else []
        values = {"count": len(places), "weights": _said(rubric, weights), "rubric": rubrics, "people": named}
        found.append(warning("own-weights", table.place(first.row, first.column), **values))
    return found


def _said(rubric: Rubric, weights: Sequence[Decimal]) -> list[Term]:
    pairs = zip(rubric.indicators, weights, strict=True)
    return [
        Term("own-weights.weight", {"indicator": one.name, "weight": written_weight(weight)})
        for one, weight in pairs
    ]


def _person(table: Table, position: int, own: OwnWeights) -> Term:
    """Somebody with the cells of the weights; those of a form are on a sheet of their own."""
    places = [table.place(read.stated.row, read.stated.column) for read in own.reads]
    cells = [str(place.cell) for place in dict.fromkeys(places)]
    if table.origins is not None:
        cells[0] = f"{places[0].sheet} {cells[0]}"
    return Term("own-weights.person", {"employee": table.employee(position), "cells": cells})


def _named(table: Table, places: Sequence[int]) -> list[object]:
    more = ["…"] if len(places) > _MOST_PEOPLE else []
    return [*map(table.employee, places[:_MOST_PEOPLE]), *more]
