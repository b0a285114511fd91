"""What can be wrong with a table of scores, as a flat list of checks ``(table, rubrics) → nothing``.

A check notes its findings in the table and rejects the employees that an error concerns. A new check is one
function and one line in ``TABLE_CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from perfcli.findings import Place, error, warning
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.names import fold
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.results import ADJUSTMENT, REASON, score_key
from perfcli.sheets.cells import address, is_blank
from perfcli.sheets.labels import DEPARTMENT, EMPLOYEE_ID, NAME, PERIOD, POSITION, SUPERIOR, TEAM
from perfcli.sheets.scores import column_name
from perfcli.sheets.tables import Table
from perfcli.sheets.vocabulary import Vocabulary
from perfcli.text import Term

_IDENTITY_LABELS = (EMPLOYEE_ID, NAME, DEPARTMENT, POSITION, TEAM, PERIOD)
_MOST_PROPOSALS = 50  # looking for near names in more columns than that would take long
_ENOUGH_INDICATORS = 3  # with fewer, low scores are no sign of another scale

Rubrics = Mapping[str, Rubric]
Check = Callable[[Table, Rubrics], None]


def columns_are_known(table: Table, rubrics: Rubrics) -> None:
    """A column that matches nothing is reported and not read (``unknown-column``)."""
    vocabulary = Vocabulary(rubrics)
    team = next(iter(rubrics)) if len(rubrics) == 1 else None
    told = 0
    for column in table.header.columns:
        if column.is_known:
            continue
        place = table.place(table.header.row, column.index)
        near = vocabulary.nearest(column.text, team) if told < _MOST_PROPOSALS else None
        told += 1
        table.findings.append(warning("unknown-column", place, column=column.text, near=near or ""))


def indicators_have_one_column(table: Table, rubrics: Rubrics) -> None:
    """Each indicator of each team has one column of each role (``duplicate-column``)."""
    for team, rubric in rubrics.items():
        for indicator in rubric.indicators:
            for role, columns in table.header.of_indicator(team, indicator.id).items():
                if len(columns) > 1 and role is not Role.NOTE:
                    cells = [address(table.header.row, column.index) for column in columns]
                    place = table.place(table.header.row, columns[1].index)
                    values = {"indicator": column_name(indicator, role), "team": rubric.name}
                    table.reject_team(team, error("duplicate-column", place, cells=cells, **values))


def indicators_have_a_column(table: Table, rubrics: Rubrics) -> None:
    """Each indicator of each team has a column from which its score can come (``missing-column``)."""
    for team, rubric in rubrics.items():
        for indicator in rubric.indicators:
            roles = set(table.header.of_indicator(team, indicator.id))
            enough = {Role.SCORE, *RATERS} | ({Role.ACTUAL} if indicator.measure.has_actual else set())
            if not roles & enough and table.origins is not None:
                _note_missing_rows(table, team, indicator)
            elif not roles & enough:
                place = table.place(table.header.row, table.header.columns[0].index)
                values = {"indicator": indicator.name, "team": rubric.name}
                table.reject_team(team, error("missing-column", place, **values))


def _note_missing_rows(table: Table, team: str, indicator: Indicator) -> None:
    """In a form an indicator has a row (``missing-row``)."""
    for position in np.flatnonzero((table.frame["team"] == team).to_numpy()).tolist():
        place = Place(table.file, str(table.frame["sheet"].array[position]))
        values = {"employee": table.employee(position), "indicator": indicator.name}
        table.reject(position, error("missing-row", place, **values))


def identities_have_one_column(table: Table, _rubrics: Rubrics) -> None:
    """What identifies an employee stands in one column (``ambiguous-column``)."""
    for label in (*_IDENTITY_LABELS, SUPERIOR, ADJUSTMENT, REASON):
        columns = [column for column in table.header.columns if column.label == label]
        if len(columns) > 1:
            cells = [address(table.header.row, column.index) for column in columns]
            place = table.place(table.header.row, columns[1].index)
            table.reject_all(error("ambiguous-column", place, meaning=Term(f"column.{label}"), cells=cells))


def scores_belong_to_the_team(table: Table, rubrics: Rubrics) -> None:
    """A score for an indicator that an employee's team does not have is not used (``score-not-used``)."""
    teams = table.frame["team"].tolist()
    rows = table.frame["row"].tolist()
    for column in table.header.columns:
        if not column.indicators or all(team in column.indicators for team in rubrics):
            continue
        filled = [
            row
            for row, team in zip(rows, teams, strict=True)
            if team not in column.indicators and not is_blank(table.grid.rows[row][column.index])
        ]
        if filled:
            place = table.place(filled[0], column.index, last_row=filled[-1])
            table.findings.append(warning("score-not-used", place, column=column.text, count=len(filled)))


def scores_use_the_scale(table: Table, rubrics: Rubrics) -> None:
    """Scores of 0–100 do not all look like fractions or like points of the weight.

    Findings, warnings: ``looks-like-fractions``, ``looks-like-points``.
    """
    for team, rubric in rubrics.items():
        columns = {score_key(one.id): float(one.weight) for one in rubric.indicators}
        of_team = table.frame["team"] == team
        if rubric.scale == "points" or not columns.keys() <= set(table.frame.columns):
            continue
        scores = table.frame.loc[of_team, list(columns)]
        place = Place(table.file, table.grid.name)
        if not scores.max().max() > 0:
            continue
        if scores.max().max() <= 1:
            table.findings.append(warning("looks-like-fractions", place, team=rubric.name))
        elif len(columns) >= _ENOUGH_INDICATORS and (scores.max() <= pd.Series(columns)).all():
            table.findings.append(warning("looks-like-points", place, team=rubric.name))


def weights_match(table: Table, rubrics: Rubrics) -> None:
    """Weights that stand in the sheet are the rubric's (``weight-differs``)."""
    for stated in table.weights:
        own = table.frame["team"].array[stated.position] if stated.position is not None else None
        for team, rubric in rubrics.items():
            indicator = next((i for i in rubric.indicators if i.id == stated.indicators.get(team)), None)
            if indicator is None or indicator.weight == stated.weight or own not in {None, team}:
                continue
            finding = error(
                "weight-differs",
                table.place(stated.row, stated.column),
                indicator=indicator.name,
                stated=f"{stated.weight.normalize():f}",
                weight=f"{indicator.weight.normalize():f}",
            )
            if stated.position is None:
                table.reject_team(team, finding)
            else:
                table.reject(stated.position, finding)


def employees_are_identified(table: Table, _rubrics: Rubrics) -> None:
    """Each row has an employee id, and had better have a name.

    Findings: ``no-employee-id-column``, ``missing-employee-id``, and the warning ``missing-name``.
    """
    for label, code in ((EMPLOYEE_ID, "missing-employee-id"), (NAME, "missing-name")):
        column = table.header.labelled(label)
        blank = table.frame.index[table.frame[label] == ""]
        if column is None:
            if label == EMPLOYEE_ID:
                table.reject_all(error("no-employee-id-column", table.header_place()))
            continue
        for position in blank:
            place = table.place(table.row(position), column.index)
            if label == EMPLOYEE_ID:
                table.reject(position, error(code, place, name=table.frame.loc[position, "name"]))
            else:
                table.findings.append(warning(code, place, employee=table.frame.loc[position, "employee_id"]))


ALWAYS: tuple[Check, ...] = (
    columns_are_known,
    indicators_have_one_column,
    identities_have_one_column,
    employees_are_identified,
)
"""Checks of every kind of sheet."""

TABLE_CHECKS: tuple[Check, ...] = (
    *ALWAYS,
    indicators_have_a_column,
    scores_belong_to_the_team,
    scores_use_the_scale,
    weights_match,
)
"""Checks of score sheets."""


def employees_are_unique(tables: Iterable[Table]) -> None:
    """Nobody stands in the sheets twice; every row of one who does is an error (``duplicate-employee``)."""
    seen: dict[str, list[tuple[Table, int]]] = {}
    for table in tables:
        for position, identifier in table.frame["employee_id"].items():
            if identifier:
                seen.setdefault(fold(identifier), []).append((table, int(str(position))))
    for rows in seen.values():
        if len(rows) > 1:
            places = [_id_place(table, position) for table, position in rows]
            for (table, position), place in zip(rows, places, strict=True):
                others = [str(other) for other in places if other is not place]
                employee = table.frame.loc[position, "employee_id"]
                table.reject(position, error("duplicate-employee", place, employee=employee, others=others))


def _id_place(table: Table, position: int) -> Place:
    column = table.header.labelled(EMPLOYEE_ID)
    return table.place(table.row(position), column.index if column else 0)
