"""How totals moved over the months: of each team as a chart, of everybody as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from perfcli import exact
from perfcli.rules.periods import Cycle
from perfcli.scoring.rollups import Rollup, RollupPart, total_key
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import TableColumn, TableLayout, fitting, write_table
from perfcli.workbooks.base.writer import SheetWriter

_MEANS = 3
_CHART_ROWS = 16
_WIDTH = 11


def write_trend(sheet: SheetWriter, rollup: Rollup) -> None:
    """Writes the mean of each team and part with a chart, then everybody's totals and how they changed."""
    book, wording = sheet.book, sheet.book.wording
    note = wording("rollup.trend.note")
    sheet.write_title(wording("rollup.trend.title", period=rollup.period), note)
    parts = rollup.of_cycle(Cycle.MONTHLY) or [part for part in rollup.parts if part.counts]
    after = _write_means(sheet, rollup, parts)
    frame = rollup.frame.sort_values("employee_id", kind="stable", ignore_index=True)
    names = book.names(rollup.ruleset)
    totals = [frame[total_key(part.key)] for part in parts]
    columns = [
        *(
            TableColumn(
                *(key, wording(f"column.{key}")),
                frame[key].map(names[key]) if key in names else frame[key],
                book.text,
                fitting(12, 40),
            )
            for key in ("employee_id", "name", "team")
        ),
        *(
            TableColumn("", book.name(part.name), column, book.exact, _WIDTH)
            for part, column in zip(parts, totals, strict=True)
        ),
        TableColumn("", wording("rollup.trend.change"), _changes(totals), book.signed, 14),
    ]
    sheet.worksheet.ignore_errors({"number_stored_as_text": f"A{after + 2}:C{after + 2 + len(frame)}"})
    write_table(sheet, columns, TableLayout(after, frozen=0))
    sheet.worksheet.freeze_panes(0, 0)


def _write_means(sheet: SheetWriter, rollup: Rollup, parts: Sequence[RollupPart]) -> int:
    """A row for each team with its mean of each part, and lines below; gives the row after them."""
    book, wording = sheet.book, sheet.book.wording
    decimals = rollup.ruleset.policy.rounding.total_decimals
    sheet.write_across(_MEANS, (0, 2), wording("column.team"), book.header)
    sheet.write_line(_MEANS, [book.name(part.name) for part in parts], book.header, first=3)
    look = book.number(decimals, align="center")
    teams = rollup.results.teams
    for row, rubric in enumerate(teams, start=_MEANS + 1):
        own = rollup.frame[rollup.frame["team"] == rubric.team]
        sheet.write_across(row, (0, 2), book.name(rubric.name), book.text)
        for column, part in enumerate(parts, start=3):
            sheet.write(row, column, _mean(own[total_key(part.key)]), look)
    last = _MEANS + len(teams)
    _insert_chart(sheet, (_MEANS, last), len(parts))
    return last + 2 + _CHART_ROWS


def _mean(totals: pd.Series[float]) -> float | None:
    given = totals.dropna()
    return None if given.empty else float(round(exact.mean(np.asarray(given, dtype=np.float64)), 4))


def _changes(totals: Sequence[pd.Series[float]]) -> pd.Series[float]:
    """By how much the last part that somebody has differs from the first; nothing where there is only one."""
    table = pd.concat(totals, axis=1)
    first, last = table.bfill(axis=1).iloc[:, 0], table.ffill(axis=1).iloc[:, -1]
    change = (last - first).round(6)
    return change.where(table.notna().sum(axis=1) > 1)


def _insert_chart(sheet: SheetWriter, rows: tuple[int, int], count: int) -> None:
    header, last = rows
    font = {"name": sheet.book.font["font_name"], "size": 9, "color": styles.INK}
    chart = cast("Chart", sheet.book.workbook.add_chart({"type": "line"}))
    name = quote_sheetname(sheet.name)
    for row, colour in zip(range(header + 1, last + 1), styles.line_colours(last - header), strict=True):
        cells = xl_range_abs(row, 3, row, 2 + count)
        chart.add_series(
            {
                "name": f"={name}!{xl_range_abs(row, 0, row, 0)}",
                "categories": f"={name}!{xl_range_abs(header, 3, header, 2 + count)}",
                "values": f"={name}!{cells}",
                "line": {"color": colour, "width": 2.25},
                "marker": {
                    "type": "circle",
                    "size": 6,
                    "fill": {"color": colour},
                    "border": {"color": colour},
                },
            }
        )
    title = sheet.book.wording("rollup.trend.chart")
    chart.set_title({"name": title, "name_font": {**font, "size": 11}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis(
        {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": styles.GROUP}}}
    )
    chart.show_na_as_empty_cell()
    chart.set_size({"width": 860, "height": 20 * (_CHART_ROWS - 1)})
    sheet.worksheet.insert_chart(last + 1, 0, chart, {"object_position": 1, "x_offset": 4, "y_offset": 6})
