"""The tables of a product as they stand in its workbook now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from perfcli.files.reader import Book, Row

_MOST_COLUMNS = 16_384  # of a sheet in Excel


@dataclass(frozen=True)
class StoredTable:
    """A table of people, as it stands in the cells now.

    ``kind`` is what its product calls it; ``team`` is the team that it is about, or None; ``first_row`` and
    ``columns`` (key → column) count from 0; ``rows`` are the cells, as far as ``columns`` go.
    """

    kind: str
    team: str | None
    sheet: str
    first_row: int
    columns: Mapping[str, int]
    rows: Sequence[Row]


class TableKinds(Protocol):
    """Which kinds of tables a product has; those that are followed have something else below them."""

    tables: ClassVar[Sequence[str]]
    followed: ClassVar[Sequence[str]]


def read_tables(book: Book, records: Iterable[Mapping[str, Any]], kinds: TableKinds) -> list[StoredTable]:
    """The tables that a mark tells of.

    Raises:
        KeyError, TypeError, ValueError: the mark is damaged, or has not all tables of its product.
    """
    found = [_table(book, details, kinds.followed) for details in records]
    if missing := {*kinds.tables} - {table.kind for table in found}:
        raise KeyError(*missing)
    return found


def _table(book: Book, details: Mapping[str, Any], followed: Collection[str]) -> StoredTable:
    grid = next((grid for grid in book.grids if grid.name == details["sheet"]), None)
    first = int(details["first_row"]) - 1
    last = first + int(details["rows"]) if details["table"] in followed else None
    columns = {key: int(column) - 1 for key, column in details["columns"].items()}
    if "employee_id" not in columns:
        raise KeyError("employee_id")
    if not 0 <= min(columns.values()) <= max(columns.values()) < _MOST_COLUMNS:
        raise ValueError(columns)
    rows = grid.rows[first:last] if grid else []
    if rows and (lost := max(columns.values()) + 1 - len(rows[0])) > 0:
        rows = [[*row, *[""] * lost] for row in rows]  # the last columns were deleted
    return StoredTable(details["table"], details["team"], details["sheet"], first, columns, rows)
