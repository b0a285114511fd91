"""Workbooks computed again by an engine that is not ours, and the values of their cells.

Tests do so with hundreds of workbooks, so values are read from the XML itself: openpyxl makes an object of
each cell, which takes ten times as long.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import cast
from xml.etree import ElementTree as ET

import formualizer
import openpyxl

from support.office import MAIN, RELATIONS

Values = Mapping[str, Mapping[str, object]]
"""The cells of each sheet that hold something: title → place → text, number or truth."""

_MAIN = f"{{{MAIN}}}"
_VALUE = re.compile(rb"(</f>|<f\b[^<>]*/>)<v>[^<]*</v>")


def recalculated(content: bytes) -> Values:
    """The values of a workbook whose formulas are computed anew."""
    return values_of(recalculated_workbook(content))


def recalculated_workbook(content: bytes) -> bytes:
    """A workbook with its formulas computed by an engine that is not ours and is given none of our values."""
    blank = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as whole, zipfile.ZipFile(blank, "w") as without:
        for name in whole.namelist():
            part = whole.read(name)
            without.writestr(name, _VALUE.sub(rb"\1", part) if "/worksheets/" in name else part)
    fresh: bytes = formualizer.recalculate_xlsx_bytes(blank.getvalue())["bytes"]
    return fresh


def values_of(content: bytes) -> Values:
    """The values that stand in a workbook, those of formulas as they were stored."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        texts = _texts(book)
        return {
            title: {
                cell.attrib["r"]: value
                for cell in sheet.iter(f"{_MAIN}c")
                if (value := _value(cell, texts)) not in {None, ""}
            }
            for title, sheet in _sheets(book)
        }


def formulas_of(content: bytes) -> set[tuple[str, str]]:
    """The cells of a workbook that hold a formula: title and place."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        return {
            (title, cell.attrib["r"])
            for title, sheet in _sheets(book)
            for cell in sheet.iter(f"{_MAIN}c")
            if cell.find(f"{_MAIN}f") is not None
        }


def _sheets(book: zipfile.ZipFile) -> Iterator[tuple[str, ET.Element]]:
    related = {
        one.attrib["Id"]: one.attrib["Target"].removeprefix("/xl/")
        for one in _part(book, "xl/_rels/workbook.xml.rels")
    }
    for sheet in _part(book, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        yield sheet.attrib["name"], _part(book, f"xl/{related[sheet.attrib[f'{{{RELATIONS}}}id']]}")


def _texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(one) for one in _part(book, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{_MAIN}t"))


def _part(book: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(book.read(name))  # noqa: S314 the workbook is our own


def _value(cell: ET.Element, texts: list[str]) -> object:
    kind, stored = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
    if kind == "inlineStr":
        return _text(cell)
    if stored is None:
        return None
    if kind == "s":
        return texts[int(stored)]
    if kind == "b":
        return stored == "1"
    return float(stored) if kind == "n" else stored


def calculated(rows: Sequence[Sequence[float | None]], formulas: Sequence[str]) -> list[float]:
    """What an engine that is not ours makes of a formula for each row of numbers."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, (row, formula) in enumerate(zip(rows, formulas, strict=True), start=1):
        for column, cell in enumerate(row, start=2):
            sheet.cell(number, column).value = cell
        sheet.cell(number, 1).value = f"={formula}"
    content = BytesIO()
    book.save(content)
    fresh = recalculated(content.getvalue())[sheet.title]
    return [cast("float", fresh[f"A{number}"]) for number in range(1, len(rows) + 1)]
