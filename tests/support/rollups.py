"""Quarters and years written in YAML as HR would: a column for each result, a roster, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from perfcli.pipelines.rollup import RollupRequest, roll_results
from perfcli.rules.models import Dimension, Indicator, Policy, Rubric
from perfcli.rules.names import Name
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring.results import Results, score_key
from perfcli.scoring.rollups import Rollup
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from support.bonuses import rules_of, table
from support.sheets import write_workbook

Case = Mapping[str, Any]
Totals = Mapping[str, float | None]
"""Who has which total; who has none is not in the result."""

ENGLISH = Wording(Language.ENGLISH)


def rubric(team: str) -> Rubric:
    """A team whose only indicator is the total."""
    only = Indicator(id="work", name=Name.model_validate("工作"), weight=100)
    whole = Dimension(id="all", name=Name.model_validate("全部"), weight=100, indicators=(only,))
    return Rubric(team=team, name=Name.model_validate(f"團隊{team}"), dimensions=(whole,))


def company(policy: Policy, teams: Sequence[str] = ("shop", "depot")) -> Ruleset:
    """A company of such teams."""
    rubrics = {team: rubric(team) for team in teams}
    files = {key: RuleFile(f"{key}.yaml", "0" * 64, {}) for key in (POLICY, *teams)}
    return Ruleset(policy, rubrics, files, "rules")


def result(ruleset: Ruleset, period: str, totals: Totals, teams: Mapping[str, str] | None = None) -> Results:
    """The result of a period in which everybody has the total that is given."""
    teams = teams or {}
    people = [
        {"employee_id": one, "name": f"員工{one}", "department": teams.get(one, "shop"), "position": ""}
        | {"team": teams.get(one, "shop"), "period": period, score_key("work"): np.float64(total)}
        for one, total in totals.items()
        if total is not None
    ]
    frame = score_employees(pd.DataFrame(people), ruleset.rubrics, ruleset.policy)
    return Results(frame, ruleset, period=period)


def write_result(path: Path, results: Results) -> Path:
    """The workbook of a result."""
    path.write_bytes(RESULTS.workbook(results, ENGLISH))
    return path


def write_roster(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A roster: ids, names and teams are made up where they are not given; days are written 2026-11-01."""
    header, *people = rows
    shown = [[one[0], f"員工{one[0]}", "團隊shop", *map(_day, one[1:])] for one in people]
    return write_workbook(path, {"名冊": [["工號", "姓名", "團隊", *header[1:]], *shown]})


def _period(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _day(cell: object) -> object:
    return date.fromisoformat(cell) if isinstance(cell, str) else cell


def rollup_of(case: Case, folder: Path, policy: Policy) -> Rollup:
    """The roll-up of a case, through files, as ``perf rollup`` makes it."""
    ruleset = rules_of(case, company(policy))
    header, *people = table(case["results"])
    paths = []
    for column, period in enumerate(map(_period, header[1:]), start=1):
        totals = {str(row[0]): float(str(row[column])) for row in people if row[column] is not None}
        if totals:
            path = folder / f"{period}.result.xlsx"
            paths.append(write_result(path, result(ruleset, period, totals)))
    roster = None
    if "roster" in case:
        roster = write_roster(folder / "roster.xlsx", table(case["roster"]))
    request = RollupRequest(
        paths, roster, str(case.get("period", "")), bool(case.get("partial", False)), None, ()
    )
    return roll_results(request, replace(ruleset))
