"""``perf raise``: annual results and the roster → a table of raises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.bonus import default_target
from perfcli.cli.files import WORKBOOK, check_target, write_whole
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rewards.raises.raises import Raises

SHOWN_EMPLOYEES = 10


def raise_(
    results: options.ResultFiles,
    roster: Annotated[
        Path, typer.Option("--roster", help="help.option.pay-roster", metavar="FILE", show_default=False)
    ],
    budget: Annotated[
        str, typer.Option("--budget", help="help.option.budget", metavar="AMOUNT", show_default=False)
    ] = "",
    fit_budget: Annotated[
        bool, typer.Option("--fit-budget", help="help.option.fit-budget", show_default=False)
    ] = False,
    effective: Annotated[
        str, typer.Option("--effective", help="help.option.effective", metavar="DATE", show_default=False)
    ] = "",
    confirm_cuts: Annotated[
        bool, typer.Option("--confirm-cuts", help="help.option.confirm-cuts", show_default=False)
    ] = False,
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
    """Adjusts everybody's salary and writes the workbook of raises."""
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.pipelines import pay
    from perfcli.rewards.raises.raises import RaiseOrder
    from perfcli.rewards.raises.records import raises_record
    from perfcli.sealed.raises import RAISES

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    amount, day = pay.parse_amount_option(budget, "--budget"), pay.parse_day_option(effective)
    order = RaiseOrder(day, amount, confirm_cuts, fit_budget)
    inputs = [*results, roster, *(one for one in (map_, password_file) if one is not None)]
    target = output or default_target(results[0], "raise")
    check_target(target, force=force, inputs=inputs, endings=WORKBOOK)
    ruleset = load_rules(rubrics, out)
    request = pay.PayRequest(results, roster, accept_edited=accept_edited, map_file=map_, accept=accept or ())
    found = Passwords(password_file, out, large=large).unlock(
        lambda access, tell: pay.adjust(replace(request, access=access, tell=tell), ruleset, order)
    )
    with out.progress("writing") as tell:
        write_whole(target, RAISES.workbook(found, out.wording, tell), out, force=force)
    out.findings(found.findings)
    if found.edits:
        out.complain("raise.edited", count=len(found.edits))
    if json:
        out.json(raises_record(found, out.wording))
    else:
        show_raises(found, out)
        out.show(out.wording("raise.written", path=target))


def show_raises(found: Raises, out: Output) -> None:
    """The top of the table, what it costs, and who is not in it."""
    from perfcli.rewards.groups import raise_group

    if out.quiet:
        return
    frame = found.frame
    _show_table(found, out)
    if len(frame) > SHOWN_EMPLOYEES:
        out.say("raise.more", count=len(frame) - SHOWN_EMPLOYEES)
        out.show()
    group = raise_group(frame)
    out.say("raise.counts", raised=group.raised, cut=group.cut, unchanged=group.unchanged)
    out.say("raise.effective", day=found.effective.isoformat())
    out.say("raise.cost", month=found.text(found.cost), year=found.text(found.cost_of_year))
    if found.fit is not None:
        key = "raise.fitted" if found.order.fit_budget else "raise.over-budget"
        out.say(key, excess=found.text(found.fit.excess), factor=found.fit.percent_text)
    if len(found.left_out):
        out.say("raise.others", count=len(found.left_out), employees=_others(found))


def _show_table(found: Raises, out: Output) -> None:
    from perfcli.cli.output import table
    from perfcli.scoring.results import rows

    wording = out.wording
    own, keys = ("employee_id", "name", "grade"), ["salary", "percent", "raise", "new_salary"]
    keys += ["scaled"] if found.fit is not None and not found.order.fit_budget else []
    headers = [wording(f"column.{key}") for key in own] + [wording(f"raise.column.{key}") for key in keys]
    shown = table(*headers, right=range(len(own), len(headers)), whole=(own.index("grade"),))
    grades = {grade.id: grade.name.in_language(wording.language) for grade in found.ruleset.policy.grades}
    highest = found.frame.sort_values(["raise", "employee_id"], ascending=[False, True], kind="stable")
    for row in rows(highest.head(SHOWN_EMPLOYEES)):
        amounts = [f"{row[key]:g}%" if key == "percent" else found.text(row[key]) for key in keys]
        shown.add_row(row["employee_id"], row["name"], grades[row["grade"]], *amounts)
    out.show(shown)


def _others(found: Raises) -> list[object]:
    """Those who are not in the table, each with the reason."""
    from perfcli.scoring.results import rows
    from perfcli.text import Term

    people: list[object] = [
        Term(
            "raise.other",
            {
                "employee": f"{row['employee_id']} {row['name']}".strip(),
                "reason": Term(f"raise.left-out.{row['reason']}"),
            },
        )
        for row in rows(found.left_out.head(SHOWN_EMPLOYEES))
    ]
    return [*people, "…"] if len(found.left_out) > SHOWN_EMPLOYEES else people
