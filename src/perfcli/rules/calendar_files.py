"""The files of a calendar: a country's, from the rules' folder or as shipped, and the company's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from perfcli.findings import Finding, error, has_errors
from perfcli.rules.calendars import COUNTRIES, Calendar, CalendarDays, CalendarSource
from perfcli.rules.documents import Document, read_document
from perfcli.rules.validation import read_model

CALENDARS = "calendars"
"""The folder inside the rules' folder in which they lie."""


def own_calendar(folder: Path, policy: Document) -> Path | None:
    """The company's own file, as the policy names it; None where there is none."""
    file = _said(policy).get("file")
    if not isinstance(file, str):
        return None
    path = folder / file
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        return path if inside and path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, links that lead round
        return None


def read_calendar(folder: Path, policy: Document, shipped: Path) -> tuple[Calendar | None, list[Finding]]:
    """The calendar that a policy names, or None, and what is wrong with its files.

    A country's file is that of the folder, else the one in ``shipped``.

    Findings: ``missing-key``, ``no-calendar-file``, those of ``read_document``, ``validate`` and the checks
    below.
    """
    if not isinstance(_data(policy).get("calendar"), Mapping):
        return None, []
    said = _said(policy)
    country, file = said.get("country"), said.get("file")
    findings: list[Finding] = []
    if country is None and file is None and set(said) <= {"country", "file"}:
        findings.append(error("missing-key", policy.place("calendar"), key="country"))
    own = own_calendar(folder, policy)
    if isinstance(file, str) and own is None:
        findings.append(error("no-calendar-file", policy.place("calendar.file"), found=file))
    paths = [_of_country(country, folder, shipped)] if country in COUNTRIES else []
    paths += [own] if own is not None and own.resolve() not in {one.resolve() for one in paths} else []
    sources = []
    for path in paths:
        document = read_document(path)
        days, found = read_model(document, CalendarDays, (days_are_one_thing, span_is_whole))
        found += [*_of_this_country(document, country), *(() if country else _is_known(document))]
        findings += sorted(found, key=lambda finding: finding.place.line or 0)
        sources += [CalendarSource(document.name, document.sha256, days)] if days else []
    return (None if has_errors(findings) else Calendar(tuple(sources))), findings


def days_are_one_thing(document: Document) -> Iterator[Finding]:
    """No day is off and worked in the same file."""
    off = _mapping(document.data, "days_off")
    for day in _mapping(document.data, "working_days"):
        if day in off:
            line = document.lines.get(f"days_off.{day}", 1)
            yield error("day-off-and-working", document.place(f"working_days.{day}"), day=day, first=line)


def span_is_whole(document: Document) -> Iterator[Finding]:
    """What is known has a first and a last day, in this order."""
    first, last = (_data(document).get(key) for key in ("known_from", "known_until"))
    for key, other, value in (("known_from", "known_until", first), ("known_until", "known_from", last)):
        if value is not None and other not in _data(document):
            yield error("missing-key", document.place(key), key=other)
    if isinstance(first, str) and isinstance(last, str) and last < first:
        yield error("out-of-bounds", document.place("known_until"), found=last, bound=f"≥ {first}")


def _is_known(document: Document) -> Iterator[Finding]:
    """A file that is the whole calendar says for which time."""
    if isinstance(document.data, Mapping) and not {"known_from", "known_until"} & set(document.data):
        yield error("missing-key", document.place(""), key="known_until")


def _of_this_country(document: Document, country: object) -> Iterator[Finding]:
    """A file is not of another country than the policy's."""
    own = _data(document).get("country")
    if country in COUNTRIES and own in COUNTRIES and own != country:
        place = document.place("country")
        yield error("calendar-of-another-country", place, found=own, country=country)


def _of_country(country: str, folder: Path, shipped: Path) -> Path:
    path = folder / CALENDARS / f"{country.lower()}.yaml"
    return path if path.is_file() else shipped / CALENDARS / path.name


def _said(policy: Document) -> Mapping[str, Any]:
    return _mapping(policy.data, "calendar")


def _data(document: Document) -> Mapping[str, Any]:
    return document.data if isinstance(document.data, Mapping) else {}


def _mapping(data: Any, key: str) -> Mapping[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}
