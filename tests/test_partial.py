"""A result that leaves somebody out says so wherever it is looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from perfcli.cli.main import run
from perfcli.exports.results_table import results_csv, results_parquet
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.pay import PayRequest, adjust, calculate
from perfcli.pipelines.score import Request
from perfcli.rewards.raises.raises import RaiseOrder
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.omissions import WHOLE_SHEET
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from support.bonuses import score_all, table, with_days
from support.companies import small_company
from support.sheets import Rows, open_results, write_workbook

ENGLISH = Wording(Language.ENGLISH)
HEADER = ("工號", "姓名", "獎金基數", "銷售額", "毛利率", "協作配合度")
ROWS: Rows = [
    HEADER,
    ["007", "陳一", 8000, 95, 95, 95],
    ["008", "林二", 7000, 85, None, 85],
    ["009", "黃三", 5000, 75, 75, 75],
]
ROSTER = """
工號 | 姓名 | 團隊 | 獎金基數 | 月薪
007  | 陳一 | sales | 8000 | 9000
008  | 林二 | sales | 7000 | 9000
009  | 黃三 | sales | 5000 | 9000
"""
WHOLE = """
工號 | 姓名 | 總分 | 獎金基數
007  | 陳一 | 95   | 8000
009  | 黃三 | 75   | 5000
"""
SAID = "2 people were scored; left out because of errors: 1 person (008 林二)"
RANKS = "Among 2 scored; left out: 1 person"


@dataclass(frozen=True)
class Company:
    """A folder with rules, a roster and a partial result of a year."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def result(self) -> Path:
        return self.folder / "sales.result.xlsx"

    def run(self, *words: object) -> tuple[int, str, str]:
        code = run([*map(str, words), "--lang", "en"])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def pay(self, command: str, *words: object) -> tuple[int, str, str]:
        files = (self.result, "--roster", self.folder / "roster.xlsx", "--rubrics", self.folder / "rubrics")
        return self.run(command, *files, *words)


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Company:
    small_company(tmp_path / "rubrics")
    write_workbook(tmp_path / "sales.xlsx", {"銷售": ROWS})
    write_workbook(tmp_path / "roster.xlsx", {"名冊": with_days(table(ROSTER))})
    made = Company(tmp_path, capsys)
    words = ("--team", "sales", "--period", "2026", "--rubrics", tmp_path / "rubrics", "--partial", "-q")
    code, _, err = made.run("score", tmp_path / "sales.xlsx", *words)
    assert code == 0
    assert SAID in err
    return made


def texts(path: Path, sheet: str) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [str(cell.value) for row in book[sheet].iter_rows() for cell in row if cell.value is not None]


class TestResult:
    def test_its_first_sheet_says_so_beside_every_rank(self, company: Company) -> None:
        sheet = openpyxl.load_workbook(company.result).worksheets[0]
        headers = [cell.value for cell in sheet[1]]
        assert headers[-1] == ENGLISH("partial.column")
        assert [sheet.cell(row, len(headers)).value for row in (2, 3)] == [RANKS] * 2
        assert sheet.oddHeader is not None
        assert RANKS in str(sheet.oddHeader.center.text)
        assert next(iter(sheet.tables.values())).ref.endswith("3")

    def test_its_overview_says_who(self, company: Company) -> None:
        assert any(SAID in text for text in texts(company.result, ENGLISH("sheet.overview")))

    def test_its_record_keeps_who(self, company: Company) -> None:
        results, changes = open_results(company.result)
        assert not changes
        assert results.left_out[["employee_id", "name", "sheet", "row"]].to_numpy().tolist() == [
            ["008", "林二", "銷售", 2]
        ]

    def test_one_that_is_whole_says_nothing(self, tmp_path: Path, small_rules: Ruleset) -> None:
        (path,) = score_all(table(WHOLE), tmp_path, small_rules, "2026-11")
        results, _ = open_results(path)
        assert "left_out" not in RESULTS.record(results)
        assert ENGLISH("partial.column") not in texts(path, ENGLISH("sheet.ranking"))
        bonus = calculate(PayRequest([path]), small_rules)
        assert bonus.unscored.empty
        assert [found.code for found in bonus.findings] == ["days-not-known"]

    def test_people_of_a_sheet_that_could_not_be_read_are_left_out_too(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        sound = write_workbook(tmp_path / "a.xlsx", {"銷售": [ROWS[0], ROWS[1]]})
        other = write_workbook(tmp_path / "b.xlsx", {"銷售": [["no", "table"], ["at", "all"]]})
        request = Request([sound, other], team="sales", period="2026-11", partial=True)
        results = pipeline.score(request, small_rules)
        assert results.left_out[["employee_id", "file", "row"]].to_numpy().tolist() == [
            ["", "b.xlsx", WHOLE_SHEET]
        ]
        path = tmp_path / "r.xlsx"
        path.write_bytes(RESULTS.workbook(results, ENGLISH))
        said = " ".join(texts(path, ENGLISH("sheet.overview")))
        assert "everybody on 1 sheet (everybody in b.xlsx > 銷售)" in said

    def test_flat_tables_say_how_many_in_each_row(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = write_workbook(tmp_path / "a.xlsx", {"銷售": ROWS})
        results = pipeline.score(Request([path], "sales", "2026-11", partial=True), small_rules)
        for frame in (
            pd.read_csv(BytesIO(results_csv(results)), dtype={"employee_id": str}),
            pd.read_parquet(BytesIO(results_parquet(results))),
        ):
            assert frame["left_out"].tolist() == [len(results.left_out)] * len(results.frame)
        whole = write_workbook(tmp_path / "b.xlsx", {"銷售": ROWS[:2]})
        results = pipeline.score(Request([whole], "sales", "2026-11"), small_rules)
        assert b"left_out" not in results_csv(results)

    def test_the_first_ten_are_named(self, tmp_path: Path, small_rules: Ruleset) -> None:
        people = [[f"E{number:02}", "", 1000, None, 80, 80] for number in range(1, 13)]
        path = write_workbook(tmp_path / "a.xlsx", {"銷售": [*ROWS[:2], *people]})
        results = pipeline.score(Request([path], "sales", "2026-11", partial=True), small_rules)
        (tmp_path / "r.xlsx").write_bytes(RESULTS.workbook(results, ENGLISH))
        said = " ".join(texts(tmp_path / "r.xlsx", ENGLISH("sheet.overview")))
        assert "12 people (E01, E02, " in said
        assert "E10, …)" in said


class TestCommands:
    def test_verify(self, company: Company) -> None:
        code, _, err = company.run("verify", company.result)
        assert code == 0
        assert SAID in err
        record = json.loads(company.run("verify", company.result, "--json")[1])
        assert [one["employee_id"] for one in record["left_out"]["sales.result.xlsx"]] == ["008"]

    def test_explain(self, company: Company) -> None:
        code, _, err = company.run("explain", company.result, "009")
        assert code == 0
        assert SAID in err
        assert "Ranks are among those scored" in err
        record = json.loads(company.run("explain", company.result, "009", "--json")[1])
        assert [one["employee_id"] for one in record["left_out"]] == ["008"]

    def test_export(self, company: Company) -> None:
        target = company.folder / "out.csv"
        code, _, err = company.run("export", company.result, "-o", target)
        assert code == 0
        assert SAID in err
        control = json.loads((company.folder / "out.csv.control.json").read_text(encoding="utf-8"))
        assert [one["employee_id"] for one in control["left_out"]] == ["008"]


class TestPay:
    @pytest.mark.parametrize(("command", "sheet"), [("bonus", "sheet.bonus"), ("raise", "sheet.raises")])
    def test_says_so_and_above_the_lines_to_sign_on(self, company: Company, command: str, sheet: str) -> None:
        code, _, err = company.pay(command)
        assert code == 0
        assert "partial" in err
        assert SAID in err
        path = company.folder / f"sales.{command}.xlsx"
        said = texts(path, ENGLISH(sheet))
        (place,) = (index for index, text in enumerate(said) if SAID in text)
        assert said[place + 1] == ENGLISH("pay.sign.prepared")
        assert any(SAID in text for text in texts(path, ENGLISH("sheet.findings")))
        for words in (("verify", path), ("explain", path, "009"), ("export", path)):
            code, _, err = company.run(*words)
            assert code == 0
            assert SAID in err

    @pytest.mark.parametrize(("command", "option"), [("bonus", "--pool"), ("raise", "--budget")])
    def test_what_is_shared_needs_a_word(self, company: Company, command: str, option: str) -> None:
        target = company.folder / f"sales.{command}.xlsx"
        code, _, err = company.pay(command, option, "1000")
        assert code == 1
        assert "--accept partial" in err
        assert not target.exists()
        code, _, err = company.pay(command, option, "1000", "--accept", "partial")
        assert code == 0
        assert SAID in err
        assert target.exists()

    def test_what_the_policy_shares_needs_a_word_too(self, company: Company) -> None:
        policy = company.folder / "rubrics" / "policy.yaml"
        text = policy.read_text(encoding="utf-8")
        policy.write_text(text.replace("\nsalary:\n", "\nsalary:\n  budget: 1000\n"), encoding="utf-8")
        code, _, err = company.pay("raise")
        assert code == 1
        assert "--accept partial" in err

    @pytest.mark.parametrize("command", ["bonus", "raise"])
    def test_a_code_that_cannot_be_accepted(self, company: Company, command: str) -> None:
        code, _, err = company.pay(command, "--accept", "looks-like-points")
        assert code == 2
        assert "cannot-accept" in err
        assert "partial" in err

    def test_of_several_results_who_was_scored_apart_is_not_left_out(
        self, company: Company, small_rules: Ruleset
    ) -> None:
        rest = write_workbook(
            company.folder / "rest.xlsx", {"銷售": [HEADER, ["008", "林二", 7000, 80, 80, 80]]}
        )
        results = pipeline.score(Request([rest], "sales", "2026"), small_rules)
        path = company.folder / "rest.result.xlsx"
        path.write_bytes(RESULTS.workbook(results, ENGLISH))
        request = PayRequest([company.result, path], company.folder / "roster.xlsx", pool="1000")
        assert calculate(request, small_rules).unscored.empty
        assert adjust(request, small_rules, RaiseOrder()).unscored.empty
