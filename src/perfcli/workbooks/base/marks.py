"""The hidden sheet by which perf recognises a workbook of its own: see ``perfcli.files.marks``."""

from __future__ import annotations

from collections.abc import Mapping

from perfcli.files import marks
from perfcli.workbooks.base.writer import WorkbookWriter


def write_mark(book: WorkbookWriter, values: Mapping[str, str]) -> None:
    """Adds the mark as a sheet that spreadsheet programs do not offer to unhide."""
    worksheet = book.workbook.add_worksheet(marks.MARK_SHEET)
    for row, parts in enumerate(marks.mark_rows(values)):
        for column, part in enumerate(parts):
            worksheet.write_string(row, column, part)
    worksheet.very_hidden()
