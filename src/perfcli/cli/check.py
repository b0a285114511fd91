"""``perf check``: everything that is wrong with score sheets, without scoring them."""

from __future__ import annotations

from dataclasses import replace

from perfcli.cli import options
from perfcli.cli.session import open_output


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
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Lists every finding of score sheets."""
    import perfcli
    from perfcli import pipeline
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.errors import DataError
    from perfcli.findings import has_errors
    from perfcli.scoring.records import findings_record

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    ruleset = load_rules(rubrics, out)
    request = pipeline.Request(
        sheets, team, period, False, plan or [], map_, roster, accept or (), large=large
    )

    def read(password: str) -> pipeline.Reading:
        with out.progress("progress.checking"):
            return pipeline.read(replace(request, password=password), ruleset)

    reading = Passwords(password_file, out).unlock(read)
    if has_errors(reading.findings):
        raise DataError(reading.findings)
    out.findings(reading.findings)
    if json:
        out.json({"perf": perfcli.__version__, "findings": findings_record(reading.findings, out.wording)})
    out.say("check.done", employees=len(reading.sheets.employees), warnings=len(reading.findings))
