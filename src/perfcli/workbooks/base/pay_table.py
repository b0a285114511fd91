"""A table of pay to be signed: one row per employee, sums, and what is said above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range

from perfcli import exact
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Term
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import (
    TableColumn,
    TableLayout,
    TablePlace,
    fitting,
    wrapped_heights,
    write_table,
)
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

_SUM, _EDITED, _HEADER = 2, 3, 4
_SIGNERS = ("prepared", "checked", "approved")


def person_columns(
    book: WorkbookWriter, frame: pd.DataFrame, ruleset: Ruleset, keys: Sequence[str]
) -> list[TableColumn]:
    """Columns about the person, and the total and the grade of the result."""
    text = book.cell(num_format="@", align="left", text_wrap=True, indent=1)
    looks = {"total": book.number(ruleset.policy.rounding.total_decimals), "grade": book.centred}
    names = book.names(ruleset)
    return [
        TableColumn(
            *(key, book.wording(f"column.{key}")),
            frame[key].map(names[key]) if key in names else frame[key],
            looks.get(key, text),
            8 if key == "total" else fitting(8, 30),
        )
        for key in keys
    ]


def note_column(book: WorkbookWriter, notes: Sequence[str]) -> TableColumn:
    """The last column, which is for people alone."""
    look = book.cell(num_format="@", align="left", text_wrap=True, indent=1)
    return TableColumn("", book.wording("column.note"), notes, look, 38)


@dataclass(frozen=True)
class PayTable:
    """What is on the sheet: ``said`` are the title, how amounts come about, and what they add up to.

    ``sums`` are the formats of those columns that have a sum, by their keys; ``edits`` is how many numbers of
    the results were changed by hand; ``partial`` says whom they leave out, above the lines to sign on.
    """

    kind: str
    said: tuple[str, str, str]
    columns: Sequence[TableColumn]
    sums: Mapping[str, str]
    ruleset: Ruleset
    edits: int
    partial: Term | None

    def write(self, sheet: SheetWriter) -> TablePlace:
        """Writes the sheet."""
        book = sheet.book
        title, facts, total = self.said
        sheet.write_title(title, facts)
        sheet.write(_SUM, 0, total, book.format(bold=True, font_color=styles.INK))
        if self.edits:
            sheet.write(_EDITED, 0, book.wording("raise.edited", count=self.edits), book.alarm)
        place = write_table(
            sheet, self.columns, TableLayout(_HEADER, self.kind), heights=wrapped_heights(self.columns)
        )
        self._write_sums(sheet, place)
        rows = (place.first_row, place.last_row)
        sheet.mark_grades(place.columns["grade"], rows, book.grades(self.ruleset))
        if self.partial is not None:
            sheet.write(place.last_row + 2, 0, book.name(self.partial), book.alarm)
        _write_signatures(sheet, place.last_row + 3, len(self.columns))
        sheet.worksheet.ignore_errors({"number_stored_as_text": xl_range(rows[0], 0, rows[1], 0)})
        return place

    def _write_sums(self, sheet: SheetWriter, place: TablePlace) -> None:
        """The sums of the amounts; of what a filter shows, where one is set."""
        book, row = sheet.book, place.last_row + 1
        look: dict[str, Any] = {"bold": True, "bg_color": styles.GROUP, "top": 2}
        sheet.write_line(row, [None] * len(self.columns), book.cell(**look))
        sheet.write(row, 0, book.wording("raise.sum", count=place.rows), book.cell(**look))
        for index, column in enumerate(self.columns):
            if column.key in self.sums:
                cells = xl_range(place.first_row, index, place.last_row, index)
                total = float(sum(map(exact.decimal, column.values), Decimal(0)))
                cell = book.cell(num_format=self.sums[column.key], **look)
                sheet.write(row, index, total, cell, formula=f"SUBTOTAL(9,{cells})")


def _write_signatures(sheet: SheetWriter, top: int, columns: int) -> None:
    """Writes a line for everyone who answers for a table of so many columns."""
    book = sheet.book
    line = book.format(bottom=1, bottom_color=styles.INK)
    step = max((columns - 1) // len(_SIGNERS), 2)
    for place, signer in enumerate(_SIGNERS):
        first = place * step
        last = max(min(first + step - 2, columns - 1), first)
        sheet.write(top, first, book.wording(f"pay.sign.{signer}"), book.format(bold=True))
        sheet.write_line(top + 1, [None] * (last - first + 1), line, first=first)
        sheet.write(top + 2, first, book.wording("pay.sign.line"), book.note)
    sheet.worksheet.set_row(top + 1, 30)
