"""The findings of a run: what was wrong or remarkable in the score sheets."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from perfcli.findings import Finding
from perfcli.scoring.results import Results, rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book

_HEADER = 2
_KEYS = ("severity", "code", "file", "sheet", "cell", "message", "cure")
_WIDTHS = (9, 22, 26, 20, 10, 58, 58)


def write_findings(book: Book, worksheet: Worksheet, results: Results) -> None:
    """Writes a row per finding, or a line that says that there are none."""
    worksheet.write_string(0, 0, book.wording("sheet.findings"), book.title)
    worksheet.set_row(0, 28)
    count = len(results.findings)
    note = book.wording("notes.count", count=count) if count else book.wording("notes.none")
    worksheet.write_string(1, 0, note, book.note)
    for column, wide in enumerate(_WIDTHS):
        worksheet.set_column(column, column, wide)
    if count:
        for column, key in enumerate(_KEYS):
            worksheet.write_string(_HEADER, column, book.wording(f"notes.{key}"), book.header)
        for row, finding in enumerate(results.findings, start=_HEADER + 1):
            _write_finding(book, worksheet, row, finding)
        worksheet.autofilter(_HEADER, 0, _HEADER + count, len(_KEYS) - 1)
    if len(results.left_out):
        _write_left_out(book, worksheet, _HEADER + count + 2, results)
    worksheet.freeze_panes(_HEADER + 1, 0)
    book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))


def _write_left_out(book: Book, worksheet: Worksheet, top: int, results: Results) -> None:
    """The employees whom an error kept from being scored."""
    heading = book.wording("notes.left-out", count=len(results.left_out))
    worksheet.write_string(top, 0, heading, book.format(bold=True, font_size=12))
    keys = ("employee_id", "name", "file", "sheet")
    for column, key in enumerate(keys):
        header = "notes" if key in {"file", "sheet"} else "column"
        worksheet.write_string(top + 1, column, book.wording(f"{header}.{key}"), book.header)
    for row, person in enumerate(rows(results.left_out), start=top + 2):
        for column, key in enumerate(keys):
            worksheet.write_string(row, column, person[key], book.text)


def _write_finding(book: Book, worksheet: Worksheet, row: int, finding: Finding) -> None:
    texts = (
        book.wording(f"severity.{finding.severity}"),
        finding.code,
        finding.place.file or "",
        finding.place.sheet or "",
        finding.place.cell or "",
        finding.message(book.wording),
        finding.cure(book.wording),
    )
    look = book.cell(text_wrap=True, num_format="@")
    for column, text in enumerate(texts):
        worksheet.write_string(row, column, text, look)
    worksheet.set_row(row, styles.wrapped_height(zip(texts, _WIDTHS, strict=True)))
