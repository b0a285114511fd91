"""Random rubrics, bands and scores for property tests, and the oracle that computes with fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from perfcli.rules.models import Grade, Rubric

CENTS = 10_000


Dimensions = Sequence[Sequence[str]]


def make_rubric(dimensions: Dimensions, scale: str = "hundred", team: str = "testers") -> Rubric:
    """A rubric of dimensions that are given by the weights of their indicators."""
    return Rubric.model_validate(
        {
            "team": team,
            "name": {"zh-Hant": f"測試[{team}]", "en": f"Test/{team}"},
            "scale": scale,
            "dimensions": [
                {
                    "id": f"d{row}",
                    "name": f"類別{row}",
                    "weight": sum(map(Decimal, weights)),
                    "indicators": [
                        {"id": f"i{row}-{column}", "name": f"指標{row}-{column}", "weight": Decimal(weight)}
                        for column, weight in enumerate(weights)
                    ],
                }
                for row, weights in enumerate(dimensions)
            ],
        }
    )


def typed_only(rubric: Rubric) -> Rubric:
    """A rubric without its measures."""
    said = rubric.model_dump(mode="json", by_alias=True)
    for dimension in said["dimensions"]:
        for indicator in dimension["indicators"]:
            del indicator["measure"]
    return Rubric.model_validate(said)


@dataclass(frozen=True)
class Case:
    """A rubric, the bands, the decimals of the total, and each one's scores in the order of indicators."""

    rubric: Rubric
    bands: tuple[Grade, ...]
    decimals: int
    scores: tuple[tuple[Decimal, ...], ...]


@st.composite
def cuts(draw: st.DrawFn, whole: int, pieces: int) -> list[int]:
    """Some positive whole numbers that add up to a whole."""
    inside = st.integers(1, whole - 1)
    between = draw(st.lists(inside, min_size=pieces - 1, max_size=pieces - 1, unique=True))
    points = [0, *sorted(between), whole]
    return [after - before for before, after in pairwise(points)]


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """A rubric of 1–8 dimensions with 1–5 indicators; weights have up to two decimals and add up to 100."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    weights = iter(draw(cuts(CENTS, sum(sizes))))
    dimensions = []
    for row, size in enumerate(sizes):
        own = [Decimal(next(weights)) / 100 for _ in range(size)]
        indicators = [
            {"id": f"i{row}-{column}", "name": f"指標{row}-{column}", "weight": weight}
            for column, weight in enumerate(own)
        ]
        dimensions.append(
            {"id": f"d{row}", "name": f"類別{row}", "weight": sum(own), "indicators": indicators}
        )
    scale = draw(st.sampled_from(["hundred", "points"]))
    return Rubric.model_validate(
        {"team": "testers", "name": "測試", "scale": scale, "dimensions": dimensions}
    )


@st.composite
def bands(draw: st.DrawFn) -> tuple[Grade, ...]:
    """1–6 grades in any order, with lower bounds of up to two decimals, the lowest 0."""
    bounds = draw(st.lists(st.integers(1, CENTS), max_size=5, unique=True))
    grades = [
        Grade.model_validate({"id": f"g{bound}", "name": f"等級{bound}", "lower_bound": Decimal(bound) / 100})
        for bound in (0, *bounds)
    ]
    return tuple(draw(st.permutations(grades)))


@st.composite
def scores(draw: st.DrawFn, rubric: Rubric, places: int) -> tuple[Decimal, ...]:
    """A score for each indicator, of up to so many decimals."""
    unit = 10**places
    return tuple(
        Decimal(draw(st.integers(0, int(rubric.full_score(indicator) * unit)))) / unit
        for indicator in rubric.indicators
    )


@st.composite
def cases(draw: st.DrawFn, places: int = 2) -> Case:
    """A rubric with bands and the scores of 1–8 employees."""
    rubric = draw(rubrics())
    everyone = draw(st.lists(scores(rubric, places), min_size=1, max_size=8))
    return Case(rubric, draw(bands()), draw(st.integers(0, 4)), tuple(everyone))


def points(rubric: Rubric, score: Sequence[Decimal]) -> list[Fraction]:
    """The exact points of each indicator."""
    if rubric.scale == "points":
        return [Fraction(one) for one in score]
    return [
        Fraction(one) * Fraction(indicator.weight) / 100
        for one, indicator in zip(score, rubric.indicators, strict=True)
    ]


def half_up(number: Fraction, decimals: int) -> Fraction:
    """A number rounded half up."""
    unit = 10**decimals
    return Fraction((2 * number * unit + 1) // 2, unit)


def grade(total: Fraction, grades: Sequence[Grade]) -> str:
    """The grade of a total: the highest bound that it reaches."""
    return max((g for g in grades if Fraction(g.lower_bound) <= total), key=lambda g: g.lower_bound).id
