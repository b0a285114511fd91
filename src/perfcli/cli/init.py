"""``perf init``: the rules and the examples in a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, make_folder, write_together
from perfcli.cli.session import open_output


def init(
    folder: Annotated[
        Path, typer.Argument(help="help.option.init-folder", metavar="DIR", show_default=False)
    ],
    examples: Annotated[
        bool, typer.Option("--examples/--no-examples", help="help.option.examples", show_default=False)
    ] = True,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Copies the rules and the examples to a folder."""
    from perfcli.rules.loader import check_rules, shipped

    out = open_output(lang, quiet=quiet)
    sources = ["rubrics", "examples"] if examples else ["rubrics"]
    files = {
        folder / source / path.relative_to(shipped(source)): path
        for source in sources
        for path in sorted(shipped(source).rglob("*"))
        if path.suffix in {".yaml", ".json", ".xlsx"}
    }
    for target in files:
        make_folder(target.parent)
    for target in files:
        check_target(target, force=force)
    write_together({target: source.read_bytes() for target, source in files.items()}, out, force=force)
    _, findings = check_rules(folder / "rubrics")
    out.say("init.done", folder=folder, rubrics=folder / "rubrics")
    out.say("init.confirm", count=len(findings))
    for found in findings:
        out.say("init.question", place=found.place, question=found.values["question"])
    out.say("init.next" if examples else "init.next.no-examples", folder=folder)
