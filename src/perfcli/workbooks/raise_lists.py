"""The lists of a workbook of raises: cuts, who is left out, and findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from perfcli.findings import Finding
from perfcli.rewards.raises import Raises
from perfcli.scoring.results import rows
from perfcli.workbooks import styles
from perfcli.workbooks.raise_table import amount_format, notes_text, signed
from perfcli.workbooks.styles import Book

_HEADER = 3
_PERSON = ("employee_id", "name", "department")


@dataclass(frozen=True)
class _Column:
    """A column of a list: its header, its width, and the number format of what is a number."""

    header: str
    width: float
    num_format: str = "@"


def write_cuts(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes those whose salary is cut, or would be if that were confirmed."""
    wording, cuts, amounts = book.wording, raises.cuts, amount_format(raises)
    confirmed = "confirmed" if raises.wanted.confirm_cuts else "waiting"
    note = wording(f"raise.cuts.{confirmed}", count=len(cuts)) if len(cuts) else wording("raise.cuts.none")
    columns = [
        *(_Column(wording(f"column.{key}"), wide) for key, wide in zip(_PERSON, (12, 14, 22), strict=True)),
        _Column(wording("column.grade"), 14),
        _Column(wording("raise.column.salary"), 14, amounts),
        _Column(wording("raise.column.cut"), 14, signed(amounts)),
        _Column(wording("raise.column.raise"), 14, signed(amounts)),
        _Column(wording("raise.column.new_salary"), 14, amounts),
        _Column(wording("column.note"), 46),
    ]
    grades = book.names(raises.ruleset)["grade"]
    table = [
        [
            *(row[key] for key in _PERSON),
            grades[row["grade"]],
            *(row[key] for key in ("salary", "bounded", "raise", "new_salary")),
            notes_text(book, raises, row),
        ]
        for row in rows(cuts)
    ]
    _write(book, worksheet, (wording("sheet.cuts"), note), columns, table)


def write_left_out(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes those of the results and the roster who are not in the table, and why."""
    wording, people = book.wording, raises.left_out
    teams = book.names(raises.ruleset)["team"]
    columns = [
        *(_Column(wording(f"column.{key}"), wide) for key, wide in zip(_PERSON, (14, 18, 26), strict=True)),
        _Column(wording("column.team"), 26),
        _Column(wording("raise.column.reason"), 46),
    ]
    table = [
        [
            *(row[key] for key in _PERSON),
            teams.get(row["team"], row["team"]),
            wording(f"raise.left-out.{row['reason']}"),
        ]
        for row in rows(people)
    ]
    note = wording("raise.left-out.count", heads=len(raises.frame), count=len(people))
    _write(book, worksheet, (wording("sheet.left-out"), note), columns, table)


def write_raise_findings(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes what is remarkable in the results, the roster and the table, and accepted changes by hand."""
    wording = book.wording
    findings: Sequence[Finding] = (*raises.edits, *raises.findings)
    keys = ("severity", "code", "file", "sheet", "cell", "message", "cure")
    columns = [
        _Column(wording(f"notes.{key}"), wide)
        for key, wide in zip(keys, (9, 22, 26, 18, 9, 54, 54), strict=True)
    ]
    table = [
        [
            wording(f"severity.{one.severity}"),
            one.code,
            *(one.place.file or "", one.place.sheet or "", one.place.cell or ""),
            *(one.message(wording), one.cure(wording)),
        ]
        for one in findings
    ]
    note = (
        wording("raise.findings.count", count=len(findings)) if findings else wording("raise.findings.none")
    )
    _write(book, worksheet, (wording("sheet.findings"), note), columns, table)


def budget_text(book: Book, raises: Raises) -> str:
    """The budget for a month, or that there is none."""
    return book.wording("raise.no-budget") if raises.budget is None else raises.text(raises.budget)


def _write(
    book: Book,
    worksheet: Worksheet,
    title: tuple[str, str],
    columns: Sequence[_Column],
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
