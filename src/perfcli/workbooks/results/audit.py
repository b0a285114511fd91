"""The audit: live formulas that compute every total and grade anew and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli import exact
from perfcli.rules.models import Dimension, Indicator, Rubric
from perfcli.scoring.results import ADJUSTMENT, Results, points_key, score_key
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.formulas import Part, rounded, shared_total_formula, total_formula
from perfcli.workbooks.base.long_tables import ROW, Cells, LongTable, formula_cells, text_cells
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.results import detail
from perfcli.workbooks.results.rules import Bands
from perfcli.workbooks.results.score_audit import AGREES

_TITLE, _NOTE, _OVERALL, _HEADER, _FIRST = 0, 1, 2, 4, 5
_COLUMNS = (
    *("column.employee_id", "column.name", "column.team"),
    *("audit.total", "audit.printed-total", "audit.agrees"),
    *("audit.grade", "audit.printed-grade", "audit.agrees"),
)
_SCORES_ROW, _DETAIL_ROW = "\1", "\2"
"""Stand in a formula for the rows of somebody's scores and detail; no sheet's name can have them."""

_AGREE = (5, 8, 9)
"""The columns that say whether total, grade and scores agree."""


@dataclass(frozen=True)
class Sources:
    """What the audit computes from and compares with: the other tables of the workbook.

    ``scores`` are the audits of scores by team, where a team has one.
    """

    ranking: Table
    details: Sequence[Table]
    scores: Mapping[str, Table]
    bands: Bands


def write_audit(book: Book, worksheet: Worksheet, results: Results, sources: Sources) -> None:
    """Writes a row per employee, team by team; each formula carries its value."""
    wording = book.wording
    heads = len(results.frame)
    keys = (*_COLUMNS, "audit.scores-agree") if sources.scores else _COLUMNS
    worksheet.write_string(_TITLE, 0, wording("audit.title"), book.title)
    worksheet.set_row(_TITLE, 28)
    worksheet.write_string(_NOTE, 0, wording("audit.note"), book.note)
    for column, key in enumerate(keys):
        worksheet.write_string(_HEADER, column, wording(key), book.header)
    worksheet.set_row(_HEADER, 34)
    _set_widths(book, worksheet, results)
    _write_overall(book, worksheet, heads, [column for column in _AGREE if column < len(keys)])
    row = _FIRST
    for table in sources.details:
        book.write_rows(worksheet, _TeamAudit(book, results, sources, table).rows(row))
        row += table.rows
    book.mark_differences(worksheet, (_FIRST, 0, _FIRST + heads - 1, len(keys) - 1))
    worksheet.autofilter(_HEADER, 0, _FIRST + heads - 1, len(keys) - 1)
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
        *(grades, grades, 10, 10),
    ]
    for column, wide in enumerate(widths):
        worksheet.set_column(column, column, wide)


def _write_overall(book: Book, worksheet: Worksheet, heads: int, columns: Sequence[int]) -> None:
    """One cell that says whether everything agrees."""
    wording = book.wording
    counts = [
        f'COUNTIF({xl_range_abs(_FIRST, column, _FIRST + heads - 1, column)},"{wording("audit.yes")}")'
        for column in columns
    ]
    all_agree = wording("audit.all-agree")
    differences = f"{len(columns) * heads}-{'-'.join(counts)}"
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
    sources: Sources
    table: Table

    @cached_property
    def rubric(self) -> Rubric:
        return self.results.ruleset.rubrics[str(self.table.team)]

    @cached_property
    def frame(self) -> pd.DataFrame:
        return self.results.of_team(self.rubric.team)

    @cached_property
    def scores(self) -> Table:
        """Where the scores are that a total is computed from: one beside the other, in a row for everyone."""
        return self.sources.scores.get(self.rubric.team, self.table)

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        return self.book.names(self.results.ruleset)

    @cached_property
    def wildcards(self) -> list[str]:
        identifiers = self.results.frame["employee_id"]
        return [sign for sign in "~*?" if identifiers.str.contains(sign, regex=False).any()]

    def rows(self, first: int) -> LongTable:
        """A row for each employee, from a row of the audit on."""
        text, number, center = self._looks
        here = [f"{xl_col_to_name(column)}{ROW}" for column in range(len(_COLUMNS))]
        totals = self.frame["total"]
        grades = self.frame["grade"].map(self.names["grade"])
        team = pd.Series([self.names["team"][self.rubric.team]] * len(self.frame))
        yes = pd.Series([self._yes] * len(self.frame))
        columns = [
            *((self._repeated(key), text) for key in ("employee_id", "name")),
            (text_cells(team), text),
            (self._totals, number),
            (formula_cells(self._printed["total"], totals), number),
            (formula_cells(self._agrees(here[3], here[4]), yes), center),
            (formula_cells(self._grade(here[3]), grades), center),
            (formula_cells(self._printed["grade"], grades), center),
            (formula_cells(self._agrees(here[6], here[7]), yes), center),
        ]
        if self.sources.scores:
            columns.append((self._scores_agree(yes), center))
        elsewhere = {_SCORES_ROW: self.scores.first_row, _DETAIL_ROW: self.table.first_row}
        return LongTable(first, columns, elsewhere)

    def _repeated(self, key: str) -> Cells:
        """What the detail says of everybody."""
        return formula_cells(self.table.cell_in(_DETAIL_ROW, key), self.frame[key])

    def _scores_agree(self, yes: pd.Series[str]) -> Cells:
        """What the audit of scores says; where a team has none, scores are as they were typed."""
        if self.scores is self.table:
            return text_cells(yes)
        return formula_cells(self.scores.cell_in(_SCORES_ROW, AGREES), yes)

    @cached_property
    def _looks(self) -> tuple[Format, Format, Format]:
        """The looks of a text, of a total and of a word in the middle."""
        return self.book.text, self.book.number(self._decimals), self.book.centred

    @cached_property
    def _yes(self) -> str:
        return self.book.wording("audit.yes")

    @cached_property
    def _no(self) -> str:
        return self.book.wording("audit.no")

    def _agrees(self, computed: str, printed: str) -> str:
        return f'IFERROR(IF({computed}={printed},"{self._yes}","{self._no}"),"{self._no}")'

    @property
    def _totals(self) -> Cells:
        """The totals from the scores and weights of the detail."""
        some = self.frame[self._score_keys].isna().any(axis=1)
        formulas = [self._total_of_some if one else self._total_of_all for one in some]
        return formula_cells(formulas, self.frame["total"])

    def _grade(self, total: str) -> str:
        """The grade from the total and the scores that have a veto."""
        vetoes = [
            (self.scores.cell_in(_SCORES_ROW, score_key(indicator.id)), indicator.veto)
            for indicator in self.rubric.indicators
            if indicator.veto is not None
        ]
        return self.sources.bands.grade(total, vetoes)

    @cached_property
    def _score_keys(self) -> list[str]:
        return [score_key(indicator.id) for indicator in self.rubric.indicators]

    @cached_property
    def _total_of_all(self) -> str:
        """The formula of a total to which everything counts, with signs for the rows."""
        weights, scores = self._weights(self.rubric.indicators), self._scores(self.rubric.indicators)
        total = total_formula(
            *(self.rubric, weights, scores),
            places=self._places,
            decimals=self._decimals,
            adjustment=self._adjustment,
        )
        return self._within(total)

    @cached_property
    def _total_of_some(self) -> str:
        """The formula of a total where something does not apply, with signs for the rows."""
        total = shared_total_formula(
            self.rubric, self._parts, decimals=self._decimals, adjustment=self._adjustment
        )
        return self._within(total)

    def _within(self, total: str) -> str:
        """A total that is not below 0 and not above the policy's highest."""
        highest = self.results.ruleset.policy.highest_total
        total = f"MAX({total},0)" if self._adjustment else total
        return total if highest is None else f"MIN({total},{rounded(highest, self._decimals)})"

    @cached_property
    def _parts(self) -> list[Part]:
        """The dimensions that share among themselves; what lies between them, together.

        A dimension of one indicator has nobody to share with.
        """
        if self.results.ruleset.policy.not_applicable == "all":
            return [self._part(self.rubric.dimensions)]
        together = groupby(
            enumerate(self.rubric.dimensions),
            lambda pair: pair[0] if len(pair[1].indicators) > 1 else -1,
        )
        return [self._part([dimension for _, dimension in group]) for _, group in together]

    def _part(self, dimensions: Sequence[Dimension]) -> Part:
        indicators = [indicator for dimension in dimensions for indicator in dimension.indicators]
        weights, scores = self._weights(indicators), self._scores(indicators)
        if len(dimensions) > 1 or len(indicators) == 1:
            return Part(weights, scores)
        column = self.table.columns[points_key(dimensions[0].id)]
        cell = xl_rowcol_to_cell(detail.WEIGHTS, column, row_abs=True, col_abs=True)
        return Part(weights, scores, f"{quote_sheetname(self.table.sheet)}!{cell}")

    def _weights(self, indicators: Sequence[Indicator]) -> str:
        """The weights of neighbours, as they stand above their points."""
        first, last = (self.table.columns[points_key(one.id)] for one in (indicators[0], indicators[-1]))
        cells = xl_range_abs(detail.WEIGHTS, first, detail.WEIGHTS, last)
        return f"{quote_sheetname(self.table.sheet)}!{cells}"

    def _scores(self, indicators: Sequence[Indicator]) -> str:
        """The scores of neighbours."""
        columns = [self.scores.columns[score_key(one.id)] for one in (indicators[0], indicators[-1])]
        first, last = (f"${xl_col_to_name(column)}${_SCORES_ROW}" for column in columns)
        return f"{quote_sheetname(self.scores.sheet)}!{first}:{last}"

    @cached_property
    def _adjustment(self) -> str:
        """The cell of the adjustment; nothing where the detail has none."""
        if ADJUSTMENT not in self.table.columns:
            return ""
        column = xl_col_to_name(self.table.columns[ADJUSTMENT])
        return f"{quote_sheetname(self.table.sheet)}!{column}{_DETAIL_ROW}"

    @property
    def _decimals(self) -> int:
        return self.results.ruleset.policy.rounding.total_decimals

    @cached_property
    def _places(self) -> int:
        """The most decimals of a score or an adjustment of this team."""
        keys = [*self._score_keys, *([ADJUSTMENT] if self._adjustment else [])]
        return max(exact.places(self.frame[key].dropna().to_numpy(dtype=float)) for key in keys)

    @cached_property
    def _printed(self) -> Mapping[str, str]:
        """The formulas for what the ranking says of an employee."""
        identifiers, sought = self.sources.ranking.column("employee_id"), self._sought(f"A{ROW}")
        return {
            key: f"INDEX({self.sources.ranking.column(key)},MATCH({sought},{identifiers},0))"
            for key in ("total", "grade")
        }

    def _sought(self, identifier: str) -> str:
        """What MATCH looks for: ``*``, ``?`` and ``~`` would stand for other letters, unless escaped."""
        for sign in self.wildcards:
            identifier = f'SUBSTITUTE({identifier},"{sign}","~{sign}")'
        return identifier
