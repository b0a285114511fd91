"""Sums of dimensions that a sheet states, in columns of a list and rows of a form, beside perf's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from perfcli.exact import Floats
from perfcli.findings import Finding
from perfcli.folding import fold
from perfcli.rules.models import Dimension, Rubric
from perfcli.scoring.results import points_key, score_key, weight_key
from perfcli.sheets.layouts.stated_sums import StatedSum, without_sum
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.own_figures import are_close, told
from perfcli.text import Term, Translated

_Dimensions = Mapping[str, Dimension]
"""The dimensions of a table's teams by their folded names."""


def note_sums(table: Table, rubrics: Sequence[Rubric], scored: pd.DataFrame) -> None:
    """Takes what is named for a dimension out of doubt, and notes sums that are not perf's.

    Points or scores of 100 may stand there; in a column of scores also what these add up to.

    Findings: ``own-figure-differs``, ``own-figures-differ``.
    """
    named = {fold(name): one for rubric in rubrics for one in rubric.dimensions for name in one.name.every()}
    table.findings += [*_columns(table, named, rubrics, scored)]
    if table.sums:
        _hear_rows(table, named)
        table.findings += [*_rows(table, named, rubrics, scored)]


def _columns(
    table: Table, named: _Dimensions, rubrics: Sequence[Rubric], scored: pd.DataFrame
) -> Iterator[Finding]:
    """The columns of a list that are named for a dimension."""
    for doubt in [one for one in table.doubts if one.column is not None]:
        dimension = named.get(without_sum(doubt.name))
        if dimension is None or doubt.column is None:
            continue
        table.doubts.remove(doubt)
        yield doubt.remark
        places = [place for place in doubt.numbers if place in scored.index]
        stated = np.array([doubt.numbers[place] for place in places])
        found = _likelier(stated, scored.loc[places], [one.id for one in dimension.indicators], rubrics)
        pairs: dict[int, tuple[object, object]] = {
            place: (float(one), float(other))
            for place, one, other in zip(places, stated, found, strict=True)
            if not are_close(one, other)
        }
        yield from told(table, doubt.column, dimension.name, pairs)


def _hear_rows(table: Table, named: _Dimensions) -> None:
    """Takes the rows of forms that are named for a dimension out of doubt."""
    table.doubts = [one for one in table.doubts if one.part != "row" or without_sum(one.name) not in named]
    table.findings = [one for one in table.findings if _unknown_row(one) not in named]


def _unknown_row(found: Finding) -> str:
    """What a row that is not known is the sum of by its name; empty where it is another finding."""
    values = found.values  # noqa: PD011 - a mapping
    return without_sum(str(values["found"])) if found.code == "unknown-row" else ""


def _rows(
    table: Table, named: _Dimensions, rubrics: Sequence[Rubric], scored: pd.DataFrame
) -> Iterator[Finding]:
    """The sums in rows of forms, those of the same together."""
    teams = table.frame["team"].tolist()
    groups: dict[object, list[tuple[StatedSum, Translated, tuple[str, ...]]]] = {}
    for one in table.sums:
        if (
            one.position not in scored.index
            or (known := _of(one, teams[one.position], named, rubrics)) is None
        ):
            continue
        figure, ids = known
        if one.column != "superior" or _counted(one, teams[one.position], ids, scored):
            groups.setdefault((ids, one.column, not without_sum(one.text)), []).append((one, figure, ids))
    for group in groups.values():
        _, figure, ids = group[0]
        positions = [one.position for one, _, _ in group]
        stated = np.array([one.number for one, _, _ in group])
        found = _likelier(stated, scored.loc[positions], ids, rubrics)
        wrong = {
            one.position: (one, float(other))
            for (one, _, _), other in zip(group, found, strict=True)
            if not are_close(one.number, other) and not _is_added_up(one, teams[one.position], ids)
        }
        pairs: dict[int, tuple[object, object]] = {
            place: (one.number, other) for place, (one, other) in wrong.items()
        }
        yield from told(table, {place: one.place for place, (one, _) in wrong.items()}, figure, pairs)


def _of(
    one: StatedSum, team: str, named: _Dimensions, rubrics: Sequence[Rubric]
) -> tuple[Translated, tuple[str, ...]] | None:
    """What a row is the sum of, in words and as ids; None where it is none."""
    rubric = next(rubric for rubric in rubrics if rubric.team == team)
    name = without_sum(one.text)
    if name:
        dimension = named.get(name)
        own = [each for each in rubric.dimensions if each is dimension]
        return (own[0].name, tuple(each.id for each in own[0].indicators)) if own else None
    ids = tuple(indicators[team] for indicators in one.above if team in indicators)
    for dimension in rubric.dimensions:
        if {*ids} == {each.id for each in dimension.indicators}:
            return dimension.name, tuple(each.id for each in dimension.indicators)
    names = [each.name for each in rubric.indicators if each.id in ids]
    return (Term("own.sum-of", {"names": names}), ids) if ids else None


def _likelier(stated: Floats, scored: pd.DataFrame, ids: Sequence[str], rubrics: Sequence[Rubric]) -> Floats:
    """The points of some indicators, or their score of 100, of which more are what is stated."""
    points = scored[[points_key(one) for one in ids]].sum(axis=1).to_numpy(dtype=np.float64)
    weights = np.zeros(len(scored))
    for one in ids:
        by_team = {r.team: float(each.weight) for r in rubrics for each in r.indicators if each.id == one}
        usual = scored["team"].map(by_team)
        own = scored[weight_key(one)].fillna(usual) if weight_key(one) in scored else usual
        weights += own.to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = points * 100 / weights
    return max((points, scores), key=lambda found: int(np.count_nonzero(are_close(found, stated))))


def _typed(one: StatedSum, team: str, ids: Sequence[str]) -> dict[str, float]:
    """What stands in the column of a sum for some indicators."""
    found = {indicators.get(team, ""): number for indicators, number in one.typed}
    return {each: found[each] for each in ids if each in found}


def _is_added_up(one: StatedSum, team: str, ids: Sequence[str]) -> bool:
    """Whether a sum in a column of scores is what these add up to."""
    return one.column != "weighted" and bool(are_close(sum(_typed(one, team, ids).values()), one.number))


def _counted(one: StatedSum, team: str, ids: Sequence[str], scored: pd.DataFrame) -> bool:
    """Whether the numbers above a sum are the scores that count."""
    scores = scored.loc[one.position]
    return all(scores[score_key(each)] == number for each, number in _typed(one, team, ids).items())
