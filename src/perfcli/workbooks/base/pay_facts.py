"""What the hidden sheet of a workbook of pay holds: see ``perfcli.sealed.stored_pay``, which reads it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from perfcli import exact
from perfcli.files import marks
from perfcli.findings import Finding
from perfcli.rewards.bonus.bonus import PEOPLE, Bonus
from perfcli.rewards.raises.raises import KNOWN, Raises
from perfcli.rules.pay import PAY
from perfcli.scoring.results import rows
from perfcli.text import Language, Translated, Wording
from perfcli.workbooks.base.facts import file_record, rules_record, sealed
from perfcli.workbooks.base.tables import TablePlace


def bonus_mark(bonus: Bonus, tables: Sequence[TablePlace], wording: Wording) -> dict[str, str]:
    """The facts of a bonus: rules and people as they were, where its tables stand, and a digest over that."""
    facts = {
        "order": {"cycle": bonus.cycle.value, "pool": _written(bonus.order.pool)},
        "people": _people(rows(bonus.people[list(PEOPLE)])),
        "absent": _people(rows(bonus.absent)),
    }
    return _mark(marks.BONUS, bonus, facts, tables, wording)


def raise_mark(raises: Raises, tables: Sequence[TablePlace], wording: Wording) -> dict[str, str]:
    """The facts of raises: the same as those of a bonus."""
    wanted = raises.wanted
    facts = {
        "order": {
            "effective": raises.effective.isoformat(),
            "budget": _written(raises.budget),
            "confirm_cuts": wanted.confirm_cuts,
            "fit_budget": wanted.fit_budget,
        },
        "people": _people(rows(raises.frame[list(KNOWN)])),
        "left_out": _people(rows(raises.left_out)),
    }
    return _mark(marks.RAISE, raises, facts, tables, wording)


def _mark(
    kind: str, pay: Bonus | Raises, facts: Mapping[str, Any], tables: Sequence[TablePlace], wording: Wording
) -> dict[str, str]:
    sources = {
        "edits": [_edit(one) for one in pay.edits],
        "inputs": [file_record(file) for file in pay.inputs],
    }
    sealed_facts = {
        "rules": rules_record(pay.ruleset, sorted(set(pay.frame["team"])), _is_of_pay),
        "employees": {**facts, **sources},
        "tables": [table.record() for table in tables],
    }
    return sealed(kind, marks.PAY_SCHEMA, wording, pay.period, sealed_facts)


def _is_of_pay(path: str) -> bool:
    return path.startswith(PAY)


def _people(people: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What is known of everybody: texts, decimals and days as texts, without what is empty."""
    return [{key: text for key, value in row.items() if (text := _written(value))} for row in people]


def _written(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else str(exact.decimal(value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _edit(finding: Finding) -> dict[str, Any]:
    place = finding.place
    values = {
        key: {str(one): value.in_language(one) for one in Language}
        if isinstance(value, Translated)
        else str(value)
        for key, value in finding.values.items()
    }
    where = {"file": place.file, "sheet": place.sheet, "cell": place.cell}
    return {"code": finding.code, **where, "values": values}
