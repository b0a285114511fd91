"""What rules of pay need of a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfcli.rewards.raises.rules import needs_range
from perfcli.rules.pay import BonusRules, SalaryRules
from perfcli.text import Term, Translated


@dataclass(frozen=True)
class Need:
    """A rule, by its path in the policy, and the columns of which it needs one: keys and names."""

    rule: str
    columns: tuple[str, ...]
    names: Sequence[Translated]


def need(rule: str, *columns: str) -> Need:
    """What a rule needs, with the names that the catalogue has."""
    return Need(rule, columns, [Term(f"column.{column}") for column in columns])


def needs_of_bonus(rules: BonusRules, *, period: bool = True) -> list[Need]:
    """What the rules of who gets a bonus, and its further factors, need; the former only in a ``period``."""
    eligibility = rules.eligibility
    needs: list[Need] = []
    if period and not eligibility.probation:
        needs.append(need("bonus.eligibility.probation", "confirmed", "probation_until"))
    if period and not eligibility.discipline:
        needs.append(need("bonus.eligibility.discipline", "discipline"))
    if period and eligibility.minimum_service_days:
        needs.append(need("bonus.eligibility.minimum_service_days", "joined"))
    factors = rules.roster_factors
    return [*needs, *(Need(f"bonus.factors.{one.id}", (one.key,), [one.name]) for one in factors)]


def needs_of_raises(rules: SalaryRules) -> list[Need]:
    """What raises need."""
    matrix = ("range_lowest", "range_highest") if needs_range(rules) else ()
    return [need("raises", "salary"), *(need("salary.matrix", column) for column in matrix)]
