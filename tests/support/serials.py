"""Moments as spreadsheets keep them: days since a beginning."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

FORMATS = {
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy/m/d hh:mm:ss",
    "time": "hh:mm",
    "duration": "[h]:mm:ss",
}
"""A number format for each kind of special cell."""

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
"""The errors of binary workbooks by their numbers."""


def serial_of(kind: str, text: str) -> float:
    """The number behind a special text: date, datetime, time or duration."""
    if kind == "duration":
        found = re.fullmatch(r"PT(\d+)H(\d+)M([\d.]+)S", text)
        assert found
        hours, minutes, seconds = map(float, found.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds) / timedelta(days=1)
    if kind == "time":
        moment = time.fromisoformat(text)
        return (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400
    return (datetime.fromisoformat(text) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
