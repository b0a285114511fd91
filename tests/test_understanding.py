"""``perf check --explain``: how each sheet was understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perfcli.cli.main import run
from support.companies import small_company
from support.sheets import Rows, write_workbook

LIST: Rows = [
    ["十一月績效考核"],
    ["工號", "姓名", "銷售額", "毛利率", "協作配合度", "權重說明", "主觀印象", "加分", "原因", "總分"],
    ["E1", "陳一", 80, 90, 70, None, 5, 1, "提案", 81],
    ["E2", "林二", 85, 75, 95, None, None, None, None, 90],
    ["合計", None, 165, 165, 165, None, None, None, None, None],
]
FORM: Rows = [
    ["姓名", "陳一", "工號", "E1"],
    ["指標", "權重", "自評", "上級評分"],
    ["銷售額", 40, 82, 80],
    ["毛利率", 30, 88, 90],
    ["協作配合度", 30, 75, 70],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_company(tmp_path / "rubrics")
    return tmp_path


def explained(folder: Path, sheets: dict[str, Rows], capsys: pytest.CaptureFixture[str], *words: str) -> str:
    path = write_workbook(folder / "s.xlsx", sheets)
    usual = ["--rubrics", str(folder / "rubrics"), "--period", "2026-11", "--lang", "en", "--explain"]
    run(["check", str(path), *usual, *words])
    return capsys.readouterr().out


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_list_says_its_header_people_scale_weights_and_totals(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = lines(explained(folder, {"銷售團隊": LIST}, capsys))
    assert said[:9] == [
        "s.xlsx > 銷售團隊: a list, a row for each employee",
        "Header: row 2",
        "Team: Sales",
        "Employees: 2, in rows 3 to 4; 1 can be scored",
        "Rows of nobody: 1: A5 合計",
        "Scale: Sales: 0 to 100 for each indicator",
        "Weights: none in the sheet; the rubric's count",
        "Own totals: of 2 people; 1 the same as perf's",
        "Cannot be scored: 1: E1 陳一",
    ]
    assert "C2 銷售額 indicator “Sales revenue”" in said
    assert "G2 主觀印象 not known, not read" in said
    assert "H2 加分 Points added" in said
    assert "J2 總分 Total" in said


def test_who_is_left_out_is_named_with_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: Rows = [row[:5] for row in LIST[1:4]]
    people: Rows = [rows[0], ["E1", "陳一", "缺考", 120, 70], rows[2], ["E3", "王三", None, 80, 80]]
    said = lines(explained(folder, {"銷售團隊": people}, capsys))
    assert "Cannot be scored: 2: E1 陳一 (no-score-stated, out-of-range), E3 王三 (missing-score)" in said
    forms: dict[str, Rows] = {
        "陳一": [*FORM[:2], ["銷售額", 40, 82, "缺考"], *FORM[3:]],
        "林二": [["姓名", "林二", "工號", "E2"], *FORM[1:]],
    }
    said = lines(explained(folder, forms, capsys, "--team", "sales"))
    assert "Cannot be scored: 1: E1 陳一 (no-score-stated)" in said


def test_forms_say_where_what_is_read_stands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = lines(explained(folder, {"陳一": FORM}, capsys, "--team", "sales"))
    assert said[0] == "s.xlsx: 1 form, the first is “陳一”"
    assert "Employees: 1, on the sheets 陳一; 1 can be scored" in said
    assert "Weights: stated for 3 indicators, compared with the rubric" in said
    assert "D1 Employee ID" in said
    assert "D3 銷售額 indicator “Sales revenue superior”" in said
    assert "B3 銷售額 weight of “Sales revenue”" in said


def test_a_scale_of_its_own_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "rubrics" / "sales.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nscale: {of: 5}\n", encoding="utf-8")
    rows: Rows = [["工號", "姓名", "銷售額", "毛利率", "協作配合度"], ["E1", "陳一", 4.5, 4, 5]]
    said = lines(explained(folder, {"銷售團隊": rows}, capsys))
    assert "Scale: Sales: 0 to 5 for each indicator, converted to 100" in said


def test_what_is_left_alone_on_purpose_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bound = folder / "map.yaml"
    bound.write_text("headers: {主觀印象: ignore}", encoding="utf-8")
    said = lines(explained(folder, {"銷售團隊": LIST}, capsys, "--map", str(bound)))
    assert "G2 主觀印象 left out as you said" in said
    assert "Employees: 2, in rows 3 to 4; 2 can be scored" in said


def test_json_has_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row[:5] for row in LIST[1:4]]
    (one,) = json.loads(explained(folder, {"銷售團隊": rows}, capsys, "--json"))["understood"]
    assert (one["layout"], one["header"], one["people"]) == (
        "list",
        "row 1",
        "2, in rows 2 to 3; 2 can be scored",
    )
    assert one["columns"][2] == {"cell": "C1", "text": "銷售額", "meaning": "indicator “Sales revenue”"}


def test_without_the_option_nothing_of_it_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_workbook(folder / "s.xlsx", {"銷售團隊": LIST})
    run(["check", str(path), "--rubrics", str(folder / "rubrics"), "--period", "2026-11", "--lang", "en"])
    assert "Header" not in capsys.readouterr().out


def test_indicators_have_the_names_of_the_sheets_own_team(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    care = folder / "rubrics" / "care.yaml"
    care.write_text(
        care.read_text("utf-8").replace("en: Cooperation", "en: Cooperation with depots"), "utf-8"
    )
    rows: Rows = [["工號", "銷售額", "毛利率", "協作配合度", "滿分"], ["E1", 80, 90, 70, 100]]
    said = lines(explained(folder, {"銷售團隊": rows}, capsys))
    assert "D1 協作配合度 indicator “Cooperation”" in said
    assert "E1 滿分 full marks of “Cooperation”" in said
