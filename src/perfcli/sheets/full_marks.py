"""Scores out of full marks that the sheet says: as the rubric has them typed, or why that cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np

from perfcli import exact
from perfcli.exact import Floats
from perfcli.files.cells import Cell, Percent, read_numbers
from perfcli.files.numerals import NUMBER_AS_TEXT, Wanted
from perfcli.findings import warning
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.numbers import written
from perfcli.scoring.scales import PLACES, TypedScale
from perfcli.sheets.layouts.stated_marks import StatedMarks
from perfcli.sheets.layouts.tables import Table
from perfcli.text import Term, Translated

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,6})?)"
_WITH_MARKS = re.compile(
    rf"\s*(?P<typed>{_NUMBER})\s*分?\s*(?:(?P<stroke>[/／])|out\s+of|of)\s*(?P<marks>{_NUMBER})\s*分?\s*",
    re.IGNORECASE,
)
_USUAL = frozenset(map(Decimal, (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 100, 120, 150, 200)))
"""Full marks that are meant behind a stroke; 80/90 may be the scores of two raters."""

_HUNDRED = Decimal(100)
_BELIEVABLE = 150  # percent of the full marks; more is a slip, or another scale

Reject = Callable[..., None]
"""Notes an error of the cell of one employee: index, code, values."""


@dataclass
class MarkedCells:
    """The cells of a column with the full marks of each, None where nothing is said of them.

    Findings: ``full-marks-differ``, ``full-marks-unclear``, ``above-full-marks``; the warning
    ``full-marks-converted``, one for each column.
    """

    table: Table
    rubric: Rubric
    indicator: Indicator
    header: Translated
    column: int
    positions: Sequence[int]
    cells: list[Cell]
    marks: list[Decimal | None] = field(default_factory=list)
    in_cells: set[int] = field(default_factory=set)

    def numbers(
        self, wanted: Wanted, decimals: int, reject: Reject, *, judged: bool
    ) -> tuple[Floats, dict[int, str]]:
        """The numbers as the rubric has them typed, and the finding code of each odd cell."""
        if judged:
            self._read_marks(reject)
        numbers, odd = read_numbers(self.cells, wanted)
        return (self._as_typed(numbers, odd, decimals, reject) if any(self.marks) else numbers), odd

    def _read_marks(self, reject: Reject) -> None:
        """Reads what the sheet says of the column, and each cell of itself; these may not contradict it."""
        own = [one for one in self.table.marks if self._is_about(one)]
        common = next((one.marks for one in own if one.position is None), None)
        by_position = {one.position: one.marks for one in own if one.position is not None}
        self.marks = [by_position.get(position, common) for position in self.positions]
        texts = ((index, cell) for index, cell in enumerate(self.cells) if isinstance(cell, str))
        for index, cell in texts:
            found = _WITH_MARKS.fullmatch(cell)
            stated, said = Decimal(found["marks"]) if found else Decimal(0), self.marks[index]
            if found is None or not stated or (found["stroke"] and stated not in {*_USUAL, self._full, said}):
                continue
            self.cells[index] = float(found["typed"])
            self.in_cells.add(index)
            if said not in {None, stated}:
                reject(index, "full-marks-differ", stated=written(stated), full=written(said or stated))
            self.marks[index] = stated

    def _is_about(self, one: StatedMarks) -> bool:
        return one.indicators.get(self.rubric.team) == self.indicator.id and one.column in {None, self.column}

    def _as_typed(self, numbers: Floats, odd: Mapping[int, str], decimals: int, reject: Reject) -> Floats:
        typed = numbers.copy()
        converted: list[int] = []
        for index in np.flatnonzero(~np.isnan(numbers)).tolist():
            marks = self.marks[index] if self._is_a_number(index, odd) else self._full
            if marks == self._full:
                continue
            wrong, number = self._wrong(marks, exact.decimal(numbers[index]), decimals)
            if wrong:
                values = {"stated": marks, "marks": marks or max(self._others), "full": self._full}
                reject(index, wrong, **{key: written(one or self._full) for key, one in values.items()})
            elif marks is not None:
                converted.append(index)
            typed[index] = number
        if converted:
            self._tell(converted, numbers, typed)
        return typed

    def _wrong(self, marks: Decimal | None, number: Decimal, decimals: int) -> tuple[str, float]:
        """What is wrong with a number out of other full marks, or nothing; and the number as it is typed."""
        if marks is None:  # only other cells of the column have their full marks
            unclear = bool(self._others) and number <= max(self._others)
            return ("full-marks-unclear", np.nan) if unclear else ("", float(number))
        scale = TypedScale(Fraction(self._full) / Fraction(marks), decimals)
        if not self._may_convert(scale):
            return "full-marks-differ", np.nan
        if number > marks * self._allowed / _HUNDRED:
            return "above-full-marks", np.nan
        return "", float(scale.counted(np.array([float(number)]))[0])

    @cached_property
    def _full(self) -> Decimal:
        return self.rubric.typed_marks(self.indicator)

    @cached_property
    def _others(self) -> set[Decimal]:
        """The full marks that single cells say, other than the rubric's."""
        return {
            marks
            for index in self.in_cells
            if (marks := self.marks[index]) not in {None, self._full} and marks
        }

    @property
    def _allowed(self) -> Decimal:
        """The highest score in percent of the full marks."""
        return self.rubric.full_score(self.indicator) * 100 / self.rubric.full_marks(self.indicator)

    def _may_convert(self, scale: TypedScale) -> bool:
        """Points are what they are; a scale of the rubric's own takes what comes out exactly."""
        if (self.indicator.scale or self.rubric.scale) == "points":
            return False
        return scale.places == PLACES or not self.rubric.is_converted(self.indicator)

    def _is_a_number(self, index: int, odd: Mapping[int, str]) -> bool:
        """Whether a cell holds a plain number: a word or a percentage is on no scale."""
        cell = self.cells[index]
        if isinstance(cell, str):
            return odd.get(index) == NUMBER_AS_TEXT
        return not isinstance(cell, Percent)

    def _tell(self, converted: Sequence[int], numbers: Floats, typed: Floats) -> None:
        first, last = converted[0], converted[-1]
        values = {
            "typed": exact.decimal(numbers[first]),
            "marks": self.marks[first] or self._full,
            "score": exact.decimal(typed[first]),
            "full": self._full,
        }
        said = {key: written(one) for key, one in values.items()}
        row, last_row = (self.table.row(self.positions[index]) for index in (first, last))
        place = self.table.place(row, self.column, last_row=last_row)
        found = warning("full-marks-converted", place, indicator=self.header, count=len(converted), **said)
        self.table.findings.append(found)


def more_than_full_marks(rubric: Rubric, indicator: Indicator, typed: float) -> Term | str:
    """What a rubric says where a score a little above the full marks is meant; empty for any other number."""
    percent = exact.decimal(typed) * _HUNDRED / rubric.typed_marks(indicator)
    highest = (percent / 10).to_integral_value(ROUND_CEILING) * 10
    if not _HUNDRED < highest <= _BELIEVABLE:
        return ""
    return Term("out-of-range.more", {"highest": f"{highest:f}"})
