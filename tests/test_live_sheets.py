"""Sheets of every kind: filled in, recalculated by an engine that is not ours, and scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.errors import DataError
from perfcli.files.reader import read_book
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Language, Wording
from perfcli.workbooks.templates.records import BLANK_ROWS, record_template_workbook
from perfcli.workbooks.templates.template import template_workbook
from support.recalculation import recalculated_workbook

HEADER, FIRST = 5, 7
WORDING = Wording(Language.TRADITIONAL)
PEOPLE = pd.DataFrame(
    [(f"R{place}", f"高{place}", "維修部", "") for place in range(1, 5)],
    columns=["employee_id", "name", "department", "position"],
    dtype=object,
)
Rows = Sequence[Mapping[str, object]]


def changed(rubric: Rubric, **changes: Mapping[str, Any]) -> Rubric:
    """A rubric with more keys for some indicators."""
    said = rubric.model_dump(mode="json", by_alias=True)
    for dimension in said["dimensions"]:
        for indicator in dimension["indicators"]:
            indicator.update(changes.get(indicator["id"], {}))
    return Rubric.model_validate(said)


def with_policy(ruleset: Ruleset, **changes: object) -> Policy:
    said = ruleset.policy.model_dump(mode="json", by_alias=True) | changes
    return Policy.model_validate(said)


def sheet_of(content: bytes, *, values: bool = False) -> Worksheet:
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=values).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def headers(sheet: Worksheet, row: int = HEADER) -> dict[str, int]:
    cells = [str(cell.value or "").replace("\n", " ") for cell in sheet[row]]
    return {text: column for column, text in enumerate(cells, start=1) if text}


def filled(content: bytes, rows: Rows) -> bytes:
    """A sheet with entries by the text of their header."""
    workbook = openpyxl.load_workbook(BytesIO(content))
    sheet = workbook.worksheets[0]
    assert isinstance(sheet, Worksheet)
    columns = headers(sheet)
    for number, row in enumerate(rows, start=FIRST):
        for header, value in row.items():
            sheet.cell(number, columns[header]).value = value  # type: ignore[assignment] # words are typed too
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def shown(content: bytes, count: int) -> list[tuple[object, object]]:
    """Total and grade of each row as the other engine computes them; None where they are empty."""
    sheet = sheet_of(recalculated_workbook(content), values=True)
    columns = headers(sheet)
    rows = range(FIRST, FIRST + count)
    found = [[sheet.cell(row, columns[key]).value for key in ("總分", "等級")] for row in rows]
    return [(total if total != "" else None, grade or None) for total, grade in found]


def scored(content: bytes, folder: Path, rules: Ruleset) -> dict[str, tuple[object, object]]:
    """Total and grade by employee id as perf computes them."""
    (folder / "sheet.xlsx").write_bytes(content)
    suspicions = (
        "looks-like-points",
        "looks-like-fractions",
        "looks-like-tens",
    )  # random scores may look like anything
    request = pipeline.Request([folder / "sheet.xlsx"], partial=True, accept=suspicions)
    try:
        frame = pipeline.score(request, rules).frame
    except DataError:
        return {}
    names = {grade.id: grade.name.in_language(WORDING.language) for grade in rules.policy.grades}
    return {row["employee_id"]: (row["total"], names[row["grade"]]) for _, row in frame.iterrows()}


def assert_live_agrees(rules: Ruleset, folder: Path, rows: Rows, people: pd.DataFrame = PEOPLE) -> None:
    """The sheet's own formulas and perf give the same totals and grades, of the same employees."""
    blank = template_workbook(rules.rubrics["repairs"], rules.policy, people, "2026-11", WORDING)
    content = filled(blank, rows)
    live = shown(content, len(people))
    totals = scored(content, folder, rules)
    for place, (total, grade) in enumerate(live, start=1):
        expected = totals.get(f"R{place}", (None, None))
        assert (total, grade) == (
            expected if expected[0] is None else (pytest.approx(expected[0]), expected[1])
        )


def entry(*values: object) -> dict[str, object]:
    keys = (
        *("維修單數 目標（單）", "維修單數 實際（單）", "等候時間 目標", "等候時間 實際", "差錯 次數"),
        *("報告", "態度", "培訓"),
    )
    return {key: value for key, value in zip(keys, values, strict=True) if value is not None}


USUAL = [
    entry(40, 37, 2, 2, 0, "通過", "優", "不適用"),
    entry(30, 28, 2, 2.5, 3, "不通過", "良", 70),
    entry(3, 1, 2, 2.51, 21, 100, 77.5, 60),
    entry(80, 95, 2, 0, 1, "通過", "差", 88.88),
]


@pytest.fixture
def rules(small_rules: Ruleset) -> Ruleset:
    return replace(small_rules, rubrics={"repairs": small_rules.rubrics["repairs"]})


class TestScoreSheet:
    @pytest.mark.parametrize(
        "policy",
        [
            {},
            {"not_applicable": "all"},
            {"adjustments": None, "highest_total": None},
            {"rounding": {"score_decimals": 0, "total_decimals": 1}},
        ],
        ids=["shipped", "shared-by-all", "without-adjustments", "fewer-decimals"],
    )
    def test_measures_words_and_what_does_not_apply(
        self, rules: Ruleset, tmp_path: Path, policy: dict[str, object]
    ) -> None:
        assert_live_agrees(replace(rules, policy=with_policy(rules, **policy)), tmp_path, USUAL)

    def test_adjustments_stay_within_the_highest_total_and_0(self, rules: Ruleset, tmp_path: Path) -> None:
        worst = entry(40, 0, 2, 9, 20, "不通過", 0, 3)
        rows = [
            {**entry(40, 40, 2, 2, 0, "通過", 100, 100), "加減分": 5, "加減分原因": "雙十一值班"},
            {**worst, "加減分": -5, "加減分原因": "遲交月報"},
            {**USUAL[1], "加減分": 1.25, "加減分原因": "代班"},
            USUAL[3],
        ]
        assert_live_agrees(rules, tmp_path, rows)

    def test_vetoes_cap_the_grade(self, rules: Ruleset, tmp_path: Path) -> None:
        rubric = changed(
            rules.rubrics["repairs"],
            reports={"veto": {"below": 60, "highest_grade": "qualified"}},
            training={"veto": {"below": 61, "highest_grade": "unqualified"}},
        )
        rows = [
            entry(40, 40, 2, 2, 0, "不通過", "優", "不適用"),
            entry(40, 40, 2, 2, 0, "通過", "優", 60.99),
            entry(40, 40, 2, 2, 0, "不通過", "優", 61),
            entry(40, 40, 2, 2, 0, 60, "優", 61),
        ]
        assert_live_agrees(replace(rules, rubrics={"repairs": rubric}), tmp_path, rows)

    @pytest.mark.parametrize("share", [False, True])
    def test_several_raters(self, rules: Ruleset, tmp_path: Path, *, share: bool) -> None:
        raters = {"self": 10, "superior": 60, "peer": 30, "share_missing": share}
        policy = with_policy(rules, raters=raters)
        measured = entry(40, 37, 2, 2, 0, None, None, None)
        judged = {
            "態度 自評": "優",
            "態度 同級": 85,
            "態度 上級": "良",
            "培訓 自評": 80,
            "培訓 同級": 85,
            "培訓 上級": 90,
            "報告": "通過",
        }
        alone = {key: value for key, value in judged.items() if key not in {"培訓 自評", "培訓 同級"}}
        out = {key: value for key, value in judged.items() if not key.startswith("培訓")}
        rows = [
            {**measured, **judged},
            {**measured, **alone},
            {**measured, **out, "培訓 上級": "不適用"},
            {**measured, **out, "培訓": 70},
        ]
        assert_live_agrees(replace(rules, policy=policy), tmp_path, rows)

    @pytest.mark.parametrize("share", [False, True])
    def test_several_peers(self, rules: Ruleset, tmp_path: Path, *, share: bool) -> None:
        raters = {"self": 0, "superior": 60, "peer": {"weight": 40, "of": "any", "least": 2}}
        policy = with_policy(rules, raters={**raters, "share_missing": share})
        measured = entry(40, 37, 2, 2, 0, None, None, None)
        judged = {
            "態度 同級1": "優",
            "態度 同級2": 85,
            "態度 同級3": 80.5,
            "態度 上級": "良",
            "培訓 同級1": 80,
            "培訓 同級2": 91,
            "培訓 同級3": 85,
            "培訓 上級": 90,
            "報告": "通過",
        }
        two = {key: value for key, value in judged.items() if not key.endswith("同級2")}
        one = {key: value for key, value in two.items() if key != "培訓 同級3"}
        rows = [{**measured, **judged}, {**measured, **two}, {**measured, **one}]
        assert_live_agrees(replace(rules, policy=policy), tmp_path, rows)

    def test_points_are_typed_and_computed_side_by_side(self, rules: Ruleset, tmp_path: Path) -> None:
        said = rules.rubrics["repairs"].model_dump(mode="json", by_alias=True) | {"scale": "points"}
        for dimension, methods in zip(said["dimensions"], (("ratio", "ratio", "deduction"), ()), strict=True):
            for place, indicator in enumerate(dimension["indicators"]):
                del indicator["measure"]
                indicator["optional"] = False
                if place < len(methods):
                    step = {"step": 2.5} if methods[place] == "deduction" else {}
                    indicator["measure"] = {"method": methods[place], **step}
        rubric = Rubric.model_validate(said)
        keys = (
            "維修單數 目標",
            "維修單數 實際",
            "等候時間 目標",
            "等候時間 實際",
            "差錯 次數",
            "報告",
            "態度",
            "培訓",
        )
        numbers = [(40, 37, 2, 2, 0, 10, 19.5, 7), (30, 31, 3, 1, 3, 9.99, 20, 0)]
        rows = [dict(zip(keys, row, strict=True)) for row in numbers]
        assert_live_agrees(replace(rules, rubrics={"repairs": rubric}), tmp_path, rows)

    def test_an_actual_that_does_not_apply_takes_the_indicator_out(
        self, rules: Ruleset, tmp_path: Path
    ) -> None:
        rubric = changed(rules.rubrics["repairs"], jobs={"optional": True}, waiting={"optional": True})
        rows = [
            entry(40, "不適用", 2, 2, 0, "通過", "優", "不適用"),
            entry(None, "不適用", None, "不適用", 3, "通過", "良", 70),
            {**entry(None, None, 2, 2.5, 3, "通過", "良", 70), "維修單數": "不適用"},
            USUAL[3],
        ]
        assert_live_agrees(replace(rules, rubrics={"repairs": rubric}), tmp_path, rows)

    @pytest.mark.parametrize("count", [2, 9, 30])
    def test_levels_may_have_any_name_and_be_many(self, rules: Ruleset, tmp_path: Path, count: int) -> None:
        names = ['A "very" good, kind one', "B=1", *(f"很長很長的等第名稱{place}" for place in range(count))]
        levels = [{"name": name, "score": 100 - place} for place, name in enumerate(names)]
        rubric = changed(
            rules.rubrics["repairs"], attitude={"measure": {"method": "levels", "levels": levels}}
        )
        rows = [entry(40, 40, 2, 2, 0, "通過", name, 80) for name in (*names[:2], names[-1], 90)]
        assert_live_agrees(replace(rules, rubrics={"repairs": rubric}), tmp_path, rows)

    def test_a_total_waits_until_everything_is_there(self, rules: Ruleset, tmp_path: Path) -> None:
        rows = [
            {key: value for key, value in USUAL[1].items() if key != missing}
            for missing in ("維修單數 實際（單）", "差錯 次數", "態度", "培訓")
        ]
        assert_live_agrees(rules, tmp_path, [rows[0], rows[1], rows[2], rows[3]])

    @given(data=st.data())
    @settings(max_examples=12)
    def test_any_numbers(
        self, small_rules: Ruleset, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        rules = replace(small_rules, rubrics={"repairs": small_rules.rubrics["repairs"]})
        quantity = st.integers(1, 99_999).map(lambda cents: cents / 100)
        score = st.integers(0, 10_000).map(lambda cents: cents / 100)
        row = st.tuples(
            *(quantity, st.one_of(st.just(0), quantity), quantity, st.one_of(st.just(0), quantity)),
            st.integers(0, 25),
            st.one_of(score, st.sampled_from(["通過", "不通過"])),
            st.one_of(score, st.sampled_from(["優", "良", "差"])),
            st.one_of(score, st.just("不適用")),
        )
        rows = [entry(*data.draw(row)) for _ in range(len(PEOPLE))]
        assert_live_agrees(rules, tmp_path_factory.mktemp("live"), rows)


class TestWhatIsKnown:
    def people(self) -> pd.DataFrame:
        known = {
            "jobs.target": [40, None, 30, 20],
            "faults.actual": [0, 2, 0, 1],
            "attitude.self": [95, 80, None, 70],
        }
        return PEOPLE.assign(**{key: pd.Series(values, dtype=float) for key, values in known.items()})

    def test_is_filled_in_and_locked_and_the_rest_is_open(self, rules: Ruleset) -> None:
        content = template_workbook(rules.rubrics["repairs"], rules.policy, self.people(), "2026-11", WORDING)
        sheet = sheet_of(content)

        def cells(header: str) -> list[tuple[object, bool]]:
            column = headers(sheet)[header]
            own = [sheet.cell(row, column) for row in range(FIRST, FIRST + 2)]
            return [(cell.value, bool(cell.protection.locked)) for cell in own]

        asked = ("維修單數 目標（單）", "差錯 次數", "態度 自評", "維修單數 實際（單）", "態度")
        found = {header: cells(header) for header in asked}
        assert found == {
            "維修單數 目標（單）": [(40, True), (None, False)],
            "差錯 次數": [(0, True), (2, True)],
            "態度 自評": [(95, True), (80, True)],
            "維修單數 實際（單）": [(None, False), (None, False)],
            "態度": [(None, False), (None, False)],
        }

    def test_a_changed_target_is_told_when_the_sheet_is_scored(self, rules: Ruleset, tmp_path: Path) -> None:
        blank = template_workbook(rules.rubrics["repairs"], rules.policy, self.people(), "2026-11", WORDING)
        rows = [dict(row) for row in USUAL]
        for row in rows:
            del row["差錯 次數"]
        rows[0]["維修單數 目標（單）"], rows[2]["維修單數 目標（單）"] = 35, 30
        rows[3]["維修單數 目標（單）"] = 20
        (tmp_path / "sheet.xlsx").write_bytes(filled(blank, rows))
        results = pipeline.score(pipeline.Request([tmp_path / "sheet.xlsx"]), rules)
        changes = [found for found in results.findings if found.code == "target-changed"]
        assert [found.place.cell for found in changes] == ["E7"]
        assert "商定的是 40，現在是 35" in changes[0].message(WORDING)

    def test_a_target_of_the_rubric_stands_in_every_row(self, rules: Ruleset, tmp_path: Path) -> None:
        rubric = changed(rules.rubrics["repairs"], jobs={"measure": {"method": "ratio", "target": 40}})
        rules = replace(rules, rubrics={"repairs": rubric})
        content = template_workbook(rubric, rules.policy, None, "2026-11", WORDING)
        sheet = sheet_of(content)
        assert sheet.cell(FIRST, headers(sheet)["維修單數 目標"]).value == 40
        row = {
            "工號": "R1",
            "姓名": "高一",
            "維修單數 實際": 38,
            **entry(None, None, 2, 2, 0, "通過", "優", 80),
        }
        assert scored(filled(content, [row]), tmp_path, rules)["R1"][0] == pytest.approx(95.5)


def test_nothing_is_said_of_what_a_sheet_computes_for_itself(rules: Ruleset, tmp_path: Path) -> None:
    """A sheet with an optional indicator computes in hidden columns without a name; they are perf's own."""
    rubric = rules.rubrics["repairs"]
    assert any(indicator.optional for indicator in rubric.indicators)
    content = template_workbook(rubric, rules.policy, PEOPLE, "2026-11", Wording(Language.TRADITIONAL))
    sheet = sheet_of(content)
    hidden = [one for one, column in sheet.column_dimensions.items() if column.hidden]
    assert hidden
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)
    codes = {found.code for found in pipeline.read(Request([path]), rules).findings}
    assert not codes & {"hidden-cells", "unnamed-column"}


class TestOtherKinds:
    @pytest.mark.parametrize("language", list(Language))
    def test_a_plan_asks_for_targets_only(self, rules: Ruleset, language: Language, tmp_path: Path) -> None:
        rubric, wording = rules.rubrics["repairs"], Wording(language)
        content = template_workbook(rubric, rules.policy, PEOPLE, "2026-11", wording, Kind.PLAN)
        (tmp_path / "plan.xlsx").write_bytes(content)
        mark = read_book(tmp_path / "plan.xlsx").mark
        assert (mark["kind"], mark["sheet"], mark["team"]) == ("template", "plan", "repairs")
        texts = list(headers(sheet_of(content)))
        target = wording(f"role.{Role.TARGET.value}")
        assert [text for text in texts if target in text] == texts[4:6]
        assert texts[6:] == [
            wording(f"column.{key}") for key in ("note", "employee_signature", "superior_signature")
        ]

    def test_a_plan_of_a_team_without_targets_is_refused(self, small_rules: Ruleset) -> None:
        with pytest.raises(ValueError, match="no targets"):
            template_workbook(small_rules.rubrics["sales"], small_rules.policy, None, "", WORDING, Kind.PLAN)

    def test_a_self_evaluation_asks_for_every_indicator(self, rules: Ruleset) -> None:
        content = template_workbook(
            rules.rubrics["repairs"], rules.policy, PEOPLE, "2026-11", WORDING, Kind.SELF
        )
        texts = list(headers(sheet_of(content)))
        assert texts[4:-1] == [f"{one.name.zh_hant} 自評" for one in rules.rubrics["repairs"].indicators]

    def test_levels_can_be_chosen_and_numbers_typed(self, rules: Ruleset) -> None:
        content = template_workbook(rules.rubrics["repairs"], rules.policy, PEOPLE, "2026-11", WORDING)
        lists = {
            str(rule.sqref): (rule.formula1, rule.errorStyle)
            for rule in sheet_of(content).data_validations.dataValidation
            if rule.type == "list"
        }
        assert lists == {"M7:M10": ('"通過,不通過"', "information"), "N7:N10": ('"優,良,差"', "information")}

    def test_records_offer_people_and_indicators_and_name_who_it_is(self, rules: Ruleset) -> None:
        content = record_template_workbook(rules.rubrics["repairs"], PEOPLE, "2026-11", WORDING)
        workbook = openpyxl.load_workbook(BytesIO(content))
        sheet, lists = workbook.worksheets[:2]
        assert isinstance(sheet, Worksheet)
        assert isinstance(lists, Worksheet)
        assert [cell.value for cell in lists["B"] if cell.value] == ["工號", "R1", "R2", "R3", "R4"]
        assert [cell.value for cell in lists["A"]][1:3] == ["維修單數", "等候時間"]
        sheet["B5"], sheet["B6"] = "R3", "R9"
        stream = BytesIO()
        workbook.save(stream)
        found = sheet_of(recalculated_workbook(stream.getvalue()), values=True)
        assert [found.cell(row, 3).value or "" for row in (5, 6, 7)] == ["高3", "", ""]
        rules_by_cells = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        assert rules_by_cells[f"A5:A{4 + BLANK_ROWS}"].type == "date"
        assert rules_by_cells[f"D5:D{4 + BLANK_ROWS}"].type == "list"
