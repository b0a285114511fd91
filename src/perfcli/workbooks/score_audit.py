"""The audit of one team's scores: live formulas that compute them anew from what the sheets said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.results import Results, role_key, rows, score_key
from perfcli.workbooks import styles
from perfcli.workbooks.measure_formulas import measured_formula, rated_formula
from perfcli.workbooks.origins import COMPUTED, GIVEN, Origin, origins
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

AGREES = "agrees"

_TITLE, _NOTE, _HEADER, _FIRST = 0, 1, 3, 4
_IDENTITY = ("employee_id", "name")
_LEAST_WIDTH, _MOST_WIDTH = 9, 14
_ROW = "\0"
"""Stands in a formula for the number of the row in the detail; no sheet's name can have it."""


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
    for offset, employee in enumerate(rows(results.of_team(audit.rubric.team))):
        audit.write(worksheet, table, offset, employee)
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

    def write(self, worksheet: Worksheet, table: Table, offset: int, employee: Mapping[Any, Any]) -> None:
        """One employee's row; ``offset`` is the employee's place in the detail."""
        row = table.first_row + offset
        for key in _IDENTITY:
            formula = f"={self.detail.cell(offset, key)}"
            worksheet.write_formula(row, table.columns[key], formula, self.book.text, employee[key])
        here = str(self.detail.first_row + offset + 1)
        for identifier, places in self._origins.items():
            key, origin = score_key(identifier), places[offset]
            formula = self._formulas[identifier, origin].replace(_ROW, here)
            value = self._not_applicable if origin is Origin.NOT_APPLICABLE else employee[key]
            worksheet.write_formula(row, table.columns[key], formula, self.book.plain, value)
        same = "*".join(
            f"({xl_rowcol_to_cell(row, table.columns[key])}={self.detail.cell(offset, key)})"
            for key in self._computed
        )
        yes, no = self.book.wording("audit.yes"), self.book.wording("audit.no")
        agrees = f'=IFERROR(IF({same or 1},"{yes}","{no}"),"{no}")'
        worksheet.write_formula(row, table.columns[AGREES], agrees, self.book.centred, yes)

    @cached_property
    def _origins(self) -> Mapping[str, Sequence[Origin]]:
        return origins(self.results, self.rubric)

    @cached_property
    def _not_applicable(self) -> str:
        return self.book.wording("cell.not-applicable")

    @cached_property
    def _computed(self) -> list[str]:
        """The scores of which at least one is computed; the others are only repeated."""
        return [score_key(one) for one, places in self._origins.items() if COMPUTED & set(places)]

    @cached_property
    def _formulas(self) -> Mapping[tuple[str, Origin], str]:
        """The formula of each indicator for each origin that its scores have."""
        return {
            (indicator.id, origin): "=" + self._formula(indicator, origin)
            for indicator in self.rubric.indicators
            for origin in dict.fromkeys(self._origins[indicator.id])
        }

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
        if key not in self.detail.columns:
            return ""
        column = xl_col_to_name(self.detail.columns[key])
        return f"{quote_sheetname(self.detail.sheet)}!{column}{_ROW}"
