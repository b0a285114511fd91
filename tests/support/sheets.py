"""Score sheets written as lists in YAML, and the cases around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from perfcli import pipeline
from perfcli.pipeline import Reading, Request
from perfcli.rules.models import Policy
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.judgements import judge

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
    rules = rules_of(case, ruleset)
    return pipeline.read(Request(paths, team=case.get("team", ""), period=period), rules)


def rules_of(case: Case, ruleset: Ruleset) -> Ruleset:
    """The rules with what a case's ``policy`` says in place of the policy's own values."""
    policy = ruleset.policy.model_dump(mode="json", by_alias=True) | case.get("policy", {})
    return replace(ruleset, policy=Policy.model_validate(policy))


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
    """Who can be scored: employee id → team and scores in the rubric's order, ``sales 80 92.5 70``.

    A dash stands for an indicator that does not apply.
    """
    written: dict[str, str] = {}
    for team, group in reading.sheets.employees.groupby("team"):
        rubric = ruleset.rubrics[str(team)]
        judged = [judge(group, rubric, indicator, ruleset.policy) for indicator in rubric.indicators]
        for place, employee in enumerate(group["employee_id"]):
            scores = ["-" if one.not_applicable[place] else f"{one.scores[place]:.15g}" for one in judged]
            written[str(employee)] = " ".join([rubric.team, *scores])
    return written
