"""Results as plain records, the shape of ``--json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import perfcli
from perfcli.findings import Finding
from perfcli.rules.models import Rubric
from perfcli.scoring.results import IDENTITY, Results, points_key, rows, score_key
from perfcli.text import Wording


def results_record(results: Results, wording: Wording) -> dict[str, Any]:
    """A result: ``perf, period, employees, left_out, findings``; points of 100, grades as ids."""
    return {
        "perf": perfcli.__version__,
        "period": results.period,
        "employees": [_employee(row, results.ruleset.rubrics[row["team"]]) for row in rows(results.frame)],
        "left_out": [
            {
                "employee_id": row["employee_id"],
                "name": row["name"],
                "file": row["file"],
                "sheet": row["sheet"],
            }
            for row in rows(results.left_out)
        ],
        "findings": findings_record(results.findings, wording),
    }


def findings_record(findings: Iterable[Finding], wording: Wording) -> list[dict[str, object]]:
    """Findings with the keys ``severity, code, file, sheet, cell, line, path, message, cure``."""
    return [finding.record(wording) for finding in findings]


def _employee(row: Mapping[str, Any], rubric: Rubric) -> dict[str, Any]:
    return {
        **{key: row[key] for key in IDENTITY if key != "period"},
        "total": plain(row["total"]),
        "grade": row["grade"],
        "rank": int(row["rank"]),
        "team_rank": int(row["team_rank"]),
        "dimensions": {dimension.id: plain(row[points_key(dimension.id)]) for dimension in rubric.dimensions},
        "indicators": {
            indicator.id: {
                "weight": plain(float(indicator.weight)),
                "score": plain(row[score_key(indicator.id)]),
                "points": plain(row[points_key(indicator.id)]),
            }
            for indicator in rubric.indicators
        },
    }


def plain(number: float) -> int | float:
    """A number as JSON writes it best: 30 rather than 30.0."""
    return int(number) if float(number).is_integer() else float(number)
