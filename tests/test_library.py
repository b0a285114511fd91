"""The library does what the commands do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import perfcli
from perfcli.sealed.raises import RAISES
from perfcli.sealed.rollups import ROLLUPS
from support.command import ROOT, perf
from support.rollups import ENGLISH

EXAMPLES = ROOT / "examples"
RULES = ROOT / "rubrics"
ROSTER = EXAMPLES / "roster.xlsx"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The results of the months of a quarter and of its own appraisal, by the command."""
    folder = tmp_path_factory.mktemp("quarter")
    paths = []
    for period in ("2026-10", "2026-11", "2026-12", "2026Q4"):
        paths.append(folder / f"{period}.result.xlsx")
        sheets = sorted((EXAMPLES / period).glob("*.xlsx"))
        assert perf("score", *sheets, "-o", paths[-1], "-q").code == 0
    return paths


def test_rolls_up_and_pays_as_the_commands_do(results: list[Path], tmp_path: Path) -> None:
    ran = perf(
        "rollup",
        *results,
        "--roster",
        ROSTER,
        "--rubrics",
        RULES,
        "-o",
        "q.xlsx",
        "--lang",
        "en",
        folder=tmp_path,
    )
    assert ran.code == 0, ran.err
    quarter = tmp_path / "q.xlsx"
    made = perfcli.rollup(*results, roster=ROSTER, rubrics=RULES)
    assert ROLLUPS.workbook(made, ENGLISH) == quarter.read_bytes()
    assert list(perfcli.verify(quarter)) == []
    paid = perfcli.bonus(quarter, roster=ROSTER)
    ran = perf("bonus", quarter, "--roster", ROSTER, "-o", "b.xlsx", "--json", folder=tmp_path)
    assert ran.code == 0, ran.err
    amounts = dict(zip(paid.frame["employee_id"], paid.frame["amount"], strict=True))
    said = {one["employee_id"]: one["amount"] for one in json.loads(ran.out)["employees"]}
    assert said == pytest.approx(amounts)
    raised = perfcli.raises(quarter, roster=ROSTER, effective="2027-01-01")
    assert len(raised.frame)
    assert RAISES.workbook(raised, ENGLISH)


def test_explains_down_to_the_part(results: list[Path], tmp_path: Path) -> None:
    quarter = tmp_path / "q.xlsx"
    quarter.write_bytes(ROLLUPS.workbook(perfcli.rollup(*results, roster=ROSTER), ENGLISH))
    record = perfcli.explain(quarter, "E001")
    parts = record["parts"]
    assert isinstance(parts, list)
    assert [one["part"] for one in parts] == ["2026-10", "2026-11", "2026-12", "2026Q4"]
    with pytest.raises(KeyError):
        perfcli.explain(quarter, "E999")
