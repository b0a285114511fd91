"""Sheets as .xls."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlwt

from perfcli.files.sheet import Cell, Sheet
from support.serials import ERRORS, FORMATS, serial_of


def write_xls(sheets: Sequence[Sheet], *, since_1904: bool = False) -> bytes:
    """A workbook with these sheets. Where it holds a formula, none of its formulas has a value."""
    book = xlwt.Workbook()
    book.dates_1904 = since_1904
    styles = {kind: xlwt.easyxf(num_format_str=code) for kind, code in FORMATS.items()}
    styles["not-calculated"] = xlwt.easyxf()
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = int(sheet.hidden)
        special = {(row, column): (kind, text) for row, column, kind, text in sheet.special}
        for row, cells in enumerate(sheet.rows):
            for column, value in enumerate(cells):
                kind, text = special.get((row, column), ("", ""))
                if kind == "error":
                    page.row(row).set_cell_error(column, ERRORS[text])
                elif kind:
                    since = 1462 if since_1904 and kind.startswith("date") else 0
                    stored = _stored(value, kind, text)
                    page.write(row, column, stored - since if since else stored, styles[kind])
                elif value != "":
                    page.write(row, column, value)
        for top, left, bottom, right in sheet.merges:
            page.merge(top, bottom, left, right)
        for row in sheet.hidden_rows:
            page.row(row).hidden = True
        for column in sheet.hidden_columns:
            page.col(column).hidden = True
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _stored(value: Cell, kind: str, text: str) -> Any:
    """A formula, or the number of a percentage or a moment."""
    if kind == "not-calculated":
        return xlwt.Formula("1+1")
    return value if kind == "percent" else serial_of(kind, text)
