"""A workbook of pay read back: computed anew from what perf sealed, and its tables as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from perfcli.errors import file_error
from perfcli.files import marks
from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, Severity
from perfcli.people.columns import WHO, Holds, Kept, holds, of_pay
from perfcli.rewards.bonus.bonus import Bonus, Order
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.raises.raises import Raises, Wanted, adjust_salaries
from perfcli.rules.names import Name
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile
from perfcli.sealed.stored_results import Stored, read_ruleset, read_tables


@dataclass(frozen=True)
class StoredPay(Stored):
    """A workbook of pay; ``pay`` is what its sealed facts give."""

    pay: Bonus | Raises


@dataclass(frozen=True)
class _Staff:
    """Those whose raises were sealed: see ``raises.people.Payees``."""

    people: pd.DataFrame
    absent: pd.DataFrame = field(default_factory=pd.DataFrame)

    def place(self, employee: str, column: str) -> Place:  # noqa: ARG002 the roster is not at hand
        return Place()


def read_pay(book: Book) -> StoredPay:
    """Reads a workbook of bonuses or raises by its mark.

    Raises:
        FileError: ``newer-result``, ``damaged-result``.
    """
    mark = book.mark
    if mark.get("schema") != marks.PAY_SCHEMA:
        raise file_error("newer-result", book.name, version=mark.get("perf", "?"))
    try:
        ruleset, facts = read_ruleset(json.loads(mark["rules"])), json.loads(mark["employees"])
        reckon = _bonus if mark["kind"] == marks.BONUS else _raises
        pay = replace(
            reckon(facts, mark["period"], ruleset),
            edits=tuple(_finding(one) for one in facts["edits"]),
            inputs=tuple(InputFile(**one) for one in facts["inputs"]),
        )
        sealed = mark.get("seal") == marks.seal(mark)
        return StoredPay(book.name, ruleset, read_tables(book), sealed, pay)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        raise file_error("damaged-result", book.name) from problem


def _bonus(facts: Mapping[str, Any], period: str, ruleset: Ruleset) -> Bonus:
    order = facts["order"]
    wanted = Order(Cycle(order["cycle"]), period, _amount(order["pool"]))
    bonus = calculate_bonus(_people(facts["people"], of_pay(Kept.BONUS)), ruleset, wanted)
    return replace(bonus, absent=_people(facts["absent"], WHO))


def _raises(facts: Mapping[str, Any], period: str, ruleset: Ruleset) -> Raises:
    order = facts["order"]
    wanted = Wanted(
        date.fromisoformat(order["effective"]),
        _amount(order["budget"]),
        confirm_cuts=order["confirm_cuts"],
        fit_budget=order["fit_budget"],
    )
    raises = adjust_salaries(_Staff(_people(facts["people"], of_pay(Kept.RAISES))), period, ruleset, wanted)
    return replace(raises, left_out=_people(facts["left_out"], (*WHO, "reason")))


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _people(records: Sequence[Mapping[str, str]], keys: Sequence[str]) -> pd.DataFrame:
    """People as they were written: texts, doubles and days; what is empty was left out."""
    return pd.DataFrame({key: _values(key, [one.get(key, "") for one in records]) for key in keys})


def _values(key: str, texts: Sequence[str]) -> pd.Series[Any]:
    held = holds(key)
    if held is Holds.DATE:
        return pd.Series([date.fromisoformat(text) if text else None for text in texts], dtype=object)
    if key == "total" or held in {Holds.AMOUNT, Holds.DAYS}:
        return pd.Series([float(text or "nan") for text in texts], dtype=np.float64)
    return pd.Series(texts, dtype=object)


def _finding(record: Mapping[str, Any]) -> Finding:
    """An accepted change; a value in several languages is a mapping."""
    place = Place(record["file"], record["sheet"], record["cell"])
    values = {
        key: Name.model_validate(value) if isinstance(value, dict) else value
        for key, value in record["values"].items()
    }
    return Finding(Severity.ERROR, record["code"], place, values)
