"""What a sheet says beside its scores: its own totals, numbers that nobody knows, percentages, points."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfcli.cli.main import run
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.models import Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.unread import could_count
from perfcli.text import Language, Wording
from support.companies import small_company
from support.sheets import Rows, write_workbook

HEADER = ["工號", "姓名", "銷售額", "毛利率", "協作配合度"]
ENGLISH = Wording(Language.ENGLISH)


def read(
    folder: Path, rules: Ruleset, rows: Rows, *, accept: Collection[str] = (), bound: str = ""
) -> pipeline.Reading:
    sheet, map_file = write_workbook(folder / "s.xlsx", {"銷售團隊": rows}), None
    if bound:
        map_file = folder / "map.yaml"
        map_file.write_text(bound, encoding="utf-8")
    return pipeline.read(Request([sheet], period="2026-11", accept=accept, map_file=map_file), rules)


def codes(reading: pipeline.Reading) -> list[str]:
    return [found.code for found in reading.findings]


def cures(reading: pipeline.Reading) -> set[str]:
    return {found.cure(ENGLISH) for found in reading.findings}


def with_rubric(rules: Ruleset, measure: Mapping[str, Any] | None = None, **changes: object) -> Ruleset:
    """The rules with another rubric of sales; ``measure`` is that of 毛利率."""
    said = rules.rubrics["sales"].model_dump(mode="json", by_alias=True) | changes
    if measure is not None:
        said["dimensions"][0]["indicators"][1]["measure"] = measure
    return replace(rules, rubrics={**rules.rubrics, "sales": Rubric.model_validate(said)})


class TestOwnTotals:
    def test_a_common_factor_is_named(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*HEADER, "總分"], ["E1", "陳一", 80, 90, 70, 96], ["E2", "林二", 85, 75, 95, 102]]
        reading = read(tmp_path, small_rules, rows)
        assert codes(reading) == ["own-figure-differs"] * 2
        assert all("1.2 times" in cure for cure in cures(reading))

    def test_what_they_count_besides_is_named(self, tmp_path: Path, small_rules: Ruleset) -> None:
        header = [*HEADER, "創新", "總分"]
        rows: Rows = [header, ["E1", "陳一", 80, 90, 70, 3, 83], ["E2", "林二", 85, 75, 95, 4, 89]]
        reading = read(tmp_path, small_rules, rows)
        assert codes(reading) == ["unread", "own-figure-differs", "own-figure-differs"]
        assert any("counts “創新” as well" in cure for cure in cures(reading))

    def test_of_many_people_they_are_one_finding(self, tmp_path: Path, small_rules: Ruleset) -> None:
        people: Rows = [[f"E{number}", f"員工{number}", 80, 90, 70, 50 + number] for number in range(25)]
        reading = read(tmp_path, small_rules, [[*HEADER, "總分"], *people])
        assert codes(reading) == ["own-figures-differ"]
        (found,) = reading.findings
        assert found.place.cell == "F2:F26"
        assert "for 25 people: E0 員工0 50, not 80" in found.message(ENGLISH)

    def test_are_compared_as_they_are_rounded(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*HEADER, "總分"], ["E1", "陳一", 80.01, 90.01, 70.02, 80.01299999]]
        assert codes(read(tmp_path, small_rules, rows)) == []

    def test_change_no_score(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*HEADER, "總分", "等級"], ["E1", "陳一", 80, 90, 70, 1, "不合格"]]
        sheet = write_workbook(tmp_path / "s.xlsx", {"銷售團隊": rows})
        frame = pipeline.score(Request([sheet], period="2026-11"), small_rules).frame
        assert frame[["total", "grade"]].to_numpy().tolist() == [[80.0, "good"]]


INNOVATION: Rows = [[*HEADER, "創新"], ["E1", "陳一", 80, 90, 70, 3], ["E2", "林二", 85, 75, 95, 9]]


class TestUnread:
    def test_is_accepted(self, tmp_path: Path, small_rules: Ruleset) -> None:
        reading = read(tmp_path, small_rules, INNOVATION, accept=["unread"])
        assert codes(reading) == ["unknown-column"]
        assert len(reading.sheets.employees) == 2

    def test_is_accepted_on_the_command_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        small_company(tmp_path / "rubrics")
        sheet = str(write_workbook(tmp_path / "s.xlsx", {"銷售團隊": INNOVATION}))
        words = [
            "check",
            sheet,
            "--rubrics",
            str(tmp_path / "rubrics"),
            "--period",
            "2026-11",
            "--lang",
            "en",
        ]
        assert run(words) == 1
        assert "--accept unread" in capsys.readouterr().err
        assert run([*words, "--accept", "unread"]) == 0

    def test_the_rubric_may_ignore_it(self, tmp_path: Path, small_rules: Ruleset) -> None:
        assert codes(read(tmp_path, with_rubric(small_rules, ignore=["創新"]), INNOVATION)) == []

    def test_a_map_may_ignore_it_or_say_that_it_is_points(self, tmp_path: Path, small_rules: Ruleset) -> None:
        assert codes(read(tmp_path, small_rules, INNOVATION, bound="headers: {創新: ignore}")) == []
        rows: Rows = [[*HEADER, "創新", "原因"], ["E1", "陳一", 80, 90, 70, 3, "提案"]]
        reading = read(tmp_path, small_rules, rows, bound="headers: {創新: addition}")
        assert codes(reading) == []
        assert reading.sheets.employees["adjustment"].tolist() == [3]

    def test_a_map_says_what_a_row_of_a_form_is(self, tmp_path: Path, small_rules: Ruleset) -> None:
        form: Rows = [
            ["姓名", "陳一", "工號", "E1"],
            ["指標", "得分", "備註"],
            ["銷售額", 80, None],
            ["毛利率", 90, None],
            ["協作配合度", 70, None],
            ["突出表現", 4, "提案"],
        ]
        assert codes(read(tmp_path, small_rules, form)) == ["unread"]
        reading = read(tmp_path, small_rules, form, bound="headers: {突出表現: adjustment}")
        assert codes(reading) == []
        assert reading.sheets.employees[["adjustment", "adjustment_reason"]].to_numpy().tolist() == [
            [4, "提案"]
        ]
        assert codes(read(tmp_path, small_rules, form, bound="headers: {突出表現: ignore}")) == []

    @given(
        name=st.sampled_from(
            ["創新", "安全", "Innovation", "Safety", "主觀印象", "遲到扣的分", "Late points"]
        ),
        numbers=st.lists(st.floats(0.5, 200), min_size=1, max_size=2),
    )
    def test_numbers_by_no_known_word_could_count(self, name: str, numbers: list[float]) -> None:
        assert could_count(name, numbers)

    @pytest.mark.parametrize(
        ("name", "numbers"),
        [
            *(
                (name, [35.0, 28.0])
                for name in ("年齡", "司龄", "Age", "出勤率", "完成率", "Attendance rate")
            ),
            *(
                (name, [35.0, 28.0])
                for name in ("上月得分", "Last month's score", "2026年10月", "2026-10-31")
            ),
            *((name, [80.0, 85.0]) for name in ("平均分", "Average", "分差", "部門排名", "加權後")),
            *((name, [1.0, 2.0, 3.0]) for name in ("號", "Line", "創新")),
            *((name, [13800000001.0, 13800000002.0]) for name in ("聯", "Contact")),
            *((name, [0.0, 0.0]) for name in ("創新",)),
        ],
    )
    def test_what_is_plainly_none_could_not(self, name: str, numbers: list[float]) -> None:
        assert not could_count(name, numbers)


RATE: Mapping[str, Any] = {
    "method": "tiers",
    "of": "actual",
    "unit": "%",
    "tiers": [{"lower_bound": 99, "score": 100}, {"lower_bound": 97, "score": 80}, {"score": 40}],
}


class TestPercentages:
    def test_below_a_rate_are_its_actuals(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [HEADER, ["E1", "陳一", 80, "98.5%", 70], ["E2", "林二", 85, "90%", 95]]
        reading = read(tmp_path, with_rubric(small_rules, RATE), rows)
        assert codes(reading) == ["taken-for-actual", "number-as-text"]
        assert reading.sheets.employees["margin.score"].tolist() == [80, 40]
        assert reading.sheets.employees["margin.origin"].tolist() == ["measured"] * 2

    def test_beside_typed_scores_are_unclear(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [HEADER, ["E1", "陳一", 80, "98.5%", 70], ["E2", "林二", 85, 80, 95]]
        reading = read(tmp_path, with_rubric(small_rules, RATE), rows)
        assert codes(reading) == ["percent-unclear"]
        assert reading.sheets.employees["employee_id"].tolist() == ["E2"]

    def test_beside_a_column_of_actuals_are_unclear(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*HEADER, "毛利率 實際"], ["E1", "陳一", 80, "98.5%", 70, None]]
        assert codes(read(tmp_path, with_rubric(small_rules, RATE), rows)) == ["percent-unclear"]

    def test_where_a_target_is_wanted_too_are_unclear(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rules = with_rubric(small_rules, {"method": "ratio", "unit": "%"})
        rows: Rows = [HEADER, ["E1", "陳一", 80, "98.5%", 70]]
        assert codes(read(tmp_path, rules, rows)) == ["percent-unclear"]

    def test_of_a_typed_score_are_scores(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [HEADER, ["E1", "陳一", 80, "98.5%", 70]]
        assert codes(read(tmp_path, small_rules, rows)) == ["percent-as-score"]


def a_form(
    *lines: Sequence[object], header: tuple[str, ...] = ("類別", "指標", "權重", "得分", "加權得分")
) -> Rows:
    return [["姓名", "陳一", "工號", "E1"], [*header], *lines]


POINTS_BELOW: list[list[object]] = [
    ["業績指標", "銷售額", 40, 80, 32],
    [None, "毛利率", 30, 90, 27],
    [None, "小計", 70, None, 59],
    ["團隊協作", "協作配合度", 30, 70, 21],
    [None, "小計", 30, None, 21],
]


def read_forms(folder: Path, rules: Ruleset, *forms: Rows, accept: Collection[str] = ()) -> pipeline.Reading:
    sheets = {f"表{number}": rows for number, rows in enumerate(forms, start=1)}
    sheet = write_workbook(folder / "s.xlsx", sheets)
    return pipeline.read(Request([sheet], team="sales", period="2026-11", accept=accept), rules)


def told(reading: pipeline.Reading) -> list[tuple[str, str | None, str]]:
    return [(found.code, found.place.cell, found.message(ENGLISH)) for found in reading.findings]


class TestSumsInForms:
    def changed(self, row: int, column: int, value: object) -> list[list[object]]:
        lines = [list(line) for line in POINTS_BELOW]
        lines[row][column] = value
        return lines

    def test_that_are_perfs_say_nothing(self, tmp_path: Path, small_rules: Ruleset) -> None:
        assert told(read_forms(tmp_path, small_rules, a_form(*POINTS_BELOW))) == []

    def test_a_difference_is_told_at_the_cell_with_both_numbers(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        ((code, cell, said),) = told(read_forms(tmp_path, small_rules, a_form(*self.changed(2, 4, 60))))
        assert (code, cell) == ("own-figure-differs", "E5")
        assert "“Results”; it comes out as 59" in said
        assert "has 60" in said

    @pytest.mark.parametrize(
        "lines",
        [
            # scores of 100, or only added up, in the column of scores
            [["業績指標", "銷售額", 80], [None, "毛利率", 90], [None, "小計", 84.29]],
            [["業績指標", "銷售額", 80], [None, "毛利率", 90], [None, "小計", 170]],
            # points in the column of scores
            [["業績指標", "銷售額", 80], [None, "毛利率", 90], ["小計", None, 59]],
            # by the name of the dimension, below and above its indicators
            [["業績指標", "銷售額", 80], [None, "毛利率", 90], ["業績指標小計", None, 59]],
            [["業績指標（70%）", None, 59], [None, "銷售額", 80], [None, "毛利率", 90]],
            [["業績指標", "銷售額", 80], [None, "毛利率", 90], [None, "業績指標得分", 59]],
            # 合計 above other indicators
            [["業績指標", "銷售額", 80], [None, "毛利率", 90], [None, "合計", 59]],
        ],
    )
    def test_in_other_places_and_by_other_words(
        self, lines: list[list[object]], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        header = ("類別", "指標", "得分")
        rest: list[object] = ["團隊協作", "協作配合度", 70]
        assert told(read_forms(tmp_path, small_rules, a_form(*lines, rest, header=header))) == []
        (place,) = [number for number, line in enumerate(lines) if line[2] not in {80, 90}]
        lines = [[*line[:2], 33] if number == place else line for number, line in enumerate(lines)]
        ((code, cell, said),) = told(read_forms(tmp_path, small_rules, a_form(*lines, rest, header=header)))
        assert (code, cell) == ("own-figure-differs", f"C{place + 3}")
        assert "“Results”" in said

    def test_of_what_is_no_dimension_name_their_indicators(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        lines: list[list[object]] = [
            ["業績指標", "銷售額", 40, 80, 32],
            [None, "毛利率", 30, 90, 27],
            ["團隊協作", "協作配合度", 30, 70, 21],
            [None, "小計", 100, None, 81],
        ]
        ((code, cell, said),) = told(read_forms(tmp_path, small_rules, a_form(*lines)))
        assert (code, cell) == ("own-figure-differs", "E6")
        assert "Sales revenue, Gross margin, Cooperation" in said

    def test_of_many_forms_they_are_one_finding(self, tmp_path: Path, small_rules: Ruleset) -> None:
        forms = [
            [["姓名", f"員工{number}", "工號", f"E{number}"], *a_form(*self.changed(2, 4, 60))[1:]]
            for number in range(25)
        ]
        reading = read_forms(tmp_path, small_rules, *forms)
        assert codes(reading) == ["own-figures-differ"]
        assert "for 25 people" in told(reading)[0][2]

    def test_of_a_form_with_own_weights_are_those_by_these(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        lines: list[list[object]] = [
            ["業績指標", "銷售額", 50, 80, 40],
            [None, "毛利率", 20, 90, 18],
            [None, "小計", 70, None, 58],
            ["團隊協作", "協作配合度", 30, 70, 21],
            [None, "小計", 30, None, 21],
        ]
        reading = read_forms(tmp_path, small_rules, a_form(*lines), accept=["own-weights"])
        assert codes(reading) == ["own-weights"]

    def test_of_who_is_not_scored_are_not_compared(self, tmp_path: Path, small_rules: Ruleset) -> None:
        lines = self.changed(0, 3, None)
        assert codes(read_forms(tmp_path, small_rules, a_form(*lines))) == ["missing-score"]


class TestWordsInTheColumnOfCategories:
    def test_the_total_of_a_form_is_compared(self, tmp_path: Path, small_rules: Ruleset) -> None:
        lines: list[list[object]] = [*POINTS_BELOW, ["合計", None, 100, None, 90]]
        ((code, cell, said),) = told(read_forms(tmp_path, small_rules, a_form(*lines)))
        assert (code, cell) == ("own-figure-differs", "E8")
        assert "it comes out as 80" in said

    def test_points_added_count(self, tmp_path: Path, small_rules: Ruleset) -> None:
        header = ("類別", "指標", "得分", "備註")
        lines: list[list[object]] = [
            ["業績指標", "銷售額", 80, None],
            [None, "毛利率", 90, None],
            ["團隊協作", "協作配合度", 70, None],
            ["加分", None, 3, "提案"],
        ]
        reading = read_forms(tmp_path, small_rules, a_form(*lines, header=header))
        assert codes(reading) == []
        assert reading.sheets.employees["adjustment"].tolist() == [3]


class TestRounding:
    @pytest.mark.parametrize("people", [1, 3])
    def test_totals_that_are_rounded_otherwise_are_called_so(
        self, people: int, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [
            [*HEADER, "總分"],
            *([f"E{number}", f"員工{number}", 80.01, 90.01, 70.05, 80.01] for number in range(people)),
        ]
        reading = read(tmp_path, small_rules, rows)  # 80.022, which is 80.02
        assert codes(reading) == ["own-figure-differs"] * people
        assert all("rounds otherwise" in cure for cure in cures(reading))
