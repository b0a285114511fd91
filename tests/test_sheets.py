"""Score sheets: what is read from good ones, and what a user reads of bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfcli.rules.ruleset import Ruleset
from support.expectations import assert_findings
from support.sheets import employees_of, load_case, read_case

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad_sheets").glob("*.yaml"), key=lambda path: path.name)
GOOD = sorted((HERE / "good_sheets").glob("*.yaml"), key=lambda path: path.name)

HEADER = ["工號", "姓名", "銷售額", "毛利率", "協作配合度"]


@pytest.mark.parametrize("path", [*BAD, *GOOD], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_sheet_gives_these_employees_and_findings(path: Path, tmp_path: Path, small_rules: Ruleset) -> None:
    case = load_case(path)
    reading = read_case(case, tmp_path, small_rules)
    several = ("file",) if "workbooks" in case else ()
    assert_findings(reading.findings, case.get("findings", ()), "severity", "sheet", "cell", *several)
    assert employees_of(reading, small_rules) == case.get("employees", {})
