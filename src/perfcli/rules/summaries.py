"""How an indicator is scored, in one line of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from perfcli.rules.measures import Deduction, Direct, Levels, Measure, PassFail, Ratio, Tier, Tiers
from perfcli.rules.models import Grade, Indicator, Rubric
from perfcli.text import Term, Wording


def summarize(indicator: Indicator, rubric: Rubric, wording: Wording, grades: Iterable[Grade] = ()) -> str:
    """An indicator's measure, whether it may be not applicable, and its veto.

    ``grades`` give the name of a veto's grade; without them its id is said.
    """
    parts = [wording(term.key, **term.values) for term in _measure(indicator, rubric)]
    if indicator.optional:
        parts.append(wording("measure.optional"))
    if indicator.veto is not None:
        highest = indicator.veto.highest_grade
        names = {grade.id: grade.name for grade in grades}
        below = _written(indicator.veto.below)
        parts.append(wording("measure.veto", below=below, grade=names.get(highest, highest)))
    return wording("measure.separator").join(parts)


def _measure(indicator: Indicator, rubric: Rubric) -> Iterator[Term]:
    measure, full = indicator.measure, rubric.full_marks(indicator)
    match measure:
        case Direct():
            yield Term("measure.direct", {"full": _written(full)})
        case Ratio():
            key = "measure.ratio.lower" if measure.better == "lower" else "measure.ratio.higher"
            yield Term(key, {"full": _written(full)})
            yield Term("measure.cap", {"score": _written(measure.highest(full))})
            yield from _floor(measure.floor)
        case Tiers():
            yield from _tiers(measure)
        case Deduction():
            yield Term("measure.deduction", {"full": _written(full), "step": _written(measure.step)})
            yield from _floor(measure.floor)
        case PassFail():
            scores = {"passed": _written(measure.passed(full)), "failed": _written(measure.fail)}
            yield Term("measure.pass-fail", scores)
            yield Term("measure.passed.lower" if measure.better == "lower" else "measure.passed.higher")
        case Levels():
            levels = [
                Term("measure.level", {"name": level.name, "score": _written(level.score)})
                for level in measure.levels
            ]
            yield Term("measure.levels", {"levels": levels})
    yield from _target(measure)


def _target(measure: Measure) -> Iterator[Term]:
    """A target for everyone, and the unit."""
    target, unit = getattr(measure, "target", None), getattr(measure, "unit", None)
    if target is not None and measure.has_target:
        yield Term("measure.target", {"target": _written(target)})
    if unit is not None:
        yield Term("measure.unit", {"unit": unit})


def _floor(floor: Decimal) -> Iterator[Term]:
    if floor:
        yield Term("measure.floor", {"score": _written(floor)})


def _tiers(measure: Tiers) -> Iterator[Term]:
    tiers = [_tier(measure, tier) for tier in reversed(measure.from_bottom)]
    if measure.of == "actual":
        yield Term("measure.tiers.actual", {"tiers": tiers})
    elif measure.better == "lower":
        yield Term("measure.tiers.attainment.lower", {"tiers": tiers})
    else:
        yield Term("measure.tiers.attainment.higher", {"tiers": tiers})
    if measure.interpolate:
        yield Term("measure.interpolate")


def _tier(measure: Tiers, tier: Tier) -> Term:
    if tier.bound is None:
        return Term("measure.tier.rest", {"score": _written(tier.score)})
    percent = "%" if measure.of == "attainment" else ""
    values = {"bound": f"{_written(tier.bound)}{percent}", "score": _written(tier.score)}
    return Term(
        "measure.tier.upper_bound" if measure.bounds_key == "upper_bound" else "measure.tier.lower_bound",
        values,
    )


def _written(number: Decimal) -> str:
    return f"{number.normalize():f}"
