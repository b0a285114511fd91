"""The live cells of a blank score sheet: scores that are computed, and each row's total and grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from perfcli.rules.models import Indicator
from perfcli.rules.roles import Role
from perfcli.scoring.results import ADJUSTMENT
from perfcli.scoring.scales import TypedScale, typed_scale
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.formulas import (
    ScoreRanges,
    grade_formula,
    quoted,
    rounded,
    shared_total_formula,
    total_formula,
    written,
)
from perfcli.workbooks.base.measure_formulas import (
    RaterCells,
    counted_formula,
    mean_of_raters,
    measured_formula,
    one_rater,
    rated_formula,
    typed_formula,
)
from perfcli.workbooks.templates.sheet import SCORES, WEIGHTS, TemplateSheet, neighbours
from perfcli.workbooks.templates.validation import other_words, word_names

_SCORE_PLACES = 6
"""The decimals of a score that the live total counts exactly; what is typed seldom has more than two."""

_MOST_ARGUMENTS = 255

_OUT = "-"
"""Stands in a helper cell for an indicator that does not apply."""


def write_results(sheet: TemplateSheet) -> None:
    """Live scores, and a total and grade for each row that stay empty until the row is complete."""
    look = {"bg_color": styles.GROUP, "align": "center"}
    total_look = sheet.book.number(sheet.policy.rounding.total_decimals, bold=True, **look)
    grade_look = sheet.book.cell(text_wrap=True, **look)
    score_look = sheet.book.cell(num_format="General", bg_color=styles.LIVE, locked=False, align="center")
    helpers = _Helpers(sheet)
    helpers.set_up()
    for row in sheet.rows:
        live = _Row(sheet, helpers, row)
        for column, formula in live.scores():
            sheet.worksheet.write_formula(row, column, f"={formula}", score_look, "")
        helpers.write(live)
        sheet.worksheet.write_formula(row, sheet.total, f"={live.total()}", total_look, "")
        sheet.worksheet.write_formula(row, sheet.grade, f"={live.grade()}", grade_look, "")
    sheet.mark_grades(sheet.grade, (sheet.rows[0], sheet.rows[-1]), sheet.grades)


class _Helpers:
    """Hidden columns with the scores as numbers, side by side.

    They are there where words may be typed, or scores on another scale, and where the scores are more than
    a function takes apart.
    """

    def __init__(self, sheet: TemplateSheet) -> None:
        self.sheet = sheet
        indicators = sheet.rubric.indicators
        words = any(word_names(sheet, one) or other_words(sheet, one) for one in indicators)
        converted = any(map(sheet.rubric.is_converted, indicators))
        self.needed = words or converted or len(indicators) > _MOST_ARGUMENTS
        self.first = sheet.grade + 2

    def set_up(self) -> None:
        if not self.needed:
            return
        indicators = self.sheet.rubric.indicators
        self.sheet.write_line(WEIGHTS, [float(one.weight) for one in indicators], first=self.first)
        last = self.first + len(indicators) - 1
        self.sheet.worksheet.set_column(self.first, last, None, None, {"hidden": True})

    def write(self, live: _Row) -> None:
        if self.needed:
            for column, indicator in enumerate(self.sheet.rubric.indicators, start=self.first):
                self.sheet.worksheet.write_formula(live.row, column, f"={live.number(indicator)}", None, "")

    def column(self, indicator: Indicator) -> int:
        return self.first + self.sheet.rubric.indicators.index(indicator)


@dataclass(frozen=True)
class _Row:
    """The formulas of one employee's row."""

    sheet: TemplateSheet
    helpers: _Helpers
    row: int

    def _cell(self, indicator: Indicator, role: Role) -> str | None:
        column = self.sheet.column(indicator, role)
        return None if column is None else xl_rowcol_to_cell(self.row, column)

    def scores(self) -> Iterator[tuple[int, str]]:
        """The columns of the scores that are computed, and their formulas."""
        for indicator in self.sheet.rubric.indicators:
            column = self.sheet.column(indicator, Role.SCORE)
            if column is None or not self.sheet.is_computed(indicator):
                continue
            formula = self._measured(indicator) if indicator.measure.asked() else self._rated(indicator)
            yield column, formula

    def _measured(self, indicator: Indicator) -> str:
        actual, target = self._cell(indicator, Role.ACTUAL) or "", self._cell(indicator, Role.TARGET)
        full, decimals = self.sheet.rubric.full_marks(indicator), self.sheet.policy.rounding.score_decimals
        formula = measured_formula(indicator.measure, full, decimals, target or "0", actual)
        formula = typed_formula(self._scale(indicator), formula)
        given = f"ISNUMBER({actual})"
        if target is not None:
            above = f",{target}>0" if indicator.measure.divides else ""
            given = f"AND({given},ISNUMBER({target}){above})"
        return self._unless_out(indicator, actual, f'IF({given},{formula},"")')

    def _rated(self, indicator: Indicator) -> str:
        raters = self.sheet.policy.raters
        cells = {rater: self._cells_of(indicator, rater) for rater in raters.weights()}
        given = {rater: self._given(indicator, rater, every) for rater, every in cells.items()}
        formula = rated_formula(raters, self.sheet.policy.rounding.score_decimals, given)
        formula = typed_formula(self._scale(indicator), formula)
        # Beside a word, a blank would be no number; so there everyone has to have judged.
        may_miss = raters.share_missing and Role.SUPERIOR in cells and not word_names(self.sheet, indicator)
        deciding = [Role.SUPERIOR] if may_miss else list(cells)
        there = ",".join(self._is_there(indicator, rater, cells[rater], given[rater]) for rater in deciding)
        last = cells[deciding[-1]][0]
        return self._unless_out(indicator, last, f'IF(AND({there}),{formula},"")')

    def _cells_of(self, indicator: Indicator, role: Role) -> list[str]:
        return [xl_rowcol_to_cell(self.row, one) for one in self.sheet.columns_of(indicator, role)]

    def _given(self, indicator: Indicator, rater: Role, cells: list[str]) -> RaterCells:
        """What a rater gave, or the mean of what several did, with words as their scores."""
        least = self.sheet.policy.raters.least().get(rater)
        scale = self._scale(indicator)
        if least is None and word_names(self.sheet, indicator):
            number = self._as_number(indicator, cells[0])
            return RaterCells(number, f"COUNT({number})")
        if least is None:
            return one_rater(cells[0], scale)
        total, count = f"SUM({cells[0]}:{cells[-1]})", f"COUNT({cells[0]}:{cells[-1]})"
        if scale.is_another or word_names(self.sheet, indicator):
            numbers = [self._as_number(indicator, cell) for cell in cells]
            total = "+".join(f"N({one})" for one in numbers)
            count = "(" + "+".join(f"ISNUMBER({one})" for one in numbers) + ")"
        return mean_of_raters(total, count, least, self.sheet.policy.rounding.score_decimals)

    def _is_there(self, indicator: Indicator, rater: Role, cells: list[str], given: RaterCells) -> str:
        if rater in self.sheet.policy.raters.least():
            return given.is_there
        return f"ISNUMBER({self._as_number(indicator, cells[0])})"

    def _unless_out(self, indicator: Indicator, cell: str, formula: str) -> str:
        """The formula, or the word that takes an indicator out."""
        for word in other_words(self.sheet, indicator):
            formula = f"IF({cell}={quoted(word)},{quoted(word)},{formula})"
        return formula

    def _as_number(self, indicator: Indicator, cell: str) -> str:
        """A cell with its words as their scores, and numbers as they count; a blank stays a blank text."""
        choices = indicator.measure.choices(self.sheet.rubric.full_marks(indicator))
        counted = counted_formula(self._scale(indicator), cell)
        if counted == cell and not choices:
            return cell
        formula, language = '""', self.sheet.book.wording.language
        for choice, score in choices:
            word = choice.in_language(language)
            formula = f"IF({cell}={quoted(word)},{written(score)},{formula})"
        return f"IF(ISNUMBER({cell}),{counted},{formula})"

    def _scale(self, indicator: Indicator) -> TypedScale:
        return typed_scale(self.sheet.rubric, indicator, self.sheet.policy.rounding.score_decimals)

    def number(self, indicator: Indicator) -> str:
        """What stands in the helper cell of an indicator: a number, a dash where it is out, or nothing."""
        cell = self._cell(indicator, Role.SCORE) or ""
        formula = self._as_number(indicator, cell)
        for word in other_words(self.sheet, indicator):
            formula = f"IF({cell}={quoted(word)},{quoted(_OUT)},{formula})"
        return f'IF({cell}="","",{formula})'

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The cell with the number of each indicator's score."""
        if self.helpers.needed:
            return {
                one.id: xl_rowcol_to_cell(self.row, self.helpers.column(one))
                for one in self.sheet.rubric.indicators
            }
        return {one.id: self._cell(one, Role.SCORE) or "" for one in self.sheet.rubric.indicators}

    def total(self) -> str:
        """The total once every score is there and in range, not below 0 and not above the highest."""
        total, policy = self._sum(), self.sheet.policy
        if policy.adjustments is not None:
            total = f"MAX(0,{total})"
        if policy.highest_total is not None and self._may_exceed(policy.highest_total):
            total = f"MIN({rounded(policy.highest_total, policy.rounding.total_decimals)},{total})"
        return f'IF({self._complete()},{total},"")'

    def _may_exceed(self, highest: Decimal) -> bool:
        """Whether a total may come out above the highest."""
        rubric, adjusted = self.sheet.rubric, self.sheet.policy.adjustments is not None
        beyond = any(rubric.full_score(one) > rubric.full_marks(one) for one in rubric.indicators)
        return adjusted or beyond or highest < sum(dimension.weight for dimension in rubric.dimensions)

    def _sum(self) -> str:
        rubric, decimals = self.sheet.rubric, self.sheet.policy.rounding.total_decimals
        column = self.sheet.other(ADJUSTMENT)
        adjustment = "" if column is None else f"SUM({xl_rowcol_to_cell(self.row, column)})"
        if any(one.optional for one in rubric.indicators):
            return shared_total_formula(rubric, self._parts(), decimals=decimals, adjustment=adjustment)
        first, last = self._first, self._last
        weights = xl_range_abs(WEIGHTS, first, WEIGHTS, last)
        scores = xl_range(self.row, first, self.row, last)
        if rubric.counts_points:
            scores = self._cells
        return total_formula(
            rubric, weights, scores, places=_SCORE_PLACES, decimals=decimals, adjustment=adjustment
        )

    @property
    def _cells(self) -> str:
        """The cells with the numbers, as the arguments of a function."""
        if self.helpers.needed:
            return xl_range(self.row, self._first, self.row, self._last)
        columns = [self.sheet.column(one, Role.SCORE) for one in self.sheet.rubric.indicators]
        return ",".join(neighbours(self.row, [column for column in columns if column is not None]))

    @property
    def _first(self) -> int:
        return self.helpers.first if self.helpers.needed else SCORES

    @property
    def _last(self) -> int:
        if self.helpers.needed:
            return self.helpers.first + len(self.sheet.rubric.indicators) - 1
        return max(column.index for column, _ in self.sheet.of_indicators())

    def _parts(self) -> list[ScoreRanges]:
        """The neighbouring helper cells that share what does not apply."""
        if self.sheet.policy.not_applicable == "all":
            return [self._part(self._first, self._last, None)]
        parts: list[ScoreRanges] = []
        first = self._first
        for dimension in self.sheet.rubric.dimensions:
            last = first + len(dimension.indicators) - 1
            parts.append(self._part(first, last, written(dimension.weight)))
            first = last + 1
        return parts

    def _part(self, first: int, last: int, weight: str | None) -> ScoreRanges:
        weights = xl_range_abs(WEIGHTS, first, WEIGHTS, last)
        return ScoreRanges(weights, xl_range(self.row, first, self.row, last), weight)

    def _complete(self) -> str:
        """The condition that all scores of a row are there and in range, one with a weight among them."""
        rubric, numbers, cells = self.sheet.rubric, self._numbers, self._cells
        count, whole = f"COUNT({cells})", len(rubric.indicators)
        there = f"{count}={whole}"
        if any(one.optional for one in rubric.indicators):
            weights = xl_range_abs(WEIGHTS, self._first, WEIGHTS, self._last)
            applies = f'SUMIF({cells},">=0",{weights})>0'
            there = f'{applies},{count}+COUNTIF({cells},"{_OUT}")={whole}'
        highest = {written(rubric.full_score(one)) for one in rubric.indicators}
        if len(highest) == 1:
            within = f"MAX({cells})<={next(iter(highest))}"
        else:
            beyond = "+".join(
                f"(MAX({cell})>{written(rubric.full_score(one))})"
                for one, cell in zip(rubric.indicators, numbers.values(), strict=True)
            )
            within = f"{beyond}=0"
        return f"AND({there},MIN({cells})>=0,{within})"

    def grade(self) -> str:
        """The grade of the total, as far as no veto stands against it."""
        total = xl_rowcol_to_cell(self.row, self.sheet.total)
        ranked = self.sheet.policy.grades_from_top
        bounds = [(grade.lower_bound, name) for grade, name in zip(ranked, self.sheet.grades, strict=True)]
        formula = grade_formula(total, bounds)
        return f'IF({total}="","",{self._vetoed(total, bounds, formula)})'

    def _vetoed(self, total: str, bounds: list[tuple[Decimal, str]], formula: str) -> str:
        """The grade with vetoes, from the one that leaves the lowest grade."""
        ranked = [grade.id for grade in self.sheet.policy.grades_from_top]
        vetoes = [one for one in self.sheet.rubric.indicators if one.veto is not None]
        vetoes.sort(key=lambda one: ranked.index(one.veto.highest_grade) if one.veto else 0)
        for one in vetoes:
            if one.veto is not None:
                left = grade_formula(total, bounds[ranked.index(one.veto.highest_grade) :])
                cell = self._numbers[one.id]
                below = f"AND(ISNUMBER({cell}),{cell}<{written(one.veto.below)})"
                formula = f"IF({below},{left},{formula})"
        return formula
