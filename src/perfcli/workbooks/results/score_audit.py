"""The audit of one team's scores: live formulas that compute them anew from what the sheets said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.origins import COMPUTED, GIVEN, Origin, origins
from perfcli.scoring.results import Results, role_key, score_key
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import ROW, Cells, LongTable, formula_cells
from perfcli.workbooks.base.measure_formulas import measured_formula, rated_formula
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table

AGREES = "agrees"

_TITLE, _NOTE, _HEADER, _FIRST = 0, 1, 3, 4
_IDENTITY = ("employee_id", "name")
_LEAST_WIDTH, _MOST_WIDTH = 9, 14
_DETAIL_ROW = "\1"
"""Stands in a formula for the row of somebody's detail; no sheet's name can have it."""


def has_score_audit(results: Results, rubric: Rubric) -> bool:
    """Whether the sheets said more of a team's indicators than scores."""
    frame = results.of_team(rubric.team)
    keys = [role_key(indicator.id, role) for indicator in rubric.indicators for role in GIVEN]
    return any(key in frame and bool(frame[key].notna().any()) for key in keys)


def write_score_audit(book: Book, worksheet: Worksheet, results: Results, detail: Table) -> Table:
    """Writes a row per employee in the order of the detail; each formula carries its value."""
    audit = _ScoreAudit(book, results, detail)
    keys = [*_IDENTITY, *map(score_key, (one.id for one in audit.rubric.indicators)), AGREES]
    columns = {key: column for column, key in enumerate(keys)}
    table = Table("score-audit", detail.team, str(worksheet.name), _FIRST, detail.rows, columns)
    worksheet.write_string(_TITLE, 0, book.wording("score-audit.title", team=audit.rubric.name), book.title)
    worksheet.set_row(_TITLE, 28)
    worksheet.write_string(_NOTE, 0, book.wording("score-audit.note"), book.note)
    _write_header(book, worksheet, results, audit.rubric)
    book.write_rows(worksheet, audit.rows(table))
    book.mark_differences(worksheet, (_FIRST, 0, table.last_row, len(keys) - 1))
    worksheet.autofilter(_HEADER, 0, table.last_row, len(keys) - 1)
    worksheet.freeze_panes(_FIRST, len(_IDENTITY))
    book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))
    return table


def _write_header(book: Book, worksheet: Worksheet, results: Results, rubric: Rubric) -> None:
    """Headers and widths."""
    frame = results.of_team(rubric.team)
    headers = [book.wording(f"column.{key}") for key in _IDENTITY]
    widths = [styles.width(frame[key].unique(), least=12, most=40) for key in _IDENTITY]
    headers += [book.name(indicator.name) for indicator in rubric.indicators]
    headers.append(book.wording("audit.agrees"))
    words = map(styles.unbreakable, headers[len(_IDENTITY) :])
    widths += [styles.width(own, least=_LEAST_WIDTH, most=_MOST_WIDTH) for own in words]
    for column, (header, wide) in enumerate(zip(headers, widths, strict=True)):
        worksheet.write_string(_HEADER, column, header, book.header)
        worksheet.set_column(column, column, wide)
    height = styles.wrapped_height(zip(headers, widths, strict=True))
    worksheet.set_row(_HEADER, height)


@dataclass(frozen=True)
class _ScoreAudit:
    """The formulas of one team's scores."""

    book: Book
    results: Results
    detail: Table

    @cached_property
    def rubric(self) -> Rubric:
        return self.results.ruleset.rubrics[str(self.detail.team)]

    def rows(self, table: Table) -> LongTable:
        """A row for each employee."""
        book = self.book
        columns = [
            *((formula_cells(self._cell(key), self._frame[key]), book.text) for key in _IDENTITY),
            *((self._scores(one), book.plain) for one in self.rubric.indicators),
            (self._agrees(table), book.centred),
        ]
        return LongTable(table.first_row, columns, {_DETAIL_ROW: self.detail.first_row})

    def _scores(self, indicator: Indicator) -> Cells:
        """The scores of an indicator, each computed as it came about."""
        found = self._origins[indicator.id]
        formulas = {origin: self._formula(indicator, origin) for origin in set(found)}
        values = self._frame[score_key(indicator.id)].astype(object)
        missing = [origin is Origin.NOT_APPLICABLE for origin in found]
        values[missing] = self.book.wording("cell.not-applicable")
        return formula_cells([formulas[origin] for origin in found], values)

    def _agrees(self, table: Table) -> Cells:
        """Whether the computed scores are those of the detail; the others are only repeated."""
        computed = [score_key(one) for one, found in self._origins.items() if COMPUTED & set(found)]
        same = "*".join(f"({xl_col_to_name(table.columns[key])}{ROW}={self._cell(key)})" for key in computed)
        yes, no = self.book.wording("audit.yes"), self.book.wording("audit.no")
        formula = f'IFERROR(IF({same or 1},"{yes}","{no}"),"{no}")'
        return formula_cells(formula, [yes] * len(self._frame))

    @cached_property
    def _frame(self) -> pd.DataFrame:
        return self.results.of_team(self.rubric.team)

    @cached_property
    def _origins(self) -> Mapping[str, Sequence[Origin]]:
        return origins(self.results, self.rubric)

    def _formula(self, indicator: Indicator, origin: Origin) -> str:
        policy = self.results.ruleset.policy
        decimals = policy.rounding.score_decimals
        cells = {role: self._cell(role_key(indicator.id, role)) for role in GIVEN}
        if origin is Origin.MEASURED:
            full = self.rubric.full_marks(indicator)
            target, actual = cells[Role.TARGET], cells[Role.ACTUAL]
            return measured_formula(indicator.measure, full, decimals, target, actual)
        if origin is Origin.RATED:
            raters = {role: cells[role] for role in RATERS if cells[role]}
            return rated_formula(policy.raters, decimals, raters)
        return self._cell(score_key(indicator.id))

    def _cell(self, key: str) -> str:
        """A cell of the detail; nothing where the detail has no such column."""
        return self.detail.cell_in(_DETAIL_ROW, key) if key in self.detail.columns else ""
