"""Bonuses as plain records, the shape of ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.scoring.omissions import left_out_record
from perfcli.scoring.records import findings_record, plain
from perfcli.scoring.results import rows
from perfcli.text import Wording
from perfcli.version import __version__


def bonus_record(bonus: Bonus, wording: Wording) -> dict[str, Any]:
    """A bonus: sums, employees with the keys of ``Bonus.frame``, who has no result or no score, findings."""
    pool, budget = bonus.pool, bonus.payment.budget
    return {
        "perf": __version__,
        "period": bonus.period,
        "cycle": bonus.cycle.value,
        "method": bonus.payment.method.value,
        "currency": bonus.rules.currency,
        "paid": plain(float(bonus.paid)),
        "pool": None if pool is None else plain(float(pool)),
        "budget": None if budget is None else plain(float(budget)),
        "employees": [employee_record(row, bonus, wording) for row in rows(bonus.frame)],
        "without_result": [dict(row) for row in rows(bonus.absent)],
        "unscored": left_out_record(bonus.unscored),
        "edited": [finding.record(wording) for finding in bonus.edits],
        "findings": findings_record(bonus.findings, wording),
    }


def employee_record(row: Mapping[str, Any], bonus: Bonus, wording: Wording) -> dict[str, Any]:
    """One row of the bonus; numbers as JSON writes them best, null where there is none."""
    notes = [note.in_language(wording.language) for note in bonus.notes[row["employee_id"]]]
    record = {key: plain(value) if isinstance(value, float) else value for key, value in row.items()}
    return record | {"notes": notes}
