"""The detail of one team: all that the sheets said, every score, what it counted for, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from xlsxwriter.worksheet import Worksheet

from perfcli.rules.models import Rubric
from perfcli.scoring.results import REASON, VETO, Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import LongTable
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.results.detail_columns import IDENTITY, Column, detail_columns

_TITLE, _NOTE, _BLOCKS, _DIMENSIONS, _HEADER, WEIGHTS, _FIRST = range(7)
_REPEATED = 2
_LEAST_SCALE, _READABLE_SCALE = 40, 50
_LEAST_WIDTH, _MOST_WIDTH = 7.5, 14
_WIDEST_NUMBER = 18
_WIDEST_TEXT = 24


def write_detail(book: Book, worksheet: Worksheet, results: Results, rubric: Rubric) -> Table:
    """Writes a team's employees in the order of rank: what came out, scores, points, dimension points.

    Before a score stands all that the sheets said for it. A score that does not apply is a word, and its
    points are blank.
    """
    layout = _Layout(detail_columns(book, results, rubric))
    count = len(layout.columns[0].values)
    keys = {column.key: index for index, column in enumerate(layout.columns)}
    table = Table("detail", rubric.team, str(worksheet.name), _FIRST, count, keys)
    worksheet.write_string(_TITLE, 0, book.wording("detail.title", team=rubric.name), book.title)
    worksheet.set_row(_TITLE, 28)
    note = book.wording(f"detail.note.{rubric.scale}", period=book.period(results.period), count=count)
    worksheet.write_string(_NOTE, 0, note, book.note)
    _write_header(book, worksheet, layout)
    for index, wide in enumerate(layout.widths):
        worksheet.set_column(index, index, wide)
    book.write_rows(worksheet, LongTable(_FIRST, [(column.cells, column.look) for column in layout.columns]))
    worksheet.autofilter(WEIGHTS, 0, table.last_row, len(layout.columns) - 1)
    worksheet.freeze_panes(_FIRST, 2)
    worksheet.ignore_errors({"number_stored_as_text": f"A{_FIRST + 1}:D{table.last_row + 1}"})
    _set_pages(book, worksheet, table, layout)
    grade = table.columns["grade"]
    book.mark_grades(worksheet, (_FIRST, grade, table.last_row, grade), book.grades(results.ruleset))
    return table


@dataclass(frozen=True)
class _Layout:
    """The columns with their widths, and the pages on which they are printed."""

    columns: Sequence[Column]

    @cached_property
    def widths(self) -> list[float]:
        """Each column is as wide as its texts and numbers, or as the longest word of its header."""
        return [_width(column) for column in self.columns]

    @cached_property
    def repeated(self) -> float:
        """The pixels of the columns that stand on every page."""
        return sum(map(styles.pixels, self.widths[:_REPEATED]))

    @cached_property
    def cuts(self) -> list[int]:
        """The columns with which a new page begins.

        Results and scores are on one page and points on the next, as one page would be too small to read;
        where a page would still be too small, it is cut between two indicators.
        """
        widest = 100 * styles.A4_LANDSCAPE / _READABLE_SCALE
        cuts: list[int] = []
        page, used = 0, 0.0
        for (own_page, _), members in groupby(
            range(len(self.columns)), lambda index: self.columns[index].place
        ):
            indexes = list(members)
            wide = sum(styles.pixels(self.widths[index]) for index in indexes)
            if own_page != page or (used > self.repeated and used + wide > widest):
                cuts.append(indexes[0])
                page, used = own_page, self.repeated
            used += wide
        return cuts

    @cached_property
    def pages(self) -> list[tuple[int, int]]:
        """The first column of each page, and the one after its last."""
        return list(pairwise([0, *self.cuts, len(self.columns)]))

    def runs(self, titles: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Neighbours of one title on one page: the first, the last, their title."""
        for left, right in self.pages:
            for title, members in groupby(range(left, right), titles.__getitem__):
                indexes = list(members)
                yield indexes[0], indexes[-1], title


def _width(column: Column) -> float:
    texts = column.distinct if column.is_text else []
    if column.key in {*IDENTITY, REASON, VETO}:
        return styles.width([column.header, *texts], least=9, most=_WIDEST_TEXT)
    words = [*styles.unbreakable(column.header), *texts]
    return max(styles.width(words, least=_LEAST_WIDTH, most=_MOST_WIDTH), _widest_number(column))


def _widest_number(column: Column) -> float:
    """The width that shows every number of a column with all decimals of its look."""
    is_percent = column.key.endswith(".attainment")
    decimals = 4 if is_percent else 6
    numbers = [] if column.is_text else column.distinct
    written = [f"{number:.{decimals}f}".rstrip("0") for number in numbers]
    return min(max(map(len, written), default=0) + is_percent + 1.5, _WIDEST_NUMBER)


def _write_header(book: Book, worksheet: Worksheet, layout: _Layout) -> None:
    """Writes blocks, dimensions, headers and weights; cells over many columns end where a page does."""
    _write_groups(book, worksheet, _BLOCKS, layout.runs([column.block for column in layout.columns]))
    dimensions = list(layout.runs([column.dimension for column in layout.columns]))
    _write_groups(book, worksheet, _DIMENSIONS, dimensions)
    titles = [(title, sum(layout.widths[first : last + 1])) for first, last, title in dimensions]
    worksheet.set_row(_DIMENSIONS, styles.wrapped_height(titles))
    for index, column in enumerate(layout.columns):
        worksheet.write_string(_HEADER, index, column.header, book.header)
        if column.weight is None:
            worksheet.write_blank(WEIGHTS, index, None, book.weight)
        else:
            worksheet.write_number(WEIGHTS, index, column.weight, book.weight)
    headers = [column.header for column in layout.columns]
    worksheet.set_row(_HEADER, styles.wrapped_height(zip(headers, layout.widths, strict=True)))
    worksheet.write_string(WEIGHTS, 0, book.wording("column.weight"), book.weight)


def _write_groups(book: Book, worksheet: Worksheet, row: int, runs: Iterable[tuple[int, int, str]]) -> None:
    """A header row in which neighbours of one title share one cell."""
    for first, last, title in runs:
        if last > first:
            worksheet.merge_range(row, first, row, last, title, book.group)
        else:
            worksheet.write_string(row, first, title, book.group)


def _set_pages(book: Book, worksheet: Worksheet, table: Table, layout: _Layout) -> None:
    """Prints page after page of columns, all on one scale.

    The title stays off the pages, as the repeated columns would cut it short; the page's header has it.
    """
    book.print_setup(worksheet, landscape=True, repeat=(_BLOCKS, WEIGHTS))
    widest = max(
        sum(map(styles.pixels, layout.widths[left:right])) + (layout.repeated if left else 0)
        for left, right in layout.pages
    )
    worksheet.set_print_scale(min(max(int(100 * styles.A4_LANDSCAPE / widest), _LEAST_SCALE), 100))
    worksheet.set_v_pagebreaks(layout.cuts)
    worksheet.print_area(_BLOCKS, 0, table.last_row, len(layout.columns) - 1)
    worksheet.repeat_columns(0, _REPEATED - 1)
