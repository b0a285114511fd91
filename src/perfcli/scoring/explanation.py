"""How one employee's total, grade and ranks came about, step by step."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from perfcli.rules.models import Grade, Indicator, Rubric
from perfcli.rules.names import Name, fold
from perfcli.rules.ruleset import POLICY, Ruleset
from perfcli.scoring import exact
from perfcli.scoring.results import Results, score_key


@dataclass(frozen=True)
class IndicatorStep:
    """score × weight ÷ 100 = points (with ``scale: points``, the score is the points)."""

    name: Name
    score: str
    weight: str
    points: str
    rule: str


@dataclass(frozen=True)
class DimensionStep:
    """The points of a dimension, the sum of its indicators'."""

    name: Name
    weight: str
    points: str
    rule: str
    indicators: tuple[IndicatorStep, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything that led to one employee's result; numbers are written out as exact decimals.

    ``sum`` is the exact total before rounding; ``next_grade`` the grade above, or None at the top.
    """

    employee_id: str
    name: str
    rubric: Rubric
    period: str
    dimensions: tuple[DimensionStep, ...]
    sum: str
    total: str
    decimals: int
    rounding_rule: str
    grade: Grade
    next_grade: Grade | None
    grade_rule: str
    rank: int
    team_rank: int
    higher: int
    higher_in_team: int
    employees: int
    employees_in_team: int


def find_employees(results: Results, who: str) -> pd.DataFrame:
    """The rows of the employees who have an id, or else a name, as given; nobody where there is none."""
    frame = results.frame
    for key in ("employee_id", "name"):
        found = frame[[fold(str(value)) == fold(who) for value in frame[key]]]
        if len(found):
            return found
    return frame.iloc[:0]


def explain(results: Results, employee_id: str) -> Explanation:
    """The explanation of one employee of a result."""
    frame = results.frame
    row: Mapping[Hashable, Any] = frame[frame["employee_id"] == employee_id].iloc[0].to_dict()
    ruleset, rubric = results.ruleset, results.ruleset.rubrics[row["team"]]
    grades = ruleset.policy.grades_from_top
    level = next(index for index, grade in enumerate(grades) if grade.id == row["grade"])
    team = results.of_team(rubric.team)
    decimals = ruleset.policy.rounding.total_decimals
    dimensions = tuple(_dimensions(rubric, ruleset, row))
    return Explanation(
        employee_id=employee_id,
        name=row["name"],
        rubric=rubric,
        period=row["period"],
        dimensions=dimensions,
        sum=written(sum((_points(rubric, indicator, row) for indicator in rubric.indicators), Decimal(0))),
        total=f"{row['total']:.{decimals}f}",
        decimals=decimals,
        rounding_rule=ruleset.place(POLICY, "rounding.total_decimals"),
        grade=grades[level],
        next_grade=grades[level - 1] if level else None,
        grade_rule=ruleset.place(POLICY, f"grades[{ruleset.policy.grades.index(grades[level])}].lower_bound"),
        rank=int(row["rank"]),
        team_rank=int(row["team_rank"]),
        higher=int((frame["total"] > row["total"]).sum()),
        higher_in_team=int((team["total"] > row["total"]).sum()),
        employees=len(frame),
        employees_in_team=len(team),
    )


def _dimensions(rubric: Rubric, ruleset: Ruleset, row: Mapping[Hashable, Any]) -> Iterator[DimensionStep]:
    for index, dimension in enumerate(rubric.dimensions):
        path = f"dimensions[{index}]"
        points = [_points(rubric, indicator, row) for indicator in dimension.indicators]
        yield DimensionStep(
            name=dimension.name,
            weight=written(dimension.weight),
            points=written(sum(points, Decimal(0))),
            rule=ruleset.place(rubric.team, f"{path}.weight"),
            indicators=tuple(
                IndicatorStep(
                    name=indicator.name,
                    score=written(_score(indicator, row)),
                    weight=written(indicator.weight),
                    points=written(_points(rubric, indicator, row)),
                    rule=ruleset.place(rubric.team, f"{path}.indicators[{number}].weight"),
                )
                for number, indicator in enumerate(dimension.indicators)
            ),
        )


def _score(indicator: Indicator, row: Mapping[Hashable, Any]) -> Decimal:
    return exact.decimal(row[score_key(indicator.id)])


def _points(rubric: Rubric, indicator: Indicator, row: Mapping[Hashable, Any]) -> Decimal:
    score = _score(indicator, row)
    return score if rubric.scale == "points" else score * indicator.weight / 100


def written(number: Decimal) -> str:
    """A decimal without needless zeros: 27.6, 30."""
    return f"{number.normalize():f}"
