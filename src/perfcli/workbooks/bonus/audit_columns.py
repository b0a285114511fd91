"""What an audit of amounts is made of: numbers that hold for everybody, and columns of formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import ROW, LongTable, formula_cells
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

OVERALL, CONSTANTS = 2, 4
"""The row that says whether everything agrees, and the first of the numbers that hold for everybody."""

_CONSTANT_COLUMN = 3
_WIDTH = 15

_TABLE_ROW = "\1"
"""Stands in a formula for the row of somebody in the table of pay; no sheet's name can have it."""

Value = float | int | str
Formula = str | Sequence[str]
"""A formula for all rows, or one for each; signs stand in it for the numbers of rows."""


class Computed(NamedTuple):
    """A column of the audit: its key, its formula, the values, and how they look."""

    key: str
    formula: Formula
    values: Sequence[Value]
    look: str


@dataclass
class AuditColumns:
    """The columns of an audit of ``table`` with its header in row ``header``.

    ``amounts`` is how amounts of money look.
    """

    book: Book
    worksheet: Worksheet
    table: Table
    header: int
    amounts: str
    columns: list[Computed] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The row of the first employee."""
        return self.header + 1

    @property
    def last(self) -> int:
        """The row of the last employee."""
        return self.header + self.heads

    @property
    def heads(self) -> int:
        """How many employees there are."""
        return self.table.rows

    def source(self, key: str) -> str:
        """The cell of an employee in the table, under a key."""
        return self.table.cell_in(_TABLE_ROW, key)

    def constant(self, key: str, value: Value, formula: str = "") -> str:
        """Writes a number that holds for everybody; gives its cell."""
        row = CONSTANTS + len(self.constants)
        label = self.book.wording(f"bonus.audit.{key}")
        self.worksheet.write_string(row, _CONSTANT_COLUMN, label, self.book.text)
        look = self.book.cell(num_format="0.##")
        if formula:
            self.worksheet.write_formula(row, _CONSTANT_COLUMN + 1, f"={formula}", look, value)
        else:
            self.worksheet.write_number(row, _CONSTANT_COLUMN + 1, float(value), look)
        self.constants[key] = xl_rowcol_to_cell(row, _CONSTANT_COLUMN + 1, row_abs=True, col_abs=True)
        return self.constants[key]

    def add(self, key: str, formula: Formula, values: Sequence[Value], look: str = "whole") -> str:
        """Adds a column; gives the cell of an employee in it."""
        self.columns.append(Computed(key, formula, values, look))
        return self.cell(key)

    def cell(self, key: str) -> str:
        """The cell of an employee in the column of a key."""
        return f"{xl_col_to_name(self.place(key))}{ROW}"

    def place(self, key: str) -> int:
        """Where the column of a key is."""
        return [column.key for column in self.columns].index(key)

    def column_of(self, key: str) -> str:
        """The whole column of a key."""
        place = self.place(key)
        return xl_range_abs(self.first, place, self.last, place)

    def write(self) -> None:
        """Writes headings and columns, and whether everything agrees: so says the last column."""
        for place, column in enumerate(self.columns):
            heading = self.book.wording(f"bonus.audit.{column.key}")
            self.worksheet.write_string(self.header, place, heading, self.book.header)
            self.worksheet.set_column(place, place, _WIDTH)
        looks = self._looks
        columns = [(formula_cells(one.formula, one.values), looks[one.look]) for one in self.columns]
        rows = {_TABLE_ROW: self.table.first_row}
        self.book.write_rows(self.worksheet, LongTable(self.first, columns, rows))
        self.worksheet.set_row(self.header, 50)
        self._write_overall(len(self.columns) - 1)
        everything = (self.first, 0, self.last, len(self.columns) - 1)
        self.book.mark_differences(self.worksheet, everything)
        self.worksheet.autofilter(self.header, 0, self.last, len(self.columns) - 1)
        self.worksheet.freeze_panes(self.first, 2)
        self.book.print_setup(self.worksheet, landscape=True, repeat=(self.header, self.header))

    @property
    def _looks(self) -> Mapping[str, Format]:
        book = self.book
        return {
            "text": book.text,
            "whole": book.cell(num_format="0"),
            "about": book.cell(num_format="0.000000"),
            "money": book.cell(num_format=self.amounts, bold=True),
            "centred": book.centred,
        }

    def _write_overall(self, column: int) -> None:
        """One cell that says whether everything agrees."""
        wording = self.book.wording
        cells = xl_range_abs(self.first, column, self.last, column)
        count = f'COUNTIF({cells},"{wording("audit.yes")}")'
        before, after = wording("audit.differ", count="\n").split("\n")
        agree = wording("bonus.audit.all-agree")
        formula = f'=IF({count}={self.heads},"{agree}","{before}"&({self.heads}-{count})&"{after}")'
        look = self.book.format(
            bold=True, font_size=12, bg_color=styles.ACCENT_LIGHT, font_color=styles.ACCENT, border=1
        )
        self.worksheet.merge_range(OVERALL, 0, OVERALL, 3, "", look)
        self.worksheet.write_formula(OVERALL, 0, formula, look, agree)
        self.worksheet.set_row(OVERALL, 24)


def quotient(dividend: str, divisor: str) -> str:
    """The whole quotient of two whole numbers: a division may be rounded up to the next one."""
    whole = f"INT({dividend}/{divisor})"
    return f"({whole}-({whole}*{divisor}>{dividend}))"
