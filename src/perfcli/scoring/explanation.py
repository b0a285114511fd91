"""How one employee's total, grade and ranks came about, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce

import numpy as np
import pandas as pd

from perfcli import exact
from perfcli.folding import fold
from perfcli.rules.models import Grade, Indicator, Policy, Rubric
from perfcli.rules.names import Name
from perfcli.rules.numbers import written
from perfcli.rules.ruleset import POLICY, Ruleset
from perfcli.scoring.derivations import Row, derive
from perfcli.scoring.origins import RATED, Origin
from perfcli.scoring.results import (
    ADJUSTMENT,
    REASON,
    VETO,
    Results,
    origin_key,
    score_key,
    stated_weight_key,
)
from perfcli.scoring.scorer import grades
from perfcli.scoring.weights import shared_weights
from perfcli.text import Term


@dataclass(frozen=True)
class IndicatorStep:
    """score × weight ÷ 100 = points (with ``scale: points``, the score is the points).

    ``score`` is empty where the indicator does not apply. ``own_weight`` is the rubric's weight where
    ``weight`` is another, because somebody's is shared or the sheet states one, which is ``stated_weight``
    (else empty); ``derivation`` says where the score came from, and
    ``derivation_rule`` where that is written.
    """

    name: Name
    score: str
    weight: str
    own_weight: str
    stated_weight: str
    points: str
    rule: str
    derivation: tuple[Term, ...]
    derivation_rule: str


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

    ``score_rule`` is where the decimals of computed scores are written, empty where every score was typed;
    ``sum`` is the exact total before the ``adjustment`` (empty without one) and rounding; ``limit`` is the
    lowest or highest total where it acted, else empty. ``earned_grade`` is the grade of the total where a
    veto capped it, else None; ``vetoes`` are the indicators that did. ``next_grade`` is the grade above the
    total's, or None at the top.
    """

    employee_id: str
    name: str
    rubric: Rubric
    period: str
    dimensions: tuple[DimensionStep, ...]
    score_decimals: int
    score_rule: str
    sum: str
    adjustment: str
    adjustment_reason: str
    adjusted: str
    limit: str
    limit_rule: str
    total: str
    decimals: int
    rounding_rule: str
    grade: Grade
    earned_grade: Grade | None
    vetoes: tuple[VetoStep, ...]
    next_grade: Grade | None
    grade_rule: str
    rank: int
    team_rank: int
    higher: int
    higher_in_team: int
    employees: int
    employees_in_team: int

    @property
    def steps(self) -> tuple[Term, ...]:
        """The steps in words: scores that were not simply typed, formula, sum, rounding, grade, ranks."""
        return tuple(_steps(self))


@dataclass(frozen=True)
class VetoStep:
    """An indicator whose score capped the grade."""

    name: Name
    score: str
    below: str
    highest_grade: Grade
    rule: str


def _steps(one: Explanation) -> Iterator[Term]:
    for dimension in one.dimensions:
        yield from filter(None, map(_origin, dimension.indicators))
    if one.score_rule:
        yield Term("explain.score", {"decimals": one.score_decimals, "rule": one.score_rule})
    yield Term(f"explain.formula.{'points' if one.rubric.counts_points else 'hundred'}")
    yield Term("explain.sum", {"parts": " + ".join(step.points for step in one.dimensions), "sum": one.sum})
    if one.adjustment:
        values = {"adjustment": one.adjustment, "reason": one.adjustment_reason, "sum": one.adjusted}
        yield Term("explain.adjustment", values)
    total = {"sum": one.adjusted, "total": one.total, "decimals": one.decimals}
    if one.limit:
        yield Term("explain.limit", {**total, "limit": one.limit, "rule": one.limit_rule or "0"})
    else:
        yield Term("explain.rounding", {**total, "rule": one.rounding_rule})
    yield from _grade_steps(one)
    yield Term("explain.rank", {"higher": one.higher, "rank": one.rank, "employees": one.employees})
    in_team = {"higher": one.higher_in_team, "rank": one.team_rank, "employees": one.employees_in_team}
    yield Term("explain.team_rank", in_team)


def _origin(step: IndicatorStep) -> Term | None:
    """Where a score came from that was not simply typed, and whose weight is shared."""
    reasons = list(step.derivation)
    if step.stated_weight:
        reasons.append(Term("explain.weight-stated", {"own": step.own_weight, "weight": step.stated_weight}))
    before = step.stated_weight or step.own_weight
    if before and before != step.weight:
        key = "explain.weight-shared" if step.score else "explain.weight-given-away"
        reasons.append(Term(key, {"own": before, "weight": step.weight}))
    if not reasons:
        return None
    how = reduce(lambda before, reason: Term("explain.then", {"before": before, "reason": reason}), reasons)
    if step.derivation_rule:
        how = Term("explain.by-rule", {"how": how, "rule": file_and_line(step.derivation_rule)})
    return Term("explain.derivation", {"indicator": step.name, "how": how})


def _grade_steps(one: Explanation) -> Iterator[Term]:
    """The grade of the total, and what a veto made of it."""
    grade, upper = one.earned_grade or one.grade, one.next_grade
    band = {"total": one.total, "grade": grade.name, "bound": grade.lower_bound, "rule": one.grade_rule}
    if upper is None:
        yield Term("explain.band", band)
    else:
        yield Term("explain.band.below", {**band, "upper": upper.name, "upper_bound": upper.lower_bound})
    for veto in one.vetoes:
        values = {"indicator": veto.name, "score": veto.score, "below": veto.below, "rule": veto.rule}
        yield Term("explain.veto", {**values, "grade": veto.highest_grade.name})


def file_and_line(rule: str) -> str:
    """File and line of a rule; its path is for machines and would not fit beside the numbers."""
    return rule.partition(" ")[0]


def find_employees(frame: pd.DataFrame, who: str) -> pd.DataFrame:
    """The rows of the employees who have an id, or else a name, as given; nobody where there is none."""
    for key in ("employee_id", "name"):
        found = frame[[fold(str(value)) == fold(who) for value in frame[key]]]
        if len(found):
            return found
    return frame.iloc[:0]


def explain(results: Results, employee_id: str) -> Explanation:
    """The explanation of one employee of a result."""
    frame = results.frame
    row: Row = frame[frame["employee_id"] == employee_id].iloc[0].to_dict()
    ruleset, rubric = results.ruleset, results.ruleset.rubrics[row["team"]]
    policy, team = ruleset.policy, results.of_team(row["team"])
    decimals = policy.rounding.total_decimals
    weights = _weights(rubric, policy, row)
    points = {one.id: _points(rubric, one, weights, row) for one in rubric.indicators}
    exact_sum = sum(points.values(), Fraction(0))
    adjustment = exact.decimal(row.get(ADJUSTMENT) or 0)
    total = exact.decimal(row["total"])
    band = band_of(policy, total)
    stated = _stated(rubric, row)
    dimensions = tuple(_Employee(rubric, ruleset, row, stated, weights, points).dimensions())
    computed = any(step.derivation_rule for dimension in dimensions for step in dimension.indicators)
    limit, limit_rule = _limit(ruleset, exact_sum + Fraction(adjustment), total)
    return Explanation(
        employee_id=employee_id,
        name=row["name"],
        rubric=rubric,
        period=row["period"],
        dimensions=dimensions,
        score_decimals=policy.rounding.score_decimals,
        score_rule=ruleset.place(POLICY, "rounding.score_decimals") if computed else "",
        sum=written(exact_sum),
        adjustment=f"{adjustment.normalize():+f}" if adjustment else "",
        adjustment_reason=str(row.get(REASON) or ""),
        adjusted=written(exact_sum + Fraction(adjustment)),
        limit=limit,
        limit_rule=limit_rule,
        total=f"{row['total']:.{decimals}f}",
        decimals=decimals,
        rounding_rule=ruleset.place(POLICY, "rounding.total_decimals"),
        grade=policy.grade(row["grade"]),
        earned_grade=band if band.id != row["grade"] else None,
        vetoes=tuple(_vetoes(rubric, ruleset, row)),
        next_grade=grade_above(policy, band),
        grade_rule=ruleset.place(POLICY, f"grades[{policy.grades.index(band)}].lower_bound"),
        rank=int(row["rank"]),
        team_rank=int(row["team_rank"]),
        higher=int((frame["total"] > row["total"]).sum()),
        higher_in_team=int((team["total"] > row["total"]).sum()),
        employees=len(frame),
        employees_in_team=len(team),
    )


def band_of(policy: Policy, total: Decimal) -> Grade:
    """The grade of a total, before anything caps it."""
    (identifier,) = grades(exact.from_decimals([total]), policy.grades)
    return policy.grade(identifier)


def grade_above(policy: Policy, band: Grade) -> Grade | None:
    """The grade above one; None above the best."""
    level = policy.grades_from_top.index(band)
    return policy.grades_from_top[level - 1] if level else None


def _limit(ruleset: Ruleset, exact_total: Fraction, total: Decimal) -> tuple[str, str]:
    """The lowest or highest total where it acted, and where it is written."""
    highest = ruleset.policy.highest_total
    if exact_total < 0:
        return "0", ""
    if highest is not None and total == highest and exact_total > highest:
        return written(highest), ruleset.place(POLICY, "highest_total")
    return "", ""


def _weights(rubric: Rubric, policy: Policy, row: Row) -> Mapping[str, Fraction]:
    """The weights that counted for this employee."""
    left_out = [one.id for one in rubric.indicators if np.isnan(row[score_key(one.id)])]
    return shared_weights(rubric, left_out, policy.not_applicable, _stated(rubric, row))


def _stated(rubric: Rubric, row: Row) -> Mapping[str, Decimal]:
    """The weights of this employee's sheet that counted in place of the rubric's."""
    every = {one.id: row.get(stated_weight_key(one.id), np.nan) for one in rubric.indicators}
    return {one: exact.decimal(weight) for one, weight in every.items() if not np.isnan(weight)}


def _points(rubric: Rubric, indicator: Indicator, weights: Mapping[str, Fraction], row: Row) -> Fraction:
    score = row[score_key(indicator.id)]
    if np.isnan(score):
        return Fraction(0)
    return Fraction(exact.decimal(score)) * weights[indicator.id] / Fraction(rubric.full_marks(indicator))


def _vetoes(rubric: Rubric, ruleset: Ruleset, row: Row) -> Iterator[VetoStep]:
    named = str(row.get(VETO) or "").split()
    for indicator, path in rubric.paths():
        if indicator.id in named and indicator.veto is not None:
            yield VetoStep(
                name=indicator.name,
                score=written(exact.decimal(row[score_key(indicator.id)])),
                below=written(indicator.veto.below),
                highest_grade=ruleset.policy.grade(indicator.veto.highest_grade),
                rule=ruleset.place(rubric.team, f"{path}.veto"),
            )


@dataclass(frozen=True)
class _Employee:
    """One row of a result, the weights that its sheet states, those that counted and the exact points."""

    rubric: Rubric
    ruleset: Ruleset
    row: Row
    stated: Mapping[str, Decimal]
    weights: Mapping[str, Fraction]
    points: Mapping[str, Fraction]

    def dimensions(self) -> Iterator[DimensionStep]:
        for index, dimension in enumerate(self.rubric.dimensions):
            path = f"dimensions[{index}]"
            points = sum((self.points[one.id] for one in dimension.indicators), Fraction(0))
            yield DimensionStep(
                name=dimension.name,
                weight=written(sum(map(self._own_weight, dimension.indicators), Decimal(0))),
                points=written(points),
                rule=self.ruleset.place(self.rubric.team, f"{path}.weight"),
                indicators=tuple(
                    self._indicator(indicator, f"{path}.indicators[{number}]")
                    for number, indicator in enumerate(dimension.indicators)
                ),
            )

    def _own_weight(self, indicator: Indicator) -> Decimal:
        """The weight that the sheet or the rubric says, before any is shared."""
        return self.stated.get(indicator.id, indicator.weight)

    def _indicator(self, indicator: Indicator, path: str) -> IndicatorStep:
        score, weight = self.row[score_key(indicator.id)], self.weights[indicator.id]
        origin = Origin(self.row[origin_key(indicator.id)])
        applies = origin is not Origin.NOT_APPLICABLE
        rule = self._derivation_rule(indicator, origin, path)
        own = self._own_weight(indicator)
        stated = written(own) if own != indicator.weight else ""
        return IndicatorStep(
            name=indicator.name,
            score=written(exact.decimal(score)) if applies else "",
            weight=written(weight),
            own_weight=written(indicator.weight) if stated or weight != Fraction(indicator.weight) else "",
            stated_weight=stated,
            points=written(self.points[indicator.id]) if applies else "",
            rule=self.ruleset.place(self.rubric.team, f"{path}.weight"),
            derivation=tuple(derive(self.rubric, indicator, self.ruleset.policy, self.row))
            if applies
            else (),
            derivation_rule=self.ruleset.place(*rule) if rule and applies else "",
        )

    def _derivation_rule(self, indicator: Indicator, origin: Origin, path: str) -> tuple[str, str] | None:
        """The file and the path of the rule by which a score came about; None where it was simply typed."""
        if origin in RATED:
            return POLICY, "raters"
        if origin is not Origin.TYPED:
            return self.rubric.team, f"{path}.measure"
        if not self.rubric.is_converted(indicator):
            return None
        return self.rubric.team, "scale" if indicator.scale is None else f"{path}.scale"
