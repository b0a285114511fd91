"""What can be wrong with the scores of a team, as a flat list of checks ``(team) → nothing``.

They look at everything that the sheet says of an indicator together: what can be computed, what was typed,
who judged. A new check is one function and one line in ``SCORE_CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from perfcli import exact
from perfcli.exact import Floats
from perfcli.files import cells
from perfcli.files.cells import MISSING, NOT_CALCULATED
from perfcli.findings import error, warning
from perfcli.folding import fold
from perfcli.people.columns import SUPERIOR
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.scoring.judgements import judge_team
from perfcli.scoring.measures import Flags
from perfcli.scoring.origins import STATED
from perfcli.scoring.results import rater_keys
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.readings import Readings, readings
from perfcli.sheets.scale_checks import scores_use_the_scale
from perfcli.sheets.scores import Entries, Entry, column_name, reject_cell

Targets = Mapping[str, Mapping[str, Decimal]]
"""Folded employee id → indicator → the target that was agreed."""

_UNLIKELY = 50  # an attainment so many times the target, or so small a part of it, has another unit


class Team:
    """One team's employees in a table: what was read, and what comes out of it.

    ``accept`` are the codes of errors that the user has looked at and accepts.
    """

    def __init__(
        self,
        table: Table,
        rubric: Rubric,
        policy: Policy,
        entries: Entries,
        agreed: Targets,
        accept: Collection[str] = (),
    ) -> None:
        self.table, self.rubric, self.policy = table, rubric, policy
        self.entries, self.agreed, self.accept = entries, agreed, accept
        self.positions = np.flatnonzero((table.frame["team"] == rubric.team).to_numpy())
        employees = table.frame.iloc[self.positions]
        self.judgements = judge_team(employees, rubric, policy)

    @cached_property
    def readings(self) -> Readings:
        """The totals by each scale on which the scores could be."""
        return readings(self)

    def entry(self, indicator: Indicator, role: Role) -> Entry | None:
        """The cells of an indicator and role, if there are any; of several raters the first one's."""
        return next(
            (one for key, one in self.entries.items() if key[:2] == (indicator.id, role)),
            None,
        )

    def too_few(self, indicator: Indicator, role: Role) -> Flags:
        """Whether some of several raters gave a score, but fewer than the policy asks for."""
        judged = self.judgements[indicator.id]
        given = [judged.several[key] for key in rater_keys(judged.several, indicator.id, role)]
        there = np.array([~np.isnan(scores) for scores in given], dtype=np.bool_).reshape(
            -1, len(judged.scores)
        )
        return np.asarray(there.any(axis=0) & np.isnan(judged.given[role]))

    def how_many(self, indicator: Indicator, role: Role, index: int) -> dict[str, object]:
        """How many of several raters gave a score, and how many have to."""
        several = self.judgements[indicator.id].several
        given = (several[key][index] for key in rater_keys(several, indicator.id, role))
        count = sum(not np.isnan(score) for score in given)
        return {"count": count, "least": self.policy.raters.least()[role]}

    def has_been_told(self, indicator: Indicator, index: int) -> bool:
        """Whether an indicator's cells of an employee have a finding of their own already."""
        return any(index in entry.told for (one, _, _), entry in self.entries.items() if one == indicator.id)


def scores_are_complete(team: Team) -> None:
    """Each indicator that applies has a score (policy, section 6).

    Findings: ``missing-score``, ``missing-target``, ``missing-actual``, ``missing-rater``,
    ``too-few-raters``, ``formula-not-calculated``, ``missing-row``, ``nothing-applies``.
    """
    missing: dict[int, list[_Gap]] = {}
    for indicator in team.rubric.indicators:
        judged = team.judgements[indicator.id]
        if not any(one == indicator.id for one, _, _ in team.entries):
            continue
        for index in np.flatnonzero(np.isnan(judged.scores) & ~judged.not_applicable).tolist():
            if not team.has_been_told(indicator, index):
                missing.setdefault(index, []).append(_gap(team, indicator, index))
    for index, gaps in sorted(missing.items()):
        _report(team, index, gaps)
    out = np.array([team.judgements[one.id].not_applicable for one in team.rubric.indicators if one.weight])
    for index in np.flatnonzero(out.all(axis=0)).tolist():
        entry = next(iter(team.entries.values()))
        reject_cell(team.table, entry, index, "nothing-applies")


@dataclass(frozen=True)
class _Gap:
    """What is missing for an indicator's score, and in which column."""

    indicator: Indicator
    code: str
    column: int
    role: Role


def _gap(team: Team, indicator: Indicator, index: int) -> _Gap:
    """The one cell that is best filled in."""
    judged = team.judgements[indicator.id]
    own = [entry for (one, _, _), entry in team.entries.items() if one == indicator.id]
    columns = {entry.role: entry.column for entry in reversed(own)}
    first = own[0].column
    score = team.entry(indicator, Role.SCORE)
    has = {role: not np.isnan(numbers[index]) for role, numbers in judged.given.items()}
    raters = team.policy.raters.weights()
    few = next((role for role in raters if team.too_few(indicator, role)[index]), None)
    if few is not None:
        return _Gap(indicator, "too-few-raters", columns.get(few, first), few)
    if any(has[rater] for rater in raters):
        absent = next(rater for rater in raters if not has[rater])
        return _Gap(indicator, "missing-rater", columns.get(absent, first), absent)
    if has[Role.ACTUAL]:
        return _Gap(indicator, "missing-target", columns.get(Role.TARGET, columns[Role.ACTUAL]), Role.TARGET)
    if has[Role.TARGET] and Role.ACTUAL in columns and Role.TARGET in columns:
        return _Gap(indicator, "missing-actual", columns[Role.ACTUAL], Role.ACTUAL)
    if score is not None and index in score.pending and Role.ACTUAL not in columns:
        return _Gap(indicator, NOT_CALCULATED, score.column, Role.SCORE)
    order = (Role.ACTUAL, Role.SCORE, *raters)
    return _Gap(
        indicator, MISSING, next((columns[one] for one in order if one in columns), first), Role.SCORE
    )


def _report(team: Team, index: int, gaps: list[_Gap]) -> None:
    """The gaps of one employee; a row without a single score is told once."""
    table, position = team.table, int(team.positions[index])
    if table.is_full:
        table.reject_unlisted(position)
        return
    row, employee = table.row(position), table.employee(position)
    if len(gaps) == len(team.rubric.indicators) > 1 and {gap.code for gap in gaps} == {MISSING}:
        columns = [gap.column for gap in gaps]
        place = table.place(row, min(columns), last_column=max(columns))
        names = [gap.indicator.name for gap in gaps]
        table.reject(position, error(MISSING, place, employee=employee, indicator=names))
        return
    for gap in gaps:
        values: dict[str, object] = {"employee": employee, "indicator": gap.indicator.name}
        if table.is_absent(row, gap.column):
            table.reject(position, error("missing-row", table.place(row, gap.column), **values))
            continue
        if gap.code == NOT_CALCULATED:
            values["found"] = cells.quoted(table.cell(position, gap.column))
        elif gap.code != MISSING:
            values |= {
                "column": column_name(gap.indicator, gap.role),
                "role": gap.role.said,
            }
        if gap.code == "too-few-raters":
            values |= team.how_many(gap.indicator, gap.role, index)
        table.reject(position, error(gap.code, table.place(row, gap.column), **values))


def scores_agree(team: Team) -> None:
    """A typed score and a computed one are the same, as far as decimals are shown (``scores-disagree``)."""
    decimals = team.policy.rounding.score_decimals
    for indicator in team.rubric.indicators:
        judged = team.judgements[indicator.id]
        typed = team.entry(indicator, Role.SCORE)
        raters = sorted(team.policy.raters.weights(), key=lambda rater: rater is not Role.SUPERIOR)
        rater = next((one for rater in raters if (one := team.entry(indicator, rater))), None)
        pairs = (
            (typed, judged.given[Role.SCORE], judged.measured),
            (typed, judged.given[Role.SCORE], judged.rated),
            (rater, judged.rated, judged.measured),
        )
        told: set[int] = set()
        for entry, stated, computed in pairs:
            if entry is None:
                continue
            for index in sorted(_different(stated, computed, decimals) - told):
                found, came_out = exact.decimal(stated[index]), exact.decimal(computed[index])
                reject_cell(team.table, entry, index, "scores-disagree", found=found, computed=came_out)
                told.add(index)


def _different(stated: Floats, computed: Floats, decimals: int) -> set[int]:
    both = np.flatnonzero(~np.isnan(stated) & ~np.isnan(computed))
    rounded = exact.decimals(stated[both]).rounded(decimals).floats()
    return set(both[rounded != computed[both]].tolist())


def measures_are_used(team: Team) -> None:
    """Where a score was typed, an actual without a target counts for nothing (``actual-not-used``)."""
    for indicator in team.rubric.indicators:
        judged, entry = team.judgements[indicator.id], team.entry(indicator, Role.ACTUAL)
        if entry is None:
            continue
        unused = ~np.isnan(judged.given[Role.ACTUAL]) & np.isnan(judged.measured) & ~np.isnan(judged.scores)
        for index in np.flatnonzero(unused).tolist():
            _warn(team, entry, index, "actual-not-used")


def raters_are_enough(team: Team) -> None:
    """Where others share a weight, too few of several raters count for nothing (``raters-not-counted``)."""
    for indicator in team.rubric.indicators:
        judged = team.judgements[indicator.id]
        for role in team.policy.raters.least():
            entry = team.entry(indicator, role)
            if entry is None or role not in team.policy.raters.weights():
                continue
            unused = team.too_few(indicator, role) & ~np.isnan(judged.scores)
            for index in np.flatnonzero(unused).tolist():
                values = {"role": role.said, **team.how_many(indicator, role, index)}
                _warn(team, entry, index, "raters-not-counted", **values)


def ratings_are_used(team: Team) -> None:
    """Where a score was typed, one rater without the other counts for nothing (``rating-not-used``)."""
    raters = team.policy.raters.weights()
    for indicator in team.rubric.indicators:
        judged = team.judgements[indicator.id]
        unused = np.isnan(judged.measured) & np.isnan(judged.rated) & ~np.isnan(judged.scores)
        for rater in raters:
            entry = team.entry(indicator, rater)
            if entry is None:
                continue
            for index in np.flatnonzero(unused & ~np.isnan(judged.given[rater])).tolist():
                _warn(team, entry, index, "rating-not-used", role=rater.said)


def units_match(team: Team) -> None:
    """An actual is not wildly off its target, as if it had another unit (``unlikely-attainment``)."""
    for indicator in team.rubric.indicators:
        judged, entry = team.judgements[indicator.id], team.entry(indicator, Role.ACTUAL)
        if entry is None or not indicator.measure.divides:
            continue
        actuals, targets = judged.given[Role.ACTUAL], judged.given[Role.TARGET]
        unlikely = (actuals > targets * _UNLIKELY) | ((actuals > 0) & (actuals * _UNLIKELY < targets))
        for index in np.flatnonzero(unlikely).tolist():
            values = {"actual": exact.decimal(actuals[index]), "target": exact.decimal(targets[index])}
            _warn(team, entry, index, "unlikely-attainment", **values)


def targets_are_as_agreed(team: Team) -> None:
    """Targets are those of the plan, or else the rubric's own (``target-changed``)."""
    for indicator in team.rubric.indicators:
        entry, own = team.entry(indicator, Role.TARGET), indicator.measure.target
        if entry is None or (own is None and not team.agreed):
            continue
        identifiers = team.table.frame["employee_id"].to_numpy()[team.positions]
        for index, (identifier, number) in enumerate(zip(identifiers, entry.numbers, strict=True)):
            agreed = team.agreed.get(fold(identifier), {}).get(indicator.id, own)
            if agreed is not None and not np.isnan(number) and exact.decimal(number) != agreed:
                values = {"agreed": f"{agreed.normalize():f}", "found": exact.decimal(number)}
                _warn(team, entry, index, "target-changed", **values)


def raters_are_close(team: Team) -> None:
    """Self and superior do not differ by more than the policy's limit (``self-superior-gap``).

    A score that was typed in no rater's column is the superior's; one that was computed is nobody's.
    """
    limit = team.policy.raters.gap_limit
    if limit is None:
        return
    for indicator in team.rubric.indicators:
        judged, entry = team.judgements[indicator.id], team.entry(indicator, Role.SELF)
        if entry is None:
            continue
        stated = np.where(judged.came_from(STATED), judged.scores, np.nan)
        superior = judged.given[Role.SUPERIOR]
        superior = np.where(np.isnan(superior), stated, superior)
        own = judged.given[Role.SELF]
        most = limit * team.rubric.full_marks(indicator) / 100
        for index in np.flatnonzero(~np.isnan(own) & ~np.isnan(superior)).tolist():
            scores = exact.decimal(own[index]), exact.decimal(superior[index])
            if abs(scores[0] - scores[1]) > most:
                values = {"own": scores[0], "superior": scores[1], "limit": f"{most.normalize():f}"}
                _warn(team, entry, index, "self-superior-gap", **values)


def nobody_rates_themselves(team: Team) -> None:
    """The superior whom a column or a caption names is somebody else (``rates-themselves``)."""
    table, column = team.table, team.table.header.labelled(SUPERIOR)
    above = fold(table.captions.get(SUPERIOR, ""))
    if column is None and not above:
        return
    for position in map(int, team.positions):
        employee, person = table.employee(position), table.frame.loc[position]
        own = {fold(str(word)) for word in (person["employee_id"], person["name"], employee)} - {""}
        superior = fold(cells.as_text(table.cell(position, column.index))) if column else ""
        if (superior or above) in own:
            index = column.index if column and superior else table.header.columns[0].index
            place = table.place(table.row(position), index)
            table.reject(position, error("rates-themselves", place, employee=employee))


def _warn(team: Team, entry: Entry, index: int, code: str, **values: object) -> None:
    if team.table.is_full:
        team.table.unlisted += 1
        return
    position = int(entry.positions[index])
    place = team.table.place(team.table.row(position), entry.column)
    values = {"employee": team.table.employee(position), "indicator": entry.indicator.name, **values}
    team.table.findings.append(warning(code, place, **values))


SCORE_CHECKS: tuple[Callable[[Team], None], ...] = (
    scores_are_complete,
    scores_use_the_scale,
    scores_agree,
    measures_are_used,
    raters_are_enough,
    ratings_are_used,
    units_match,
    targets_are_as_agreed,
    raters_are_close,
    nobody_rates_themselves,
)
