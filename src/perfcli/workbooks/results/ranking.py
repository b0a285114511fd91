"""The ranking: one row per employee, header in row 1, plain values, for people and for payroll to import."""

from __future__ import annotations

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.people.columns import BONUS_BASE
from perfcli.scoring.results import ADJUSTMENT, VETO, Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import Cells, LongTable, number_cells, text_cells
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

COLUMNS = (
    *("rank", "employee_id", "name", "department", "position", "team"),
    *("period", "total", "grade", "team_rank"),
)
TABLE_NAME = "PerfRanking"

_NUMBERS = ("rank", "total", "team_rank", ADJUSTMENT, BONUS_BASE)
_WIDTHS = {"rank": 7, "total": 9, "team_rank": 11, ADJUSTMENT: 11, BONUS_BASE: 14}


def write_ranking(book: Book, worksheet: Worksheet, results: Results) -> Table:
    """Writes the ranking in the order of rank and then employee id.

    Adjustments, vetoes and bonus bases are the last columns, where anybody has one.
    """
    frame = results.frame
    keys = [*COLUMNS, *(key for key in (ADJUSTMENT, VETO) if key in frame and any(frame[key]))]
    keys += [BONUS_BASE] if BONUS_BASE in frame and frame[BONUS_BASE].notna().any() else []
    columns = {key: column for column, key in enumerate(keys)}
    table = Table("ranking", None, str(worksheet.name), 1, len(frame), columns)
    headers = [book.wording(f"column.{key}") for key in keys]
    worksheet.add_table(
        *(0, 0, len(frame), len(keys) - 1),
        {
            "name": TABLE_NAME,
            "style": None,
            "columns": [{"header": header, "header_format": book.header} for header in headers],
        },
    )
    looks = {"total": book.number(results.ruleset.policy.rounding.total_decimals, bold=True)}
    looks |= {ADJUSTMENT: book.signed, BONUS_BASE: book.cell(num_format="#,##0.00")}
    cells: list[tuple[Cells, Format]] = []
    for key, column in columns.items():
        if key in _NUMBERS:
            cells.append((number_cells(frame[key]), looks.get(key, book.centred)))
            worksheet.set_column(column, column, _WIDTHS[key])
            continue
        texts = _texts(book, results, key)
        cells.append((text_cells(texts), book.centred if key in {"grade", "period"} else book.text))
        widest = styles.width([headers[column], *texts.unique()], least=10, most=60)
        worksheet.set_column(column, column, widest)
    book.write_rows(worksheet, LongTable(1, cells))
    worksheet.set_row(0, 24)
    grade = columns["grade"]
    book.mark_grades(worksheet, (1, grade, len(frame), grade), list(book.grades(results.ruleset)))
    worksheet.freeze_panes(1, 3)
    worksheet.ignore_errors({"number_stored_as_text": f"A1:J{len(frame) + 1}"})
    book.print_setup(worksheet, landscape=True, repeat=(0, 0))
    return table


def _texts(book: Book, results: Results, key: str) -> pd.Series[str]:
    """A column of texts: names stand for ids."""
    frame, names = results.frame, book.names(results.ruleset)
    if key == VETO:
        rubrics = results.ruleset.rubrics
        pairs = zip(frame["team"], frame[VETO], strict=True)
        return pd.Series([book.indicators(rubrics[team], capped) for team, capped in pairs])
    return frame[key].map(names[key]) if key in names else frame[key]
