"""``perf check --explain --annotate``: the copy begins with how each sheet was understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from support.command import perf
from support.companies import small_company
from support.sheets import Rows, write_workbook

FIRST, SECOND = "perf reading", "perf findings"
LIST: Rows = [
    ["十一月績效考核"],
    ["工號", "姓名", "銷售額", "毛利率", "協作配合度", "權重說明", "=1+1", "加分", "原因", "總分"],
    ["E1", "陳一", 80, 90, 70, None, "甲", 1, "提案", 81],
    ["E2", "林二", 85, 75, 95, None, None, None, None, 90],
    ["合計", None, 165, 165, 165, None, None, None, None, None],
]
PLAIN: Rows = [row[:5] for row in LIST[1:4]]
FORM: Rows = [
    ["姓名", "陳一", "工號", "E1"],
    ["指標", "權重", "自評", "上級評分"],
    ["銷售額", 40, 82, 80],
    ["毛利率", 30, 88, 90],
    ["協作配合度", 30, 75, 70],
]
OTHER_FORM: Rows = [["姓名", "林二", "工號", "E2"], *FORM[1:]]
WORKBOOKS: Mapping[str, Mapping[str, Rows]] = {
    "list": {"銷售團隊": LIST},
    "forms": {"陳一": FORM, "林二": OTHER_FORM},
    "list-and-standards": {"銷售團隊": PLAIN, "說明": [["評分說明"], ["銷售額", "按完成率"]]},
    "list-and-form": {"銷售團隊": PLAIN[:2], "林二": OTHER_FORM},
    "names-taken": {FIRST: PLAIN, "PERF READING (2)": [["說明"]]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_company(tmp_path / "rubrics")
    return tmp_path


def annotated(folder: Path, sheet: Path, *words: object, lang: str = "en", name: str = "copy.xlsx") -> Path:
    usual = ["--rubrics", folder / "rubrics", "--period", "2026-11", "--team", "sales", "--lang", lang]
    perf("check", sheet, "--annotate", folder / name, *usual, *words)
    return folder / name


def scored(folder: Path, sheet: Path) -> dict[str, Any]:
    usual = ["--rubrics", folder / "rubrics", "--period", "2026-11", "--team", "sales"]
    ran = perf("score", sheet, "-o", folder / "r.xlsx", "--force", *usual, "--json")
    assert ran.code == 0, ran.err
    record: dict[str, Any] = json.loads(ran.out)
    found = [(one["code"], one.get("sheet"), one.get("cell")) for one in record["findings"]]
    return {"employees": record["employees"], "findings": found}


def texts(path: Path, sheet: str) -> list[list[object]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[cell for cell in row if cell is not None] for row in rows]


def test_it_is_the_first_sheet_and_says_what_the_command_says(folder: Path) -> None:
    copy = annotated(folder, write_workbook(folder / "s.xlsx", {"銷售團隊": LIST}), "--explain")
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == [FIRST, SECOND, "銷售團隊", "_perf"]
    assert book.active is book[FIRST]
    said = texts(copy, FIRST)
    assert said[0] == ["How perf reads this workbook"]
    for line in (
        ["s.xlsx > 銷售團隊: a list, a row for each employee"],
        ["Header", "row 2"],
        ["Employees", "2, in rows 3 to 4; 2 can be scored"],
        ["Rows of nobody", "1: A5 合計"],
        ["Scale", "Sales: 0 to 100 for each indicator"],
        ["Weights", "none in the sheet; the rubric's count"],
        ["Own totals", "of 2 people; 1 the same as perf's"],
        ["Cell", "In the sheet", "Read as"],
        ["C2", "銷售額", "indicator “Sales revenue”"],
        ["J2", "總分", "Total"],
    ):
        assert line in said


def test_a_cell_is_a_link_to_where_it_stands(folder: Path) -> None:
    copy = annotated(folder, write_workbook(folder / "s.xlsx", {"銷售團隊": LIST}), "--explain")
    cells = [cell for row in openpyxl.load_workbook(copy)[FIRST].iter_rows() for cell in row]
    (cell,) = [cell for cell in cells if cell.value == "C2"]
    assert cell.hyperlink is not None
    assert cell.hyperlink.location == "'銷售團隊'!C2"


def test_texts_of_the_sheet_stay_texts(folder: Path) -> None:
    copy = annotated(folder, write_workbook(folder / "s.xlsx", {"銷售團隊": LIST}), "--explain")
    cells = [cell for row in openpyxl.load_workbook(copy)[FIRST].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}


@pytest.mark.parametrize(
    ("lang", "first", "line"),
    [("zh-Hant", "perf 讀法", ["表頭", "第 2 行"]), ("zh-Hans", "perf 读法", ["表头", "第 2 行"])],
)
def test_it_is_in_the_language_of_the_run(folder: Path, lang: str, first: str, line: list[str]) -> None:
    copy = annotated(folder, write_workbook(folder / "s.xlsx", {"銷售團隊": LIST}), "--explain", lang=lang)
    assert openpyxl.load_workbook(copy).sheetnames[0] == first
    assert line in texts(copy, first)


def test_without_the_option_there_is_none(folder: Path) -> None:
    copy = annotated(folder, write_workbook(folder / "s.xlsx", {"銷售團隊": LIST}))
    assert openpyxl.load_workbook(copy).sheetnames == [SECOND, "銷售團隊", "_perf"]


@pytest.mark.parametrize("sheets", WORKBOOKS.values(), ids=WORKBOOKS)
def test_the_copy_scores_as_the_original_does(folder: Path, sheets: Mapping[str, Rows]) -> None:
    sheet = write_workbook(folder / "s.xlsx", sheets)
    assert scored(folder, annotated(folder, sheet, "--explain")) == scored(folder, sheet)


def test_so_it_does_where_somebody_renames_the_sheet(folder: Path) -> None:
    sheet = write_workbook(folder / "s.xlsx", {"陳一": FORM, "林二": OTHER_FORM})
    copy = annotated(folder, sheet, "--explain")
    book = openpyxl.load_workbook(copy)
    book[FIRST].title = "讀法"
    book.save(copy)
    assert scored(folder, copy)["employees"] == scored(folder, sheet)["employees"]


def test_a_copy_of_the_copy_has_it_once(folder: Path) -> None:
    sheet = write_workbook(folder / "s.xlsx", {"銷售團隊": LIST})
    copy = annotated(folder, sheet, "--explain")
    again = annotated(folder, copy, "--explain", name="again.xlsx")
    assert openpyxl.load_workbook(again).sheetnames == openpyxl.load_workbook(copy).sheetnames
    without = annotated(folder, again, name="without.xlsx")
    assert openpyxl.load_workbook(without).sheetnames == [SECOND, "銷售團隊", "_perf"]


def test_a_name_that_is_taken_is_not_used_again(folder: Path) -> None:
    sheet = write_workbook(folder / "s.xlsx", WORKBOOKS["names-taken"])
    copy = annotated(folder, sheet, "--explain")
    assert openpyxl.load_workbook(copy).sheetnames[0] == "perf reading (3)"


def test_where_nothing_can_be_read_it_says_so(folder: Path) -> None:
    copy = annotated(folder, write_workbook(folder / "s.xlsx", {"說明": [["說明"], ["甲"]]}), "--explain")
    assert ["No sheet of this workbook could be read; the findings say why."] in texts(copy, FIRST)
