"""What a sheet says of full marks as a whole: of every indicator, of everybody, of the total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from perfcli.files import cells
from perfcli.findings import Finding, error
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.numbers import written
from perfcli.sheets.layouts.stated_marks import StatedMarks, is_judged, marks_of
from perfcli.sheets.layouts.tables import StatedWeight, Table
from perfcli.sheets.vocabulary import Column

_HUNDRED = Decimal(100)
_NAMED = 5  # people whom a message names


def marks_are_said_of_all(table: Table, rubric: Rubric) -> None:
    """A row or column of other full marks has them for each indicator that is scored, and one statement.

    Findings: ``full-marks-missing``, ``full-marks-contradict``, ``full-marks-of-people``,
    ``full-marks-of-total``.
    """
    _take_points(table, rubric)
    if table.origins is None:
        _check_people(table, rubric)
    _check_totals(table, rubric)
    own: dict[int | None, list[StatedMarks]] = {}
    for one in table.marks:
        if rubric.team in one.indicators:
            own.setdefault(one.position, []).append(one)
    for position, stated in own.items():
        if position is None or table.frame["team"].array[position] == rubric.team:
            _check_statements(table, rubric, position, stated)


def _check_statements(table: Table, rubric: Rubric, position: int | None, own: list[StatedMarks]) -> None:
    indicators = {one.id: one for one in rubric.indicators}
    first: list[StatedMarks] = []
    findings: list[Finding] = []
    for one in own:
        identifier = one.indicators[rubric.team]
        first.append(one)
        before = next(other for other in first if _is_of_the_same(one, other, rubric.team))
        if before.marks != one.marks:
            values = {"marks": written(one.marks), "other": written(before.marks)}
            name = indicators[identifier].name
            findings.append(error("full-marks-contradict", one.place, indicator=name, **values))
    others = [one for one in own if one.of_all and one.marks != _full(rubric, indicators, one)]
    said = {one.indicators[rubric.team] for one in own}
    missing = [
        one.name for one in indicators.values() if one.id not in said and _is_scored(table, rubric, one)
    ]
    if others and missing:
        findings.append(error("full-marks-missing", others[0].place, indicator=missing))
    for finding in findings:
        if position is None:
            table.reject_team(rubric.team, finding)
        else:
            table.reject(position, finding)


def _is_of_the_same(one: StatedMarks, other: StatedMarks, team: str) -> bool:
    """Whether two statements are about scores of one column."""
    is_one = one.column == other.column or None in {one.column, other.column}
    return is_one and one.indicators[team] == other.indicators[team]


def _full(rubric: Rubric, indicators: Mapping[str, Indicator], one: StatedMarks) -> Decimal:
    return rubric.typed_marks(indicators[one.indicators[rubric.team]])


def _is_scored(table: Table, rubric: Rubric, indicator: Indicator) -> bool:
    """Whether a column has scores of an indicator that persons give."""
    roles = table.header.of_indicator(rubric.team, indicator.id)
    return any(map(is_judged, roles))


def _take_points(table: Table, rubric: Rubric) -> None:
    """分值 are the full marks where they are neither the rubric's weights nor what could be other weights.

    Weights add up to 100, all of them or those of each dimension.
    """
    groups: dict[int | None, list[StatedWeight]] = {}
    for one in table.weights:
        if one.is_points and rubric.team in one.indicators:
            groups.setdefault(one.position, []).append(one)
    taken = [one for group in groups.values() if _are_marks(rubric, group) for one in group]
    marks = (
        StatedMarks(place, one.weight, one.indicators, None, one.position, of_all=True)
        for one in taken
        for place in [table.place(one.row, one.column)]
    )
    table.marks = (*table.marks, *marks)
    table.weights = tuple(one for one in table.weights if one not in taken)


def _are_marks(rubric: Rubric, group: list[StatedWeight]) -> bool:
    stated = {one.indicators[rubric.team]: one.weight for one in group}
    indicators = {one.id: one for one in rubric.indicators}
    if all(indicators[one].weight == points for one, points in stated.items()):
        return False
    if all(rubric.typed_marks(indicators[one]) == points for one, points in stated.items()):
        return True
    shares = [
        sum(stated.get(one.id, Decimal(0)) for one in dimension.indicators) for dimension in rubric.dimensions
    ]
    is_weight = any(Fraction(one.weight) % 1 for one in group) or sum(shares) == _HUNDRED
    return not (is_weight or all(share == _HUNDRED for share in shares))


def _check_people(table: Table, rubric: Rubric) -> None:
    """Full marks beside the scores of a list are the same for everybody, and then one statement for all."""
    kept = [one for one in table.marks if one.position is None or rubric.team not in one.indicators]
    for indicator in rubric.indicators:
        every = [one for one in table.header.columns if one.indicators.get(rubric.team) == indicator.id]
        beside = [one for one in every if one.states_marks or _holds_points(table, one)]
        scores = [one for one in every if one.holds_values and is_judged(one.role)]
        about = {column.index: _scores_of(column, beside, scores) for column in beside}
        for column in beside:
            kept += _same_for_all(table, rubric, indicator, column, about[column.index])
        if beside and {one.index for own in about.values() for one in own} != {one.index for one in scores}:
            place = table.place(table.header.row, beside[0].index)
            found = error("full-marks-missing", place, indicator=[one.text for one in scores])
            table.reject_team(rubric.team, found)
    table.marks = kept


def _holds_points(table: Table, column: Column) -> bool:
    """Whether a column of weights holds full marks, as 分值 may."""
    return column.states_weight and any(
        one.position is not None and one.indicators == column.indicators for one in table.marks
    )


def _scores_of(column: Column, beside: Sequence[Column], scores: Sequence[Column]) -> Sequence[Column]:
    """The scores whose full marks a column holds: all of the indicator, or those before one of several."""
    before = [one for one in scores if one.index < column.index]
    return scores if len(beside) == 1 else before[-1:]


def _same_for_all(
    table: Table, rubric: Rubric, indicator: Indicator, column: Column, scores: Sequence[Column]
) -> Iterator[StatedMarks]:
    """What a column says of all; those of whom it says something else are told together."""
    stated: dict[int, Decimal | None] = {}
    for position, team in enumerate(table.frame["team"].tolist()):
        row = table.grid.rows[table.row(position)]
        if team == rubric.team and any(not cells.is_blank(row[one.index]) for one in scores):
            stated[position] = marks_of(row[column.index])
    counted = Counter(marks for marks in stated.values() if marks is not None)
    full = rubric.typed_marks(indicator)
    usual = full if full in counted or not counted else counted.most_common(1)[0][0]
    others = [
        position
        for position, marks in stated.items()
        if marks != usual and not (usual == full and _is_blank(table, position, column))
    ]
    first = next((one for one, marks in stated.items() if marks == usual), None)
    if first is not None:
        place = table.place(table.row(first), column.index)
        for one in scores:
            yield StatedMarks(place, usual, column.indicators, one.index, of_all=True)
    if others:
        people: list[object] = [table.employee(position) for position in others[:_NAMED]]
        names = people + ["…"] * (len(others) > _NAMED)
        place = table.place(table.row(others[0]), column.index)
        values = {"indicator": indicator.name, "usual": written(usual), "employees": names}
        table.findings.append(error("full-marks-of-people", place, **values, count=len(others)))
        table.sound[others] = False


def _is_blank(table: Table, position: int, column: Column) -> bool:
    return cells.is_blank(table.grid.rows[table.row(position)][column.index])


def _check_totals(table: Table, rubric: Rubric) -> None:
    """The full marks of a total are 100, or what is typed where everything is fully met."""
    typed = [rubric.typed_marks(one) for one in rubric.indicators]
    allowed = {_HUNDRED, sum(typed, Decimal(0)), *(typed if len(set(typed)) == 1 else ())}
    for one in table.marks:
        if not one.of_total or one.position is None or one.marks in allowed:
            continue
        if table.frame["team"].array[one.position] == rubric.team:
            found = error("full-marks-of-total", one.place, marks=written(one.marks), full="100")
            table.reject(one.position, found)
