"""The detail of one team: all that the sheets said, every score, what it counted for, and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.measures import Deduction
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
from perfcli.text import Term
from perfcli.workbooks import styles
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table, write_numbers, write_texts

IDENTITY = ("employee_id", "name", "department", "position")

_TITLE, _NOTE, _BLOCKS, _DIMENSIONS, _HEADER, WEIGHTS, _FIRST = range(7)
_REPEATED = 2
_LEAST_SCALE, _READABLE_SCALE = 40, 50
_ON_SECOND_PAGE = (".weight", ".points")
_LEAST_WIDTH, _MOST_WIDTH = 7.5, 14
_WIDEST_NUMBER = 18
_REASON_WIDTH = 24


@dataclass(frozen=True)
class _Column:
    """One column: its key, its texts in the rows of the header, its cells and their look, its weight.

    ``missing`` stands where there is no number.
    """

    key: str
    block: str
    dimension: str
    header: str
    cells: Sequence[str] | Sequence[float]
    look: Format
    weight: float | None = None
    missing: str = ""

    @property
    def texts(self) -> list[str]:
        """The cells that are texts: all of them or none."""
        return [cell for cell in self.cells if isinstance(cell, str)]

    @property
    def numbers(self) -> list[float]:
        """The cells that are numbers: all of them or none."""
        return [cell for cell in self.cells if not isinstance(cell, str)]

    @property
    def place(self) -> tuple[int, str]:
        """The page it is on, and what stays together there: all that is said of one indicator."""
        return int(self.key.endswith(_ON_SECOND_PAGE)), self.key.rpartition(".")[0]


def write_detail(book: Book, worksheet: Worksheet, results: Results, rubric: Rubric) -> Table:
    """Writes a team's employees in the order of rank: what came out, scores, points, dimension points.

    Before a score stands all that the sheets said for it. A score that does not apply is a word, and its
    points are blank.
    """
    columns = list(_Detail(book, results, rubric).columns())
    count = len(columns[0].cells)
    keys = {column.key: index for index, column in enumerate(columns)}
    table = Table("detail", rubric.team, str(worksheet.name), _FIRST, count, keys)
    worksheet.write_string(_TITLE, 0, book.wording("detail.title", team=rubric.name), book.title)
    worksheet.set_row(_TITLE, 28)
    note = book.wording(f"detail.note.{rubric.scale}", period=book.period(results.period), count=count)
    worksheet.write_string(_NOTE, 0, note, book.note)
    _write_header(book, worksheet, columns)
    for index, column in enumerate(columns):
        if column.texts:
            write_texts(worksheet, _FIRST, index, column.texts, column.look)
        else:
            write_numbers(worksheet, _FIRST, index, column.numbers, column.look, missing=column.missing)
    _set_up(book, worksheet, table, columns)
    book.mark_grades(worksheet, _column_cells(table, "grade"), book.grades(results.ruleset))
    return table


@dataclass(frozen=True)
class _Detail:
    """The columns of one team from left to right."""

    book: Book
    results: Results
    rubric: Rubric

    def columns(self) -> Iterator[_Column]:
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

    def _identity(self) -> Iterator[_Column]:
        for key in IDENTITY:
            texts = self._frame[key].astype(str).tolist()
            yield _Column(key, "", "", self.book.wording(f"column.{key}"), texts, self.book.text)

    def _outcome(self) -> Iterator[_Column]:
        """What came out, and what adjusted the total or capped the grade, if anything did."""
        book, frame, ruleset = self.book, self._frame, self.results.ruleset
        block = book.wording("detail.outcome")
        names = book.names(ruleset)["grade"]
        looks = {"total": book.number(ruleset.policy.rounding.total_decimals, bold=True)}
        for key in OUTCOME:
            cells = [names[one] for one in frame[key]] if key == "grade" else frame[key].tolist()
            look = looks.get(key, book.centred)
            yield _Column(key, block, "", book.wording(f"column.{key}"), cells, look)
        if ADJUSTMENT in frame and (any(frame[ADJUSTMENT]) or any(frame[REASON])):
            yield self._numbers(ADJUSTMENT, (block, "", book.wording("column.adjustment")), book.signed)
            header = book.wording("column.adjustment_reason")
            reasons = frame[REASON].astype(str).tolist()
            yield _Column(REASON, block, "", header, reasons, book.cell(text_wrap=True, num_format="@"))
        if VETO in frame and any(frame[VETO]):
            capped = [book.indicators(self.rubric, one) for one in frame[VETO]]
            look = book.cell(text_wrap=True, num_format="@")
            yield _Column(VETO, block, "", book.wording("column.veto"), capped, look)

    def _judged(self, indicator: Indicator, dimension: str) -> Iterator[_Column]:
        """What the sheets said of an indicator, and its score."""
        book = self.book
        block = book.wording("detail.scores")
        for role in (Role.TARGET, Role.ACTUAL):
            header = _role_header(book, indicator, role)
            yield from self._if_known(role_key(indicator.id, role), (block, dimension, header), book.plain)
        attainment = Term("column.attainment")
        header = book.wording("header.role", indicator=indicator.name, role=attainment)
        yield from self._if_known(attainment_key(indicator.id), (block, dimension, header), book.percent)
        for role in RATERS:
            header = _role_header(book, indicator, role)
            yield from self._if_known(role_key(indicator.id, role), (block, dimension, header), book.plain)
        yield self._numbers(
            score_key(indicator.id),
            (block, dimension, book.name(indicator.name)),
            book.plain,
            weight=float(indicator.weight),
            missing=book.wording("cell.not-applicable"),
        )

    def _if_known(self, key: str, titles: tuple[str, str, str], look: Format) -> Iterator[_Column]:
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
    ) -> _Column:
        """A column of numbers; ``titles`` are its block, its dimension and its header."""
        return _Column(key, *titles, self._frame[key].tolist(), look, weight, missing)


def _role_header(book: Book, indicator: Indicator, role: Role) -> str:
    """The header of a role's column, with the unit of what is measured."""
    is_count = role is Role.ACTUAL and isinstance(indicator.measure, Deduction)
    word = Term("role.count") if is_count else Term(f"role.{role.value}")
    unit = None if role in RATERS else getattr(indicator.measure, "unit", None)
    if unit is None:
        return book.wording("header.role", indicator=indicator.name, role=word)
    return book.wording("header.role.unit", indicator=indicator.name, role=word, unit=unit)


def _write_header(book: Book, worksheet: Worksheet, columns: Sequence[_Column]) -> None:
    _write_groups(book, worksheet, _BLOCKS, [column.block for column in columns])
    _write_groups(book, worksheet, _DIMENSIONS, [column.dimension for column in columns])
    for index, column in enumerate(columns):
        worksheet.write_string(_HEADER, index, column.header, book.header)
        if column.weight is None:
            worksheet.write_blank(WEIGHTS, index, None, book.weight)
        else:
            worksheet.write_number(WEIGHTS, index, column.weight, book.weight)
    worksheet.write_string(WEIGHTS, 0, book.wording("column.weight"), book.weight)


def _write_groups(book: Book, worksheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """A header row in which neighbours of one title share one cell."""
    start = 0
    for end in range(1, len(titles) + 1):
        if end == len(titles) or titles[end] != titles[start]:
            if end - start > 1:
                worksheet.merge_range(row, start, row, end - 1, titles[start], book.group)
            else:
                worksheet.write_string(row, start, titles[start], book.group)
            start = end


def _column_cells(table: Table, key: str) -> tuple[int, int, int, int]:
    column = table.columns[key]
    return table.first_row, column, table.last_row, column


def _set_up(book: Book, worksheet: Worksheet, table: Table, columns: Sequence[_Column]) -> None:
    """Widths, filter, frozen panes, print."""
    widths = _set_widths(worksheet, columns)
    headers = [(column.header, wide) for column, wide in zip(columns, widths, strict=True)]
    worksheet.set_row(_HEADER, styles.wrapped_height(headers))
    groups: dict[tuple[str, str], float] = {}
    for column, wide in zip(columns, widths, strict=True):
        title = (column.block, column.dimension)
        groups[title] = groups.get(title, 0) + wide
    titles = [(dimension, wide) for (_, dimension), wide in groups.items()]
    worksheet.set_row(_DIMENSIONS, styles.wrapped_height(titles))
    worksheet.autofilter(WEIGHTS, 0, table.last_row, len(columns) - 1)
    worksheet.freeze_panes(_FIRST, 2)
    worksheet.ignore_errors({"number_stored_as_text": f"A{_FIRST + 1}:D{table.last_row + 1}"})
    book.print_setup(worksheet, landscape=True, repeat=(_BLOCKS, WEIGHTS))
    _set_pages(worksheet, table, columns, widths)


def _set_pages(
    worksheet: Worksheet, table: Table, columns: Sequence[_Column], widths: Sequence[float]
) -> None:
    """Prints results and scores on one page and the points on the next: one page would be too small to read.

    Where a page would still be too small, it is cut between two indicators. The title stays off the pages, as
    the repeated columns would cut it short; the page's header has it.
    """
    cuts = _cuts(columns, widths)
    repeated = sum(map(styles.pixels, widths[:_REPEATED]))
    edges = pairwise([0, *cuts, len(columns)])
    pages = [sum(map(styles.pixels, widths[left:right])) + (repeated if left else 0) for left, right in edges]
    worksheet.set_print_scale(min(max(int(100 * styles.A4_LANDSCAPE / max(pages)), _LEAST_SCALE), 100))
    worksheet.set_v_pagebreaks(cuts)
    worksheet.print_area(_BLOCKS, 0, table.last_row, len(columns) - 1)
    worksheet.repeat_columns(0, _REPEATED - 1)


def _cuts(columns: Sequence[_Column], widths: Sequence[float]) -> list[int]:
    """The columns with which a new page begins."""
    widest = 100 * styles.A4_LANDSCAPE / _READABLE_SCALE
    repeated = sum(map(styles.pixels, widths[:_REPEATED]))
    cuts: list[int] = []
    page, used = 0, 0.0
    for (own_page, _), members in groupby(range(len(columns)), lambda index: columns[index].place):
        indexes = list(members)
        wide = sum(styles.pixels(widths[index]) for index in indexes)
        if own_page != page or (used > repeated and used + wide > widest):
            cuts.append(indexes[0])
            page, used = own_page, repeated
        used += wide
    return cuts


def _set_widths(worksheet: Worksheet, columns: Sequence[_Column]) -> list[float]:
    """Sets each column as wide as its texts and numbers, or as the longest word of its header."""
    widths: list[float] = []
    for index, column in enumerate(columns):
        texts = list(dict.fromkeys(column.texts))
        if column.key in IDENTITY:
            wide = styles.width([column.header, *texts], least=9, most=24)
        elif column.key in {REASON, VETO}:
            wide = styles.width([column.header, *texts], least=10, most=_REASON_WIDTH)
        else:
            words = [*styles.unbreakable(column.header), *texts]
            wide = max(styles.width(words, least=_LEAST_WIDTH, most=_MOST_WIDTH), _widest_number(column))
        worksheet.set_column(index, index, wide)
        widths.append(wide)
    return widths


def _widest_number(column: _Column) -> float:
    """The width that shows every number of a column with up to six decimals."""
    written = [f"{number:.6f}".rstrip("0") for number in dict.fromkeys(column.numbers)]
    percent = 2 * column.key.endswith(".attainment")
    return min(max(map(len, written), default=0) + percent + 1.0, _WIDEST_NUMBER)
