"""Results as plain records, the shape of ``--json``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from perfcli.findings import Finding
from perfcli.rules.models import Indicator, Rubric
from perfcli.scoring.results import (
    ADJUSTMENT,
    IDENTITY,
    REASON,
    VETO,
    Results,
    points_key,
    public_columns,
    rows,
)
from perfcli.scoring.scorer import indicator_columns
from perfcli.text import Wording
from perfcli.version import __version__


def results_record(results: Results, wording: Wording) -> dict[str, Any]:
    """A result: ``perf, period, employees, left_out, findings``; points of 100, grades as ids."""
    columns = {
        one.id: public_columns(indicator_columns(one.id, results.frame, results.ruleset.policy.raters.roles))
        for rubric in results.teams
        for one in rubric.indicators
    }
    rubrics = results.ruleset.rubrics
    return {
        "perf": __version__,
        "period": results.period,
        "employees": [_employee(row, rubrics[row["team"]], columns) for row in rows(results.frame)],
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


def _employee(row: Mapping[str, Any], rubric: Rubric, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    record: dict[str, Any] = {
        **{key: row[key] for key in IDENTITY if key != "period"},
        "total": plain(row["total"]),
        "grade": row["grade"],
        "rank": int(row["rank"]),
        "team_rank": int(row["team_rank"]),
    }
    if row.get(ADJUSTMENT):
        record |= {ADJUSTMENT: plain(row[ADJUSTMENT]), REASON: row[REASON]}
    if row.get(VETO):
        record[VETO] = row[VETO].split()
    return record | {
        "dimensions": {dimension.id: plain(row[points_key(dimension.id)]) for dimension in rubric.dimensions},
        "indicators": {
            indicator.id: _indicator(row, indicator, columns[indicator.id]) for indicator in rubric.indicators
        },
    }


def _indicator(row: Mapping[str, Any], indicator: Indicator, columns: Sequence[str]) -> dict[str, Any]:
    """The weight that counted, what the sheets say, score and points; null where it does not apply."""
    known = {key.partition(".")[2]: row[key] for key in columns if key in row}
    if math.isnan(known.get("weight", math.nan)):  # another team's indicator may have the same id
        known["weight"] = float(indicator.weight)
    shown = {key: plain(known.pop(key)) for key in ("weight", "score", "points")}
    return {**shown, **{key: plain(value) for key, value in known.items() if not math.isnan(value)}}


def plain(number: float) -> int | float | None:
    """A number as JSON writes it best: 30 rather than 30.0; null where there is none."""
    if math.isnan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)
