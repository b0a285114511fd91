"""The hidden sheet of a workbook: see ``perfcli.marks``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import perfcli
from perfcli import marks
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring import exact
from perfcli.scoring.results import (
    ADJUSTMENT,
    BONUS_BASE,
    IDENTITY,
    REASON,
    Results,
    role_key,
    rows,
    score_key,
)
from perfcli.text import Wording
from perfcli.workbooks.origins import GIVEN, Origin, origins
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_EXPLAINED = (
    *("weight", "lower_bound", "decimals", "measure", "veto"),
    *("raters", "adjustments", "highest_total", "not_applicable"),
)


def write_mark(book: Book, values: Mapping[str, str]) -> None:
    """Adds the mark as a sheet that spreadsheet programs do not offer to unhide."""
    worksheet = book.workbook.add_worksheet(marks.MARK_SHEET)
    for row, parts in enumerate(marks.mark_rows(values)):
        for column, part in enumerate(parts):
            worksheet.write_string(row, column, part)
    worksheet.very_hidden()


def result_mark(results: Results, tables: Sequence[Table], wording: Wording) -> dict[str, str]:
    """The facts of a run: its rules and scores, where its tables stand, and a digest over all that."""
    mark = {
        "kind": marks.RESULT,
        "schema": marks.RESULT_SCHEMA,
        "perf": perfcli.__version__,
        "language": str(wording.language),
        "period": results.period,
        "inputs": _json([{"name": file.name, "sha256": file.sha256} for file in results.inputs]),
        "rules": _json(_rules(results)),
        "employees": _json(_employees(results)),
        "tables": _json([table.record() for table in tables]),
    }
    return {**mark, "seal": marks.seal(mark)}


def _rules(results: Results) -> dict[str, Any]:
    ruleset = results.ruleset
    teams = [rubric.team for rubric in results.teams]
    return {
        "folder": ruleset.folder,
        "policy": ruleset.policy.model_dump(mode="json", by_alias=True),
        "rubrics": {team: ruleset.rubrics[team].model_dump(mode="json", by_alias=True) for team in teams},
        "files": {key: _file(ruleset, key) for key in (POLICY, *teams)},
    }


def _file(ruleset: Ruleset, key: str) -> dict[str, Any]:
    """A rule file with the lines that an explanation refers to."""
    file: RuleFile = ruleset.files[key]
    lines = {
        path: line
        for path, line in file.lines.items()
        if path.endswith(_EXPLAINED) or path.startswith("raters.")
    }
    return {"name": file.name, "sha256": file.sha256, "lines": lines}


def _employees(results: Results) -> list[dict[str, Any]]:
    """Identity of everyone, and all that the sheets said, in the order of rank."""
    records: dict[Any, dict[str, Any]] = {}
    for rubric in results.teams:
        frame, came_from = results.of_team(rubric.team), origins(results, rubric)
        for place, (index, row) in enumerate(zip(frame.index, rows(frame), strict=True)):
            records[index] = _employee(row, {one: places[place] for one, places in came_from.items()})
    return [records[index] for index in results.frame.index]


def _employee(row: Mapping[str, Any], came_from: Mapping[str, Origin]) -> dict[str, Any]:
    """What one row is computed from: typed scores, what others were computed from, what does not apply.

    Numbers are decimal texts; what is empty is left out.
    """
    given = {one: _given(row, one) for one in came_from}
    parts = {
        "given": {one: roles for one, roles in given.items() if roles},
        "not_applicable": [one for one, origin in came_from.items() if origin is Origin.NOT_APPLICABLE],
    }
    adjusted = {ADJUSTMENT: _written(row[ADJUSTMENT]), REASON: row[REASON]} if ADJUSTMENT in row else {}
    return {
        **{key: row[key] for key in IDENTITY},
        "scores": {
            one: _written(row[score_key(one)]) for one, origin in came_from.items() if origin is Origin.TYPED
        },
        **{key: part for key, part in parts.items() if part},
        **adjusted,
        **({} if math.isnan(base := row.get(BONUS_BASE, math.nan)) else {BONUS_BASE: _written(base)}),
    }


def _given(row: Mapping[str, Any], identifier: str) -> dict[str, str]:
    """What the sheets say of an indicator beside its score, by role."""
    cells = {role.value: row.get(role_key(identifier, role), math.nan) for role in GIVEN}
    return {role: _written(number) for role, number in cells.items() if not math.isnan(number)}


def _written(number: float) -> str:
    return str(exact.decimal(number))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
