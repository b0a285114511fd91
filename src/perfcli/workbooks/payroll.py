"""A flat sheet for payroll: header in row 1, ids as texts, amounts as numbers, nothing else."""

from __future__ import annotations

from decimal import Decimal

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus import PEOPLE
from perfcli.rewards.payroll import AMOUNTS, NUMBERS, PayrollTable
from perfcli.text import Wording
from perfcli.workbooks import styles
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

TABLE_NAME = "PerfPayroll"

_CHECKED = (*PEOPLE[:8], *AMOUNTS, *NUMBERS)


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
    looks = {"amount": book.cell(num_format="0.00"), "number": book.cell(num_format="General")}
    for place, column in enumerate(table.columns):
        kind = "amount" if column.is_amount else "number" if column.is_number else "text"
        look = looks.get(kind, book.text)
        texts = [column.header]
        for row, values in enumerate(table.rows, start=1):
            value = values[place]
            if isinstance(value, Decimal):
                worksheet.write_number(row, place, float(value), look)
                texts.append(f"{value}")
            elif value is None:
                worksheet.write_blank(row, place, None, look)
            else:
                worksheet.write_string(row, place, value, look)
                texts.append(value)
        worksheet.set_column(place, place, styles.width(texts, least=10, most=50))
    worksheet.freeze_panes(1, 0)
    worksheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, last, len(unique) - 1)})
    book.print_setup(worksheet, landscape=True, repeat=(0, 0))
    columns = {column.key: place for place, column in enumerate(table.columns) if column.key in _CHECKED}
    if "employee_id" not in columns:
        return []
    return [Table("payroll", None, str(worksheet.name), 1, last, columns)]


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
