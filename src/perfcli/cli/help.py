"""Help in the reader's language.

Typer's own help knows one language; this writes the same parts from the catalogue, in plain text, so that
`perf --help` need not load anything that draws. Help texts are keys: a command's first line is its summary.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from shutil import get_terminal_size
from typing import Any

from typer.core import TyperCommand, TyperGroup

from perfcli.cli.language import choose_language
from perfcli.cli.output import Output
from perfcli.text import Wording, catalogue, display_width

_PIECES = re.compile("[!-~]+ ?|.[，。；：、）」]*")
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
    """A title and two columns, of which the second wraps."""
    lines = [(f"  {left}  ", right) for left, right in rows]
    if not lines:
        return
    out.show(out.wording(title))
    indent = max(len(left) for left, _ in lines)
    for left, right in lines:
        first, *more = _wrapped(right, get_terminal_size().columns - indent)
        out.show(left.ljust(indent) + first)
        for line in more:
            out.show(" " * indent + line)
    out.show()


def _wrapped(text: str, width: int) -> list[str]:
    """A text in lines of a width: words stay whole, Chinese breaks anywhere but before its punctuation."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and display_width(lines[-1] + piece.rstrip()) > max(width, 1):
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return lines


def _spelling(option: Any) -> str:
    """How an option is typed: ``-o, --output FILE``."""
    names = ", ".join(sorted([*option.opts, *option.secondary_opts], key=len))
    return names if option.is_flag else f"{names} {option.metavar}"


def _option_text(option: Any, wording: Wording) -> str:
    """The help of an option; the option ``--help`` itself comes from Typer and has no key."""
    return wording("help.option.help") if "--help" in option.opts else str(option.help)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())
