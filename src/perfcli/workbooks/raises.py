"""The workbook of raises: table, cuts, summary, audit, left out, findings, rules, and the hidden facts."""

from __future__ import annotations

from perfcli.progress import Tell, silent
from perfcli.rewards.raises import Raises
from perfcli.text import Wording
from perfcli.workbooks.facts import write_mark
from perfcli.workbooks.pay_facts import raise_mark
from perfcli.workbooks.pay_parts import write_pay_findings
from perfcli.workbooks.raise_audit import write_raise_audit
from perfcli.workbooks.raise_lists import write_cuts, write_left_out
from perfcli.workbooks.raise_rules_sheet import write_raise_rules
from perfcli.workbooks.raise_summary import write_summary
from perfcli.workbooks.raise_table import write_raises
from perfcli.workbooks.styles import Book


def raise_workbook(raises: Raises, wording: Wording, tell: Tell = silent) -> bytes:
    """An adjustment of salaries as the bytes of an .xlsx file; the same one gives the same bytes."""
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
    write_mark(book, raise_mark(raises, [written], wording))
    return book.finish(tell)
