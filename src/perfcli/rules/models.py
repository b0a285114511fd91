"""The rules as typed values: one ``Policy`` for the company, one ``Rubric`` for each team.

The YAML files under ``rubrics/`` hold the numbers; nothing here does. Weights are points of 100.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
)
from pydantic_core import PydanticKnownError

from perfcli.rules.calendars import CalendarRules
from perfcli.rules.measures import Direct, Measure
from perfcli.rules.names import Name
from perfcli.rules.numbers import NUMBER, WHOLE_NUMBER
from perfcli.rules.pay import BonusRules, Day, Payroll, Percent, SalaryRules
from perfcli.rules.periods import Cycle
from perfcli.rules.raters import Percentage, Raters
from perfcli.rules.rule import Rule
from perfcli.text import Language

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", description="a-z, 0-9, - and _")]
Weight = Annotated[Decimal, Field(gt=0, le=100, max_digits=9, decimal_places=6), NUMBER]
IndicatorWeight = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6), NUMBER]
WorkingDays = Annotated[int, Field(ge=1, le=365), WHOLE_NUMBER]


OfHundred = Annotated[Decimal, Field(ge=100, le=1000, decimal_places=6), NUMBER]
Bound = Annotated[Decimal, Field(ge=0, le=1000), NUMBER]


class OutOf(Rule):
    """A scale of the company's own: 0 to ``of`` is typed, and ``of`` are the full marks."""

    of: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=6), NUMBER]


def _known_scale(value: Any) -> Any:
    if value not in {"hundred", "points"}:
        raise PydanticKnownError("literal_error", {"expected": "'hundred', 'points', '{of: 5}'"})
    return value


Scale = Annotated[
    Annotated[Literal["hundred", "points"], BeforeValidator(_known_scale), Tag("known")]
    | Annotated[OutOf, Tag("of")],
    Discriminator(lambda value: "of" if isinstance(value, dict | OutOf) else "known"),
]


class Veto(Rule):
    """一票否決: who scores less than ``below`` has at most the grade ``highest_grade``."""

    below: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=6), NUMBER]
    highest_grade: str


class Indicator(Rule):
    """One thing that is scored (policy, section 5).

    ``optional`` ones may be not applicable to an employee; their weight is then shared by others. Only one
    with a ``veto`` may have the weight 0. ``scale`` and ``highest_score`` are the rubric's where they are
    absent.
    """

    id: Identifier
    name: Name
    weight: IndicatorWeight
    aliases: tuple[str, ...] = ()
    description: Name | None = None
    measure: Measure = Direct()
    scale: Scale | None = None
    highest_score: OfHundred | None = None
    optional: bool = False
    veto: Veto | None = None

    def names(self) -> tuple[str, ...]:
        """Everything a header may call it."""
        return (*self.name.every(), *self.aliases, self.id)


class Dimension(Rule):
    """A group of indicators with a weight of its own, the sum of theirs."""

    id: Identifier
    name: Name
    weight: Weight
    description: Name | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


class Rubric(Rule):
    """One team's dimensions and weighted indicators.

    ``scale`` says what is typed for an indicator: ``hundred`` is 0–100, ``points`` is 0–weight, ``of: 5`` is
    0–5. What counts is 0–weight with ``points``, and else 0–100. ``highest_score`` is what may be typed at
    most, in percent of the full marks. ``ignore`` are headers and rows of its sheets that play no part.
    ``unconfirmed`` lists the dotted paths that the company must still decide.
    """

    team: Identifier
    name: Name
    aliases: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    scale: Scale = "hundred"
    highest_score: OfHundred | None = None
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]
    unconfirmed: tuple[str, ...] = ()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of the rubric."""
        return tuple(indicator for dimension in self.dimensions for indicator in dimension.indicators)

    @property
    def counts_points(self) -> bool:
        """Whether a score is the points that it counts for."""
        return self.scale == "points"

    def full_marks(self, indicator: Indicator) -> Decimal:
        """The score of an indicator that is fully met."""
        return indicator.weight if self.counts_points else Decimal(100)

    def full_score(self, indicator: Indicator) -> Decimal:
        """The highest score that somebody may give: a cap or the rules may allow more than full marks."""
        full, highest = self.full_marks(indicator), indicator.highest_score or self.highest_score
        above = full if highest is None else full * highest / 100
        return max(full, above, indicator.measure.highest(full))

    def typed_marks(self, indicator: Indicator) -> Decimal:
        """What is typed for an indicator that is fully met."""
        match indicator.scale or self.scale:
            case OutOf(of=full):
                return full
            case "points":
                return indicator.weight
            case _:
                return Decimal(100)

    def typed_score(self, indicator: Indicator) -> Decimal:
        """The highest number that may be typed for an indicator."""
        return self.as_typed(indicator, self.full_score(indicator))

    def as_typed(self, indicator: Indicator, score: Decimal) -> Decimal:
        """What is typed for a score."""
        full, typed = self.full_marks(indicator), self.typed_marks(indicator)
        return score if typed == full else score * typed / full

    def is_converted(self, indicator: Indicator) -> bool:
        """Whether what is typed for an indicator is on another scale than what counts."""
        return self.typed_marks(indicator) != self.full_marks(indicator)

    def words(self, indicator: Indicator) -> Mapping[str, Decimal]:
        """The folded words that may be typed in place of a score, and what would be typed for each."""
        words = indicator.measure.words(self.full_marks(indicator))
        return {word: self.as_typed(indicator, score) for word, score in words.items()}

    def names(self) -> tuple[str, ...]:
        """Everything a sheet or a column may call the team."""
        return (*self.name.every(), *self.aliases, self.team)

    def paths(self) -> Iterator[tuple[Indicator, str]]:
        """Each indicator with the dotted path of its place in the YAML file."""
        for row, dimension in enumerate(self.dimensions):
            for column, indicator in enumerate(dimension.indicators):
                yield indicator, f"dimensions[{row}].indicators[{column}]"


class CycleRubric(Rule):
    """A cycle's own appraisal: what a quarter or a year adds to its months (policy, section 4).

    It holds for all teams, or for the ``teams`` that it lists; the other keys are those of a ``Rubric``.
    """

    cycle: Literal[Cycle.QUARTERLY, Cycle.ANNUAL]
    name: Name
    teams: tuple[Identifier, ...] = ()
    ignore: tuple[str, ...] = ()
    scale: Scale = "hundred"
    highest_score: OfHundred | None = None
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]
    unconfirmed: tuple[str, ...] = ()

    def of_team(self, rubric: Rubric) -> Rubric:
        """What a team is appraised by in this cycle: its names, with the dimensions of the cycle."""
        return self._called(rubric.team, rubric.name, rubric.aliases)

    def alone(self) -> Rubric:
        """The appraisal by itself, under the name of the cycle."""
        return self._called(self.cycle.value, self.name)

    def _called(self, team: str, name: Name, aliases: tuple[str, ...] = ()) -> Rubric:
        return Rubric(
            team=team,
            name=name,
            aliases=aliases,
            ignore=self.ignore,
            scale=self.scale,
            highest_score=self.highest_score,
            dimensions=self.dimensions,
        )


class Grade(Rule):
    """A band of totals: from its lower bound, included, up to the next grade's."""

    id: Identifier
    name: Name
    lower_bound: Bound


class Rounding(Rule):
    """Decimals shown, rounded half up once: of a computed score and of the total."""

    score_decimals: Annotated[int, Field(ge=0, le=6), WHOLE_NUMBER] = 2
    total_decimals: Annotated[int, Field(ge=0, le=4), WHOLE_NUMBER] = 2


class Adjustments(Rule):
    """加減分: points added to a total, each with its reason, from ``lowest`` to ``highest``."""

    highest: Percentage
    lowest: Annotated[Decimal, Field(ge=-100, le=0), NUMBER]


class QuarterlyRollup(Rule):
    """What a quarter's total is made of, in percent (policy, section 4)."""

    monthly: Percentage
    quarterly: Percentage


class AnnualRollup(Rule):
    """What a year's total is made of, in percent (policy, section 4)."""

    monthly: Percentage
    quarterly: Percentage
    annual: Percentage


Otherwise = Literal["leave-out", "error"]


class MissingParts(Rule):
    """What becomes of a part that somebody has not, by the reason: it is left out, or an error."""

    before_joining: Otherwise = "leave-out"
    after_leaving: Otherwise = "leave-out"
    leave: Otherwise = "leave-out"
    otherwise: Otherwise = "error"


class LeastParts(Rule):
    """How many parts, the cycle's own appraisal included, somebody needs to be given a total."""

    quarterly: Annotated[int, Field(ge=1, le=4), WHOLE_NUMBER] = 2
    annual: Annotated[int, Field(ge=1, le=17), WHOLE_NUMBER] = 6


class GradeLimit(Rule):
    """Who has the grade ``any`` in a part of the cycle ``of`` has at most ``highest_grade`` as a whole."""

    any: str
    of: Cycle
    highest_grade: str


class Rollup(Rule):
    """How shorter cycles enter longer ones (policy, section 4).

    ``quarter_in_year``: what of a quarter enters the year, its total or its own appraisal. ``months``: each
    counts the same, or by the calendar days that somebody was there. ``no_own``: whoever has no appraisal of
    the cycle's own is an error, or the other parts share its weight.
    """

    quarterly: QuarterlyRollup
    annual: AnnualRollup
    quarter_in_year: Literal["total", "own"] = "total"
    months: Literal["equal", "by-days"] = "equal"
    missing: MissingParts = MissingParts()
    no_own: Literal["error", "share"] = "error"
    least: LeastParts = LeastParts()
    grade_limits: tuple[GradeLimit, ...] = ()

    def shares(self, cycle: Cycle) -> Mapping[Cycle, Decimal]:
        """What each cycle counts for in the total of a quarter or a year, in percent."""
        table = self.annual if cycle is Cycle.ANNUAL else self.quarterly
        return {Cycle(key): share for key, share in dict(table).items()}

    def shares_in_year(self) -> Mapping[Cycle, Decimal]:
        """What months, quarters' own appraisals and the year's own really count for in a year.

        Where the totals of quarters count, a month is in the year twice: itself, and in its quarter.
        """
        if self.quarter_in_year == "own":
            return self.shares(Cycle.ANNUAL)
        months = self.annual.monthly + self.annual.quarterly * self.quarterly.monthly / 100
        own = self.annual.quarterly * self.quarterly.quarterly / 100
        return {Cycle.MONTHLY: months, Cycle.QUARTERLY: own, Cycle.ANNUAL: self.annual.annual}


class Promotion(Rule):
    """How many excellent grades in a row are «several» (policy, section 7)."""

    excellent_in_a_row: Annotated[int, Field(ge=1, le=60), WHOLE_NUMBER]


class Appeal(Rule):
    """Working days of an appeal, the [X] of the policy's section 8."""

    file_within: WorkingDays
    investigate_within: WorkingDays
    answer_within: WorkingDays


class Policy(Rule):
    """What holds for all teams.

    ``not_applicable`` says who shares the weight of an indicator that does not apply: the rest of its
    dimension, or all. ``highest_total`` caps totals. ``unconfirmed`` lists the dotted paths that the company
    must still decide. ``effective_from`` is the first day for which these rules hold. What a key decides that
    is absent is as it was before there was the key.
    """

    language: Language | None = None
    effective_from: Day | None = None
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    rounding: Rounding
    raters: Raters
    not_applicable: Literal["dimension", "all"] = "dimension"
    adjustments: Adjustments | None = None
    highest_total: Annotated[Decimal, Field(gt=0, le=1000), NUMBER] | None = None
    rollup: Rollup | None = None
    bonus: BonusRules
    raises: dict[str, Percent]
    salary: SalaryRules = SalaryRules()
    payroll: Payroll | None = None
    promotion: Promotion | None = None
    appeal: Appeal | None = None
    calendar: CalendarRules | None = None
    unconfirmed: tuple[str, ...] = ()

    @property
    def grades_from_top(self) -> tuple[Grade, ...]:
        """The grades from the best to the lowest."""
        return tuple(sorted(self.grades, key=lambda grade: grade.lower_bound, reverse=True))

    def grade(self, identifier: str) -> Grade:
        """The grade of an id."""
        return next(grade for grade in self.grades if grade.id == identifier)
