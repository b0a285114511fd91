"""``perf explain``: how one employee's total, grade and ranks came about."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.session import open_output
from perfcli.text import Translated, Wording

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.scoring.explanation import Explanation
    from perfcli.scoring.results import Results


def explain(
    result: options.ResultFile,
    employee: Annotated[
        str, typer.Argument(help="help.option.employee", metavar="EMPLOYEE", show_default=False)
    ],
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Prints how one employee's result came about."""
    from perfcli import pipeline
    from perfcli.scoring import explanation

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    results, changed = pipeline.open_results(result)
    steps = explanation.explain(results, _one_employee(results, employee))
    if json:
        out.json(_record(steps, out.wording))
    else:
        _show(steps, out)
    if changed:
        out.complain("explain.changed", file=result.name, count=len(changed))


def _one_employee(results: Results, who: str) -> str:
    from difflib import get_close_matches

    from perfcli.errors import usage_error
    from perfcli.scoring.explanation import find_employees

    found = find_employees(results, who)
    if found.empty:
        near = get_close_matches(who, [*results.frame["employee_id"], *results.frame["name"]], n=1)
        raise usage_error("unknown-employee", found=who, near=near)
    if len(found) > 1:
        raise usage_error("several-employees", found=who, ids=list(found["employee_id"]))
    return str(found.iloc[0]["employee_id"])


def _show(steps: Explanation, out: Output) -> None:
    from perfcli.cli.output import table

    wording = out.wording
    team = steps.rubric.name
    out.show(wording("explain.title", name=steps.name, id=steps.employee_id, team=team, period=steps.period))
    parts = table(
        *(wording(f"explain.column.{key}") for key in ("indicator", "score", "weight", "points", "rule")),
        right=(1, 2, 3),
    )
    for dimension in steps.dimensions:
        name = dimension.name.in_language(wording.language)
        parts.add_row(name, "", dimension.weight, dimension.points, _line(dimension.rule), style="bold")
        for step in dimension.indicators:
            label = "  " + step.name.in_language(wording.language)
            parts.add_row(label, step.score, step.weight, step.points, _line(step.rule))
    out.show(parts)
    for line in _conclusions(steps, out):
        out.show(line)


def _line(rule: str) -> str:
    """File and line of a rule; its path is for machines and would not fit beside the numbers."""
    return rule.partition(" ")[0]


def _conclusions(steps: Explanation, out: Output) -> list[str]:
    """Formula, sum, rounding, band and ranks, a line each."""
    wording = out.wording
    upper = steps.next_grade
    band = {"total": steps.total, "grade": steps.grade.name, "bound": steps.grade.lower_bound}
    return [
        wording(f"explain.formula.{steps.rubric.scale}"),
        wording("explain.sum", parts=" + ".join(step.points for step in steps.dimensions), sum=steps.sum),
        wording(
            "explain.rounding",
            sum=steps.sum,
            total=steps.total,
            decimals=steps.decimals,
            rule=steps.rounding_rule,
        ),
        wording("explain.band", **band, rule=steps.grade_rule)
        if upper is None
        else wording(
            "explain.band.below",
            **band,
            rule=steps.grade_rule,
            upper=upper.name,
            upper_bound=upper.lower_bound,
        ),
        wording("explain.rank", higher=steps.higher, rank=steps.rank, employees=steps.employees),
        wording(
            "explain.team_rank",
            higher=steps.higher_in_team,
            rank=steps.team_rank,
            employees=steps.employees_in_team,
        ),
    ]


def _record(steps: Explanation, wording: Wording) -> dict[str, object]:
    """The explanation for a machine: ids for team and grade, numbers as exact decimal texts."""
    record = asdict(steps, dict_factory=lambda items: {key: _plain(value, wording) for key, value in items})
    record |= {"team": steps.rubric.team, "grade": steps.grade.id}
    for key in ("rubric", "next_grade"):
        del record[key]
    return record


def _plain(value: object, wording: Wording) -> object:
    return value.in_language(wording.language) if isinstance(value, Translated) else value
