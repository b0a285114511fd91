"""Tables as Parquet: columns with names, which become the header, and values of one kind each."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import isnan
from typing import Any

from perfcli.files.grids import BLANK, Room, guarded
from perfcli.files.sheet import Cell, Limits, Refusal, Sheet


@guarded
def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The one sheet of a Parquet file; it has no name, and its first row are the names of the columns.

    Raises:
        Refusal: ``parquet-not-installed``, ``far-cell``.
    """
    try:
        from pyarrow import parquet
    except ImportError as problem:
        raise Refusal("parquet-not-installed") from problem
    file = parquet.ParquetFile(BytesIO(content))
    room = Room(limits)
    room.check(file.metadata.num_rows + 1, file.metadata.num_columns)
    table = file.read(use_threads=False)
    sheet = Sheet("", [list(table.column_names)])
    columns = [column.to_pylist() for column in table.columns]
    for column, values in enumerate(columns):
        _keep_days(sheet, column, values)
    sheet.rows += [list(map(_cell, row)) for row in zip(*columns, strict=True)]
    return [room.take(sheet)]


def _keep_days(sheet: Sheet, column: int, values: list[Any]) -> None:
    """Dates and times, which a plain value cannot be."""
    if any(isinstance(value, date) for value in values):
        for row, value in enumerate(values, start=1):
            if isinstance(value, date):
                kind = "datetime" if isinstance(value, datetime) else "date"
                sheet.special.append((row, column, kind, value.isoformat()))


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float | Decimal):
        return BLANK if isnan(value) else float(value)
    return str(value)
