"""What pay needs of a roster: bases, salaries, days and what was done about somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from math import isnan, nan
from typing import assert_never

import pandas as pd

from perfcli import exact
from perfcli.files import cells, numerals
from perfcli.files.numerals import MONEY_WORDS, Wanted
from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, error, warning
from perfcli.folding import fold
from perfcli.people import columns
from perfcli.people.columns import Holds, Kept, PersonColumn
from perfcli.people.roster import Listing, Roster, read_dates, read_roster
from perfcli.rules.models import Rubric
from perfcli.rules.pay import CENT
from perfcli.text import Term

_NONE_WORDS = frozenset(map(fold, ("無", "否", "沒有", "-", "—", "none", "no", "n/a", "0")))
_LARGEST = 10.0**13


@dataclass(frozen=True)
class Employment:
    """The people of a roster with what pay needs.

    ``frame`` has the columns of ``Roster.frame`` and all others of a person (see ``people.columns``): amounts
    to the cent and days, NaN where nothing stands; dates, or None; texts (``discipline`` is empty for none).
    ``columns`` are those of the roster.
    """

    roster: Roster
    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    columns: Collection[str]

    def place(self, row: int, key: str) -> Place:
        """The cell of a row of the frame under a key; the roster itself where it has no such column."""
        listing = self.roster.listing
        if listing is None:
            return Place(self.roster.name)
        if key not in listing.columns:
            return Place(self.roster.name, listing.grid.name)
        return listing.place(listing.rows[row], key)


def read_employment(book: Book, rubrics: Mapping[str, Rubric]) -> Employment:
    """Reads a roster with its columns of pay.

    Findings: those of ``read_roster``, ``not-a-date``, ``not-an-amount``, ``negative-amount``,
    ``not-days``; warnings ``amount-as-text``, ``amount-rounded``.
    """
    roster = read_roster(book, rubrics)
    listing, frame = roster.listing, roster.frame.copy()
    if listing is None:
        return Employment(roster, frame, roster.findings, ())
    findings = list(roster.findings)
    others = [one for one in columns.COLUMNS if not one.kept & (Kept.IDENTITY | Kept.ROSTER)]
    for column in sorted(others, key=lambda one: one.holds.value):
        values, dtype = _read(listing, column, findings), float if column.is_number else object
        frame[column.key] = pd.Series(values, index=frame.index, dtype=dtype)
    frame["discipline"] = ["" if fold(text) in _NONE_WORDS else text for text in frame["discipline"]]
    return Employment(roster, frame, tuple(findings), frozenset(listing.columns))


def _read(listing: Listing, column: PersonColumn, findings: list[Finding]) -> Iterable[object]:
    """What a column holds of each person."""
    match column.holds:
        case Holds.DATE:
            return read_dates(listing, column.key, findings)
        case Holds.AMOUNT:
            return _amounts(listing, column, findings)
        case Holds.DAYS:
            return _days(listing, column.key, findings)
        case Holds.ID | Holds.TEXT | Holds.TEAM | Holds.PERIOD:
            return listing.texts(column.key)
    assert_never(column.holds)


def _amounts(listing: Listing, column: PersonColumn, findings: list[Finding]) -> Iterator[float]:
    """The amounts in a column to the cent."""
    key = column.key
    rounded: list[Place] = []
    for position, number in enumerate(_numbers(listing, key, "not-an-amount", findings)):
        place = listing.place(listing.rows[position], key) if key in listing.columns else Place()
        if isnan(number):
            yield nan
            continue
        amount = exact.decimal(number)
        if amount < 0 and not column.may_be_negative:
            findings.append(error("negative-amount", place, **_values(listing, position, key)))
            yield nan
            continue
        if amount != (cents := amount.quantize(CENT, ROUND_HALF_UP)):
            rounded.append(place)
        yield float(cents)
    if rounded:
        shown = [str(one.cell) for one in rounded[:10]]
        findings.append(warning("amount-rounded", rounded[0], column=Term(f"column.{key}"), cells=shown))


def _days(listing: Listing, key: str, findings: list[Finding]) -> Iterator[float]:
    for position, number in enumerate(_numbers(listing, key, "not-days", findings)):
        if number < 0 or number > 366:  # noqa: PLR2004 the days of the longest period
            place = listing.place(listing.rows[position], key)
            findings.append(error("not-days", place, **_values(listing, position, key)))
            yield nan
        else:
            yield number


def _numbers(listing: Listing, key: str, wrong: str, findings: list[Finding]) -> list[float]:
    """The numbers under a key; what is none is an error with the code ``wrong``, a blank is nothing."""
    column = listing.column(key)
    numbers, odd = cells.read_numbers(column, Wanted(units=MONEY_WORDS | {"天", "日", "days"}))
    as_text: list[Place] = []
    for position, code in odd.items():
        if code == cells.MISSING:
            continue
        place = listing.place(listing.rows[position], key)
        if code == numerals.NUMBER_AS_TEXT:
            as_text.append(place)
            continue
        numbers[position] = nan
        findings.append(error(wrong, place, **_values(listing, position, key)))
    for position in (abs(numbers) >= _LARGEST).nonzero()[0].tolist():
        numbers[position] = nan
        place = listing.place(listing.rows[position], key)
        findings.append(error(wrong, place, **_values(listing, position, key)))
    if as_text:
        shown = [str(one.cell) for one in as_text[:10]]
        column_name = Term(f"column.{key}")
        findings.append(warning("amount-as-text", as_text[0], column=column_name, cells=shown))
    return [float(number) for number in numbers.tolist()]


def _values(listing: Listing, position: int, key: str) -> dict[str, object]:
    row = listing.grid.rows[listing.rows[position]]
    who = [cells.as_text(row[listing.columns[one]]) for one in ("employee_id", "name")]
    found = cells.quoted(row[listing.columns[key]])
    return {"employee": " ".join(who).strip(), "column": Term(f"column.{key}"), "found": found}
