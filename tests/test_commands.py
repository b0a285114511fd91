"""The commands as a user types them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook
from rich.console import Console

import perfcli
from perfcli.cli import output
from perfcli.cli.main import run
from perfcli.cli.output import Output
from perfcli.errors import FileError, UsageError
from perfcli.pipelines import score as pipeline
from perfcli.text import Language
from perfcli.workbooks.base import long_tables
from support.command import ROOT, Ran, perf
from support.companies import small_company
from support.sheets import Rows, open_results, write_workbook

EXAMPLES = ROOT / "examples"
SHEETS = sorted((EXAMPLES / "2026-11").glob("*.xlsx"))
OPERATIONS = EXAMPLES / "2026-11" / "operations.xlsx"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result workbook of the examples of one month."""
    target = tmp_path_factory.mktemp("result") / "result.xlsx"
    assert perf("score", *SHEETS, "-o", target, "-q").code == 0
    return target


def filled_copy(folder: Path, **cells: str | float | None) -> Path:
    """The operations example with some cells changed."""
    workbook = openpyxl.load_workbook(OPERATIONS)
    sheet = workbook.worksheets[0]
    for cell, value in cells.items():
        sheet[cell] = value
    workbook.save(folder / "sheet.xlsx")
    return folder / "sheet.xlsx"


class TestScore:
    def test_result_stands_beside_the_sheet(self, tmp_path: Path) -> None:
        sheet = filled_copy(tmp_path)
        ran = perf("score", sheet)
        assert ran.code == 0, ran.err
        assert (tmp_path / "sheet.result.xlsx").exists()
        assert "sheet.result.xlsx" in ran.out
        assert "Excellent" in ran.out

    def test_what_looks_wrong_is_scored_only_when_it_is_accepted(self, tmp_path: Path) -> None:
        rows: Rows = [["工號", "姓名", "銷售額", "毛利率", "協作配合度"], ["E1", "陳一", 38, 27, 30]]
        sheet = write_workbook(tmp_path / "sheet.xlsx", {"銷售": rows})
        rules = ("--rubrics", small_company(tmp_path / "rubrics"))
        for command in ("check", "score"):
            ran = perf(command, sheet, *rules)
            assert (ran.code, "looks-like-points" in ran.err) == (1, True)
            ran = perf(command, sheet, *rules, "--accept", "looks-like-points")
            assert (ran.code, "looks-like-points" in ran.err) == (0, True)
        ran = perf("score", sheet, *rules, "--accept", "missing-score")
        assert (ran.code, "looks-like-points, looks-like-fractions" in ran.err) == (2, True)
        results = perfcli.score(sheet, rubrics=rules[1], accept=["looks-like-points"])
        assert results.frame["total"].tolist() == [32.3]

    def test_several_sheets_get_a_result_named_by_the_period(self, tmp_path: Path) -> None:
        for sheet in SHEETS:
            (tmp_path / sheet.name).write_bytes(sheet.read_bytes())
        assert perf("score", *sorted(tmp_path.glob("*.xlsx"))).code == 0
        assert (tmp_path / "2026-11.result.xlsx").exists()

    def test_json_stands_alone_on_stdout_and_the_workbook_is_written_all_the_same(
        self, tmp_path: Path
    ) -> None:
        target = tmp_path / "r.xlsx"
        ran = perf("score", OPERATIONS, "-o", target, "--json")
        record = json.loads(ran.out)
        first = record["employees"][0]
        assert target.exists()
        assert record["period"] == "2026-11"
        assert first["rank"] == 1
        assert first["team"] == "operations"
        assert set(first["indicators"]["sales"]) == {
            *("weight", "score", "points"),
            *("target", "actual", "attainment"),
        }
        assert set(first["indicators"]["cooperation"]) == {"weight", "score", "points"}
        assert first["indicators"]["sales"]["weight"] == 30
        assert record["findings"] == []

    def test_an_error_stops_everything_and_nothing_is_written(self, tmp_path: Path) -> None:
        sheet = filled_copy(tmp_path, F8=None, I9="good", W10=101)
        ran = perf("score", sheet, "-o", tmp_path / "r.xlsx")
        assert ran.code == 1
        assert not (tmp_path / "r.xlsx").exists()
        for code, cell in (("missing-actual", "F8"), ("not-a-number", "I9"), ("out-of-range", "W10")):
            assert f"> {cell}  {code}" in ran.err
        assert "--partial" in ran.err

    def test_partial_scores_the_others_and_lists_those_left_out(self, tmp_path: Path) -> None:
        sheet = filled_copy(tmp_path, F8=None)
        ran = perf("score", sheet, "-o", tmp_path / "r.xlsx", "--partial", "--json")
        record = json.loads(ran.out)
        assert ran.code == 0
        assert [person["employee_id"] for person in record["left_out"]] == ["E002"]
        assert "E002" not in {person["employee_id"] for person in record["employees"]}
        assert "E002" in ran.err

    def test_errors_come_as_json_too(self, tmp_path: Path) -> None:
        sheet = filled_copy(tmp_path, F8=None)
        ran = perf("score", sheet, "-o", tmp_path / "r.xlsx", "--json")
        record = json.loads(ran.out)
        assert ran.code == 1
        assert record["employees"] == []
        assert record["findings"][0]["code"] == "missing-actual"
        assert record["findings"][0]["cell"] == "F8"

    def test_an_existing_file_is_replaced_only_by_force(self, tmp_path: Path) -> None:
        target = tmp_path / "r.xlsx"
        target.write_text("mine")
        assert perf("score", OPERATIONS, "-o", target).code == 4
        assert target.read_text() == "mine"
        assert perf("score", OPERATIONS, "-o", target, "--force").code == 0
        assert target.read_bytes()[:2] == b"PK"

    def test_an_input_is_never_replaced(self, tmp_path: Path) -> None:
        sheet = filled_copy(tmp_path)
        before = sheet.read_bytes()
        assert perf("score", sheet, "-o", sheet, "--force").code == 4
        assert sheet.read_bytes() == before

    def test_no_temporary_file_stays(self, tmp_path: Path) -> None:
        sheet = filled_copy(tmp_path)
        perf("score", sheet)
        assert {path.name for path in tmp_path.iterdir()} == {"sheet.xlsx", "sheet.result.xlsx"}

    def test_two_runs_give_the_same_bytes_whatever_the_order_of_files(
        self, tmp_path: Path, result: Path
    ) -> None:
        again = tmp_path / "again.xlsx"
        perf("score", *reversed(SHEETS), "-o", again)
        assert again.read_bytes() == result.read_bytes()

    def test_quiet_says_only_where_the_result_is(self, tmp_path: Path) -> None:
        ran = perf("score", OPERATIONS, "-o", tmp_path / "r.xlsx", "-q")
        assert ran.out.strip() == f"The result is in {tmp_path / 'r.xlsx'}"
        assert ran.err == ""

    def test_an_untouched_template_is_answered_kindly(self, tmp_path: Path) -> None:
        for options in ((), ("--roster", EXAMPLES / "roster.xlsx")):
            target = tmp_path / f"blank{len(options)}.xlsx"
            perf("template", "operations", "-o", target, *options)
            ran = perf("score", target)
            assert ran.code == 1
            assert "Nothing has been filled in" in ran.err
            assert ran.err.count("Error") == 1


class TestFilesThatCannotBeRead:
    def test_each_gets_a_word_and_exit_code_4(self, tmp_path: Path) -> None:
        (tmp_path / "empty.xlsx").touch()
        (tmp_path / "scan.xlsx").write_bytes(b"%PDF-1.7")
        (tmp_path / "page.xls").write_bytes(b"<html><table></table></html>")
        (tmp_path / "cut.xlsx").write_bytes(OPERATIONS.read_bytes()[:3000])
        (tmp_path / "~$sheet.xlsx").write_bytes(b"lock")
        words = {
            "empty.xlsx": "empty-file",
            "scan.xlsx": "not-a-workbook",
            "page.xls": "web-page",
            "cut.xlsx": "damaged-workbook",
            "~$sheet.xlsx": "lock-file",
            "nowhere.xlsx": "no-such-file",
            ".": "is-a-folder",
        }
        ran = perf("score", *words, folder=tmp_path)
        assert ran.code == 4
        for code in words.values():
            assert code in ran.err
        assert perf("check", *words, folder=tmp_path).code == 4
        assert perf("verify", "scan.xlsx", folder=tmp_path).code == 4
        assert perf("explain", "text.xlsx", "E001", folder=tmp_path).code == 4

    @pytest.mark.parametrize("lock", ["~$sheet.xlsx", ".~lock.sheet.xlsx#"])
    def test_a_lock_file_is_passed_over_where_its_workbook_is_there(self, tmp_path: Path, lock: str) -> None:
        (tmp_path / lock).write_bytes(b"lock")
        for name in ("sheet.xlsx", "other.xlsx"):
            (tmp_path / name).write_bytes(OPERATIONS.read_bytes())
        assert perf("check", lock, folder=tmp_path).code == 4
        assert perf("check", lock, "other.xlsx", folder=tmp_path).code == 0
        ran = perf("score", lock, "sheet.xlsx", folder=tmp_path)
        assert (ran.code, "lock-file" in ran.err) == (0, False)
        assert (tmp_path / "sheet.result.xlsx").exists()
        assert perf("verify", "sheet.result.xlsx", folder=tmp_path).code == 0
        (tmp_path / "sheet.xlsx").unlink()
        ran = perf("check", lock, "other.xlsx", folder=tmp_path)
        assert (ran.code, "lock-file" in ran.err) == (4, True)

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_may_not_be_written_to(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        ran = perf("score", OPERATIONS, "-o", tmp_path / "r.xlsx")
        tmp_path.chmod(0o700)
        assert ran.code == 4
        assert "cannot-write" in ran.err

    def test_a_target_in_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        ran = perf("score", OPERATIONS, "-o", tmp_path / "nowhere" / "r.xlsx")
        assert ran.code == 4
        assert "no-such-folder" in ran.err


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("scor",), "There is no such command"),
            (("score",), "SHEET... is missing"),
            (("score", "x.xlsx", "--foo"), "There is no option --foo"),
            (("score", "x.xlsx", "--period"), "--period needs a value"),
            (("score", OPERATIONS, "--period", "2026-13"), "is not a period"),
            (("score", OPERATIONS, "--team", "nobody"), "no rubric for a team"),
            (("score", OPERATIONS, OPERATIONS), "given more than once"),
            (("score", OPERATIONS, "--lang", "fr"), "does not know"),
            (("template",), "Name one team"),
            (("template", "operations", "--all"), "Name one team"),
            (("template", "nobody"), "no rubric for a team"),
            (("rubric", "show", "nobody"), "no rubric for a team"),
        ],
    )
    def test_says_what_and_exits_with_2(self, words: tuple[object, ...], said: str) -> None:
        ran = perf(*words)
        assert ran.code == 2
        assert said in ran.err

    def test_rules_that_are_not_there(self, tmp_path: Path) -> None:
        assert perf("score", OPERATIONS, "--rubrics", tmp_path / "no").code == 4
        ran = perf("score", OPERATIONS, "--rubrics", tmp_path)
        assert ran.code == 3
        assert "no-policy" in ran.err

    def test_a_wrong_period_for_the_sheet(self, tmp_path: Path) -> None:
        ran = perf("score", OPERATIONS, "--period", "2026-10", "-o", tmp_path / "r.xlsx")
        assert ran.code == 1
        assert "period-differs" in ran.err


class TestTemplate:
    def test_one_for_each_team(self, tmp_path: Path) -> None:
        ran = perf(
            "template",
            "--all",
            "--roster",
            EXAMPLES / "roster.xlsx",
            "--period",
            "2026-11",
            "-o",
            "s",
            folder=tmp_path,
        )
        assert ran.code == 0
        assert "2 people did not work" not in ran.out
        names = sorted(path.name for path in (tmp_path / "s").iterdir())
        assert names == [
            f"{team}-2026-11.xlsx" for team in ("customer-service", "logistics", "marketing", "operations")
        ]

    def test_people_who_were_not_there_are_left_out_and_counted(self, tmp_path: Path) -> None:
        ran = perf(
            "template",
            "customer-service",
            "--roster",
            EXAMPLES / "roster.xlsx",
            "--period",
            "2026-11",
            "-o",
            "c.xlsx",
            folder=tmp_path,
        )
        assert "1 person did not work during 2026-11 and was left out (E026)" in ran.out
        rows = CalamineWorkbook.from_path(tmp_path / "c.xlsx").get_sheet_by_index(0).to_python()
        assert not any("E026" in row for row in rows)

    @pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans", "en"])
    def test_what_a_template_asks_for_can_be_scored(self, tmp_path: Path, language: str) -> None:
        blank = tmp_path / "blank.xlsx"
        perf("template", "客服", "--period", "2026Q4", "-o", blank, "--lang", language)
        workbook = openpyxl.load_workbook(blank)
        sheet = workbook.worksheets[0]
        sheet["A7"], sheet["B7"] = "007", "Invented Person"
        weights = [(cell.column, cell.value) for cell in sheet[6] if isinstance(cell.value, int | float)]
        for column, weight in weights:
            if weight < 100:
                sheet.cell(7, column).value = 90
        workbook.save(tmp_path / "filled.xlsx")
        ran = perf("score", tmp_path / "filled.xlsx", "--json")
        person = json.loads(ran.out)["employees"][0]
        assert (person["employee_id"], person["total"], person["grade"]) == ("007", 90, "excellent")
        assert json.loads(ran.out)["period"] == "2026Q4"

    def test_what_came_before_goes_into_the_score_sheet(self, tmp_path: Path) -> None:
        before = EXAMPLES / "2026-11" / "logistics"
        sources = (("--plan", "plan"), ("--self", "self"), ("--records", "records"))
        words = [word for option, name in sources for word in (option, before / f"{name}.xlsx")]
        ran = perf("template", *words, "--lang", "zh-Hant", folder=tmp_path)
        assert ran.code == 0, ran.err
        rows = (
            CalamineWorkbook.from_path(tmp_path / "logistics-2026-11.xlsx").get_sheet_by_index(0).to_python()
        )
        row = dict(zip((str(text).replace("\n", " ") for text in rows[4]), rows[8], strict=True))
        assert row["發貨及時率 目標（%）"] == 95.5
        assert row["物流與售後政策法規學習 次數"] == 1
        assert row["發貨及時率 自評"] == 96
        assert row["發貨及時率 實際（%）"] == ""

    def test_a_target_that_differs_from_the_plan_is_told(self, tmp_path: Path) -> None:
        workbook = openpyxl.load_workbook(EXAMPLES / "2026-11" / "logistics" / "plan.xlsx")
        workbook.worksheets[0]["E7"] = 99
        workbook.save(tmp_path / "plan.xlsx")
        sheet = EXAMPLES / "2026-11" / "logistics.xlsx"
        ran = perf("check", sheet, "--plan", tmp_path / "plan.xlsx")
        assert "E7  target-changed" in ran.err
        assert "99 was agreed, now it is 94" in ran.err
        ran = perf("score", sheet, "--plan", tmp_path / "plan.xlsx", "-o", tmp_path / "r.xlsx")
        assert ran.code == 0
        assert "E7  target-changed" in ran.err

    def test_mistakes_in_what_came_before_are_all_told(self, tmp_path: Path) -> None:
        before = EXAMPLES / "2026-11" / "logistics"
        ran = perf(
            "template", "--plan", before / "self.xlsx", "--self", before / "plan.xlsx", folder=tmp_path
        )
        assert ran.code == 1
        assert ran.err.count("other-kind") == 2
        workbook = openpyxl.load_workbook(before / "records.xlsx")
        workbook.worksheets[0]["D5"] = "遲到"
        workbook.save(tmp_path / "records.xlsx")
        sources = ("--plan", before / "plan.xlsx", "--records", tmp_path / "records.xlsx")
        ran = perf("template", *sources, folder=tmp_path)
        assert ran.code == 1
        assert "D5  unknown-indicator" in ran.err
        assert not list(tmp_path.glob("logistics*"))

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ((), "Name one team"),
            (("operations", "--all"), "Name one team"),
            (("operations", "--kind", "plan", "--plan", EXAMPLES / "roster.xlsx"), "for score sheets only"),
            (
                ("--all", "--records", EXAMPLES / "2026-11" / "logistics" / "records.xlsx"),
                "one team at a time",
            ),
            (("operations", "--kind", "nothing"), "--kind"),
        ],
    )
    def test_what_cannot_be_made_is_said_kindly(
        self, tmp_path: Path, words: tuple[str | Path, ...], told: str
    ) -> None:
        ran = perf("template", *words, folder=tmp_path)
        assert ran.code == 2
        assert told in ran.err
        assert not list(tmp_path.iterdir())

    def test_there_is_nothing_to_plan_without_targets(self, tmp_path: Path) -> None:
        small_company(tmp_path / "rubrics")
        ran = perf("template", "sales", "--kind", "plan", folder=tmp_path)
        assert ran.code == 2
        assert "nothing to plan" in ran.err
        ran = perf("template", "--all", "--kind", "plan", "-o", "plans", folder=tmp_path)
        assert ran.code == 0
        assert [path.name for path in (tmp_path / "plans").iterdir()] == ["repairs-plan.xlsx"]

    def test_a_changed_rubric_is_remarked(self, tmp_path: Path) -> None:
        perf("init", tmp_path / "mine", "--no-examples")
        rubric = tmp_path / "mine" / "rubrics" / "operations.yaml"
        rubric.write_text(rubric.read_text("utf-8").replace("銷售額", "成交額", 1), "utf-8")
        ran = perf("check", OPERATIONS, "--rubrics", rubric.parent)
        assert "rubric-changed" in ran.err


class TestExplain:
    def test_shows_every_step(self, result: Path) -> None:
        ran = perf("explain", result, "E014")
        assert ran.code == 0
        for word in (
            "Sales revenue",
            "operations.yaml:",
            "rounded half up",
            "policy.yaml:",
            "Rank:",
            "Team rank:",
        ):
            assert word in ran.out

    def test_by_name_and_as_json(self, result: Path) -> None:
        person = json.loads(perf("explain", result, "e014", "--json").out)
        by_name = json.loads(perf("explain", result, person["name"], "--json").out)
        assert person == by_name
        points = [step["points"] for dimension in person["dimensions"] for step in dimension["indicators"]]
        assert abs(sum(map(float, points)) - float(person["sum"])) < 1e-9
        assert person["dimensions"][0]["rule"].endswith("dimensions[0].weight")

    def test_nobody_of_that_name(self, result: Path) -> None:
        ran = perf("explain", result, "E0144")
        assert ran.code == 2
        assert "Did you mean" in ran.err


class TestVerify:
    def test_an_untouched_result_agrees(self, result: Path) -> None:
        ran = perf("verify", result)
        assert ran.code == 0
        assert "nothing was changed" in ran.out

    @pytest.mark.parametrize("column", ["total", "grade", "name", "sales.score", "results.points"])
    def test_a_changed_cell_is_named(self, result: Path, tmp_path: Path, column: str) -> None:
        sheet, cell = _cell_of(result, column, in_ranking=column in {"total", "grade", "name"})
        workbook = openpyxl.load_workbook(result)
        workbook[sheet][cell] = "改" if column in {"grade", "name"} else 12.5
        workbook.save(tmp_path / "edited.xlsx")
        ran = perf("verify", tmp_path / "edited.xlsx")
        assert ran.code == 1
        assert f"{sheet} > {cell}  cell-changed" in ran.err
        assert ran.err.count("cell-changed") == 1

    @pytest.mark.parametrize(("column", "value"), [("rank", True), ("total", "text"), ("grade", "id")])
    def test_what_only_resembles_a_value_is_a_change(
        self, result: Path, tmp_path: Path, column: str, value: object
    ) -> None:
        sheet, cell = _cell_of(result, column, in_ranking=True)
        workbook = openpyxl.load_workbook(result)
        was = workbook[sheet][cell].value
        words = {"text": str(was), "id": open_results(result)[0].frame["grade"].iloc[0]}
        workbook[sheet][cell] = words.get(str(value), value)
        workbook.save(tmp_path / "edited.xlsx")
        changes = open_results(tmp_path / "edited.xlsx")[1]
        assert [change.code for change in changes] == ["cell-changed"]

    def test_sorting_is_no_change_but_a_missing_and_an_added_row_are(
        self, result: Path, tmp_path: Path
    ) -> None:
        workbook = openpyxl.load_workbook(result)
        sheet = workbook.worksheets[0]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, values in enumerate(reversed(rows), start=2):
            for column, value in enumerate(values, start=1):
                sheet.cell(number, column).value = value
        workbook.save(tmp_path / "sorted.xlsx")
        assert perf("verify", tmp_path / "sorted.xlsx").code == 0
        identifier = next(
            column for column in range(1, 11) if str(sheet.cell(2, column).value).startswith("E0")
        )
        sheet.cell(2, identifier).value = "E999"
        workbook.save(tmp_path / "other.xlsx")
        ran = perf("verify", tmp_path / "other.xlsx")
        assert "row-added" in ran.err
        assert "row-missing" in ran.err

    def test_changed_facts_break_the_seal(self, result: Path, tmp_path: Path) -> None:
        workbook = openpyxl.load_workbook(result)
        facts = workbook["_perf"]
        for row in facts.iter_rows():
            if row[0].value == "period":
                row[1].value = "2025-11"
        workbook.save(tmp_path / "edited.xlsx")
        ran = perf("verify", tmp_path / "edited.xlsx")
        assert ran.code == 1
        assert "seal-broken" in ran.err

    def test_a_score_sheet_is_no_result(self) -> None:
        ran = perf("verify", OPERATIONS)
        assert ran.code == 4
        assert "not-a-result" in ran.err


def _cell_of(result: Path, key: str, *, in_ranking: bool) -> tuple[str, str]:
    """Where a value of the first employee of a table stands, by the workbook's own facts."""
    facts = openpyxl.load_workbook(result)["_perf"]
    rows = {row[0].value: "".join(str(cell.value or "") for cell in row[1:]) for row in facts.iter_rows()}
    tables = json.loads(rows["tables"])
    kind = "ranking" if in_ranking else "detail"
    table = next(one for one in tables if one["table"] == kind and key in one["columns"])
    letters = get_column_letter(table["columns"][key])
    return table["sheet"], f"{letters}{table['first_row']}"


class TestInit:
    def test_from_nothing_to_a_first_result(self, tmp_path: Path) -> None:
        ran = perf("init", "mine", folder=tmp_path)
        assert ran.code == 0
        assert "policy.yaml:" in ran.out
        assert (tmp_path / "mine" / "rubrics" / "schema" / "rubric.schema.json").exists()
        ran = perf("score", "examples/2026-11/operations.xlsx", "-v", folder=tmp_path / "mine")
        assert ran.code == 0
        assert "Rules: rubrics" in ran.err

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        perf("init", tmp_path, "--no-examples")
        assert not (tmp_path / "examples").exists()
        policy = tmp_path / "rubrics" / "policy.yaml"
        policy.write_text("mine", "utf-8")
        assert perf("init", tmp_path, "--no-examples").code == 4
        assert policy.read_text("utf-8") == "mine"


class TestConsole:
    @pytest.mark.parametrize("encoding", ["ascii", "cp950", "gbk", "latin-1"])
    @pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans", "en"])
    def test_a_console_that_cannot_show_a_character_goes_on(
        self, tmp_path: Path, encoding: str, language: str
    ) -> None:
        def speak(*words: object) -> Ran:
            return perf(*words, encoding=encoding, PERF_LANG=language)

        assert speak("--help").code == 0
        ran = speak("score", OPERATIONS, "-o", tmp_path / "r.xlsx")
        assert ran.code == 0
        ran = speak("score", OPERATIONS, "-o", tmp_path / "r.xlsx", "--force", "--json")
        assert len(json.loads(ran.out)["employees"]) == 18
        assert speak("score", "no.xlsx").code == 4

    @pytest.mark.parametrize(("encoding", "language"), [("ascii", "zh-Hant"), ("gbk", "en")])
    def test_so_it_does_where_the_process_has_such_streams(self, encoding: str, language: str) -> None:
        variables = {**os.environ, "PERF_LANG": language, "PYTHONIOENCODING": encoding}
        command = [sys.executable, "-m", "perfcli", "score", "no.xlsx"]
        done = subprocess.run(command, env=variables, capture_output=True, check=False, timeout=60)
        ran = Ran(done.returncode, done.stdout, done.stderr, encoding)
        assert ran.code == 4
        assert "no-such-file" in ran.err

    def test_an_ascii_console_is_spoken_to_in_english_unless_told_otherwise(self) -> None:
        assert "Commands" in perf("--help", encoding="ascii", PERF_LANG="", LANG="zh_TW").out

    @pytest.mark.parametrize(
        ("variables", "word"),
        [
            ({"LANG": "zh_TW.UTF-8"}, "命令"),
            ({"LANG": "zh_CN.UTF-8"}, "规则"),
            ({"LANG": "en_US.UTF-8"}, "Commands"),
            ({"LANG": "C.UTF-8"}, "命令"),
            ({"LANG": "en_US.UTF-8", "PERF_LANG": "zh-Hans"}, "规则"),
        ],
    )
    def test_the_language_follows_the_environment(self, variables: dict[str, str], word: str) -> None:
        environment = {"PERF_LANG": "", "LC_ALL": "", "LC_MESSAGES": "", **variables}
        assert word in perf("--help", folder=None, encoding="utf-8", **environment).out

    def test_the_policy_s_language_comes_before_the_computer_s(self, tmp_path: Path) -> None:
        perf("init", tmp_path, "--no-examples")
        policy = tmp_path / "rubrics" / "policy.yaml"
        policy.write_text("language: zh-Hans\n" + policy.read_text("utf-8"), "utf-8")
        assert "规则" in perf("--help", folder=tmp_path, PERF_LANG="", LC_ALL="en_US.UTF-8").out


def test_the_language_option_may_stand_before_or_after_the_command() -> None:
    assert "權重" in perf("--lang", "zh-Hant", "rubric", "show", "operations").out
    assert "权重" in perf("rubric", "show", "operations", "--lang", "zh-Hans").out


def test_version_and_module() -> None:
    assert perf("--version").out.startswith("perf 0.")


def test_rubric_commands() -> None:
    assert "customer-service" in perf("rubric", "list").out
    assert "Sales revenue" in perf("rubric", "show", "運營").out
    assert json.loads(perf("rubric", "show", "operations", "--json").out)["team"] == "operations"
    checked = perf("rubric", "check")
    assert checked.code == 0
    assert "policy.yaml:" in checked.err
    assert set(json.loads(perf("rubric", "schema").out)) == {"policy", "rubric", "cycle", "calendar"}


def test_a_fault_of_our_own_tells_nothing_of_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("the score of Invented Person is 55")

    monkeypatch.setattr("perfcli.cli.rules.load_rules", fail)
    assert run(["rubric", "list", "--lang", "en"]) == 70
    said = capsys.readouterr()
    assert "a fault of perf itself" in said.err
    assert "RuntimeError" in said.err
    assert "Invented Person" not in said.out + said.err


def test_an_interrupted_run_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("perfcli.cli.rules.load_rules", interrupt)
    assert run(["rubric", "list", "--lang", "en"]) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_completion_knows_commands_in_the_reader_s_language() -> None:
    asked = {"_PERF_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "perf sc"}
    said = perf(folder=None, encoding="utf-8", **asked).out
    assert "score" in said
    assert "ranks" in said
    assert "help.command" not in said


def test_progress_and_colours_stay_out_of_pipes(tmp_path: Path) -> None:
    ran = perf("score", OPERATIONS, "-o", tmp_path / "r.xlsx")
    assert "\x1b" not in ran.out + ran.err
    assert ran.err == "Rules: rubrics\n"


def test_progress_is_a_bar_for_each_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    console = Console(file=stream, force_terminal=True, width=80)
    monkeypatch.setattr(output, "_console", lambda **_: console)
    with Output(Language.ENGLISH).progress("reading") as tell:
        tell("reading", 1, 2)
        tell("writing", 5, 10, "sheet [b].xlsx")
    for word in ("Reading files…", "sheet [b].xlsx", "Writing…", "5/10"):
        assert word in stream.getvalue()
    quiet = StringIO()
    console.file = quiet
    with Output(Language.ENGLISH, quiet=True).progress("reading") as tell:
        tell("reading", 1, 2)
    assert quiet.getvalue() == ""


def test_results_as_flat_tables_need_no_workbook(tmp_path: Path) -> None:
    tables = ("--csv", "r.csv", "--parquet", "r.parquet")
    ran = perf("score", OPERATIONS, *tables, "--quiet", folder=tmp_path)
    assert ran.code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.parquet"]
    assert perf("score", OPERATIONS, *tables, folder=tmp_path).code == 4
    again = perf("score", OPERATIONS, *tables, "-o", "r.xlsx", "--force", folder=tmp_path)
    assert again.code == 0
    assert (tmp_path / "r.xlsx").exists()
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as stream:
        people = list(csv.DictReader(stream))
    assert len(people) == 18
    assert people[0]["rank"] == "1"


def test_more_people_than_a_worksheet_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(long_tables, "MOST_ROWS", 17)
    command = ["score", str(OPERATIONS), "--lang", "en", "-o", str(tmp_path / "r.xlsx")]
    assert run(command) == 2
    assert "too-many-for-a-workbook" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert run([*command[:-2], "--csv", str(tmp_path / "r.csv")]) == 0


def test_many_workbooks_stay_in_their_order(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02d}.xlsx" for number in range(12)]
    for number, path in enumerate(paths):
        write_workbook(path, {"sheet": [[number]]})
    told: list[tuple[str, int, int, str]] = []

    def tell(phase: str, done: int = 0, total: int = 0, file: str = "") -> None:
        told.append((phase, done, total, file))

    books = pipeline.read_books(paths, None, tell)
    assert [book.path for book in books] == paths
    assert told == [("reading", done, 12, f"{done:02d}.xlsx") for done in range(12)]
    with pytest.raises(FileError) as refused:
        pipeline.read_books([paths[0], tmp_path / "a.xlsx", paths[1], tmp_path / "b.xlsx"])
    assert [found.place.file for found in refused.value.findings] == [
        str(tmp_path / "a.xlsx"),
        str(tmp_path / "b.xlsx"),
    ]


def test_a_workbook_may_be_of_two_kinds_but_not_twice_of_one(tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    path.write_bytes(OPERATIONS.read_bytes())
    sheets, rosters = pipeline.read_groups([[path], [path]])
    assert [book.name for book in (*sheets, *rosters)] == ["one.xlsx", "one.xlsx"]
    with pytest.raises(UsageError) as refused:
        pipeline.read_groups([[], [path, tmp_path / "." / "one.xlsx"]])
    assert refused.value.findings[0].code == "same-file-twice"


def test_two_workbooks_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        filled_copy(tmp_path / folder, F8=None, I8=50 if folder == "a" else 60)
    ran = perf("check", "a/sheet.xlsx", "b/sheet.xlsx", folder=tmp_path)
    assert ran.code == 1
    assert "a/sheet.xlsx > " in ran.err
    assert "b/sheet.xlsx > " in ran.err


def test_a_column_that_counts_for_another_team_is_remarked(tmp_path: Path) -> None:
    ran = perf("check", filled_copy(tmp_path, AG5="品牌曝光量", AG7=80))
    assert ran.code == 0
    assert "AG7  score-not-used" in ran.err


def test_an_error_cell_a_formula_without_a_number_and_a_blank_are_told_apart(tmp_path: Path) -> None:
    ran = perf("check", filled_copy(tmp_path, F8="=1+1", I9="#N/A", W10=None))
    assert ran.code == 1
    for cell, code in (("F8", "formula-not-calculated"), ("I9", "error-cell"), ("W10", "missing-score")):
        assert f"{cell}  {code}" in ran.err


def test_wildcards_are_written_out_where_the_shell_does_not(tmp_path: Path) -> None:
    for sheet in SHEETS:
        (tmp_path / sheet.name).write_bytes(sheet.read_bytes())
    (tmp_path / "~$operations.xlsx").write_bytes(b"lock")
    ran = perf("score", "*.xlsx", folder=tmp_path)
    assert ran.code == 0, ran.err
    assert (tmp_path / "2026-11.result.xlsx").exists()
    assert perf("score", "*.xlsx", "--force", folder=tmp_path).code == 0
    ran = perf("check", "operations.xlsx", "2026-11.result.xlsx", folder=tmp_path)
    assert "result-workbook" in ran.err
    assert perf("score", "no*.xlsx", folder=tmp_path).code == 4


def test_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    sheet = filled_copy(tmp_path, B7="[bold]Invented[/bold]", B8=":smile:", F9=None, B9="[red]Other")
    ran = perf("score", sheet, "--partial")
    assert ":smile:" in ran.out
    assert "[red]Other" in ran.err
    ran = perf("explain", tmp_path / "sheet.result.xlsx", "E001")
    assert "[bold]Invented[/bold]" in ran.out


def test_rubric_commands_know_the_calendar(tmp_path: Path) -> None:
    assert (
        "Mainland China (cn.yaml, version 2026-11-28); known until 2026-12-31" in perf("rubric", "list").out
    )
    shown = perf("rubric", "show", "calendar").out
    assert "2026-10-07   off      National Day" in shown
    assert "2026-10-10   worked   Makes up for 2026-10-07" in shown
    days = json.loads(perf("rubric", "show", "calendar", "--json").out)["days"]
    assert {"day": "2026-10-10", "working": True, "name": "Makes up for 2026-10-07"} in days
    perf("init", tmp_path, "--no-examples")
    assert {path.name for path in (tmp_path / "rubrics" / "calendars").iterdir()} == {"cn.yaml", "tw.yaml"}
    own = tmp_path / "rubrics" / "calendars" / "cn.yaml"
    own.write_text("days_off: {2026-10-07: 1}\n", "utf-8")
    ran = perf("rubric", "check", tmp_path / "rubrics")
    assert ran.code == 3
    assert "cn.yaml:1 > days_off.2026-10-07" in ran.err
