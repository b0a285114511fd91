"""Quarters and years: what their totals are made of, what is missing, and that everything adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from perfcli import exact
from perfcli.errors import DataError, PerfError
from perfcli.people.everybody import Piece
from perfcli.people.gathering import gather
from perfcli.pipelines.rollup import RollupRequest, roll_results
from perfcli.pipelines.score import read_books
from perfcli.rules.models import Policy
from perfcli.rules.models import Rollup as RollupRules
from perfcli.rules.periods import Cycle, cycle, months_of
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import IDENTITY, InputFile
from perfcli.scoring.rolling import rank, roll_up
from perfcli.scoring.rollups import Rollup, own_key, points_key, weight_key
from perfcli.sealed.registry import read_stored
from perfcli.sealed.rollups import ROLLUPS
from perfcli.sealed.verification import changed_cells
from support.recalculation import recalculated, values_of
from support.rollups import ENGLISH, company, result, rollup_of, write_result, write_roster
from support.sheets import write_workbook

CASES = sorted((Path(__file__).parent / "rollups").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_comes_out_as_hr_would_work_it_out(path: Path, tmp_path: Path, shipped_rules: Ruleset) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    if "errors" in case:
        with pytest.raises(PerfError) as caught:
            rollup_of(case, tmp_path, shipped_rules.policy)
        assert sorted(one.code for one in caught.value.findings) == sorted(case["errors"])
        messages = [one.message(ENGLISH) for one in caught.value.findings]
        assert all(any(text in message for message in messages) for text in case.get("said", ()))
        return
    found = rollup_of(case, tmp_path, shipped_rules.policy)
    frame = found.frame.set_index("employee_id")
    assert {one: frame["total"][one] for one in frame.index} == case["totals"]
    for key in ("grade", "rank"):
        assert {one: frame[key][one] for one in case.get(key, {})} == case.get(key, {})
    for one, weights in case.get("weights", {}).items():
        assert {part: round(frame[weight_key(part)][one], 6) for part in weights} == weights
    assert list(found.unrated["employee_id"]) == case.get("unrated", [])
    assert list(found.left_out["employee_id"] if len(found.left_out) else []) == case.get("left_out", [])
    assert sorted({one.code for one in found.findings}) == sorted(case.get("findings", []))


QUARTER = "2026Q4"
SCORES = st.decimals(0, 100, places=2).map(float)


def rules(policy: Policy, **changes: Any) -> tuple[Policy, RollupRules]:
    """The shipped policy with some of its rules of roll-ups changed."""
    assert policy.rollup is not None
    said = policy.rollup.model_dump(by_alias=True) | changes
    changed = policy.model_copy(update={"rollup": RollupRules.model_validate(said)})
    assert changed.rollup is not None
    return changed, changed.rollup


def rolled(pieces: Sequence[Piece], period: str, policy: Policy, own: RollupRules) -> pd.DataFrame:
    """The frame of a roll-up of results without a roster, by employee."""
    gathered = gather(pieces, None, period, company(policy), own)
    frame = roll_up(gathered.employees, gathered.parts, period, policy, own)
    return rank(frame, gathered.parts).set_index("employee_id")


def pieces_of(totals: Mapping[str, Mapping[str, float | None]], ruleset: Ruleset) -> list[Piece]:
    """A piece for each part: key of the part → who has which total."""
    found = []
    for key, own in totals.items():
        if any(total is not None for total in own.values()):
            frame = result(ruleset, key.removesuffix("-own"), own).frame
            found.append(Piece(key, f"{key}.xlsx", (InputFile(f"{key}.xlsx", key),), frame))
    return found


QUARTERS = st.dictionaries(
    st.sampled_from(["A", "B", "C"]),
    st.tuples(*[st.none() | SCORES] * 3, SCORES).filter(lambda own: any(one is not None for one in own[:3])),
    min_size=1,
)


def columns(
    keys: Sequence[str], people: Mapping[str, tuple[float | None, ...]], ruleset: Ruleset
) -> list[Piece]:
    """The pieces of people whose numbers stand in the order of the keys."""
    totals = {key: {one: numbers[n] for one, numbers in people.items()} for n, key in enumerate(keys)}
    return pieces_of(totals, ruleset)


def fraction(numbers: Sequence[float | None]) -> Fraction:
    """The mean of those that are there."""
    given_ones = [Fraction(exact.decimal(one)) for one in numbers if one is not None]
    return sum(given_ones, Fraction(0)) / len(given_ones)


def half_up(number: Fraction) -> Fraction:
    return Fraction((number * 200 + 1) // 2, 100)


class TestTotals:
    @given(QUARTERS)
    def test_are_those_of_fractions_and_the_parts_add_up(
        self, shipped_rules: Ruleset, people: Mapping[str, tuple[float | None, ...]]
    ) -> None:
        policy, own = rules(shipped_rules.policy, missing={"otherwise": "leave-out"})
        keys = [*months_of(QUARTER), QUARTER]
        frame = rolled(columns(keys, people, company(policy)), QUARTER, policy, own)
        for one, numbers in people.items():
            mean = fraction(numbers[:3]) * 60 / 100 + Fraction(exact.decimal(numbers[3] or 0.0)) * 40 / 100
            row = frame.loc[one]
            assert Fraction(exact.decimal(float(frame["total"].loc[one]))) == half_up(mean)
            given_keys = [key for key, number in zip(keys, numbers, strict=True) if number is not None]
            assert sum(row[weight_key(key)] for key in given_keys) == pytest.approx(100, abs=1e-9)
            assert sum(row[points_key(key)] for key in given_keys) == pytest.approx(float(mean), abs=1e-9)

    @given(st.lists(SCORES, min_size=17, max_size=17), st.sampled_from(["total", "own"]))
    def test_of_a_year_are_those_of_fractions(
        self, shipped_rules: Ruleset, numbers: list[float], counts: str
    ) -> None:
        by_totals = counts == "total"
        policy, own = rules(shipped_rules.policy, quarter_in_year=counts)
        months, quarters = numbers[:12], numbers[12:16]
        names = [own_key(f"2026Q{n}") if by_totals else f"2026Q{n}" for n in range(1, 5)]
        totals = {
            **{key: {"A": one} for key, one in zip(months_of("2026"), months, strict=True)},
            **{key: {"A": one} for key, one in zip(names, quarters, strict=True)},
            "2026": {"A": numbers[16]},
        }
        frame = rolled(pieces_of(totals, company(policy)), "2026", policy, own)
        of_quarters = [
            half_up(fraction(months[3 * n : 3 * n + 3]) * 60 / 100 + fraction([quarters[n]]) * 40 / 100)
            if by_totals
            else fraction([quarters[n]])
            for n in range(4)
        ]
        whole = fraction(months) * 30 + sum(of_quarters, Fraction(0)) / 4 * 30 + fraction([numbers[16]]) * 40
        assert Fraction(exact.decimal(frame["total"]["A"])) == half_up(whole / 100)

    @given(QUARTERS, st.data())
    def test_better_in_a_part_never_costs(
        self,
        shipped_rules: Ruleset,
        people: Mapping[str, tuple[float | None, ...]],
        data: st.DataObject,
    ) -> None:
        limit = {"any": "qualified", "of": "monthly", "highest_grade": "good"}
        changes = {"missing": {"otherwise": "leave-out"}, "grade_limits": [limit]}
        policy, own = rules(shipped_rules.policy, **changes)
        keys = [*months_of(QUARTER), QUARTER]
        who = data.draw(st.sampled_from(sorted(people)))
        part = data.draw(st.sampled_from([n for n, one in enumerate(people[who]) if one is not None]))
        better = list(people[who])
        now = float(exact.decimal(better[part] or 0.0))
        better[part] = min(100.0, now + data.draw(st.integers(0, 40)))
        before, after = (
            rolled(columns(keys, every, company(policy)), QUARTER, policy, own).loc[who]
            for every in (people, {**people, who: tuple(better)})
        )
        order = [grade.id for grade in policy.grades_from_top]
        assert after["total"] >= before["total"]
        assert order.index(str(after["grade"])) <= order.index(str(before["grade"]))
        assert after["rank"] <= before["rank"]

    @given(QUARTERS)
    def test_of_somebody_left_out_of_a_month_are_as_if_there_had_been_none(
        self, shipped_rules: Ruleset, people: Mapping[str, tuple[float | None, ...]]
    ) -> None:
        policy, own = rules(shipped_rules.policy, missing={"otherwise": "leave-out"}, least={"quarterly": 1})
        keys = [*months_of(QUARTER), QUARTER]
        frame = rolled(columns(keys, people, company(policy)), QUARTER, policy, own)
        for one, numbers in people.items():
            left = [number for number in numbers[:3] if number is not None]
            alone: dict[str, dict[str, float | None]] = {QUARTER: {one: numbers[3]}}
            alone |= {key: {one: number} for key, number in zip(months_of(QUARTER), left, strict=False)}
            assert (
                rolled(pieces_of(alone, company(policy)), QUARTER, policy, own)["total"][one]
                == frame["total"][one]
            )


class TestWorkbooks:
    """The roll-up as a product, through files."""

    @pytest.fixture
    def year(self, tmp_path: Path, shipped_rules: Ruleset) -> tuple[Rollup, list[Path], Path, Ruleset]:
        policy, _ = rules(
            shipped_rules.policy,
            months="by-days",
            grade_limits=[{"any": "unqualified", "of": "monthly", "highest_grade": "qualified"}],
        )
        ruleset = company(policy)
        teams = {"B*": "depot", "C": "depot"}
        parts = [*months_of("2026"), "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"]
        paths = []
        for n, period in enumerate(parts):
            odd = 95.005 - n if n % 2 else 88.88
            totals: dict[str, float | None] = {"A": 61.37 + n, "B*": odd, "C": 55.5 + 2 * n}
            if (period < "2026-05" and cycle(period) is Cycle.MONTHLY) or period == "2026Q1":
                del totals["C"]
            path = tmp_path / f"{period}.result.xlsx"
            paths.append(write_result(path, result(ruleset, period, totals, teams)))
        rows: list[list[object]] = [
            ["工號", "入職日期", "離職日期"],
            ["A", None, None],
            ["B*", None, None],
            ["C", "2026-05-17", None],
        ]
        roster = write_roster(tmp_path / "roster.xlsx", rows)
        return roll_results(RollupRequest(paths, roster), ruleset), paths, roster, ruleset

    def test_are_read_back_as_they_were_written(
        self, year: tuple[Rollup, Any, Any, Any], tmp_path: Path
    ) -> None:
        rollup = year[0]
        path = tmp_path / "2026.xlsx"
        path.write_bytes(ROLLUPS.workbook(rollup, ENGLISH))
        stored = read_stored(read_books([path])[0])
        assert stored.is_intact
        assert not list(changed_cells(stored))
        pd.testing.assert_frame_equal(stored.content.frame, rollup.frame, check_dtype=False)
        assert stored.content.parts == rollup.parts
        assert (
            ROLLUPS.workbook(replace(stored.content, findings=rollup.findings), ENGLISH) == path.read_bytes()
        )

    def test_recalculate_elsewhere_to_the_last_digit(self, year: tuple[Rollup, Any, Any, Any]) -> None:
        content = ROLLUPS.workbook(year[0], ENGLISH)
        stored, fresh = values_of(content)["Audit"], recalculated(content)["Audit"]
        assert stored == fresh
        assert "yes" in stored.values()
        assert "no" not in fresh.values()

    def test_do_not_depend_on_the_order_of_files(
        self, year: tuple[Rollup, list[Path], Path, Ruleset]
    ) -> None:
        rollup, paths, roster, ruleset = year
        content = ROLLUPS.workbook(rollup, ENGLISH)
        for order in ([*reversed(paths)], [*paths[5:], *paths[:5]]):
            again = roll_results(RollupRequest(order, roster), ruleset)
            assert ROLLUPS.workbook(again, ENGLISH) == content

    def test_of_quarters_that_were_rolled_up_give_the_same_year(
        self, year: tuple[Rollup, list[Path], Path, Ruleset], tmp_path: Path
    ) -> None:
        rollup, paths, roster, ruleset = year
        by_period = {path.name.split(".")[0]: path for path in paths}
        quarters = []
        for quarter in ("2026Q1", "2026Q2", "2026Q3", "2026Q4"):
            own = [by_period[one] for one in (quarter, *months_of(quarter))]
            made = roll_results(RollupRequest(own, roster), ruleset)
            quarters.append(tmp_path / f"{quarter}.rollup.xlsx")
            quarters[-1].write_bytes(ROLLUPS.workbook(made, ENGLISH))
        again = roll_results(RollupRequest([*quarters, by_period["2026"]], roster), ruleset)
        pd.testing.assert_frame_equal(again.frame, rollup.frame, check_dtype=False)
        both = roll_results(RollupRequest([*quarters, *paths], roster), ruleset)
        pd.testing.assert_frame_equal(both.frame, rollup.frame, check_dtype=False)

    def test_two_results_of_a_part_are_refused_with_both(
        self, year: tuple[Rollup, list[Path], Path, Ruleset], tmp_path: Path
    ) -> None:
        _, paths, roster, ruleset = year
        other = write_result(tmp_path / "again.xlsx", result(ruleset, "2026-05", {"A": 99.0}))
        with pytest.raises(DataError) as caught:
            roll_results(RollupRequest([*paths, other], roster), ruleset)
        assert [one.code for one in caught.value.findings] == ["two-results"]
        said = caught.value.findings[0].message(ENGLISH)
        assert "65.37" in said
        assert "99" in said

    def test_another_name_on_the_roster_is_an_error_and_a_changed_team_a_remark(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        ruleset = company(shipped_rules.policy)
        parts = [*months_of(QUARTER), QUARTER]
        paths = [
            write_result(
                tmp_path / f"{one}.xlsx",
                result(ruleset, one, {"A": 80.0, "B": 70.0}, {"B": "depot" if one == QUARTER else "shop"}),
            )
            for one in parts
        ]
        people = [["工號", "姓名", "團隊"], ["A", "員工A", "團隊shop"], ["B", "別人", "團隊depot"]]
        roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": people})
        with pytest.raises(DataError) as caught:
            roll_results(RollupRequest(paths, roster), ruleset)
        found = {one.code: one.message(ENGLISH) for one in caught.value.findings}
        assert set(found) == {"other-name-on-roster", "identity-changed"}
        made = roll_results(RollupRequest(paths), ruleset)
        assert list(made.frame["team"]) == ["shop", "depot"]
        (changed,) = [one.message(ENGLISH) for one in made.findings if "Team" in one.message(ENGLISH)]
        assert "B 員工B: 團隊shop → 團隊depot" in changed

    def test_nobody_disappears_between_a_partial_result_and_its_roll_up(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        ruleset = company(shipped_rules.policy)
        paths = []
        for one in [*months_of(QUARTER), QUARTER]:
            whole = result(ruleset, one, {"A": 80.0, "B": 70.0})
            left_out = whole.frame[whole.frame["employee_id"] == "B"][list(IDENTITY)]
            left_out = left_out.assign(file="s.xlsx", sheet="s", row=3)
            frame = whole.frame[whole.frame["employee_id"] == "A"].reset_index(drop=True)
            partial = replace(whole, frame=frame, left_out=left_out)
            paths.append(write_result(tmp_path / f"{one}.xlsx", partial))
        with pytest.raises(DataError) as caught:
            roll_results(RollupRequest(paths), ruleset)
        assert {one.code for one in caught.value.findings} == {"part-left-out"}
        made = roll_results(RollupRequest(paths, partial=True), ruleset)
        assert list(made.left_out["employee_id"]) == ["B"]
        assert made.results.left_out is made.left_out

    def test_months_of_somebody_without_a_quarter_s_total_still_count_in_the_year(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        policy, _ = rules(shipped_rules.policy, no_own="share")
        ruleset = company(policy)
        by_period = {
            period: {"A": 80.0, **({} if period < "2026-03" or period == "2026Q1" else {"B": 70.0})}
            for period in [*months_of("2026"), "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"]
        }
        files = {
            period: write_result(tmp_path / f"{period}.xlsx", result(ruleset, period, {**totals}))
            for period, totals in by_period.items()
        }
        roster = write_roster(
            tmp_path / "roster.xlsx", [["工號", "入職日期"], ["A", None], ["B", "2026-03-01"]]
        )
        quarters = []
        for quarter in ("2026Q1", "2026Q2", "2026Q3", "2026Q4"):
            parts = [files[one] for one in (*months_of(quarter), quarter)]
            made = roll_results(RollupRequest(parts, roster), ruleset)
            assert list(made.unrated["employee_id"]) == (["B"] if quarter == "2026Q1" else [])
            quarters.append(tmp_path / f"{quarter}.rollup.xlsx")
            quarters[-1].write_bytes(ROLLUPS.workbook(made, ENGLISH))
        by_quarters = roll_results(RollupRequest([*quarters, files["2026"]], roster), ruleset)
        by_months = roll_results(RollupRequest([*files.values()], roster), ruleset)
        pd.testing.assert_frame_equal(by_quarters.frame, by_months.frame, check_dtype=False)
        assert by_months.frame.set_index("employee_id")["2026-03.total"]["B"] == 70

    def test_an_appraisal_for_some_teams_is_missed_by_nobody_else(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        own = shipped_rules.cycles[Cycle.QUARTERLY].model_copy(update={"teams": ("shop",)})
        ruleset = replace(company(shipped_rules.policy), cycles={Cycle.QUARTERLY: own})
        teams = {"B": "depot"}
        paths = [
            write_result(tmp_path / f"{one}.xlsx", result(ruleset, one, {"A": 80.0, "B": 70.0}, teams))
            for one in months_of(QUARTER)
        ]
        paths.append(write_result(tmp_path / "own.xlsx", result(ruleset, QUARTER, {"A": 90.0}, teams)))
        made = roll_results(RollupRequest(paths), ruleset)
        frame = made.frame.set_index("employee_id")
        assert (frame["total"]["A"], frame["total"]["B"]) == (84, 70)
        assert frame[f"{QUARTER}.reason"]["B"] == "other-team"

    def test_a_roster_says_the_days_by_which_months_count_and_whose_team_nobody_knows(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        policy, _ = rules(shipped_rules.policy, months="by-days")
        ruleset = company(policy)
        parts = [*months_of(QUARTER), QUARTER]
        paths = [write_result(tmp_path / f"{one}.xlsx", result(ruleset, one, {"A": 80.0})) for one in parts]
        people = [["工號", "姓名"], ["A", "員工A"], ["Z", "誰"]]
        roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": people})
        with pytest.raises(DataError) as caught:
            roll_results(RollupRequest(paths, roster), ruleset)
        assert {one.code for one in caught.value.findings} == {"roster-without-column", "nobody-s-team"}
