"""What the cells of the indicators hold: targets, actuals, each rater's scores, typed scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.exact import SIGNIFICANT_DIGITS
from perfcli.files import cells, numerals
from perfcli.files.cells import MISSING, NOT_CALCULATED
from perfcli.files.numerals import (
    MONEY_WORDS,
    NOT_APPLICABLE,
    POINT_WORDS,
    WITH_A_NUMBER,
    Wanted,
)
from perfcli.findings import error, warning
from perfcli.folding import fold
from perfcli.people.columns import BONUS_BASE
from perfcli.rules.measures.base import Quantity
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.scoring.results import not_applicable_key, rater_key
from perfcli.sheets.full_marks import MarkedCells, more_than_full_marks
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.marks_checks import marks_are_said_of_all
from perfcli.text import Term, Translated

Numbers = npt.NDArray[np.float64]

_QUANTITIES = (Role.TARGET, Role.ACTUAL)
_LARGEST = 10.0**SIGNIFICANT_DIGITS
_PERCENT_SIGNS = frozenset(("%", "percent", "百分比"))
_SHOWN_CELLS = 10
_LARGEST_BASE = 10.0**13
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Entry:
    """The cells of one indicator and role: their column, their text in messages, their numbers by employee.

    ``rater`` counts several raters of a kind from 1; it is 0 where there is one.
    ``positions`` are the employees of the team in the table's frame; ``pending`` those of them whose cell has
    a formula without a number, which may turn out not to matter; ``told`` those with an error of their own.
    """

    indicator: Indicator
    role: Role
    column: int
    positions: npt.NDArray[np.intp]
    numbers: Numbers
    not_applicable: set[int] = field(default_factory=set)
    pending: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    rater: int = 0

    @property
    def header(self) -> Translated:
        """The column as a message names it."""
        return column_name(self.indicator, self.role, self.rater)


def column_name(indicator: Indicator, role: Role, rater: int = 0) -> Translated:
    """How a message names the column of an indicator and a role, of one of several raters by its number."""
    if role is Role.SCORE:
        return indicator.name
    role_name = indicator.measure.role_said(role)
    if rater:
        role_name = Term("role.numbered", {"role": role_name, "number": rater})
    return Term("header.role", {"indicator": indicator.name, "role": role_name})


Entries = Mapping[tuple[str, Role, int], Entry]
"""The cells by indicator, role and number of the rater (0 where there is one)."""


def read_scores(table: Table, rubric: Rubric, policy: Policy) -> Entries:
    """Reads the cells of one team's employees: ``<indicator>.<role>`` and ``.not_applicable`` of the frame.

    What a single cell cannot be is an error of the employee: ``error-cell``, ``formula-not-calculated``,
    ``not-a-number``, ``too-many-digits``, ``no-score-stated``, ``score-range``, ``score-and-word``,
    ``became-a-date``, ``percent-unclear``, ``other-unit``, ``percent-of-weight``, ``out-of-range``,
    ``target-not-positive``, ``negative-actual``, ``not-a-count``, ``too-large``, ``not-applicable``,
    ``not-applicable-unclear``, and those of ``full_marks``.
    Warnings, one for each column: ``number-as-text``, ``percent-as-score``, ``shown-as-percent``,
    ``column-not-used``, ``taken-for-actual``.
    """
    positions = np.flatnonzero((table.frame["team"] == rubric.team).to_numpy())
    marks_are_said_of_all(table, rubric)
    found: dict[tuple[str, Role, int], Entry] = {}
    columns: dict[str, npt.NDArray[np.float64]] = {}
    blank = np.full(len(table.frame), np.nan)
    for indicator in rubric.indicators:
        for role in (*_QUANTITIES, Role.SCORE, *policy.raters.roles):
            for rater, column in table.columns(rubric.team, indicator.id, role).items():
                meant = _meant(table, rubric, indicator, role, column, positions)
                if role in _QUANTITIES and role not in indicator.measure.columns():
                    _not_used(table, indicator, role, column, positions)
                    continue
                unread = Entry(indicator, meant, column, positions, blank, rater=rater)
                entry = _read(table, rubric, unread, policy.rounding.score_decimals)
                found[indicator.id, meant, rater] = entry
                key = rater_key(indicator.id, meant, rater)
                stated = table.frame[key].to_numpy(copy=True) if key in table.frame else blank.copy()
                stated[positions] = entry.numbers
                columns[key] = stated
    read = pd.DataFrame(
        columns, index=table.frame.index
    )  # all at once: pandas takes its time for each column
    others = table.frame.drop(columns=[key for key in columns if key in table.frame])
    table.frame = pd.concat([others, read], axis=1)
    for indicator in rubric.indicators:
        own = [entry for (one, _, _), entry in found.items() if one == indicator.id]
        _note_not_applicable(table, indicator, own, policy)
    return found


def _meant(
    table: Table,
    rubric: Rubric,
    indicator: Indicator,
    role: Role,
    column: int,
    positions: npt.NDArray[np.intp],
) -> Role:
    """The role of a column; percentages below the bare name of what is measured in percent are its actuals.

    So it is where the measure asks for nothing else, and the sheet has no other column of actuals.
    """
    if role is not Role.SCORE or not _is_measured_in_percent(indicator):
        return role
    if indicator.measure.asked() != (Role.ACTUAL,) or table.columns(rubric.team, indicator.id, Role.ACTUAL):
        return role
    rows = [row for row in map(table.row, positions) if not cells.is_blank(table.grid.rows[row][column])]
    if not rows or not all(_is_percentage(table.grid.rows[row][column]) for row in rows):
        return role
    remark_cells(table, column, rows, "taken-for-actual", indicator.name)
    return Role.ACTUAL


def _is_measured_in_percent(indicator: Indicator) -> bool:
    unit = indicator.measure.unit
    return bool(indicator.measure.asked() and unit and {*map(fold, unit.every())} & _PERCENT_SIGNS)


def _is_percentage(cell: cells.Cell) -> bool:
    return isinstance(cell, cells.Percent) or (isinstance(cell, str) and fold(cell).endswith("%"))


def _not_used(
    table: Table, indicator: Indicator, role: Role, column: int, positions: npt.NDArray[np.intp]
) -> None:
    """A column of quantities that the measure has no use for."""
    filled = [row for row in map(table.row, positions) if not cells.is_blank(table.grid.rows[row][column])]
    if filled:
        place = table.place(filled[0], column, last_row=filled[-1])
        header = column_name(indicator, role)
        table.findings.append(warning("column-not-used", place, column=header, indicator=indicator.name))


def _read(table: Table, rubric: Rubric, unread: Entry, decimals: int) -> Entry:
    """An entry with the numbers of its cells."""
    indicator, role, column, positions = unread.indicator, unread.role, unread.column, unread.positions
    rows = table.frame["row"].to_numpy()[positions].tolist()
    judged = role not in _QUANTITIES
    wanted = _wanted_score(rubric, indicator) if judged else _wanted_quantity(indicator, role)
    every = [table.grid.rows[row][column] for row in rows]
    marked = MarkedCells(table, rubric, indicator, unread.header, column, positions.tolist(), every)
    numbers, odd = marked.numbers(wanted, decimals, partial(reject_cell, table, unread), judged=judged)
    entry = replace(unread, numbers=numbers)
    measure = indicator.measure
    allowed = measure.allowed(rubric.typed_score(indicator)) if judged else Term("allowed.number")
    _note_odd_cells(table, entry, rows, odd, allowed)
    for code, wrong in _limits(rubric, entry):
        for index in np.flatnonzero(wrong(numbers)).tolist():
            values = {"full": rubric.typed_score(indicator), "allowed": allowed}
            values["more"] = more_than_full_marks(rubric, indicator, numbers[index]) if judged else ""
            reject_cell(table, entry, index, code, **values)
            numbers[index] = np.nan if code != "out-of-range" else numbers[index]
    return entry


def _note_odd_cells(
    table: Table, entry: Entry, rows: Sequence[int], odd: Mapping[int, str], allowed: Term
) -> None:
    """Notes what is odd about cells: an error of each, or one remark for those that were read in one way."""
    remarked: dict[str, list[int]] = {}
    for index, code in odd.items():
        if code in WITH_A_NUMBER:
            remarked.setdefault(code, []).append(rows[index])
        elif code == NOT_APPLICABLE:
            entry.not_applicable.add(index)
        elif code == NOT_CALCULATED and entry.role is Role.SCORE:
            entry.pending.add(index)
        elif code != MISSING:
            reject_cell(table, entry, index, code, allowed=allowed, unit=entry.indicator.measure.unit or "")
    for code, remarked_rows in remarked.items():
        remark_cells(table, entry.column, remarked_rows, code, entry.header)


def _wanted_score(rubric: Rubric, indicator: Indicator) -> Wanted:
    """What may be typed for a score; a percentage of points could be one of the weight."""
    points = (indicator.scale or rubric.scale) == "points"
    percentage = numerals.PERCENT_OF_WEIGHT if points else numerals.PERCENT_AS_SCORE
    if _is_measured_in_percent(indicator):  # the actual, or a score?
        points, percentage = True, numerals.PERCENT_UNCLEAR
    return Wanted(
        words=rubric.words(indicator),
        units=POINT_WORDS,
        whole=None if points else rubric.typed_marks(indicator),
        shown=percentage,
        written=percentage,
        absent=numerals.NO_SCORE_STATED,
        beside=numerals.SCORE_AND_WORD,
    )


def _wanted_quantity(indicator: Indicator, role: Role) -> Wanted:
    """What may be typed for a target, an actual or a count: a number in the unit of the measure.

    100% is 1; where the unit is %, it is 100; where it is another one, a percentage is no quantity.
    """
    unit, absent = indicator.measure.unit, numerals.NO_SCORE_STATED
    if unit is None:
        if indicator.measure.quantity(role) is Quantity.COUNT:
            return Wanted(absent=absent)
        return Wanted(whole=Decimal(1), shown="", written=numerals.NUMBER_AS_TEXT, absent=absent)
    units, other = frozenset(map(fold, unit.every())), numerals.OTHER_UNIT
    if units & _PERCENT_SIGNS:
        shown, written = numerals.SHOWN_AS_PERCENT, numerals.NUMBER_AS_TEXT
        return Wanted(units=units, whole=_HUNDRED, shown=shown, written=written, absent=absent, beside=other)
    return Wanted(units=units, shown=other, written=other, absent=absent, beside=other)


def remark_cells(table: Table, column: int, rows: Sequence[int], code: str, header: Translated) -> None:
    """One warning for all cells of a column that were read in the same way; the first of them are named."""
    places = [table.place(row, column) for row in rows[:_SHOWN_CELLS]]
    several = len({place.sheet for place in places}) > 1
    shown = [f"{place.sheet}!{place.cell}" if several else str(place.cell) for place in places]
    shown += ["…"] if len(rows) > _SHOWN_CELLS else []
    place = table.place(rows[0], column, last_row=rows[-1])
    table.findings.append(warning(code, place, indicator=header, count=len(rows), cells=shown))


def _limits(rubric: Rubric, entry: Entry) -> Iterator[tuple[str, Callable[[Numbers], npt.NDArray[np.bool_]]]]:
    """What the numbers of a column may not be, each with its finding."""
    if entry.role not in _QUANTITIES:
        full = float(rubric.typed_score(entry.indicator))
        yield "out-of-range", lambda numbers: (numbers < 0) | (numbers > full)
        return
    yield "too-large", lambda numbers: np.abs(numbers) >= _LARGEST
    match quantity := entry.indicator.measure.quantity(entry.role):
        case Quantity.ANY:
            return
        case Quantity.NOT_NEGATIVE:
            yield "negative-actual", lambda numbers: numbers < 0
        case Quantity.POSITIVE:
            yield "target-not-positive", lambda numbers: numbers <= 0
        case Quantity.COUNT:
            yield (
                "not-a-count",
                lambda numbers: (numbers < 0) | (numbers != np.rint(numbers)) & ~np.isnan(numbers),
            )
        case _:
            assert_never(quantity)


def reject_cell(table: Table, entry: Entry, index: int, code: str, **values: object) -> None:
    """Notes an error of one employee's cell."""
    position = int(entry.positions[index])
    entry.told.add(index)
    if table.is_full:
        table.reject_unlisted(position)
        return
    place = table.place(table.row(position), entry.column)
    quoted = cells.quoted(table.cell(position, entry.column))
    values = {"employee": table.employee(position), "indicator": entry.header, "found": quoted, **values}
    table.reject(position, error(code, place, **values))


def _note_not_applicable(
    table: Table, indicator: Indicator, entries: Iterable[Entry], policy: Policy
) -> None:
    """Takes an optional indicator out for those whose cells say so; beside a score it is unclear."""
    weights = policy.raters.weights()
    counting = [entry for entry in entries if not entry.role.rates or entry.role in weights]
    said: dict[int, Entry] = {}
    for entry in counting:
        said |= dict.fromkeys(entry.not_applicable, entry)
    if not said:
        return
    flags = np.zeros(len(table.frame), dtype=bool)
    scores = [entry.numbers for entry in counting if entry.role is not Role.TARGET]
    for index, entry in sorted(said.items()):
        if not indicator.optional:
            reject_cell(table, entry, index, "not-applicable")
        elif any(not np.isnan(numbers[index]) for numbers in scores):
            reject_cell(table, entry, index, "not-applicable-unclear")
        flags[entry.positions[index]] = True
    key = not_applicable_key(indicator.id)
    table.frame[key] = flags | table.frame[key] if key in table.frame else flags


def read_bonus_bases(table: Table) -> None:
    """Reads ``bonus_base``: an amount that the result carries to the bonus, and that no score depends on.

    Warnings: ``bonus-base-not-read`` of a cell that holds no amount.
    """
    column = table.header.labelled(BONUS_BASE)
    if column is None:
        return
    rows = [table.grid.rows[row] for row in table.frame["row"].tolist()]
    numbers, odd = cells.read_numbers([row[column.index] for row in rows], Wanted(units=MONEY_WORDS))
    for position, number in enumerate(numbers.tolist()):
        code = odd.get(position, "")
        if code == MISSING or (code in {"", numerals.NUMBER_AS_TEXT} and 0 <= number < _LARGEST_BASE):
            continue
        numbers[position] = np.nan
        if not table.is_full:
            found = cells.quoted(table.cell(position, column.index))
            place = table.place(table.row(position), column.index)
            values = {"employee": table.employee(position), "found": found}
            table.findings.append(warning("bonus-base-not-read", place, **values))
    table.frame[BONUS_BASE] = numbers
