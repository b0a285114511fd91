"""The sheet of an annotated copy that lists the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.text import Wording
from perfcli.workbooks.annotated.page import ERROR_FILL, WARNING_FILL, Page
from perfcli.workbooks.base import styles

MOST_LISTED = 10_000

_LIMITED, _HEADER = 3, 4
_WIDTHS: Mapping[str, float] = {"severity": 9, "file": 24, "sheet": 20, "cell": 12, "message": 62, "cure": 62}
_HIGHEST_ROW = 400


class PlainFinding(NamedTuple):
    """A finding in plain words; ``here`` tells whether it is about the workbook that is annotated."""

    is_error: bool
    here: bool
    file: str
    sheet: str
    cell: str
    message: str
    cure: str

    def severity(self, wording: Wording) -> str:
        """How much it weighs, in words."""
        return wording("severity.error") if self.is_error else wording("severity.warning")


def write_list(
    worksheet: Worksheet,
    wording: Wording,
    findings: Sequence[PlainFinding],
    targets: Sequence[str],
    limit: int,
) -> None:
    """Writes a row for each finding, up to ``MOST_LISTED``.

    ``targets`` are the sheets that can be gone to; ``limit`` is how many cells have a note where not all
    have one, else 0.
    """
    page = Page(worksheet, wording)
    errors = sum(finding.is_error for finding in findings)
    said = wording("annotation.count", errors=errors, warnings=len(findings) - errors)
    page.write_head(wording("annotation.title"), said, ERROR_FILL if errors else WARNING_FILL)
    worksheet.freeze_panes = f"A{_HEADER + 1}"
    worksheet.print_title_rows = f"{_HEADER}:{_HEADER}"
    if limit:
        page.write(_LIMITED, 1, wording("annotation.limited", count=limit), "said")
    shows_files = any(not finding.here and finding.file for finding in findings)
    columns = [key for key in _WIDTHS if shows_files or key != "file"]
    for column, key in enumerate(columns, start=1):
        page.write(_HEADER, column, wording(f"notes.{key}"), "header")
        worksheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[key]
    for row, finding in enumerate(findings[:MOST_LISTED], start=_HEADER + 1):
        linked = ("cell" if finding.cell else "sheet") if finding.here and finding.sheet in targets else ""
        texts = {**finding._asdict(), "severity": finding.severity(wording)}
        for column, key in enumerate(columns, start=1):
            look = ("error" if finding.is_error else "warning") if key == "severity" else "text"
            page.write(row, column, texts[key], "link" if key == linked else look)
        if linked:
            page.link(row, columns.index(linked) + 1, finding.sheet, finding.cell)
        height = styles.wrapped_height((texts[key], _WIDTHS[key]) for key in columns)
        worksheet.row_dimensions[row].height = min(height, _HIGHEST_ROW)
    last = _HEADER + min(len(findings), MOST_LISTED)
    worksheet.auto_filter.ref = f"A{_HEADER}:{get_column_letter(len(columns))}{last}"
    if len(findings) > MOST_LISTED:
        page.write(last + 1, 1, wording("findings.more", count=len(findings) - MOST_LISTED), "said")
