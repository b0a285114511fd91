"""The one reader of days: of rosters, records, options and cells.

A year that comes first leaves one reading, whatever stands between its parts. A year that comes last does
not (3/4/2026), nor has one of two digits; they are no dates.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

from perfcli.files.cells import Cell, Percent, Shown, as_text

NOT_A_DATE = "not-a-date"
ROC_YEAR = "date-of-roc-year"
COMPACT_DATE = "compact-date"

_YEAR_OF_THE_REPUBLIC = 1911
_OPEN_END_FROM = 2999
_EARLIEST, _LATEST = 1900, 9999
_COMPACT_LENGTH = 8

_TIME = r"(?:(?:t|\s)\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*z?)?"
_DAY = re.compile(
    r"(?P<republic>(?:中[華华])?民[國国]|roc|r\.o\.c\.)?\s*(?P<year>[0-9]{2,4})\s*(?:"
    r"年\s*(?P<month>[0-9]{1,2})\s*月\s*(?P<day>[0-9]{1,2})\s*[日號号]?"
    r"|(?P<mark>[-/.])\s*(?P<month2>[0-9]{1,2})\s*(?P=mark)\s*(?P<day2>[0-9]{1,2})"
    rf"){_TIME}"
)
_COMPACT = re.compile(rf"(?P<year>[0-9]{{4}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_TIME}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


class ReadDate(NamedTuple):
    """A day, or None; and the code of what is odd about it.

    Codes: ``not-a-date`` where there is none; the warnings ``date-of-roc-year`` and ``compact-date``.
    """

    day: date | None
    code: str = ""

    @property
    def is_open_end(self) -> bool:
        """Whether the day is how a system of personnel writes "no end": 9999-12-31."""
        return self.day is not None and self.day.year >= _OPEN_END_FROM


def read_date(cell: Cell) -> ReadDate:
    """The day in a cell that is not blank: a date, or one written out with its year first.

    Read are 2026-11-01, 2026/11/1, 2026.11.1, 2026年11月1日, each with or without a time of day, in digits of
    any width; 20261101; and years of the Republic of China with their word or three digits: 民國115年11月1日,
    115/11/1.
    """
    if isinstance(cell, date):
        return ReadDate(cell.date() if isinstance(cell, datetime) else cell)
    if isinstance(cell, bool | Percent):
        return _NONE
    text = unicodedata.normalize("NFKC", as_text(cell)).translate(_DASHES).strip().lower()
    if found := _COMPACT.fullmatch(text):
        return _day(int(found["year"]), found["month"], found["day"], COMPACT_DATE)
    is_number = isinstance(cell, int | float) and not isinstance(cell, Shown)
    found = None if is_number else _DAY.fullmatch(text)
    return _written_out(found) if found else _NONE


_NONE = ReadDate(None, NOT_A_DATE)


def _written_out(found: re.Match[str]) -> ReadDate:
    """A day whose parts stand apart; its year is of the republic where a word says so, or three digits."""
    year, month, day = found["year"], found["month"] or found["month2"], found["day"] or found["day2"]
    if len(year) == len("2026") and not found["republic"]:
        return _day(int(year), month, day, "")
    if len(year) == len("115") or (found["republic"] and len(year) == len("99")):
        return _day(int(year) + _YEAR_OF_THE_REPUBLIC, month, day, ROC_YEAR)
    return _NONE


def _day(year: int, month: str, day: str, code: str) -> ReadDate:
    if not _EARLIEST <= year <= _LATEST:
        return _NONE
    try:
        return ReadDate(date(year, int(month), int(day)), code)
    except ValueError:
        return _NONE
