"""The audit: live formulas that compute every total and grade anew and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.models import Rubric
from perfcli.scoring import exact
from perfcli.scoring.results import Results, rows, score_key
from perfcli.workbooks import detail, styles
from perfcli.workbooks.formulas import total_formula
from perfcli.workbooks.rules_sheet import Bands
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_TITLE, _NOTE, _OVERALL, _HEADER, _FIRST = 0, 1, 2, 4, 5
_COLUMNS = (
    *("column.employee_id", "column.name", "column.team"),
    *("audit.total", "audit.printed-total", "audit.agrees"),
    *("audit.grade", "audit.printed-grade", "audit.agrees"),
)
_HERE = "\0"
"""Stands in a formula for what changes from row to row; no sheet's name can have it."""

_TOTAL_AGREES, _GRADE_AGREES = 5, 8


def write_audit(
    book: Book, worksheet: Worksheet, results: Results, ranking: Table, details: Sequence[Table], bands: Bands
) -> None:
    """Writes a row per employee, team by team; each formula carries its value."""
    wording = book.wording
    heads = len(results.frame)
    worksheet.write_string(_TITLE, 0, wording("audit.title"), book.title)
    worksheet.set_row(_TITLE, 28)
    worksheet.write_string(_NOTE, 0, wording("audit.note"), book.note)
    for column, key in enumerate(_COLUMNS):
        worksheet.write_string(_HEADER, column, wording(key), book.header)
    worksheet.set_row(_HEADER, 34)
    _set_widths(book, worksheet, results)
    _write_overall(book, worksheet, heads)
    row = _FIRST
    for table in details:
        audit = _TeamAudit(book, results, ranking, table, bands)
        for offset, employee in enumerate(rows(results.of_team(str(table.team)))):
            audit.write(worksheet, row, offset, employee)
            row += 1
    differs = {
        "type": "cell",
        "criteria": "==",
        "value": f'"{wording("audit.no")}"',
        "format": book.workbook.add_format({"bg_color": styles.WARNING, "bold": True}),
    }
    worksheet.conditional_format(_FIRST, 0, _FIRST + heads - 1, len(_COLUMNS) - 1, differs)
    worksheet.autofilter(_HEADER, 0, _FIRST + heads - 1, len(_COLUMNS) - 1)
    worksheet.freeze_panes(_FIRST, 2)
    book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))


def _set_widths(book: Book, worksheet: Worksheet, results: Results) -> None:
    """Columns of texts as wide as these, columns of numbers as wide as their headers need."""
    frame, names = results.frame, book.names(results.ruleset)
    grades = styles.width(names["grade"].values(), least=14, most=40)
    widths = [
        styles.width(frame["employee_id"].unique(), least=12, most=40),
        styles.width(frame["name"].unique(), least=14, most=40),
        styles.width([names["team"][team] for team in frame["team"].unique()], least=20, most=60),
        *(14, 14, 10),
        *(grades, grades, 10),
    ]
    for column, wide in enumerate(widths):
        worksheet.set_column(column, column, wide)


def _write_overall(book: Book, worksheet: Worksheet, heads: int) -> None:
    """One cell that says whether everything agrees."""
    wording = book.wording
    columns = (_TOTAL_AGREES, _GRADE_AGREES)
    counts = [
        f'COUNTIF({xl_range_abs(_FIRST, column, _FIRST + heads - 1, column)},"{wording("audit.yes")}")'
        for column in columns
    ]
    all_agree = wording("audit.all-agree")
    differences = f"{2 * heads}-{'-'.join(counts)}"
    before, after = wording("audit.differ", count="\n").split("\n")
    formula = f'=IF({differences}=0,"{all_agree}","{before}"&({differences})&"{after}")'
    look = book.format(
        bold=True, font_size=12, bg_color=styles.ACCENT_LIGHT, font_color=styles.ACCENT, border=1
    )
    worksheet.merge_range(_OVERALL, 0, _OVERALL, 2, "", look)
    worksheet.write_formula(_OVERALL, 0, formula, look, all_agree)
    worksheet.set_row(_OVERALL, 24)


@dataclass(frozen=True)
class _TeamAudit:
    """The formulas of one team's employees."""

    book: Book
    results: Results
    ranking: Table
    table: Table
    bands: Bands

    @cached_property
    def rubric(self) -> Rubric:
        return self.results.ruleset.rubrics[str(self.table.team)]

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        return self.book.names(self.results.ruleset)

    @cached_property
    def wildcards(self) -> list[str]:
        identifiers = self.results.frame["employee_id"]
        return [sign for sign in "~*?" if identifiers.str.contains(sign, regex=False).any()]

    def write(self, worksheet: Worksheet, row: int, offset: int, employee: Mapping[Any, Any]) -> None:
        """One employee's row; ``offset`` is the employee's place in the detail."""
        text, number, center = self._looks
        here = [xl_rowcol_to_cell(row, column) for column in range(len(_COLUMNS))]
        sought = self._sought(here[0])
        total, grade = employee["total"], self.names["grade"][employee["grade"]]
        worksheet.write_formula(
            row, 0, f"={self.table.cell(offset, 'employee_id')}", text, employee["employee_id"]
        )
        worksheet.write_formula(row, 1, f"={self.table.cell(offset, 'name')}", text, employee["name"])
        worksheet.write_string(row, 2, self.names["team"][employee["team"]], text)
        worksheet.write_formula(row, 3, self._total(offset), number, total)
        worksheet.write_formula(row, 4, self._printed["total"].replace(_HERE, sought), number, total)
        worksheet.write_formula(row, 5, self._agrees(here[3], here[4]), center, self._yes)
        worksheet.write_formula(row, 6, f"={self.bands.grade(here[3])}", center, grade)
        worksheet.write_formula(row, 7, self._printed["grade"].replace(_HERE, sought), center, grade)
        worksheet.write_formula(row, 8, self._agrees(here[6], here[7]), center, self._yes)

    @cached_property
    def _looks(self) -> tuple[Format, Format, Format]:
        """The looks of a text, of a total and of a word in the middle."""
        decimals = self.results.ruleset.policy.rounding.total_decimals
        return self.book.text, self.book.number(decimals), self.book.cell(align="center")

    @cached_property
    def _yes(self) -> str:
        return self.book.wording("audit.yes")

    @cached_property
    def _no(self) -> str:
        return self.book.wording("audit.no")

    def _agrees(self, computed: str, printed: str) -> str:
        return f'=IFERROR(IF({computed}={printed},"{self._yes}","{self._no}"),"{self._no}")'

    def _total(self, offset: int) -> str:
        """The total from the scores and weights of the detail."""
        row = self.table.first_row + offset
        scores = f"{quote_sheetname(self.table.sheet)}!{xl_range_abs(row, self._first, row, self._last)}"
        return self._total_of.replace(_HERE, scores)

    @cached_property
    def _first(self) -> int:
        """The column of the first score."""
        return self.table.columns[score_key(self.rubric.indicators[0].id)]

    @property
    def _last(self) -> int:
        return self._first + len(self.rubric.indicators) - 1

    @cached_property
    def _total_of(self) -> str:
        """The formula of a total, with ``_HERE`` for the scores."""
        decimals = self.results.ruleset.policy.rounding.total_decimals
        cells = xl_range_abs(detail.WEIGHTS, self._first, detail.WEIGHTS, self._last)
        weights = f"{quote_sheetname(self.table.sheet)}!{cells}"
        return "=" + total_formula(self.rubric, weights, _HERE, places=self._places, decimals=decimals)

    @cached_property
    def _places(self) -> int:
        """The most decimals of a score of this team."""
        frame = self.results.of_team(self.rubric.team)
        columns = [
            frame[score_key(indicator.id)].to_numpy(dtype=float) for indicator in self.rubric.indicators
        ]
        return max(map(exact.places, columns))

    @cached_property
    def _printed(self) -> Mapping[str, str]:
        """The formulas for what the ranking says of an employee, with ``_HERE`` for the id."""
        identifiers = self.ranking.column("employee_id")
        return {
            key: f"=INDEX({self.ranking.column(key)},MATCH({_HERE},{identifiers},0))"
            for key in ("total", "grade")
        }

    def _sought(self, identifier: str) -> str:
        """What MATCH looks for: ``*``, ``?`` and ``~`` would stand for other letters, unless escaped."""
        for sign in self.wildcards:
            identifier = f'SUBSTITUTE({identifier},"{sign}","~{sign}")'
        return identifier
