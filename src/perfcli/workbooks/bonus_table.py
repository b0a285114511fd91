"""The bonus table: one row per employee with every factor of the amount, to be signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus import Bonus
from perfcli.rewards.money import money
from perfcli.rules.pay import Method
from perfcli.scoring import exact
from perfcli.scoring.results import rows
from perfcli.text import Term
from perfcli.workbooks import styles
from perfcli.workbooks.pay_parts import write_signatures
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_TITLE, _METHOD, _SUM, _EDITED, _HEADER, _FIRST = range(6)
_SUMMED = ("earned", "adjustment", "amount")
_TEXTS = ("employee_id", "name", "department", "position", "team", "grade", "note")
_WIDTHS: Mapping[str, float] = {
    "total": 8,
    "bonus_base": 12,
    "coefficient": 8,
    "days": 7,
    "period_days": 7,
    "proration": 9,
    "factor": 9,
    "share": 15,
    "computed": 12,
    "earned": 12,
    "adjustment": 11,
    "amount": 13,
    "note": 38,
}


def write_bonus_table(book: Book, worksheet: Worksheet, bonus: Bonus) -> Table:
    """Writes title, method and sum, the table, and the lines to sign on."""
    return _Writer(book, worksheet, bonus).write()


def amount_format(bonus: Bonus) -> str:
    """How amounts look: without decimals where the rounding unit has none and nobody has any."""
    amounts = bonus.frame[["bonus_base", *_SUMMED]].fillna(0)
    whole = bonus.rules.rounding_unit % 1 == 0 and bool((amounts % 1 == 0).all(axis=None))
    return "#,##0" if whole else "#,##0.00"


def notes_text(book: Book, bonus: Bonus, employee: str) -> str:
    """The notes about an employee, as one text."""
    texts = [note.in_language(book.wording.language) for note in bonus.notes[employee]]
    return book.wording("raise.between").join(texts)


def method_text(book: Book, bonus: Bonus) -> str:
    """How amounts come about, in words."""
    method = Term(f"method.{bonus.payment.reckoned_by.value}")
    if bonus.payment.method is not Method.POOL:
        return book.wording("bonus.method", method=method)
    pool = money(bonus.pool or 0.0, bonus.rules.rounding_unit)
    return book.wording("bonus.method.pool", pool=pool, method=method)


@dataclass(frozen=True)
class _Writer:
    book: Book
    worksheet: Worksheet
    bonus: Bonus

    def write(self) -> Table:
        book, worksheet, bonus = self.book, self.worksheet, self.bonus
        heads = len(bonus.frame)
        columns = {key: column for column, key in enumerate(self.keys) if key in bonus.frame}
        table = Table("bonus", None, str(worksheet.name), _FIRST, heads, columns)
        self._write_head()
        for column, key in enumerate(self.keys):
            worksheet.write_string(_HEADER, column, self.headers[key], book.header)
            worksheet.set_column(column, column, self._widths[key])
        height = styles.wrapped_height((self.headers[key], self._widths[key]) for key in self.keys)
        worksheet.set_row(_HEADER, height)
        for row, employee in enumerate(rows(bonus.frame), start=_FIRST):
            self._write_row(row, employee)
        self._write_sum(_FIRST + heads)
        grade = columns["grade"]
        book.mark_grades(worksheet, (_FIRST, grade, table.last_row, grade), book.grades(bonus.ruleset))
        worksheet.autofilter(_HEADER, 0, table.last_row, len(self.keys) - 1)
        write_signatures(book, worksheet, _FIRST + heads + 2, len(self.keys))
        worksheet.freeze_panes(_FIRST, 2)
        worksheet.ignore_errors({"number_stored_as_text": xl_range(_FIRST, 0, table.last_row, 0)})
        book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))
        return table

    @cached_property
    def keys(self) -> Sequence[str]:
        """The columns: those in which there is nothing to see are left out."""
        frame, pooled = self.bonus.frame, self.bonus.payment.method is Method.POOL
        adjusted = bool(frame["adjustment"].any())
        shown = {
            "department": frame["department"].astype(bool).any(),
            "position": False,
            "bonus_base": frame["bonus_base"].notna().any(),
            "coefficient": frame["coefficient"].notna().any(),
            "share": pooled,
            "computed": frame["bound"].astype(bool).any() and not pooled,
            "earned": adjusted,
            "adjustment": adjusted,
        }
        order = (
            *("employee_id", "name", "department", "team", "total", "grade", "bonus_base", "coefficient"),
            *("days", "period_days", "proration", "factor", "share", "computed"),
            *("earned", "adjustment", "amount", "note"),
        )
        return [key for key in order if shown.get(key, True)]

    @cached_property
    def headers(self) -> Mapping[str, str]:
        fixed = self.bonus.payment.reckoned_by is Method.FIXED
        names = {key: f"column.{key}" for key in self.keys}
        names["adjustment"] = "column.bonus_adjustment"
        names |= {"bonus_base": "column.fixed_amount"} if fixed else {}
        return {key: self.book.wording(names[key]) for key in self.keys}

    def _write_head(self) -> None:
        """Title, how amounts come about, their sum, and what was changed by hand in the results."""
        book, worksheet, bonus = self.book, self.worksheet, self.bonus
        cycle = book.wording(f"cycle.{bonus.cycle.value}")
        title = book.wording("bonus.title", period=book.period(bonus.period), cycle=cycle)
        worksheet.write_string(_TITLE, 0, title, book.title)
        worksheet.set_row(_TITLE, 28)
        worksheet.write_string(_METHOD, 0, method_text(book, bonus), book.note)
        paid = money(bonus.paid, bonus.rules.rounding_unit)
        heads = {"count": self._paid, "heads": len(bonus.frame)}
        values = {"sum": paid, "currency": bonus.rules.currency or "", **heads}
        text = book.wording("bonus.sum", **values)
        worksheet.write_string(_SUM, 0, text, book.format(bold=True, font_color=styles.INK))
        if bonus.edits:
            look = book.format(bold=True, font_color=styles.ALARM)
            worksheet.write_string(_EDITED, 0, book.wording("raise.edited", count=len(bonus.edits)), look)

    @property
    def _paid(self) -> int:
        return int((self.bonus.frame["amount"] > 0).sum())

    @cached_property
    def _widths(self) -> Mapping[str, float]:
        """Columns of texts as wide as these, the others as wide as their numbers need."""
        frame, names = self.bonus.frame, self.book.names(self.bonus.ruleset)
        widths = dict(_WIDTHS)
        for key in self.keys:
            if key not in widths:
                texts = [names.get(key, {}).get(text, text) for text in dict.fromkeys(frame[key])]
                widths[key] = styles.width([*texts, self.headers[key]], least=8, most=30)
        return widths

    @cached_property
    def _looks(self) -> Mapping[str, Format]:
        book, amounts = self.book, amount_format(self.bonus)
        money_cell = book.cell(num_format=amounts)
        days = book.cell(num_format="0.##" if (self.bonus.frame["days"] % 1).any() else "0", align="center")
        return {
            **dict.fromkeys(("bonus_base", "computed", "earned"), money_cell),
            "total": book.number(self.bonus.ruleset.policy.rounding.total_decimals),
            "coefficient": book.cell(num_format="0.0#####", align="center"),
            **dict.fromkeys(("days", "period_days"), days),
            "proration": book.cell(num_format="0.0000", align="center"),
            "factor": book.cell(num_format="0.0000", align="center"),
            "share": book.cell(num_format="#,##0.000000"),
            "adjustment": book.cell(num_format=f"+{amounts};-{amounts};{amounts}"),
            "amount": book.cell(num_format=amounts, bold=True, bg_color=styles.ACCENT_LIGHT),
            "grade": book.centred,
            "text": book.cell(num_format="@", align="left", text_wrap=True, indent=1),
        }

    def _write_row(self, row: int, employee: Mapping[str, Any]) -> None:
        names = self.book.names(self.bonus.ruleset)
        texts = {key: str(employee.get(key, "")) for key in _TEXTS}
        texts |= {key: names[key][employee[key]] for key in ("team", "grade")}
        texts["note"] = notes_text(self.book, self.bonus, employee["employee_id"])
        for column, key in enumerate(self.keys):
            look = self._looks.get(key, self._looks["text"])
            if key in texts:
                self.worksheet.write_string(row, column, texts[key], look)
            elif isnan(employee[key]):
                self.worksheet.write_blank(row, column, None, look)
            else:
                self.worksheet.write_number(row, column, employee[key], look)
        cells = [(text, self._widths[key]) for key, text in texts.items() if key in self.keys]
        self.worksheet.set_row(row, styles.wrapped_height(cells))

    def _write_sum(self, row: int) -> None:
        """The sums of the amounts; of what a filter shows, where one is set."""
        frame = self.bonus.frame
        sums = {key: sum(map(exact.decimal, frame[key]), Decimal(0)) for key in _SUMMED}
        amounts = amount_format(self.bonus)
        look: dict[str, Any] = {"bold": True, "bg_color": styles.GROUP, "top": 2}
        for column, key in enumerate(self.keys):
            if key in sums:
                formula = f"=SUBTOTAL(9,{xl_range(_FIRST, column, row - 1, column)})"
                cell = self.book.cell(num_format=amounts, **look)
                self.worksheet.write_formula(row, column, formula, cell, float(sums[key]))
            elif column == 1:
                text = self.book.wording("raise.sum", count=len(frame))
                self.worksheet.write_string(row, column, text, self.book.cell(**look))
            else:
                self.worksheet.write_blank(row, column, None, self.book.cell(**look))
