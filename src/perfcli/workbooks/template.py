"""Blank score sheets: what a manager fills in (policy, section 6, step 4)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

import perfcli
from perfcli import marks
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.text import Wording
from perfcli.workbooks import styles
from perfcli.workbooks.facts import write_mark
from perfcli.workbooks.formulas import grade_formula, total_formula
from perfcli.workbooks.styles import Book

IDENTITY = ("employee_id", "name", "department", "position")
BLANK_ROWS = 30

_TITLE, _CAPTIONS, _HOWTO, _DIMENSIONS, _HEADER, _WEIGHTS, _FIRST = range(7)
_SCORES = len(IDENTITY)
_DECIMALS_COUNTED = 6
_IDENTITY_WIDTHS = ((8, 16), (10, 20), (10, 20), (10, 22))


@dataclass(frozen=True)
class _Sheet:
    """What the parts of a template need to know of each other."""

    book: Book
    worksheet: Worksheet
    rubric: Rubric
    policy: Policy
    people: pd.DataFrame | None
    period: str

    @property
    def rows(self) -> range:
        count = BLANK_ROWS if self.people is None else len(self.people)
        return range(_FIRST, _FIRST + count)

    @property
    def total(self) -> int:
        return _SCORES + len(self.rubric.indicators)

    @property
    def grade(self) -> int:
        return self.total + 1


def template_workbook(
    rubric: Rubric,
    policy: Policy,
    fingerprint: str,
    people: pd.DataFrame | None,
    period: str,
    wording: Wording,
) -> bytes:
    """A team's blank score sheet as the bytes of an .xlsx file.

    ``people`` has ``employee_id, name, department, position``, a row per employee in the order of the sheet; None
    gives blank rows. ``fingerprint`` is the rubric's (see ``ruleset.fingerprint``). The rows hold a live total and
    grade that stay empty until every score of the row is there and in range.
    """
    book = Book(wording, wording("template.title", team=rubric.name))
    sheet = _Sheet(book, book.sheet(book.name(rubric.name)), rubric, policy, people, period)
    _write_head(sheet)
    _write_identities(sheet)
    _write_entries(sheet)
    _write_results(sheet)
    _set_up(sheet)
    mark = {
        "kind": marks.TEMPLATE,
        "schema": marks.SCHEMA,
        "perf": perfcli.__version__,
        "team": rubric.team,
        "rubric": fingerprint,
        "period": period,
        "language": wording.language,
    }
    write_mark(book, mark)
    return book.finish()


def _write_head(sheet: _Sheet) -> None:
    """Title, captions, what to do, and the three rows of the header."""
    book, worksheet, wording = sheet.book, sheet.worksheet, sheet.book.wording
    team = sheet.rubric.name
    worksheet.write_string(_TITLE, 0, wording("template.title", team=team), book.title)
    worksheet.set_row(_TITLE, 28)
    worksheet.write_string(_CAPTIONS, 0, wording("template.team", team=team), book.format(bold=True))
    period = (
        wording("template.period", period=sheet.period) if sheet.period else wording("template.period.blank")
    )
    worksheet.write_string(_CAPTIONS, 2, period, book.format(bold=True))
    worksheet.write_string(_HOWTO, 0, wording(f"template.howto.{sheet.rubric.scale}"), book.note)
    for column, key in enumerate(IDENTITY):
        worksheet.write_blank(_DIMENSIONS, column, None, book.group)
        worksheet.write_string(_HEADER, column, wording(f"column.{key}"), book.header)
        worksheet.write_blank(_WEIGHTS, column, None, book.weight)
    worksheet.write_string(_WEIGHTS, 0, wording("column.weight"), book.weight)
    for column, key in ((sheet.total, "total"), (sheet.grade, "grade")):
        worksheet.write_blank(_DIMENSIONS, column, None, book.group)
        worksheet.write_string(_HEADER, column, wording(f"column.{key}"), book.header)
        worksheet.write_blank(_WEIGHTS, column, None, book.weight)
    worksheet.write_number(_WEIGHTS, sheet.total, 100, book.weight)
    _write_indicators(sheet)


def _write_indicators(sheet: _Sheet) -> None:
    column = _SCORES
    for dimension in sheet.rubric.dimensions:
        title = sheet.book.dimension(dimension)
        last = column + len(dimension.indicators) - 1
        if last > column:
            sheet.worksheet.merge_range(_DIMENSIONS, column, _DIMENSIONS, last, title, sheet.book.group)
        else:
            sheet.worksheet.write_string(_DIMENSIONS, column, title, sheet.book.group)
        for indicator in dimension.indicators:
            sheet.worksheet.write_string(_HEADER, column, sheet.book.name(indicator.name), sheet.book.header)
            sheet.worksheet.write_number(_WEIGHTS, column, float(indicator.weight), sheet.book.weight)
            if indicator.description is not None:
                _write_note(sheet, column, sheet.book.name(indicator.description))
            column += 1


def _write_note(sheet: _Sheet, column: int, text: str) -> None:
    """An indicator's meaning as a note that is large enough to show it."""
    lines = 2 + styles.display_length(text) // 28
    look = {"author": "perf", "x_scale": 1.8, "y_scale": max(lines / 4.2, 0.8), "font_size": 9}
    sheet.worksheet.write_comment(_HEADER, column, text, look)


def _write_identities(sheet: _Sheet) -> None:
    if sheet.people is None:
        entry = sheet.book.cell(num_format="@", bg_color=styles.ENTRY, locked=False)
        for row in sheet.rows:
            for column in range(len(IDENTITY)):
                sheet.worksheet.write_blank(row, column, None, entry)
        return
    for column, key in enumerate(IDENTITY):
        for row, value in zip(sheet.rows, sheet.people[key], strict=True):
            sheet.worksheet.write_string(row, column, str(value), sheet.book.text)


def _write_entries(sheet: _Sheet) -> None:
    """The cells to fill in: unlocked, validated, and marked while a row is half done."""
    entry = sheet.book.cell(num_format="0.######", bg_color=styles.ENTRY, locked=False, align="center")
    first, last = sheet.rows[0], sheet.rows[-1]
    for row in sheet.rows:
        for column in range(_SCORES, sheet.total):
            sheet.worksheet.write_blank(row, column, None, entry)
    for column, indicator in enumerate(sheet.rubric.indicators, start=_SCORES):
        sheet.worksheet.data_validation(first, column, last, column, _validation(sheet, indicator))
    cell = xl_rowcol_to_cell(first, _SCORES)
    scores = xl_range(first, _SCORES, first, sheet.total - 1).replace(":", ":$")
    missing = {
        "type": "formula",
        "criteria": f'=AND({cell}="",COUNT(${scores})>0)',
        "format": sheet.book.workbook.add_format({"bg_color": styles.WARNING}),
    }
    sheet.worksheet.conditional_format(first, _SCORES, last, sheet.total - 1, missing)


def _validation(sheet: _Sheet, indicator: Indicator) -> dict[str, object]:
    wording = sheet.book.wording
    full = sheet.rubric.full_score(indicator)
    values = {"indicator": indicator.name, "full": f"{full.normalize():f}"}
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": float(full),
        "input_title": wording("template.entry.title", **values)[:32],
        "input_message": wording("template.entry.message", **values)[:255],
        "error_title": wording("template.entry.stop-title")[:32],
        "error_message": wording("template.entry.stop", **values)[:255],
    }


def _write_results(sheet: _Sheet) -> None:
    """A live total and grade for each row, empty until the row is complete."""
    book = sheet.book
    decimals = sheet.policy.rounding.total_decimals
    total_format = book.number(decimals, bold=True, bg_color=styles.GROUP, align="center")
    grade_format = book.cell(bg_color=styles.GROUP, align="center")
    weights = xl_range_abs(_WEIGHTS, _SCORES, _WEIGHTS, sheet.total - 1)
    for row in sheet.rows:
        scores = xl_range(row, _SCORES, row, sheet.total - 1)
        total = total_formula(sheet.rubric, weights, scores, places=_DECIMALS_COUNTED, decimals=decimals)
        complete = _complete(sheet.rubric, weights, scores)
        sheet.worksheet.write_formula(row, sheet.total, f'=IF({complete},{total},"")', total_format, "")
        cell = xl_rowcol_to_cell(row, sheet.total)
        grade = grade_formula(
            cell, [(g.lower_bound, sheet.book.name(g.name)) for g in sheet.policy.grades_from_top]
        )
        sheet.worksheet.write_formula(row, sheet.grade, f'=IF({cell}="","",{grade})', grade_format, "")
    names = [sheet.book.name(grade.name) for grade in sheet.policy.grades_from_top]
    book.mark_grades(sheet.worksheet, (sheet.rows[0], sheet.grade, sheet.rows[-1], sheet.grade), names)


def _complete(rubric: Rubric, weights: str, scores: str) -> str:
    """The condition that all scores of a row are there and in range."""
    if rubric.scale == "points":
        in_range = f"SUMPRODUCT(({scores}>{weights})*1)=0"
    else:
        in_range = f"MAX({scores})<=100"
    return f"AND(COUNT({scores})={len(rubric.indicators)},MIN({scores})>=0,{in_range})"


def _set_up(sheet: _Sheet) -> None:
    """Widths, frozen panes, protection and print."""
    worksheet, wording = sheet.worksheet, sheet.book.wording
    for column, (key, (least, most)) in enumerate(zip(IDENTITY, _IDENTITY_WIDTHS, strict=True)):
        texts = [] if sheet.people is None else [str(value) for value in sheet.people[key]]
        worksheet.set_column(
            column, column, styles.width([wording(f"column.{key}"), *texts], least=least, most=most)
        )
    wide = 10.5 if len(sheet.rubric.indicators) > 8 else 13  # noqa: PLR2004 what an A4 page shows in readable letters
    worksheet.set_column(_SCORES, sheet.total - 1, wide)
    worksheet.set_column(sheet.total, sheet.grade, 10)
    names = [(sheet.book.name(indicator.name), wide) for indicator in sheet.rubric.indicators]
    worksheet.set_row(_HEADER, styles.wrapped_height(names))
    groups = [(sheet.book.dimension(d), wide * len(d.indicators)) for d in sheet.rubric.dimensions]
    worksheet.set_row(_DIMENSIONS, styles.wrapped_height(groups))
    for row in sheet.rows:
        worksheet.set_row(row, 20)
    worksheet.freeze_panes(_FIRST, 2)
    worksheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    sheet.book.print_setup(worksheet, landscape=True, repeat=(_DIMENSIONS, _WEIGHTS))
    worksheet.set_selection(_FIRST, _SCORES, _FIRST, _SCORES)
