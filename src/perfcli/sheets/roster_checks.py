"""The sheets against the roster: who is not on it, who is missing, whose name or team is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property

from perfcli.files import cells
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import DEPARTMENT, TEAM
from perfcli.people.identifiers import letters_and_number, same_name, shape
from perfcli.people.presence import present
from perfcli.people.roster import Listed, Roster
from perfcli.rules.models import Rubric
from perfcli.rules.periods import days
from perfcli.sheets.people_checks import Person, SheetPeople, by_id, in_short
from perfcli.text import Term

_MOST_SPELLED = 50  # looking for near names takes long
_MOST_CANDIDATES = 300
_MOST_ALIKE = 20
_LONGEST = 50  # what is longer is no id and no name, and comparing it would take long
_CLOSE_ID = 0.65
_CLOSE_NAME = 0.6
_CLOSE_NAME_ALONE = 0.5


def compare(people: SheetPeople, roster: Roster, rubrics: Mapping[str, Rubric], period: str) -> list[Finding]:
    """Notes where the sheets differ from the roster; gives what concerns no row of theirs.

    Without a period, who has left is not expected in the sheets.
    Findings: ``not-on-the-roster``, ``name-differs``, ``result-before-joined``, and the warnings
    ``team-differs``, ``not-in-period``, and, for each team of the sheets, ``missing-from-sheets`` or
    ``nobody-in-team``.
    """
    comparison = _RosterComparison(people, roster, rubrics, period)
    comparison.compare_everyone()
    return list(comparison.missing())


@dataclass(frozen=True)
class _RosterComparison:
    people: SheetPeople
    roster: Roster
    rubrics: Mapping[str, Rubric]
    period: str

    @cached_property
    def expected(self) -> Mapping[str, Listed]:
        """Those of the roster who work in the period."""
        frame = self.roster.frame
        here = present(frame, self.period) if self.period else frame[frame["left"].isna()]
        rows = set(here.index)
        return {key: one for key, one in self.roster.people.items() if one.row in rows}

    @cached_property
    def joining(self) -> Sequence[date | None]:
        """The day of joining of each row of the roster."""
        return list(self.roster.frame["joined"])

    @cached_property
    def others(self) -> Sequence[Listed]:
        """Those of the roster who should be in the sheets and are not, in the order of their ids."""
        keys = self.people.keys
        return sorted(one for key, one in self.expected.items() if key not in keys)

    def compare_everyone(self) -> None:
        """Notes of each person in the sheets what is different on the roster."""
        strangers: dict[tuple[str, str, str], list[Person]] = {}
        differing: dict[tuple[int, str, str, str], list[Person]] = {}
        absent: dict[int, list[Person]] = {}
        for person in self.people.told:
            listed = self.roster.people.get(person.key)
            if listed is None:
                if self._is_stranger(person):
                    strangers.setdefault((person.key, person.name, person.team), []).append(person)
            elif not _is_called(person, listed):
                self._note_other_name(person, listed)
            elif (joined := self._joins_later(listed)) is not None:
                values = {"employee": str(person), "period": self.period, "joined": joined}
                person.reject(error("result-before-joined", person.place, **values))
            else:
                for difference in _differences(person, listed):
                    differing.setdefault((id(person.table), *difference), []).append(person)
                if self.period and listed.key not in self.expected:
                    absent.setdefault(id(person.table), []).append(person)
        self._note_strangers(strangers)
        for (_, label, here, there), people in differing.items():
            self._note_difference(sorted(people, key=by_id), label, here, there)
        for people in absent.values():
            self._note_absent(sorted(people, key=by_id))

    def _joins_later(self, listed: Listed) -> str | None:
        """A day after the period on which somebody joins, with its cell; None for no such day."""
        joined = self.joining[listed.row]
        if not self.period or joined is None or joined <= days(self.period)[1]:
            return None
        cell = (
            self.roster.listing.place(listed.row, "joined")
            if self.roster.listing
            else Place(self.roster.name)
        )
        return f"{joined} ({cell})"

    def _is_stranger(self, person: Person) -> bool:
        """Whether the roster has not the id of a person, or else the name of one who has none."""
        if person.key or not person.name or not cells.is_blank(person.id_cell):
            return bool(person.key)
        return not self.roster.called(person.name, person.team)

    def _note_strangers(self, strangers: Mapping[tuple[str, str, str], Sequence[Person]]) -> None:
        proposals = _Proposals(self)
        for who, people in sorted(strangers.items()):
            told = [person for person in people if not person.goes_unlisted()]
            near = str(proposals.near(*who) or "") if told else ""
            for person in told:
                person.reject(error("not-on-the-roster", person.place, employee=str(person), near=near))

    def _note_other_name(self, person: Person, listed: Listed) -> None:
        if person.goes_unlisted():
            return
        called = self.roster.called(person.name, person.team) or self.roster.called(person.name, "")
        near = str(called[0]) if len(called) == 1 else ""
        values = {"employee": person.identifier, "found": person.name, "listed": listed.name}
        person.reject(error("name-differs", person.place, near=near, **values))

    def _note_difference(self, people: Sequence[Person], label: str, here: str, there: str) -> None:
        first = people[0]
        found, listed = (self.rubrics[one].name if label == TEAM else one for one in (here, there))
        values = {"found": found, "listed": listed, "employees": in_short(people), "count": len(people)}
        column, place = Term(f"column.{label}"), first.place_under(label)
        first.table.findings.append(warning("team-differs", place, column=column, **values))

    def _note_absent(self, people: Sequence[Person]) -> None:
        first = people[0]
        values = {"employees": in_short(people), "count": len(people), "period": self.period}
        first.table.findings.append(warning("not-in-period", first.place, **values))

    def missing(self) -> Iterator[Finding]:
        """Who of the teams in the sheets is in none of them."""
        place = Place(self.roster.name)
        of_roster = {one.team for one in self.roster.people.values()}
        for team in sorted({person.team for person in self.people.everyone} - {""}):
            missing = [one for one in self.others if one.team == team]
            if team not in of_roster:
                yield warning("nobody-in-team", place, team=self.rubrics[team].name)
            elif missing:
                values = {"employees": in_short(missing), "count": len(missing)}
                yield warning("missing-from-sheets", place, team=self.rubrics[team].name, **values)


def _is_called(person: Person, listed: Listed) -> bool:
    """Whether the roster has the name of the sheet, as far as both have one."""
    return not person.name or not listed.name or same_name(person.name, listed.name)


def _differences(person: Person, listed: Listed) -> Iterator[tuple[str, str, str]]:
    """Team and department, where the roster has another: what it is, what stands here, and there."""
    if person.team and listed.team and person.team != listed.team:
        yield TEAM, person.team, listed.team
    here, there = person.department, listed.department
    if here and there and not same_name(here, there):
        yield DEPARTMENT, here, there


class _Proposals:
    """Finds who of the roster is meant by an id and a name that are not on it."""

    def __init__(self, comparison: _RosterComparison) -> None:
        self._roster = comparison.roster
        self._keys = comparison.people.keys
        self._others = comparison.others
        self._left = _MOST_SPELLED

    def near(self, key: str, name: str, team: str) -> Listed | None:
        """The one who has the name, or nearly the id; None for nobody, or for several."""
        alike = self._alike(key)
        for found in (
            self._unseen(self._roster.called(name, team)),
            self._unseen(self._roster.called(name, "")),
            [one for one in alike if not name or not one.name or same_name(name, one.name)],
            self._unseen(alike),
        ):
            if len(found) == 1:
                return found[0]
        return self._spelled(key, name, team)

    def _unseen(self, people: Sequence[Listed]) -> list[Listed]:
        """Those who stand in no sheet under their own id; nobody, where they are too many to choose from."""
        if len(people) > _MOST_ALIKE:
            return []
        return [one for one in people if one.key not in self._keys]

    def _alike(self, key: str) -> Sequence[Listed]:
        """Those whose id differs in leading zeros, or in letters that are missing here or there."""
        letters, number = letters_and_number(key)
        found = self._roster.by_shape.get(shape(key), ()) if key else ()
        if not found and number:
            numbered = self._roster.by_number.get(number, ())[:_MOST_ALIKE]
            found = [one for one in numbered if not (letters and letters_and_number(one.key)[0])]
        return found[:_MOST_ALIKE]

    def _spelled(self, key: str, name: str, team: str) -> Listed | None:
        if not self._left:
            return None
        self._left -= 1
        candidates = [one for one in self._others if not team or one.team in {"", team}][:_MOST_CANDIDATES]
        likeness = {one: _likeness(key, fold(name), one) for one in candidates}
        most = max(likeness.values(), default=0.0)
        best = [one for one, likely in likeness.items() if likely == most]
        return best[0] if most and len(best) == 1 else None


def _likeness(key: str, name: str, listed: Listed) -> float:
    """How much an id and a folded name look like those of one on the roster; 0 where they do not."""
    if max(map(len, (key, name, listed.key, listed.name))) > _LONGEST:
        return 0.0
    ids = SequenceMatcher(None, key, listed.key, autojunk=False).ratio() if key else 1.0
    names = SequenceMatcher(None, name, fold(listed.name), autojunk=False).ratio() if name else 1.0
    close_name = _CLOSE_NAME if key else _CLOSE_NAME_ALONE
    return ids * names if ids >= _CLOSE_ID and names >= close_name else 0.0
