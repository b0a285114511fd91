"""The columns of a team's detail from left to right: what stands in them and over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from xlsxwriter.format import Format

from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.roles import Role
from perfcli.scoring.results import (
    ADJUSTMENT,
    OUTCOME,
    REASON,
    VETO,
    Results,
    attainment_key,
    points_key,
    rater_keys,
    role_key,
    score_key,
    typed_key,
    weight_key,
)
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import TableColumn
from perfcli.workbooks.base.writer import WorkbookWriter

IDENTITY = ("employee_id", "name", "department", "position")

_ON_SECOND_PAGE = (".weight", ".points")
_LEAST_WIDTH, _MOST_WIDTH = 7.5, 14
_WIDEST_NUMBER = 18
_WIDEST_TEXT = 24


def printed_together(column: TableColumn) -> tuple[int, str]:
    """The page that a column is on, and what stays together there: all that is said of one indicator."""
    return int(column.key.endswith(_ON_SECOND_PAGE)), column.key.partition(".")[0]


def column_width(column: TableColumn) -> float:
    """As wide as its texts and numbers, or as the longest word of its header."""
    texts = column.distinct if column.is_text else []
    if column.key in {*IDENTITY, REASON, VETO}:
        return styles.width([column.header, *texts], least=9, most=_WIDEST_TEXT)
    words = [*styles.unbreakable(column.header), *texts]
    return max(styles.width(words, least=_LEAST_WIDTH, most=_MOST_WIDTH), _widest_number(column))


def _widest_number(column: TableColumn) -> float:
    """The width that shows every number of a column with all decimals of its look."""
    is_percent = column.key.endswith(".attainment")
    decimals = 4 if is_percent else 6
    numbers = [] if column.is_text else column.distinct
    written = [f"{number:.{decimals}f}".rstrip("0") for number in numbers]
    return min(max(map(len, written), default=0) + is_percent + 1.5, _WIDEST_NUMBER)


def detail_columns(book: WorkbookWriter, results: Results, rubric: Rubric) -> list[TableColumn]:
    """All columns of a team's detail; cells are in the order of rank."""
    return list(_DetailColumns(book, results, rubric).every())


@dataclass(frozen=True)
class _DetailColumns:
    """The columns of one team from left to right."""

    book: WorkbookWriter
    results: Results
    rubric: Rubric

    def every(self) -> Iterator[TableColumn]:
        """All columns."""
        for key in IDENTITY:
            yield self._column(key, ("", ""), self.book.wording(f"column.{key}"), self.book.text)
        yield from self._outcome()
        for indicator, dimension in self._indicators:
            yield from self._judged(indicator, dimension)
        exact, wording = self.book.exact, self.book.wording
        for indicator, dimension in self._indicators:
            if self._is_known(key := weight_key(indicator.id)):
                titles = (wording("detail.weights"), dimension)
                yield self._column(key, titles, self.book.name(indicator.name), exact)
        for indicator, dimension in self._indicators:
            titles, name = (wording("detail.points"), dimension), self.book.name(indicator.name)
            weight = float(indicator.weight)
            yield self._column(points_key(indicator.id), titles, name, exact, weight=weight)
        for one in self.rubric.dimensions:
            titles, weight = (wording("detail.dimensions"), ""), float(one.weight)
            yield self._column(points_key(one.id), titles, self.book.name(one.name), exact, weight=weight)

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

    def _outcome(self) -> Iterator[TableColumn]:
        """What came out, and what adjusted the total or capped the grade, if anything did."""
        book, frame, ruleset = self.book, self._frame, self.results.ruleset
        titles = (book.wording("detail.outcome"), "")
        looks = {"total": book.number(ruleset.policy.rounding.total_decimals, bold=True)}
        mapped = {"grade": frame["grade"].map(book.names(ruleset)["grade"])}
        wrapped = book.cell(text_wrap=True, num_format="@")
        shown = [(key, f"column.{key}", looks.get(key, book.centred)) for key in OUTCOME]
        if ADJUSTMENT in frame and (any(frame[ADJUSTMENT]) or any(frame[REASON])):
            shown += [(ADJUSTMENT, "column.adjustment", book.signed)]
            shown += [(REASON, "column.adjustment_reason", wrapped)]
        if VETO in frame and any(frame[VETO]):
            mapped[VETO] = frame[VETO].map(lambda one: book.indicators(self.rubric, one))
            shown += [(VETO, "column.veto", wrapped)]
        for key, header, look in shown:
            values = mapped[key] if key in mapped else frame[key]
            yield TableColumn(key, book.wording(header), values, look, column_width, titles=titles)

    def _judged(self, indicator: Indicator, dimension: str) -> Iterator[TableColumn]:
        """What the sheets said of an indicator, and its score."""
        book, name = self.book, self.book.name(indicator.name)
        titles = (book.wording("detail.scores"), dimension)
        attainment = f"{name}\n{book.wording('column.attainment')}"
        before = [
            (role_key(indicator.id, one), book.role_header(indicator, one), book.plain)
            for one in (Role.TARGET, Role.ACTUAL)
        ]
        before.append((attainment_key(indicator.id), attainment, book.percent))
        before += [
            (key, header, book.plain)
            for role in self.results.ruleset.policy.raters.roles
            for key, header in self._raters(indicator, role)
        ]
        full = written(self.rubric.typed_marks(indicator))
        typed = f"{name}\n{book.wording('column.typed', full=full)}"
        before.append((typed_key(indicator.id), typed, book.plain))
        for key, header, look in before:
            if self._is_known(key):
                yield self._column(key, titles, header, look)
        weight, missing = float(indicator.weight), book.wording("cell.not-applicable")
        yield self._column(score_key(indicator.id), titles, name, book.plain, weight=weight, missing=missing)

    def _raters(self, indicator: Indicator, role: Role) -> Iterator[tuple[str, str]]:
        """Each of several raters with a header, then their mean; or the only one."""
        header = self.book.role_header(indicator, role)
        keys = rater_keys(self._frame, indicator.id, role)
        for number, key in enumerate(keys, start=1):
            yield key, self.book.role_header(indicator, role, number)
        if keys:
            header = self.book.wording("header.mean", role=header)
        yield role_key(indicator.id, role), header

    def _column(
        self, key: str, titles: tuple[str, str], header: str, look: Format, **more: Any
    ) -> TableColumn:
        """A column of the frame; ``titles`` are its block and its dimension."""
        return TableColumn(key, header, self._frame[key], look, column_width, titles=titles, **more)
