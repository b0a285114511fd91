"""The workbook of a roll-up: ranking, parts, trend, overview, audit, findings and rules."""

from __future__ import annotations

from perfcli.scoring.rollups import Rollup
from perfcli.text import Wording
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.results.findings import write_findings
from perfcli.workbooks.results.overview import write_overview
from perfcli.workbooks.results.ranking import write_ranking
from perfcli.workbooks.rollups.audit import write_rollup_audit
from perfcli.workbooks.rollups.parts import write_parts
from perfcli.workbooks.rollups.rules import write_rollup_rules
from perfcli.workbooks.rollups.trend import write_trend

_SHEETS = ("ranking", "parts", "trend", "overview", "audit", "findings", "rules")


def rollup_sheets(rollup: Rollup, wording: Wording) -> tuple[WorkbookWriter, list[TablePlace]]:
    """The visible sheets of a roll-up, and where its tables of employees stand."""
    book = WorkbookWriter(wording, wording("rollup.title", period=rollup.period))
    ranking, parts, trend, overview, audit, findings, rules = (
        book.sheet(wording(f"sheet.{name}")) for name in _SHEETS
    )
    ranked = write_ranking(ranking, rollup.results)
    placed = write_parts(parts, rollup)
    write_trend(trend, rollup)
    write_overview(overview, rollup.results)
    bands = write_rollup_rules(rules, rollup)
    write_rollup_audit(audit, rollup, ranked, placed, bands)
    write_findings(findings, rollup.results)
    return book, [ranked, placed]
