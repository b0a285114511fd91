"""Where the command starts and ends: language, help, and every error in plain words with its exit code."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from perfcli.cli.app import app
from perfcli.cli.endings import Ended, as_told, end_in_order, go_on
from perfcli.cli.help import translate
from perfcli.cli.language import choose_language
from perfcli.cli.output import Output, be_lenient
from perfcli.cli.usage import explain_dashes, explain_usage, other_dashes
from perfcli.errors import FileError, PerfError
from perfcli.findings import Finding, Place, error
from perfcli.text import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130

FAULT = 70


def main() -> None:
    """Runs the command line of this process and exits with its code.

    A command is short: looking for garbage, and taking down pandas and millions of cells at the end, would
    be a good part of the time of a small team's score.
    """
    gc.disable()
    be_lenient()
    end_in_order()
    code = run(expand_wildcards(sys.argv[1:]))
    if isolation := sys.modules.get("perfcli.files.isolation"):
        isolation.end_children()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def expand_wildcards(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``*.xlsx`` written out, which the shells of Windows leave to the program.

    Earlier results, and the files that Excel leaves beside an open workbook, are passed over; a pattern that
    matches nothing stays as it is.
    """
    expanded: list[str] = []
    for argument in arguments:
        is_pattern = "*" in argument and not argument.startswith("-")
        found = sorted(glob(argument)) if is_pattern else []  # noqa: PTH207 a pattern may be an absolute path
        expanded += [name for name in found if _is_meant(Path(name).name)] or [argument]
    return expanded


def _is_meant(name: str) -> bool:
    from perfcli.sealed.registry import kinds

    return not name.startswith("~$") and not name.endswith(tuple(f".{kind}.xlsx" for kind in kinds()))


def run(arguments: Sequence[str]) -> int:
    """Runs one command line; the exit code is 0, 1, 2, 3, 4 or 70 (see ``docs/commands.md``)."""
    language = choose_language(arguments)
    out = Output(language, quiet="-q" in arguments or "--quiet" in arguments, machine="--json" in arguments)
    command = typer.main.get_command(app)
    translate(command, out.wording)
    if mistyped := other_dashes(arguments):
        return explain_dashes(mistyped, out)
    try:
        code = command.main(args=list(arguments), prog_name="perf", standalone_mode=False)
        go_on()
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Ended as ended:
        return ended.code
    except typer.TyperException as problem:
        return explain_usage(problem, out)
    except Exception as problem:  # noqa: BLE001 the last resort: a fault of our own, told without personal data
        code = as_told() or _explain(
            problem, out
        )  # compiled code may have made another of what a signal raised
    if code == INTERRUPTED:
        out.complain("interrupted")
    return code if isinstance(code, int) else 0


def _explain(problem: Exception, out: Output) -> int:
    """What ended a command in the midst of its work, and its exit code."""
    if isinstance(problem, PerfError):
        return _report(problem, out)
    if isinstance(problem, BrokenPipeError):
        return 0
    if isinstance(problem, OSError):  # what the system refuses, wherever it was asked
        return _report(FileError([system_refused(problem)]), out)
    return _confess(problem, out)


def _report(problem: PerfError, out: Output) -> int:
    if out.machine:
        from perfcli.scoring.records import findings_record
        from perfcli.version import __version__

        findings = findings_record(problem.findings, out.wording)
        out.json({"perf": __version__, "period": "", "employees": [], "findings": findings})
    out.findings(problem.findings)
    if isinstance(problem.closing, Term):
        out.complain(problem.closing.key, **problem.closing.values)
    elif len(problem.findings) > 1:
        out.complain("findings.count", count=len(problem.findings))
    if isinstance(problem.closing, str) and problem.closing:
        out.complain(problem.closing)
    return problem.exit_code


def system_refused(problem: OSError) -> Finding:
    """What the system refused, in its own words: too many open files, a disk that is full."""
    file = str(problem.filename) if problem.filename is not None else None
    return error("system-refused", Place(file), reason=problem.strerror or type(problem).__name__)


def _confess(problem: Exception, out: Output) -> int:
    """A fault of perf's own: where in the program it happened, and nothing of the data."""
    import traceback

    frames = traceback.extract_tb(problem.__traceback__)
    place = next((frame for frame in reversed(frames) if "perfcli" in frame.filename), frames[-1])
    where = f"{Path(place.filename).stem}.{place.name}:{place.lineno}"
    out.complain("fault", kind=type(problem).__name__, where=where)
    return FAULT
