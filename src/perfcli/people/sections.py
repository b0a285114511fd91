"""Every list of a workbook: each header with the rows below it, and what is not read of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from perfcli.files import cells
from perfcli.files.reader import Book, Grid
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.lists import ListHeader, find_header, header_in, hidden_cells
from perfcli.rules.pay import FACTOR
from perfcli.text import Term

_NEAR_ENOUGH = 0.6
_NEAR_ENOUGH_IN_LETTERS = 0.75  # more letters than signs make a word
_LONGEST_NAME = 60
_MOST_PROPOSALS = 50  # looking for near names takes long
_A_DIGIT = re.compile("[0-9]")  # no name of an id has one
_OF_LEAVE = tuple(map(fold, ("假", "leave", "缺勤", "曠工", "absence", "absent")))


@dataclass(frozen=True)
class Wanted:
    """What a list has: words (folded) → key, which keys make a header (an id first), which of them are read.

    ``ignored`` are folded headers that the user leaves alone; ``skipped`` are folded names of sheets.
    """

    words: Mapping[str, str]
    required: Sequence[str]
    read: Collection[str]
    ignored: Collection[str] = ()
    skipped: Collection[str] = ()


@dataclass(frozen=True, eq=False)
class Section:
    """One header and the rows below it, down to the next header or the end of the sheet."""

    file: str
    grid: Grid
    header: ListHeader
    last_row: int

    @property
    def columns(self) -> Mapping[str, int]:
        """The column of each key."""
        return self.header.columns

    @property
    def rows(self) -> range:
        """The rows below the header."""
        return range(self.header.last_row + 1, self.last_row + 1)

    def place(self, row: int, column: int) -> Place:
        """A cell."""
        return Place(self.file, self.grid.name, cells.address(row, column))


@dataclass
class Sections:
    """The lists of a workbook, and what is remarkable about them."""

    found: list[Section] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def find_sections(book: Book, wanted: Wanted) -> Sections:
    """Every list on the sheets that are seen.

    Findings: the warnings ``list-not-read`` (a sheet without a list, or hidden), ``columns-not-read``,
    ``leave-not-counted``, ``unnamed-column``, ``hidden-cells``; the errors ``columns-differ`` where two
    columns mean the same and do not say the same, and ``line-too-long``.
    """
    sections = Sections()
    passed_over: list[Finding] = []
    for grid in book.grids:
        if grid.is_empty or fold(grid.name) in wanted.skipped:
            continue
        header = None if grid.hidden else find_header(grid, wanted.words, wanted.required)
        if header is None:
            passed_over.append(warning("list-not-read", Place(book.name, grid.name)))
            continue
        sections.findings += hidden_cells(book.name, grid)
        for section in _of_sheet(book.name, grid, header, wanted):
            sections.found.append(section)
            sections.findings += _unread(section, wanted)
    if sections.found and not book.mark:  # the other sheets of a workbook of perf's own say nothing new
        sections.findings += passed_over
    return sections


def _of_sheet(file: str, grid: Grid, header: ListHeader, wanted: Wanted) -> Iterator[Section]:
    """The sections of a sheet: a header that is said again begins another one, perhaps with other columns."""
    for row in range(header.last_row + 1, len(grid.rows)):
        if _may_be_a_header(grid, row, header, wanted):
            following = header_in(grid, row, wanted.words, wanted.required)
            if following is not None:
                yield Section(file, grid, header, row - 1)
                header = following
    yield Section(file, grid, header, len(grid.rows) - 1)


def _may_be_a_header(grid: Grid, row: int, header: ListHeader, wanted: Wanted) -> bool:
    """Whether one of a row's first cells, or the one below a required header, is such a header."""
    cells_of_row = grid.rows[row]
    below = cells_of_row[header.columns[next(iter(wanted.required))]]
    if not cells.is_blank(below) and (not isinstance(below, str) or _A_DIGIT.search(below)):
        return False
    looked_at = {0, 1, *(header.columns[key] for key in wanted.required)}
    texts = [cells_of_row[column] for column in looked_at if column < len(cells_of_row)]
    return any(isinstance(cell, str) and fold(cells.as_text(cell)) in wanted.words for cell in texts)


def _unread(section: Section, wanted: Wanted) -> Iterator[Finding]:
    """The columns that are not read, with the nearest name of one that is."""
    names = [word for word, key in wanted.words.items() if key in wanted.read and not key.startswith(FACTOR)]
    leave: list[Term] = []
    others: list[Term] = []
    first: dict[bool, int] = {}
    for column, text in section.header.texts.items():
        key = section.header.key(column)
        if fold(text) in wanted.ignored or not _is_filled_below(section, column):
            continue
        if key is not None and key in wanted.read:
            yield from _differing(section, key, column)
            continue
        of_leave = any(word in fold(text) for word in _OF_LEAVE)
        first.setdefault(of_leave, column)
        near = _nearest(text, names) if len(others) < _MOST_PROPOSALS and not of_leave else ""
        values: dict[str, object] = {
            "text": cells.quoted(text),
            "cell": cells.address(section.header.last_row, column),
        }
        if near:
            key = wanted.words[near]
            values |= {"near": Term(f"column.{key}"), "key": key}
        (leave if of_leave else others).append(Term("list.column-near" if near else "list.column", values))
    for of_leave, code, columns in ((True, "leave-not-counted", leave), (False, "columns-not-read", others)):
        if columns:
            place = section.place(section.header.last_row, first[of_leave])
            yield warning(code, place, columns=columns, count=len(columns))
    yield from _unnamed(section)
    yield from _too_long(section)


def _too_long(section: Section) -> Iterator[Finding]:
    """Lines of a text with more fields than the header: a value is two then, and the rest moved right."""
    header = range(section.header.row, section.header.last_row + 1)
    for row in section.rows if section.grid.lengths else ():
        column = section.grid.beyond(header, row)
        if column is not None:
            who = cells.quoted(section.grid.rows[row][0])
            found = cells.quoted(section.grid.rows[row][column])
            yield error("line-too-long", section.place(row, column), employee=who, found=found)


def _nearest(text: str, names: Sequence[str]) -> str:
    if len(text) > _LONGEST_NAME:
        return ""
    folded = fold(text)
    cutoff = _NEAR_ENOUGH_IN_LETTERS if folded.isascii() else _NEAR_ENOUGH
    near = difflib.get_close_matches(folded, names, n=1, cutoff=cutoff)
    return near[0] if near else ""


def _unnamed(section: Section) -> Iterator[Finding]:
    """A column with something below a blank header."""
    for column in range(len(section.grid.rows[0])):
        if column not in section.header.texts:
            row = next(
                (row for row in section.rows if not cells.is_blank(section.grid.rows[row][column])), None
            )
            if row is not None:
                found = cells.quoted(section.grid.rows[row][column])
                yield warning("unnamed-column", section.place(row, column), found=found)


def _is_filled_below(section: Section, column: int) -> bool:
    return any(not cells.is_blank(section.grid.rows[row][column]) for row in section.rows)


def _differing(section: Section, key: str, column: int) -> Iterator[Finding]:
    """Two columns of one meaning: they may say the same, and nothing else."""
    other = section.columns[key]
    for row in section.rows if other != column else ():
        here, there = section.grid.rows[row][column], section.grid.rows[row][other]
        if fold(cells.as_text(here)) != fold(cells.as_text(there)):
            headers = [
                section.header.texts[one] + f" ({cells.address(section.header.last_row, one)})"
                for one in (other, column)
            ]
            yield error(
                *("columns-differ", section.place(row, column)),
                columns=headers,
                found=cells.quoted(here),
                other=cells.quoted(there),
            )
            return
