"""``docs/cells.md`` tells what a cell means: each example is written into a workbook and read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from perfcli.errors import UsageError
from perfcli.files.cells import Cell, Percent, address, as_text, is_blank, quoted, read_numbers
from perfcli.files.numerals import Wanted
from perfcli.files.sheet import column_letters
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Reading, Request
from perfcli.rules.models import Rubric
from perfcli.rules.raters import Raters
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import ADJUSTMENT, score_key
from support.sheets import ORDINARY, Rows, employees_of, read_case, write_workbook

PAGE = Path(__file__).parents[1] / "docs" / "cells.md"
ROW = re.compile(
    r"^\| (?P<content>[^|]+) \| `(?P<example>.+?)` \| (?P<value>[^|]*)\| (?P<findings>[^|]*)\|$", re.MULTILINE
)
HEADER = ["工號", "姓名", "銷售額", "毛利率", "協作配合度"]


def rows(title: str, *, severities: bool = False) -> list[Any]:
    """The rows of the tables of one section: example, value, finding codes, also with their severities."""
    codes = re.compile(r"\w+ `.+?`" if severities else r"`(.+?)`")
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    found = [
        pytest.param(
            yaml.safe_load(row["example"]),
            row["value"].strip(),
            sorted(codes.findall(row["findings"])),
            id=row["content"],
        )
        for row in ROW.finditer(section)
    ]
    assert len(found) == section.count("\n| ") - section.count("\n|---")
    return found


@pytest.mark.parametrize(("example", "value", "codes"), rows("Scores"))
def test_a_score(example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset) -> None:
    case = {"rows": [HEADER, ["E1", "陳一", example, 90, 70]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    scores: list[float] = reading.sheets.employees.get(score_key("revenue"), pd.Series()).tolist()
    assert [f"{score:.15g}" for score in scores] == ([value] if value else [])


@pytest.mark.parametrize(("example", "value", "codes"), rows("With its full marks"))
def test_a_score_with_its_full_marks(
    example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    test_a_score(example, value, codes, tmp_path, small_rules)


@pytest.mark.parametrize(("example", "value", "codes"), rows("Points of the weight"))
def test_points(example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset) -> None:
    case = {"rows": [["工號", "姓名", "發貨準確率", "發貨及時率"], ["W1", "吳一", example, 37.5]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    assert employees_of(reading, small_rules) == ({"W1": f"depot {value} 37.5"} if value else {})


def read_scores(
    folder: Path, ruleset: Ruleset, scores: Rows, *accept: str, header: Sequence[str] = HEADER
) -> Reading:
    """Reads employees E1, E2, … with some scores."""
    rows = [header, *([f"E{number}", f"員工{number}", *own] for number, own in enumerate(scores, start=1))]
    path = write_workbook(folder / "sheet.xlsx", {ORDINARY: rows})
    return pipeline.read(Request([path], period="2026-11", accept=accept), ruleset)


@pytest.mark.parametrize(("example", "value", "findings"), rows("All the scores of a team", severities=True))
def test_all_the_scores_of_a_team(
    example: Any, value: str, findings: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    accepted: dict[str, Any] = {"rows": example} if isinstance(example, list) else example
    accept: list[str] = [accepted["accept"]] if "accept" in accepted else []
    reading = read_scores(tmp_path, small_rules, accepted["rows"], *accept)
    assert sorted(f"{found.severity.value} `{found.code}`" for found in reading.findings) == findings
    assert employees_of(reading, small_rules).get("E1", "") == (f"sales {value}" if value else "")


MEASURED = {
    "target": ("維修單數 目標", 40),
    "actual": ("維修單數 實際", 40),
    "due": ("等候時間 目標", 2),
    "lower": ("等候時間 實際", 2),
    "count": ("差錯 次數", 0),
    "pass-fail": ("報告", 100),
    "levels": ("態度", 100),
    "optional": ("培訓", 100),
}
INDICATORS = {
    "target": "jobs",
    "actual": "jobs",
    "lower": "waiting",
    "count": "faults",
    "pass-fail": "reports",
    "levels": "attitude",
    "optional": "training",
}


@pytest.mark.parametrize(
    ("example", "value", "codes"), [*rows("Words for scores"), *rows("Targets, actuals and counts")]
)
def test_what_a_score_comes_from(
    example: dict[str, object], value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    ((key, cell),) = example.items()
    if key == "percent":
        percentages(cell, value, codes, tmp_path, small_rules)
        return
    entries = {own: cell if own == key else usual for own, (_, usual) in MEASURED.items()}
    header = ["工號", "姓名", *(name for name, _ in MEASURED.values())]
    reading = read_case({"rows": [header, ["R1", "高一", *entries.values()]]}, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    scores = employees_of(reading, small_rules).get("R1", "").split()[1:]
    order = [indicator.id for indicator in small_rules.rubrics["repairs"].indicators]
    assert ([scores[order.index(INDICATORS[key])]] if scores else []) == ([value] if value else [])


def percentages(cell: object, value: str, codes: list[str], folder: Path, small_rules: Ruleset) -> None:
    """An actual where the unit is %, beside a target of 80."""
    measure = {"method": "ratio", "unit": "%"}
    indicator = {"id": "punctuality", "name": "準時率", "weight": 100, "measure": measure}
    dimension = {"id": "all", "name": "全部", "weight": 100, "indicators": [indicator]}
    rubric = Rubric.model_validate({"team": "line", "name": "產線", "dimensions": [dimension]})
    rules = replace(small_rules, rubrics={"line": rubric})
    reading = read_case(
        {"rows": [["工號", "姓名", "準時率 目標", "準時率 實際"], ["L1", "黃一", 80, cell]]}, folder, rules
    )
    assert sorted(found.code for found in reading.findings) == codes
    assert employees_of(reading, rules) == ({"L1": f"line {value}"} if value else {})


@pytest.mark.parametrize(("example", "value", "codes"), rows("Adjustments"))
def test_an_adjustment(
    example: dict[str, object], value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    header = [*HEADER, "加減分", "加減分原因"]
    case = {"rows": [header, ["E1", "陳一", 80, 90, 70, *example.values()]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    found: list[float] = reading.sheets.employees[ADJUSTMENT].tolist()
    assert [f"{points:g}" for points in found] == ([value] if value else [])


@pytest.mark.parametrize(("example", "value", "codes"), rows("Employee ids"))
def test_an_employee_id(
    example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    case = {"rows": [HEADER, [example, "陳一", 80, 90, 70]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    assert reading.sheets.employees["employee_id"].tolist() == ([value] if value else [])


@pytest.mark.parametrize(("example", "value", "codes"), rows("Names"))
def test_a_name(example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset) -> None:
    case = {"rows": [HEADER, ["E001", example, 80, 90, 70]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    assert reading.sheets.employees["name"].tolist() == [value]


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (6, 5, "F7"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 16383, "XFD1")],
)
def test_cells_are_named_as_in_a_spreadsheet(row: int, column: int, name: str) -> None:
    assert address(row, column) == name
    assert name.startswith(column_letters(column))


def test_a_message_quotes_a_cell_shortly_and_on_one_line() -> None:
    assert quoted("a\nb\t c") == "a b c"
    assert quoted("長" * 40) == "長" * 29 + "…"
    assert quoted("長" * 30) == "長" * 30


def test_a_message_quotes_a_percentage_as_it_is_shown() -> None:
    assert [quoted(Percent(number)) for number in (0.85, 0.8815, 1, 85)] == ["85%", "88.15%", "100%", "8500%"]


@pytest.mark.parametrize(
    "cell", [None, "", " ", "\n", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u200b \u3000\ufeff\u00a0"]
)
def test_what_nobody_sees_is_blank(cell: Cell) -> None:
    assert is_blank(cell)
    assert as_text(cell) == ""


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x85", "\ud83d", "\uffff"])
def test_what_is_no_character_of_a_text_is_a_blank(sign: str) -> None:
    assert as_text(f"{sign}E1{sign}{sign}a{sign}") == "E1 a"


def test_a_number_that_is_none_is_no_score() -> None:
    numbers, odd = read_numbers([float("nan"), float("inf"), 80.0])
    assert odd == {0: "not-a-number", 1: "not-a-number"}
    assert numbers[2] == 80


def test_percentages_are_exact() -> None:
    wanted = Wanted(whole=Decimal(100), shown="percent-as-score", written="percent-as-score")
    expected = [Decimal(hundredths) / 100 for hundredths in range(10_001)]
    from_cells, _ = read_numbers([Percent(float(number / 100)) for number in expected], wanted)
    from_texts, _ = read_numbers([f"{number}%" for number in expected], wanted)
    assert from_cells.tolist() == from_texts.tolist() == [float(number) for number in expected]


def test_a_column_of_ten_thousand_wrong_cells_takes_no_time_for_each() -> None:
    cells: list[Cell] = ["1-" * 16_000, "9" * 32_000, "請" * 32_000, *["85分鐘"] * 10_000]
    numbers, odd = read_numbers(cells)
    assert set(odd.values()) == {"not-a-number"}
    assert len(odd) == len(numbers)


class TestScoresOnAnotherScale:
    """What keeps a team from being scored with scores on another scale, and what does not."""

    def codes(self, reading: Reading) -> dict[str, str]:
        return {found.code: found.severity.value for found in reading.findings}

    def test_other_errors_do_not_hide_them(self, tmp_path: Path, small_rules: Ruleset) -> None:
        scores: Rows = [[38, 27, 30], [40, "請假", 21], [850, 25, 20], [35, None, 28]]
        codes = self.codes(read_scores(tmp_path, small_rules, scores))
        assert codes.keys() == {"looks-like-points", "no-score-stated", "out-of-range", "missing-score"}
        assert codes["looks-like-points"] == "error"

    def test_what_raters_typed_counts(self, tmp_path: Path, small_rules: Ruleset) -> None:
        indicators = ("銷售額", "毛利率", "協作配合度")
        header = [
            "工號",
            "姓名",
            *(f"{name} {role}" for name in indicators for role in ("自評", "同級", "上級")),
        ]
        reading = read_scores(tmp_path, small_rules, [[38, 39, 40, 27, 28, 29, 25, 26, 27]], header=header)
        assert self.codes(reading) == {"looks-like-points": "error"}
        high = [[38, 39, 40, 27, 28, 29, 25, 26, 31]]
        assert self.codes(read_scores(tmp_path, small_rules, high, header=header)) == {}

    def test_what_was_computed_or_said_in_words_does_not(self, tmp_path: Path, small_rules: Ruleset) -> None:
        header = [
            "維修單數 目標",
            "維修單數 實際",
            "等候時間 目標",
            "等候時間 實際",
            "差錯 次數",
            "報告",
            "態度",
            "培訓",
        ]
        people = [[40, 1, 2, 50, 20, "不通過", "差", 80], [40, 0, 2, 50, 20, "不通過", 10, 90]]
        reading = read_scores(tmp_path, small_rules, people, header=["工號", "姓名", *header])
        assert self.codes(reading).keys() <= {"unlikely-attainment"}
        typed = [[*own[:-1], training] for own, training in zip(people, (8, 9), strict=True)]
        reading = read_scores(tmp_path, small_rules, [*typed, typed[0]], header=["工號", "姓名", *header])
        assert self.codes(reading)["looks-like-tens"] == "error"  # 10 typed for a level counts too

    RATED = ("工號", "姓名", *(f"{name} {role}" for name in HEADER[2:] for role in ("自評", "同級", "上級")))

    @pytest.mark.parametrize(
        ("scores", "expected"),
        [
            ([[80, 8, 85, 90, 9, 95, 85, 7, 80]], ("looks-like-tens", "error", "D2:J2")),
            ([[80, 0.8, 85, 90, 0.9, 95, 85, 1, 80]], ("looks-like-fractions", "error", "D2:J2")),
            ([[80, 36, 85, 90, 27, 95, 85, 28, 80]], ("looks-like-points", "error", "D2:J2")),
            ([[80, 85, 85, 90, 95, 95, 0.85, 80, 80]], ("looks-like-fractions", "error", "I2")),
            ([[80, 75, 85, 90, 95, 9, 85, 80, 80]] * 3, ("looks-like-tens", "error", "H2:H4")),
            ([[80, 75, 85, 90, 95, 9, 85, 80, 80]] * 2, ("looks-like-tens", "warning", "H2:H3")),
            ([[80, 75, 85, 90, 95, 9, 85, 80, 80]], None),
        ],
    )
    def test_every_rater_is_asked(
        self,
        scores: Rows,
        expected: tuple[str, str, str] | None,
        tmp_path: Path,
        small_rules: Ruleset,
    ) -> None:
        raters = {"self": 20, "peer": 30, "superior": 50}
        policy = small_rules.policy.model_copy(update={"raters": Raters.model_validate(raters)})
        reading = read_scores(tmp_path, replace(small_rules, policy=policy), scores, header=self.RATED)
        found = [(one.code, one.severity.value, one.place.cell) for one in reading.findings]
        assert [one for one in found if "looks-like" in one[0]] == ([expected] if expected else [])

    @pytest.mark.parametrize(
        ("scores", "expected"),
        [
            ([[0.8, 0.9], [0.7, 1]], ["looks-like-fractions"]),
            ([[50, 0.85]], ["looks-like-fractions"]),
            ([[50, 0.5]], []),
            ([[50, 30], [0.5, 0.9]], ["looks-like-fractions"]),
            ([[50, 9], [55, 8], [48, 7.5]], ["looks-like-tens"]),
            ([[50, 1], [55, 0]], []),
        ],
    )
    def test_points_are_asked_too(
        self, scores: Rows, expected: list[str], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        header = ["工號", "姓名", "發貨準確率", "發貨及時率"]
        reading = read_scores(tmp_path, small_rules, scores, header=header)
        assert [found.code for found in reading.findings] == expected

    def test_who_is_not_meant_is_scored(self, tmp_path: Path, small_rules: Ruleset) -> None:
        scores = [[80, 90, 70], [8, 9, 7], [85, 75, 95]]
        reading = read_scores(tmp_path, small_rules, scores)
        assert [found.place.cell for found in reading.findings] == ["C3:E3"]
        assert reading.sheets.employees["employee_id"].tolist() == ["E1", "E3"]

    def test_a_large_sheet_takes_no_time_for_each(self, tmp_path: Path, small_rules: Ruleset) -> None:
        scores: Rows = [[80, 90, 70], [8, 9, 7]] * 1_000
        reading = read_scores(tmp_path, small_rules, scores)
        assert len(reading.findings) == 1_000
        assert len(reading.sheets.employees) == 1_000

    def test_scores_below_a_large_weight_tell_nothing(self, tmp_path: Path, small_rules: Ruleset) -> None:
        header = ["工號", "姓名", "客戶滿意度", "協作配合度"]
        scores = [[60, 0], [55, 0], [50, 0]]
        assert self.codes(read_scores(tmp_path, small_rules, scores, header=header)) == {}

    def test_one_team_does_not_keep_another_from_being_scored(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        sheets = {
            "銷售": [HEADER, ["E1", "陳一", 38, 27, 30]],
            "客服": [["工號", "姓名", "客戶滿意度", "協作配合度"], ["K1", "林二", 80, 90]],
        }
        reading = read_case({"sheets": sheets}, tmp_path, small_rules)
        assert employees_of(reading, small_rules) == {"K1": "care 80 90"}
        assert [found.place.sheet for found in reading.findings] == ["銷售"]

    def test_only_what_may_be_right_can_be_accepted(self, tmp_path: Path, small_rules: Ruleset) -> None:
        with pytest.raises(UsageError) as caught:
            read_scores(tmp_path, small_rules, [[80, 90, 70]], "missing-score")
        assert [found.code for found in caught.value.findings] == ["cannot-accept"]


def test_cells_that_were_read_in_the_same_way_are_told_once(tmp_path: Path, small_rules: Ruleset) -> None:
    scores = [[f"{60 + number}分", 90, f"{80 + number % 3}%"] for number in range(12)]
    reading = read_scores(tmp_path, small_rules, scores)
    texts = {found.code: (found.place.cell, str(found)) for found in reading.findings}
    assert texts.keys() == {"number-as-text", "percent-as-score"}
    assert texts["number-as-text"][0] == "C2:C13"
    assert "(C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, …)" in texts["number-as-text"][1]
    assert len(reading.sheets.employees) == len(scores)
