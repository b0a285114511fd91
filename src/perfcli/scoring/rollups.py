"""What a roll-up is made of and what comes out: the results of shorter cycles as one (policy, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from perfcli.findings import Finding
from perfcli.people.columns import BONUS_BASE, SUPERIOR
from perfcli.rules.models import Rollup as RollupRules
from perfcli.rules.periods import Cycle, cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import IDENTITY, OUTCOME, InputFile, Results
from perfcli.text import Term

BEFORE_JOINING, AFTER_LEAVING, LEAVE = "before-joining", "after-leaving", "leave"
TOO_FEW, NO_OWN, OTHER_TEAM, OTHERWISE = "too-few", "no-own", "other-team", "otherwise"
AWAY = (BEFORE_JOINING, AFTER_LEAVING, LEAVE)
"""Why somebody has no result of a period: not there yet, not any more, on leave all the time.

Of a quarter in a year there may be too few parts for a total, or no appraisal of its own,
or that is not for everybody's team.
"""

LIMITED = "limited"
"""The column of the parts whose grades limited somebody's, by their keys with blanks between them."""


_OWN = "-own"


def own_key(quarter: str) -> str:
    """The key of a quarter's own appraisal beside the quarter's total."""
    return f"{quarter}{_OWN}"


def total_key(part: str) -> str:
    """The column of a part's printed total."""
    return f"{part}.total"


def grade_key(part: str) -> str:
    """The column of a part's grade, by its id; empty where there is none."""
    return f"{part}.grade"


def days_key(part: str) -> str:
    """The column of the days for which a month counts, where months count by days."""
    return f"{part}.days"


def reason_key(part: str) -> str:
    """The column of why somebody has not a part; empty for those who have it."""
    return f"{part}.reason"


def weight_key(part: str) -> str:
    """The column of the percent for which a part counts."""
    return f"{part}.weight"


def points_key(part: str) -> str:
    """The column of what a part adds to the total: weight × total ÷ 100, not rounded."""
    return f"{part}.points"


@dataclass(frozen=True)
class RollupPart:
    """One of the results that a roll-up is made of: that of a period, or a quarter's own appraisal.

    ``key`` is the period; a quarter's own appraisal has the key of ``own_key`` in a year in which the total
    of the quarter counts, and does not count itself then. ``files`` are what it was read from; ``is_own``
    tells a cycle's own appraisal from results of months and totals of quarters.
    """

    key: str
    files: tuple[InputFile, ...] = ()
    is_own: bool = False

    @property
    def name(self) -> Term:
        """The part as people read it: ``2026-10``, ``2026Q4 own appraisal``."""
        kind = "own" if self.is_own else "total" if self.cycle is Cycle.QUARTERLY else "month"
        return Term(f"rollup.part.{kind}", {"period": self.period})

    @property
    def counts(self) -> bool:
        """Whether it enters the total itself."""
        return not self.key.endswith(_OWN)

    @property
    def period(self) -> str:
        """The period that it is about."""
        return self.key.removesuffix(_OWN)

    @property
    def cycle(self) -> Cycle:
        """The cycle of its period."""
        return cycle(self.period)


def make_part(key: str, period: str, rules: RollupRules, files: tuple[InputFile, ...] = ()) -> RollupPart:
    """The part of a key in the roll-up of a period."""
    part = RollupPart(key, files)
    of_quarter = part.cycle is Cycle.QUARTERLY and part.counts and key != period
    is_total = of_quarter and rules.quarter_in_year == "total"
    return replace(part, is_own=part.cycle is not Cycle.MONTHLY and not is_total)


@dataclass(frozen=True)
class Rollup:
    """The employees of a quarter or a year with what their totals are made of.

    ``frame`` has one row per employee in the order of rank and then employee id: the identity columns
    (``period`` is that of the roll-up; name, department, position and team are the last ones), ``total,
    grade, rank, team_rank``, and for each part, by its key such as ``2026-10``, ``.total`` (the printed one)
    and ``.grade`` of that part, ``.weight`` (the percent for which it counts) and ``.points`` (what it adds,
    not rounded; they add up to the total), ``.reason`` (why there is none, else empty) and, where months
    count by days, ``.days``; ``limited`` where a grade was; ``bonus_base`` and ``superior`` as the last
    result has them. ``unrated`` has the identity columns, the totals of parts, ``count`` and ``least``: who
    has too few parts for a total.
    ``left_out`` are those whom an error kept from having one (see ``omissions``).
    """

    frame: pd.DataFrame
    ruleset: Ruleset
    period: str
    parts: tuple[RollupPart, ...]
    unrated: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: tuple[Finding, ...] = ()
    inputs: tuple[InputFile, ...] = ()

    @cached_property
    def results(self) -> Results:
        """The outcome as results that money may follow."""
        others = [key for key in (BONUS_BASE, SUPERIOR) if key in self.frame]
        frame = self.frame[[*IDENTITY, *OUTCOME, *others]]
        return Results(frame, self.ruleset, self.findings, self.inputs, self.period, self.left_out)

    def of_cycle(self, wanted: Cycle) -> Sequence[RollupPart]:
        """The parts of a cycle that count, in the order of their periods."""
        return [part for part in self.parts if part.cycle is wanted and part.counts]

    def has_any(self, part: RollupPart) -> bool:
        """Whether anybody has a part."""
        return bool(self.frame[total_key(part.key)].notna().any())

    @property
    def by_days(self) -> bool:
        """Whether months count by days."""
        return any(days_key(part.key) in self.frame for part in self.parts)
