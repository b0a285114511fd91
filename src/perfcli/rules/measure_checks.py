"""What can be wrong with a measure that its typed model cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from perfcli.findings import Finding, error
from perfcli.folding import fold, is_not_applicable
from perfcli.rules.documents import Document
from perfcli.rules.measures import Deduction, Levels, Measure, PassFail, Ratio, Tiers
from perfcli.rules.numbers import FROM_YAML

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9.]+")


def measure_findings(document: Document, path: str, indicator: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with an indicator's measure, if it is well-formed.

    Findings: ``lowest-above-highest``, ``no-bottom-tier``, ``wrong-bound``, ``duplicate-tier``,
    ``better-scores-less``, ``duplicate-name``, ``level-not-a-word``, ``out-of-bounds``.
    """
    try:
        measure = _measures().validate_python(
            indicator.get("measure", {"method": "direct"}), context=FROM_YAML
        )
    except ValidationError:
        return
    weight = indicator.get("weight")
    points = isinstance(document.data, Mapping) and document.data.get("scale") == "points"
    full = weight if points and isinstance(weight, Decimal) else Decimal(100)
    yield from _veto(document, f"{path}.veto", indicator.get("veto"), measure.highest(full))
    path = f"{path}.measure"
    if isinstance(measure, Ratio):
        yield from _in_order(document, f"{path}.floor", measure.floor, measure.highest(full))
    elif isinstance(measure, PassFail):
        yield from _in_order(document, f"{path}.fail", measure.fail, measure.passed(full))
    elif isinstance(measure, Deduction):
        yield from _in_order(document, f"{path}.floor", measure.floor, full)
    elif isinstance(measure, Tiers):
        yield from _tiers(document, f"{path}.tiers", measure)
    elif isinstance(measure, Levels):
        yield from _levels(document, f"{path}.levels", measure)


@cache
def _measures() -> TypeAdapter[Measure]:
    return TypeAdapter(Measure)


def _veto(document: Document, path: str, veto: object, highest: Decimal) -> Iterator[Finding]:
    """A veto that even the highest score would meet is a mistake."""
    below = veto.get("below") if isinstance(veto, Mapping) else None
    if isinstance(below, Decimal) and below > highest > 0:
        yield error("out-of-bounds", document.place(f"{path}.below"), found=below, bound=f"≤ {highest}")


def _in_order(document: Document, path: str, lowest: Decimal, highest: Decimal) -> Iterator[Finding]:
    if lowest > highest:
        yield error("lowest-above-highest", document.place(path), lowest=lowest, highest=highest)


def _tiers(document: Document, path: str, measure: Tiers) -> Iterator[Finding]:
    """Every value has just one tier, and a better value never a lower score."""
    if measure.target is not None and not measure.has_target:
        above = path.rpartition(".")[0]
        allowed = sorted(set(Tiers.model_fields) - {"target"})
        yield error("unknown-key", document.place(f"{above}.target"), key="target", allowed=allowed, near="")
    bottom = [index for index, tier in enumerate(measure.tiers) if tier.bound is None]
    if len(bottom) != 1:
        place = document.place(f"{path}[{bottom[1]}]" if bottom else path)
        yield error("no-bottom-tier", place, count=len(bottom))
    first: dict[Decimal, int] = {}
    for index, tier in enumerate(measure.tiers):
        place = document.place(f"{path}[{index}]")
        other = "lower_bound" if measure.bounds_key == "upper_bound" else "upper_bound"
        if getattr(tier, other) is not None:
            yield error("wrong-bound", place, key=measure.bounds_key, other=other)
            return
        if tier.bound is not None and first.setdefault(tier.bound, index) != index:
            line = document.lines.get(f"{path}[{first[tier.bound]}]", 1)
            yield error("duplicate-tier", place, bound=tier.bound, first=line)
            return
        if measure.of == "attainment" and tier.bound is not None and tier.bound < 0:
            place = document.place(f"{path}[{index}].{measure.bounds_key}")
            yield error("out-of-bounds", place, found=tier.bound, bound="≥ 0")
    below = None
    for tier in measure.from_bottom:
        if below is not None and tier.score < below.score:
            place = document.place(f"{path}[{measure.tiers.index(tier)}].score")
            yield error("better-scores-less", place, score=tier.score, below=below.score)
        below = tier


def _levels(document: Document, path: str, measure: Levels) -> Iterator[Finding]:
    """Every word means one level, and could mean nothing else in a cell."""
    first: dict[str, int] = {}
    for index, level in enumerate(measure.levels):
        place = document.place(f"{path}[{index}]")
        for name in level.names():
            if _PLAIN_NUMBER.fullmatch(fold(name)) or is_not_applicable(name):
                yield error("level-not-a-word", place, name=name)
            if first.setdefault(fold(name), index) != index:
                line = document.lines.get(f"{path}[{first[fold(name)]}]", 1)
                yield error("duplicate-name", place, name=name, first=line)
                break
