"""How a target and an actual, or a word, become a score: one typed value for each method.

Scores in a measure are on the scale of the rubric, as if they were typed: 0–100, or 0–weight where the
rubric says ``scale: points``. ``docs/measures/`` has a page with formula and example for each method.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from perfcli.folding import fold
from perfcli.rules.names import Name
from perfcli.rules.numbers import NUMBER

Score = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6), NUMBER]
Bound = Annotated[Decimal, Field(max_digits=15, decimal_places=6), NUMBER]
Target = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=6), NUMBER]
Better = Literal["higher", "lower"]

PASS_WORDS = ("通過", "達標", "達成", "完成", "合格", "P", "pass", "passed")
FAIL_WORDS = ("不通過", "未通過", "未達標", "未達成", "未完成", "不合格", "F", "fail", "failed")


class Rule(BaseModel):
    """A part of the rules: never changed, and without keys that are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Measure(Rule):
    @property
    def has_actual(self) -> bool:
        """Whether the score can be computed from an actual."""
        return False

    @property
    def has_target(self) -> bool:
        """Whether the actual is held against a target."""
        return False

    @property
    def divides(self) -> bool:
        """Whether actual and target are divided by each other, so that a target must be above 0."""
        return False

    @property
    def asks_for_actual(self) -> bool:
        """Whether sheets that perf makes have cells for what the score is computed from."""
        return self.has_actual

    def highest(self, full: Decimal) -> Decimal:
        """The highest score that can come out where ``full`` is the full marks."""
        return full

    def words(self, full: Decimal) -> Mapping[str, Decimal]:
        """The folded words that may be typed in place of a score, and the score of each."""
        del full
        return {}


class Direct(_Measure):
    """A score that a person types."""

    method: Literal["direct"] = "direct"


class _Computed(_Measure):
    unit: Name | None = None

    @property
    def has_actual(self) -> bool:
        """An actual is what the score is computed from."""
        return True


class _Targeted(_Computed):
    """``target`` holds for everyone who is not given one of his own."""

    better: Better = "higher"
    target: Target | None = None

    @property
    def has_target(self) -> bool:
        """The actual is held against a target."""
        return True

    @property
    def divides(self) -> bool:
        """An attainment is a quotient."""
        return self.has_target


class Ratio(_Targeted):
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


class Tiers(_Targeted):
    """層差法: the score of the best tier that a value reaches.

    The value is the attainment in percent or the actual (``of``). With ``interpolate`` the score between
    two bounds lies on the straight line between theirs.
    """

    method: Literal["tiers"]
    of: Literal["attainment", "actual"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=2)]
    interpolate: bool = False

    @property
    def has_target(self) -> bool:
        """An attainment needs a target, an actual stands for itself."""
        return self.of == "attainment"

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


class Deduction(_Computed):
    """減分法: the full marks less ``step`` for each occurrence, down to ``floor``; the actual counts them."""

    method: Literal["deduction"]
    step: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=6), NUMBER]
    floor: Score = Decimal(0)


class PassFail(_Targeted):
    """非此即彼法: one score for who passed (the full marks unless given) and one for who did not.

    A word is typed (see ``PASS_WORDS``), or the actual is held against a target.
    """

    method: Literal["pass-fail"]
    target: Bound | None = None
    pass_: Annotated[Score | None, Field(alias="pass")] = None
    fail: Score = Decimal(0)

    @property
    def divides(self) -> bool:
        """Actual and target are only compared."""
        return False

    @property
    def asks_for_actual(self) -> bool:
        """A number has a unit or a target; without either, a word is the answer."""
        return self.unit is not None or self.target is not None

    def passed(self, full: Decimal) -> Decimal:
        """The score of who passed."""
        return full if self.pass_ is None else self.pass_

    def highest(self, full: Decimal) -> Decimal:
        """The score of who passed, or the full marks, which can be typed."""
        return max(full, self.passed(full))

    def words(self, full: Decimal) -> Mapping[str, Decimal]:
        """The words for passed and failed."""
        passed = dict.fromkeys(map(fold, PASS_WORDS), self.passed(full))
        return passed | dict.fromkeys(map(fold, FAIL_WORDS), self.fail)


class Level(Rule):
    """A described level and its score."""

    name: Name
    aliases: tuple[str, ...] = ()
    description: Name | None = None
    score: Score

    def names(self) -> Iterator[str]:
        """Everything that may be typed for it."""
        yield from (*self.name.every(), *self.aliases)


class Levels(_Measure):
    """說明法: levels in the company's own words, such as 優 良 中 差, each with its score."""

    method: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]

    def highest(self, full: Decimal) -> Decimal:
        """The score of the best level, or the full marks, which can be typed."""
        return max(full, *(level.score for level in self.levels))

    def words(self, full: Decimal) -> Mapping[str, Decimal]:
        """The names of the levels."""
        del full
        return {fold(name): level.score for level in self.levels for name in level.names()}


Measure = Annotated[Direct | Ratio | Tiers | Deduction | PassFail | Levels, Field(discriminator="method")]
