"""Whether the cells of a workbook are still what perf wrote."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.findings import Finding, Place, error
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import VETO, role_key, rows
from perfcli.sealed.products import Stored
from perfcli.sealed.tables import StoredTable
from perfcli.text import Language, Term, Translated

_SCORE = role_key("", Role.SCORE)
_KEPT_DIGITS = 1e-14
_NAMED = {"grade", "team", VETO}
"""Columns of ids, for which names stand in the cells."""


def changed_cells(stored: Stored[Any]) -> Iterator[Finding]:
    """Every cell that differs from what the sealed record gives.

    Employees are found by their ids, so a table that was only sorted has not changed.
    Findings: ``seal-broken``, ``cell-changed``, ``row-added``, ``row-missing``, ``table-missing``.
    """
    if not stored.is_intact:
        yield error("seal-broken", Place(stored.name))
    expected = stored.content.frame
    for table in stored.tables:
        rows = expected if table.team is None else expected[expected["team"] == table.team]
        if table.rows:
            yield from _table_changes(stored, table, rows)
        else:
            yield error("table-missing", Place(stored.name, table.sheet))


def _table_changes(stored: Stored[Any], table: StoredTable, expected: pd.DataFrame) -> Iterator[Finding]:
    records = {record["employee_id"]: record for record in rows(expected)}
    for offset, row in enumerate(table.rows):
        identifier = cells.as_text(row[table.columns["employee_id"]])
        if all(cells.is_blank(cell) for cell in row):
            continue
        record = records.pop(identifier, None)
        if record is None:
            place = _place(stored, table, offset, table.columns["employee_id"])
            yield error("row-added", place, employee=identifier)
            continue
        for key, column in table.columns.items():
            if not _same(row[column], record, key, stored.content.ruleset):
                place = _place(stored, table, offset, column)
                was = _shown(record, key, stored.content.ruleset)
                yield error(
                    "cell-changed", place, found=cells.quoted(row[column]), was=was, employee=identifier
                )
    for identifier in records:
        yield error("row-missing", Place(stored.name, table.sheet), employee=identifier)


def _place(stored: Stored[Any], table: StoredTable, offset: int, column: int) -> Place:
    return Place(stored.name, table.sheet, cells.address(table.first_row + offset, column))


def _same(cell: Cell, record: Mapping[str, Any], key: str, ruleset: Ruleset) -> bool:
    value = record[key]
    if cell == value and key not in _NAMED and not isinstance(cell, bool):
        return True
    words = _words(record, key, ruleset)
    if words is not None:
        return cells.as_text(cell) in words
    if isinstance(value, float | int):
        return _same_number(cell, value)
    return cells.as_text(cell) == cells.as_text(str(value))


def _same_number(cell: Cell, value: float) -> bool:
    """Whether a cell holds a number, as far as a workbook keeps its digits; where there is none, nothing."""
    if math.isnan(value):
        return cells.is_blank(cell)
    if not isinstance(cell, int | float) or isinstance(cell, bool):
        return False
    return math.isclose(cell, value, rel_tol=_KEPT_DIGITS)


def _words(record: Mapping[str, Any], key: str, ruleset: Ruleset) -> set[str] | None:
    """What may stand in a cell that holds words of ours in place of a value; None for other cells."""
    said = _said(record, key, ruleset)
    if said is None:
        return None
    return {cells.as_text(said.in_language(language)) for language in Language}


def _said(record: Mapping[str, Any], key: str, ruleset: Ruleset) -> Translated | None:
    """The name that stands for an id, or the word for a score that does not apply."""
    value = record[key]
    if key.rpartition(".")[2] == "grade":
        grades = {grade.id: grade.name for grade in ruleset.policy.grades}
        return grades.get(str(value))
    if key == "team":
        return ruleset.rubrics[str(value)].name
    if key == VETO and value:
        names = {one.id: one.name for one in ruleset.rubrics[record["team"]].indicators}
        return Term("detail.vetoes", {"indicators": [names[one] for one in str(value).split()]})
    if key.endswith(_SCORE) and isinstance(value, float) and math.isnan(value):
        return Term("cell.not-applicable")
    return None


def _shown(record: Mapping[str, Any], key: str, ruleset: Ruleset) -> object:
    value = record[key]
    said = _said(record, key, ruleset)
    if said is not None:
        return said
    if isinstance(value, float) and math.isnan(value):
        return ""
    return cells.as_text(value) if isinstance(value, float | int | str) else value
