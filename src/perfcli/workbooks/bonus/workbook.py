"""The bonus workbook: table, payroll, summary, reconciliation, audit, findings and rules."""

from __future__ import annotations

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.bonus.payroll import bonus_payroll
from perfcli.text import Term, Wording
from perfcli.workbooks.base.pay_parts import write_pay_findings
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.bonus.audit import write_bonus_audit
from perfcli.workbooks.bonus.payroll import write_payroll
from perfcli.workbooks.bonus.reconciliation import write_reconciliation
from perfcli.workbooks.bonus.rules import write_bonus_rules
from perfcli.workbooks.bonus.summary import write_bonus_summary
from perfcli.workbooks.bonus.table import write_bonus_table

_SHEETS = ("bonus", "payroll", "bonus-summary", "reconciliation", "audit", "findings", "rules")


def bonus_sheets(bonus: Bonus, wording: Wording) -> tuple[Book, list[Table]]:
    """The visible sheets of a bonus, and where its tables of employees stand."""
    title = wording("bonus.title", period=bonus.period, cycle=Term(f"cycle.{bonus.cycle.value}"))
    book = Book(wording, title.strip())
    table, payroll, summary, reconciliation, audit, findings, rules = (
        book.sheet(wording(f"sheet.{name}")) for name in _SHEETS
    )
    written = write_bonus_table(book, table, bonus)
    imported = write_payroll(book, payroll, bonus_payroll(bonus, wording))
    write_bonus_summary(book, summary, bonus, written)
    write_reconciliation(book, reconciliation, bonus, written)
    write_bonus_audit(book, audit, bonus, written)
    write_pay_findings(book, findings, bonus.edits, bonus.findings)
    write_bonus_rules(book, rules, bonus)
    return book, [written, *imported]
