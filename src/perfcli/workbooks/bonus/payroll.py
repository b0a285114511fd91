"""A flat sheet for payroll: header in row 1, ids as texts, amounts as numbers, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from perfcli.people.columns import NOWHERE, of_pay
from perfcli.rewards.payroll import Column, PayrollTable, Value
from perfcli.text import Wording
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import Cells, LongTable, number_cells, text_cells
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

TABLE_NAME = "PerfPayroll"


def payroll_workbook(table: PayrollTable, wording: Wording) -> bytes:
    """A table as the one sheet of an .xlsx file; the same table gives the same bytes."""
    name = wording("sheet.payroll")
    book = Book(wording, name)
    write_payroll(book, book.sheet(name), table)
    return book.finish()


def write_payroll(book: Book, worksheet: Worksheet, table: PayrollTable) -> list[Table]:
    """Writes the table; gives where its cells stand, for ``perf verify``, if it has ids to find them by."""
    last = len(table.rows)
    unique = _unique(table.headers)
    worksheet.add_table(
        *(0, 0, last, len(unique) - 1),
        {
            "name": TABLE_NAME,
            "style": None,
            "columns": [{"header": header, "header_format": book.header} for header in unique],
        },
    )
    columns = []
    for place, column in enumerate(table.columns):
        values = [row[place] for row in table.rows]
        columns.append(_cells(book, column, values))
        texts = {"" if value is None else str(value) for value in values}
        worksheet.set_column(place, place, styles.width([column.header, *texts], least=10, most=50))
    book.write_rows(worksheet, LongTable(1, columns))
    worksheet.freeze_panes(1, 0)
    worksheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, last, len(unique) - 1)})
    book.print_setup(worksheet, landscape=True, repeat=(0, 0))
    checked = {
        column.key: place
        for place, column in enumerate(table.columns)
        if column.is_number or column.key in of_pay(NOWHERE)
    }
    if "employee_id" not in checked:
        return []
    return [Table("payroll", None, str(worksheet.name), 1, last, checked)]


def _cells(book: Book, column: Column, values: Sequence[Value]) -> tuple[Cells, Format]:
    """The cells of a column, and how they look."""
    if not column.is_number:
        return text_cells([str(value) for value in values]), book.text
    look = book.cell(num_format="0.00" if column.is_amount else "General")
    return number_cells([nan if value is None else float(value) for value in values]), look


def _unique(headers: list[str]) -> list[str]:
    """Headers that an Excel table may have: none twice, none empty."""
    found: list[str] = []
    for header in headers:
        name, number = header or "-", 1
        while name.casefold() in {other.casefold() for other in found}:
            number += 1
            name = f"{header} {number}"
        found.append(name)
    return found
