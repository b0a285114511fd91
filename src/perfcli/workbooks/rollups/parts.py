"""What everybody's total is made of: each part with its total, its weight as it counts, and what it adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pandas as pd

from perfcli.scoring.rollups import (
    LIMITED,
    Rollup,
    RollupPart,
    days_key,
    grade_key,
    points_key,
    reason_key,
    total_key,
    weight_key,
)
from perfcli.text import Wording
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, fitting, write_table
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

_BLOCKS, _HEADER = 3, 4
_NUMBER_WIDTH = 11
_SHOWN = 10


def write_parts(sheet: SheetWriter, rollup: Rollup) -> TablePlace:
    """Writes a row for everybody in the order of rank: total, parts, days, weights, points, what lacks."""
    book = sheet.book
    note = book.wording("rollup.parts.note", count=len(rollup.frame))
    sheet.write_title(book.wording("rollup.parts.title", period=rollup.period), note)
    if len(rollup.unrated):
        sheet.write(2, 0, _unrated(rollup, book.wording), book.alarm)
    columns = list(_columns(book, rollup))
    place = write_table(sheet, columns, TableLayout(_HEADER, "parts", frozen=3))
    for title, members in groupby(range(len(columns)), lambda index: columns[index].titles):
        indexes = list(members)
        if title:
            sheet.write_across(_BLOCKS, (indexes[0], indexes[-1]), title[0], book.group)
    sheet.mark_grades(place.columns["grade"], (place.first_row, place.last_row), book.grades(rollup.ruleset))
    texts = f"A{place.first_row + 1}:E{place.last_row + 1}"
    sheet.worksheet.ignore_errors({"number_stored_as_text": texts})
    return place


def _unrated(rollup: Rollup, wording: Wording) -> str:
    """Who has too few parts for a total."""
    people = [
        f"{identifier} {name}".strip()
        for identifier, name in zip(rollup.unrated["employee_id"], rollup.unrated["name"], strict=True)
    ]
    shown = [*people[:_SHOWN], *(["…"] if len(people) > _SHOWN else [])]
    least = int(rollup.unrated["least"].iloc[0])
    return wording("rollup.unrated", count=len(people), people=shown, least=least)


def _columns(book: WorkbookWriter, rollup: Rollup) -> Iterator[TableColumn]:
    frame, wording = rollup.frame, book.wording
    names = book.names(rollup.ruleset)
    decimals = rollup.ruleset.policy.rounding.total_decimals
    yield TableColumn("rank", wording("column.rank"), frame["rank"], book.centred, 7)
    for key in ("employee_id", "name", "department", "team"):
        values = frame[key].map(names[key]) if key in names else frame[key]
        yield TableColumn(key, wording(f"column.{key}"), values, book.text, fitting(10, 40))
    total = book.number(decimals, bold=True)
    yield TableColumn("total", wording("column.total"), frame["total"], total, _NUMBER_WIDTH)
    grades = frame["grade"].map(names["grade"])
    yield TableColumn("grade", wording("column.grade"), grades, book.centred, fitting(10, 30))
    counting = [part for part in rollup.parts if part.counts]
    months = [part for part in counting if days_key(part.key) in frame]
    blocks = (
        ("total", total_key, rollup.parts, book.exact),
        ("days", days_key, months, book.centred),
        ("weight", weight_key, counting, book.percent),
        ("points", points_key, counting, book.exact),
    )
    for block, key_of, parts, look in blocks:
        title = wording(f"rollup.block.{block}")
        for part in parts:
            key = key_of(part.key)
            yield TableColumn(key, book.name(part.name), frame[key], look, _NUMBER_WIDTH, titles=(title,))
    if limits_grades(rollup):
        title = wording("rollup.block.grade")
        for part in rollup.parts:
            key = grade_key(part.key)
            graded = frame[key].map(names["grade"]).fillna("")
            yield TableColumn(key, book.name(part.name), graded, book.centred, _NUMBER_WIDTH, titles=(title,))
    lacks = _reasons(rollup, wording)
    if any(lacks):
        yield TableColumn("", wording("rollup.column.missing"), lacks, book.text, fitting(16, 60))
    if LIMITED in frame and any(frame[LIMITED]):
        limited = [_named(rollup.parts, keys, wording) for keys in frame[LIMITED]]
        yield TableColumn("", wording("rollup.column.limited"), limited, book.text, fitting(16, 60))


def limits_grades(rollup: Rollup) -> bool:
    """Whether grades of parts may limit that of the whole."""
    rules = rollup.ruleset.policy.rollup
    return rules is not None and bool(rules.grade_limits)


def _reasons(rollup: Rollup, wording: Wording) -> list[str]:
    """What everybody lacks, and why."""
    found, between = [""] * len(rollup.frame), wording("raise.between")
    for part in rollup.parts:
        column: pd.Series[str] = rollup.frame[reason_key(part.key)]
        if not any(column):
            continue
        name = part.name.in_language(wording.language)
        reasons = set(column) - {""}
        said = {
            one: wording("rollup.lacks", part=name, reason=wording(f"rollup.reason.{one}")) for one in reasons
        }
        for row, reason in enumerate(column.tolist()):
            if reason:
                found[row] = between.join(filter(None, (found[row], said[reason])))
    return found


def _named(parts: Sequence[RollupPart], keys: str, wording: Wording) -> str:
    names = [part.name.in_language(wording.language) for part in parts if part.key in keys.split()]
    return ", ".join(names)
