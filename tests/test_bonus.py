"""Bonuses: cases that HR can write, from score sheet and roster to what everybody gets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from perfcli.errors import PerfError
from perfcli.rewards.explanation import explain_bonus
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.text import Language
from support.bonuses import bonus_of, table
from support.expectations import assert_findings
from support.sources import finding_codes

HERE = Path(__file__).parent
CASES = sorted((HERE / "bonuses").glob("*.yaml"), key=lambda path: path.name)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_everybody_gets_what_the_policy_says(path: Path, tmp_path: Path, small_rules: Ruleset) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
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


def test_every_code_of_pay_has_a_case() -> None:
    cases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in CASES]
    shown = {found["code"] for case in cases for found in case.get("findings", ())}
    elsewhere = {"bad-effective", "bands-changed", "grades-not-in-policy"}  # test_raises.py and test_pay.py
    assert finding_codes("pay") | {"roster-without-column"} <= shown | elsewhere
