"""``perf roster``: what a roster is good for, and a blank one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import WORKBOOK, check_target, write_whole
from perfcli.cli.help import Command, Group
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.pipelines.roster import RosterReport
    from perfcli.rules.ruleset import Ruleset

roster = typer.Typer(help="help.command.roster", no_args_is_help=True, cls=Group)


@roster.command("check", cls=Command, help="help.command.roster-check")
def check_roster(
    path: Annotated[
        Path, typer.Argument(help="help.option.roster-file", metavar="ROSTER", show_default=False)
    ],
    period: options.Period = "",
    map_: options.Map = None,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    rubrics: options.Rubrics = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Says everything that a roster is good for, and everything that is wrong with it."""
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.errors import DataError
    from perfcli.findings import has_errors
    from perfcli.pipelines.roster import RosterRequest, report_roster
    from perfcli.scoring.records import findings_record
    from perfcli.version import __version__

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    ruleset = load_rules(rubrics, out)
    request = RosterRequest(path, period, map_)
    report = Passwords(password_file, out, large=large).unlock(
        lambda access, tell: report_roster(replace(request, access=access, tell=tell), ruleset)
    )
    if not json:
        _show(report, ruleset, out)
    if has_errors(report.findings):
        raise DataError(report.findings)
    out.findings(report.findings)
    if json:
        found = {
            "teams": report.teams,
            "columns": report.columns,
            "missing": report.missing,
            "findings": findings_record(report.findings, out.wording),
        }
        out.json({"perf": __version__, **found})


def _show(report: RosterReport, ruleset: Ruleset, out: Output) -> None:
    """Who is on it, what is read, and what it is good for."""
    from perfcli.cli.output import table
    from perfcli.pipelines.roster import USES

    if out.quiet:
        return
    wording = out.wording
    people = table(wording("column.team"), wording("overview.people"), right=(1,))
    for team, count in sorted(report.teams.items(), key=lambda pair: (not pair[0], pair[0])):
        name = ruleset.rubrics[team].name.in_language(wording.language) if team else wording("roster.no-team")
        people.add_row(name, str(count))
    out.show(people)
    names = {factor.key: factor.name for factor in ruleset.policy.bonus.factors}

    def called(key: str) -> str:
        return names[key].in_language(wording.language) if key in names else wording(f"column.{key}")

    read = table(wording("roster.guide.column"), wording("roster.read-from"))
    for key, cells in report.columns.items():
        read.add_row(called(key), ", ".join(cells))
    out.show(read)
    uses = table(wording("roster.use"), wording("roster.good"), wording("roster.missing"))
    for use in USES:
        missing = report.missing.get(use, ())
        columns = ["/".join(map(called, keys)) for keys in missing]
        good = wording("roster.no" if missing else "roster.yes")
        uses.add_row(wording(f"roster.use-of.{use}"), good, ", ".join(columns))
    out.show(uses)


@roster.command("template", cls=Command, help="help.command.roster-template")
def write_template(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="help.option.roster-output", metavar="FILE", show_default=False),
    ] = None,
    rubrics: options.Rubrics = None,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Writes a blank roster with its columns explained."""
    from perfcli.cli.rules import load_rules
    from perfcli.workbooks.templates.roster import roster_template_workbook

    out = open_output(lang, quiet=quiet, verbose=verbose)
    target = output or Path("roster.xlsx")
    check_target(target, force=force, inputs=[], endings=WORKBOOK)
    ruleset = load_rules(rubrics, out)
    teams, factors = list(ruleset.rubrics.values()), ruleset.policy.bonus.roster_factors
    write_whole(target, roster_template_workbook(teams, out.wording, factors), out, force=force)
    out.show(out.wording("roster.written", path=target))
