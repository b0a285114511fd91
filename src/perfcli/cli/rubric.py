"""``perf rubric``: looking at the rules and checking them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, make_folder, write_together
from perfcli.cli.help import Command, Group
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rules.calendars import Calendar
    from perfcli.rules.models import Policy, Rubric

rubric = typer.Typer(help="help.command.rubric", no_args_is_help=True, cls=Group)


@rubric.command("list", cls=Command, help="help.command.rubric-list")
def list_rubrics(
    rubrics: options.Rubrics = None,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Lists the rubrics of all teams, and the appraisals of cycles."""
    from perfcli.cli.output import table
    from perfcli.cli.rules import load_rules

    out = open_output(lang, quiet=quiet, verbose=verbose)
    ruleset = load_rules(rubrics, out)
    keys = ("rubric.team-id", "column.team", "rubric.dimensions", "rubric.indicators")
    rows = table(*map(out.wording, keys), right=(2, 3))
    for one in [*ruleset.rubrics.values(), *(cycle.alone() for cycle in ruleset.cycles.values())]:
        counts = str(len(one.dimensions)), str(len(one.indicators))
        rows.add_row(one.team, one.name.in_language(out.wording.language), *counts)
    out.show(rows)
    if ruleset.calendar is not None:
        calendar, until = list(ruleset.calendar.said), ruleset.calendar.known_until or "–"
        out.show(out.wording("rubric.calendar", calendar=calendar, until=until))


@rubric.command("show", cls=Command, help="help.command.rubric-show")
def show_rubric(
    team: Annotated[str, typer.Argument(help="help.option.show-team", metavar="TEAM", show_default=False)],
    rubrics: options.Rubrics = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Shows the indicators and weights of a team or a cycle's own appraisal, or the days of the calendar."""
    from perfcli.cli.rules import load_rules
    from perfcli.pipelines.score import parse_team_option
    from perfcli.rules.loader import rules_folder
    from perfcli.rules.ruleset import cycle_key

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    ruleset = load_rules(rubrics, out)
    if team == "calendar" and team not in ruleset.rubrics and ruleset.calendar is not None:
        _show_calendar(ruleset.calendar, out, json=json)
        return
    cycle = next((one for one in ruleset.cycles if team == one.value and team not in ruleset.rubrics), None)
    if cycle is not None:
        one, file = ruleset.cycles[cycle].alone(), cycle_key(cycle)
    else:
        one = ruleset.rubrics[parse_team_option(team, ruleset)]
        file = one.team
    if json:
        out.json(one.model_dump(mode="json", by_alias=True, exclude_none=True))
        return
    _show(one, ruleset.policy, out)
    out.say("rubric.used", file=rules_folder(rubrics) / ruleset.files[file].name)


def _show_calendar(calendar: Calendar, out: Output, *, json: bool) -> None:
    """Every day that a file of the calendar names, and the files."""
    from perfcli.cli.output import table

    wording, days = out.wording, list(calendar.named())
    sources = [said.in_language(wording.language) for said in calendar.said]
    if json:
        named = [
            {"day": f"{day}", "working": works, "name": name.in_language(wording.language)}
            for day, works, name in days
        ]
        until = calendar.known_until
        out.json({"sources": sources, "known_until": until and f"{until}", "days": named})
        return
    rows = table(*map(wording, ("calendar.day", "calendar.is", "calendar.name")))
    for day, works, name in days:
        kind = wording("calendar.working" if works else "calendar.off")
        rows.add_row(f"{day}", kind, name.in_language(wording.language))
    out.show(rows)
    out.show(wording("rubric.calendar", calendar=sources, until=calendar.known_until or "–"))


def _show(one: Rubric, policy: Policy, out: Output) -> None:
    from perfcli.cli.output import table
    from perfcli.rules.numbers import written
    from perfcli.rules.summaries import scale_text, summarize

    wording = out.wording
    out.show(wording("rubric.title", team=one.name, id=one.team))
    keys = ("rubric.indicator", "column.weight", "rubric.measure", "rubric.id")
    rows = table(*map(wording, keys), right=(1,))
    for dimension in one.dimensions:
        name = dimension.name.in_language(wording.language)
        rows.add_row(name, written(dimension.weight), "", dimension.id, style="bold")
        for indicator in dimension.indicators:
            label = "  " + indicator.name.in_language(wording.language)
            how = summarize(indicator, one, wording, policy.grades)
            rows.add_row(label, written(indicator.weight), how, indicator.id)
    rows.add_section()
    rows.add_row(wording("column.total"), "100", "", "")
    out.show(rows)
    scale = scale_text(one)
    out.show(wording(scale.key, **scale.values))


@rubric.command("check", cls=Command, help="help.command.rubric-check")
def check_rubrics(
    folder: Annotated[
        Path | None, typer.Argument(help="help.option.check-folder", metavar="[DIR]", show_default=False)
    ] = None,
    rubrics: options.Rubrics = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Reports every mistake in the rules and what is still to confirm."""
    from perfcli.errors import RulesError
    from perfcli.findings import has_errors
    from perfcli.rules.loader import check_rules, rules_folder
    from perfcli.scoring.records import findings_record
    from perfcli.version import __version__

    out = open_output(lang, quiet=quiet, machine=json)
    where = rules_folder(folder or rubrics)
    ruleset, findings = check_rules(where)
    if ruleset is None:
        raise RulesError(found for found in findings if has_errors([found]))
    out.findings(findings)
    if json:
        out.json({"perf": __version__, "findings": findings_record(findings, out.wording)})
    out.say("rubric.good", folder=where, teams=len(ruleset.rubrics), unconfirmed=len(findings))


@rubric.command("schema", cls=Command, help="help.command.rubric-schema")
def write_schema(
    folder: Annotated[
        Path | None, typer.Argument(help="help.option.schema-folder", metavar="[DIR]", show_default=False)
    ] = None,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Writes the JSON Schemas of the rules."""
    from perfcli.rules.schema import schemas

    out = open_output(lang, quiet=quiet)
    if folder is None:
        out.json(schemas())
        return
    from perfcli.cli.output import as_json

    targets = {folder / f"{name}.schema.json": as_json(schema).encode() for name, schema in schemas().items()}
    make_folder(folder)
    for target in targets:
        check_target(target, force=force)
    write_together(targets, out, force=force)
    for target in targets:
        out.show(out.wording("rubric.schema-written", path=target))
