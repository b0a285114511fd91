"""What all workbooks of perf look like: fonts, palette, looks of grades; how wide and how high cells are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from perfcli.text import Language, display_width

FONTS: Mapping[Language, str] = {
    Language.TRADITIONAL: "Microsoft JhengHei",
    Language.SIMPLIFIED: "Microsoft YaHei",
    Language.ENGLISH: "Calibri",
}
FONT_SIZE = 11

INK = "#1F3A5F"
MUTED = "#5B6776"
LINE = "#BFC8D4"
GROUP = "#DCE6F1"
PALE = "#F3F6FA"
ENTRY = "#FFF9E5"
LIVE = "#F1F6EA"
ACCENT = "#1E6B52"
ACCENT_LIGHT = "#E3F1EB"
WARNING = "#F8CBAD"
ALARM = "#A61B29"

A4_LANDSCAPE = 860
"""Pixels between the margins of a landscape page, less some for a wider font that may stand in for ours."""

_TEXT_HEIGHT = 17
_WORD = re.compile("[!-~]+")
_HALF_LIGHT = 3 * 128
_PASSING = ((0x1E, 0x6B, 0x52), (0xB7, 0xDB, 0xC8), (0xF6, 0xEE, 0xD9))


class Look(NamedTuple):
    """How a grade looks; apart without colour too: the better the darker, the lowest in italics."""

    fill: str
    ink: str
    lowest: bool

    @property
    def properties(self) -> dict[str, Any]:
        """The look as properties of a format."""
        properties: dict[str, Any] = {"bg_color": self.fill, "font_color": self.ink, "bold": True}
        return properties | {"italic": self.lowest, "border": 1, "border_color": LINE}


def line_colours(count: int) -> list[str]:
    """As many colours for the lines of a chart."""
    return [_LINES[place % len(_LINES)] for place in range(count)]


def grade_looks(count: int) -> list[Look]:
    """The looks of so many grades, from the best to the lowest."""
    return [
        Look("#FFFFFF", ALARM, lowest=True) if level and level == count - 1 else _passing(level, count)
        for level in range(count)
    ]


def _passing(level: int, count: int) -> Look:
    """From dark green through pale green to sand."""
    position = level / max(count - 2, 1) * (len(_PASSING) - 1)
    left = min(int(position), len(_PASSING) - 2)
    part = position - left
    shades = [
        round((1 - part) * low + part * high)
        for low, high in zip(_PASSING[left], _PASSING[left + 1], strict=True)
    ]
    fill = "#" + "".join(f"{shade:02X}" for shade in shades)
    return Look(fill, "#FFFFFF" if sum(shades) < _HALF_LIGHT else "#1B1B1B", lowest=False)


def pixels(width: float) -> float:
    """How wide a column is on a screen of 96 dots per inch."""
    return 8 * width + 5


def display_length(text: str) -> int:
    """How wide a text is in digits in a Chinese font."""
    return display_width(text, wide="WFA")


def width(texts: Iterable[str], *, least: float, most: float) -> float:
    """A column's width that shows the widest of some texts, within limits."""
    return min(max(max(map(display_length, texts), default=0) + 2, least), most)


def unbreakable(text: str) -> list[str]:
    """The parts of a text that a line break must not cut: words of letters; Chinese breaks anywhere."""
    return _WORD.findall(text)


def wrapped_height(cells: Iterable[tuple[str, float]]) -> float:
    """The height of a row in which each text is wrapped to its column's width."""
    lines = [
        sum(math.ceil((display_length(line) + 1) / max(wide - 1, 1)) for line in text.split("\n"))
        for text, wide in cells
    ]
    return _TEXT_HEIGHT * max(lines, default=1) + 4


def whole_pixels(height: float) -> float:
    """A height in points as spreadsheets show it: in whole pixels."""
    return int(height * 4 / 3 + 0.5) * 0.75


_LINES = (INK, ACCENT, "#C27C0E", ALARM, "#6B4C9A", "#2E86AB", "#7A6A53", "#A8486F")

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_SHEET_NAME = 31


def sheet_name(wanted: str, taken: Sequence[str] = ()) -> str:
    """A name that a sheet may have: clean, short enough, and not one of those taken."""
    clean = " ".join(wanted.translate(_FORBIDDEN).split()).strip("'") or "_"
    used = {name.casefold() for name in taken}
    name, number = _cut(clean, _LONGEST_SHEET_NAME), 1
    while name.casefold() in used:
        number += 1
        ending = f" ({number})"
        name = _cut(clean, _LONGEST_SHEET_NAME - len(ending)) + ending
    return name


def _cut(text: str, length: int) -> str:
    """A text of at most so many UTF-16 units, which is how Excel counts."""
    while len(text.encode("utf-16-le")) > 2 * length:
        text = text[:-1]
    return text.strip().strip("'")


def signed(amounts: str) -> str:
    """A number format with the sign of what is added or taken off."""
    return f"+{amounts};-{amounts};{amounts}"
