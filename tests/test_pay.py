"""From results to pay: which results money may follow, and the command from the shell to the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from perfcli.cli.main import run
from perfcli.errors import DataError
from perfcli.pipelines.pay import PayRequest, adjust, calculate
from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.raises.raises import RaiseOrder
from perfcli.rules.loader import load_ruleset
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from perfcli.text import Language, Wording
from support.bonuses import rules_of, score_all, table
from support.command import Ran, perf
from support.companies import small_company
from support.sheets import cell_under, write_workbook

RESULTS = """
工號 | 姓名 | 總分 | 獎金基數
007  | 陳一 | 95   | 8000
008  | 林二 | 85   | 6000.50
009  | 黃三 | 75   | 5000
"""
ROSTER = """
工號 | 姓名 | 團隊 | 獎金基數 | 月薪 | 入職日期 | 離職日期
007  | 陳一 | sales | 8000 | 9000 | |
008  | 林二 | sales | 7000 | 9000 | |
009  | 黃三 | sales | 5000 | 9000 | |
"""
ENGLISH = Wording(Language.ENGLISH)


def scored(folder: Path, ruleset: Ruleset, period: str = "2026-11", results: str = RESULTS) -> Path:
    folder.mkdir(exist_ok=True)
    return score_all(table(results), folder, ruleset, period)[0]


def amounts(bonus: Bonus) -> dict[str, Decimal]:
    return {row["employee_id"]: Decimal(str(row["amount"])) for row in rows(bonus.frame)}


def refused(request: PayRequest, ruleset: Ruleset) -> list[str]:
    with pytest.raises(DataError) as problem:
        calculate(request, ruleset)
    return [found.code for found in problem.value.findings]


def changed(path: Path, header: str, employee: str, value: float | str) -> str:
    """Changes a cell of the ranking by hand; gives its address."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cell = cell_under(sheet, header, employee)
    cell.value = value
    book.save(path)
    return str(cell.coordinate)


class TestWhichResults:
    def test_of_two_periods(self, tmp_path: Path, small_rules: Ruleset) -> None:
        paths = [scored(tmp_path / month, small_rules, month) for month in ("2026-10", "2026-11")]
        assert refused(PayRequest(paths), small_rules) == ["results-of-periods"]

    def test_of_two_sets_of_grades(self, tmp_path: Path, small_rules: Ruleset) -> None:
        paths = [scored(tmp_path / "one", small_rules), scored(tmp_path / "two", self.stricter(small_rules))]
        assert refused(PayRequest(paths), small_rules) == ["results-of-rules"]

    def test_of_other_bounds_than_the_policy_has_now(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = scored(tmp_path, self.stricter(small_rules))
        bonus = calculate(PayRequest([path]), small_rules)
        assert [found.code for found in bonus.findings] == ["bands-changed", "days-not-known"]
        assert dict(zip(bonus.frame["employee_id"], bonus.frame["grade"], strict=True))["007"] == "good"

    def test_of_a_grade_that_the_policy_has_no_more(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = scored(tmp_path, small_rules)
        assert refused(PayRequest([path]), self.without_excellent(small_rules)) == ["grades-not-in-policy"]

    @staticmethod
    def stricter(ruleset: Ruleset) -> Ruleset:
        grades = [
            grade.model_copy(update={"lower_bound": Decimal(97)}) if grade.id == "excellent" else grade
            for grade in ruleset.policy.grades
        ]
        return replace(ruleset, policy=ruleset.policy.model_copy(update={"grades": tuple(grades)}))

    @staticmethod
    def without_excellent(ruleset: Ruleset) -> Ruleset:
        grades = tuple(grade for grade in ruleset.policy.grades if grade.id != "excellent")
        return replace(ruleset, policy=ruleset.policy.model_copy(update={"grades": grades}))

    def test_the_rules_of_pay_are_those_of_today(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = scored(tmp_path, small_rules)
        today = rules_of({"policy": {"bonus.monthly": dict.fromkeys(GRADES, "1")}}, small_rules)
        paid = amounts(calculate(PayRequest([path]), today))
        assert paid == {"007": Decimal(8000), "008": Decimal("6000.5"), "009": Decimal(5000)}


GRADES = ("excellent", "good", "qualified", "unqualified")


class TestResultsChangedByHand:
    """Each kind of cell by which money is paid: caught with its cell, or used as it is and stated."""

    CHANGES: Mapping[str, tuple[str, Any]] = {
        "total": ("Total", 90.0),
        "grade": ("Grade", "Excellent"),
        "base": ("Bonus base", 9000),
    }

    @pytest.mark.parametrize("kind", list(CHANGES))
    def test_are_refused_with_the_cell(self, tmp_path: Path, small_rules: Ruleset, kind: str) -> None:
        path = scored(tmp_path, small_rules)
        header, value = self.CHANGES[kind]
        address = changed(path, header, "008", value)
        with pytest.raises(DataError) as problem:
            calculate(PayRequest([path]), small_rules)
        (found,) = problem.value.findings
        assert (found.code, found.place.cell) == ("cell-changed", address)

    def test_a_score_is_caught_in_its_sheet(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = scored(tmp_path, small_rules)
        book = openpyxl.load_workbook(path)
        sheet = book[ENGLISH("sheet.detail", team="Sales")]
        cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 85)
        cell.value = 99
        book.save(path)
        with pytest.raises(DataError) as problem:
            calculate(PayRequest([path]), small_rules)
        places = {found.place.cell for found in problem.value.findings}
        assert cell.coordinate in places

    @pytest.mark.parametrize(
        ("kind", "paid"), [("total", "6000.50"), ("grade", "9000.75"), ("base", "9000.00")]
    )
    def test_are_used_when_accepted(self, tmp_path: Path, small_rules: Ruleset, kind: str, paid: str) -> None:
        rules = rules_of(
            {"policy": {"bonus.monthly": dict(zip(GRADES, ("1.5", "1", "1", "0"), strict=True))}}, small_rules
        )
        path = scored(tmp_path, rules)
        address = changed(path, *[self.CHANGES[kind][0], "008", self.CHANGES[kind][1]])
        bonus = calculate(PayRequest([path], accept_edited=True), rules)
        assert amounts(bonus)["008"] == Decimal(paid)
        assert [found.place.cell for found in bonus.edits] == [address]
        by_id = bonus.frame.set_index("employee_id")
        assert by_id.loc["008", "total"] == (90 if kind == "total" else 85)

    @pytest.mark.parametrize(
        ("header", "value"), [("Total", "many"), ("Total", -1), ("Grade", "Splendid"), ("Bonus base", "x")]
    )
    def test_cannot_be_used_where_they_say_nothing(
        self, tmp_path: Path, small_rules: Ruleset, header: str, value: float | str
    ) -> None:
        path = scored(tmp_path, small_rules)
        changed(path, header, "008", value)
        assert refused(PayRequest([path], accept_edited=True), small_rules) == ["cell-changed"]

    def test_somebody_who_was_added_is_never_paid(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = scored(tmp_path, small_rules)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        last = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "009")
        for cell in sheet[last]:
            sheet[cell.coordinate.replace(str(last), str(last + 1))] = (
                "010" if cell.value == "009" else cell.value
            )
        book.save(path)
        assert "row-added" in refused(PayRequest([path], accept_edited=True), small_rules)

    def test_somebody_who_was_deleted_is_told(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = scored(tmp_path, small_rules)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        last = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "009")
        sheet.delete_rows(last)
        book.save(path)
        assert refused(PayRequest([path]), small_rules) == ["row-missing"]
        bonus = calculate(PayRequest([path], accept_edited=True), small_rules)
        assert set(amounts(bonus)) == {"007", "008"}
        assert [found.code for found in bonus.edits] == ["row-missing"]


def test_bases_that_disagree_stop_a_bonus_and_no_raise(tmp_path: Path, small_rules: Ruleset) -> None:
    path = scored(tmp_path, small_rules, "2026")
    roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": table(ROSTER)})
    request = PayRequest([path], roster)
    assert refused(request, small_rules) == ["bases-disagree"]
    assert len(adjust(request, small_rules, RaiseOrder()).frame) == len(table(RESULTS)) - 1


class TestCommand:
    @pytest.fixture
    def company(self, tmp_path: Path, small_rules: Ruleset) -> Path:
        """A folder with rules, a result and a roster."""
        small_company(tmp_path / "rubrics")
        scored(tmp_path, small_rules)
        roster = ROSTER.replace("7000", "6000.50")
        write_workbook(tmp_path / "roster.xlsx", {"名冊": table(roster)})
        return tmp_path

    def bonus(self, company: Path, *words: str) -> int:
        files = [str(company / "sales.result.xlsx"), "--roster", str(company / "roster.xlsx")]
        return run(["bonus", *files, "--rubrics", str(company / "rubrics"), "--lang", "en", *words])

    def test_from_results_to_a_workbook_that_verifies_and_explains(
        self, company: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.bonus(company, "--pool", "10,000.01") == 0
        said = capsys.readouterr()
        assert "10,000.01" in said.out
        assert "sales.bonus.xlsx" in said.out
        path = company / "sales.bonus.xlsx"
        assert run(["verify", str(path), "--lang", "en"]) == 0
        assert run(["explain", str(path), "008", "--lang", "en"]) == 0
        said = capsys.readouterr()
        assert "Pool 10,000.01 ×" in said.out
        assert "policy.yaml:" in said.out
        assert run(["explain", str(path), "008", "--json"]) == 0
        record = json.loads(capsys.readouterr().out)
        assert (record["employee_id"], record["bonus_base"]) == ("008", 6000.5)
        assert run(["explain", str(path), "nobody", "--lang", "en"]) == 2

    def test_the_record_adds_up(self, company: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.bonus(company, "--pool", "100", "--json") == 0
        record = json.loads(capsys.readouterr().out, parse_float=Decimal, parse_int=Decimal)
        assert sum(one["amount"] for one in record["employees"]) == record["paid"] == record["pool"] == 100

    def test_a_changed_bonus_is_told(self, company: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.bonus(company) == 0
        path = company / "sales.bonus.xlsx"
        address = changed(path, "Bonus", "008", 99999)
        assert run(["verify", str(path), "--lang", "en"]) == 1
        assert f"sales.bonus.xlsx > {ENGLISH('sheet.bonus')} > {address}" in capsys.readouterr().err

    def test_an_edited_result_is_refused_or_stated(
        self, company: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        address = changed(company / "sales.result.xlsx", "Total", "008", 99)
        assert self.bonus(company) == 1
        assert f"> {address}" in capsys.readouterr().err
        assert not (company / "sales.bonus.xlsx").exists()
        assert self.bonus(company, "--accept-edited") == 0
        assert "changed by hand" in capsys.readouterr().err
        book = openpyxl.load_workbook(company / "sales.bonus.xlsx")
        texts = [str(cell.value) for row in book.worksheets[0].iter_rows(max_row=5) for cell in row]
        assert any("changed by hand" in text for text in texts)
        findings = [str(cell.value) for row in book[ENGLISH("sheet.findings")].iter_rows() for cell in row]
        assert address in " ".join(findings)

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("--cycle", "weekly"), "bad-cycle"),
            (("--pool", "much"), "bad-amount"),
            (("--pool", "-5"), "bad-amount"),
            (("--pool", "0.001"), "bad-amount"),
        ],
    )
    def test_what_it_does_not_understand(
        self, company: Path, words: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.bonus(company, *words) == 2
        assert code in capsys.readouterr().err

    def test_files_that_are_no_results(self, company: Path, capsys: pytest.CaptureFixture[str]) -> None:
        roster = str(company / "roster.xlsx")
        assert run(["bonus", roster, "--lang", "en", "-o", str(company / "x.xlsx")]) == 4
        assert "not-a-result" in capsys.readouterr().err
        assert self.bonus(company) == 0
        again = ["bonus", str(company / "sales.bonus.xlsx"), "--lang", "en", "-o", str(company / "x.xlsx")]
        assert run(again) == 4
        assert "not-a-result" in capsys.readouterr().err


class TestCalendar:
    """A bonus by working days keeps the calendar by which it was computed."""

    ROSTER = """
    工號 | 姓名 | 獎金基數 | 入職日期 | 離職日期
    008 | 甲一 | 1800 | 2026-10-10 |
    """

    @pytest.fixture
    def company(self, tmp_path: Path) -> Path:
        """A folder with rules that pay by the working days of mainland China, a result and a roster."""
        folder = small_company(tmp_path / "rubrics")
        policy = folder / "policy.yaml"
        text = policy.read_text("utf-8").replace("days: calendar\n", "days: working\n")
        policy.write_text(text.replace("# file: calendars/ours", "file: calendars/ours"), "utf-8")
        (folder / "calendars").mkdir()
        (folder / "calendars" / "ours.yaml").write_text("days_off: {2026-10-30: 公司旅遊}\n", "utf-8")
        rules = load_ruleset(folder)
        score_all(table("工號 | 姓名 | 總分\n008 | 甲一 | 85"), tmp_path, rules, "2026-10")
        write_workbook(tmp_path / "roster.xlsx", {"名冊": table(self.ROSTER)})
        return tmp_path

    def bonus(self, company: Path, *words: str) -> Ran:
        files = [company / "sales.result.xlsx", "--roster", company / "roster.xlsx"]
        return perf("bonus", *files, "--rubrics", company / "rubrics", "--force", *words)

    def test_pays_by_its_days(self, company: Path) -> None:
        ran = self.bonus(company, "--json")
        (employee,) = json.loads(ran.out)["employees"]
        assert (employee["days"], employee["period_days"]) == (15, 17)
        assert employee["amount"] == 1588.24

    def test_is_explained(self, company: Path) -> None:
        self.bonus(company)
        path = company / "sales.bonus.xlsx"
        said = perf("explain", path, "008").out
        assert (
            "calendar: Mainland China (cn.yaml, version 2026-11-28), The company's own days (ours.yaml)"
            in said
        )
        assert "policy.yaml:2" in said
        assert "rovisional" not in said
        assert (
            "工作日按日曆：中國大陸（cn.yaml，版本 2026-11-28）、公司自己的日子"
            in perf("explain", path, "008", "--lang", "zh-Hant").out
        )

    def test_stands_with_the_rules(self, company: Path) -> None:
        self.bonus(company)
        sheet = openpyxl.load_workbook(company / "sales.bonus.xlsx")[ENGLISH("sheet.rules")]
        rows = {str(row[0].value): str(row[1].value) for row in sheet.iter_rows()}
        assert rows["Known"] == "2024-01-01 – 2026-12-31"
        assert "2026-10-01 National Day" in rows["Days off in the period"]
        assert "2026-10-30 公司旅遊" in rows["Days off in the period"]
        assert rows["Make-up working days in the period"] == "2026-10-10 Makes up for 2026-10-07"
        assert len(rows["Mainland China (cn.yaml, version 2026-11-28)"]) == 64
        assert "calendar" in rows

    def test_of_later_does_not_move_it(self, company: Path) -> None:
        self.bonus(company)
        own = company / "rubrics" / "calendars" / "ours.yaml"
        own.write_text("days_off: {2026-10-29: 盤點, 2026-10-30: 公司旅遊}\n", "utf-8")
        path = company / "sales.bonus.xlsx"
        assert perf("verify", path, folder=company).code == 0
        assert "15 of 17" in perf("explain", path, "008", folder=company).out

    def test_that_changed_since_the_result_is_told_day_by_day(self, company: Path) -> None:
        own = company / "rubrics" / "calendars" / "ours.yaml"
        own.write_text("working_days: {2026-10-31: 盤點}\n", "utf-8")
        ran = self.bonus(company)
        assert "pay-rules-changed" in ran.err
        assert "calendar.days_off.2026-10-30: 公司旅遊 → –" in ran.err
        assert "calendar.working_days.2026-10-31: – → 盤點" in ran.err

    def test_that_is_not_paid_by_is_told_nowhere(self, company: Path) -> None:
        policy = company / "rubrics" / "policy.yaml"
        policy.write_text(policy.read_text("utf-8").replace("days: working\n", "days: calendar\n"), "utf-8")
        score_all(
            table("工號 | 姓名 | 總分\n008 | 甲一 | 85"),
            company,
            load_ruleset(company / "rubrics"),
            "2026-10",
        )
        own = company / "rubrics" / "calendars" / "ours.yaml"
        own.write_text("working_days: {2026-10-31: 盤點}\n", "utf-8")
        ran = self.bonus(company)
        assert "pay-rules-changed" not in ran.err
        assert "Mainland China" not in perf("explain", company / "sales.bonus.xlsx", "008").out

    def test_of_days_that_are_not_known_is_said_everywhere(self, company: Path) -> None:
        own = company / "rubrics" / "calendars" / "ours.yaml"
        own.write_text("days_off: {2027-01-29: 公司旅遊}\n", "utf-8")
        rules = load_ruleset(company / "rubrics")
        score_all(table("工號 | 姓名 | 總分\n008 | 甲一 | 85"), company, rules, "2027-01")
        joined = self.ROSTER.replace("2026-10-10", "2027-01-11").replace("1800", "1900")
        write_workbook(company / "roster.xlsx", {"名冊": table(joined)})
        ran = self.bonus(company)
        assert "provisional-days" in ran.err
        path = company / "sales.bonus.xlsx"
        said = perf("explain", path, "008").out
        assert "14 of 19" in said
        assert "Provisional: the calendar is known from 2024-01-01 to 2026-12-31" in said
        sheet = openpyxl.load_workbook(path)[ENGLISH("sheet.rules")]
        rows = {str(row[0].value): str(row[1].value) for row in sheet.iter_rows()}
        assert rows["Known"] == "2024-01-01 – 2026-12-31 (provisional: other days count Monday to Friday)"
        assert perf("verify", path).code == 0
