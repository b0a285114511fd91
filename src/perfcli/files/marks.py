"""The hidden sheet by which perf recognises a workbook of its own.

A mark is a small table of texts on the sheet ``_perf``: a key in the first column, its value in the next.
A value that is longer than a cell may hold goes on in the columns to the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

MARK_SHEET = "_perf"
SCHEMA = "1"
TEMPLATE = "template"
RESULT = "result"
ANNOTATION = "annotation"
UNDERSTANDING = "annotation.understanding"
ANNOTATION_FILLS = "annotation.fills"
"""Keys of the mark of an annotated copy: its sheets of findings and of how it is read, and earlier fills."""

_CELL = 30_000  # a cell holds 32,767 characters


def mark_rows(values: Mapping[str, str]) -> list[list[str]]:
    """The rows of a mark's sheet."""
    return [
        [key, *(value[start : start + _CELL] for start in range(0, max(len(value), 1), _CELL))]
        for key, value in values.items()
    ]


def read_mark(rows: Iterable[Sequence[object]]) -> dict[str, str]:
    """The mark in the rows of a sheet, as ``mark_rows`` laid them out."""
    mark: dict[str, str] = {}
    for row in rows:
        key, *parts = row
        if isinstance(key, str) and key:
            mark[key] = "".join(str(part) for part in parts if part not in ("", None))
    return mark
