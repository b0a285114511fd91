"""``perf template``: blank score sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, make_folder, write_whole
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    import pandas as pd

    from perfcli.cli.output import Output
    from perfcli.rules.models import Rubric
    from perfcli.rules.ruleset import Ruleset
    from perfcli.sheets.roster import Roster


def template(
    team: Annotated[
        str, typer.Argument(help="help.option.template-team", metavar="[TEAM]", show_default=False)
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="help.option.all", show_default=False)] = False,
    roster: Annotated[
        Path | None, typer.Option("--roster", help="help.option.roster", metavar="FILE", show_default=False)
    ] = None,
    period: options.Period = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="help.option.template-output", metavar="FILE", show_default=False
        ),
    ] = None,
    rubrics: options.Rubrics = None,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Writes blank score sheets."""
    from perfcli.cli.rules import load_rules
    from perfcli.errors import usage_error
    from perfcli.pipeline import parse_period_option, parse_team_option
    from perfcli.rules.ruleset import fingerprint
    from perfcli.workbooks.template import template_workbook

    out = open_output(lang, quiet=quiet, verbose=verbose)
    if bool(team) == every:
        raise usage_error("team-or-all")
    ruleset = load_rules(rubrics, out)
    when = parse_period_option(period)
    teams = list(ruleset.rubrics) if every else [parse_team_option(team, ruleset)]
    if every and output is not None:
        make_folder(output)
    targets = {one: _target(output, one, when, every=every) for one in teams}
    for target in targets.values():
        check_target(target, force=force, inputs=[roster] if roster else [])
    people = _people(roster, teams, when, ruleset, out)
    for one, target in targets.items():
        rubric = ruleset.rubrics[one]
        content = template_workbook(
            rubric, ruleset.policy, fingerprint(rubric), people[one], when, out.wording
        )
        write_whole(target, content)
        out.show(out.wording("template.written", team=rubric.name, path=target))


def _target(output: Path | None, team: str, period: str, *, every: bool) -> Path:
    """The file of a team: as named, else ``operations-2026-11.xlsx``; with ``--all``, in the named folder."""
    name = f"{team}-{period}.xlsx" if period else f"{team}.xlsx"
    if every:
        return (output or Path()) / name
    return output or Path(name)


def _people(
    path: Path | None, teams: list[str], period: str, ruleset: Ruleset, out: Output
) -> dict[str, pd.DataFrame | None]:
    """For each team its people on the roster, or None where there is no roster."""
    from perfcli.errors import DataError
    from perfcli.findings import Place, error, has_errors
    from perfcli.sheets.reader import read_book
    from perfcli.sheets.roster import of_team, read_roster

    if path is None:
        return dict.fromkeys(teams)
    roster = read_roster(read_book(path), ruleset.rubrics)
    findings = list(roster.findings)
    if not has_errors(findings):
        findings += [
            error("nobody-in-team", Place(path.name), team=ruleset.rubrics[team].name)
            for team in teams
            if of_team(roster, team).empty
        ]
    if has_errors(findings):
        raise DataError(findings)
    out.findings(findings)
    here = {team: _present(roster, ruleset.rubrics[team], period, out) for team in teams}
    if absent := [ruleset.rubrics[team].name for team in teams if here[team].empty]:
        raise DataError(
            error("nobody-in-period", Place(path.name), team=team, period=period) for team in absent
        )
    return dict(here)


def _present(roster: Roster, rubric: Rubric, period: str, out: Output) -> pd.DataFrame:
    from perfcli.sheets.roster import of_team, present

    people = of_team(roster, rubric.team)
    here = present(people, period)
    if len(here) < len(people):
        absent = list(people.drop(here.index)["employee_id"])
        out.say("template.absent", team=rubric.name, count=len(absent), people=absent, period=period)
    return here
