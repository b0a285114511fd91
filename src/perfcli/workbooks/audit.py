"""The audit: live formulas that compute every total and grade anew and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
_TOTAL, _TOTAL_AGREES, _GRADE, _GRADE_AGREES = 3, 5, 6, 8


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
        book, names = self.book, self.names
        decimals = self.results.ruleset.policy.rounding.total_decimals
        text, number, center = book.text, book.number(decimals), book.cell(align="center")
        yes = book.wording("audit.yes")
        here = [xl_rowcol_to_cell(row, column) for column in range(len(_COLUMNS))]
        grade = names["grade"][employee["grade"]]
        worksheet.write_formula(
            row, 0, f"={self.table.cell(offset, 'employee_id')}", text, employee["employee_id"]
        )
        worksheet.write_formula(row, 1, f"={self.table.cell(offset, 'name')}", text, employee["name"])
        worksheet.write_string(row, 2, names["team"][employee["team"]], text)
        worksheet.write_formula(row, 3, f"={self._total(offset, decimals)}", number, employee["total"])
        worksheet.write_formula(row, 4, self._printed("total", here[0]), number, employee["total"])
        worksheet.write_formula(row, 5, self._agrees(here[3], here[4]), center, yes)
        worksheet.write_formula(row, 6, f"={self.bands.grade(here[3])}", center, grade)
        worksheet.write_formula(row, 7, self._printed("grade", here[0]), center, grade)
        worksheet.write_formula(row, 8, self._agrees(here[6], here[7]), center, yes)

    def _agrees(self, computed: str, printed: str) -> str:
        yes, no = self.book.wording("audit.yes"), self.book.wording("audit.no")
        return f'=IFERROR(IF({computed}={printed},"{yes}","{no}"),"{no}")'

    def _total(self, offset: int, decimals: int) -> str:
        """The total from the scores and weights of the detail."""
        indicators = self.rubric.indicators
        first = self.table.columns[score_key(indicators[0].id)]
        last = first + len(indicators) - 1
        row = self.table.first_row + offset
        sheet = quote_sheetname(self.table.sheet)
        weights = f"{sheet}!{xl_range_abs(detail.WEIGHTS, first, detail.WEIGHTS, last)}"
        scores = f"{sheet}!{xl_range_abs(row, first, row, last)}"
        return total_formula(self.rubric, weights, scores, places=self._places, decimals=decimals)

    @cached_property
    def _places(self) -> int:
        """The most decimals of a score of this team."""
        frame = self.results.of_team(self.rubric.team)
        columns = [
            frame[score_key(indicator.id)].to_numpy(dtype=float) for indicator in self.rubric.indicators
        ]
        return max(exact.decimals(column).places for column in columns)

    def _printed(self, key: str, identifier: str) -> str:
        """What the ranking says of an employee."""
        column, identifiers = self.ranking.column(key), self.ranking.column("employee_id")
        return f"=INDEX({column},MATCH({self._sought(identifier)},{identifiers},0))"

    def _sought(self, identifier: str) -> str:
        """What MATCH looks for: ``*``, ``?`` and ``~`` would stand for other letters, unless escaped."""
        for sign in self.wildcards:
            identifier = f'SUBSTITUTE({identifier},"{sign}","~{sign}")'
        return identifier
