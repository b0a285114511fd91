"""Raters, what does not apply, adjustments and vetoes: examples, oracles with fractions, and promises."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfcli.rules.models import Indicator, Policy, Rounding, Rubric
from perfcli.rules.raters import Raters
from perfcli.rules.roles import RATERS, Role
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.judgements import judge, rated_scores
from perfcli.scoring.results import (
    ADJUSTMENT,
    IDENTITY,
    REASON,
    VETO,
    not_applicable_key,
    points_key,
    role_key,
    score_key,
    weight_key,
)
from perfcli.scoring.scorer import score_employees
from perfcli.scoring.weights import shared_weights
from support.rubrics import grade, half_up, make_rubric, rubrics, scores

Scores = Mapping[Role, Decimal | None]

NEARLY_ALL_EXAMPLES = settings(max_examples=40)


def written(number: float) -> Fraction:
    """The decimal that a double shows."""
    return Fraction(Decimal(repr(float(number))))


def raters_of(own: int | Decimal, peer: int | Decimal, superior: int | Decimal, **more: Any) -> Raters:
    return Raters.model_validate({"self": own, "peer": peer, "superior": superior, **more})


def rated(raters: Raters, given: Scores, decimals: int = 2) -> Fraction | None:
    """The score of one employee whom some raters scored."""
    columns = {
        rater: np.array([np.nan if given.get(rater) is None else float(given[rater] or 0)])
        for rater in RATERS
    }
    score = float(rated_scores(raters, columns, decimals)[0])
    return None if np.isnan(score) else written(score)


class TestRaters:
    @pytest.mark.parametrize(
        ("raters", "given", "score"),
        [
            (raters_of(10, 0, 90), {Role.SELF: 80, Role.SUPERIOR: 90}, "89.00"),
            (raters_of(10, 30, 60), {Role.SELF: 80, Role.PEER: 85, Role.SUPERIOR: 90}, "87.50"),
            (raters_of(10, 0, 90), {Role.SUPERIOR: 90}, None),
            (raters_of(10, 0, 90, share_missing=True), {Role.SUPERIOR: 90}, "90.00"),
            (raters_of(10, 0, 90, share_missing=True), {Role.SELF: 80}, "80.00"),
            (raters_of(10, 0, 90, share_missing=True), {}, None),
            (raters_of(10, 30, 60, share_missing=True), {Role.SELF: 80, Role.PEER: 85}, "83.75"),
            (raters_of(10, 30, 60, share_missing=True), {Role.SELF: 80, Role.SUPERIOR: 85}, "84.29"),
            (raters_of(0, 0, 100), {Role.SELF: 80, Role.PEER: 70, Role.SUPERIOR: 90}, "90.00"),
            (raters_of(0, 0, 100, share_missing=True), {Role.SELF: 80, Role.PEER: 70}, None),
        ],
    )
    def test_count_by_their_weights(
        self, raters: Raters, given: Mapping[Role, int], score: str | None
    ) -> None:
        found = rated(raters, {rater: Decimal(number) for rater, number in given.items()})
        assert found == (None if score is None else Fraction(Decimal(score)))

    @given(data=st.data(), share=st.booleans(), decimals=st.integers(0, 4))
    def test_against_fractions(self, data: st.DataObject, share: bool, decimals: int) -> None:  # noqa: FBT001
        cuts = sorted(data.draw(st.lists(st.integers(0, 10000), min_size=2, max_size=2)))
        shares = [Decimal(cuts[0]), Decimal(cuts[1] - cuts[0]), Decimal(10000 - cuts[1])]
        raters = raters_of(*(one / 100 for one in shares), share_missing=share)
        score = st.none() | st.integers(0, 10000).map(lambda cents: Decimal(cents) / 100)
        everyone = data.draw(st.lists(st.tuples(score, score, score), min_size=1, max_size=12))
        columns = {
            rater: np.array([np.nan if own[index] is None else float(own[index] or 0) for own in everyone])
            for index, rater in enumerate(RATERS)
        }
        found = rated_scores(raters, columns, decimals)
        for own, number in zip(everyone, found, strict=True):
            counting = [(part, one) for part, one in zip(shares, own, strict=True) if part]
            present = [(Fraction(part), Fraction(one)) for part, one in counting if one is not None]
            if not present or (len(present) < len(counting) and not share):
                assert np.isnan(number)
                continue
            whole = sum((part for part, _ in present), Fraction(0))
            mean = sum((part * one for part, one in present), Fraction(0)) / whole
            assert written(number) == half_up(mean, decimals)


def test_what_is_measured_counts_before_what_is_rated_and_that_before_what_is_typed(
    shipped_rules: Ruleset,
) -> None:
    plain = make_rubric([["100"]])
    indicator = with_rules(plain, {"i0-0": {"measure": {"method": "ratio", "target": 50}}}).indicators[0]
    rows: list[dict[Role, float]] = [
        {Role.ACTUAL: 40, Role.SUPERIOR: 70, Role.SCORE: 60},
        {Role.SUPERIOR: 70, Role.SCORE: 60},
        {Role.SCORE: 60},
        {Role.TARGET: 50, Role.PEER: 65, Role.SCORE: 60},
        {Role.TARGET: 80, Role.ACTUAL: 40},
        {},
    ]
    employees = pd.DataFrame(
        [{role_key("i0-0", role): number for role, number in row.items()} for row in rows]
    )
    policy = shipped_rules.policy.model_copy(update={"raters": raters_of(0, 0, 100)})
    judged = judge(employees, plain, indicator, policy)
    np.testing.assert_array_equal(judged.scores, [80, 70, 60, 60, 50, np.nan])
    np.testing.assert_array_equal(judged.measured, [80, np.nan, np.nan, np.nan, 50, np.nan])
    np.testing.assert_array_equal(judged.rated, [70, 70, np.nan, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(judged.given[Role.TARGET], [50, np.nan, np.nan, 50, 80, np.nan])
    np.testing.assert_array_equal(judged.attainment, [80, np.nan, np.nan, np.nan, 50, np.nan])


def with_rules(rubric: Rubric, rules: Mapping[str, Mapping[str, Any]]) -> Rubric:
    """A rubric with more keys for some indicators."""
    data = rubric.model_dump(by_alias=True)
    for dimension in data["dimensions"]:
        for indicator in dimension["indicators"]:
            indicator.update(rules.get(indicator["id"], {}))
    return Rubric.model_validate(data)


@dataclass(frozen=True)
class Person:
    """What the sheets say of one employee: scores in the order of indicators, what is out, an adjustment."""

    scores: tuple[Decimal, ...]
    left_out: frozenset[str] = frozenset()
    adjustment: Decimal = Decimal(0)


@dataclass(frozen=True)
class Company:
    """A rubric, what the policy changes, and the employees."""

    rubric: Rubric
    policy: Mapping[str, Any]
    people: tuple[Person, ...]


Sharing = Literal["dimension", "all"]


@st.composite
def companies(draw: st.DrawFn, *, vetoes: bool = False) -> Company:
    """A rubric of random weights and scale, some indicators out for each of 1–6 employees."""
    rubric = draw(rubrics())
    grades = [
        {"id": name, "name": name, "lower_bound": bound}
        for name, bound in (("a", 90), ("b", 75), ("c", 50), ("d", 0))
    ]
    identifiers = [indicator.id for indicator in rubric.indicators]
    if vetoes:
        some = draw(st.lists(st.sampled_from(identifiers), unique=True, max_size=3))
        levels = st.sampled_from(["a", "b", "c", "d"])
        rules: dict[str, dict[str, dict[str, Any]]] = {
            one.id: {"veto": {"below": one.weight * part if rubric.scale == "points" else 100 * part}}
            for one, part in ((one, draw(st.integers(0, 20)) / Decimal(20)) for one in rubric.indicators)
            if one.id in some
        }
        for rule in rules.values():
            rule["veto"]["below"] = max(rule["veto"]["below"].quantize(Decimal("0.0001")), Decimal("0.0001"))
            rule["veto"]["highest_grade"] = draw(levels)
        rubric = with_rules(rubric, rules)
    out = st.frozensets(st.sampled_from(identifiers), max_size=len(identifiers) - 1)
    adjustments = st.integers(-500, 500).map(lambda cents: Decimal(cents) / 100)
    people = st.builds(Person, scores(rubric, 2), out, st.just(Decimal(0)) | adjustments)
    policy = {
        "not_applicable": draw(st.sampled_from(["dimension", "all"])),
        "highest_total": draw(st.sampled_from([None, Decimal(100), Decimal(110), Decimal("99.5")])),
        "rounding": Rounding(total_decimals=draw(st.integers(0, 4))),
        "grades": grades,
    }
    return Company(rubric, policy, tuple(draw(st.lists(people, min_size=1, max_size=6))))


def policy_of(company: Company, ruleset: Ruleset) -> Policy:
    data = {**ruleset.policy.model_dump(by_alias=True), **company.policy}
    return Policy.model_validate(data)


def scored(company: Company, ruleset: Ruleset) -> pd.DataFrame:
    """The results in the order of the people."""
    rows: list[dict[str, object]] = []
    for number, person in enumerate(company.people):
        row: dict[str, object] = dict.fromkeys(IDENTITY, "")
        row |= {"employee_id": f"E{number:03d}", "team": company.rubric.team}
        for indicator, score in zip(company.rubric.indicators, person.scores, strict=True):
            is_out = indicator.id in person.left_out
            row[score_key(indicator.id)] = np.nan if is_out and number % 2 else float(score)
            row[not_applicable_key(indicator.id)] = is_out
        rows.append(row | {ADJUSTMENT: float(person.adjustment), REASON: "有據"})
    rubrics_of_all = {company.rubric.team: company.rubric}
    frame = score_employees(pd.DataFrame(rows), rubrics_of_all, policy_of(company, ruleset))
    return frame.set_index("employee_id").sort_index()


def weights_of(rubric: Rubric, left_out: Collection[str], sharing: Sharing) -> dict[str, Fraction]:
    """Each indicator's part of its dimension, times the dimension's part of the 100 points.

    Where sharing is by dimension, a dimension keeps its weight as long as one of its indicators applies.
    """
    here = {
        dimension.id: [one for one in dimension.indicators if one.id not in left_out]
        for dimension in rubric.dimensions
    }
    own = {
        dimension.id: Fraction(dimension.weight)
        if sharing == "dimension" and here[dimension.id]
        else _sum(here[dimension.id])
        for dimension in rubric.dimensions
    }
    weights = dict.fromkeys((one.id for one in rubric.indicators), Fraction(0))
    for dimension in rubric.dimensions:
        part = own[dimension.id] / sum(own.values())
        for one in here[dimension.id]:
            weights[one.id] = 100 * part * Fraction(one.weight) / _sum(here[dimension.id])
    return weights


def _sum(indicators: Sequence[Indicator]) -> Fraction:
    return sum((Fraction(one.weight) for one in indicators), Fraction(0))


def expected_points(company: Company, person: Person) -> Iterator[tuple[str, Fraction, Fraction | None]]:
    """Id, weight and points of each indicator; no points where it does not apply."""
    weights = weights_of(company.rubric, person.left_out, company.policy["not_applicable"])
    for indicator, score in zip(company.rubric.indicators, person.scores, strict=True):
        share = Fraction(score) / Fraction(company.rubric.full_marks(indicator))
        points = None if indicator.id in person.left_out else weights[indicator.id] * share
        yield indicator.id, weights[indicator.id], points


class TestWhatDoesNotApply:
    RUBRIC = make_rubric([["30", "20", "10"], ["25", "15"]])

    @pytest.mark.parametrize(
        ("left_out", "sharing", "weights"),
        [
            (["i0-2"], "dimension", ["36", "24", "0", "25", "15"]),
            (["i0-2"], "all", ["100/3", "200/9", "0", "250/9", "50/3"]),
            (["i0-0", "i0-1"], "dimension", ["0", "0", "60", "25", "15"]),
            (["i1-0", "i1-1"], "dimension", ["50", "100/3", "50/3", "0", "0"]),
            (["i1-0", "i1-1"], "all", ["50", "100/3", "50/3", "0", "0"]),
            (["i1-0", "i1-1", "i0-2"], "dimension", ["60", "40", "0", "0", "0"]),
            ([], "dimension", ["30", "20", "10", "25", "15"]),
        ],
    )
    def test_is_shared_by_the_others_in_proportion(
        self, left_out: list[str], sharing: Sharing, weights: list[str]
    ) -> None:
        found = shared_weights(self.RUBRIC, left_out, sharing)
        assert list(found.values()) == list(map(Fraction, weights))

    @given(rubric=rubrics(), data=st.data(), sharing=st.sampled_from(["dimension", "all"]))
    def test_weights_against_fractions(self, rubric: Rubric, data: st.DataObject, sharing: Sharing) -> None:
        identifiers = [indicator.id for indicator in rubric.indicators]
        out = data.draw(st.sets(st.sampled_from(identifiers), max_size=len(identifiers) - 1))
        weights = shared_weights(rubric, out, sharing)
        assert weights == weights_of(rubric, out, sharing)
        assert sum(weights.values()) == 100

    @given(company=companies())
    def test_weights_points_and_totals_against_fractions(
        self, shipped_rules: Ruleset, company: Company
    ) -> None:
        frame = scored(company, shipped_rules)
        differ = any(person.left_out for person in company.people)
        for row, person in zip(frame.to_dict("records"), company.people, strict=True):
            total = Fraction(person.adjustment)
            for identifier, weight, points in expected_points(company, person):
                assert (row[weight_key(identifier)] == float(weight)) if differ else True
                if points is None:
                    assert np.isnan(row[points_key(identifier)])
                    assert np.isnan(row[score_key(identifier)])
                else:
                    assert row[points_key(identifier)] == float(points)
                    total += points
            decimals = company.policy["rounding"].total_decimals
            assert written(row["total"]) == bounded(half_up(total, decimals), company, decimals)
            assert row["grade"] == grade(written(row["total"]), policy_of(company, shipped_rules).grades)
        for dimension in company.rubric.dimensions:
            for points_of_one, person in zip(frame[points_key(dimension.id)], company.people, strict=True):
                own = {one.id for one in dimension.indicators}
                parts = [part for one, _, part in expected_points(company, person) if one in own]
                assert points_of_one == float(sum((part for part in parts if part), Fraction(0)))

    def test_nothing_is_said_of_weights_where_everything_applies(self, shipped_rules: Ruleset) -> None:
        company = Company(self.RUBRIC, {}, (Person((Decimal(90),) * 5),))
        assert not [key for key in scored(company, shipped_rules).columns if key.endswith(".weight")]


def bounded(total: Fraction, company: Company, decimals: int) -> Fraction:
    """A rounded total, not below 0 and not above the policy's highest."""
    highest = company.policy["highest_total"]
    capped = total if highest is None else min(total, Fraction(highest))
    return half_up(max(capped, Fraction(0)), decimals)


class TestAdjustments:
    @pytest.mark.parametrize(
        ("score", "adjustment", "highest", "total"),
        [
            ("88", "2.5", None, 90.5),
            ("88", "-3", None, 85),
            ("98", "5", None, 103),
            ("98", "5", 100, 100),
            ("1", "-3", None, 0),
            ("89.99", "0.005", None, 90),
            ("0", "0", 100, 0),
        ],
    )
    def test_are_added_to_the_total(
        self, shipped_rules: Ruleset, score: str, adjustment: str, highest: int | None, total: float
    ) -> None:
        person = Person((Decimal(score),), adjustment=Decimal(adjustment))
        company = Company(make_rubric([["100"]]), {"highest_total": highest}, (person,))
        row = scored(company, shipped_rules).iloc[0]
        assert row["total"] == total
        assert row[ADJUSTMENT] == float(adjustment)
        assert row[REASON] == "有據"

    def test_decide_grade_and_rank(self, shipped_rules: Ruleset) -> None:
        people = (Person((Decimal(89),)), Person((Decimal(88),), adjustment=Decimal(2)))
        frame = scored(Company(make_rubric([["100"]]), {}, people), shipped_rules)
        assert frame["grade"].tolist() == ["good", "excellent"]
        assert frame["rank"].tolist() == [2, 1]


class TestVeto:
    RUBRIC = with_rules(
        make_rubric([["60", "30", "10"]]),
        {
            "i0-1": {"veto": {"below": 60, "highest_grade": "qualified"}},
            "i0-2": {"veto": {"below": 50, "highest_grade": "unqualified"}},
        },
    )

    @pytest.mark.parametrize(
        ("own", "total", "expected", "named"),
        [
            ((100, 60, 50), 83, "good", ""),
            ((100, "59.99", 100), 88, "qualified", "i0-1"),
            ((100, 59, 49), 82.6, "unqualified", "i0-1 i0-2"),
            ((100, 100, 0), 90, "unqualified", "i0-2"),
            ((0, 0, 0), 0, "unqualified", ""),
            ((70, 50, 100), 67, "qualified", ""),
        ],
    )
    def test_caps_the_grade_and_names_itself(
        self,
        shipped_rules: Ruleset,
        own: Sequence[int | str],
        total: float,
        expected: str,
        named: str,
    ) -> None:
        company = Company(self.RUBRIC, {}, (Person(tuple(map(Decimal, own))),))
        row = scored(company, shipped_rules).iloc[0]
        assert (row["total"], row["grade"], row[VETO]) == (total, expected, named)

    @pytest.mark.parametrize("levels", [("unqualified", "good"), ("good", "unqualified")])
    def test_of_several_the_lowest_grade_counts(
        self, shipped_rules: Ruleset, levels: tuple[str, str]
    ) -> None:
        rules = {
            f"i0-{number}": {"veto": {"below": 1, "highest_grade": level}}
            for number, level in enumerate(levels)
        }
        rubric = with_rules(make_rubric([["5", "5", "90"]]), rules)
        person = Person(tuple(map(Decimal, (0, 0, 100))))
        row = scored(Company(rubric, {}, (person,)), shipped_rules).iloc[0]
        assert (row["total"], row["grade"], row[VETO]) == (90, "unqualified", "i0-0 i0-1")

    def test_one_that_does_not_apply_caps_nothing(self, shipped_rules: Ruleset) -> None:
        scores_of_all = tuple(map(Decimal, (100, 0, 100)))
        person = Person(scores_of_all, left_out=frozenset(["i0-1"]))
        row = scored(Company(self.RUBRIC, {}, (person,)), shipped_rules).iloc[0]
        assert (row["total"], row["grade"], row[VETO]) == (100, "excellent", "")

    def test_may_weigh_nothing(self, shipped_rules: Ruleset) -> None:
        rules = {"i0-1": {"weight": 0, "veto": {"below": 100, "highest_grade": "unqualified"}}}
        rubric = with_rules(make_rubric([["100", "0"]]), rules)
        people = tuple(Person((Decimal(95), Decimal(score))) for score in (100, 0))
        frame = scored(Company(rubric, {}, people), shipped_rules)
        assert frame["total"].tolist() == [95, 95]
        assert frame["rank"].tolist() == [1, 1]
        assert frame["grade"].tolist() == ["excellent", "unqualified"]

    @given(company=companies(vetoes=True))
    def test_against_its_definition(self, shipped_rules: Ruleset, company: Company) -> None:
        policy = policy_of(company, shipped_rules)
        order = [one.id for one in policy.grades_from_top]
        frame = scored(company, shipped_rules)
        for row, person in zip(frame.to_dict("records"), company.people, strict=True):
            earned = grade(written(row["total"]), policy.grades)
            capping = {
                indicator.id: indicator.veto.highest_grade
                for indicator, score in zip(company.rubric.indicators, person.scores, strict=True)
                if indicator.veto
                and indicator.id not in person.left_out
                and score < indicator.veto.below
                and order.index(indicator.veto.highest_grade) > order.index(earned)
            }
            assert row["grade"] == max([earned, *capping.values()], key=order.index)
            assert row.get(VETO, "") == " ".join(capping)


def assert_no_worse(before: pd.DataFrame, after: pd.DataFrame, person: int, policy: Policy) -> None:
    """Total, grade and rank of a person are at least as good as before."""
    order = [one.id for one in policy.grades_from_top]
    old, new = before.iloc[person], after.iloc[person]
    assert new["total"] >= old["total"]
    assert order.index(new["grade"]) <= order.index(old["grade"])
    assert new["rank"] <= old["rank"]


class TestBetterNeverCosts:
    @given(company=companies(vetoes=True), data=st.data())
    def test_a_higher_score_or_adjustment(
        self, shipped_rules: Ruleset, company: Company, data: st.DataObject
    ) -> None:
        number = data.draw(st.integers(0, len(company.people) - 1))
        person = company.people[number]
        own = list(person.scores)
        column = data.draw(st.integers(0, len(own) - 1))
        full = int(company.rubric.full_score(company.rubric.indicators[column]) * 100)
        own[column] = max(own[column], Decimal(data.draw(st.integers(0, full))) / 100)
        more = person.adjustment + Decimal(data.draw(st.sampled_from([0, 1, 500]))) / 100
        better = replace(person, scores=tuple(own), adjustment=more)
        people = tuple(better if one == number else other for one, other in enumerate(company.people))
        before, after = (scored(one, shipped_rules) for one in (company, replace(company, people=people)))
        assert_no_worse(before, after, number, policy_of(company, shipped_rules))

    MEASURES: Mapping[str, Mapping[str, Any]] = {
        "i0-0": {"measure": {"method": "ratio", "cap": 120, "target": 80}},
        "i0-1": {"measure": {"method": "ratio", "better": "lower", "target": 20}},
        "i0-2": {
            "measure": {
                "method": "tiers",
                "of": "actual",
                "better": "lower",
                "interpolate": True,
                "tiers": [
                    {"upper_bound": 5, "score": 100},
                    {"upper_bound": 60, "score": 60},
                    {"score": 0},
                ],
            },
            "veto": {"below": 60, "highest_grade": "qualified"},
        },
        "i1-0": {
            "measure": {"method": "deduction", "step": 3},
            "veto": {"below": 50, "highest_grade": "good"},
        },
        "i1-1": {
            "measure": {"method": "pass-fail", "target": 50},
            "veto": {"below": 100, "highest_grade": "unqualified"},
        },
    }
    RISING = ("i0-0", "i1-1")

    @given(data=st.data())
    @NEARLY_ALL_EXAMPLES
    def test_an_actual_in_the_good_direction_or_a_higher_rating(
        self, shipped_rules: Ruleset, data: st.DataObject
    ) -> None:
        rubric = with_rules(make_rubric([["30", "20", "10"], ["25", "10"], ["5"]]), self.MEASURES)
        policy = shipped_rules.policy.model_copy(
            update={"raters": raters_of(10, 30, 60, share_missing=True), "highest_total": Decimal(110)}
        )
        keys = [role_key(one, Role.ACTUAL) for one in self.MEASURES]
        keys += [role_key("i2-0", rater) for rater in RATERS]
        rows = data.draw(
            st.lists(st.lists(st.integers(0, 100), min_size=8, max_size=8), min_size=1, max_size=5)
        )
        number = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.integers(0, len(keys) - 1))
        value = data.draw(st.integers(0, 100))
        falling = column < len(self.MEASURES) and list(self.MEASURES)[column] not in self.RISING
        improved = [list(row) for row in rows]
        improved[number][column] = (min if falling else max)(value, rows[number][column])
        before, after = (_from_columns(keys, one, rubric, policy) for one in (rows, improved))
        assert_no_worse(before, after, number, policy)


def _from_columns(
    keys: Sequence[str], rows: Sequence[Sequence[int]], rubric: Rubric, policy: Policy
) -> pd.DataFrame:
    employees = pd.DataFrame(rows, columns=list(keys), dtype=np.float64)
    for key in IDENTITY:
        employees[key] = ""
    employees["team"] = rubric.team
    employees["employee_id"] = [f"E{number:03d}" for number in range(len(rows))]
    frame = score_employees(employees, {rubric.team: rubric}, policy)
    return frame.set_index("employee_id").sort_index()


def documented_rounding() -> list[list[str]]:
    """The rows of the example of rounding in the page on the rules."""
    page = (Path(__file__).parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    section = page.partition("\n## Rounding\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(("said", "score", "sum_", "total", "grade"), documented_rounding())
def test_a_computed_score_is_rounded_before_it_is_weighted(
    said: str, score: str, sum_: str, total: str, grade: str, shipped_rules: Ruleset
) -> None:
    rubric = make_rubric([["50", "50"]])
    data = rubric.model_dump(mode="json", by_alias=True)
    data["dimensions"][0]["indicators"][0]["measure"] = {"method": "ratio", "cap": 100}
    rubric = Rubric.model_validate(data)
    measured, typed = rubric.indicators
    decimals = int(said.partition(",")[0])
    rounding = Rounding(score_decimals=decimals, total_decimals=2)
    policy = shipped_rules.policy.model_copy(update={"rounding": rounding})
    frame = pd.DataFrame({key: ["E1"] for key in IDENTITY})
    frame["team"] = rubric.team
    frame[role_key(measured.id, Role.TARGET)] = 100.0
    frame[role_key(measured.id, Role.ACTUAL)] = 89.985
    frame[score_key(typed.id)] = 90.0
    row = score_employees(frame, {rubric.team: rubric}, policy).iloc[0]
    assert written(row[score_key(measured.id)]) == Fraction(score)
    parts, whole = sum_.split(" = ")
    points_said = [Fraction(part) for part in parts.split(" + ")]
    assert [written(row[points_key(one.id)]) for one in rubric.indicators] == points_said
    assert sum(points_said) == Fraction(whole)
    assert (f"{row['total']:.2f}", row["grade"]) == (total, grade)
