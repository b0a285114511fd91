"""The audit: live formulas that compute every total and grade again and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from perfcli import exact
from perfcli.rules.models import Dimension, Indicator, Rubric
from perfcli.scoring.results import ADJUSTMENT, Results, points_key, score_key
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.audits import (
    ELSEWHERE,
    agreement,
    agreements,
    mark_differences,
    write_overall,
)
from perfcli.workbooks.base.formulas import Part, rounded, shared_total_formula, total_formula
from perfcli.workbooks.base.long_tables import ROW, Values
from perfcli.workbooks.base.tables import Column, Frame, TablePlace, write_frame, write_rows
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter
from perfcli.workbooks.results import detail
from perfcli.workbooks.results.rules import Bands
from perfcli.workbooks.results.score_audit import AGREES

_OVERALL, _HEADER = 2, 4
_NARROW = 10
_SCORES_ROW = "\2"
"""Stands in a formula for the row of somebody's scores; no sheet's name can have it."""


@dataclass(frozen=True)
class Audited:
    """What the audit computes from and compares with: the other tables of the workbook.

    ``scores`` are the audits of scores by team, where a team has one.
    """

    ranking: TablePlace
    details: Sequence[TablePlace]
    scores: Mapping[str, TablePlace]
    bands: Bands


def write_audit(sheet: SheetWriter, results: Results, audited: Audited) -> None:
    """Writes a row per employee, team by team; each formula carries its value."""
    wording = sheet.book.wording
    sheet.write_title(wording("audit.title"), wording("audit.note"))
    widths = _widths(sheet.book, results)
    teams = [_TeamAudit(sheet.book, results, audited, table, widths) for table in audited.details]
    columns = teams[0].columns()
    place = write_frame(sheet, columns, Frame(_HEADER, height=34), len(results.frame))
    sheet.worksheet.set_column(9, 9, _NARROW)  # as wide where no team has an audit of scores
    agree = [column.key for column in columns if column.key.startswith("agrees")]
    counts = "-".join(agreements(sheet.book, place.cells(key)) for key in agree)
    write_overall(sheet, _OVERALL, f"{len(agree) * place.rows}-{counts}")
    row = place.first_row
    for team in teams:
        elsewhere = {_SCORES_ROW: team.scores.first_row, ELSEWHERE: team.table.first_row}
        write_rows(sheet, team.columns(), row, rows=elsewhere)
        row += team.table.rows
    mark_differences(sheet, place)


def _widths(book: WorkbookWriter, results: Results) -> Mapping[str, float]:
    """Columns of texts as wide as these, columns of numbers as wide as their headers need."""
    frame, names = results.frame, book.names(results.ruleset)
    grades = styles.width(names["grade"].values(), least=14, most=40)
    return {
        "employee_id": styles.width(frame["employee_id"].unique(), least=12, most=40),
        "name": styles.width(frame["name"].unique(), least=14, most=40),
        "team": styles.width([names["team"][team] for team in frame["team"].unique()], least=20, most=60),
        **dict.fromkeys(("total", "printed-total"), 14),
        **dict.fromkeys(("grade", "printed-grade"), grades),
    }


@dataclass(frozen=True)
class _TeamAudit:
    """The formulas of one team's employees."""

    book: WorkbookWriter
    results: Results
    audited: Audited
    table: TablePlace
    widths: Mapping[str, float]

    @cached_property
    def rubric(self) -> Rubric:
        return self.results.ruleset.rubrics[str(self.table.team)]

    @cached_property
    def frame(self) -> pd.DataFrame:
        return self.results.of_team(self.rubric.team)

    @cached_property
    def scores(self) -> TablePlace:
        """Where the scores are that a total is computed from: one beside the other, in a row for everyone."""
        return self.audited.scores.get(self.rubric.team, self.table)

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        return self.book.names(self.results.ruleset)

    @cached_property
    def wildcards(self) -> list[str]:
        identifiers = self.results.frame["employee_id"]
        return [sign for sign in "~*?" if identifiers.str.contains(sign, regex=False).any()]

    def columns(self) -> list[Column]:
        """A row for each employee; the formulas know each other by their letters."""
        book, frame = self.book, self.frame
        number = book.number(self._decimals)
        grades = frame["grade"].map(self.names["grade"])
        team = pd.Series([self.names["team"][self.rubric.team]] * len(frame))
        total, printed, grade, printed_grade = (f"{letter}{ROW}" for letter in "DEGH")
        columns = [
            *(
                self._column(f"column.{key}", frame[key], book.text, self.table.cell_in(ELSEWHERE, key))
                for key in ("employee_id", "name")
            ),
            self._column("column.team", team, book.text, ""),
            self._column("audit.total", frame["total"], number, self._totals),
            self._column("audit.printed-total", frame["total"], number, self._printed("total")),
            self._agreement("agrees-total", f"{total}={printed}"),
            self._column("audit.grade", grades, book.centred, self._grade(total)),
            self._column("audit.printed-grade", grades, book.centred, self._printed("grade")),
            self._agreement("agrees-grade", f"{grade}={printed_grade}"),
        ]
        if self.audited.scores:
            # Where a team has no audit of scores, they are as they were typed.
            known = self.scores is not self.table
            formula = self.scores.cell_in(_SCORES_ROW, AGREES) if known else ""
            columns.append(self._verdict("agrees-scores", "audit.scores-agree", formula))
        return columns

    def _column(self, text: str, values: Values, look: Format, formula: str | Sequence[str]) -> Column:
        key = text.partition(".")[2]
        return Column(key, self.book.wording(text), values, look, self.widths[key], formula)

    def _agreement(self, key: str, condition: str) -> Column:
        return self._verdict(key, "audit.agrees", agreement(self.book, condition))

    def _verdict(self, key: str, text: str, formula: str) -> Column:
        yes = [self.book.wording("audit.yes")] * len(self.frame)
        return Column(key, self.book.wording(text), yes, self.book.centred, _NARROW, formula)

    @property
    def _totals(self) -> list[str]:
        """The formulas of the totals, from the scores and weights of the detail."""
        some = self.frame[self._score_keys].isna().any(axis=1)
        return [self._total_of_some if one else self._total_of_all for one in some]

    def _grade(self, total: str) -> str:
        """The grade from the total and the scores that have a veto."""
        vetoes = [
            (self.scores.cell_in(_SCORES_ROW, score_key(indicator.id)), indicator.veto)
            for indicator in self.rubric.indicators
            if indicator.veto is not None
        ]
        return self.audited.bands.grade(total, vetoes)

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
        return f"{quote_sheetname(self.table.sheet)}!{column}{ELSEWHERE}"

    @property
    def _decimals(self) -> int:
        return self.results.ruleset.policy.rounding.total_decimals

    @cached_property
    def _places(self) -> int:
        """The most decimals of a score or an adjustment of this team."""
        keys = [*self._score_keys, *([ADJUSTMENT] if self._adjustment else [])]
        return max(exact.places(self.frame[key].dropna().to_numpy(dtype=float)) for key in keys)

    def _printed(self, key: str) -> str:
        """The formula for what the ranking says of an employee."""
        identifiers, sought = self.audited.ranking.column("employee_id"), self._sought(f"A{ROW}")
        return f"INDEX({self.audited.ranking.column(key)},MATCH({sought},{identifiers},0))"

    def _sought(self, identifier: str) -> str:
        """What MATCH looks for: ``*``, ``?`` and ``~`` would stand for other letters, unless escaped."""
        for sign in self.wildcards:
            identifier = f'SUBSTITUTE({identifier},"{sign}","~{sign}")'
        return identifier
