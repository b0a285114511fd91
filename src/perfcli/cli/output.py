"""What a person sees: texts on stdout, findings and progress on stderr.

A console that cannot show a character shows ``?`` in its place; nothing is drawn where no terminal is.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from perfcli.cli.endings import go_on
from perfcli.progress import Tell, silent
from perfcli.text import Wording, visible, visible_in_json

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from perfcli.findings import Finding
    from perfcli.text import Language, Term

SHOWN_FINDINGS = 100


class Output:
    """Where a command speaks.

    ``quiet`` leaves out everything but errors and the path of what was written; ``verbose`` adds what
    was read and which rules were used; ``machine`` keeps stdout free for JSON.
    """

    def __init__(
        self, language: Language, *, quiet: bool = False, verbose: bool = False, machine: bool = False
    ) -> None:
        self.wording = Wording(language)
        self.quiet = quiet
        self.verbose = verbose
        self.machine = machine

    def say(self, key: str, /, **values: object) -> None:
        """A text of the catalogue, unless quiet."""
        if not self.quiet:
            self.show(self.wording(key, **values))

    def show(self, content: RenderableType = "") -> None:
        """A text or a table, unless stdout is kept for JSON."""
        if self.machine:
            return
        if isinstance(content, str):
            print(visible(content))
        else:
            _console().print(content)

    def detail(self, key: str, /, **values: object) -> None:
        """A text for those who asked to see more, on stderr."""
        if self.verbose:
            self.complain(key, **values)

    def json(self, record: object) -> None:
        """A record as JSON on stdout, for a machine."""
        go_on()
        sys.stdout.write(as_json(record, ascii_only=not _speaks_unicode(sys.stdout)))

    def findings(self, findings: Iterable[Finding], *, limit: int = SHOWN_FINDINGS) -> None:
        """Findings on stderr: where, what, what to do; the rest is counted."""
        every = list(findings)
        shown = [found for found in every if not self.quiet or found.severity == "error"]
        for found in shown[:limit]:
            self._finding(found)
        if len(shown) > limit:
            self.complain("findings.more", count=len(shown) - limit)

    def _finding(self, found: Finding) -> None:
        from rich.text import Text

        style = "bold red" if found.severity == "error" else "bold yellow"
        place = f" {visible(str(found.place))}" if str(found.place) else ""
        severity = self.wording(f"severity.{found.severity}")
        console = _console(stderr=True)
        head = Text.assemble((severity, style), (place, "bold"), ("  " + found.code, "dim"))
        console.print(head, soft_wrap=True)
        console.print(visible("  " + found.message(self.wording)), soft_wrap=True)
        console.print(visible("  → " + found.cure(self.wording)), soft_wrap=True)

    def complain(self, key: str, /, **values: object) -> None:
        """A text of the catalogue on stderr."""
        print(self.wording(key, **values), file=sys.stderr)

    def warn(self, note: Term | None) -> None:
        """A note on stderr that even those hear who asked for quiet; nothing where there is none."""
        if note is not None:
            self.complain(note.key, **note.values)

    @contextmanager
    def progress(self, phase: str) -> Iterator[Tell]:
        """Shows a bar for each phase on a terminal, with the file at hand; gives what tells it."""
        if not sys.stderr.isatty() or self.quiet:
            yield silent
            return
        from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
        from rich.table import Column

        counted, name = "{task.fields[counted]}", Column(no_wrap=True, overflow="ellipsis")
        columns = (
            *(TextColumn("{task.description}"), BarColumn(24), TimeElapsedColumn(), TextColumn(counted)),
            TextColumn("{task.fields[file]}", markup=False, table_column=name),
        )
        with Progress(*columns, console=_console(stderr=True), transient=True) as bars:
            tasks: dict[str, TaskID] = {}

            def tell(phase: str, done: int = 0, total: int = 0, file: str = "") -> None:
                if phase not in tasks:
                    for task in tasks.values():  # a phase has begun, so those before it are over
                        bars.update(task, total=1, completed=1, counted="", file="")
                    words = self.wording(f"progress.{phase}")
                    tasks[phase] = bars.add_task(words, counted="", file="")
                counted = f"{done}/{total}" if total > 1 else ""
                known = total if total > 1 else None
                bars.update(tasks[phase], total=known, completed=done, counted=counted, file=file)

            tell(phase)
            yield tell


def as_json(record: object, *, ascii_only: bool = False) -> str:
    """A record as JSON text for a file or a stream."""
    text = json.dumps(record, ensure_ascii=ascii_only, indent=2)
    return visible_in_json(text) + "\n"


def table(*headers: str, right: Iterable[int] = (), whole: Iterable[int] = ()) -> Any:
    """An empty table in the one style of all commands.

    ``right`` are the columns of numbers, ``whole`` those whose words are never broken.
    """
    from rich import box
    from rich.table import Table

    class VisibleTable(Table):
        def add_row(self, *cells: RenderableType | None, **looks: Any) -> None:
            super().add_row(*(visible(cell) if isinstance(cell, str) else cell for cell in cells), **looks)

    empty = VisibleTable(box=box.SIMPLE_HEAD, pad_edge=False)
    numeric, unbroken = set(right), set(whole)
    for index, header in enumerate(headers):
        empty.add_column(
            header,
            justify="right" if index in numeric else "left",
            overflow="fold",
            no_wrap=index in unbroken,
        )
    return empty


def be_lenient() -> None:
    """Makes stdout and stderr show something plainer where their encoding lacks a character.

    A command may also be started without one of them; what it says there goes nowhere.
    """
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - open to the end
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="perf.plain")


def _plain(problem: UnicodeError) -> tuple[str, int]:
    """What stands in for characters that an encoding does not have."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    characters = problem.object[problem.start : problem.end]
    return "".join(_PLAIN.get(character, "?") for character in characters), problem.end


_PLAIN = {"≥": ">=", "≤": "<=", "→": "->", "×": "x", "–": "-", "…": "...", "·": "-", "█": "#"}
codecs.register_error("perf.plain", _plain)


def _speaks_unicode(stream: object) -> bool:
    return str(getattr(stream, "encoding", "")).lower().startswith("utf")


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)
