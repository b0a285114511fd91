"""Help in the reader's language.

Typer's own help knows one language and takes twice as long to draw; this draws the same parts from the
catalogue. Help texts of commands and options are keys: the first line is the summary.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from perfcli.cli.language import choose_language
from perfcli.cli.output import Output
from perfcli.text import catalogue

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


def show_help(command: Any, context: Any) -> None:
    """Usage, what the command does, an example, its arguments, options and commands."""
    import sys

    out = Output(choose_language(sys.argv[1:]))
    wording = out.wording
    parameters = command.get_params(context)
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    commands = getattr(command, "commands", {})
    pieces = [one.metavar for one in arguments]
    tail = " ".join([f"[{wording('help.panel.options')}]", *pieces, *(["…"] if commands else [])])
    out.show(f"\n{wording('help.usage')}{wording('help.colon')}{context.command_path} {tail}\n")
    out.show(_indented(_text(command.help, out)) + "\n")
    _section(out, "help.panel.arguments", ((one.metavar, _text(one.help, out)) for one in arguments))
    _section(out, "help.panel.commands", ((name, _summary(one, out)) for name, one in commands.items()))
    _section(out, "help.panel.options", ((_spelling(one), _option_text(one, out)) for one in options))


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


def _option_text(option: Any, out: Output) -> str:
    longest = max(option.opts, key=len).removeprefix("--")
    key = f"help.option.{longest}" if longest in {"help", *COMPLETION} else option.help
    return _text(key, out)


def _text(key: str | None, out: Output) -> str:
    return out.wording(key) if key is not None and key in catalogue() else key or ""


def _summary(command: Any, out: Output) -> str:
    return _text(command.help, out).partition("\n")[0]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())
