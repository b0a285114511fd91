"""Parts of .xlsx that are not written as usual, rewritten as every reader understands them.

Prefixes, comments, CDATA, other encodings, cells without a reference, a number that is none: readers disagree
on them, and lose some without a word. A real XML parser looks at such parts, slowly, and rewrites them.
"""

from __future__ import annotations

import math
import re
from io import BytesIO

from perfcli.files.extents import MAX_COLUMNS, MAX_ROWS, place
from perfcli.files.markup import Attributes, escape, is_true, parse
from perfcli.files.sheet import Limits, Refusal, column_letters
from perfcli.files.worksheets import written_out

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,20})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTH = {"1": "1", "true": "1", "0": "0", "false": "0"}
_TYPES = {"n", "s", "str", "b", "e", "d", "inlineStr"}
_ODD = ' xml:space="preserve"'
"""Makes ``worksheets.examine`` look at a value that could be taken for a number."""

_LONGEST_ROW_NUMBER = 10


def rewrite_worksheet(worksheet: bytes, limits: Limits) -> bytes:
    """A worksheet with the same cells, strikes, merges and hidden rows and columns, written plainly.

    A number that is none becomes an error cell with the text that stands there.

    Raises:
        Refusal: ``damaged-workbook``, ``unsafe-content``, ``far-cell``.
    """
    writer = _WorksheetRewriter(limits)
    parse(worksheet, writer.start, writer.end, writer.text)
    return writer.whole()


def rewrite_texts(texts: bytes) -> bytes:
    """Shared texts, without formats and phonetic guides.

    Raises:
        Refusal: ``damaged-workbook``, ``unsafe-content``.
    """
    writer = _Texts()
    parse(texts, writer.start, writer.end, writer.text)
    return b"<sst>" + writer.written.getvalue() + b"</sst>"


class _Text:
    """Gathers the text of elements ``t`` that are not phonetic guides."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._is_open = False
        self._guides = 0

    def start(self, name: str) -> None:
        if name == "rPh":
            self._guides += 1
        elif name == "t":
            self._is_open = True

    def end(self, name: str) -> None:
        if name == "rPh":
            self._guides -= 1
        elif name == "t":
            self._is_open = False

    def text(self, text: str) -> None:
        if self._is_open and not self._guides:
            self.parts.append(text)


class _Texts:
    def __init__(self) -> None:
        self.written = BytesIO()
        self._now = _Text()

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "si":
            self._now = _Text()
        self._now.start(name)

    def end(self, name: str) -> None:
        self._now.end(name)
        if name == "si":
            self.written.write(f"<si>{_preserved(''.join(self._now.parts))}</si>".encode())

    def text(self, text: str) -> None:
        self._now.text(text)


class _WorksheetRewriter:
    """Takes the events of a parser and writes the worksheet."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = 0
        self._columns = BytesIO()
        self._rows = BytesIO()
        self._merges = BytesIO()
        self._row = -1
        self._column = -1
        self._in_data = False
        self._row_is_open = False
        self._cell: Attributes | None = None
        self._gathered: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._inline = _Text()
        self._is_struck = False

    def whole(self) -> bytes:
        return b"".join(
            (
                *(b"<worksheet><cols>", self._columns.getvalue(), b"</cols>"),
                *(b"<sheetData>", self._rows.getvalue(), b"</sheetData>"),
                *(b"<mergeCells>", self._merges.getvalue(), b"</mergeCells></worksheet>"),
            )
        )

    def start(self, name: str, attributes: Attributes) -> None:
        if self._cell is not None:
            self._start_in_cell(name, attributes)
        elif name == "sheetData":
            self._in_data = True
        elif self._in_data and name == "row":
            self._start_row(attributes)
        elif self._in_data and name == "c":
            self._start_cell(attributes)
        elif name == "mergeCell":
            self._merges.write(_merge(attributes.get("ref", "")).encode())
        elif name == "col":
            self._columns.write(_column(attributes).encode())

    def end(self, name: str) -> None:
        if self._cell is not None:
            if name == "c":
                self._end_cell(self._cell)
            else:
                self._inline.end(name)
                self._into = None
        elif name == "row" and self._row_is_open:
            self._rows.write(b"</row>")
            self._row_is_open = False
        elif name == "sheetData":
            self._in_data = False

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)
        elif self._cell is not None:
            self._inline.text(text)

    def _start_row(self, attributes: Attributes) -> None:
        if self._row_is_open:
            self._rows.write(b"</row>")
        number = attributes.get("r", "").strip()
        if number and not (number.isascii() and number.isdecimal()):
            raise Refusal("damaged-workbook")
        if len(number) > _LONGEST_ROW_NUMBER or (number and not 0 < int(number) <= MAX_ROWS):
            raise Refusal("far-cell", {"rows": number[:20]})
        self._row = int(number) - 1 if number else self._row + 1
        self._check(self._row, 0)
        self._column = -1
        hidden = is_true(attributes.get("hidden")) or not (attributes.get("ht") or "1").strip("0. ")
        said = ' hidden="1"' if hidden else ""
        self._rows.write(f'<row r="{self._row + 1}"{said}>'.encode())
        self._row_is_open = True

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r", "").strip()
        if reference:
            found = _REFERENCE.fullmatch(reference)
            if found is None or not found[2].strip("0"):
                raise Refusal("damaged-workbook")
            row, column = place(found[1].upper().encode(), found[2].encode())
        else:
            row, column = max(self._row, 0), self._column + 1
        self._check(row, column)
        self._column = column
        self._cells += 1
        if self._cells > self._limits.cells:
            raise Refusal("far-cell", {"rows": row + 1})
        self._cell = {**attributes, "r": f"{column_letters(column)}{row + 1}"}
        self._gathered = {}
        self._inline = _Text()
        self._is_struck = False

    @staticmethod
    def _check(row: int, column: int) -> None:
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise Refusal("far-cell", {"rows": row + 1})

    def _start_in_cell(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            raise Refusal("damaged-workbook")
        if name in {"v", "f"}:
            self._into = self._gathered.setdefault(name, [])
        elif name == "strike":
            self._is_struck |= is_true(attributes.get("val", "1"))
        else:
            self._into = None
            self._inline.start(name)

    def _end_cell(self, attributes: Attributes) -> None:
        self._cell = self._into = None
        kind = attributes.get("t", "").strip() or "n"
        value = "".join(self._gathered["v"]) if "v" in self._gathered else None
        if kind not in _TYPES:
            raise Refusal("damaged-workbook")
        if kind == "inlineStr" or (value is None and self._inline.parts):
            text = _preserved("".join(self._inline.parts))
            run = f"<r><rPr><strike/></rPr>{text}</r>" if self._is_struck else text
            kind, inside = "inlineStr", f"<is>{run}</is>"
        else:
            kind, inside = _value(kind, value)
        formula = f"<f>{escape(''.join(self._gathered['f']))}</f>" if "f" in self._gathered else ""
        style = attributes.get("s", "").strip()
        styled = f' s="{style}"' if style.isascii() and style.isdecimal() else ""
        typed = "" if kind == "n" else f' t="{kind}"'
        self._rows.write(f'<c r="{attributes["r"]}"{styled}{typed}>{formula}{inside}</c>'.encode())


def _value(kind: str, value: str | None) -> tuple[str, str]:
    """The type of a cell, and its value as an element; what is not of its type is an error."""
    bare = (value or "").strip()
    if kind == "str" and value is not None:
        return kind, f'<v xml:space="preserve">{escape(value)}</v>'
    if not bare:
        return kind, ""
    if kind == "n" and _NUMBER.fullmatch(bare) and math.isfinite(float(bare)):
        return kind, f"<v>{float(bare)!r}</v>"
    if kind == "b" and bare.lower() in _TRUTH:
        return kind, f"<v>{_TRUTH[bare.lower()]}</v>"
    if kind in {"n", "b"} or (kind == "d" and written_out(bare) is None):
        kind = "e"
    return kind, f"<v{_ODD if kind == 'e' else ''}>{escape(bare)}</v>"


def _preserved(text: str) -> str:
    return f'<t xml:space="preserve">{escape(text)}</t>'


def _merge(reference: str) -> str:
    corners = [_REFERENCE.fullmatch(corner.strip()) for corner in reference.split(":")]
    places = [place(one[1].upper().encode(), one[2].encode()) for one in corners if one]
    if len(places) != len(corners) or len(places) > 2 or any(row < 0 for row, _ in places):  # noqa: PLR2004
        raise Refusal("damaged-workbook")
    if any(row >= MAX_ROWS or column >= MAX_COLUMNS for row, column in places):
        raise Refusal("far-cell", {"rows": max(row for row, _ in places) + 1})
    names = ":".join(f"{column_letters(column)}{row + 1}" for row, column in places)
    return f'<mergeCell ref="{names}"/>'


def _column(attributes: Attributes) -> str:
    said = "".join(
        f' {key}="{escape(attributes[key])}"'
        for key in ("min", "max", "width", "hidden")
        if key in attributes
    )
    return f"<col{said}/>"
