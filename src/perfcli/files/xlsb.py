"""Workbooks of Excel 2007 and later in binary form (.xlsb): BIFF12 records in a zip."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from perfcli.files.gate import Container
from perfcli.files.grids import BLANK, UNKNOWN_ERROR, Room, guarded
from perfcli.files.markup import parse
from perfcli.files.number_formats import BUILT_IN_FORMATS, Content, content_of, kind_of, special
from perfcli.files.sheet import Limits, Refusal, Sheet
from perfcli.files.xls import ERROR_TEXTS

_WORKBOOK = "xl/workbook.bin"
_RELATIONS = "xl/_rels/workbook.bin.rels"

_ROW = 0
_SHARED_STRING = 19
_FONT = 43
_FORMAT = 44
_EXTENDED_FORMAT = 47
_COLUMNS = 60
_WORKBOOK_PROPERTIES = 153
_SHEET = 156
_MERGE = 176
_BEGIN_CELL_FORMATS = 617
_END_CELL_FORMATS = 618

_BLANK, _RK, _ERROR, _BOOLEAN, _REAL, _STRING, _SHARED, _RICH = range(8)
_CELLS = {
    **dict.fromkeys((1, 12), _BLANK),
    **dict.fromkeys((2, 13), _RK),
    **dict.fromkeys((3, 11, 14), _ERROR),
    **dict.fromkeys((4, 10, 15), _BOOLEAN),
    **dict.fromkeys((5, 9, 16), _REAL),
    **dict.fromkeys((6, 8, 17), _STRING),
    **dict.fromkeys((7, 18), _SHARED),
    62: _RICH,
}
"""What a record of a cell holds: as it was typed, as the result of a formula, in short form, rich text."""
_SHORT = range(12, 19)
"""Records of cells that stand right of the cell before them and so name no column."""

_HIDDEN_ROW = 0x10
_HIDDEN_COLUMN = 0x01
_STYLE = 0xFFFFFF
_STRUCK_FONT = 0x08
_HAS_RUNS = 0x01
_ROWS, _MOST_COLUMNS = 1_048_576, 16_384

_LONGEST_HEAD = 6
_SEVEN_BITS = 0x7F
_UNSIGNED = struct.Struct("<I")
_PAIR = struct.Struct("<II")
_SHORTS = struct.Struct("<HH")
_STYLE_HEAD = struct.Struct("<HHH")
_NUMBER = struct.Struct("<d")
_RANGE = struct.Struct("<IIII")


@guarded
def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The worksheets of an .xlsb.

    Raises:
        Refusal: ``damaged-workbook``, ``far-cell``, ``too-many-merges``, ``unpacks-too-large``,
            ``unsafe-content``.
    """
    room = Room(limits)
    container = Container(content, limits)
    book = _book(container)
    sheets = []
    for name, part, hidden in book.sheets:
        sheet = _RecordParser(Sheet(name, [], hidden=hidden), book, room)
        for code, record in _records(container.read(part)):
            sheet.take(code, record)
        sheets.append(sheet.finish())
    return sheets


@dataclass
class _WorkbookGlobals:
    """What the worksheets of a workbook share. ``sheets`` are name, part and whether it is hidden.

    ``kinds`` is what the number format of each style makes of a number; ``struck`` are the styles,
    ``struck_fonts`` the fonts and ``struck_strings`` the shared strings that are struck through, the last
    perhaps only in part.
    """

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    struck_strings: set[int] = field(default_factory=set)
    kinds: list[str | None] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    struck_fonts: set[int] = field(default_factory=set)
    since_1904: bool = False


def _book(container: Container) -> _WorkbookGlobals:
    book = _WorkbookGlobals()
    parts = _parts(container.read(_RELATIONS))
    for code, record in _records(container.read(_WORKBOOK)):
        if code == _WORKBOOK_PROPERTIES:
            book.since_1904 = bool(record[0] & 1)
        elif code == _SHEET:
            state = _UNSIGNED.unpack_from(record)[0]
            relation, end = _string(record, 8)
            part, kind = parts.get(relation, ("", ""))
            if kind == "worksheet":
                book.sheets.append((_string(record, end)[0], part, state != 0))
    kinds = {kind: part for part, kind in parts.values()}
    if "styles" in kinds:
        _read_styles(container.read(kinds["styles"]), book)
    if "sharedStrings" in kinds:
        for code, record in _records(container.read(kinds["sharedStrings"])):
            if code == _SHARED_STRING:
                if book.struck_fonts and _is_struck(record, book.struck_fonts):
                    book.struck_strings.add(len(book.strings))
                book.strings.append(_string(record, 1)[0])
    return book


def _parts(relations: bytes) -> dict[str, tuple[str, str]]:
    """The parts of the workbook by relation: their names and the last word of their types."""
    parts: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            part = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))
            parts[attributes["Id"]] = part, posixpath.basename(attributes["Type"])

    parse(relations, start)
    return parts


def _read_styles(styles: bytes, book: _WorkbookGlobals) -> None:
    """Notes what the styles of cells are, and which fonts are struck through."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    fonts: list[bool] = []
    is_cell_format = False
    for code, record in _records(styles):
        if code == _FORMAT:
            codes[_SHORTS.unpack_from(record)[0]] = _string(record, 2)[0]
        elif code in {_BEGIN_CELL_FORMATS, _END_CELL_FORMATS}:
            is_cell_format = code == _BEGIN_CELL_FORMATS
        elif code == _EXTENDED_FORMAT and is_cell_format:
            _, number_format, font = _STYLE_HEAD.unpack_from(record)
            if font < len(fonts) and fonts[font]:
                book.struck.add(len(formats))
            formats.append(number_format)
        elif code == _FONT:
            fonts.append(bool(_SHORTS.unpack_from(record)[1] & _STRUCK_FONT))
    book.kinds = [kind_of(codes[one]) if one in codes else BUILT_IN_FORMATS.get(one) for one in formats]
    book.struck_fonts = {number for number, is_struck in enumerate(fonts) if is_struck}


def _is_struck(record: bytes, fonts: set[int]) -> bool:
    """Whether a part of a rich text that is not blank is struck through."""
    if not record[0] & _HAS_RUNS:
        return False
    text, end = _string(record, 1)
    count = _UNSIGNED.unpack_from(record, end)[0]
    runs = [
        _SHORTS.unpack_from(record, end + _UNSIGNED.size + at * _SHORTS.size)
        for at in range(min(count, len(text) + 1))
    ]
    ends = [*(begin for begin, _ in runs[1:]), len(text)]
    return any(
        font in fonts and text[begin:stop].strip() for (begin, font), stop in zip(runs, ends, strict=False)
    )


class _RecordParser:
    """Takes the records of one worksheet and fills its sheet."""

    def __init__(self, sheet: Sheet, book: _WorkbookGlobals, room: Room) -> None:
        self._sheet = sheet
        self._book = book
        self._room = room
        self._row = -1
        self._column = -1
        self._width = 0
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()

    def finish(self) -> Sheet:
        """The sheet, after its last record."""
        self._sheet.hidden_rows = list(self._hidden_rows)
        self._sheet.hidden_columns = list(self._hidden_columns)
        return self._room.take(self._sheet)

    def take(self, code: int, record: bytes) -> None:
        """One record."""
        if code in _CELLS:
            if code in _SHORT:
                self._column, style = self._column + 1, _UNSIGNED.unpack_from(record)[0]
                value = record[_UNSIGNED.size :]
            else:
                self._column, style = _PAIR.unpack_from(record)
                value = record[_PAIR.size :]
            self._put(_CELLS[code], style & _STYLE, value)
        elif code == _ROW:
            self._row, self._column = _UNSIGNED.unpack_from(record)[0], -1
            if record[11] & _HIDDEN_ROW:
                self._hidden_rows.add(self._row)
        elif code == _COLUMNS:
            first, last = _PAIR.unpack_from(record)
            if record[16] & _HIDDEN_COLUMN:
                self._hidden_columns |= set(range(first, min(last, _MOST_COLUMNS - 1) + 1))
        elif code == _MERGE:
            top, bottom, left, right = _RANGE.unpack_from(record)
            self._room.merge(1)
            self._sheet.merges.append((top, left, bottom, right))

    def _put(self, kind: int, style: int, record: bytes) -> None:
        if kind == _BLANK:
            return
        if not (0 <= self._row < _ROWS and self._column < _MOST_COLUMNS):
            raise Refusal("damaged-workbook")
        value, found = self._value(kind, style, record)
        if value == BLANK:
            return
        rows = self._sheet.rows
        if self._row >= len(rows) or self._column >= self._width:
            self._width = max(self._width, self._column + 1)
            self._room.check(max(len(rows), self._row + 1), self._width)
            rows.extend([] for _ in range(self._row + 1 - len(rows)))
        cells = rows[self._row]
        cells.extend([BLANK] * (self._column + 1 - len(cells)))
        cells[self._column] = value
        if self._book.struck_fonts and self._is_struck(kind, style, record):
            self._sheet.struck.append((self._row, self._column))
        if found:
            self._sheet.special.append((self._row, self._column, *found))

    def _is_struck(self, kind: int, style: int, record: bytes) -> bool:
        book = self._book
        if kind == _SHARED and _UNSIGNED.unpack_from(record)[0] in book.struck_strings:
            return True
        return style in book.struck or (kind == _RICH and _is_struck(record, book.struck_fonts))

    def _value(self, kind: int, style: int, record: bytes) -> Content:
        """What a cell holds."""
        if kind in {_STRING, _RICH}:
            return _string(record, 1 if kind == _RICH else 0)[0], None
        if kind == _SHARED:
            return self._book.strings[_UNSIGNED.unpack_from(record)[0]], None
        if kind == _BOOLEAN:
            return record[0] != 0, None
        if kind == _ERROR:
            return special("error", ERROR_TEXTS.get(record[0], UNKNOWN_ERROR))
        number: float = _rk(record) if kind == _RK else _NUMBER.unpack_from(record)[0]
        shown = self._book.kinds[style] if style < len(self._book.kinds) else None
        return content_of(number, shown, since_1904=self._book.since_1904)


def _rk(record: bytes) -> float:
    """A number in four bytes: a whole number or the upper half of a double, perhaps in hundredths."""
    packed = _UNSIGNED.unpack_from(record)[0]
    if packed & 2:
        number = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        number = _NUMBER.unpack(bytes(4) + _UNSIGNED.pack(packed & ~3))[0]
    return number / 100 if packed & 1 else number


def _string(record: bytes, start: int) -> tuple[str, int]:
    """A text within a record, and where it ends."""
    begin = start + _UNSIGNED.size
    end = begin + 2 * _UNSIGNED.unpack_from(record, start)[0]
    if end > len(record):
        raise Refusal("damaged-workbook")
    return record[begin:end].decode("utf-16-le", errors="replace"), end


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: their codes and their contents."""
    position = 0
    while position < len(part):
        head = part[position : position + _LONGEST_HEAD]
        if len(head) > 1 and head[0] <= _SEVEN_BITS and head[1] <= _SEVEN_BITS:  # nearly all are like that
            code, length, begin = head[0], head[1], position + 2
        else:
            code, of_code = _packed(head, 2)
            length, of_length = _packed(head[of_code:], 4)
            begin = position + of_code + of_length
        position = begin + length
        if position > len(part):
            raise Refusal("damaged-workbook")
        yield code, part[begin:position]


def _packed(head: bytes, longest: int) -> tuple[int, int]:
    """A number in bytes of which each holds seven bits and says whether one more follows; bytes it takes."""
    number = 0
    for index, byte in enumerate(head[:longest]):
        number |= (byte & _SEVEN_BITS) << 7 * index
        if byte <= _SEVEN_BITS or index + 1 == longest:
            return number, index + 1
    raise Refusal("damaged-workbook")
