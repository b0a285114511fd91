"""Where scores come from: decided once in a run, kept with the results, asked by everything that follows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from perfcli.exports.results_table import results_csv
from perfcli.files.reader import Access
from perfcli.pipelines.score import Request, score
from perfcli.pipelines.stored import open_product
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring import judgements
from perfcli.scoring.explanation import explain
from perfcli.scoring.judgements import Judgements, judge
from perfcli.scoring.origins import Origin
from perfcli.scoring.records import results_record
from perfcli.scoring.results import Results, origin_key, public_columns
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from support.sheets import Rows, write_workbook

WORDING = Wording(Language.ENGLISH)
HEADER = [
    *("工號", "姓名", "維修單數 目標", "維修單數 實際", "維修單數", "等候時間 目標", "等候時間 實際"),
    *("差錯 次數", "報告", "態度 自評", "態度 上級", "態度", "培訓"),
]
PEOPLE: Rows = [
    HEADER,
    ["R1", "高一", 40, 37, None, 2, 2.5, 3, "通過", 90, 85, None, 70],
    ["R2", "林二", None, None, 80, 2, 2.5, 3, 60, None, 85, None, "不適用"],
    ["R3", "陳三", 40, 37, 92.5, 2, 2.5, 0, "不通過", 90, None, None, 71],
    ["R4", "黃四", 40, 37, None, 2, 2.5, 0, "通過", None, None, "良", 72],
]
EXPECTED = {
    "jobs": ["measured", "typed", "measured", "measured"],
    "waiting": ["measured"] * 4,
    "faults": ["measured"] * 4,
    "reports": ["level", "typed", "level", "level"],
    "attitude": ["raters", "superior", "self", "level"],
    "training": ["typed", "not-applicable", "typed", "typed"],
}


def scored(folder: Path, rules: Ruleset, rows: Rows = PEOPLE) -> Results:
    sheet = write_workbook(folder / "sheet.xlsx", {"維修": rows})
    return score(Request([sheet], period="2026-11"), rules)


def shared(rules: Ruleset) -> Ruleset:
    """The rules with raters who share the weight of those who gave no score."""
    raters = {"self": 10, "superior": 90, "peer": 0, "share_missing": True}
    said = rules.policy.model_dump(mode="json", by_alias=True) | {"raters": raters}
    return replace(rules, policy=Policy.model_validate(said))


def origins(frame: pd.DataFrame) -> dict[str, list[str]]:
    people = frame.sort_values("employee_id")
    return {indicator: people[origin_key(indicator)].tolist() for indicator in EXPECTED}


def test_each_score_has_its_origin(small_rules: Ruleset, tmp_path: Path) -> None:
    results = scored(tmp_path, shared(small_rules))
    assert origins(results.frame) == EXPECTED
    assert {str(results.frame[origin_key(one)].dtype) for one in EXPECTED} == {"category"}
    assert {origin for column in EXPECTED.values() for origin in column} <= set(Origin)


def test_a_workbook_of_results_gives_the_same_origins(small_rules: Ruleset, tmp_path: Path) -> None:
    results = scored(tmp_path, shared(small_rules))
    path = tmp_path / "result.xlsx"
    path.write_bytes(RESULTS.workbook(results, WORDING))
    opened = open_product(path, Access()).stored.content
    pd.testing.assert_frame_equal(opened.frame, results.frame)
    for who in ("R1", "R2", "R3", "R4"):
        assert explain(opened, who) == explain(results, who)


def test_scores_are_judged_once_in_a_run(
    small_rules: Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watched(people: pd.DataFrame, rubric: Rubric, indicator: Indicator, policy: Policy) -> Judgements:
        seen.append(indicator.id)
        return judge(people, rubric, indicator, policy)

    monkeypatch.setattr(judgements, "judge", watched)
    results = scored(tmp_path, shared(small_rules))
    explain(results, "R1")
    RESULTS.workbook(results, WORDING)
    assert sorted(seen) == sorted(EXPECTED)


def test_origins_are_for_perf_alone(small_rules: Ruleset, tmp_path: Path) -> None:
    results = scored(tmp_path, shared(small_rules))
    assert not any("origin" in key for key in public_columns(results.frame))
    header = results_csv(results).decode("utf-8-sig").splitlines()[0]
    assert "jobs.score" in header
    assert "origin" not in header
    assert "origin" not in json.dumps(results_record(results, WORDING))


def test_only_what_a_superior_typed_is_called_theirs(small_rules: Ruleset, tmp_path: Path) -> None:
    header = [*HEADER[:5], "維修單數 自評", *HEADER[5:]]
    others = [2, 2.5, 3, "通過", 60, None, "良", 70]
    rows: Rows = [
        header,
        ["R1", "高一", 40, 37, 92.5, 60, *others],  # the score cell holds what target and actual give
        ["R2", "林二", None, None, 92.5, 60, *others],
    ]
    sheet = write_workbook(tmp_path / "sheet.xlsx", {"維修": rows})
    found = [
        (one.code, one.place.cell) for one in score(Request([sheet], period="2026-11"), small_rules).findings
    ]
    assert found == [("self-superior-gap", "K2"), ("self-superior-gap", "F3"), ("self-superior-gap", "K3")]


def test_one_rater_beside_a_typed_score_is_for_reference(small_rules: Ruleset, tmp_path: Path) -> None:
    raters = {"self": 10, "superior": 90, "peer": 0}
    said = small_rules.policy.model_dump(mode="json", by_alias=True) | {"raters": raters}
    rules = replace(small_rules, policy=Policy.model_validate(said))
    results = scored(tmp_path, rules, [HEADER, [*PEOPLE[1][:9], 90, None, "良", 70]])
    (words,) = [
        step.derivation
        for dimension in explain(results, "R1").dimensions
        for step in dimension.indicators
        if step.name.en == "Attitude"
    ]
    assert [one.in_language(Language.ENGLISH) for one in words] == ["B = 80", "self 90 (for reference)"]
