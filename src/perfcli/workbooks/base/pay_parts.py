"""What the workbooks of bonuses and of raises share: lists, findings, and the lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from perfcli.findings import Finding
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book

_HEADER = 3
_SIGNERS = ("prepared", "checked", "approved")
_FINDING = {"severity": 9, "code": 22, "file": 26, "sheet": 18, "cell": 9, "message": 54, "cure": 54}


@dataclass(frozen=True)
class Column:
    """A column of a list: its header, its width, and the number format of what is a number."""

    header: str
    width: float
    num_format: str = "@"


def write_list(
    book: Book,
    worksheet: Worksheet,
    title: tuple[str, str],
    columns: Sequence[Column],
    table: Sequence[Sequence[str | float]],
) -> None:
    """Writes a title with a note below it, headers, and a row for each entry."""
    worksheet.write_string(0, 0, title[0], book.title)
    worksheet.set_row(0, 28)
    worksheet.write_string(1, 0, title[1], book.note)
    for index, column in enumerate(columns):
        worksheet.set_column(index, index, column.width)
        worksheet.write_string(_HEADER, index, column.header, book.header)
    text = book.cell(num_format="@", text_wrap=True, indent=1)
    for row, entry in enumerate(table, start=_HEADER + 1):
        for index, (value, column) in enumerate(zip(entry, columns, strict=True)):
            if isinstance(value, str):
                worksheet.write_string(row, index, value, text)
            else:
                worksheet.write_number(row, index, value, book.cell(num_format=column.num_format))
        texts = [(value, column.width) for value, column in zip(entry, columns, strict=True)]
        cells = [(value, wide) for value, wide in texts if isinstance(value, str)]
        worksheet.set_row(row, styles.wrapped_height(cells))
    if table:
        worksheet.autofilter(_HEADER, 0, _HEADER + len(table), len(columns) - 1)
        worksheet.freeze_panes(_HEADER + 1, 2)
    book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))


def write_pay_findings(
    book: Book, worksheet: Worksheet, edits: Sequence[Finding], findings: Sequence[Finding]
) -> None:
    """Writes what is remarkable in the results, the roster and the sums, and accepted changes by hand."""
    wording, every = book.wording, [*edits, *findings]
    columns = [Column(wording(f"notes.{key}"), wide) for key, wide in _FINDING.items()]
    table = [
        [
            wording(f"severity.{one.severity}"),
            one.code,
            *(one.place.file or "", one.place.sheet or "", one.place.cell or ""),
            *(one.message(wording), one.cure(wording)),
        ]
        for one in every
    ]
    note = wording("pay.findings.count", count=len(every)) if every else wording("pay.findings.none")
    write_list(book, worksheet, (wording("sheet.findings"), note), columns, table)


def write_signatures(book: Book, worksheet: Worksheet, top: int, columns: int) -> None:
    """Writes a line for everyone who answers for a table of so many columns."""
    line = book.format(bottom=1, bottom_color=styles.INK)
    step = max((columns - 1) // len(_SIGNERS), 2)
    for place, signer in enumerate(_SIGNERS):
        first = place * step
        last = min(first + step - 2, columns - 1)
        worksheet.write_string(top, first, book.wording(f"pay.sign.{signer}"), book.format(bold=True))
        worksheet.write_string(top + 2, first, book.wording("pay.sign.line"), book.note)
        for column in range(first, max(last, first) + 1):
            worksheet.write_blank(top + 1, column, None, line)
    worksheet.set_row(top + 1, 30)
