"""Writes ``rubrics/calendars/*.yaml``: official days off and make-up working days, from ``holidays``.

Run it once a country has published a further year and the package ``holidays`` knows it, after moving the
years below (``python docs/make_calendars.py``); then compare what changed with the official list, which
``tests/test_calendars.py`` holds too. A year that ``holidays`` computes by rule, without an official list,
is not known and is not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import holidays

FOLDER = Path(__file__).parents[1] / "rubrics" / "calendars"
VERSION = "2026-11-28"
FIRST, LAST = 2024, 2026
SATURDAY = 5


@dataclass(frozen=True)
class Country:
    """What the file of a country says at its top, and its words for the names of ``holidays``."""

    code: str
    language: str
    title: str
    source: tuple[str, str]
    names: dict[str, tuple[str, str]]


COUNTRIES = (
    Country(
        "CN",
        "zh_CN",
        "中國大陸的放假與調休上班日 / Days off and make-up working days of mainland China",
        (
            "國務院辦公廳：國辦發明電〔2023〕7號（2024年）、〔2024〕12號（2025年）、〔2025〕7號（2026年）",
            "General Office of the State Council: notices 〔2023〕7, 〔2024〕12, 〔2025〕7",
        ),
        {
            "元旦": ("元旦", "New Year's Day"),
            "农历除夕": ("除夕", "Lunar New Year's Eve"),
            "春节": ("春節", "Spring Festival"),
            "清明节": ("清明節", "Qingming"),
            "劳动节": ("勞動節", "Labour Day"),
            "端午节": ("端午節", "Dragon Boat Festival"),
            "中秋节": ("中秋節", "Mid-Autumn Festival"),
            "国庆节": ("國慶節", "National Day"),
        },
    ),
    Country(
        "TW",
        "zh_TW",
        "臺灣的放假與補班日 / Days off and make-up working days of Taiwan",
        (
            "行政院人事行政總處：113年、114年（修正）、115年政府行政機關辦公日曆表；勞動節自115年起在內",
            "Directorate-General of Personnel Administration: calendars of government offices, 2024 to 2026",
        ),
        {
            "中華民國開國紀念日": ("開國紀念日", "Founding Day"),
            "農曆除夕": ("農曆除夕", "Lunar New Year's Eve"),
            "春節": ("春節", "Spring Festival"),
            "和平紀念日": ("和平紀念日", "Peace Memorial Day"),
            "兒童節": ("兒童節", "Children's Day"),
            "民族掃墓節": ("民族掃墓節", "Tomb Sweeping Day"),
            "兒童節; 民族掃墓節": ("兒童節與民族掃墓節", "Children's Day and Tomb Sweeping Day"),
            "勞動節": ("勞動節", "Labour Day"),
            "端午節": ("端午節", "Dragon Boat Festival"),
            "孔子誕辰紀念日": ("孔子誕辰紀念日", "Confucius' Birthday"),
            "中秋節": ("中秋節", "Mid-Autumn Festival"),
            "國慶日": ("國慶日", "National Day"),
            "臺灣光復暨金門古寧頭大捷紀念日": ("臺灣光復節", "Taiwan Retrocession Day"),
            "行憲紀念日": ("行憲紀念日", "Constitution Day"),
        },
    ),
)
HEAD = """\
# yaml-language-server: $schema=../schema/calendar.schema.json
#
# {title}
#
# 這是公布的日曆，請不要改動；公司自己的日子寫在另一個文件，見 docs/calendars.md。
# This is what was published; leave it as it is. Days of your own go into another file: docs/calendars.md.
country: {code}
version: {version}
source:
  zh-Hant: {source[0]}
  en: "{source[1]}"
known_from: {first}-01-01
known_until: {last}-12-31

"""


def main() -> None:
    """Writes the file of each country."""
    FOLDER.mkdir(exist_ok=True)
    for country in COUNTRIES:
        path = FOLDER / f"{country.code.lower()}.yaml"
        path.write_bytes(content(country).encode())


def content(country: Country) -> str:
    """The file of a country."""
    known = holidays.country_holidays(country.code, years=range(FIRST, LAST + 1), language=country.language)
    days = [
        date(FIRST, 1, 1) + timedelta(one) for one in range((date(LAST + 1, 1, 1) - date(FIRST, 1, 1)).days)
    ]
    off = [day for day in days if not known.is_working_day(day)]
    head = HEAD.format(
        title=country.title, code=country.code, version=VERSION, source=country.source, first=FIRST, last=LAST
    )
    lines = [f"  {day}: {{zh-Hant: {zh}, en: {en}}}" for day, (zh, en) in _named(country, known, off)]
    made_up = {date.fromisoformat(match[0]): day for day, match in _made_up(known)}
    working = [
        f"  {day}: {{zh-Hant: 補 {made_up[day]} 的班, en: Makes up for {made_up[day]}}}"
        for day in days
        if known.is_working_day(day) and day.weekday() >= SATURDAY
    ]
    return head + "\n".join(["days_off:", *lines, "", "working_days:", *working, ""])


def _named(
    country: Country, known: holidays.HolidayBase, off: list[date]
) -> Iterator[tuple[date, tuple[str, str]]]:
    """The days off of each run that has a holiday in it; one without a name has that of the one before."""
    runs: list[list[date]] = []
    for day in off:
        if runs and day - runs[-1][-1] == timedelta(1):
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        names = [country.names.get(_holiday(known.get(day, ""))) for day in run]
        if any(day in known for day in run):
            last = next(name for name in names if name)
            for day, name in zip(run, names, strict=True):
                last = name or last
                yield day, last


def _holiday(text: str) -> str:
    """The bare name of a holiday: without that it is taken on another day."""
    return re.sub(r"（[补補]假）$", "", text)


def _made_up(known: holidays.HolidayBase) -> Iterator[tuple[date, re.Match[str]]]:
    """Each day off with the day on which it is made up for."""
    for day, text in known.items():
        if match := re.search(r"\d{4}-\d\d-\d\d", text):
            yield day, match


if __name__ == "__main__":
    main()
