"""Where a table stands in a workbook, so that formulas, ``verify`` and ``explain`` find its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs


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
