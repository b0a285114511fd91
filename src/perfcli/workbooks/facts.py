"""The hidden sheet of a workbook: see ``perfcli.marks``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import perfcli
from perfcli import marks
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring import exact
from perfcli.scoring.results import IDENTITY, Results, rows, score_key
from perfcli.text import Wording
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table


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
        "schema": marks.SCHEMA,
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
        if path.endswith(("weight", "lower_bound", "decimals"))
    }
    return {"name": file.name, "sha256": file.sha256, "lines": lines}


def _employees(results: Results) -> list[dict[str, Any]]:
    """Identity and scores of everyone; scores as decimal texts."""
    indicators = {rubric.team: [indicator.id for indicator in rubric.indicators] for rubric in results.teams}
    return [
        {
            **{key: row[key] for key in IDENTITY},
            "scores": {one: str(exact.decimal(row[score_key(one)])) for one in indicators[row["team"]]},
        }
        for row in rows(results.frame)
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
