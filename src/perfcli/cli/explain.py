"""``perf explain``: how one employee's total, grade and ranks came about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    import pandas as pd

    from perfcli.cli.output import Output
    from perfcli.sealed.products import Steps


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
    from perfcli.cli.passwords import Passwords
    from perfcli.pipelines.stored import open_product
    from perfcli.scoring.omissions import left_out_record

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    opened = Passwords(password_file, out, large=large).unlock(partial(open_product, result))
    content = opened.stored.content
    steps = opened.stored.product.explain(content, _one_employee(content.frame, employee), out.wording)
    if json:
        left_out = left_out_record(opened.stored.left_out)
        out.json({**steps.record, **({"left_out": left_out} if left_out else {})})
    else:
        _show(steps, out)
    out.warn(opened.stored.partial)
    if opened.changes:
        out.complain("explain.changed", file=result.name, count=len(opened.changes))


def _one_employee(frame: pd.DataFrame, who: str) -> str:
    from difflib import get_close_matches

    from perfcli.errors import usage_error
    from perfcli.scoring.explanation import find_employees

    found = find_employees(frame, who)
    if found.empty:
        near = get_close_matches(who, [*frame["employee_id"], *frame["name"]], n=1)
        raise usage_error("unknown-employee", found=who, near=near)
    if len(found) > 1:
        raise usage_error("several-employees", found=who, ids=list(found["employee_id"]))
    return str(found.iloc[0]["employee_id"])


def _show(steps: Steps, out: Output) -> None:
    from perfcli.cli.output import table

    out.show(steps.title)
    if steps.table is None:
        out.show()
    else:
        shown = table(*steps.table.headers, right=steps.table.numeric)
        for cells, stands_out in steps.table.rows:
            shown.add_row(*cells, style="bold" if stands_out else None)
        out.show(shown)
    for line in steps.lines:
        out.show(line)
