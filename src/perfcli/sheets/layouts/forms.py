"""The form layout: a sheet per employee, a row per indicator, label cells that say whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.rules.roles import RATERS, Role
from perfcli.sheets.labels import WEIGHT, form_labels
from perfcli.sheets.layouts.captions import Caption, captions, texts
from perfcli.sheets.layouts.header import SEARCHED_CELLS, Captioned, Header
from perfcli.sheets.layouts.stated_marks import is_marks_label
from perfcli.sheets.vocabulary import Column, Vocabulary
from perfcli.text import Term

SEARCHED_ROWS = 200
_SEARCHED_COLUMNS = 40
_HIGHEST_HEADER = 5  # rows between the header and the first indicator
_CAN_SCORE = {Role.TARGET, Role.ACTUAL, Role.SCORE, *RATERS}


@dataclass(frozen=True)
class Form:
    """One sheet in form layout.

    ``header`` is its header, with a column for each indicator's row; ``roles`` the column of each role and,
    of several raters of a kind, of each counted from 1 (else 0); ``rows`` the row of each indicator, whose
    name stands in the column ``names``; ``weights`` and ``marks`` are the columns of these, if there are
    any; ``captions`` what its label cells say.
    """

    grid: Grid
    header: Header
    names: int
    roles: Mapping[tuple[Role, int], int]
    weights: int | None
    marks: int | None
    rows: Mapping[int, Column]
    captions: Mapping[str, Caption]
    findings: Sequence[Finding]

    @property
    def is_somebodys(self) -> bool:
        """Whether a label cell asks for a name or an id."""
        return NAME in self.captions or EMPLOYEE_ID in self.captions

    @property
    def is_filled_in(self) -> bool:
        """Whether anything stands in a column that counts."""
        return any(not cells.is_blank(self.cell(row, column)) for row in self.rows for column in self.columns)

    @property
    def columns(self) -> list[int]:
        """The columns that count."""
        return [column for (role, _), column in self.roles.items() if role in _CAN_SCORE]

    def column(self, role: Role) -> int | None:
        """The column of a role, or of the first of several raters."""
        return next((column for (one, _), column in self.roles.items() if one is role), None)

    @property
    def texts(self) -> dict[str, str]:
        """What the label cells say, as texts."""
        return texts(self.captions)

    def cell(self, row: int, column: int) -> Cell:
        """One cell of the sheet."""
        return self.grid.rows[row][column]


@dataclass(frozen=True)
class Names:
    """The column in which the most indicators are named, one below the other, and the row of each."""

    column: int
    rows: Mapping[int, Column]

    @property
    def different(self) -> int:
        """How many different indicators are named."""
        return len({column.meaning for column in self.rows.values()})


def find_names(grid: Grid, vocabulary: Vocabulary, room: int = SEARCHED_CELLS) -> Names:
    """The names of indicators that stand below each other; none where a column names less than two.

    ``room`` is how many cells may be looked at.
    """
    best = Names(0, {})
    width = min(len(grid.rows[0]), _SEARCHED_COLUMNS) if grid.rows else 0
    height = min(SEARCHED_ROWS, room // max(width, 1))
    for index in range(width):
        named = {
            row: column
            for row, cells_of_row in enumerate(grid.rows[:height])
            if isinstance(cell := cells_of_row[index], str)
            and vocabulary.may_name(cell)
            and (column := vocabulary.column(row, cells.as_text(cell))).indicators
            and column.is_bare
        }
        different = Names(index, named).different
        if different > max(best.different, 1):
            best = Names(index, named)
    return best


def find_form(
    file: str, grid: Grid, named: Names, vocabulary: Vocabulary, bound: Mapping[str, tuple[int, int]]
) -> Form | None:
    """The form on a sheet; None where no header above the indicators says what their rows hold.

    ``bound`` are the cells of values that have no label.
    """
    names, rows = named.column, named.rows
    if not rows:
        return None
    found = _header_above(grid, names, min(rows), vocabulary)
    if found is None:
        return None
    header_row, stacks = found
    columns = {index: _meaning(stack, vocabulary) for index, stack in stacks.items() if index != names}
    if _names_people(grid, columns, min(rows), vocabulary):
        return None
    roles: dict[tuple[Role, int], int] = {}
    raters: Counter[Role] = Counter()
    findings: list[Finding] = []
    weights: int | None = None
    marks = next((index for index in columns if any(map(is_marks_label, stacks[index]))), None)
    for index, meaning in columns.items():
        place = Place(file, grid.name, cells.address(header_row, index))
        if isinstance(meaning, Role):
            raters[meaning] += meaning in vocabulary.several
            first = roles.get((meaning, raters[meaning]))
            if first is not None and meaning in _CAN_SCORE:
                several = [cells.address(header_row, one) for one in (first, index)]
                findings.append(
                    error("ambiguous-column", place, meaning=Term(f"role.{meaning.value}"), cells=several)
                )
            roles.setdefault((meaning, raters[meaning]), index)
        elif meaning == WEIGHT:
            weights = index if weights is None else weights
        elif meaning is None and index != marks and _has_numbers(grid, index, rows):
            findings.append(warning("unknown-column", place, column=stacks[index][0], near=""))
    if not {role for role, _ in roles} & _CAN_SCORE:
        return None
    found_captions = captions(grid, header_row, vocabulary, bound)
    below = {row: column for row, column in rows.items() if row > header_row}
    header = Header(header_row, tuple(below.values()))
    return Form(grid, header, names, roles, weights, marks, below, found_captions, findings)


def is_list_of_scores(grid: Grid, named: Names, vocabulary: Vocabulary) -> bool:
    """Whether a row stands for one score: it names an indicator and the employee."""
    names, rows = named.column, named.rows
    found = _header_above(grid, names, min(rows), vocabulary) if rows else None
    if found is None:
        return False
    columns = {index: _meaning(stack, vocabulary) for index, stack in found[1].items()}
    return _names_people(grid, columns, min(rows), vocabulary)


def _names_people(
    grid: Grid, columns: Mapping[int, Role | str | None], row: int, vocabulary: Vocabulary
) -> bool:
    """Whether the row of an indicator says whose it is; 員工 above numbers is a rater."""
    people = [grid.rows[row][index] for index, meaning in columns.items() if meaning in {EMPLOYEE_ID, NAME}]
    return any(isinstance(cell, str) and not vocabulary.is_a_name(cell) for cell in people if cell)


def _header_above(
    grid: Grid, names: int, first: int, vocabulary: Vocabulary
) -> tuple[int, dict[int, list[str]]] | None:
    """The nearest row above the indicators that names a role, and the texts of each of its columns."""
    above = Captioned(grid)
    for row in range(min(first, len(above.rows)) - 1, max(first - _HIGHEST_HEADER, 0) - 1, -1):
        top = max(0, above.top(row))
        stacks = {index: above.headings(top, row, index) for index in above.rows[row] if index != names}
        stacks = {index: stack for index, stack in stacks.items() if stack}
        if any(isinstance(_meaning(stack, vocabulary), Role) for stack in stacks.values()):
            return row, stacks
    return None


def _meaning(stack: Sequence[str], vocabulary: Vocabulary) -> Role | str | None:
    """What a column of a form holds: a role, the weights, something known that is not used; else None."""
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
