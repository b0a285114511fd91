"""Changes made by hand in the ranking of a result workbook that somebody has accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from perfcli.errors import DataError
from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.findings import Finding
from perfcli.folding import fold
from perfcli.people.columns import BONUS_BASE, Holds, holds
from perfcli.rules.ruleset import Ruleset
from perfcli.sealed.products import Stored
from perfcli.sealed.tables import StoredTable

EDITABLE = ("name", "department", "position", "total", "grade", BONUS_BASE)


def edited_frame(stored: Stored[Any], changes: list[Finding]) -> pd.DataFrame:
    """The results' frame with what stands in the ranking now: who is in it, names, totals, grades, bases.

    ``changes`` are the differences of the workbook from its sealed record. Those in other sheets are only
    told, since nothing is paid by them.

    Raises:
        DataError: somebody was added, or a cell holds what cannot be used (``cell-changed``).
    """
    ranking = next(table for table in stored.tables if table.kind == "ranking")
    if any(one.code in {"row-added", "table-missing"} for one in changes):
        raise DataError(changes, "bonus.nothing-written")
    rows = _rows(ranking)
    expected: pd.DataFrame = stored.content.frame
    ruleset = stored.content.ruleset
    frame = expected[[one in rows for one in expected["employee_id"]]].reset_index(drop=True)
    for key in EDITABLE:
        if key in ranking.columns and key in frame:
            read = [_read(rows[one][ranking.columns[key]], key, ruleset) for one in frame["employee_id"]]
            if any(value is None for value in read):
                raise DataError(changes, "bonus.nothing-written")
            frame[key] = read
    return frame


def _rows(table: StoredTable) -> Mapping[str, Any]:
    column = table.columns["employee_id"]
    return {cells.as_text(row[column]): row for row in table.rows if not all(map(cells.is_blank, row))}


def _read(cell: Cell, key: str, ruleset: Ruleset) -> str | float | None:
    """A cell as the frame holds it; None where it cannot be used."""
    if key == "grade":
        grades = {fold(name): grade.id for grade in ruleset.policy.grades for name in grade.name.every()}
        return grades.get(fold(cells.as_text(cell)))
    if key != "total" and holds(key) is not Holds.AMOUNT:
        return cells.as_text(cell)
    if cells.is_blank(cell) and key == BONUS_BASE:
        return float("nan")
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell < 0:
        return None
    return float(cell)
