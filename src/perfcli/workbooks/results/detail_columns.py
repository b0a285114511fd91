"""The columns of a team's detail from left to right: what stands in them and over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from xlsxwriter.format import Format

from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.results import (
    ADJUSTMENT,
    OUTCOME,
    REASON,
    VETO,
    Results,
    attainment_key,
    points_key,
    role_key,
    score_key,
    weight_key,
)
from perfcli.workbooks.base.long_tables import Cells, number_cells, text_cells
from perfcli.workbooks.base.styles import Book

IDENTITY = ("employee_id", "name", "department", "position")

_ON_SECOND_PAGE = (".weight", ".points")


@dataclass(frozen=True)
class Column:
    """One column: its key, its texts in the rows of the header, its values and their look, its weight.

    Values are all texts or all numbers; ``missing`` stands where there is no number.
    """

    key: str
    block: str
    dimension: str
    header: str
    values: pd.Series[Any]
    look: Format
    weight: float | None = None
    missing: str = ""

    @cached_property
    def distinct(self) -> list[Any]:
        """Each value once."""
        return list(pd.unique(self.values))

    @property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        return isinstance(self.distinct[0], str)

    @property
    def cells(self) -> Cells:
        """The cells as they are written."""
        return text_cells(self.values) if self.is_text else number_cells(self.values, missing=self.missing)

    @property
    def place(self) -> tuple[int, str]:
        """The page it is on, and what stays together there: all that is said of one indicator."""
        return int(self.key.endswith(_ON_SECOND_PAGE)), self.key.rpartition(".")[0]


def detail_columns(book: Book, results: Results, rubric: Rubric) -> list[Column]:
    """All columns of a team's detail; cells are in the order of rank."""
    return list(_Columns(book, results, rubric).every())


@dataclass(frozen=True)
class _Columns:
    """The columns of one team from left to right."""

    book: Book
    results: Results
    rubric: Rubric

    def every(self) -> Iterator[Column]:
        """All columns."""
        yield from self._identity()
        yield from self._outcome()
        for indicator, dimension in self._indicators:
            yield from self._judged(indicator, dimension)
        for key, block in ((weight_key, "detail.weights"), (points_key, "detail.points")):
            for indicator, dimension in self._indicators:
                if self._is_known(key(indicator.id)) or key is points_key:
                    yield self._numbers(
                        key(indicator.id),
                        (self.book.wording(block), dimension, self.book.name(indicator.name)),
                        self.book.exact,
                        weight=float(indicator.weight) if key is points_key else None,
                    )
        for one in self.rubric.dimensions:
            titles = (self.book.wording("detail.dimensions"), "", self.book.name(one.name))
            yield self._numbers(points_key(one.id), titles, self.book.exact, weight=float(one.weight))

    @cached_property
    def _frame(self) -> pd.DataFrame:
        return self.results.of_team(self.rubric.team)

    @cached_property
    def _indicators(self) -> list[tuple[Indicator, str]]:
        """Each indicator with the title of its dimension."""
        return [
            (indicator, self.book.dimension(dimension))
            for dimension in self.rubric.dimensions
            for indicator in dimension.indicators
        ]

    def _is_known(self, key: str) -> bool:
        """Whether anybody has a value in a column of the frame."""
        return key in self._frame and bool(self._frame[key].notna().any())

    def _identity(self) -> Iterator[Column]:
        for key in IDENTITY:
            yield Column(key, "", "", self.book.wording(f"column.{key}"), self._frame[key], self.book.text)

    def _outcome(self) -> Iterator[Column]:
        """What came out, and what adjusted the total or capped the grade, if anything did."""
        book, frame, ruleset = self.book, self._frame, self.results.ruleset
        block = book.wording("detail.outcome")
        names = book.names(ruleset)["grade"]
        looks = {"total": book.number(ruleset.policy.rounding.total_decimals, bold=True)}
        for key in OUTCOME:
            values = frame[key].map(names) if key == "grade" else frame[key]
            look = looks.get(key, book.centred)
            yield Column(key, block, "", book.wording(f"column.{key}"), values, look)
        if ADJUSTMENT in frame and (any(frame[ADJUSTMENT]) or any(frame[REASON])):
            yield self._numbers(ADJUSTMENT, (block, "", book.wording("column.adjustment")), book.signed)
            header = book.wording("column.adjustment_reason")
            yield Column(REASON, block, "", header, frame[REASON], book.cell(text_wrap=True, num_format="@"))
        if VETO in frame and any(frame[VETO]):
            capped = frame[VETO].map(lambda one: book.indicators(self.rubric, one))
            look = book.cell(text_wrap=True, num_format="@")
            yield Column(VETO, block, "", book.wording("column.veto"), capped, look)

    def _judged(self, indicator: Indicator, dimension: str) -> Iterator[Column]:
        """What the sheets said of an indicator, and its score."""
        book = self.book
        block = book.wording("detail.scores")
        for role in (Role.TARGET, Role.ACTUAL):
            header = book.role_header(indicator, role)
            yield from self._if_known(role_key(indicator.id, role), (block, dimension, header), book.plain)
        header = f"{book.name(indicator.name)}\n{book.wording('column.attainment')}"
        yield from self._if_known(attainment_key(indicator.id), (block, dimension, header), book.percent)
        for role in RATERS:
            header = book.role_header(indicator, role)
            yield from self._if_known(role_key(indicator.id, role), (block, dimension, header), book.plain)
        yield self._numbers(
            score_key(indicator.id),
            (block, dimension, book.name(indicator.name)),
            book.plain,
            weight=float(indicator.weight),
            missing=book.wording("cell.not-applicable"),
        )

    def _if_known(self, key: str, titles: tuple[str, str, str], look: Format) -> Iterator[Column]:
        if self._is_known(key):
            yield self._numbers(key, titles, look)

    def _numbers(
        self,
        key: str,
        titles: tuple[str, str, str],
        look: Format,
        *,
        weight: float | None = None,
        missing: str = "",
    ) -> Column:
        """A column of numbers; ``titles`` are its block, its dimension and its header."""
        return Column(key, *titles, self._frame[key], look, weight, missing)
