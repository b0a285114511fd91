"""Values that nobody sees, or that are struck through, are an error where they would count."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.cell_range import CellRange

from perfcli.files.formats import read_content
from perfcli.files.reader import Access, read_book
from perfcli.files.sheet import Limits
from perfcli.findings import Finding, Severity
from perfcli.people.roster import read_roster
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.daily_records import Expected, read_records
from support import xlsb
from support.ods import ods_of
from support.office import office, worksheet, zipped

Told = tuple[str, str | None, object]

HEADER: list[object] = ["工號", "姓名", "部門", "銷售額", "毛利率", "協作配合度", "備註"]
PEOPLE: list[list[object]] = [
    ["E1", "陳一", "北區", 80, 90, 70, "好"],
    ["E2", "林二", "北區", 85, 75, 95, "好"],
]
FORM: list[list[object]] = [
    ["姓名", "陳一", "工號", "E1"],
    ["考核指標", "權重", "得分", "備註"],
    ["銷售額", 40, 80, "好"],
    ["毛利率", 30, 90, "好"],
    ["協作配合度", 30, 70, "好"],
]
STRUCK = Font(strike=True)


def errors(
    rows: Sequence[Sequence[object]], change: Callable[[Any], None], folder: Path, rules: Ruleset
) -> list[Told]:
    """The errors of a sheet: code and cell, and what is named in it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    book.save(folder / "sheet.xlsx")
    read = pipeline.read(Request([folder / "sheet.xlsx"], team="sales", period="2026-11"), rules)
    return told(read.findings)


def told(findings: Sequence[Finding]) -> list[Told]:
    found = [one for one in findings if one.severity is Severity.ERROR]
    return [(one.code, one.place.cell, one.values.get("cells", [])) for one in found]


def merge(*ranges: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for one in ranges:
            sheet.merged_cells.ranges.add(CellRange(one))

    return change


def strike(*cells: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for one in cells:
            sheet[one].font = STRUCK

    return change


MERGED, STRUCK_OUT = "value-under-merge", "struck-through"
LISTS = {
    "score": (merge("D2:D3"), [(MERGED, "D3", ["D3"])]),
    "beside": (merge("D2:E2"), [(MERGED, "E2", ["E2"])]),
    "several": (merge("D2:F3"), [(MERGED, "E2", ["E2", "F2"]), (MERGED, "D3", ["D3", "E3", "F3"])]),
    "name": (merge("B2:B3"), [(MERGED, "B3", ["B3"])]),
    "the same department": (merge("C2:C3"), []),
    "remarks": (merge("G2:G3"), []),
    "title": (merge("A1:A1"), []),
    "struck score": (strike("E3"), [(STRUCK_OUT, "E3", ["E3"])]),
    "struck row": (strike("A3", "B3", "C3", "D3", "G3"), [(STRUCK_OUT, "A3", ["A3", "B3", "C3", "D3"])]),
    "struck remark": (strike("G2"), []),
    "struck header": (strike("E1"), [(STRUCK_OUT, "E1", ["E1"])]),
    "struck blank": (strike("H2", "D9"), []),
}
FORMS = {
    "score": (merge("C3:C4"), [(MERGED, "C4", ["C4"])]),
    "weight": (merge("B3:B4"), [(MERGED, "B4", ["B4"])]),
    "remarks": (merge("D3:D4"), []),
    "struck score": (strike("C5"), [(STRUCK_OUT, "C5", ["C5"])]),
    "struck name": (strike("B1"), [(STRUCK_OUT, "B1", ["B1"])]),
    "struck indicator": (strike("A4"), [(STRUCK_OUT, "A4", ["A4"])]),
    "struck remark": (strike("D4"), []),
}


@pytest.mark.parametrize("kind", LISTS)
def test_in_a_list_what_counts_is_seen(kind: str, tmp_path: Path, small_rules: Ruleset) -> None:
    change, expected = LISTS[kind]
    assert errors([HEADER, *PEOPLE], change, tmp_path, small_rules) == expected


@pytest.mark.parametrize("kind", FORMS)
def test_in_a_form_what_counts_is_seen(kind: str, tmp_path: Path, small_rules: Ruleset) -> None:
    change, expected = FORMS[kind]
    assert errors(FORM, change, tmp_path, small_rules) == expected


def test_a_weight_in_a_row_of_weights_is_seen(tmp_path: Path, small_rules: Ruleset) -> None:
    rows = [HEADER, ["權重", "", "", 40, 30, 30, ""], *PEOPLE]
    assert errors(rows, strike("E2"), tmp_path, small_rules) == [(STRUCK_OUT, "E2", ["E2"])]
    assert errors(rows, merge("E2:F2"), tmp_path, small_rules) == [(MERGED, "F2", ["F2"])]


def test_who_is_right_is_scored_with_partial(tmp_path: Path, small_rules: Ruleset) -> None:
    assert errors([HEADER, *PEOPLE], strike("E3"), tmp_path, small_rules)
    request = Request([tmp_path / "sheet.xlsx"], team="sales", period="2026-11")
    sheets = pipeline.read(request, small_rules).sheets
    assert (list(sheets.employees["name"]), list(sheets.rejected["name"])) == (["陳一"], ["林二"])


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_part_that_is_struck_is_seen(*, is_shared: bool, tmp_path: Path, small_rules: Ruleset) -> None:
    def change(sheet: Any) -> None:
        sheet["D2"] = CellRichText(TextBlock(InlineFont(strike=True), "9"), TextBlock(InlineFont(), "5"))
        sheet["E2"] = CellRichText(TextBlock(InlineFont(strike=False), "9"), TextBlock(InlineFont(), "5"))

    if not is_shared:
        found = errors([HEADER, *PEOPLE], change, tmp_path, small_rules)
        assert found == [(STRUCK_OUT, "D2", ["D2"])]
        return
    texts = (
        "<si><t>no</t></si><si><r><rPr><strike/></rPr><t> </t></r><r><t>8</t></r></si>"
        '<si><r><rPr><strike val="0"/></rPr><t>8</t></r><rPh><t>strike</t></rPh></si>'
        "<si><r><rPr><strike/></rPr><t>9</t></r><r><t>5</t></r></si>"
    )
    cells = "".join(f'<c r="{"ABCDE"[at]}1" t="s"><v>{at}</v></c>' for at in range(4))
    (sheet,) = read_content(office(worksheet(f"<row>{cells}</row>"), texts=texts), Limits()).sheets
    assert (sheet.rows[0][3], sheet.struck) == ("95", [(0, 3)])


def test_strikes_are_seen_in_a_sheet_that_is_written_oddly(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rich = CellRichText(TextBlock(InlineFont(strike=True), "9"), TextBlock(InlineFont(), "5"))
    book.worksheets[0].append(["a", 5, 6, rich])
    strike("B1")(book.worksheets[0])
    book.save(tmp_path / "sheet.xlsx")
    with zipfile.ZipFile(tmp_path / "sheet.xlsx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    name = "xl/worksheets/sheet1.xml"
    odd = zipped({**parts, name: parts[name].replace(b'"', b"'")})
    (sheet,) = read_content(odd, Limits()).sheets
    assert (sheet.rows, sheet.struck) == ([["a", 5, 6, "95"]], [(0, 1), (0, 3)])


def test_strikes_are_seen_in_excel_2003() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    plain, struck = xlwt.Font(), xlwt.Font()
    struck.struck_out = True
    look = xlwt.XFStyle()
    look.font = struck
    sheet.write(0, 0, 80)
    sheet.write(0, 1, 90, look)
    sheet.write(0, 2, "", look)
    sheet.write_rich_text(0, 3, [("9", struck), ("5", plain)])
    sheet.write_rich_text(0, 4, [("9", plain), ("5", struck)])
    sheet.write_rich_text(0, 5, [("9", plain), "5"])
    stream = BytesIO()
    book.save(stream)
    (read,) = read_content(stream.getvalue(), Limits()).sheets
    assert read.struck == [(0, 1), (0, 3), (0, 4)]


def test_strikes_are_seen_in_open_documents() -> None:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table-cell"><style:text-properties'
        f' style:text-line-through-style="{how}"/></style:style>'
        for name, how in (("s", "solid"), ("n", "none"))
    )
    cells = (
        '<table:table-cell table:style-name="s" office:value-type="float" office:value="5"/>'
        '<table:table-cell table:style-name="n" office:value-type="float" office:value="5"/>'
        '<table:table-cell table:style-name="s"/>'
        '<table:table-cell office:value-type="string"><text:p>'
        '<text:span text:style-name="s">9</text:span>5</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>5</text:p></table:table-cell>'
    )
    columns = (
        '<table:table-column table:number-columns-repeated="5"/>'
        '<table:table-column table:default-cell-style-name="s"/>'
    )
    last = '<table:table-cell office:value-type="float" office:value="7"/>'
    row = f"<table:table-row>{cells}{last}</table:table-row>"
    table = f'<table:table table:name="表">{columns}{row}</table:table>'
    (read,) = read_content(ods_of(table, styles=styles), Limits()).sheets
    assert read.struck == [(0, 0), (0, 3), (0, 5)]


def test_strikes_are_seen_in_binary_workbooks() -> None:
    (read,) = read_content(xlsb.write_struck(), Limits()).sheets
    assert (read.rows, read.struck) == ([[80.0, 90.0, "95", "96", "97"]], [(0, 1), (0, 2), (0, 3)])


def test_daily_records_that_were_taken_back_do_not_count(tmp_path: Path, small_rules: Ruleset) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["員工編號", "日期", "指標", "扣分", "事項"],
        *(["E1", "2026-11-02", "差錯", 5, "一"], ["E1", "2026-11-03", "差錯", 5, "二"]),
        ["E2", "2026-11-04", "差錯", 5, "三"],
    ):
        sheet.append(row)
    strike("C3", "E2")(sheet)
    merge("A3:A4")(sheet)
    book.save(tmp_path / "records.xlsx")
    expected = Expected(small_rules.rubrics["repairs"], "2026-11")
    counts, findings = read_records([read_book(tmp_path / "records.xlsx", Access())], expected)
    assert sorted(told(findings)) == [(STRUCK_OUT, "C3", ["C3"]), (MERGED, "A4", ["A4"])]
    assert counts.sum().sum() == 1


def test_a_roster_has_nothing_unseen(tmp_path: Path, small_rules: Ruleset) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["工號", "姓名", "部門", "獎金基數"],
        ["E1", "陳一", "北區", 100],
        ["E2", "林二", "北區", 200],
        ["合計", "", "", 300],
    ):
        sheet.append(row)
    strike("A4", "D3")(sheet)
    merge("C2:C3", "D2:D3")(sheet)
    book.save(tmp_path / "roster.xlsx")
    roster = read_roster(read_book(tmp_path / "roster.xlsx", Access()), small_rules.rubrics)
    assert sorted(told(roster.findings)) == [(STRUCK_OUT, "D3", ["D3"]), (MERGED, "D3", ["D3"])]
