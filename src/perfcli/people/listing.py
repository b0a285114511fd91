"""Who is on a roster: the rows of its lists that are somebody's, and the cells under each key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Row, merged_down
from perfcli.findings import Finding, Place, error, warning
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.people.nobody import is_nobody, is_nobodys_id
from perfcli.people.sections import Section
from perfcli.people.unseen import unseen_values


@dataclass(frozen=True)
class Listing:
    """The people of a roster, one after the other: the section and the row of each.

    A person's position here is their row in ``Roster.frame``.
    """

    file: str
    sections: Sequence[Section]
    people: Sequence[tuple[Section, int]]

    @cached_property
    def columns(self) -> frozenset[str]:
        """The keys that every section has."""
        return frozenset.intersection(*(frozenset(section.columns) for section in self.sections))

    @cached_property
    def some_columns(self) -> frozenset[str]:
        """The keys that at least one section has."""
        return frozenset().union(*(section.columns for section in self.sections))

    def lacking(self, key: str) -> Place:
        """The first sheet without a key."""
        section = next((one for one in self.sections if key not in one.columns), self.sections[0])
        return Place(self.file, section.grid.name)

    def place(self, position: int, key: str) -> Place:
        """The cell of a person under a key; the sheet where it has no such column."""
        section, row = self.people[position]
        if key not in section.columns:
            return Place(self.file, section.grid.name)
        return section.place(row, section.columns[key])

    def column(self, key: str) -> list[Cell]:
        """What stands under a key, a cell for each person; None where there is no such column."""
        found: list[Cell] = []
        for section, people in groupby(self.people, key=itemgetter(0)):
            index, rows = section.columns.get(key), section.grid.rows
            if index is None:
                found += [None for _ in people]
                continue
            anchors = {} if key in {EMPLOYEE_ID, NAME} else merged_down(section.grid, index)
            found += [rows[anchors.get(row, row)][index] for _, row in people]
        return found

    def texts(self, key: str) -> list[str]:
        """What stands under a key, as texts."""
        return [cells.as_text(cell) for cell in self.column(key)]


def find_people(file: str, sections: Sequence[Section], findings: list[Finding]) -> Listing:
    """The rows with an id or a name.

    Findings: the warning ``not-a-person`` for a total or a remark; the error ``nobody-in-row`` where a row
    has neither id nor name, and yet a number or a date that perf would read; those of ``unseen_values``.
    """
    people: list[tuple[Section, int]] = []
    for section in sections:
        rows: set[int] = set()
        for row in section.rows:
            if (found := _remark(section, row)) is not None:
                findings.append(found)
            elif any(not cells.is_blank(cell) for cell in _who(section, row)):
                people.append((section, row))
                rows.add(row)
        columns = dict.fromkeys(section.columns.values(), True)
        unseen = unseen_values(section.grid, columns, section.place)
        findings += (found for row, found in unseen if row in rows)
    return Listing(file, sections, people)


def _who(section: Section, row: int) -> Iterator[Cell]:
    cells_of_row = section.grid.rows[row]
    return (cells_of_row[section.columns[key]] for key in (EMPLOYEE_ID, NAME))


def _remark(section: Section, row: int) -> Finding | None:
    """What a row is that stands for nobody; None for a person, or for a blank row."""
    identifier, name = _who(section, row)
    if isinstance(identifier, str) and not cells.is_blank(identifier):
        if is_nobodys_id(identifier) or _is_a_title(section, row, identifier):
            return _not_a_person(section, row, section.columns[EMPLOYEE_ID])
        return None
    if cells.is_blank(identifier) and not cells.is_blank(name):
        if isinstance(name, str) and is_nobody(name):
            return _not_a_person(section, row, section.columns[NAME])
        return None
    if not cells.is_blank(identifier):
        return None
    return _without_anybody(section, row, section.grid.rows[row])


def _is_a_title(section: Section, row: int, identifier: str) -> bool:
    """Whether a word stands alone in its row: 二部, above those who work there."""
    if any(sign.isdigit() for sign in identifier):
        return False
    return sum(not cells.is_blank(cell) for cell in section.grid.rows[row]) == 1


def _without_anybody(section: Section, row: int, cells_of_row: Row) -> Finding | None:
    """A row with neither id nor name: a total, a remark, or somebody who was forgotten."""
    filled = [column for column, cell in enumerate(cells_of_row) if not cells.is_blank(cell)]
    if not filled:
        return None
    for column in filled:
        cell = cells_of_row[column]
        if isinstance(cell, str) and is_nobodys_id(cell):
            return _not_a_person(section, row, column)
    kept = {column for column in section.columns.values() if not _is_text(cells_of_row[column])}
    if kept:
        place = section.place(row, section.columns[EMPLOYEE_ID])
        return error(
            "nobody-in-row", place, found=[cells.quoted(cells_of_row[column]) for column in filled[:5]]
        )
    texts = [column for column in filled if isinstance(cells_of_row[column], str)]
    return _not_a_person(section, row, texts[0]) if texts else None


def _is_text(cell: Cell) -> bool:
    return cell is None or isinstance(cell, str)


def _not_a_person(section: Section, row: int, column: int) -> Finding:
    text = cells.quoted(section.grid.rows[row][column])
    return warning("not-a-person", section.place(row, column), text=text)
