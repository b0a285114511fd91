"""Blank score sheets: what a manager fills in (policy, section 6, step 4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import pandas as pd
from xlsxwriter.utility import xl_range

import perfcli
from perfcli import marks
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.periods import EXAMPLES
from perfcli.text import Wording
from perfcli.workbooks import styles
from perfcli.workbooks.facts import write_mark
from perfcli.workbooks.styles import Book
from perfcli.workbooks.template_rows import mark_entries, write_entries, write_results
from perfcli.workbooks.template_sheet import (
    CAPTIONS,
    DIMENSIONS,
    FIRST,
    HEADER,
    HOWTO,
    IDENTITY,
    SCORES,
    TITLE,
    WEIGHTS,
    TemplateSheet,
)

_FROZEN = 2  # employee id and name
_IDENTITY_WIDTHS = ((12, 18), (11, 22), (11, 24), (11, 24))
_SCORE_WIDTHS = (10.5, 17)
_RESULT_WIDTHS = (10, 20)
_SCREEN = 130  # a text that is wider than this would have to be scrolled
_LINES_OF_A_HEADER = 4
_ROW_HEIGHT = 22
_HIGHEST_ROW = 400  # Excel's own limit is 409.5
_LEAST_SCALE = 0.4  # smaller print is hard to read


def template_workbook(
    rubric: Rubric,
    policy: Policy,
    fingerprint: str,
    people: pd.DataFrame | None,
    period: str,
    wording: Wording,
) -> bytes:
    """A team's blank score sheet as the bytes of an .xlsx file.

    ``people`` has ``employee_id, name, department, position``, a row per employee in the order of the sheet;
    None, or nobody, gives blank rows in which these too are typed. ``fingerprint`` is the rubric's (see
    ``ruleset.fingerprint``). The rows hold a live total and grade that stay empty until every score of the
    row is there and in range.
    """
    key = "template.title.period" if period else "template.title"
    title = wording(key, team=rubric.name, period=period)
    book = Book(wording, title)
    known = None if people is None or people.empty else people
    sheet = TemplateSheet(book, book.sheet(book.name(rubric.name)), rubric, policy, known, period)
    sheet.worksheet.write_string(TITLE, 0, title, book.title)
    widths = _set_widths(sheet)
    _write_captions(sheet, widths)
    _write_header(sheet, widths)
    _write_identities(sheet, widths)
    write_entries(sheet)
    mark_entries(sheet)
    write_results(sheet)
    _set_up(sheet, widths)
    mark = {
        "kind": marks.TEMPLATE,
        "schema": marks.SCHEMA,
        "perf": perfcli.__version__,
        "team": rubric.team,
        "rubric": fingerprint,
        "period": period,
        "language": str(wording.language),
    }
    write_mark(book, mark)
    return book.finish()


def _set_widths(sheet: TemplateSheet) -> list[float]:
    """Sets each column as wide as what stands in it needs, within what is easy to read."""
    wording = sheet.book.wording
    widths = [
        styles.width([wording(f"column.{key}"), *sheet.texts(key)], least=least, most=most) + 1
        for key, (least, most) in zip(IDENTITY, _IDENTITY_WIDTHS, strict=True)
    ]
    widths += [_score_width(sheet.book.name(indicator.name)) for indicator in sheet.rubric.indicators]
    least, most = _RESULT_WIDTHS
    widths.append(styles.width([wording("column.total")], least=least, most=most))
    widths.append(styles.width([wording("column.grade"), *sheet.grades], least=least, most=most))
    for column, wide in enumerate(widths):
        sheet.worksheet.set_column(column, column, wide)
    return widths


def _score_width(name: str) -> float:
    """As wide as the longest word of an indicator's name, or so that the name takes few lines."""
    least, most = _SCORE_WIDTHS
    word = max(map(len, styles.unbreakable(name)), default=0) + 3
    return min(max(word, styles.display_length(name) / _LINES_OF_A_HEADER + 2, least), most)


def _write_captions(sheet: TemplateSheet, widths: Sequence[float]) -> None:
    """Period, team, and what to do; a period that is not known yet can be typed."""
    book, worksheet, wording = sheet.book, sheet.worksheet, sheet.book.wording
    bold = book.format(bold=True)
    if sheet.period:
        worksheet.write_string(CAPTIONS, 0, wording("template.period", period=sheet.period), bold)
    else:
        worksheet.write_string(CAPTIONS, 0, wording("template.period.blank"), bold)
        entry = book.cell(num_format="@", bg_color=styles.ENTRY, locked=False, align="center")
        worksheet.write_blank(CAPTIONS, 1, None, entry)
        hint = {
            "validate": "any",
            "input_title": wording("template.period.title"),
            "input_message": wording("template.period.message", examples=EXAMPLES),
        }
        worksheet.data_validation(CAPTIONS, 1, CAPTIONS, 1, hint)
    team = wording("template.team", team=sheet.rubric.name)
    worksheet.write_string(CAPTIONS, _FROZEN, team, book.format(bold=True, indent=1))
    howto = wording(f"template.howto.{sheet.rubric.scale}")
    shown = [wide for wide in accumulate(widths) if wide <= _SCREEN]
    look = book.format(font_color=styles.MUTED, text_wrap=True)
    worksheet.merge_range(HOWTO, 0, HOWTO, len(shown) - 1, howto, look)
    _set_height(sheet, HOWTO, [(howto, shown[-1])])


def _write_header(sheet: TemplateSheet, widths: Sequence[float]) -> None:
    """Dimensions over their indicators, the names of the columns, and the weights."""
    book, worksheet, wording = sheet.book, sheet.worksheet, sheet.book.wording
    columns = [*enumerate(IDENTITY), (sheet.total, "total"), (sheet.grade, "grade")]
    for column, key in columns:
        worksheet.write_blank(DIMENSIONS, column, None, book.group)
        worksheet.write_string(HEADER, column, wording(f"column.{key}"), book.header)
        worksheet.write_blank(WEIGHTS, column, None, book.weight)
    worksheet.write_string(WEIGHTS, 0, wording("column.weight"), book.weight)
    look = {"align": "center", "italic": True, "font_color": styles.MUTED, "bg_color": styles.PALE}
    weight = book.cell(**look, num_format=sheet.weight_format)
    worksheet.write_number(WEIGHTS, sheet.total, 100, weight)
    for column, indicator in enumerate(sheet.rubric.indicators, start=SCORES):
        worksheet.write_string(HEADER, column, book.name(indicator.name), book.header)
        worksheet.write_number(WEIGHTS, column, float(indicator.weight), weight)
        if indicator.description is not None:
            _write_note(sheet, column, book.name(indicator.description))
    names = [book.name(indicator.name) for indicator in sheet.rubric.indicators]
    _set_height(sheet, HEADER, list(zip(names, widths[SCORES:], strict=False)), least=2 * _ROW_HEIGHT)
    _write_dimensions(sheet, widths)


def _write_dimensions(sheet: TemplateSheet, widths: Sequence[float]) -> None:
    """The top row of the header: each dimension over all of its indicators."""
    group, first = sheet.book.group, SCORES
    cells: list[tuple[str, float]] = []
    for dimension in sheet.rubric.dimensions:
        title = sheet.dimension(dimension)
        last = first + len(dimension.indicators) - 1
        if last > first:
            sheet.worksheet.merge_range(DIMENSIONS, first, DIMENSIONS, last, title, group)
        else:
            sheet.worksheet.write_string(DIMENSIONS, first, title, group)
        cells.append((title, sum(widths[first : last + 1])))
        first = last + 1
    _set_height(sheet, DIMENSIONS, cells, least=_ROW_HEIGHT)


def _set_height(
    sheet: TemplateSheet, row: int, cells: Sequence[tuple[str, float]], *, least: float = 0
) -> None:
    """Makes a row high enough for its wrapped texts; ``cells`` are texts and the widths that they have."""
    sheet.worksheet.set_row(row, min(max(styles.wrapped_height(cells), least), _HIGHEST_ROW))


def _write_note(sheet: TemplateSheet, column: int, text: str) -> None:
    """An indicator's meaning as a note that is large enough to show it."""
    lines = 2 + styles.display_length(text) // 28
    look = {
        "author": "perf",
        "x_scale": 1.8,
        "y_scale": max(lines / 4.2, 0.8),
        "font_name": sheet.book.font["font_name"],
        "font_size": 9,
    }
    sheet.worksheet.write_comment(HEADER, column, text, look)


def _write_identities(sheet: TemplateSheet, widths: Sequence[float]) -> None:
    """Who is scored; where nobody is known yet, cells to type it."""
    if sheet.people is None:
        entry = sheet.book.cell(num_format="@", bg_color=styles.ENTRY, indent=1, text_wrap=True, locked=False)
        for row in sheet.rows:
            sheet.worksheet.set_row(row, _ROW_HEIGHT)
            for column in range(SCORES):
                sheet.worksheet.write_blank(row, column, None, entry)
        return
    known = sheet.book.cell(num_format="@", indent=1, text_wrap=True)
    texts = [sheet.texts(key) for key in IDENTITY]
    for row, *person in zip(sheet.rows, *texts, strict=True):
        _set_height(sheet, row, list(zip(person, widths, strict=False)), least=_ROW_HEIGHT)
        for column, text in enumerate(person):
            if text:
                sheet.worksheet.write_string(row, column, text, known)
            else:
                sheet.worksheet.write_blank(row, column, None, known)


def _set_up(sheet: TemplateSheet, widths: Sequence[float]) -> None:
    """Frozen panes, protection and print."""
    worksheet = sheet.worksheet
    worksheet.set_row(TITLE, 30)
    worksheet.set_row(CAPTIONS, 20)
    worksheet.set_row(WEIGHTS, 20)
    worksheet.freeze_panes(FIRST, _FROZEN)
    worksheet.hide_gridlines(2)
    worksheet.ignore_errors({"number_stored_as_text": xl_range(CAPTIONS, 0, sheet.rows[-1], SCORES - 1)})
    worksheet.protect("", {"format_columns": True, "format_rows": True})
    start = 0 if sheet.people is None else SCORES
    worksheet.set_selection(FIRST, start, FIRST, start)
    sheet.book.print_setup(worksheet, landscape=True, repeat=(DIMENSIONS, WEIGHTS))
    pages = _pages(widths)
    if pages > 1:
        # Repeated columns would cut the title and what to do; the page's header has the title.
        worksheet.print_area(DIMENSIONS, 0, sheet.rows[-1], sheet.grade)
        worksheet.fit_to_pages(pages, 0)
        worksheet.repeat_columns(0, _FROZEN - 1)


def _pages(widths: Sequence[float]) -> int:
    """How many pages wide the sheet prints: one, unless its letters would be too small to read."""
    room = styles.A4_LANDSCAPE / _LEAST_SCALE
    repeated, rest = (sum(map(styles.pixels, part)) for part in (widths[:_FROZEN], widths[_FROZEN:]))
    return 1 if repeated + rest <= room else math.ceil(rest / (room - repeated))
