"""The command line: commands in the order in which a month needs them."""

from __future__ import annotations

import typer

from perfcli.cli.check import check
from perfcli.cli.explain import explain
from perfcli.cli.help import Command, Group
from perfcli.cli.init import init
from perfcli.cli.rubric import rubric
from perfcli.cli.score import score
from perfcli.cli.template import template
from perfcli.cli.verify import verify

app = typer.Typer(
    name="perf",
    cls=Group,
    help="help.perf",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import perfcli

        typer.echo(f"perf {perfcli.__version__}")
        raise typer.Exit


@app.callback()
def perf(
    _version: bool = typer.Option(
        False, "--version", help="help.option.version", callback=_print_version, is_eager=True, show_default=False
    ),
    _lang: str = typer.Option("", "--lang", help="help.option.lang", metavar="LANG", show_default=False),
) -> None:
    """help.perf"""


app.command(cls=Command)(init)
app.add_typer(rubric, name="rubric")
for command in (template, check, score, explain, verify):
    app.command(cls=Command)(command)
