"""When everybody was there, as the roster says: of which periods they can have a result, and their days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.rules.periods import days
from perfcli.scoring.rollups import AFTER_LEAVING, BEFORE_JOINING, LEAVE, OTHERWISE

_Days = npt.NDArray[np.int64]

DAYS = ("joined", "left", "leave_from", "leave_until")
"""The columns of a roster that say when somebody was there."""

_EVER, _NEVER = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True)
class Presence:
    """The days of some people, as ordinals in columns: when they joined and left, and one long leave."""

    joined: _Days
    left: _Days
    leave_from: _Days
    leave_until: _Days

    def days(self, period: str) -> _Days:
        """The calendar days of a period on which each was there."""
        first, last = (day.toordinal() for day in days(period))
        start, end = np.maximum(self.joined, first), np.minimum(self.left, last)
        away = np.minimum(self.leave_until, end) - np.maximum(self.leave_from, start) + 1
        found: _Days = np.maximum(end - start + 1, 0) - np.maximum(away, 0)
        return found

    def reasons(self, period: str) -> npt.NDArray[Any]:
        """Why each can have no result of a period; ``otherwise`` where nothing says so."""
        first, last = (day.toordinal() for day in days(period))
        reasons = np.where(self.days(period) > 0, OTHERWISE, LEAVE).astype(object)
        reasons[self.left < first] = AFTER_LEAVING
        reasons[self.joined > last] = BEFORE_JOINING
        return reasons


def presence(people: pd.DataFrame) -> Presence:
    """When some people were there, by the columns of ``Roster.frame``; always, if nothing says otherwise."""
    otherwise = {"joined": _EVER, "left": _NEVER, "leave_from": _NEVER, "leave_until": _NEVER}
    columns = {
        key: np.array([day.toordinal() if day else blank for day in people[key].tolist()], dtype=np.int64)
        for key, blank in otherwise.items()
    }
    return Presence(**columns)


def present(people: pd.DataFrame, period: str) -> pd.DataFrame:
    """The people who worked on at least one day of a period: not on leave on all days."""
    return people[presence(people).days(period) > 0] if period else people
