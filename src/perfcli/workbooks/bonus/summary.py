"""The summary of a bonus: heads and amounts by department, team and grade, as live formulas, with charts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli import exact
from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.money import round_half_up
from perfcli.rules.pay import CENT
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
        exactly = sum((exact.decimal(one) for one in people["amount"]), Decimal(0))
        mean = round_half_up(Fraction(exactly) / len(people), CENT) if len(people) else Decimal(0)
        number = int((people["amount"] > 0).sum())
        every = float(self.bonus.paid)
        share = float(exactly) / every if every else 0.0
        formulas = (
            (f"={heads}", len(people), count),
            (f"={some}", number, count),
            (f"={at_heads}-{xl_rowcol_to_cell(row, 2)}", len(people) - number, count),
            (f"=ROUND({total},2)", float(exactly), money),
            (f"=IF(SUM({paid})=0,0,{at_sum}/SUM({paid}))", share, book.cell(num_format="0.0%", **look)),
            (f"=IF({at_heads}=0,0,ROUND({at_sum}/{at_heads},2))", float(mean), money),
        )
        for place, (formula, value, cell) in enumerate(formulas, start=1):
            self.worksheet.write_formula(row, place, formula, cell, value)
        bounds = (people["amount"].max(), people["amount"].min()) if len(people) else (0.0, 0.0)
        for place, value in enumerate(bounds, start=len(formulas) + 1):
            self.worksheet.write_number(row, place, float(value), money)
