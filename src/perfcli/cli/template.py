"""``perf template``: plans, daily records, self-evaluations and score sheets to fill in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import WORKBOOK, check_target, make_folder, write_together
from perfcli.cli.session import open_output
from perfcli.rules.kinds import Kind

if TYPE_CHECKING:
    from perfcli.pipelines.template import Templates


def template(
    team: Annotated[
        str, typer.Argument(help="help.option.template-team", metavar="[TEAM]", show_default=False)
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="help.option.all", show_default=False)] = False,
    cycle: Annotated[
        str, typer.Option("--cycle", help="help.option.template-cycle", metavar="CYCLE", show_default=False)
    ] = "",
    kind: Annotated[
        Kind, typer.Option("--kind", help="help.option.kind", metavar="KIND", show_default=False)
    ] = Kind.SCORE,
    roster: options.Roster = None,
    map_: options.Map = None,
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
    accept: options.TemplateAccept = None,
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
    from perfcli.pipelines.template import TemplateRequest, prepare_templates

    out = open_output(lang, quiet=quiet, verbose=verbose)
    request = TemplateRequest(
        team, every, cycle, kind, period, roster, plan or [], own or [], records or [], map_, accept or ()
    )
    ruleset = load_rules(rubrics, out)
    prepared = Passwords(password_file, out, large=large).unlock(
        lambda access, tell: prepare_templates(replace(request, access=access, tell=tell), ruleset)
    )
    several = every or (bool(cycle) and not team) or len(prepared.people) > 1
    if several and output is not None:
        make_folder(output)
    targets = {one: _target(output, one, prepared, several=several) for one in prepared.people}
    inputs = [*request.plans, *request.selves, *request.records, *(one for one in (roster, map_) if one)]
    for target in targets.values():
        check_target(target, force=force, inputs=inputs, endings=WORKBOOK)
    for one, absent in prepared.absent.items():
        if absent:
            values = {"count": len(absent), "people": absent, "period": prepared.period}
            out.say("template.absent", team=ruleset.rubrics[one].name, **values)
    contents = {}
    with out.progress("writing") as tell:
        for done, one in enumerate(targets):
            tell("writing", done, len(targets))
            contents[one] = prepared.workbook(one, out.wording)
    write_together({target: contents[one] for one, target in targets.items()}, out, force=force)
    out.findings(prepared.findings)
    for one, target in targets.items():
        out.show(out.wording("template.written", team=ruleset.rubrics[one].name, path=target))


def _target(output: Path | None, team: str, prepared: Templates, *, several: bool) -> Path:
    """The file of a team: as named, else ``operations-2026-11.xlsx``; of several, in the named folder."""
    kind = prepared.kind
    parts = (team, prepared.period, "" if kind is Kind.SCORE else kind.value)
    name = "-".join(part for part in parts if part) + ".xlsx"
    if several:
        return (output or Path()) / name
    return output or Path(name)
