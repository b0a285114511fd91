"""Daily records: what happened when, to whom, for which indicator (policy, section 6, step 2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

import pandas as pd

from perfcli import exact
from perfcli.files import cells
from perfcli.files.dates import read_date
from perfcli.files.numerals import NOT_A_NUMBER, NOT_APPLICABLE, NUMBER_AS_TEXT
from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.people.lists import ListRow
from perfcli.people.nobody import is_nobodys_id
from perfcli.people.sections import Section, Wanted, find_sections
from perfcli.people.unseen import unseen_values
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.periods import days
from perfcli.rules.roles import Role
from perfcli.scoring.results import role_key
from perfcli.sheets.labels import DATE, INDICATOR, POINTS, RECORD_LABELS
from perfcli.sheets.reading import other_kind
from perfcli.sheets.unread import UNREAD, could_count, number_in
from perfcli.text import Term, catalogue

_WORDS = {fold(word): key for key, every in RECORD_LABELS.items() for word in every}
_REQUIRED = (EMPLOYEE_ID, INDICATOR)
_COUNTED = (EMPLOYEE_ID, INDICATOR, DATE, POINTS)


@dataclass(frozen=True)
class Expected:
    """Whose records are read: a team's rubric, the period, and the folded ids of its people, if known.

    ``accept`` are codes of errors that the user has looked at.
    """

    rubric: Rubric
    period: str = ""
    people: Collection[str] | None = None
    accept: Collection[str] = ()


def read_records(books: Sequence[Book], expected: Expected) -> tuple[pd.DataFrame, list[Finding]]:
    """How often something happened that costs points.

    Gives a table indexed by folded employee id, with ``<indicator>.actual``: the occurrences for each
    indicator whose measure is a deduction. A record is one occurrence, or as many as its points are steps of
    the measure, whatever their sign. Records for other indicators are there to be read, and count for
    nothing.

    Findings: ``other-kind``, ``no-record-table``, ``missing-employee-id``, ``unknown-employee-id``,
    ``unknown-indicator``, ``unread``, ``not-a-date``, ``outside-period``, ``points-not-steps``; the warning
    ``points-not-used``, and those of ``unseen_values`` and ``cells.read_numbers``.
    """
    reading = _RecordReading(expected)
    for book in sorted(books, key=lambda book: (book.name, book.sha256)):
        reading.read(book)
    deductions = [one for one in expected.rubric.indicators if one.measure.occurrence is not None]
    counts = pd.DataFrame(
        {role_key(one.id, Role.ACTUAL): pd.Series(reading.counts[one.id], dtype=float) for one in deductions}
    )
    return counts.fillna(0.0), reading.findings


def _unread(section: Section) -> Iterator[Finding]:
    """The columns that nobody knows and whose numbers could be occurrences or points (``unread``)."""
    header = section.header
    for column, text in header.texts.items():
        if header.key(column) is not None:
            continue
        found = {row: number_in(section.grid.rows[row][column]) for row in section.rows}
        numbers = {row: number for row, number in found.items() if number}
        if could_count(text, [*numbers.values()]):
            first = section.grid.rows[next(iter(numbers))][header.columns[EMPLOYEE_ID]]
            part, place = Term("unread.column", {"name": text}), section.place(header.last_row, column)
            values = {"part": part, "count": len(numbers), "employee": cells.as_text(first), "near": ""}
            yield error(UNREAD, place, **values)


class _RecordReading:
    """The state of reading: occurrences by indicator and employee, and findings."""

    def __init__(self, expected: Expected) -> None:
        self.expected = expected
        self.findings: list[Finding] = []
        self.indicators = {fold(name): one for one in expected.rubric.indicators for name in one.names()}
        self.counts: dict[str, dict[str, float]] = {one.id: {} for one in expected.rubric.indicators}

    def read(self, book: Book) -> None:
        if finding := other_kind(book, Kind.RECORD):
            self.findings.append(finding)
            return
        choices = {fold(word) for word in catalogue()["sheet.lists"].values()} if book.mark else ()
        sections = find_sections(book, Wanted(_WORDS, _REQUIRED, RECORD_LABELS, skipped=choices))
        self.findings += sections.findings
        if not sections.found:
            first = book.grids[0].name if book.grids else None
            self.findings.append(error("no-record-table", Place(book.name, first)))
        for section in sections.found:
            if UNREAD not in self.expected.accept:
                self.findings += _unread(section)
            columns = {section.columns[key]: True for key in _COUNTED if key in section.columns}
            unseen = unseen_values(section.grid, columns, section.place)
            doubtful = {row: list(found) for row, found in groupby(unseen, key=itemgetter(0))}
            for row in section.rows:
                record = _Record(book.name, section.grid, row, section.columns)
                heading = record.cell(EMPLOYEE_ID) or record.cell(NAME) or section.grid.rows[row][0]
                if isinstance(heading, str) and is_nobodys_id(heading):
                    values = {"text": cells.quoted(heading)}
                    self.findings.append(warning("not-a-person", record.place(EMPLOYEE_ID), **values))
                elif row in doubtful:
                    self.findings += (found for _, found in doubtful[row])
                elif not record.is_blank:
                    self._read_record(record)

    def _read_record(self, record: _Record) -> None:
        before = len(self.findings)
        employee, indicator = record.text(EMPLOYEE_ID), self.indicators.get(fold(record.text(INDICATOR)))
        people = self.expected.people
        if not employee:
            self._note(record, EMPLOYEE_ID, "missing-employee-id", name=record.text("name"))
        elif people is not None and fold(employee) not in people:
            self._note(record, EMPLOYEE_ID, "unknown-employee-id", found=employee)
        if indicator is None:
            values = {"found": record.text(INDICATOR), "team": self.expected.rubric.name}
            self._note(record, INDICATOR, "unknown-indicator", **values)
        self._check_date(record)
        occurrences = self._occurrences(record, indicator)
        if len(self.findings) == before and indicator is not None:
            own = self.counts[indicator.id]
            own[fold(employee)] = own.get(fold(employee), 0) + occurrences

    def _check_date(self, record: _Record) -> None:
        if DATE not in record.columns:
            return
        day, code = read_date(record.cell(DATE))
        if code and day is not None:
            shown = f"{record.place(DATE).cell} {cells.quoted(record.cell(DATE))} → {day}"
            values = {"column": Term(f"column.{DATE}"), "cells": [shown], "count": 1}
            self.findings.append(warning(code, record.place(DATE), **values))
        if day is None:
            self._note(record, DATE, "not-a-date", found=cells.quoted(record.cell(DATE)))
        elif self.expected.period and not _is_within(day, self.expected.period):
            self._note(record, DATE, "outside-period", found=day, period=self.expected.period)

    def _occurrences(self, record: _Record, indicator: Indicator | None) -> int:
        """How many occurrences a record stands for: one, or its points in steps."""
        numbers, odd = cells.read_numbers([record.cell(POINTS)])
        code = odd.get(0)
        if code == cells.MISSING or indicator is None:
            return 1
        if code not in {None, NUMBER_AS_TEXT}:
            code = NOT_A_NUMBER if code == NOT_APPLICABLE else code
            values = {"employee": record.text(EMPLOYEE_ID), "indicator": Term(f"column.{POINTS}")}
            found, allowed = cells.quoted(record.cell(POINTS)), Term("allowed.number")
            self._note(record, POINTS, str(code), found=found, allowed=allowed, **values)
            return 1
        step = indicator.measure.occurrence
        if step is None:
            place = record.place(POINTS)
            self.findings.append(warning("points-not-used", place, indicator=indicator.name))
            return 1
        steps = abs(exact.decimal(numbers[0])) / step
        if steps != int(steps) or not steps:
            found = cells.quoted(record.cell(POINTS))
            values = {"indicator": indicator.name, "found": found, "step": written(step)}
            self._note(record, POINTS, "points-not-steps", **values)
        return int(steps)

    def _note(self, record: _Record, key: str, code: str, **values: object) -> None:
        self.findings.append(error(code, record.place(key), **values))


def _is_within(day: date, period: str) -> bool:
    first, last = days(period)
    return first <= day <= last


class _Record(ListRow):
    """One row of daily records."""

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything but a name that a formula gives."""
        typed = (column for key, column in self.columns.items() if key != "name")
        return all(cells.is_blank(self.grid.rows[self.row][column]) for column in typed)
