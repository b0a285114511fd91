"""A flat sheet for payroll: header in row 1, ids as texts, amounts as numbers, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from xlsxwriter.utility import xl_range

from perfcli.people.columns import NOWHERE, of_pay
from perfcli.rewards.payroll import PayrollTable
from perfcli.text import Wording
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_table
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

TABLE_NAME = "PerfPayroll"


def payroll_workbook(table: PayrollTable, wording: Wording) -> bytes:
    """A table as the one sheet of an .xlsx file; the same table gives the same bytes."""
    name = wording("sheet.payroll")
    book = WorkbookWriter(wording, name)
    write_payroll(book.sheet(name), table)
    return book.finish()


def write_payroll(sheet: SheetWriter, table: PayrollTable) -> list[TablePlace]:
    """Writes the table; gives where its cells stand, for ``perf verify``, if it has ids to find them by."""
    book = sheet.book
    columns: list[TableColumn] = []
    for index, (column, header) in enumerate(zip(table.columns, _unique(table.headers), strict=True)):
        key = column.key if column.is_number or column.key in of_pay(NOWHERE) else ""
        values = [row[index] for row in table.rows]
        texts = ["" if value is None else str(value) for value in values]
        width = styles.width([column.header, *texts], least=10, most=50)
        if column.is_number:
            numbers = [nan if value is None else float(value) for value in values]
            look = book.cell(num_format="0.00" if column.is_amount else "General")
            columns.append(TableColumn(key, header, numbers, look, width))
        else:
            columns.append(TableColumn(key, header, [str(value) for value in values], book.text, width))
    place = write_table(sheet, columns, TableLayout(0, "payroll", height=0, frozen=0, listed=TABLE_NAME))
    cells = xl_range(0, 0, place.last_row, len(columns) - 1)
    sheet.worksheet.ignore_errors({"number_stored_as_text": cells})
    return [place] if "employee_id" in place.columns else []


def _unique(headers: Sequence[str]) -> list[str]:
    """Headers that an Excel table may have: none twice, none empty."""
    found: list[str] = []
    for header in headers:
        name, number = header or "-", 1
        while name.casefold() in {other.casefold() for other in found}:
            number += 1
            name = f"{header} {number}"
        found.append(name)
    return found
