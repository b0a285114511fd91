"""OpenDocument spreadsheets (.ods), read as a stream: a blank row repeated a million times costs nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from xml.parsers import expat

from perfcli.files.gate import Container
from perfcli.files.grids import BLANK, Room, guarded, trim
from perfcli.files.number_formats import Content
from perfcli.files.ods_values import OFFICE, TABLES, content_of, typed_value
from perfcli.files.sheet import Cell, Limits, Refusal, Sheet

_STYLES = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_TEXTS = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "

_STYLE, _TABLE_PROPERTIES = _STYLES + "style", _STYLES + "table-properties"
_TEXT_PROPERTIES, _STYLE_NAME, _SPAN = _STYLES + "text-properties", TABLES + "style-name", _TEXTS + "span"
_DEFAULT_STYLE = TABLES + "default-cell-style-name"
_STRIKES = (_STYLES + "text-line-through-style", _STYLES + "text-line-through-type")
_SPREADSHEET, _TABLE, _COLUMN = OFFICE + "spreadsheet", TABLES + "table", TABLES + "table-column"
_ROW, _CELL, _COVERED = TABLES + "table-row", TABLES + "table-cell", TABLES + "covered-table-cell"
_PARAGRAPH, _BLANKS, _TABULATOR, _LINE_BREAK = (_TEXTS + name for name in ("p", "s", "tab", "line-break"))

_VISIBILITY = TABLES + "visibility"
_COLUMNS_REPEATED, _ROWS_REPEATED = TABLES + "number-columns-repeated", TABLES + "number-rows-repeated"
_COLUMNS_SPANNED, _ROWS_SPANNED = TABLES + "number-columns-spanned", TABLES + "number-rows-spanned"

_LONGEST_RUN = 32_767
"""As many characters as a cell may have."""

_SPACE, _TAB, _BREAK = "\x00", "\x01", "\x02"
"""What stands for blanks that count, among those that only lay out the XML; none can occur in XML."""
_LAYOUT = re.compile("[ \t\r\n]+")
_STOOD_FOR = str.maketrans({_SPACE: " ", _TAB: "\t", _BREAK: "\n"})

_GROUPS = {
    TABLES + name
    for name in (
        *("table-columns", "table-header-columns", "table-column-group"),
        *("table-rows", "table-header-rows", "table-row-group"),
    )
}
"""What may stand between a table and its columns and rows."""

_HIDDEN = ("collapse", "filter")
_LEAST_DIGITS = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0 min-integer-digits"
_NOTHING: Content = (BLANK, None)


@guarded
def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The worksheets of an .ods.

    Repeated rows and cells without content cost nothing; those with content count as often as they are
    repeated. What lies under a merged cell is not read: nobody sees it.

    Raises:
        Refusal: ``damaged-workbook``, ``far-cell``, ``too-many-merges``, ``unpacks-too-large``,
            ``unsafe-content``.
    """
    document = _ContentParser(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.characters
    parser.Parse(Container(content, limits).read("content.xml"), True)  # noqa: FBT003 - it takes no keywords
    return document.sheets


class _ContentParser:
    """Takes the events of content.xml and fills ``sheets``."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[Sheet] = []
        self._limits = limits
        self._room = Room(limits)
        self._characters = 0
        self._hidden_styles: set[str] = set()
        self._struck_styles: set[str] = set()
        self._padded = False  # whether a format shows numbers with leading zeros
        self._style = ""
        self._depth = 0
        self._aside_depth = 0
        self._body_depth = 0
        self._table: _SheetBuilder | None = None
        self._cell: Mapping[str, str] | None = None
        self._cell_depth = 0
        self._paragraphs: list[str] = []
        self._pieces: list[str] | None = None
        self._struck = False  # whether a part of the cell is struck through

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._aside_depth:
            return
        if self._cell is not None:
            self._start_in_cell(name, attributes)
        elif self._table is not None:
            self._start_in_table(self._table, name, attributes)
        elif name == _SPREADSHEET:
            self._body_depth = self._depth
        elif name == _TABLE and self._depth == self._body_depth + 1:
            style = attributes.get(_STYLE_NAME)
            sheet = Sheet(attributes.get(TABLES + "name", ""), [], hidden=style in self._hidden_styles)
            self._table = _SheetBuilder(sheet, self._room, self._struck_styles)
        elif attributes.get(_LEAST_DIGITS, "1") > "1":
            self._padded = True
        elif name == _STYLE:
            self._style = attributes.get(_STYLES + "name", "")
        elif name == _TABLE_PROPERTIES and attributes.get(TABLES + "display") == "false":
            self._hidden_styles.add(self._style)
        elif name == _TEXT_PROPERTIES and any(attributes.get(one, "none") != "none" for one in _STRIKES):
            self._struck_styles.add(self._style)

    def end(self, name: str) -> None:
        """An element ends."""
        depth = self._depth
        self._depth -= 1
        if self._aside_depth:
            self._aside_depth = 0 if depth == self._aside_depth else self._aside_depth
        elif self._table is None:
            return
        elif self._cell is not None:
            self._end_in_cell(self._table, self._cell, depth)
        elif name == _ROW:
            self._table.end_row()
        elif depth == self._body_depth + 1:
            self.sheets.append(self._room.take(self._table.finish()))
            self._table = None

    def characters(self, text: str) -> None:
        """Text between elements."""
        if self._pieces is not None and not self._aside_depth:
            self._pieces.append(text)

    def _start_in_table(self, table: _SheetBuilder, name: str, attributes: Mapping[str, str]) -> None:
        if name == _CELL:
            self._struck = False
            if (found := None if self._padded else typed_value(attributes)) is not None:
                table.add_cell(found, attributes)
                self._aside_depth = self._depth
            else:
                self._cell, self._cell_depth, self._paragraphs = attributes, self._depth, []
        elif name == _ROW:
            table.start_row(attributes)
        elif name == _COLUMN:
            table.add_column(attributes)
        elif name == _COVERED:
            table.add_cell(_NOTHING, attributes)
            self._aside_depth = self._depth
        elif name not in _GROUPS:
            self._aside_depth = self._depth

    def _start_in_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._pieces is None:
            if name == _PARAGRAPH:
                self._pieces = []
            else:
                self._aside_depth = self._depth
        elif name == _SPAN:
            self._struck |= attributes.get(_TEXTS + "style-name") in self._struck_styles
        elif name == _BLANKS:
            count = max(int(attributes.get(_TEXTS + "c", "1")), 0)
            self._characters += count
            if count > _LONGEST_RUN or self._characters > self._limits.unpacked_bytes:
                raise Refusal("damaged-workbook")
            self._pieces.append(_SPACE * count)
        elif name == _TABULATOR:
            self._pieces.append(_TAB)
        elif name == _LINE_BREAK:
            self._pieces.append(_BREAK)
        elif not name.startswith(_TEXTS):
            self._aside_depth = self._depth

    def _end_in_cell(self, table: _SheetBuilder, cell: Mapping[str, str], depth: int) -> None:
        if depth == self._cell_depth:
            table.add_cell(content_of(cell, self._paragraphs), cell, struck=self._struck)
            self._cell = None
        elif depth == self._cell_depth + 1 and self._pieces is not None:
            text = "".join(self._pieces)
            if not text.isalnum():
                text = _LAYOUT.sub(" ", text).lstrip(" ").translate(_STOOD_FOR)
            self._paragraphs.append(text)
            self._pieces = None


class _SheetBuilder:
    """Builds one sheet. Rows and cells without content wait until something comes after them."""

    def __init__(self, sheet: Sheet, room: Room, struck_styles: Collection[str]) -> None:
        self._sheet = sheet
        self._struck_styles = struck_styles
        self._room = room
        self._hidden_rows: list[range] = []
        self._hidden_columns: list[range] = []
        self._struck_columns: list[range] = []
        self._columns = 0
        self._row = 0
        self._width = 0
        self._repeats = 1
        self._column = 0
        self._cells: list[Cell] = []
        self._struck: list[int] = []
        self._special: list[tuple[int, str, str]] = []
        self._spans: list[tuple[int, int, int]] = []
        self._merged_rows: list[tuple[int, int, list[tuple[int, int, int]]]] = []

    def add_column(self, attributes: Mapping[str, str]) -> None:
        """A column, or several of one kind."""
        count = _count(attributes, _COLUMNS_REPEATED)
        if attributes.get(_VISIBILITY) in _HIDDEN:
            self._hidden_columns.append(range(self._columns, self._columns + count))
        if attributes.get(_DEFAULT_STYLE) in self._struck_styles:
            self._struck_columns.append(range(self._columns, self._columns + count))
        self._columns += count

    def start_row(self, attributes: Mapping[str, str]) -> None:
        """A row, or several that are equal."""
        self._repeats = _count(attributes, _ROWS_REPEATED)
        if attributes.get(_VISIBILITY) in _HIDDEN:
            self._hidden_rows.append(range(self._row, self._row + self._repeats))
        self._column, self._cells, self._struck, self._special, self._spans = 0, [], [], [], []

    def add_cell(self, found: Content, attributes: Mapping[str, str], *, struck: bool = False) -> None:
        """A cell, or several that are equal; ``struck`` where a part of the text is struck through."""
        value, kind = found
        count = _count(attributes, _COLUMNS_REPEATED) if _COLUMNS_REPEATED in attributes else 1
        if value != BLANK:
            if self._column + count > len(self._cells) + 1:
                self._room.check(self._row + self._repeats, max(self._width, self._column + count))
            self._cells += [BLANK] * (self._column - len(self._cells))
            self._cells += [value] * count
            if kind:
                self._special += ((self._column + index, *kind) for index in range(count))
            if self._struck_styles:
                self._note_struck(attributes.get(_STYLE_NAME), count, is_struck=struck)
        if _ROWS_SPANNED in attributes or _COLUMNS_SPANNED in attributes:
            height, width = _count(attributes, _ROWS_SPANNED), _count(attributes, _COLUMNS_SPANNED)
            self._spans.append((self._column, height, width))
            self._room.merge(1)
        self._column += count

    def _note_struck(self, style: str | None, count: int, *, is_struck: bool) -> None:
        """Cells whose style is struck through, or that of their column where they have none, or some text."""
        for column in range(self._column, self._column + count):
            in_column = style is None and any(column in columns for columns in self._struck_columns)
            if is_struck or style in self._struck_styles or in_column:
                self._struck.append(column)

    def end_row(self) -> None:
        """Puts the row into the sheet as often as it is repeated."""
        rows = self._sheet.rows
        cells = trim(self._cells)
        if cells:
            self._width = max(self._width, len(cells))
            self._room.check(self._row + self._repeats, self._width)
            rows.extend([] for _ in range(self._row - len(rows)))
            rows.extend(list(cells) for _ in range(self._repeats))
            self._sheet.special += (
                (row, *found)
                for row in range(self._row, self._row + self._repeats)
                for found in self._special
            )
            self._sheet.struck += (
                (row, column)
                for row in range(self._row, self._row + self._repeats)
                for column in self._struck
            )
        if self._spans:
            self._merged_rows.append((self._row, self._repeats, self._spans))
        self._row += self._repeats

    def finish(self) -> Sheet:
        """The sheet, with what is hidden and merged as far as its rows reach."""
        sheet = self._sheet
        height = len(sheet.rows)
        sheet.hidden_rows = [row for rows in self._hidden_rows for row in _within(rows, height)]
        sheet.hidden_columns = [
            column for columns in self._hidden_columns for column in _within(columns, self._width)
        ]
        for top, repeats, spans in self._merged_rows:
            for row in _within(range(top, top + repeats), height):
                self._room.merge(len(spans) if row > top else 0)
                sheet.merges += (
                    (row, left, row + down - 1, left + across - 1) for left, down, across in spans
                )
        return sheet


def _within(indexes: range, end: int) -> range:
    return range(indexes.start, min(indexes.stop, end))


def _count(attributes: Mapping[str, str], name: str) -> int:
    return max(int(attributes.get(name, "1")), 1)
