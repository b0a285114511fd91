"""Daily records: what happened when, to whom, for which indicator (policy, section 6, step 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell

from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.periods import days
from perfcli.text import Wording
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.marks import write_mark
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter
from perfcli.workbooks.templates.template import template_mark

BLANK_ROWS = 100
COLUMNS = ("date", "employee_id", "name", "indicator", "what", "evidence", "points")

_CAPTIONS, _HOWTO, _HEADER, _FIRST = range(1, 5)
_DATE, _EMPLOYEE, _NAME, _INDICATOR, _POINTS = 0, 1, 2, 3, 6
_WIDTHS = (12.0, 14.0, 16.0, 30.0, 46.0, 28.0, 13.0)
_MESSAGE = 255
_ROW_HEIGHT = 22


def record_template_workbook(
    rubric: Rubric, people: pd.DataFrame | None, period: str, wording: Wording, *, folder: str = ""
) -> bytes:
    """A team's sheet of daily records as the bytes of an .xlsx file.

    ``people`` (see ``template_workbook``, as for ``folder``) are offered to choose from; without them ids and
    names are typed.
    """
    key = "template.title.record.period" if period else "template.title.record"
    title = wording(key, team=rubric.name, period=period)
    book = WorkbookWriter(wording, title)
    sheet = book.sheet(book.name(rubric.name))
    lists = _write_lists(book, rubric, None if people is None or people.empty else people)
    _write_head(sheet, rubric, period, title)
    _write_rows(sheet, lists)
    _validate(sheet, lists, period)
    worksheet = sheet.worksheet
    worksheet.freeze_panes(_FIRST, 0)
    worksheet.hide_gridlines(2)
    worksheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    worksheet.set_selection(_FIRST, 0, _FIRST, 0)
    sheet.print_setup(landscape=True, repeat=(_HEADER, _HEADER))
    write_mark(book, template_mark(rubric, period, wording, Kind.RECORD, folder))
    return book.finish()


@dataclass(frozen=True)
class _Lists:
    """References to what can be chosen: indicators, and ids with their names, if they are known."""

    indicators: str
    employees: str = ""
    names: str = ""


def _write_lists(book: WorkbookWriter, rubric: Rubric, people: pd.DataFrame | None) -> _Lists:
    """Writes what can be chosen to a sheet of its own."""
    sheet = book.sheet(book.wording("sheet.lists"))
    indicators = [book.name(indicator.name) for indicator in rubric.indicators]
    columns: list[tuple[str, Sequence[str]]] = [("indicator", indicators)]
    if people is not None:
        columns += [(key, people[key].astype(str).tolist()) for key in ("employee_id", "name")]
    references: list[str] = []
    for column, (key, texts) in enumerate(columns):
        header = book.wording(f"column.{key}")
        sheet.write(0, column, header, book.header)
        sheet.worksheet.write_column(1, column, texts, book.text)
        wide = styles.width([header, *texts], least=12, most=50)
        sheet.worksheet.set_column(column, column, wide)
        cells = xl_range_abs(1, column, len(texts), column)
        references.append(f"{quote_sheetname(sheet.name)}!{cells}")
    sheet.worksheet.freeze_panes(1, 0)
    sheet.worksheet.protect("", {"format_columns": True})
    sheet.print_setup(landscape=False, repeat=(0, 0))
    return _Lists(*references)


def _write_head(sheet: SheetWriter, rubric: Rubric, period: str, title: str) -> None:
    book, wording = sheet.book, sheet.book.wording
    sheet.write_title(title)
    sheet.worksheet.set_row(0, 30)
    bold = book.format(bold=True)
    sheet.write(_CAPTIONS, 0, wording("template.period", period=book.period(period)), bold)
    sheet.write(_CAPTIONS, _INDICATOR, wording("template.team", team=rubric.name), bold)
    howto = wording("template.howto.record")
    look = book.format(font_color=styles.MUTED, text_wrap=True)
    sheet.write_across(_HOWTO, (0, len(COLUMNS) - 1), howto, look)
    sheet.worksheet.set_row(_HOWTO, styles.wrapped_height([(howto, sum(_WIDTHS))]))
    sheet.set_widths(_WIDTHS)
    sheet.write_line(_HEADER, [wording(f"column.{key}") for key in COLUMNS], book.header)
    sheet.worksheet.set_row(_HEADER, 38)


def _write_rows(sheet: SheetWriter, lists: _Lists) -> None:
    """Blank rows; a name follows from the id where people are known."""
    book, worksheet = sheet.book, sheet.worksheet
    fill = {"bg_color": styles.ENTRY, "locked": False}
    day = book.cell(num_format="yyyy-mm-dd", align="center", **fill)
    text = book.cell(num_format="@", text_wrap=True, indent=1, **fill)
    number = book.cell(num_format="General", align="center", **fill)
    found = book.cell(num_format="@", indent=1, bg_color=styles.GROUP)
    looks = {_DATE: day, _POINTS: number}
    for row in range(_FIRST, _FIRST + BLANK_ROWS):
        worksheet.set_row(row, _ROW_HEIGHT)
        for column in range(len(COLUMNS)):
            worksheet.write_blank(row, column, None, looks.get(column, text))
        if lists.employees:
            employee = xl_rowcol_to_cell(row, _EMPLOYEE)
            match = f"INDEX({lists.names},MATCH({employee},{lists.employees},0))"
            formula = f'=IF({employee}="","",IFERROR({match},""))'
            worksheet.write_formula(row, _NAME, formula, found, "")


def _validate(sheet: SheetWriter, lists: _Lists, period: str) -> None:
    worksheet, wording, last = sheet.worksheet, sheet.book.wording, _FIRST + BLANK_ROWS - 1
    if period:
        first_day, last_day = days(period)
        rule = {"validate": "date", "criteria": "between", "minimum": first_day, "maximum": last_day}
        message = wording("template.record.date", first=first_day, last=last_day)
        rule |= {"input_message": message, "error_message": message}
        worksheet.data_validation(_FIRST, _DATE, last, _DATE, rule)
    choices = {_INDICATOR: lists.indicators} | ({_EMPLOYEE: lists.employees} if lists.employees else {})
    for column, reference in choices.items():
        message = wording("template.record.choose")
        rule = {"validate": "list", "source": f"={reference}", "error_message": message}
        worksheet.data_validation(_FIRST, column, last, column, rule)
    message = wording("template.record.points")[:_MESSAGE]
    rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    worksheet.data_validation(
        _FIRST, _POINTS, last, _POINTS, rule | {"input_message": message, "error_message": message}
    )
