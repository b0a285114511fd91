"""From scores to totals, grades and ranks.

Source of the rule: policy, section 5 (weights are points of the 100; a total is the sum of weighted
scores). Weighted points stay exact; the total is rounded half up once, and the rounded total, which
everyone can see, decides grade and rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.rules.models import Grade, Policy, Rubric
from perfcli.scoring import exact
from perfcli.scoring.exact import Decimals
from perfcli.scoring.results import IDENTITY, OUTCOME, points_key, score_key

Objects = npt.NDArray[np.object_]


def score_employees(employees: pd.DataFrame, rubrics: Mapping[str, Rubric], policy: Policy) -> pd.DataFrame:
    """The results' frame (see ``Results``) of employees with complete scores.

    ``employees`` has the identity columns and ``<indicator>.score`` for every indicator of each row's team.
    """
    scored = [
        _score_team(group, rubrics[str(team)], policy) for team, group in employees.groupby("team", sort=True)
    ]
    if not scored:
        return pd.DataFrame(columns=[*IDENTITY, *OUTCOME])
    frame = pd.concat(scored, ignore_index=True)
    frame["rank"] = ranks(frame["total"])
    frame["team_rank"] = frame.groupby("team")["total"].transform(ranks).astype(np.int64)
    frame = frame.sort_values(["rank", "employee_id"], kind="stable", ignore_index=True)
    return frame[_columns([rubrics[str(team)] for team in sorted(set(frame["team"]))])]


def _columns(rubrics: Sequence[Rubric]) -> list[str]:
    """The columns of a results' frame in their order."""
    dimensions = [points_key(dimension.id) for rubric in rubrics for dimension in rubric.dimensions]
    indicators = [
        key(indicator.id)
        for rubric in rubrics
        for indicator in rubric.indicators
        for key in (score_key, points_key)
    ]
    return list(dict.fromkeys([*IDENTITY, *OUTCOME, *dimensions, *indicators]))


def _score_team(group: pd.DataFrame, rubric: Rubric, policy: Policy) -> pd.DataFrame:
    columns: dict[str, object] = {key: group[key] for key in IDENTITY}
    columns |= dict.fromkeys(OUTCOME)
    dimension_points: list[Decimals] = []
    indicator_columns: dict[str, object] = {}
    for dimension in rubric.dimensions:
        own: list[Decimals] = []
        for indicator in dimension.indicators:
            scores = group[score_key(indicator.id)].to_numpy(dtype=np.float64)
            exact_scores = exact.decimals(scores)
            own.append(exact_scores.times(_share(rubric, indicator.weight)))
            indicator_columns[score_key(indicator.id)] = exact_scores.floats()
            indicator_columns[points_key(indicator.id)] = own[-1].floats()
        dimension_points.append(exact.total(own))
        columns[points_key(dimension.id)] = dimension_points[-1].floats()
    totals = exact.total(dimension_points).rounded(policy.rounding.total_decimals)
    columns["total"] = totals.floats()
    columns["grade"] = grades(totals, policy.grades)
    columns |= {"rank": 0, "team_rank": 0} | indicator_columns
    return pd.DataFrame(columns, index=group.index)


def _share(rubric: Rubric, weight: Decimal) -> Decimal:
    """What one point of score adds to the total."""
    return Decimal(1) if rubric.scale == "points" else weight / 100


def grades(totals: Decimals, bands: Sequence[Grade]) -> Objects:
    """The grade ids of rounded totals: the band with the highest lower bound that a total reaches."""
    ascending = sorted(bands, key=lambda grade: grade.lower_bound)
    bounds = exact.from_decimals(grade.lower_bound for grade in ascending)
    places = max(bounds.places, totals.places)
    found = np.searchsorted(bounds.at(places), totals.at(places), side="right") - 1
    identifiers: Objects = np.array([grade.id for grade in ascending], dtype=object)
    return identifiers[found]


def ranks(totals: pd.Series[float]) -> pd.Series[int]:
    """Ranks from the highest total; equal totals share one and the next is left out (1, 2, 2, 4)."""
    return totals.rank(method="min", ascending=False).astype(np.int64)
