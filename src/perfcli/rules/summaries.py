"""How an indicator is scored, in one line of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from perfcli.rules.models import Grade, Indicator, OutOf, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.roles import Role
from perfcli.text import Term, Wording


def scale_text(rubric: Rubric) -> Term:
    """What is typed for the indicators of a rubric."""
    if isinstance(rubric.scale, OutOf):
        return Term("rubric.scale.of", {"full": written(rubric.scale.of)})
    return Term(f"rubric.scale.{rubric.scale}")


def summarize(indicator: Indicator, rubric: Rubric, wording: Wording, grades: Iterable[Grade] = ()) -> str:
    """An indicator's measure, whether it may be not applicable, and its veto.

    ``grades`` give the name of a veto's grade; without them its id is said.
    """
    measure = indicator.measure
    full = rubric.full_marks(indicator) if measure.columns() else rubric.typed_marks(indicator)
    parts = [wording(term.key, **term.values) for term in measure.summary(full)]
    parts += _typed(indicator, rubric, wording)
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


def _typed(indicator: Indicator, rubric: Rubric, wording: Wording) -> Iterator[str]:
    """What is typed for an indicator, where its measure does not say so; a highest above full marks."""
    measure, typed = indicator.measure, rubric.typed_marks(indicator)
    if rubric.is_converted(indicator) and (measure.columns() or measure.choices(typed)):
        yield wording("measure.typed", full=written(typed))
    highest = rubric.typed_score(indicator)
    if (indicator.highest_score or rubric.highest_score) and highest > typed:
        yield wording("measure.highest", full=written(highest))
