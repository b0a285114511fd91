"""The bonus workbook: table, payroll, summary, reconciliation, audit, findings and rules."""

from __future__ import annotations

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.bonus.payroll import bonus_payroll
from perfcli.text import Term, Wording
from perfcli.workbooks.base.lists import write_pay_findings
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.bonus.audit import write_bonus_audit
from perfcli.workbooks.bonus.payroll import write_payroll
from perfcli.workbooks.bonus.reconciliation import write_reconciliation
from perfcli.workbooks.bonus.rules import write_bonus_rules
from perfcli.workbooks.bonus.summary import write_bonus_summary
from perfcli.workbooks.bonus.table import write_bonus_table

_SHEETS = ("bonus", "payroll", "bonus-summary", "reconciliation", "audit", "findings", "rules")


def bonus_sheets(bonus: Bonus, wording: Wording) -> tuple[WorkbookWriter, list[TablePlace]]:
    """The visible sheets of a bonus, and where its tables of employees stand."""
    title = wording("bonus.title", period=bonus.period, cycle=Term(f"cycle.{bonus.cycle.value}"))
    book = WorkbookWriter(wording, title.strip())
    table, payroll, summary, reconciliation, audit, findings, rules = (
        book.sheet(wording(f"sheet.{name}")) for name in _SHEETS
    )
    place = write_bonus_table(table, bonus)
    imported = write_payroll(payroll, bonus_payroll(bonus, wording))
    write_bonus_summary(summary, bonus, place)
    write_reconciliation(reconciliation, bonus, place)
    write_bonus_audit(audit, bonus, place)
    write_pay_findings(findings, [*bonus.edits, *bonus.findings])
    write_bonus_rules(rules, bonus)
    return book, [place, *imported]
