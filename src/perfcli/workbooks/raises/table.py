"""The table of raises: one row per employee, before and after, to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.raises.raises import Raises
from perfcli.rewards.raises.rules import MONTHS
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_table import PayTable
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

_SUMMED = ("salary", "computed", "raise", "new_salary", "scaled", "due")
_OWN = ("employee_id", "name", "department", "team", "total", "grade", "note")


def write_raises(book: Book, worksheet: Worksheet, raises: Raises) -> Table:
    """Writes title, facts, the table with its sum, and the lines to sign on."""
    return _RaiseTable(book, worksheet, raises.frame, raises.ruleset, raises.edits, raises).write()


def amount_format(raises: Raises) -> str:
    """How amounts look: without decimals where every salary and the rounding unit are whole."""
    return "#,##0" if raises.smallest % 1 == 0 else "#,##0.00"


def notes_text(book: Book, raises: Raises, row: Mapping[str, Any]) -> str:
    """The notes about an employee and the measure of the grade, as one text."""
    texts = [note.in_language(book.wording.language) for note in row["notes"]]
    measure = raises.measure(row["grade"], row["percent"])
    return book.wording("raise.between").join([*texts, *([] if measure is None else [book.name(measure)])])


@dataclass(frozen=True)
class _RaiseTable(PayTable):
    kind: ClassVar = "raises"
    summed: ClassVar = _SUMMED
    wide: ClassVar = {
        **dict.fromkeys(_SUMMED, 12),
        "total": 8,
        "range_position": 10,
        "percent": 9,
        "months": 8,
        "change_percent": 9,
        "note": 38,
    }

    raises: Raises

    @property
    def head(self) -> tuple[str, str, str]:
        return title(self.book, self.raises), facts(self.book, self.raises), cost(self.book, self.raises)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Columns in which there is nothing to see are left out."""
        frame, fit = self.frame, self.raises.fit
        applied = fit is not None and self.raises.wanted.fit_budget
        shown = {
            "department": frame["department"].astype(bool).any(),
            "team": not frame["department"].astype(bool).all(),
            "range_position": frame["range_position"].notna().any(),
            "months": (frame["months"] < MONTHS).any(),
            "computed": (frame["computed"] != frame["raise"]).any(),
            "due": applied,
            "scaled": fit is not None and not applied,
        }
        order = (
            *("employee_id", "name", "department", "team", "total", "grade", "salary", "range_position"),
            *("percent", "months", "computed", "due", "raise", "new_salary", "change_percent", "scaled"),
            "note",
        )
        keys = [key for key in order if shown.get(key, True)]
        return {key: self.book.wording(f"{'' if key in _OWN else 'raise.'}column.{key}") for key in keys}

    def looks(self) -> Mapping[str, Format]:
        book, amounts = self.book, amount_format(self.raises)
        return {
            **dict.fromkeys(_SUMMED, book.cell(num_format=amounts)),
            "raise": book.cell(num_format=styles.signed(amounts), bold=True, bg_color=styles.ACCENT_LIGHT),
            "new_salary": book.cell(num_format=amounts, bold=True),
            "percent": book.percent,
            "range_position": book.percent,
            "change_percent": book.cell(num_format='+0.00"%";-0.00"%";0.00"%"'),
            "months": book.cell(num_format='0"/12"', align="center"),
        }

    def note(self, employee: Mapping[str, Any]) -> str:
        return notes_text(self.book, self.raises, employee)

    def sum_format(self, key: str) -> str:
        amounts = amount_format(self.raises)
        return styles.signed(amounts) if key == "raise" else amounts


def title(book: Book, raises: Raises) -> str:
    """The title of the table."""
    return book.wording("raise.title", period=book.period(raises.period))


def facts(book: Book, raises: Raises) -> str:
    """The day from which the salaries hold, the currency, and the budget."""
    wording = book.wording
    texts = [wording("raise.effective", day=raises.effective.isoformat())]
    if raises.ruleset.policy.bonus.currency:
        texts.append(wording("raise.currency", currency=raises.ruleset.policy.bonus.currency))
    if raises.budget is not None:
        texts.append(wording("raise.budget", budget=raises.text(raises.budget)))
    return wording("raise.between").join(texts)


def cost(book: Book, raises: Raises) -> str:
    """What the raises cost a month and a year, and what a budget that they exceed would make of them."""
    wording, fit = book.wording, raises.fit
    texts = [wording("raise.cost", month=raises.text(raises.cost), year=raises.text(raises.cost_of_year))]
    if fit is not None:
        key = "raise.fitted" if raises.wanted.fit_budget else "raise.over-budget"
        texts.append(wording(key, excess=raises.text(fit.excess), factor=fit.percent_text))
    return wording("raise.between").join(texts)
