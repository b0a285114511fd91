"""Worksheets of .xlsx as bytes: how far they reach, and what stands in the cells that are special.

A worksheet may be far larger than Python can look at cell by cell. So nothing here does: each question is
one regular expression that fails fast over what programs write every day, and stops where there is more to
see. All of it relies on the worksheet being *plain*, written as spreadsheet programs write it: UTF-8, no
prefixes, no comments, every cell with its reference first. What is not plain is rewritten by ``careful``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from math import isfinite

from perfcli.files.extents import CELL, MAX_COLUMNS, Data, Span, extent_of, merges_of, place_of
from perfcli.files.markup import check_form, is_true, unescape
from perfcli.files.number_formats import moment_special
from perfcli.files.sheet import Limits, Refusal

UNKNOWN_FORMULA = "=…"

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>?]*\?>)?")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_PREFIXED = re.compile(rb":(?:worksheet|sheetData|row|c|v|mergeCell|col)[\s/>]")
_NO_PREFIX = re.compile(rb"[\s>/=]")
_SHEET_DATA = re.compile(rb"<sheetData(?:\s[^>]*)?>")
_SHEET_DATA_END = b"</sheetData>"

_TYPE = re.compile(rb' t="([A-Za-z]*)"')
_NOTABLE_ROW = re.compile(rb"""<row[^>]*?(?:=\s*'|\shidden\s*=|\sht\s*=\s*"0|\sr\s*=\s*"[0-9]{8})[^>]*>""")
_ODD_ROW = re.compile(rb"""=\s*'|\sr\s*=\s*"[0-9]{8}""")
_SOME = 65_536
_SMALL = 262_144
"""Below this size the cells are parsed too; above it only what is around them, since the reader of cells does
not mind how deep they lie."""

_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_ODD_VALUE = re.compile(rb"<v(?!>-?[0-9.]{1,300}+</v>)[\s/>]")
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_EMPTY_VALUE = re.compile(rb"<v(?:\s[^>]*)?(?:/>|>\s*</v>)")
_TEXT_TYPES = {b"str", b"e", b"d", b"inlineStr"}
_NOT_CALCULATED = (
    re.compile(rb"</f>\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>"),
    re.compile(rb"<f(?:\s[^>]*)?/>\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>"),
)
_SOME_FORMULA = re.compile(rb"<f[\s/>]")
_LATE_FORMULA = re.compile(rb"</v>\s*<f[\s/>]")
"""A formula after its value, for which the reader would forget the value."""
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?>([^<]*)</f>")
_STYLE = rb' s="(?:%s)"'
_FEW_STYLES = 40
_HIDDEN_ROW = re.compile(rb"""\shidden\s*=\s*"(?:1|true)"|\sht\s*=\s*"0(?:\.0*)?\"""")
_ROW_NUMBER = re.compile(rb' r="([0-9]{1,7})"')
_COLUMNS = re.compile(rb"<col\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""\s([A-Za-z]+)\s*=\s*["']([^"']*)["']""")

Special = tuple[int, int, str, str]


@dataclass
class Marked:
    """What is special in a worksheet; rows and columns are counted from 0.

    ``styled`` are cells of the styles that were asked for: row, column and style. ``struck`` are cells of
    which a part is struck through. ``pieces`` are the part with the cells, ready for the reader.
    """

    pieces: list[memoryview | bytes] = field(default_factory=list)
    special: list[Special] = field(default_factory=list)
    styled: list[tuple[int, int, int]] = field(default_factory=list)
    struck: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Span] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    area: int = 0


def examine(worksheet: bytes, styles: Sequence[int], limits: Limits, cells: int) -> Marked | None:
    """What is special in a worksheet; None where it is not plain. ``cells`` is the largest area it may have.

    Raises:
        Refusal: ``far-cell``, ``too-many-merges``, ``damaged-workbook``, ``unsafe-content``.
    """
    start, end = _data_of(worksheet)
    if end < 0 or not _is_plain(worksheet):
        return None
    check_form(worksheet if end - start < _SMALL else worksheet[:start] + worksheet[end:])
    data = Data(worksheet, start, end)
    extent = extent_of(data)
    merges = merges_of(worksheet[end:], limits)
    hidden_rows = _hidden_rows(data)
    if extent is None or merges is None or hidden_rows is None:
        return None
    rows = max(extent[0], *(span[2] + 1 for span in merges), 0)
    columns = max(extent[1], *(span[3] + 1 for span in merges), 0)
    covered = sum((span[2] - span[0] + 1) * (span[3] - span[1] + 1) for span in merges)
    if max(rows * columns, covered) > cells or data.has_more_cells_than(cells):
        raise Refusal("far-cell", {"rows": rows})
    marked = Marked(merges=merges, hidden_rows=hidden_rows, area=rows * columns)
    replaced: list[tuple[int, int]] = []
    if not _mark_values(data, marked, replaced):
        return None
    if data.first(_SOME_FORMULA):
        if data.first(_LATE_FORMULA):
            return None
        _mark_formulas(data, marked)
    marked.styled = list(_styled(data, styles)) if styles else []
    marked.hidden_columns = sorted(set(_hidden_columns(worksheet[:start])))
    marked.pieces = data.without(replaced)
    return marked


def _data_of(worksheet: bytes) -> tuple[int, int]:
    """Where the part with the cells begins and ends; -1 where there is no such part, or more than one."""
    opening = _SHEET_DATA.search(worksheet)
    if opening is None or worksheet.find(b"<sheetData", opening.end()) >= 0:
        return -1, -1
    start = opening.end()
    end = start if opening[0].endswith(b"/>") else worksheet.find(_SHEET_DATA_END, start)
    return start, (end if worksheet.find(_SHEET_DATA_END, end + 1) < 0 else -1)


def _is_plain(worksheet: bytes) -> bool:
    """Whether all but the cells is written as usual."""
    opening = _OPENING.match(worksheet)
    declared = _ENCODING.search(opening[0]) if opening else None
    if opening is None or (declared and declared[1].lower() not in _PLAIN_ENCODINGS):
        return False
    if b"\0" in worksheet[:_SOME] or (b"!" in worksheet and b"<!" in worksheet):
        return False
    if worksheet.find(b"?", opening.end()) >= 0 and worksheet.find(b"<?", opening.end()) >= 0:
        return False
    return not any(_is_prefix(worksheet, found.start()) for found in _PREFIXED.finditer(worksheet))


def _is_prefix(worksheet: bytes, end: int) -> bool:
    """Whether all between the last tag's beginning and a colon is the prefix of a name."""
    start = worksheet.rfind(b"<", 0, end)
    return start >= 0 and not _NO_PREFIX.search(worksheet, start + 1, end)


def _mark_values(data: Data, marked: Marked, replaced: list[tuple[int, int]]) -> bool:
    """Marks errors and dates that are written out; gives False where a value is not plain."""
    for odd in data.find(_ODD_VALUE):
        cell = data.cell_before(odd.start())
        kind = _type_of(cell)
        value = data.match(_VALUE, odd.start())
        if cell is None:
            return False
        if kind not in _TEXT_TYPES:
            if data.match(_EMPTY_VALUE, odd.start()) or (value and _is_number(value[1])):
                continue
            return False
        if kind == b"e" and value:
            marked.special.append((*place_of(cell), "error", unescape(value[1].decode())))
            replaced.append(value.span(1))
        elif kind == b"d" and value:
            found = written_out(value[1].decode().strip())
            if found is None:
                return False
            marked.special.append((*place_of(cell), *found))
    return True


def _is_number(value: bytes) -> bool:
    return _NUMBER.fullmatch(value) is not None and isfinite(float(value))


def _type_of(cell: re.Match[bytes] | None) -> bytes:
    found = _TYPE.search(cell[0]) if cell else None
    return found[1] if found else b""


def written_out(text: str) -> tuple[str, str] | None:
    """Kind and text of a date or a time in ISO 8601; None where a text is neither."""
    try:
        if "T" in text:
            return moment_special(datetime.fromisoformat(text).replace(tzinfo=None))
        if ":" in text:
            return "time", time.fromisoformat(text.removesuffix("Z")).isoformat()
        return "date", date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _mark_formulas(data: Data, marked: Marked) -> None:
    """Marks formulas without a saved value. An empty text is a value."""
    for pattern in _NOT_CALCULATED:
        for found in data.find(pattern):
            cell = data.cell_before(found.start())
            if cell is None:
                continue
            inside = data.worksheet[cell.end() : found.end()]
            if _has_value(inside, _type_of(cell)):
                continue
            formula = _FORMULA.search(inside)
            text = "=" + unescape(formula[1].decode(errors="replace")) if formula else UNKNOWN_FORMULA
            marked.special.append((*place_of(cell), "not-calculated", text))


def _has_value(inside: bytes, kind: bytes) -> bool:
    value = _VALUE.search(inside)
    return bool(value and value[1].strip()) or (kind == b"str" and b"<v" in inside) or b"<is" in inside


def _styled(data: Data, styles: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """The cells of some styles."""
    wanted = {str(style).encode(): style for style in styles}
    numbers = b"|".join(wanted) if len(wanted) <= _FEW_STYLES else b"[0-9]+"
    for found in data.find(re.compile(_STYLE % numbers)):
        cell = data.match(CELL, data.worksheet.rfind(b"<", 0, found.start()))
        style = wanted.get(found[0][4:-1])
        if cell and style is not None:
            yield *place_of(cell), style


def _hidden_rows(data: Data) -> list[int] | None:
    """The rows that are hidden or have no height; None where a row is not plain."""
    hidden: set[int] = set()
    for found in data.find(_NOTABLE_ROW):
        if _ODD_ROW.search(found[0]):
            return None
        number = _ROW_NUMBER.search(found[0])
        if number and _HIDDEN_ROW.search(found[0]):
            hidden.add(int(number[1]) - 1)
    return sorted(hidden)


def _hidden_columns(head: bytes) -> Iterator[int]:
    for found in _COLUMNS.finditer(head):
        said = {key.decode(): value.decode(errors="replace") for key, value in _ATTRIBUTE.findall(found[0])}
        first, last, width = said.get("min", ""), said.get("max", ""), said.get("width", "")
        is_hidden = is_true(said.get("hidden")) or (width and not width.strip("0."))
        if is_hidden and first.isdecimal() and last.isdecimal():
            yield from range(max(int(first), 1) - 1, min(int(last), MAX_COLUMNS))
