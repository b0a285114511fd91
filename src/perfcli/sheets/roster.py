"""The roster: who works where, and from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from perfcli.findings import Finding, Place, error, warning
from perfcli.rules.models import Rubric
from perfcli.rules.names import fold
from perfcli.rules.periods import days
from perfcli.sheets import cells
from perfcli.sheets.labels import DEPARTMENT, EMPLOYEE_ID, NAME, POSITION, TEAM, labels
from perfcli.sheets.lists import Entry, find_header
from perfcli.sheets.reader import Book, Grid

COLUMNS = (EMPLOYEE_ID, NAME, DEPARTMENT, POSITION, TEAM)
DATES = ("joined", "left")


@dataclass(frozen=True)
class Roster:
    """The people of a roster.

    ``frame`` has the texts ``employee_id, name, department, position``, ``team`` (a team's id, or empty) and
    the dates ``joined, left`` (or None), in the order of the roster.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]


def read_roster(book: Book, rubrics: Mapping[str, Rubric]) -> Roster:
    """Reads the first sheet of a workbook that has a column of employee ids and one of names.

    Findings: ``no-roster-table``, ``missing-employee-id``, ``duplicate-employee``, ``not-a-date``, and the
    warning ``unknown-team``, once for each team: a company has people whom no rubric concerns.
    """
    for grid in book.grids:
        header = None if grid.hidden else find_header(grid, labels(), (EMPLOYEE_ID, NAME))
        if header is not None:
            return _read(book.name, grid, *header, rubrics)
    first = book.grids[0].name if book.grids else None
    return Roster(pd.DataFrame(), (error("no-roster-table", Place(book.name, first)),))


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
    teams = {fold(name): team for team, rubric in rubrics.items() for name in rubric.names()}
    people: list[dict[str, object]] = []
    findings: list[Finding] = []
    strangers: dict[str, Finding] = {}
    first_row: dict[str, str] = {}
    for row in range(header + 1, len(grid.rows)):
        person = _Person(file, grid, row, columns)
        if not (person.text(EMPLOYEE_ID) or person.text(NAME)):
            continue
        team, word = _team(person, teams)
        if word:
            allowed = [rubric.name for rubric in rubrics.values()]
            strangers.setdefault(
                word, warning("unknown-team", person.place(TEAM), found=word, allowed=allowed)
            )
        dates = {key: person.date(key, findings) for key in DATES}
        findings += person.identity(first_row)
        people.append({**{key: person.text(key) for key in COLUMNS}, "team": team, **dates})
    frame = pd.DataFrame(people, columns=[*COLUMNS, *DATES], dtype=object)
    return Roster(frame, (*findings, *strangers.values()))


class _Person(Entry):
    """One row of a roster."""

    def identity(self, first: dict[str, str]) -> list[Finding]:
        """What is wrong with the employee id; remembers where each one stands first."""
        place = self.place(EMPLOYEE_ID)
        identifier = self.text(EMPLOYEE_ID)
        if not identifier:
            return [error("missing-employee-id", place, name=self.text(NAME))]
        other = first.setdefault(fold(identifier), str(place))
        if other != str(place):
            return [error("duplicate-employee", place, employee=identifier, others=[other])]
        return []

    def date(self, key: str, findings: list[Finding]) -> date | None:
        cell = self.cell(key)
        if cells.is_blank(cell):
            return None
        day = cells.as_date(cell)
        if day is None:
            findings.append(error("not-a-date", self.place(key), found=cells.quoted(cell)))
        return day


def _team(person: _Person, teams: Mapping[str, str]) -> tuple[str, str]:
    """A person's team, and the word in the team column that means none.

    A roster without such a column tells the team by the department, which may well be none of ours.
    """
    key = TEAM if TEAM in person.columns else DEPARTMENT
    word = person.text(key)
    team = teams.get(fold(word), "")
    return team, "" if team or key == DEPARTMENT else word
