"""Tables of pay by department, team and grade, each with a chart below it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

import pandas as pd
from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.groups import grouped
from perfcli.rules.ruleset import Ruleset
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book

WIDTHS = (24, 13)
"""How wide the first column is, and the others."""

_CHART_ROWS = 14
_MOST_IN_CHART = 24


@dataclass(frozen=True)
class PayGroups(ABC):
    """What the summaries of bonuses and of raises share.

    ``summary`` begins the keys of their own texts; ``keys`` are the columns after the name of the group.
    ``frame`` and ``ruleset`` are those of the pay.
    """

    summary: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]

    book: Book
    worksheet: Worksheet
    frame: pd.DataFrame
    ruleset: Ruleset

    @abstractmethod
    def write_line(self, row: int, label: str, people: pd.DataFrame, key: str, **look: object) -> None:
        """One group, by ``key``; everybody, where that is empty."""

    @abstractmethod
    def charted(self, key: str) -> str:
        """The column that the chart of a grouping shows."""

    def write(self, top: int, key: str) -> int:
        """One table and its chart; gives the row after them."""
        book, worksheet = self.book, self.worksheet
        heading = book.format(bold=True, font_size=12)
        worksheet.write_string(top, 0, book.wording(f"pay.by-{key}"), heading)
        texts = [book.wording(f"{self.summary}{one}") for one in self.keys]
        headers = [book.wording(f"column.{key}"), *texts]
        for column, header in enumerate(headers):
            worksheet.write_string(top + 1, column, header, book.header)
        worksheet.set_row(top + 1, styles.wrapped_height((header, WIDTHS[1]) for header in headers))
        row = top + 1
        names = book.names(self.ruleset).get(key, {})
        for value, people in grouped(self.frame, key, self.ruleset.policy):
            row += 1
            name = names.get(value, value) or book.wording("pay.blank")
            self._write_line(row, name, people, key)
        everybody = book.wording("pay.all")
        self._write_line(row + 1, everybody, self.frame, "", bold=True, bg_color=styles.GROUP)
        if key == "grade":
            book.mark_grades(worksheet, (top + 2, 0, row, 0), book.grades(self.ruleset))
        groups = row - top - 1
        if groups > _MOST_IN_CHART:
            return row + 3
        fills = [look.fill for look in styles.grade_looks(groups)] if key == "grade" else []
        self._chart(key, (top + 2, row), fills)
        return row + 3 + _CHART_ROWS

    def _write_line(self, row: int, name: str, people: pd.DataFrame, key: str, **look: object) -> None:
        self.worksheet.write_string(row, 0, name, self.book.cell(num_format="@", text_wrap=True, **look))
        self.write_line(row, name, people, key, **look)
        self.worksheet.set_row(row, styles.wrapped_height([(name, WIDTHS[0])]))

    def _chart(self, key: str, span: tuple[int, int], fills: Sequence[str]) -> None:
        """A native column chart of one column."""
        book, (first, last) = self.book, span
        shown, sheet = self.charted(key), quote_sheetname(str(self.worksheet.name))
        column = self.keys.index(shown) + 1
        font = {"name": book.font["font_name"], "size": 9, "color": styles.INK}
        border = {"color": styles.ACCENT}
        chart = cast("Chart", book.workbook.add_chart({"type": "column"}))
        chart.add_series(
            {
                "name": book.wording(f"{self.summary}{shown}"),
                "categories": f"={sheet}!{xl_range_abs(first, 0, last, 0)}",
                "values": f"={sheet}!{xl_range_abs(first, column, last, column)}",
                "data_labels": {"value": True, "font": font, "num_format": "#,##0"},
                "fill": {"color": styles.ACCENT},
                "border": border,
                "points": [{"fill": {"color": fill}, "border": border} for fill in fills],
                "gap": 60,
            }
        )
        title = book.wording(f"{self.summary}chart-{key}")
        chart.set_title({"name": title, "name_font": {**font, "size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_font": font, "label_position": "low"})
        gridlines = {"visible": True, "line": {"color": styles.GROUP}}
        chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": gridlines})
        chart.set_size({"width": 860, "height": 20 * (_CHART_ROWS - 1)})
        self.worksheet.insert_chart(last + 3, 0, chart, {"object_position": 1, "x_offset": 4})
