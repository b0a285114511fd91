"""The sheet of an annotated copy that says how each sheet was understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from perfcli.text import Wording
from perfcli.workbooks.annotated.page import Page
from perfcli.workbooks.base import styles

MOST_ROWS = 10_000

_COLOR = "FF" + styles.INK.removeprefix("#")
_FIRST = 4
_WIDTHS = (18, 50, 62)
_HIGHEST_ROW = 400


class PlainUnderstood(NamedTuple):
    """How a sheet was understood, in plain words.

    ``sheet`` is the one in which ``columns`` stand, empty where they stand in several; a column is its cell,
    the text there and its meaning.
    """

    title: str
    sheet: str
    lines: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str, str]]


def write_understanding(
    worksheet: Worksheet, wording: Wording, understood: Sequence[PlainUnderstood], targets: Sequence[str]
) -> None:
    """Writes a block for each sheet, up to ``MOST_ROWS`` rows; ``targets`` are the sheets to go to."""
    page = _Blocks(worksheet, wording)
    note = "annotation.understanding.note" if understood else "annotation.understanding.none"
    page.write_head(wording("annotation.understanding.title"), "", _COLOR)
    page.note(wording(note))
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        worksheet.column_dimensions[letter].width = width
    row = _FIRST
    for one in understood:
        if row > MOST_ROWS:
            page.write(row, 1, "…", "said")
            return
        row = page.block(row, one, is_linked=one.sheet in targets) + 1


class _Blocks(Page):
    """The sheet, block after block."""

    def note(self, text: str) -> None:
        """Writes what the sheet is for, across all columns."""
        self.write(2, 1, text, "note")
        self.worksheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=len(_WIDTHS))
        self._fit(2, (text,), (sum(_WIDTHS),))

    def block(self, row: int, one: PlainUnderstood, *, is_linked: bool) -> int:
        """Writes a heading, what is said of the sheet and its columns; gives the row that follows."""
        self.write(row, 1, one.title, "heading")
        for line, (about, said) in enumerate(one.lines, start=row + 1):
            for column, text in enumerate((about, said, ""), start=1):
                self.write(line, column, text, "text")
            self.worksheet.merge_cells(start_row=line, end_row=line, start_column=2, end_column=3)
            self._fit(line, (about, said), (_WIDTHS[0], _WIDTHS[1] + _WIDTHS[2]))
        header = row + len(one.lines) + 1
        for column, key in enumerate(("cell", "text", "meaning"), start=1):
            self.write(header, column, self.wording(f"understood.column.{key}"), "header")
        for line, texts in enumerate(one.columns, start=header + 1):
            for column, text in enumerate(texts, start=1):
                self.write(line, column, text, "link" if is_linked and column == 1 else "text")
            if is_linked:
                self.link(line, 1, one.sheet, texts[0])
            self._fit(line, texts, _WIDTHS)
        return header + len(one.columns) + 1

    def _fit(self, row: int, texts: Sequence[str], widths: Sequence[float]) -> None:
        height = styles.wrapped_height(zip(texts, widths, strict=True))
        self.worksheet.row_dimensions[row].height = min(height, _HIGHEST_ROW)
