"""Lists: a title with a note below it, headers, and a row for each entry; findings are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from perfcli.findings import Finding
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import TableColumn, TableLayout, wrapped_heights, write_table
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

_PAY_FINDINGS = {"severity": 9, "code": 22, "file": 26, "sheet": 18, "cell": 9, "message": 54, "cure": 54}


def write_list(sheet: SheetWriter, title: str, note: str, columns: Sequence[TableColumn]) -> None:
    """Writes a list on a sheet of its own; ``title`` is the key of a text."""
    sheet.write_title(sheet.book.wording(title), note)
    write_wrapped(sheet, columns, TableLayout(3, height=0))


def write_wrapped(sheet: SheetWriter, columns: Sequence[TableColumn], frame: TableLayout) -> None:
    """Writes a table whose rows are as high as their texts need."""
    heights = [styles.whole_pixels(height) for height in wrapped_heights(columns)]
    write_table(sheet, columns, frame, heights=heights)


def text_columns(
    book: WorkbookWriter,
    rows: pd.DataFrame | Mapping[str, Sequence[str]],
    widths: Mapping[str, float],
    words: str = "column",
    **look: Any,
) -> list[TableColumn]:
    """A column of wrapped texts for each key that has a width; ``words`` begins the keys of the headers."""
    cell = book.cell(num_format="@", text_wrap=True, **look)
    return [
        TableColumn(key, book.wording(f"{words}.{key}"), rows[key], cell, wide)
        for key, wide in widths.items()
    ]


def finding_columns(
    book: WorkbookWriter, findings: Sequence[Finding], widths: Mapping[str, float], **look: Any
) -> list[TableColumn]:
    """The columns of findings: how much each weighs, where and what it is, and what to do."""
    wording = book.wording
    rows = {
        "severity": [wording(f"severity.{one.severity}") for one in findings],
        "code": [one.code for one in findings],
        "file": [one.place.file or "" for one in findings],
        "sheet": [one.place.sheet or "" for one in findings],
        "cell": [one.place.cell or "" for one in findings],
        "message": [one.message(wording) for one in findings],
        "cure": [one.cure(wording) for one in findings],
    }
    return text_columns(book, rows, widths, "notes", **look)


def write_pay_findings(sheet: SheetWriter, findings: Sequence[Finding]) -> None:
    """Writes what is remarkable in the results, the roster and the sums, and accepted changes by hand."""
    wording, count = sheet.book.wording, len(findings)
    note = wording("pay.findings.count", count=count) if count else wording("pay.findings.none")
    columns = finding_columns(sheet.book, findings, _PAY_FINDINGS, indent=1)
    write_list(sheet, "sheet.findings", note, columns)
