"""A sheet of perf's own in an annotated copy: its looks, links and how it is printed."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins, PrintPageSetup
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.text import Wording
from perfcli.workbooks.base import styles

ERROR_FILL, WARNING_FILL = "FFFFC9CE", "FFFFF2B8"
"""Light red and light yellow; a little off those that Excel proposes, so that ours are known again."""

_LINKS = "FF0563C1"
_LONGEST_TEXT = 32_000

_SIDE = Side(style="thin", color="FF" + styles.LINE.removeprefix("#"))
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


@dataclass
class Page:
    """The sheet, and the looks of its cells, each made once."""

    worksheet: Worksheet
    wording: Wording
    looks: dict[str, Any] = field(default_factory=dict)

    def write_head(self, title: str, said: str, color: str) -> None:
        """The title, what is said below it, the colour of the tab, and how the page is printed."""
        self.write(1, 1, title, "title")
        self.write(2, 1, said, "said")
        self.worksheet.row_dimensions[1].height = 28
        self.worksheet.sheet_properties.tabColor = color
        self.worksheet.page_setup = PrintPageSetup(
            self.worksheet, paperSize=9, orientation="landscape", fitToWidth=1, fitToHeight=0
        )
        self.worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.worksheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.worksheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&P / &N"))

    def write(self, row: int, column: int, text: str, look: str) -> None:
        """Writes a text with one of the looks."""
        cell: Any = self.worksheet.cell(row, column)
        write_text(cell, text)
        if look in self.looks:
            cell._style = copy(self.looks[look])  # noqa: SLF001 - to look for the same style again takes long
            return
        for name, value in self._look(look).items():
            setattr(cell, name, value)
        self.looks[look] = copy(cell._style)  # noqa: SLF001

    def _look(self, look: str) -> dict[str, Any]:
        if look == "title":
            return {"font": self._font(bold=True, size=18, color=_argb(styles.INK))}
        if look == "said":
            return {"font": self._font(color=_argb(styles.MUTED))}
        if look == "note":
            muted, wrapped = self._font(color=_argb(styles.MUTED)), Alignment(vertical="top", wrap_text=True)
            return {"font": muted, "alignment": wrapped}
        if look == "heading":
            return {"font": self._font(bold=True, color=_argb(styles.INK))}
        if look == "header":
            centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
            font = self._font(bold=True, color="FFFFFFFF")
            return {"font": font, "fill": solid(_argb(styles.INK)), "alignment": centred, "border": _BORDER}
        fonts = {"link": self._font(color=_LINKS, underline="single")}
        fills = {"error": solid(ERROR_FILL), "warning": solid(WARNING_FILL)}
        wrapped = Alignment(vertical="center", wrap_text=True)
        looks = {"font": fonts.get(look, self._font()), "alignment": wrapped, "border": _BORDER}
        return {**looks, "fill": fills[look]} if look in fills else looks

    def _font(self, **properties: Any) -> Font:
        size = properties.pop("size", styles.FONT_SIZE)
        return Font(name=styles.FONTS[self.wording.language], size=size, **properties)

    def link(self, row: int, column: int, sheet: str, where: str) -> None:
        """Makes a cell a link to a cell of another sheet."""
        cell: Any = self.worksheet.cell(row, column)
        place = f"{quote_sheetname(sheet)}!{where or 'A1'}"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)


def solid(color: str) -> PatternFill:
    """A fill of one colour."""
    return PatternFill("solid", fgColor=color)


def _argb(color: str) -> str:
    return "FF" + color.removeprefix("#")


def write_text(cell: Any, text: str) -> None:
    """Writes a text that stays text, whatever it begins with."""
    cell.value = clean(text, _LONGEST_TEXT)
    cell.data_type = "s"
    cell.number_format = "@"


def clean(text: str, longest: int) -> str:
    """A text without the characters that no workbook may hold, and not too long."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    clean = clean.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
