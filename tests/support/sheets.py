"""Score sheets written as lists in YAML, and the cases around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
import yaml

from perfcli import pipeline
from perfcli.pipeline import Reading, Request
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import score_key

Rows = Sequence[Sequence[object]]
Sheets = Mapping[str, Rows]
Case = Mapping[str, Any]

ORDINARY = "工作表1"


def load_case(path: Path) -> Case:
    """A YAML case: ``rows`` of one sheet, ``sheets`` by name, or ``workbooks`` of sheets by name."""
    case: Case = yaml.safe_load(path.read_text(encoding="utf-8"))
    return case


def workbooks_of(case: Case) -> Mapping[str, Sheets]:
    """The workbooks of a case: file name → sheet name → rows."""
    sheets = case.get("sheets") or {ORDINARY: case.get("rows") or []}
    workbooks: Mapping[str, Sheets] = case.get("workbooks") or {"sheet.xlsx": sheets}
    return workbooks


def read_case(case: Case, folder: Path, ruleset: Ruleset) -> Reading:
    """Writes the workbooks of a case and reads them as ``perf score`` would."""
    paths = []
    for name, sheets in workbooks_of(case).items():
        paths.append(folder / name)
        write_workbook(folder / name, sheets, hidden=case.get("hidden", ()))
    period = str(case.get("period", "2026-11"))
    return pipeline.read(Request(paths, team=case.get("team", ""), period=period), ruleset)


def write_workbook(path: Path, sheets: Sheets, *, hidden: Sequence[str] = ()) -> Path:
    """Writes a workbook; see ``_write_cell`` for what a cell may be."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as workbook:
        for name, rows in sheets.items():
            worksheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    _write_cell(workbook, worksheet, row, column, cell)
            if name in hidden:
                worksheet.hide()
    return path


def _write_cell(workbook: Any, worksheet: Any, row: int, column: int, cell: object) -> None:
    """Writes text, a number, a date, nothing; ``{formula, value}`` or ``{number, format}``.

    A formula without a value was never calculated; a value such as ``#DIV/0!`` is an error.
    """
    if isinstance(cell, Mapping) and "formula" in cell:
        worksheet.write_formula(row, column, cell["formula"], None, cell.get("value", ""))
    elif isinstance(cell, Mapping):
        worksheet.write_number(
            row, column, cell["number"], workbook.add_format({"num_format": cell["format"]})
        )
    elif isinstance(cell, date | datetime | time):
        worksheet.write_datetime(row, column, cell)
    elif cell is not None:
        worksheet.write(row, column, cell)


def employees_of(reading: Reading, ruleset: Ruleset) -> dict[str, str]:
    """Who can be scored: employee id → team and scores in the rubric's order, ``sales 80 92.5 70``."""
    return {str(row["employee_id"]): _written(row, ruleset) for _, row in reading.sheets.employees.iterrows()}


def _written(row: pd.Series[Any], ruleset: Ruleset) -> str:
    rubric = ruleset.rubrics[row["team"]]
    scores = [f"{row[score_key(indicator.id)]:.15g}" for indicator in rubric.indicators]
    return " ".join([rubric.team, *scores])
