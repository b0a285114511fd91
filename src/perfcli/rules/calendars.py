"""Which days are worked: a country's calendar, and a company's own days over it.

Days of which nothing is known are worked from Monday to Friday; 1 January is off in every year.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from perfcli.rules.names import Name
from perfcli.rules.pay import Day
from perfcli.rules.rule import Rule
from perfcli.text import Term

COUNTRIES = ("CN", "TW")
"""Of which perf has the official days: mainland China and Taiwan."""

_WHOSE = {"CN": "calendar.of.CN", "TW": "calendar.of.TW", None: "calendar.of.company"}
_WEEKEND = 5  # Saturday, counted from Monday as 0
_WEEK = 7
_DAY = timedelta(1)

Country = Literal["CN", "TW"]


class CalendarRules(Rule):
    """The calendar of all that goes by working days (policy, section 8).

    ``country`` has its official days, ``file`` is one of the rules' folder with days of the company's own,
    which come over them; one of the two is needed.
    """

    country: Country | None = None
    file: Annotated[str, Field(min_length=1)] | None = None


class CalendarDays(Rule):
    """What one calendar file says: days off, and days that are worked whatever day of the week, with names.

    Everything else from ``known_from`` to ``known_until`` is known to be usual. ``version`` and ``source``
    say which list it is, and by whom.
    """

    country: Country | None = None
    version: Annotated[str, Field(min_length=1)] | None = None
    source: Name | None = None
    known_from: Day | None = None
    known_until: Day | None = None
    days_off: Mapping[Day, Name] = {}
    working_days: Mapping[Day, Name] = {}


@dataclass(frozen=True)
class CalendarSource:
    """One file of a calendar: its name, the SHA-256 of its bytes, and what it says."""

    name: str
    sha256: str
    days: CalendarDays


@dataclass(frozen=True)
class Calendar:
    """Working days and days off; what a later source says of a day holds."""

    sources: tuple[CalendarSource, ...] = ()

    def is_working(self, day: date) -> bool:
        """Whether a day is worked."""
        if (named := self._named.get(day)) is not None:
            return named
        return day.weekday() < _WEEKEND and (day.month, day.day) != (1, 1)

    def is_known(self, first: date, last: date) -> bool:
        """Whether some source knows each day from one to another."""
        return any(known_from <= first and last <= until for known_from, until in self._known)

    @property
    def known_from(self) -> date | None:
        """The first day that is known; None where none is."""
        return self._known[0][0] if self._known else None

    @property
    def known_until(self) -> date | None:
        """The last day that is known; None where none is."""
        return self._known[-1][1] if self._known else None

    @property
    def said(self) -> Iterator[Term]:
        """Each source in words: whose days, its file, its version."""
        for one in self.sources:
            whose = Term(_WHOSE[one.days.country])
            values = {"whose": whose, "file": one.name, "version": one.days.version or ""}
            yield Term("calendar.source.version" if one.days.version else "calendar.source", values)

    def working_days(self, first: date, last: date) -> int:
        """How many days are worked from one day to another, both included."""
        return max(self._worked_until(last.toordinal()) - self._worked_until(first.toordinal() - 1), 0)

    def after(self, day: date, count: int) -> tuple[date, bool]:
        """The working day that is the ``count``-th after a day, and whether it is provisional.

        It is, where one of the days between is not known.
        """
        end = day
        while count:
            end += _DAY
            count -= self.is_working(end)
        return end, not self.is_known(day + _DAY, end)

    def named(self, first: date = date.min, last: date = date.max) -> Iterator[tuple[date, bool, Name]]:
        """The days that a source names, from one to another: whether each is worked, and its name."""
        for day, works in sorted(self._named.items()):
            if first <= day <= last:
                yield day, works, self._names[day]

    @cached_property
    def _named(self) -> Mapping[date, bool]:
        """The days that a source speaks of, and whether they are worked."""
        found: dict[date, bool] = {}
        for source in self.sources:
            found |= dict.fromkeys(source.days.days_off, False)
            found |= dict.fromkeys(source.days.working_days, True)
        return found

    @cached_property
    def _names(self) -> Mapping[date, Name]:
        found: dict[date, Name] = {}
        for source in self.sources:
            found |= {**source.days.days_off, **source.days.working_days}
        return found

    @cached_property
    def _known(self) -> list[tuple[date, date]]:
        """The spans that are known, in order; those that touch are one."""
        found: list[tuple[date, date]] = []
        spans = ((one.days.known_from, one.days.known_until) for one in self.sources)
        for first, last in sorted((first, last) for first, last in spans if first and last):
            if found and first <= found[-1][1] + _DAY:
                found[-1] = found[-1][0], max(found[-1][1], last)
            else:
                found.append((first, last))
        return found

    @cached_property
    def _unusual(self) -> tuple[list[int], list[int]]:
        """The days off from Monday to Friday, and the weekends that are worked, as ordinals in order."""
        new_years = {date(year, 1, 1): False for year in range(1, MAXYEAR + 1)}
        every = list({**new_years, **self._named}.items())
        off = sorted(day.toordinal() for day, works in every if not works and day.weekday() < _WEEKEND)
        working = sorted(day.toordinal() for day, works in every if works and day.weekday() >= _WEEKEND)
        return off, working

    def _worked_until(self, ordinal: int) -> int:
        """How many days are worked from the first day of all, which is a Monday, to one, by its number."""
        off, working = self._unusual
        weeks, rest = divmod(ordinal, _WEEK)
        return (
            weeks * _WEEKEND
            + min(rest, _WEEKEND)
            - bisect_right(off, ordinal)
            + bisect_right(working, ordinal)
        )
