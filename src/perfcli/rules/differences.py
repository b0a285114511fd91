"""In what two sets of rules differ: one path after the other, with what it was and what it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from perfcli.rules.calendars import Calendar
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.models import Policy
from perfcli.rules.numbers import written
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Term

BESIDE = ("language", "unconfirmed", "company", "defaults", "slips", "signing")
"""Parts of the policy that make no rules differ: nothing is scored or paid by them."""

_SHOWN = 10


@dataclass(frozen=True)
class Difference:
    """A dotted path of the policy with its former and its present value; None where there is none."""

    path: str
    old: object
    new: object

    @property
    def said(self) -> Term:
        """The difference in words."""
        return Term("rules.change", {"path": self.path, "old": _shown(self.old), "new": _shown(self.new)})


def differences(old: Policy, new: Policy, parts: Collection[str]) -> list[Difference]:
    """In what two policies differ in some of their parts, in the order of the paths."""
    return _between(*(dict(_flat(_plain(policy, parts))) for policy in (old, new)))


def differences_of_days(old: Ruleset, new: Ruleset) -> list[Difference]:
    """On which days the calendars of two sets of rules differ, if bonuses are paid by working days."""
    if "working" not in {one.policy.bonus.proration.days for one in (old, new)}:
        return []
    return _between(*(dict(_days(one.calendar)) for one in (old, new)))


def _between(before: Mapping[str, object], now: Mapping[str, object]) -> list[Difference]:
    paths = sorted({*before, *now})
    return [
        Difference(path, before.get(path), now.get(path))
        for path in paths
        if before.get(path) != now.get(path)
    ]


def _days(calendar: Calendar | None) -> Iterator[tuple[str, object]]:
    """What is said of each day that a calendar names, and until when it is known."""
    if calendar is not None:
        yield "calendar.known_until", calendar.known_until
        for day, works, name in calendar.named():
            key = "working_days" if works else "days_off"
            yield f"calendar.{key}.{day}", next(iter(name.every()))


def said(found: Sequence[Difference]) -> list[object]:
    """The first ten differences in words."""
    return [*(one.said for one in found[:_SHOWN]), *(["…"] if len(found) > _SHOWN else [])]


def are_same(one: Ruleset, other: Ruleset, teams: Collection[str]) -> bool:
    """Whether two sets say the same of some teams, wherever they are from.

    The rules of a cycle's own appraisal are compared with what the other has for that cycle.
    """
    one, other = _for_the_same_cycle(one, other), _for_the_same_cycle(other, one)
    policies = [ruleset.policy.model_dump(exclude=set(BESIDE)) for ruleset in (one, other)]
    days = [
        [source.days for source in ruleset.calendar.sources] if ruleset.calendar else None
        for ruleset in (one, other)
    ]
    if policies[0] != policies[1] or days[0] != days[1]:
        return False
    rubrics = ([ruleset.rubrics.get(team) for team in sorted(teams)] for ruleset in (one, other))
    first, second = (
        [None if rubric is None else rubric.model_dump(exclude={"unconfirmed"}) for rubric in of_one]
        for of_one in rubrics
    )
    return first == second


def _for_the_same_cycle(one: Ruleset, other: Ruleset) -> Ruleset:
    """A set as it is for the cycle of another one, if it has rules of that cycle."""
    cycle = other.cycle
    return one.of_cycle(cycle) if cycle is not None and cycle in one.cycles else one


def own_folder(ruleset: Ruleset, team: str) -> str:
    """The folder of the company's own rules of a team; empty where they say what the built-in ones say."""
    return "" if ruleset.is_built_in or are_same(ruleset, _built_in(), [team]) else ruleset.folder


@cache
def _built_in() -> Ruleset:
    return load_ruleset(shipped("rubrics"))


def _plain(policy: Policy, parts: Collection[str]) -> Mapping[str, Any]:
    """Some parts of a policy as plain values; grades by their ids."""
    found = policy.model_dump(by_alias=True, include=set(parts))
    if "grades" in found:
        found["grades"] = {grade["id"]: grade for grade in found["grades"]}
    return found


def _flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The values of an outline that have a value, with their dotted paths."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{place}]")
    elif value is not None:
        yield path, value


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return written(value) if isinstance(value, Decimal) else str(value)
