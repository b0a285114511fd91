"""The result workbook: ranking, details, overview, audits, findings and rules."""

from __future__ import annotations

from perfcli.scoring.results import Results
from perfcli.text import Wording
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.results.audit import Audited, write_audit
from perfcli.workbooks.results.detail import write_detail
from perfcli.workbooks.results.findings import write_findings
from perfcli.workbooks.results.overview import write_overview
from perfcli.workbooks.results.ranking import write_ranking
from perfcli.workbooks.results.rules import write_rules
from perfcli.workbooks.results.score_audit import has_score_audit, write_score_audit


def result_sheets(results: Results, wording: Wording) -> tuple[WorkbookWriter, list[TablePlace]]:
    """The visible sheets of a result, and where its tables of employees stand."""
    book = WorkbookWriter(wording, wording("result.title", period=results.period).strip())
    ranking = book.sheet(wording("sheet.ranking"))
    details = [book.sheet(wording("sheet.detail", team=rubric.name)) for rubric in results.teams]
    overview, audit = (book.sheet(wording(f"sheet.{name}")) for name in ("overview", "audit"))
    audited = [rubric for rubric in results.teams if has_score_audit(results, rubric)]
    audits = {rubric.team: book.sheet(wording("sheet.score-audit", team=rubric.name)) for rubric in audited}
    findings, rules = (book.sheet(wording(f"sheet.{name}")) for name in ("findings", "rules"))
    ranked = write_ranking(ranking, results)
    detailed = {
        rubric.team: write_detail(sheet, results, rubric)
        for sheet, rubric in zip(details, results.teams, strict=True)
    }
    bands = write_rules(rules, results)
    write_overview(overview, results)
    scores = {team: write_score_audit(sheet, results, detailed[team]) for team, sheet in audits.items()}
    write_audit(audit, results, Audited(ranked, list(detailed.values()), scores, bands))
    write_findings(findings, results)
    return book, [ranked, *detailed.values()]
