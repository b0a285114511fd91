"""A roll-up as a product: what everybody had of each part, from which every total can be computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from perfcli import exact
from perfcli.people.columns import BONUS_BASE, SUPERIOR
from perfcli.scoring.omissions import left_out_record, read_left_out
from perfcli.scoring.results import IDENTITY, OUTCOME
from perfcli.scoring.rolling import rank, roll_up
from perfcli.scoring.rollup_steps import PartStep, RollupExplanation, explain_rollup, sources
from perfcli.scoring.rollups import (
    Rollup,
    RollupPart,
    days_key,
    grade_key,
    make_part,
    reason_key,
    total_key,
)
from perfcli.sealed.products import Part, Product, Steps, StepsTable
from perfcli.sealed.records import (
    files_record,
    number_texts,
    read_files,
    read_numbers,
    read_rules,
    rules_record,
)
from perfcli.text import Wording
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.rollups.workbook import rollup_sheets

if TYPE_CHECKING:
    from perfcli.rewards.payroll import Columns, PayrollTable

_TOLD = ("rollup", "grades", "rounding", "highest_total")


class _RollupProduct(Product[Rollup]):
    kind = "rollup"
    schema = "1"
    tables = ("ranking", "parts")

    def sheets(self, content: Rollup, wording: Wording) -> tuple[WorkbookWriter, Sequence[TablePlace]]:
        return rollup_sheets(content, wording)

    def record(self, content: Rollup) -> Mapping[str, object]:
        teams = sorted({*content.frame["team"], *content.unrated.get("team", ())} - {""})
        return {
            "inputs": files_record(content.inputs),
            "rules": rules_record(content.ruleset, teams, lambda path: path.startswith(_TOLD)),
            "parts": [{"key": part.key, "files": files_record(part.files)} for part in content.parts],
            "employees": _employees_record(content, content.frame),
            **({"unrated": _unrated_record(content)} if len(content.unrated) else {}),
            **({"left_out": left_out_record(content.left_out)} if len(content.left_out) else {}),
        }

    def read(self, record: Mapping[str, Any], period: str) -> Rollup:
        ruleset = read_rules(record["rules"])
        rules = ruleset.policy.rollup
        if rules is None:
            raise KeyError("rollup")
        parts = tuple(
            make_part(one["key"], period, rules, read_files(one["files"])) for one in record["parts"]
        )
        employees = _read_employees(record["employees"], parts, period)
        return Rollup(
            rank(roll_up(employees, parts, period, ruleset.policy, rules), parts),
            ruleset,
            period,
            parts,
            _read_unrated(record["unrated"], parts, period) if "unrated" in record else pd.DataFrame(),
            read_left_out(record.get("left_out", ())),
            inputs=read_files(record["inputs"]),
        )

    def left_out(self, content: Rollup) -> pd.DataFrame:
        return content.left_out

    def explain(self, content: Rollup, employee_id: str, wording: Wording) -> Steps:
        steps = explain_rollup(content, employee_id)
        values = {"name": steps.employee["name"], "id": employee_id, "period": content.period}
        title = wording("explain.rollup.title", **values)
        lines = [step.in_language(wording.language) for step in steps.steps]
        parts = [Part(part.key, file) for part, file in sources(content, employee_id)]
        return Steps(title, lines, _steps_record(steps, lines), _table(steps, content, wording), parts)

    def allowed_columns(self, content: Rollup) -> Sequence[str]:
        del content
        return (*IDENTITY, *OUTCOME)

    def usual_columns(self, content: Rollup, wording: Wording) -> Columns:
        from perfcli.rewards.payroll import named_columns

        return named_columns(self.allowed_columns(content), content.ruleset, wording)

    def flat_table(self, content: Rollup, wording: Wording, columns: Columns) -> PayrollTable:
        from perfcli.rewards.payroll import flat_table

        return flat_table(content.frame, content.ruleset, columns, wording, {})


ROLLUPS = _RollupProduct()


def _unrated_record(rollup: Rollup) -> dict[str, Any]:
    """Who has too few parts for a total, with what they had of each."""
    counts = {key: rollup.unrated[key].tolist() for key in ("count", "least")}
    return {**_employees_record(rollup, rollup.unrated), **counts}


def _read_unrated(facts: Mapping[str, Any], parts: Sequence[RollupPart], period: str) -> pd.DataFrame:
    frame = _read_employees(facts, parts, period)
    return frame.assign(count=facts["count"], least=facts["least"])


def _employees_record(rollup: Rollup, frame: pd.DataFrame) -> dict[str, Any]:
    """Identity of everyone and what they had of each part, column by column in the order of the frame."""
    others = [key for key in (SUPERIOR,) if any(frame[key])]
    record: dict[str, Any] = {
        "identity": {key: frame[key].tolist() for key in (*IDENTITY, *others) if key != "period"},
        "totals": {
            part.key: number_texts(frame[total_key(part.key)].to_numpy(dtype=np.float64))
            for part in rollup.parts
        },
    }
    for name, key_of in (("grades", grade_key), ("reasons", reason_key)):
        columns = {part.key: frame[key_of(part.key)] for part in rollup.parts}
        record[name] = {key: column.tolist() for key, column in columns.items() if any(column)}
    days = {part.key: days_key(part.key) for part in rollup.parts if days_key(part.key) in frame}
    if days:
        record["days"] = {key: frame[column].tolist() for key, column in days.items()}
    if BONUS_BASE in frame:
        record[BONUS_BASE] = number_texts(frame[BONUS_BASE].to_numpy(dtype=np.float64))
    return record


def _read_employees(facts: Mapping[str, Any], parts: Sequence[RollupPart], period: str) -> pd.DataFrame:
    """What everyone had, as ``roll_up`` takes it."""
    identity = facts["identity"]
    count = len(identity["employee_id"])
    columns: dict[str, object] = {key: identity[key] for key in IDENTITY if key != "period"}
    columns |= {"period": [period] * count, SUPERIOR: identity.get(SUPERIOR, [""] * count)}
    if BONUS_BASE in facts:
        columns[BONUS_BASE] = read_numbers(facts[BONUS_BASE])
    for part in parts:
        columns[total_key(part.key)] = read_numbers(facts["totals"][part.key])
        for name, key_of in (("grades", grade_key), ("reasons", reason_key)):
            columns[key_of(part.key)] = facts[name].get(part.key, [""] * count)
        if part.key in facts.get("days", {}):
            columns[days_key(part.key)] = facts["days"][part.key]
    frame = pd.DataFrame(columns)
    return frame[[*IDENTITY, *(key for key in frame if key not in IDENTITY)]]


def _table(steps: RollupExplanation, rollup: Rollup, wording: Wording) -> StepsTable:
    """Every part with its total, grade, days, weight and points; a part of a part is set in."""
    keys = ("part", "total", "grade", *(["days"] if rollup.by_days else []), "weight", "points")
    grades = {grade.id: grade.name.in_language(wording.language) for grade in rollup.ruleset.policy.grades}

    def cells(step: PartStep) -> list[str]:
        name = step.part.name.in_language(wording.language)
        reason = wording(f"rollup.reason.{step.reason}") if step.reason else ""
        own = {
            "part": name if step.part.counts else f"  {name}",
            "total": step.total or "–",
            "grade": grades.get(step.grade, step.grade) or reason,
            "days": step.days,
            "weight": f"{step.weight}%" if step.weight else "",
            "points": step.points,
        }
        return [own[key] for key in keys]

    lines = [(cells(step), False) for step in steps.parts]
    headers = [wording(f"explain.rollup.column.{key}") for key in keys]
    numeric = [place for place, key in enumerate(keys) if key in {"total", "days", "weight", "points"}]
    return StepsTable(headers, lines, numeric)


def _steps_record(steps: RollupExplanation, lines: Sequence[str]) -> dict[str, object]:
    """The explanation for a machine: ids for team and grades, numbers as exact decimal texts."""
    row = steps.employee
    outcome = {key: row[key] for key in ("grade", "rank", "team_rank")}
    parts = [
        {
            "part": step.part.key,
            "total": step.total,
            "grade": step.grade,
            **({"days": step.days} if step.days else {}),
            "weight": step.weight,
            "points": step.points,
            "reason": step.reason,
            "files": files_record(step.part.files),
        }
        for step in steps.parts
    ]
    identity = {key: row[key] for key in IDENTITY}
    return {**identity, "total": str(exact.decimal(row["total"])), **outcome, "parts": parts, "steps": lines}
