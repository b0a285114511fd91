"""A YAML document against a typed model: every mistake becomes a finding with line and dotted path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from perfcli.findings import Finding, Place, error
from perfcli.rules.documents import Document
from perfcli.rules.names import Name
from perfcli.rules.numbers import FROM_YAML
from perfcli.text import Term

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "expected.text",
    "decimal_type": "expected.number",
    "decimal_parsing": "expected.number",
    "finite_number": "expected.number",
    "int_type": "expected.whole-number",
    "int_parsing": "expected.whole-number",
    "int_from_float": "expected.whole-number",
    "bool_type": "expected.yes-no",
    "bool_parsing": "expected.yes-no",
    "tuple_type": "expected.list",
    "model_type": "expected.mapping",
    "model_attributes_type": "expected.mapping",
    "dict_type": "expected.mapping",
    "mapping_type": "expected.mapping",
    "date_type": "expected.day",
    "date_parsing": "expected.day",
    "date_from_datetime_parsing": "expected.day",
    "date_from_datetime_inexact": "expected.day",
    "string_pattern_mismatch": "expected.identifier",
    "decimal_max_places": "expected.six-decimals",
    "decimal_max_digits": "expected.six-decimals",
    "decimal_whole_digits": "expected.six-decimals",
}
_OF_KEYS = ("mapping_type", "dict_type", "date_type", "date_parsing", "date_from_datetime_parsing")
"""Mistakes of a mapping by days, not of the names in it."""

_KEY = "[key]"
"""What pydantic adds to the place of a key that is wrong itself."""

_CHOOSING = ("measure", "scale")
"""The keys of which the value says by which of several models it is read."""

_BOUNDS = {
    "greater_than": ("gt", ">"),
    "greater_than_equal": ("ge", "≥"),
    "less_than": ("lt", "<"),
    "less_than_equal": ("le", "≤"),
}


def dotted(location: Location) -> str:
    """A location as people read it: ``dimensions[0].indicators[1].weight``."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".")


def validate(document: Document, model: type[Model]) -> tuple[Model | None, list[Finding]]:
    """The document as a model, or None and its mistakes.

    Findings: ``unknown-key``, ``missing-key``, ``wrong-type``, ``not-allowed``, ``out-of-bounds``,
    ``empty-value``, ``too-few``.
    """
    try:
        return model.model_validate(document.data, context=FROM_YAML), []
    except ValidationError as problem:
        every = problem.errors(include_url=False)
        mistakes = [details for details in every if not _is_echo(details, every)]
        return None, [_finding(document, model, details) for details in mistakes]


def read_model(
    document: Document, model: type[Model], checks: Iterable[Callable[[Document], Iterable[Finding]]]
) -> tuple[Model | None, list[Finding]]:
    """The document as a model, or None, and everything that is wrong with it, in the order of the lines."""
    found = list(document.findings)
    value: Model | None = None
    if document.data is not None:
        value, mistakes = validate(document, model)
        aliases = {finding.place.path for finding in found if finding.code == "yaml-alias"}
        found += [mistake for mistake in mistakes if mistake.place.path not in aliases]
        found += [finding for check in checks for finding in check(document)]
    return value, sorted(found, key=lambda finding: finding.place.line or 0)


def _written(location: Location) -> Location:
    """A location as it stands in the file: without what is added for a key, or where a model is chosen."""
    location = location[:-1] if location[-1:] == (_KEY,) else location
    pairs = zip(("", *location), location, strict=False)
    return tuple(part for before, part in pairs if before not in _CHOOSING)


def _is_echo(details: Mapping[str, Any], every: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list only counts as too short because some of its entries have mistakes of their own."""
    location = details["loc"]
    inside = (one["loc"] for one in every if len(one["loc"]) > len(location))
    return details["type"] == "too_short" and any(one[: len(location)] == location for one in inside)


def _finding(document: Document, model: type[BaseModel], details: Mapping[str, Any]) -> Finding:
    location = _written(details["loc"])
    kind: str = details["type"]
    context: Mapping[str, Any] = details.get("ctx", {})
    place = document.place(dotted(location))
    if kind == "extra_forbidden":
        return _unknown_key(document, _model_at(model, details["loc"][:-1]), location)
    if kind == "missing":
        return error("missing-key", place, key=location[-1])
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        return _unknown_method(document, location, details)
    if kind == "too_short" and details["input"]:
        return error("too-few", place, least=context["min_length"])
    if kind in {"too_short", "string_too_short", "value_error"}:
        return error("empty-value", place)
    if dotted(location) not in document.lines:  # a plain value stands for the first key of a part
        place = document.place(dotted(location[:-1]))
    return _wrong_value(place, kind, details, _model_at(model, details["loc"]))


def _wrong_value(place: Place, kind: str, details: Mapping[str, Any], model: type[BaseModel]) -> Finding:
    context: Mapping[str, Any] = details.get("ctx", {})
    found = _shown(details["input"])
    if kind in {"literal_error", "enum"}:
        return error("not-allowed", place, found=found, allowed=re.findall(r"'([^']*)'", context["expected"]))
    if kind in _BOUNDS:
        bound, sign = _BOUNDS[kind]
        return error("out-of-bounds", place, found=found, bound=f"{sign} {context[bound]}")
    expected = "expected.name" if model is Name and kind not in _OF_KEYS else _EXPECTED.get(kind)
    return error("wrong-type", place, found=found, expected=Term(expected or "expected.other"))


def _unknown_method(document: Document, location: Location, details: Mapping[str, Any]) -> Finding:
    """A measure without a method, or with one that perf does not have."""
    place = document.place(dotted((*location, "method")))
    found = details["input"]
    if "method" not in found:
        return error("missing-key", place, key="method")
    allowed = re.findall(r"'([^']*)'", details["ctx"]["expected_tags"])
    return error("not-allowed", place, found=_shown(found["method"]), allowed=allowed)


def _unknown_key(document: Document, model: type[BaseModel], location: Location) -> Finding:
    allowed = sorted(_keys(model))
    near = difflib.get_close_matches(str(location[-1]), allowed, n=1)
    return error(
        "unknown-key",
        document.place(dotted(location)),
        key=location[-1],
        allowed=allowed,
        near=near[0] if near else "",
    )


def _keys(model: type[BaseModel]) -> Iterator[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel]:
    """The model that a location inside another model holds."""
    choices = [model]
    for part in location:
        fields = {field.alias or name: field for name, field in choices[0].model_fields.items()}
        if part in fields:
            choices = list(_models_in(fields[str(part)].annotation)) or choices
        else:
            choices = [one for one in choices if part in _methods(one)] or choices
    return choices[0]


def _methods(model: type[BaseModel]) -> tuple[object, ...]:
    """The method that a model of a measure stands for."""
    field = model.model_fields.get("method")
    return get_args(field.annotation) if field else ()


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _shown(value: Any) -> object:
    """A value of the file as a message quotes it."""
    if value is None:
        return Term("found.nothing")
    if isinstance(value, dict):
        return Term("found.mapping")
    if isinstance(value, list):
        return Term("found.list")
    return f"{str(value)[:40]}"
