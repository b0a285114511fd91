"""Rows of a table that stand for nobody: totals, standards, sections, repeated headers, notes, signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from perfcli.files import cells
from perfcli.files.cells import NOT_CALCULATED, Cell, Unread
from perfcli.files.reader import Grid, Row
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.people.nobody import is_nobody, is_nobodys_id
from perfcli.sheets.labels import STANDARD, WEIGHT, form_labels, labels
from perfcli.sheets.layouts.header import Header
from perfcli.sheets.vocabulary import Vocabulary

_COLONS = (":", "：")
_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {"max": max, "min": min}
"""Words of statistics that are given names too."""

_AN_ID = re.compile(r"[a-z一-鿿]{0,4}[-_./]?(?=[a-z-]*[0-9])[a-z0-9][-a-z0-9_./]{0,30}")


class Remarks:
    """Tells of each row below a header whether it is about an employee.

    ``scores`` are the columns that are filled in for an employee; ``people`` are the folded ids and names
    that the roster has, each of which is somebody's whatever else it may mean.
    """

    def __init__(
        self,
        grid: Grid,
        header: Header,
        vocabulary: Vocabulary,
        scores: Sequence[int],
        people: Collection[str] = (),
    ) -> None:
        self._labels = labels()
        self._people = people
        self._identity = [
            column.index for key in (EMPLOYEE_ID, NAME) if (column := header.labelled(key)) is not None
        ]
        name = header.labelled(NAME)
        self._name = name.index if name else None
        self._scores = scores
        self._vocabulary = vocabulary
        self._header = [
            {index: fold(cells.as_text(cell)) for index, cell in enumerate(row) if not cells.is_blank(cell)}
            for row in grid.rows[header.first_row : header.row + 1]
        ]
        self._across = {
            first_row
            for first_row, first_column, last_row, last_column in grid.merges
            if last_column > first_column and first_row == last_row > header.row
        }

    def is_started(self, row: Row) -> bool:
        """Whether a row has an identity or anything that counts; a waiting formula is neither."""
        return any(_is_filled(row[column]) for column in (*self._identity, *self._scores))

    def first(self, row: Row) -> int:
        """The first column of a row that is filled in."""
        return _filled(row)[0]

    def names_columns(self, row: Row) -> bool:
        """Whether a row is a header: it names two columns or more, at least one of them an indicator."""
        first = next((cell for cell in row if not cells.is_blank(cell)), None)
        if not isinstance(first, str) or not self._vocabulary.is_a_name(first):
            return False
        columns = [self._vocabulary.column(0, cells.as_text(cell)) for cell in row if isinstance(cell, str)]
        known = [column for column in columns if column.is_known]
        return len(known) > 1 and any(column.indicators for column in known)

    def repeats_the_header(self, row: Row) -> bool:
        """Whether a row says what a row of the header says, as on every page of a printed list."""
        first = next((index for index, cell in enumerate(row) if not cells.is_blank(cell)), 0)
        own = fold(cells.as_text(row[first]))
        for header in self._header:
            if own and header.get(first) == own:
                filled = _filled(row)
                same = [header.get(index) == fold(cells.as_text(row[index])) for index in filled]
                return len(same) > 1 and all(same)
        return False

    def remark(self, number: int, row: Row) -> int | None:
        """The column of the cell that makes a row no employee's; None where it is one's."""
        for column in self._headings(row):
            cell = row[column]
            if not isinstance(cell, str) or (column in self._identity and fold(cell) in self._people):
                continue
            if column in self._identity and self._vocabulary.is_a_name(cell):
                return column
            if self._is_remark(row, column) or self._is_section(number, row, column):
                return column
        return self._name if self._is_named_a_total(row) else None

    def _is_named_a_total(self, row: Row) -> bool:
        """Whether a row has a number as its id and 平均 as its name; people may be called Max, but not so."""
        name = row[self._name] if self._name is not None else None
        return isinstance(name, str) and not name.isascii() and is_nobody(name)

    def may_be_a_person(self, rows: Sequence[Row], row: Row, column: int) -> bool:
        """Whether a row that begins with Max or Min may be that of somebody who is called so.

        It is a row of statistics if it has the highest or lowest score of the other ``rows`` in each column.
        """
        best = _STATISTICS.get(fold(cells.as_text(row[column])))
        if best is None or column != self._name:
            return False
        for score in self._scores:
            others = [number for one in rows if (number := _number(one[score])) is not None]
            own = _number(row[score])
            if own is not None and (not others or own != best(others)):
                return True
        return False

    def _headings(self, row: Row) -> Sequence[int]:
        """The cells that can say that a row is about no employee: its id, else name and first cell; else any.

        The name of one who has an id is not looked at here: people are called Max and Min.
        """
        identity = [column for column in self._identity if not cells.is_blank(row[column])]
        if len(identity) > 1:
            return identity[:1]
        filled = _filled(row)
        return [*identity, *filled[:1]] if identity else filled

    def _is_remark(self, row: Row, column: int) -> bool:
        cell = cells.as_text(row[column])
        is_total = is_nobody if column == self._name else is_nobodys_id
        if is_total(cell) or self._labels.get(fold(cell)) == WEIGHT:
            return True
        if form_labels().get(fold(cell)) == STANDARD:
            return True
        return any(colon in cell for colon in _COLONS) and self._is_note(row, cell)

    def _is_note(self, row: Row, heading: str) -> bool:
        """Whether a row without scores is a remark (``備註：……``, alone) or a line to sign (``簽名：``)."""
        scores = [row[column] for column in self._scores if not cells.is_blank(row[column])]
        return len(_filled(row)) == 1 or all(map(_is_labelled, (heading, *scores)))

    def _is_section(self, number: int, row: Row, column: int) -> bool:
        """Whether nothing is scored beside a text that is merged across the row, or is no id and no name."""
        if column not in self._identity and any(not cells.is_blank(row[one]) for one in self._identity):
            return False
        if number in self._across and len(_filled(row)) == 1:
            return True
        if any(not cells.is_blank(row[score]) for score in self._scores):
            return False
        return column != self._name and not _AN_ID.fullmatch(fold(cells.as_text(row[column])))


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _is_filled(cell: Cell) -> bool:
    return not cells.is_blank(cell) and not (isinstance(cell, Unread) and cell.code == NOT_CALCULATED)


def _filled(row: Row) -> list[int]:
    return [column for column, cell in enumerate(row) if not cells.is_blank(cell)]


def _is_labelled(cell: Cell) -> bool:
    return isinstance(cell, str) and any(colon in cell for colon in _COLONS)
