"""Workbooks of Excel since 2007 (.xlsx, .xlsm, .xltx), also in the variant Strict.

The reader is python-calamine. It is given a small container that is made here and holds nothing but plain
worksheets and texts, so that it meets neither what it takes amiss nor what would make it abort.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import cast

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from perfcli.files.gate import Container, folded
from perfcli.files.grids import BLANK, clip
from perfcli.files.markup import Attributes, is_true, parse
from perfcli.files.number_formats import BUILT_IN_FORMATS, content_of, kind_of
from perfcli.files.sheet import Cell, Limits, Refusal, Sheet
from perfcli.files.strikes import struck_cells, struck_styles, struck_texts
from perfcli.files.unusual_xlsx import rewrite_texts, rewrite_worksheet
from perfcli.files.worksheets import Marked, examine

WORKBOOK = "xl/workbook.xml"

_READER_FAULTS = (CalamineError, ValueError, OverflowError, IndexError)

_ROOT = "_rels/.rels"
_HIDDEN_STATES = {"hidden", "veryhidden"}
_TEXTS_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>?]*\?>)?\s*<sst(?:\s[^>]*)?>")
_TEXTS_ENCODING = re.compile(rb"""<\?xml[^>?]*encoding\s*=\s*["'](?!utf-?8)""", re.IGNORECASE)
_TEXTS_END = b"</sst>"
_PREFIXED = re.compile(rb":(?:sst|si|t|r|rPh)[\s/>]")
_SHORTEST_TEXT_CELL = len(b'<c r="A1" t="s"><v>0</v></c>')
_TEXT_INDEX = re.compile(rb' t="s"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([0-9]{1,9})</v>')

_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHARED_TEXTS = "xl/sharedStrings.xml"
_BEGIN = b"<worksheet><mergeCells></mergeCells><sheetData>"
"""The reader looks for merges in a second pass, which ends where it finds that there are none."""

_END = b"</sheetData></worksheet>"


@dataclass(frozen=True)
class _Looks:
    """What each style of cells makes of a number, and which styles are struck through."""

    kinds: list[str | None]
    struck: frozenset[int]

    @property
    def wanted(self) -> list[int]:
        """The styles that are more than looks."""
        return [style for style, kind in enumerate(self.kinds) if kind or style in self.struck]


@dataclass
class _SheetEntry:
    """A worksheet as the workbook lists it."""

    name: str
    path: str
    hidden: bool


@dataclass
class _Workbook:
    """What the workbook says of itself: its worksheets, where texts and styles are, how it counts days."""

    sheets: list[_SheetEntry] = field(default_factory=list)
    texts: str = ""
    styles: str = ""
    since_1904: bool = False


def workbook_path(container: Container) -> str:
    """Where the workbook itself stands in a container; empty where there is none."""
    if folded(WORKBOOK) in container.names:
        return WORKBOOK
    targets = [one["target"] for one in _relations(container, _ROOT) if one["type"] == "officeDocument"]
    return next((path for path in targets if folded(path) in container.names), "")


def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The worksheets of a workbook; sheets of charts and macros are left out.

    Raises:
        Refusal: ``damaged-workbook``, ``not-a-workbook``, ``far-cell``, ``too-many-merges``,
            ``unpacks-too-large``, ``unsafe-content``.
    """
    try:
        return _read(content, limits)
    except _READER_FAULTS:
        pass  # what the reader takes amiss may be read when it is rewritten
    try:
        return _read(content, limits, carefully=True)
    except _READER_FAULTS as problem:
        raise Refusal("damaged-workbook") from problem


def _read(content: bytes, limits: Limits, *, carefully: bool = False) -> list[Sheet]:
    container = Container(content, limits)
    workbook = _workbook(container, workbook_path(container))
    styles = container.read(workbook.styles) if workbook.styles else b""
    looks = _Looks(_kinds(styles) if styles else [], struck_styles(styles))
    texts = container.read(workbook.texts) if workbook.texts else b"<sst></sst>"
    plain_texts = rewrite_texts(texts) if carefully else _plain_texts(texts)
    package = _Package(plain_texts, looks.wanted, struck_texts(texts), limits)
    with package.archive:
        for listed in workbook.sheets:
            package.add(container.read(listed.path), carefully=carefully)
        container.check_rest()
        package.finish()
    with CalamineWorkbook.from_filelike(package.taken()) as opened:
        return [
            _sheet(opened.get_sheet_by_index(number), listed, package.marked[number], looks, workbook)
            for number, listed in enumerate(workbook.sheets)
        ]


def _sheet(
    source: CalamineSheet, listed: _SheetEntry, marked: Marked, looks: _Looks, workbook: _Workbook
) -> Sheet:
    """One worksheet: the reader's values, with what it does not tell."""
    rows = cast("list[list[Cell]]", source.to_python(skip_empty_area=False))
    _make_room(rows, marked)
    special, struck = list(marked.special), list(marked.struck)
    for row, column, _, text in special:
        rows[row][column] = text
    for row, column, style in marked.styled:
        value = rows[row][column] if row < len(rows) and column < len(rows[row]) else BLANK
        if style in looks.struck and value not in {BLANK, None}:
            struck.append((row, column))
        if isinstance(value, float) and (kind := looks.kinds[style]):
            rows[row][column], found = content_of(value, kind, since_1904=workbook.since_1904)
            special += [(row, column, *found)] if found else []
    sheet = Sheet(listed.name, rows, listed.hidden, special, marked.merges, struck=struck)
    sheet.hidden_rows, sheet.hidden_columns = marked.hidden_rows, marked.hidden_columns
    return clip(sheet)


def _make_room(rows: list[list[Cell]], marked: Marked) -> None:
    """Special cells may lie beyond those that have a value."""
    if not marked.special:
        return
    height = max(row for row, *_ in marked.special) + 1
    width = max(len(rows[0]) if rows else 0, *(column + 1 for _, column, *_ in marked.special))
    rows += ([] for _ in range(height - len(rows)))
    for row in rows:
        row.extend([BLANK] * (width - len(row)))


def _workbook(container: Container, path: str) -> _Workbook:
    """Reads the workbook's own part, and what its relations say."""
    workbook = _Workbook()
    rooms: dict[str, Attributes] = {}
    folder, name = posixpath.split(path)
    for relation in _relations(container, f"{folder}/_rels/{name}.rels"):
        if relation["type"] == "sharedStrings" and folded(relation["target"]) in container.names:
            workbook.texts = relation["target"]
        elif relation["type"] == "styles" and folded(relation["target"]) in container.names:
            workbook.styles = relation["target"]
        rooms[relation["id"]] = relation
    root = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal root
        root = root or name
        if name == "workbookPr":
            # an extension may hold a second element of this name, which says nothing of dates
            workbook.since_1904 = workbook.since_1904 or is_true(attributes.get("date1904"))
        elif name == "sheet" and attributes.get("id"):  # a macro sheet of an old program has no part
            workbook.sheets += _listed(attributes, rooms)

    parse(container.read(path), start)
    if root != "workbook":
        raise Refusal("not-a-workbook")
    return workbook


def _listed(attributes: Attributes, rooms: Mapping[str, Attributes]) -> list[_SheetEntry]:
    """A sheet of the workbook, if it is one of cells."""
    relation = rooms.get(attributes["id"])
    if relation is None:
        raise Refusal("damaged-workbook")
    hidden = attributes.get("state", "").strip().lower() in _HIDDEN_STATES
    is_of_cells = relation["type"] == "worksheet"
    return [_SheetEntry(attributes.get("name", ""), relation["target"], hidden)] if is_of_cells else []


def _relations(container: Container, path: str) -> list[dict[str, str]]:
    """The relations of a part: id, type without what goes before it, target as a path in the container."""
    found: list[dict[str, str]] = []
    folder = posixpath.dirname(posixpath.dirname(path))

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode", "") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found.append({"id": attributes.get("Id", ""), "type": kind, "target": posixpath.normpath(joined)})

    if folded(path) in container.names:
        parse(container.read(path), start)
    return found


def _kinds(styles: bytes) -> list[str | None]:
    """For each style of cells what it makes of a number: percent, moment, duration or None."""
    formats: dict[int, str | None] = dict(BUILT_IN_FORMATS)
    kinds: list[str | None] = []
    named: list[str | None] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(name)
        number = attributes.get("numFmtId", "").strip()
        key = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0  # noqa: PLR2004
        if name == "numFmt" and key:
            formats[key] = kind_of(attributes.get("formatCode", ""))
        elif name == "xf" and "cellStyleXfs" in inside:
            named.append(formats.get(key))
        elif name == "xf" and "cellXfs" in inside:
            above = attributes.get("xfId", "").strip()
            is_inherited = not number and above.isdecimal() and int(above) < len(named)
            kinds.append(named[int(above)] if is_inherited else formats.get(key))

    def end(_name: str) -> None:
        inside.pop()

    parse(styles, start, end)
    return kinds


def _plain_texts(texts: bytes) -> bytes:
    """The shared texts, without a count, which readers believe."""
    head = _TEXTS_HEAD.match(texts)
    is_plain = (
        head is not None
        and not head[0].rstrip().endswith(b"/>")
        and not _TEXTS_ENCODING.match(texts)
        and texts.rstrip().endswith(_TEXTS_END)
        and (b"!" not in texts or b"<!" not in texts)
        and texts.find(b"<?", head.end()) < 0
        and not (b":" in texts and _PREFIXED.search(texts))
    )
    if head is None or not is_plain:
        return rewrite_texts(texts)
    return b"<sst>" + texts[head.end() :]


class _Package:
    """The container that is made for the reader, and what is special in its worksheets."""

    def __init__(self, texts: bytes, styles: list[int], struck: frozenset[int], limits: Limits) -> None:
        self.marked: list[Marked] = []
        self._limits = limits
        self._styles = styles
        self._struck = struck
        self._cells = limits.cells
        self._text_bytes = limits.unpacked_bytes
        self._texts = texts
        self._longest = max(map(len, texts.split(b"<si")), default=0)
        self._stream = BytesIO()
        self.archive = zipfile.ZipFile(self._stream, "w")
        self._write(_SHARED_TEXTS, texts)

    def add(self, worksheet: bytes, *, carefully: bool = False) -> None:
        """Adds a worksheet, rewritten if need be."""
        marked = None if carefully else examine(worksheet, self._styles, self._limits, self._cells)
        if marked is None:
            worksheet = rewrite_worksheet(worksheet, self._limits)
            marked = examine(worksheet, self._styles, self._limits, self._cells)
        if marked is None:
            raise Refusal("damaged-workbook")
        self._cells -= marked.area
        self._check_texts(worksheet)
        marked.struck = list(struck_cells(worksheet, self._struck))
        self._write(_sheet_path(len(self.marked)), _BEGIN, *marked.pieces, _END)
        marked.pieces = []
        self.marked.append(marked)

    def _check_texts(self, worksheet: bytes) -> None:
        """A long text that many cells share is unpacked for each of them."""
        most = len(worksheet) // _SHORTEST_TEXT_CELL
        if most * self._longest > self._text_bytes:
            sizes = [len(text) for text in self._texts.split(b"<si")[1:]]
            used = (int(found[1]) for found in _TEXT_INDEX.finditer(worksheet))
            self._text_bytes -= sum(sizes[index] for index in used if index < len(sizes))
        if self._text_bytes < 0:
            raise Refusal("unpacks-too-large", {"megabytes": self._limits.unpacked_bytes // 1024**2})

    def _write(self, path: str, *pieces: bytes | memoryview) -> None:
        with self.archive.open(zipfile.ZipInfo(path), "w") as entry:
            for piece in pieces:
                entry.write(piece)

    def taken(self) -> BytesIO:
        """The finished container, which is then no longer held here."""
        stream, self._stream = self._stream, BytesIO()
        stream.seek(0)
        return stream

    def finish(self) -> None:
        """Writes what says where the worksheets are."""
        sheets = range(len(self.marked))
        listed = "".join(f'<sheet name="{one}" sheetId="{one + 1}" r:id="s{one}"/>' for one in sheets)
        relations = [(f"s{one}", "worksheet", _sheet_path(one)) for one in sheets]
        relations.append(("t", "sharedStrings", _SHARED_TEXTS))
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"></Types>',
            _ROOT: _related([("w", "officeDocument", WORKBOOK)]),
            WORKBOOK: f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _related(relations),
        }
        for path, text in parts.items():
            self._write(path, text.encode())


def _sheet_path(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _related(relations: list[tuple[str, str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{_DOCUMENT}/{kind}" Target="/{target}"/>'
        for key, kind, target in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
