"""What pay needs of a roster: bases, salaries, days and what was done about somebody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from perfcli.files.reader import Book
from perfcli.findings import Finding, Place
from perfcli.folding import fold
from perfcli.people import columns
from perfcli.people.columns import Kept
from perfcli.people.roster import NOTHING_SAID, Roster, Said, read_roster
from perfcli.people.values import read_factors, read_values
from perfcli.rules.models import Rubric

_NONE_WORDS = frozenset(map(fold, ("無", "否", "沒有", "-", "—", "none", "no", "n/a", "0")))


@dataclass(frozen=True)
class Employment:
    """The people of a roster with what pay needs.

    ``frame`` has the columns of ``Roster.frame`` and all others of a person (see ``people.columns``): amounts
    to the cent, days and factors, NaN where nothing stands; dates, or None; texts (``discipline`` is empty
    for none).
    ``columns`` are those of the roster.
    """

    roster: Roster
    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    columns: Collection[str]

    def place(self, row: int, key: str) -> Place:
        """The cell of a row of the frame under a key; the roster itself where it has no such column."""
        listing = self.roster.listing
        return Place(self.roster.name) if listing is None else listing.place(row, key)

    def lacking(self, key: str) -> Place:
        """The first sheet of the roster that has no column of a key."""
        listing = self.roster.listing
        return Place(self.roster.name) if listing is None else listing.lacking(key)


def read_employment(book: Book, rubrics: Mapping[str, Rubric], said: Said = NOTHING_SAID) -> Employment:
    """Reads a roster with its columns of pay.

    Findings: those of ``read_roster``, ``read_values`` and ``read_factors``.
    """
    roster = read_roster(book, rubrics, said)
    listing, frame = roster.listing, roster.frame.copy()
    if listing is None:
        return Employment(roster, frame, roster.findings, ())
    findings = list(roster.findings)
    others = [one for one in columns.COLUMNS if not one.kept & (Kept.IDENTITY | Kept.ROSTER)]
    for column in sorted(others, key=lambda one: one.holds.value):
        values, dtype = read_values(listing, column, findings), float if column.is_number else object
        frame[column.key] = pd.Series(values, index=frame.index, dtype=dtype)
    for factor in said.factors:
        frame[factor.key] = pd.Series(read_factors(listing, factor, findings), index=frame.index, dtype=float)
    frame["discipline"] = ["" if fold(text) in _NONE_WORDS else text for text in frame["discipline"]]
    return Employment(roster, frame, tuple(findings), listing.columns)
