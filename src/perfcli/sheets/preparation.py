"""What is known before the superior scores: people, targets, self scores, occurrences (policy, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, has_errors, warning
from perfcli.folding import fold
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import IDENTITY
from perfcli.sheets.contributions import Contributions, read_contributions
from perfcli.sheets.daily_records import Expected, read_records
from perfcli.sheets.reading import Chosen


@dataclass(frozen=True)
class Sources:
    """The workbooks of plans, self-evaluations and daily records."""

    plans: Sequence[Book] = ()
    self_evaluations: Sequence[Book] = ()
    records: Sequence[Book] = ()


class Preparation:
    """Reads plans and self-evaluations, and tells for each team what its score sheet begins with.

    ``period`` is what the command line or the sheets say; ``findings`` grow with each step.
    """

    def __init__(self, sources: Sources, ruleset: Ruleset, chosen: Chosen) -> None:
        self._sources, self._accept = sources, chosen.accept
        self._plan = _contributions(sources.plans, ruleset, chosen, Kind.PLAN)
        period = chosen.period or (self._plan.period if self._plan else "")
        chosen = Chosen(chosen.team, period)
        self._self = _contributions(sources.self_evaluations, ruleset, chosen, Kind.SELF)
        self.period = period or (self._self.period if self._self else "")
        self.findings: list[Finding] = [
            found for one in (self._plan, self._self) if one is not None for found in one.findings
        ]

    @property
    def teams(self) -> list[str]:
        """The teams that plans and self-evaluations are about."""
        parts = [one.frame["team"] for one in (self._plan, self._self) if one is not None]
        return sorted({str(team) for part in parts for team in part if team})

    @property
    def has_errors(self) -> bool:
        """Whether anything keeps a score sheet from being made."""
        return has_errors(self.findings)

    def people(self, team: str) -> pd.DataFrame | None:
        """The people of a team in the plan, else in the self-evaluations, where there is no roster."""
        for part in (self._plan, self._self):
            if part is not None:
                own = part.frame[part.frame["team"] == team]
                return own[list(IDENTITY)].reset_index(drop=True)
        return None

    def with_known(self, rubric: Rubric, people: pd.DataFrame) -> pd.DataFrame:
        """Some people with what is known of them: the columns that ``template_workbook`` takes.

        People without a plan or a self-evaluation, and people in these who are not among the people, are
        remarked (``not-in-plan``, ``no-self-evaluation``, ``not-on-roster``); daily records add the findings
        of ``read_records``.
        """
        identifiers = {fold(str(one)): str(one) for one in people["employee_id"]}
        parts = [people.reset_index(drop=True)]
        for contributions, books, absent in (
            (self._plan, self._sources.plans, "not-in-plan"),
            (self._self, self._sources.self_evaluations, "no-self-evaluation"),
        ):
            if contributions is not None:
                frame = contributions.frame[contributions.frame["team"] == rubric.team]
                self._note_differences(books, rubric, people, frame, absent)
                keys = frame["employee_id"].map(fold)
                parts.append(_of(frame.drop(columns=list(IDENTITY)).set_axis(keys, axis=0), identifiers))
        if self._sources.records:
            expected = Expected(rubric, self.period, identifiers, self._accept)
            counts, findings = read_records(self._sources.records, expected)
            self.findings += findings
            parts.append(_of(counts, identifiers).fillna(0.0))
        return pd.concat(parts, axis=1)

    def _note_differences(
        self, books: Sequence[Book], rubric: Rubric, people: pd.DataFrame, given: pd.DataFrame, absent: str
    ) -> None:
        """Remarks who is in the one list and not in the other."""
        place = Place(", ".join(book.name for book in books))
        for code, some, others in ((absent, people, given), ("not-on-roster", given, people)):
            known = set(others["employee_id"].map(fold))
            missing = [
                f"{identifier} {name}".strip()
                for identifier, name in zip(some["employee_id"], some["name"], strict=True)
                if fold(identifier) not in known
            ]
            if missing:
                self.findings.append(warning(code, place, team=rubric.name, employees=missing))


def _contributions(
    books: Sequence[Book], ruleset: Ruleset, chosen: Chosen, kind: Kind
) -> Contributions | None:
    return read_contributions(books, ruleset, chosen, kind) if books else None


def _of(frame: pd.DataFrame, identifiers: dict[str, str]) -> pd.DataFrame:
    """The rows of a table by folded id, in the order of the people."""
    return frame.reindex(list(identifiers)).reset_index(drop=True)
