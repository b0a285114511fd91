"""``perf explain``: how one employee's total, grade and ranks came about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from perfcli.cli.output import Output
    from perfcli.files.reader import Access
    from perfcli.pipelines.stored import Opened
    from perfcli.progress import Tell
    from perfcli.sealed.products import Part, Steps


def explain(
    result: options.ResultFile,
    employee: Annotated[
        str, typer.Argument(help="help.option.employee", metavar="EMPLOYEE", show_default=False)
    ],
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    brief: Annotated[bool, typer.Option("--brief", help="help.option.brief", show_default=False)] = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Prints how one employee's result came about."""
    from perfcli.cli.passwords import Passwords
    from perfcli.pipelines.stored import open_product

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)

    def read(access: Access, tell: Tell) -> _Walk:
        walker = _Walker(employee, result.parent, access, out)
        opened = open_product(result, access, tell)
        return walker.explained(opened) if brief else walker.walked(opened)

    walk = Passwords(password_file, out, large=large).unlock(read)
    if json:
        out.json(_record(walk))
    else:
        _show_walk(walk, out)
    out.warn(walk.opened.stored.partial)
    if walk.opened.changes:
        out.complain("explain.changed", file=result.name, count=len(walk.opened.changes))


@dataclass(frozen=True)
class _Walk:
    """How a row came about, and of each part that it was made of the same, where its workbook is at hand."""

    opened: Opened
    steps: Steps
    parts: Sequence[tuple[Part, _Walk | None]] = ()


@dataclass
class _Walker:
    """Walks from a workbook down to those of its parts, to each once."""

    employee: str
    folder: Path
    access: Access
    out: Output
    seen: set[str] = field(default_factory=set)

    def explained(self, opened: Opened) -> _Walk:
        """One workbook alone."""
        stored = opened.stored
        self.employee = _one_employee(stored.content.frame, self.employee)
        return _Walk(opened, stored.product.explain(stored.content, self.employee, self.out.wording))

    def walked(self, opened: Opened) -> _Walk:
        """A workbook and those of its parts."""
        from perfcli.pipelines.stored import open_part
        from perfcli.scoring.explanation import find_employees

        walk = self.explained(opened)
        parts: list[tuple[Part, _Walk | None]] = []
        for part in walk.steps.parts:
            if part.file.sha256 not in self.seen:
                self.seen.add(part.file.sha256)
                inside = open_part(self.folder, part, self.access)
                if inside is None:
                    parts.append((part, None))
                elif len(find_employees(inside.stored.content.frame, self.employee)):
                    parts.append((part, self.walked(inside)))
        return replace(walk, parts=parts)


def _record(walk: _Walk) -> dict[str, object]:
    """The steps as a record; ``explained`` has those of each part by its key, null where it is elsewhere."""
    from perfcli.scoring.omissions import left_out_record

    left_out = left_out_record(walk.opened.stored.left_out)
    explained = {part.key: inside and _record(inside) for part, inside in walk.parts}
    return {
        **walk.steps.record,
        **({"left_out": left_out} if left_out else {}),
        **({"explained": explained} if explained else {}),
    }


def _show_walk(walk: _Walk, out: Output) -> None:
    _show(walk.steps, out)
    for part, inside in walk.parts:
        out.show()
        if inside is None:
            out.say("explain.rollup.not-here", part=part.key, file=part.file.name)
        else:
            _show_walk(inside, out)


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
