"""The sheet of an annotated copy that lists the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins, PrintPageSetup
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.text import Wording
from perfcli.workbooks.base import styles

ERROR_FILL, WARNING_FILL = "FFFFC9CE", "FFFFF2B8"
"""Light red and light yellow; a little off those that Excel proposes, so that ours are known again."""

MOST_LISTED = 10_000

_TITLE, _SAID, _LIMITED, _HEADER = 1, 2, 3, 4
_WIDTHS: Mapping[str, float] = {"severity": 9, "file": 24, "sheet": 20, "cell": 12, "message": 62, "cure": 62}
_LINKS = "FF0563C1"
_LONGEST_TEXT = 32_000
_HIGHEST_ROW = 400

_SIDE = Side(style="thin", color="FF" + styles.LINE.removeprefix("#"))
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


class PlainFinding(NamedTuple):
    """A finding in plain words; ``here`` tells whether it is about the workbook that is annotated."""

    is_error: bool
    here: bool
    file: str
    sheet: str
    cell: str
    message: str
    cure: str

    def severity(self, wording: Wording) -> str:
        """How much it weighs, in words."""
        return wording("severity.error") if self.is_error else wording("severity.warning")


def write_list(
    worksheet: Worksheet,
    wording: Wording,
    findings: Sequence[PlainFinding],
    targets: Sequence[str],
    limit: int,
) -> None:
    """Writes a row for each finding, up to ``MOST_LISTED``.

    ``targets`` are the sheets that can be gone to; ``limit`` is how many cells have a note where not all
    have one, else 0.
    """
    page = _ListPage(worksheet, wording)
    errors = sum(finding.is_error for finding in findings)
    page.write_head(errors, len(findings) - errors)
    if limit:
        page.write(_LIMITED, 1, wording("annotation.limited", count=limit), "said")
    shows_files = any(not finding.here and finding.file for finding in findings)
    columns = [key for key in _WIDTHS if shows_files or key != "file"]
    for column, key in enumerate(columns, start=1):
        page.write(_HEADER, column, wording(f"notes.{key}"), "header")
        worksheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[key]
    for row, finding in enumerate(findings[:MOST_LISTED], start=_HEADER + 1):
        linked = ("cell" if finding.cell else "sheet") if finding.here and finding.sheet in targets else ""
        texts = {**finding._asdict(), "severity": finding.severity(wording)}
        for column, key in enumerate(columns, start=1):
            look = ("error" if finding.is_error else "warning") if key == "severity" else "text"
            page.write(row, column, texts[key], "link" if key == linked else look)
        if linked:
            page.link(row, columns.index(linked) + 1, finding)
        height = styles.wrapped_height((texts[key], _WIDTHS[key]) for key in columns)
        worksheet.row_dimensions[row].height = min(height, _HIGHEST_ROW)
    last = _HEADER + min(len(findings), MOST_LISTED)
    worksheet.auto_filter.ref = f"A{_HEADER}:{get_column_letter(len(columns))}{last}"
    if len(findings) > MOST_LISTED:
        page.write(last + 1, 1, wording("findings.more", count=len(findings) - MOST_LISTED), "said")


@dataclass
class _ListPage:
    """The sheet, and the looks of its cells, each made once."""

    worksheet: Worksheet
    wording: Wording
    looks: dict[str, Any] = field(default_factory=dict)

    def write_head(self, errors: int, warnings: int) -> None:
        """The title, how many findings there are, and how the page is printed."""
        self.write(_TITLE, 1, self.wording("annotation.title"), "title")
        self.write(_SAID, 1, self.wording("annotation.count", errors=errors, warnings=warnings), "said")
        self.worksheet.row_dimensions[_TITLE].height = 28
        self.worksheet.freeze_panes = f"A{_HEADER + 1}"
        self.worksheet.sheet_properties.tabColor = ERROR_FILL if errors else WARNING_FILL
        self.worksheet.page_setup = PrintPageSetup(
            self.worksheet, paperSize=9, orientation="landscape", fitToWidth=1, fitToHeight=0
        )
        self.worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.worksheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.worksheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&P / &N"))
        self.worksheet.print_title_rows = f"{_HEADER}:{_HEADER}"

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

    def link(self, row: int, column: int, finding: PlainFinding) -> None:
        """Makes a cell a link to the place of a finding."""
        cell: Any = self.worksheet.cell(row, column)
        place = f"{quote_sheetname(finding.sheet)}!{finding.cell or 'A1'}"
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
