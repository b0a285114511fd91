"""Passwords of workbooks: from a file, the environment or a person, never from the command line.

A command line is seen by everybody on the computer, and kept in the history of the shell.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from perfcli.errors import FileError, file_error

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.files.reader import Access
    from perfcli.progress import Tell

ENVIRONMENT = "PERF_PASSWORD"
TRIALS = 3
LOCKED = {"password-needed", "wrong-password"}

_LARGEST = 4096

T = TypeVar("T")


class Passwords:
    """The password of this run: one for all files, asked for on a terminal where it is missing or wrong."""

    def __init__(self, file: Path | None, out: Output, *, large: bool = False) -> None:
        """Takes the password from ``--password-file`` or ``PERF_PASSWORD``.

        Raises:
            FileError: ``unreadable-file``.
        """
        self._out = out
        self._large = large
        self._password = os.environ.get(ENVIRONMENT, "") if file is None else _first_line(file)

    def unlock(self, read: Callable[[Access, Tell], T]) -> T:
        """What a function gives that reads workbooks and tells how far it is; each trial calls it again."""
        for _ in range(TRIALS):
            try:
                return self._read(read)
            except FileError as problem:
                locked = [found.place.file for found in problem.findings if found.code in LOCKED]
                if not locked or len(locked) < len(problem.findings) or not _is_terminal():
                    raise
                self._password = self._ask(str(locked[0]))
        return self._read(read)

    def _read(self, read: Callable[[Access, Tell], T]) -> T:
        from perfcli.files.reader import Access

        with self._out.progress("reading") as tell:
            return read(Access.with_options(self._password, large=self._large), tell)

    def _ask(self, file: str) -> str:
        from getpass import getpass

        return getpass(self._out.wording("password.prompt", file=file), sys.stderr)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            return lines.readline(_LARGEST).rstrip("\r\n")
    except (OSError, ValueError) as problem:
        raise file_error("unreadable-file", file.name) from problem
