"""Results and roster together: what everybody's pay is computed from, and where the two do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

import pandas as pd

from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import BONUS_BASE, NOWHERE, PAY, WHO, kept, of_pay
from perfcli.people.employment import Employment
from perfcli.people.identifiers import same_name
from perfcli.people.presence import present
from perfcli.rewards.needs import Need
from perfcli.rules.periods import days
from perfcli.scoring.results import Results, rows

_SHOWN = 10


@dataclass(frozen=True)
class Staff:
    """Those who have a result, with what the roster says of them.

    ``people`` has the columns of all pay (see ``columns.of_pay``) and of the policy's factors, one
    row per employee. ``absent`` has ``employee_id, name, department, team``, of those on the roster who
    worked in the period and have no result, in the order of their ids.
    ``base_findings`` concern bonus bases alone.
    """

    people: pd.DataFrame
    absent: pd.DataFrame
    findings: tuple[Finding, ...]
    base_findings: tuple[Finding, ...]
    employment: Employment | None

    def place(self, employee: str, column: str) -> Place:
        """The roster's cell of an employee and a column, as far as there is one."""
        if self.employment is None:
            return Place()
        listed = self.employment.roster.people.get(fold(employee))
        roster = self.employment.roster
        return Place(roster.name) if listed is None else self.employment.place(listed.row, column)


def match_staff(results: Results, employment: Employment | None) -> Staff:
    """Finds everybody who has a result on the roster, by id.

    Who changed the team inside the period may have a result in both; the one of the roster's team counts.

    Findings: the errors ``not-on-pay-roster``, ``other-name-on-roster``, ``several-results``,
    ``result-before-joined`` and, of bonus bases, ``bases-disagree``; the warnings ``result-put-aside`` and
    ``without-result``.
    """
    matching = _Matching(results, employment)
    people = pd.DataFrame(list(matching.people()), columns=[*of_pay(PAY), *matching.factors])
    people = people.sort_values("employee_id", kind="stable", ignore_index=True)
    absent = matching.absent()
    findings = matching.findings
    if len(absent):
        names = [f"{one['employee_id']} {one['name']}".strip() for one in rows(absent.head(_SHOWN))]
        more = ["…"] if len(absent) > _SHOWN else []
        place = Place(employment.roster.name if employment else None)
        values = {"employees": [*names, *more], "count": len(absent)}
        findings.append(warning("without-result", place, **values))
    return Staff(people, absent, tuple(findings), tuple(matching.base_findings), employment)


class _Matching:
    def __init__(self, results: Results, employment: Employment | None) -> None:
        self.results, self.employment = results, employment
        self.findings: list[Finding] = []
        self.base_findings: list[Finding] = []
        self.listed = list(rows(employment.frame)) if employment else []
        self.of_result = of_pay(NOWHERE)
        self.factors = [one.key for one in results.ruleset.policy.bonus.roster_factors]
        self.blanks: dict[str, Any] = {column.key: column.blank for column in kept(PAY)}
        self.blanks |= dict.fromkeys(self.factors, nan)

    def people(self) -> Iterator[dict[str, Any]]:
        """A row for each employee of the results."""
        seen: dict[str, list[dict[str, Any]]] = {}
        for row in rows(self.results.frame):
            seen.setdefault(fold(row["employee_id"]), []).append(row)
        for key, own in seen.items():
            listed = self._listed(key)
            counting = self._one_of(own, listed)
            if counting is not None:
                yield self._joined(counting, listed)

    def _listed(self, key: str) -> Mapping[str, Any] | None:
        found = self.employment.roster.people.get(key) if self.employment else None
        return None if found is None else self.listed[found.row]

    def _one_of(self, own: list[dict[str, Any]], listed: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """The result that counts: of several, the one of the team in which the roster has the employee."""
        if len(own) == 1:
            return own[0]
        names = [self.results.ruleset.rubrics[one["team"]].name for one in own]
        values = {"employee": _label(own[0]), "teams": names}
        chosen = [one for one in own if listed is not None and one["team"] == listed["team"]]
        if len(chosen) != 1:
            self.findings.append(error("several-results", Place(), **values))
            return None
        team = self.results.ruleset.rubrics[chosen[0]["team"]].name
        self.findings.append(warning("result-put-aside", Place(), **values, team=team))
        return chosen[0]

    def _joined(self, row: Mapping[str, Any], listed: Mapping[str, Any] | None) -> dict[str, Any]:
        person = {key: row[key] for key in self.of_result} | self.blanks
        person[BONUS_BASE] = row.get(BONUS_BASE, nan)
        if self.employment is None:
            return person
        if listed is None:
            place = Place(self.employment.roster.name)
            self.findings.append(error("not-on-pay-roster", place, employee=_label(row)))
            return person
        period = self.results.period
        if period and listed["joined"] is not None and listed["joined"] > days(period)[1]:
            values = {"employee": _label(row), "period": period, "joined": listed["joined"]}
            self.findings.append(error("result-before-joined", self._place(listed, "joined"), **values))
        place = self._place(listed, "name")
        if row["name"] and listed["name"] and not same_name(row["name"], listed["name"]):
            values = {"employee": _label(row), "listed": listed["name"]}
            self.findings.append(error("other-name-on-roster", place, **values))
        person |= {key: listed[key] for key in self.blanks}
        for key in ("name", "department", "position"):
            person[key] = row[key] or listed[key]
        person[BONUS_BASE] = self._base(row, listed)
        return person

    def _base(self, row: Mapping[str, Any], listed: Mapping[str, Any]) -> float:
        """The bonus base, which result and roster must not state differently."""
        there, here = float(listed[BONUS_BASE]), float(row.get(BONUS_BASE, nan))
        if not isnan(there) and not isnan(here) and there != here:
            values = {"employee": _label(row), "listed": f"{there:.2f}", "stated": f"{here:.2f}"}
            self.base_findings.append(error("bases-disagree", self._place(listed, BONUS_BASE), **values))
        return here if isnan(there) else there

    def _place(self, listed: Mapping[str, Any], key: str) -> Place:
        employment = self.employment
        if employment is None:
            return Place()
        return employment.place(employment.roster.people[fold(listed["employee_id"])].row, key)

    def absent(self) -> pd.DataFrame:
        """Those of the results' teams who worked in the period and have no result."""
        if self.employment is None:
            return pd.DataFrame(columns=list(WHO))
        frame = self.employment.frame
        here = present(frame, self.results.period) if self.results.period else frame[frame["left"].isna()]
        scored = {fold(one) for one in self.results.frame["employee_id"]}
        teams = set(self.results.frame["team"])
        keys = [fold(one) for one in here["employee_id"]]
        missing = [
            bool(key) and key not in scored and team in teams
            for key, team in zip(keys, here["team"], strict=True)
        ]
        absent = here.loc[missing, list(WHO)]
        return absent.sort_values("employee_id", kind="stable", ignore_index=True)


def _label(row: Mapping[str, Any]) -> str:
    return f"{row['employee_id']} {row['name']}".strip()


def missing_columns(needs: Sequence[Need], employment: Employment | None) -> list[Finding]:
    """What rules need of the roster and it does not have.

    Findings: ``roster-without-column``; ``roster-needed`` where there is no roster.
    """
    found: list[Finding] = []
    for one in needs:
        values = {"rule": one.rule, "columns": one.names}
        if employment is None:
            found.append(error("roster-needed", Place(), **values))
        elif not set(one.columns) & set(employment.columns):
            found.append(error("roster-without-column", employment.lacking(one.columns[0]), **values))
    return found
