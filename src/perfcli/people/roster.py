"""The roster: who works where, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Book, Grid, merged_down
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import (
    DEPARTMENT,
    EMPLOYEE_ID,
    NAME,
    SUPERIOR,
    TEAM,
    Holds,
    Kept,
    column_words,
    kept,
)
from perfcli.people.identifiers import id_finding, id_oddity, letters_and_number, name_oddity, shape
from perfcli.people.lists import ListRow, find_header
from perfcli.people.nobody import is_nobody
from perfcli.rules.models import Rubric
from perfcli.rules.periods import days


class Listed(NamedTuple):
    """One who is on the roster; ``key`` is the folded id, ``row`` the row in the frame."""

    key: str
    identifier: str
    name: str
    department: str
    team: str
    row: int

    def __str__(self) -> str:
        return f"{self.identifier} {self.name}".rstrip()


@dataclass(frozen=True)
class Roster:
    """The people of a roster.

    ``frame`` has the columns of ``Kept.ROSTER``: the texts ``employee_id, name, department, position,
    superior``, ``team`` (a team's id, or empty) and the dates ``joined, left`` (or None), in the order of the
    roster; ``name`` is the file's. ``listing`` is the sheet, for its other columns; a row of the frame is its
    position there.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    name: str = ""
    listing: Listing | None = None

    @cached_property
    def people(self) -> Mapping[str, Listed]:
        """Everyone who has an id, by folded id."""
        found: dict[str, Listed] = {}
        if len(self.frame):
            columns = [self.frame[key].tolist() for key in (EMPLOYEE_ID, NAME, DEPARTMENT, TEAM)]
            for row, (identifier, name, department, team) in enumerate(zip(*columns, strict=True)):
                if identifier:
                    key = fold(identifier)
                    found.setdefault(key, Listed(key, identifier, name, department, team, row))
        return found

    @cached_property
    def superiors(self) -> Mapping[str, str]:
        """Who is named as somebody's superior, by the folded id of that somebody."""
        named = self.frame[SUPERIOR].tolist()
        return {key: named[one.row] for key, one in self.people.items() if named[one.row]}

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Listed]]:
        """Everyone by folded name."""
        return _grouped((fold(one.name), one) for one in self.people.values() if one.name)

    @cached_property
    def by_shape(self) -> Mapping[str, Sequence[Listed]]:
        """Everyone by what the id is without its leading zeros."""
        return _grouped((shape(one.key), one) for one in self.people.values())

    @cached_property
    def by_number(self) -> Mapping[str, Sequence[Listed]]:
        """Everyone by the number in the id, be there letters before it or not."""
        return _grouped((letters_and_number(one.key)[1], one) for one in self.people.values())

    def called(self, name: str, team: str) -> Sequence[Listed]:
        """Those of a team who have a name; of all teams, where the team is unknown here or there."""
        found = self._called.get((fold(name), team)) if name else ()
        if found is None:
            everyone = self.by_name.get(fold(name), ())
            found = [one for one in everyone if not team or one.team in {"", team}]
            self._called[fold(name), team] = found
        return found

    @cached_property
    def _called(self) -> dict[tuple[str, str], Sequence[Listed]]:
        return {}


def read_roster(book: Book, rubrics: Mapping[str, Rubric]) -> Roster:
    """Reads the first sheet of a workbook that has a column of employee ids and one of names.

    Findings: ``no-roster-table``, ``nobody-on-roster``, ``missing-employee-id``, ``bad-id``,
    ``id-lost-digits``, ``duplicate-employee``, ``not-a-date``, and the warnings ``bad-name``,
    ``not-a-person`` and ``unknown-team``, once for each team: a company has people whom no rubric concerns.
    """
    for grid in book.grids:
        header = None if grid.hidden else find_header(grid, column_words(), (EMPLOYEE_ID, NAME))
        if header is not None:
            return _read(book.name, grid, *header, rubrics)
    first = book.grids[0].name if book.grids else None
    return Roster(pd.DataFrame(), (error("no-roster-table", Place(book.name, first)),), book.name)


def of_team(roster: Roster, team: str) -> pd.DataFrame:
    """The people of one team."""
    return roster.frame[roster.frame["team"] == team]


def present(people: pd.DataFrame, period: str) -> pd.DataFrame:
    """The people who worked on at least one day of a period."""
    if not period:
        return people
    first, last = days(period)
    here = [
        (joined is None or joined <= last) and (left is None or left >= first)
        for joined, left in zip(people["joined"], people["left"], strict=True)
    ]
    return people[pd.Series(here, index=people.index, dtype=bool)]


def _read(
    file: str, grid: Grid, header: int, columns: Mapping[str, int], rubrics: Mapping[str, Rubric]
) -> Roster:
    sheet = Listing(file, grid, columns, [])
    findings = list(sheet.find_people(header + 1))
    if not sheet.rows:
        findings.append(error("nobody-on-roster", Place(file, grid.name)))
    dates = [one.key for one in kept(Kept.ROSTER) if one.holds is Holds.DATE]
    texts = {one.key: sheet.texts(one.key) for one in kept(Kept.ROSTER) if one.key not in dates}
    findings += _identify(sheet, texts[EMPLOYEE_ID], texts[NAME])
    findings += _assign_teams(sheet, texts, rubrics)
    frame = pd.DataFrame(texts, dtype=object)
    for key in dates:
        frame[key] = pd.Series(read_dates(sheet, key, findings), index=frame.index, dtype=object)
    return Roster(frame, tuple(findings), file, sheet)


@dataclass(frozen=True)
class Listing:
    """The sheet of a roster: in which column each key stands, and the rows that are somebody's."""

    file: str
    grid: Grid
    columns: Mapping[str, int]
    rows: list[int]

    def find_people(self, first: int) -> Iterator[Finding]:
        """Gathers the rows with an id or a name; a total is noted, and nobody's (``not-a-person``)."""
        id_column, name_column = self.columns[EMPLOYEE_ID], self.columns[NAME]
        for row in range(first, len(self.grid.rows)):
            key, cell = EMPLOYEE_ID, self.grid.rows[row][id_column]
            if cells.is_blank(cell):
                key, cell = NAME, self.grid.rows[row][name_column]
            if isinstance(cell, str) and is_nobody(cell):
                yield warning("not-a-person", self.place(row, key), text=cells.quoted(cell))
            elif not cells.is_blank(cell):
                self.rows.append(row)

    def place(self, row: int, key: str) -> Place:
        """The cell of a row under a key."""
        return ListRow(self.file, self.grid, row, self.columns).place(key)

    def column(self, key: str) -> list[Cell]:
        """What stands under a key, a cell for each person; None where the roster has no such column."""
        if key not in self.columns:
            return [None] * len(self.rows)
        index = self.columns[key]
        anchors = {} if key in {EMPLOYEE_ID, NAME} else merged_down(self.grid, index)
        return [self.grid.rows[anchors.get(row, row)][index] for row in self.rows]

    def texts(self, key: str) -> list[str]:
        """What stands under a key, as texts."""
        return [cells.as_text(cell) for cell in self.column(key)]


def _identify(sheet: Listing, identifiers: list[str], names: list[str]) -> Iterator[Finding]:
    """What is wrong with ids and names; what is no id or no name is blanked."""
    first: dict[str, int] = {}
    both = zip(sheet.rows, sheet.column(EMPLOYEE_ID), sheet.column(NAME), strict=True)
    for position, (row, cell, name_cell) in enumerate(both):
        if name_oddity(name_cell) is not None:
            names[position] = ""
            values = {"employee": identifiers[position], "found": cells.quoted(name_cell)}
            yield warning("bad-name", sheet.place(row, NAME), **values)
        oddity = id_oddity(cell)
        if oddity is not None:
            identifiers[position] = ""
            yield id_finding(oddity, cell, sheet.place(row, EMPLOYEE_ID), names[position])
        elif not identifiers[position]:
            yield error("missing-employee-id", sheet.place(row, EMPLOYEE_ID), name=names[position])
        elif (other := first.setdefault(fold(identifiers[position]), row)) != row:
            others = [str(sheet.place(other, EMPLOYEE_ID))]
            values = {"employee": identifiers[position]}
            yield error("duplicate-employee", sheet.place(row, EMPLOYEE_ID), others=others, **values)


def _assign_teams(
    sheet: Listing, texts: dict[str, list[str]], rubrics: Mapping[str, Rubric]
) -> Iterator[Finding]:
    """Puts a team's id in place of what stands in the column of teams; what means none is noted once.

    A roster without such a column tells the team by the department, which may well be none of ours.
    """
    known = {fold(name): team for team, rubric in rubrics.items() for name in rubric.names()}
    words = texts[TEAM if TEAM in sheet.columns else DEPARTMENT]
    texts[TEAM] = [known.get(fold(word), "") for word in words]
    if TEAM not in sheet.columns:
        return
    told: set[str] = set()
    for row, word, team in zip(sheet.rows, words, texts[TEAM], strict=True):
        if word and not team and word not in told:
            told.add(word)
            allowed = [rubric.name for rubric in rubrics.values()]
            yield warning("unknown-team", sheet.place(row, TEAM), found=word, allowed=allowed)


def read_dates(sheet: Listing, key: str, findings: list[Finding]) -> list[date | None]:
    """The days under a key; what is none is noted (``not-a-date``)."""
    days_under: list[date | None] = []
    for row, cell in zip(sheet.rows, sheet.column(key), strict=True):
        day = None if cells.is_blank(cell) else cells.as_date(cell)
        if day is None and not cells.is_blank(cell):
            findings.append(error("not-a-date", sheet.place(row, key), found=cells.quoted(cell)))
        days_under.append(day)
    return days_under


def _grouped(pairs: Iterator[tuple[str, Listed]]) -> Mapping[str, Sequence[Listed]]:
    found: dict[str, list[Listed]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: sorted(group) for key, group in found.items()}
