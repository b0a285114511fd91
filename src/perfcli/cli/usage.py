"""Mistakes on the command line, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfcli.cli.output import Output

USAGE = 2


def explain_usage(problem: Exception, out: Output) -> int:
    """Says what is wrong with a command line, by the kind of mistake that Typer found."""
    details: Any = problem
    context = getattr(details, "ctx", None)
    kind = type(problem).__name__
    if kind == "NoArgsIsHelpError":
        out.show(str(problem))
        return USAGE
    parameter = getattr(details, "param", None)
    name = _name(parameter) if parameter is not None else ""
    if kind == "NoSuchOption":
        out.complain("usage.no-such-option", option=details.option_name)
    elif kind == "MissingParameter":
        out.complain("usage.missing", name=name)
    elif kind == "BadParameter":
        out.complain("usage.bad-value", name=name)
    elif kind == "BadOptionUsage":
        out.complain("usage.option-needs-value", option=details.option_name)
    elif context is not None and hasattr(context.command, "commands"):
        out.complain("usage.no-such-command", commands=sorted(context.command.commands))
    else:
        out.complain("usage.other")
    out.complain("usage.help", command=context.command_path if context is not None else "perf")
    return USAGE


def _name(parameter: Any) -> str:
    """How a person types a parameter: ``--period`` or ``SHEET``."""
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar)
