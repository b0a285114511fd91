"""A table of pay to be signed: one row per employee, sums, and what is said above it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from perfcli import exact
from perfcli.findings import Finding
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import LongTable, number_cells, text_cells
from perfcli.workbooks.base.pay_parts import write_signatures
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

_TITLE, _FACTS, _SUM, _EDITED, _HEADER, _FIRST = range(6)
_TEXTS = ("employee_id", "name", "department")
_NAMES = ("team", "grade")


@dataclass(frozen=True)
class PayTable(ABC):
    """What the tables of bonuses and of raises share.

    ``kind`` is how the mark calls the table; ``wide`` are the widths of its columns of numbers and of the
    note; ``summed`` the columns with a sum. ``frame``, ``ruleset`` and ``edits`` are those of the pay.
    """

    kind: ClassVar[str]
    wide: ClassVar[Mapping[str, float]]
    summed: ClassVar[tuple[str, ...]]

    book: Book
    worksheet: Worksheet
    frame: pd.DataFrame
    ruleset: Ruleset
    edits: Sequence[Finding]

    @property
    @abstractmethod
    def head(self) -> tuple[str, str, str]:
        """The title, how amounts come about, and what they add up to."""

    @cached_property
    @abstractmethod
    def headers(self) -> Mapping[str, str]:
        """Key → header, of the columns in their order."""

    @abstractmethod
    def looks(self) -> Mapping[str, Format]:
        """How the columns of numbers look."""

    @abstractmethod
    def note(self, employee: Mapping[str, Any]) -> str:
        """The note about an employee, a row of the frame."""

    @abstractmethod
    def sum_format(self, key: str) -> str:
        """How the sum of a column looks."""

    def write(self) -> Table:
        """Writes the sheet."""
        book, worksheet, heads = self.book, self.worksheet, len(self.frame)
        columns = {key: column for column, key in enumerate(self.headers) if key in self.frame}
        table = Table(self.kind, None, str(worksheet.name), _FIRST, heads, columns)
        self._write_head()
        for column, (key, header) in enumerate(self.headers.items()):
            worksheet.write_string(_HEADER, column, header, book.header)
            worksheet.set_column(column, column, self._widths[key])
        height = styles.wrapped_height((header, self._widths[key]) for key, header in self.headers.items())
        worksheet.set_row(_HEADER, height)
        self._write_rows()
        self._write_sum(_FIRST + heads)
        grade = columns["grade"]
        book.mark_grades(worksheet, (_FIRST, grade, table.last_row, grade), book.grades(self.ruleset))
        worksheet.autofilter(_HEADER, 0, table.last_row, len(self.headers) - 1)
        write_signatures(book, worksheet, _FIRST + heads + 2, len(self.headers))
        worksheet.freeze_panes(_FIRST, 2)
        worksheet.ignore_errors({"number_stored_as_text": xl_range(_FIRST, 0, table.last_row, 0)})
        book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))
        return table

    def _write_head(self) -> None:
        """Title, facts, sum, and what was changed by hand in the results."""
        book, worksheet = self.book, self.worksheet
        title, facts, total = self.head
        worksheet.write_string(_TITLE, 0, title, book.title)
        worksheet.set_row(_TITLE, 28)
        worksheet.write_string(_FACTS, 0, facts, book.note)
        worksheet.write_string(_SUM, 0, total, book.format(bold=True, font_color=styles.INK))
        if self.edits:
            look = book.format(bold=True, font_color=styles.ALARM)
            worksheet.write_string(_EDITED, 0, book.wording("raise.edited", count=len(self.edits)), look)

    @cached_property
    def _widths(self) -> Mapping[str, float]:
        """Columns of texts as wide as these, the others as wide as their numbers need."""
        widths = dict(self.wide)
        for key, header in self.headers.items():
            if key not in widths:
                texts = [self._names.get(key, {}).get(text, text) for text in dict.fromkeys(self.frame[key])]
                widths[key] = styles.width([*texts, header], least=8, most=30)
        return widths

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        return self.book.names(self.ruleset)

    @cached_property
    def _looks(self) -> Mapping[str, Format]:
        text = self.book.cell(num_format="@", align="left", text_wrap=True, indent=1)
        decimals = self.ruleset.policy.rounding.total_decimals
        shared = {"total": self.book.number(decimals), "grade": self.book.centred}
        return {**dict.fromkeys(self.headers, text), **shared, **self.looks()}

    def _write_rows(self) -> None:
        texts = {key: self.frame[key].tolist() for key in _TEXTS}
        texts |= {key: self.frame[key].map(self._names[key]).tolist() for key in _NAMES}
        texts["note"] = [self.note(employee) for employee in rows(self.frame)]
        shown = [key for key in texts if key in self.headers]
        heights = [
            styles.wrapped_height(zip(own, map(self._widths.__getitem__, shown), strict=True))
            for own in zip(*(texts[key] for key in shown), strict=True)
        ]
        columns = [
            (text_cells(texts[key]) if key in texts else number_cells(self.frame[key]), self._looks[key])
            for key in self.headers
        ]
        self.book.write_rows(self.worksheet, LongTable(_FIRST, columns, heights=heights))

    def _write_sum(self, row: int) -> None:
        """The sums of the amounts; of what a filter shows, where one is set."""
        look: dict[str, Any] = {"bold": True, "bg_color": styles.GROUP, "top": 2}
        for column, key in enumerate(self.headers):
            if key in self.summed:
                formula = f"=SUBTOTAL(9,{xl_range(_FIRST, column, row - 1, column)})"
                cell = self.book.cell(num_format=self.sum_format(key), **look)
                total = sum(map(exact.decimal, self.frame[key]), Decimal(0))
                self.worksheet.write_formula(row, column, formula, cell, float(total))
            elif column == 0:
                text = self.book.wording("raise.sum", count=len(self.frame))
                self.worksheet.write_string(row, column, text, self.book.cell(**look))
            else:
                self.worksheet.write_blank(row, column, None, self.book.cell(**look))
