"""What is wrong with the rules of pay beyond their types: grades, units, bounds, payroll columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from perfcli.findings import Finding, error
from perfcli.folding import fold
from perfcli.rules.documents import Document
from perfcli.rules.pay import CENT, FACTOR, PAYROLL_COLUMNS
from perfcli.rules.periods import Cycle

_BOUNDED = ("pool", "highest", "lowest")


def pay_names_grades(document: Document, grades: Sequence[str]) -> Iterator[Finding]:
    """Tables by grade name every grade and no other; ``grades`` are the policy's ids from the best down."""
    for path, table in _tables_by_grade(document):
        for grade in table:
            if grade not in grades:
                yield error("unknown-grade", document.place(f"{path}.{grade}"), grade=grade, allowed=grades)
        if path != "salary.measures":
            for grade in grades:
                if grade not in table:
                    yield error("missing-grade", document.place(path), grade=grade)


def better_grades_pay_no_less(document: Document, grades: Sequence[str]) -> Iterator[Finding]:
    """In no table a better grade stands with less than a lower one (``better-grade-less``)."""
    for path, table in _tables_by_grade(document):
        known = [(grade, table[grade]) for grade in grades if isinstance(table.get(grade), Decimal)]
        for (better, more), (lower, less) in pairwise(known):
            if more < less:
                place = document.place(f"{path}.{better}")
                values = {"grade": better, "number": more, "other": lower, "more": less}
                yield error("better-grade-less", place, **values)


def payments_are_sound(document: Document) -> Iterator[Finding]:
    """A fixed bonus has amounts; amounts are whole rounding units; the cap is not below the floor."""
    bonus = _mapping(document.data, "bonus")
    unit = bonus.get("rounding_unit", CENT)
    for cycle, payment in _mapping(bonus, "payments").items():
        if cycle not in set(Cycle) or not isinstance(payment, Mapping):
            continue
        path = f"bonus.payments.{cycle}"
        fixed = "fixed" in {payment.get("method"), payment.get("shared_by")}
        if fixed and "amounts" not in payment:
            yield error("missing-key", document.place(path), key="amounts")
        if not fixed and "amounts" in payment:
            yield error("amounts-not-used", document.place(f"{path}.amounts"))
        amounts = {f"{path}.{key}": payment.get(key) for key in _BOUNDED}
        amounts |= {f"{path}.amounts.{key}": one for key, one in _mapping(payment, "amounts").items()}
        yield from _in_units(document, amounts, unit)
        yield from _bounds_in_order(document, payment, path)
    salary = _mapping(document.data, "salary")
    limits = {"salary.highest_amount": salary.get("highest_amount")}
    yield from _in_units(document, limits, salary.get("rounding_unit", CENT))


def factors_are_sound(document: Document) -> Iterator[Finding]:
    """Each further factor comes from one source, inside its bounds; no department has two numbers."""
    for index, factor in enumerate(_list(_mapping(document.data, "bonus"), "factors")):
        if not isinstance(factor, Mapping):
            continue
        path = f"bonus.factors[{index}]"
        yield from _source_of_factor(document, path, factor)
        yield from _factor_in_bounds(document, path, factor)
        first: dict[str, str] = {}
        for department in _mapping(factor, "values"):
            place = f"{path}.values.{department}"
            if (other := first.setdefault(fold(str(department)), place)) != place:
                line = document.lines.get(other, 1)
                yield error("duplicate-name", document.place(place), name=department, first=line)


def _source_of_factor(document: Document, path: str, factor: Mapping[str, Any]) -> Iterator[Finding]:
    sources = [{"value"}, {"by", "values"}, {"column"}]
    given = [source for source in sources if source & set(factor)]
    if len(given) != 1 or ("value" in factor and "otherwise" in factor):
        yield error("factor-source", document.place(path))
        return
    for key in sorted(given[0] - set(factor)):
        yield error("missing-key", document.place(path), key=key)


def _factor_in_bounds(document: Document, path: str, factor: Mapping[str, Any]) -> Iterator[Finding]:
    """The bounds are in order, and every number that the policy gives is within them."""
    lowest, highest = factor.get("lowest"), factor.get("highest")
    if isinstance(lowest, Decimal) and isinstance(highest, Decimal) and lowest > highest:
        place = document.place(f"{path}.lowest")
        yield error("factor-bounds-crossed", place, lowest=lowest, highest=highest)
        return
    numbers = {key: factor.get(key) for key in ("value", "otherwise")}
    numbers |= {f"values.{department}": one for department, one in _mapping(factor, "values").items()}
    for key, number in numbers.items():
        if isinstance(number, Decimal):
            if isinstance(lowest, Decimal) and number < lowest:
                yield error(
                    "out-of-bounds", document.place(f"{path}.{key}"), found=number, bound=f"≥ {lowest}"
                )
            if isinstance(highest, Decimal) and number > highest:
                yield error(
                    "out-of-bounds", document.place(f"{path}.{key}"), found=number, bound=f"≤ {highest}"
                )


def matrix_has_no_gap(document: Document) -> Iterator[Finding]:
    """The bands of the raise matrix have bounds of their own, and the lowest begins at 0."""
    bounds: dict[Decimal, str] = {}
    for index, band in enumerate(_list(_mapping(document.data, "salary"), "matrix")):
        bound = _mapping({"band": band}, "band").get("lower_bound")
        if not isinstance(bound, Decimal):
            return
        path = f"salary.matrix[{index}]"
        if bound in bounds:
            yield error("duplicate-bound", document.place(path), bound=bound, first=bounds[bound])
        bounds.setdefault(bound, path)
    if bounds and min(bounds) != 0:
        yield error("lowest-bound-not-0", document.place("salary.matrix"), bound=min(bounds))


def payroll_is_sound(document: Document) -> Iterator[Finding]:
    """A payroll column is one of the bonus table or a text, and no column is given twice."""
    seen: set[object] = set()
    factors = _list(_mapping(document.data, "bonus"), "factors")
    allowed = [
        *PAYROLL_COLUMNS,
        *(f"{FACTOR}{one['id']}" for one in factors if _mapping({0: one}, 0).get("id")),
    ]
    for index, entry in enumerate(_list(_mapping(document.data, "payroll"), "columns")):
        if not isinstance(entry, Mapping):
            continue
        path, column = f"payroll.columns[{index}]", entry.get("column")
        if (column is None) == (entry.get("text") is None):
            yield error("column-or-text", document.place(path))
        elif column is None:
            if entry.get("header") is None:
                yield error("missing-key", document.place(path), key="header")
        elif column not in allowed:
            place = document.place(f"{path}.column")
            yield error("not-allowed", place, found=column, allowed=allowed)
        elif column in seen:
            yield error("payroll-column-twice", document.place(f"{path}.column"), column=column)
        seen.add(column)


def _tables_by_grade(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    bonus, salary = _mapping(document.data, "bonus"), _mapping(document.data, "salary")
    tables: dict[str, Any] = {f"bonus.{cycle}": bonus.get(cycle) for cycle in Cycle}
    for cycle, payment in _mapping(bonus, "payments").items():
        tables[f"bonus.payments.{cycle}.amounts"] = _mapping({"payment": payment}, "payment").get("amounts")
    tables["raises"] = _mapping(document.data, "raises") or None
    for index, band in enumerate(_list(salary, "matrix")):
        tables[f"salary.matrix[{index}].percents"] = _mapping({"band": band}, "band").get("percents")
    tables["salary.measures"] = salary.get("measures")
    return ((path, table) for path, table in tables.items() if isinstance(table, Mapping))


def _in_units(document: Document, amounts: Mapping[str, object], unit: object) -> Iterator[Finding]:
    if not isinstance(unit, Decimal) or unit <= 0:
        return
    for path, amount in amounts.items():
        if isinstance(amount, Decimal) and amount % unit:
            yield error("not-in-units", document.place(path), amount=amount, unit=unit)


def _bounds_in_order(document: Document, payment: Mapping[str, Any], path: str) -> Iterator[Finding]:
    lowest, highest = payment.get("lowest"), payment.get("highest")
    if isinstance(lowest, Decimal) and isinstance(highest, Decimal) and lowest > highest:
        yield error("floor-above-cap", document.place(f"{path}.lowest"), lowest=lowest, highest=highest)


def _mapping(data: Any, key: object) -> Mapping[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _list(data: Any, key: str) -> Sequence[Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, list) else ()
