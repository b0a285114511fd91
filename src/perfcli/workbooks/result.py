"""The result workbook: ranking, detail, overview, audit, findings, rules, and the hidden facts of the run."""

from __future__ import annotations

from perfcli.scoring.results import Results
from perfcli.text import Wording
from perfcli.workbooks.audit import write_audit
from perfcli.workbooks.detail import write_detail
from perfcli.workbooks.facts import result_mark, write_mark
from perfcli.workbooks.notes import write_findings
from perfcli.workbooks.overview import write_overview
from perfcli.workbooks.ranking import write_ranking
from perfcli.workbooks.rules_sheet import write_rules
from perfcli.workbooks.styles import Book


def result_workbook(results: Results, wording: Wording) -> bytes:
    """A result as the bytes of an .xlsx file; the same result gives the same bytes."""
    book = Book(wording, wording("result.title", period=results.period).strip())
    ranking = book.sheet(wording("sheet.ranking"))
    details = [book.sheet(wording("sheet.detail", team=rubric.name)) for rubric in results.teams]
    overview, audit, findings, rules = (
        book.sheet(wording(f"sheet.{name}")) for name in ("overview", "audit", "findings", "rules")
    )
    ranked = write_ranking(book, ranking, results)
    detailed = [
        write_detail(book, sheet, results, rubric)
        for sheet, rubric in zip(details, results.teams, strict=True)
    ]
    bands = write_rules(book, rules, results)
    write_overview(book, overview, results)
    write_audit(book, audit, results, ranked, detailed, bands)
    write_findings(book, findings, results)
    write_mark(book, result_mark(results, [ranked, *detailed], wording))
    return book.finish()
