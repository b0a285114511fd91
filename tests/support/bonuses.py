"""Bonuses written in YAML as HR would: tables of results and of the roster, and what everybody should get."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from perfcli.pipelines import score as pipeline
from perfcli.pipelines.pay import PayRequest, calculate
from perfcli.pipelines.score import Request
from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rules.calendars import Calendar, CalendarDays, CalendarSource
from perfcli.rules.documents import read_document
from perfcli.rules.loader import shipped
from perfcli.rules.models import Policy
from perfcli.rules.ruleset import Ruleset
from perfcli.rules.validation import read_model
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from support.sheets import Rows, write_workbook

INDICATORS = {
    "sales": ("銷售額", "毛利率", "協作配合度"),
    "care": ("客戶滿意度", "協作配合度"),
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")

Case = Mapping[str, Any]


def table(text: str) -> list[list[object]]:
    """A table as it is typed: cells between bars, numbers as numbers but for the first column, ids."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [[row[0], *map(_cell, row[1:])] for row in rows]


def _cell(text: str) -> object:
    return float(text) if _NUMBER.fullmatch(text) else text or None


def with_days(rows: Rows) -> list[list[object]]:
    """A roster that has columns of joining and leaving, blank where it had none: nobody did."""
    missing = [column for column in ("入職日期", "離職日期") if column not in rows[0]]
    return [[*rows[0], *missing], *([*row, *[None] * len(missing)] for row in rows[1:])]


def score_all(rows: Rows, folder: Path, ruleset: Ruleset, period: str) -> list[Path]:
    """Result workbooks, one for each team, in which everybody has the total of the case.

    ``rows`` have a header with 工號, 姓名, 總分 and perhaps 團隊 and 獎金基數.
    """
    header, *people = rows
    paths = []
    team_of = [dict(zip(header, row, strict=True)) for row in people]
    for team, indicators in INDICATORS.items():
        own = [row for row in team_of if (row.get("團隊") or "sales") == team]
        if not own:
            continue
        kept = [str(key) for key in header if key not in {"總分", "團隊"}]
        sheet: list[Sequence[object]] = [[*kept, *indicators]]
        sheet += [[*(row[key] for key in kept), *[row["總分"]] * len(indicators)] for row in own]
        path = write_workbook(folder / f"{team}.xlsx", {"sheet": sheet})
        results = pipeline.score(Request([path], team=team, period=period), ruleset)
        paths.append(folder / f"{team}.result.xlsx")
        paths[-1].write_bytes(RESULTS.workbook(results, Wording(Language.ENGLISH)))
    return paths


def rules_of(case: Case, ruleset: Ruleset) -> Ruleset:
    """The rules with what a case's ``policy`` says, by dotted keys; ``calendar`` is a country's, or none."""
    policy = ruleset.policy.model_dump(mode="json", by_alias=True)
    for path, value in case.get("policy", {}).items():
        *above, last = path.split(".")
        inner = policy
        for key in above:
            inner = inner[key]
        inner[last] = value
    calendar = ruleset.calendar
    if "calendar" in case:
        calendar = None if case["calendar"] == "none" else shipped_calendar(case["calendar"])
    return replace(ruleset, policy=Policy.model_validate(policy), calendar=calendar)


@cache
def shipped_calendar(country: str) -> Calendar:
    """The calendar of a country as it is shipped."""
    document = read_document(shipped("rubrics") / "calendars" / f"{country.lower()}.yaml")
    days, _ = read_model(document, CalendarDays, ())
    assert days is not None
    return Calendar((CalendarSource(document.name, document.sha256, days),))


def bonus_of(case: Case, folder: Path, ruleset: Ruleset) -> Bonus:
    """The bonus of a case, through files, as ``perf bonus`` computes it."""
    rules = rules_of(case, ruleset)
    period = str(case.get("period", "2026-11"))
    paths = score_all(table(case["results"]), folder, rules, "" if period == "none" else period)
    roster = None
    if "roster" in case:
        rows = table(case["roster"])
        rows = rows if case.get("roster_as_it_is") else with_days(rows)
        roster = write_workbook(folder / "roster.xlsx", {"名冊": rows})
    request = PayRequest(paths, roster, case.get("cycle", ""), str(case.get("pool", "")))
    return calculate(request, rules)
