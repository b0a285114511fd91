"""A bonus workbook read back: the bonus computed anew from what perf sealed, and its tables as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from perfcli import marks
from perfcli.errors import file_error
from perfcli.findings import Finding, Place, Severity
from perfcli.rewards.bonus import PEOPLE, Bonus, Order
from perfcli.rewards.calculation import calculate_bonus
from perfcli.rules.names import Name
from perfcli.rules.periods import Cycle
from perfcli.scoring.results import InputFile
from perfcli.sheets.reader import Book
from perfcli.sheets.stored_results import Stored, read_ruleset, read_tables

_TEXTS = (*PEOPLE[:6], "grade", *PEOPLE[-2:])
_DAYS = PEOPLE[-7:-2]


@dataclass(frozen=True)
class StoredBonus(Stored):
    """A bonus workbook; ``bonus`` is what its sealed facts give."""

    bonus: Bonus


def read_bonus(book: Book) -> StoredBonus:
    """Reads a bonus workbook by its mark.

    Raises:
        FileError: ``not-a-bonus``, ``newer-result``, ``damaged-result``.
    """
    mark = book.mark
    if mark.get("kind") != marks.BONUS:
        raise file_error("not-a-bonus", book.name)
    if mark.get("schema") != marks.BONUS_SCHEMA:
        raise file_error("newer-result", book.name, version=mark.get("perf", "?"))
    try:
        ruleset, facts = read_ruleset(json.loads(mark["rules"])), json.loads(mark["employees"])
        order = facts["order"]
        pool = None if order["pool"] is None else Decimal(order["pool"])
        people = pd.DataFrame([_person(one) for one in facts["people"]], columns=list(PEOPLE))
        bonus = calculate_bonus(people, ruleset, Order(Cycle(order["cycle"]), mark["period"], pool))
        bonus = replace(
            bonus,
            absent=pd.DataFrame(facts["absent"], columns=["employee_id", "name", "department", "team"]),
            edits=tuple(_finding(one) for one in facts["edits"]),
            inputs=tuple(InputFile(**one) for one in facts["inputs"]),
        )
        sealed = mark.get("seal") == marks.seal(mark)
        return StoredBonus(book.name, ruleset, read_tables(book), sealed, bonus)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        raise file_error("damaged-result", book.name) from problem


def _person(record: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the people; what is empty was left out."""
    row: dict[str, Any] = {key: str(record.get(key, "")) for key in _TEXTS}
    for key in PEOPLE:
        if key in _DAYS:
            row[key] = date.fromisoformat(record[key]) if key in record else None
        elif key not in row:
            row[key] = np.float64(record.get(key, "nan"))
    return row


def _finding(record: Mapping[str, Any]) -> Finding:
    """An accepted change; a value in several languages is a mapping."""
    place = Place(record["file"], record["sheet"], record["cell"])
    values = {
        key: Name.model_validate(value) if isinstance(value, dict) else value
        for key, value in record["values"].items()
    }
    return Finding(Severity.ERROR, record["code"], place, values)
