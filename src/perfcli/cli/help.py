"""Help in the reader's language.

Typer's own help knows one language and takes twice as long to draw; this draws the same parts from the
catalogue. Help texts of commands and options are keys: the first line is the summary.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from perfcli.cli.language import choose_language
from perfcli.cli.output import Output
from perfcli.text import Wording, catalogue

COMPLETION = ("install-completion", "show-completion")


class Command(TyperCommand):
    """A command whose help speaks the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Prints the help."""
        del formatter
        show_help(self, ctx)


class Group(TyperGroup):
    """A group of commands whose help speaks the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Prints the help."""
        del formatter
        show_help(self, ctx)


def translate(command: Any, wording: Wording) -> None:
    """Puts texts in place of the keys of a command, its options and the commands below it."""
    for one in (command, *command.params):
        if one.help in catalogue():
            one.help = wording(one.help)
    for parameter in command.params:
        longest = max(parameter.opts, key=len).removeprefix("--")
        if longest in COMPLETION:
            parameter.help = wording(f"help.option.{longest}")
    for inner in getattr(command, "commands", {}).values():
        translate(inner, wording)


def show_help(command: Any, context: Any) -> None:
    """Usage, what the command does, an example, its arguments, options and commands."""
    out = Output(choose_language(sys.argv[1:]))
    wording = out.wording
    parameters = command.get_params(context)
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    commands = getattr(command, "commands", {})
    pieces = [f"[{wording('help.panel.options')}]", *(one.metavar for one in arguments)]
    tail = " ".join([*pieces, wording("help.command-word")] if commands else pieces)
    out.show(f"\n{wording('help.usage')}{wording('help.colon')}{context.command_path} {tail}\n")
    out.show(_indented(command.help or "") + "\n")
    _section(out, "help.panel.arguments", ((one.metavar, one.help) for one in arguments))
    _section(
        out, "help.panel.commands", ((name, one.help.partition("\n")[0]) for name, one in commands.items())
    )
    _section(out, "help.panel.options", ((_spelling(one), _option_text(one, wording)) for one in options))


def _section(out: Output, title: str, rows: Iterable[tuple[str, str]]) -> None:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for left, right in rows:
        grid.add_row("  " + left, right)
    if grid.row_count:
        out.show(out.wording(title))
        out.show(grid)
        out.show()


def _spelling(option: Any) -> str:
    """How an option is typed: ``-o, --output FILE``."""
    names = ", ".join(sorted([*option.opts, *option.secondary_opts], key=len))
    return names if option.is_flag else f"{names} {option.metavar}"


def _option_text(option: Any, wording: Wording) -> str:
    """The help of an option; the option ``--help`` itself comes from Typer and has no key."""
    return wording("help.option.help") if "--help" in option.opts else str(option.help)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())
