"""How an indicator is scored, in one line of words."""

from __future__ import annotations

from collections.abc import Iterable

from perfcli.rules.models import Grade, Indicator, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.roles import Role
from perfcli.text import Wording


def summarize(indicator: Indicator, rubric: Rubric, wording: Wording, grades: Iterable[Grade] = ()) -> str:
    """An indicator's measure, whether it may be not applicable, and its veto.

    ``grades`` give the name of a veto's grade; without them its id is said.
    """
    measure = indicator.measure
    parts = [wording(term.key, **term.values) for term in measure.summary(rubric.full_marks(indicator))]
    if measure.target is not None and Role.TARGET in measure.columns():
        parts.append(wording("measure.target", target=written(measure.target)))
    if measure.unit is not None:
        parts.append(wording("measure.unit", unit=measure.unit))
    if indicator.optional:
        parts.append(wording("measure.optional"))
    if indicator.veto is not None:
        highest = indicator.veto.highest_grade
        names = {grade.id: grade.name for grade in grades}
        below = written(indicator.veto.below)
        parts.append(wording("measure.veto", below=below, grade=names.get(highest, highest)))
    return wording("measure.separator").join(parts)
