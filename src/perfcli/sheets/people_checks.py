"""Who the employees of all sheets are: their ids and names, and whether anybody stands there twice.

``identify`` comes before anything is said about an employee, ``check_people`` when every sheet has been read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import merged_down
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import DEPARTMENT, EMPLOYEE_ID, NAME, TEAM
from perfcli.people.identifiers import (
    Oddity,
    id_finding,
    id_oddity,
    letters_and_number,
    name_oddity,
    same_name,
    shape,
)
from perfcli.people.roster import Roster
from perfcli.sheets.layouts.tables import Table
from perfcli.text import Term

SHOWN_PEOPLE = 50
"""How many people a finding lists at most."""

_MOST_OTHERS = 10
_MOST_ALIKE = 4


class Person(NamedTuple):
    """One row of a table; ``key`` is the folded id, ``team`` a team's id, all empty where unknown."""

    key: str
    identifier: str
    name: str
    department: str
    team: str
    table: Table
    position: int

    def __str__(self) -> str:
        return f"{self.identifier} {self.name}".strip()

    @property
    def id_cell(self) -> Cell:
        """What stands in the column of ids."""
        column = self.table.header.labelled(EMPLOYEE_ID)
        return self.table.cell(self.position, column.index) if column else None

    @property
    def place(self) -> Place:
        """Where the id stands; the name, where the sheet has no id."""
        return self.place_under(EMPLOYEE_ID)

    def place_under(self, label: str) -> Place:
        """Where something stands that is known of the person; else the id or the name."""
        row = self.table.row(self.position)
        labels = (label, EMPLOYEE_ID, NAME)
        columns = [column.index for key in labels if (column := self.table.header.labelled(key)) is not None]
        there = (index for index in columns if not self.table.is_absent(row, index))
        return self.table.place(row, next(there, columns[0] if columns else 0))

    def reject(self, finding: Finding) -> None:
        """Notes an error of the person, who is then not scored."""
        self.table.reject(self.position, finding)

    def is_at(self, other: Person) -> bool:
        """Whether another is the same row."""
        return self.table is other.table and self.position == other.position

    def goes_unlisted(self) -> bool:
        """Whether the person is rejected and merely counted: in a table with more errors than are told."""
        if self.table.is_full:
            self.table.reject_unlisted(self.position)
            return True
        return False


def identify(table: Table, roster: Roster | None = None) -> None:
    """Blanks what is no id or no name; who has no id gets that of the only one of the name on the roster.

    ``check_people`` says what was done.
    """
    id_cells, name_cells = _cells_under(table, EMPLOYEE_ID), _cells_under(table, NAME)
    identifiers, names, teams = (table.frame[key].tolist() for key in (EMPLOYEE_ID, NAME, TEAM))
    for position, (id_cell, name_cell) in enumerate(zip(id_cells, name_cells, strict=True)):
        if name_oddity(name_cell) is not None:
            names[position] = ""
        if id_oddity(id_cell) is not None:
            identifiers[position] = ""
        elif roster is not None and cells.is_blank(id_cell):
            called = roster.called(names[position], teams[position])
            identifiers[position] = called[0].identifier if len(called) == 1 else ""
    table.frame[EMPLOYEE_ID] = identifiers
    table.frame[NAME] = names


@dataclass(frozen=True)
class SheetPeople:
    """The employees of all tables together, once every one of them went through ``identify``."""

    tables: Sequence[Table]

    @cached_property
    def by_table(self) -> Sequence[Sequence[Person]]:
        """Every row of every table."""
        return [list(_of(table)) for table in self.tables]

    @property
    def everyone(self) -> Iterator[Person]:
        """Every row."""
        return chain.from_iterable(self.by_table)

    @property
    def told(self) -> Iterator[Person]:
        """Those in the tables that are filled in; of the others, nobody needs to be told anything."""
        pairs = zip(self.tables, self.by_table, strict=True)
        return chain.from_iterable(people for table, people in pairs if not _is_untouched(table))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The folded ids of everyone."""
        return frozenset(person.key for person in self.everyone if person.key)


def check_people(people: SheetPeople, roster: Roster | None = None) -> None:
    """Notes what is wrong with the ids and names of all tables together.

    Findings: ``no-employee-id-column``, ``missing-employee-id``, ``bad-id``, ``id-lost-digits``,
    ``ambiguous-name``, ``duplicate-employee``, ``sheet-copied``, ``ids-alike`` (a warning where the names
    differ), and the warnings ``missing-name``, ``bad-name``, ``id-from-roster``, ``same-name``.
    """
    for table, of_table in zip(people.tables, people.by_table, strict=True):
        if not _is_untouched(table):
            _check_identities(table, of_table, roster)
    identified = [person for person in _note_copies(people) if person.key]
    _note_duplicates(identified)
    if roster is None:  # which tells whether two who are alike are one
        _note_same_names(identified, _note_alike(identified))


def in_short(people: Sequence[object]) -> list[object]:
    """People as a finding lists them: not more than can be read, and how many more there are."""
    more = len(people) - SHOWN_PEOPLE
    shown = [str(person) for person in people[:SHOWN_PEOPLE]]
    return [*shown, *([Term("people.more", {"count": more})] if more > 0 else [])]


def _of(table: Table) -> Iterator[Person]:
    columns = [table.frame[key].tolist() for key in (EMPLOYEE_ID, NAME, DEPARTMENT, TEAM)]
    for position, (identifier, name, department, team) in enumerate(zip(*columns, strict=True)):
        yield Person(fold(identifier), identifier, name, department, team, table, position)


def _is_untouched(table: Table) -> bool:
    return any(found.code == "nothing-filled-in" for found in table.findings)


def by_id(person: Person) -> tuple[str, str]:
    """The order of people in a finding."""
    return person.key, person.name


def _cells_under(table: Table, label: str) -> Sequence[Cell]:
    """What stands in a column, a cell for each employee."""
    column = table.header.labelled(label)
    if column is None:
        return [None] * len(table.frame)
    anchors = merged_down(table.grid, column.index)
    return [table.grid.rows[anchors.get(row, row)][column.index] for row in table.frame["row"].tolist()]


def _check_identities(table: Table, people: Sequence[Person], roster: Roster | None) -> None:
    has_names = table.header.labelled(NAME) is not None
    is_form = table.origins is not None
    has_ids = table.header.labelled(EMPLOYEE_ID) is not None or roster is not None or is_form
    if not has_ids:
        table.reject_all(error("no-employee-id-column", table.header_place()))
    id_cells, name_cells = _cells_under(table, EMPLOYEE_ID), _cells_under(table, NAME)
    given: list[Person] = []
    for person, id_cell, name_cell in zip(people, id_cells, name_cells, strict=True):
        if has_ids and not person.key:
            if not person.goes_unlisted():
                _note_no_id(person, id_cell, roster)
        elif person.key and cells.is_blank(id_cell):
            given.append(person)
        if has_names and not person.name:
            _note_no_name(person, name_cell)
            if _is_a_word(person.identifier) and not person.goes_unlisted():
                person.reject(id_finding(Oddity.NO_WORD, id_cell, person.place, ""))
    if given:
        given.sort(key=by_id)
        employees = in_short([f"{person.name} → {person.identifier}" for person in given])
        finding = warning("id-from-roster", given[0].place, employees=employees, count=len(given))
        table.findings.append(finding)


def _is_a_word(identifier: str) -> bool:
    """Whether an id has no digit and no letter of the alphabet; a row of figures begins so."""
    return bool(identifier) and not any(sign.isascii() and sign.isalnum() for sign in fold(identifier))


def _note_no_id(person: Person, cell: Cell, roster: Roster | None) -> None:
    oddity = id_oddity(cell)
    called = roster.called(person.name, person.team) if roster else ()
    if oddity is not None:
        person.reject(id_finding(oddity, cell, person.place, person.name))
    elif called:
        values = {"name": person.name, "candidates": in_short(called)}
        person.reject(error("ambiguous-name", person.place, **values))
    elif roster is None or not person.name:  # with a roster, roster_checks tells of those who are not on it
        person.reject(error("missing-employee-id", person.place, name=person.name))


def _note_no_name(person: Person, cell: Cell) -> None:
    place, values = person.place_under(NAME), {"employee": person.identifier}
    if not cells.is_blank(cell):
        person.table.findings.append(warning("bad-name", place, found=cells.quoted(cell), **values))
    elif person.key:  # without an id, the row has an error that says so
        person.table.findings.append(warning("missing-name", place, **values))


def _note_copies(people: SheetPeople) -> Iterator[Person]:
    """Sheets of the very same people and columns are copies, said once; gives the people of all others."""
    seen: dict[tuple[frozenset[str], frozenset[object]], Table] = {}
    copied: set[int] = set()
    for table, own in sorted(
        zip(people.tables, people.by_table, strict=True),
        key=lambda pair: (pair[0].file, pair[0].grid.name, pair[0].header.row),
    ):
        keys = frozenset(person.key for person in own if person.key)
        columns = frozenset(column.meaning for column in table.header.columns if column.is_known)
        first = seen.setdefault((keys, columns), table)
        if first is not table and len(keys) > 1:
            others = {"other": str(first.header_place()), "count": len(keys)}
            table.reject_all(error("sheet-copied", table.header_place(), **others))
            first.sound[:] = False
            copied |= {id(first), id(table)}
    return (person for person in people.everyone if id(person.table) not in copied)


def _note_duplicates(people: Sequence[Person]) -> None:
    """Nobody stands in the sheets twice; every row of one who does is an error."""
    for group in _repeated(people, [person.key for person in people]):
        shown = [(person, str(person.place)) for person in group[: _MOST_OTHERS + 1]]
        for person in group:
            if person.goes_unlisted():
                continue
            others = [place for other, place in shown if not person.is_at(other)][:_MOST_OTHERS]
            more = len(group) - len(others) - 1
            told = [*others, *([Term("places.more", {"count": more})] if more else [])]
            values = {"employee": person.identifier, "others": told}
            person.reject(error("duplicate-employee", person.place, **values))


def _note_alike(people: Sequence[Person]) -> Collection[str]:
    """Ids such as 7, 007 and, under one name, E007 are likely to be one person's, written in several ways.

    Gives the folded ids of all who were noted.
    """
    once: dict[str, Person] = {}
    for person in people:  # of duplicates, one that no order of the rows decides
        once[person.key] = min(person, once.get(person.key, person), key=by_id)
    alike: dict[str, dict[str, Person]] = {}
    for group in _alike(list(once.values())):
        called: dict[str, list[Person]] = {}
        for person in group:
            called.setdefault(fold(person.name), []).append(person)
        for person in group:
            likely = (called[fold(person.name)], called.get("", ()), group)
            others = alike.setdefault(person.key, {})
            for some in likely:
                others |= {one.key: one for one in some[:_MOST_ALIKE] if one.key != person.key}
    for key, others in alike.items():
        _note_likeness(once[key], others.values())
    return alike.keys()


def _alike(people: Sequence[Person]) -> list[Sequence[Person]]:
    """Groups of people whose ids differ little."""
    groups = _repeated(people, [shape(person.key) for person in people])
    if any(person.key.isdigit() for person in people):
        numbered = [person for person in people if person.name and letters_and_number(person.key)[1]]
        keys = [(fold(person.name), letters_and_number(person.key)[1]) for person in numbered]
        same = _repeated(numbered, keys)
        groups += [group for group in same if any(person.key.isdigit() for person in group)]
    return groups


def _note_likeness(person: Person, others: Collection[Person]) -> None:
    likely = [
        other for other in others if not (person.name and other.name) or same_name(person.name, other.name)
    ]
    told = sorted(likely or others, key=by_id)[:_MOST_ALIKE]
    values = {"employee": str(person), "others": [f"{other} {other.place}" for other in told]}
    if not likely:
        person.table.findings.append(warning("ids-alike", person.place, **values))
    elif not person.goes_unlisted():
        person.reject(error("ids-alike", person.place, **values))


def _note_same_names(people: Sequence[Person], told: Collection[str]) -> None:
    """People of one team and department who have one name may be one person."""
    named = [person for person in people if person.name and person.key not in told]
    for group in _repeated(named, [(one.team, fold(one.department), fold(one.name)) for one in named]):
        if len({person.key for person in group}) > 1:
            first = group[0]
            employees = in_short([f"{person} {person.place}" for person in group])
            finding = warning("same-name", first.place, name=first.name, employees=employees)
            first.table.findings.append(finding)


def _repeated(people: Sequence[Person], keys: Sequence[Hashable]) -> list[Sequence[Person]]:
    """The groups of several people who have a key in common, each in the order of their ids."""
    counts = Counter(keys)
    if len(counts) == len(keys):
        return []
    groups: dict[Hashable, list[Person]] = {}
    for person, key in zip(people, keys, strict=True):
        if counts[key] > 1:
            groups.setdefault(key, []).append(person)
    return [sorted(group, key=by_id) for group in groups.values()]
