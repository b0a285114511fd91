"""層差法: steps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from perfcli.findings import Finding, error
from perfcli.rules.documents import Document
from perfcli.rules.measures.base import Bound, Score, TargetedMeasure
from perfcli.rules.numbers import written
from perfcli.rules.roles import Role
from perfcli.rules.rule import Rule
from perfcli.text import Term


class Tier(Rule):
    """A step: the score of every value that reaches its bound, which is included.

    A value reaches a ``lower_bound`` from above and an ``upper_bound`` from below. The last tier has no
    bound: it holds all that reach no other.
    """

    lower_bound: Bound | None = None
    upper_bound: Bound | None = None
    score: Score

    @property
    def bound(self) -> Decimal | None:
        """The bound, whichever it is."""
        return self.upper_bound if self.lower_bound is None else self.lower_bound


class Tiers(TargetedMeasure):
    """層差法: the score of the best tier that a value reaches.

    The value is the attainment in percent or the actual (``of``). With ``interpolate`` the score between
    two bounds lies on the straight line between theirs.
    """

    method: Literal["tiers"]
    of: Literal["attainment", "actual"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=2)]
    interpolate: bool = False

    def columns(self) -> tuple[Role, ...]:
        """An attainment needs a target, an actual stands for itself."""
        return (Role.TARGET, Role.ACTUAL) if self.of == "attainment" else (Role.ACTUAL,)

    @property
    def bounds_key(self) -> Literal["lower_bound", "upper_bound"]:
        """Which bound the tiers have: a value that should be low is reached from below."""
        return "upper_bound" if self.of == "actual" and self.better == "lower" else "lower_bound"

    @property
    def from_bottom(self) -> tuple[Tier, ...]:
        """The tiers from the worst, which has no bound, to the best."""
        bounded = [tier for tier in self.tiers if tier.bound is not None]
        bounded.sort(key=lambda tier: tier.bound or 0, reverse=self.bounds_key == "upper_bound")
        return (*(tier for tier in self.tiers if tier.bound is None), *bounded)

    def highest(self, full: Decimal) -> Decimal:
        """The score of the best tier, or the full marks, which can be typed."""
        return max(full, *(tier.score for tier in self.tiers))

    def summary(self, full: Decimal) -> Iterator[Term]:
        """Every tier from the best to the worst."""
        del full
        key = "measure.tiers.actual" if self.of == "actual" else f"measure.tiers.attainment.{self.better}"
        yield Term(key, {"tiers": [self._tier_summary(tier) for tier in reversed(self.from_bottom)]})
        if self.interpolate:
            yield Term("measure.interpolate")

    def _tier_summary(self, tier: Tier) -> Term:
        score = written(tier.score)
        if tier.bound is None:
            return Term("measure.tier.rest", {"score": score})
        bound = written(tier.bound) + ("%" if self.of == "attainment" else "")
        return Term(f"measure.tier.{self.bounds_key}", {"bound": bound, "score": score})

    def derivation(self, full: Decimal, target: Decimal, actual: Decimal) -> Iterator[Term]:
        """The attainment or the actual, and the tier that it reached."""
        del full
        values = {"target": written(target), "actual": written(actual)}
        bottom, *bounded = self.from_bottom
        sign = 1
        if self.of == "actual":
            sign = -1 if self.better == "lower" else 1
            value = sign * Fraction(actual)
            yield Term("derivation.actual", values)
        elif self.better == "lower" and actual <= 0:
            yield Term("derivation.nothing", values | {"cap": written(bounded[-1].score)})
            return
        else:
            above, below = (target, actual) if self.better == "lower" else (actual, target)
            value = 100 * Fraction(above) / Fraction(below)
            yield Term(f"derivation.attainment.{self.better}", values | {"attainment": written(value)})
        reached = [tier for tier in bounded if value >= sign * Fraction(tier.bound or 0)]
        if not reached:
            yield Term("derivation.bottom", {"score": written(bottom.score)})
        elif self.interpolate and len(reached) < len(bounded):
            better = bounded[len(reached)]
            more = {"next": written(better.bound or Decimal(0)), "more": written(better.score)}
            yield Term("derivation.between", self._reached(reached[-1]) | more)
        else:
            yield Term("derivation.tier", self._reached(reached[-1]))

    def _reached(self, tier: Tier) -> dict[str, str]:
        sign = "≤" if self.bounds_key == "upper_bound" else "≥"
        return {"sign": sign, "bound": written(tier.bound or Decimal(0)), "score": written(tier.score)}

    def findings(self, document: Document, path: str, full: Decimal) -> Iterator[Finding]:
        """Every value has just one tier, and a better value never a lower score.

        Findings: ``unknown-key``, ``no-bottom-tier``, ``wrong-bound``, ``duplicate-tier``, ``out-of-bounds``,
        ``better-scores-less``.
        """
        del full
        if self.target is not None and Role.TARGET not in self.columns():
            allowed = sorted(set(Tiers.model_fields) - {"target"})
            place = document.place(f"{path}.target")
            yield error("unknown-key", place, key="target", allowed=allowed, near="")
        path = f"{path}.tiers"
        bottom = [index for index, tier in enumerate(self.tiers) if tier.bound is None]
        if len(bottom) != 1:
            place = document.place(f"{path}[{bottom[1]}]" if bottom else path)
            yield error("no-bottom-tier", place, count=len(bottom))
        for finding in self._wrong_bounds(document, path):
            yield finding
            if finding.code != "out-of-bounds":
                return
        below = None
        for tier in self.from_bottom:
            if below is not None and tier.score < below.score:
                place = document.place(f"{path}[{self.tiers.index(tier)}].score")
                yield error("better-scores-less", place, score=tier.score, below=below.score)
            below = tier

    def _wrong_bounds(self, document: Document, path: str) -> Iterator[Finding]:
        first: dict[Decimal, int] = {}
        upper = self.bounds_key == "upper_bound"
        for index, tier in enumerate(self.tiers):
            place = document.place(f"{path}[{index}]")
            if (tier.lower_bound if upper else tier.upper_bound) is not None:
                other = "lower_bound" if upper else "upper_bound"
                yield error("wrong-bound", place, key=self.bounds_key, other=other)
            if tier.bound is None:
                continue
            if first.setdefault(tier.bound, index) != index:
                line = document.lines.get(f"{path}[{first[tier.bound]}]", 1)
                yield error("duplicate-tier", place, bound=tier.bound, first=line)
            if self.of == "attainment" and tier.bound < 0:
                place = document.place(f"{path}[{index}].{self.bounds_key}")
                yield error("out-of-bounds", place, found=tier.bound, bound="≥ 0")
