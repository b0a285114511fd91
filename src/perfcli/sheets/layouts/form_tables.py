"""Forms of one team as one table: where each of its cells really stands, and rows that are odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid, merged_down
from perfcli.findings import Finding, Place, error, warning
from perfcli.people.columns import PERIOD, TEAM, WITH_RESULTS, Kept, keys
from perfcli.people.nobody import is_nobody
from perfcli.people.unseen import unseen_values
from perfcli.rules.periods import find_period, parse_period
from perfcli.rules.roles import Role
from perfcli.scoring.results import REASON
from perfcli.sheets.labels import ADJUSTMENTS, GRADE, RANK, TOTAL
from perfcli.sheets.layouts.captions import Caption
from perfcli.sheets.layouts.form_categories import categories_of
from perfcli.sheets.layouts.form_marks import marks_rows, stated_marks
from perfcli.sheets.layouts.forms import SEARCHED_ROWS, Form, row_label
from perfcli.sheets.layouts.header import Header
from perfcli.sheets.layouts.stated_sums import stated_sums
from perfcli.sheets.layouts.tables import Category, Origin, StatedWeight, Table, identities
from perfcli.sheets.layouts.wide import weights_of
from perfcli.sheets.unread import Doubt, could_count, number_in
from perfcli.sheets.vocabulary import Column, Vocabulary

_TYPED = (Role.SCORE, Role.SUPERIOR, Role.PEER, Role.SELF, Role.ACTUAL)


def read_forms(file: str, forms: Sequence[Form], vocabulary: Vocabulary, team: str | None) -> Table:
    """Forms of one team as one table, a row for each; their scores are read by ``scores``.

    Findings: ``duplicate-row``, ``unknown-row``, ``unknown-column``, ``ambiguous-column``,
    ``period-from-title``, ``line-too-long``, ``struck-through`` of an indicator's name; rows and columns of
    numbers that are not known are ``doubts``.
    """
    sheet = _VirtualSheet(forms, vocabulary)
    categories = [categories_of(file, form, vocabulary) for form in forms]
    header = Header(0, tuple(sheet.columns))
    rows: list[list[Cell]] = [[column.text for column in sheet.columns], *sheet.rows]
    grid = Grid(forms[0].grid.name, rows, struck=sheet.struck, covered=sheet.covered)
    frame = identities(file, grid, header, range(1, len(rows)))
    frame["sheet"] = [form.grid.name for form in forms]
    table = Table(file, grid, header, frame, {}, origins=sheet.origins)
    table.weights = tuple(_stated_weights(sheet, categories))
    table.marks = tuple(
        one
        for position, form in enumerate(forms)
        for one in (
            *stated_marks(file, form, position),
            *marks_rows(file, form, position, sheet.index, vocabulary),
        )
    )
    table.sums = tuple(
        one
        for position, form in enumerate(forms)
        for one in stated_sums(file, form, position, vocabulary, _rows_below(form))
    )
    if sheet.titled is not None:
        form, caption = sheet.titled
        place = Place(file, form.grid.name, cells.address(caption.row, caption.column))
        table.findings.append(warning("period-from-title", place, period=caption.text))
    told: set[object] = set()
    doubts: dict[object, Doubt] = {}
    for position, form in enumerate(forms):
        for found in form.findings:
            if found.severity == "error":
                table.reject(position, found)
            elif (key := (found.code, str(found.values))) not in told:
                told.add(key)
                table.findings.append(found)
        for found in (
            *_repeated_rows(file, form, vocabulary),
            *_long_lines(file, form),
            *_struck_names(file, form),
        ):
            table.reject(position, found)
        unknown = _unknown_rows(file, form, vocabulary, team)
        for doubt in (*form.doubts, *unknown, *_other_points(file, form, vocabulary)):
            if not could_count(doubt.name, [*doubt.numbers.values()]):
                table.findings.append(doubt.remark)
                continue
            known = doubts.setdefault((doubt.part, doubt.name), replace(doubt, numbers={}))
            known.numbers[position] = doubt.numbers[0]
    table.doubts += doubts.values()
    return table


class _VirtualSheet:
    """The virtual sheet that forms are put together to, and where each of its cells really stands."""

    def __init__(self, forms: Sequence[Form], vocabulary: Vocabulary) -> None:
        self.forms = forms
        self.columns: list[Column] = []
        self.origins: dict[tuple[int, int], Origin] = {}
        self._index: dict[object, int] = {}
        self._cells: list[dict[int, Cell]] = []
        self.other_weights: list[dict[int, Cell]] = []
        self.titled: tuple[Form, Caption] | None = None
        for form in forms:
            self._cells.append({})
            self.other_weights.append({})
            for label in keys(Kept.IDENTITY | WITH_RESULTS):
                if label != TEAM:
                    self._add_caption(form, label)
            for row, column in form.rows.items():
                self._add_indicator(form, row, column)
            labels = form.labels(vocabulary)
            self._add_adjustments(form, labels)
            self._add_total(form, labels)
            for label in (TOTAL, GRADE, RANK):
                self._add_caption(form, label)
        self.rows = [[own.get(index) for index in range(len(self.columns))] for own in self._cells]
        self.struck: list[tuple[int, int]] = []
        self.covered: dict[tuple[int, int], tuple[int, int]] = {}
        for number, form in enumerate(forms, start=1):
            self._note_unseen(number, form)
            self._place_missing_roles(number, form)

    def _note_unseen(self, number: int, form: Form) -> None:
        """What is struck through or under a merged cell; what is seen there instead is not in the table."""
        struck, covered = set(form.grid.struck), form.grid.covered
        for column in self._cells[number - 1] if struck or covered else ():
            _, *cell = self.origins[number, column]
            if tuple(cell) in struck:
                self.struck.append((number, column))
            if tuple(cell) in covered:
                self.covered[number, column] = (0, column)

    def _place_missing_roles(self, number: int, form: Form) -> None:
        """What other forms have a column for would stand in the row of the indicator, which this one has."""
        rows = {tuple(sorted(column.indicators.items())): row for row, column in form.rows.items()}
        typed = next((one for role in _TYPED if (one := form.column(role)) is not None), form.columns[0])
        for column in self.columns:
            row = rows.get(tuple(sorted(column.indicators.items())))
            if row is not None and column.indicators:
                self.origins.setdefault((number, column.index), (form.grid.name, row, typed))

    def _add(self, column: Column, cell: Cell, origin: Origin) -> None:
        index = self._index.setdefault(column.meaning, len(self.columns))
        if index == len(self.columns):
            self.columns.append(
                Column(
                    index,
                    column.text,
                    label=column.label,
                    indicators=column.indicators,
                    role=column.role,
                    states_weight=column.states_weight,
                    number=column.number,
                )
            )
            self.origins[0, index] = origin
        if index not in self._cells[-1]:  # a second row of the indicator has a finding of its own
            self._cells[-1][index] = cell
            self.origins[len(self._cells), index] = origin

    def index(self, column: Column) -> int | None:
        """Where a column stands that means the same."""
        return self._index.get(column.meaning)

    def _add_caption(self, form: Form, label: str) -> None:
        caption = form.captions.get(label)
        if label == PERIOD and not (caption and parse_period(caption.text)):
            caption = _title_period(form)
            self.titled = self.titled or ((form, caption) if caption else None)
        elif label == PERIOD and caption:
            caption = Caption(parse_period(caption.text), caption.row, caption.column)
        if caption is not None:
            origin = (form.grid.name, caption.row, caption.column)
            self._add(Column(0, label, label=label), caption.value, origin)

    def _add_indicator(self, form: Form, row: int, column: Column) -> None:
        for (role, rater), index in form.roles.items():
            own = Column(0, column.text, indicators=column.indicators, role=role, number=rater)
            self._add(own, form.cell(row, index), (form.grid.name, row, index))
        weight = Column(0, column.text, indicators=column.indicators, states_weight=True)
        if column.weight is not None:
            self._add(weight, float(column.weight), (form.grid.name, row, form.name_column(row)))
            if form.weights is not None:
                self.other_weights[-1][self._index[weight.meaning]] = form.cell(row, form.weights)
        elif form.weights is not None:
            self._add(weight, form.cell(row, form.weights), (form.grid.name, row, form.weights))

    def _add_adjustments(self, form: Form, labels: Mapping[int, str]) -> None:
        """加減分 is a row of its own, with its reason beside it or in a row below; there may be several."""
        scores = _columns_of_points(form)
        rows = [row for row, label in labels.items() if label in ADJUSTMENTS]
        for number, row in enumerate(rows, start=1):
            following = next((one for one in rows if one > row), len(form.grid.rows))
            below = [one for one, label in labels.items() if label == REASON and row < one < following]
            note = form.column(Role.NOTE)
            self._add_filled(form, labels[row], row, scores, number)
            if below:
                self._add_filled(
                    form, REASON, below[0], range(form.names + 1, len(form.grid.rows[0])), number
                )
            elif note is not None:
                self._add_filled(form, REASON, row, [note], number)

    def _add_total(self, form: Form, labels: Mapping[int, str]) -> None:
        """What the form itself says that came out, in the last of its rows of sums or above the table."""
        own = (role for role, _ in form.roles if role.own)
        columns = [form.weighted, *(form.column(role) for role in (Role.SCORE, Role.SUPERIOR, *own))]
        rows = [row for row, label in labels.items() if label == TOTAL and form.is_beyond(row)]
        for row in sorted(rows, reverse=True):
            for column in (one for one in columns if one is not None):
                if number_in(form.cell(row, column)) is not None:
                    origin = (form.grid.name, row, column)
                    self._add(Column(0, TOTAL, label=TOTAL), form.cell(row, column), origin)
                    return

    def _add_filled(self, form: Form, label: str, row: int, columns: Sequence[int], number: int) -> None:
        """Adds the first of some cells that is filled in, or else the first."""
        filled = (column for column in columns if not cells.is_blank(form.cell(row, column)))
        if columns:
            column = next(filled, columns[0])
            own = Column(0, label, label=label, number=number)
            self._add(own, form.cell(row, column), (form.grid.name, row, column))


def _title_period(form: Form) -> Caption | None:
    """The period that only a title names."""
    for row, cells_of_row in enumerate(form.grid.rows[: form.header.row]):
        for column, cell in enumerate(cells_of_row):
            if isinstance(cell, str) and (period := find_period(cell)):
                return Caption(period, row, column)
    return None


def _stated_weights(
    sheet: _VirtualSheet, categories: Sequence[Mapping[object, Category]]
) -> Iterator[StatedWeight]:
    columns = [column for column in sheet.columns if column.states_weight]
    for position, row in enumerate(sheet.rows):
        points = sheet.forms[position].points
        stated = weights_of([row[column.index] for column in columns])
        beside = sheet.other_weights[position]
        others = dict(zip(beside, weights_of([*beside.values()]), strict=True))
        for column, weight in zip(columns, stated, strict=True):
            if weight is not None:
                category = categories[position].get(tuple(sorted(column.indicators.items())))
                who = (position + 1, column.index, column.indicators)
                other = others.get(column.index)
                yield StatedWeight(*who, weight, position, category, other, is_points=points)


def _repeated_rows(file: str, form: Form, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Rows that name an indicator again."""
    seen: dict[object, int] = {}
    labels = form.labels(vocabulary)
    for row, anchor in _rows_below(form):
        if row in form.rows or (anchor in form.rows and row not in labels and _numbers(form, row)):
            first = seen.setdefault(form.rows[anchor].meaning, row)
            if first != row:
                names = form.name_column(anchor)
                place = Place(file, form.grid.name, cells.address(row, names))
                text = cells.as_text(form.cell(anchor, names))
                other = cells.address(first, form.name_column(first))
                yield error("duplicate-row", place, indicator=text, other=other)


def _unknown_rows(file: str, form: Form, vocabulary: Vocabulary, team: str | None) -> Iterator[Doubt]:
    """Rows with numbers for something that perf does not know."""
    labels = form.labels(vocabulary)
    for row, anchor in _rows_below(form):
        names = form.name_column(anchor)
        text = cells.as_text(form.cell(anchor, names)) or form.text(row)
        numbers = _numbers(form, row)
        if anchor in form.rows or row in labels or not numbers or _is_known(text, vocabulary):
            continue
        place = Place(file, form.grid.name, cells.address(row, names))
        near = vocabulary.nearest(text, team) or ""
        name = cells.quoted(text)
        remark = warning("unknown-row", place, found=name, near=near)
        yield Doubt(name, "row", place, remark, near=near, numbers={0: numbers[0]})


def _columns_of_points(form: Form) -> list[int]:
    """The columns in which points of a row may stand; those of the first one that is filled in count."""
    own = (role for role, _ in form.roles if role.own)
    given = (form.column(role) for role in (Role.SCORE, Role.SUPERIOR, Role.ACTUAL, *own))
    return [column for column in given if column is not None]


def _other_points(file: str, form: Form, vocabulary: Vocabulary) -> Iterator[Doubt]:
    """Points in a row of which another column has other ones, which count."""
    for row, label in form.labels(vocabulary).items():
        found = {column: number_in(form.cell(row, column)) for column in _columns_of_points(form)}
        numbers = {column: number for column, number in found.items() if number}
        if label not in ADJUSTMENTS or not len(set(numbers.values())) > 1:
            continue
        first, *_ = numbers.values()
        column, number = next((column, number) for column, number in numbers.items() if number != first)
        name = cells.quoted(cells.as_text(form.cell(row, form.name_column(row))))
        place = _place(file, form, row, column)
        remark = warning("unknown-row", place, found=name, near="")
        yield Doubt(name, "row", place, remark, numbers={0: number})


def _rows_below(form: Form) -> Iterator[tuple[int, int]]:
    """The rows below the header, each with the one in which its name stands."""
    merged = _named_above(form)
    for row in range(form.header.row + 1, min(len(form.grid.rows), SEARCHED_ROWS)):
        yield row, row if row in form.rows else merged.get(row, row)


def _named_above(form: Form) -> dict[int, int]:
    """The row that names each of the rows into which its name is merged down."""
    anchors: dict[int, int] = {}
    for column in {*form.elsewhere.values(), form.names}:
        anchors |= {
            row: anchor
            for row, anchor in merged_down(form.grid, column).items()
            if form.name_column(anchor) == column
        }
    return anchors


def _long_lines(file: str, form: Form) -> Iterator[Finding]:
    """Lines of a text about an indicator that have more fields than the header."""
    for row, column in form.rows.items():
        beyond = form.grid.beyond(range(form.header.row, form.header.row + 1), row)
        if beyond is not None:
            place = Place(file, form.grid.name, cells.address(row, beyond))
            found = cells.quoted(form.cell(row, beyond))
            yield error("line-too-long", place, employee=column.text, found=found)


def _struck_names(file: str, form: Form) -> Iterator[Finding]:
    """Indicators whose name is struck through."""
    grid = replace(form.grid, struck=[cell for cell in form.grid.struck if cell[0] in form.rows], covered={})
    for _, found in unseen_values(grid, {form.names: True}, partial(_place, file, form)):
        yield found


def _place(file: str, form: Form, row: int, column: int) -> Place:
    return Place(file, form.grid.name, cells.address(row, column))


def _numbers(form: Form, row: int) -> list[float]:
    """The numbers of a row in columns that count."""
    found = (number_in(form.cell(row, column)) for column in form.columns)
    return [number for number in found if number is not None]


def _is_known(text: str, vocabulary: Vocabulary) -> bool:
    return is_nobody(text) or row_label(text, vocabulary) is not None
