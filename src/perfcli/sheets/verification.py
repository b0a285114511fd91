"""Whether the cells of a result workbook are still what perf wrote."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from perfcli.findings import Finding, Place, error
from perfcli.rules.names import Name
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.sheets import cells
from perfcli.sheets.cells import Cell
from perfcli.sheets.stored_results import StoredResults, StoredTable
from perfcli.text import Language


def changed_cells(stored: StoredResults, expected: pd.DataFrame) -> Iterator[Finding]:
    """Every cell that differs from what the sealed scores and rules give.

    Employees are found by their ids, so a table that was only sorted has not changed.
    ``expected`` is the results' frame computed anew.
    Findings: ``seal-broken``, ``cell-changed``, ``row-added``, ``row-missing``, ``table-missing``.
    """
    if not stored.sealed:
        yield error("seal-broken", Place(stored.name))
    for table in stored.tables:
        rows = expected if table.team is None else expected[expected["team"] == table.team]
        if table.rows:
            yield from _table_changes(stored, table, rows)
        else:
            yield error("table-missing", Place(stored.name, table.sheet))


def _table_changes(stored: StoredResults, table: StoredTable, expected: pd.DataFrame) -> Iterator[Finding]:
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
            if not _same(row[column], record[key], key, stored.ruleset):
                place = _place(stored, table, offset, column)
                was = _shown(record[key], key, stored.ruleset)
                yield error(
                    "cell-changed", place, found=cells.quoted(row[column]), was=was, employee=identifier
                )
    for identifier in records:
        yield error("row-missing", Place(stored.name, table.sheet), employee=identifier)


def _place(stored: StoredResults, table: StoredTable, offset: int, column: int) -> Place:
    return Place(stored.name, table.sheet, cells.address(table.first_row + offset, column))


def _same(cell: Cell, value: object, key: str, ruleset: Ruleset) -> bool:
    if isinstance(value, float | int):
        number = float(cell) if isinstance(cell, int | float) else math.nan
        return number == value or (math.isnan(value) and cells.is_blank(cell))
    names = _names(key, ruleset)
    if names is not None:
        return cells.as_text(cell) in _words(names[str(value)])
    return cells.as_text(cell) == cells.as_text(str(value))


def _names(key: str, ruleset: Ruleset) -> Mapping[str, Name] | None:
    """The names that stand for ids in a column, if it is one of those."""
    if key == "grade":
        return {grade.id: grade.name for grade in ruleset.policy.grades}
    if key == "team":
        return {team: rubric.name for team, rubric in ruleset.rubrics.items()}
    return None


def _words(name: Name) -> set[str]:
    return {name.in_language(language) for language in Language}


def _shown(value: object, key: str, ruleset: Ruleset) -> object:
    names = _names(key, ruleset)
    if names is not None:
        return names[str(value)]
    return cells.as_text(value) if isinstance(value, float | int | str) else value
