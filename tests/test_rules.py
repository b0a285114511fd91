"""The rules: what the shipped ones say, where they are looked up, and what a user reads of a mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from perfcli.errors import FileError, RulesError
from perfcli.findings import Severity
from perfcli.pipelines import score as pipeline
from perfcli.rules.loader import check_rules, load_ruleset, rules_folder, shipped
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.periods import days
from perfcli.rules.ruleset import Ruleset
from support.companies import shipped_copy
from support.expectations import assert_findings
from support.sources import finding_codes

BAD = Path(__file__).parent / "bad_rubrics"
CASES = sorted(BAD.glob("*.yaml"), key=lambda path: path.name)

# POLICY: section 5 of the company's policy, points of 100.
SECTION_5 = """
operations 電商運營團隊
  業績指標 50: 銷售額 30, 毛利率 15, 新客戶獲取數量 5
  運營指標 30: 店鋪流量 10, 轉化率 10, 庫存周轉率 5, 活動策劃與執行效果 5
  團隊協作與溝通 10: 與其他部門的協作配合度 5, 內部團隊溝通效率與效果 5
  學習與成長 10: 行業知識學習與應用 5, 個人技能提升 5
customer-service 客服團隊
  服務質量指標 50: 客戶滿意度 30, 投訴率 10, 響應時間 10
  銷售指標 20: 引導購買成功率 10, 追加銷售金額 10
  團隊協作與溝通 15: 與運營、售後等部門的協作配合度 10, 內部團隊溝通與經驗分享 5
  學習與成長 15: 產品知識掌握程度 5, 服務技巧提升 5, 行業新規學習 5
marketing 市場推廣團隊
  推廣效果指標 50: 品牌曝光量 20, 流量引入量 15, 營銷活動轉化率 15
  創意與策劃能力 20: 推廣創意新穎性 10, 活動策劃完整性與可行性 10
  團隊協作與溝通 15: 與運營、客服等部門的協作配合度 10, 內部團隊溝通與資源整合 5
  學習與成長 15: 市場趨勢把握 5, 新推廣渠道與技術應用 5, 數據分析能力提升 5
logistics 物流售後團隊
  物流配送指標 40: 發貨及時率 20, 配送準確率 10, 物流成本控制 10
  售後服務指標 40: 退換貨處理及時率 20, 售後問題解決滿意度 15, 客戶回訪率 5
  團隊協作與溝通 10: 與運營、客服等部門的協作配合度 5, 內部團隊溝通與流程優化 5
  學習與成長 10: 物流與售後政策法規學習 5, 服務流程優化與創新 5
"""


def expectations(path: Path) -> dict[str, Any]:
    """What the comment at the top of a bad file expects."""
    lines = path.read_bytes().splitlines()
    head = [line[2:].decode() for line in lines[: lines.index(b"")] if line.startswith(b"# ")]
    expected: dict[str, Any] = yaml.safe_load("\n".join(head[1:]))
    return expected


def written(rubric: Rubric) -> str:
    """A rubric in the manner of ``SECTION_5``."""
    lines = [f"{rubric.team} {rubric.name.zh_hant}"]
    for dimension in rubric.dimensions:
        indicators = ", ".join(f"{one.name.zh_hant} {one.weight}" for one in dimension.indicators)
        lines.append(f"  {dimension.name.zh_hant} {dimension.weight}: {indicators}")
    return "\n".join(lines)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_mistake_is_told_with_its_place_and_its_cure(path: Path, tmp_path: Path) -> None:
    expected = expectations(path)
    folder = shipped_copy(tmp_path / "rubrics")
    (folder / expected["file"]).write_bytes(path.read_bytes())
    ruleset, findings = check_rules(folder)
    assert ruleset is None
    assert {(found.place.file, found.severity) for found in findings} == {(expected["file"], Severity.ERROR)}
    assert_findings(findings, expected["findings"], "line", "path")


def test_every_code_of_the_rules_has_a_bad_file() -> None:
    shown = {finding["code"] for path in CASES for finding in expectations(path)["findings"]}
    elsewhere = {
        "calendar-of-another-country",
        "copied-rules",
        "day-off-and-working",
        "no-calendar-file",
        "no-policy",
        "no-rubrics",
        "no-such-folder",
        "unreadable-file",
        "unconfirmed",
    }
    assert shown | elsewhere == finding_codes("rules")


def test_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder = shipped_copy(tmp_path / "rubrics")
    for name, old, new in (
        ("policy.yaml", "lower_bound: 0", "lower_bound: 10"),
        ("marketing.yaml", "weight: 20", "weight: 21"),
        ("logistics.yaml", "team: logistics", "teem: logistics"),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    (folder / "broken.yaml").write_text("team: [", encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_ruleset(folder)
    assert {(found.place.file, found.code) for found in caught.value.findings} >= {
        ("policy.yaml", "lowest-bound-not-0"),
        ("marketing.yaml", "indicators-not-dimension"),
        ("logistics.yaml", "unknown-key"),
        ("logistics.yaml", "missing-key"),
        ("broken.yaml", "yaml-syntax"),
    }
    assert caught.value.exit_code == 3


def test_a_folder_without_rules_says_what_is_missing(tmp_path: Path) -> None:
    ruleset, findings = check_rules(tmp_path)
    assert ruleset is None
    assert_findings(
        findings,
        [
            {"code": "no-policy", "zh": "沒有 policy.yaml", "en": "perf init FOLDER"},
            {"code": "no-rubrics", "zh": "沒有團隊的評分標準", "en": "There are no rubrics"},
        ],
    )


def test_a_policy_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    folder = shipped_copy(tmp_path / "rubrics")
    (folder / "policy.yaml").unlink()
    (folder / "policy.yaml").mkdir()
    assert [found.code for found in check_rules(folder)[1]] == ["unreadable-file"]


class TestTheShippedRules:
    def test_equal_the_policy_to_the_point(self, shipped_rules: Ruleset) -> None:
        order = [line.split()[0] for line in SECTION_5.splitlines() if line and not line.startswith(" ")]
        assert "\n".join(written(shipped_rules.rubrics[team]) for team in order) == SECTION_5.strip()
        assert sorted(shipped_rules.rubrics) == sorted(order)

    def test_name_the_four_grades(self, shipped_rules: Ruleset) -> None:
        names = [grade.name.zh_hant for grade in shipped_rules.policy.grades_from_top]
        assert names == ["優秀", "良好", "合格", "不合格"]

    def test_mark_what_the_policy_leaves_open(self) -> None:
        _, findings = check_rules(shipped("rubrics"))
        assert {found.severity for found in findings} == {Severity.WARNING}
        assert {found.code for found in findings} == {"unconfirmed"}
        assert [found.place.path for found in findings] == [
            *("grades", "rounding", "raters", "not_applicable", "adjustments", "highest_total"),
            *("rollup", "bonus", "raises", "salary", "promotion", "appeal", "calendar"),
            "dimensions[3].indicators[0].measure",
            *("dimensions", "dimensions"),
        ]

    def test_say_everything_in_both_languages(self, shipped_rules: Ruleset) -> None:
        for rubric in shipped_rules.rubrics.values():
            names = [one.name for group in (rubric.dimensions, rubric.indicators) for one in group]
            assert all(name.zh_hant and name.en for name in (rubric.name, *names))
            for indicator in rubric.indicators:
                assert indicator.description
                assert indicator.description.zh_hant
                assert indicator.description.en


def test_weights_are_the_decimals_that_stand_in_the_file(tmp_path: Path) -> None:
    folder = shipped_copy(tmp_path / "rubrics")
    weights = ["33.333333", "33.333333", "33.333334"]
    indicators = ", ".join(f"{{id: i{n}, name: 指標{n}, weight: {w}}}" for n, w in enumerate(weights))
    dimension = f"{{id: all, name: 全部, weight: 100.00, indicators: [{indicators}]}}"
    text = f"team: thirds\nname: 三分\ndimensions: [{dimension}]\n"
    (folder / "thirds.yml").write_text(text, encoding="utf-8")
    rubric = load_ruleset(folder).rubrics["thirds"]
    assert [indicator.weight for indicator in rubric.indicators] == [Decimal(weight) for weight in weights]
    assert sum(indicator.weight for indicator in rubric.indicators) == Decimal(100)


@pytest.mark.parametrize("mark", ["\ufeff", ""], ids=["with a byte order mark", "without"])
def test_notepad_s_byte_order_mark_and_windows_lines_are_fine(mark: str, tmp_path: Path) -> None:
    folder = shipped_copy(tmp_path / "rubrics")
    path = folder / "operations.yaml"
    text = mark + path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert load_ruleset(folder).rubrics["operations"].team == "operations"


class TestAFifthTeam:
    """A company adds a team by adding one file."""

    TEXT = """
team: design
name: {zh-Hant: 設計團隊, en: Design}
dimensions:
  - {id: results, name: 成果, weight: 100, indicators: [{id: quality, name: 設計質量, weight: 100}]}
"""

    def folder(self, tmp_path: Path) -> Path:
        folder = shipped_copy(tmp_path / "rubrics")
        (folder / "design.yaml").write_text(self.TEXT, encoding="utf-8")
        return folder

    def test_is_listed(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "perfcli", "rubric", "list", "--rubrics", str(self.folder(tmp_path))]
        environment = {**os.environ, "PERF_LANG": "en", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, env=environment, capture_output=True, check=True, encoding="utf-8")
        for team in ("design", "operations", "customer-service", "marketing", "logistics"):
            assert team in done.stdout

    def test_is_scored(self, tmp_path: Path) -> None:
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        for row in (["工號", "姓名", "設計質量"], ["D1", "林小雨", 91.5]):
            sheet.append(row)
        workbook.save(tmp_path / "sheet.xlsx")
        ruleset = load_ruleset(self.folder(tmp_path))
        results = pipeline.score(pipeline.Request([tmp_path / "sheet.xlsx"], period="2026-11"), ruleset)
        outcome = results.frame[["team", "total", "grade", "rank"]].to_numpy().tolist()
        assert outcome == [["design", 91.5, "excellent", 1]]


class TestWhereRulesAreLookedUp:
    """``--rubrics``, then ``PERF_RUBRICS``, then ``./rubrics``, then the built-in ones."""

    def test_in_this_order(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        chosen, named, here = tmp_path / "chosen", tmp_path / "named", tmp_path / "here"
        for folder in (chosen, named, here / "rubrics"):
            folder.mkdir(parents=True)
        monkeypatch.chdir(tmp_path)
        assert rules_folder() == shipped("rubrics")
        monkeypatch.chdir(here)
        assert rules_folder().resolve() == (here / "rubrics").resolve()
        monkeypatch.setenv("PERF_RUBRICS", str(named))
        assert rules_folder() == named
        assert rules_folder(chosen) == chosen

    def test_and_one_that_is_not_there_is_said_and_not_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(FileError) as caught:
            rules_folder(tmp_path / "nowhere")
        assert caught.value.findings[0].code == "no-such-folder"
        monkeypatch.setenv("PERF_RUBRICS", str(tmp_path / "nowhere"))
        with pytest.raises(FileError):
            rules_folder()


def test_what_was_stored_with_a_result_loads_again(shipped_rules: Ruleset) -> None:
    for rubric in shipped_rules.rubrics.values():
        assert Rubric.model_validate(json.loads(rubric.model_dump_json(by_alias=True))) == rubric
    policy = shipped_rules.policy
    assert Policy.model_validate(json.loads(policy.model_dump_json(by_alias=True))) == policy


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_the_days_of_a_period(period: str, first: str, last: str) -> None:
    assert tuple(map(str, days(period))) == (first, last)


class TestFolder:
    """What lies in a folder on a share beside the rules."""

    @pytest.mark.parametrize(
        "name", ["._sales.yaml", ".policy.yaml.swp", "~$sales.yaml", "notes.txt", "Thumbs.db"]
    )
    def test_what_is_hidden_is_passed_over(self, tmp_path: Path, name: str) -> None:
        folder = shipped_copy(tmp_path / "rubrics")
        (folder / name).write_bytes(b"\0\5\x16\7 no YAML")
        assert load_ruleset(folder).rubrics == load_ruleset(shipped("rubrics")).rubrics

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "marketing (1).yaml",
                "marketing（2）.yaml",
                "marketing - Copy.yaml",
                "marketing - Copy (2).yaml",
            ),
            *("marketing copy.yaml", "marketing copy 2.yaml", "Copy of marketing.yaml", "marketing.yml"),
            *(
                "marketing - 複製.yaml",
                "marketing - 复制 (3).yaml",
                "marketing - 副本.yaml",
                "marketing的副本.yaml",
            ),
            *(
                "副本 marketing.yaml",
                "MARKETING (1).YAML",
                "marketing (Ann's conflicted copy 2026-11-02).yaml",
            ),
            *(
                "marketing_conflict-20261102-091500.yaml",
                "marketing_衝突文件.yaml",
                "policy - 複製.yaml",
                "policy (1).yml",
            ),
        ],
    )
    def test_a_copy_is_called_one(self, tmp_path: Path, name: str) -> None:
        folder = shipped_copy(tmp_path / "rubrics")
        original = "policy.yaml" if name.startswith("policy") else "marketing.yaml"
        (folder / name).write_bytes((folder / original).read_bytes())
        ruleset, findings = check_rules(folder)
        assert ruleset is None
        errors = [found for found in findings if found.severity is Severity.ERROR]
        assert [(one.code, one.place.file, one.values["original"]) for one in errors] == [
            ("copied-rules", name, original)
        ]

    def test_a_conflict_of_another_name_is_told_at_the_longer_one(self, tmp_path: Path) -> None:
        folder = shipped_copy(tmp_path / "rubrics")
        (folder / "marketing-DESKTOP-7.yaml").write_bytes((folder / "marketing.yaml").read_bytes())
        errors = [one for one in check_rules(folder)[1] if one.severity is Severity.ERROR]
        assert [(one.code, one.place.file, one.values["name"]) for one in errors] == [
            ("duplicate-team", "marketing-DESKTOP-7.yaml", "marketing")
        ]

    def test_endings_may_be_in_capitals(self, tmp_path: Path) -> None:
        folder = shipped_copy(tmp_path / "rubrics")
        (folder / "marketing.yaml").rename(folder / "MARKETING.YAML")
        (folder / "policy.yaml").rename(folder / "Policy.yml")
        ruleset, _ = check_rules(folder)
        assert ruleset is not None
        assert set(ruleset.rubrics) == {"operations", "customer-service", "marketing", "logistics"}

    def test_a_name_that_only_looks_like_a_copy_is_a_file_of_its_own(self, tmp_path: Path) -> None:
        folder = shipped_copy(tmp_path / "rubrics")
        (folder / "marketing.yaml").rename(folder / "marketing (2026).yaml")
        (folder / "operations.yaml").rename(folder / "copywriters.yaml")
        assert check_rules(folder)[0] is not None


@pytest.mark.parametrize("key", ["promotion", "appeal", "rollup", "calendar"])
def test_what_a_later_version_asks_for_may_be_absent(key: str, tmp_path: Path) -> None:
    folder = shipped_copy(tmp_path / "rubrics")
    policy = yaml.safe_load((folder / "policy.yaml").read_text(encoding="utf-8"))
    del policy[key]
    policy["unconfirmed"] = [path for path in policy["unconfirmed"] if not path.startswith(key)]
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    ruleset, findings = check_rules(folder)
    assert ruleset is not None, findings
