"""比率法: a share of the target is a share of the full marks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from perfcli.findings import Finding
from perfcli.rules.documents import Document
from perfcli.rules.measures.base import Score, TargetedMeasure, floor_summary, in_order
from perfcli.rules.numbers import written
from perfcli.text import Term


class Ratio(TargetedMeasure):
    """比率法: the attainment of the target in percent, as a share of the full marks.

    Attainment is actual ÷ target, or target ÷ actual where lower is better. ``cap`` is the highest score
    (without one: the full marks), ``floor`` the lowest.
    """

    method: Literal["ratio"]
    cap: Score | None = None
    floor: Score = Decimal(0)

    def highest(self, full: Decimal) -> Decimal:
        """The cap."""
        return full if self.cap is None else self.cap

    def summary(self, full: Decimal) -> Iterator[Term]:
        """The quotient, and the highest and the lowest score."""
        yield Term(f"measure.ratio.{self.better}", {"full": written(full)})
        yield Term("measure.cap", {"score": written(self.highest(full))})
        yield from floor_summary(self.floor)

    def derivation(self, full: Decimal, target: Decimal, actual: Decimal) -> Iterator[Term]:
        """The quotient, and the bound that it crossed."""
        cap, lower = self.highest(full), self.better == "lower"
        values = {"target": written(target), "actual": written(actual), "full": written(full)}
        if lower and actual <= 0:
            yield Term("derivation.nothing", values | {"cap": written(cap)})
            return
        above, below = (target, actual) if lower else (actual, target)
        result = Fraction(full) * Fraction(above) / Fraction(below)
        yield Term(f"derivation.ratio.{self.better}", values | {"result": written(result)})
        if result > cap:
            yield Term("derivation.cap", {"cap": written(cap)})
        elif result < self.floor:
            yield Term("derivation.floor", {"floor": written(self.floor)})

    def findings(self, document: Document, path: str, full: Decimal) -> Iterator[Finding]:
        """Findings: ``lowest-above-highest``."""
        yield from in_order(document, f"{path}.floor", self.floor, self.highest(full))
