"""``perf template``: plans, daily records, self-evaluations and score sheets to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, make_folder, write_whole
from perfcli.cli.session import open_output
from perfcli.rules.kinds import Kind
from perfcli.rules.roles import Role

if TYPE_CHECKING:
    import pandas as pd

    from perfcli.cli.output import Output
    from perfcli.files.reader import Book
    from perfcli.people.roster import Roster
    from perfcli.rules.models import Rubric
    from perfcli.rules.ruleset import Ruleset
    from perfcli.sheets.preparation import Preparation


def template(
    team: Annotated[
        str, typer.Argument(help="help.option.template-team", metavar="[TEAM]", show_default=False)
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="help.option.all", show_default=False)] = False,
    kind: Annotated[
        Kind, typer.Option("--kind", help="help.option.kind", metavar="KIND", show_default=False)
    ] = Kind.SCORE,
    roster: options.Roster = None,
    period: options.Period = "",
    plan: options.Plans = None,
    own: Annotated[
        list[Path] | None, typer.Option("--self", help="help.option.self", metavar="FILE", show_default=False)
    ] = None,
    records: Annotated[
        list[Path] | None,
        typer.Option("--records", help="help.option.records", metavar="FILE", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="help.option.template-output", metavar="FILE", show_default=False
        ),
    ] = None,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    rubrics: options.Rubrics = None,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Writes blank sheets, with what is known already filled in."""
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.errors import DataError, usage_error
    from perfcli.pipelines.score import parse_period_option, parse_team_option, read_groups
    from perfcli.sheets.preparation import Preparation, Sources
    from perfcli.sheets.reading import Chosen

    out = open_output(lang, quiet=quiet, verbose=verbose)
    plans, selves, daily = plan or [], own or [], records or []
    sources = [*plans, *selves, *daily]
    if (bool(team) and every) or not (team or every or plans or selves):
        raise usage_error("team-or-all")
    if sources and kind is not Kind.SCORE:
        raise usage_error("only-for-score-sheets")
    ruleset = load_rules(rubrics, out)
    chosen = Chosen(parse_team_option(team, ruleset), parse_period_option(period))
    listed = [roster] if roster else []
    read = partial(read_groups, (plans, selves, daily, listed))
    *books, rosters = Passwords(password_file, out, large=large).unlock(read)
    prepared = Preparation(Sources(*books), ruleset, chosen)
    if prepared.has_errors:
        raise DataError(prepared.findings)
    teams = _teams(chosen.team, kind, ruleset, prepared, every=every)
    if daily and len(teams) > 1:
        raise usage_error("records-of-one-team")
    several = every or len(teams) > 1
    if several and output is not None:
        make_folder(output)
    targets = {one: _target(output, one, kind, prepared.period, several=several) for one in teams}
    for target in targets.values():
        check_target(target, force=force, inputs=[*sources, *listed])
    people = _people(rosters, teams, prepared, ruleset, out)
    contents = _contents(ruleset, people, kind, prepared, out)
    if prepared.has_errors:
        raise DataError(prepared.findings)
    for one, target in targets.items():
        write_whole(target, contents[one])
    out.findings(prepared.findings)
    for one, target in targets.items():
        out.show(out.wording("template.written", team=ruleset.rubrics[one].name, path=target))


def _teams(team: str, kind: Kind, ruleset: Ruleset, prepared: Preparation, *, every: bool) -> list[str]:
    """The teams that get a sheet: the one that was named, all, or those of the plan."""
    from perfcli.errors import usage_error

    wanted = [team] if team else list(ruleset.rubrics) if every else prepared.teams
    if kind is Kind.PLAN:
        measured = [one for one in wanted if _has_targets(ruleset.rubrics[one])]
        if not measured:
            raise usage_error("nothing-to-plan", teams=[ruleset.rubrics[one].name for one in wanted])
        return measured
    return wanted


def _has_targets(rubric: Rubric) -> bool:
    return any(Role.TARGET in one.measure.asked() for one in rubric.indicators)


def _contents(
    ruleset: Ruleset,
    people: Mapping[str, pd.DataFrame | None],
    kind: Kind,
    prepared: Preparation,
    out: Output,
) -> Mapping[str, bytes]:
    """The workbook of each team."""
    contents: dict[str, bytes] = {}
    with out.progress("writing") as tell:
        for done, (team, own) in enumerate(people.items()):
            tell("writing", done, len(people))
            contents[team] = _content(ruleset, team, own, kind, prepared, out)
    return contents


def _content(
    ruleset: Ruleset,
    team: str,
    people: pd.DataFrame | None,
    kind: Kind,
    prepared: Preparation,
    out: Output,
) -> bytes:
    from perfcli.workbooks.templates.records import record_template_workbook
    from perfcli.workbooks.templates.template import template_workbook

    rubric, period = ruleset.rubrics[team], prepared.period
    if kind is Kind.RECORD:
        return record_template_workbook(rubric, people, period, out.wording)
    if people is not None:
        people = prepared.with_known(rubric, people)
    return template_workbook(rubric, ruleset.policy, people, period, out.wording, kind)


def _target(output: Path | None, team: str, kind: Kind, period: str, *, several: bool) -> Path:
    """The file of a team: as named, else ``operations-2026-11.xlsx``; of several, in the named folder."""
    parts = (team, period, "" if kind is Kind.SCORE else kind.value)
    name = "-".join(part for part in parts if part) + ".xlsx"
    if several:
        return (output or Path()) / name
    return output or Path(name)


def _people(
    rosters: list[Book], teams: list[str], prepared: Preparation, ruleset: Ruleset, out: Output
) -> dict[str, pd.DataFrame | None]:
    """For each team its people on the roster, else in the plan; None where there is neither."""
    from perfcli.errors import DataError
    from perfcli.findings import Place, error, has_errors
    from perfcli.people.roster import of_team, read_roster

    if not rosters:
        return {team: prepared.people(team) for team in teams}
    (book,) = rosters
    roster = read_roster(book, ruleset.rubrics)
    findings = list(roster.findings)
    if not has_errors(findings):
        findings += [
            error("nobody-in-team", Place(book.name), team=ruleset.rubrics[team].name)
            for team in teams
            if of_team(roster, team).empty
        ]
    if has_errors(findings):
        raise DataError(findings)
    out.findings(findings)
    period = prepared.period
    here = {team: _present(roster, ruleset.rubrics[team], period, out) for team in teams}
    if absent := [ruleset.rubrics[team].name for team in teams if here[team].empty]:
        raise DataError(
            error("nobody-in-period", Place(book.name), team=team, period=period) for team in absent
        )
    return dict(here)


def _present(roster: Roster, rubric: Rubric, period: str, out: Output) -> pd.DataFrame:
    from perfcli.people.roster import of_team, present

    people = of_team(roster, rubric.team)
    here = present(people, period)
    if len(here) < len(people):
        absent = list(people.drop(here.index)["employee_id"])
        out.say("template.absent", team=rubric.name, count=len(absent), people=absent, period=period)
    return here
