"""What the hidden sheet of a bonus workbook holds: see ``perfcli.sheets.stored_bonus``, which reads it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import perfcli
from perfcli import marks
from perfcli.findings import Finding
from perfcli.rewards.bonus import PEOPLE, Bonus
from perfcli.rules.ruleset import POLICY
from perfcli.scoring import exact
from perfcli.scoring.results import rows
from perfcli.text import Language, Translated, Wording
from perfcli.workbooks.tables import Table


def bonus_mark(bonus: Bonus, tables: Sequence[Table], wording: Wording) -> dict[str, str]:
    """The facts of a bonus: rules and people as they were, where its tables stand, and a digest over that."""
    facts = {
        "order": {
            "cycle": bonus.cycle.value,
            "pool": None if bonus.order.pool is None else str(bonus.order.pool),
        },
        "people": [_person(row) for row in rows(bonus.people[list(PEOPLE)])],
        "absent": [dict(row) for row in rows(bonus.absent)],
        "edits": [_edit(one) for one in bonus.edits],
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in bonus.inputs],
    }
    mark = {
        "kind": marks.BONUS,
        "schema": marks.BONUS_SCHEMA,
        "perf": perfcli.__version__,
        "language": str(wording.language),
        "period": bonus.period,
        "rules": _json(_rules(bonus)),
        "employees": _json(facts),
        "tables": _json([table.record() for table in tables]),
    }
    return {**mark, "seal": marks.seal(mark)}


def _rules(bonus: Bonus) -> dict[str, Any]:
    ruleset = bonus.ruleset
    teams = sorted(set(bonus.people["team"]))
    policy = ruleset.files[POLICY]
    lines = {path: line for path, line in policy.lines.items() if path.startswith("bonus")}
    files = {POLICY: {"name": policy.name, "sha256": policy.sha256, "lines": lines}}
    for team in teams:
        files[team] = {"name": ruleset.files[team].name, "sha256": ruleset.files[team].sha256, "lines": {}}
    return {
        "folder": ruleset.folder,
        "policy": ruleset.policy.model_dump(mode="json", by_alias=True),
        "rubrics": {team: ruleset.rubrics[team].model_dump(mode="json", by_alias=True) for team in teams},
        "files": files,
    }


def _person(row: Mapping[str, Any]) -> dict[str, str]:
    """What is known of somebody: texts, decimals and days as texts, without what is empty."""
    return {key: text for key, value in row.items() if (text := _written(value))}


def _written(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else str(exact.decimal(value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _edit(finding: Finding) -> dict[str, Any]:
    place = finding.place
    values = {
        key: {str(one): value.in_language(one) for one in Language}
        if isinstance(value, Translated)
        else str(value)
        for key, value in finding.values.items()
    }
    where = {"file": place.file, "sheet": place.sheet, "cell": place.cell}
    return {"code": finding.code, **where, "values": values}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
