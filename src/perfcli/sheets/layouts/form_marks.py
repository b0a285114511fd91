"""Full marks that a form states: in a column, behind the names of indicators, in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from perfcli.files import cells
from perfcli.findings import Place
from perfcli.sheets.labels import is_marks_label
from perfcli.sheets.layouts.forms import SEARCHED_ROWS, Form
from perfcli.sheets.layouts.stated_marks import StatedMarks, is_judged, marks_of
from perfcli.sheets.vocabulary import Column, Vocabulary


def stated_marks(file: str, form: Form, position: int) -> Iterator[StatedMarks]:
    """The full marks in a column of a form, and those behind the names of indicators."""
    for row, column in form.rows.items():
        own = [(form.name_column(row), column.full_marks, False)]
        own += [] if form.marks is None else [(form.marks, marks_of(form.cell(row, form.marks)), True)]
        for index, marks, of_all in own:
            if marks is not None:
                place = Place(file, form.grid.name, cells.address(row, index))
                yield StatedMarks(place, marks, column.indicators, position=position, of_all=of_all)


def marks_rows(
    file: str, form: Form, position: int, index: Callable[[Column], int | None], vocabulary: Vocabulary
) -> Iterator[StatedMarks]:
    """The full marks in rows: above the indicators those of all, below one its own, at the end the total's.

    ``index`` gives the column of the table that means the same as another one.
    """
    every = range(form.header.row + 1, min(len(form.grid.rows), SEARCHED_ROWS))
    rows = [row for row in every if _says_marks(form, row, vocabulary)]
    for row in rows:
        if row < min(form.rows):
            about = [*form.rows.values()]
        else:
            is_last = row > max(form.rows) and len(rows) == 1 < len(form.rows)
            about = [] if is_last or row - 1 not in form.rows else [form.rows[row - 1]]
        for (role, rater), column in form.roles.items():
            marks = marks_of(form.cell(row, column)) if is_judged(role) else None
            if marks is None:
                continue
            place = Place(file, form.grid.name, cells.address(row, column))
            if not about:
                yield StatedMarks(place, marks, {}, position=position, of_total=True)
            for one in about:
                own = index(Column(0, "", indicators=one.indicators, role=role, number=rater))
                yield StatedMarks(place, marks, one.indicators, own, position, of_all=True)


def _says_marks(form: Form, row: int, vocabulary: Vocabulary) -> bool:
    """Whether a row of a form has full marks, as it says itself."""
    if row in form.rows:
        return False
    text = form.text(row)
    return is_marks_label(text) and vocabulary.bound_label(text) is None
