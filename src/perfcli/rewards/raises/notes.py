"""What a table of raises says about somebody, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from perfcli.rewards.money import money
from perfcli.rewards.raises.rules import MONTHS, Outcome, RaiseCase
from perfcli.text import Term


def notes_of(
    person: Mapping[str, Any], case: RaiseCase, found: Outcome, *, due: Decimal, unit: Decimal
) -> tuple[Term, ...]:
    """Everything about a raise that its numbers do not show, in the order of the steps.

    ``person`` has ``joined`` and ``left``; ``due`` is the raise without a cut that was not confirmed,
    ``unit`` what amounts are shown to.
    """
    notes = [*_of_case(person, case, unit), *_of_amounts(found, due, unit)]
    if person["left"] is not None:
        notes.append(Term("raise.note.leaving", {"left": person["left"].isoformat()}))
    return tuple(notes)


def _of_case(person: Mapping[str, Any], case: RaiseCase, unit: Decimal) -> Iterator[Term]:
    """Months of service, and a salary outside of its range."""
    if case.months < MONTHS:
        yield Term("raise.note.months", {"joined": person["joined"].isoformat(), "months": case.months})
    if case.range_lowest is not None and case.salary < case.range_lowest:
        yield Term("raise.note.below-range", {"lowest": money(case.range_lowest, unit)})
    if case.range_highest is not None and case.salary > case.range_highest:
        yield Term("raise.note.above-range", {"highest": money(case.range_highest, unit)})


def _of_amounts(found: Outcome, due: Decimal, unit: Decimal) -> Iterator[Term]:
    """The rule that decided, and a cut that waits."""
    if found.limit is not None:
        values = {"computed": money(found.computed, unit), "bounded": money(found.bounded, unit)}
        yield Term(f"raise.note.{found.limit.value}", values)
    if due != found.bounded:
        yield Term("raise.note.cut-waits", {"cut": money(-found.bounded, unit)})
