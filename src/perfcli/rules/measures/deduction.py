"""減分法: something off for each occurrence."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from perfcli.findings import Finding
from perfcli.rules.documents import Document
from perfcli.rules.measures.base import Better, ComputedMeasure, Quantity, Score, floor_summary, in_order
from perfcli.rules.numbers import NUMBER, written
from perfcli.rules.roles import Role
from perfcli.text import Term


class Deduction(ComputedMeasure):
    """減分法: the full marks less ``step`` for each occurrence, down to ``floor``; the actual counts them."""

    better: ClassVar[Better] = "lower"
    target: ClassVar[None] = None

    method: Literal["deduction"]
    step: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=6), NUMBER]
    floor: Score = Decimal(0)

    def quantity(self, role: Role) -> Quantity:
        """A count of occurrences."""
        del role
        return Quantity.COUNT

    def role_name(self, role: Role) -> str:
        """The actual is a count."""
        return "count" if role is Role.ACTUAL else role.value

    @property
    def occurrence(self) -> Decimal:
        """The step."""
        return self.step

    def summary(self, full: Decimal) -> Iterator[Term]:
        """What is taken off, and the lowest score."""
        yield Term("measure.deduction", {"full": written(full), "step": written(self.step)})
        yield from floor_summary(self.floor)

    def derivation(self, full: Decimal, target: Decimal, actual: Decimal) -> Iterator[Term]:
        """What was left, and whether that was too little."""
        del target
        left = full - self.step * actual
        values = {"actual": written(actual), "full": written(full), "step": written(self.step)}
        yield Term("derivation.deduction", values | {"left": written(left)})
        if left < self.floor:
            yield Term("derivation.floor", {"floor": written(self.floor)})

    def findings(self, document: Document, path: str, full: Decimal) -> Iterator[Finding]:
        """Findings: ``lowest-above-highest``."""
        yield from in_order(document, f"{path}.floor", self.floor, full)
