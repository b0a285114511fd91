"""Mistakes on the command line, in plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfcli.cli.output import Output

USAGE = 2

_QUOTED = re.compile(r"['\u2018\u201c\"](.+?)['\u2019\u201d\"]")
_OTHER_DASH = re.compile(r"[-－–—―‐‑‒−﹣]{1,2}([A-Za-zＡ-Ｚａ-ｚ][\w-]*)(=.*)?", re.DOTALL)


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
        parameters = context.command.params if context is not None else ()
        known = [name for one in parameters for name in (*one.opts, *one.secondary_opts)]
        _propose(str(details.option_name), known, out)
    elif kind == "MissingParameter":
        out.complain("usage.missing", name=name)
    elif kind == "BadParameter":
        out.complain("usage.bad-value", name=name)
    elif kind == "BadOptionUsage":
        out.complain("usage.option-needs-value", option=details.option_name)
    elif context is not None and hasattr(context.command, "commands"):
        out.complain("usage.no-such-command", commands=sorted(context.command.commands))
        found = _QUOTED.search(str(details))
        _propose(found[1] if found else "", sorted(context.command.commands), out)
    else:
        out.complain("usage.other")
    out.complain("usage.help", command=context.command_path if context is not None else "perf")
    return USAGE


def _propose(found: str, known: Sequence[str], out: Output) -> None:
    """Says what was probably meant, if anything is near enough."""
    import difflib

    for near in difflib.get_close_matches(found, known, n=1):
        out.complain("usage.did-you-mean", near=near)


def other_dashes(arguments: Sequence[str]) -> Mapping[str, str]:
    """Options that begin with a dash of another kind, as input methods and word processors write it."""
    found: dict[str, str] = {}
    for argument in arguments:
        match = _OTHER_DASH.fullmatch(argument)
        if match and not argument.startswith("-") and not _is_there(argument):
            name, value = unicodedata.normalize("NFKC", match[1]), match[2] or ""
            found[argument] = f"{'-' if len(name) == 1 else '--'}{name}{value}"
    return found


def _is_there(argument: str) -> bool:
    """Whether a file has this name; what is too long for one has not."""
    with suppress(OSError):
        return Path(argument).exists()
    return False


def explain_dashes(mistyped: Mapping[str, str], out: Output) -> int:
    """Says how such options are written."""
    for found, near in mistyped.items():
        out.complain("usage.other-dash", found=found)
        out.complain("usage.did-you-mean", near=near)
    return USAGE


def _name(parameter: Any) -> str:
    """How a person types a parameter: ``--period`` or ``SHEET``."""
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar)
