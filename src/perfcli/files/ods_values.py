"""What the cells of OpenDocument spreadsheets hold, told from their attributes and their text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from perfcli.files.grids import UNKNOWN_ERROR
from perfcli.files.number_formats import PERCENT, SHOWN, Content, duration_text, moment_special, special

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
TABLES = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "

_VALUE_TYPE, _FORMULA = OFFICE + "value-type", TABLES + "formula"
_CHECKED_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"

_STRING_VALUE = OFFICE + "string-value"
_VALUES = {
    **dict.fromkeys(("float", "currency", "percentage"), OFFICE + "value"),
    "date": OFFICE + "date-value",
    "time": OFFICE + "time-value",
    "boolean": OFFICE + "boolean-value",
}
"""The attribute that holds the value, by the type of the value."""

_PADDED = re.compile(r"[^\W\d]{0,20}[-_/ ]?0[0-9]*(?:[-_/ ][0-9]+)*")
_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)|(?:Err|錯誤|错误):[0-9]+", re.IGNORECASE)
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_DAY = 86_400
_MIDNIGHT = datetime(1900, 1, 1)  # noqa: DTZ001 - a time of day has no time zone
_FORMULA_LANGUAGE = re.compile(r"^\w+:(?==)")


def typed_value(attributes: Mapping[str, str]) -> Content | None:
    """What a cell holds, where no text in it can change that."""
    kind = attributes.get(_VALUE_TYPE, "")
    value = attributes.get(_VALUES.get(kind, ""))
    if value is None or _FORMULA in attributes or attributes.get(_CHECKED_TYPE) == "error":
        return None
    return _typed(kind, value)


def content_of(attributes: Mapping[str, str], paragraphs: list[str]) -> Content:
    """What a cell holds."""
    kind = attributes.get(_VALUE_TYPE, "")
    formula = attributes.get(_FORMULA)
    text = "\n".join(paragraphs)
    if attributes.get(_CHECKED_TYPE, kind) == "error" or (formula and _ERROR.fullmatch(text)):
        return special("error", text or UNKNOWN_ERROR)
    value = attributes.get(_VALUES.get(kind, _STRING_VALUE))
    if formula and value is None and not paragraphs:
        return special("not-calculated", _FORMULA_LANGUAGE.sub("", formula))
    if value is None or kind not in _VALUES:
        return text if value is None else value, None
    if kind == "float" and _PADDED.fullmatch(text) and int(re.sub(r"\D", "", text)) == _number(value):
        return float(value), (SHOWN, text)
    return _typed(kind, value)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _typed(kind: str, value: str) -> Content:
    """A value of a type; a text where it is none."""
    if kind == "boolean":
        return value == "true", None
    if kind == "time":
        return _time(value)
    try:
        if kind == "date":
            found = moment_special(datetime.fromisoformat(value).replace(tzinfo=None))
            return found[1], found
        return float(value), (PERCENT, "") if kind == "percentage" else None
    except ValueError:
        return value, None


def _time(value: str) -> Content:
    """A time of day, or a duration of a day and more."""
    found = _DURATION.fullmatch(value)
    if found is None:
        return value, None
    sign, days, hours, minutes, seconds = found.groups()
    total = (int(days or 0) * 24 + int(hours or 0)) * 3600 + int(minutes or 0) * 60
    exact = total + float((seconds or "0").replace(",", "."))
    if sign or round(exact, 3) >= _DAY:
        return special("duration", sign + duration_text(exact))
    moment = _MIDNIGHT + timedelta(milliseconds=round(exact * 1000))
    return special("time", moment.time().isoformat())
