"""What a number is by the format that its cell shows it in: a percentage, a moment, a duration, a text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

from perfcli.files.sheet import Cell

PERCENT = "percent"
MOMENT = "moment"
DURATION = "duration"
SHOWN = "shown"
"""The kind of a number that its cell shows with more digits than it has, or with letters: 4 as 00004."""

BUILT_IN_FORMATS = {
    **dict.fromkeys((9, 10), PERCENT),
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59), *range(71, 82)), MOMENT),
    46: DURATION,
}
"""The formats that a file names by number only. What 27 to 36 and 50 to 58 show depends on the language
(East Asian dates and times), 71 to 81 are Thai."""

# What shows as it stands: quoted text, a character after \ or _ or *, colours, conditions and languages.
_LITERAL = re.compile(
    r'"[^"]*"?|[\\_*].?|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general|e[+-]|am/pm|a/p', re.IGNORECASE
)
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_MOMENT = re.compile(r"[ymdhsegab]", re.IGNORECASE)
_LONGEST_FORMAT = 1_000
_PADDED = re.compile(r'(?:"[^"0-9]{0,20}"|\\[^0-9]|[-_/ ]|0+)+')
_PIECE = re.compile(r'"([^"]*)"|\\(.)|(0+)|(.)')
_DIGITS_OF_A_DOUBLE = 15

Content = tuple[Cell, tuple[str, str] | None]
"""What stands in a cell, and kind and text for ``Sheet.special`` where it is more than a plain value."""

_DAY_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's moments have no time zone
_DAY_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LEAP_DAY = 60  # 1900-02-29, which never was: what is before it lies a day later than it should
_DAYS_1900, _DAYS_1904 = 2_958_466, 2_957_004  # 9999-12-31 is the last day that there is
_HALF_A_MILLISECOND = 0.5 / 86_400_000  # what is rounded up to the day after it


@lru_cache(maxsize=4096)
def kind_of(code: str) -> str | None:
    """What a number format makes of a number: percent, moment (date, time or both), duration or None.

    For a format such as 00000 or "E"000 it is ``shown`` and the format.
    """
    if _PADDED.fullmatch(code) and code.count("0") > 1:
        return f"{SHOWN}:{code}"
    bare = _LITERAL.sub("", code[:_LONGEST_FORMAT])
    if _DURATION.search(bare):
        return DURATION
    if _MOMENT.search(bare):
        return MOMENT
    return PERCENT if "%" in bare else None


def special_of(number: float, kind: str, *, since_1904: bool) -> tuple[str, str] | None:
    """Kind and text for ``Sheet.special``; None for a number that is no date."""
    if kind == PERCENT:
        return PERCENT, ""
    if kind.startswith(SHOWN):
        text = shown_text(number, kind.removeprefix(f"{SHOWN}:"))
        return (SHOWN, text) if text else None
    if not 0 <= number < (_DAYS_1904 if since_1904 else _DAYS_1900) - 2 * _HALF_A_MILLISECOND:
        return None
    if kind == DURATION:
        return DURATION, duration_text(number * 86_400)
    if not since_1904 and 1 <= number < _LEAP_DAY:
        number += 1
    moment = (_DAY_1904 if since_1904 else _DAY_1900) + timedelta(milliseconds=round(number * 86_400_000))
    return ("time", moment.time().isoformat()) if number < 1 else moment_special(moment)


def moment_special(moment: datetime) -> tuple[str, str]:
    """A moment for ``Sheet.special``: at midnight it is a date."""
    if moment.time() == datetime.min.time():
        return "date", moment.date().isoformat()
    return "datetime", moment.isoformat()


def content_of(number: float, kind: str | None, *, since_1904: bool) -> Content:
    """A number as its format shows it; as it is where that makes no date of it."""
    found = special_of(number, kind, since_1904=since_1904) if kind else None
    return number if found is None or found[0] in {PERCENT, SHOWN} else found[1], found


def shown_text(number: float, code: str) -> str:
    """A whole number as a format of zeros shows it, digits from the right; empty for another number."""
    if number < 0 or not number.is_integer() or number >= 10**_DIGITS_OF_A_DOUBLE:
        return ""
    pieces = _PIECE.findall(code)
    places = sum(len(zeros) for _, _, zeros, _ in pieces)
    digits = str(int(number)).zfill(places)
    shown: list[str] = []
    start = len(digits) - places
    for quoted, escaped, zeros, other in pieces:
        if zeros:
            begin = 0 if not any(piece.isdigit() for piece in shown) else start
            shown.append(digits[begin : start + len(zeros)])
            start += len(zeros)
        else:
            shown.append(quoted or escaped or other)
    return "".join(shown)


def special(kind: str, text: str) -> Content:
    """What holds no plain value, but a text of some kind."""
    return text, (kind, text)


def duration_text(seconds: float) -> str:
    """Seconds as ISO 8601 writes a duration: ``PT36H30M0S``."""
    total = round(seconds * 1000)
    minutes, milliseconds = divmod(total, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{milliseconds / 1000:g}S"
