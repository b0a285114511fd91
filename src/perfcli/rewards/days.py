"""Which part of a period somebody worked, in days (policy, section 7: bonuses of joiners and leavers)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

from perfcli.rules.calendars import Calendar
from perfcli.rules.pay import Proration
from perfcli.rules.periods import days

_WEEKEND = 5  # Saturday, counted from Monday as 0


@dataclass(frozen=True)
class PeriodDays:
    """The days of a period that count: all of them, or the working days.

    These are those of ``calendar``, or Monday to Friday where there is none; over them come the days that the
    rules list themselves.
    """

    period: str
    rules: Proration
    calendar: Calendar | None = None

    @cached_property
    def first(self) -> date:
        """The first day of the period."""
        return days(self.period)[0]

    @cached_property
    def last(self) -> date:
        """The last day of the period."""
        return days(self.period)[1]

    @cached_property
    def total(self) -> int:
        """How many days of the period count."""
        return self._counted[-1]

    @property
    def is_provisional(self) -> bool:
        """Whether working days of the period were counted that the calendar does not know."""
        if self.calendar is None or self.rules.days == "calendar":
            return False
        return not self.calendar.is_known(self.first, self.last)

    def count(self, first: date, last: date) -> int:
        """How many days count from one day to another, both included, inside the period."""
        start, end = max(first, self.first), min(last, self.last)
        if end < start:
            return 0
        return self._counted[(end - self.first).days + 1] - self._counted[(start - self.first).days]

    @cached_property
    def _counted(self) -> list[int]:
        """How many days count before each day of the period, and at its end."""
        every = [self.first + timedelta(one) for one in range((self.last - self.first).days + 1)]
        return [0, *accumulate(self._counts(one) for one in every)]

    def _counts(self, day: date) -> bool:
        if self.rules.days == "calendar":
            return True
        if day in self.rules.working_weekends:
            return True
        if day in self.rules.holidays:
            return False
        return day.weekday() < _WEEKEND if self.calendar is None else self.calendar.is_working(day)
