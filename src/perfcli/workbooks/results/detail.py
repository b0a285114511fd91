"""The detail of one team: all that the sheets said, every score, what it counted for, and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from perfcli.rules.models import Rubric
from perfcli.scoring.results import Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_table
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.results.detail_columns import detail_columns, printed_together

_BLOCKS, _DIMENSIONS, _HEADER, WEIGHTS = range(2, 6)
_REPEATED = 2
_LEAST_SCALE, _READABLE_SCALE = 40, 50


def write_detail(sheet: SheetWriter, results: Results, rubric: Rubric) -> TablePlace:
    """Writes a team's employees in the order of rank: what came out, scores, points, dimension points.

    Before a score stands all that the sheets said for it. A score that does not apply is a word, and its
    points are blank.
    """
    book, columns = sheet.book, detail_columns(sheet.book, results, rubric)
    count = len(columns[0].values)
    counts = "points" if rubric.counts_points else "hundred"
    note = book.wording(f"detail.note.{counts}", period=book.period(results.period), count=count)
    sheet.write_title(book.wording("detail.title", team=rubric.name), note)
    layout = _DetailPages(columns)
    _write_titles(sheet, layout)
    place = write_table(sheet, columns, TableLayout(_HEADER, "detail", rubric.team))
    sheet.write(WEIGHTS, 0, book.wording("column.weight"), book.weight)
    last = place.last_row
    sheet.worksheet.ignore_errors({"number_stored_as_text": f"A{place.first_row + 1}:D{last + 1}"})
    _set_pages(sheet, place, layout)
    sheet.mark_grades(place.columns["grade"], (place.first_row, last), book.grades(results.ruleset))
    return place


@dataclass(frozen=True)
class _DetailPages:
    """The columns with their widths, and the pages on which they are printed."""

    columns: Sequence[TableColumn]

    @property
    def widths(self) -> list[float]:
        """How wide each column is."""
        return [column.wide for column in self.columns]

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
        together = [printed_together(column) for column in self.columns]
        for (own_page, _), members in groupby(range(len(together)), together.__getitem__):
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

    def runs(self, level: int) -> Iterator[tuple[int, int, str]]:
        """Neighbours of one title on one page: the first, the last, their title."""
        for left, right in self.pages:
            for title, members in groupby(
                range(left, right), lambda index: self.columns[index].titles[level]
            ):
                indexes = list(members)
                yield indexes[0], indexes[-1], title


def _write_titles(sheet: SheetWriter, layout: _DetailPages) -> None:
    """Writes blocks and dimensions; cells over many columns end where a page does."""
    for level, row in enumerate((_BLOCKS, _DIMENSIONS)):
        for first, last, title in layout.runs(level):
            sheet.write_across(row, (first, last), title, sheet.book.group)
    titles = [(title, sum(layout.widths[first : last + 1])) for first, last, title in layout.runs(1)]
    sheet.worksheet.set_row(_DIMENSIONS, styles.wrapped_height(titles))


def _set_pages(sheet: SheetWriter, place: TablePlace, layout: _DetailPages) -> None:
    """Prints page after page of columns, all on one scale.

    The title stays off the pages, as the repeated columns would cut it short; the page's header has it.
    """
    worksheet = sheet.worksheet
    worksheet.repeat_rows(_BLOCKS, WEIGHTS)
    widest = max(
        sum(map(styles.pixels, layout.widths[left:right])) + (layout.repeated if left else 0)
        for left, right in layout.pages
    )
    worksheet.set_print_scale(min(max(int(100 * styles.A4_LANDSCAPE / widest), _LEAST_SCALE), 100))
    worksheet.set_v_pagebreaks(layout.cuts)
    worksheet.print_area(_BLOCKS, 0, place.last_row, len(layout.columns) - 1)
    worksheet.repeat_columns(0, _REPEATED - 1)
