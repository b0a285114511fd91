"""The ranking: one row per employee, header in row 1, plain values, for people and for payroll to import."""

from __future__ import annotations

import pandas as pd

from perfcli.people.columns import BONUS_BASE
from perfcli.scoring.omissions import partial_note
from perfcli.scoring.results import ADJUSTMENT, VETO, Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, fitting, write_table
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

COLUMNS = (
    *("rank", "employee_id", "name", "department", "position", "team"),
    *("period", "total", "grade", "team_rank"),
)
TABLE_NAME = "PerfRanking"

_NUMBERS = {"rank": 7, "total": 9, "team_rank": 11, ADJUSTMENT: 11, BONUS_BASE: 14}
"""The columns of numbers, and how wide they are."""


def write_ranking(sheet: SheetWriter, results: Results) -> TablePlace:
    """Writes the ranking in the order of rank and then employee id.

    Adjustments, vetoes and bonus bases are the last columns, where anybody has one; where somebody was left
    out, one more says so.
    """
    book, frame = sheet.book, results.frame
    keys = [*COLUMNS, *(key for key in (ADJUSTMENT, VETO) if key in frame and any(frame[key]))]
    keys += [BONUS_BASE] if BONUS_BASE in frame and frame[BONUS_BASE].notna().any() else []
    looks = {
        **dict.fromkeys(("rank", "team_rank", "grade", "period"), book.centred),
        "total": book.number(results.ruleset.policy.rounding.total_decimals, bold=True),
        ADJUSTMENT: book.signed,
        BONUS_BASE: book.cell(num_format="#,##0.00"),
    }
    columns = [
        TableColumn(
            *(key, book.wording(f"column.{key}")),
            frame[key] if key in _NUMBERS else _texts(book, results, key),
            looks.get(key, book.text),
            _NUMBERS.get(key, fitting(10, 60)),
        )
        for key in keys
    ]
    short = partial_note(len(frame), results.left_out, "partial.ranks")
    if short is not None:
        note = short.in_language(book.wording.language)
        columns.append(_partial_column(book, note, len(frame)))
    place = write_table(sheet, columns, TableLayout(0, "ranking", height=24, frozen=3, listed=TABLE_NAME))
    if short is not None:
        sheet.head_pages(note)
    sheet.mark_grades(place.columns["grade"], (1, len(frame)), book.grades(results.ruleset))
    sheet.worksheet.ignore_errors({"number_stored_as_text": f"A1:J{len(frame) + 1}"})
    return place


def _partial_column(book: WorkbookWriter, note: str, count: int) -> TableColumn:
    """That ranks are among those scored, beside each rank: rows are copied and sorted without their sheet."""
    look = book.cell(num_format="@", align="left", font_color=styles.ALARM)
    return TableColumn("", book.wording("partial.column"), [note] * count, look, fitting(20, 60))


def _texts(book: WorkbookWriter, results: Results, key: str) -> pd.Series[str]:
    """A column of texts: names stand for ids."""
    frame, names = results.frame, book.names(results.ruleset)
    if key == VETO:
        rubrics = results.ruleset.rubrics
        pairs = zip(frame["team"], frame[VETO], strict=True)
        return pd.Series([book.indicators(rubrics[team], capped) for team, capped in pairs])
    return frame[key].map(names[key]) if key in names else frame[key]
