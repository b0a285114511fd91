"""The audit of one team's scores: live formulas that compute them again from what the sheets said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.roles import Role
from perfcli.scoring.origins import COMPUTED, RATED, STATED, Origin
from perfcli.scoring.results import Results, origin_key, rater_keys, role_key, score_key, typed_key
from perfcli.scoring.scales import TypedScale, typed_scale
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.audits import ELSEWHERE, agreement, mark_differences
from perfcli.workbooks.base.long_tables import ROW
from perfcli.workbooks.base.measure_formulas import (
    RaterCells,
    counted_formula,
    mean_of_raters,
    measured_formula,
    one_rater,
    rated_formula,
)
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_table
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

AGREES = "agrees"

_HEADER = 3
_IDENTITY = ("employee_id", "name")
_LEAST_WIDTH, _MOST_WIDTH = 9, 14


def has_score_audit(results: Results, rubric: Rubric) -> bool:
    """Whether the sheets said more of a team's indicators than scores."""
    frame = results.of_team(rubric.team)
    roles = (Role.TARGET, Role.ACTUAL, *results.ruleset.policy.raters.roles)
    keys = [role_key(indicator.id, role) for indicator in rubric.indicators for role in roles]
    keys += [typed_key(indicator.id) for indicator in rubric.indicators]
    return any(key in frame and bool(frame[key].notna().any()) for key in keys)


def write_score_audit(sheet: SheetWriter, results: Results, detail: TablePlace) -> TablePlace:
    """Writes a row per employee in the order of the detail; each formula carries its value."""
    book, audit = sheet.book, _ScoreAudit(sheet.book, results, detail)
    title = book.wording("score-audit.title", team=audit.rubric.name)
    sheet.write_title(title, book.wording("score-audit.note"))
    frame = TableLayout(_HEADER, "score-audit", detail.team)
    place = write_table(sheet, audit.columns(), frame, rows={ELSEWHERE: detail.first_row})
    mark_differences(sheet, place)
    return place


def _narrow(column: TableColumn) -> float:
    """As wide as the longest word of the header."""
    return styles.width(styles.unbreakable(column.header), least=_LEAST_WIDTH, most=_MOST_WIDTH)


@dataclass(frozen=True)
class _ScoreAudit:
    """The formulas of one team's scores."""

    book: WorkbookWriter
    results: Results
    detail: TablePlace

    @cached_property
    def rubric(self) -> Rubric:
        return self.results.ruleset.rubrics[str(self.detail.team)]

    def columns(self) -> list[TableColumn]:
        """Who it is, the scores, and whether they agree."""
        book, frame = self.book, self._frame
        return [
            *(
                TableColumn(
                    *(key, book.wording(f"column.{key}"), frame[key], book.text),
                    styles.width(frame[key].unique(), least=12, most=40),
                    self._cell(key),
                )
                for key in _IDENTITY
            ),
            *map(self._scores, self.rubric.indicators),
            self._agrees(),
        ]

    def _scores(self, indicator: Indicator) -> TableColumn:
        """The scores of an indicator, each computed as it came about."""
        found = self._frame[origin_key(indicator.id)]
        formulas = {one: self._formula(indicator, Origin(one)) for one in found.unique()}
        key = score_key(indicator.id)
        values = self._frame[key].astype(object)
        values[found == Origin.NOT_APPLICABLE] = self.book.wording("cell.not-applicable")
        every = [formulas[one] for one in found]
        return TableColumn(key, self.book.name(indicator.name), values, self.book.plain, _narrow, every)

    def _agrees(self) -> TableColumn:
        """Whether the computed scores are those of the detail; the others are only repeated."""
        indicators = [indicator.id for indicator in self.rubric.indicators]
        keys = [*_IDENTITY, *map(score_key, indicators)]
        computed = [
            score_key(one)
            for one in indicators
            if self._frame[origin_key(one)].isin(COMPUTED).any() or typed_key(one) in self.detail.columns
        ]
        same = "*".join(f"({xl_col_to_name(keys.index(key))}{ROW}={self._cell(key)})" for key in computed)
        yes = [self.book.wording("audit.yes")] * len(self._frame)
        formula = agreement(self.book, same or "1")
        return TableColumn(
            AGREES, self.book.wording("audit.agrees"), yes, self.book.centred, _narrow, formula
        )

    @cached_property
    def _frame(self) -> pd.DataFrame:
        return self.results.of_team(self.rubric.team)

    def _formula(self, indicator: Indicator, origin: Origin) -> str:
        policy = self.results.ruleset.policy
        decimals = policy.rounding.score_decimals
        roles = (Role.TARGET, Role.ACTUAL, *policy.raters.roles)
        cells = {role: self._cell(role_key(indicator.id, role)) for role in roles}
        if origin is Origin.MEASURED:
            full = self.rubric.full_marks(indicator)
            target, actual = cells[Role.TARGET], cells[Role.ACTUAL]
            return measured_formula(indicator.measure, full, decimals, target, actual)
        if origin in RATED:
            raters = {role: self._given(indicator, role) for role in policy.raters.roles if cells[role]}
            return rated_formula(policy.raters, decimals, raters)
        typed = self._cell(typed_key(indicator.id)) if origin in STATED else ""
        return (
            counted_formula(self._scale(indicator), typed) if typed else self._cell(score_key(indicator.id))
        )

    def _scale(self, indicator: Indicator) -> TypedScale:
        return typed_scale(self.rubric, indicator, self.results.ruleset.policy.rounding.score_decimals)

    def _given(self, indicator: Indicator, role: Role) -> RaterCells:
        """What a rater gave, or the mean of what several did."""
        keys = rater_keys(self.detail.columns, indicator.id, role)
        if not keys:
            return one_rater(self._cell(role_key(indicator.id, role)), self._scale(indicator))
        policy, cells = self.results.ruleset.policy, [*map(self._cell, keys)]
        counted = ",".join(counted_formula(self._scale(indicator), cell) for cell in cells)
        total, count = f"SUM({counted})", f"COUNT({','.join(cells)})"
        return mean_of_raters(total, count, policy.raters.least()[role], policy.rounding.score_decimals)

    def _cell(self, key: str) -> str:
        """A cell of the detail; nothing where the detail has no such column."""
        return self.detail.cell_in(ELSEWHERE, key) if key in self.detail.columns else ""
