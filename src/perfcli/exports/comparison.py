"""Whether the file that payroll holds says what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from perfcli.exports.formats import escaped
from perfcli.exports.held import Held
from perfcli.findings import Finding, Place, error
from perfcli.folding import fold
from perfcli.rewards.payroll import FlatColumn, Value, named_columns
from perfcli.sealed.products import C, Content, Product
from perfcli.text import Language, Wording

_ID = "employee_id"


def closest(readings: Iterable[Held], product: Product[C], approved: C) -> tuple[Held, Sequence[Finding]]:
    """The reading of a file that differs least from what was approved, and everything in which it does."""
    found: list[tuple[Held, Sequence[Finding]]] = []
    for held in readings:
        found.append((held, list(differences(held, product, approved))))
        if not found[-1][1]:
            break
    return min(found, key=lambda one: len(one[1]))


def differences(held: Held, product: Product[C], approved: C) -> Iterator[Finding]:
    """Everything in which a file differs from what was approved; the order of its rows does not matter.

    Findings: ``export-without-ids``, ``export-unknown-column``, ``export-without-amount``,
    ``export-cell-changed``, ``export-id-lost-zeros``, ``export-row-added``, ``export-row-missing``.
    """
    yield from _Comparison(held, product, approved).differences()


@dataclass(frozen=True)
class _Comparison:
    held: Held
    product: Product[Any]
    approved: Content

    def differences(self) -> Iterator[Finding]:
        columns = self.columns
        places = {column.key: place for place, column in columns.items() if column.key}
        for place, header in enumerate(self.held.headers):
            if place not in columns:
                yield error("export-unknown-column", Place(self.held.name), column=header or "–")
        if _ID not in places:
            yield error("export-without-ids", Place(self.held.name))
            return
        if self.product.paid_by not in {None, *places}:
            yield error("export-without-amount", Place(self.held.name))
        yield from self._rows(places[_ID])

    def _rows(self, id_place: int) -> Iterator[Finding]:
        left = dict(self.expected)
        without_zeros: dict[str, list[str]] = {}
        unescaped = {escaped(identifier): identifier for identifier in left}
        for identifier in left:
            without_zeros.setdefault(identifier.lstrip("0"), []).append(identifier)
        for offset, row in enumerate(self.held.rows):
            number, found = offset + self.held.first_row, row[id_place].strip()
            known = found if found in left else unescaped.get(found)
            if known not in left:
                short = [one for one in without_zeros.get(found, []) if one in left]
                if len(short) != 1 or short[0] == found:
                    yield error("export-row-added", Place(self.held.name), row=number, employee=found)
                    continue
                known = short[0]
                values = {"row": number, "found": found, "was": known}
                yield error("export-id-lost-zeros", Place(self.held.name), **values)
            yield from self._cells(row, number, left.pop(known))
        for identifier in left:
            yield error("export-row-missing", Place(self.held.name), employee=identifier)

    def _cells(
        self, row: Sequence[str], number: int, expected: Mapping[int, set[Value]]
    ) -> Iterator[Finding]:
        for place, values in expected.items():
            column = self.columns[place]
            if column.key != _ID and not any(_same(row[place], value) for value in values):
                was = next(iter(sorted(map(_shown, values))))
                said = {"row": number, "column": self.held.headers[place], "found": row[place], "was": was}
                yield error(
                    "export-cell-changed", Place(self.held.name), **said, employee=row[self._id_place]
                )

    @cached_property
    def _id_place(self) -> int:
        return next(place for place, column in self.columns.items() if column.key == _ID)

    @cached_property
    def columns(self) -> Mapping[int, FlatColumn]:
        """What the headers of the file mean: keys, or the headers of any language."""
        meanings: dict[str, FlatColumn] = {}
        for column in self._every(Language.ENGLISH):
            if column.key:
                meanings[fold(column.key)] = column
        for language in Language:
            for place, column in enumerate(self._every(language)):
                meanings.setdefault(fold(column.header), self._every(Language.ENGLISH)[place])
        found = {place: meanings.get(fold(header)) for place, header in enumerate(self.held.headers)}
        return {place: column for place, column in found.items() if column is not None}

    def _every(self, language: Language) -> list[FlatColumn]:
        """All columns that a file may have: the usual ones, then any other."""
        product, approved, wording = self.product, self.approved, Wording(language)
        usual = list(product.usual_columns(approved, wording))
        named = {column.key for column in usual}
        others = [key for key in product.allowed_columns(approved) if key not in named]
        return [*usual, *named_columns(others, approved.ruleset, wording)]

    @cached_property
    def expected(self) -> Mapping[str, Mapping[int, set[Value]]]:
        """What may stand in each cell, in any language, by id and place."""
        found: dict[str, dict[int, set[Value]]] = {}
        wanted = list(self.columns.values())
        for language in Language:
            every = self._every(language)
            english = self._every(Language.ENGLISH)
            columns = [every[english.index(column)] for column in wanted]
            table = self.product.flat_table(self.approved, Wording(language), columns)
            for row in table.rows:
                identifier = str(row[wanted.index(next(one for one in wanted if one.key == _ID))])
                cells = found.setdefault(identifier, {})
                for place, value in zip(self.columns, row, strict=True):
                    cells.setdefault(place, set()).add(value)
        return found


def _same(text: str, value: Value) -> bool:
    if isinstance(value, Decimal):
        try:
            return Decimal(text.replace(",", "").strip()) == value
        except InvalidOperation:
            return False
    expected = value or ""
    return _one_line(text) in {_one_line(expected), _one_line(escaped(expected))}


def _one_line(text: str) -> str:
    """A text with one blank for each run of blanks and line breaks, which a reader may have changed."""
    return " ".join(text.split())


def _shown(value: Value) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value or ""
