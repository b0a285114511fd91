"""The lists of a workbook of raises: cuts, and who is left out."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.raises.raises import Raises
from perfcli.scoring.results import rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_parts import Column, write_list
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.raises.table import amount_format, notes_text

_PERSON = ("employee_id", "name", "department")


def write_cuts(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes those whose salary is cut, or would be if that were confirmed."""
    wording, cuts, amounts = book.wording, raises.cuts, amount_format(raises)
    confirmed = "confirmed" if raises.wanted.confirm_cuts else "waiting"
    note = wording(f"raise.cuts.{confirmed}", count=len(cuts)) if len(cuts) else wording("raise.cuts.none")
    columns = [
        *(Column(wording(f"column.{key}"), wide) for key, wide in zip(_PERSON, (12, 14, 22), strict=True)),
        Column(wording("column.grade"), 14),
        Column(wording("raise.column.salary"), 14, amounts),
        Column(wording("raise.column.cut"), 14, styles.signed(amounts)),
        Column(wording("raise.column.raise"), 14, styles.signed(amounts)),
        Column(wording("raise.column.new_salary"), 14, amounts),
        Column(wording("column.note"), 46),
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
    write_list(book, worksheet, (wording("sheet.cuts"), note), columns, table)


def write_left_out(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes those of the results and the roster who are not in the table, and why."""
    wording, people = book.wording, raises.left_out
    teams = book.names(raises.ruleset)["team"]
    columns = [
        *(Column(wording(f"column.{key}"), wide) for key, wide in zip(_PERSON, (14, 18, 26), strict=True)),
        Column(wording("column.team"), 26),
        Column(wording("raise.column.reason"), 46),
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
    write_list(book, worksheet, (wording("sheet.left-out"), note), columns, table)


def budget_text(book: Book, raises: Raises) -> str:
    """The budget for a month, or that there is none."""
    return book.wording("raise.no-budget") if raises.budget is None else raises.text(raises.budget)
