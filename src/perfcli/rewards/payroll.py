"""What payroll imports: a flat table with ids as texts and exact amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any

import pandas as pd

from perfcli import exact
from perfcli.people.columns import Holds, holds
from perfcli.rules.pay import CENT, FACTOR, PayrollColumn
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.text import Language, Wording, catalogue

_AMOUNTS = ("adjustment", "amount", "raise", "new_salary")
_NUMBERS = (
    *("total", "rank", "team_rank", "coefficient", "days", "period_days", "proration", "factor"),
    *("percent", "months", "change_percent"),
)

_USUAL = ("employee_id", "name", "department", "period", "amount", "currency")

Value = str | Decimal | None
"""What stands in a cell: a text, a number, or nothing."""


@dataclass(frozen=True)
class FlatColumn:
    """A column: its key (empty for a text that is the same in each row), its header, and that text."""

    key: str
    header: str
    text: str = ""

    @cached_property
    def is_amount(self) -> bool:
        """Whether it holds money, to the cent."""
        return self.key in _AMOUNTS or holds(self.key) is Holds.AMOUNT

    @cached_property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        is_factor = self.key.startswith(FACTOR)
        return self.is_amount or is_factor or self.key in _NUMBERS or holds(self.key) is Holds.DAYS


@dataclass(frozen=True)
class PayrollTable:
    """A flat table in the order of employee ids; ``rows`` have a value for each of the columns."""

    columns: Sequence[FlatColumn]
    rows: Sequence[Sequence[Value]]

    @property
    def headers(self) -> list[str]:
        """What stands over the columns."""
        return [column.header for column in self.columns]

    @cached_property
    def sums(self) -> Mapping[str, Decimal]:
        """The sum of each column of money, by key."""
        return {
            column.key: sum((one for row in self.rows if isinstance(one := row[place], Decimal)), Decimal(0))
            for place, column in enumerate(self.columns)
            if column.is_amount
        }


Columns = Sequence[FlatColumn]


def payroll_columns(ruleset: Ruleset, wording: Wording) -> Columns:
    """The columns of a bonus that the policy wants, or the usual ones."""
    payroll = ruleset.policy.payroll
    wanted = payroll.columns if payroll else tuple(PayrollColumn(column=key) for key in _USUAL)
    return [FlatColumn(one.column or "", _header(one, ruleset, wording), one.text or "") for one in wanted]


def _header(column: PayrollColumn, ruleset: Ruleset, wording: Wording) -> str:
    if column.header is not None:
        return column.header.in_language(wording.language)
    return _called(column.column or "", ruleset, wording)


def _called(key: str, ruleset: Ruleset, wording: Wording) -> str:
    """What a column is called; a further factor as the policy calls it."""
    names = {factor.key: factor.name for factor in ruleset.policy.bonus.factors}
    return names[key].in_language(wording.language) if key in names else usual_header(key, wording)


def named_columns(keys: Sequence[str], ruleset: Ruleset, wording: Wording) -> Columns:
    """Some columns by their keys, under the headers that the policy gives them."""
    stated = {column.key: column for column in payroll_columns(ruleset, wording) if column.key}
    return [stated.get(key) or FlatColumn(key, _called(key, ruleset, wording)) for key in keys]


def usual_header(key: str, wording: Wording) -> str:
    """What payroll calls a column, or else what everybody calls it."""
    return wording(f"payroll.{key}" if f"payroll.{key}" in catalogue() else f"column.{key}")


def _names(ruleset: Ruleset, language: Language) -> Mapping[str, Mapping[str, str]]:
    return {
        "grade": {grade.id: grade.name.in_language(language) for grade in ruleset.policy.grades},
        "team": {team: rubric.name.in_language(language) for team, rubric in ruleset.rubrics.items()},
    }


def flat_table(
    frame: pd.DataFrame,
    ruleset: Ruleset,
    columns: Columns,
    wording: Wording,
    computed: Mapping[str, Callable[[Mapping[str, Any]], str]],
) -> PayrollTable:
    """The rows of a frame under some columns; ``computed`` gives the texts of those that it does not have."""
    names = _names(ruleset, wording.language)

    def value(row: Mapping[str, Any], column: FlatColumn) -> Value:
        if not column.key:
            return column.text
        if column.key in computed:
            return computed[column.key](row)
        found = row[column.key]
        if column.is_number:
            return _number(float(found), cents=column.is_amount)
        if found is None:
            return ""
        return names[column.key][found] if column.key in names else str(found)

    ordered = sorted(rows(frame), key=lambda row: str(row["employee_id"]))
    return PayrollTable(columns, [[value(row, column) for column in columns] for row in ordered])


def _number(number: float, *, cents: bool) -> Decimal | None:
    if isnan(number):
        return None
    written = exact.decimal(number)
    return written.quantize(CENT) if cents else written.normalize()
