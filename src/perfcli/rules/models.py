"""The rules as typed values: one ``Policy`` for the company, one ``Rubric`` for each team.

The YAML files under ``rubrics/`` hold the numbers; nothing here does. Weights are points of 100.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from perfcli.rules.names import Name
from perfcli.rules.numbers import NUMBER, WHOLE_NUMBER
from perfcli.text import Language

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", description="a-z, 0-9, - and _")]
Percentage = Annotated[Decimal, Field(ge=0, le=100), NUMBER]
Weight = Annotated[Decimal, Field(gt=0, le=100, max_digits=9, decimal_places=6), NUMBER]
WorkingDays = Annotated[int, Field(ge=1, le=365), WHOLE_NUMBER]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Direct(_Rule):
    """A score that a person types."""

    method: Literal["direct"] = "direct"


class Indicator(_Rule):
    """One thing that is scored (policy, section 5)."""

    id: Identifier
    name: Name
    weight: Weight
    aliases: tuple[str, ...] = ()
    description: Name | None = None
    measure: Direct = Direct()

    def names(self) -> tuple[str, ...]:
        """Everything a header may call it."""
        return (*self.name.every(), *self.aliases, self.id)


class Dimension(_Rule):
    """A group of indicators with a weight of its own, the sum of theirs."""

    id: Identifier
    name: Name
    weight: Weight
    description: Name | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


class Rubric(_Rule):
    """One team's dimensions and weighted indicators.

    ``scale`` says what is typed for an indicator: ``hundred`` is 0–100, ``points`` is 0–weight.
    """

    team: Identifier
    name: Name
    aliases: tuple[str, ...] = ()
    scale: Literal["hundred", "points"] = "hundred"
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of the rubric."""
        return tuple(indicator for dimension in self.dimensions for indicator in dimension.indicators)

    def full_score(self, indicator: Indicator) -> Decimal:
        """The highest score that may be typed for an indicator."""
        return indicator.weight if self.scale == "points" else Decimal(100)

    def names(self) -> tuple[str, ...]:
        """Everything a sheet or a column may call the team."""
        return (*self.name.every(), *self.aliases, self.team)

    def paths(self) -> Iterator[tuple[Indicator, str]]:
        """Each indicator with the dotted path of its place in the YAML file."""
        for row, dimension in enumerate(self.dimensions):
            for column, indicator in enumerate(dimension.indicators):
                yield indicator, f"dimensions[{row}].indicators[{column}]"


class Grade(_Rule):
    """A band of totals: from its lower bound, included, up to the next grade's."""

    id: Identifier
    name: Name
    lower_bound: Percentage


class Rounding(_Rule):
    """Decimals shown, rounded half up once: of a computed score and of the total."""

    score_decimals: Annotated[int, Field(ge=0, le=6), WHOLE_NUMBER] = 2
    total_decimals: Annotated[int, Field(ge=0, le=4), WHOLE_NUMBER] = 2


class Raters(_Rule):
    """How much each rater's judgment counts, in percent (policy, section 6)."""

    self_: Annotated[Percentage, Field(alias="self")]
    superior: Percentage
    peer: Percentage


class QuarterlyRollup(_Rule):
    """What a quarter's total is made of, in percent (policy, section 4)."""

    monthly: Percentage
    quarterly: Percentage


class AnnualRollup(_Rule):
    """What a year's total is made of, in percent (policy, section 4)."""

    monthly: Percentage
    quarterly: Percentage
    annual: Percentage


class Rollup(_Rule):
    """How shorter cycles enter longer ones."""

    quarterly: QuarterlyRollup
    annual: AnnualRollup


Coefficient = Annotated[Decimal, Field(ge=0, le=100), NUMBER]


class BonusCoefficients(_Rule):
    """For each cycle, grade → the factor of the bonus base (policy, section 7)."""

    monthly: dict[str, Coefficient]
    quarterly: dict[str, Coefficient]
    annual: dict[str, Coefficient]


class Promotion(_Rule):
    """How many excellent grades in a row are «several» (policy, section 7)."""

    excellent_in_a_row: Annotated[int, Field(ge=1, le=60), WHOLE_NUMBER]


class Appeal(_Rule):
    """Working days of an appeal, the [X] of the policy's section 8."""

    file_within: WorkingDays
    investigate_within: WorkingDays
    answer_within: WorkingDays


class Policy(_Rule):
    """What holds for all teams. ``unconfirmed`` lists the dotted paths that the company must still decide."""

    language: Language | None = None
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    rounding: Rounding
    raters: Raters
    rollup: Rollup
    bonus: BonusCoefficients
    raises: dict[str, Annotated[Decimal, Field(ge=-100, le=1000), NUMBER]]
    promotion: Promotion
    appeal: Appeal
    unconfirmed: tuple[str, ...] = ()

    @property
    def grades_from_top(self) -> tuple[Grade, ...]:
        """The grades from the best to the lowest."""
        return tuple(sorted(self.grades, key=lambda grade: grade.lower_bound, reverse=True))

    def grade(self, identifier: str) -> Grade:
        """The grade of an id."""
        return next(grade for grade in self.grades if grade.id == identifier)
