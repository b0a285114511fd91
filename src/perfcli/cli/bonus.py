"""``perf bonus``: verified results → a bonus table that payroll can import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import WORKBOOK, check_target, write_whole
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rewards.bonus.bonus import Bonus

SHOWN_EMPLOYEES = 10


def bonus(
    results: options.ResultFiles,
    roster: options.PayRoster = None,
    cycle: Annotated[
        str, typer.Option("--cycle", help="help.option.cycle", metavar="CYCLE", show_default=False)
    ] = "",
    pool: Annotated[
        str, typer.Option("--pool", help="help.option.pool", metavar="AMOUNT", show_default=False)
    ] = "",
    map_: options.Map = None,
    accept: options.PayAccept = None,
    accept_edited: options.AcceptEdited = False,
    output: options.OutputPath = None,
    rubrics: options.Rubrics = None,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    json: options.Json = False,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Computes everybody's bonus and writes the bonus workbook."""
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.pipelines import pay
    from perfcli.rewards.bonus.records import bonus_record
    from perfcli.sealed.bonus import BONUS

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    inputs = [*results, *(one for one in (roster, map_, password_file) if one is not None)]
    target = output or default_target(results[0], "bonus")
    check_target(target, force=force, inputs=inputs, endings=WORKBOOK)
    ruleset = load_rules(rubrics, out)
    request = pay.PayRequest(results, roster, cycle, pool, accept_edited, map_, accept or ())
    found = Passwords(password_file, out, large=large).unlock(
        lambda access, tell: pay.calculate(replace(request, access=access, tell=tell), ruleset)
    )
    with out.progress("writing") as tell:
        write_whole(target, BONUS.workbook(found, out.wording, tell), out, force=force)
    out.findings(found.findings)
    if found.edits:
        out.complain("bonus.edited", count=len(found.edits))
    if json:
        out.json(bonus_record(found, out.wording))
    else:
        show_bonus(found, out)
        out.show(out.wording("bonus.written", path=target))


def default_target(first: Path, ending: str) -> Path:
    """Where pay goes that was given no name: beside the first result, ``result-11.bonus.xlsx``."""
    return first.with_name(f"{first.stem.removesuffix('.result')}.{ending}.xlsx")


def show_bonus(found: Bonus, out: Output) -> None:
    """The top of the bonus table, and the sums."""
    from perfcli.cli.output import table
    from perfcli.rewards.groups import bonus_group
    from perfcli.rewards.money import money
    from perfcli.scoring.results import rows

    if out.quiet:
        return
    wording, unit = out.wording, found.rules.rounding_unit
    keys = ("employee_id", "name", "grade", "bonus_base", "days", "amount")
    shown = table(*(wording(f"column.{key}") for key in keys), right=(3, 4, 5), whole=(2,))
    grades = {grade.id: grade.name.in_language(wording.language) for grade in found.ruleset.policy.grades}
    highest = found.frame.sort_values(["amount", "employee_id"], ascending=[False, True], kind="stable")
    for row in rows(highest.head(SHOWN_EMPLOYEES)):
        shown.add_row(
            *(row["employee_id"], row["name"], grades[row["grade"]], money(row["bonus_base"], unit)),
            *(f"{row['days']:g}/{row['period_days']:g}", money(row["amount"], unit)),
        )
    out.show(shown)
    if len(found.frame) > SHOWN_EMPLOYEES:
        out.say("bonus.more", count=len(found.frame) - SHOWN_EMPLOYEES)
        out.show()
    everybody = bonus_group(found.frame)
    sums = {
        "sum": money(everybody.sum, unit),
        "currency": found.rules.currency or "",
        "count": everybody.paid,
        "people": everybody.people,
    }
    out.show(wording("bonus.sum", **sums).strip())
    if found.pool is not None:
        out.show(
            wording("bonus.pool", pool=money(found.pool, unit), rest=money(found.pool - found.shared, unit))
        )
    if everybody.nothing:
        out.say("bonus.nothing", count=everybody.nothing)
