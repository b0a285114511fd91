"""Appraisal periods: ``2026-11`` monthly, ``2026Q4`` quarterly, ``2026`` annual (policy, section 4)."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Collection
from datetime import date
from enum import StrEnum

EXAMPLES = ("2026-11", "2026Q4", "2026")

_MONTH = re.compile(r"(\d{4})[-/.年](0?[1-9]|1[0-2])月?(?:份|度)?")
_QUARTER = re.compile(r"(\d{4})(?:[-/]|年度?)?(?:Q([1-4])|第?([1-4一二三四])季度?)", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})年?度?")
_IN_A_TITLE = re.compile(r"\d{4}年度?(?:(?:0?[1-9]|1[0-2])月(?!\d)|第?[1-4一二三四]季)")
_PROBABLY = re.compile(r"(民[國国])?(\d{2,4})(?:(?<=\d{4})|[-/.年])(\d{1,2})月?")
_ROC, _CENTURY = 1911, 2000
_CHINESE = str.maketrans("一二三四", "1234")


class Cycle(StrEnum):
    """How often an appraisal takes place (policy, section 4)."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"


def parse_period(text: str) -> str | None:
    """The period that a text names, written as above, or None where it names none."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if match := _MONTH.fullmatch(plain):
        return f"{match[1]}-{int(match[2]):02d}"
    if match := _QUARTER.fullmatch(plain):
        return f"{match[1]}Q{(match[2] or match[3]).translate(_CHINESE)}"
    if match := _YEAR.fullmatch(plain):
        return match[1]
    return None


def near_period(text: str) -> str | None:
    """The month that a text probably means and does not name: 202611, 26-11, 115/11; else None."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    match = _PROBABLY.fullmatch(plain)
    if match is None:
        return None
    era, digits, month = match.groups()
    since = 0 if len(digits) == len("2026") else _ROC if era or len(digits) == len("115") else _CENTURY
    return parse_period(f"{since + int(digits)}-{int(month)}")


def find_period(text: str) -> str | None:
    """The one month or quarter that a title such as 2026年11月績效考核表 names; None for none or several."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = {parse_period(match[0]) for match in _IN_A_TITLE.finditer(plain)}
    return found.pop() if len(found) == 1 else None


def cycle(period: str) -> Cycle:
    """The cycle that a period belongs to."""
    if "-" in period:
        return Cycle.MONTHLY
    return Cycle.QUARTERLY if "Q" in period else Cycle.ANNUAL


def days(period: str) -> tuple[date, date]:
    """The first and the last day of a period."""
    year = int(period[:4])
    if "-" in period:
        first, months = int(period[5:]), 1
    elif "Q" in period:
        first, months = int(period[5:]) * 3 - 2, 3
    else:
        first, months = 1, 12
    last = first + months - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def months_of(period: str) -> list[str]:
    """The months of a quarter or a year."""
    first, last = days(period)
    return [f"{first.year}-{month:02d}" for month in range(first.month, last.month + 1)]


def quarters_of(year: str) -> list[str]:
    """The quarters of a year."""
    return [f"{year}Q{quarter}" for quarter in range(1, 5)]


def quarter_of(month: str) -> str:
    """The quarter in which a month lies."""
    return f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"


def spanning(periods: Collection[str]) -> str:
    """The shortest quarter or year in which all of some periods lie; empty where there is none."""
    years = {period[:4] for period in periods}
    quarters = {quarter_of(one) if cycle(one) is Cycle.MONTHLY else one for one in periods}
    if len(quarters) == 1:
        return quarters.pop()
    return years.pop() if len(years) == 1 else ""
