"""Bonuses: cases that HR can write, from score sheet and roster to what everybody gets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docs_support import tables
from perfcli.errors import PerfError
from perfcli.rewards.bonus.bonus import BonusOrder
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.bonus.explanation import explain_bonus
from perfcli.rules.models import Policy
from perfcli.rules.pay import BonusRules, Eligibility, Factor, Payment, Proration
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.text import Language
from support.bonuses import bonus_of, table
from support.expectations import assert_findings
from support.random_bonuses import RULES, frame_of, person
from support.sheets import load_case
from support.sources import finding_codes

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "bonus.md"
CASES = sorted((HERE / "bonuses").glob("*.yaml"), key=lambda path: path.name)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_everybody_gets_what_the_policy_says(path: Path, tmp_path: Path, small_rules: Ruleset) -> None:
    case = load_case(path)
    if "expected" not in case:
        with pytest.raises(PerfError) as refused:
            bonus_of(case, tmp_path, small_rules)
        assert_findings(refused.value.findings, case["findings"], "severity", "cell")
        return
    bonus = bonus_of(case, tmp_path, small_rules)
    assert_findings(bonus.findings, case.get("findings", ()), "severity", "cell")
    found = {row["employee_id"]: row for row in rows(bonus.frame)}
    header, *expected = table(case["expected"])
    assert sorted(found) == sorted(str(row[0]) for row in expected)
    for row in expected:
        seen = found[str(row[0])]
        for key, value in zip(header[1:], row[1:], strict=True):
            assert seen[str(key)] == (value if value is not None else ""), (row[0], key, seen[str(key)])
    for employee, note in case.get("notes", {}).items():
        said = [one.in_language(Language.TRADITIONAL) for one in bonus.notes[employee]]
        assert note in said, said
    assert bonus.paid == Decimal(str(case["paid"]))
    assert list(bonus.absent["employee_id"]) == case.get("absent", [])
    for employee in found:
        assert explain_bonus(bonus, employee).steps


# The page

TEXTS = {"employee": "employee_id", "discipline": "discipline", "department": "department"}
NUMBERS = {
    "unpaid leave": "unpaid_leave_days",
    "former base": "former_base",
    "adjustment": "bonus_adjustment",
    "days worked": "days_worked",
    "days due": "days_due",
}
DAYS = ("joined", "left", "transferred", "confirmed")


def person_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Somebody as a table of the page states it."""
    base = Decimal(row["base"]) if "base" in row else Decimal("nan")
    known: dict[str, Any] = {key: row[header] for header, key in TEXTS.items() if header in row}
    known |= {key: float(row[header]) for header, key in NUMBERS.items() if row.get(header)}
    known |= {"bonus_adjustment_reason": "—"} if row.get("adjustment") else {}
    known |= {key: date.fromisoformat(row[key]) for key in DAYS if row.get(key)}
    return person(row["employee"], base, Decimal(row["total"]), **known)


def rules_with(said: Mapping[str, Any]) -> Ruleset:
    """The shipped rules with some keys under ``bonus``."""
    policy = RULES.policy.model_dump(mode="json", by_alias=True)
    policy["bonus"] |= json.loads(json.dumps(said, default=str))
    return replace(RULES, policy=Policy.model_validate(policy))


def test_examples_of_the_page_come_out_as_written() -> None:
    found = list(tables(PAGE, "amount"))
    assert len(found) >= 15
    for said, people in found:
        for order in (people, people[::-1]):
            frame = frame_of([person_of(row) for row in order])
            bonus = calculate_bonus(frame, rules_with(said), BonusOrder(Cycle.MONTHLY, "2026-11"))
            assert not bonus.problems
            paid = {row["employee_id"]: row for row in rows(bonus.frame)}
            for row in people:
                seen = paid[row["employee"]]
                assert Decimal(str(seen["amount"])) == Decimal(row["amount"]), (said, row, seen)
                for key in ("days", "share"):
                    shown = row.get(key, "").removesuffix("…")
                    assert not shown or f"{seen[key]:.12f}".startswith(shown), (said, row, seen)


def test_the_page_says_every_key() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for part in (Payment, Proration, Eligibility, BonusRules, Factor):
        for key in part.model_fields:
            assert re.search(rf"[`.]{key}[`.]", text), key


def test_every_code_of_pay_has_a_case() -> None:
    cases = [load_case(path) for path in CASES]
    shown = {found["code"] for case in cases for found in case.get("findings", ())}
    elsewhere = {
        "bad-effective",
        "bands-changed",
        "own-appraisal-alone",
        "grades-not-in-policy",
        "partial",
    }  # test_raises, _pay, _partial, _cycles
    assert finding_codes("pipelines/pay.py") | {"roster-without-column"} <= shown | elsewhere
