"""``perf score``: score sheets → a ranked result workbook."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, write_together
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    import pandas as pd

    from perfcli.cli.output import Output
    from perfcli.scoring.results import Results

SHOWN_EMPLOYEES = 10

_READ_AHEAD = 4


def score(
    sheets: options.Sheets,
    output: options.OutputPath = None,
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
    csv: Annotated[
        Path | None, typer.Option("--csv", help="help.option.csv", metavar="FILE", show_default=False)
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help="help.option.parquet", metavar="FILE", show_default=False)
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="help.option.partial", show_default=False)
    ] = False,
    json: options.Json = False,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Score sheets to totals, grades and ranks, written to a result workbook."""
    read_ahead(sheets, password_file, large=large)
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules_or_sealed
    from perfcli.pipelines import score as pipeline
    from perfcli.scoring.omissions import partial_note
    from perfcli.scoring.records import results_record
    from perfcli.sealed.results import RESULTS

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    others = (map_, roster, rules_of, password_file)
    inputs = [*sheets, *(plan or []), *(one for one in others if one is not None)]
    endings = {".xlsx": output, ".csv": csv, ".parquet": parquet}
    for ending, path in endings.items():
        if path is not None:
            check_target(path, force=force, inputs=inputs, endings=[ending])
    passwords = Passwords(password_file, out, large=large)
    ruleset = load_rules_or_sealed(rubrics, rules_of, passwords, out)
    request = pipeline.Request(sheets, team, period, partial, plan or [], map_, roster, accept or ())
    results = passwords.unlock(
        lambda access, tell: pipeline.score(replace(request, access=access, tell=tell), ruleset)
    )
    with out.progress("writing") as tell:
        contents = flat_tables(results, csv, parquet)
        if output is not None or not contents:
            target = output or default_target(sheets, results.period)
            check_target(target, force=force, inputs=inputs)
            check_rows(results)
            contents[target] = RESULTS.workbook(results, out.wording, tell)
        write_together(contents, out, force=force)
    out.findings(results.findings)
    out.warn(partial_note(len(results.frame), results.left_out))
    if json:
        out.json(results_record(results, out.wording))
    else:
        show_results(results, out)
        for path in contents:
            out.show(out.wording("score.written", path=path))


def flat_tables(results: Results, csv: Path | None, parquet: Path | None) -> dict[Path, bytes]:
    """The results as flat tables, by the files that were asked for."""
    if csv is None and parquet is None:
        return {}
    from perfcli.exports.results_table import results_csv, results_parquet

    contents: dict[Path, bytes] = {}
    if csv is not None:
        contents[csv] = results_csv(results)
    if parquet is not None:
        contents[parquet] = results_parquet(results)
    return contents


def check_rows(results: Results) -> None:
    """Refuses to write a workbook with more people than a worksheet has rows.

    Raises:
        UsageError: ``too-many-for-a-workbook``.
    """
    from perfcli.errors import usage_error
    from perfcli.workbooks.base.long_tables import MOST_ROWS

    if len(results.frame) > MOST_ROWS:
        raise usage_error("too-many-for-a-workbook", count=len(results.frame), most=MOST_ROWS)


def read_ahead(sheets: list[Path], password_file: Path | None, *, large: bool) -> None:
    """Lets a few workbooks be read while pandas is imported, which takes longer than a small team's score.

    Those with a password wait until it is known.
    """
    from perfcli.cli.passwords import ENVIRONMENT
    from perfcli.files.isolation import begin
    from perfcli.files.sheet import Limits

    has_password = password_file is not None or os.environ.get(ENVIRONMENT)
    if len(sheets) <= _READ_AHEAD and not has_password:
        for path in sheets:
            begin(path, Limits().raised() if large else Limits())


def default_target(sheets: list[Path], period: str) -> Path:
    """Where a result goes that was given no name: beside the first sheet."""
    from perfcli.files.source import without_locks

    first, *others = without_locks(sheets)
    stem = period or "scores" if others else first.stem
    return first.with_name(f"{stem}.result.xlsx")


def _labels(people: pd.DataFrame) -> list[str]:
    """Employees as a message names them."""
    named = zip(people["employee_id"], people["name"], strict=True)
    return [f"{identifier} {name}".strip() for identifier, name in named]


def show_results(results: Results, out: Output) -> None:
    """The top of the ranking and how many have each grade."""
    from perfcli.cli.output import table
    from perfcli.scoring.distributions import vetoed
    from perfcli.scoring.results import rows

    if out.quiet:
        return
    wording = out.wording
    keys = ("rank", "employee_id", "name", "team", "total", "grade", "team_rank")
    ranking = table(*(wording(f"column.{key}") for key in keys), right=(0, 4, 6))
    decimals = results.ruleset.policy.rounding.total_decimals
    names = {
        team: rubric.name.in_language(wording.language) for team, rubric in results.ruleset.rubrics.items()
    }
    grades = {grade.id: grade.name.in_language(wording.language) for grade in results.ruleset.policy.grades}
    for row in rows(results.frame.head(SHOWN_EMPLOYEES)):
        ranking.add_row(
            *(str(row["rank"]), row["employee_id"], row["name"], names[row["team"]]),
            *(f"{row['total']:.{decimals}f}", grades[row["grade"]], str(row["team_rank"])),
        )
    out.show(ranking)
    if len(results.frame) > SHOWN_EMPLOYEES:
        out.say("score.more", count=len(results.frame) - SHOWN_EMPLOYEES)
        out.show()
    if len(own := results.frame[results.has_own_weights]):
        more = ["…"] if len(own) > SHOWN_EMPLOYEES else []
        out.say("score.own-weights", employees=[*_labels(own.head(SHOWN_EMPLOYEES)), *more], count=len(own))
        out.show()
    if len(capped := vetoed(results)):
        out.say("score.vetoed", employees=_labels(capped), count=len(capped))
        out.show()
    _show_grades(results, out)


def _show_grades(results: Results, out: Output) -> None:
    from perfcli.cli.output import table
    from perfcli.scoring.distributions import distribution

    everybody = distribution(results.frame, results.ruleset.policy)
    shown = table(
        *(out.wording(key) for key in ("column.grade", "overview.people", "overview.share")), "", right=(1, 2)
    )
    for grade in results.ruleset.policy.grades_from_top:
        name, count = grade.name.in_language(out.wording.language), everybody.grades[grade.id]
        bar = "█" * round(20 * count / everybody.employees)
        shown.add_row(name, str(count), f"{everybody.share(grade.id):.1%}", bar)
    out.show(shown)
