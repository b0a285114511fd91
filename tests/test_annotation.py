"""``perf check --annotate``: the user's own workbook with the findings at their cells."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Color, GradientFill, PatternFill

from perfcli.cli.annotating import write_copy
from perfcli.cli.main import run
from perfcli.cli.output import Output
from perfcli.files.reader import Access, read_book
from perfcli.files.sheet import Limits
from perfcli.pipelines.score import Request, read
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Language, Wording
from perfcli.workbooks.annotated import copy as annotation
from perfcli.workbooks.annotated import list as annotation_list
from perfcli.workbooks.annotated.copy import HEAD, annotate
from perfcli.workbooks.annotated.page import ERROR_FILL, WARNING_FILL
from support.companies import small_company
from support.encryption import encrypted_office

PASSWORD = "公司的密碼"  # noqa: S105 - of a test
LIST = "perf 問題"
TEAM = "客服's 表"
HEADER = ["工號", "姓名", "客戶滿意度", "協作配合度", "備註"]
PEOPLE: list[list[Any]] = [
    ["E001", "陳淑芬", 90, 80, "=1+1"],
    ["E002", "劉凱文", "缺考", 150, ""],
    ["E003", "李佳穎", None, 70, ""],
    ["E003", "王建國", 88, 2.4, ""],
    ["E004", "林美玲", "８５", 60, ""],
]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_company(tmp_path_factory.mktemp("company") / "rubrics")


@pytest.fixture
def check(company: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs ``perf check`` in Chinese on the rules of the small company: its code, stdout and stderr."""

    def checked(*words: object) -> tuple[int, str, str]:
        options = ["--rubrics", str(company), "--period", "2026-11", "--lang", "zh-Hant"]
        code = run(["check", *map(str, words), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return checked


def write_sheet(path: Path, rows: Sequence[Sequence[Any]] = PEOPLE, name: str = TEAM) -> Path:
    """A sheet as companies have it: a merged title, a header, looks and rules of its own, a hidden sheet."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet(name)
        title = workbook.add_format({"bold": True, "font_size": 16, "bg_color": "#DDEEFF", "border": 1})
        percent = workbook.add_format({"num_format": "0.00", "font_color": "#0000FF", "border": 1})
        sheet.merge_range("A1:E1", "客服團隊 績效考核評分表", title)
        sheet.write_row("A3", HEADER, workbook.add_format({"bold": True, "italic": True}))
        for number, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                sheet.write(number, column, value, percent if column in {2, 3} else None)
        sheet.set_column("B:B", 23.5)
        sheet.set_row(2, 40)
        sheet.set_column("H:H", None, None, {"hidden": True})
        sheet.freeze_panes(3, 2)
        sheet.data_validation(
            "D4:D9", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        )
        sheet.conditional_format("C4:C9", {"type": "cell", "criteria": "<", "value": 60, "format": title})
        sheet.set_landscape()
        sheet.repeat_rows(2)
        sheet.protect("1234")
        sheet.write_comment("D5", "經理：已確認", {"author": "王經理"})
        workbook.define_name("滿分", f"='{name.replace(chr(39), chr(39) * 2)}'!$D$4")
        hidden = workbook.add_worksheet("參數")
        hidden.write_formula("A1", "=SUM(B1:C1)", None, 170)
        hidden.write_formula("A2", '=IF(A1="","","有")', None, "有")
        hidden.write_rich_string("A3", "前", title, "粗體", "後")
        hidden.write_datetime("A4", datetime(2026, 11, 3), workbook.add_format({"num_format": 27}))  # noqa: DTZ001
        hidden.write_blank("H9", None, title)
        hidden.hide()
    return path


def cells_of(path: Path, *, values: bool) -> dict[str, dict[str, tuple[Any, ...]]]:
    """By sheet and address: value and number format; formulas with or without their results."""
    workbook = openpyxl.load_workbook(path, data_only=values, rich_text=True)
    return {
        sheet.title: {
            cell.coordinate: (repr(cell.value), cell.number_format, cell.font.b, cell.border.left.style)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in workbook.worksheets
    }


def notes_of(path: Path, sheet: str = TEAM) -> dict[str, str]:
    cells = (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def colours_of(path: Path, sheet: str = TEAM) -> dict[str, str]:
    cells = (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row)
    ours = {ERROR_FILL: "red", WARNING_FILL: "yellow"}
    fills = {cell.coordinate: getattr(cell.fill, "fgColor", Color()).rgb for cell in cells}
    return {address: ours[fill] for address, fill in fills.items() if fill in ours}


def listed(path: Path, sheet: str = LIST) -> list[list[Any]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=5, values_only=True)
    return [list(row) for row in rows]


def annotated(content: bytes, *remarks: Sequence[Any], suffix: str = ".xlsx") -> bytes:
    problem, _, copy = annotate(content, remarks, "zh-Hant", suffix)
    assert problem == ""
    return copy


def remark(
    cell: str, *, sheet: str = TEAM, is_error: bool = True, message: str = "問題。"
) -> tuple[Any, ...]:
    return (is_error, True, "sheet.xlsx", sheet, cell, message, "請改。")


def lost(content: bytes, suffix: str = ".xlsx") -> Mapping[str, Sequence[str]]:
    return annotate(content, [], "zh-Hant", suffix)[1]


@pytest.mark.isolated
def test_each_finding_is_a_coloured_cell_with_a_note(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
    before = sheet.read_bytes()
    code, out, err = check(sheet, "--annotate", copy)
    assert code == 1, err
    assert str(copy) in out
    assert sheet.read_bytes() == before
    assert colours_of(copy) == {
        "C5": "red",
        "D5": "red",
        "C6": "red",
        "A6": "red",
        "A7": "red",
        "C8": "yellow",
    }
    notes = notes_of(copy)
    assert set(notes) == set(colours_of(copy))
    assert notes["C5"].startswith(f"{HEAD}\n錯誤：")
    assert "缺考" in notes["C5"]
    assert "\n→ " in notes["C5"]
    assert notes["C8"].startswith(f"{HEAD}\n提醒：")


def test_the_findings_are_told_as_without_a_copy(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    sheet = write_sheet(tmp_path / "sheet.xlsx")
    plain, with_copy = check(sheet), check(sheet, "--annotate", tmp_path / "copy.xlsx")
    assert with_copy[0] == plain[0] == 1
    assert with_copy[2].endswith(plain[2])
    as_json = check(sheet, "--annotate", tmp_path / "other.xlsx", "--json")
    assert json.loads(as_json[1]) == json.loads(check(sheet, "--json")[1])
    assert "other.xlsx" in as_json[2]
    assert (tmp_path / "other.xlsx").read_bytes() == (tmp_path / "copy.xlsx").read_bytes()


def test_a_sheet_without_errors_has_a_copy_and_exit_code_0(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    sheet, copy = write_sheet(tmp_path / "sheet.xlsx", PEOPLE[:1]), tmp_path / "copy.xlsx"
    code, _, err = check(sheet, "--annotate", copy)
    assert code == 0, err
    assert colours_of(copy) == {}
    assert [row[1] for row in listed(copy)] == ["參數"]


def test_everything_else_stays_as_it_is(tmp_path: Path, check: Callable[..., tuple[int, str, str]]) -> None:
    sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
    check(sheet, "--annotate", copy)
    for values in (False, True):
        before, after = cells_of(sheet, values=values), cells_of(copy, values=values)
        assert {name: after[name] for name in before} == before
    old, new = openpyxl.load_workbook(sheet), openpyxl.load_workbook(copy)
    assert new.sheetnames == [LIST, *old.sheetnames, "_perf"]
    assert [new[name].sheet_state for name in old.sheetnames] == ["visible", "hidden"]
    assert list(new.defined_names) == list(old.defined_names)
    before_sheet, after_sheet = old[TEAM], new[TEAM]
    for look in ("freeze_panes", "print_title_rows"):
        assert getattr(after_sheet, look) == getattr(before_sheet, look)
    assert str(after_sheet.merged_cells) == str(before_sheet.merged_cells)
    assert after_sheet.page_setup.orientation == "landscape"
    assert after_sheet.protection.sheet
    assert after_sheet.protection.password == before_sheet.protection.password
    assert [str(one.sqref) for one in after_sheet.data_validations.dataValidation] == ["D4:D9"]
    assert [str(one.sqref) for one in after_sheet.conditional_formatting] == ["C4:C9"]
    for name, column in before_sheet.column_dimensions.items():
        assert after_sheet.column_dimensions[name].hidden == column.hidden
        assert column.hidden or after_sheet.column_dimensions[name].width == column.width
    heights = {row: one.height for row, one in before_sheet.row_dimensions.items() if one.height}
    assert {row: one.height for row, one in after_sheet.row_dimensions.items() if one.height} == heights


def test_no_digit_of_a_number_is_lost(tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "sheet.xlsx")
    noise = {"xl/worksheets/sheet1.xml": (b"<v>2.4</v>", b"<v>2.4000000000000004</v>")}
    copy = annotated(with_parts(sheet.read_bytes(), {}, noise), remark("D7"))
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        assert b"<v>2.4000000000000004</v>" in archive.read("xl/worksheets/sheet2.xml")


def test_dates_stay_the_same_in_both_ways_to_count_days(tmp_path: Path) -> None:
    for since_1904 in (False, True):
        path = tmp_path / "dates.xlsx"
        with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as workbook:
            sheet = workbook.add_worksheet("日期")
            for row, number in enumerate((0, 1, 59, 60, 61, 46329.123456789, -5, 99999999)):
                sheet.write_number(row, 0, number, workbook.add_format({"num_format": "yyyy-mm-dd"}))
        (tmp_path / "copy.xlsx").write_bytes(annotated(path.read_bytes(), remark("A1", sheet="日期")))
        before, after = (read_book(tmp_path / name) for name in ("dates.xlsx", "copy.xlsx"))
        assert after.grids[0].rows == before.grids[0].rows
        with zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
            assert re.findall(rb"<v>([^<]+)</v>", archive.read("xl/worksheets/sheet2.xml")) == (
                re.findall(rb"<v>([^<]+)</v>", zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml"))
            )


def test_blank_texts_and_results_of_formulas_stay(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("公式")
        for row, (formula, result) in enumerate(
            [("=1+1", 2), ('=""', ""), ('="<&"', "<&"), ("=1=1", True), ("=1/0", "#DIV/0!"), ("=B1&B2", " ")]
        ):
            sheet.write_formula(row, 0, formula, None, result)
        sheet.write_array_formula("C1:C2", "{=A1:A2*2}", None, 4)
        sheet.write_string("D1", "   ")
    (tmp_path / "copy.xlsx").write_bytes(annotated(path.read_bytes(), remark("A1", sheet="公式")))
    before, after = (read_book(tmp_path / name).grids[0].rows for name in ("formulas.xlsx", "copy.xlsx"))
    assert after == before
    assert (
        cells_of(path, values=False)["公式"].keys()
        == cells_of(tmp_path / "copy.xlsx", values=False)["公式"].keys()
    )


class TestTheList:
    def test_has_a_row_for_each_finding_with_a_link(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        _, out, _ = check(sheet, "--annotate", copy, "--json")
        told = json.loads(out)["findings"]
        wording = Wording(Language.TRADITIONAL)
        assert listed(copy) == [
            [
                wording(f"severity.{one['severity']}"),
                *(one.get(key) for key in ("sheet", "cell", "message", "cure")),
            ]
            for one in told
        ]
        page = openpyxl.load_workbook(copy).worksheets[0]
        links = [page.cell(row, 3).hyperlink for row in range(5, 5 + len(told))]
        assert [link and link.location for link in links] == [
            f"'客服''s 表'!{one['cell']}" if "cell" in one else None for one in told
        ]
        assert page.auto_filter.ref == f"A4:E{4 + len(told)}"
        assert page.freeze_panes == "A5"
        assert page.page_setup.fitToHeight == 0
        assert page.print_title_rows == "$4:$4"

    def test_is_shown_first_and_alone(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        check(sheet, "--annotate", copy)
        workbook = openpyxl.load_workbook(copy)
        assert workbook.active is not None
        assert workbook.active.title == LIST
        assert [one.sheet_view.tabSelected for one in workbook.worksheets] == [True, False, False, None]

    def test_tells_findings_without_a_cell_and_those_of_other_files(self, tmp_path: Path) -> None:
        sheet = write_sheet(tmp_path / "sheet.xlsx")
        nowhere = (True, True, "sheet.xlsx", "", "", "沒有名字。", "請寫。")
        whole = (False, True, "sheet.xlsx", TEAM, "", "整張表。", "請看。")
        other = (False, False, "plan.xlsx", TEAM, "C4", "計劃。", "請問。")
        copy = tmp_path / "copy.xlsx"
        copy.write_bytes(annotated(sheet.read_bytes(), nowhere, whole, other))
        assert listed(copy) == [
            ["錯誤", "sheet.xlsx", None, None, "沒有名字。", "請寫。"],
            ["提醒", "sheet.xlsx", TEAM, None, "整張表。", "請看。"],
            ["提醒", "plan.xlsx", TEAM, "C4", "計劃。", "請問。"],
        ]
        assert colours_of(copy) == {}
        page = openpyxl.load_workbook(copy).worksheets[0]
        assert page["C6"].hyperlink.location == "'客服''s 表'!A1"
        assert page["D7"].hyperlink is None

    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1", "#N/A", "\x01\ud800x", "x" * 40_000]
    )
    def test_text_stays_text(self, text: str, tmp_path: Path) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        copy.write_bytes(annotated(sheet.read_bytes(), remark("C4", message=text)))
        cell = openpyxl.load_workbook(copy)[LIST]["D5"]
        assert cell.data_type == "s"
        assert cell.number_format == "@"
        shown = text.replace("\r", "\n").translate({1: None, 0xD800: "?"})
        assert str(cell.value).removesuffix("…") == shown[: len(str(cell.value).removesuffix("…"))]
        assert notes_of(copy)["C4"]

    def test_has_a_name_that_no_sheet_has(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx", name=LIST), tmp_path / "copy.xlsx"
        check(sheet, "--annotate", copy)
        assert openpyxl.load_workbook(copy).sheetnames[:2] == [f"{LIST} (2)", LIST]

    def test_and_the_notes_end_somewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(annotation, "MOST_NOTES", 3)
        monkeypatch.setattr(annotation, "MOST_COLOURED", 4)
        monkeypatch.setattr(annotation_list, "MOST_LISTED", 5)
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        remarks = [remark(f"C{row}") for row in range(4, 11)]
        copy.write_bytes(annotated(sheet.read_bytes(), *remarks, remark("C4", message="再一個。")))
        assert set(notes_of(copy)) == {"C4", "C5", "C6", "D5"}
        assert "再一個。" in notes_of(copy)["C4"]
        assert len(colours_of(copy)) == 4
        assert len(listed(copy)) == 6
        assert "3" in listed(copy)[5][0]
        assert "3" in str(openpyxl.load_workbook(copy)[LIST]["A3"].value)


class TestCells:
    def test_with_an_error_and_a_warning_are_red_and_hold_both_notes(self, tmp_path: Path) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        warned = remark("C4", is_error=False, message="提個醒。")
        copy.write_bytes(annotated(sheet.read_bytes(), warned, remark("C4", message="錯了。"), warned))
        assert colours_of(copy) == {"C4": "red"}
        note = notes_of(copy)["C4"]
        assert note == f"{HEAD}\n提醒：提個醒。\n→ 請改。\n錯誤：錯了。\n→ 請改。"

    def test_keep_their_own_note_above_ours(self, tmp_path: Path) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        copy.write_bytes(annotated(sheet.read_bytes(), remark("D5")))
        cell = openpyxl.load_workbook(copy)[TEAM]["D5"]
        assert cell.comment.text == f"經理：已確認\n{HEAD}\n錯誤：問題。\n→ 請改。"
        assert cell.comment.author == "王經理"

    @pytest.mark.parametrize(
        ("where", "coloured", "noted"),
        [
            ("C4:C6", {"C4", "C5", "C6"}, "C4"),
            ("$C$4:$D$4", {"C4", "D4"}, "C4"),
            ("5:5", {"A5", "B5", "C5", "D5", "E5"}, "A5"),
            ("E:E", {"A1", *(f"E{row}" for row in range(2, 9))}, "A1"),
            ("C1", {"A1"}, "A1"),
            ("K20", {"K20"}, "K20"),
            ("A8:XFD1048576", {"A8", "B8", "C8", "D8", "E8"}, "A8"),
            ("哪裡", set(), None),
        ],
    )
    def test_of_a_place_are_all_coloured_and_the_first_has_the_note(
        self, where: str, coloured: set[str], noted: str | None, tmp_path: Path
    ) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        copy.write_bytes(annotated(sheet.read_bytes(), remark(where)))
        assert set(colours_of(copy)) == coloured
        assert {cell for cell, note in notes_of(copy).items() if HEAD in note} == (
            {noted} if noted else set()
        )

    def test_that_were_blank_look_as_their_column_did(self, tmp_path: Path) -> None:
        path = tmp_path / "sheet.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            sheet = workbook.add_worksheet(TEAM)
            sheet.set_column("B:D", 10, workbook.add_format({"bold": True, "num_format": "0.00"}))
            sheet.write("A1", 1)
        (tmp_path / "copy.xlsx").write_bytes(annotated(path.read_bytes(), remark("C9")))
        cell = openpyxl.load_workbook(tmp_path / "copy.xlsx")[TEAM]["C9"]
        assert (cell.font.b, cell.number_format) == (True, "0.00")

    def test_have_notes_that_can_be_read(self, tmp_path: Path) -> None:
        sheet = write_sheet(tmp_path / "sheet.xlsx")
        copy = annotated(sheet.read_bytes(), remark("C4", message="很長的一句話，" * 40), remark("C5"))
        markup = zipfile.ZipFile(BytesIO(copy)).read("xl/drawings/commentsDrawing1.vml").decode()
        heights = [int(found) for found in re.findall(r"height:(\d+)px", markup)]
        assert max(heights) > 2 * min(heights)
        assert min(heights) > 60


class TestAnnotatedAgain:
    def test_older_marks_are_replaced(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet, copy, second = (tmp_path / name for name in ("sheet.xlsx", "copy.xlsx", "second.xlsx"))
        write_sheet(sheet)
        workbook = openpyxl.load_workbook(sheet)
        workbook[TEAM]["C5"].fill = PatternFill("solid", fgColor="FF00FF00")
        workbook.save(sheet)
        check(sheet, "--annotate", copy)
        workbook = openpyxl.load_workbook(copy)
        assert workbook[TEAM]["C5"].fill.fgColor.rgb == ERROR_FILL
        workbook[TEAM]["C5"], workbook[TEAM]["D5"], workbook[TEAM]["C6"] = 77, 78, 79
        workbook.save(copy)
        code, _, err = check(copy, "--annotate", second)
        assert code == 1, err
        assert set(colours_of(second)) == {"A6", "A7", "C8"}
        assert openpyxl.load_workbook(second)[TEAM]["C5"].fill.fgColor.rgb == "FF00FF00"
        notes = notes_of(second)
        assert set(notes) == {"A6", "A7", "C8", "D5"}
        assert notes["D5"] == "經理：已確認"
        assert all(note.count(HEAD) == 1 for cell, note in notes.items() if cell != "D5")
        assert openpyxl.load_workbook(second).sheetnames == [LIST, TEAM, "參數", "_perf"]

    def test_colours_of_every_kind_come_back(self, tmp_path: Path) -> None:
        workbook = openpyxl.load_workbook(write_sheet(tmp_path / "sheet.xlsx"))
        fills = {
            "C4": GradientFill(stop=("FF0000FF", "FFFFFFFF")),
            "C5": PatternFill("solid", fgColor=Color(theme=4, tint=0.5)),
            "C6": PatternFill("lightUp", fgColor="FF123456", bgColor="FF654321"),
            "C7": PatternFill(),
        }
        for cell, fill in fills.items():
            workbook[TEAM][cell].fill = fill
        workbook[TEAM]["D4"].fill = fills["C4"]
        workbook.save(tmp_path / "sheet.xlsx")
        first = annotated((tmp_path / "sheet.xlsx").read_bytes(), *map(remark, fills))
        (tmp_path / "copy.xlsx").write_bytes(first)
        assert set(colours_of(tmp_path / "copy.xlsx")) == set(fills)
        second = openpyxl.load_workbook(BytesIO(annotated(first)))[TEAM]
        before = openpyxl.load_workbook(tmp_path / "sheet.xlsx")[TEAM]
        for cell in ("D4", *fills):
            assert repr(second[cell].fill) == repr(before[cell].fill)

    def test_the_copy_reads_as_the_original_does(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        check(sheet, "--annotate", copy)
        told = [json.loads(check(path, "--json")[1])["findings"] for path in (sheet, copy)]
        places = [[(one["code"], one.get("sheet"), one.get("cell")) for one in findings] for findings in told]
        assert places[0] == places[1]

    def test_a_template_keeps_its_mark(self, tmp_path: Path) -> None:
        source = Path(__file__).parents[1] / "examples" / "2026-11" / "operations.xlsx"
        copy = tmp_path / "copy.xlsx"
        copy.write_bytes(annotated(source.read_bytes()))
        before, after = read_book(source), read_book(copy)
        assert {key: after.mark[key] for key in before.mark} == before.mark
        assert [grid.name for grid in after.grids] == [grid.name for grid in before.grids]
        assert [grid.rows for grid in after.grids] == [grid.rows for grid in before.grids]

    def test_somebody_changed_what_we_stored(self, tmp_path: Path) -> None:
        sheet = write_sheet(tmp_path / "sheet.xlsx")
        first = annotated(sheet.read_bytes(), remark("A1"))
        workbook = openpyxl.load_workbook(BytesIO(first))
        workbook["_perf"]["B2"] = '{"x": ["<fill", 3]}'
        stream = BytesIO()
        workbook.save(stream)
        (tmp_path / "copy.xlsx").write_bytes(annotated(stream.getvalue()))
        assert colours_of(tmp_path / "copy.xlsx") == {}


class TestWhatIsLost:
    def test_is_said_before_the_copy_is_written(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet = write_sheet(tmp_path / "sheet.xlsx", PEOPLE[:1])
        rich = with_parts(sheet.read_bytes(), {"xl/charts/chart1.xml": b"<c/>"})
        sheet.write_bytes(rich)
        code, _, err = check(sheet, "--annotate", tmp_path / "copy.xlsx")
        assert code == 0
        assert "annotation-loses" in err
        assert "圖表" in err

    def test_nothing_is_said_of_an_ordinary_workbook(self, tmp_path: Path) -> None:
        assert lost(write_sheet(tmp_path / "sheet.xlsx").read_bytes()) == {}

    def test_drawings_are_named_with_their_sheets(self, tmp_path: Path) -> None:
        path = tmp_path / "drawings.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            first, second, third = (workbook.add_worksheet(name) for name in ("甲", "乙", "丙"))
            first.write_column("A1", [1, 2, 3])
            chart = workbook.add_chart({"type": "column"})
            chart.add_series({"values": "=甲!$A$1:$A$3"})
            first.insert_chart("C1", chart)
            second.insert_textbox("A1", "文字")
            second.insert_image("A9", "x.png", {"image_data": BytesIO(PIXEL)})
            third.add_sparkline("B1", {"range": "甲!A1:A3"})
            third.insert_button("D1", {"macro": "m"})
            first.conditional_format("A1:A3", {"type": "data_bar", "data_bar_2010": True})
            (tmp_path / "background.png").write_bytes(PIXEL)
            third.set_background(str(tmp_path / "background.png"))
        assert lost(path.read_bytes()) == {
            "charts": ["甲"],
            "conditional-formats": ["甲"],
            "shapes": ["乙"],
            "pictures": ["乙", "丙"],
            "sparklines": ["丙"],
            "controls": ["丙"],
            "page-pictures": ["丙"],
        }

    @pytest.mark.parametrize(
        ("part", "kind"),
        [
            ("xl/pivotTables/pivotTable1.xml", "pivots"),
            ("xl/slicerCaches/slicerCache1.xml", "slicers"),
            ("xl/threadedComments/threadedComment1.xml", "threads"),
            ("xl/connections.xml", "queries"),
            ("xl/metadata.xml", "dynamic"),
            ("xl/embeddings/oleObject1.bin", "objects"),
            ("xl/macrosheets/sheet1.xml", "macro-sheets"),
            ("customXml/item1.xml", "custom-xml"),
            ("docMetadata/LabelInfo.xml", "label"),
            ("_xmlsignatures/sig1.xml", "signatures"),
        ],
    )
    def test_parts_are_told_in_words(self, part: str, kind: str, tmp_path: Path) -> None:
        content = with_parts(write_sheet(tmp_path / "sheet.xlsx").read_bytes(), {part: b"<x/>"})
        assert lost(content) == {kind: []}

    def test_a_part_that_nobody_knows_is_told_by_its_path(self, tmp_path: Path) -> None:
        content = with_parts(
            write_sheet(tmp_path / "sheet.xlsx").read_bytes(), {"xl/future/new.xml": b"<x/>"}
        )
        assert lost(content) == {"other": ["xl/future/new.xml"]}

    @pytest.mark.parametrize(
        ("markup", "kind"),
        [
            (b'<protectedRanges><protectedRange sqref="A1" name="x"/></protectedRanges>', "protected-ranges"),
            (b"<extLst><ext uri='{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}'/></extLst>", "choices"),
            (b'<extLst><ext uri="{00000000-0000-0000-0000-000000000000}"/></extLst>', "extensions"),
        ],
    )
    def test_what_stands_in_a_worksheet_is_told(self, markup: bytes, kind: str, tmp_path: Path) -> None:
        content = write_sheet(tmp_path / "sheet.xlsx").read_bytes()
        changed = with_parts(
            content, {}, {"xl/worksheets/sheet2.xml": (b"</worksheet>", markup + b"</worksheet>")}
        )
        assert lost(changed) == {kind: ["參數"]}

    def test_notes_that_are_always_shown_and_phonetic_guides(self, tmp_path: Path) -> None:
        path = tmp_path / "sheet.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            sheet = workbook.add_worksheet("甲")
            sheet.write("A1", "東京")
            sheet.write_comment("A1", "注意", {"visible": True})
        guide = (b"</t></si>", '</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'.encode())
        content = with_parts(path.read_bytes(), {}, {"xl/sharedStrings.xml": guide})
        assert lost(content) == {"note-looks": ["甲"], "phonetics": []}

    def test_what_merged_cells_hide(self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]) -> None:
        path = write_sheet(tmp_path / "sheet.xlsx", PEOPLE[:1])
        blank = b'<c r="C1" s="1"/>'
        assert blank in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
        hidden = {"xl/worksheets/sheet1.xml": (blank, b'<c r="C1" s="1"><v>5</v></c>')}
        path.write_bytes(with_parts(path.read_bytes(), {}, hidden))
        _, _, err = check(path, "--annotate", tmp_path / "copy.xlsx")
        assert f"{TEAM}!C1" in err


def with_parts(
    content: bytes, parts: Mapping[str, bytes], changes: Mapping[str, tuple[bytes, bytes]] | None = None
) -> bytes:
    """A workbook with further parts, and something replaced in those that it has."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            before, after = (changes or {}).get(name, (b"", b""))
            new.writestr(name, old.read(name).replace(before, after) if before else old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return stream.getvalue()


@pytest.mark.isolated
class TestRefusals:
    def test_one_workbook_at_a_time(self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]) -> None:
        sheets = [write_sheet(tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
        code, _, err = check(*sheets, "--annotate", tmp_path / "copy.xlsx")
        assert code == 2
        assert "annotate-one-workbook" in err
        assert not (tmp_path / "copy.xlsx").exists()

    def test_inputs_and_existing_files_are_safe(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet, copy = write_sheet(tmp_path / "sheet.xlsx"), tmp_path / "copy.xlsx"
        before = sheet.read_bytes()
        code, _, err = check(sheet, "--annotate", sheet, "--force")
        assert (code, sheet.read_bytes()) == (4, before)
        assert "output-is-input" in err
        copy.write_bytes(b"mine")
        code, _, err = check(sheet, "--annotate", copy)
        assert (code, copy.read_bytes()) == (4, b"mine")
        assert "output-exists" in err
        assert check(sheet, "--annotate", copy, "--force")[0] == 1
        assert copy.read_bytes().startswith(b"PK")

    def test_other_formats_are_refused_kindly(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet = tmp_path / "sheet.csv"
        sheet.write_text("工號,姓名,客戶滿意度,協作配合度\nE001,陳淑芬,90,80\n", encoding="utf-8")
        code, _, err = check(sheet, "--annotate", tmp_path / "copy.xlsx", "--team", "care")
        assert code == 4
        assert "cannot-annotate" in err
        assert not (tmp_path / "copy.xlsx").exists()

    def test_strict_workbooks_which_openpyxl_would_empty(self, tmp_path: Path) -> None:
        change = (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        content = with_parts(
            write_sheet(tmp_path / "sheet.xlsx").read_bytes(), {}, {"xl/workbook.xml": change}
        )
        assert annotate(content, [], "en", ".xlsx")[0] == annotation.OTHER_CONTAINER

    def test_a_name_under_which_excel_would_not_open_it(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        sheet = write_sheet(tmp_path / "sheet.xlsx")
        code, _, err = check(sheet, "--annotate", tmp_path / "copy.xlsm")
        assert (code, "annotation-needs-xlsx" in err) == (4, True)
        macros = write_macros(tmp_path / "macros.xlsm")
        code, _, err = check(macros, "--annotate", tmp_path / "copy.xlsx", "--team", "care")
        assert (code, "annotation-needs-xlsm" in err) == (4, True)
        assert list(tmp_path.glob("copy*")) == []

    def test_what_takes_too_long_costs_only_the_copy(
        self, tmp_path: Path, small_rules: Ruleset, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sheet = write_sheet(tmp_path / "sheet.xlsx")
        reading = read(Request([sheet], period="2026-11"), small_rules)
        out = Output(Language.ENGLISH)
        for limits, said in ((Limits(seconds=0), "seconds"), (Limits(memory_bytes=16 * 1024**2), "")):
            (problem,) = write_copy(tmp_path / "copy.xlsx", reading, Access(limits=limits), out, force=True)
            assert problem.code == "annotation-failed"
            assert said in problem.message(out.wording)
        assert not (tmp_path / "copy.xlsx").exists()
        assert capsys.readouterr().out == ""

    def test_findings_are_told_where_the_copy_fails(
        self, tmp_path: Path, check: Callable[..., tuple[int, str, str]]
    ) -> None:
        spoilt = {"xl/styles.xml": (b'builtinId="0"', b'builtinId="x"')}
        for people, expected in ((PEOPLE, 1), (PEOPLE[:1], 4)):
            sheet = write_sheet(tmp_path / "sheet.xlsx", people)
            sheet.write_bytes(with_parts(sheet.read_bytes(), {}, spoilt))
            code, out, err = check(sheet, "--annotate", tmp_path / "copy.xlsx", "--json")
            codes = [one["code"] for one in json.loads(out)["findings"]]
            assert code == expected, err
            assert codes[-1] == "annotation-failed"
            assert ("missing-score" in codes) == (expected == 1)
            assert not (tmp_path / "copy.xlsx").exists()


def write_macros(path: Path) -> Path:
    """A workbook with macros, which are nothing but some bytes here."""
    project = path.with_name("vbaProject.bin")
    project.write_bytes(b"macros")
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet(TEAM)
        sheet.write_row("A1", HEADER)
        sheet.write_row("A2", PEOPLE[0][:4])
        workbook.add_vba_project(str(project))
    return path


def test_macros_are_kept(tmp_path: Path) -> None:
    copy = annotated(write_macros(tmp_path / "macros.xlsm").read_bytes(), remark("A2"), suffix=".xlsm")
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"
        assert b"sheet.macroEnabled.main+xml" in archive.read("[Content_Types].xml")


def test_a_template_of_excel_becomes_a_workbook(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(write_sheet(tmp_path / "sheet.xlsx"))
    workbook.template = True
    workbook.save(tmp_path / "sheet.xltx")
    for suffix, kind in ((".xlsx", b"sheet.main+xml"), (".xltx", b"template.main+xml")):
        copy = annotated((tmp_path / "sheet.xltx").read_bytes(), suffix=suffix)
        assert kind in zipfile.ZipFile(BytesIO(copy)).read("[Content_Types].xml")


@pytest.mark.isolated
def test_a_protected_workbook_needs_its_password_and_loses_it(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, copy = tmp_path / "sheet.xlsx", tmp_path / "copy.xlsx"
    sheet.write_bytes(encrypted_office(write_sheet(tmp_path / "open.xlsx").read_bytes(), PASSWORD))
    assert check(sheet, "--annotate", copy)[0] == 4
    assert not copy.exists()
    monkeypatch.setenv("PERF_PASSWORD", PASSWORD)
    code, _, err = check(sheet, "--annotate", copy)
    assert code == 1, err
    assert "annotation-unprotected" in err
    assert copy.read_bytes().startswith(b"PK")
    assert colours_of(copy)


def test_the_same_workbook_gives_the_same_bytes_and_sound_xml(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    sheet = write_sheet(tmp_path / "sheet.xlsx")
    workbook = openpyxl.load_workbook(sheet)
    for row in range(20, 60, 2):
        workbook[TEAM].merge_cells(f"A{row}:C{row}")
    workbook.save(sheet)
    copies = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for copy in copies:  # each in a process of its own, with another seed of hashes
        check(sheet, "--annotate", copy)
    assert copies[0].read_bytes() == copies[1].read_bytes()
    with zipfile.ZipFile(copies[0]) as archive:
        for name in archive.namelist():
            ET.fromstring(archive.read(name))  # noqa: S314 - it is our own


def test_other_languages(tmp_path: Path, company: Path) -> None:
    sheet = write_sheet(tmp_path / "sheet.xlsx")
    for language, name in (("en", "perf findings"), ("zh-Hans", "perf 问题")):
        copy = tmp_path / f"{language}.xlsx"
        run(
            [
                "check",
                str(sheet),
                "--rubrics",
                str(company),
                "--lang",
                language,
                "--annotate",
                str(copy),
                "-q",
            ]
        )
        assert openpyxl.load_workbook(copy).sheetnames[0] == name
