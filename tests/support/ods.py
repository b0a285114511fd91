"""Sheets as .ods."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from perfcli.files.sheet import Cell, Sheet

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "style", "table", "text")
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
_STYLES = (
    '<style:style style:name="shown" style:family="table"><style:table-properties'
    ' table:display="true"/></style:style><style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def write_ods(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with these sheets."""
    return ods_of("".join(_table(sheet) for sheet in sheets))


def ods_of(tables: str, before: str = "", styles: str = "") -> bytes:
    """A workbook with tables in XML, and with something before the document's beginning, or more styles."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {_NAMESPACES} {_CALC}>'
        f"<office:automatic-styles>{styles}{_STYLES}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        container.writestr("content.xml", content)
    return stream.getvalue()


def _table(sheet: Sheet) -> str:
    width = max(map(len, sheet.rows), default=0)
    columns = "".join(
        f"<table:table-column{_visibility(column in sheet.hidden_columns)}/>" for column in range(width)
    )
    rows = "".join(
        f"<table:table-row{_visibility(row in sheet.hidden_rows)}>{cells}</table:table-row>"
        for row, cells in enumerate("".join(_cells(sheet, row)) for row in range(len(sheet.rows)))
    )
    style = "hidden" if sheet.hidden else "shown"
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{style}">{columns}{rows}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )


def _visibility(is_hidden: bool) -> str:  # noqa: FBT001 - one word says it
    return ' table:visibility="collapse"' if is_hidden else ""


def _cells(sheet: Sheet, row: int) -> Iterator[str]:
    special = {column: (kind, text) for at, column, kind, text in sheet.special if at == row}
    covered = {
        column
        for top, left, bottom, right in sheet.merges
        for column in range(left, right + 1)
        if top <= row <= bottom and (row, column) != (top, left)
    }
    spans = {
        left: f' table:number-rows-spanned="{bottom - top + 1}"'
        f' table:number-columns-spanned="{right - left + 1}"'
        for top, left, bottom, right in sheet.merges
        if top == row
    }
    for column, value in enumerate(sheet.rows[row]):
        if column in covered:
            yield "<table:covered-table-cell/>"
        else:
            attributes, shown = _content(value, *special.get(column, ("", "")))
            yield f"<table:table-cell{spans.get(column, '')}{attributes}>{shown}</table:table-cell>"


def _content(value: Cell, kind: str, text: str) -> tuple[str, str]:
    """Attributes and content of a cell."""
    if kind:
        return _special(value, kind, text)
    if isinstance(value, bool):
        return f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"', paragraphs("?")
    if isinstance(value, str):
        return (' office:value-type="string"', paragraphs(value)) if value else ("", "")
    return f' office:value-type="float" office:value="{value!r}"', paragraphs("shown rounded")


def _special(value: Cell, kind: str, text: str) -> tuple[str, str]:
    if kind == "error":
        stored = 'table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"'
    elif kind == "not-calculated":
        return f" table:formula={quoteattr('of:' + text)}", ""
    elif kind == "percent":
        stored = f'office:value-type="percentage" office:value="{value}"'
    elif kind == "time":
        stored = 'office:value-type="time" office:time-value="PT{}H{}M{}S"'.format(*text.split(":"))
    elif kind == "duration":
        stored = f'office:value-type="time" office:time-value="{text}"'
    else:
        stored = f'office:value-type="date" office:date-value="{text}"'
    return f" {stored}", paragraphs(text)


def paragraphs(text: str) -> str:
    """A text as paragraphs; blanks that XML would lose are elements."""
    shown = escape(text).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")
    return "".join(f"<text:p>{line}</text:p>" for line in shown.split("\n"))
