"""The lists of a workbook of raises: cuts, and who is left out."""

from __future__ import annotations

from perfcli.rewards.raises.raises import Raises
from perfcli.scoring.results import rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.lists import text_columns, write_list
from perfcli.workbooks.base.tables import TableColumn
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.raises.table import amount_format, notes_text


def write_cuts(sheet: SheetWriter, raises: Raises) -> None:
    """Writes those whose salary is cut, or would be if that were confirmed."""
    book, wording, cuts, amounts = sheet.book, sheet.book.wording, raises.cuts, amount_format(raises)
    confirmed = "confirmed" if raises.order.confirm_cuts else "waiting"
    note = wording(f"raise.cuts.{confirmed}", count=len(cuts)) if len(cuts) else wording("raise.cuts.none")
    texts = cuts.assign(
        grade=cuts["grade"].map(book.names(raises.ruleset)["grade"]),
        note=[notes_text(book, raises, row) for row in rows(cuts)],
    )
    plain, signed = (book.cell(num_format=look) for look in (amounts, styles.signed(amounts)))
    numbers = (
        *(("salary", "salary", plain), ("bounded", "cut", signed)),
        *(("raise", "raise", signed), ("new_salary", "new_salary", plain)),
    )
    columns = [
        *text_columns(book, texts, {"employee_id": 12, "name": 14, "department": 22, "grade": 14}, indent=1),
        *(
            TableColumn(key, wording(f"raise.column.{header}"), cuts[key], look, 14)
            for key, header, look in numbers
        ),
        *text_columns(book, texts, {"note": 46}, indent=1),
    ]
    write_list(sheet, "sheet.cuts", note, columns)


def write_left_out(sheet: SheetWriter, raises: Raises) -> None:
    """Writes those of the results and the roster who are not in the table, and why."""
    book, wording, people = sheet.book, sheet.book.wording, raises.left_out
    teams = book.names(raises.ruleset)["team"]
    texts = people.assign(
        team=[teams.get(team, team) for team in people["team"]],
        reason=[wording(f"raise.left-out.{reason}") for reason in people["reason"]],
    )
    columns = [
        *text_columns(book, texts, {"employee_id": 14, "name": 18, "department": 26, "team": 26}, indent=1),
        *text_columns(book, texts, {"reason": 46}, "raise.column", indent=1),
    ]
    note = wording("raise.left-out.count", people=len(raises.frame), count=len(people))
    write_list(sheet, "sheet.left-out", note, columns)
