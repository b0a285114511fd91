"""Workbooks of Excel 2 to 2003 (.xls): BIFF records, inside a compound file or bare."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO

import olefile
import xlrd
from xlrd.biffh import (
    BIFF_FIRST_UNICODE,
    XL_BLANK,
    XL_BOOLERR,
    XL_CELL_BLANK,
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_EMPTY,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    XL_CELL_TEXT,
    XL_FORMULA,
    XL_LABEL,
    XL_LABELSST,
    XL_MERGEDCELLS,
    XL_MULBLANK,
    XL_MULRK,
    XL_NUMBER,
    XL_RK,
    XL_RSTRING,
)

from perfcli.files.grids import BLANK, UNKNOWN_ERROR, Room, guarded, trim
from perfcli.files.number_formats import BUILT_IN_FORMATS, Content, content_of, kind_of, special
from perfcli.files.shared_texts import with_counted_texts
from perfcli.files.sheet import Cell, Limits, Refusal, Sheet

ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""The errors of a cell by their number in binary workbooks."""

UNKNOWN_FORMULA = "=…"
"""What stands for a formula of a binary workbook, whose text is not worked out."""

_STREAMS = ("Workbook", "Book")
_FILLED = {XL_NUMBER, XL_RK, XL_MULRK, XL_LABEL, XL_LABELSST, XL_RSTRING, XL_BOOLERR, XL_FORMULA}
"""The records of cells that hold something."""
_NOTHING = {XL_CELL_EMPTY, XL_CELL_BLANK}
_BLANKS_PER_CELL = 4
"""How many blank cells with a format there may be for each cell that the limits allow."""
_CALCULATE_ON_OPEN = 2
_NO_NUMBER = bytes(8)
_EMPTY_TEXT = 3
_NOT_A_NUMBER = b"\xff\xff"  # the result is a text, a truth value or an error
_RICH_HEAD = struct.Struct("<HHHH")
_PLACE, _LAST = struct.Struct("<HH"), struct.Struct("<H")
_RESULT = struct.Struct("<HHH8sH")


class _Silence(StringIO):
    """Where xlrd's remarks go: a file may give cause for millions."""

    def write(self, _: str) -> int:
        return 0


@guarded
def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The worksheets of an .xls.

    Raises:
        Refusal: ``damaged-workbook``, ``far-cell``, ``not-a-workbook``, ``too-many-merges``.
    """
    records = _records(content)
    try:
        return _read(records, limits)
    except (Refusal, MemoryError):
        raise
    except Exception:  # xlrd fails in any way at all
        counted = with_counted_texts(records)
        if counted == records:
            raise
        return _read(counted, limits)


def _read(records: bytes, limits: Limits) -> list[Sheet]:
    room = Room(limits)
    book = xlrd.open_workbook(
        file_contents=records, logfile=_Silence(), formatting_info=True, on_demand=True, ragged_rows=True
    )
    kinds = [_kind(book, extended.format_key) for extended in book.xf_list]
    watch = _Watch(book, room, limits)
    sheets: list[Sheet] = []
    doubtful: list[tuple[Sheet, _Doubt]] = []
    for index in range(book.nsheets):
        watch.begin()
        sheet = _sheet(book.sheet_by_index(index), kinds, room, watch.doubts)
        doubtful += ((sheet, doubt) for doubt in watch.doubts.values())
        sheets.append(room.take(sheet))
        book.unload_sheet(index)
    for sheet, doubt in doubtful:
        is_value = doubt.mark in watch.marks_of_values
        cell, found = doubt.content if is_value else special("not-calculated", UNKNOWN_FORMULA)
        if doubt.is_placed:
            sheet.rows[doubt.row][doubt.column] = cell
            sheet.special += [(doubt.row, doubt.column, *found)] if found else []
    for sheet in sheets:
        sheet.special.sort()
    return sheets


def _records(content: bytes) -> bytes:
    """The records of a workbook, which may stand in a compound file.

    xlrd could find them there too, but would follow a chain of sectors that bites its own tail forever.
    """
    if not content.startswith(olefile.MAGIC):
        return content
    with olefile.OleFileIO(BytesIO(content)) as compound:
        for name in _STREAMS:
            if compound.exists(name):
                if max(compound.root.size, compound.get_size(name)) > len(content):
                    raise Refusal("damaged-workbook")
                return bytes(compound.openstream(name).read())
    raise Refusal("not-a-workbook")


def _kind(book: xlrd.Book, key: int) -> str | None:
    """What the format with a key makes of a number."""
    known = book.format_map.get(key)
    return kind_of(known.format_str) if known and known.format_str else BUILT_IN_FORMATS.get(key)


@dataclass
class _Doubt:
    """A formula that may be without a value: its place, its mark, and what stands there if it has one."""

    row: int
    column: int
    mark: int
    content: Content = (BLANK, None)
    is_placed: bool = False


class _Watch:
    """Looks at records as they are read: how far cells lie, and which formulas may be without a value.

    A program that does not calculate writes formulas with an empty text for a value, or marks them to be
    calculated when the workbook is opened, and writes 0. Other programs do the same and calculate. So a
    formula is in doubt only as long as no formula of the workbook with the same mark has another value:
    ``marks_of_values`` are the marks of those that have.
    """

    def __init__(self, book: xlrd.Book, room: Room, limits: Limits) -> None:
        self._is_old = book.biff_version < BIFF_FIRST_UNICODE
        self._following: Callable[[], tuple[int, int, bytes]] = book.get_record_parts
        self._room = room
        self._blanks = _BLANKS_PER_CELL * limits.cells
        self._rows = self._columns = 0
        self.doubts: dict[tuple[int, int], _Doubt] = {}
        self.marks_of_values: set[int] = set()
        book.get_record_parts = self._follow

    def begin(self) -> None:
        """What follows are the records of another sheet."""
        self._rows = self._columns = 0
        self.doubts.clear()

    def _follow(self) -> tuple[int, int, bytes]:
        code, length, data = record = self._following()
        if code in _FILLED:
            row, column = _PLACE.unpack_from(data)
            if code == XL_MULRK:
                (column,) = _LAST.unpack(data[-_LAST.size :])
            if row >= self._rows or column >= self._columns:
                self._rows, self._columns = max(self._rows, row + 1), max(self._columns, column + 1)
                self._room.check(self._rows, self._columns)
            if code == XL_FORMULA:
                self._look_at_formula(data)
            if code == XL_RSTRING and self._is_old:
                return code, length, _without_phonetics(data)
        elif code in {XL_BLANK, XL_MULBLANK}:
            self._blanks -= 1 if code == XL_BLANK else length // 2
            if self._blanks < 0:
                raise Refusal("far-cell", {"rows": self._rows})
        elif code == XL_MERGEDCELLS:
            self._room.merge(length // 8)
        return record

    def _look_at_formula(self, data: bytes) -> None:
        row, column, _, result, options = _RESULT.unpack_from(data)
        mark = options & _CALCULATE_ON_OPEN
        is_empty = result[0] == _EMPTY_TEXT and result[6:] == _NOT_A_NUMBER
        if is_empty or (mark and result == _NO_NUMBER):
            self.doubts[row, column] = _Doubt(row, column, mark)
        else:
            self.marks_of_values.add(mark)


def _without_phonetics(data: bytes) -> bytes:
    """A rich text of Excel 5 or 95 without how it is spoken, which xlrd does not expect after its runs."""
    runs_at = _RICH_HEAD.size + _RICH_HEAD.unpack_from(data)[-1]
    return data[: runs_at + 1 + 2 * data[runs_at]]


def _sheet(
    source: xlrd.sheet.Sheet, kinds: list[str | None], room: Room, doubts: dict[tuple[int, int], _Doubt]
) -> Sheet:
    """One worksheet. What stands in doubtful cells is put aside, and the cells are kept from being blank."""
    rows: list[list[Cell]] = []
    specials: list[tuple[int, int, str, str]] = []
    width = 0
    for row in range(source.nrows):
        cells: list[Cell] = []
        for column, kind in enumerate(source.row_types(row)):
            cell, found = _cell(source, row, column, kind, kinds)
            if doubt := doubts.get((row, column)):
                doubt.content, doubt.is_placed = (cell, found), True
                cell, found = UNKNOWN_FORMULA, None
            if found:
                specials.append((row, column, *found))
            cells.append(cell)
        if trim(cells):
            width = max(width, len(cells))
            room.check(row + 1, width)
        rows.append(cells)
    return Sheet(
        source.name,
        rows,
        hidden=source.visibility != 0,
        special=specials,
        merges=[(top, left, below - 1, right - 1) for top, below, left, right in source.merged_cells],
        hidden_rows=[row for row, info in source.rowinfo_map.items() if info.hidden],
        hidden_columns=[column for column, info in source.colinfo_map.items() if info.hidden],
        struck=list(_struck(source)),
    )


def _struck(source: xlrd.sheet.Sheet) -> Iterator[tuple[int, int]]:
    """The cells whose font is struck through, or that of a part of their text."""
    fonts = {number for number, font in enumerate(source.book.font_list) if font.struck_out}
    styles = {number for number, style in enumerate(source.book.xf_list) if style.font_index in fonts}
    for row in range(source.nrows) if styles else ():
        for column, kind in enumerate(source.row_types(row)):
            if kind not in _NOTHING and source.cell_xf_index(row, column) in styles:
                yield row, column
    for (row, column), runs in source.rich_text_runlist_map.items() if fonts else ():
        text = str(source.cell_value(row, column))
        ends = [*(begin for begin, _ in runs[1:]), len(text)]
        if any(
            font in fonts and text[begin:end].strip() for (begin, font), end in zip(runs, ends, strict=True)
        ):
            yield row, column


def _cell(source: xlrd.sheet.Sheet, row: int, column: int, kind: int, kinds: list[str | None]) -> Content:
    """What stands in a cell."""
    value = source.cell_value(row, column)
    if kind in {XL_CELL_NUMBER, XL_CELL_DATE}:
        shown = kinds[source.cell_xf_index(row, column)]
        return content_of(value, shown, since_1904=source.book.datemode == 1)
    if kind == XL_CELL_TEXT:
        return value, None
    if kind == XL_CELL_BOOLEAN:
        return bool(value), None
    if kind == XL_CELL_ERROR:
        return special("error", ERROR_TEXTS.get(value, UNKNOWN_ERROR))
    return BLANK, None
