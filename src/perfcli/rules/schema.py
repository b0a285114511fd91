"""JSON Schemas by which an editor completes and checks the YAML files."""

from __future__ import annotations

from typing import Any

from perfcli.rules.models import Policy, Rubric


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of ``policy.yaml`` (key ``policy``) and of a team's file (key ``rubric``)."""
    return {
        "policy": Policy.model_json_schema(by_alias=True),
        "rubric": Rubric.model_json_schema(by_alias=True),
    }
