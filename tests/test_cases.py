"""Cases that HR can write: rubric and scores in YAML, with the total, grade and rank to expect.

A file in ``tests/cases`` has ``employees``: name → scores in the order of the indicators, total, grade, rank.
The rubric is a shipped one (``team``) or given by names and weights (``rubric``). ``policy`` may set
``total_decimals`` and ``grades`` (id → lower bound) anew; the rest is the shipped policy.
Scores with so many digits that YAML would round them stand in quotation marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from perfcli.rules.models import Grade, Policy, Rounding, Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import IDENTITY, score_key
from perfcli.scoring.scorer import score_employees

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"), key=lambda path: path.name)


def rubric_of(case: Mapping[str, Any], ruleset: Ruleset) -> Rubric:
    if "team" in case:
        return ruleset.rubrics[case["team"]]
    dimensions = []
    for row, dimension in enumerate(case["rubric"]["dimensions"]):
        indicators = [
            {"id": f"i{row}-{column}", "name": name, "weight": Decimal(str(weight))}
            for column, (name, weight) in enumerate(dimension["indicators"].items())
        ]
        weight = sum(indicator["weight"] for indicator in indicators)
        dimensions.append({"id": f"d{row}", "name": f"類別{row}", "weight": weight, "indicators": indicators})
    scale = case["rubric"].get("scale", "hundred")
    return Rubric.model_validate({"team": "team", "name": "團隊", "scale": scale, "dimensions": dimensions})


def policy_of(case: Mapping[str, Any], ruleset: Ruleset) -> Policy:
    changes = case.get("policy", {})
    update: dict[str, object] = {}
    if "total_decimals" in changes:
        update["rounding"] = Rounding(total_decimals=changes["total_decimals"])
    if "grades" in changes:
        update["grades"] = tuple(
            Grade.model_construct(
                id=grade, name=ruleset.policy.grades[0].name, lower_bound=Decimal(str(bound))
            )
            for grade, bound in changes["grades"].items()
        )
    return ruleset.policy.model_copy(update=update)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_totals_grades_and_ranks(path: Path, shipped_rules: Ruleset) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    rubric, policy = rubric_of(case, shipped_rules), policy_of(case, shipped_rules)
    rows = [
        dict.fromkeys(IDENTITY, "")
        | {"employee_id": name, "team": rubric.team}
        | {
            score_key(indicator.id): float(score)
            for indicator, score in zip(rubric.indicators, expected["scores"], strict=True)
        }
        for name, expected in case["employees"].items()
    ]
    frame = score_employees(pd.DataFrame(rows), {rubric.team: rubric}, policy).set_index("employee_id")
    found = {name: dict(row) for name, row in frame[["total", "grade", "rank"]].iterrows()}
    for name, expected in case["employees"].items():
        assert found[name] == {key: expected[key] for key in ("total", "grade", "rank")}, name
