"""The periods that sheets are about: by the template's mark, the user, a column, a caption or a title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, error, warning
from perfcli.people.columns import PERIOD
from perfcli.rules.periods import find_period, parse_period
from perfcli.sheets.layouts.tables import Table


class StatedPeriods:
    """Gathers the periods of all sheets; ``chosen`` is the one that the user named."""

    def __init__(self, chosen: str) -> None:
        self._chosen = chosen
        self._found: dict[str, Place] = {}

    @property
    def known(self) -> str:
        """The one period of all sheets that were noted; empty where there is none, or several."""
        every = {self._chosen} if self._chosen else set(self._found)
        return parse_period(every.pop()) or "" if len(every) == 1 else ""

    def note(self, table: Table, book: Book, bound: str = "") -> None:
        """Notes what a table says; ``bound`` is what the user's map says of its sheet.

        Findings: ``period-differs``, and the warning ``period-from-title``.
        """
        for period, place in self._stated(table, book, bound):
            if self._chosen and period != self._chosen:
                table.reject_all(error("period-differs", place, found=period, chosen=self._chosen))
            self._found.setdefault(period, place)

    def one(self, tables: Sequence[Table], findings: list[Finding]) -> str:
        """The period of all sheets; more than one (``periods-differ``), or none, is a finding."""
        if self._chosen:
            return self._chosen
        if len(self._found) > 1:
            periods = sorted(self._found)
            findings += [
                error("periods-differ", self._found[period], found=period, all=periods) for period in periods
            ]
            for table in tables:
                table.reject_all()
        elif not self._found and tables:
            first = tables[0]
            findings.append(warning("missing-period", Place(first.file, first.grid.name)))
        return next(iter(sorted(self._found)), "")

    def _stated(self, table: Table, book: Book, bound: str) -> Iterator[tuple[str, Place]]:
        place = Place(table.file, table.grid.name)
        if book.mark.get("period"):
            yield book.mark["period"], place
        elif bound:
            yield bound, place
        elif column := table.header.labelled(PERIOD):
            first = table.frame.drop_duplicates("period")
            for row, word in zip(first["row"], first["period"], strict=True):
                if word:
                    yield parse_period(word) or word, table.place(int(row), column.index)
        elif period := parse_period(table.captions.get(PERIOD, "")):
            yield period, place
        else:
            yield from self._in_titles(table)

    def _in_titles(self, table: Table) -> Iterator[tuple[str, Place]]:
        """A period that only a title names, 2026年11月績效考核表, is used and remarked."""
        for row, cells_of_row in enumerate(table.grid.rows[: table.header.row]):
            for column, cell in enumerate(cells_of_row):
                if isinstance(cell, str) and (period := find_period(cell)):
                    place = table.place(row, column)
                    table.findings.append(warning("period-from-title", place, period=period))
                    yield period, place
                    return
