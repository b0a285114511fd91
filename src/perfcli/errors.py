"""What stops a run: exceptions that carry findings and the exit code of the command."""

from __future__ import annotations

from collections.abc import Iterable

from perfcli.findings import Finding, Place, error
from perfcli.text import Term


class PerfError(Exception):
    """A run that cannot go on; ``findings`` say why, ``exit_code`` is what the command returns."""

    exit_code = 70

    def __init__(self, findings: Iterable[Finding], closing: str | Term = "") -> None:
        """``closing`` is what to say after the findings: a key of the catalogue, or what counts them."""
        self.findings = tuple(findings)
        self.closing = closing
        super().__init__(*self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class DataError(PerfError):
    """The score sheets have errors (exit 1)."""

    exit_code = 1


class UsageError(PerfError):
    """The command was called in a way that cannot work (exit 2)."""

    exit_code = 2


class RulesError(PerfError):
    """The rules have errors (exit 3)."""

    exit_code = 3


class FileError(PerfError):
    """A file cannot be read or written (exit 4)."""

    exit_code = 4


def file_error(code: str, file: object, **values: object) -> FileError:
    """A ``FileError`` of one finding about one file."""
    return FileError([error(code, Place(file=str(file)), **values)])


def usage_error(code: str, **values: object) -> UsageError:
    """A ``UsageError`` of one finding about the command line."""
    return UsageError([error(code, Place(), **values)])
