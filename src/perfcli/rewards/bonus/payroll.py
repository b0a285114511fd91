"""A bonus as payroll imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.payroll import Columns, PayrollTable, flat_table, payroll_columns
from perfcli.text import Wording


def bonus_payroll(bonus: Bonus, wording: Wording, columns: Columns | None = None) -> PayrollTable:
    """A bonus as payroll imports it."""
    wanted = payroll_columns(bonus.ruleset, wording) if columns is None else columns
    computed: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "currency": lambda _: bonus.rules.currency or "",
        "note": lambda row: wording("raise.between").join(
            note.in_language(wording.language) for note in bonus.notes[row["employee_id"]]
        ),
    }
    known = bonus.people.drop(columns=[key for key in bonus.people if key in bonus.frame])
    frame = pd.concat([bonus.frame, known], axis="columns")
    return flat_table(frame, bonus.ruleset, wanted, wording, computed)
