"""What a typed model cannot see: sums of weights, duplicates, bands, references.

Each check is one function ``(document) -> findings`` in a flat list. The checks look at the plain data, so
that they also speak about a file that has other mistakes; what is missing or malformed they pass over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from perfcli.findings import Finding, error
from perfcli.folding import fold
from perfcli.rules.documents import Document
from perfcli.rules.measures import Measure
from perfcli.rules.numbers import FROM_YAML
from perfcli.rules.outlines import dimensions_of, indicators_of, items_of, list_of, mapping_of, names_of
from perfcli.rules.pay_checks import (
    better_grades_pay_no_less,
    factors_are_sound,
    matrix_has_no_gap,
    pay_names_grades,
    payments_are_sound,
    payroll_is_sound,
)
from perfcli.rules.rater_checks import own_raters_are_sound, several_raters_are_said, shares_of_raters

Check = Callable[[Document], Iterable[Finding]]
Item = tuple[str, Mapping[str, Any]]

HUNDRED = Decimal(100)

_IN_QUOTES = re.compile("^[“”„‟＂〝〞‘‚‛＇]|[“”„‟＂〝〞＇]$")
"""At the beginning or the end of a text; an apostrophe may end one (employees’)."""


def weights_add_up(document: Document) -> Iterator[Finding]:
    """The indicators of a dimension add up to its weight, the dimensions to 100 (policy, section 5)."""
    dimensions = list(items_of(document.data, "dimensions"))
    total = _sum(dimensions)
    if total is not None and total != HUNDRED:
        yield error("dimensions-not-100", document.place("dimensions"), total=total)
    for path, dimension in dimensions:
        total = _sum(list(items_of(dimension, "indicators", path)))
        weight = dimension.get("weight")
        if total is not None and isinstance(weight, Decimal) and total != weight:
            place = document.place(f"{path}.weight")
            yield error("indicators-not-dimension", place, total=total, weight=weight)


def weights_count(document: Document) -> Iterator[Finding]:
    """Only a veto may have the weight 0, and only where neither scores nor what is typed are points."""
    points = _counts_points(document)
    for path, indicator in indicators_of(document):
        typed = points or indicator.get("scale") == "points"
        if indicator.get("weight") == 0 and (typed or not indicator.get("veto")):
            yield error("weight-zero", document.place(f"{path}.weight"))


def measures_are_sound(document: Document) -> Iterator[Finding]:
    """Each measure gives every value one score, and a better value never a lower one."""
    for path, indicator in indicators_of(document):
        yield from measure_findings(document, path, indicator)


def measure_findings(document: Document, path: str, indicator: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with an indicator's measure and veto, if the measure is well-formed."""
    said = indicator.get("measure", {"method": "direct"})
    try:
        measure = _measures().validate_python(said, context=FROM_YAML)
    except ValidationError:
        return
    weight = indicator.get("weight")
    full = weight if _counts_points(document) and isinstance(weight, Decimal) else HUNDRED
    below, highest = mapping_of(indicator, "veto").get("below"), measure.highest(full)
    of_all = document.data.get("highest_score") if isinstance(document.data, Mapping) else None
    above = indicator.get("highest_score", of_all)
    if isinstance(above, Decimal):
        highest = max(highest, full * above / HUNDRED)
    if isinstance(below, Decimal) and below > highest > 0:
        place = document.place(f"{path}.veto.below")
        yield error("out-of-bounds", place, found=below, bound=f"≤ {highest}")
    yield from measure.findings(document, f"{path}.measure", full)


def _counts_points(document: Document) -> bool:
    return isinstance(document.data, Mapping) and document.data.get("scale") == "points"


@cache
def _measures() -> TypeAdapter[Measure]:
    return TypeAdapter(Measure)


def identifiers_are_unique(document: Document) -> Iterator[Finding]:
    """No id is given twice, be it of a dimension or an indicator."""
    yield from _unique_identifiers(document, [*dimensions_of(document), *indicators_of(document)])


def names_are_unique(document: Document) -> Iterator[Finding]:
    """No two indicators, and no two dimensions, can be meant by the same header; none is ignored."""
    yield from _unique_names(document, dimensions_of(document))
    ignored = [
        (f"ignore[{place}]", {"name": text}) for place, text in enumerate(list_of(document.data, "ignore"))
    ]
    yield from _unique_names(document, [*indicators_of(document), *ignored])


def grades_are_bands(document: Document) -> Iterator[Finding]:
    """Grades have ids, names and lower bounds of their own; the lowest begins at 0, so there is no gap.

    No grade begins above 100, or above the highest total where the policy has one.
    """
    grades = list(items_of(document.data, "grades"))
    stated = document.data.get("highest_total") if isinstance(document.data, Mapping) else None
    highest = stated if isinstance(stated, Decimal) and stated > 0 else HUNDRED
    yield from _unique_identifiers(document, grades)
    yield from _unique_names(document, grades)
    bounds: dict[Decimal, str] = {}
    for path, grade in grades:
        bound = grade.get("lower_bound")
        if not isinstance(bound, Decimal):
            return
        if bound > highest:
            place = document.place(f"{path}.lower_bound")
            yield error("out-of-bounds", place, found=bound, bound=f"≤ {highest}")
        if bound in bounds:
            yield error(
                "duplicate-bound", document.place(f"{path}.lower_bound"), bound=bound, first=bounds[bound]
            )
        bounds.setdefault(bound, str(grade.get("id", path)))
    if bounds and min(bounds) != 0:
        yield error("lowest-bound-not-0", document.place("grades"), bound=min(bounds))


def pay_follows_grades(document: Document) -> Iterator[Finding]:
    """What is paid by grade names every grade, and no better grade is paid less."""
    items = [item for _, item in items_of(document.data, "grades") if "id" in item]
    bounds = [item.get("lower_bound") for item in items]
    if items and all(isinstance(bound, Decimal) for bound in bounds):
        from_top = sorted(items, key=lambda item: item["lower_bound"], reverse=True)
        grades = [str(item["id"]) for item in from_top]
        yield from pay_names_grades(document, grades)
        less = list(better_grades_pay_no_less(document, grades))
        listed = [str(item["id"]) for item in items]
        if less and listed not in (grades, grades[::-1]):
            values = {"listed": listed, "by_bounds": grades}
            yield error("grades-out-of-order", document.place("grades"), **values)
        else:
            yield from less


def factors_differ(document: Document) -> Iterator[Finding]:
    """No two further factors of a bonus share an id, a name, or a header of the roster."""
    factors = list(items_of(mapping_of(document.data, "bonus"), "factors", "bonus"))
    yield from _unique_identifiers(document, factors)
    with_columns = [
        (path, {**factor, "aliases": [factor["column"]] if "column" in factor else []})
        for path, factor in factors
    ]
    yield from _unique_names(document, with_columns)


def shares_add_up(document: Document) -> Iterator[Finding]:
    """Shares in percent of one whole add up to 100."""
    rollup = mapping_of(document.data, "rollup")
    tables: dict[str, Mapping[str, Any]] = {"raters": shares_of_raters(document)}
    tables |= {f"rollup.{cycle}": mapping_of(rollup, cycle) for cycle in ("quarterly", "annual")}
    for path, table in tables.items():
        shares = list(table.values())
        if shares and all(isinstance(share, Decimal) for share in shares) and sum(shares) != HUNDRED:
            yield error("shares-not-100", document.place(path), total=sum(shares))


def grade_limits_name_grades(document: Document) -> Iterator[Finding]:
    """The grades of which one in a part limits the whole are the policy's."""
    grades = [str(grade["id"]) for _, grade in items_of(document.data, "grades") if "id" in grade]
    for path, limit in items_of(mapping_of(document.data, "rollup"), "grade_limits", "rollup"):
        for key in ("any", "highest_grade"):
            if isinstance(limit.get(key), str) and grades and limit[key] not in grades:
                place = document.place(f"{path}.{key}")
                yield error("unknown-grade", place, grade=limit[key], allowed=grades)


def unconfirmed_paths_exist(document: Document) -> Iterator[Finding]:
    """What is marked as unconfirmed stands in the file."""
    for index, path in enumerate(list_of(document.data, "unconfirmed")):
        if not isinstance(path, str) or path not in document.lines:
            yield error("unknown-path", document.place(f"unconfirmed[{index}]"), path=path)


def quotes_are_straight(document: Document) -> Iterator[Finding]:
    """No text stands in typographic quotes, which YAML takes for a part of it."""
    for path, text in _texts(document.data):
        if _IN_QUOTES.search(text.strip()):
            yield error("typographic-quotes", document.place(path), text=text)


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document, with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{index}]")


RUBRIC_CHECKS: tuple[Check, ...] = (
    weights_add_up,
    weights_count,
    measures_are_sound,
    identifiers_are_unique,
    names_are_unique,
    quotes_are_straight,
    unconfirmed_paths_exist,
)
POLICY_CHECKS: tuple[Check, ...] = (
    grades_are_bands,
    pay_follows_grades,
    payments_are_sound,
    factors_differ,
    factors_are_sound,
    matrix_has_no_gap,
    payroll_is_sound,
    shares_add_up,
    grade_limits_name_grades,
    several_raters_are_said,
    own_raters_are_sound,
    quotes_are_straight,
    unconfirmed_paths_exist,
)


def vetoes_name_grades(documents: Iterable[Document], policy: Document) -> Iterator[Finding]:
    """The grade that a veto leaves is one of the policy's."""
    grades = [str(grade["id"]) for _, grade in items_of(policy.data, "grades") if "id" in grade]
    for document in documents:
        for path, indicator in indicators_of(document):
            grade = mapping_of(indicator, "veto").get("highest_grade")
            if isinstance(grade, str) and grades and grade not in grades:
                place = document.place(f"{path}.veto.highest_grade")
                yield error("unknown-grade", place, grade=grade, allowed=grades)


def teams_are_unique(documents: Iterable[Document]) -> Iterator[Finding]:
    """No two files are about the same team, and no two teams can be meant by the same word."""
    first: dict[str, Document] = {}
    for document in sorted(documents, key=lambda one: one.name.rpartition(".")[0]):  # a copy's name is longer
        if not isinstance(document.data, Mapping):
            continue
        for name in (str(document.data.get("team")), *names_of(document.data)):
            word = fold(name)
            if first.setdefault(word, document) is not document:
                path = "team" if fold(str(document.data.get("team"))) == word else "name"
                yield error("duplicate-team", document.place(path), name=name, first=first[word].name)
                break


def _unique_identifiers(document: Document, items: Iterable[Item]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for path, item in items:
        identifier = item.get("id")
        if not isinstance(identifier, str):
            continue
        if identifier in first:
            place = document.place(f"{path}.id")
            yield error("duplicate-id", place, id=identifier, first=document.lines.get(first[identifier], 1))
        first.setdefault(identifier, f"{path}.id")


def _unique_names(document: Document, items: Iterable[Item]) -> Iterator[Finding]:
    first: dict[str, tuple[str, object]] = {}
    for path, item in items:
        for name in dict.fromkeys(names_of(item)):
            owner, identifier = first.setdefault(fold(name), (path, item.get("id")))
            # Two that share an id are told so by ``duplicate-id``.
            if owner != path and not name == identifier == item.get("id"):
                place = document.place(f"{path}.name")
                yield error("duplicate-name", place, name=name, first=document.lines.get(owner, 1))
                break


def _sum(items: list[Item]) -> Decimal | None:
    """The sum of the weights, or None where one of them is missing or no number."""
    weights = [item.get("weight") for _, item in items]
    if not weights or not all(isinstance(weight, Decimal) for weight in weights):
        return None
    return sum((weight for weight in weights if isinstance(weight, Decimal)), Decimal(0))
