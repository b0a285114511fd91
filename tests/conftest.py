"""What all tests share: rules to test with, and how much Hypothesis tries."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from perfcli.files import isolation
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.ruleset import Ruleset
from support.companies import small_company

pytest_plugins = ["support.quick"]

settings.register_profile(
    "perf",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fuzz", settings.get_profile("perf"), derandomize=False, max_examples=3750)
settings.load_profile("perf")  # `make fuzz` loads the other one


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the tester's own environment decides nothing."""
    for variable in ("PERF_RUBRICS", "PERF_LANG", "PERF_PASSWORD"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process: a child for each takes long. What needs the child is marked."""
    if request.node.get_closest_marker("isolated") is None:
        monkeypatch.setattr(isolation, "can_isolate", lambda: False)


@pytest.fixture(scope="session")
def shipped_rules() -> Ruleset:
    """The rules that travel with perf."""
    return load_ruleset(shipped("rubrics"))


@pytest.fixture(scope="session")
def small_rules(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    """The rules of ``tests/small_company``: three teams with two or three indicators each."""
    return load_ruleset(small_company(tmp_path_factory.mktemp("company") / "rubrics"))
