"""``--accept own-weights``: people are scored by the weights of their sheet where these add up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Reading, Request
from perfcli.rules.models import Rubric
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.explanation import explain
from perfcli.scoring.results import (
    Results,
    not_applicable_key,
    points_key,
    public_columns,
    score_key,
    stated_weight_key,
    weight_key,
)
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.results import RESULTS
from perfcli.sheets.own_weights import OWN_WEIGHTS
from perfcli.text import Language, Wording
from support.command import perf
from support.companies import small_company
from support.languages import in_english, in_simplified
from support.recalculation import recalculated, values_of
from support.rubrics import Case, cases, cuts, half_up
from support.sheets import Rows, rules_of, write_workbook
from test_scoring import employees_of, policy_of, written

ENGLISH = Wording(Language.ENGLISH)
USUAL = ["工號", "姓名", "銷售額", "毛利率", "協作配合度"]
BESIDE = ["工號", "姓名", "銷售額", "權重", "毛利率", "權重", "協作配合度", "權重"]


def form(name: str, identifier: str, weights: Sequence[object], scores: Sequence[object]) -> Rows:
    names = ("銷售額", "毛利率", "協作配合度")
    lines = zip(names, weights, scores, strict=True)
    return [["姓名", name, "工號", identifier], ["指標", "權重", "得分"], *(list(line) for line in lines)]


LIST: Rows = [
    BESIDE,
    ["E1", "陳一", 80, 40, 90, 30, 70, 30],
    ["E2", "林二", 85, 50, 75, 20, 95, 30],
    ["E3", "王三", 85, 30, 75, 30, 95, 40],
]
FORMS: Mapping[str, Rows] = {
    "陳一": form("陳一", "E1", [40, 30, 30], [80, 90, 70]),
    "林二": form("林二", "E2", [50, 20, 30], [85, 75, 95]),
    "王三": form("王三", "E3", ["30%", "30%", "40%"], [85, 75, 95]),
}
TOTALS = {"E1": 80.0, "E2": 86.0, "E3": 86.0}


def read(
    folder: Path, rules: Ruleset, sheets: Mapping[str, Rows] | Rows, *, accept: bool = True, **case: Any
) -> Reading:
    said = sheets if isinstance(sheets, Mapping) else {"銷售團隊": sheets}
    path = write_workbook(folder / "s.xlsx", said, **({"merges": case["merges"]} if "merges" in case else {}))
    accepted = [OWN_WEIGHTS] if accept else []
    request = Request([path], team="sales", period="2026-11", accept=accepted)
    return pipeline.read(request, rules_of(case, rules))


def totals(folder: Path, rules: Ruleset, sheets: Mapping[str, Rows] | Rows, **case: Any) -> dict[str, float]:
    return outcome(read(folder, rules, sheets, **case), rules_of(case, rules))


def outcome(reading: Reading, rules: Ruleset) -> dict[str, float]:
    frame = score_judged_of(reading, rules)
    return dict(zip(frame["employee_id"], frame["total"], strict=True))


def score_judged_of(reading: Reading, rules: Ruleset) -> Any:
    from perfcli.scoring.scorer import score_judged

    return score_judged(reading.sheets.employees, rules.rubrics, rules.policy)


def codes(reading: Reading) -> list[str]:
    return [found.code for found in reading.findings]


def messages(reading: Reading) -> str:
    return "\n".join(found.message(ENGLISH) for found in reading.findings)


def cures(reading: Reading) -> list[str]:
    return [found.cure(ENGLISH) for found in reading.findings]


@st.composite
def own_cases(draw: st.DrawFn) -> tuple[Case, list[list[Decimal] | None], list[list[bool]]]:
    """A case of scores out of 100 with own weights for some, and indicators that do not apply to some."""
    case = draw(cases().filter(lambda one: one.rubric.scale == "hundred"))
    count = len(case.rubric.indicators)
    own: list[list[Decimal] | None] = []
    left_out: list[list[bool]] = []
    for _ in case.scores:
        places = draw(st.integers(1, 4))
        parts = draw(cuts(100 * 10**places, count))
        has_own = draw(st.booleans())
        own.append([Decimal(part) / 10**places for part in parts] if has_own else None)
        flags = draw(st.lists(st.booleans(), min_size=count, max_size=count))
        left_out.append(flags if draw(st.booleans()) and not all(flags) else [False] * count)
    return case, own, left_out


def weights_of(case: Case, own: list[Decimal] | None, out: list[bool], *, within: bool) -> list[Fraction]:
    """The weights that count, by the definition: what does not apply is shared in proportion."""
    rubric = case.rubric
    whole = [Fraction(one) for one in own or [one.weight for one in rubric.indicators]]
    weights = [Fraction(0) if is_out else one for one, is_out in zip(whole, out, strict=True)]
    if within:
        first = 0
        for dimension in rubric.dimensions:
            places = range(first, first := first + len(dimension.indicators))
            present = sum((weights[place] for place in places), Fraction(0))
            for place in places if present else ():
                weights[place] *= sum((whole[one] for one in places), Fraction(0)) / present
    present = sum(weights, Fraction(0))
    return [one * 100 / present for one in weights]


class TestAgainstFractions:
    @given(drawn=own_cases(), within=st.booleans())
    def test_points_and_totals(
        self,
        shipped_rules: Ruleset,
        drawn: tuple[Case, list[list[Decimal] | None], list[list[bool]]],
        *,
        within: bool,
    ) -> None:
        case, own, left_out = drawn
        policy = policy_of(case, shipped_rules).model_copy(
            update={"not_applicable": "dimension" if within else "all"}
        )
        employees = employees_of(case)
        for place, indicator in enumerate(case.rubric.indicators):
            stated = [float(one[place]) if one else np.nan for one in own]
            employees[stated_weight_key(indicator.id)] = stated
            employees[not_applicable_key(indicator.id)] = [flags[place] for flags in left_out]
        frame = score_employees(employees, {case.rubric.team: case.rubric}, policy)
        frame = frame.set_index("employee_id").sort_index()
        for person, scores in enumerate(case.scores):
            weights = weights_of(case, own[person], left_out[person], within=within)
            parts = [
                Fraction(0) if out else Fraction(score) * weight / 100
                for score, weight, out in zip(scores, weights, left_out[person], strict=True)
            ]
            row = frame.iloc[person]
            assert written(row["total"]) == half_up(sum(parts, Fraction(0)), case.decimals)
            for indicator, part, weight, out in zip(
                case.rubric.indicators, parts, weights, left_out[person], strict=True
            ):
                if weight_key(indicator.id) in frame:
                    assert row[weight_key(indicator.id)] == float(weight)
                if not out and not any(left_out[person]):
                    assert written(row[points_key(indicator.id)]) == part

    @given(drawn=own_cases(), data=st.data())
    def test_better_never_costs(
        self,
        shipped_rules: Ruleset,
        drawn: tuple[Case, list[list[Decimal] | None], list[list[bool]]],
        data: st.DataObject,
    ) -> None:
        case, own, _ = drawn
        employees = employees_of(case)
        for place, indicator in enumerate(case.rubric.indicators):
            employees[stated_weight_key(indicator.id)] = [float(one[place]) if one else np.nan for one in own]
        rubrics, policy = {case.rubric.team: case.rubric}, policy_of(case, shipped_rules)
        before = score_employees(employees, rubrics, policy).set_index("employee_id")
        who = data.draw(st.integers(0, len(case.scores) - 1))
        what = data.draw(st.integers(0, len(case.rubric.indicators) - 1))
        key = score_key(case.rubric.indicators[what].id)
        column = employees[key].tolist()
        column[who] = data.draw(st.floats(column[who], 100))
        employees[key] = column
        after = score_employees(employees, rubrics, policy).set_index("employee_id")
        one = f"E{who:03d}"
        totals = before["total"].to_dict(), after["total"].to_dict()
        assert totals[1][one] >= totals[0][one]
        assert after["rank"].to_dict()[one] <= before["rank"].to_dict()[one]
        assert {**totals[0], one: 0} == {**totals[1], one: 0}


class TestWhereTheyStand:
    @pytest.mark.parametrize("translate", [None, in_simplified, in_english])
    @pytest.mark.parametrize("sheets", [{"銷售團隊": LIST}, FORMS])
    def test_lists_and_forms_alike_in_each_language(
        self, sheets: Mapping[str, Rows], translate: Any, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        said = translate({"sheets": sheets})["sheets"] if translate else sheets
        reading = read(tmp_path, small_rules, said)
        assert codes(reading) == ["own-weights", "own-weights"]
        assert {found.severity for found in reading.findings} == {"warning"}
        assert outcome(reading, small_rules) == TOTALS

    def test_the_people_and_the_weights_are_named_with_their_cells(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        said = messages(read(tmp_path, small_rules, LIST))
        assert "E2 林二 (D3, F3, H3)" in said
        assert "Sales revenue 50, Gross margin 20, Cooperation 30" in said
        said = messages(read(tmp_path, small_rules, FORMS))
        assert "E3 王三 (王三 B3, B4, B5)" in said

    def test_of_more_than_twenty_kinds_they_are_one_finding(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        people: Rows = [
            [f"E{number}", f"員工{number}", 80, 41 + number, 90, 29 - number, 70, 30] for number in range(25)
        ]
        reading = read(tmp_path, small_rules, [BESIDE, *people])
        assert codes(reading) == ["own-weights-of-many"]
        assert "25 people" in messages(reading)
        assert len(reading.sheets.employees) == 25

    @pytest.mark.parametrize(
        "rows",
        [
            [USUAL, ["權重", None, 50, 20, 30], ["E1", "陳一", 80, 90, 70]],
            [USUAL, ["權重", None, "50%", "20%", "30%"], ["E1", "陳一", 80, 90, 70]],
            [
                ["工號", "姓名", "銷售額（50%）", "毛利率（20%）", "協作配合度（30%）"],
                ["E1", "陳一", 80, 90, 70],
            ],
            [BESIDE, ["E1", "陳一", 80, 0.5, 90, 0.2, 70, 0.3]],
            [
                ["工號", "姓名", "銷售額（50%）", "毛利率（20%）", "協作配合度", "權重"],
                ["E1", "陳一", 80, 90, 70, 30],
            ],
            [
                ["姓名", "陳一", "工號", "E1"],
                ["指標", "得分"],
                ["銷售額 50分", 80],
                ["毛利率 20分", 90],
                ["協作配合度 30分", 70],
            ],
        ],
    )
    def test_in_a_row_in_labels_beside_scores_and_in_forms(
        self, rows: Rows, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        reading = read(tmp_path, small_rules, rows)
        assert codes(reading) == ["own-weights"]
        assert outcome(reading, small_rules) == {"E1": 79.0}

    @pytest.mark.parametrize(
        ("rows", "total"),
        [
            # 80 % × 62.5 % and 37.5 %, and 20 %
            (
                [
                    ["姓名", "陳一", "工號", "E1"],
                    ["類別", "指標", "權重", "得分"],
                    ["成果（80%）", "銷售額", "62.5%", 80],
                    [None, "毛利率", "37.5%", 90],
                    ["行為（20%）", "協作配合度", "100%", 70],
                ],
                81.0,
            ),
            # shares of the rubric's own dimensions, 70 and 30
            ([BESIDE, ["E1", "陳一", 80, "50%", 90, "50%", 70, "100%"]], 80.5),
            ([USUAL, ["權重", None, 0.6, 0.4, 1], ["E1", "陳一", 80, 90, 70]], 79.8),
            # a category by the name of a dimension, with another weight than the rubric's
            (
                [
                    ["姓名", "陳一", "工號", "E1"],
                    ["類別", "指標", "權重", "得分"],
                    ["業績指標（60%）", "銷售額", "50%", 80],
                    [None, "毛利率", "50%", 90],
                    ["團隊協作（40%）", "協作配合度", "100%", 70],
                ],
                79.0,
            ),
        ],
    )
    def test_as_shares_of_a_category(
        self, rows: Rows, total: float, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        reading = read(tmp_path, small_rules, rows)
        assert codes(reading) == ["own-weights"]
        assert outcome(reading, small_rules) == {"E1": total}

    def test_who_has_none_is_scored_by_the_rubric(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, LIST[2], ["E4", "趙四", 80, None, 90, None, 70, None]]
        assert totals(tmp_path, small_rules, rows) == {"E2": 86.0, "E4": 80.0}

    def test_the_sheets_own_totals_are_compared_with_those_by_its_weights(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [[*BESIDE, "總分"], [*LIST[2], 86], [*LIST[3], 87]]
        assert codes(read(tmp_path, small_rules, rows)) == [
            "own-weights",
            "own-weights",
            "own-figure-differs",
        ]

    def test_who_is_not_scored_is_not_said_to_be(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, LIST[2], ["E3", "王三", "缺考", 30, 75, 30, 95, 40]]
        reading = read(tmp_path, small_rules, rows)
        assert sorted(codes(reading)) == ["no-score-stated", "own-weights"]

    def test_weights_of_0_count_for_nothing(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, ["E1", "陳一", 80, 60, 90, 40, 70, 0]]
        assert totals(tmp_path, small_rules, rows) == {"E1": 84.0}


OPTIONAL: dict[str, Any] = {"rubrics": {"sales": {"indicators": {"cooperation": {"optional": True}}}}}


@st.composite
def people_with_weights(draw: st.DrawFn) -> list[tuple[list[int], list[int | None]]]:
    """Scores and weights of 1 to 5 people: the rubric's, own ones, some that do not add up, some missing."""

    def weights() -> list[int | None]:
        kind = draw(st.sampled_from(["rubric", "own", "any", "missing", "none"]))
        if kind == "rubric":
            return [40, 30, 30]
        own: list[int | None] = [*draw(cuts(100, 3))]
        if kind == "any":
            own = [*draw(st.lists(st.integers(2, 90), min_size=3, max_size=3))]
        if kind == "missing":
            own[draw(st.integers(0, 2))] = None
        return [None] * 3 if kind == "none" else own

    score = st.integers(50, 100)
    count = draw(st.integers(1, 5))
    return [(draw(st.lists(score, min_size=3, max_size=3)), weights()) for _ in range(count)]


class TestRandomSheets:
    @settings(max_examples=25)
    @given(people=people_with_weights(), is_list=st.booleans())
    def test_everybody_is_scored_by_the_weights_that_stand_there_or_named(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        small_rules: Ruleset,
        people: list[tuple[list[int], list[int | None]]],
        *,
        is_list: bool,
    ) -> None:
        rows: list[list[object]] = [[*BESIDE]]
        forms: dict[str, Rows] = {}
        expected: dict[str, float] = {}
        for number, (scores, weights) in enumerate(people):
            pairs = zip(scores, weights, strict=True)
            rows.append([f"E{number}", f"員工{number}", *(cell for pair in pairs for cell in pair)])
            forms[f"員工{number}"] = form(f"員工{number}", f"E{number}", weights, scores)
            counted = [Fraction(one or 0) for one in weights]
            is_rubrics = all(one in {None, usual} for one, usual in zip(weights, [40, 30, 30], strict=True))
            if is_rubrics or (None not in weights and sum(counted) == 100):
                by = [Fraction(40), Fraction(30), Fraction(30)] if is_rubrics else counted
                total = sum(Fraction(score) * one / 100 for score, one in zip(scores, by, strict=True))
                expected[f"E{number}"] = float(half_up(Fraction(total), 2))
        folder = tmp_path_factory.mktemp("random")
        reading = read(folder, small_rules, rows if is_list else forms)
        assert outcome(reading, small_rules) == expected
        named = " ".join(found.message(ENGLISH) for found in reading.findings if found.severity == "error")
        assert all(
            f"E{number} 員工{number}" in named
            for number in range(len(people))
            if f"E{number}" not in expected
        )


class TestWhatDoesNotApply:
    def test_its_own_weight_is_shared(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, ["E1", "陳一", 80, 50, 90, 20, "不適用", 30]]
        assert totals(tmp_path, small_rules, rows, **OPTIONAL) == {"E1": 82.86}  # 80 × 5/7 + 90 × 2/7

    def test_where_all_weight_is_on_it_nobody_can_tell(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, ["E1", "陳一", 80, 0, 90, 0, "不適用", 100]]
        reading = read(tmp_path, small_rules, rows, **OPTIONAL)
        assert codes(reading) == ["own-weights-unclear"]

    def test_and_that_is_explained(self, tmp_path: Path, small_rules: Ruleset) -> None:
        results = results_of(tmp_path, rules_of(OPTIONAL, small_rules), {"銷售團隊": MIXED})
        said = "\n".join(step.in_language(Language.ENGLISH) for step in explain(results, "E3").steps)
        assert "weight is 30, as the sheet says; the rubric's is 40; its weight grew from 30 to 50" in said


VETO: dict[str, Any] = {
    "rubrics": {
        "sales": {
            "indicators": {
                "revenue": {"weight": 70},
                "margin": {"weight": 0, "veto": {"below": 50, "highest_grade": "qualified"}},
            }
        }
    }
}


class TestWhatHasNoWeightInTheRubric:
    def test_needs_none_in_the_sheet(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, ["E1", "陳一", 80, 60, 90, None, 70, 40]]
        assert totals(tmp_path, small_rules, rows, **VETO) == {"E1": 76.0}

    def test_labels_of_some_that_are_the_rubrics_stay_so(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [
            ["工號", "姓名", "銷售額（40%）", "毛利率（30%）", "協作配合度"],
            ["E1", "陳一", 80, 90, 70],
        ]
        assert read(tmp_path, small_rules, rows).findings == ()


class TestWhatStaysAnError:
    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([BESIDE, ["E1", "陳一", 80, 50, 90, 20, 70, 40]], "add up to 110"),
            ([BESIDE, ["E1", "陳一", 80, 50, 90, None, 70, 50]], "none for Gross margin"),
            ([BESIDE, ["E1", "陳一", 80, 50, 90, "四十", 70, 50]], "none for Gross margin"),
            ([BESIDE, ["E1", "陳一", 80, 120, 90, -50, 70, 30]], "below 0"),
            ([BESIDE, ["E1", "陳一", 80, 33.3333333, 90, 33.3333333, 70, 33.3333334]], "decimals"),
            (
                [
                    ["工號", "姓名", "銷售額（40%）", "權重", "毛利率", "權重", "協作配合度", "權重"],
                    ["E1", "陳一", 80, 50, 90, 20, 70, 30],
                ],
                "both 40 and 50 for Sales revenue",
            ),
            (
                [
                    ["姓名", "陳一", "工號", "E1"],
                    ["指標", "權重", "得分"],
                    ["銷售額（50%）", 40, 80],
                    ["毛利率（20%）", 20, 90],
                    ["協作配合度", 30, 70],
                ],
                "both 50 and 40 for Sales revenue",
            ),
            (
                [
                    ["姓名", "陳一", "工號", "E1"],
                    ["類別", "指標", "權重", "得分"],
                    ["業績指標（60%）", "銷售額", 50, 80],
                    [None, "毛利率", 20, 90],
                    ["團隊協作（40%）", "協作配合度", 30, 70],
                ],
                "業績指標（60%）",
            ),
        ],
    )
    def test_names_who_and_why(self, rows: Rows, said: str, tmp_path: Path, small_rules: Ruleset) -> None:
        reading = read(tmp_path, small_rules, rows)
        assert codes(reading) == ["own-weights-unclear"]
        assert reading.findings[0].severity == "error"
        assert "E1 陳一" in messages(reading)
        assert said in messages(reading)
        assert reading.sheets.employees.empty

    def test_of_one_person_others_are_scored(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [*LIST, ["E4", "趙四", 80, 50, 90, 20, 70, 40], ["E5", "孫五", 80, 60, 90, 20, 70, 30]]
        reading = read(tmp_path, small_rules, rows)
        assert codes(reading).count("own-weights-unclear") == 1
        assert "E4 趙四, E5 孫五" in messages(reading)
        assert outcome(reading, small_rules) == TOTALS

    @pytest.mark.parametrize(
        "changes", [{"scale": "points"}, {"indicators": {"revenue": {"scale": "points"}}}]
    )
    def test_where_points_of_the_weight_are_typed(
        self, changes: dict[str, Any], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [BESIDE, ["E1", "陳一", 38, 50, 25, 20, 28, 30]]
        reading = read(tmp_path, small_rules, rows, rubrics={"sales": changes})
        assert "own-weights-unclear" in codes(reading)
        assert "points of the weight" in messages(reading)


class TestWithoutTheWord:
    @pytest.mark.parametrize("sheets", [{"銷售團隊": LIST}, FORMS])
    def test_it_is_proposed_where_it_works(
        self, sheets: Mapping[str, Rows], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        reading = read(tmp_path, small_rules, sheets, accept=False)
        assert {*codes(reading)} <= {"weight-differs", "weights-differ"}
        assert all("--accept own-weights" in cure for cure in cures(reading))
        assert outcome(reading, small_rules) == {"E1": 80.0}

    def test_and_not_where_it_does_not(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [BESIDE, ["E1", "陳一", 80, 50, 90, 20, 70, 40]]
        reading = read(tmp_path, small_rules, rows, accept=False)
        assert codes(reading) == ["weight-differs"] * 3
        assert not any("--accept" in cure for cure in cures(reading))

    def test_nothing_changes_where_the_weights_are_the_rubrics(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        reading = read(tmp_path, small_rules, LIST[:2])
        assert reading.findings == ()
        assert not [key for key in reading.sheets.employees if str(key).endswith(".stated_weight")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_company(tmp_path / "rubrics")
    return tmp_path


def results_of(folder: Path, rules: Ruleset, sheets: Mapping[str, Rows]) -> Results:
    path = write_workbook(folder / "s.xlsx", sheets)
    request = Request([path], team="sales", period="2026-11", accept=[OWN_WEIGHTS])
    return pipeline.score(request, rules)


MIXED: Rows = [
    BESIDE,
    ["E1", "陳一", 80, 40, 90, 30, 70, 30],
    ["E2", "林二", 85.5, 50.25, 75, 19.75, 95, 30],
    ["E3", "王三", 85, 30, 75, 30, "不適用", 40],
    ["E4", "趙四", 85, None, 75, None, "不適用", None],
]


class TestTheResult:
    @pytest.mark.parametrize("language", list(Language))
    def test_the_audit_computes_with_the_weights_that_count(
        self, language: Language, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        results = results_of(tmp_path, rules_of(OPTIONAL, small_rules), {"銷售團隊": MIXED})
        wording = Wording(language)
        content = RESULTS.workbook(results, wording)
        fresh, name = recalculated(content), wording("sheet.audit")
        assert fresh[name] == values_of(content)[name]
        assert wording("audit.no") not in {value for value in fresh[name].values() if isinstance(value, str)}

    def test_a_weight_changed_by_hand_shows_in_the_audit(self, tmp_path: Path, small_rules: Ruleset) -> None:
        results = results_of(tmp_path, small_rules, {"銷售團隊": LIST})
        path = tmp_path / "result.xlsx"
        path.write_bytes(RESULTS.workbook(results, ENGLISH))
        book = load_workbook(path)
        detail = book[ENGLISH("sheet.detail", team="Sales")]
        (cell,) = [cell for row in detail.iter_rows() for cell in row if cell.value == 50]
        cell.value = 90
        book.save(path)
        fresh = recalculated(path.read_bytes())[ENGLISH("sheet.audit")]
        assert ENGLISH("audit.no") in fresh.values()

    def test_it_is_read_back_as_it_was(self, tmp_path: Path, small_rules: Ruleset) -> None:
        from support.sheets import open_results

        results = results_of(tmp_path, rules_of(OPTIONAL, small_rules), {"銷售團隊": MIXED})
        path = tmp_path / "result.xlsx"
        path.write_bytes(RESULTS.workbook(results, ENGLISH))
        again, changes = open_results(path)
        assert not changes
        assert again.frame.equals(results.frame)

    def test_other_programs_are_given_the_weight_that_counted_only(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        frame = results_of(tmp_path, small_rules, {"銷售團隊": LIST}).frame
        assert not [key for key in public_columns(frame) if key.endswith("stated_weight")]
        assert "revenue.weight" in public_columns(frame)

    def test_a_team_without_keeps_the_rubrics_weight_in_json(
        self, folder: Path, small_rules: Ruleset
    ) -> None:
        said = small_rules.rubrics["sales"].model_dump(mode="json", by_alias=True) | {
            "team": "other",
            "name": "另一隊",
            "aliases": [],
        }
        rules = rules_of({}, small_rules)
        rules = Ruleset(
            rules.policy,
            {**rules.rubrics, "other": Rubric.model_validate(said)},
            {**rules.files, "other": rules.files["sales"]},
            rules.folder,
        )
        rows: Rows = [USUAL, ["F1", "吳六", 80, 90, 70]]
        path = write_workbook(folder / "s.xlsx", {"銷售團隊": LIST, "另一隊": rows})
        results = pipeline.score(Request([path], period="2026-11", accept=[OWN_WEIGHTS]), rules)
        from perfcli.scoring.records import results_record

        people = {one["employee_id"]: one for one in results_record(results, ENGLISH)["employees"]}
        assert people["F1"]["indicators"]["revenue"]["weight"] == 40
        assert people["E2"]["indicators"]["revenue"]["weight"] == 50


class TestTheCommand:
    def score(self, folder: Path, sheets: Mapping[str, Rows], *words: object) -> Any:
        path = write_workbook(folder / "s.xlsx", sheets)
        usual = ["--rubrics", folder / "rubrics", "--period", "2026-11", "--team", "sales"]
        return perf("score", path, "-o", folder / "r.xlsx", *usual, "--accept", "own-weights", *words)

    def test_says_so_on_the_console(self, folder: Path) -> None:
        ran = self.score(folder, {"銷售團隊": LIST})
        assert ran.code == 0
        assert "By the weights of their own sheets: E2 林二, E3 王三 (employees: 2)" in ran.out

    def test_and_in_json(self, folder: Path) -> None:
        record = json.loads(self.score(folder, FORMS, "--json").out)
        weights = {
            one["employee_id"]: [indicator["weight"] for indicator in one["indicators"].values()]
            for one in record["employees"]
        }
        assert weights == {"E1": [40, 30, 30], "E2": [50, 20, 30], "E3": [30, 30, 40]}
        assert "own-weights" in {found["code"] for found in record["findings"]}

    def test_the_result_is_verified_explained_paid_and_exported(self, folder: Path) -> None:
        assert self.score(folder, {"銷售團隊": LIST}).code == 0
        assert perf("verify", folder / "r.xlsx").code == 0
        ran = perf("explain", folder / "r.xlsx", "E2")
        assert "its weight is 50, as the sheet says; the rubric's is 40" in " ".join(ran.out.split())
        assert "as the sheet says" not in perf("explain", folder / "r.xlsx", "E1").out
        record = json.loads(perf("explain", folder / "r.xlsx", "E2", "--json").out)
        steps = [one for dimension in record["dimensions"] for one in dimension["indicators"]]
        assert [one["weight"] for one in steps] == ["50", "20", "30"]
        assert [one["weight"] for one in record["dimensions"]] == ["70", "30"]
        ran = perf("export", folder / "r.xlsx", "-o", folder / "r.csv")
        assert ran.code == 0
        assert "86" in (folder / "r.csv").read_text(encoding="utf-8-sig")
        rows: Rows = [
            ["工號", "姓名", "獎金基數", "入職日期"],
            *([*row[:2], 1000, "2020-01-01"] for row in LIST[1:]),
        ]
        roster = write_workbook(folder / "roster.xlsx", {"名冊": rows})
        usual = ["--rubrics", folder / "rubrics", "-o", folder / "b.xlsx", "--roster", roster]
        ran = perf("bonus", folder / "r.xlsx", *usual)
        assert ran.code == 0, ran.err

    def test_the_workbook_says_whose_weights_counted(self, folder: Path) -> None:
        assert self.score(folder, {"銷售團隊": LIST}).code == 0
        book = load_workbook(folder / "r.xlsx")
        rules = [str(cell.value) for row in book["Rules used"].iter_rows() for cell in row if cell.value]
        assert any(text == "E3 王三" for text in rules)
        assert "Sales revenue 50, Gross margin 20, Cooperation 30" in rules
        assert "Sales: who was scored by the weights of the sheet in place of these (employees: 2)" in rules

    def test_check_explains_whose_count(self, folder: Path) -> None:
        path = write_workbook(folder / "s.xlsx", {"銷售團隊": LIST})
        usual = ["--rubrics", folder / "rubrics", "--period", "2026-11", "--explain"]
        ran = perf("check", path, *usual, "--accept", "own-weights")
        assert "2 people are scored by the sheet's, the others by the rubric's" in ran.out

    def test_check_proposes_and_accepts_it(self, folder: Path) -> None:
        path = write_workbook(folder / "s.xlsx", {"銷售團隊": LIST})
        usual = ["--rubrics", folder / "rubrics", "--period", "2026-11"]
        ran = perf("check", path, *usual)
        assert ran.code == 1
        assert "--accept own-weights" in ran.err
        assert perf("check", path, *usual, "--accept", "own-weights").code == 0
