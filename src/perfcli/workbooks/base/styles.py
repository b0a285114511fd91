"""What all workbooks of perf look like: one font, one palette, one look for each kind of cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.progress import Tell, silent
from perfcli.rules.models import Dimension, Indicator, Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Language, Translated, Wording, display_width
from perfcli.workbooks.base.long_tables import LongTable, fill_tables

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

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for the moment of making, so that the same inputs give the same bytes."""

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


class _Sheet(Worksheet):
    """A sheet that takes formulas as they are.

    XlsxWriter looks through each formula for some thirty functions newer than the file format. Ours use none
    of them, and with many employees that search would take longer than all the rest of the writing.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002 as in XlsxWriter
        del expand_future_functions
        return formula.removeprefix("=")


class Book:
    """A workbook in one language with its formats, each made once; nothing in it tells the clock."""

    def __init__(self, wording: Wording, title: str) -> None:
        self.wording = wording
        self.font = {"font_name": FONTS[wording.language], "font_size": FONT_SIZE}
        self._bytes = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_format_properties": dict(self.font),
        }
        self.workbook = Workbook(self._bytes, options)
        self.workbook.set_properties({"title": title, "author": "perf", "created": CREATED})
        self._title = title
        self._tables: dict[str, list[LongTable]] = {}
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._make_looks()

    def _make_looks(self) -> None:
        """The looks that many cells share."""
        centred = {"align": "center", "text_wrap": True, "border": 1, "border_color": LINE}
        self.title = self.format(bold=True, font_size=18, font_color=INK)
        self.note = self.format(font_color=MUTED)
        self.header = self.format(**centred, bold=True, font_color="#FFFFFF", bg_color=INK)
        self.group = self.format(**centred, bold=True, font_color=INK, bg_color=GROUP)
        self.weight = self.format(**centred, italic=True, font_color=MUTED, bg_color=PALE)
        self.text = self.cell(num_format="@", align="left")
        self.exact = self.cell(num_format="0.00????")
        self.percent = self.cell(num_format='0.00##"%"')
        self.signed = self.cell(num_format="+0.00????;-0.00????;0.00????")
        self.plain = self.cell(align="right")
        self.centred = self.cell(align="center")

    def format(self, **properties: Any) -> Format:
        """The workbook's font with some properties over it."""
        return self._cached({**self.font, "valign": "vcenter", **properties})

    def cell(self, **properties: Any) -> Format:
        """A cell of a table's body."""
        return self.format(**{"border": 1, "border_color": LINE, **properties})

    def number(self, decimals: int, **properties: Any) -> Format:
        """A number with so many decimals in a table's body."""
        return self.cell(num_format="0." + "0" * decimals if decimals else "0", **properties)

    def _cached(self, properties: Mapping[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(properties))
        return self._formats[key]

    def sheet(self, wanted: str) -> Worksheet:
        """A new sheet, by the nearest name that a sheet may have and that no other has."""
        taken = [str(worksheet.name) for worksheet in self.workbook.worksheets()]
        return self.workbook.add_worksheet(sheet_name(wanted, taken), worksheet_class=_Sheet)

    def name(self, name: Translated) -> str:
        """A name in the workbook's language."""
        return name.in_language(self.wording.language)

    def period(self, period: str) -> str:
        """A period, or that none was stated."""
        return period or self.wording("period.none")

    def role_header(self, indicator: Indicator, role: Role) -> str:
        """What stands over the column of an indicator and a role: a line for each."""
        word = self.wording(f"role.{indicator.measure.role_name(role)}")
        unit = indicator.measure.unit if role in {Role.TARGET, Role.ACTUAL} else None
        if unit is not None:
            word = self.wording("role.unit", role=word, unit=unit)
        return f"{self.name(indicator.name)}\n{word}"

    def dimension(self, dimension: Dimension) -> str:
        """A dimension with its weight."""
        weight = f"{dimension.weight.normalize():f}"
        return self.wording("header.dimension", dimension=dimension.name, weight=weight)

    def names(self, ruleset: Ruleset) -> dict[str, dict[str, str]]:
        """The names that stand for ids: of the columns ``grade`` and ``team``."""
        return {
            "grade": {grade.id: self.name(grade.name) for grade in ruleset.policy.grades},
            "team": {team: self.name(rubric.name) for team, rubric in ruleset.rubrics.items()},
        }

    def indicators(self, rubric: Rubric, identifiers: str) -> str:
        """The names of indicators, given by ids with blanks between them."""
        names = {indicator.id: indicator.name for indicator in rubric.indicators}
        found = [names[identifier] for identifier in identifiers.split()]
        return self.wording("detail.vetoes", indicators=found) if found else ""

    def grades(self, ruleset: Ruleset) -> list[str]:
        """The grades' names from the best to the lowest."""
        return [self.name(grade.name) for grade in ruleset.policy.grades_from_top]

    def mark_grades(
        self, worksheet: Worksheet, cells: tuple[int, int, int, int], names: Sequence[str]
    ) -> None:
        """Gives the cells of a range (first row, first column, last row, last column) their grade's look.

        ``names`` are the grades from the best to the lowest.
        """
        for name, look in zip(names, grade_looks(len(names)), strict=True):
            value = '"' + name.replace('"', '""') + '"'
            rule = {"type": "cell", "criteria": "==", "value": value, "format": self._cached(look.properties)}
            worksheet.conditional_format(*cells, rule)

    def mark_differences(self, worksheet: Worksheet, cells: tuple[int, int, int, int]) -> None:
        """Makes the cells of an audit that say no stand out."""
        value = f'"{self.wording("audit.no")}"'
        look = self._cached({"bg_color": WARNING, "bold": True})
        worksheet.conditional_format(
            *cells, {"type": "cell", "criteria": "==", "value": value, "format": look}
        )

    def print_setup(
        self, worksheet: Worksheet, *, landscape: bool, repeat: tuple[int, int] | None = None
    ) -> None:
        """Prints on A4, one page wide, with page numbers and some rows repeated on each page."""
        worksheet.set_paper(9)
        if landscape:
            worksheet.set_landscape()
        worksheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        worksheet.fit_to_pages(1, 0)
        worksheet.center_horizontally()
        worksheet.set_header("&L&9 " + self._title.replace("&", "&&") + "&R&9&A")
        worksheet.set_footer("&C&9&P / &N")
        if repeat is not None:
            worksheet.repeat_rows(*repeat)

    def write_rows(self, worksheet: Worksheet, table: LongTable) -> None:
        """Writes the rows of a table, however many."""
        if not table.count:
            return
        table.hold_place(worksheet)
        self._tables.setdefault(str(worksheet.name), []).append(table)

    def finish(self, tell: Tell = silent) -> bytes:
        """The workbook as bytes."""
        self.workbook.close()
        if not self._tables:
            return self._bytes.getvalue()
        names = [str(worksheet.name) for worksheet in self.workbook.worksheets()]
        parts = {
            f"xl/worksheets/sheet{names.index(name) + 1}.xml": tables for name, tables in self._tables.items()
        }
        return fill_tables(self._bytes, parts, tell)


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
