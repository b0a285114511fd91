"""Cases that HR can write: rubric and scores in YAML, with the total, grade and rank to expect.

A file in ``tests/cases`` has ``employees``: name → scores in the order of the indicators, total, grade, rank.
The rubric is a shipped one (``team``) or given by names and weights (``rubric``). ``policy`` may set
``total_decimals`` and ``grades`` (id → lower bound) and any other key of policy.yaml; the rest is the
shipped policy. Scores with so many digits that YAML would round them stand in quotation marks.

An indicator of ``rubric`` may be more than its weight: a mapping as in a rubric (``weight``, ``measure``,
``optional``, ``veto``). Then an employee has, in place of ``scores``, ``indicators``: name → a score, a word
of the measure, 不適用, or a mapping of roles (``target``, ``actual``, ``self``, ``peer``, ``superior``,
``score``); further ``adjustment``, and ``veto``: the names of the indicators that cap the grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from perfcli.folding import fold, is_not_applicable
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import (
    ADJUSTMENT,
    IDENTITY,
    REASON,
    VETO,
    not_applicable_key,
    role_key,
    score_key,
)
from perfcli.scoring.scorer import score_employees

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"), key=lambda path: path.name)


def rubric_of(case: Mapping[str, Any], ruleset: Ruleset) -> Rubric:
    if "team" in case:
        return ruleset.rubrics[case["team"]]
    dimensions = []
    for row, dimension in enumerate(case["rubric"]["dimensions"]):
        indicators = [
            {"id": f"i{row}-{column}", "name": name} | _rules(rules)
            for column, (name, rules) in enumerate(dimension["indicators"].items())
        ]
        weight = sum(indicator["weight"] for indicator in indicators)
        dimensions.append({"id": f"d{row}", "name": f"類別{row}", "weight": weight, "indicators": indicators})
    scale = case["rubric"].get("scale", "hundred")
    return Rubric.model_validate({"team": "team", "name": "團隊", "scale": scale, "dimensions": dimensions})


def _rules(rules: Any) -> dict[str, Any]:
    """What a case says of an indicator: its weight, or a mapping."""
    given = dict(rules) if isinstance(rules, Mapping) else {"weight": rules}
    return given | {"weight": Decimal(str(given["weight"]))}


def policy_of(case: Mapping[str, Any], ruleset: Ruleset) -> Policy:
    changes = dict(case.get("policy", {}))
    data = ruleset.policy.model_dump(by_alias=True)
    if "total_decimals" in changes:
        data["rounding"]["total_decimals"] = changes.pop("total_decimals")
    if "grades" in changes:
        bounds = changes.pop("grades")
        data["grades"] = [
            {"id": grade.lower(), "name": grade, "lower_bound": Decimal(str(bound))}
            for grade, bound in bounds.items()
        ]
    return Policy.model_validate(data | changes)


def cells_of(expected: Mapping[str, Any], rubric: Rubric) -> Iterator[tuple[str, object]]:
    """The columns of one employee, as sheets are read."""
    if "scores" in expected:
        for indicator, score in zip(rubric.indicators, expected["scores"], strict=True):
            yield score_key(indicator.id), float(score)
        return
    indicators = {indicator.names()[0]: indicator for indicator in rubric.indicators}
    assert set(expected["indicators"]) <= set(indicators)
    for name, indicator in indicators.items():
        given = expected["indicators"].get(name)
        yield not_applicable_key(indicator.id), isinstance(given, str) and is_not_applicable(given)
        roles = given if isinstance(given, Mapping) else {Role.SCORE: given}
        for role, content in roles.items():
            yield role_key(indicator.id, Role(role)), _number(content, indicator, rubric)


def _number(content: object, indicator: Indicator, rubric: Rubric) -> float:
    """A cell as a number: a word of the measure is its score."""
    if isinstance(content, str):
        if is_not_applicable(content):
            return float("nan")
        words = rubric.words(indicator)
        content = words.get(fold(content), content)
    return float(str(content)) if content is not None else float("nan")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_totals_grades_and_ranks(path: Path, shipped_rules: Ruleset) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    rubric, policy = rubric_of(case, shipped_rules), policy_of(case, shipped_rules)
    rows = [
        dict.fromkeys(IDENTITY, "")
        | {"employee_id": name, "team": rubric.team}
        | dict(cells_of(expected, rubric))
        | {ADJUSTMENT: float(expected.get("adjustment", 0)), REASON: ""}
        for name, expected in case["employees"].items()
    ]
    frame = score_employees(pd.DataFrame(rows), {rubric.team: rubric}, policy).set_index("employee_id")
    names = {indicator.id: indicator.names()[0] for indicator in rubric.indicators}
    for name, expected in case["employees"].items():
        row = frame.loc[name]
        grade = expected["grade"].lower()
        assert (row["total"], row["grade"], row["rank"]) == (expected["total"], grade, expected["rank"]), name
        assert [names[one] for one in row.get(VETO, "").split()] == expected.get("veto", []), name
