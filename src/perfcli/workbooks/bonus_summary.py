"""The summary of a bonus: heads and amounts by department, team and grade, as live formulas, with charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pandas as pd
from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus import Bonus
from perfcli.rewards.money import round_half_up
from perfcli.rules.pay import CENT
from perfcli.scoring import exact
from perfcli.workbooks import styles
from perfcli.workbooks.bonus_table import amount_format, method_text
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_KEYS = ("heads", "paid", "nothing", "sum", "share", "average", "highest", "lowest")
_SUM, _AVERAGE = 4, 6
_CHART_ROWS = 14
_MOST_IN_CHART = 24
_FIRST_WIDTH, _WIDTH = 24, 13


def write_bonus_summary(book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
    """Writes a table for each way of grouping people, with a chart of what each group gets."""
    cycle = book.wording(f"cycle.{bonus.cycle.value}")
    title = book.wording("bonus.summary.title", period=book.period(bonus.period), cycle=cycle)
    worksheet.write_string(0, 0, title, book.title)
    worksheet.set_row(0, 28)
    worksheet.write_string(1, 0, method_text(book, bonus), book.note)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, len(_KEYS), _WIDTH)
    groups = _Groups(book, worksheet, bonus, table)
    row = 3
    for key in ("department", "team", "grade"):
        if key in table.columns:
            row = groups.write(row, key)
    book.print_setup(worksheet, landscape=False, repeat=None)


@dataclass(frozen=True)
class _Groups:
    book: Book
    worksheet: Worksheet
    bonus: Bonus
    table: Table

    def write(self, top: int, key: str) -> int:
        """One table and its chart; gives the row after them."""
        book, worksheet, frame = self.book, self.worksheet, self.bonus.frame
        heading = book.format(bold=True, font_size=12)
        worksheet.write_string(top, 0, book.wording(f"bonus.summary.by-{key}"), heading)
        headers = [book.wording(f"column.{key}"), *(book.wording(f"bonus.summary.{one}") for one in _KEYS)]
        for column, header in enumerate(headers):
            worksheet.write_string(top + 1, column, header, book.header)
        worksheet.set_row(top + 1, styles.wrapped_height((header, _WIDTH) for header in headers))
        row = top + 1
        names = book.names(self.bonus.ruleset).get(key, {})
        for value in self._values(key):
            row += 1
            own = frame[frame[key] == value]
            self._line(row, names.get(value, value), own, self.table.column(key))
        self._line(row + 1, "", frame, "", bold=True, bg_color=styles.GROUP)
        if key == "grade":
            book.mark_grades(worksheet, (top + 2, 0, row, 0), book.grades(self.bonus.ruleset))
        if row - top - 1 > _MOST_IN_CHART:
            return row + 3
        fills = [look.fill for look in styles.grade_looks(row - top - 1)] if key == "grade" else []
        self._chart(key, (top + 2, row), fills)
        return row + 3 + _CHART_ROWS

    def _values(self, key: str) -> Sequence[str]:
        if key == "grade":
            return [grade.id for grade in self.bonus.ruleset.policy.grades_from_top]
        return sorted(set(self.bonus.frame[key]))

    def _line(self, row: int, name: str, frame: pd.DataFrame, column: str, **properties: object) -> None:
        """One group: its name, and formulas over the bonus table that carry their values.

        ``column`` is the table's column of the group; empty for everybody.
        """
        book, amounts = self.book, amount_format(self.bonus)
        label = name or book.wording("bonus.summary.all" if not column else "bonus.summary.blank")
        self.worksheet.write_string(row, 0, label, book.cell(num_format="@", text_wrap=True, **properties))
        paid = self.table.column("amount")
        here = xl_rowcol_to_cell(row, 0, col_abs=True)
        criterion = f"{column},{here}" if name else f'{column},""'
        heads = f"COUNTIFS({criterion})" if column else f"ROWS({paid})"
        some = f'COUNTIFS({criterion},{paid},">0")' if column else f'COUNTIF({paid},">0")'
        total = f"SUMIFS({paid},{criterion})" if column else f"SUM({paid})"
        at_sum, at_heads = (xl_rowcol_to_cell(row, place) for place in (_SUM, 1))
        count, money = book.cell(align="center", **properties), book.cell(num_format=amounts, **properties)
        exactly = sum((exact.decimal(one) for one in frame["amount"]), Decimal(0))
        mean = round_half_up(Fraction(exactly) / len(frame), CENT) if len(frame) else Decimal(0)
        number = int((frame["amount"] > 0).sum())
        every = float(self.bonus.paid)
        share = float(exactly) / every if every else 0.0
        formulas = (
            (f"={heads}", len(frame), count),
            (f"={some}", number, count),
            (f"={at_heads}-{xl_rowcol_to_cell(row, 2)}", len(frame) - number, count),
            (f"=ROUND({total},2)", float(exactly), money),
            (f"=IF(SUM({paid})=0,0,{at_sum}/SUM({paid}))", share, book.cell(num_format="0.0%", **properties)),
            (f"=IF({at_heads}=0,0,ROUND({at_sum}/{at_heads},2))", float(mean), money),
        )
        for place, (formula, value, look) in enumerate(formulas, start=1):
            self.worksheet.write_formula(row, place, formula, look, value)
        bounds = (frame["amount"].max(), frame["amount"].min()) if len(frame) else (0.0, 0.0)
        for place, value in enumerate(bounds, start=len(formulas) + 1):
            self.worksheet.write_number(row, place, float(value), money)
        self.worksheet.set_row(row, styles.wrapped_height([(label, _FIRST_WIDTH)]))

    def _chart(self, key: str, between: tuple[int, int], fills: Sequence[str]) -> None:
        """A chart below a table: what each group gets in all; of a grade, on average."""
        first, last = between
        book, sheet = self.book, quote_sheetname(str(self.worksheet.name))
        font = {"name": book.font["font_name"], "size": 9, "color": styles.INK}
        border = {"color": styles.ACCENT}
        column = _AVERAGE if key == "grade" else _SUM
        chart = cast("Chart", book.workbook.add_chart({"type": "column"}))
        chart.add_series(
            {
                "name": book.wording("bonus.summary.average" if key == "grade" else "bonus.summary.sum"),
                "categories": f"={sheet}!{xl_range_abs(first, 0, last, 0)}",
                "values": f"={sheet}!{xl_range_abs(first, column, last, column)}",
                "data_labels": {"value": True, "font": font, "num_format": "#,##0"},
                "fill": {"color": styles.ACCENT},
                "border": border,
                "points": [{"fill": {"color": fill}, "border": border} for fill in fills],
                "gap": 60,
            }
        )
        title = {"name": book.wording(f"bonus.summary.chart-{key}"), "name_font": {**font, "size": 11}}
        chart.set_title({**title, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_font": font, "label_position": "low"})
        gridlines = {"visible": True, "line": {"color": styles.GROUP}}
        chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": gridlines})
        chart.set_size({"width": 860, "height": 20 * (_CHART_ROWS - 1)})
        self.worksheet.insert_chart(last + 3, 0, chart, {"object_position": 1, "x_offset": 4})
