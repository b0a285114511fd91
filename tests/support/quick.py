"""``--quick 20``: the tests that take least, as many as fit into twenty seconds.

Of a test with many cases the first one is taken. How long each takes is remembered from other runs; a test
that is new is taken.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

_TIMES = "perf/times"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", type=float, metavar="SECONDS", help="only tests that take so long together")


def pytest_configure(config: pytest.Config) -> None:
    cache = _cache(config)
    if hasattr(config, "workerinput"):
        return
    if config.getoption("--quick") is not None and not (cache and cache.get(_TIMES, {})):
        raise pytest.UsageError("nobody knows yet which tests are quick: run them all once")
    if cache is not None:
        config.pluginmanager.register(_Clock(cache))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    most, cache = config.getoption("--quick"), _cache(config)
    if most is not None:
        taken = set(_quickest(items, cache.get(_TIMES, {}) if cache else {}, most))
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in taken])
        items[:] = [item for item in items if item.nodeid in taken]


def _cache(config: pytest.Config) -> pytest.Cache | None:
    """What pytest remembers between runs, where it is let."""
    return getattr(config, "cache", None)


def _quickest(items: Iterable[pytest.Item], times: dict[str, float], most: float) -> Iterable[str]:
    first: dict[str, str] = {}
    for item in items:
        first.setdefault(item.nodeid.partition("[")[0], item.nodeid)
    for nodeid in sorted(first.values(), key=lambda one: times.get(one, 0.0)):
        most -= times.get(nodeid, 0.0)
        if most < 0:
            return
        yield nodeid


class _Clock:
    """Remembers how long each test took, with what it needed first."""

    def __init__(self, cache: pytest.Cache) -> None:
        self.cache = cache
        self.times: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.times[report.nodeid] = round(self.times.get(report.nodeid, 0.0) + report.duration, 3)

    def pytest_sessionfinish(self) -> None:
        if self.times:
            self.cache.set(_TIMES, self.cache.get(_TIMES, {}) | self.times)
