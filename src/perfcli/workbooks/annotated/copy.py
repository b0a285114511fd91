"""A copy of the user's own workbook in which every finding is a coloured cell with a note.

It takes and gives plain values only, so that it can run in a process of its own: openpyxl takes much time and
memory for what a hostile file can ask of it.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.styles.fills import Fill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import fromstring, tostring

from perfcli.files.marks import ANNOTATION, ANNOTATION_FILLS, MARK_SHEET, UNDERSTANDING, mark_rows, read_mark
from perfcli.text import Language, Wording
from perfcli.workbooks.annotated.list import PlainFinding, write_list
from perfcli.workbooks.annotated.losses import Losses, find_losses
from perfcli.workbooks.annotated.page import ERROR_FILL, WARNING_FILL, clean, solid, write_text
from perfcli.workbooks.annotated.round_trip import cells, load
from perfcli.workbooks.annotated.understanding import PlainUnderstood, write_understanding
from perfcli.workbooks.base import styles

OTHER_CONTAINER, HAS_MACROS, HAS_NO_MACROS = "other-container", "has-macros", "has-no-macros"

PLAIN_SUFFIXES = (".xlsx", ".xltx")
MACRO_SUFFIXES = (".xlsm", ".xltm")

MOST_NOTES = 2_000
MOST_COLOURED = 20_000

HEAD = "── perf ──"
"""The first line of our part of a note; what stands above it is the user's."""

AUTHOR = "perf"

_LONGEST_PART, _LONGEST_NOTE = 1_000, 30_000
_NOTE_WIDTH, _NOTE_COLUMNS, _LINE_HEIGHT, _LEAST_NOTE, _HIGHEST_NOTE = 340, 44, 18, 80, 560
_STRICT = b"purl.oclc.org/ooxml"


def annotate(
    content: bytes,
    findings: Sequence[Sequence[Any]],
    language: str,
    suffix: str,
    understood: Sequence[Sequence[Any]] | None = None,
) -> tuple[str, Losses, bytes]:
    """Marks the findings in a copy of a workbook.

    Args:
        content: The workbook (.xlsx, .xlsm, .xltx, .xltm), not encrypted.
        findings: The findings, each as the values of a ``PlainFinding``.
        language: The language of our own words.
        suffix: How the copy's name ends; Excel opens macros under the names of ``MACRO_SUFFIXES`` only.
        understood: How each sheet was understood, each as the values of a ``PlainUnderstood``, for a sheet
            that says so; None where there is to be none.

    Returns:
        Why there is no copy (``OTHER_CONTAINER``, ``HAS_MACROS`` or ``HAS_NO_MACROS``, where the suffix is
        another one; else empty), what the copy lacks, and the copy.
    """
    problem, macros = _look_at(content, suffix)
    if problem:
        return problem, {}, b""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        losses = find_losses(archive)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl warns of is among the losses
        loaded = load(content, keep_macros=macros)
        loaded.workbook.template = suffix.lower().startswith(".xlt")
        copied = _AnnotatedCopy(loaded.workbook, Wording(Language(language)))
        copied.fit_notes()
        copied.remove_older()
        plain = None if understood is None else [PlainUnderstood(*one) for one in understood]
        copied.mark([PlainFinding(*one) for one in findings], plain)
        return "", losses, loaded.save()


def _look_at(content: bytes, suffix: str) -> tuple[str, bool]:
    """Why a workbook cannot be annotated, and whether it has macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.lower(): name for name in archive.namelist()}
            if "xl/workbook.xml" not in names or _STRICT in archive.read(names["xl/workbook.xml"]):
                return OTHER_CONTAINER, False
    except zipfile.BadZipFile:
        return OTHER_CONTAINER, False
    macros = "xl/vbaproject.bin" in names
    if macros and suffix.lower() not in MACRO_SUFFIXES:
        return HAS_MACROS, macros
    if not macros and suffix.lower() not in PLAIN_SUFFIXES:
        return HAS_NO_MACROS, macros
    return "", macros


@dataclass
class _AnnotatedCopy:
    """The workbook that is being annotated.

    ``fills`` are the fills that ours replaced, by sheet and cell.
    """

    workbook: Workbook
    wording: Wording
    fills: dict[str, dict[str, str]] = field(default_factory=dict)

    def fit_notes(self) -> None:
        """Keeps the notes readable: openpyxl knows nothing of their sizes."""
        for worksheet in self.workbook.worksheets:
            for cell in cells(worksheet):
                if cell.comment is not None:
                    _fit(cell.comment)

    def remove_older(self) -> None:
        """Removes what an earlier run left: our sheets, notes and colours."""
        mark = self._mark()
        if ANNOTATION not in mark:
            return
        for ours in (mark[ANNOTATION], mark.get(UNDERSTANDING)):
            if ours in self.workbook.sheetnames and len(self.workbook.sheetnames) > 1:
                del self.workbook[ours]
        fills = _stored_fills(mark)
        for worksheet in self.workbook.worksheets:
            for cell in cells(worksheet):
                if cell.comment is not None:
                    cell.comment = _without_ours(cell.comment)
                if cell.has_style and _is_ours(cell.fill):
                    cell.fill = fills.get((worksheet.title, cell.coordinate), PatternFill())

    def mark(
        self, findings: Sequence[PlainFinding], understood: Sequence[PlainUnderstood] | None = None
    ) -> None:
        """Colours the cells, writes the notes and our sheets, and says in the mark that they are ours."""
        worksheets = {worksheet.title: worksheet for worksheet in self.workbook.worksheets}
        extents = {title: (one.max_row, one.max_column) for title, one in worksheets.items()}
        notes: dict[tuple[str, str], list[PlainFinding]] = {}
        coloured: dict[tuple[str, str], bool] = {}
        limited = False
        for finding in findings:
            sheet = finding.sheet
            if not finding.here or not finding.cell or sheet not in worksheets:
                continue
            addresses = list(_addresses(worksheets[sheet], extents[sheet], finding.cell))
            for place in ((sheet, address) for address in addresses):
                if place in coloured or len(coloured) < MOST_COLOURED:
                    coloured[place] = coloured.get(place, False) or finding.is_error
            for place in ((sheet, address) for address in addresses[:1]):
                if place in notes or len(notes) < MOST_NOTES:
                    notes.setdefault(place, []).append(finding)
                else:
                    limited = True
        for (sheet, address), is_error in coloured.items():
            self._colour(worksheets[sheet][address], is_error=is_error)
        for (sheet, address), of_cell in notes.items():
            self._write_note(worksheets[sheet][address], of_cell)
        self._add_sheets(findings, understood, MOST_NOTES if limited else 0)

    def _colour(self, cell: Cell, *, is_error: bool) -> None:
        if cell.has_style and cell.fill.fill_type is not None:
            stored = tostring(cell.fill.to_tree()).decode()
            self.fills.setdefault(cell.parent.title, {})[cell.coordinate] = stored
        cell.fill = solid(ERROR_FILL if is_error else WARNING_FILL)

    def _write_note(self, cell: Cell, findings: Sequence[PlainFinding]) -> None:
        """Writes our part of a note below what stands there."""
        told = [HEAD]
        for finding in findings:
            texts = {"message": finding.message, "cure": finding.cure}
            told.append(self.wording("annotation.note", severity=finding.severity(self.wording), **texts))
        ours = "\n".join(clean(text, _LONGEST_PART) for text in dict.fromkeys(told))
        older = cell.comment
        before = f"{older.content}\n" if older is not None and older.content else ""
        author = older.author if older is not None else AUTHOR
        comment = Comment(before + clean(ours, max(_LONGEST_NOTE - len(before), len(HEAD))), author or AUTHOR)
        _fit(comment)
        cell.comment = comment

    def _add_sheets(
        self, findings: Sequence[PlainFinding], understood: Sequence[PlainUnderstood] | None, limit: int
    ) -> None:
        """Writes the first sheets: how each sheet was understood, if that is asked for, and the findings."""
        targets = [worksheet.title for worksheet in self.workbook.worksheets]
        listed = self._first("annotation.sheet")
        write_list(listed, self.wording, findings, targets, limit)
        ours = {ANNOTATION: listed.title}
        if understood is not None:
            said = self._first("annotation.understanding.sheet")
            write_understanding(said, self.wording, understood, targets)
            ours[UNDERSTANDING] = said.title
        self._show_first(self.workbook.worksheets[0])
        self._sign(ours)

    def _first(self, name: str) -> Worksheet:
        """A new sheet before all others."""
        own = styles.sheet_name(self.wording(name), self.workbook.sheetnames)
        return cast("Worksheet", self.workbook.create_sheet(own, 0))

    def _show_first(self, worksheet: Worksheet) -> None:
        """Opens the copy at our first sheet; what is typed must not go into several sheets at once."""
        for other in self.workbook.worksheets:
            other.sheet_view.tabSelected = other is worksheet
        for chart in self.workbook.chartsheets:
            for view in chart.sheetViews.sheetView:
                view.tabSelected = False
        self.workbook.active = 0
        for view in self.workbook.views:
            view.activeTab = view.firstSheet = 0

    def _mark(self) -> dict[str, str]:
        if MARK_SHEET not in self.workbook.sheetnames:
            return {}
        rows = cast("Worksheet", self.workbook[MARK_SHEET]).iter_rows(values_only=True)
        return read_mark([cast("object", value) for value in row] for row in rows)

    def _sign(self, ours: Mapping[str, str]) -> None:
        """Says in the mark which sheets are ours, and what the cells looked like before."""
        keys = {ANNOTATION, UNDERSTANDING, ANNOTATION_FILLS}
        values = {
            **{key: value for key, value in self._mark().items() if key not in keys},
            **ours,
            ANNOTATION_FILLS: json.dumps(self.fills, ensure_ascii=False) if self.fills else "",
        }
        if MARK_SHEET in self.workbook.sheetnames:
            worksheet = cast("Worksheet", self.workbook[MARK_SHEET])
            worksheet.delete_rows(1, worksheet.max_row)
        else:
            worksheet = self.workbook.create_sheet(MARK_SHEET)
        worksheet.sheet_state = "veryHidden"
        for row, texts in enumerate(mark_rows(values), start=1):
            for column, text in enumerate(texts, start=1):
                write_text(worksheet.cell(row, column), text)


def _fit(comment: Comment) -> None:
    """Gives a note the size in which its text can be read."""
    lines = sum(1 + styles.display_length(line) // _NOTE_COLUMNS for line in comment.content.split("\n"))
    comment.width = _NOTE_WIDTH
    comment.height = min(max(lines * _LINE_HEIGHT + _LINE_HEIGHT, _LEAST_NOTE), _HIGHEST_NOTE)


def _is_ours(fill: Any) -> bool:
    return getattr(getattr(fill, "fgColor", None), "rgb", None) in {ERROR_FILL, WARNING_FILL}


def _without_ours(comment: Comment) -> Comment | None:
    """A note without our part; None where nothing else stands in it."""
    before, found, _ = comment.content.partition(HEAD)
    if not found:
        return comment
    if not before.strip():
        return None
    return Comment(before.removesuffix("\n"), comment.author, comment.height, comment.width)


def _addresses(worksheet: Worksheet, extent: tuple[int, int], where: str) -> Iterator[str]:
    """The cells of a place (``F7``, ``F2:F9``, ``7:7``, ``C:C``), as far as the sheet is used.

    A merged cell stands for the range that it belongs to. The first is given in any case.
    """
    try:
        left, top, right, bottom = range_boundaries(where.replace("$", ""))
    except (ValueError, TypeError):
        return
    first_row, first_column = top or 1, left or 1
    last_row = max(min(bottom or extent[0], extent[0]), first_row)
    last_column = max(min(right or extent[1], extent[1]), first_column)
    places = (
        (row, column)
        for row in range(first_row, last_row + 1)
        for column in range(first_column, last_column + 1)
    )
    yield from dict.fromkeys(_anchor(worksheet, *place) for place in islice(places, MOST_COLOURED))


def _anchor(worksheet: Worksheet, row: int, column: int) -> str:
    """The address of a cell, or of the first cell of the range that it is merged into."""
    known = (row, column) in worksheet._cells  # noqa: SLF001
    cell = worksheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in worksheet.merged_cells.ranges:
            if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
                return f"{get_column_letter(merged.min_col)}{merged.min_row}"
    elif not known:
        _look_like_its_row(worksheet, cell)
    return f"{get_column_letter(column)}{row}"


def _look_like_its_row(worksheet: Worksheet, cell: Cell) -> None:
    """A new cell looks as the blank did, by the style of its row or column."""
    row = worksheet.row_dimensions.get(cell.row)
    columns = (one for one in worksheet.column_dimensions.values() if (one.min or 0) <= cell.column)
    column = next((one for one in columns if cell.column <= (one.max or 0)), None)
    for dimension in (row, column):
        if dimension is not None and dimension.has_style:
            for look in ("font", "fill", "border", "alignment", "protection"):
                setattr(cell, look, copy(getattr(dimension, look)))
            cell.number_format = dimension.number_format
            return


def _stored_fills(mark: Mapping[str, str]) -> dict[tuple[str, str], Any]:
    """The fills that ours replaced, by sheet and cell, as the mark tells them."""
    try:
        stored = json.loads(mark.get(ANNOTATION_FILLS) or "{}")
        return {
            (sheet, address): Fill.from_tree(fromstring(markup))
            for sheet, cells in stored.items()
            for address, markup in cells.items()
        }
    except (ValueError, TypeError, AttributeError, SyntaxError):
        return {}  # somebody has changed it
