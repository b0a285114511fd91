"""What can be wrong with a table of scores, as a flat list of checks ``(table, rubrics) → nothing``.

A check notes its findings in the table and rejects the employees that an error concerns. A new check is one
function and one line in ``TABLE_CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from perfcli.files.cells import address, is_blank, quoted
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import NOWHERE, Kept, keys
from perfcli.people.unseen import STRUCK, unseen_values
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.roles import Role, can_score
from perfcli.sheets.labels import ADJUSTMENTS, WEIGHT
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.scores import column_name
from perfcli.sheets.unread import Doubt, number_in
from perfcli.sheets.vocabulary import Column, Vocabulary, without_number
from perfcli.text import Term

_MOST_PROPOSALS = 50  # looking for near names in more columns than that would take long

Rubrics = Mapping[str, Rubric]
Check = Callable[[Table, Rubrics], None]


def columns_are_known(table: Table, rubrics: Rubrics) -> None:
    """A column that matches nothing is not read: a remark (``unknown-column``), or a doubt if it has numbers.

    One of several raters of a role is an error, as scores of one of them would be lost (``several-raters``).
    """
    vocabulary = Vocabulary(rubrics)
    team = next(iter(rubrics)) if len(rubrics) == 1 else None
    told = 0
    for column in table.header.columns:
        if column.is_known:
            continue
        place = table.place(table.header.row, column.index)
        if _is_one_of_several(table, column, vocabulary):
            table.reject_all(error("several-raters", place, column=column.text))
            continue
        near = vocabulary.nearest(column.text, team) if told < _MOST_PROPOSALS else None
        told += 1
        remark = warning("unknown-column", place, column=column.text, near=near or "")
        numbers = {
            position: number
            for position, row in enumerate(table.frame["row"].tolist())
            if (number := number_in(table.grid.rows[row][column.index])) is not None
        }
        if numbers:
            table.doubts.append(
                Doubt(column.text, "column", place, remark, column.index, near or "", numbers)
            )
        else:
            table.findings.append(remark)


def _is_one_of_several(table: Table, column: Column, vocabulary: Vocabulary) -> bool:
    """Whether a column has the scores of one of several raters of a role: 協作配合度 同級2."""
    bare = vocabulary.column(column.index, without_number(column.text))
    if not bare.role.rates or not bare.indicators or bare.is_bare:
        return False
    return any(not is_blank(table.grid.rows[row][column.index]) for row in table.frame["row"].tolist())


def indicators_have_one_column(table: Table, rubrics: Rubrics) -> None:
    """Each indicator of each team has one column of each role, or of each rater.

    Findings: ``duplicate-column``, ``values-under-one-header``.
    """
    for team, rubric in rubrics.items():
        for indicator in rubric.indicators:
            for role, columns in table.header.of_indicator(team, indicator.id).items():
                if len(columns) > 1 and role is not Role.NOTE and not columns[0].number:
                    values = {"indicator": column_name(indicator, role), "team": rubric.name}
                    table.reject_team(team, _several(table, columns, "duplicate-column", **values))


def indicators_have_a_column(table: Table, rubrics: Rubrics) -> None:
    """Each indicator of each team has a column from which its score can come (``missing-column``)."""
    for team, rubric in rubrics.items():
        for indicator in rubric.indicators:
            roles = can_score(table.header.of_indicator(team, indicator.id)) - {Role.TARGET}
            enough = roles if Role.ACTUAL in indicator.measure.columns() else roles - {Role.ACTUAL}
            if not enough and table.origins is not None:
                _note_missing_rows(table, team, indicator)
            elif not enough:
                place = table.place(table.header.row, table.header.columns[0].index)
                values = {"indicator": indicator.name, "team": rubric.name}
                table.reject_team(team, error("missing-column", place, **values))


def columns_have_a_header(table: Table, _rubrics: Rubrics) -> None:
    """What stands below a blank header cell is reported and not read (``unnamed-column``)."""
    if table.origins is not None:
        return
    named = {index for index, cell in enumerate(table.grid.rows[table.header.row]) if not is_blank(cell)}
    named |= {column.index for column in table.header.columns}
    header = range(table.header.first_row, table.header.row + 1)
    rows = [row for row in table.frame["row"].tolist() if table.grid.beyond(header, row) is None]
    for index in range(len(table.grid.rows[0])):
        if index not in named and index not in table.own_columns:
            filled = next((row for row in rows if not is_blank(table.grid.rows[row][index])), None)
            if filled is not None:
                found = quoted(table.grid.rows[filled][index])
                table.findings.append(warning("unnamed-column", table.place(filled, index), found=found))


def lines_fit_the_header(table: Table, _rubrics: Rubrics) -> None:
    """A line of a text has no more fields than its header (``line-too-long``).

    One value is two then, as 88,5 between commas, and all that follows stands too far right.
    """
    header = range(table.header.first_row, table.header.row + 1)
    for position, row in enumerate(table.frame["row"].tolist()):
        column = table.grid.beyond(header, row)
        if column is None:
            continue
        if table.is_full:
            table.reject_unlisted(position)
            continue
        values = {"employee": table.employee(position), "found": quoted(table.grid.rows[row][column])}
        table.reject(position, error("line-too-long", table.place(row, column), **values))


def weights_have_an_indicator(table: Table, _rubrics: Rubrics) -> None:
    """A column of weights stands beside the indicator that it is about (``weight-unclear``)."""
    for column in table.header.columns:
        if column.label == WEIGHT:
            place = table.place(table.header.row, column.index)
            table.reject_all(error("weight-unclear", place, column=column.text))


def _note_missing_rows(table: Table, team: str, indicator: Indicator) -> None:
    """In a form an indicator has a row (``missing-row``)."""
    for position in np.flatnonzero((table.frame["team"] == team).to_numpy()).tolist():
        place = Place(table.file, str(table.frame["sheet"].array[position]))
        values = {"employee": table.employee(position), "indicator": indicator.name}
        table.reject(position, error("missing-row", place, **values))


def identities_have_one_column(table: Table, _rubrics: Rubrics) -> None:
    """What identifies an employee stands in one column.

    Findings: ``ambiguous-column``, ``values-under-one-header``.
    """
    for label in (*keys(Kept.IDENTITY | Kept.RECORD), *keys(Kept.RESULTS)):
        columns = [column for column in table.header.columns if column.label == label]
        if len(columns) > 1:
            meaning = Term(f"column.{label}")
            table.reject_all(_several(table, columns, "ambiguous-column", meaning=meaning))


def _several(table: Table, columns: Sequence[Column], code: str, **values: object) -> Finding:
    """That several columns mean the same: by their headers, or by the one merged cell above their values."""
    rows = table.header.spans.rows(column.index for column in columns)
    former, last = columns[0].text, columns[-1].text
    if rows:
        code, values = "values-under-one-header", {"column": former}
    elif fold(former) != fold(last):
        values |= {"near": former, "last": last}
    cells = [address(rows.get(column.index, table.header.row), column.index) for column in columns]
    second = columns[1].index
    return error(code, table.place(rows.get(second, table.header.row), second), cells=cells, **values)


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


def values_are_seen(table: Table, _rubrics: Rubrics) -> None:
    """What counts and is struck through or under a merged cell is an error (those of ``unseen_values``)."""
    grid = table.grid
    if not (grid.struck or grid.covered):
        return
    columns = {one.index: not one.indicators for one in table.header.columns if _counts(one)}
    positions = {row: position for position, row in enumerate(table.frame["row"].tolist())}
    weights = {one.row for one in table.weights}
    for row, found in unseen_values(grid, columns, table.place):
        if row in positions and table.is_full:
            table.reject_unlisted(positions[row])
        elif row in positions:
            table.reject(positions[row], found)
        elif row in weights or (row == table.header.row and found.code == STRUCK):
            table.reject_all(found)


def _counts(column: Column) -> bool:
    """Whether a result depends on what stands in a column."""
    if column.indicators:
        return column.role is not Role.NOTE
    return column.label in {*ADJUSTMENTS, *keys(~NOWHERE)}


ALWAYS: tuple[Check, ...] = (
    columns_are_known,
    columns_have_a_header,
    lines_fit_the_header,
    values_are_seen,
    indicators_have_one_column,
    identities_have_one_column,
)
"""Checks of every kind of sheet."""

TABLE_CHECKS: tuple[Check, ...] = (
    *ALWAYS,
    indicators_have_a_column,
    scores_belong_to_the_team,
    weights_have_an_indicator,
)
"""Checks of score sheets."""
