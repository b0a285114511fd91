"""Weights that stand in a sheet, of all or of a category, compared with the rubric's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from perfcli.findings import Finding, error, warning
from perfcli.folding import fold, split_weight
from perfcli.rules.models import Rubric
from perfcli.sheets.layouts.tables import Category, Table
from perfcli.sheets.own_weights import OWN_WEIGHTS, OwnWeights, find_own_weights, may_count, take_own_weights
from perfcli.sheets.stated_weights import ReadWeight, likeliest, together, written_weight

_NAMED = 5  # people whom a message names


def weights_match(table: Table, rubrics: Mapping[str, Rubric], *, accepted: bool) -> None:
    """Weights that stand in the sheet are the rubric's, be it as shares of their category.

    Where they are ``accepted``, people with own ones that add up are scored by these.

    Findings: ``weight-differs``, ``weights-differ``, ``category-weight-differs``, those of
    ``take_own_weights``.
    """
    for team, rubric in rubrics.items():
        own = find_own_weights(table, team, rubric)
        if accepted:
            take_own_weights(table, rubric, own)
        else:
            _compare(table, team, rubric, own)
        _check_categories(table, team, rubric, own, accepted=accepted)


def _compare(table: Table, team: str, rubric: Rubric, own: Mapping[int, OwnWeights]) -> None:
    differing: dict[str, list[ReadWeight]] = {}
    for stated in together(table, team):
        for read in likeliest(rubric, team, stated):
            if read.agrees:
                continue
            if read.stated.position is None:
                table.reject_team(team, _differs(table, read, own, _team(table, team)))
            else:
                differing.setdefault(read.indicator.id, []).append(read)
    for reads in differing.values():
        _note_people(table, reads, own)


def _team(table: Table, team: str) -> list[int]:
    """The positions of a team."""
    return [int(place) for place in np.flatnonzero((table.frame["team"] == team).to_numpy())]


def _proposal(own: Mapping[int, OwnWeights], people: Sequence[int]) -> str:
    """What the user may accept for some people to be scored by these weights."""
    return OWN_WEIGHTS if may_count(own, people) else ""


def _differs(table: Table, read: ReadWeight, own: Mapping[int, OwnWeights], people: Sequence[int]) -> Finding:
    place = table.place(read.stated.row, read.stated.column)
    values = {"stated": read.words, "weight": written_weight(read.indicator.weight)}
    near = _proposal(own, people)
    return error("weight-differs", place, indicator=read.indicator.name, near=near, **values)


def _note_people(table: Table, reads: Sequence[ReadWeight], own: Mapping[int, OwnWeights]) -> None:
    """One error for all whose weight of an indicator differs, and who are not scored."""
    positions = [read.stated.position for read in reads if read.stated.position is not None]
    if len(positions) == 1:
        table.reject(positions[0], _differs(table, reads[0], own, positions))
        return
    people: list[object] = [table.employee(position) for position in positions[:_NAMED]]
    stated = list(dict.fromkeys(written_weight(read.stated.weight) for read in reads))[:_NAMED]
    first = reads[0]
    values = {"indicator": first.indicator.name, "weight": written_weight(first.indicator.weight)}
    more = ["…"] if len(positions) > _NAMED else []
    place = table.place(first.stated.row, first.stated.column)
    values |= {"employees": people + more, "stated": stated, "count": len(positions)}
    table.findings.append(error("weights-differ", place, near=_proposal(own, positions), **values))
    table.sound[positions] = False


def _check_categories(
    table: Table, team: str, rubric: Rubric, own: Mapping[int, OwnWeights], *, accepted: bool
) -> None:
    """The weight of a category is the rubric's, or the sum of those of its indicators.

    Where own weights are ``accepted``, that of who has some is compared with these (``_why_not``).
    """
    weights = {indicator.id: indicator.weight for indicator in rubric.indicators}
    named = {fold(name): dimension for dimension in rubric.dimensions for name in dimension.name.every()}
    for category, members, people in _categories(table, team):
        concerned = [one for one in people if not (accepted and one in own)]
        dimension = named.get(split_weight(fold(category.text))[0])
        expected = dimension.weight if dimension else sum(weights[one] for one in members)
        if expected == category.weight or not concerned:
            continue
        values = {"stated": written_weight(category.weight), "weight": written_weight(Decimal(expected))}
        if dimension:
            values["near"] = _proposal(own, concerned)
            table.findings.append(error("weight-differs", category.place, indicator=dimension.name, **values))
            table.sound[concerned] = False
        else:
            table.findings.append(
                warning("category-weight-differs", category.place, category=category.text, **values)
            )


def _categories(table: Table, team: str) -> list[tuple[Category, set[str], list[int]]]:
    """The categories with a weight, each with its indicators where it first stands and whom it concerns."""
    found: dict[str, tuple[Category, set[str], list[int]]] = {}
    first: dict[str, int | None] = {}
    for stated in table.weights:
        category = stated.category
        if category is None or team not in stated.indicators:
            continue
        _, members, people = found.setdefault(category.text, (category, set(), []))
        if first.setdefault(category.text, stated.position) == stated.position:
            members.add(stated.indicators[team])
        if stated.position is not None and stated.position not in people[-1:]:
            people.append(stated.position)
    return [
        (category, members, people if first[text] is not None else _team(table, team))
        for text, (category, members, people) in found.items()
    ]
