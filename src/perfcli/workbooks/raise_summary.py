"""The summary of raises: what they cost, by grade, team and department, with charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pandas as pd
from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.money import round_half_up
from perfcli.rewards.raises import Raises, money_sum
from perfcli.rules.pay import CENT
from perfcli.workbooks import styles
from perfcli.workbooks.raise_lists import budget_text
from perfcli.workbooks.raise_table import amount_format, facts, signed
from perfcli.workbooks.styles import Book

_KEYS = ("heads", "raised", "unchanged", "cut", "before", "change", "after", "percent")
_CHANGE = 6
_CHART_ROWS = 14
_MOST_IN_CHART = 24
_FIRST_WIDTH, _WIDTH = 24, 13


def write_summary(book: Book, worksheet: Worksheet, raises: Raises) -> None:
    """Writes the cost, then a table for each way of grouping people, with a chart of what each group gets."""
    wording = book.wording
    worksheet.write_string(
        0, 0, wording("raise.summary.title", period=book.period(raises.period)), book.title
    )
    worksheet.set_row(0, 28)
    worksheet.write_string(1, 0, facts(book, raises), book.note)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, len(_KEYS), _WIDTH)
    row = _write_facts(book, worksheet, raises, 3)
    writer = _Groups(book, worksheet, raises)
    for key in ("grade", "team", "department"):
        row = writer.write(row, key)
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
class _Groups:
    book: Book
    worksheet: Worksheet
    raises: Raises

    def write(self, top: int, key: str) -> int:
        """One table and its chart; gives the row after them."""
        book, worksheet, frame = self.book, self.worksheet, self.raises.frame
        worksheet.write_string(
            top, 0, book.wording(f"raise.summary.by-{key}"), book.format(bold=True, font_size=12)
        )
        headers = [book.wording(f"column.{key}"), *(book.wording(f"raise.summary.{one}") for one in _KEYS)]
        for column, header in enumerate(headers):
            worksheet.write_string(top + 1, column, header, book.header)
        worksheet.set_row(top + 1, styles.wrapped_height((header, _WIDTH) for header in headers))
        row = top + 1
        names = book.names(self.raises.ruleset).get(key, {})
        for value in self._values(key):
            row += 1
            self._line(
                row,
                names.get(value, value) or book.wording("raise.summary.blank"),
                frame[frame[key] == value],
            )
        self._line(row + 1, book.wording("raise.summary.all"), frame, bold=True, bg_color=styles.GROUP)
        if key == "grade":
            book.mark_grades(worksheet, (top + 2, 0, row, 0), book.grades(self.raises.ruleset))
        if row - top - 1 > _MOST_IN_CHART:
            return row + 3
        fills = [look.fill for look in styles.grade_looks(row - top - 1)] if key == "grade" else []
        self._chart(key, (top + 2, row), fills)
        return row + 3 + _CHART_ROWS

    def _values(self, key: str) -> Sequence[str]:
        present = set(self.raises.frame[key])
        if key == "grade":
            return [grade.id for grade in self.raises.ruleset.policy.grades_from_top]
        return sorted(present)

    def _line(self, row: int, name: str, frame: pd.DataFrame, **properties: object) -> None:
        book, amounts = self.book, amount_format(self.raises)
        change = frame["raise"]
        before, added = money_sum(frame["salary"]), money_sum(change)
        percent = round_half_up(100 * Fraction(added) / Fraction(before), CENT) if before else Decimal(0)
        count, money = book.cell(align="center", **properties), book.cell(num_format=amounts, **properties)
        self.worksheet.write_string(row, 0, name, book.cell(num_format="@", text_wrap=True, **properties))
        values = (
            *((len(frame), count), (int((change > 0).sum()), count), (int((change == 0).sum()), count)),
            *((int((change < 0).sum()), count), (float(before), money)),
            (float(added), book.cell(num_format=signed(amounts), **properties)),
            *(
                (float(before + added), money),
                (float(percent), book.cell(num_format='0.00"%"', **properties)),
            ),
        )
        for column, (value, look) in enumerate(values, start=1):
            self.worksheet.write_number(row, column, value, look)
        self.worksheet.set_row(row, styles.wrapped_height([(name, _FIRST_WIDTH)]))

    def _chart(self, key: str, span: tuple[int, int], fills: Sequence[str]) -> None:
        """A native column chart of what each group's salaries change by."""
        book, (first, last) = self.book, span
        sheet = quote_sheetname(str(self.worksheet.name))
        font = {"name": book.font["font_name"], "size": 9, "color": styles.INK}
        border = {"color": styles.ACCENT}
        chart = cast("Chart", book.workbook.add_chart({"type": "column"}))
        chart.add_series(
            {
                "name": book.wording("raise.summary.change"),
                "categories": f"={sheet}!{xl_range_abs(first, 0, last, 0)}",
                "values": f"={sheet}!{xl_range_abs(first, _CHANGE, last, _CHANGE)}",
                "data_labels": {"value": True, "font": font, "num_format": "#,##0"},
                "fill": {"color": styles.ACCENT},
                "border": border,
                "points": [{"fill": {"color": fill}, "border": border} for fill in fills],
                "gap": 60,
            }
        )
        title = book.wording(f"raise.summary.chart-{key}")
        chart.set_title({"name": title, "name_font": {**font, "size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_font": font, "label_position": "low"})
        gridlines = {"visible": True, "line": {"color": styles.GROUP}}
        chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": gridlines})
        chart.set_size({"width": 860, "height": 20 * (_CHART_ROWS - 1)})
        self.worksheet.insert_chart(last + 3, 0, chart, {"object_position": 1, "x_offset": 4})
