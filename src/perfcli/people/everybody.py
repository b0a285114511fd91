"""Everybody in the results of several periods, as one table: who it is, and was called otherwise before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import BONUS_BASE, EMPLOYEE_ID, NAME, PERIOD, SUPERIOR, TEAM
from perfcli.people.identifiers import same_name
from perfcli.people.presence import DAYS, Presence, presence, present
from perfcli.people.roster import Roster
from perfcli.rules.periods import days
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import IDENTITY, InputFile, rows
from perfcli.scoring.rollups import RollupPart
from perfcli.text import Term

Rows = npt.NDArray[np.int64]
_Objects = npt.NDArray[np.object_]

_SHOWN = 10
_CHANGING = (NAME, "department", "position", TEAM)
"""What may differ from result to result; the last one counts."""


@dataclass(frozen=True)
class Piece:
    """The results of one part, as a workbook has them.

    ``key`` is that of the part; ``frame`` has the identity columns, ``total`` and ``grade`` and perhaps
    ``bonus_base`` and ``superior``; ``file`` is the workbook, ``sources`` are what it was read from at first;
    ``left_out`` has the identity columns of those whom an error kept from being in it.
    """

    key: str
    file: str
    sources: tuple[InputFile, ...]
    frame: pd.DataFrame
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass
class Everybody:
    """Everybody who has a result in any piece, and who is on the roster and worked in the period.

    ``frame`` has a row for each, in the order of the folded ids: the identity columns and ``superior`` as the
    last result has them, else the roster, and ``bonus_base`` where any result has one.
    """

    pieces: Sequence[Piece]
    roster: Roster | None
    period: str

    @cached_property
    def in_time(self) -> list[Piece]:
        """The pieces by the days on which they end, longer periods last."""
        return sorted(self.pieces, key=lambda one: (_when(one.key), one.file))

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        """The row of everybody, by folded id: who has a result, and who is on the roster."""
        identifiers = {one for piece in self.pieces for one in piece.frame[EMPLOYEE_ID].tolist()}
        found = {fold(one): one for one in sorted(identifiers)}
        found |= {key: key for key in self.left_out if key not in found}
        if self.roster is not None:
            here = present(self.roster.frame, self.period)
            listed = here[(here[TEAM] != "") & (here[EMPLOYEE_ID] != "")]
            found |= {key: one for one in listed[EMPLOYEE_ID].tolist() if (key := fold(one)) not in found}
        return {key: row for row, key in enumerate(sorted(found))}

    @cached_property
    def left_out(self) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        """Those whom an error kept from being in a piece, by folded id, with its file."""
        return {
            fold(person[EMPLOYEE_ID]): (piece.file, person)
            for piece in self.in_time
            for person in rows(piece.left_out)
            if person[EMPLOYEE_ID]
        }

    @cached_property
    def places(self) -> list[Rows]:
        """Of each piece in time, the rows of its people."""
        known: dict[str, int] = {}
        found = []
        for piece in self.in_time:
            identifiers = piece.frame[EMPLOYEE_ID].tolist()
            for one in identifiers:
                if one not in known:
                    known[one] = self._rows[fold(one)]
            found.append(np.array([known[one] for one in identifiers], dtype=np.int64))
        return found

    @cached_property
    def frame(self) -> pd.DataFrame:
        """See above."""
        count = len(self._rows)
        columns: dict[str, _Objects] = {
            key: np.full(count, "", dtype=object) for key in (*IDENTITY, SUPERIOR)
        }
        bases = np.full(count, np.nan)
        for key, (_, person) in self.left_out.items():
            for column in (EMPLOYEE_ID, *_CHANGING):
                columns[column][self._rows[key]] = person[column]
        if self.roster is not None:
            listed = [(row, self.roster.people.get(key)) for key, row in self._rows.items()]
            rows = np.array([(row, one.row) for row, one in listed if one is not None], dtype=np.int64)
            here, there = rows.reshape(-1, 2).T
            for key in (EMPLOYEE_ID, *_CHANGING):
                columns[key][here] = self.roster.frame[key].to_numpy(dtype=object)[there]
        for piece, own in zip(self.in_time, self.places, strict=True):
            for key in (EMPLOYEE_ID, *_CHANGING, SUPERIOR):
                if key in piece.frame:
                    values = piece.frame[key].to_numpy(dtype=object)
                    is_said = values != ""
                    columns[key][own[is_said]] = values[is_said]
            if BONUS_BASE in piece.frame:
                base = piece.frame[BONUS_BASE].to_numpy(dtype=np.float64)
                bases[own[~np.isnan(base)]] = base[~np.isnan(base)]
        columns[PERIOD][:] = self.period
        frame = pd.DataFrame(columns)[[*IDENTITY, SUPERIOR]]
        return frame if np.isnan(bases).all() else frame.assign(**{BONUS_BASE: bases})

    @cached_property
    def presence(self) -> Presence:
        """When everybody was there."""
        found = pd.DataFrame(dict.fromkeys(DAYS), index=self.frame.index, dtype=object)
        if self.roster is not None:
            listed = [self.roster.people.get(key) for key in self._rows]
            here = [row for row, one in enumerate(listed) if one is not None]
            there = [one.row for one in listed if one is not None]
            for key in DAYS:
                found[key].array[here] = self.roster.frame[key].to_numpy(dtype=object)[there]
        return presence(found)

    def without_team(self) -> Iterator[Finding]:
        """Who is on the roster without a team, worked in the period, and has no result at all.

        Findings: the warning ``nobody-s-team``.
        """
        if self.roster is None:
            return
        here = present(self.roster.frame, self.period)
        columns = (here[here[TEAM] == ""][key].tolist() for key in (EMPLOYEE_ID, NAME))
        pairs = zip(*columns, strict=True)
        people = [f"{one} {name}".strip() for one, name in pairs if one and fold(one) not in self._rows]
        if people:
            shown = [*people[:_SHOWN], *(["…"] if len(people) > _SHOWN else [])]
            values = {"count": len(people), "people": shown}
            yield warning("nobody-s-team", Place(self.roster.name), **values)

    def strangers(self) -> Iterator[tuple[int, Finding]]:
        """Who is not on the roster, or has another name there, by the row.

        Findings: the errors ``not-on-pay-roster`` and ``other-name-on-roster``.
        """
        if self.roster is None:
            return
        columns = (self.frame[key].tolist() for key in (EMPLOYEE_ID, NAME))
        for row, (identifier, name) in enumerate(zip(*columns, strict=True)):
            listed = self.roster.people.get(fold(identifier))
            if listed is None:
                place = Place(self.roster.name)
                yield row, error("not-on-pay-roster", place, employee=self.person(row))
            elif name and listed.name and not same_name(name, listed.name):
                values = {"employee": self.person(row), "listed": listed.name}
                yield row, error("other-name-on-roster", self.place(row, NAME), **values)

    def changes(self, ruleset: Ruleset) -> Iterator[Finding]:
        """In which results somebody had another name, department, position or team than in the last one.

        Findings: the warning ``identity-changed``, one for each column.
        """
        teams = {team: rubric.name for team, rubric in ruleset.rubrics.items()}
        for key in _CHANGING:
            last = self.frame[key].to_numpy(dtype=object)
            changed: dict[int, str] = {}
            for piece, places in zip(self.in_time, self.places, strict=True):
                said = piece.frame[key].to_numpy(dtype=object)
                for place in np.flatnonzero((said != last[places]) & (said != "")).tolist():
                    changed.setdefault(int(places[place]), str(said[place]))
            if changed:
                named: Mapping[str, Any] = teams if key == TEAM else {}
                people = [
                    Term(
                        "rollup.changed",
                        {
                            "employee": self.person(row),
                            "first": named.get(was, was),
                            "last": named.get(last[row], last[row]),
                        },
                    )
                    for row, was in sorted(changed.items())[:_SHOWN]
                ]
                more = ["…"] if len(changed) > _SHOWN else []
                values = {"count": len(changed), "column": Term(f"column.{key}"), "people": [*people, *more]}
                yield warning("identity-changed", Place(), **values)

    def place(self, row: int, key: str = EMPLOYEE_ID) -> Place:
        """The cell of somebody on the roster."""
        if self.roster is None:
            return Place()
        listed = self.roster.people.get(fold(self.frame[EMPLOYEE_ID].array[row]))
        if listed is None or self.roster.listing is None:
            return Place(self.roster.name)
        return self.roster.listing.place(listed.row, key)

    def people(self, rows: Rows) -> list[str]:
        """The first ten of some rows."""
        return [*map(self.person, rows[:_SHOWN].tolist()), *(["…"] if len(rows) > _SHOWN else [])]

    def person(self, row: int) -> str:
        """How a message names somebody."""
        identifier, name = (self.frame[key].array[row] for key in (EMPLOYEE_ID, NAME))
        return f"{identifier} {name}".strip()


def _when(key: str) -> tuple[Any, int]:
    """When the period of a part ends; of those that end on one day, the longer is later."""
    first, last = days(RollupPart(key).period)
    return last, (last - first).days
