"""Raters whom the company names itself: read, counted, shown, kept, and never taken for somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfcli.cli.main import run
from perfcli.exact import decimal
from perfcli.findings import Finding
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.loader import check_rules
from perfcli.rules.models import Policy
from perfcli.rules.raters import Raters
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.explanation import explain
from perfcli.scoring.results import IDENTITY, Results, score_key
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from support.companies import small_company
from support.recalculation import formulas_of, recalculated, values_of
from support.rubrics import half_up, make_rubric
from support.sheets import Rows, cell_under, open_results, write_workbook

ENGLISH = Wording(Language.ENGLISH)
HR: Mapping[str, Any] = {"weight": 30, "name": {"zh-Hant": "人事評分", "en": "HR"}}
RATERS: Mapping[str, Any] = {"self": 10, "superior": 60, "hr": HR}


def ruled(rules: Ruleset, raters: Mapping[str, Any]) -> Ruleset:
    said = rules.policy.model_dump(mode="json", by_alias=True) | {"raters": raters}
    return replace(rules, policy=Policy.model_validate(said))


def read(rules: Ruleset, folder: Path, sheets: Mapping[str, Rows]) -> Results:
    return pipeline.score(Request([write_workbook(folder / "s.xlsx", sheets)], period="2026-11"), rules)


def header(words: Sequence[str]) -> list[Any]:
    names = ("銷售額", "毛利率", "協作配合度")
    return ["工號", "姓名", *(f"{name} {word}".strip() for name in names for word in words)]


def written(rules: Ruleset, folder: Path) -> Path:
    target = folder / "s.result.xlsx"
    rows: Rows = [header(("自評", "上級", "人事評分")), ["E1", "陳一", *[80, 90, 70] * 3]]
    target.write_bytes(RESULTS.workbook(read(rules, folder, {"銷售團隊": rows}), ENGLISH))
    return target


@pytest.fixture
def rules(small_rules: Ruleset) -> Ruleset:
    return ruled(small_rules, RATERS)


class TestSheets:
    @pytest.mark.parametrize(
        "words",
        [
            ("自評", "上級", "人事評分"),
            ("自評", "上級", "人事得分"),
            ("員工自評", "主管評分", "人事"),
            ("self", "superior", "HR"),
            ("self", "superior", "HR's rating"),
            ("self", "superior", "hr score"),
            ("自评", "上级", "人事评分"),
        ],
    )
    def test_a_list_is_read(self, rules: Ruleset, tmp_path: Path, words: Sequence[str]) -> None:
        rows: Rows = [header(words), ["E1", "陳一", *[80, 90, 70] * 3]]
        results = read(rules, tmp_path, {"銷售團隊": rows})
        assert results.frame["total"].tolist() == [83]  # 8 + 54 + 21
        assert results.frame["revenue.hr"].tolist() == [70]

    def test_a_merged_header_is_read(self, rules: Ruleset, tmp_path: Path) -> None:
        names = [part for name in ("銷售額", "毛利率", "協作配合度") for part in (name, None, None)]
        rows: Rows = [
            ["工號", "姓名", *names],
            [None, None, *["自評", "上級評分", "人事評分"] * 3],
            ["E1", "陳一", *[80, 90, 70] * 3],
        ]
        assert read(rules, tmp_path, {"銷售團隊": rows}).frame["total"].tolist() == [83]

    def test_a_form_is_read(self, rules: Ruleset, tmp_path: Path) -> None:
        rows: Rows = [
            ["姓名", "陳一", "工號", "E1"],
            ["考核指標", "自評", "上級評分", "人事評分"],
            *([name, 80, 90, 70] for name in ("銷售額", "毛利率", "協作配合度")),
        ]
        assert read(rules, tmp_path, {"陳一": rows}).frame["total"].tolist() == [83]

    def test_adjustments_of_a_form_that_only_own_raters_fill_in_count(
        self, small_rules: Ruleset, tmp_path: Path
    ) -> None:
        rules = ruled(small_rules, {"hr": {**HR, "weight": 100}})
        policy = rules.policy.model_dump(mode="json", by_alias=True)
        policy["adjustments"] = {"highest": 5, "lowest": -5}
        rules = replace(rules, policy=Policy.model_validate(policy))
        rows: Rows = [
            ["姓名", "陳一", "工號", "E1"],
            ["考核指標", "人事評分", "備註"],
            *([name, 70, None] for name in ("銷售額", "毛利率", "協作配合度")),
            ["加減分", 3, "支援展會"],
        ]
        assert read(rules, tmp_path, {"陳一": rows}).frame["total"].tolist() == [73]

    def test_the_total_of_a_form_in_their_column_is_compared(self, rules: Ruleset, tmp_path: Path) -> None:
        rows: Rows = [
            ["姓名", "陳一", "工號", "E1"],
            ["考核指標", "自評", "人事評分", "上級評分"],
            *([name, 80, 70, 90] for name in ("銷售額", "毛利率", "協作配合度")),
            ["總分", None, 88, None],
        ]
        (found,) = [one for one in read_findings(rules, tmp_path, rows) if one.code == "own-figure-differs"]
        assert found.place.cell == "C6"

    def test_a_word_that_perf_knows_for_superiors_is_the_companys_rater(
        self, small_rules: Ruleset, tmp_path: Path
    ) -> None:
        head = {"weight": 40, "name": {"zh-Hant": "部門負責人", "en": "Head of department"}}
        rules = ruled(small_rules, {"superior": 60, "head": head})
        rows: Rows = [header(("經理評分", "部門負責人評分")), ["E1", "陳一", *[90, 70] * 3]]
        results = read(rules, tmp_path, {"銷售團隊": rows})
        assert results.frame["total"].tolist() == [82]
        assert results.frame["revenue.head"].tolist() == [70]

    def test_several_of_a_kind(self, small_rules: Ruleset, tmp_path: Path) -> None:
        rules = ruled(small_rules, {"superior": 70, "hr": {**HR, "of": "any", "least": 2}})
        rows: Rows = [
            header(("上級", "人事評分1", "人事評分2")),
            ["E1", "陳一", *[90, 70, 81] * 3],
            ["E2", "林二", *[90, 70, None] * 3],
        ]
        assert read(rules, tmp_path, {"銷售團隊": rows[:2]}).frame["total"].tolist() == [85.65]
        few = [found for found in read_findings(rules, tmp_path, rows) if found.code == "too-few-raters"]
        assert len(few) == 3
        assert "HR" in few[0].message(ENGLISH)

    def test_a_missing_one_is_named(self, rules: Ruleset, tmp_path: Path) -> None:
        rows: Rows = [
            header(("自評", "上級", "人事評分")),
            ["E1", "陳一", *[80, 90, 70] * 3],
            ["E2", "林二", *[80, 90, 70] * 2, 80, 90, None],
        ]
        (found,) = [one for one in read_findings(rules, tmp_path, rows) if one.code == "missing-rater"]
        assert found.place.cell == "K3"
        assert "人事評分" in found.message(Wording(Language.TRADITIONAL))
        assert "人事评分" in found.message(Wording(Language.SIMPLIFIED))
        assert "HR" in found.message(ENGLISH)

    def test_the_others_share_the_weight_where_the_policy_says_so(
        self, small_rules: Ruleset, tmp_path: Path
    ) -> None:
        rules = ruled(small_rules, {**RATERS, "share_missing": True})
        rows: Rows = [header(("自評", "上級", "人事評分")), ["E1", "陳一", *[83, 90, None] * 3]]
        assert read(rules, tmp_path, {"銷售團隊": rows}).frame["total"].tolist() == [89]

    def test_a_computed_score_that_they_contradict_is_an_error(
        self, small_rules: Ruleset, tmp_path: Path
    ) -> None:
        rules = ruled(small_rules, {"hr": {**HR, "weight": 100}})
        rows: Rows = [
            ["工號", "姓名", *(f"{one} 人事評分" for one in ("報修", "滿意度")), "報修 得分", "滿意度 得分"],
            ["E1", "陳一", 70, 70, 90, 70],
        ]
        rubric = make_rubric([["60", "40"]], team="repairs").model_dump(mode="json", by_alias=True)
        for indicator, name in zip(rubric["dimensions"][0]["indicators"], ("報修", "滿意度"), strict=True):
            indicator["name"] = {"zh-Hant": name}
        rules = replace(rules, rubrics={"repairs": type(make_rubric([["100"]])).model_validate(rubric)})
        found = read_findings(rules, tmp_path, rows)
        assert [one.place.cell for one in found if one.code == "scores-disagree"] == ["E2"]


def read_findings(rules: Ruleset, folder: Path, rows: Rows) -> Sequence[Finding]:
    sheet = write_workbook(folder / "s.xlsx", {"表": rows})
    return pipeline.read(Request([sheet], period="2026-11"), rules).findings


class TestTheChain:
    def test_it_is_shown_kept_and_verified(
        self, rules: Ruleset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        result = written(rules, tmp_path)
        assert run(["verify", str(result), "--lang", "en"]) == 0
        assert "nothing was changed" in capsys.readouterr().out
        results, changes = open_results(result)
        assert not changes
        assert results.frame["total"].tolist() == [83]
        assert results.ruleset.policy.raters == rules.policy.raters
        book = openpyxl.load_workbook(result)
        cell = cell_under(book["Detail Sales"], "Cooperation\nHR", "E1")
        assert cell.value == 70
        cell.value = 75
        book.save(result)
        assert run(["verify", str(result), "--lang", "en"]) == 1
        assert "75" in capsys.readouterr().err

    def test_its_formulas_come_to_the_same(self, rules: Ruleset, tmp_path: Path) -> None:
        content = written(rules, tmp_path).read_bytes()
        assert formulas_of(content)
        stored, computed = values_of(content), recalculated(content)
        for sheet, cell in formulas_of(content):
            assert computed[sheet][cell] == stored[sheet][cell], (sheet, cell)

    def test_it_is_explained(self, rules: Ruleset, tmp_path: Path) -> None:
        results, _ = open_results(written(rules, tmp_path))
        said = [
            term.in_language(Language.ENGLISH)
            for dimension in explain(results, "E1").dimensions
            for step in dimension.indicators
            for term in step.derivation
        ]
        assert said == ["raters by weight: self 80 × 10%, superior 90 × 60%, HR 70 × 30%"] * 3

    def test_it_is_in_the_record(self, rules: Ruleset, tmp_path: Path) -> None:
        from perfcli.scoring.records import results_record

        record = json.loads(json.dumps(results_record(open_results(written(rules, tmp_path))[0], ENGLISH)))
        assert record["employees"][0]["indicators"]["revenue"]["hr"] == 70

    def test_templates_have_a_column_for_it_that_is_read_again(self, tmp_path: Path) -> None:
        folder = small_company(tmp_path / "rubrics")
        change_raters(folder, RATERS)
        made = tmp_path / "made.xlsx"
        assert run(["template", "sales", "--rubrics", str(folder), "-o", str(made)]) == 0
        book = openpyxl.load_workbook(made)
        texts = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
        assert sum(text.endswith("\n人事評分") for text in texts) == 3
        sheet = book.worksheets[0]
        names = {str(cell.value): cell.column for row in sheet.iter_rows() for cell in row if cell.value}
        lines = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
        first = next(row for row, cells in enumerate(lines) if any("人事評分" in one for one in cells)) + 3
        sheet.cell(first, 1, "E1")
        sheet.cell(first, 2, "陳一")
        for text, column in names.items():
            for word, score in (("自評", 80), ("上級", 90), ("人事評分", 70)):
                if text.endswith(f"\n{word}"):
                    sheet.cell(first, column, score)
        book.save(made)
        assert 83 in recalculated(made.read_bytes())[book.sheetnames[0]].values()
        results = tmp_path / "made.result.xlsx"
        options = ["--rubrics", str(folder), "--period", "2026-11", "-o", str(results)]
        assert run(["score", str(made), *options]) == 0
        assert open_results(results)[0].frame["total"].tolist() == [83]


def change_raters(folder: Path, raters: object) -> None:
    import re

    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8")
    said = json.dumps(raters, ensure_ascii=False, default=str)
    policy.write_text(re.sub(r"(?m)^raters:.*(?:\n[ #].*)*", f"raters: {said}", text), "utf-8")


class TestTheRules:
    def codes(self, folder: Path, raters: object) -> list[tuple[str, str | None]]:
        rubrics = small_company(folder / "rubrics")
        change_raters(rubrics, raters)
        _, findings = check_rules(rubrics)
        return [(one.code, one.place.path) for one in findings if one.severity == "error"]

    def test_a_plain_name_aliases_and_several_are_fine(self, tmp_path: Path) -> None:
        hr = {"weight": 30, "name": "人事", "aliases": ["人資", "HR"], "of": "any", "least": 2}
        assert self.codes(tmp_path, {"superior": 70, "hr-2": hr}) == []

    def test_weights_add_up_to_100(self, tmp_path: Path) -> None:
        assert self.codes(tmp_path, {"self": 10, "superior": 70, "hr": HR}) == [("shares-not-100", "raters")]

    @pytest.mark.parametrize("raters", [{}, {"share_missing": True}])
    def test_somebody_counts(self, tmp_path: Path, raters: object) -> None:
        assert self.codes(tmp_path, raters) == [("shares-not-100", "raters")]

    @pytest.mark.parametrize(
        "key", ["target", "actual", "note", "score", "typed", "weight", "points", "raters", "name"]
    )
    def test_a_key_is_no_word_of_perfs_own(self, tmp_path: Path, key: str) -> None:
        found = self.codes(tmp_path, {"superior": 70, key: HR})
        assert found == [("rater-word-taken", f"raters.{key}")]

    @pytest.mark.parametrize("key", ["h r", "人事", "2hr", "h_r", "h.r"])
    def test_a_key_is_a_word(self, tmp_path: Path, key: str) -> None:
        codes = [code for code, _ in self.codes(tmp_path, {"superior": 70, key: HR})]
        assert codes == ["wrong-type"]

    @pytest.mark.parametrize(
        "name",
        [
            "自評",
            "上級",
            "同級",
            "目標",
            "實際",
            "得分",
            "備註",
            "superior",
            "Target",
            "自评",
            "銷售額",
            "revenue",
        ],
    )
    def test_a_name_says_nothing_else(self, tmp_path: Path, name: str) -> None:
        found = self.codes(tmp_path, {"superior": 70, "hr": {"weight": 30, "name": name}})
        assert found == [("rater-word-taken", "raters.hr")]

    def test_two_of_them_differ(self, tmp_path: Path) -> None:
        raters = {"superior": 60, "hr": {"weight": 20, "name": "人事"}}
        found = self.codes(
            tmp_path, {**raters, "office": {"weight": 20, "name": "總務", "aliases": ["人 事"]}}
        )
        assert found == [("rater-word-taken", "raters.office")]

    def test_a_number_is_no_rater_of_ones_own(self, tmp_path: Path) -> None:
        assert ("unknown-key", "raters.superor") in self.codes(tmp_path, {"self": 10, "superor": 90})

    def test_it_has_a_name(self, tmp_path: Path) -> None:
        found = self.codes(tmp_path, {"superior": 70, "hr": {"weight": 30}})
        assert found == [("missing-key", "raters.hr.name")]

    def test_what_is_written_is_read_again(self) -> None:
        raters = Raters.model_validate(RATERS)
        assert Raters.model_validate(raters.model_dump(mode="json", by_alias=True)) == raters


SCORES = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)


class TestTheScore:
    @given(
        weights=st.lists(st.integers(1, 100), min_size=2, max_size=5),
        data=st.data(),
        decimals=st.integers(0, 4),
        better=st.integers(0, 1),
    )
    def test_is_the_mean_in_fractions_and_better_never_costs(
        self, shipped_rules: Ruleset, weights: list[int], data: st.DataObject, decimals: int, better: int
    ) -> None:
        shares = [Fraction(100 * one, sum(weights)) for one in weights]
        rounded = [Decimal(int(one)) for one in shares]
        rounded[0] += 100 - sum(rounded)
        keys = [f"own{place}" for place in range(len(weights))]
        own = {
            key: {"weight": weight, "name": f"評審{place}"}
            for place, (key, weight) in enumerate(zip(keys, rounded, strict=True))
        }
        policy = ruled(shipped_rules, own).policy
        policy = policy.model_copy(
            update={"rounding": policy.rounding.model_copy(update={"score_decimals": decimals})}
        )
        rubric = make_rubric([["100"]])
        scores = data.draw(st.lists(SCORES, min_size=len(keys), max_size=len(keys)))
        raised = data.draw(st.integers(0, len(keys) - 1))
        higher = [min(Decimal(100), one + better * (place == raised)) for place, one in enumerate(scores)]
        people = [
            dict.fromkeys(IDENTITY, f"E{number}")
            | {"team": rubric.team}
            | {f"i0-0.{key}": float(one) for key, one in zip(keys, each, strict=True)}
            for number, each in enumerate((scores, higher))
        ]
        frame = score_employees(pd.DataFrame(people), {rubric.team: rubric}, policy).set_index("employee_id")
        for number, each in enumerate((scores, higher)):
            mean = sum(
                (Fraction(one) * Fraction(share) / 100 for one, share in zip(each, rounded, strict=True)),
                Fraction(0),
            )
            expected = half_up(mean, decimals)
            assert Fraction(decimal(frame[score_key("i0-0")][f"E{number}"])) == expected
            assert Fraction(decimal(frame["total"][f"E{number}"])) == half_up(expected, 2)
        assert frame["total"]["E1"] >= frame["total"]["E0"]
