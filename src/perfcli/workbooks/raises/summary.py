"""The summary of raises: what they cost, by grade, team and department, with charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.groups import raise_group
from perfcli.rewards.raises.raises import Raises
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_groups import WIDTHS, PayGroups
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.raises.lists import budget_text
from perfcli.workbooks.raises.table import amount_format, facts

_KEYS = ("heads", "raised", "unchanged", "cut", "before", "change", "after", "percent")


def write_summary(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes the cost, then a table for each way of grouping people, with a chart of what each group gets."""
    title = book.wording("raise.summary.title", period=book.period(raises.period))
    worksheet.write_string(0, 0, title, book.title)
    worksheet.set_row(0, 28)
    worksheet.write_string(1, 0, facts(book, raises), book.note)
    worksheet.set_column(0, 0, WIDTHS[0])
    worksheet.set_column(1, len(_KEYS), WIDTHS[1])
    row = _write_facts(book, worksheet, raises, 3)
    groups = _Groups(book, worksheet, raises.frame, raises.ruleset, raises)
    for key in ("grade", "team", "department"):
        row = groups.write(row, key)
    book.print_setup(worksheet, landscape=False, repeat=None)


def _write_facts(book: Book, worksheet: Worksheet, raises: Raises, top: int) -> int:
    """The facts that decide, one beside the other; gives the row after them."""
    fit = raises.fit
    values = {
        "month": raises.text(raises.cost),
        "year": raises.text(raises.cost_of_year),
        "budget": budget_text(book, raises),
    }
    if fit is not None:
        values |= {"excess": raises.text(fit.excess), "factor": fit.percent_text}
    look = book.cell(bold=True, align="center", font_size=12, font_color=styles.INK)
    for place, (key, value) in enumerate(values.items()):
        first = 2 * place - (place > 0)
        last = first + (place > 0)
        for row, text, cell in (
            (top, book.wording(f"raise.summary.{key}"), book.header),
            (top + 1, value, look),
        ):
            if first == last:
                worksheet.write_string(row, first, text, cell)
            else:
                worksheet.merge_range(row, first, row, last, "", cell)
                worksheet.write_string(row, first, text, cell)
    worksheet.set_row(top, 20)
    worksheet.set_row(top + 1, 26)
    return top + 3


@dataclass(frozen=True)
class _Groups(PayGroups):
    summary: ClassVar = "raise.summary."
    keys: ClassVar = _KEYS

    raises: Raises

    def charted(self, key: str) -> str:  # noqa: ARG002 every chart shows the same column
        return "change"

    def write_line(self, row: int, label: str, people: pd.DataFrame, key: str, **look: object) -> None:  # noqa: ARG002 these are numbers, not formulas
        book, amounts = self.book, amount_format(self.raises)
        group = raise_group(people)
        count, money = book.cell(align="center", **look), book.cell(num_format=amounts, **look)
        values = {
            "heads": (group.people, count),
            "raised": (group.raised, count),
            "unchanged": (group.unchanged, count),
            "cut": (group.cut, count),
            "before": (float(group.before), money),
            "change": (float(group.change), book.cell(num_format=styles.signed(amounts), **look)),
            "after": (float(group.after), money),
            "percent": (float(group.percent), book.cell(num_format='0.00"%"', **look)),
        }
        for column, one in enumerate(_KEYS, start=1):
            self.worksheet.write_number(row, column, *values[one])
