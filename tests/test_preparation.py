"""Plans, self-evaluations and daily records: what is read from them, and what a user reads of bad ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfcli.files.reader import Book, read_book
from perfcli.findings import Finding
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.contributions import Contributions, agreed_targets, read_contributions
from perfcli.sheets.daily_records import Expected, read_records
from perfcli.sheets.preparation import Preparation, Sources
from perfcli.sheets.reading import Chosen
from perfcli.sheets.score_sheets import read_score_sheets
from support.expectations import assert_findings
from support.sheets import Rows, write_workbook

PLAN: Rows = [
    ["工號", "姓名", "維修單數 目標", "等候時間（目標）"],
    ["R1", "高一", 40, 2],
    ["R2", "高二", 30, 2.5],
]
SELF: Rows = [["工號", "姓名", "態度", "培訓 自評"], ["R1", "高一", "優", 80], ["R2", "高二", 77, "不適用"]]
RECORDS: Rows = [
    ["日期", "工號", "姓名", "指標", "經過", "證據", "扣分"],
    ["2026-11-03", "R1", "高一", "差錯", "裝錯零件", "工單 17", None],
    ["2026/11/04", "r1", "高一", "Faults", "漏裝零件", "工單 21", 10],
    ["2026-11-30", "R2", "高二", "態度", "客戶來信表揚", "郵件", None],
]


def book(folder: Path, rows: Rows, name: str = "book.xlsx", **mark: str) -> Book:
    return replace(read_book(write_workbook(folder / name, {"維修": rows})), mark=mark)


def told(code: str, cell: str, zh: str, en: str, severity: str = "error") -> dict[str, str]:
    return {"code": code, "cell": cell, "zh": zh, "en": en, "severity": severity}


def contributions(folder: Path, rows: Rows, rules: Ruleset, kind: Kind) -> Contributions:
    return read_contributions([book(folder, rows)], rules, Chosen("", "2026-11"), kind)


def values(frame: pd.DataFrame) -> list[list[Any]]:
    """The rows with None for NaN."""
    rows: list[list[Any]] = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return rows


class TestContributions:
    def test_a_plan_gives_targets(self, tmp_path: Path, small_rules: Ruleset) -> None:
        plan = contributions(tmp_path, PLAN, small_rules, Kind.PLAN)
        assert plan.findings == ()
        frame = plan.frame[["employee_id", "name", "team", "jobs.target", "waiting.target"]]
        assert values(frame) == [["R1", "高一", "repairs", 40, 2], ["R2", "高二", "repairs", 30, 2.5]]
        assert agreed_targets(plan.frame)["r2"].keys() == {"jobs", "waiting"}

    HEADER = ("工號", "姓名", "態度 自評", "培訓 自評")

    @pytest.mark.parametrize(
        ("sheets", "scores", "codes"),
        [
            (
                [[["R1", "高一", 80, 70], ["R2", "高二"]], [["R1", "高一"], ["R2", "高二", 90, 60]]],
                {"R1": 80, "R2": 90},
                [],
            ),
            (
                [[["R1", "高一", 80, 70], ["R2", "高二"]], [["r1", "高一", 81, 71], ["R2", "高二", 90, 60]]],
                {"R1": 80, "R2": 90, "r1": 81},
                ["duplicate-employee", "duplicate-employee"],
            ),
            (
                [[["R1", "高一", 80, 70], ["R2", "高二"]], [["R1", "高一", 80, 70], ["R2", "高二"]]],
                {"R1": 80, "R2": None},
                ["duplicate-employee", "duplicate-employee", "left-blank", "left-blank"],
            ),
            (
                [[["R1", "高一", 80, 70], ["R2", "高二"]], [["R1", "高三"], ["R2", "高二", 90, 60]]],
                {"R1": None, "R2": 90},
                ["duplicate-employee", "duplicate-employee", "left-blank", "left-blank"],
            ),
            (
                [[["R1", "高一", 80, 70]], [["R1", "高一"], ["R2", "高二", "不適用", 60]]],
                {"R1": 80, "R2": None},
                [],
            ),
            (
                [[["R1", "高一", "很好", 70]], [["R1", "高一"], ["R2", "高二", 90, 60]]],
                {"R1": None, "R2": 90},
                ["not-a-number"],
            ),
        ],
    )
    def test_everybody_may_fill_in_a_sheet_of_the_whole_team(
        self,
        sheets: list[Rows],
        scores: dict[str, float | None],
        codes: list[str],
        tmp_path: Path,
        small_rules: Ruleset,
    ) -> None:
        books = [book(tmp_path, [self.HEADER, *rows], f"{number}.xlsx") for number, rows in enumerate(sheets)]
        own = read_contributions(books, small_rules, Chosen("", "2026-11"), Kind.SELF)
        found = values(own.frame[["employee_id", "attitude.self"]])
        assert dict(found) == scores
        assert sorted(one.code for one in own.findings if "alike" not in one.code) == codes

    def test_a_bare_name_is_a_target_in_a_plan_and_a_self_score_in_a_self_evaluation(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [["工號", "姓名", "維修單數"], ["R1", "高一", 40]]
        plan = contributions(tmp_path, rows, small_rules, Kind.PLAN)
        own = contributions(tmp_path, rows, small_rules, Kind.SELF)
        assert plan.frame["jobs.target"].tolist() == own.frame["jobs.self"].tolist() == [40]

    def test_a_bare_name_stays_the_score_beside_one_that_says_self(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [["工號", "姓名", "態度 自評", "態度", "培訓"], ["R1", "高一", "優", "良", 70]]
        own = contributions(tmp_path, rows, small_rules, Kind.SELF)
        assert own.findings == ()
        assert values(own.frame[["attitude.self", "training.self"]]) == [[95, 70]]

    def test_a_self_evaluation_gives_self_scores_and_levels(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        own = contributions(tmp_path, SELF, small_rules, Kind.SELF)
        assert own.findings == ()
        assert values(own.frame[["attitude.self", "training.self"]]) == [[95, 80], [77, None]]

    def test_what_is_left_blank_is_told(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows = [PLAN[0], ["R1", "高一", None, 2], ["R2", "高二", 0, 2.5]]
        plan = contributions(tmp_path, rows, small_rules, Kind.PLAN)
        expected = [
            told("left-blank", "C2", "R1 高一 的「維修單數 目標」沒有填", "has no “Jobs target”", "warning"),
            told("target-not-positive", "C3", "目標必須大於 0", "must be above 0"),
        ]
        assert_findings(plan.findings, expected, "cell", "severity")

    def test_a_plan_without_targets_says_so(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [["工號", "姓名", "維修單數 實際", "報告"], ["R1", "高一", 40, 5]]
        found = contributions(tmp_path, rows, small_rules, Kind.SELF).findings
        assert "nothing-filled-in" not in {one.code for one in found}
        rows = [["工號", "姓名", "維修單數 實際", "等候時間 實際"], ["R1", "高一", 40, 5]]
        found = contributions(tmp_path, rows, small_rules, Kind.PLAN).findings
        assert {one.code for one in found} == {"nothing-filled-in"}

    def test_a_sheet_of_another_kind_is_refused(self, tmp_path: Path, small_rules: Ruleset) -> None:
        made = book(tmp_path, PLAN, kind="template", sheet="plan", team="repairs")
        found = read_contributions([made], small_rules, Chosen(), Kind.SELF).findings
        expected = {
            "code": "other-kind",
            "zh": "這是績效計劃表，不是自評表",
            "en": "This is a plan, not a self-evaluation",
        }
        assert_findings([one for one in found if one.code == "other-kind"], [expected])
        scores = read_score_sheets([made], small_rules, Chosen())
        assert [one.code for one in scores.findings] == ["other-kind"]


def recorded(folder: Path, rows: Rows, rules: Ruleset, **mark: str) -> tuple[pd.DataFrame, list[Finding]]:
    expected = Expected(rules.rubrics["repairs"], "2026-11", {"r1", "r2"})
    return read_records([book(folder, rows, **mark)], expected)


class TestRecords:
    def test_occurrences_are_counted_and_points_are_steps(self, tmp_path: Path, small_rules: Ruleset) -> None:
        counts, findings = recorded(tmp_path, [["日常記錄"], [], *RECORDS, [None, None, "高三"]], small_rules)
        assert findings == []
        assert counts["faults.actual"].to_dict() == {"r1": 3.0}

    def test_every_mistake_is_told_at_once(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows = [
            RECORDS[0],
            ["2026-10-31", "R1", "", "差錯", "", "", None],
            ["三號", "R1", "", "差錯", "", "", None],
            ["2026-11-03", "R9", "", "差錯", "", "", None],
            ["2026-11-03", None, "高一", "差錯", "", "", None],
            ["2026-11-03", "R1", "", "遲到", "", "", None],
            ["2026-11-03", "R1", "", "差錯", "", "", 7],
            ["2026-11-03", "R1", "", "差錯", "", "", "五分"],
            ["2026-11-03", "R1", "", "態度", "", "", 5],
        ]
        counts, findings = recorded(tmp_path, rows, small_rules)
        expected = [
            told("outside-period", "A2", "2026-10-31 不在考核周期 2026-11 之內", "not within the period"),
            told("not-a-date", "A3", "三號", "三號"),
            told("unknown-employee-id", "B4", "名冊裡沒有工號「R9」", "no employee id “R9”"),
            told("missing-employee-id", "B5", "高一", "高一"),
            told("unknown-indicator", "D6", "維修團隊沒有「遲到」這項指標", "has no indicator “遲到”"),
            told("points-not-steps", "G7", "每次扣 5 分，扣分「7」不是", "costs 5 points"),
            told("not-a-number", "G8", "「扣分」填的「五分」不是數字", "“五分”"),
            told("points-not-used", "G9", "「態度」不按次數扣分", "does not lose points", "warning"),
        ]
        assert_findings(findings, expected, "cell", "severity")
        assert counts.empty

    def test_numbers_that_nobody_knows_may_be_occurrences(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*RECORDS[0], "次數", "年齡"], ["2026-11-03", "R1", "", "差錯", "", "", None, 3, 35]]
        _, findings = recorded(tmp_path, rows, small_rules)
        told_of = {
            "code": "unread",
            "cell": "H1",
            "severity": "error",
            "zh": "「次數」這一列",
            "en": "“次數”",
        }
        assert_findings([one for one in findings if one.code == "unread"], [told_of], "cell", "severity")
        expected = Expected(small_rules.rubrics["repairs"], "2026-11", {"r1"}, accept=("unread",))
        counts, findings = read_records([book(tmp_path, rows)], expected)
        assert [one.code for one in findings] == ["columns-not-read"]
        assert counts["faults.actual"].to_dict() == {"r1": 1.0}

    def test_a_workbook_without_records_says_so(self, tmp_path: Path, small_rules: Ruleset) -> None:
        _, findings = recorded(tmp_path, [["工號", "姓名"]], small_rules)
        assert_findings(
            findings, [{"code": "no-record-table", "zh": "沒有找到日常記錄", "en": "No daily records"}]
        )
        _, findings = recorded(tmp_path, RECORDS, small_rules, kind="template", sheet="plan")
        assert [one.code for one in findings] == ["other-kind"]


class TestPreparation:
    def prepare(self, folder: Path, rules: Ruleset) -> Preparation:
        sources = Sources(
            plans=[book(folder, PLAN, name="plan.xlsx")],
            self_evaluations=[book(folder, SELF, name="self.xlsx")],
            records=[book(folder, RECORDS, name="records.xlsx")],
        )
        return Preparation(sources, rules, Chosen("", "2026-11"))

    def test_everything_comes_together_by_employee_id(self, tmp_path: Path, small_rules: Ruleset) -> None:
        prepared = self.prepare(tmp_path, small_rules)
        assert (prepared.teams, prepared.period, prepared.findings) == (["repairs"], "2026-11", [])
        people = prepared.people("repairs")
        assert people is not None
        known = prepared.with_known(small_rules.rubrics["repairs"], people)
        found = known[["jobs.target", "waiting.target", "attitude.self", "training.self", "faults.actual"]]
        assert known["employee_id"].tolist() == ["R1", "R2"]
        assert values(found) == [[40, 2, 95, 80, 3], [30, 2.5, 77, None, 0]]

    def test_people_who_do_not_match_the_plan_are_told(self, tmp_path: Path, small_rules: Ruleset) -> None:
        prepared = self.prepare(tmp_path, small_rules)
        people = pd.DataFrame({"employee_id": ["R1", "R3"], "name": ["高一", "高三"]})
        known = prepared.with_known(small_rules.rubrics["repairs"], people)
        assert values(known[["jobs.target"]]) == [[40], [None]]
        expected = [
            {"code": "not-in-plan", "zh": "不在績效計劃裡：R3 高三", "en": "not in the plan: R3 高三"},
            {
                "code": "no-self-evaluation",
                "zh": "沒有自評：R3 高三",
                "en": "without a self-evaluation: R3 高三",
            },
            *[{"code": "not-on-roster", "zh": "R2 高二", "en": "not in its score sheet: R2 高二"}] * 2,
        ]
        told = [one for one in prepared.findings if one.code != "unknown-employee-id"]
        assert_findings(told, expected)


class TestAgreedTargets:
    ROWS: Rows = (
        ["工號", "姓名", "維修單數 目標", "維修單數 實際", "等候時間", "差錯", "報告", "態度", "培訓"],
        ["R1", "高一", 39, 39, 100, 100, "通過", "優", 80],
        ["R2", "高二", 30.0, 30, 100, 100, "通過", "優", 80],
    )

    def expected(self) -> list[dict[str, str]]:
        zh, en = "商定的是 40，現在是 39", "40 was agreed, now it is 39"
        return [{"code": "target-changed", "cell": "C2", "severity": "warning", "zh": zh, "en": en}]

    def test_a_target_that_differs_from_the_mark_is_told(self, tmp_path: Path, small_rules: Ruleset) -> None:
        targets = '{"R1": {"jobs": "40"}, "r2": {"jobs": "30"}}'
        made = book(tmp_path, self.ROWS, targets=targets)
        found = read_score_sheets([made], small_rules, Chosen("", "2026-11")).findings
        assert_findings(found, self.expected(), "cell", "severity")

    def test_a_target_that_differs_from_the_plan_is_told(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheet = write_workbook(tmp_path / "sheet.xlsx", {"維修": self.ROWS})
        plan = write_workbook(tmp_path / "plan.xlsx", {"維修": PLAN})
        request = Request([sheet], period="2026-11", plans=[plan])
        assert_findings(pipeline.read(request, small_rules).findings, self.expected(), "cell", "severity")

    def test_a_target_that_differs_from_the_rubric_is_told(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        said = small_rules.rubrics["repairs"].model_dump(mode="json", by_alias=True)
        said["dimensions"][0]["indicators"][0]["measure"]["target"] = 40
        rubrics = {**small_rules.rubrics, "repairs": Rubric.model_validate(said)}
        rules = replace(small_rules, rubrics=rubrics)
        rows = [self.ROWS[0], self.ROWS[1], ["R2", "高二", None, 30, 100, 100, "通過", "優", 80]]
        found = read_score_sheets([book(tmp_path, rows)], rules, Chosen("", "2026-11"))
        assert_findings(found.findings, self.expected(), "cell", "severity")
        assert len(found.employees) == 2


@pytest.mark.parametrize("sharing", ["dimension", "all"])
def test_somebody_to_whom_nothing_applies_is_told(tmp_path: Path, small_rules: Ruleset, sharing: str) -> None:
    said = small_rules.rubrics["care"].model_dump(mode="json", by_alias=True)
    for dimension in said["dimensions"]:
        dimension["indicators"][0]["optional"] = True
    policy = small_rules.policy.model_copy(update={"not_applicable": sharing})
    rules = replace(
        small_rules, policy=policy, rubrics={**small_rules.rubrics, "care": Rubric.model_validate(said)}
    )
    rows: Rows = [
        ["工號", "姓名", "客戶滿意度", "協作配合度"],
        ["K1", "方一", "N/A", "不適用"],
        ["K2", "方二", 80, "n/a"],
    ]
    sheet = write_workbook(tmp_path / "sheet.xlsx", {"客服": rows})
    request = Request([sheet], period="2026-11", partial=True)
    expected = {
        "code": "nothing-applies",
        "cell": "C2",
        "zh": "指標全部不適用",
        "en": "No indicator applies to K1",
    }
    results = pipeline.score(request, rules)
    assert_findings(results.findings, [expected])
    assert results.frame[["employee_id", "total"]].to_numpy().tolist() == [["K2", 80.0]]
    assert results.frame[["satisfaction.weight", "cooperation.weight"]].to_numpy().tolist() == [[100.0, 0.0]]
