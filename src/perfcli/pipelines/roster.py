"""What a roster is good for, and what is wrong with it, before anybody is paid by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perfcli.errors import DataError
from perfcli.files.reader import Access
from perfcli.findings import Finding
from perfcli.people.columns import BONUS_BASE, DEPARTMENT, TEAM
from perfcli.people.employment import read_employment
from perfcli.people.presence import present
from perfcli.pipelines.score import parse_period_option, read_books
from perfcli.progress import Tell, silent
from perfcli.rewards.needs import needs_of_bonus, needs_of_raises
from perfcli.rules.models import Policy
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.bindings import Bindings, load_bindings


@dataclass(frozen=True)
class RosterRequest:
    """Which roster is looked at, and what the user said of it; with a period only who works in it counts."""

    path: Path
    period: str = ""
    map_file: Path | None = None
    access: Access = field(default_factory=Access)
    tell: Tell = field(default=silent, repr=False, compare=False)


@dataclass(frozen=True)
class RosterReport:
    """What a roster has: people of each team (and ``""`` for none of ours), columns by key with their cell.

    ``missing`` has, for each use (``template``, ``score``, ``bonus``, ``raise``), the columns that it needs
    and no list has, each as the keys of which one is enough; nothing is missing for a use with no entry.
    """

    teams: Mapping[str, int]
    columns: Mapping[str, Sequence[str]]
    missing: Mapping[str, Sequence[Sequence[str]]]
    findings: tuple[Finding, ...]


USES = ("template", "score", "bonus", "raise")


def report_roster(request: RosterRequest, ruleset: Ruleset) -> RosterReport:
    """Everything that a roster is good for.

    Raises:
        DataError: there is no list of people in it.
        FileError, RulesError, UsageError: see ``score.read``.
    """
    bindings = load_bindings(request.map_file, ruleset) if request.map_file else Bindings()
    period = parse_period_option(request.period)
    (book,) = read_books([request.path], request.access, request.tell)
    employment = read_employment(book, ruleset.rubrics, bindings.of_roster(ruleset))
    listing = employment.roster.listing
    findings = (*employment.findings, *bindings.unused(employment.roster.used))
    if listing is None:
        raise DataError(findings)
    counts = present(employment.frame, period)[TEAM].value_counts()
    columns: dict[str, list[str]] = {}
    for section in listing.sections:
        for key, column in section.columns.items():
            place = section.place(section.header.last_row, column)
            columns.setdefault(key, []).append(f"{place.sheet} {place.cell}")
    needed = _needed(ruleset.policy)
    missing = {use: [keys for keys in needed[use] if not set(keys) & set(employment.columns)] for use in USES}
    teams = {str(team): int(count) for team, count in counts.items()}
    return RosterReport(teams, columns, {use: keys for use, keys in missing.items() if keys}, findings)


def _needed(policy: Policy) -> Mapping[str, Sequence[Sequence[str]]]:
    """What each use needs of a roster under a policy, beside ids and names."""
    days = (BONUS_BASE,), ("joined", "days_worked"), ("left", "days_worked")
    return {
        "template": [(TEAM, DEPARTMENT)],
        "score": [],
        "bonus": [*days, *(one.columns for one in needs_of_bonus(policy.bonus))],
        "raise": [("joined",), *(one.columns for one in needs_of_raises(policy.salary))],
    }
