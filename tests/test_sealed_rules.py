"""A sheet that comes late is scored by the rules of then: those that are sealed in a result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command import perf
from support.companies import small_company
from support.sheets import Rows, write_workbook

SHEET: Rows = [["工號", "姓名", "銷售額", "毛利率", "協作配合度"], ["E1", "甲", 80, 80, 95]]


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A folder with a company's rules, a sheet, and a result that was made before the bands were raised."""
    rules = small_company(tmp_path / "rubrics")
    write_workbook(tmp_path / "late.xlsx", {"銷售": SHEET})
    ran = perf("score", "late.xlsx", "--period", "2026-10", "-o", "then.xlsx", folder=tmp_path)
    assert ran.code == 0, ran.err
    policy = rules / "policy.yaml"
    text = policy.read_text(encoding="utf-8").replace("lower_bound: 80", "lower_bound: 89")
    policy.write_text("effective_from: 2026-11-01\n" + text, encoding="utf-8")
    return tmp_path


def grade(folder: Path, *words: str) -> tuple[int, str]:
    """The exit code of a run, and the grade that comes out, or what was said."""
    ran = perf("score", "late.xlsx", *words, "--json", "-o", "new.xlsx", "--force", folder=folder)
    return ran.code, json.loads(ran.out)["employees"][0]["grade"] if ran.code == 0 else ran.out


def test_by_another_result_s_rules_a_sheet_is_graded_as_it_was_then(company: Path) -> None:
    assert grade(company, "--period", "2026-11") == (0, "qualified")
    code, said = grade(company, "--period", "2026-10")
    assert code == 1
    assert "rules-of-another-period" in said
    assert grade(company, "--period", "2026-10", "--partial")[0] == 1
    assert grade(company, "--period", "2026-10", "--rules-of", "then.xlsx") == (0, "good")
    accepted = ("--accept", "rules-of-another-period")
    assert grade(company, "--period", "2026-10", *accepted) == (0, "qualified")


def test_what_is_sealed_then_is_what_was_used(company: Path) -> None:
    assert grade(company, "--period", "2026-10", "--rules-of", "then.xlsx")[0] == 0
    assert perf("verify", "new.xlsx", folder=company).code == 0
    (company / "new.xlsx").rename(company / "again.xlsx")
    assert grade(company, "--period", "2026-10", "--rules-of", "again.xlsx") == (0, "good")
    ran = perf("check", "late.xlsx", "--rules-of", "then.xlsx", "--period", "2026-10", folder=company)
    assert ran.code == 0, ran.err
    assert "then.xlsx" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--rules-of", "then.xlsx", "--rubrics", "rubrics"), 2, "rules-given-twice"),
        (("--rules-of", "late.xlsx"), 4, "not-a-result"),
        (("--rules-of", "nowhere.xlsx"), 4, "no-such-file"),
    ],
)
def test_what_is_no_result_or_says_twice_is_refused(
    words: tuple[str, ...], code: int, said: str, company: Path
) -> None:
    ran = perf("score", "late.xlsx", *words, "--lang", "en", folder=company)
    assert (ran.code, said in ran.err) == (code, True), ran.err
