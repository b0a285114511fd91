"""Where a table stands in a workbook, so that formulas, ``verify`` and ``explain`` find its cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True)
class Table:
    """A table of employees: rows and columns count from 0; ``columns`` are the keys of a results' frame."""

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

    def cell(self, row: int, key: str) -> str:
        """A reference to the cell of the ``row``-th employee from another sheet."""
        return f"{quote_sheetname(self.sheet)}!{xl_rowcol_to_cell(self.first_row + row, self.columns[key])}"

    def cell_in(self, row: str, key: str) -> str:
        """A reference to the cell in a row from another sheet; ``row`` is a sign for its number."""
        return f"{quote_sheetname(self.sheet)}!{xl_col_to_name(self.columns[key])}{row}"

    def column(self, key: str) -> str:
        """A reference to a whole column from another sheet."""
        column = self.columns[key]
        return f"{quote_sheetname(self.sheet)}!{xl_range_abs(self.first_row, column, self.last_row, column)}"

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


def write_texts(worksheet: Worksheet, row: int, column: int, texts: Iterable[str], look: Format) -> None:
    """Writes texts down a column, as texts whatever they begin with."""
    for offset, text in enumerate(texts):
        worksheet.write_string(row + offset, column, text, look)


def write_numbers(
    worksheet: Worksheet,
    row: int,
    column: int,
    numbers: Iterable[float],
    look: Format,
    *,
    missing: str = "",
) -> None:
    """Writes numbers down a column, and a text (or nothing) for those that are not there."""
    for offset, number in enumerate(numbers):
        if not math.isnan(number):
            worksheet.write_number(row + offset, column, number, look)
        elif missing:
            worksheet.write_string(row + offset, column, missing, look)
        else:
            worksheet.write_blank(row + offset, column, None, look)
