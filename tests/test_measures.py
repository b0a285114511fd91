"""Measures against oracles that follow their definitions with fractions, and the examples of their pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import assert_never

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfcli.folding import fold
from perfcli.rules.checks import measure_findings
from perfcli.rules.documents import read_document
from perfcli.rules.measures import Deduction, Direct, Levels, Measure, PassFail, Ratio, Tiers
from perfcli.rules.measures.base import Quantity
from perfcli.rules.models import Indicator
from perfcli.rules.numbers import FROM_YAML, written
from perfcli.rules.roles import Role
from perfcli.rules.summaries import summarize
from perfcli.scoring.measures import Scale, attainments, measured_scores
from perfcli.text import Language, Wording
from support.measures import COMPUTED, MEASURES, MEMBERS, edges, measure_of, measures, numbers_in, tiers
from support.rubrics import half_up, make_rubric

HUNDRED = Decimal(100)
PAGES = sorted((Path(__file__).parents[1] / "docs" / "measures").glob("*.md"), key=lambda path: path.name)


def scores_of(
    measure: Measure, scale: Scale, values: Sequence[tuple[Decimal | None, Decimal | None]]
) -> list[Fraction | None]:
    """The scores of pairs of target and actual as the decimals that the doubles show; None for NaN."""
    targets, actuals = (column(part) for part in zip(*values, strict=True))
    scores = measured_scores(measure, scale, targets, actuals)
    return [None if np.isnan(score) else Fraction(Decimal(repr(float(score)))) for score in scores]


def column(numbers: Sequence[Decimal | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if number is None else float(number) for number in numbers], dtype=np.float64)


@st.composite
def numbers(draw: st.DrawFn, lowest: int = -(10**15) + 1) -> Decimal:
    """A number of up to 15 significant digits, often a small one."""
    digits = draw(st.integers(max(lowest, -999), 999) | st.integers(lowest, 10**15 - 1))
    return Decimal(digits).scaleb(-draw(st.integers(0, 12)))


FACTORS = st.sampled_from([Decimal(100), Decimal(100), Decimal(30), Decimal("37.5"), Decimal("0.05")])
SCALES = st.builds(Scale, FACTORS, st.integers(0, 4))


@dataclass(frozen=True)
class Case:
    """A measure, its scale, and targets and actuals that have a score."""

    measure: Measure
    scale: Scale
    values: tuple[tuple[Decimal | None, Decimal | None], ...]


@st.composite
def cases(draw: st.DrawFn, members: Sequence[type[Measure]] = COMPUTED) -> Case:
    """Any measure with an actual, and the targets and actuals of 1–12 employees."""
    scale = draw(SCALES)
    measure = draw(st.sampled_from(members).flatmap(lambda member: measures(member, scale.full)))
    lowest = 0 if measure.quantity(Role.ACTUAL) is Quantity.COUNT else -(10**15) + 1
    values = []
    for _ in range(draw(st.integers(1, 12))):
        least = 1 if measure.divides else lowest
        target = draw(numbers(least) | st.sampled_from([Decimal(100), Decimal("0.01")]))
        edge = st.sampled_from(edges(measure, target)).flatmap(_beside)
        values.append((target, draw(numbers(lowest) | edge.filter(lambda one: one >= lowest))))
    return Case(measure, scale, tuple(values))


def _beside(number: Decimal) -> st.SearchStrategy[Decimal]:
    """A number, or one unit above or below it."""
    digits = f"{number:.15g}"
    unit = Decimal(digits).normalize().as_tuple().exponent
    step = Decimal(1).scaleb(min(int(unit), 0))
    return st.sampled_from([number, number - step, number + step]).filter(_fits)


def _fits(number: Decimal) -> bool:
    return Decimal(repr(float(number))) == number


def oracle(case: Case, target: Decimal, actual: Decimal) -> Fraction:
    """The score of one employee, as the measure's page defines it."""
    full, measure = Fraction(case.scale.full), case.measure
    value, goal = Fraction(actual), Fraction(target)
    match measure:
        case Deduction():
            score = max(full - value * Fraction(measure.step), Fraction(measure.floor))
        case PassFail():
            met = value >= goal if measure.better == "higher" else value <= goal
            passed = full if measure.pass_ is None else Fraction(measure.pass_)
            score = passed if met else Fraction(measure.fail)
        case Ratio():
            highest = full if measure.cap is None else Fraction(measure.cap)
            attained = _attained(measure.better, goal, value)
            reached = highest if attained is None else full * attained
            score = min(max(reached, Fraction(measure.floor)), highest)
        case Tiers():
            score = _stepped(measure, goal, value)
        case Direct() | Levels():
            raise TypeError(f"nothing to compute: {measure.method}")
        case _:
            assert_never(measure)
    return min(half_up(score, case.scale.decimals), Fraction(measure.highest(case.scale.full)))


def _attained(better: str, goal: Fraction, value: Fraction) -> Fraction | None:
    """The attainment as a share; None for more than any target."""
    if better == "higher":
        return value / goal
    return goal / value if value > 0 else None


def _stepped(measure: Tiers, goal: Fraction, value: Fraction) -> Fraction:
    """The score of a list of steps, each with the least value that reaches it."""
    turned = -1 if measure.of == "actual" and measure.better == "lower" else 1
    steps = sorted(
        (turned * Fraction(tier.bound), Fraction(tier.score))
        for tier in measure.tiers
        if tier.bound is not None
    )
    if measure.of == "attainment":
        share = _attained(measure.better, goal, value)
        if share is None:
            return steps[-1][1]
        value = share * 100
    reached = bisect_right([bound for bound, _ in steps], turned * value) - 1
    if reached < 0:
        return next(Fraction(tier.score) for tier in measure.tiers if tier.bound is None)
    bound, score = steps[reached]
    if not measure.interpolate or reached == len(steps) - 1:
        return score
    next_bound, next_score = steps[reached + 1]
    return score + (turned * value - bound) / (next_bound - bound) * (next_score - score)


class TestAgainstFractions:
    @pytest.mark.parametrize("member", COMPUTED)
    @given(data=st.data())
    def test_every_score(self, member: type[Measure], data: st.DataObject) -> None:
        case = data.draw(cases([member]))
        found = scores_of(case.measure, case.scale, case.values)
        expected = [
            oracle(case, target, actual)
            for target, actual in case.values
            if target is not None and actual is not None
        ]
        assert found == expected

    @given(case=cases())
    def test_every_attainment(self, case: Case) -> None:
        targets, actuals = (column(part) for part in zip(*case.values, strict=True))
        found = attainments(case.measure, targets, actuals).tolist()
        for percent, (target, actual) in zip(found, case.values, strict=True):
            assert target is not None
            assert actual is not None
            better, divides = case.measure.better, case.measure.divides
            share = _attained(better, Fraction(target), Fraction(actual)) if divides else None
            if share is None:
                assert np.isnan(percent)
            else:
                assert percent == float(half_up(100 * share, 10))


class TestPromises:
    @given(case=cases())
    def test_a_better_actual_never_scores_less(self, case: Case) -> None:
        target = case.values[0][0]
        measure = case.measure
        lower = measure.better == "lower"
        actuals = sorted((actual for _, actual in case.values if actual is not None), reverse=lower)
        scores = scores_of(measure, case.scale, [(target, actual) for actual in actuals])
        for worse, better in pairwise(scores):
            assert worse is not None
            assert better is not None
            assert better >= worse

    @given(case=cases())
    def test_a_harder_target_never_gives_a_higher_score(self, case: Case) -> None:
        actual = max(case.values[0][1] or Decimal(0), Decimal(0))
        lower = case.measure.better == "lower"
        targets = sorted((target for target, _ in case.values if target is not None), reverse=lower)
        scores = scores_of(case.measure, case.scale, [(target, actual) for target in targets])
        for easier, harder in pairwise(scores):
            assert easier is not None
            assert harder is not None
            assert harder <= easier

    @given(case=cases())
    def test_a_score_lies_between_the_lowest_and_the_highest(self, case: Case) -> None:
        highest = case.measure.highest(case.scale.full)
        for score in scores_of(case.measure, case.scale, case.values):
            assert score is not None
            assert 0 <= score <= highest

    @given(case=cases())
    def test_nobody_s_score_depends_on_anybody_else(self, case: Case) -> None:
        together = scores_of(case.measure, case.scale, case.values)
        alone = [scores_of(case.measure, case.scale, [value])[0] for value in case.values]
        assert together == alone

    @given(case=cases())
    def test_without_an_actual_there_is_no_score(self, case: Case) -> None:
        target = case.values[0][0]
        values = [*case.values, (target, None)]
        assert scores_of(case.measure, case.scale, values)[-1] is None
        if Role.TARGET in case.measure.columns():
            without = case.measure.model_copy(update={"target": None})
            assert scores_of(without, case.scale, [(None, Decimal(5))]) == [None]

    @given(case=cases())
    def test_a_target_of_the_measure_counts_for_who_has_none(self, case: Case) -> None:
        if Role.TARGET not in case.measure.columns():
            return
        own = case.measure.model_copy(update={"target": Decimal("12.5")})
        actuals = [actual for _, actual in case.values]
        given_to_each = [(Decimal("12.5"), actual) for actual in actuals]
        nothing_given = [(None, actual) for actual in actuals]
        assert scores_of(own, case.scale, nothing_given) == scores_of(case.measure, case.scale, given_to_each)
        assert scores_of(own, case.scale, case.values) == scores_of(case.measure, case.scale, case.values)


class TestEdgesOfTiers:
    """A bound belongs to its tier; one unit short of it is the tier below, however narrow the gap."""

    @given(measure=tiers(Decimal(100), "actual", interpolate=False))
    def test_of_an_actual(self, measure: Tiers) -> None:
        unit = Decimal("0.000001") * (-1 if measure.better == "lower" else 1)
        for below, tier in pairwise(measure.from_bottom):
            assert tier.bound is not None
            at_and_short = [(None, tier.bound), (None, tier.bound - unit), (None, tier.bound + unit)]
            at, short, beyond = scores_of(measure, Scale(Decimal(100), 2), at_and_short)
            assert at == beyond == Fraction(tier.score)
            assert short == Fraction(below.score)

    @given(measure=tiers(Decimal(100), "attainment", interpolate=False))
    def test_of_an_attainment(self, measure: Tiers) -> None:
        unit = Decimal("0.00000001") * (-1 if measure.better == "lower" else 1)
        for below, tier in pairwise(measure.from_bottom):
            assert tier.bound is not None
            if not tier.bound:
                continue
            target, actual = Decimal(1), tier.bound / 100
            if measure.better == "lower":
                target, actual = actual, target
            pairs: list[tuple[Decimal | None, Decimal | None]]
            pairs = [(target, actual), (target, actual - unit), (target, actual + unit)]
            at, short, beyond = scores_of(measure, Scale(Decimal(100), 2), pairs)
            assert at == beyond == Fraction(tier.score)
            assert short == Fraction(below.score)

    def test_no_value_falls_between_two_tiers(self) -> None:
        steps = [{"lower_bound": 100, "score": 100}, {"lower_bound": Decimal("99.99"), "score": 90}]
        measure = measure_of(method="tiers", of="attainment", tiers=[*steps, {"score": 0}])
        actuals = ["100", "99.995", "99.99", "99.989999999999"]
        values = [(Decimal(100), Decimal(actual)) for actual in actuals]
        assert scores_of(measure, Scale(Decimal(100), 2), values) == [100, 90, 90, 0]


@pytest.mark.parametrize(
    ("rule", "actual", "score"),
    [
        ({"better": "lower"}, 2, 100),
        ({"better": "lower"}, 4, 50),
        ({"better": "lower"}, 0, 100),
        ({"better": "lower", "cap": 120}, 0, 120),
        ({"better": "lower", "cap": 120}, -3, 120),
        ({"better": "lower", "cap": 120}, 1, 120),
        ({"better": "lower", "floor": 20}, 1000, 20),
        ({"cap": 120}, 3, 120),
        ({"cap": 120}, "2.2", 110),
        ({}, 3, 100),
        ({}, -1, 0),
        ({"floor": 40}, 0, 40),
        ({"better": "lower"}, 3, "66.67"),
    ],
)
def test_a_ratio_with_a_target_of_two(
    rule: Mapping[str, object], actual: int | str, score: int | str
) -> None:
    measure = measure_of(method="ratio", **rule)
    found = scores_of(measure, Scale(Decimal(100), 2), [(Decimal(2), Decimal(actual))])
    assert found == [Fraction(Decimal(score))]


@pytest.mark.parametrize(
    ("measure", "scores"),
    [
        (measure_of(method="ratio"), [None, None, 100]),
        (measure_of(method="pass-fail"), [100, 100, 100]),
        (measure_of(method="pass-fail", better="lower"), [0, 0, 100]),
    ],
    ids=["ratio", "at least", "at most"],
)
def test_a_target_that_something_is_divided_by_is_above_zero(
    measure: Measure, scores: list[Fraction | None]
) -> None:
    values = [(Decimal(0), Decimal(1)), (Decimal(-1), Decimal(1)), (Decimal(1), Decimal(1))]
    assert scores_of(measure, Scale(Decimal(100), 2), values) == scores


@pytest.mark.parametrize("target", ["0.01", "1", "999999999"])
@pytest.mark.parametrize("actual", ["0", "-1"])
def test_nothing_attains_more_than_any_target_where_lower_is_better(target: str, actual: str) -> None:
    steps = [{"lower_bound": bound, "score": bound} for bound in (50, 120)]
    by_steps = measure_of(method="tiers", of="attainment", better="lower", tiers=[*steps, {"score": 0}])
    for measure in (measure_of(method="ratio", better="lower", cap=120), by_steps):
        assert scores_of(measure, Scale(HUNDRED, 2), [(Decimal(target), Decimal(actual))]) == [120]


def test_what_is_typed_is_not_computed() -> None:
    levels = [{"name": "優", "score": 100}, {"name": "差", "score": 0}]
    for measure in (measure_of(method="direct"), measure_of(method="levels", levels=levels)):
        assert scores_of(measure, Scale(Decimal(100), 2), [(Decimal(1), Decimal(1))]) == [None]


@pytest.mark.parametrize("member", MEMBERS)
@given(data=st.data())
@settings(max_examples=20)
def test_a_summary_says_every_number_of_the_measure(member: type[Measure], data: st.DataObject) -> None:
    measure, rubric = data.draw(measures(member, HUNDRED)), make_rubric([["100"]])
    indicator = rubric.indicators[0].model_copy(update={"measure": measure})
    for language in Language:
        said = summarize(indicator, rubric, Wording(language))
        assert said
        assert {number for number in numbers_in(measure) if number} <= numbers_of(said)
        assert measure.unit is None or measure.unit.in_language(language) in said


@pytest.mark.parametrize("member", MEMBERS)
@given(data=st.data())
@settings(max_examples=20)
def test_a_word_that_a_sheet_offers_can_be_typed(member: type[Measure], data: st.DataObject) -> None:
    measure = data.draw(measures(member, HUNDRED))
    words = measure.words(HUNDRED)
    for word, score in measure.choices(HUNDRED):
        assert [words[fold(word.in_language(language))] for language in Language] == [score] * len(Language)


WITHOUT_THE_SCORE = {"derivation.between", "derivation.reached", "derivation.not-reached"}


@pytest.mark.parametrize("member", COMPUTED)
@given(data=st.data())
@settings(max_examples=20)
def test_a_derivation_leads_from_the_actual_to_the_score(member: type[Measure], data: st.DataObject) -> None:
    case = data.draw(cases([member]))
    nearly = Fraction(1, 2 * 10**case.scale.decimals) + Fraction(1, 10**6)
    scores = scores_of(case.measure, case.scale, case.values)
    for (target, actual), score in zip(case.values, scores, strict=True):
        assert target is not None
        assert actual is not None
        assert score is not None
        steps = list(case.measure.derivation(case.scale.full, target, actual))
        for language in Language:
            first, *_, last = [numbers_of(step.in_language(language)) for step in [*steps, steps[-1]]]
            assert Decimal(written(actual)) in first
            near = any(abs(Fraction(number) - score) <= nearly for number in last)
            assert near or steps[-1].key in WITHOUT_THE_SCORE


def numbers_of(text: str) -> set[Decimal]:
    """The numbers in a text."""
    return set(map(Decimal, re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text)))


_PART = re.compile(
    r"^```yaml\n(?P<yaml>.*?)^```$|^\| (?P<head>[^\n]*) \|\n\|[-| ]+\|\n(?P<rows>(?:\|[^\n]*\|\n)+)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Example:
    """A row of a table in a page, and the measure of the YAML block above it."""

    page: str
    yaml: str
    cells: Mapping[str, str]


def blocks(page: Path) -> Iterator[str]:
    """The YAML blocks of a page that say a measure."""
    for part in _PART.finditer(page.read_text(encoding="utf-8")):
        if (part["yaml"] or "").startswith("measure:"):
            yield part["yaml"]


def examples(page: Path) -> Iterator[Example]:
    """The rows of a page's tables that have a score in their last column."""
    yaml = ""
    for part in _PART.finditer(page.read_text(encoding="utf-8")):
        if part["yaml"]:
            yaml = part["yaml"]
            continue
        head = part["head"].split(" | ")
        if head[-1].startswith("score"):
            for row in part["rows"].splitlines():
                cells = row.strip("| ").split(" | ")
                yield Example(page.stem, yaml, dict(zip(head, cells, strict=True)))


def loaded(yaml: str, folder: Path) -> Measure:
    """The measure of a YAML block, read as a rubric is."""
    path = folder / "indicator.yaml"
    path.write_text(yaml, encoding="utf-8")
    document = read_document(path)
    assert not document.findings
    assert not list(measure_findings(document, "", document.data))
    return MEASURES.validate_python(document.data["measure"], context=FROM_YAML)


class TestPages:
    """What docs/measures says is what perf does."""

    def test_there_is_one_for_each_method(self, tmp_path: Path) -> None:
        schema = MEASURES.json_schema()
        methods = set(schema["discriminator"]["mapping"])
        assert {page.stem for page in PAGES} == {*methods, "README"}
        for page in PAGES:
            if page.stem != "README":
                assert {loaded(yaml, tmp_path).method for yaml in blocks(page)} == {page.stem}

    def test_say_every_key(self) -> None:
        for model in MEASURES.json_schema()["$defs"].values():
            keys = model.get("properties", {})
            method = keys.get("method", {}).get("const")
            if method and method != "direct":
                text = (PAGES[0].parent / f"{method}.md").read_text(encoding="utf-8")
                assert [key for key in keys if f"| `{key}` |" not in text] == []

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
    def test_examples_come_out_as_written(self, page: Path, tmp_path: Path) -> None:
        rows = list(examples(page))
        assert rows
        for example in rows:
            measure = loaded(example.yaml, tmp_path)
            head, written = list(example.cells.items())[-1]
            full = Decimal(head.removeprefix("score").removeprefix(" of ") or 100)
            if "typed" in example.cells:
                typed = example.cells["typed"]
                score = measure.words(full).get(fold(typed))
                found: Fraction | None = Fraction(Decimal(typed) if score is None else score)
            else:
                target, actual = (_number(example.cells[key]) for key in ("target", "actual"))
                found = scores_of(measure, Scale(full, 2), [(target, actual)])[0]
            assert found == Fraction(Decimal(written)), example

    def test_the_indicators_in_the_page_of_the_rules_are_sound(self, tmp_path: Path) -> None:
        text = (PAGES[0].parents[1] / "rules.md").read_text(encoding="utf-8")
        found = re.findall(r"^```yaml\n(- id:.*?)^```$", text, re.DOTALL | re.MULTILINE)
        assert found
        for yaml in found:
            path = tmp_path / "indicators.yaml"
            path.write_text(yaml, encoding="utf-8")
            document = read_document(path)
            for data in document.data:
                Indicator.model_validate(data, context=FROM_YAML)
                assert not list(measure_findings(document, "", data))


def _number(cell: str) -> Decimal | None:
    return None if cell == "—" else Decimal(cell)
