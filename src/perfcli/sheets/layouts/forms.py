"""The form layout: a sheet per employee, a row per indicator, label cells that say whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid, Row
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.rules.roles import RATERS, Role
from perfcli.sheets.labels import IGNORED, WEIGHT, form_labels
from perfcli.sheets.layouts.captions import Caption, captions, texts
from perfcli.sheets.layouts.header import SEARCHED_CELLS, Captioned, Header
from perfcli.sheets.layouts.spans import find_spans
from perfcli.sheets.vocabulary import Column, Vocabulary
from perfcli.text import Term

SEARCHED_ROWS = 200
_SEARCHED_COLUMNS = 40
_HIGHEST_HEADER = 5  # rows between the header and the first indicator
CAN_SCORE = {Role.TARGET, Role.ACTUAL, Role.SCORE, *RATERS}


@dataclass(frozen=True)
class Form:
    """One sheet in form layout.

    ``header`` is its header, with a column for each indicator's row; ``roles`` the column of each role and,
    of several raters of a kind, of each counted from 1 (else 0); ``rows`` the row of each indicator, whose
    name stands in the column ``names``, or in another one that ``elsewhere`` has for the row; ``captions``
    what its label cells say.
    """

    grid: Grid
    header: Header
    names: int
    elsewhere: Mapping[int, int]
    roles: Mapping[tuple[Role, int], int]
    weights: int | None
    rows: Mapping[int, Column]
    captions: Mapping[str, Caption]
    findings: Sequence[Finding]

    @property
    def is_somebodys(self) -> bool:
        """Whether a label cell asks for a name or an id."""
        return NAME in self.captions or EMPLOYEE_ID in self.captions

    @property
    def columns(self) -> list[int]:
        """The columns that count."""
        return [column for (role, _), column in self.roles.items() if role in CAN_SCORE]

    def column(self, role: Role) -> int | None:
        """The column of a role, or of the first of several raters."""
        return next((column for (one, _), column in self.roles.items() if one is role), None)

    @property
    def texts(self) -> dict[str, str]:
        """What the label cells say, as texts."""
        return texts(self.captions)

    def name_column(self, row: int) -> int:
        """The column in which a row is named."""
        return self.elsewhere.get(row, self.names)

    def cell(self, row: int, column: int) -> Cell:
        """One cell of the sheet."""
        return self.grid.rows[row][column]


@dataclass(frozen=True)
class Names:
    """The column in which the most indicators are named, one below the other, and the row of each.

    ``elsewhere`` has the column of each row whose indicator is named in another column, as in that of its
    category.
    """

    column: int
    rows: Mapping[int, Column]
    elsewhere: Mapping[int, int] = field(default_factory=dict)

    @property
    def different(self) -> int:
        """How many different indicators are named."""
        return _different(self.rows)


def _different(rows: Mapping[int, Column]) -> int:
    return len({column.meaning for column in rows.values()})


def find_names(grid: Grid, vocabulary: Vocabulary, room: int = SEARCHED_CELLS) -> Names:
    """The names of indicators that stand below each other; none where less than two are named.

    A row that has another text in the column of names is not named by what stands right of it.
    ``room`` is how many cells may be looked at.
    """
    width = min(len(grid.rows[0]), _SEARCHED_COLUMNS) if grid.rows else 0
    height = min(SEARCHED_ROWS, room // max(width, 1))
    named = [_names_in(grid.rows[:height], index, vocabulary) for index in range(width)]
    most = max(range(width), key=lambda index: _different(named[index]), default=0)
    rows = dict(named[most]) if named else {}
    meanings = {column.meaning for column in rows.values()}
    elsewhere: dict[int, int] = {}
    for index in sorted(range(width), key=lambda index: abs(index - most)):
        for row, column in named[index].items():
            is_beside = index < most or cells.is_blank(grid.rows[row][most])
            if row not in rows and is_beside and column.meaning not in meanings:
                rows[row], elsewhere[row] = column, index
                meanings.add(column.meaning)
    return Names(most, dict(sorted(rows.items())), elsewhere) if len(meanings) > 1 else Names(0, {})


def _names_in(rows: Sequence[Row], index: int, vocabulary: Vocabulary) -> dict[int, Column]:
    """The rows in which a column names an indicator."""
    return {
        row: column
        for row, cells_of_row in enumerate(rows)
        if isinstance(cell := cells_of_row[index], str)
        and vocabulary.may_name(cell)
        and (column := vocabulary.column(row, cells.as_text(cell))).indicators
        and column.is_bare
    }


def find_form(
    file: str, grid: Grid, named: Names, vocabulary: Vocabulary, bound: Mapping[str, tuple[int, int]]
) -> Form | None:
    """The form on a sheet; None where no header above the indicators says what their rows hold.

    ``bound`` are the cells of values that have no label.
    """
    found = _with_header(grid, named, vocabulary)
    if found is None:
        return None
    named, top, header_row, stacks = found
    names, rows = named.column, named.rows
    columns = {index: _meaning(stack, vocabulary) for index, stack in stacks.items() if index != names}
    alike = {index: meaning or tuple(stacks[index]) for index, meaning in columns.items()}
    spans = find_spans(grid, range(top, header_row + 1), alike, rows)
    columns = {index: meaning for index, meaning in columns.items() if index not in spans.empty}
    if _names_people(grid, columns, min(rows), vocabulary):
        return None
    roles: dict[tuple[Role, int], int] = {}
    raters: Counter[Role] = Counter()
    findings: list[Finding] = []
    weights: int | None = None
    for index, meaning in columns.items():
        place = Place(file, grid.name, cells.address(header_row, index))
        if isinstance(meaning, Role):
            raters[meaning] += meaning in vocabulary.several
            first = roles.get((meaning, raters[meaning]))
            if first is not None and meaning in CAN_SCORE:
                split = spans.rows((first, index))
                several = [cells.address(split.get(one, header_row), one) for one in (first, index)]
                place = Place(file, grid.name, several[1])
                findings.append(_ambiguous(place, meaning, several, stacks[index][0] if split else ""))
            roles.setdefault((meaning, raters[meaning]), index)
        elif meaning == WEIGHT:
            weights = index if weights is None else weights
        elif meaning is None and _has_numbers(grid, index, rows):
            findings.append(warning("unknown-column", place, column=stacks[index][0], near=""))
    if not {role for role, _ in roles} & CAN_SCORE:
        return None
    found_captions = captions(grid, header_row, vocabulary, bound)
    below = {
        row: column
        for row, column in rows.items()
        if row > header_row and named.elsewhere.get(row, names) not in {weights, *roles.values()}
    }
    header = Header(header_row, tuple(below.values()))
    return Form(grid, header, names, named.elsewhere, roles, weights, below, found_captions, findings)


def _ambiguous(place: Place, role: Role, several: Sequence[str], header: str) -> Finding:
    """That two columns have one role, be it by the one merged ``header`` above their values."""
    if header:
        return error("values-under-one-header", place, column=header, cells=several)
    return error("ambiguous-column", place, meaning=Term(f"role.{role.value}"), cells=several)


def _with_header(
    grid: Grid, named: Names, vocabulary: Vocabulary
) -> tuple[Names, int, int, dict[int, list[str]]] | None:
    """The names of a form and what ``_header_above`` gives; a caption above it may name an indicator too."""
    own = {row: column for row, column in named.rows.items() if row not in named.elsewhere}
    for one in (named, Names(named.column, own)):
        if one.rows and (found := _header_above(grid, one.column, min(one.rows), vocabulary)) is not None:
            return one, *found
    return None


def is_list_of_scores(grid: Grid, named: Names, vocabulary: Vocabulary) -> bool:
    """Whether a row stands for one score: it names an indicator and the employee."""
    names, rows = named.column, named.rows
    found = _header_above(grid, names, min(rows), vocabulary) if rows else None
    if found is None:
        return False
    columns = {index: _meaning(stack, vocabulary) for index, stack in found[2].items()}
    return _names_people(grid, columns, min(rows), vocabulary)


def _names_people(
    grid: Grid, columns: Mapping[int, Role | str | None], row: int, vocabulary: Vocabulary
) -> bool:
    """Whether the row of an indicator says whose it is; 員工 above numbers is a rater."""
    people = [grid.rows[row][index] for index, meaning in columns.items() if meaning in {EMPLOYEE_ID, NAME}]
    return any(isinstance(cell, str) and not vocabulary.is_a_name(cell) for cell in people if cell)


def _header_above(
    grid: Grid, names: int, first: int, vocabulary: Vocabulary
) -> tuple[int, int, dict[int, list[str]]] | None:
    """The nearest row above the indicators that names a role, and the texts of each of its columns.

    The first number is the row where what is merged down into it begins.
    """
    above = Captioned(grid)
    for row in range(min(first, len(above.rows)) - 1, max(first - _HIGHEST_HEADER, 0) - 1, -1):
        top = max(0, above.top(row))
        stacks = {index: above.headings(top, row, index) for index in above.rows[row] if index != names}
        stacks = {index: stack for index, stack in stacks.items() if stack}
        if any(isinstance(_meaning(stack, vocabulary), Role) for stack in stacks.values()):
            return top, row, stacks
    return None


def _meaning(stack: Sequence[str], vocabulary: Vocabulary) -> Role | str | None:
    """What a column of a form holds: a role, the weights, something known that is not used; else None."""
    if vocabulary.column(0, stack[0]).label == IGNORED:
        return IGNORED
    roles = [role for text in stack if (role := vocabulary.role(text)) is not None]
    special = [role for role in roles if role is not Role.SCORE]
    if roles and vocabulary.role(stack[0]) is not None:
        return special[0] if special else roles[0]
    for text in stack:
        label = form_labels().get(fold(text)) or vocabulary.column(0, text).label
        if label is not None:
            return label
    return roles[0] if roles else None


def _has_numbers(grid: Grid, column: int, rows: Iterable[int]) -> bool:
    return any(isinstance(grid.rows[row][column], int | float) for row in rows)
