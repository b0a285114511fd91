"""What goes before the score sheet: targets of plans and scores of self-evaluations (policy, section 6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from perfcli import exact
from perfcli.files.reader import Book
from perfcli.findings import Finding, error, warning
from perfcli.folding import fold
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import IDENTITY, role_key
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.reading import Chosen, SheetReading
from perfcli.sheets.score_checks import Targets
from perfcli.sheets.scores import Entry, column_name, read_scores

_ROLES = {Kind.PLAN: Role.TARGET, Kind.SELF: Role.SELF}


@dataclass(frozen=True)
class Contributions:
    """The people of plans or of self-evaluations, in the order of the sheets, and what they say.

    ``frame`` has the identity columns and ``<indicator>.target`` or ``<indicator>.self``, NaN where nothing
    was given.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    period: str


def read_contributions(books: Sequence[Book], ruleset: Ruleset, chosen: Chosen, kind: Kind) -> Contributions:
    """Reads every sheet of plans or self-evaluations.

    Findings: those of ``SheetReading`` and ``read_scores``, ``missing-column``; the warning ``left-blank``.
    """
    reading = _ContributionReading(ruleset, chosen, kind)
    reading.read_all(books)
    reading.leave_out_blank_rows()
    reading.compare_people()
    period = reading.one_period()
    role = _ROLES[kind]
    known = [role_key(one.id, role) for rubric in ruleset.rubrics.values() for one in rubric.indicators]
    columns = list(dict.fromkeys([*IDENTITY, *known]))
    frames = [table.frame for table in reading.tables if len(table.frame)]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(IDENTITY))
    return Contributions(frame[[key for key in columns if key in frame]], reading.every_finding(), period)


def agreed_targets(plan: pd.DataFrame) -> Targets:
    """The targets of a plan as ``score_checks`` compares them."""
    ending = f".{Role.TARGET.value}"
    agreed: dict[str, dict[str, Decimal]] = {}
    for key in (str(key) for key in plan.columns if str(key).endswith(ending)):
        for employee, target in zip(plan["employee_id"], plan[key], strict=True):
            if not np.isnan(target):
                agreed.setdefault(fold(employee), {})[key.removesuffix(ending)] = exact.decimal(target)
    return agreed


class _ContributionReading(SheetReading):
    """Reads the columns of one role.

    Everybody may have got the sheet of the whole team, and filled in their own row: a row that says nothing
    of somebody for whom another row does is left alone.
    """

    def __init__(self, ruleset: Ruleset, chosen: Chosen, kind: Kind) -> None:
        super().__init__(ruleset, chosen, kind)
        self._read: list[tuple[Table, list[Entry]]] = []

    def examine(self, table: Table, book: Book, rubrics: Mapping[str, Rubric]) -> bool:
        del book
        role = _ROLES[self.kind]
        found: list[Entry] = []
        for rubric in rubrics.values():
            entries = read_scores(table, rubric, self.ruleset.policy)
            own = {one: entry for one, entry in entries.items() if one[1] == role}
            found += own.values()
            if not own:
                place = table.place(table.header.row, table.header.columns[0].index)
                name = column_name(rubric.indicators[0], role)
                table.findings.append(error("missing-column", place, indicator=name, team=rubric.name))
        filled = any(not np.isnan(entry.numbers).all() for entry in found)
        if filled:
            self._read.append((table, found))
        return filled

    def leave_out_blank_rows(self) -> None:
        """Leaves out the rows of those who filled in another one, and remarks what is blank in the others."""
        rows: dict[tuple[str, str], list[tuple[int, int]]] = {}
        filled: set[tuple[int, int]] = set()
        for number, (table, entries) in enumerate(self._read):
            filled |= {(number, int(one.positions[index])) for one in entries for index in _filled(one)}
            people = zip(table.frame["employee_id"], table.frame["name"], strict=True)
            for position, (identifier, name) in enumerate(people):
                if identifier:
                    rows.setdefault((fold(identifier), fold(name)), []).append((number, position))
        idle: set[tuple[int, int]] = set()
        for own in rows.values():
            kept = filled.intersection(own) or own[:1]
            idle |= set(own).difference(kept)
        for number, (table, entries) in enumerate(self._read):
            left = {position for one, position in idle if one == number}
            self._note_gaps(table, entries, left)
            keep = np.array([position not in left for position in range(len(table.frame))], dtype=np.bool_)
            table.sound = table.sound[keep]
            table.frame = table.frame[keep].reset_index(drop=True)

    def _note_gaps(self, table: Table, entries: Sequence[Entry], left: Collection[int]) -> None:
        """A blank stays blank, and is remarked."""
        for entry in entries:
            for index in np.flatnonzero(np.isnan(entry.numbers)).tolist():
                position = int(entry.positions[index])
                if index in entry.told or index in entry.not_applicable or position in left:
                    continue
                place = table.place(table.row(position), entry.column)
                column, employee = entry.header, table.employee(position)
                table.findings.append(warning("left-blank", place, column=column, employee=employee))


def _filled(entry: Entry) -> set[int]:
    """For whom an entry says anything, be it wrong."""
    return {*np.flatnonzero(~np.isnan(entry.numbers)).tolist(), *entry.told, *entry.not_applicable}
