"""The workbook of raises: table, cuts, summary, audit, left out, findings and rules."""

from __future__ import annotations

from perfcli.rewards.raises.raises import Raises
from perfcli.text import Wording
from perfcli.workbooks.base.pay_parts import write_pay_findings
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.raises.audit import write_raise_audit
from perfcli.workbooks.raises.lists import write_cuts, write_left_out
from perfcli.workbooks.raises.rules import write_raise_rules
from perfcli.workbooks.raises.summary import write_summary
from perfcli.workbooks.raises.table import write_raises


def raise_sheets(raises: Raises, wording: Wording) -> tuple[Book, list[Table]]:
    """The visible sheets of raises, and where their table of employees stands."""
    book = Book(wording, wording("raise.title", period=raises.period))
    names = ("raises", "cuts", "raise-summary", "audit", "left-out", "findings", "rules")
    table, cuts, summary, audit, left_out, findings, rules = (
        book.sheet(wording(f"sheet.{name}")) for name in names
    )
    written = write_raises(book, table, raises)
    write_cuts(book, cuts, raises)
    write_summary(book, summary, raises)
    write_raise_audit(book, audit, raises, written, write_raise_rules(book, rules, raises))
    write_left_out(book, left_out, raises)
    write_pay_findings(book, findings, raises.edits, raises.findings)
    return book, [written]
