"""From rubrics, a roster, plans, self-evaluations and daily records to sheets that are to be filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pandas as pd

from perfcli.errors import DataError, usage_error
from perfcli.files.reader import Access
from perfcli.findings import Finding, Place, error, has_errors
from perfcli.people.presence import present
from perfcli.people.roster import Roster, of_team, read_roster
from perfcli.pipelines.other_rules import OTHER_RULES, check_books
from perfcli.pipelines.score import (
    parse_accept_option,
    parse_cycle_option,
    parse_period_option,
    parse_team_option,
    read_groups,
)
from perfcli.progress import Tell, silent
from perfcli.rules.differences import own_folder
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.periods import cycle
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.bindings import Bindings, load_bindings
from perfcli.sheets.preparation import Preparation, Sources
from perfcli.sheets.reading import Chosen
from perfcli.sheets.unread import UNREAD
from perfcli.text import Term, Wording
from perfcli.workbooks.templates.records import record_template_workbook
from perfcli.workbooks.templates.template import template_workbook

People = Mapping[str, pd.DataFrame | None]
"""The people of each team; None where nobody is known, and everything is typed."""


@dataclass(frozen=True)
class TemplateRequest:
    """Which sheets are wanted: of one team, of every team, or of those in the plans and self-evaluations.

    With ``cycle`` they are of that cycle's own appraisal, of every team where none is named.

    What the roster, plans, self-evaluations and daily records say is filled in; ``map_file`` says what odd
    headers in them mean (see ``load_bindings``). ``accept`` may have ``other-rules`` and ``unread``.
    """

    team: str = ""
    every: bool = False
    cycle: str = ""
    kind: Kind = Kind.SCORE
    period: str = ""
    roster: Path | None = None
    plans: Sequence[Path] = ()
    selves: Sequence[Path] = ()
    records: Sequence[Path] = ()
    map_file: Path | None = None
    accept: Collection[str] = ()
    access: Access = field(default_factory=Access)
    tell: Tell = field(default=silent, repr=False, compare=False)


@dataclass(frozen=True)
class Templates:
    """A sheet for each team in ``people``; ``absent`` are ids on the roster who do not work in the period."""

    ruleset: Ruleset
    kind: Kind
    period: str
    people: People
    absent: Mapping[str, Sequence[str]]
    findings: tuple[Finding, ...]

    def workbook(self, team: str, wording: Wording) -> bytes:
        """The sheet of a team as the bytes of an .xlsx file."""
        rubric, people = self.ruleset.rubrics[team], self.people[team]
        folder = own_folder(self.ruleset, team)
        if self.kind is Kind.RECORD:
            return record_template_workbook(rubric, people, self.period, wording, folder=folder)
        return template_workbook(
            *(rubric, self.ruleset.policy, people, self.period, wording, self.kind),
            folder=folder,
            cycle=self.ruleset.cycle,
        )


def prepare_templates(request: TemplateRequest, ruleset: Ruleset) -> Templates:
    """Reads what is known and finds out who is on which sheet.

    Raises:
        DataError: ``other-rules``; what was read has errors, ``nobody-in-team``, ``nobody-in-period``.
        FileError: one or more files cannot be read; all of them are named.
        UsageError: ``team-or-all``, ``only-for-score-sheets``, ``nothing-to-plan``, ``records-of-one-team``,
            ``cannot-accept``, see ``_of_cycle``, or a team, period or file as in ``score.read``.
    """
    sources = (request.plans, request.selves, request.records)
    ruleset = _of_cycle(request, ruleset)
    every = request.every or (ruleset.cycle is not None and not request.team and not any(sources[:2]))
    if (request.team and every) or not (request.team or every or any(sources[:2])):
        raise usage_error("team-or-all")
    if any(sources) and request.kind is not Kind.SCORE:
        raise usage_error("only-for-score-sheets")
    bindings = load_bindings(request.map_file, ruleset) if request.map_file else Bindings()
    accept = parse_accept_option(request.accept, (OTHER_RULES, UNREAD))
    team, period = parse_team_option(request.team, ruleset), parse_period_option(request.period)
    chosen = Chosen(team, period, bindings, accept=accept)
    listed = [request.roster] if request.roster else []
    *books, rosters = read_groups((*sources, listed), request.access, request.tell)
    accepted = check_books(chain(*books), ruleset, accept)
    prepared = Preparation(Sources(*books), ruleset, chosen)
    if prepared.has_errors:
        raise DataError(prepared.findings)
    teams = [chosen.team] if chosen.team else list(ruleset.rubrics) if every else prepared.teams
    rubrics = [ruleset.rubrics[team] for team in teams]
    if request.kind is Kind.PLAN:
        rubrics = _with_targets(rubrics)
    if request.records and len(rubrics) > 1:
        raise usage_error("records-of-one-team")
    people: People = {one.team: prepared.people(one.team) for one in rubrics}
    absent: Mapping[str, Sequence[str]] = {}
    findings: list[Finding] = []
    used: Sequence[Finding] = ()
    for book in rosters:
        roster = read_roster(book, ruleset.rubrics, bindings.of_roster(ruleset))
        used = bindings.unused(set(bindings.places) - roster.used)
        people, absent, findings = _on_roster(roster, rubrics, prepared.period)
        if not any(sources):
            findings += bindings.unused(roster.used)
    if request.kind is not Kind.RECORD:
        people = {
            one.team: None if own is None else prepared.with_known(one, own)
            for one, own in zip(rubrics, people.values(), strict=True)
        }
    if prepared.has_errors:
        raise DataError(prepared.findings)
    findings = [*accepted, *findings, *(one for one in prepared.findings if one not in used)]
    return Templates(ruleset, request.kind, prepared.period, people, absent, tuple(findings))


def _of_cycle(request: TemplateRequest, ruleset: Ruleset) -> Ruleset:
    """The rules of the cycle that was asked for, if any was.

    Raises:
        UsageError: ``bad-cycle``, ``cycle-without-rubric``, ``other-cycle``.
    """
    if not request.cycle:
        return ruleset
    wanted = parse_cycle_option(request.cycle)
    if wanted is None or wanted not in ruleset.cycles:
        raise usage_error(
            "cycle-without-rubric", cycle=request.cycle, allowed=[one.value for one in ruleset.cycles]
        )
    if (period := parse_period_option(request.period)) and cycle(period) is not wanted:
        raise usage_error("other-cycle", period=period, cycle=Term(f"cycle.{wanted.value}"))
    return ruleset.of_cycle(wanted)


def _with_targets(rubrics: Sequence[Rubric]) -> list[Rubric]:
    """Those with a target to agree on, which is what a plan is for."""
    measured = [
        rubric for rubric in rubrics if any(Role.TARGET in one.measure.asked() for one in rubric.indicators)
    ]
    if not measured:
        raise usage_error("nothing-to-plan", teams=[rubric.name for rubric in rubrics])
    return measured


def _on_roster(
    roster: Roster, rubrics: Sequence[Rubric], period: str
) -> tuple[People, Mapping[str, Sequence[str]], list[Finding]]:
    """The people of each team who work in the period, the ids of the others, and what the roster has."""
    findings = list(roster.findings)
    every = {rubric.team: of_team(roster, rubric.team) for rubric in rubrics}
    if not has_errors(findings):
        findings += [
            error("nobody-in-team", Place(roster.name), team=rubric.name)
            for rubric in rubrics
            if every[rubric.team].empty
        ]
    if has_errors(findings):
        raise DataError(findings)
    here = {team: present(people, period) for team, people in every.items()}
    if nobody := [rubric.name for rubric in rubrics if here[rubric.team].empty]:
        place = Place(roster.name)
        raise DataError(error("nobody-in-period", place, team=team, period=period) for team in nobody)
    absent = {team: list(people.drop(here[team].index)["employee_id"]) for team, people in every.items()}
    return here, absent, findings
