"""All rules of a company together, with the places where they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from perfcli.rules.calendars import Calendar
from perfcli.rules.models import Policy, Rubric

POLICY = "policy"


@dataclass(frozen=True)
class RuleFile:
    """One YAML file: its name, the SHA-256 of its bytes, and the line of each dotted path."""

    name: str
    sha256: str
    lines: Mapping[str, int]


@dataclass(frozen=True)
class Ruleset:
    """The policy and the rubrics by team, as loaded from one folder.

    ``files`` holds a ``RuleFile`` for ``"policy"`` and for each team. ``folder`` is its name; empty for the
    built-in rules. ``calendar`` has the working days, where the policy names a calendar.
    """

    policy: Policy
    rubrics: Mapping[str, Rubric]
    files: Mapping[str, RuleFile]
    folder: str
    calendar: Calendar | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether they travel with perf."""
        return not self.folder

    def place(self, file: str, path: str) -> str:
        """Where a rule is written, as a reader looks it up: ``operations.yaml:12 dimensions[0].weight``."""
        rule_file = self.files[file]
        line = rule_file.lines.get(path)
        return f"{rule_file.name}:{line} {path}" if line else f"{rule_file.name} {path}"


def fingerprint(rubric: Rubric) -> str:
    """A short digest of what a rubric says, so that a score sheet knows which version it was made from."""
    said = rubric.model_dump_json(by_alias=True, exclude_defaults=True, exclude={"unconfirmed"})
    return hashlib.sha256(said.encode()).hexdigest()[:16]
