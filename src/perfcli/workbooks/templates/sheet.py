"""Where the parts of a sheet to fill in stand, and what they need to know of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli.rules.kinds import Kind
from perfcli.rules.models import Dimension, Indicator, Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.scoring.results import ADJUSTMENT, REASON, role_key
from perfcli.workbooks.base.writer import SheetWriter

IDENTITY = ("employee_id", "name", "department", "position")
BLANK_ROWS = 30

SEVERAL = 3
"""The columns of several raters of a kind; who has more inserts them between these."""

TITLE, CAPTIONS, HOWTO, DIMENSIONS, HEADER, WEIGHTS, FIRST = range(7)
"""The rows from the title to the first employee."""

FROZEN = 2
"""The columns that stay in sight: employee id and name."""

SCORES = len(IDENTITY)
"""The column of the first indicator."""

EXTRA = {
    Kind.PLAN: ("note", "employee_signature", "superior_signature"),
    Kind.SELF: ("note",),
}
"""Columns after those of the indicators, by their ``column.`` texts."""


def neighbours(row: int, columns: Sequence[int], *, fixed: bool = False) -> list[str]:
    """The cells of a row, ascending, with neighbours as one range; ``fixed`` keeps the columns fixed."""
    runs: list[list[int]] = []
    for column in columns:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    ends = [dict.fromkeys((run[0], run[-1])) for run in runs]
    return [":".join(xl_rowcol_to_cell(row, one, col_abs=fixed) for one in run) for run in ends]


@dataclass(frozen=True)
class EntryColumn:
    """One column after the identity: an indicator and its role, or another column by its key.

    ``rater`` counts several raters of a kind from 1; it is 0 where there is one.
    """

    index: int
    indicator: Indicator | None = None
    role: Role = Role.NOTE
    key: str = ""
    rater: int = 0


@dataclass(frozen=True)
class TemplateSheet(SheetWriter):
    """A team's sheet: ``people`` has a row per employee, None stands for ``BLANK_ROWS`` to type in."""

    rubric: Rubric
    policy: Policy
    people: pd.DataFrame | None
    period: str
    kind: Kind

    @property
    def rows(self) -> range:
        """The rows of the employees."""
        count = BLANK_ROWS if self.people is None else len(self.people)
        return range(FIRST, FIRST + count)

    @cached_property
    def columns(self) -> tuple[EntryColumn, ...]:
        """The columns to fill in, from left to right."""
        indicators = [
            (one, role, "", rater)
            for one in self.rubric.indicators
            for role in self._roles(one)
            for rater in self._raters(role)
        ]
        others = [(None, Role.NOTE, key, 0) for key in self._others()]
        return tuple(
            EntryColumn(SCORES + place, *parts) for place, parts in enumerate([*indicators, *others])
        )

    def _roles(self, indicator: Indicator) -> Iterator[Role]:
        """What a sheet of this kind asks about an indicator."""
        asked, raters = indicator.measure.asked(), self.policy.raters.weights()
        if self.kind is Kind.PLAN:
            yield from (role for role in asked if role is Role.TARGET)
            return
        if self.kind is Kind.SELF:
            yield Role.SELF
            return
        own = self.is_known(indicator, Role.SELF)
        if asked:
            yield from asked
            yield from [Role.SELF] if own else []
        elif set(raters) != {Role.SUPERIOR}:
            everyone = self.policy.raters.roles
            yield from (one for one in everyone if one in raters or (own and one is Role.SELF))
        elif own:
            yield Role.SELF
        yield Role.SCORE

    def _raters(self, role: Role) -> Sequence[int]:
        """The numbers of several raters of a kind, as many as have to give a score; 0 is the only one."""
        least = self.policy.raters.least().get(role) if self.kind is Kind.SCORE else None
        return (0,) if least is None else range(1, max(least, SEVERAL) + 1)

    def _others(self) -> tuple[str, ...]:
        if self.kind is Kind.SCORE:
            return (ADJUSTMENT, REASON) if self.policy.adjustments else ()
        return EXTRA.get(self.kind, ())

    def of_indicators(self) -> Iterator[tuple[EntryColumn, Indicator]]:
        """The columns that belong to an indicator."""
        return ((column, column.indicator) for column in self.columns if column.indicator is not None)

    def column(self, indicator: Indicator, role: Role) -> int | None:
        """The column of an indicator and a role, the first one of several raters."""
        return next(iter(self.columns_of(indicator, role)), None)

    def columns_of(self, indicator: Indicator, role: Role) -> list[int]:
        """The columns of an indicator and a role: one, or one of each of several raters."""
        return [one.index for one in self.columns if one.indicator is indicator and one.role == role]

    def is_first(self, column: EntryColumn) -> bool:
        """Whether a column is the first of its indicator."""
        own = (one.index for one in self.columns if one.indicator is column.indicator)
        return column.index == min(own)

    def other(self, key: str) -> int | None:
        """The column of a key."""
        return next((column.index for column in self.columns if column.key == key), None)

    def header(self, column: EntryColumn) -> str:
        """What stands over a column."""
        if column.indicator is None:
            return self.book.wording(f"column.{column.key}")
        if column.role is Role.SCORE:
            return self.book.name(column.indicator.name)
        return self.book.role_header(column.indicator, column.role, column.rater)

    def is_known(self, indicator: Indicator, role: Role) -> bool:
        """Whether anybody has a value beforehand."""
        key = role_key(indicator.id, role)
        return self.people is not None and key in self.people and bool(self.people[key].notna().any())

    def is_computed(self, indicator: Indicator) -> bool:
        """Whether the score comes out of other cells of the row."""
        several = set(self.policy.raters.weights()) != {Role.SUPERIOR}
        return self.kind is Kind.SCORE and (several or bool(indicator.measure.asked()))

    def value(self, place: int, column: EntryColumn) -> float | None:
        """What is known beforehand of the ``place``-th employee."""
        indicator = column.indicator
        if indicator is None:
            return None
        key = role_key(indicator.id, column.role)
        if self.kind is Kind.SCORE and self.people is not None and key in self.people:
            number = float(self.people[key].to_numpy()[place])
            if not np.isnan(number):
                return number
        if column.role is not Role.TARGET:
            return None
        own = indicator.measure.target
        return None if own is None else float(own)

    @property
    def total(self) -> int:
        """The column of the total."""
        return SCORES + len(self.columns)

    @property
    def grade(self) -> int:
        """The column of the grade."""
        return self.total + 1

    @property
    def last(self) -> int:
        """The last column that people see."""
        return self.grade if self.kind is Kind.SCORE else self.total - 1

    @property
    def grades(self) -> list[str]:
        """The grades' names from the best to the lowest."""
        return [self.book.name(grade.name) for grade in self.policy.grades_from_top]

    @property
    def weight_format(self) -> str:
        """A weight is a number of points of the 100, shown as the scale reads it."""
        return "General" if self.rubric.counts_points else 'General"%"'

    def dimension(self, dimension: Dimension) -> str:
        """A dimension with its weight."""
        if not self.rubric.counts_points:
            return self.book.dimension(dimension)
        weight = f"{dimension.weight.normalize():f}"
        return self.book.wording("template.dimension.points", dimension=dimension.name, weight=weight)

    def texts(self, key: str) -> list[str]:
        """What stands in an identity column."""
        return [] if self.people is None else self.people[key].astype(str).tolist()
