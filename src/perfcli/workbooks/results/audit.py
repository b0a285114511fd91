"""The audit: live formulas that compute every total and grade again and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs

from perfcli import exact
from perfcli.rules.models import Dimension, Rubric
from perfcli.scoring.results import ADJUSTMENT, Results, points_key, score_key, weight_key
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.audits import (
    ELSEWHERE,
    agreement,
    agreements,
    mark_differences,
    printed_in,
    write_overall,
)
from perfcli.workbooks.base.formulas import (
    ScoreRanges,
    rounded,
    shared_total_formula,
    total_formula,
    weighted_formula,
)
from perfcli.workbooks.base.long_tables import ROW, Values
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_frame, write_rows
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
    parts = [team.columns() for team in teams]
    columns = parts[0]
    place = write_frame(sheet, columns, TableLayout(_HEADER, height=34), len(results.frame))
    sheet.worksheet.set_column(9, 9, _NARROW)  # as wide where no team has an audit of scores
    agree = [column.key for column in columns if column.key.startswith("agrees")]
    counts = "-".join(agreements(sheet.book, place.cells(key)) for key in agree)
    write_overall(sheet, _OVERALL, f"{len(agree) * place.rows}-{counts}")
    row = place.first_row
    for team, part in zip(teams, parts, strict=True):
        elsewhere = {_SCORES_ROW: team.scores.first_row, ELSEWHERE: team.table.first_row}
        write_rows(sheet, part, row, rows=elsewhere)
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

    def columns(self) -> list[TableColumn]:
        """A row for each employee; the formulas know each other by their letters."""
        book, frame = self.book, self.frame
        number = book.number(self.results.ruleset.policy.rounding.total_decimals)
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

    def _column(self, text: str, values: Values, look: Format, formula: str | Sequence[str]) -> TableColumn:
        key = text.partition(".")[2]
        return TableColumn(key, self.book.wording(text), values, look, self.widths[key], formula)

    def _agreement(self, key: str, condition: str) -> TableColumn:
        return self._verdict(key, "audit.agrees", agreement(self.book, condition))

    def _verdict(self, key: str, text: str, formula: str) -> TableColumn:
        yes = [self.book.wording("audit.yes")] * len(self.frame)
        return TableColumn(key, self.book.wording(text), yes, self.book.centred, _NARROW, formula)

    @property
    def _totals(self) -> list[str]:
        """The formulas of the totals, from the scores and weights of the detail."""
        rubric, decimals = self.rubric, self.results.ruleset.policy.rounding.total_decimals
        keys = [score_key(one.id) for one in rubric.indicators]
        adjustment = self.table.cell_in(ELSEWHERE, ADJUSTMENT) if ADJUSTMENT in self.table.columns else ""
        numbers = [self.frame[key].dropna() for key in (*keys, *([ADJUSTMENT] if adjustment else []))]
        places = max(exact.places(column.to_numpy(dtype=float)) for column in numbers)
        every = self._part(rubric.dimensions)
        of_all = total_formula(
            *(rubric, every.weights, every.scores),
            places=places,
            decimals=decimals,
            adjustment=adjustment,
        )
        of_some = shared_total_formula(rubric, self._parts, decimals=decimals, adjustment=adjustment)
        formulas = [of_all, of_some, self._by_own_weights(places, adjustment)]
        if adjustment:
            formulas = [f"MAX({one},0)" for one in formulas]
        if (highest := self.results.ruleset.policy.highest_total) is not None:
            formulas = [f"MIN({one},{rounded(highest, decimals)})" for one in formulas]
        kinds = self.frame[keys].isna().any(axis=1).astype(int)
        return [formulas[one] for one in kinds.mask(self._has_own, 2)]

    @cached_property
    def _has_own(self) -> pd.Series[bool]:
        """Whose sheet's own weights counted."""
        return self.results.has_own_weights[self.frame.index]

    def _by_own_weights(self, places: int, adjustment: str) -> str:
        """The formula of a total by the weights that counted for a person, as they stand in the detail.

        Those of somebody whose weights are shared have no end, as a rule, and are not exact in a cell.
        """
        if not self._has_own.any():
            return ""
        keys = [weight_key(one.id) for one in self.rubric.indicators]
        first, last = (self.table.cell_in(ELSEWHERE, key) for key in (keys[0], keys[-1]))
        weights = f"{first}:{last.rpartition('!')[2]}"
        own = self.frame.loc[self._has_own, keys]
        places += max(exact.places(own[key].to_numpy(dtype=float)) for key in keys)
        decimals = self.results.ruleset.policy.rounding.total_decimals
        scores = self._part(self.rubric.dimensions).scores
        return weighted_formula(weights, scores, places=places, decimals=decimals, adjustment=adjustment)

    @property
    def _parts(self) -> list[ScoreRanges]:
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

    def _part(self, dimensions: Sequence[Dimension]) -> ScoreRanges:
        """Neighbouring dimensions: their scores, and the weights as they stand above their points."""
        ids = [indicator.id for dimension in dimensions for indicator in dimension.indicators]
        columns = [self.scores.columns[score_key(one)] for one in (ids[0], ids[-1])]
        first, last = (f"${xl_col_to_name(column)}${_SCORES_ROW}" for column in columns)
        scores = f"{quote_sheetname(self.scores.sheet)}!{first}:{last}"
        shares = len(dimensions) == 1 and len(ids) > 1
        return ScoreRanges(self._weights(ids), scores, self._weights([dimensions[0].id]) if shares else None)

    def _weights(self, ids: Sequence[str]) -> str:
        first, last = (self.table.columns[points_key(one)] for one in (ids[0], ids[-1]))
        cells = xl_range_abs(detail.WEIGHTS, first, detail.WEIGHTS, last)
        return f"{quote_sheetname(self.table.sheet)}!{cells}"

    def _grade(self, total: str) -> str:
        """The grade from the total and the scores that have a veto."""
        vetoes = [
            (self.scores.cell_in(_SCORES_ROW, score_key(indicator.id)), indicator.veto)
            for indicator in self.rubric.indicators
            if indicator.veto is not None
        ]
        return self.audited.bands.grade(total, vetoes)

    def _printed(self, key: str) -> str:
        return printed_in(self.audited.ranking, key, self.results.frame["employee_id"])
