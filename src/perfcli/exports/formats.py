"""A table as the bytes of a .csv, .xlsx, .json or .parquet file; the same table gives the same bytes."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from io import BytesIO, StringIO

from perfcli.errors import DataError, usage_error
from perfcli.findings import Finding, Place, error, warning
from perfcli.rewards.payroll import FlatColumn, PayrollTable, Value
from perfcli.text import Wording, visible, visible_in_json

ENCODINGS = ("utf-8-sig", "utf-8", "gb18030", "big5")
"""The encodings of a .csv; the first, which Excel recognises, is the usual one."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_ESCAPE = "'"
_SHOWN = 10


class Format(StrEnum):
    """The formats that a table can be written in."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    PARQUET = "parquet"


def write_table(table: PayrollTable, wanted: Format, encoding: str, wording: Wording) -> bytes:
    """A table in one format; ``encoding`` is that of a .csv.

    Raises:
        DataError: ``not-in-encoding``.
        UsageError: ``parquet-needs-pyarrow``.
    """
    if wanted is Format.CSV:
        return _csv(table, encoding)
    if wanted is Format.JSON:
        return _json(table)
    if wanted is Format.PARQUET:
        return _parquet(table)
    from perfcli.workbooks.bonus.payroll import payroll_workbook

    return payroll_workbook(table, wording)


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it, where it might.

    A number, such as the id -12, is none. Characters that turn writing round or steer a terminal are shown.
    """
    shown = "\r".join(map(visible, text.split("\r")))
    return f"{_ESCAPE}{shown}" if shown.startswith(_FORMULA) and not _NUMBER.fullmatch(shown) else shown


def escaped_texts(table: PayrollTable) -> Iterator[Finding]:
    """That a .csv has texts with an apostrophe before them (``formula-like-text``)."""
    texts = [value for row in table.rows for value in row if isinstance(value, str)]
    found = [text for text in dict.fromkeys(texts) if escaped(text) != text]
    if found:
        shown = [repr(text)[1:-1][:40] for text in found[:_SHOWN]]
        yield warning("formula-like-text", Place(), texts=shown, count=len(found))


def _csv(table: PayrollTable, encoding: str) -> bytes:
    """Comma-separated, by RFC 4180; numbers in plain digits, amounts with two decimals."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([escaped(header) for header in table.headers])
    for row in table.rows:
        writer.writerow([_plain(value) for value in row])
    text = stream.getvalue()
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as problem:
        raise DataError(list(_not_encoded(table, encoding)), "bonus.nothing-written") from problem


def _plain(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else escaped(value)


def _not_encoded(table: PayrollTable, encoding: str) -> Iterator[Finding]:
    """Each cell that an encoding has no characters for."""
    keys = [column.key for column in table.columns]
    place = keys.index("employee_id") if "employee_id" in keys else 0
    for row in [table.headers, *table.rows]:
        for column, value in zip(table.columns, row, strict=True):
            missing = [one for one in str(value or "") if not _has(encoding, one)]
            if missing:
                values = {"employee": row[place], "column": column.header, "encoding": encoding}
                yield error("not-in-encoding", Place(), characters=missing, **values)


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _name(column: FlatColumn) -> str:
    """What a column is called by programs: its key, or the header of a text of the policy."""
    return column.key or column.header


def _json(table: PayrollTable) -> bytes:
    """A list of rows by key; amounts are numbers, written as they are."""
    names = [_name(column) for column in table.columns]
    lines = []
    for row in table.rows:
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {_literal(value)}"
            for name, value in zip(names, row, strict=True)
        ]
        lines.append("  {" + ", ".join(parts) + "}")
    return visible_in_json("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _literal(value: Value) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _parquet(table: PayrollTable) -> bytes:
    """Columns by key: texts as strings, amounts as decimals with two places, other numbers as doubles."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as problem:
        raise usage_error("parquet-needs-pyarrow") from problem
    columns, types = {}, {}
    for place, column in enumerate(table.columns):
        values = [row[place] for row in table.rows]
        name = _name(column)
        if column.is_amount:
            types[name] = pa.decimal128(18, 2)
        elif column.is_number:
            types[name] = pa.float64()
            values = [None if one is None else float(one) for one in values]  # type: ignore[misc]
        else:
            types[name] = pa.string()
        columns[name] = pa.array(values, types[name])
    stream = BytesIO()
    parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()
