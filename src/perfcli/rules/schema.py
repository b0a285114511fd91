"""JSON Schemas by which an editor completes and checks the YAML files."""

from __future__ import annotations

from typing import Any

from perfcli.rules.calendars import CalendarDays
from perfcli.rules.models import CycleRubric, Policy, Rubric


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas of ``policy.yaml`` (key ``policy``), of a team's file, a cycle's and a calendar."""
    return {
        "policy": Policy.model_json_schema(by_alias=True),
        "rubric": Rubric.model_json_schema(by_alias=True),
        "cycle": CycleRubric.model_json_schema(by_alias=True),
        "calendar": CalendarDays.model_json_schema(by_alias=True),
    }
