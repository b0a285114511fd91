"""The roster: who works where, and from when to when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from perfcli.files import cells, marks
from perfcli.files.reader import Book, Grid
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import (
    COLUMNS,
    DEPARTMENT,
    EMPLOYEE_ID,
    NAME,
    SUPERIOR,
    TEAM,
    Holds,
    Kept,
    column_words,
    kept,
    keys,
)
from perfcli.people.identifiers import (
    id_finding,
    id_oddity,
    letters_and_number,
    look,
    name_oddity,
    odd_signs,
    shape,
)
from perfcli.people.listing import Listing, find_people
from perfcli.people.lists import find_header
from perfcli.people.sections import Wanted, find_sections
from perfcli.people.values import contradictions, read_days
from perfcli.rules.models import Rubric
from perfcli.rules.pay import Factor


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
class Said:
    """What the user says of a roster: the key of a header (folded), or anything else to leave it alone.

    ``skipped`` are folded names of sheets. ``factors`` are those of the policy that stand in a column of it.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    skipped: Collection[str] = ()
    factors: Sequence[Factor] = ()

    @cached_property
    def factor_words(self) -> Mapping[str, str]:
        """Folded header → the key of the factor that it means."""
        return {fold(word): factor.key for factor in self.factors for word in factor.words}


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Roster:
    """The people of a roster.

    ``frame`` has the columns of ``Kept.ROSTER``: the texts ``employee_id, name, department, position,
    superior``, ``team`` (a team's id, or empty) and all days such as ``joined`` (or None), in the order of
    the roster; ``name`` is the file's. Row by row, ``listing`` has the same people with all columns.
    ``used`` are the folded headers of which the user said what they mean.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    name: str = ""
    listing: Listing | None = None
    used: frozenset[str] = frozenset()

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


def read_roster(book: Book, rubrics: Mapping[str, Rubric], said: Said = NOTHING_SAID) -> Roster:
    """Reads every sheet of a workbook that has a column of employee ids and one of names.

    Findings: ``not-a-roster``, ``no-roster-table``, ``nobody-on-roster``, ``missing-employee-id``,
    ``bad-id``, ``id-lost-digits``, ``duplicate-employee``, ``ids-look-alike``, those of ``find_sections``,
    ``find_people``, ``read_days`` and ``contradictions``, and the warnings ``bad-name`` and ``unknown-team``,
    once for each team: a company has people whom no rubric concerns.
    """
    if book.mark.get("kind", marks.TEMPLATE) != marks.TEMPLATE:
        return Roster(_nobody(), (error("not-a-roster", Place(book.name)),), book.name)
    read = (*keys(~Kept.IDENTITY), *keys(Kept.ROSTER), *(factor.key for factor in said.factors))
    # What perf calls a column of its own is never taken for a factor.
    words = {**said.factor_words, **column_words()} | {
        text: key for text, key in said.headers.items() if key in read
    }
    ignored = {text for text, key in said.headers.items() if key not in read}
    wanted = Wanted(words, (EMPLOYEE_ID, NAME), read, ignored, said.skipped)
    sections = find_sections(book, wanted)
    if not sections.found:
        first = book.grids[0].name if book.grids else None
        return Roster(_nobody(), (error("no-roster-table", Place(book.name, first)),), book.name)
    findings = list(sections.findings)
    listing = find_people(book.name, sections.found, findings)
    if not listing.people:
        findings.append(error("nobody-on-roster", Place(book.name, sections.found[0].grid.name)))
    headers = {fold(text) for one in sections.found for text in one.header.texts.values()}
    roster = _read(listing, rubrics, findings)
    return replace(roster, used=frozenset(headers & set(said.headers)))


def is_roster(grid: Grid) -> bool:
    """Whether a sheet has a header of ids and names, and beside it what only rosters have: days, pay."""
    header = find_header(grid, column_words(), (EMPLOYEE_ID, NAME))
    of_rosters = [column.key for column in COLUMNS if column.holds in {Holds.DATE, Holds.AMOUNT, Holds.DAYS}]
    return header is not None and any(key in header.columns for key in of_rosters)


def of_team(roster: Roster, team: str) -> pd.DataFrame:
    """The people of one team."""
    return roster.frame[roster.frame["team"] == team]


def _read(listing: Listing, rubrics: Mapping[str, Rubric], findings: list[Finding]) -> Roster:
    dates = [one.key for one in kept(Kept.ROSTER) if one.holds is Holds.DATE]
    texts = {one.key: listing.texts(one.key) for one in kept(Kept.ROSTER) if one.key not in dates}
    findings += _identify(listing, texts[EMPLOYEE_ID], texts[NAME])
    findings += _assign_teams(listing, texts, rubrics)
    frame = pd.DataFrame(texts, dtype=object)
    for key in dates:
        frame[key] = pd.Series(read_days(listing, key, findings), index=frame.index, dtype=object)
    findings += contradictions(listing, frame)
    return Roster(frame, tuple(findings), listing.file, listing)


def _nobody() -> pd.DataFrame:
    """The frame of a roster without anybody."""
    return pd.DataFrame(columns=list(keys(Kept.ROSTER)), dtype=object)


def _identify(listing: Listing, identifiers: list[str], names: list[str]) -> Iterator[Finding]:
    """What is wrong with ids and names; what is no id or no name is blanked."""
    first: dict[str, int] = {}
    seen: dict[str, int] = {}
    both = zip(listing.column(EMPLOYEE_ID), listing.column(NAME), strict=True)
    for position, (cell, name_cell) in enumerate(both):
        if name_oddity(name_cell) is not None:
            names[position] = ""
            values = {"employee": identifiers[position], "found": cells.quoted(name_cell)}
            yield warning("bad-name", listing.place(position, NAME), **values)
        oddity = id_oddity(cell)
        if oddity is not None:
            identifiers[position] = ""
            yield id_finding(oddity, cell, listing.place(position, EMPLOYEE_ID), names[position])
        elif not identifiers[position]:
            yield error("missing-employee-id", listing.place(position, EMPLOYEE_ID), name=names[position])
        elif (other := first.setdefault(fold(identifiers[position]), position)) != position:
            others = [str(listing.place(other, EMPLOYEE_ID))]
            values = {"employee": identifiers[position]}
            yield error("duplicate-employee", listing.place(position, EMPLOYEE_ID), others=others, **values)
        elif (other := seen.setdefault(look(identifiers[position]), position)) != position:
            values = {"employee": identifiers[position], "other": str(listing.place(other, EMPLOYEE_ID))}
            signs = odd_signs(identifiers[position]) or odd_signs(identifiers[other])
            yield error("ids-look-alike", listing.place(position, EMPLOYEE_ID), signs=signs, **values)


def _assign_teams(
    listing: Listing, texts: dict[str, list[str]], rubrics: Mapping[str, Rubric]
) -> Iterator[Finding]:
    """Puts a team's id in place of what stands in the column of teams; what means none is noted once.

    A roster without such a column tells the team by the department, which may well be none of ours.
    """
    known = {fold(name): team for team, rubric in rubrics.items() for name in rubric.names()}
    words = [
        team if in_team else department
        for team, department, in_team in zip(texts[TEAM], texts[DEPARTMENT], _has_teams(listing), strict=True)
    ]
    texts[TEAM] = [known.get(fold(word), "") for word in words]
    noted: set[str] = set()
    for position, (word, team, in_team) in enumerate(
        zip(words, texts[TEAM], _has_teams(listing), strict=True)
    ):
        if in_team and word and not team and word not in noted:
            noted.add(word)
            allowed = [rubric.name for rubric in rubrics.values()]
            yield warning("unknown-team", listing.place(position, TEAM), found=word, allowed=allowed)


def _has_teams(listing: Listing) -> Iterator[bool]:
    """Of each person, whether their list has a column of teams."""
    return (TEAM in section.columns for section, _ in listing.people)


def _grouped(pairs: Iterator[tuple[str, Listed]]) -> Mapping[str, Sequence[Listed]]:
    found: dict[str, list[Listed]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: sorted(group) for key, group in found.items()}
