"""Workbooks written cell by cell as XML: what a spreadsheet program may write, and what none should."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from perfcli.files.cells import address

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_OWN = 200  # numbers of formats below are the program's own
_DEFAULTS = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
}

NUMBER_FORMATS = ("General", "0%", "yyyy-mm-dd", "000", "0.0", "@", "[h]:mm", "hh:mm", "0.00%", "m月d日")


Position = tuple[int, int]
"""A row and a column, counted from 0."""


def position_of(reference: str) -> Position:
    """The position of a cell: ``F7`` → 6, 5."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference.removeprefix(letters)) - 1, column - 1


@dataclass(frozen=True)
class Raw:
    """A cell as it stands in the XML.

    ``kind`` is the attribute ``t``: ``n`` a number, ``s`` a shared text, ``inlineStr`` a text in the cell,
    ``str`` the text of a formula, ``b``, ``e``, ``d``. A formula without a ``value`` was never calculated.
    """

    value: str | None = None
    kind: str = "n"
    formula: str | None = None
    number_format: str = "General"

    def __repr__(self) -> str:
        shown = {"t": self.kind, "f": self.formula, "format": self.number_format}
        usual = {"t": "n", "f": None, "format": "General"}
        return " ".join([repr(self.value), *(f"{k}={v}" for k, v in shown.items() if v != usual[k])])


def text(value: str, kind: str = "s") -> Raw:
    """A cell with a text."""
    return Raw(value, kind)


@dataclass(repr=False)
class RawSheet:
    """A worksheet: cells by row and column counted from 0, merged ranges such as ``A1:C1``."""

    name: str
    cells: Mapping[Position, Raw]
    merges: Sequence[str] = ()
    hidden: bool = False
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()

    def __repr__(self) -> str:
        cells = (f"{address(*position)} {raw}" for position, raw in sorted(self.cells.items()))
        return f"{self.name}: {', '.join(cells)}; merged {list(self.merges)}"


@dataclass
class _Shared:
    """The shared texts of a workbook, in the order in which the cells ask for them."""

    indexes: dict[str, int] = field(default_factory=dict)

    def index(self, value: str) -> int:
        return self.indexes.setdefault(value, len(self.indexes))


def raw_workbook(sheets: Sequence[RawSheet]) -> bytes:
    """An .xlsx of some worksheets."""
    shared = _Shared()
    parts = {
        f"xl/worksheets/sheet{number}.xml": _worksheet(sheet, shared)
        for number, sheet in enumerate(sheets, start=1)
    }
    parts["xl/sharedStrings.xml"] = _shared_texts(shared)
    parts |= _package(sheets)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _DECLARATION + content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _worksheet(sheet: RawSheet, shared: _Shared) -> str:
    rows: dict[int, list[str]] = {row: [] for row in sheet.hidden_rows}
    for (row, column), raw in sorted(sheet.cells.items()):
        rows.setdefault(row, []).append(_cell(address(row, column), raw, shared))
    lines = (
        _element("row", "".join(cells), r=str(row + 1), hidden="1" if row in sheet.hidden_rows else "")
        for row, cells in sorted(rows.items())
    )
    numbers = [str(column + 1) for column in sheet.hidden_columns]
    hidden = "".join(_element("col", min=number, max=number, hidden="1") for number in numbers)
    merged = "".join(_element("mergeCell", ref=span) for span in sheet.merges)
    parts = (
        _element("cols", hidden) if hidden else "",
        _element("sheetData", "".join(lines)),
        _element("mergeCells", merged, count=str(len(sheet.merges))) if merged else "",
    )
    return _element("worksheet", "".join(parts), xmlns=_MAIN)


def _cell(reference: str, raw: Raw, shared: _Shared) -> str:
    style = NUMBER_FORMATS.index(raw.number_format)
    kind = "" if raw.kind == "n" else raw.kind
    inside = "" if raw.formula is None else _element("f", escape(raw.formula))
    if raw.kind == "inlineStr":
        inside = _element("is", _text(raw.value or ""))
    elif raw.kind == "s":
        inside += _element("v", str(shared.index(raw.value or "")))
    elif raw.value is not None:
        inside += _element("v", escape(raw.value))
    return _element("c", inside, r=reference, s=str(style or ""), t=kind)


def _element(name: str, inside: str = "", **attributes: str) -> str:
    """An XML element; attributes without a value are left out."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    return f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"


def _text(value: str) -> str:
    return f'<t xml:space="preserve">{escape(value)}</t>'


def _shared_texts(shared: _Shared) -> str:
    texts = "".join(_element("si", _text(one)) for one in shared.indexes)
    return _element("sst", texts, xmlns=_MAIN, uniqueCount=str(len(shared.indexes)))


def _package(sheets: Sequence[RawSheet]) -> dict[str, str]:
    """Everything but the cells: what is where, the names of the sheets, the number formats."""
    numbers = range(1, len(sheets) + 1)
    kinds = {f"worksheets/sheet{number}.xml": "worksheet" for number in numbers}
    kinds |= {"styles.xml": "styles", "sharedStrings.xml": "sharedStrings"}
    types = {f"/xl/{part}": kind for part, kind in kinds.items()} | {"/xl/workbook.xml": "sheet.main"}
    overrides = "".join(
        _element("Override", PartName=part, ContentType=f"{_TYPES}.{kind}+xml")
        for part, kind in types.items()
    )
    defaults = "".join(
        _element("Default", Extension=extension, ContentType=kind) for extension, kind in _DEFAULTS.items()
    )
    listed = "".join(_listed(sheet, number) for number, sheet in enumerate(sheets, start=1))
    namespaces = f'xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"'
    return {
        "[Content_Types].xml": _element("Types", defaults + overrides, xmlns=f"{_PACKAGE}/content-types"),
        "_rels/.rels": _relations({"xl/workbook.xml": "officeDocument"}),
        "xl/workbook.xml": f"<workbook {namespaces}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(kinds),
        "xl/styles.xml": _styles(),
    }


def _listed(sheet: RawSheet, number: int) -> str:
    state = 'state="hidden" ' if sheet.hidden else ""
    return f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" {state}r:id="rId{number}"/>'


def _relations(targets: Mapping[str, str]) -> str:
    lines = (
        _element("Relationship", Id=f"rId{number}", Type=f"{_RELATIONS}/{kind}", Target=target)
        for number, (target, kind) in enumerate(targets.items(), start=1)
    )
    return _element("Relationships", "".join(lines), xmlns=f"{_PACKAGE}/relationships")


def _styles() -> str:
    codes = enumerate(NUMBER_FORMATS)
    formats = "".join(_element("numFmt", numFmtId=str(_OWN + one), formatCode=code) for one, code in codes)
    base = {"fontId": "0", "fillId": "0", "borderId": "0"}
    styles = "".join(_element("xf", numFmtId=str(_OWN + one), **base) for one in range(len(NUMBER_FORMATS)))
    parts = (
        _element("numFmts", formats),
        "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>",
        _element("cellStyleXfs", _element("xf", numFmtId="0", **base)),
        _element("cellXfs", styles),
    )
    return _element("styleSheet", "".join(parts), xmlns=_MAIN)
