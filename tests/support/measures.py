"""Random measures, drawn from the members of the union: a new member is tested without another line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from perfcli.rules.documents import Document
from perfcli.rules.measures import Measure, Tiers
from perfcli.rules.measures.base import ComputedMeasure
from perfcli.rules.names import Name

MEASURES: TypeAdapter[Measure] = TypeAdapter(Measure)
MEMBERS: tuple[type[Measure], ...] = get_args(get_args(Measure)[0])
COMPUTED = tuple(member for member in MEMBERS if issubclass(member, ComputedMeasure))


def measure_of(**values: Any) -> Measure:
    return MEASURES.validate_python(values)


def measures(member: type[Measure], full: Decimal) -> st.SearchStrategy[Any]:
    """Any sound measure of a type where ``full`` are the full marks."""
    if member is Tiers:
        return tiers(full)
    return _model(member, full).map(MEASURES.validate_python).filter(lambda one: _is_sound(one, full))


def _is_sound(measure: Measure, full: Decimal) -> bool:
    return not list(measure.findings(Document("rubric.yaml"), "measure", full))


@st.composite
def tiers(
    draw: st.DrawFn, full: Decimal, of: str | None = None, *, interpolate: bool | None = None
) -> Measure:
    """Tiers in any order; a better one never scores less, which would be rare if all were drawn alike."""
    of = draw(st.sampled_from(["attainment", "actual"])) if of is None else of
    better = draw(st.sampled_from(["higher", "lower"]))
    key = "upper_bound" if of == "actual" and better == "lower" else "lower_bound"
    lowest = 0 if of == "attainment" else -200
    bound = st.integers(lowest, 200).map(Decimal) | _ten_thousandths(lowest * 10_000)
    bounds = sorted(draw(st.lists(bound, min_size=1, max_size=9, unique=True)), reverse=key == "upper_bound")
    count = len(bounds) + 1
    scores = sorted(draw(st.lists(_parts(full), min_size=count, max_size=count)))
    bounded = [{key: bound, "score": score} for bound, score in zip(bounds, scores[1:], strict=True)]
    written = draw(st.permutations([{"score": scores[0]}, *bounded]))
    straight = draw(st.booleans()) if interpolate is None else interpolate
    return measure_of(method="tiers", of=of, better=better, tiers=written, interpolate=straight)


def _model(model: type[BaseModel], full: Decimal) -> st.SearchStrategy[dict[str, Any]]:
    """What a YAML file may say for a model, by the types and limits of its fields."""
    fields = model.model_fields.items()
    return st.fixed_dictionaries(
        {field.alias or name: _values(field.annotation, field.metadata, full) for name, field in fields}
    )


def _values(annotation: Any, limits: list[Any], full: Decimal) -> st.SearchStrategy[Any]:
    """The values of a type."""
    arguments, origin = get_args(annotation), get_origin(annotation)
    found: st.SearchStrategy[Any]
    if origin is Annotated:
        inner = [one for limit in arguments[1:] for one in getattr(limit, "metadata", [limit])]
        found = _values(arguments[0], [*limits, *inner], full)
    elif origin in {Union, UnionType}:
        found = st.one_of([_values(one, limits, full) for one in reversed(arguments)])
    elif origin is Literal:
        found = st.sampled_from(arguments)
    elif origin is tuple:
        least = next((limit.min_length for limit in limits if isinstance(limit, MinLen)), 0)
        found = st.lists(_values(arguments[0], [], full), min_size=least, max_size=least + 4)
    elif annotation is Decimal:
        found = _decimals(limits, full)
    elif annotation in _PLAIN:
        found = _PLAIN[annotation]
    else:
        found = _model(annotation, full)
    return found


_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    type(None): st.none(),
    str: st.text("甲乙丙丁", min_size=1, max_size=3),
    Name: st.text("優良中差", min_size=1, max_size=3),
}


def _decimals(limits: list[Any], full: Decimal) -> st.SearchStrategy[Decimal]:
    """A score where there is a highest; else a number of up to four decimals."""
    above = any(isinstance(limit, Gt) for limit in limits)
    if any(isinstance(limit, Le) for limit in limits):
        return _parts(full, 1 if above else 0)
    lowest = 1 if above else 0 if any(isinstance(limit, Ge) for limit in limits) else -2_000_000
    return _ten_thousandths(lowest)


def _ten_thousandths(lowest: int) -> st.SearchStrategy[Decimal]:
    return st.integers(lowest, 2_000_000).map(lambda number: Decimal(number) / 10_000)


def _parts(full: Decimal, lowest: int = 0) -> st.SearchStrategy[Decimal]:
    """Scores: parts of the full marks, or more than those."""
    return st.integers(lowest, 15_000).map(lambda number: number * full / 10_000)


def edges(measure: Measure, target: Decimal) -> list[Decimal]:
    """Actuals at which the score may turn, and some between them."""
    stated = sorted(numbers_in(measure))
    stated += [(lower + higher) / 2 for lower, higher in pairwise(stated)]
    return [Decimal(0), target, *stated, *(target * number / 100 for number in stated)]


def numbers_in(measure: Measure) -> list[Decimal]:
    """Every number that a measure states: scores, bounds, steps."""
    return list(_numbers(measure.model_dump()))


def _numbers(value: Any) -> Iterator[Decimal]:
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _numbers(one)
