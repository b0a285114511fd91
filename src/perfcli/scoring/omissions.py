"""Whom a partial result leaves out: those whom an error kept from being scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from perfcli.scoring.results import IDENTITY, rows
from perfcli.text import Term

PLACE = ("file", "sheet", "row")
WHOLE_SHEET = -1
"""Stands for the row where nobody on a sheet could be read; who they are is not known then."""

_SHOWN = 10


def partial_note(scored: int, left_out: pd.DataFrame, key: str = "partial.note") -> Term | None:
    """That so many were scored, and how many and who were not; None where nobody is known to be left out."""
    return Term(key, partial_values(scored, left_out)) if len(left_out) else None


def partial_values(scored: int, left_out: pd.DataFrame) -> dict[str, object]:
    """What texts of a partial result say: ``scored``, ``who`` (how many), ``employees`` (the first ten)."""
    people = list(dict.fromkeys(_label(row) for row in rows(left_out) if row["row"] != WHOLE_SHEET))
    sheets = list(dict.fromkeys(_place(row) for row in rows(left_out) if row["row"] == WHOLE_SHEET))
    counts = {"partial.people": len(people), "partial.sheets": len(sheets)}
    every: list[object] = [*people, *(Term("partial.sheet", {"place": place}) for place in sheets)]
    return {
        "scored": scored,
        "who": [Term(key, {"count": count}) for key, count in counts.items() if count],
        "employees": [*every[:_SHOWN], *(["…"] if len(every) > _SHOWN else [])],
    }


def left_out_record(left_out: pd.DataFrame) -> list[dict[str, Any]]:
    """Everybody who is left out, as JSON holds them: identity, file, sheet, and row counted from 0."""
    return [dict(row) for row in rows(left_out[[*IDENTITY, *PLACE]])] if len(left_out) else []


def read_left_out(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Those whom ``left_out_record`` wrote."""
    return pd.DataFrame([dict(one) for one in records], columns=[*IDENTITY, *PLACE])


def _label(row: Mapping[str, Any]) -> str:
    """Id and name, or where somebody stands who has neither."""
    return f"{row['employee_id']} {row['name']}".strip() or f"{_place(row)} > {row['row'] + 1}"


def _place(row: Mapping[str, Any]) -> str:
    return " > ".join(part for part in (row["file"], row["sheet"]) if part)
