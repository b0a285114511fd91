"""What ``perf explain`` says: where each score came from, and how everything led to total and grade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from perfcli.pipelines import score as pipeline
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.explanation import Explanation, explain
from perfcli.scoring.results import Results
from perfcli.text import Language, Wording
from support.sheets import Rows, write_workbook

HEADER = [
    *("工號", "姓名", "維修單數 目標", "維修單數 實際", "等候時間 目標", "等候時間 實際", "差錯 次數"),
    *("報告", "態度 自評", "態度", "培訓", "加減分", "加減分原因"),
]
USUAL = ["R1", "高一", 40, 37, 2, 2.5, 3, "通過", 90, "良", 70, None, None]


def scored(folder: Path, rules: Ruleset, rows: Rows) -> Results:
    sheet = write_workbook(folder / "sheet.xlsx", {"維修": [HEADER, *rows]})
    return pipeline.score(pipeline.Request([sheet], period="2026-11"), rules)


def explained(folder: Path, rules: Ruleset, **changes: object) -> Explanation:
    """The explanation of one employee with some cells changed, by their headers."""
    row = [changes.get(header, usual) for header, usual in zip(HEADER, USUAL, strict=True)]
    return explain(scored(folder, rules, [row]), "R1")


def with_measure(rules: Ruleset, measure: dict[str, Any], **keys: object) -> Ruleset:
    """The rules with another measure for the first indicator."""
    said = rules.rubrics["repairs"].model_dump(mode="json", by_alias=True)
    said["dimensions"][0]["indicators"][0] |= {"measure": measure, **keys}
    return replace(rules, rubrics={"repairs": Rubric.model_validate(said)})


def with_policy(rules: Ruleset, **changes: object) -> Ruleset:
    said = rules.policy.model_dump(mode="json", by_alias=True) | changes
    return replace(rules, policy=Policy.model_validate(said))


def words(steps: Explanation, indicator: str) -> str:
    """Where a score came from, as a reader of English sees it."""
    found = next(
        step for dimension in steps.dimensions for step in dimension.indicators if step.name.en == indicator
    )
    return "; ".join(term.in_language(Language.ENGLISH) for term in found.derivation)


def test_each_score_says_where_it_came_from(small_rules: Ruleset, tmp_path: Path) -> None:
    steps = explained(tmp_path, small_rules)
    assert words(steps, "Jobs") == "actual 37 ÷ target 40 × 100 = 92.5"
    assert words(steps, "Waiting time") == (
        "lower is better: target 2 ÷ actual 2.5 = 80% attained; reaches the tier ≥ 80, which scores 80"
    )
    assert words(steps, "Faults") == "100 − 5 × 3 occurrences = 85"
    assert words(steps, "Reports") == "Pass = 100"
    assert words(steps, "Attitude") == "B = 80; self 90 (for reference)"
    assert words(steps, "Training") == ""
    assert [steps.sum, steps.total] == ["85.25", "85.25"]


TIERS = [{"lower_bound": 100, "score": 100}, {"lower_bound": 80, "score": 60}, {"score": 10}]
LIMITS = [{"upper_bound": 30, "score": 100}, {"upper_bound": 60, "score": 40}, {"score": 0}]


@pytest.mark.parametrize(
    ("measure", "actual", "score", "told"),
    [
        ({"method": "ratio", "cap": 110}, 60, "110", "= 150; above the cap, so 110"),
        ({"method": "ratio", "floor": 20}, 4, "20", "= 10; below the floor, so 20"),
        ({"method": "ratio", "better": "lower"}, 0, "100", "the actual is 0: the highest score, 100"),
        ({"method": "ratio"}, "13.3333", "33.33", "× 100 = 33.33325"),
        ({"method": "tiers", "of": "attainment", "tiers": TIERS}, 31, "10", "reaches no tier"),
        (
            {"method": "tiers", "of": "attainment", "tiers": TIERS, "interpolate": True},
            *(36, "80", "between 80 (60) and 100 (100), in proportion"),
        ),
        ({"method": "tiers", "of": "attainment", "better": "lower", "tiers": TIERS}, 0, "100", "actual is 0"),
        (
            {"method": "tiers", "of": "actual", "better": "lower", "tiers": LIMITS},
            *(30.5, "40", "actual 30.5; reaches the tier ≤ 60, which scores 40"),
        ),
        ({"method": "deduction", "step": 30, "floor": 5}, 4, "5", "= -20; below the floor, so 5"),
        ({"method": "pass-fail"}, 40, "100", "the actual 40 reaches the target 40"),
        ({"method": "pass-fail", "better": "lower"}, 41, "0", "41 does not reach the target 40"),
    ],
)
def test_a_rule_is_shown_where_it_acts(
    small_rules: Ruleset,
    tmp_path: Path,
    measure: dict[str, Any],
    actual: str | float,
    score: str,
    told: str,
) -> None:
    steps = explained(tmp_path, with_measure(small_rules, measure), **{"維修單數 實際": float(actual)})
    assert told in words(steps, "Jobs")
    assert steps.dimensions[0].indicators[0].score == score
    assert steps.score_rule


def test_raters_say_what_they_counted_for(small_rules: Ruleset, tmp_path: Path) -> None:
    raters = {"self": 10, "superior": 90, "peer": 0, "share_missing": True}
    rules = with_policy(small_rules, raters=raters)
    header = ["工號", "姓名", "銷售額 自評", "銷售額 上級", "毛利率", "協作配合度 上級"]
    rows: Rows = [header, ["E1", "陳一", 80, 90, 70, 85]]
    sheet = write_workbook(tmp_path / "sheet.xlsx", {"銷售": rows})
    steps = explain(pipeline.score(pipeline.Request([sheet], period="2026-11"), rules), "E1")
    assert words(steps, "Sales revenue") == "raters by weight: self 80 × 10%, superior 90 × 90%"
    told = "raters by weight, those who gave a score sharing the rest: superior 85 × 100%"
    assert words(steps, "Cooperation") == told
    assert steps.dimensions[0].indicators[0].derivation_rule.endswith("raters")
    assert steps.dimensions[0].indicators[0].score == "89"


def test_shared_weights_add_up_and_are_shown(small_rules: Ruleset, tmp_path: Path) -> None:
    steps = explained(tmp_path, small_rules, 培訓="不適用")
    conduct = steps.dimensions[1]
    assert [(step.own_weight, step.weight, step.score) for step in conduct.indicators] == [
        ("10", "13.333333", "100"),
        ("20", "26.666667", "80"),
        ("10", "0", ""),
    ]
    assert Fraction(Decimal(conduct.points)) == Fraction("34.666667")
    assert steps.total == "86.92"


def test_adjustment_and_limits(small_rules: Ruleset, tmp_path: Path) -> None:
    steps = explained(tmp_path, small_rules, 加減分=1.5, 加減分原因="雙十一值班")
    assert (steps.sum, steps.adjustment, steps.adjusted, steps.total) == ("85.25", "+1.5", "86.75", "86.75")
    assert steps.adjustment_reason == "雙十一值班"
    assert (steps.limit, steps.limit_rule) == ("", "")
    best = {"維修單數 實際": 40, "等候時間 實際": 2, "差錯 次數": 0, "態度": 100, "培訓": 100}
    steps = explained(tmp_path, small_rules, **best, 加減分=5, 加減分原因="雙十一值班")
    assert (steps.adjusted, steps.limit, steps.total) == ("105", "100", "100.00")
    assert "highest_total" in steps.limit_rule
    worst = {"維修單數 實際": 0, "等候時間 實際": 9, "差錯 次數": 20, "報告": "不通過", "態度": 0, "培訓": 1}
    steps = explained(tmp_path, small_rules, **worst, 加減分=-5, 加減分原因="遲交月報")
    assert (steps.adjustment, steps.adjusted, steps.limit, steps.total) == ("-5", "-4.9", "0", "0.00")


def test_a_veto_is_named_beside_the_grade_of_the_total(small_rules: Ruleset, tmp_path: Path) -> None:
    veto = {"below": 95, "highest_grade": "qualified"}
    rules = with_measure(small_rules, {"method": "ratio"}, veto=veto)
    steps = explained(tmp_path, rules)
    assert steps.earned_grade is not None
    assert (steps.earned_grade.id, steps.grade.id) == ("good", "qualified")
    (named,) = steps.vetoes
    assert (named.name.en, named.score, named.below, named.highest_grade.id) == (
        "Jobs",
        "92.5",
        "95",
        "qualified",
    )
    steps = explained(tmp_path, rules, **{"維修單數 實際": 38})
    assert (steps.earned_grade, steps.vetoes) == (None, ())


@pytest.mark.parametrize("language", list(Language))
def test_every_step_can_be_said_in_each_language(
    small_rules: Ruleset, tmp_path: Path, language: Language
) -> None:
    steps = explained(tmp_path, small_rules, 培訓="不適用")
    wording = Wording(language)
    for dimension in steps.dimensions:
        for step in dimension.indicators:
            assert all(term.in_language(wording.language) for term in step.derivation)
