"""Score sheets written as lists in YAML, and the cases around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.files.reader import Access
from perfcli.findings import Finding
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Reading, Request
from perfcli.pipelines.stored import open_product
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.origins import Origin
from perfcli.scoring.results import Results, origin_key, rows, score_key

Rows = Sequence[Sequence[object]]
Sheets = Mapping[str, Rows]
Case = Mapping[str, Any]
Places = Mapping[str, Sequence[Any]]
"""Sheet name → some of its ranges, rows or columns."""

ORDINARY = "工作表1"

_LOOKS = ("merges", "hidden_rows", "hidden_columns", "choices")


def cell_under(sheet: Worksheet, header: str, employee: str) -> Cell | MergedCell:
    """The cell of an employee's id or name under a header."""
    places = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    found: Cell | MergedCell = sheet[
        places[header].coordinate.rstrip("0123456789") + str(places[employee].row)
    ]
    return found


def open_results(path: Path) -> tuple[Results, Sequence[Finding]]:
    """A result workbook, computed again, and the cells of it that were changed."""
    opened = open_product(path, Access())
    assert isinstance(opened.stored.content, Results)
    return opened.stored.content, opened.changes


def load_case(path: Path) -> Case:
    """A YAML case: ``rows`` of one sheet, ``sheets`` by name, or ``workbooks`` of sheets by name.

    ``hidden`` are names of sheets; ``merges`` (``A1:C1``), ``hidden_rows`` (``3``), ``hidden_columns``
    (``B``) and ``choices`` (the range of a drop-down list) are by sheet, or a list where there is one sheet.
    ``team`` and ``period`` are what the user says, ``map`` is the text of a map, ``roster`` has the rows of
    a roster; ``policy`` and ``rubrics`` replace values of the rules (see ``rules_of``). ``english`` has words
    of the case that no other has, to be read in English too; false where there is no point in that.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built
    case: Case = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 it is a safe one
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
        looks = {look: _by_sheet(case.get(look, {})) for look in _LOOKS}
        write_workbook(folder / name, sheets, hidden=case.get("hidden", ()), **looks)
    period = str(case.get("period", "2026-11"))
    map_file = roster = None
    if "map" in case:
        map_file = folder / "map.yaml"
        map_file.write_text(case["map"], encoding="utf-8")
    if "roster" in case:
        roster = write_workbook(folder / "roster.xlsx", {"名冊": case["roster"]})
    request = Request(paths, team=case.get("team", ""), period=period, map_file=map_file, roster=roster)
    return pipeline.read(request, rules_of(case, ruleset))


def _by_sheet(places: Places | Sequence[Any]) -> Places:
    return places if isinstance(places, Mapping) else {ORDINARY: places}


def in_words(case: Case, translate: Callable[[str], str]) -> Case:
    """A case with other words in its sheets and, of its findings, what they are and where."""
    translated: Case = _in_words(case, translate)
    findings = [finding | {"zh": "", "en": ""} for finding in translated.get("findings", ())]
    return {**translated, "findings": findings}


def _in_words(value: Any, translate: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return translate(value)
    if isinstance(value, Mapping):
        return {_in_words(key, translate): _in_words(one, translate) for key, one in value.items()}
    return [_in_words(one, translate) for one in value] if isinstance(value, list) else value


def rules_of(case: Case, ruleset: Ruleset) -> Ruleset:
    """The rules with what a case's ``policy`` and ``rubrics`` say in place of their own values.

    ``rubrics`` has the keys of a team's rubric, and under ``indicators`` those of an indicator, by their ids.
    """
    policy = ruleset.policy.model_dump(mode="json", by_alias=True) | case.get("policy", {})
    rubrics = {
        team: _changed(one, case.get("rubrics", {}).get(team)) for team, one in ruleset.rubrics.items()
    }
    return replace(ruleset, policy=Policy.model_validate(policy), rubrics=rubrics)


def _changed(rubric: Rubric, changes: Mapping[str, Any] | None) -> Rubric:
    if not changes:
        return rubric
    own = changes.get("indicators", {})
    said = rubric.model_dump(mode="json", by_alias=True)
    said |= {key: value for key, value in changes.items() if key != "indicators"}
    for dimension in said["dimensions"]:
        for indicator in dimension["indicators"]:
            indicator.update(own.get(indicator["id"], {}))
    return Rubric.model_validate(said)


def write_workbook(path: Path, sheets: Sheets, *, hidden: Sequence[str] = (), **looks: Places) -> Path:
    """Writes a workbook; see ``load_case`` for its ``looks`` and ``_write_cell`` for what a cell may be."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    options |= {"in_memory": True}
    with xlsxwriter.Workbook(path, options) as workbook:
        for name, rows in sheets.items():
            worksheet = workbook.add_worksheet(name)
            own = {look: places.get(name, ()) for look, places in looks.items()}
            for merged in own.get("merges", ()):
                worksheet.merge_range(merged, "")
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    _write_cell(workbook, worksheet, row, column, cell)
            for number in own.get("hidden_rows", ()):
                worksheet.set_row(number - 1, None, None, {"hidden": True})
            for letters in own.get("hidden_columns", ()):
                worksheet.set_column(f"{letters}:{letters}", None, None, {"hidden": True})
            for chosen in own.get("choices", ()):
                worksheet.data_validation(chosen, {"validate": "list", "source": ["優秀", "良好", "合格"]})
            if name in hidden:
                worksheet.hide()
    return path


def _write_cell(workbook: Any, worksheet: Any, row: int, column: int, cell: object) -> None:
    """Writes a text, number or date, ``{formula, value, format}``, ``{number, format}`` or ``{format}``.

    A formula without a value was never calculated; a value such as ``#DIV/0!`` is an error. A format alone
    is that of an empty cell.
    """
    if isinstance(cell, Mapping) and "formula" in cell:
        look = workbook.add_format({"num_format": cell["format"]}) if "format" in cell else None
        worksheet.write_formula(row, column, cell["formula"], look, cell.get("value", ""))
    elif isinstance(cell, Mapping) and "number" not in cell:
        worksheet.write_blank(row, column, None, workbook.add_format({"num_format": cell["format"]}))
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
        for row in rows(group):
            scores = [
                "-" if row[origin_key(one.id)] == Origin.NOT_APPLICABLE else f"{row[score_key(one.id)]:.15g}"
                for one in rubric.indicators
            ]
            written[row["employee_id"]] = " ".join([rubric.team, *scores])
    return written
