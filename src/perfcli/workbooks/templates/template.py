"""Sheets to fill in: plans, self-evaluations and score sheets (policy, section 6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range

from perfcli import exact
from perfcli.files import marks
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.periods import EXAMPLES, Cycle
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import fingerprint
from perfcli.scoring.results import ADJUSTMENT, role_key
from perfcli.text import Wording
from perfcli.version import __version__
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.marks import write_mark
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.templates.pages import page_starts, scale
from perfcli.workbooks.templates.results import write_results
from perfcli.workbooks.templates.rows import mark_entries, write_entries
from perfcli.workbooks.templates.sheet import (
    CAPTIONS,
    DIMENSIONS,
    FIRST,
    FROZEN,
    HEADER,
    HOWTO,
    IDENTITY,
    SCORES,
    TITLE,
    WEIGHTS,
    EntryColumn,
    TemplateSheet,
)

_IDENTITY_WIDTHS = ((12, 18), (11, 22), (11, 24), (11, 24))
_SCORE_WIDTHS = (10.5, 17)
_RESULT_WIDTHS = (10, 20)
_TEXT_WIDTH = 24
_SCREEN = 130  # a text that is wider than this would have to be scrolled
_LINES_OF_A_HEADER = 4
_ROW_HEIGHT = 22
_HIGHEST_ROW = 400  # Excel's own limit is 409.5


def template_workbook(  # noqa: PLR0913 - each is something that the sheet says
    rubric: Rubric,
    policy: Policy,
    people: pd.DataFrame | None,
    period: str,
    wording: Wording,
    kind: Kind = Kind.SCORE,
    *,
    folder: str = "",
    cycle: Cycle | None = None,
) -> bytes:
    """A team's sheet to fill in, a plan, a self-evaluation or a score sheet, as the bytes of an .xlsx file.

    ``people`` has ``employee_id, name, department, position``, a row per employee in the order of the sheet,
    and for a score sheet what is known beforehand: ``<indicator>.target``, ``.self`` and ``.actual``
    (occurrences), NaN where nothing is. None, or nobody, gives blank rows in which everything is typed. The
    rows of a score sheet hold a live total and grade that stay empty until every score of the row is there
    and in range.
    ``folder`` is that of a company's own rules (see ``differences.own_folder``), ``cycle`` the one of whose
    own appraisal the rubric is.
    Daily records have a module of their own (``records``).

    Raises:
        ValueError: a plan of a rubric without targets.
    """
    key = f"template.title.{kind.value}" + (".period" if period else "")
    title = wording(key, team=rubric.name, period=period)
    book = WorkbookWriter(wording, title)
    here = None if people is None or people.empty else people
    worksheet = book.sheet(book.name(rubric.name)).worksheet
    sheet = TemplateSheet(book, worksheet, rubric, policy, here, period, kind)
    if not any(sheet.of_indicators()):
        raise ValueError(f"no targets in {rubric.team}")
    sheet.write_title(title)
    widths = _set_widths(sheet)
    pages = page_starts(sheet, widths)
    _write_captions(sheet, widths)
    _write_header(sheet, widths, pages)
    _write_identities(sheet, widths)
    write_entries(sheet)
    mark_entries(sheet)
    if kind is Kind.SCORE:
        write_results(sheet)
    _set_up(sheet, widths, pages)
    of_cycle = {"cycle": cycle.value} if cycle else {}
    write_mark(book, {**template_mark(rubric, period, wording, kind, folder), **of_cycle, **_targets(sheet)})
    return book.finish()


def template_mark(rubric: Rubric, period: str, wording: Wording, kind: Kind, folder: str) -> dict[str, str]:
    """By what a sheet that perf made is recognised when it comes back.

    Its key ``rules`` is the folder of a company's own rules, and is not there for the built-in ones.
    """
    return {
        "kind": marks.TEMPLATE,
        "schema": marks.SCHEMA,
        "perf": __version__,
        "sheet": kind.value,
        "team": rubric.team,
        "rubric": fingerprint(rubric),
        "period": period,
        "language": str(wording.language),
        **({"rules": folder} if folder else {}),
    }


def _targets(sheet: TemplateSheet) -> dict[str, str]:
    """The targets of the plan, so that one that is changed later is noticed."""
    if sheet.kind is not Kind.SCORE or sheet.people is None:
        return {}
    agreed: dict[str, dict[str, str]] = {}
    for indicator in sheet.rubric.indicators:
        if not sheet.is_known(indicator, Role.TARGET):
            continue
        numbers = sheet.people[role_key(indicator.id, Role.TARGET)]
        for employee, number in zip(sheet.texts("employee_id"), numbers, strict=True):
            if not np.isnan(number):
                agreed.setdefault(employee, {})[indicator.id] = f"{exact.decimal(number).normalize():f}"
    return {"targets": json.dumps(agreed, ensure_ascii=False)} if agreed else {}


def _set_widths(sheet: TemplateSheet) -> list[float]:
    """Sets each column as wide as what stands in it needs, within what is easy to read."""
    wording = sheet.book.wording
    widths = [
        styles.width([wording(f"column.{key}"), *sheet.texts(key)], least=least, most=most) + 1
        for key, (least, most) in zip(IDENTITY, _IDENTITY_WIDTHS, strict=True)
    ]
    widths += [_width(sheet, column) for column in sheet.columns]
    if sheet.kind is Kind.SCORE:
        least, most = _RESULT_WIDTHS
        widths.append(styles.width([wording("column.total")], least=least, most=most))
        widths.append(styles.width([wording("column.grade"), *sheet.grades], least=least, most=most))
    sheet.set_widths(widths)
    return widths


def _width(sheet: TemplateSheet, column: EntryColumn) -> float:
    """As wide as the longest word of the header, or so that it takes few lines; texts have more room."""
    if column.indicator is None and column.key != ADJUSTMENT:
        return _TEXT_WIDTH
    name = sheet.header(column)
    least, most = _SCORE_WIDTHS
    word = max(map(len, styles.unbreakable(name)), default=0) + 3
    return min(max(word, styles.display_length(name) / _LINES_OF_A_HEADER + 2, least), most)


def _write_captions(sheet: TemplateSheet, widths: Sequence[float]) -> None:
    """Period, team, and what to do; a period that is not known yet can be typed."""
    book, wording = sheet.book, sheet.book.wording
    bold = book.format(bold=True)
    if sheet.period:
        sheet.write(CAPTIONS, 0, wording("template.period", period=sheet.period), bold)
    else:
        sheet.write(CAPTIONS, 0, wording("template.period.blank"), bold)
        entry = book.cell(num_format="@", bg_color=styles.ENTRY, locked=False, align="center")
        sheet.write(CAPTIONS, 1, None, entry)
        hint = {
            "validate": "any",
            "input_title": wording("template.period.title"),
            "input_message": wording("template.period.message", examples=EXAMPLES),
        }
        sheet.worksheet.data_validation(CAPTIONS, 1, CAPTIONS, 1, hint)
    team = wording("template.team", team=sheet.rubric.name)
    sheet.write(CAPTIONS, FROZEN, team, book.format(bold=True, indent=1))
    howto = _howto(sheet)
    shown = [wide for wide in accumulate(widths) if wide <= _SCREEN]
    look = book.format(font_color=styles.MUTED, text_wrap=True)
    sheet.write_across(HOWTO, (0, len(shown) - 1), howto, look)
    _set_height(sheet, HOWTO, [(howto, shown[-1])])


def _write_header(sheet: TemplateSheet, widths: Sequence[float], pages: Sequence[int]) -> None:
    """Dimensions over their indicators, the names of the columns, and the weights."""
    book, wording = sheet.book, sheet.book.wording
    others = [*enumerate(IDENTITY), *((one.index, one.key) for one in sheet.columns if one.key)]
    if sheet.kind is Kind.SCORE:
        others += [(sheet.total, "total"), (sheet.grade, "grade")]
    for column, key in others:
        sheet.write(DIMENSIONS, column, None, book.group)
        sheet.write(HEADER, column, wording(f"column.{key}"), book.header)
        sheet.write(WEIGHTS, column, None, book.weight)
    sheet.write(WEIGHTS, 0, wording("column.weight"), book.weight)
    look = {"align": "center", "italic": True, "font_color": styles.MUTED, "bg_color": styles.PALE}
    weight = book.cell(**look, num_format=sheet.weight_format)
    if sheet.kind is Kind.SCORE:
        sheet.write(WEIGHTS, sheet.total, 100, weight)
    for one, indicator in sheet.of_indicators():
        sheet.write(HEADER, one.index, sheet.header(one), book.header)
        if one.role is Role.SCORE or sheet.kind is not Kind.SCORE:
            sheet.write(WEIGHTS, one.index, float(indicator.weight), weight)
        else:
            sheet.write(WEIGHTS, one.index, None, book.weight)
        if indicator.description is not None and sheet.is_first(one):
            _write_note(sheet, one.index, book.name(indicator.description))
    names = [(sheet.header(one), widths[one.index]) for one in sheet.columns]
    _set_height(sheet, HEADER, names, least=2 * _ROW_HEIGHT)
    _write_dimensions(sheet, widths, pages)


def _write_dimensions(sheet: TemplateSheet, widths: Sequence[float], pages: Sequence[int]) -> None:
    """The top row of the header: each dimension over all of its indicators, again on each printed page."""
    cells: list[tuple[str, float]] = []
    for dimension in sheet.rubric.dimensions:
        own = [column.index for column, one in sheet.of_indicators() if one in dimension.indicators]
        if not own:
            continue
        title = sheet.dimension(dimension)
        starts = [own[0], *(start for start in pages if own[0] < start <= own[-1])]
        for first, last in zip(starts, [*(start - 1 for start in starts[1:]), own[-1]], strict=True):
            sheet.write_across(DIMENSIONS, (first, last), title, sheet.book.group)
            cells.append((title, sum(widths[first : last + 1])))
    _set_height(sheet, DIMENSIONS, cells, least=_ROW_HEIGHT)


def _howto(sheet: TemplateSheet) -> str:
    """What to do, in one text."""
    wording = sheet.book.wording
    if sheet.kind is not Kind.SCORE:
        return wording(f"template.howto.{sheet.kind.value}")
    parts = [_what_is_typed(sheet)]
    if any(sheet.is_computed(indicator) for indicator in sheet.rubric.indicators):
        parts.append(wording("template.howto.computed"))
    return "\n".join(parts)


def _what_is_typed(sheet: TemplateSheet) -> str:
    """What the cells take, and what they do not."""
    rubric, wording = sheet.rubric, sheet.book.wording
    scales = {one.scale or rubric.scale for one in rubric.indicators}
    if scales == {"points"}:
        return wording("template.howto.points")
    full = {rubric.typed_marks(one) for one in rubric.indicators}
    if full == {Decimal(100)}:
        return wording("template.howto.hundred")
    if len(full) > 1:
        return wording("template.howto.several")
    return wording("template.howto.of", full=written(full.pop()))


def _set_height(
    sheet: TemplateSheet, row: int, cells: Sequence[tuple[str, float]], *, least: float = 0
) -> None:
    """Makes a row high enough for its wrapped texts; ``cells`` are texts and the widths that they have."""
    heights = (
        sum(styles.wrapped_height([(line, wide)]) for line in text.split("\n")) for text, wide in cells
    )
    sheet.worksheet.set_row(row, min(max([*heights, least]), _HIGHEST_ROW))


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
            sheet.write_line(row, [None] * SCORES, entry)
        return
    known = sheet.book.cell(num_format="@", indent=1, text_wrap=True)
    texts = [sheet.texts(key) for key in IDENTITY]
    for row, *person in zip(sheet.rows, *texts, strict=True):
        _set_height(sheet, row, list(zip(person, widths, strict=False)), least=_ROW_HEIGHT)
        sheet.write_line(row, [text or None for text in person], known)


def _set_up(sheet: TemplateSheet, widths: Sequence[float], pages: list[int]) -> None:
    """Frozen panes, protection and print."""
    worksheet = sheet.worksheet
    worksheet.set_row(TITLE, 30)
    worksheet.set_row(CAPTIONS, 20)
    worksheet.set_row(WEIGHTS, 20)
    worksheet.freeze_panes(FIRST, FROZEN)
    worksheet.hide_gridlines(2)
    worksheet.ignore_errors({"number_stored_as_text": xl_range(CAPTIONS, 0, sheet.rows[-1], SCORES - 1)})
    worksheet.protect("", {"format_columns": True, "format_rows": True})
    start = 0 if sheet.people is None else SCORES
    worksheet.set_selection(FIRST, start, FIRST, start)
    sheet.print_setup(landscape=True, repeat=(DIMENSIONS, WEIGHTS))
    if pages:
        # Repeated columns would cut the title and what to do; the page's header has the title.
        worksheet.print_area(DIMENSIONS, 0, sheet.rows[-1], sheet.last)
        worksheet.repeat_columns(0, FROZEN - 1)
        # A sheet that is fitted to pages has no breaks of its own.
        worksheet.set_print_scale(scale(widths, pages))
        worksheet.set_v_pagebreaks(pages)
