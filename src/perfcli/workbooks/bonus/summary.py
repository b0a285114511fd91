"""The summary of a bonus: heads and amounts by department, team and grade, as live formulas, with charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.groups import bonus_group
from perfcli.workbooks.base.pay_groups import WIDTHS, PayGroups
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.bonus.table import amount_format, method_text

_EMPTY = '""'
_KEYS = ("heads", "paid", "nothing", "sum", "share", "average", "highest", "lowest")


def write_bonus_summary(book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
    """Writes a table for each way of grouping people, with a chart of what each group gets."""
    cycle = book.wording(f"cycle.{bonus.cycle.value}")
    title = book.wording("bonus.summary.title", period=book.period(bonus.period), cycle=cycle)
    worksheet.write_string(0, 0, title, book.title)
    worksheet.set_row(0, 28)
    worksheet.write_string(1, 0, method_text(book, bonus), book.note)
    worksheet.set_column(0, 0, WIDTHS[0])
    worksheet.set_column(1, len(_KEYS), WIDTHS[1])
    groups = _Groups(book, worksheet, bonus.frame, bonus.ruleset, bonus, table)
    row = 3
    for key in ("department", "team", "grade"):
        if key in table.columns:
            row = groups.write(row, key)
    book.print_setup(worksheet, landscape=False, repeat=None)


@dataclass(frozen=True)
class _Groups(PayGroups):
    summary: ClassVar = "bonus.summary."
    keys: ClassVar = _KEYS

    bonus: Bonus
    table: Table

    def charted(self, key: str) -> str:
        return "average" if key == "grade" else "sum"

    def write_line(self, row: int, label: str, people: pd.DataFrame, key: str, **look: object) -> None:
        """Formulas over the bonus table that carry their values."""
        book, amounts = self.book, amount_format(self.bonus)
        paid, here = self.table.column("amount"), xl_rowcol_to_cell(row, 0, col_abs=True)
        if key:
            blank = label == book.wording("pay.blank")
            criterion = f"{self.table.column(key)},{_EMPTY if blank else here}"
            heads, some = f"COUNTIFS({criterion})", f'COUNTIFS({criterion},{paid},">0")'
            total = f"SUMIFS({paid},{criterion})"
        else:
            heads, some, total = f"ROWS({paid})", f'COUNTIF({paid},">0")', f"SUM({paid})"
        at_sum, at_heads = (xl_rowcol_to_cell(row, _KEYS.index(one) + 1) for one in ("sum", "heads"))
        count, money = book.cell(align="center", **look), book.cell(num_format=amounts, **look)
        group = bonus_group(people)
        share = group.share(self.bonus.paid)
        formulas = (
            (f"={heads}", group.people, count),
            (f"={some}", group.paid, count),
            (f"={at_heads}-{xl_rowcol_to_cell(row, 2)}", group.nothing, count),
            (f"=ROUND({total},2)", float(group.sum), money),
            (f"=IF(SUM({paid})=0,0,{at_sum}/SUM({paid}))", share, book.cell(num_format="0.0%", **look)),
            (f"=IF({at_heads}=0,0,ROUND({at_sum}/{at_heads},2))", float(group.average), money),
        )
        for place, (formula, value, cell) in enumerate(formulas, start=1):
            self.worksheet.write_formula(row, place, formula, cell, value)
        for place, value in enumerate((group.highest, group.lowest), start=len(formulas) + 1):
            self.worksheet.write_number(row, place, value, money)
