"""``perf rollup``: results of months and of the cycle's own appraisal → that of a quarter or a year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import WORKBOOK, check_target, write_whole
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.scoring.rollups import Rollup


def rollup(
    results: options.ResultFiles,
    output: options.OutputPath = None,
    roster: options.Roster = None,
    period: Annotated[
        str, typer.Option("--period", help="help.option.rollup-period", metavar="PERIOD", show_default=False)
    ] = "",
    partial: Annotated[
        bool, typer.Option("--partial", help="help.option.rollup-partial", show_default=False)
    ] = False,
    map_: options.Map = None,
    accept: options.RollupAccept = None,
    rubrics: options.Rubrics = None,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    json: options.Json = False,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Rolls results up to the total of a quarter or a year."""
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.cli.score import show_results
    from perfcli.pipelines import rollup as pipeline
    from perfcli.scoring.omissions import partial_note
    from perfcli.scoring.rollup_records import rollup_record
    from perfcli.sealed.rollups import ROLLUPS

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    inputs = [*results, *(one for one in (roster, map_, password_file) if one is not None)]
    if output is not None:
        check_target(output, force=force, inputs=inputs, endings=WORKBOOK)
    ruleset = load_rules(rubrics, out)
    request = pipeline.RollupRequest(results, roster, period, partial, map_, accept or ())
    found = Passwords(password_file, out, large=large).unlock(
        lambda access, tell: pipeline.roll_results(replace(request, access=access, tell=tell), ruleset)
    )
    target = output or results[0].with_name(f"{found.period}.rollup.xlsx")
    check_target(target, force=force, inputs=inputs, endings=WORKBOOK)
    with out.progress("writing") as tell:
        write_whole(target, ROLLUPS.workbook(found, out.wording, tell), out, force=force)
    out.findings(found.findings)
    out.warn(partial_note(len(found.frame), found.left_out))
    if json:
        out.json(rollup_record(found, out.wording))
        return
    show_results(found.results, out)
    _show_parts(found, out)
    out.show(out.wording("rollup.written", path=target))


def _show_parts(found: Rollup, out: Output) -> None:
    """Of which parts the totals are made, and who has too few of them."""
    out.say(
        "rollup.made-of", parts=[part.name for part in found.parts if part.counts and found.has_any(part)]
    )
    if len(found.unrated):
        out.say("rollup.unrated-count", count=len(found.unrated))
