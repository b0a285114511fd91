"""Roll-ups as plain records, the shape of ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perfcli.scoring.records import findings_record, plain
from perfcli.scoring.results import IDENTITY, rows
from perfcli.scoring.rollups import (
    LIMITED,
    Rollup,
    RollupPart,
    days_key,
    grade_key,
    points_key,
    reason_key,
    total_key,
    weight_key,
)
from perfcli.text import Wording
from perfcli.version import __version__


def rollup_record(rollup: Rollup, wording: Wording) -> dict[str, Any]:
    """A roll-up: ``perf, period, employees, unrated, left_out, findings``; each employee with ``parts``."""
    return {
        "perf": __version__,
        "period": rollup.period,
        "employees": [_employee(rollup, row) for row in rows(rollup.frame)],
        "unrated": [
            {key: row[key] for key in ("employee_id", "name", "count", "least")}
            for row in rows(rollup.unrated)
        ],
        "left_out": [{key: row[key] for key in ("employee_id", "name")} for row in rows(rollup.left_out)],
        "findings": findings_record(rollup.findings, wording),
    }


def _employee(rollup: Rollup, row: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {key: row[key] for key in IDENTITY if key != "period"}
    record |= {"total": plain(row["total"]), "grade": row["grade"]}
    record |= {key: int(row[key]) for key in ("rank", "team_rank")}
    if row.get(LIMITED):
        record[LIMITED] = row[LIMITED].split()
    return record | {"parts": {part.key: _part(part, row) for part in rollup.parts}}


def _part(part: RollupPart, row: Mapping[str, Any]) -> dict[str, Any]:
    """Total and grade, weight as it counts and points; or the reason why there is none."""
    if reason := row[reason_key(part.key)]:
        return {"total": None, "reason": reason}
    record: dict[str, Any] = {"total": plain(row[total_key(part.key)]), "grade": row[grade_key(part.key)]}
    if days_key(part.key) in row:
        record["days"] = int(row[days_key(part.key)])
    if part.counts:
        record |= {"weight": plain(row[weight_key(part.key)]), "points": plain(row[points_key(part.key)])}
    return record
