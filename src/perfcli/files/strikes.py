"""Cells of .xlsx whose text is struck through: by their style, or in a part of the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from perfcli.files.extents import CELL, place_of
from perfcli.files.markup import Attributes, is_true, parse

_MARK = b"strike"
_SHARED = re.compile(rb""" t="s"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([0-9]{1,9})</v>""")
_INLINE = re.compile(rb"""<strike(?:\s+val\s*=\s*["'](?:1|true|on)["'])?\s*/>""")


def struck_styles(styles: bytes) -> frozenset[int]:
    """The styles of cells whose font is struck through."""
    fonts: list[bool] = []
    chosen: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if inside[-1:] == ["fonts"]:
            fonts.append(False)
        elif name == "strike" and inside[-2:] == ["fonts", "font"]:
            fonts[-1] = is_true(attributes.get("val", "1"))
        elif name == "xf" and inside[-1:] == ["cellXfs"]:
            chosen.append(attributes.get("fontId", "").strip())
        inside.append(name)

    def end(_name: str) -> None:
        inside.pop()

    if _MARK in styles:
        parse(styles, start, end)
    struck = {str(number) for number, is_struck in enumerate(fonts) if is_struck}
    return frozenset(style for style, font in enumerate(chosen) if font in struck)


def struck_texts(texts: bytes) -> frozenset[int]:
    """The shared texts of which a part that is not blank is struck through, counted from 0."""
    found: set[int] = set()
    number = -1
    is_struck = is_text = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal number, is_struck, is_text
        number += name == "si"
        is_text = name == "t"
        if name in {"r", "si"}:
            is_struck = False
        elif name == "strike":
            is_struck = is_true(attributes.get("val", "1"))

    def text(part: str) -> None:
        if is_struck and is_text and part.strip():
            found.add(number)

    def end(_name: str) -> None:
        nonlocal is_text
        is_text = False

    if _MARK in texts:
        parse(texts, start, end, text)
    return frozenset(found)


def struck_cells(worksheet: bytes, texts: Collection[int]) -> Iterator[tuple[int, int]]:
    """The cells of a plain worksheet that have one of some shared texts, or are struck in part themselves."""
    if texts:
        for found in _SHARED.finditer(worksheet):
            if int(found[1]) in texts:
                yield from _cell_before(worksheet, found.start())
    if b"<strike" in worksheet:
        for found in _INLINE.finditer(worksheet):
            yield from _cell_before(worksheet, found.start())


def _cell_before(worksheet: bytes, position: int) -> Iterator[tuple[int, int]]:
    start = worksheet.rfind(b"<c r=", 0, position)
    if start >= 0 and (cell := CELL.match(worksheet, start)):
        yield place_of(cell)
