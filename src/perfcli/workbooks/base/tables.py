"""A table in a workbook is a list of columns; formulas and readers find its cells by its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs

from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import (
    ROW,
    Cells,
    LongTable,
    Values,
    formula_cells,
    number_cells,
    text_cells,
)
from perfcli.workbooks.base.writer import SheetWriter


@dataclass(frozen=True)
class TablePlace:
    """Where a table of employees is: rows and columns count from 0; ``columns`` are by their keys."""

    kind: str
    team: str | None
    sheet: str
    first_row: int
    rows: int
    columns: Mapping[str, int]

    @property
    def last_row(self) -> int:
        """The row of the last employee."""
        return self.first_row + self.rows - 1

    def cell(self, key: str) -> str:
        """A reference to the cell of a column in the same row of the same sheet."""
        return f"{xl_col_to_name(self.columns[key])}{ROW}"

    def cells(self, key: str) -> str:
        """A reference to a whole column from the same sheet."""
        column = self.columns[key]
        return xl_range_abs(self.first_row, column, self.last_row, column)

    def cell_in(self, row: str, key: str) -> str:
        """A reference to the cell in a row from another sheet; ``row`` is a sign for its number."""
        return f"{quote_sheetname(self.sheet)}!{xl_col_to_name(self.columns[key])}{row}"

    def column(self, key: str) -> str:
        """A reference to a whole column from another sheet."""
        return f"{quote_sheetname(self.sheet)}!{self.cells(key)}"

    def record(self) -> dict[str, object]:
        """The table as the mark holds it: rows and columns count from 1."""
        return {
            "table": self.kind,
            "team": self.team,
            "sheet": self.sheet,
            "first_row": self.first_row + 1,
            "rows": self.rows,
            "columns": {key: column + 1 for key, column in self.columns.items()},
        }


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its key, its header, its values and their look.

    Values are all texts or all numbers; ``missing`` stands where there is no number. A ``formula`` (see
    ``formula_cells``) carries the values, of any kind. ``width`` is a number, or says how wide a column is.
    ``weight`` stands below the header, ``titles`` above. A column without a key is for people alone.
    """

    key: str
    header: str
    values: Values
    look: Format
    width: float | Callable[[TableColumn], float] = 10
    formula: str | Sequence[str] = ""
    missing: str = ""
    weight: float | None = None
    titles: tuple[str, ...] = ()

    @cached_property
    def wide(self) -> float:
        """How wide the column is."""
        return self.width if isinstance(self.width, int | float) else self.width(self)

    @cached_property
    def distinct(self) -> list[Any]:
        """Each value once."""
        return list(pd.unique(pd.Series(self.values)))

    @cached_property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        return not is_numeric_dtype(pd.Series(self.values).dtype)

    @property
    def cells(self) -> Cells:
        """The cells as they are written."""
        if self.formula:
            return formula_cells(self.formula, self.values)
        if self.is_text:
            return text_cells(self.values)
        return number_cells(self.values, missing=self.missing)


def fitting(least: float, most: float) -> Callable[[TableColumn], float]:
    """As wide as the header and the widest text, within limits."""
    return lambda column: styles.width([column.header, *column.distinct], least=least, most=most)


def wrapped_heights(columns: Sequence[TableColumn]) -> list[float]:
    """The heights of rows in which each text is wrapped."""
    texts = [column for column in columns if column.is_text]
    widths = [column.wide for column in texts]
    every = zip(*(column.values for column in texts), strict=True)  # noqa: PD011 values of a TableColumn
    return [styles.wrapped_height(zip(own, widths, strict=True)) for own in every]


@dataclass(frozen=True)
class TableLayout:
    """What is around the rows of a table.

    ``header`` is the row of the headers, ``height`` how high it is (None: as they need; 0: as it comes);
    ``frozen`` are the columns that stay in sight. A table of the name ``listed`` is one of Excel's own.
    ``kind`` and ``team`` are what its place is known by.
    """

    header: int
    kind: str = ""
    team: str | None = None
    height: float | None = None
    frozen: int = 2
    listed: str = ""


def write_table(
    sheet: SheetWriter,
    columns: Sequence[TableColumn],
    frame: TableLayout,
    *,
    rows: Mapping[str, int] | None = None,
    heights: Sequence[float] = (),
) -> TablePlace:
    """Writes headers and a row for each value of the columns; gives where that is.

    ``rows`` are the signs in formulas, ``heights`` those of the rows (see ``LongTable``).
    """
    place = write_frame(sheet, columns, frame, len(columns[0].values))
    write_rows(sheet, columns, place.first_row, rows=rows, heights=heights)
    return place


def write_rows(
    sheet: SheetWriter,
    columns: Sequence[TableColumn],
    first_row: int,
    *,
    rows: Mapping[str, int] | None = None,
    heights: Sequence[float] = (),
) -> None:
    """Writes the rows alone."""
    cells = [(column.cells, column.look) for column in columns]
    sheet.book.add_rows(sheet.worksheet, LongTable(first_row, cells, rows or {}, heights))


def write_frame(
    sheet: SheetWriter, columns: Sequence[TableColumn], frame: TableLayout, count: int
) -> TablePlace:
    """Writes all but the rows, of which there are so many: headers, weights, widths, filter, panes, print."""
    book, worksheet, header = sheet.book, sheet.worksheet, frame.header
    has_weights = any(column.weight is not None for column in columns)
    first, last_column = header + 1 + has_weights, len(columns) - 1
    keys = {column.key: index for index, column in enumerate(columns) if column.key}
    place = TablePlace(frame.kind, frame.team, sheet.name, first, count, keys)
    sheet.set_widths(column.wide for column in columns)
    height = frame.height
    if height is None:
        height = styles.wrapped_height((column.header, column.wide) for column in columns)
    if height:
        worksheet.set_row(header, height)
    if frame.listed:
        headers = [{"header": column.header, "header_format": book.header} for column in columns]
        properties = {"name": frame.listed, "style": None, "columns": headers}
        worksheet.add_table(header, 0, place.last_row, last_column, properties)
    else:
        sheet.write_line(header, [column.header for column in columns], book.header)
        if count:
            worksheet.autofilter(first - 1, 0, place.last_row, last_column)
    if has_weights:
        sheet.write_line(header + 1, [column.weight for column in columns], book.weight)
    if count or frame.listed:
        worksheet.freeze_panes(first, frame.frozen)
    sheet.print_setup(landscape=True, repeat=(header, first - 1))
    return place
