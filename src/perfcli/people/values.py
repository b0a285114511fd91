"""What the columns of a roster hold: days, amounts, numbers of days; and days that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import nan
from typing import assert_never

import pandas as pd

from perfcli import exact
from perfcli.files import cells, numerals
from perfcli.files.amounts import AMOUNT_AS_TEXT, read_amount
from perfcli.files.dates import NOT_A_DATE, read_date
from perfcli.files.numerals import Wanted
from perfcli.findings import Finding, error, warning
from perfcli.people.columns import EMPLOYEE_ID, NAME, Holds, PersonColumn
from perfcli.people.listing import Listing
from perfcli.rules.pay import CENT, Factor
from perfcli.text import Term, Translated

_SHOWN = 10
_LONGEST_PERIOD = 366  # days
_NEVER_OPEN = ("joined", "probation_until")
"""What must be a day: nobody joins at no time, and a probation without end may be one, or none."""

_IN_ORDER = (
    ("joined", "left", "left-before-joined"),
    ("joined", "transferred", "transferred-before-joined"),
    ("transferred", "left", "left-before-transferred"),
    ("joined", "confirmed", "confirmed-before-joined"),
    ("joined", "probation_until", "probation-before-joined"),
    ("leave_from", "leave_until", "leave-ends-before-it-begins"),
)
"""Two days in their order, and what it is called where the second lies before the first."""


def read_values(listing: Listing, column: PersonColumn, findings: list[Finding]) -> Iterable[object]:
    """What a column holds of each person: days or None, amounts to the cent and days or NaN, texts.

    Findings: see ``read_days``; ``not-an-amount``, ``negative-amount``, ``not-days``; the warnings
    ``amount-as-text``, with the value that was read, and ``amount-rounded``.
    """
    if column.key not in listing.some_columns:
        return [column.blank] * len(listing.people)
    match column.holds:
        case Holds.DATE:
            return read_days(listing, column.key, findings)
        case Holds.AMOUNT:
            return _amounts(listing, column, findings)
        case Holds.DAYS:
            return _numbers_of_days(listing, column.key, findings)
        case Holds.ID | Holds.TEXT | Holds.TEAM | Holds.PERIOD:
            return listing.texts(column.key)
    assert_never(column.holds)


def read_days(listing: Listing, key: str, findings: list[Finding]) -> list[date | None]:
    """The day of each person under a key; None for a blank, and for an open end such as 9999-12-31.

    Findings: ``not-a-date``; the warnings ``date-of-roc-year`` and ``compact-date``, with what was read.
    """
    days: list[date | None] = []
    unusual: dict[str, list[tuple[int, str]]] = {}
    for position, cell in enumerate(listing.column(key)):
        if cells.is_blank(cell):
            days.append(None)
            continue
        found = read_date(cell)
        day = None if found.is_open_end else found.day
        days.append(day)
        if found.code == NOT_A_DATE or (found.is_open_end and key in _NEVER_OPEN):
            findings.append(error(NOT_A_DATE, listing.place(position, key), found=cells.quoted(cell)))
        elif found.code:
            shown = f"{cells.quoted(cell)} → {found.day}"
            unusual.setdefault(found.code, []).append((position, shown))
    for code, those in unusual.items():
        findings.append(_all_of(listing, key, code, those))
    return days


def read_factors(listing: Listing, factor: Factor, findings: list[Finding]) -> list[float]:
    """The number of each person in the column of a factor; NaN for a blank, and for what is no such number.

    Findings: ``bad-factor`` for what is no number, or is out of the bounds; the warning ``amount-as-text``.
    """
    column = listing.column(factor.key)
    numbers, odd = cells.read_numbers(column, Wanted(whole=Decimal(1), shown="", written=AMOUNT_AS_TEXT))
    lowest, highest = factor.bounds
    found: list[float] = []
    as_text: list[tuple[int, str]] = []
    for position, number in enumerate(numbers.tolist()):
        code = odd.get(position, "")
        if code == cells.MISSING:
            found.append(nan)
        elif (
            code not in {"", numerals.NUMBER_AS_TEXT, AMOUNT_AS_TEXT}
            or not lowest <= exact.decimal(number) <= highest
        ):
            values = {
                "employee": _who(listing, position),
                "factor": factor.name,
                "found": cells.quoted(column[position]),
            }
            place = listing.place(position, factor.key)
            findings.append(error("bad-factor", place, **values, lowest=lowest, highest=highest))
            found.append(nan)
        else:
            found.append(number)
            if code:
                as_text.append((position, f"{cells.quoted(column[position])} → {number:g}"))
    if as_text:
        findings.append(_all_of(listing, factor.key, AMOUNT_AS_TEXT, as_text, factor.name))
    return found


def contradictions(listing: Listing, frame: pd.DataFrame) -> Iterator[Finding]:
    """Days that cannot both be true, at the second of the two cells, with the first one named.

    Findings: ``left-before-joined``, ``transferred-before-joined``, ``left-before-transferred``,
    ``confirmed-before-joined``, ``probation-before-joined``, ``leave-ends-before-it-begins``; and
    ``leave-without-start``.
    """
    for position, (start, end) in enumerate(zip(frame["leave_from"], frame["leave_until"], strict=True)):
        if end is not None and start is None:
            place = listing.place(position, "leave_until")
            yield error("leave-without-start", place, employee=_who(listing, position), day=end)
    for first, second, code in _IN_ORDER:
        for position, (earlier, later) in enumerate(zip(frame[first], frame[second], strict=True)):
            if earlier is not None and later is not None and later < earlier:
                values = {"employee": _who(listing, position), "first": earlier, "second": later}
                other = str(listing.place(position, first))
                yield error(code, listing.place(position, second), other=other, **values)


def _amounts(listing: Listing, column: PersonColumn, findings: list[Finding]) -> Iterator[float]:
    """The amounts in a column to the cent."""
    key = column.key
    rounded: list[tuple[int, str]] = []
    as_text: list[tuple[int, str]] = []
    for position, cell in enumerate(listing.column(key)):
        if cells.is_blank(cell):
            yield nan
            continue
        amount, code = read_amount(cell)
        if amount is None or (amount < 0 and not column.may_be_negative):
            wrong = code if amount is None else "negative-amount"
            findings.append(error(wrong, listing.place(position, key), **_values(listing, position, key)))
            yield nan
            continue
        cents = amount.quantize(CENT, ROUND_HALF_UP)
        shown = f"{cells.quoted(cell)} → {cents}"
        if code == AMOUNT_AS_TEXT:
            as_text.append((position, shown))
        if amount != cents:
            rounded.append((position, shown))
        yield float(cents)
    for code, those in ((AMOUNT_AS_TEXT, as_text), ("amount-rounded", rounded)):
        if those:
            findings.append(_all_of(listing, key, code, those))


def _numbers_of_days(listing: Listing, key: str, findings: list[Finding]) -> Iterator[float]:
    column = listing.column(key)
    numbers, odd = cells.read_numbers(column, Wanted(units=frozenset(("天", "日", "days"))))
    as_text: list[tuple[int, str]] = []
    for position, number in enumerate(numbers.tolist()):
        code = odd.get(position, "")
        if code == cells.MISSING:
            yield nan
            continue
        if (code and code != numerals.NUMBER_AS_TEXT) or not 0 <= number <= _LONGEST_PERIOD:
            place = listing.place(position, key)
            findings.append(error("not-days", place, **_values(listing, position, key)))
            yield nan
            continue
        if code:
            as_text.append((position, f"{cells.quoted(column[position])} → {number:g}"))
        yield number
    if as_text:
        findings.append(_all_of(listing, key, AMOUNT_AS_TEXT, as_text))


def _all_of(
    listing: Listing, key: str, code: str, those: Sequence[tuple[int, str]], name: Translated | None = None
) -> Finding:
    """One remark on a column for all of those whom it concerns: cell, what stands there, what was read."""
    shown = [f"{listing.place(position, key).cell} {text}" for position, text in those[:_SHOWN]]
    more = ["…"] if len(those) > _SHOWN else []
    place = listing.place(those[0][0], key)
    return warning(code, place, column=name or Term(f"column.{key}"), cells=[*shown, *more], count=len(those))


def _values(listing: Listing, position: int, key: str) -> dict[str, object]:
    section, row = listing.people[position]
    found = cells.quoted(section.grid.rows[row][section.columns[key]])
    return {"employee": _who(listing, position), "column": Term(f"column.{key}"), "found": found}


def _who(listing: Listing, position: int) -> str:
    section, row = listing.people[position]
    who = [cells.as_text(section.grid.rows[row][section.columns[one]]) for one in (EMPLOYEE_ID, NAME)]
    return " ".join(who).strip()
