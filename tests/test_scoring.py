"""Totals, grades and ranks against an oracle that computes with fractions, and the promises about them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from perfcli import exact
from perfcli.rules.models import Policy, Rounding
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.distributions import distribution
from perfcli.scoring.results import points_key, score_key
from perfcli.scoring.scorer import score_employees
from support.rubrics import Case, cases, grade, half_up, points


def policy_of(case: Case, ruleset: Ruleset) -> Policy:
    rounding = Rounding(total_decimals=case.decimals)
    return ruleset.policy.model_copy(update={"grades": case.bands, "rounding": rounding})


def employees_of(case: Case) -> pd.DataFrame:
    frame = pd.DataFrame({"employee_id": [f"E{number:03d}" for number in range(len(case.scores))]})
    for key in ("name", "department", "position", "period"):
        frame[key] = ""
    frame["team"] = case.rubric.team
    for column, indicator in enumerate(case.rubric.indicators):
        frame[score_key(indicator.id)] = [float(person[column]) for person in case.scores]
    return frame


def scored(case: Case, ruleset: Ruleset) -> pd.DataFrame:
    rubrics = {case.rubric.team: case.rubric}
    frame = score_employees(employees_of(case), rubrics, policy_of(case, ruleset))
    return frame.set_index("employee_id").sort_index()


def written(number: float) -> Fraction:
    """The decimal that a double shows."""
    return Fraction(Decimal(repr(float(number))))


class TestAgainstFractions:
    @given(case=cases())
    def test_points_totals_grades_and_ranks(self, shipped_rules: Ruleset, case: Case) -> None:
        frame = scored(case, shipped_rules)
        exact_points = [points(case.rubric, person) for person in case.scores]
        totals = [half_up(sum(own, Fraction(0)), case.decimals) for own in exact_points]
        for person, (own, total) in enumerate(zip(exact_points, totals, strict=True)):
            row = frame.iloc[person]
            for indicator, expected in zip(case.rubric.indicators, own, strict=True):
                assert written(row[points_key(indicator.id)]) == expected
            assert written(row["total"]) == total
            assert row["grade"] == grade(total, case.bands)
            assert row["rank"] == row["team_rank"] == 1 + sum(other > total for other in totals)

    @given(case=cases())
    def test_shown_points_add_up_to_the_total_before_it_is_rounded(
        self, shipped_rules: Ruleset, case: Case
    ) -> None:
        frame = scored(case, shipped_rules)
        for person, own in enumerate(case.scores):
            row = frame.iloc[person]
            exact_total = sum(points(case.rubric, own), Fraction(0))
            shown = sum((written(row[points_key(one.id)]) for one in case.rubric.indicators), Fraction(0))
            dimensions = sum(
                (written(row[points_key(one.id)]) for one in case.rubric.dimensions), Fraction(0)
            )
            assert shown == dimensions == exact_total
            assert half_up(shown, case.decimals) == written(row["total"])

    @given(case=cases(places=12))
    @settings(max_examples=30)
    def test_scores_with_as_many_decimals_as_a_workbook_can_hold(
        self, shipped_rules: Ruleset, case: Case
    ) -> None:
        frame = scored(case, shipped_rules)
        for person, own in enumerate(case.scores):
            total = half_up(sum(points(case.rubric, own), Fraction(0)), case.decimals)
            assert written(frame.iloc[person]["total"]) == total


class TestPromises:
    @given(case=cases(), data=st.data())
    def test_raising_one_score_never_lowers_anything(
        self, shipped_rules: Ruleset, case: Case, data: st.DataObject
    ) -> None:
        person = data.draw(st.integers(0, len(case.scores) - 1))
        column = data.draw(st.integers(0, len(case.rubric.indicators) - 1))
        full = case.rubric.full_score(case.rubric.indicators[column])
        old = case.scores[person][column]
        new = data.draw(st.integers(int(old * 100), int(full * 100)).map(lambda cents: Decimal(cents) / 100))
        raised = [list(own) for own in case.scores]
        raised[person][column] = max(old, new)
        after_case = Case(case.rubric, case.bands, case.decimals, tuple(map(tuple, raised)))
        before, after = scored(case, shipped_rules), scored(after_case, shipped_rules)
        bounds = {band.id: band.lower_bound for band in case.bands}
        assert after.iloc[person]["total"] >= before.iloc[person]["total"]
        assert bounds[after.iloc[person]["grade"]] >= bounds[before.iloc[person]["grade"]]
        assert after.iloc[person]["rank"] <= before.iloc[person]["rank"]

    @given(case=cases(), seed=st.integers(0, 2**16))
    def test_the_order_of_rows_changes_nothing(self, shipped_rules: Ruleset, case: Case, seed: int) -> None:
        rubrics = {case.rubric.team: case.rubric}
        employees = employees_of(case)
        shuffled = employees.sample(frac=1, random_state=seed)
        policy = policy_of(case, shipped_rules)
        pd.testing.assert_frame_equal(
            score_employees(employees, rubrics, policy), score_employees(shuffled, rubrics, policy)
        )

    def test_equal_totals_share_a_rank_and_the_next_is_left_out(self, shipped_rules: Ruleset) -> None:
        rubric = shipped_rules.rubrics["operations"]
        everyone = tuple((Decimal(score),) * len(rubric.indicators) for score in (90, 85, 85, 80))
        frame = scored(Case(rubric, shipped_rules.policy.grades, 2, everyone), shipped_rules)
        assert frame["rank"].tolist() == [1, 2, 2, 4]

    def test_teams_are_ranked_together_and_each_by_itself(self, shipped_rules: Ruleset) -> None:
        frames = []
        for number, (team, score) in enumerate((("operations", 90), ("marketing", 80), ("marketing", 95))):
            rubric = shipped_rules.rubrics[team]
            case = Case(rubric, (), 2, ((Decimal(score),) * len(rubric.indicators),))
            frames.append(employees_of(case).assign(employee_id=f"E{number}"))
        employees = pd.concat(frames, ignore_index=True)
        frame = score_employees(employees, shipped_rules.rubrics, shipped_rules.policy)
        assert frame["employee_id"].tolist() == ["E2", "E0", "E1"]
        assert frame["rank"].tolist() == [1, 2, 3]
        assert frame["team_rank"].tolist() == [1, 1, 2]


class TestExact:
    @given(st.lists(st.decimals(-(10**9), 10**9, places=6), min_size=1, max_size=20))
    def test_a_double_of_fifteen_digits_gives_its_decimal_back(self, numbers: list[Decimal]) -> None:
        column = exact.decimals(np.array([float(number) for number in numbers]))
        assert [Fraction(int(one), column.denominator) for one in column.integers] == list(
            map(Fraction, numbers)
        )
        assert column.floats().tolist() == [float(number) for number in numbers]

    @given(
        st.lists(st.decimals(0, 10**12, places=8), min_size=1, max_size=5),
        st.decimals(0, 10**6, places=6),
        st.integers(0, 8),
    )
    def test_no_size_of_number_overflows(self, numbers: list[Decimal], factor: Decimal, places: int) -> None:
        product = exact.from_decimals(numbers).times(factor)
        doubled = (product + product).rounded(places)
        expected = [half_up(2 * Fraction(number) * Fraction(factor), places) for number in numbers]
        assert [Fraction(int(one), doubled.denominator) for one in doubled.integers] == expected
        assert doubled.floats().tolist() == [float(number) for number in expected]

    def test_noise_beyond_fifteen_digits_is_no_part_of_the_number(self) -> None:
        column = exact.decimals(np.array([2.4000000000000004, 86.66666666666667]))
        assert column.floats().tolist() == [2.4, 86.6666666666667]


def test_a_distribution_counts_every_grade_and_rounds_its_average_half_up(shipped_rules: Ruleset) -> None:
    top, *_, bottom = shipped_rules.policy.grades_from_top
    frame = pd.DataFrame(
        {"total": [100.0, 95.01, 0.0, 0.01], "grade": [top.id, top.id, bottom.id, bottom.id]}
    )
    found = distribution(frame, shipped_rules.policy)
    assert (found.employees, found.highest, found.lowest) == (4, 100.0, 0.0)
    assert found.average == Decimal("48.76")  # 48.755
    assert list(found.grades) == [grade.id for grade in shipped_rules.policy.grades_from_top]
    assert sum(found.grades.values()) == 4
    assert (found.grades[top.id], found.share(top.id)) == (2, 0.5)
