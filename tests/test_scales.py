"""Scales of a company's own: what is typed is out of 5 or 10, and what counts is out of 100."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from perfcli.cli.main import run
from perfcli.exact import decimal
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.rules.ruleset import Ruleset
from perfcli.rules.summaries import summarize
from perfcli.scoring.judgements import judge
from perfcli.scoring.results import role_key
from perfcli.sheets.scale_checks import SUSPICIONS
from perfcli.text import Language, Wording
from perfcli.workbooks.templates.template import template_workbook
from support.companies import small_company
from support.rubrics import half_up
from support.sheets import Rows, open_results, write_workbook
from test_live_sheets import PEOPLE, WORDING, assert_live_agrees, changed, entry, sheet_of, with_policy

ENGLISH = Wording(Language.ENGLISH)
SCALES = st.sampled_from(["5", "4", "10", "8", "3", "6", "7", "12", "120", "2.5", "4.5"]).map(Decimal)
RULES = {"id": "care", "name": "用心", "weight": 100}


def comes_out(number: Fraction) -> bool:
    """Whether a fraction is a decimal."""
    return 10**20 % number.denominator == 0


def counted(typed: Decimal, full: Decimal, scale: Decimal, decimals: int) -> Fraction:
    """What a typed number counts for, by the definition."""
    score = Fraction(typed) * Fraction(full) / Fraction(scale)
    return score if comes_out(Fraction(full) / Fraction(scale)) else half_up(score, decimals)


def one_of(of_all: object, weight: int = 100, **more: object) -> tuple[Rubric, Indicator]:
    dimension = {
        "id": "d",
        "name": "類",
        "weight": weight,
        "indicators": [{**RULES, "weight": weight, **more}],
    }
    rubric = Rubric.model_validate({"team": "team", "name": "隊", "scale": of_all, "dimensions": [dimension]})
    return rubric, rubric.indicators[0]


def judged(policy: Policy, rubric: Rubric, indicator: Indicator, given: Mapping[Role, Decimal]) -> Any:
    columns = {role_key(indicator.id, role): [float(one)] for role, one in given.items()}
    return judge(pd.DataFrame(columns), rubric, indicator, policy)


class TestWhatIsTyped:
    @given(scale=SCALES, data=st.data(), decimals=st.integers(0, 4))
    def test_counts_exactly_as_much_of_100(
        self, shipped_rules: Ruleset, scale: Decimal, data: st.DataObject, decimals: int
    ) -> None:
        rounding = {"score_decimals": decimals, "total_decimals": 2}
        policy = with_policy(shipped_rules, rounding=rounding)
        typed = data.draw(st.decimals(0, scale, places=data.draw(st.integers(0, 6))))
        for rubric, own in (one_of({"of": scale}), one_of("hundred", scale={"of": scale})):
            found = judged(policy, rubric, own, {Role.SCORE: typed})
            assert Fraction(decimal(found.scores[0])) == counted(typed, Decimal(100), scale, decimals)
            assert found.columns("care")["care.typed"].tolist() == [float(typed)]

    @given(scale=SCALES, data=st.data())
    def test_counts_exactly_for_each_rater(
        self, shipped_rules: Ruleset, scale: Decimal, data: st.DataObject
    ) -> None:
        weights = {"self": 10, "peer": 30, "superior": 60}
        policy = with_policy(shipped_rules, raters={**weights, "share_missing": False})
        given = {role: data.draw(st.decimals(0, scale, places=2)) for role in RATERS}
        found = judged(policy, *one_of({"of": scale}), given)
        parts = [
            counted(typed, Decimal(100), scale, 2) * weights[role.value] / 100
            for role, typed in given.items()
        ]
        assert Fraction(decimal(found.scores[0])) == half_up(sum(parts, Fraction(0)), 2)
        kept = found.columns("care")
        assert all(kept[role_key("care", role)].tolist() == [float(typed)] for role, typed in given.items())

    @given(scale=SCALES, weight=st.integers(1, 100), typed=st.decimals(0, 2, places=2))
    def test_counts_as_much_of_the_weight_where_points_count(
        self, shipped_rules: Ruleset, scale: Decimal, weight: int, typed: Decimal
    ) -> None:
        rubric, indicator = one_of("points", weight, scale={"of": scale})
        found = judged(shipped_rules.policy, rubric, indicator, {Role.SCORE: typed})
        assert Fraction(decimal(found.scores[0])) == counted(typed, Decimal(weight), scale, 2)

    def test_points_may_be_typed_for_one_indicator(self, shipped_rules: Ruleset) -> None:
        rubric, indicator = one_of("hundred", 40, scale="points")
        found = judged(shipped_rules.policy, rubric, indicator, {Role.SCORE: Decimal(30)})
        assert found.scores.tolist() == [75]

    def test_leaves_words_and_measured_scores_alone(self, small_rules: Ruleset) -> None:
        said = small_rules.rubrics["repairs"].model_dump(mode="json", by_alias=True) | {"scale": {"of": 5}}
        rubric = Rubric.model_validate(said)
        attitude = next(one for one in rubric.indicators if one.id == "attitude")
        assert rubric.words(attitude)["优"] == Decimal("4.75")
        found = judged(small_rules.policy, rubric, attitude, {Role.SCORE: Decimal("4.75")})
        assert (found.scores.tolist(), [*found.origins]) == ([95], ["level"])
        jobs = rubric.indicators[0]
        found = judged(small_rules.policy, rubric, jobs, {Role.TARGET: Decimal(40), Role.ACTUAL: Decimal(30)})
        assert found.scores.tolist() == [75]


class TestThePage:
    def test_its_table_is_computed(self, shipped_rules: Ruleset) -> None:
        text = (Path(__file__).parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
        part = text.partition("## Type 0–5")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `\{of: (\S+)\}` \| (\S+) \| (\S+) \|$", part, re.MULTILINE)
        assert len(rows) == 5
        for scale, typed, score in rows:
            found = judged(shipped_rules.policy, *one_of({"of": scale}), {Role.SCORE: Decimal(typed)})
            assert found.scores.tolist() == [float(score)]


class TestLiveSheets:
    @pytest.mark.parametrize("scale", [{"of": 5}, {"of": 3}, {"of": 10}, "points"], ids=str)
    def test_total_as_perf_does(self, small_rules: Ruleset, tmp_path: Path, scale: object) -> None:
        own = {key: {"scale": scale} for key in ("jobs", "waiting", "attitude", "training", "reports")}
        rubric = changed(small_rules.rubrics["repairs"], **own)
        rows = [
            entry(40, 37, 2, 2, 0, "通過", "優", "不適用"),
            entry(30, 28, 2, 2.5, 3, 1.5, 2.25, 3),
            entry(3, 1, 2, 2.51, 21, "不通過", "良", 1.99),
            entry(80, 95, 2, 0, 1, 3, 0.37, 2.2),
        ]
        assert_live_agrees(replace(small_rules, rubrics={"repairs": rubric}), tmp_path, rows)

    @pytest.mark.parametrize("share", [False, True])
    @pytest.mark.parametrize("scale", [5, 3])
    @pytest.mark.parametrize("peer", [30, {"weight": 30, "of": "any", "least": 2}], ids=str)
    def test_total_raters_scores(
        self, small_rules: Ruleset, tmp_path: Path, *, share: bool, scale: int, peer: object
    ) -> None:
        raters = {"self": 10, "superior": 60, "peer": peer, "share_missing": share}
        policy = with_policy(small_rules, raters=raters)
        said = small_rules.rubrics["repairs"].model_dump(mode="json", by_alias=True) | {
            "scale": {"of": scale}
        }
        peers = ("同級",) if isinstance(peer, int) else ("同級1", "同級2", "同級3")
        scores: dict[str, object] = {
            f"{name} {role}": number
            for name in ("態度", "培訓", "報告")
            for role, number in zip(("自評", "上級", *peers), (2, 2.5, 1.25, 2.9, 1), strict=False)
        }
        measured = entry(40, 37, 2, 2, 0, None, None, None)
        alone = {key: value for key, value in scores.items() if "培訓 同級" not in key}
        rows = [{**measured, **scores}, {**measured, **alone}, {**measured, "培訓": 3, "態度": 2, "報告": 1}]
        rules = replace(small_rules, policy=policy, rubrics={"repairs": Rubric.model_validate(said)})
        assert_live_agrees(rules, tmp_path, rows)

    @given(data=st.data())
    @settings(max_examples=8)
    def test_any_numbers(
        self, small_rules: Ruleset, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        scale = data.draw(st.sampled_from([5, 4, 10, 3, 7]))
        said = small_rules.rubrics["repairs"].model_dump(mode="json", by_alias=True) | {
            "scale": {"of": scale}
        }
        rules = replace(small_rules, rubrics={"repairs": Rubric.model_validate(said)})
        quantity = st.integers(1, 99_999).map(lambda cents: cents / 100)
        score = st.integers(0, scale * 100).map(lambda cents: cents / 100)
        row = st.tuples(
            *(quantity, quantity, quantity, quantity, st.integers(0, 25)),
            *(score, st.one_of(score, st.sampled_from(["優", "良", "差"])), score),
        )
        rows = [entry(*data.draw(row)) for _ in range(len(PEOPLE))]
        assert_live_agrees(rules, tmp_path_factory.mktemp("live"), rows)

    def test_take_what_the_scale_allows(self, small_rules: Ruleset) -> None:
        said = small_rules.rubrics["sales"].model_dump(mode="json", by_alias=True)
        said |= {"scale": {"of": 5}, "highest_score": 120}
        rubric = changed(Rubric.model_validate(said), cooperation={"scale": {"of": 10}, "highest_score": 100})
        content = template_workbook(rubric, small_rules.policy, PEOPLE, "2026-11", WORDING)
        sheet = sheet_of(content)
        limits = [one.formula2 for one in sheet.data_validations.dataValidation if one.type == "decimal"]
        assert limits[:3] == ["6", "6", "10"]
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert any("每項的滿分不同" in text for text in texts)
        rubric = Rubric.model_validate({**said, "highest_score": None})
        content = template_workbook(rubric, small_rules.policy, PEOPLE, "2026-11", ENGLISH)
        texts = [str(cell.value) for row in sheet_of(content).iter_rows() for cell in row if cell.value]
        assert any("0–5 each" in text for text in texts)

    def test_total_above_the_full_marks(self, small_rules: Ruleset, tmp_path: Path) -> None:
        own = {key: {"highest_score": 120} for key in ("attitude", "training")}
        rubric = changed(small_rules.rubrics["repairs"], **own)
        policy = with_policy(small_rules, highest_total=110)
        rows = [entry(40, 40, 2, 2, 0, 100, 120, 119.5), entry(40, 40, 2, 2, 0, 100, 100, 120.5)]
        rules = replace(small_rules, policy=policy, rubrics={"repairs": rubric})
        assert_live_agrees(rules, tmp_path, rows)


def company(folder: Path, **changes: object) -> Path:
    """The small company whose sales team has some other rules."""
    rubrics = small_company(folder / "rubrics")
    said = yaml.safe_load((rubrics / "sales.yaml").read_text(encoding="utf-8")) | changes
    (rubrics / "sales.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return rubrics


FIVES: Rows = [
    ["工號", "姓名", "銷售額", "毛利率", "協作配合度"],
    ["E1", "陳一", 4.5, 4, 5],
    ["E2", "林二", 3.25, 5, 2],
]


class TestTheWayOfAScore:
    def test_from_score_to_export(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rubrics = company(tmp_path, scale={"of": 5})
        sheet = write_workbook(tmp_path / "s.xlsx", {"一": FIVES})
        result = tmp_path / "r.xlsx"
        said = ["--rubrics", str(rubrics), "--period", "2026-11", "--lang", "en"]
        assert run(["score", str(sheet), "-o", str(result), *said]) == 0
        results, changes = open_results(result)
        assert not changes
        keys = ["employee_id", "total", "revenue.typed", "revenue.score", "revenue.points"]
        assert results.frame[keys].to_numpy().tolist() == [
            ["E1", 90.0, 4.5, 90, 36],
            ["E2", 68.0, 3.25, 65, 26],
        ]
        assert run(["verify", str(result), "--lang", "en"]) == 0
        capsys.readouterr()
        assert run(["explain", str(result), "E1", "--lang", "en"]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "4.5 of 5 = 90" in told
        assert "sales.yaml:" in told
        assert run(["export", str(result), "-o", str(tmp_path / "x.csv"), "--lang", "en"]) == 0
        assert "90" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")

    def test_a_typed_score_that_was_changed_is_noticed(self, tmp_path: Path) -> None:
        rubrics = company(tmp_path, scale={"of": 5})
        sheet = write_workbook(tmp_path / "s.xlsx", {"一": FIVES})
        result = tmp_path / "r.xlsx"
        assert (
            run(["score", str(sheet), "-o", str(result), "--rubrics", str(rubrics), "--period", "2026-11"])
            == 0
        )
        book = openpyxl.load_workbook(result)
        found = [
            cell for one in book.worksheets for row in one.iter_rows() for cell in row if cell.value == 4.5
        ]
        assert found
        found[0].value = 5
        book.save(result)
        assert run(["verify", str(result)]) != 0

    def test_the_json_has_both_numbers(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rubrics = company(tmp_path, scale={"of": 3})
        sheet = write_workbook(tmp_path / "s.xlsx", {"一": [FIVES[0], ["E1", "陳一", 2, 1, 3]]})
        assert run(["score", str(sheet), "--json", "--rubrics", str(rubrics), "--period", "2026-11"]) == 0
        revenue = json.loads(capsys.readouterr().out)["employees"][0]["indicators"]["revenue"]
        assert (revenue["typed"], revenue["score"]) == (2, 66.67)


class TestTheRules:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"scale": "five"}, "not-allowed"),
            ({"scale": 5}, "not-allowed"),
            ({"scale": {"of": 0}}, "out-of-bounds"),
            ({"scale": {"of": "five"}}, "wrong-type"),
            ({"scale": {"from": 5}}, "unknown-key"),
            ({"scale": {}}, "missing-key"),
            ({"highest_score": 90}, "out-of-bounds"),
            ({"highest_score": "120"}, "wrong-type"),
        ],
        ids=str,
    )
    def test_are_told_with_their_place(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], code: str
    ) -> None:
        rubrics = company(tmp_path, **changes)
        assert run(["rubric", "check", "--json", "--rubrics", str(rubrics)]) != 0
        findings = json.loads(capsys.readouterr().out)["findings"]
        (found,) = [one for one in findings if one["code"] == code]
        assert found["file"] == "sales.yaml"
        assert found["path"].partition(".")[0] == next(iter(changes))
        if changes.get("scale") == 5:
            assert "{of: 5}" in found["message"] + found["cure"]

    def test_are_said_in_words(self, small_rules: Ruleset) -> None:
        said = small_rules.rubrics["sales"].model_dump(mode="json", by_alias=True)
        rubric = Rubric.model_validate(said | {"scale": {"of": 5}, "highest_score": 120})
        texts = [summarize(one, rubric, ENGLISH) for one in rubric.indicators]
        assert texts == ["scored 0–5; at most 6 may be typed"] * 3

    @pytest.mark.parametrize(
        ("highest", "bound", "fits"),
        [(120, 110, True), (120, 120, True), (120, 121, False), (None, 101, False), (None, 100, True)],
    )
    def test_grades_reach_as_high_as_totals(
        self, tmp_path: Path, highest: int | None, bound: int, *, fits: bool
    ) -> None:
        rubrics = small_company(tmp_path / "rubrics")
        said = yaml.safe_load((rubrics / "policy.yaml").read_text(encoding="utf-8"))
        said["grades"][0]["lower_bound"] = bound
        said.pop("highest_total")
        said["unconfirmed"] = []
        if highest:
            said["highest_total"] = highest
        (rubrics / "policy.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
        assert (run(["rubric", "check", "--rubrics", str(rubrics)]) == 0) is fits


class TestFullMarksOfTheSheet:
    @given(data=st.data(), marks=SCALES, own=st.sampled_from(["100", "5", "3"]).map(Decimal))
    @settings(max_examples=25)
    def test_are_converted_exactly(
        self,
        small_rules: Ruleset,
        tmp_path_factory: pytest.TempPathFactory,
        data: st.DataObject,
        marks: Decimal,
        own: Decimal,
    ) -> None:
        folder = tmp_path_factory.mktemp("marks")
        typed = [data.draw(st.decimals(0, marks, places=2)) for _ in range(3)]
        rows: Rows = [
            ["工號", "姓名", "銷售額", "毛利率", "協作配合度"],
            ["滿分", None, *[float(marks)] * 3],
            ["E1", "陳一", *map(float, typed)],
        ]
        said = small_rules.rubrics["sales"].model_dump(mode="json", by_alias=True) | {"scale": {"of": own}}
        rules = replace(small_rules, rubrics={"sales": Rubric.model_validate(said)})
        path = write_workbook(folder / "sheet.xlsx", {"銷售": rows})
        reading = pipeline.read(Request([path], period="2026-11"), rules)
        accepted = (*SUSPICIONS, "full-marks-converted")
        errors = [one.code for one in reading.findings if one.code not in accepted]
        if not reading.sheets.employees.empty:
            assert errors == []
            scores = reading.sheets.employees[["revenue.score", "margin.score", "cooperation.score"]]
            for number, score in zip(typed, scores.to_numpy().tolist()[0], strict=True):
                exact = Fraction(number) * 100 / Fraction(marks)
                comes = own != 3 and comes_out(100 / Fraction(marks))
                assert Fraction(decimal(score)) == (exact if comes else half_up(exact, 2))
        else:
            suspected = {one.code for one in reading.findings} & set(SUSPICIONS)
            assert suspected or set(errors) == {"full-marks-differ"}
            assert suspected or own != 100
