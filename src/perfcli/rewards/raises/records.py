"""Raises as plain records, the shape of ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from perfcli.rewards.raises.raises import Raises
from perfcli.scoring.omissions import left_out_record
from perfcli.scoring.records import findings_record, plain
from perfcli.scoring.results import rows
from perfcli.text import Wording
from perfcli.version import __version__


def raises_record(raises: Raises, wording: Wording) -> dict[str, Any]:
    """Raises: sums, employees with the keys of ``Raises.frame``, who is left out, findings.

    ``scaled_to`` is the percentage to which a budget scales the raises; null where none is exceeded.
    """
    fit = raises.fit
    return {
        "perf": __version__,
        "period": raises.period,
        "effective": raises.effective.isoformat(),
        "currency": raises.ruleset.policy.bonus.currency,
        "cost_per_month": plain(float(raises.cost)),
        "cost_per_year": plain(float(raises.cost_of_year)),
        "budget": None if raises.budget is None else plain(float(raises.budget)),
        "excess": None if fit is None else plain(float(fit.excess)),
        "scaled_to": None if fit is None else fit.percent_text,
        "scaled": fit is not None and raises.order.fit_budget,
        "cuts_confirmed": raises.order.confirm_cuts,
        "employees": [raise_record(row, raises, wording) for row in rows(raises.frame)],
        "left_out": [dict(row) for row in rows(raises.left_out)],
        "unscored": left_out_record(raises.unscored),
        "edited": [finding.record(wording) for finding in raises.edits],
        "findings": findings_record(raises.findings, wording),
    }


def raise_record(row: Mapping[str, Any], raises: Raises, wording: Wording) -> dict[str, Any]:
    """One row; numbers as JSON writes them best, null where there is none."""
    measure = raises.measure(row["grade"], row["percent"])
    return {key: _plain(value) for key, value in row.items()} | {
        "notes": [note.in_language(wording.language) for note in row["notes"]],
        "measure": None if measure is None else measure.in_language(wording.language),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) if isinstance(value, float) else value
