"""The control totals of an exported file: what its receiver can check it by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from perfcli.rewards.payroll import PayrollTable
from perfcli.scoring.omissions import left_out_record
from perfcli.scoring.results import InputFile
from perfcli.version import __version__


def control_totals(
    table: PayrollTable, content: bytes, source: InputFile, left_out: pd.DataFrame, **how: str
) -> Mapping[str, Any]:
    """Rows, sums of money, and the SHA-256 of an export and of the workbook that it was made from.

    Whom an error kept from being scored is listed under ``left_out``, a key that is not there for nobody.

    ``how`` says how it was written: ``file``, ``format``, ``encoding``.
    """
    return {
        "perf": __version__,
        **how,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(table.rows),
        "sums": {key: f"{total:f}" for key, total in table.sums.items()},
        "columns": [column.key or column.header for column in table.columns],
        "source": {"name": source.name, "sha256": source.sha256},
        **({"left_out": left_out_record(left_out)} if len(left_out) else {}),
    }


def control_file(totals: Mapping[str, Any]) -> bytes:
    """The totals as the bytes of a small .json file."""
    return (json.dumps(totals, ensure_ascii=False, indent=2) + "\n").encode()
