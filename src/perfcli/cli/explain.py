"""``perf explain``: how one employee's total, grade and ranks came about."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.session import open_output
from perfcli.text import Translated, Wording

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rewards.bonus.bonus import Bonus
    from perfcli.rewards.raises.raises import Raises
    from perfcli.scoring.explanation import Explanation
    from perfcli.scoring.results import Results


def explain(
    result: options.ResultFile,
    employee: Annotated[
        str, typer.Argument(help="help.option.employee", metavar="EMPLOYEE", show_default=False)
    ],
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Prints how one employee's result came about."""
    from perfcli.cli.amounts import show_amount
    from perfcli.cli.passwords import Passwords
    from perfcli.pipelines import pay
    from perfcli.scoring import explanation
    from perfcli.scoring.results import Results

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    opened = Passwords(password_file, out, large=large).unlock(partial(pay.open_pay, result))
    who = _one_employee(opened.content, employee)
    if not isinstance(opened.content, Results):
        show_amount(opened.content, who, out, machine=json)
    else:
        steps = explanation.explain(opened.content, who)
        if json:
            out.json(_record(steps, out.wording))
        else:
            _show(steps, out)
    if opened.changes:
        out.complain("explain.changed", file=result.name, count=len(opened.changes))


def _one_employee(results: Results | Bonus | Raises, who: str) -> str:
    from difflib import get_close_matches

    from perfcli.errors import usage_error
    from perfcli.scoring.explanation import find_employees

    found = find_employees(results.frame, who)
    if found.empty:
        near = get_close_matches(who, [*results.frame["employee_id"], *results.frame["name"]], n=1)
        raise usage_error("unknown-employee", found=who, near=near)
    if len(found) > 1:
        raise usage_error("several-employees", found=who, ids=list(found["employee_id"]))
    return str(found.iloc[0]["employee_id"])


def _show(steps: Explanation, out: Output) -> None:
    from perfcli.cli.output import table
    from perfcli.scoring.explanation import file_and_line

    wording = out.wording
    team = steps.rubric.name
    out.show(wording("explain.title", name=steps.name, id=steps.employee_id, team=team, period=steps.period))
    parts = table(
        *(wording(f"explain.column.{key}") for key in ("indicator", "score", "weight", "points", "rule")),
        right=(1, 2, 3),
    )
    for dimension in steps.dimensions:
        name = dimension.name.in_language(wording.language)
        parts.add_row(
            name, "", dimension.weight, dimension.points, file_and_line(dimension.rule), style="bold"
        )
        for step in dimension.indicators:
            label = "  " + step.name.in_language(wording.language)
            score = step.score or wording("cell.not-applicable")
            parts.add_row(label, score, step.weight, step.points, file_and_line(step.rule))
    out.show(parts)
    for line in steps.steps:
        out.show(line.in_language(wording.language))


def _record(steps: Explanation, wording: Wording) -> dict[str, object]:
    """The explanation for a machine: ids for team and grades, numbers as exact decimal texts."""
    record = {
        one.name: _plain(getattr(steps, one.name), wording)
        for one in fields(steps)
        if one.name not in {"rubric", "next_grade"}
    }
    return {**record, "team": steps.rubric.team}


def _plain(value: object, wording: Wording) -> object:
    """A value as JSON holds it."""
    from perfcli.rules.models import Grade

    if isinstance(value, Grade):
        return value.id
    if isinstance(value, Translated):
        return value.in_language(wording.language)
    if isinstance(value, tuple):
        return [_plain(one, wording) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), wording) for one in fields(value)}
    return value
