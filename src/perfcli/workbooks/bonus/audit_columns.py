"""What an audit of amounts is made of: numbers that hold for everybody, and columns of formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli.workbooks.base.audits import ELSEWHERE, agreements, mark_differences, write_overall
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_table
from perfcli.workbooks.base.writer import SheetWriter

OVERALL, CONSTANTS = 2, 4
"""The row that says whether everything agrees, and the first of the numbers that hold for everybody."""

_CONSTANT_COLUMN = 3
_WIDTH = 15

AuditValue = float | int | str
Formula = str | Sequence[str]
"""A formula for all rows, or one for each; signs stand in it for the numbers of rows."""


@dataclass
class AuditColumns:
    """The columns of an audit of ``table`` with its header in row ``header``.

    ``amounts`` is how amounts of money look.
    """

    sheet: SheetWriter
    table: TablePlace
    header: int
    amounts: str
    columns: list[TableColumn] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> TablePlace:
        """Where the columns are that have been added."""
        keys = {column.key: index for index, column in enumerate(self.columns)}
        return TablePlace("", None, self.sheet.name, self.header + 1, self.table.rows, keys)

    def source(self, key: str) -> str:
        """The cell of an employee in the table, under a key."""
        return self.table.cell_in(ELSEWHERE, key)

    def constant(self, key: str, value: AuditValue, formula: str = "") -> str:
        """Writes a number that holds for everybody; gives its cell."""
        row, book = CONSTANTS + len(self.constants), self.sheet.book
        self.sheet.write(row, _CONSTANT_COLUMN, book.wording(f"bonus.audit.{key}"), book.text)
        look = book.cell(num_format="0.##")
        self.sheet.write(row, _CONSTANT_COLUMN + 1, value, look, formula=formula)
        self.constants[key] = xl_rowcol_to_cell(row, _CONSTANT_COLUMN + 1, row_abs=True, col_abs=True)
        return self.constants[key]

    def add(self, key: str, formula: Formula, values: Sequence[AuditValue], look: str = "whole") -> str:
        """Adds a column; gives the cell of an employee in it."""
        book = self.sheet.book
        looks = {
            "text": book.text,
            "whole": book.cell(num_format="0"),
            "about": book.cell(num_format="0.000000"),
            "money": book.cell(num_format=self.amounts, bold=True),
            "centred": book.centred,
        }
        header = book.wording(f"bonus.audit.{key}")
        self.columns.append(TableColumn(key, header, values, looks[look], _WIDTH, formula))
        return self.cell(key)

    def cell(self, key: str) -> str:
        """The cell of an employee in the column of a key."""
        return self.place.cell(key)

    def column_of(self, key: str) -> str:
        """The whole column of a key."""
        return self.place.cells(key)

    def write(self) -> None:
        """Writes headings and columns, and whether everything agrees: so says the last column."""
        frame = TableLayout(self.header, height=50)
        place = write_table(self.sheet, self.columns, frame, rows={ELSEWHERE: self.table.first_row})
        count = agreements(self.sheet.book, place.cells(self.columns[-1].key))
        write_overall(
            *(self.sheet, OVERALL, f"{place.rows}-{count}"),
            condition=f"{count}={place.rows}",
            agree="bonus.audit.all-agree",
            last=3,
        )
        mark_differences(self.sheet, place)


def quotient(dividend: str, divisor: str) -> str:
    """The whole quotient of two whole numbers: a division may be rounded up to the next one."""
    whole = f"INT({dividend}/{divisor})"
    return f"({whole}-({whole}*{divisor}>{dividend}))"
