"""What a team's totals would be on each scale on which its scores could be, beside the sheet's own totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from perfcli.exact import Floats
from perfcli.scoring.origins import RATED, STATED
from perfcli.sheets.own_figures import own_totals
from perfcli.text import Term

if TYPE_CHECKING:
    from perfcli.sheets.score_checks import Team

AS_TYPED, POINTS, FRACTIONS = "typed", "points", "fractions"
FOUR, FIVE, TEN = "four", "five", "ten"

FULL: Mapping[str, int] = {FOUR: 4, FIVE: 5, TEN: 10}
"""The full marks of the scales that have other ones than 100."""

_TOLERANCE = 0.0051  # the sheet's own totals are rounded, as a rule to two decimals
_HIGHEST_TOTAL = 120
_SHARES: Mapping[str, float] = {AS_TYPED: 100, **FULL, FRACTIONS: 1}


@dataclass(frozen=True)
class Readings:
    """The totals of each employee of a team by each reading, and those that stand in the sheet.

    NaN where a score is missing or was computed, or where the sheet has no total.
    """

    totals: Mapping[str, Floats]
    own: Floats

    @property
    def told(self) -> str:
        """The one reading whose totals are the sheet's own, of everybody who has one; empty if none is."""
        fitting = [reading for reading in (AS_TYPED, POINTS, *FULL, FRACTIONS) if self._fits(reading)]
        return fitting[0] if fitting else ""

    def _fits(self, reading: str) -> bool:
        both = ~np.isnan(self.own) & ~np.isnan(self.totals[reading])
        differences = np.abs(self.own[both] - self.totals[reading][both])
        if reading == POINTS and (self.totals[reading][both] > _HIGHEST_TOTAL).any():
            return False  # scores of 100 that the sheet adds up
        return bool(both.any() and (differences <= _TOLERANCE).all() and (self.own[both] > 0).any())

    def side_by_side(self, team: Team, people: Sequence[int]) -> Term | str:
        """The totals of the first of some employees who has them; empty where nobody has."""
        first = next((one for one in people if not np.isnan(self.totals[AS_TYPED][one])), None)
        if first is None:
            return ""
        parts = [] if np.isnan(self.own[first]) else [_total("own", self.own[first])]
        parts += [
            _total(reading, totals[first])
            for reading, totals in self.totals.items()
            if totals[first] <= _HIGHEST_TOTAL or reading == AS_TYPED
        ]
        employee = team.table.employee(int(team.positions[first]))
        return Term("scale.readings", {"employee": employee, "parts": parts})


def _total(reading: str, total: float) -> Term:
    return Term(f"scale.reading.{reading}", {"total": f"{total:.2f}"})


def readings(team: Team) -> Readings:
    """The readings of a team of which every score is one that persons gave out of 100."""
    scores = np.array([_scores(team, one.id) for one in team.rubric.indicators])
    weights = np.array([float(one.weight) for one in team.rubric.indicators])[:, None]
    totals = {reading: (scores * weights).sum(axis=0) / full for reading, full in _SHARES.items()}
    totals[POINTS] = scores.sum(axis=0)
    if (scores > FULL[FOUR]).any():
        totals[FOUR] = np.full_like(totals[FOUR], np.nan)
    return Readings(totals, own_totals(team.table)[team.positions])


def _scores(team: Team, identifier: str) -> Floats:
    judged = team.judgements[identifier]
    return np.where(judged.came_from((*RATED, *STATED)), judged.scores, np.nan)
