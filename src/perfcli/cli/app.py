"""The command line: commands in the order in which a month needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from perfcli.cli import options
from perfcli.cli.bonus import bonus
from perfcli.cli.check import check
from perfcli.cli.explain import explain
from perfcli.cli.export import export
from perfcli.cli.help import Command, Group
from perfcli.cli.init import init
from perfcli.cli.map import map_
from perfcli.cli.raise_ import raise_
from perfcli.cli.rollup import rollup
from perfcli.cli.roster import roster
from perfcli.cli.rubric import rubric
from perfcli.cli.score import score
from perfcli.cli.session import check_language
from perfcli.cli.template import template
from perfcli.cli.verify import verify

app = typer.Typer(
    name="perf",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from perfcli.version import __version__

        typer.echo(f"perf {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", help="help.option.version", callback=_print_version, is_eager=True, show_default=False
    ),
]


@app.callback(help="help.perf")
def perf(version: Version = False, lang: options.Lang = None) -> None:
    """What may stand before a command."""
    del version
    check_language(lang)


def _add(command: Callable[..., None]) -> None:
    name = command.__name__.rstrip("_")  # map is a word of Python's own
    app.command(name, cls=Command, help=f"help.command.{name}")(command)


_add(init)
app.add_typer(rubric, name="rubric")
app.add_typer(roster, name="roster")
for one in (template, check, map_, score, rollup, explain, verify, bonus, raise_, export):
    _add(one)
