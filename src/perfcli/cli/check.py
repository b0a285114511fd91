"""``perf check``: everything that is wrong with score sheets, without scoring them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.score import read_ahead
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perfcli.cli.output import Output
    from perfcli.files.reader import Access
    from perfcli.findings import Finding
    from perfcli.progress import Tell
    from perfcli.sheets.understanding import Understood


def check(
    sheets: options.Sheets,
    team: options.Team = "",
    period: options.Period = "",
    plan: options.Plans = None,
    map_: options.Map = None,
    roster: options.Roster = None,
    accept: options.Accept = None,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    rubrics: options.Rubrics = None,
    rules_of: options.RulesOf = None,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", help="help.option.annotate", metavar="FILE", show_default=False),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="help.option.explain", show_default=False)
    ] = False,
    force: options.Force = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Lists every finding of score sheets."""
    read_ahead(sheets, password_file, large=large)
    from perfcli.cli.annotating import check_copy, write_copy
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules_or_sealed
    from perfcli.errors import DataError, FileError
    from perfcli.findings import Severity, has_errors
    from perfcli.pipelines import score as pipeline
    from perfcli.scoring.omissions import WHOLE_SHEET
    from perfcli.scoring.records import findings_record
    from perfcli.text import Term
    from perfcli.version import __version__

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    if annotate is not None:
        others = [one for one in (map_, roster, rules_of, password_file) if one is not None]
        check_copy(annotate, sheets, [*sheets, *(plan or []), *others], force=force)
    passwords = Passwords(password_file, out, large=large)
    ruleset = load_rules_or_sealed(rubrics, rules_of, passwords, out)
    request = pipeline.Request(sheets, team, period, False, plan or [], map_, roster, accept or ())

    def read(access: Access, tell: Tell) -> tuple[pipeline.Reading, Access]:
        return pipeline.read(replace(request, access=access, tell=tell), ruleset), access

    reading, access = passwords.unlock(read)
    failed: tuple[Finding, ...] = ()
    if annotate is not None:
        failed = write_copy(annotate, reading, access, out, force=force, explain=explain)
    left_out = int((reading.sheets.rejected["row"] != WHOLE_SHEET).sum())
    counts = {
        "errors": sum(one.severity is Severity.ERROR for one in reading.findings),
        "warnings": sum(one.severity is Severity.WARNING for one in reading.findings),
        "people": len(reading.sheets.employees),
        "of": len(reading.sheets.employees) + left_out,
    }
    if explain:
        _explain(reading.sheets.understood, out)
    if has_errors(reading.findings):
        raise DataError([*reading.findings, *failed], Term("check.summary", counts))
    if failed:
        raise FileError([*reading.findings, *failed])
    out.findings(reading.findings)
    if json:
        record = {"perf": __version__, "findings": findings_record(reading.findings, out.wording)}
        understood = [one.record(out.wording) for one in reading.sheets.understood]
        out.json(record | ({"understood": understood} if explain else {}))
    out.say("check.summary", **counts)


def _explain(understood: Sequence[Understood], out: Output) -> None:
    """How each sheet was understood: a line for each thing, and a table of its columns."""
    from perfcli.cli.output import table

    language = out.wording.language
    for one in understood:
        out.show(one.title().in_language(language))
        for about, said in one.lines():
            out.show(f"  {about.in_language(language)}: {said.in_language(language)}")
        headers = (out.wording(f"understood.column.{key}") for key in ("cell", "text", "meaning"))
        columns = table(*headers, whole=(0,))
        for cell, text, meaning in one.columns:
            columns.add_row(cell, text, meaning.in_language(language))
        out.show(columns)
