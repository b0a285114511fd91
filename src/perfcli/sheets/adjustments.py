"""加減分: points added to a total or taken off, in one column or several, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from perfcli import exact
from perfcli.files import cells, numerals
from perfcli.files.cells import MISSING
from perfcli.files.numerals import NOT_A_NUMBER, NOT_APPLICABLE, POINT_WORDS, Wanted
from perfcli.files.reader import Row
from perfcli.findings import error, warning
from perfcli.rules.models import Adjustments, Policy
from perfcli.scoring.results import ADJUSTMENT, REASON
from perfcli.sheets.labels import ADDITION, ADJUSTMENTS, DEDUCTION
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.scores import remark_cells
from perfcli.sheets.vocabulary import Column
from perfcli.text import Term


@dataclass(frozen=True)
class _Points:
    """One column of points: as they count by position, what is odd about cells, and the reasons.

    ``notes`` are the remarks of the rows, which are the reason where no other stands there.
    """

    column: Column
    numbers: list[float]
    odd: dict[int, str]
    reasons: list[str]
    notes: list[str]

    def why(self, position: int) -> str:
        """The reason of an employee's points."""
        return self.reasons[position] or self.notes[position]


def read_adjustments(table: Table, policy: Policy) -> None:
    """Reads ``adjustment`` (the sum of an employee's points) and ``adjustment_reason``; a blank is none.

    Findings, each an error of the employee: those of ``cells.read_numbers``, ``adjustments-not-allowed``,
    ``adjustment-out-of-range``, ``adjustment-without-reason``, ``adjustment-sign``; warnings:
    ``number-as-text``, ``reason-without-adjustment``.
    """
    columns = [column for column in table.header.columns if column.label in ADJUSTMENTS]
    if not columns:
        return
    every = [_read(table, column, columns) for column in columns]
    sums, reasons = np.zeros(len(table.frame)), [""] * len(table.frame)
    for position in range(len(table.frame)):
        given = [points for points in every if points.numbers[position]]
        sums[position] = float(sum((exact.decimal(one.numbers[position]) for one in given), Decimal(0)))
        reasons[position] = _together(given, position)
        _check(table, position, every, float(sums[position]), policy)
    table.frame[ADJUSTMENT], table.frame[REASON] = sums, reasons


def _read(table: Table, column: Column, columns: Sequence[Column]) -> _Points:
    rows = [table.grid.rows[row] for row in table.frame["row"].tolist()]
    numbers, odd = cells.read_numbers([row[column.index] for row in rows], Wanted(units=POINT_WORDS))
    texts = [table.row(position) for position, code in odd.items() if code == numerals.NUMBER_AS_TEXT]
    if texts:
        remark_cells(table, column.index, texts, numerals.NUMBER_AS_TEXT, Term(f"column.{ADJUSTMENT}"))
    points = np.nan_to_num(numbers)
    if column.label == DEDUCTION:  # 3 and -3 below 扣分 both take 3 off
        points = -np.abs(points)
    wrong = {position: code for position, code in odd.items() if code != numerals.NUMBER_AS_TEXT}
    places = _reasons(table, column, columns)
    reasons = [_first_text(row, places) for row in rows]
    beside = [one.index for one in table.header.columns if one.label == "note"]
    notes = [_first_text(row, beside) for row in rows]
    return _Points(column, points.tolist(), wrong, reasons, notes)


def _first_text(row: Row, columns: Sequence[int]) -> str:
    return next((text for one in columns if (text := cells.as_text(row[one]))), "")


def _reasons(table: Table, column: Column, columns: Sequence[Column]) -> list[int]:
    """The columns where the reason may stand: those after these points, or the only one.

    In a form that is the one of the row, which has the number of the points.
    """
    if table.origins is not None:
        return [
            one.index for one in table.header.columns if (one.label, one.number) == (REASON, column.number)
        ]
    of_reasons = [one.index for one in table.header.columns if one.label == REASON]
    following = min(
        (one.index for one in columns if one.index > column.index), default=len(table.grid.rows[0])
    )
    own = [index for index in of_reasons if column.index < index < following]
    alone = of_reasons if len(columns) == 1 or (len(of_reasons) == 1 and not own) else []
    return own or alone


def _together(given: Sequence[_Points], position: int) -> str:
    """The reasons of all points of an employee; of several each with its points."""
    if not given:
        return ""
    first, *others = given
    if not others:
        return first.why(position)
    return "; ".join(f"{one.why(position)} {exact.decimal(one.numbers[position]):+}" for one in given)


def _check(table: Table, position: int, every: Sequence[_Points], total: float, policy: Policy) -> None:
    for points in every:
        number, reason = points.numbers[position], points.reasons[position]
        code = points.odd.get(position, MISSING)
        if code != MISSING:
            _reject(table, position, points, NOT_A_NUMBER if code == NOT_APPLICABLE else code, policy)
        elif points.column.label == ADDITION and number < 0:
            _reject(table, position, points, "adjustment-sign", policy)
        elif number and (wrong := _wrong(total, points.why(position), policy.adjustments)):
            _reject(table, position, points, wrong, policy)
            return
        elif reason and not number and not table.is_full:
            if table.is_absent(table.row(position), points.column.index):
                continue  # another form of the workbook has such points
            place = table.place(table.row(position), points.column.index)
            values = {"employee": table.employee(position), "reason": reason}
            table.findings.append(warning("reason-without-adjustment", place, **values))


def _wrong(total: float, reason: str, limits: Adjustments | None) -> str:
    """The finding code of an adjustment that the policy does not allow; empty where it does."""
    if limits is None:
        return "adjustments-not-allowed"
    if not float(limits.lowest) <= total <= float(limits.highest):
        return "adjustment-out-of-range"
    return "" if reason else "adjustment-without-reason"


def _reject(table: Table, position: int, points: _Points, code: str, policy: Policy) -> None:
    if table.is_full:
        table.reject_unlisted(position)
        return
    limits = policy.adjustments
    values = {
        "employee": table.employee(position),
        "indicator": Term(f"column.{ADJUSTMENT}"),
        "found": cells.quoted(table.cell(position, points.column.index)),
        "lowest": limits.lowest if limits else Decimal(0),
        "highest": limits.highest if limits else Decimal(0),
        "allowed": Term("allowed.number"),
    }
    place = table.place(table.row(position), points.column.index)
    table.reject(position, error(code, place, **values))
