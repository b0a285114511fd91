"""The tables of docs/year.md, computed again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from docs_support import tables
from perfcli.rules.periods import months_of, quarters_of
from perfcli.rules.ruleset import Ruleset
from support.rollups import rollup_of

PAGE = Path(__file__).parents[1] / "docs" / "year.md"
QUARTER = "2026Q4"


def rows_of(last: str) -> list[dict[str, str]]:
    return [row for _, rows in tables(PAGE, last) for row in rows]


def total(folder: Path, ruleset: Ruleset, parts: Mapping[str, str], roster: str = "", **policy: Any) -> str:
    """The total of somebody with these parts, as it is printed."""
    given = {period: number for period, number in parts.items() if number != "–"}
    lines = [["工號", *given], ["A", *given.values()]]
    case: dict[str, Any] = {"results": "\n".join(" | ".join(line) for line in lines)}
    case["policy"] = {f"rollup.{key}": value for key, value in policy.items()}
    case["policy"].setdefault("rollup.missing", {"otherwise": "leave-out"})
    case |= {"roster": roster} if roster else {}
    return f"{rollup_of(case, folder, ruleset.policy).frame['total'].iloc[0]:.2f}"


@pytest.mark.parametrize("row", rows_of("total"), ids=lambda row: row["total"])
def test_quarters_come_out_as_the_page_says(
    row: Mapping[str, str], tmp_path: Path, shipped_rules: Ruleset
) -> None:
    parts = dict(zip([*months_of(QUARTER), QUARTER], list(row.values())[:4], strict=True))
    assert total(tmp_path, shipped_rules, parts) == row["total"]


@pytest.mark.parametrize("row", rows_of("`own`"), ids=lambda row: row["`own`"])
def test_years_come_out_as_the_page_says(
    row: Mapping[str, str], tmp_path: Path, shipped_rules: Ruleset
) -> None:
    months = dict(zip(months_of("2026"), row["months"].split(), strict=True))
    own = dict(zip(quarters_of("2026"), row["quarters' own"].split(), strict=True))
    parts = {**months, **own, "2026": row["year's own"]}
    assert total(tmp_path, shipped_rules, parts) == row["`total`"]
    assert total(tmp_path, shipped_rules, parts, quarter_in_year="own") == row["`own`"]
    for quarter, printed in zip(quarters_of("2026"), row["quarters' totals"].split(), strict=True):
        inside = {month: months[month] for month in months_of(quarter)} | {quarter: own[quarter]}
        assert total(tmp_path, shipped_rules, inside) == printed


@pytest.mark.parametrize("row", rows_of("by days"), ids=lambda row: row["by days"])
def test_months_by_days_come_out_as_the_page_says(
    row: Mapping[str, str], tmp_path: Path, shipped_rules: Ruleset
) -> None:
    parts = dict(zip([*months_of(QUARTER), QUARTER], list(row.values())[2:6], strict=True))
    leave = re.findall(r"\d{4}-\d\d-\d\d", row["leave"]) or ["", ""]
    joined = row["joined"].replace("–", "")
    roster = f"工號 | 入職日期 | 離職日期 | 休假開始 | 休假結束\nA | {joined} | | {' | '.join(leave)}"
    assert total(tmp_path, shipped_rules, parts, roster) == row["equal"]
    assert total(tmp_path, shipped_rules, parts, roster, months="by-days") == row["by days"]


def test_what_a_month_really_is_of_the_year_is_what_the_page_says(shipped_rules: Ruleset) -> None:
    rules = shipped_rules.policy.rollup
    assert rules is not None
    really = [f"{share.normalize():f}" for share in rules.shares_in_year().values()]
    text = PAGE.read_text(encoding="utf-8")
    assert really == ["48", "12", "40"]
    assert (
        "they really are 30 + 30 × 60 % = 48 of the year, quarters' own appraisals 12, the year's own 40"
        in text
    )
