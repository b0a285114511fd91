"""Workbooks as grids of cells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from perfcli.errors import file_error
from perfcli.marks import MARK_SHEET, read_mark
from perfcli.sheets.cells import Cell, is_blank
from perfcli.sheets.gate import admit

Row = Sequence[Cell]
Span = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, counted from 0."""


@dataclass(frozen=True)
class Grid:
    """One worksheet: its rows from A1 on, all of the same length.

    ``merges`` are its merged ranges, whose value stands in the first cell; ``hidden_rows`` and
    ``hidden_columns`` are counted from 0.
    """

    name: str
    rows: Sequence[Row]
    hidden: bool = False
    merges: Sequence[Span] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return all(is_blank(cell) for row in self.rows for cell in row)


@dataclass(frozen=True)
class Book:
    """One workbook: its name without folders, its digest, its worksheets and perf's mark, if it has one."""

    name: str
    path: Path
    content: bytes = field(repr=False)
    sha256: str
    grids: Sequence[Grid]
    mark: Mapping[str, str] = field(default_factory=dict)
    pictures: bool = False


def read_book(path: Path) -> Book:
    """Reads a workbook.

    Raises:
        FileError: what the gate refuses, and ``damaged-workbook``.
    """
    content = admit(path)
    try:
        grids, mark = _read(content)
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise file_error("damaged-workbook", path.name) from problem
    return Book(path.name, path, content, hashlib.sha256(content).hexdigest(), grids, mark)


def _read(content: bytes) -> tuple[list[Grid], dict[str, str]]:
    grids: list[Grid] = []
    mark: dict[str, str] = {}
    with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
        for details in workbook.sheets_metadata:
            rows = workbook.get_sheet_by_name(details.name).to_python(skip_empty_area=False)
            if details.name == MARK_SHEET:
                mark = read_mark(rows)
            else:
                grids.append(Grid(details.name, rows, details.visible != SheetVisibleEnum.Visible))
    return grids, mark
