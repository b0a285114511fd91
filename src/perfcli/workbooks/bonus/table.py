"""The bonus table: one row per employee with every factor of the amount, to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.money import money
from perfcli.rules.pay import Method
from perfcli.text import Term
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_table import PayTable
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

_SUMMED = ("earned", "adjustment", "amount")


def write_bonus_table(book: Book, worksheet: Worksheet, bonus: Bonus) -> Table:
    """Writes title, method and sum, the table, and the lines to sign on."""
    return _BonusTable(book, worksheet, bonus.frame, bonus.ruleset, bonus.edits, bonus).write()


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
class _BonusTable(PayTable):
    kind: ClassVar = "bonus"
    summed: ClassVar = _SUMMED
    wide: ClassVar = {
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

    bonus: Bonus

    @property
    def head(self) -> tuple[str, str, str]:
        book, bonus = self.book, self.bonus
        cycle = book.wording(f"cycle.{bonus.cycle.value}")
        title = book.wording("bonus.title", period=book.period(bonus.period), cycle=cycle)
        paid = {"sum": money(bonus.paid, bonus.rules.rounding_unit), "currency": bonus.rules.currency or ""}
        heads = {"count": int((bonus.frame["amount"] > 0).sum()), "heads": len(bonus.frame)}
        return title, method_text(book, bonus), book.wording("bonus.sum", **paid, **heads)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Columns in which there is nothing to see are left out."""
        frame, pooled = self.frame, self.bonus.payment.method is Method.POOL
        adjusted = bool(frame["adjustment"].any())
        shown = {
            "department": frame["department"].astype(bool).any(),
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
        texts = {"adjustment": "column.bonus_adjustment"}
        if self.bonus.payment.reckoned_by is Method.FIXED:
            texts["bonus_base"] = "column.fixed_amount"
        keys = [key for key in order if shown.get(key, True)]
        return {key: self.book.wording(texts.get(key, f"column.{key}")) for key in keys}

    def looks(self) -> Mapping[str, Format]:
        book, amounts = self.book, amount_format(self.bonus)
        days = book.cell(num_format="0.##" if (self.frame["days"] % 1).any() else "0", align="center")
        factor = book.cell(num_format="0.0000", align="center")
        return {
            **dict.fromkeys(("bonus_base", "computed", "earned"), book.cell(num_format=amounts)),
            **dict.fromkeys(("days", "period_days"), days),
            **dict.fromkeys(("proration", "factor"), factor),
            "coefficient": book.cell(num_format="0.0#####", align="center"),
            "share": book.cell(num_format="#,##0.000000"),
            "adjustment": book.cell(num_format=styles.signed(amounts)),
            "amount": book.cell(num_format=amounts, bold=True, bg_color=styles.ACCENT_LIGHT),
        }

    def note(self, employee: Mapping[str, Any]) -> str:
        return notes_text(self.book, self.bonus, employee["employee_id"])

    def sum_format(self, key: str) -> str:
        amounts = amount_format(self.bonus)
        return styles.signed(amounts) if key == "adjustment" else amounts
