"""Workbooks read and written by openpyxl with as little loss as can be.

openpyxl would round numbers to 16 digits, make errors of dates that it cannot show, leave out the results of
formulas and texts of nothing but blanks, and write the hour into the file.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet._reader import CELL_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import iterparse

_FormulaResults = dict[str, tuple[str, str]]
"""The address of a formula → the type and the text of the result that was saved with it."""

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f(?:\s[^>]*)?(?:/>|>[^<]*</f>))<v ?(?:/>|></v>)</c>')
_BLANKS = re.compile(rb"<t>(\s+)</t>")
_MERGES = re.compile(rb"(<mergeCells[^>]*>)(.*?)(</mergeCells>)", re.DOTALL)
_MERGE = re.compile(rb"<mergeCell [^>]*/>")


@dataclass
class LoadedWorkbook:
    """A workbook, and the results of its formulas by sheet."""

    workbook: Workbook
    results: dict[str, _FormulaResults] = field(default_factory=dict)

    def save(self) -> bytes:
        """The workbook as bytes that depend on nothing but what is in it."""
        stream, packed = BytesIO(), BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            _RoundTripWriter(self, archive).save()
        with (
            zipfile.ZipFile(stream) as written,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name in _in_order(written.namelist()):
                entry = zipfile.ZipInfo(name)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, written.read(name))
        return packed.getvalue()


def load(content: bytes, *, keep_macros: bool) -> LoadedWorkbook:
    """Reads a workbook, in which dates are the numbers that they are."""
    reader = _RoundTripReader(BytesIO(content), keep_vba=keep_macros, rich_text=True)
    reader.read()
    for worksheet in reader.wb.worksheets:
        for cell in cells(worksheet):
            value = cell.value
            if cell.data_type == "n" and isinstance(value, int | float) and float(f"{value:.16g}") != value:
                cell._value = repr(value)  # type: ignore[attr-defined]  # noqa: SLF001
    return LoadedWorkbook(reader.wb, reader.results)


def cells(worksheet: Worksheet) -> list[Cell]:
    """The cells that there are; to go through all rows would make those between them."""
    every = worksheet._cells.values()  # noqa: SLF001
    return [cell for cell in every if isinstance(cell, Cell)]


class _RoundTripReader(ExcelReader):
    """Reads all that openpyxl reads, and in ``results`` what it leaves out of formulas."""

    def read_worksheets(self) -> None:
        """Reads all worksheets."""
        self.wb._date_formats = set()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no option for it
        self.results: dict[str, _FormulaResults] = {}
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                with self.archive.open(relation.target) as stream:
                    self.results[sheet.name] = dict(self._results(stream))
        super().read_worksheets()

    def _results(self, stream: IO[bytes]) -> Iterator[tuple[str, tuple[str, str]]]:
        row = column = 0
        for event, element in iterparse(stream, ("start", "end")):
            name = element.tag
            if event == "start" and name == ROW_TAG:
                row, column = int(float(element.get("r") or row + 1)), 0
            elif event == "end" and name == CELL_TAG:
                address = element.get("r")
                column = coordinate_to_tuple(address)[1] if address else column + 1
                kind, value = element.get("t", "n"), element.findtext(VALUE_TAG)
                has_result = value or (kind == "str" and value is not None)
                if has_result and element.find(FORMULA_TAG) is not None:
                    if kind == "s":
                        kind, value = "str", str(self.shared_strings[int(value)])
                    yield f"{get_column_letter(column)}{row}", (kind, value)
            elif event == "end" and name == ROW_TAG:
                element.clear()


class _RoundTripWriter(ExcelWriter):
    """Writes worksheets in memory: where a process is stopped, its files, with people's data, would stay."""

    def __init__(self, loaded: LoadedWorkbook, archive: zipfile.ZipFile) -> None:
        super().__init__(loaded.workbook, archive)
        self._results = loaded.results
        self._sheets = archive

    def write_worksheet(self, ws: Any) -> None:
        """Writes a worksheet as openpyxl does, and puts it right."""
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001 - this is how openpyxl does it
        ws._drawing.charts = ws._charts  # noqa: SLF001
        ws._drawing.images = ws._images  # noqa: SLF001
        stream = BytesIO()
        writer: Any = WorksheetWriter(ws, stream)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        self._sheets.writestr(ws.path[1:], _put_right(stream.getvalue(), self._results.get(ws.title, {})))
        self.manifest.append(ws)


def _put_right(markup: bytes, results: Mapping[str, tuple[str, str]]) -> bytes:
    """A worksheet with its formulas' results, texts of blanks, and merges in a certain order."""

    def with_result(found: re.Match[bytes]) -> bytes:
        address, attributes, formula = found.groups()
        if address.decode() not in results:
            return found[0]
        kind, value = results[address.decode()]
        cell = b'<c r="%s"%s t="%s">' % (address, attributes, escape(kind, {'"': ""}).encode())
        return cell + formula + b"<v>%s</v></c>" % escape(value).encode()

    markup = _FORMULA.sub(with_result, markup) if results else markup
    markup = _BLANKS.sub(rb'<t xml:space="preserve">\1</t>', markup)
    return _MERGES.sub(lambda found: found[1] + b"".join(sorted(_MERGE.findall(found[2]))) + found[3], markup)


def _in_order(names: Iterable[str]) -> list[str]:
    """The names of entries, each once; first the one that says what the others are."""
    return sorted(set(names), key=lambda name: (name != "[Content_Types].xml", name))
