"""Where the parts of a blank score sheet stand, and what they need to know of each other."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.models import Dimension, Policy, Rubric
from perfcli.workbooks.styles import Book

IDENTITY = ("employee_id", "name", "department", "position")
BLANK_ROWS = 30

TITLE, CAPTIONS, HOWTO, DIMENSIONS, HEADER, WEIGHTS, FIRST = range(7)
"""The rows from the title to the first employee."""

SCORES = len(IDENTITY)
"""The column of the first indicator."""


@dataclass(frozen=True)
class TemplateSheet:
    """A team's sheet: ``people`` has a row per employee, None stands for ``BLANK_ROWS`` to type in."""

    book: Book
    worksheet: Worksheet
    rubric: Rubric
    policy: Policy
    people: pd.DataFrame | None
    period: str

    @property
    def rows(self) -> range:
        """The rows of the employees."""
        count = BLANK_ROWS if self.people is None else len(self.people)
        return range(FIRST, FIRST + count)

    @property
    def total(self) -> int:
        """The column of the total."""
        return SCORES + len(self.rubric.indicators)

    @property
    def grade(self) -> int:
        """The column of the grade, the last one."""
        return self.total + 1

    @property
    def grades(self) -> list[str]:
        """The grades' names from the best to the lowest."""
        return [self.book.name(grade.name) for grade in self.policy.grades_from_top]

    @property
    def weight_format(self) -> str:
        """A weight is a number of points of the 100, shown as the scale reads it."""
        return "General" if self.rubric.scale == "points" else 'General"%"'

    def dimension(self, dimension: Dimension) -> str:
        """A dimension with its weight."""
        if self.rubric.scale != "points":
            return self.book.dimension(dimension)
        weight = f"{dimension.weight.normalize():f}"
        return self.book.wording("template.dimension.points", dimension=dimension.name, weight=weight)

    def texts(self, key: str) -> list[str]:
        """What stands in an identity column."""
        return [] if self.people is None else self.people[key].astype(str).tolist()
