"""How grades and totals fall: of everybody in a result, and of each team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from perfcli import exact
from perfcli.rules.models import Policy
from perfcli.scoring.results import VETO, Results


@dataclass(frozen=True)
class Distribution:
    """The totals and grades of at least one employee.

    ``average`` is the mean of the printed totals, rounded half up as totals are; ``grades`` are the employees
    of each grade, by its id, from the top.
    """

    employees: int
    average: Decimal
    highest: float
    lowest: float
    grades: Mapping[str, int]

    def share(self, grade: str) -> float:
        """The part of the employees who have a grade, from 0 to 1."""
        return self.grades[grade] / self.employees


def distribution(frame: pd.DataFrame, policy: Policy) -> Distribution:
    """How the grades of some rows of ``Results.frame`` fall."""
    totals, counts = frame["total"], frame["grade"].value_counts()
    return Distribution(
        employees=len(frame),
        average=_mean(totals, policy.rounding.total_decimals),
        highest=float(totals.max()),
        lowest=float(totals.min()),
        grades={grade.id: int(counts.get(grade.id, 0)) for grade in policy.grades_from_top},
    )


def vetoed(results: Results) -> pd.DataFrame:
    """The employees whose grade a veto capped: it is not that of their total."""
    frame = results.frame
    return frame[frame[VETO] != ""] if VETO in frame else frame.iloc[:0]


def _mean(totals: pd.Series[float], decimals: int) -> Decimal:
    column = exact.decimals(np.asarray(totals, dtype=np.float64))
    mean = Decimal(int(column.integers.sum())) / Decimal(column.denominator * len(totals))
    return mean.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
