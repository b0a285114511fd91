"""What audits share: formulas that say whether numbers agree, and a cell that says whether all do."""

from __future__ import annotations

import pandas as pd

from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import ROW
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

ELSEWHERE = "\1"
"""Stands in a formula for the row of somebody in the table that is audited; no sheet's name can have it."""


def agreement(book: WorkbookWriter, condition: str) -> str:
    """The formula that says whether a condition holds; no where it cannot be told."""
    yes, no = book.wording("audit.yes"), book.wording("audit.no")
    return f'IFERROR(IF({condition},"{yes}","{no}"),"{no}")'


def agreements(book: WorkbookWriter, cells: str) -> str:
    """The formula for how many of some cells say that something agrees."""
    return f'COUNTIF({cells},"{book.wording("audit.yes")}")'


def printed_in(place: TablePlace, key: str, identifiers: pd.Series[str]) -> str:
    """The formula for what a table says under a key of the employee whose id stands in the first column.

    What MATCH looks for: ``*``, ``?`` and ``~`` would stand for other letters, unless escaped.
    """
    sought = f"A{ROW}"
    for sign in "~*?":
        if identifiers.str.contains(sign, regex=False).any():
            sought = f'SUBSTITUTE({sought},"{sign}","~{sign}")'
    return f"INDEX({place.column(key)},MATCH({sought},{place.column('employee_id')},0))"


def write_overall(
    sheet: SheetWriter, row: int, differences: str, *, condition: str = "", agree: str = "", last: int = 2
) -> None:
    """Writes one cell, across the columns up to the last, that says whether everything agrees.

    ``differences`` is the formula for how many do not; ``condition`` holds where there are none.
    """
    book = sheet.book
    all_agree = book.wording(agree or "audit.all-agree")
    before, after = book.wording("audit.differ", count="\n").split("\n")
    formula = f'IF({condition or f"{differences}=0"},"{all_agree}","{before}"&({differences})&"{after}")'
    look = book.format(
        bold=True, font_size=12, bg_color=styles.ACCENT_LIGHT, font_color=styles.ACCENT, border=1
    )
    sheet.write_across(row, (0, last), all_agree, look, formula=formula)
    sheet.worksheet.set_row(row, 24)


def mark_differences(sheet: SheetWriter, place: TablePlace) -> None:
    """Makes the cells of an audit that say no stand out."""
    value = f'"{sheet.book.wording("audit.no")}"'
    look = sheet.book.cached({"bg_color": styles.WARNING, "bold": True})
    sheet.worksheet.conditional_format(
        *(place.first_row, 0, place.last_row, len(place.columns) - 1),
        {"type": "cell", "criteria": "==", "value": value, "format": look},
    )
