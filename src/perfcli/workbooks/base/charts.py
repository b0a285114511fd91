"""Native column charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from perfcli.workbooks.base import styles
from perfcli.workbooks.base.writer import SheetWriter


@dataclass(frozen=True)
class ColumnChart:
    """A chart of a column by the names in the first one; ``rows`` are the first and the last.

    ``size`` is width and height in pixels; ``fills`` are the colours of columns with one of their own;
    ``series``, ``x_axis`` and ``y_axis`` are further properties, as XlsxWriter has them.
    """

    title: str
    column: int
    rows: tuple[int, int]
    num_format: str
    size: tuple[int, int]
    font: Any
    fills: Sequence[str] = ()
    series: Mapping[str, Any] = field(default_factory=dict)
    x_axis: Mapping[str, Any] = field(default_factory=dict)
    y_axis: Mapping[str, Any] = field(default_factory=dict)

    def insert(self, sheet: SheetWriter, row: int) -> None:
        """Adds the chart from a row on."""
        font = {"name": self.font, "size": 9, "color": styles.INK}
        border = {"color": styles.ACCENT}
        chart = cast("Chart", sheet.book.workbook.add_chart({"type": "column"}))
        chart.add_series(
            {
                "categories": self._cells(sheet, 0),
                "values": self._cells(sheet, self.column),
                "data_labels": {"value": True, "font": font, "num_format": self.num_format},
                "fill": {"color": styles.ACCENT},
                "border": border,
                "points": [{"fill": {"color": fill}, "border": border} for fill in self.fills],
                "gap": 60,
                **self.series,
            }
        )
        chart.set_title({"name": self.title, "name_font": {**font, "size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_font": font, **self.x_axis})
        gridlines = {"visible": True, "line": {"color": styles.GROUP}}
        chart.set_y_axis({"num_font": font, "major_gridlines": gridlines, **self.y_axis})
        chart.set_size({"width": self.size[0], "height": self.size[1]})
        sheet.worksheet.insert_chart(row, 0, chart, {"object_position": 1, "x_offset": 4})

    def _cells(self, sheet: SheetWriter, column: int) -> str:
        first, last = self.rows
        return f"={quote_sheetname(sheet.name)}!{xl_range_abs(first, column, last, column)}"
