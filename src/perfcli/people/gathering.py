"""What everybody has of each part of a quarter or a year, and who lacks which of them for which reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, TEAM
from perfcli.people.everybody import Everybody, Piece, Rows
from perfcli.people.roster import Roster
from perfcli.rules.models import Rollup
from perfcli.rules.periods import Cycle, cycle, months_of, quarter_of, quarters_of
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.omissions import PLACE
from perfcli.scoring.results import IDENTITY
from perfcli.scoring.rolling import have_enough, roll_up
from perfcli.scoring.rollups import (
    AWAY,
    NO_OWN,
    OTHER_TEAM,
    OTHERWISE,
    TOO_FEW,
    RollupPart,
    days_key,
    grade_key,
    make_part,
    own_key,
    reason_key,
    total_key,
)
from perfcli.text import Term

_Objects = npt.NDArray[np.object_]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gathered:
    """What ``roll_up`` takes, and who is not in it: see ``Rollup``."""

    employees: pd.DataFrame
    parts: tuple[RollupPart, ...]
    unrated: pd.DataFrame
    left_out: pd.DataFrame
    findings: tuple[Finding, ...]


def expected_parts(rules: Rollup, period: str) -> list[str]:
    """The keys of the parts that make up a period, in their order, of those that count for anything."""
    counting = {one for one, share in rules.shares(cycle(period)).items() if share}
    is_annual = cycle(period) is Cycle.ANNUAL
    needs_months = Cycle.MONTHLY in counting
    keys: list[str] = []
    if is_annual and Cycle.QUARTERLY in counting:
        of_totals = rules.quarter_in_year == "total"
        needs_months = needs_months or (of_totals and bool(rules.quarterly.monthly))
        own = [own_key(one) for one in quarters_of(period)] if of_totals and rules.quarterly.quarterly else []
        keys = [*own, *quarters_of(period)]
    own_counts = (Cycle.ANNUAL if is_annual else Cycle.QUARTERLY) in counting
    return [*(months_of(period) if needs_months else ()), *keys, *([period] if own_counts else ())]


def gather(
    pieces: Sequence[Piece], roster: Roster | None, period: str, ruleset: Ruleset, rules: Rollup
) -> Gathered:
    """Everybody with what they have of each part; ``rules`` are those of the policy.

    Findings: those of ``Everybody``; the errors ``two-results``, ``missing-results`` (nobody has a part),
    ``missing-part``, ``missing-part-or-reason``, ``part-while-away``, ``roster-needed``; the warning
    ``too-few-parts``.
    """
    return _Gathering(Everybody(pieces, roster, period), ruleset, rules).gathered()


@dataclass
class _Gathering:
    everybody: Everybody
    ruleset: Ruleset
    rules: Rollup
    findings: list[Finding] = field(default_factory=list)
    missing: dict[str, _Flags] = field(default_factory=dict)
    """Of each part, who lacks it without a reason that leaves it out."""
    wrong: list[int] = field(default_factory=list)
    """The rows of those about whom something else is wrong."""

    def gathered(self) -> Gathered:
        """See ``gather``."""
        frame = self.everybody.frame
        self._check_roster()
        parts = [self._part(key) for key in expected_parts(self.rules, self.everybody.period)]
        made = [one for one in parts if self._is_total_of_quarter(one)]
        for part in parts:
            if part not in made:
                self._fill(part)
        for part in made:
            self._fill_quarter(part, [one for one in parts if one not in made])
        self._note_missing(parts)
        self.findings += self.everybody.changes(self.ruleset)
        period = self.everybody.period
        is_enough, counts = have_enough(frame, parts, period, self.rules)
        least = getattr(self.rules.least, cycle(period).value)
        is_left_out = np.zeros(len(frame), dtype=bool)
        is_left_out[self.wrong] = True
        for lacking in self.missing.values():
            is_left_out |= lacking
        is_unrated = ~is_enough & ~is_left_out
        unrated = frame[is_unrated].assign(count=counts[is_unrated], least=least)
        if len(unrated):
            values = {
                "count": len(unrated),
                "people": self.everybody.people(np.flatnonzero(is_unrated)),
                "least": least,
            }
            self.findings.append(warning("too-few-parts", Place(), **values))
        left_out = frame[is_left_out][list(IDENTITY)].assign(file="", sheet="", row=0)
        employees = frame[~is_left_out & ~is_unrated].reset_index(drop=True)
        return Gathered(
            employees,
            tuple(parts),
            unrated.reset_index(drop=True),
            left_out[[*IDENTITY, *PLACE]].reset_index(drop=True),
            tuple(self.findings),
        )

    def _is_total_of_quarter(self, part: RollupPart) -> bool:
        """Whether a part is made of others here: the total of a quarter in a year."""
        return part.cycle is Cycle.QUARTERLY and not part.is_own

    def _part(self, key: str) -> RollupPart:
        files = {source for piece in self.everybody.pieces if piece.key == key for source in piece.sources}
        return make_part(key, self.everybody.period, self.rules, tuple(sorted(files, key=str)))

    def _check_roster(self) -> None:
        """That everybody who has a result is on the roster, and that there is one where days count."""
        roster, by_days = self.everybody.roster, self.rules.months == "by-days"
        values = {"rule": "rollup.months", "columns": [Term("column.joined"), Term("column.left")]}
        if roster is None and by_days:
            self.findings.append(error("roster-needed", Place(), **values))
        listing = roster.listing if roster is not None and by_days else None
        if listing is not None and not {"joined", "left"} & set(listing.columns):
            self.findings.append(error("roster-without-column", listing.lacking("joined"), **values))
        self.findings += self.everybody.without_team()
        for row, finding in self.everybody.strangers():
            self.wrong.append(row)
            self.findings.append(finding)

    def _fill(self, part: RollupPart) -> None:
        """What everybody has of a part, and why somebody has nothing."""
        count = len(self.everybody.frame)
        totals, marks = np.full(count, np.nan), np.full(count, "", dtype=object)
        owners = np.full(count, -1, dtype=np.int64)
        for number, (piece, places) in enumerate(
            zip(self.everybody.in_time, self.everybody.places, strict=True)
        ):
            if piece.key == part.key:
                self._check_twice(number, places, totals, owners)
                totals[places] = piece.frame["total"].to_numpy(dtype=np.float64)
                marks[places] = piece.frame["grade"].to_numpy(dtype=object)
                owners[places] = number
        lacks = np.isnan(totals)
        reasons = self.everybody.presence.reasons(part.period)
        self._check_away(part, ~lacks, reasons, owners)
        self._judge(part, lacks, reasons)
        self.everybody.frame[total_key(part.key)], self.everybody.frame[grade_key(part.key)] = totals, marks
        self.everybody.frame[reason_key(part.key)] = np.where(lacks, reasons, "")
        if part.cycle is Cycle.MONTHLY and self.rules.months == "by-days":
            self.everybody.frame[days_key(part.key)] = np.where(
                lacks, 0, self.everybody.presence.days(part.period)
            )

    def _judge(self, part: RollupPart, lacks: _Flags, reasons: _Objects) -> None:
        """Which of those who lack a part lack it without leave; the reasons are made what counts."""
        allowed = {
            "before-joining": self.rules.missing.before_joining,
            "after-leaving": self.rules.missing.after_leaving,
            "leave": self.rules.missing.leave,
            OTHERWISE: self.rules.missing.otherwise,
        }
        if part.cycle is not Cycle.MONTHLY:
            own = self.ruleset.cycles.get(part.cycle)
            if own is not None and own.teams:
                is_of_others = ~self.everybody.frame[TEAM].isin(own.teams).to_numpy()
                reasons[is_of_others & (reasons == OTHERWISE)] = OTHER_TEAM
            if self.rules.no_own == "share":
                reasons[reasons == OTHERWISE] = NO_OWN
            allowed |= {OTHERWISE: "error"}
        wrong = [reason for reason, what in allowed.items() if what == "error"]
        self.missing[part.key] = lacks & np.isin(reasons, wrong)
        unexplained = lacks & (reasons == OTHERWISE)
        if allowed[OTHERWISE] != "error" and unexplained.any():
            people = self.everybody.people(np.flatnonzero(unexplained))
            values = {"count": int(unexplained.sum()), "people": people, "period": part.name}
            self.findings.append(warning("part-not-asked-for", Place(), **values))

    def _check_twice(
        self,
        number: int,
        places: Rows,
        totals: npt.NDArray[np.float64],
        owners: npt.NDArray[np.int64],
    ) -> None:
        """That nobody has two results of one part; the same one, read from two workbooks, is one."""
        piece = self.everybody.in_time[number]
        own = piece.frame["total"].to_numpy(dtype=np.float64)
        twice = np.flatnonzero(owners[places] >= 0)
        for place in twice.tolist():
            row = int(places[place])
            other = self.everybody.in_time[int(owners[row])]
            if totals[row] == own[place] and set(piece.sources) & set(other.sources):
                continue
            self.wrong.append(row)
            values = {
                "employee": self.everybody.person(row),
                "period": self._part(piece.key).name,
                "other": other.file,
            }
            totals_of = {"total": own[place], "other_total": totals[row]}
            self.findings.append(error("two-results", Place(piece.file), **values, **totals_of))

    def _check_away(self, part: RollupPart, has: _Flags, reasons: _Objects, owners: Rows) -> None:
        """That nobody has a result of a period in which, as the roster says, they were not there."""
        for row in np.flatnonzero(has & np.isin(reasons, AWAY)).tolist():
            self.wrong.append(row)
            values = {"employee": self.everybody.person(row), "period": part.name}
            place = Place(self.everybody.in_time[int(owners[row])].file)
            reason = Term(f"rollup.reason.{reasons[row]}")
            self.findings.append(error("part-while-away", place, reason=reason, **values))

    def _fill_quarter(self, part: RollupPart, others: Sequence[RollupPart]) -> None:
        """The totals of a quarter: as they were rolled up before, else made of its months and its own."""
        self._fill_given(part)
        frame, total = self.everybody.frame, total_key(part.key)
        own = [one for one in others if _quarter(one) == part.key]
        made_of = [RollupPart(one.period, one.files) for one in own]
        names = {key(one.key): key(one.period) for one in own for key in (total_key, grade_key, days_key)}
        inside = frame[[key for key in names if key in frame]].rename(columns=names)
        can = frame[total].isna() & have_enough(inside, made_of, part.period, self.rules)[0]
        if can.any():
            rolled = roll_up(inside[can], made_of, part.period, self.ruleset.policy, self.rules)
            frame.loc[can, total] = rolled["total"]
            frame.loc[can, grade_key(part.key)] = rolled["grade"]
        reasons = self.everybody.presence.reasons(part.period)
        reasons[reasons == OTHERWISE] = TOO_FEW
        frame[reason_key(part.key)] = np.where(frame[total].isna(), reasons, "")

    def _fill_given(self, part: RollupPart) -> None:
        """The totals of a quarter that were rolled up before."""
        missing = dict(self.missing)
        self._fill(part)
        self.missing = missing

    def _note_missing(self, parts: Sequence[RollupPart]) -> None:
        """Who lacks what: once where nobody has a part, else person by person."""
        lacking: dict[int, list[Term]] = {}
        identifiers = self.everybody.frame[EMPLOYEE_ID].tolist()
        for part in parts:
            without = self.missing.get(part.key)
            if without is None or not without.any():
                continue
            if self.everybody.frame[total_key(part.key)].isna().all():
                values = {"period": part.name, "count": int(without.sum())}
                self.findings.append(error("missing-results", Place(), **values))
                continue
            for row in np.flatnonzero(without).tolist():
                lacking.setdefault(row, []).append(part.name)
        for row, periods in sorted(lacking.items()):
            place = self.everybody.place(row)
            if (left_out := self.everybody.left_out.get(fold(identifiers[row]))) is not None:
                values = {"employee": self.everybody.person(row), "periods": periods}
                self.findings.append(error("part-left-out", Place(left_out[0]), **values))
                continue
            code = "missing-part" if self.everybody.roster is not None else "missing-part-or-reason"
            self.findings.append(error(code, place, employee=self.everybody.person(row), periods=periods))


def _quarter(part: RollupPart) -> str:
    """The quarter to which a month or a quarter's own appraisal belongs; empty for others."""
    if part.cycle is Cycle.MONTHLY:
        return quarter_of(part.period)
    return part.period if not part.counts else ""
