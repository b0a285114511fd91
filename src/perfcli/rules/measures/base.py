"""What every measure says of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum, auto
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from perfcli.findings import Finding, error
from perfcli.rules.documents import Document
from perfcli.rules.names import Name
from perfcli.rules.numbers import NUMBER, written
from perfcli.rules.roles import Role
from perfcli.rules.rule import Rule
from perfcli.text import Term, Translated

Score = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6), NUMBER]
Bound = Annotated[Decimal, Field(max_digits=15, decimal_places=6), NUMBER]
Target = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=6), NUMBER]
Better = Literal["higher", "lower"]


class Quantity(Enum):
    """Which numbers a target or an actual may be."""

    ANY = auto()
    NOT_NEGATIVE = auto()
    POSITIVE = auto()
    COUNT = auto()


class BaseMeasure(Rule, ABC):
    """What the other rooms ask of a measure; ``full`` are the full marks of its indicator.

    It also has ``method``, ``better``, ``unit``, and the ``target`` of everyone without one of his own.
    """

    def columns(self) -> tuple[Role, ...]:
        """What a score is computed from; none where it is typed."""
        return ()

    def asked(self) -> tuple[Role, ...]:
        """Those of the columns that sheets of perf's own have."""
        return self.columns()

    def quantity(self, role: Role) -> Quantity:
        """Which numbers a target or an actual may be."""
        del role
        return Quantity.ANY

    def role_name(self, role: Role) -> str:
        """What a column of a role is called: a key of ``role.…`` in the catalogue."""
        return role.value

    def role_said(self, role: Role) -> Translated:
        """What a column of a role is called; a rater of the company's own has a name of its own."""
        return role.own or Term(f"role.{self.role_name(role)}")

    @property
    def divides(self) -> bool:
        """Whether actual and target are divided by each other, so that a target must be above 0."""
        return False

    @property
    def occurrence(self) -> Decimal | None:
        """What one occurrence costs, where the actual counts them."""
        return None

    def highest(self, full: Decimal) -> Decimal:
        """The highest score that can come out or be typed."""
        return full

    def words(self, full: Decimal) -> Mapping[str, Decimal]:
        """The folded words that may be typed in place of a score, and the score of each."""
        del full
        return {}

    def choices(self, full: Decimal) -> tuple[tuple[Translated, Decimal], ...]:
        """The words that a sheet of perf's own offers, each with its score."""
        del full
        return ()

    def allowed(self, highest: Decimal) -> Term:
        """What may be typed for a score of at most so much."""
        return Term("allowed.score", {"full": highest})

    def typed_word(self, score: Decimal, full: Decimal) -> Term | None:
        """The word that a typed score stands for, if it is the score of just one."""
        del score, full
        return None

    @abstractmethod
    def summary(self, full: Decimal) -> Iterator[Term]:
        """How the score comes about, in words; target and unit are said after it."""

    @abstractmethod
    def derivation(self, full: Decimal, target: Decimal, actual: Decimal) -> Iterator[Term]:
        """How one score came about, a text for each step; ``target`` means nothing where there is none."""

    def findings(self, document: Document, path: str, full: Decimal) -> Iterator[Finding]:
        """What is wrong with it that its types cannot see; ``path`` is its place in the document."""
        del document, path, full
        yield from ()


class TypedMeasure(BaseMeasure):
    """A person types the score, or a word for it."""

    better: ClassVar[Better] = "higher"
    target: ClassVar[None] = None
    unit: ClassVar[None] = None

    def derivation(self, full: Decimal, target: Decimal, actual: Decimal) -> Iterator[Term]:
        """Nothing: there is nothing to compute."""
        del full, target, actual
        yield from ()


class ComputedMeasure(BaseMeasure):
    """The score is computed from an actual."""

    unit: Name | None = None

    def columns(self) -> tuple[Role, ...]:
        """The actual alone."""
        return (Role.ACTUAL,)


class TargetedMeasure(ComputedMeasure):
    """The actual is held against a target."""

    better: Better = "higher"
    target: Target | None = None

    def columns(self) -> tuple[Role, ...]:
        """The target and the actual."""
        return (Role.TARGET, Role.ACTUAL)

    @property
    def divides(self) -> bool:
        """An attainment is a quotient."""
        return Role.TARGET in self.columns()

    def quantity(self, role: Role) -> Quantity:
        """Nothing is divided by 0 or less; less than nothing cannot be better than nothing."""
        if self.divides and role is Role.TARGET:
            return Quantity.POSITIVE
        return Quantity.NOT_NEGATIVE if self.divides and self.better == "lower" else Quantity.ANY


def floor_summary(floor: Decimal) -> Iterator[Term]:
    """A lowest score in words, where there is one."""
    if floor:
        yield Term("measure.floor", {"score": written(floor)})


def in_order(document: Document, path: str, lowest: Decimal, highest: Decimal) -> Iterator[Finding]:
    """The lowest score is not above the highest (``lowest-above-highest``)."""
    if lowest > highest:
        yield error("lowest-above-highest", document.place(path), lowest=lowest, highest=highest)
