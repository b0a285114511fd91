"""Workbooks and formulas, computed by an engine that is not ours."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import cast

import formualizer
import openpyxl
from openpyxl.workbook import Workbook


def calculated(rows: Sequence[Sequence[float | None]], formulas: Sequence[str]) -> list[float]:
    """What an engine that is not ours makes of a formula for each row of numbers."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, (row, formula) in enumerate(zip(rows, formulas, strict=True), start=1):
        for column, cell in enumerate(row, start=2):
            sheet.cell(number, column).value = cell
        sheet.cell(number, 1).value = f"={formula}"
    fresh = recalculated(book).worksheets[0]
    return [cast("float", fresh.cell(number, 1).value) for number in range(1, len(rows) + 1)]


def recalculated(book: Workbook) -> Workbook:
    """The workbook with every formula computed by an engine that is not ours; it gets none of our values."""
    target = BytesIO()
    book.save(target)
    content = formualizer.recalculate_xlsx_bytes(target.getvalue())["bytes"]
    return opened(content, values=True)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)
