"""A file that payroll holds, whatever its format, as headers and rows of texts and numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from perfcli import exact
from perfcli.errors import file_error, usage_error
from perfcli.files import cells, csv
from perfcli.files.reader import Access, read_book
from perfcli.files.source import read_source

_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Held:
    """A file as it is: headers, and a text for each cell; ``first_row`` is what people call the first."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    first_row: int = 2


def read_held(path: Path, access: Access) -> Iterator[Held]:
    """Reads a workbook (its first sheet), a .json, a .parquet, or a .csv in each way that it may be meant.

    Raises:
        FileError: ``not-an-export``, and those of ``read_source`` and ``read_book``.
    """
    content = read_source(path, _LARGEST)
    if content.startswith(b"PAR1"):
        return iter([_read_parquet(path.name, content)])
    if content.lstrip()[:1] in {b"[", b"{"}:
        return iter([_read_json(path.name, content)])
    if content.startswith((b"PK", b"\xd0\xcf")):
        return iter([_read_workbook(path, access)])
    return _read_csv(path.name, content)


def _read_csv(name: str, content: bytes) -> Iterator[Held]:
    found = False
    for headers, *rows in filter(any, csv.readings(content)):
        found, width = True, len(headers)
        yield Held(name, headers, [[*row, *[""] * width][:width] for row in rows if any(row)])
    if not found:
        raise file_error("not-an-export", name)


def _read_workbook(path: Path, access: Access) -> Held:
    grid = next((grid for grid in read_book(path, access).grids if not grid.is_empty), None)
    if grid is None:
        raise file_error("not-an-export", path.name)
    texts = [[_text(cell) for cell in row] for row in grid.rows]
    return Held(path.name, texts[0], [row for row in texts[1:] if any(row)])


def _text(cell: cells.Cell) -> str:
    return f"{exact.decimal(cell):f}" if isinstance(cell, float) else cells.as_text(cell)


def _read_json(name: str, content: bytes) -> Held:
    try:
        records = json.loads(content, parse_float=Decimal, parse_int=Decimal)
        return _from_records(name, records)
    except (ValueError, TypeError, AttributeError, RecursionError) as problem:
        raise file_error("not-an-export", name) from problem


def _read_parquet(name: str, content: bytes) -> Held:
    try:
        from pyarrow import parquet
    except ImportError as problem:
        raise usage_error("parquet-needs-pyarrow") from problem
    try:
        return _from_records(name, parquet.read_table(BytesIO(content), use_threads=False).to_pylist())
    except (OSError, ValueError) as problem:
        raise file_error("not-an-export", name) from problem


def _from_records(name: str, records: Sequence[dict[str, Any]]) -> Held:
    headers = list(dict.fromkeys(key for record in records for key in record))
    return Held(name, headers, [[_written(record.get(key)) for key in headers] for record in records], 1)


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{exact.decimal(value):f}"
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)
