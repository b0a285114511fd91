"""All rules of a company together, with the places where they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from perfcli.rules.calendars import Calendar
from perfcli.rules.models import CycleRubric, Policy, Rubric
from perfcli.rules.periods import Cycle

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

    ``files`` holds a ``RuleFile`` for ``"policy"``, for each team and for each cycle with an appraisal of its
    own, which ``cycles`` has. ``folder`` is its name; empty for the built-in rules. ``cycle`` is set where
    these are the rules of such an appraisal (see ``of_cycle``). ``calendar`` has the working days, where the
    policy names a calendar.
    """

    policy: Policy
    rubrics: Mapping[str, Rubric]
    files: Mapping[str, RuleFile]
    folder: str
    calendar: Calendar | None = None
    cycles: Mapping[Cycle, CycleRubric] = field(default_factory=dict)
    cycle: Cycle | None = None

    def of_cycle(self, cycle: Cycle) -> Ruleset:
        """The rules of a cycle's own appraisal: each of its teams with the cycle's indicators."""
        own = self.cycles[cycle]
        teams = {team: one for team, one in self.rubrics.items() if not own.teams or team in own.teams}
        rubrics = {team: own.of_team(one) for team, one in teams.items()}
        files = {POLICY: self.files[POLICY], **dict.fromkeys(teams, self.files[cycle_key(cycle)])}
        return replace(self, rubrics=rubrics, files=files, cycles={}, cycle=cycle)

    @property
    def is_built_in(self) -> bool:
        """Whether they travel with perf."""
        return not self.folder

    def place(self, file: str, path: str) -> str:
        """Where a rule is written, as a reader looks it up: ``operations.yaml:12 dimensions[0].weight``."""
        rule_file = self.files[file]
        line = rule_file.lines.get(path)
        return f"{rule_file.name}:{line} {path}" if line else f"{rule_file.name} {path}"


def cycle_key(cycle: Cycle) -> str:
    """The key in ``Ruleset.files`` of a cycle's own appraisal; no team has such an id."""
    return f"cycle:{cycle.value}"


def fingerprint(rubric: Rubric) -> str:
    """A short digest of what a rubric says, so that a score sheet knows which version it was made from."""
    said = rubric.model_dump_json(by_alias=True, exclude_defaults=True, exclude={"unconfirmed"})
    return hashlib.sha256(said.encode()).hexdigest()[:16]
