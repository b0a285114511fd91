"""The rows of a sheet to fill in: what is known beforehand, and cells for the rest."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli.rules.kinds import Kind
from perfcli.rules.roles import Role
from perfcli.scoring.results import ADJUSTMENT, REASON
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.formulas import quoted, written
from perfcli.workbooks.templates.sheet import EntryColumn, TemplateSheet, neighbours
from perfcli.workbooks.templates.validation import other_words, validation, word_names


def write_entries(sheet: TemplateSheet) -> None:
    """Every cell after the identity: known and locked, or to fill in."""
    book, worksheet = sheet.book, sheet.worksheet
    entry = book.cell(num_format="General", bg_color=styles.ENTRY, locked=False, align="center")
    words = book.cell(num_format="@", bg_color=styles.ENTRY, locked=False, text_wrap=True)
    known = book.cell(num_format="General", bg_color=styles.GROUP, align="center")
    for column in sheet.columns:
        blank = words if column.indicator is None and column.key != ADJUSTMENT else entry
        blank = known if _is_for_reference(sheet, column) else blank
        for place, row in enumerate(sheet.rows):
            value = sheet.value(place, column)
            if value is None:
                worksheet.write_blank(row, column.index, None, blank)
            else:
                look = entry if sheet.kind is Kind.PLAN else known
                worksheet.write_number(row, column.index, value, look)
        if rule := validation(sheet, column):
            worksheet.data_validation(sheet.rows[0], column.index, sheet.rows[-1], column.index, rule)


def _is_for_reference(sheet: TemplateSheet, column: EntryColumn) -> bool:
    """Whether a column of self scores is only there to be read."""
    if sheet.kind is not Kind.SCORE or column.role is not Role.SELF or column.indicator is None:
        return False
    return Role.SELF not in sheet.policy.raters.weights() or bool(column.indicator.measure.asked())


def mark_entries(sheet: TemplateSheet) -> None:
    """Shows what a row still lacks once it is started, and what was pasted past the validation."""
    first, last = sheet.rows[0], sheet.rows[-1]
    alarm = sheet.book.format(font_color="#FFFFFF", bg_color=styles.ALARM)
    lacking = sheet.book.format(bg_color=styles.WARNING)
    typed = neighbours(first, [one.index for one in _to_fill_in(sheet)], fixed=True)
    for column, indicator in sheet.of_indicators():
        cell = xl_rowcol_to_cell(first, column.index)
        rules = [(f'AND({cell}<>"",{_wrong(sheet, column, cell)})', alarm)]
        score = sheet.column(indicator, Role.SCORE)
        if typed and score is not None and not _is_for_reference(sheet, column):
            empty = f'{cell}="",{xl_rowcol_to_cell(first, score)}=""'
            rules.append((f"AND({empty},COUNTA({','.join(typed)})>0)", lacking))
        for criteria, look in rules:
            rule = {"type": "formula", "criteria": f"={criteria}", "format": look}
            sheet.worksheet.conditional_format(first, column.index, last, column.index, rule)
    _mark_adjustments(sheet, alarm, lacking)


def _mark_adjustments(sheet: TemplateSheet, alarm: Format, lacking: Format) -> None:
    """Shows points that the policy does not allow, and points without a reason."""
    points, reason, limits = sheet.other(ADJUSTMENT), sheet.other(REASON), sheet.policy.adjustments
    if points is None or reason is None or limits is None:
        return
    first, last = sheet.rows[0], sheet.rows[-1]
    cell, why = (xl_rowcol_to_cell(first, column) for column in (points, reason))
    beyond = f"{cell}<{written(limits.lowest)},{cell}>{written(limits.highest)}"
    wrong = f'=AND({cell}<>"",OR(NOT(ISNUMBER({cell})),{beyond}))'
    unexplained = f'=AND({why}="",ISNUMBER({cell}),{cell}<>0)'
    for column, criteria, look in ((points, wrong, alarm), (reason, unexplained, lacking)):
        rule = {"type": "formula", "criteria": criteria, "format": look}
        sheet.worksheet.conditional_format(first, column, last, column, rule)


def _to_fill_in(sheet: TemplateSheet) -> list[EntryColumn]:
    """The columns in which only a person writes."""
    return [
        column
        for column, indicator in sheet.of_indicators()
        if not (column.role is Role.SCORE and sheet.is_computed(indicator))
        and all(sheet.value(place, column) is None for place in range(len(sheet.rows)))
        and not _is_for_reference(sheet, column)
    ]


def _wrong(sheet: TemplateSheet, column: EntryColumn, cell: str) -> str:
    """The condition that a filled cell holds something that cannot be right."""
    indicator = column.indicator
    if indicator is None:
        return "FALSE"
    words = [] if column.role is Role.TARGET else other_words(sheet, indicator)
    beyond = ""
    if column.role is Role.SCORE or column.role.rates:
        words += word_names(sheet, indicator)
        beyond = f",{cell}<0,{cell}>{written(sheet.rubric.typed_score(indicator))}"
    known = "".join(f",{cell}={quoted(word)}" for word in words)
    wrong = f"NOT(OR(ISNUMBER({cell}){known}))" if known else f"NOT(ISNUMBER({cell}))"
    return f"OR({wrong},AND(ISNUMBER({cell}),OR({beyond[1:]})))" if beyond else wrong
