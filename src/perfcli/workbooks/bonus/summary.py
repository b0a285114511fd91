"""The summary of a bonus: people and amounts by department, team and grade, as live formulas, with charts."""

from __future__ import annotations

from collections.abc import Iterator

from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.groups import bonus_group
from perfcli.workbooks.base.pay_groups import GroupCell, PayGroup, PayGroups
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.bonus.table import amount_format, method_text

_EMPTY = '""'
_KEYS = ("people", "paid", "nothing", "sum", "share", "average", "highest", "lowest")


def write_bonus_summary(sheet: SheetWriter, bonus: Bonus, table: TablePlace) -> None:
    """Writes a table for each way of grouping people, with a chart of what each group gets."""
    book = sheet.book
    cycle = book.wording(f"cycle.{bonus.cycle.value}")
    title = book.wording("bonus.summary.title", period=book.period(bonus.period), cycle=cycle)
    sheet.write_title(title, method_text(book, bonus))
    PayGroups(
        *(sheet, bonus.frame, bonus.ruleset, "bonus.summary", _KEYS),
        lambda group: _cells(bonus, table, group),
        lambda key: "average" if key == "grade" else "sum",
    ).write(3, [key for key in ("department", "team", "grade") if key in table.columns])


def _cells(bonus: Bonus, table: TablePlace, group: PayGroup) -> Iterator[GroupCell]:
    """Formulas over the bonus table that carry their values."""
    values, paid = bonus_group(group.people), table.column("amount")
    label, people, some, total = (
        xl_rowcol_to_cell(group.row, column, col_abs=column == 0) for column in (0, 1, 2, 4)
    )
    if group.key:
        criterion = f"{table.column(group.key)},{label if group.value else _EMPTY}"
        counted, above = f"COUNTIFS({criterion})", f'COUNTIFS({criterion},{paid},">0")'
        summed = f"SUMIFS({paid},{criterion})"
    else:
        counted, above, summed = f"ROWS({paid})", f'COUNTIF({paid},">0")', f"SUM({paid})"
    count, money = {"align": "center"}, {"num_format": amount_format(bonus)}
    yield GroupCell(values.people, count, counted)
    yield GroupCell(values.paid, count, above)
    yield GroupCell(values.nothing, count, f"{people}-{some}")
    yield GroupCell(float(values.sum), money, f"ROUND({summed},2)")
    share = values.share(bonus.paid)
    yield GroupCell(share, {"num_format": "0.0%"}, f"IF(SUM({paid})=0,0,{total}/SUM({paid}))")
    yield GroupCell(float(values.average), money, f"IF({people}=0,0,ROUND({total}/{people},2))")
    yield GroupCell(values.highest, money)
    yield GroupCell(values.lowest, money)
