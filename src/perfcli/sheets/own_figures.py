"""What a sheet says came out, beside what perf makes of it: totals, grades and ranks.

A difference is a warning at the cell with both: either the sheet adds up otherwise than the rules say, or it
was read otherwise than it was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli import exact
from perfcli.exact import Floats
from perfcli.files import cells
from perfcli.findings import Finding, Place, warning
from perfcli.folding import fold
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.numbers import written
from perfcli.scoring.results import ADJUSTMENT, points_key, score_key
from perfcli.scoring.scorer import ranks
from perfcli.sheets.labels import GRADE, RANK, TEAM_RANK, TOTAL
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.unread import Doubt
from perfcli.text import Term, Translated

_TOLD_ONE_BY_ONE = 20
_EXAMPLES = 3
_FEWEST = 2  # people, before what all their differences have in common is said
_HALF_A_CENT = 0.005 + 1e-9


@dataclass(frozen=True)
class OwnFigures:
    """The columns of a table that say what came out; ``totals`` are the numbers by position."""

    table: Table
    rubrics: Sequence[Rubric]
    columns: Mapping[str, int]
    totals: Mapping[int, float]


@dataclass(frozen=True)
class Comparison:
    """A table's own figures beside what came out: ``scored`` by position, ``different`` are the totals."""

    own: OwnFigures
    scored: pd.DataFrame
    different: Sequence[int]

    @property
    def agrees(self) -> bool:
        """Whether the sheet has a total for everybody, and all of them are perf's."""
        everybody = len(self.own.totals) == len(self.own.table.frame) == len(self.scored) > 0
        return everybody and not self.different

    @property
    def same(self) -> int:
        """How many of the sheet's totals are perf's."""
        return sum(place in self.scored.index for place in self.own.totals) - len(self.different)


def own_totals(table: Table) -> Floats:
    """The total that a table states for each employee; NaN where there is none."""
    column = table.header.labelled(TOTAL)
    if column is None:
        return np.full(len(table.frame), np.nan)
    numbers, _ = cells.read_numbers(table.cells(column.index))
    return numbers


def find_own_figures(table: Table, rubrics: Sequence[Rubric]) -> OwnFigures:
    """What a table says of totals, grades and ranks."""
    columns: dict[str, int] = {}
    for column in table.header.columns:
        if column.label in {TOTAL, GRADE, RANK, TEAM_RANK}:
            columns.setdefault(str(column.label), column.index)
    totals = {
        place: number for place, number in enumerate(own_totals(table).tolist()) if not np.isnan(number)
    }
    return OwnFigures(table, rubrics, columns, totals)


def compare(own: OwnFigures, scored: pd.DataFrame, policy: Policy) -> Comparison:
    """Which totals differ, as far as decimals are shown; ``scored`` has those who could be scored."""
    places = [place for place in own.totals if place in scored.index]
    stated = exact.decimals(np.array([own.totals[place] for place in places]))
    rounded = stated.rounded(policy.rounding.total_decimals).floats()
    found = scored.loc[places, "total"].to_numpy(dtype=np.float64)
    same = (rounded == found).tolist()
    return Comparison(
        own, scored, [place for place, is_same in zip(places, same, strict=True) if not is_same]
    )


def note_differences(compared: Comparison, doubts: Sequence[Doubt], policy: Policy) -> None:
    """Notes totals and grades that are not perf's (``own-figure-differs``, ``own-figures-differ``).

    ``doubts`` are the numbers of the sheet that perf does not count, and the sheet perhaps does.
    """
    own, scored, different = compared.own, compared.scored, compared.different
    table = own.table
    if different:
        step = 10.0**-policy.rounding.total_decimals
        why = _in_common(own, scored, different, doubts, step)
        found = scored["total"].to_dict()
        pairs = {place: (own.totals[place], found[place]) for place in different}
        table.findings += told(table, own.columns[TOTAL], Term(f"column.{TOTAL}"), pairs, why)
    if GRADE in own.columns:
        names = {fold(name): grade for grade in policy.grades for name in (*grade.name.every(), grade.id)}
        stated = table.cells(own.columns[GRADE])
        wrong: dict[int, tuple[object, object]] = {}
        for place, found in zip(scored.index.tolist(), scored["grade"].tolist(), strict=True):
            grade = names.get(fold(cells.as_text(stated[place])))
            if grade is not None and grade.id != found:
                wrong[place] = (grade.name, policy.grade(found).name)
        table.findings += told(table, own.columns[GRADE], Term(f"column.{GRADE}"), wrong)


def _in_common(
    own: OwnFigures, scored: pd.DataFrame, different: Sequence[int], doubts: Sequence[Doubt], step: float
) -> Term:
    """What tells all the differing totals from perf's, if it is one thing; ``step`` is their last digit."""
    stated = np.array([own.totals[place] for place in different])
    rows = scored.loc[[*different]]
    found = rows["total"].to_numpy(dtype=np.float64)
    if np.isclose(np.abs(stated - found), step, rtol=0, atol=step / 2).all():
        return Term("own.rounding")
    if len(different) >= _FEWEST:
        for doubt in doubts:
            numbers = np.array([doubt.numbers.get(place, 0.0) for place in different])
            if _all_close(found + numbers, stated):
                return Term("own.with", {"name": doubt.name})
        for key, name in _parts(own.rubrics).items():
            if key in rows and _all_close(found - rows[key].fillna(0).to_numpy(dtype=np.float64), stated):
                return Term("own.without", {"name": name})
        scores = [score_key(one.id) for rubric in own.rubrics for one in rubric.indicators]
        if _all_close(
            rows[[key for key in scores if key in rows]].sum(axis=1).to_numpy(dtype=np.float64), stated
        ):
            return Term("own.sum")
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = float((stated / found)[0])
        if np.isfinite(factor) and np.ptp(found) and _all_close(found * factor, stated):
            return Term("own.factor", {"factor": f"{factor:.4g}"})
    return Term("own.no-reason")


def _parts(rubrics: Sequence[Rubric]) -> dict[str, Translated]:
    """What a total is made of, by column, with the name of each."""
    parts: dict[str, Translated] = {
        points_key(one.id): one.name for rubric in rubrics for one in rubric.indicators
    }
    parts |= {points_key(one.id): one.name for rubric in rubrics for one in rubric.dimensions}
    return {**parts, ADJUSTMENT: Term(f"column.{ADJUSTMENT}")}


def _all_close(one: Floats, other: Floats) -> bool:
    return bool(are_close(one, other).all())


def are_close(one: Floats | float, other: Floats | float) -> npt.NDArray[np.bool_]:
    """Whether numbers are the same to two decimals."""
    return np.isclose(one, other, rtol=0, atol=_HALF_A_CENT)


def _shown(figure: object) -> object:
    return written(exact.decimal(figure)) if isinstance(figure, float) else figure


def note_ranks(every: Sequence[Comparison]) -> None:
    """Notes ranks that are not perf's, among all sheets or within the team (see ``note_differences``)."""
    frames = [one.scored.assign(table=number) for number, one in enumerate(every) if len(one.scored)]
    if not frames:
        return
    together = pd.concat(frames)
    together[RANK] = ranks(together["total"])
    together[TEAM_RANK] = together.groupby("team")["total"].transform(ranks).astype(np.int64)
    for number, one in enumerate(every):
        scored = together[together["table"] == number]
        for label in (RANK, TEAM_RANK):
            if label in one.own.columns:
                one.own.table.findings += _ranks_of(one.own, label, scored)


def _ranks_of(own: OwnFigures, label: str, scored: pd.DataFrame) -> list[Finding]:
    """The ranks of one column that differ; a column 排名 may mean the team's as well."""
    table, column = own.table, own.columns[label]
    places = [int(place) for place in scored.index]
    stated_cells = table.cells(column)
    numbers, _ = cells.read_numbers([stated_cells[place] for place in places])
    meant = [RANK, TEAM_RANK] if label == RANK else [TEAM_RANK]
    wrong = [
        {
            place: (stated, found)
            for place, stated, found in zip(places, numbers.tolist(), scored[key].tolist(), strict=True)
            if not np.isnan(stated) and stated != found
        }
        for key in meant
    ]
    return list(told(table, column, Term(f"column.{label}"), min(wrong, key=len)))


def told(
    table: Table,
    where: int | Mapping[int, Place],
    figure: Translated,
    pairs: Mapping[int, tuple[object, object]],
    why: Term | None = None,
) -> Iterator[Finding]:
    """A finding for each of a few people, else one for all with the first of them.

    ``where`` is the column of a list, or the cell of each person; ``pairs`` what is stated and what came out.
    """
    values: dict[str, object] = {"figure": figure, "why": why or Term("own.no-reason")}
    numbers = {
        place: {"employee": table.employee(place), "stated": _shown(stated), "found": _shown(found)}
        for place, (stated, found) in pairs.items()
    }
    if len(pairs) <= _TOLD_ONE_BY_ONE:
        for place, said in numbers.items():
            cell = table.place(table.row(place), where) if isinstance(where, int) else where[place]
            yield warning("own-figure-differs", cell, **values, **said)
        return
    examples = [Term("own.pair", said) for said in [*numbers.values()][:_EXAMPLES]]
    if isinstance(where, int):
        rows = [*map(table.row, pairs)]
        first = table.place(min(rows), where, last_row=max(rows))
    else:
        first = next(iter(where.values()))
    yield warning("own-figures-differ", first, **values, count=len(pairs), examples=examples)
