"""Whose rules are used: every run says it, and the built-in ones do not take the place of a company's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from perfcli.cli.main import run
from perfcli.errors import DataError
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.pay import PayRequest, adjust, calculate
from perfcli.pipelines.score import Request
from perfcli.pipelines.template import TemplateRequest, prepare_templates
from perfcli.rewards.raises.raises import RaiseOrder
from perfcli.rules.differences import are_same, differences
from perfcli.rules.kinds import Kind
from perfcli.rules.loader import load_ruleset
from perfcli.rules.ruleset import Ruleset
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from support.bonuses import rules_of, table, with_days
from support.command import perf
from support.companies import shipped_copy
from support.sheets import write_workbook
from test_commands import OPERATIONS

ENGLISH = Wording(Language.ENGLISH)
TEAM = "customer-service"
ROSTER = """
工號 | 姓名 | 團隊 | 獎金基數 | 月薪
001  | 甲一 | customer-service | 8000 | 9000
"""


@dataclass(frozen=True)
class Shop:
    """A folder in which the built-in rules are in use, and a company's own that pay otherwise."""

    folder: Path
    shipped: Ruleset

    def ruleset(self, folder: str = "", **policy: Any) -> Ruleset:
        changed = rules_of(
            {"policy": {key.replace("__", "."): value for key, value in policy.items()}}, self.shipped
        )
        return replace(changed, folder=folder)

    def result(self, ruleset: Ruleset, name: str = "r.xlsx", period: str = "2026-11") -> Path:
        rubric = ruleset.rubrics[TEAM]
        header = ["工號", "姓名", "獎金基數", *(one.name.zh_hant for one in rubric.indicators)]
        scores = [next(iter(rubric.words(one)), 80) for one in rubric.indicators]
        sheet = write_workbook(
            self.folder / f"sheet-{name}", {"表": [header, ["001", "甲一", 8000, *scores]]}
        )
        results = pipeline.score(Request([sheet], TEAM, period), ruleset)
        path = self.folder / name
        path.write_bytes(RESULTS.workbook(results, ENGLISH))
        return path

    @property
    def roster(self) -> Path:
        return write_workbook(self.folder / "roster.xlsx", {"名冊": with_days(table(ROSTER))})


@pytest.fixture
def shop(tmp_path: Path, shipped_rules: Ruleset) -> Shop:
    return Shop(tmp_path, shipped_rules)


TWICE: Mapping[str, Any] = {
    "bonus__monthly": dict.fromkeys(("excellent", "good", "qualified", "unqualified"), "2")
}


def codes(found: DataError) -> list[str]:
    return [one.code for one in found.findings]


class TestEveryRunSaysIt:
    def test_as_it_was_typed(self, tmp_path: Path) -> None:
        own = shipped_copy(tmp_path / "own")
        target = tmp_path / "r.xlsx"
        ran = perf("score", OPERATIONS, "-o", target, "--rubrics", "own", folder=tmp_path)
        assert ran.code == 0
        assert "Rules: own\n" in ran.err
        for words in (("bonus", target), ("raise", target)):
            roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": with_days(table(ROSTER))})
            ran = perf(*words, "--roster", roster, "-o", tmp_path / "x.xlsx", PERF_RUBRICS=str(own))
            assert f"Rules: {own}\n" in ran.err
        ran = perf("template", "operations", "-o", tmp_path / "t.xlsx", folder=tmp_path)
        assert "Rules: built into perf\n" in ran.err
        ran = perf("template", "operations", "-o", tmp_path / "q.xlsx", "-q", folder=tmp_path)
        assert ran.err == ""


class TestSheets:
    def template(self, shop: Shop, ruleset: Ruleset, kind: Kind = Kind.SCORE) -> Path:
        made = prepare_templates(TemplateRequest(TEAM, kind=kind, period="2026-11"), ruleset)
        path = shop.folder / f"{kind.value}.xlsx"
        path.write_bytes(made.workbook(TEAM, ENGLISH))
        return path

    def test_made_by_own_rules_stop_the_built_in_ones(self, shop: Shop) -> None:
        path = self.template(shop, shop.ruleset("ours", highest_total=110))
        for partial in (False, True):
            with pytest.raises(DataError) as problem:
                pipeline.score(Request([path], partial=partial), shop.shipped)
            (found,) = problem.value.findings
            assert found.code == "other-rules"
            assert "“ours”" in found.message(ENGLISH)
            assert "built into perf" in found.message(ENGLISH)
            assert "--rubrics" in found.cure(ENGLISH)
        reading = pipeline.read(Request([path], accept=["other-rules"]), shop.shipped)
        assert next((one.code, str(one.severity)) for one in reading.findings) == ("other-rules", "warning")

    def test_the_command_does_not_advise_what_does_not_help(
        self, shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = self.template(shop, shop.ruleset("ours", highest_total=110))
        monkeypatch.chdir(shop.folder)
        assert run(["score", str(path), "--partial", "--lang", "en"]) == 1
        said = capsys.readouterr().err
        assert "other-rules" in said
        assert "add --partial" not in said

    @pytest.mark.parametrize("kind", [Kind.SELF, Kind.PLAN, Kind.RECORD])
    def test_so_do_those_from_which_a_sheet_is_made(self, shop: Shop, kind: Kind) -> None:
        path = self.template(shop, shop.ruleset("ours", highest_total=110), kind)
        requests = {
            Kind.SELF: TemplateRequest(TEAM, selves=[path]),
            Kind.PLAN: TemplateRequest(TEAM, plans=[path]),
            Kind.RECORD: TemplateRequest(TEAM, records=[path]),
        }
        with pytest.raises(DataError) as problem:
            prepare_templates(requests[kind], shop.shipped)
        assert codes(problem.value) == ["other-rules"]

    def test_not_those_of_a_folder_that_says_the_same(self, shop: Shop) -> None:
        path = self.template(shop, shop.ruleset("ours", language="en"))
        assert "rules" not in pipeline.read_books([path])[0].mark

    def test_nor_those_that_the_built_in_ones_made(self, shop: Shop) -> None:
        path = self.template(shop, shop.ruleset(highest_total=110))
        assert "rules" not in pipeline.read_books([path])[0].mark

    def test_own_rules_are_not_stopped(self, shop: Shop) -> None:
        path = self.template(shop, shop.ruleset("ours", highest_total=110))
        reading = pipeline.read(Request([path]), shop.ruleset("theirs"))
        assert "other-rules" not in [one.code for one in reading.findings]


class TestPay:
    def test_by_the_built_in_rules_of_what_own_rules_made_is_refused(self, shop: Shop) -> None:
        path = shop.result(shop.ruleset("ours", **TWICE), period="2026")
        requests = (
            lambda request: calculate(request, shop.shipped),
            lambda request: adjust(request, shop.shipped, RaiseOrder()),
        )
        for pay in requests:
            with pytest.raises(DataError) as problem:
                pay(PayRequest([path], shop.roster))
            assert codes(problem.value) == ["other-rules"]
            paid = pay(PayRequest([path], shop.roster, accept=["other-rules"]))
            assert next(one.code for one in paid.findings) == "other-rules"

    def test_a_folder_that_says_the_same_is_no_other_rules(self, shop: Shop) -> None:
        path = shop.result(shop.ruleset("ours", unconfirmed=[]))
        assert calculate(PayRequest([path], shop.roster), shop.shipped).findings == ()

    def test_built_in_rules_of_another_version_pay_as_they_are_sealed(self, shop: Shop) -> None:
        now = calculate(PayRequest([shop.result(shop.ruleset())], shop.roster), shop.shipped)
        then = calculate(PayRequest([shop.result(shop.ruleset(**TWICE))], shop.roster), shop.shipped)
        assert now.findings == ()
        (found,) = then.findings
        assert found.code == "sealed-rules"
        assert then.ruleset.policy.bonus.monthly["good"] == Decimal(2)
        assert then.paid > now.paid

    def test_two_such_versions_are_not_paid_together(self, shop: Shop) -> None:
        paths = [shop.result(shop.ruleset(), "one.xlsx"), shop.result(shop.ruleset(**TWICE), "two.xlsx")]
        with pytest.raises(DataError) as problem:
            calculate(PayRequest(paths), shop.shipped)
        assert codes(problem.value) == ["results-of-rules"]

    def test_the_calendar_of_another_version_pays_as_it_is_sealed(self, shop: Shop) -> None:
        working = rules_of({"policy": {"bonus.proration.days": "working"}, "calendar": "TW"}, shop.shipped)
        paths = [shop.result(working, "one.xlsx", "2026-10")]
        roster = ROSTER.replace("月薪", "入職日期").replace("9000", "2026-10-09")
        known = write_workbook(shop.folder / "roster.xlsx", {"名冊": with_days(table(roster))})
        bonus = calculate(PayRequest(paths, known), shop.shipped)
        assert bonus.frame[["days", "period_days"]].to_numpy().tolist() == [[14, 20]]
        (found,) = bonus.findings
        assert found.code == "sealed-rules"
        paths.append(shop.result(replace(working, calendar=shop.shipped.calendar), "two.xlsx", "2026-10"))
        with pytest.raises(DataError) as problem:
            calculate(PayRequest(paths), shop.shipped)
        assert codes(problem.value) == ["results-of-rules"]

    def test_own_rules_pay_and_say_what_differs(self, shop: Shop) -> None:
        path = shop.result(shop.ruleset())
        own = shop.ruleset("ours", **TWICE, bonus__rounding_unit="0.1")
        bonus = calculate(PayRequest([path], shop.roster), own)
        (found,) = bonus.findings
        assert found.code == "pay-rules-changed"
        said = found.message(ENGLISH)
        coefficient = shop.shipped.policy.bonus.monthly["excellent"].normalize()
        assert f"bonus.monthly.excellent: {coefficient:f} → 2" in said
        assert "bonus.rounding_unit: " in said
        assert "salary" not in said
        assert bonus.ruleset.policy.bonus.monthly["good"] == Decimal(2)

    def test_the_first_ten_are_told(self, shop: Shop) -> None:
        cycles = {f"bonus__{cycle}": TWICE["bonus__monthly"] for cycle in ("monthly", "quarterly", "annual")}
        bonus = calculate(
            PayRequest([shop.result(shop.ruleset())], shop.roster), shop.ruleset("ours", **cycles)
        )
        (found,) = bonus.findings
        assert found.message(ENGLISH).count(" → ") == 10
        assert "…" in found.message(ENGLISH)

    def test_bounds_are_told_with_both_values(self, shop: Shop) -> None:
        grades = shop.shipped.policy.model_dump(mode="json", by_alias=True)["grades"]
        bound = max(Decimal(one["lower_bound"]) for one in grades)
        stricter = [
            {**one, "lower_bound": "97"} if Decimal(one["lower_bound"]) == bound else one for one in grades
        ]
        bonus = calculate(
            PayRequest([shop.result(shop.ruleset())], shop.roster), shop.ruleset("ours", grades=stricter)
        )
        (found,) = bonus.findings
        assert f"{bound.normalize():f} → 97" in found.message(ENGLISH)

    def test_the_command_takes_the_code(
        self, shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = shop.result(shop.ruleset("ours", **TWICE))
        monkeypatch.chdir(shop.folder)
        words = ["bonus", str(path), "--lang", "en", "--json"]
        assert run(words) == 1
        said = capsys.readouterr()
        assert "other-rules" in said.err
        assert run([*words, "--accept", "other-rules"]) == 0
        record = json.loads(capsys.readouterr().out)
        assert [one["code"] for one in record["findings"]] == [
            *("other-rules", "pay-rules-changed", "days-not-known")
        ]
        book = openpyxl.load_workbook(shop.folder / "r.bonus.xlsx")
        findings = [str(cell.value) for row in book[ENGLISH("sheet.findings")].iter_rows() for cell in row]
        assert any("bonus.monthly.good" in text for text in findings)


def test_differences_are_of_the_parts_that_were_asked_for(shop: Shop) -> None:
    other = shop.ruleset(**TWICE, highest_total=110)
    assert [one.path for one in differences(shop.shipped.policy, other.policy, ["highest_total"])] == [
        "highest_total"
    ]
    assert differences(shop.shipped.policy, other.policy, ["salary"]) == []


def test_what_makes_no_rules_differ(shop: Shop) -> None:
    assert are_same(shop.shipped, shop.ruleset("ours", language="en", unconfirmed=[]), shop.shipped.rubrics)
    assert not are_same(shop.shipped, shop.ruleset("ours", highest_total=110), shop.shipped.rubrics)
    few = replace(shop.shipped, rubrics={})
    assert are_same(shop.shipped, few, [])
    assert not are_same(shop.shipped, few, shop.shipped.rubrics)


def test_other_days_of_the_calendar_are_other_rules(shop: Shop, tmp_path: Path) -> None:
    folder = shipped_copy(tmp_path / "ours")
    path = folder / "calendars" / "cn.yaml"
    text = path.read_text("utf-8")
    path.write_text(text + "# a remark\n", "utf-8")
    assert are_same(shop.shipped, load_ruleset(folder), shop.shipped.rubrics)
    path.write_text(text.replace("2026-10-05", "2026-10-08"), "utf-8")
    assert not are_same(shop.shipped, load_ruleset(folder), shop.shipped.rubrics)
