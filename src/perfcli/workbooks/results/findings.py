"""The findings of a run: what was wrong or remarkable in the score sheets."""

from __future__ import annotations

from perfcli.scoring.results import Results
from perfcli.workbooks.base.lists import finding_columns, write_wrapped
from perfcli.workbooks.base.tables import TableLayout
from perfcli.workbooks.base.writer import SheetWriter

_HEADER = 2
_WIDTHS = {"severity": 9, "code": 22, "file": 26, "sheet": 20, "cell": 10, "message": 58, "cure": 58}


def write_findings(sheet: SheetWriter, results: Results) -> None:
    """Writes a row per finding, or a line that says that there are none."""
    wording, count = sheet.book.wording, len(results.findings)
    note = wording("notes.count", count=count) if count else wording("notes.none")
    sheet.write_title(wording("sheet.findings"), note)
    sheet.set_widths(_WIDTHS.values())
    if count:
        columns = finding_columns(sheet.book, results.findings, _WIDTHS)
        write_wrapped(sheet, columns, TableLayout(_HEADER, height=0))
    if len(results.left_out):
        _write_left_out(sheet, _HEADER + count + 2, results)
    sheet.worksheet.freeze_panes(_HEADER + 1, 0)
    sheet.print_setup(landscape=True, repeat=(_HEADER, _HEADER))


def _write_left_out(sheet: SheetWriter, top: int, results: Results) -> None:
    """The employees whom an error kept from being scored."""
    wording, frame = sheet.book.wording, results.left_out
    sheet.write(top, 0, wording("notes.left-out", count=len(frame)), sheet.book.heading)
    headers = ("column.employee_id", "column.name", "notes.file", "notes.sheet")
    sheet.write_line(top + 1, map(wording, headers), sheet.book.header)
    people = zip(*(frame[key] for key in ("employee_id", "name", "file", "sheet")), strict=True)
    for row, person in enumerate(people, start=top + 2):
        sheet.write_line(row, person, sheet.book.text)
