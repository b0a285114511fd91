"""Tables of pay by department, team and grade, each with a chart below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from perfcli.rewards.groups import grouped
from perfcli.rules.ruleset import Ruleset
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.charts import ColumnChart
from perfcli.workbooks.base.writer import SheetWriter

_FIRST_WIDTH, _WIDTH = 24, 13
_CHART_ROWS = 14
_MOST_IN_CHART = 24


class PayGroup(NamedTuple):
    """Some people who are alike in a column of the frame: its ``key``, their value, the row of the group.

    Everybody is a group without a key.
    """

    key: str
    value: str
    people: pd.DataFrame
    row: int


class GroupCell(NamedTuple):
    """What a table says of a group: a number, its look, and a formula that comes to it."""

    number: float
    look: dict[str, Any]
    formula: str = ""


@dataclass(frozen=True)
class PayGroups:
    """Writes the tables of a summary of ``frame``.

    ``words`` begins the keys of their own texts; ``keys`` are the columns after the name of the group, and
    ``cells`` what stands in them; ``charted`` is the column that the chart of a grouping shows.
    """

    sheet: SheetWriter
    frame: pd.DataFrame
    ruleset: Ruleset
    words: str
    keys: Sequence[str]
    cells: Callable[[PayGroup], Iterable[GroupCell]]
    charted: Callable[[str], str]

    def write(self, top: int, groupings: Iterable[str]) -> None:
        """Writes a table and its chart for each column by which people are grouped."""
        self.sheet.set_widths([_FIRST_WIDTH, *[_WIDTH] * len(self.keys)])
        for key in groupings:
            top = self._write(top, key)
        self.sheet.print_setup(landscape=False)

    def _write(self, top: int, key: str) -> int:
        """One table and its chart; gives the row after them."""
        sheet, book = self.sheet, self.sheet.book
        sheet.write(top, 0, book.wording(f"pay.by-{key}"), book.heading)
        headers = [book.wording(f"column.{key}"), *(book.wording(f"{self.words}.{one}") for one in self.keys)]
        sheet.write_line(top + 1, headers, book.header)
        sheet.worksheet.set_row(top + 1, styles.wrapped_height((header, _WIDTH) for header in headers))
        row = top + 1
        for value, people in grouped(self.frame, key, self.ruleset.policy):
            row += 1
            self._line(PayGroup(key, value, people, row))
        self._line(PayGroup("", "", self.frame, row + 1), bold=True, bg_color=styles.GROUP)
        if key == "grade":
            sheet.mark_grades(0, (top + 2, row), book.grades(self.ruleset))
        if row - top - 1 > _MOST_IN_CHART:
            return row + 3
        self._chart(key, (top + 2, row))
        return row + 3 + _CHART_ROWS

    def _line(self, group: PayGroup, **look: Any) -> None:
        book = self.sheet.book
        name = book.names(self.ruleset).get(group.key, {}).get(group.value, group.value)
        name = (name or book.wording("pay.blank")) if group.key else book.wording("pay.all")
        self.sheet.write(group.row, 0, name, book.cell(num_format="@", text_wrap=True, **look))
        for column, cell in enumerate(self.cells(group), start=1):
            shown = book.cell(**cell.look, **look)
            self.sheet.write(group.row, column, cell.number, shown, formula=cell.formula)
        self.sheet.worksheet.set_row(group.row, styles.wrapped_height([(name, _FIRST_WIDTH)]))

    def _chart(self, key: str, rows: tuple[int, int]) -> None:
        wording, shown = self.sheet.book.wording, self.charted(key)
        looks = styles.grade_looks(rows[1] - rows[0] + 1) if key == "grade" else []
        chart = ColumnChart(
            *(wording(f"{self.words}.chart-{key}"), self.keys.index(shown) + 1, rows, "#,##0"),
            (860, 20 * (_CHART_ROWS - 1)),
            self.sheet.book.font["font_name"],
            [look.fill for look in looks],
            series={"name": wording(f"{self.words}.{shown}")},
            x_axis={"label_position": "low"},
            y_axis={"num_format": "#,##0"},
        )
        chart.insert(self.sheet, rows[1] + 3)
