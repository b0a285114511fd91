"""The workbook of raises: table, cuts, summary, audit, left out, findings and rules."""

from __future__ import annotations

from perfcli.rewards.raises.raises import Raises
from perfcli.text import Wording
from perfcli.workbooks.base.lists import write_pay_findings
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.raises.audit import write_raise_audit
from perfcli.workbooks.raises.lists import write_cuts, write_left_out
from perfcli.workbooks.raises.rules import write_raise_rules
from perfcli.workbooks.raises.summary import write_summary
from perfcli.workbooks.raises.table import write_raises


def raise_sheets(raises: Raises, wording: Wording) -> tuple[WorkbookWriter, list[TablePlace]]:
    """The visible sheets of raises, and where their table of employees stands."""
    book = WorkbookWriter(wording, wording("raise.title", period=raises.period))
    names = ("raises", "cuts", "raise-summary", "audit", "left-out", "findings", "rules")
    table, cuts, summary, audit, left_out, findings, rules = (
        book.sheet(wording(f"sheet.{name}")) for name in names
    )
    place = write_raises(table, raises)
    write_cuts(cuts, raises)
    write_summary(summary, raises)
    write_raise_audit(audit, raises, place, write_raise_rules(rules, raises))
    write_left_out(left_out, raises)
    write_pay_findings(findings, [*raises.edits, *raises.findings])
    return book, [place]
