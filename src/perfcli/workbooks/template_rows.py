"""The rows of a blank score sheet: cells to fill in, and a live total and grade beside them."""

from __future__ import annotations

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from perfcli.rules.models import Indicator, Rubric
from perfcli.workbooks import styles
from perfcli.workbooks.formulas import grade_formula, total_formula
from perfcli.workbooks.template_sheet import SCORES, WEIGHTS, TemplateSheet

_SCORE_PLACES = 6
"""The decimals of a score that the live total counts exactly; what is typed seldom has more than two."""


def write_entries(sheet: TemplateSheet) -> None:
    """The cells to fill in: unlocked, and refusing what cannot be a score."""
    entry = sheet.book.cell(num_format="General", bg_color=styles.ENTRY, locked=False, align="center")
    first, last = sheet.rows[0], sheet.rows[-1]
    for row in sheet.rows:
        for column in range(SCORES, sheet.total):
            sheet.worksheet.write_blank(row, column, None, entry)
    for column, indicator in enumerate(sheet.rubric.indicators, start=SCORES):
        sheet.worksheet.data_validation(first, column, last, column, _validation(sheet, indicator))


def _validation(sheet: TemplateSheet, indicator: Indicator) -> dict[str, object]:
    wording = sheet.book.wording
    full = f"{sheet.rubric.full_score(indicator).normalize():f}"
    values = {"indicator": indicator.name, "full": full}
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": full,
        "input_title": wording("template.entry.title", **values)[:32],
        "input_message": wording("template.entry.message", **values)[:255],
        "error_title": wording("template.entry.stop-title")[:32],
        "error_message": wording("template.entry.stop", **values)[:255],
    }


def mark_entries(sheet: TemplateSheet) -> None:
    """Shows what a row still lacks once it is started, and what was pasted past the validation."""
    first, last = sheet.rows[0], sheet.rows[-1]
    cell = xl_rowcol_to_cell(first, SCORES)
    scores = xl_range(first, SCORES, first, sheet.total - 1).replace(":", ":$")
    full = xl_rowcol_to_cell(WEIGHTS, SCORES, row_abs=True) if sheet.rubric.scale == "points" else "100"
    wrong = f"OR(NOT(ISNUMBER({cell})),{cell}<0,{cell}>{full})"
    rules = (
        (f'AND({cell}<>"",{wrong})', {"font_color": "#FFFFFF", "bg_color": styles.ALARM}),
        (f'AND({cell}="",COUNTA(${scores})>0)', {"bg_color": styles.WARNING}),
    )
    for criteria, look in rules:
        rule = {"type": "formula", "criteria": f"={criteria}", "format": sheet.book.format(**look)}
        sheet.worksheet.conditional_format(first, SCORES, last, sheet.total - 1, rule)


def write_results(sheet: TemplateSheet) -> None:
    """A live total and grade for each row, empty until the row is complete."""
    decimals = sheet.policy.rounding.total_decimals
    look = {"bg_color": styles.GROUP, "align": "center"}
    total_look = sheet.book.number(decimals, bold=True, **look)
    grade_look = sheet.book.cell(text_wrap=True, **look)
    weights = xl_range_abs(WEIGHTS, SCORES, WEIGHTS, sheet.total - 1)
    bounds = [
        (grade.lower_bound, name)
        for grade, name in zip(sheet.policy.grades_from_top, sheet.grades, strict=True)
    ]
    for row in sheet.rows:
        scores = xl_range(row, SCORES, row, sheet.total - 1)
        total = total_formula(sheet.rubric, weights, scores, places=_SCORE_PLACES, decimals=decimals)
        complete = _complete(sheet.rubric, weights, scores)
        sheet.worksheet.write_formula(row, sheet.total, f'=IF({complete},{total},"")', total_look, "")
        cell = xl_rowcol_to_cell(row, sheet.total)
        grade = f'=IF({cell}="","",{grade_formula(cell, bounds)})'
        sheet.worksheet.write_formula(row, sheet.grade, grade, grade_look, "")
    sheet.book.mark_grades(
        sheet.worksheet, (sheet.rows[0], sheet.grade, sheet.rows[-1], sheet.grade), sheet.grades
    )


def _complete(rubric: Rubric, weights: str, scores: str) -> str:
    """The condition that all scores of a row are there and in range."""
    within = f"SUMPRODUCT(({scores}>{weights})*1)=0" if rubric.scale == "points" else f"MAX({scores})<=100"
    return f"AND(COUNT({scores})={len(rubric.indicators)},MIN({scores})>=0,{within})"
