"""Findings: what is wrong or remarkable in an input, as values with a place.

A finding is made where it is seen, collected through every stage and worded once, at the end, in the
reader's language. ``docs/findings.md`` lists every code with its meaning and its cure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from perfcli.text import Language, Wording


class Severity(StrEnum):
    """How much a finding weighs: an error keeps an employee from being scored, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Place:
    """Where a finding was seen: a workbook's cell, or a line and dotted path of a YAML file."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        where = f"{self.file or ''}:{self.line}" if self.line else self.file
        return " > ".join(part for part in (where, self.sheet, self.cell, self.path) if part)


@dataclass(frozen=True)
class Finding:
    """One finding.

    ``code`` is a stable word (``missing-score``); ``values`` fill the texts ``finding.<code>`` (what it is)
    and ``cure.<code>`` (what to do) of the catalogue.
    """

    severity: Severity
    code: str
    place: Place = field(default_factory=Place)
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.message(Wording(Language.ENGLISH))}".removeprefix(": ")

    def message(self, wording: Wording) -> str:
        """What it is, in one sentence."""
        return wording(f"finding.{self.code}", **self.values)

    def cure(self, wording: Wording) -> str:
        """What to do about it, in one sentence; with a value ``near``, whether that was meant."""
        key = f"cure.{self.code}.near" if self.values.get("near") else f"cure.{self.code}"
        return wording(key, **self.values)

    def record(self, wording: Wording) -> dict[str, object]:
        """The finding as JSON holds it; keys without a value are left out."""
        record: dict[str, object] = {
            "severity": self.severity.value,
            "code": self.code,
            "file": self.place.file,
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            "line": self.place.line,
            "path": self.place.path,
            "message": self.message(wording),
            "cure": self.cure(wording),
        }
        return {key: value for key, value in record.items() if value is not None}


def error(code: str, place: Place, **values: object) -> Finding:
    """A finding that keeps what it concerns from being scored."""
    return Finding(Severity.ERROR, code, place, values)


def warning(code: str, place: Place, **values: object) -> Finding:
    """A finding that the reader should know and that stops nothing."""
    return Finding(Severity.WARNING, code, place, values)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether at least one finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
