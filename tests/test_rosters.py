"""Rosters as systems of personnel export them: where their columns stand, and what is not read of them."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from perfcli.cli.main import run
from perfcli.files.reader import read_book
from perfcli.folding import fold
from perfcli.people.columns import COLUMNS, Holds, PersonColumn
from perfcli.people.employment import Employment, read_employment
from perfcli.people.nobody import is_nobody, is_nobodys_id
from perfcli.people.roster import NOTHING_SAID, Roster, Said, read_roster
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Language, Wording
from perfcli.workbooks.templates.roster import roster_template_workbook
from support.companies import small_company
from support.sheets import Rows, write_workbook

HEADER = ["工號", "姓名", "團隊"]


def roster_of(folder: Path, rules: Ruleset, sheets: dict[str, Rows], said: Said = NOTHING_SAID) -> Roster:
    return read_roster(read_book(write_workbook(folder / "roster.xlsx", sheets)), rules.rubrics, said)


def employment_of(folder: Path, rules: Ruleset, rows: Rows, said: Said = NOTHING_SAID) -> Employment:
    return read_employment(
        read_book(write_workbook(folder / "roster.xlsx", {"名冊": rows})), rules.rubrics, said
    )


def told(roster: Roster | Employment) -> list[tuple[str, str | None, str | None]]:
    return [(found.code, found.place.sheet, found.place.cell) for found in roster.findings]


def ids(roster: Roster) -> list[str]:
    return [str(one) for one in roster.frame["employee_id"]]


class TestWhereTheListsAre:
    def test_every_sheet_is_read(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheets: dict[str, Rows] = {
            "一部": [HEADER, ["E1", "陳一", "銷售"], ["E2", "林二", "銷售"]],
            "二部": [["團隊", "姓名", "工號"], ["銷售", "黃三", "E3"]],
            "空": [],
        }
        roster = roster_of(tmp_path, small_rules, sheets)
        assert (ids(roster), told(roster)) == (["E1", "E2", "E3"], [])

    def test_nobody_may_stand_on_two_sheets(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheets: dict[str, Rows] = {"一部": [HEADER, ["E1", "陳一"]], "二部": [HEADER, ["e1", "陳一"]]}
        assert told(roster_of(tmp_path, small_rules, sheets)) == [("duplicate-employee", "二部", "A2")]

    def test_a_sheet_that_is_not_read_is_reported(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheets: dict[str, Rows] = {"說明": [["填寫說明"]], "名冊": [HEADER, ["E1", "陳一", "銷售"]]}
        assert told(roster_of(tmp_path, small_rules, sheets)) == [("list-not-read", "說明", None)]
        skipped = Said(skipped={fold("說明")})
        assert told(roster_of(tmp_path, small_rules, sheets, skipped)) == []

    def test_a_hidden_sheet_is_reported(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = write_workbook(
            tmp_path / "roster.xlsx", {"名冊": [HEADER, ["E1", "陳一", "銷售"]], "去年": [HEADER]}
        )
        book = openpyxl.load_workbook(path)
        book["去年"].sheet_state = "hidden"
        book.save(path)
        roster = read_roster(read_book(path), small_rules.rubrics)
        assert (ids(roster), told(roster)) == (["E1"], [("list-not-read", "去年", None)])

    def test_the_header_may_stand_lower_and_be_said_again(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [
            *([["本公司員工名冊"]] * 7),
            HEADER,
            ["E1", "陳一", "銷售"],
            ["二部"],
            ["姓名", "工號", "團隊"],
            ["林二", "E2", "銷售"],
        ]
        roster = roster_of(tmp_path, small_rules, {"名冊": rows})
        assert (ids(roster), told(roster)) == (["E1", "E2"], [("not-a-person", "名冊", "A10")])

    def test_a_header_may_be_merged_over_two_rows(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [
            ["工號", "姓名", "團隊", "日期", None],
            [None, None, None, "入職日期", "離職日期"],
            ["E1", "陳一", "銷售", "2026/11/3", None],
        ]
        path = write_workbook(tmp_path / "roster.xlsx", {"名冊": rows})
        book = openpyxl.load_workbook(path)
        for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
            book["名冊"].merge_cells(cells)
        book.save(path)
        roster = read_roster(read_book(path), small_rules.rubrics)
        assert told(roster) == []
        assert [str(day) for day in roster.frame["joined"]] == ["2026-11-03"]


class TestColumns:
    @pytest.mark.parametrize(
        ("column", "word"),
        [(column, word) for column in COLUMNS if column.holds is not Holds.PERIOD for word in column.words],
        ids=lambda one: one.key if isinstance(one, PersonColumn) else one,
    )
    def test_are_known_by_every_word(
        self, tmp_path: Path, small_rules: Ruleset, column: PersonColumn, word: str
    ) -> None:
        values = {
            Holds.DATE: "2026-11-03",
            Holds.AMOUNT: 5,
            Holds.DAYS: 5,
            Holds.ID: "E9",
            Holds.TEAM: "銷售",
        }
        base: dict[str, tuple[str, object]] = {"employee_id": ("工號", "E1"), "name": ("姓名", "陳一")}
        if column.key == "leave_until":
            base["leave_from"] = ("休假開始", "2026-11-02")
        base[column.key] = (word, values.get(column.holds, "某某"))
        rows: Rows = [[header for header, _ in base.values()], [value for _, value in base.values()]]
        employment = employment_of(tmp_path, small_rules, rows)
        assert told(employment) == []
        assert str(employment.frame[column.key].tolist()[0]) not in {"", "nan", "None"}

    @pytest.mark.parametrize(
        ("header", "near"),
        [
            ("部門係數", "部門"),
            ("獎金調整額", "獎金調整"),
            ("入職的日期", "入職日期"),
            ("考核月份", ""),
            ("性別", ""),
            ("血型", ""),
        ],
    )
    def test_that_are_not_read_are_reported_with_the_nearest(
        self, tmp_path: Path, small_rules: Ruleset, header: str, near: str
    ) -> None:
        rows: Rows = [[*HEADER, header], ["E1", "陳一", "銷售", 1.2]]
        roster = roster_of(tmp_path, small_rules, {"名冊": rows})
        assert told(roster) == [("columns-not-read", "名冊", "D1")]
        message = roster.findings[0].message(Wording(Language.TRADITIONAL))
        assert header in message
        assert (f"「{near}」" in message) if near else "最接近" not in message

    @pytest.mark.parametrize("header", ["病假天數", "年假", "Sick leave", "產假（天）", "曠工"])
    def test_of_leave_are_said_not_to_count(self, tmp_path: Path, small_rules: Ruleset, header: str) -> None:
        rows: Rows = [[*HEADER, header], ["E1", "陳一", "銷售", 2]]
        assert told(roster_of(tmp_path, small_rules, {"名冊": rows})) == [("leave-not-counted", "名冊", "D1")]

    def test_without_a_name_are_reported(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*HEADER, None], ["E1", "陳一", "銷售", 2]]
        assert told(roster_of(tmp_path, small_rules, {"名冊": rows})) == [("unnamed-column", "名冊", "D2")]

    def test_of_one_meaning_have_to_agree(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [[*HEADER, "入職日期", "到職日"], ["E1", "陳一", "銷售", "2026-11-03", "2026-11-03"]]
        assert told(roster_of(tmp_path, small_rules, {"名冊": rows})) == []
        rows = [*rows, ["E2", "林二", "銷售", "2026-11-03", "2026-11-04"]]
        assert told(roster_of(tmp_path, small_rules, {"名冊": rows})) == [("columns-differ", "名冊", "E3")]
        said = Said({fold("到職日"): "ignore"})
        assert told(roster_of(tmp_path, small_rules, {"名冊": rows}, said)) == []

    def test_may_be_named_by_the_user(self, tmp_path: Path, small_rules: Ruleset) -> None:
        said = Said(
            {fold("代碼"): "employee_id", fold("稱呼"): "name", fold("起"): "joined", fold("x"): "left"}
        )
        rows: Rows = [["代碼", "稱呼", "起"], ["E1", "陳一", "2026-11-03"]]
        roster = roster_of(tmp_path, small_rules, {"名冊": rows}, said)
        assert (ids(roster), told(roster)) == (["E1"], [])
        assert roster.used == {fold("代碼"), fold("稱呼"), fold("起")}


class TestWho:
    @pytest.mark.parametrize(
        "first",
        [
            *("E001 汇总", "E001 Average", "共1人", "汇总", "銷售團隊 汇总", "East Total", "Grand Count"),
            *(
                "合計：3",
                "總人數",
                "第 1 頁",
                "Page 1 of 2",
                "計數",
                "彙總",
                "求和",
                "E001 StdDev",
                "一部 平均值",
            ),
        ],
    )
    @pytest.mark.parametrize("column", ["id", "department"])
    def test_a_total_is_nobody(self, tmp_path: Path, small_rules: Ruleset, first: str, column: str) -> None:
        total = [first, None, None, 3000] if column == "id" else [None, None, first, 3000]
        rows: Rows = [["工號", "姓名", "部門", "獎金基數"], ["E1", "陳一", "銷售", 3000], total]
        employment = employment_of(tmp_path, small_rules, rows)
        assert employment.frame["employee_id"].tolist() == ["E1"]
        assert told(employment) == [("not-a-person", "名冊", "A3" if column == "id" else "C3")]

    @pytest.mark.parametrize("name", ["Kim Min", "Jean Max", "An Sum", "Max", "王總", "張平"])
    def test_people_keep_their_names(self, tmp_path: Path, small_rules: Ruleset, name: str) -> None:
        roster = roster_of(tmp_path, small_rules, {"名冊": [HEADER, ["E1", name, "銷售"]]})
        assert (ids(roster), told(roster)) == (["E1"], [])

    @pytest.mark.parametrize("text", ["E001", "SUM01", "MAX-001", "人事01", "A-100", "COUNT1"])
    def test_ids_are_no_totals(self, text: str) -> None:
        assert not is_nobody(text)
        assert not is_nobodys_id(text)

    def test_a_row_with_numbers_and_nobody_is_an_error(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [["工號", "姓名", "獎金基數"], ["E1", "陳一", 3000], [None, None, 3000]]
        assert told(employment_of(tmp_path, small_rules, rows)) == [("nobody-in-row", "名冊", "A3")]

    def test_numbers_of_rows_are_no_remark(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [["序號", *HEADER], [1, "E1", "陳一", "銷售"], [2, None, None, None]]
        assert told(roster_of(tmp_path, small_rules, {"名冊": rows})) == [("columns-not-read", "名冊", "A1")]

    @pytest.mark.parametrize(
        "other", ["\u0415001", "E\u200b001", "\u0395001", "E001\u2010", "E\u202a001", "E\u2060001"]
    )
    def test_ids_that_look_alike_are_reported(self, tmp_path: Path, small_rules: Ruleset, other: str) -> None:
        first = "E001-" if "\u2010" in other else "E001"
        roster = roster_of(tmp_path, small_rules, {"名冊": [HEADER, [first, "陳一"], [other, "林二"]]})
        (found,) = roster.findings
        assert found.code in {"ids-look-alike", "duplicate-employee"}
        assert found.place.cell == "A3"


class TestTexts:
    def test_a_line_that_is_longer_than_the_header_is_an_error(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        path = tmp_path / "roster.csv"
        path.write_text("工號,姓名,獎金基數,月薪\nE1,陳一,8,000,9000\nE2,林二,8000,9000\n", encoding="utf-8")
        employment = read_employment(read_book(path), small_rules.rubrics)
        assert ("line-too-long", "roster", "E2") in told(employment)


class TestTheTemplate:
    @pytest.mark.parametrize("language", Language)
    def test_is_read_as_it_was_filled_in(
        self, tmp_path: Path, small_rules: Ruleset, language: Language
    ) -> None:
        wording = Wording(language)
        path = tmp_path / "roster.xlsx"
        path.write_bytes(roster_template_workbook(list(small_rules.rubrics.values()), wording))
        blank = read_employment(read_book(path), small_rules.rubrics)
        assert [found.code for found in blank.findings] == ["nobody-on-roster"]
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        values: dict[str, str | float | date] = {
            "employee_id": "007",
            "name": "陳一",
            "joined": date(2026, 11, 3),
            "bonus_base": 8000,
            "days_worked": 21,
            "team": "sales",
        }
        places = {str(cell.value): index for index, cell in enumerate(sheet[1], start=1)}
        for key, value in values.items():
            sheet.cell(2, places[wording(f"column.{key}")]).value = value
        book.save(path)
        filled = read_employment(read_book(path), small_rules.rubrics)
        assert filled.findings == ()
        row = filled.frame.iloc[0]
        assert [row["employee_id"], row["team"], str(row["joined"])] == ["007", "sales", "2026-11-03"]
        assert [row["bonus_base"], row["days_worked"]] == [8000, 21]

    def test_explains_every_column(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.xlsx"
        path.write_bytes(roster_template_workbook([], Wording(Language.ENGLISH)))
        listed, guide = openpyxl.load_workbook(path).worksheets[:2]
        columns = [cell.value for cell in listed[1]]
        assert columns == [row[0].value for row in guide.iter_rows(4)]
        assert len(columns) == sum(column.holds is not Holds.PERIOD for column in COLUMNS)
        assert all(row[1].value and row[2].value for row in guide.iter_rows(4))


LISTED: Rows = [
    ["工號", "姓名", "團隊", "到職日", "獎金基數", "部門係數"],
    ["E1", "陳一", "sales", "2026-11-03", 3000, 1.2],
    ["E2", "林二", "財務", "2026-12-01", 3000, 1.2],
]


class TestCommand:
    def perf(self, folder: Path, *words: str) -> int:
        rules = folder / "rubrics"
        if not rules.exists():
            small_company(rules)
        return run(["roster", *words, "--rubrics", str(rules), "--lang", "en"])

    def test_says_what_a_roster_is_good_for(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = str(write_workbook(tmp_path / "roster.xlsx", {"名冊": LISTED}))
        assert self.perf(tmp_path, "check", path, "--json") == 0
        report = json.loads(capsys.readouterr().out)
        assert report["teams"] == {"sales": 1, "": 1}
        assert report["columns"]["joined"] == ["名冊 D1"]
        assert report["missing"] == {"bonus": [["left", "days_worked"]], "raise": [["salary"]]}
        codes = {found["code"] for found in report["findings"]}
        assert codes == {"columns-not-read", "unknown-team"}
        assert self.perf(tmp_path, "check", path, "--period", "2026-11") == 0
        shown = capsys.readouterr().out
        assert "Left/Days worked" in shown
        assert "(in no team)" not in shown  # who joins in December is not there in November

    def test_knows_the_factors_of_the_policy(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        small_company(tmp_path / "rubrics")
        policy = tmp_path / "rubrics" / "policy.yaml"
        rules = yaml.safe_load(policy.read_text(encoding="utf-8"))
        rules["bonus"]["factors"] = [
            {"id": "department", "name": "部門係數", "column": "部門係數"},
            {"id": "personal", "name": {"zh-Hant": "個人係數", "en": "Own factor"}, "column": "個人係數"},
            {"id": "base", "name": "另一係數", "column": "獎金基數"},
        ]
        policy.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
        path = str(write_workbook(tmp_path / "roster.xlsx", {"名冊": LISTED}))
        assert self.perf(tmp_path, "check", path, "--json") == 0
        report = json.loads(capsys.readouterr().out)
        assert report["columns"]["factor.department"] == ["名冊 F1"]
        assert report["columns"]["bonus_base"] == ["名冊 E1"]  # a header of perf's own keeps its meaning
        assert report["missing"]["bonus"] == [["left", "days_worked"], ["factor.personal"], ["factor.base"]]
        assert {found["code"] for found in report["findings"]} == {"unknown-team"}
        assert self.perf(tmp_path, "check", path) == 0
        assert "Own factor" in " ".join(capsys.readouterr().out.split())
        drawn, blank = tmp_path / "roster.map.yaml", tmp_path / "blank.xlsx"
        assert run(["map", path, "-o", str(drawn), "--rubrics", str(policy.parent), "--lang", "en"]) == 0
        assert not drawn.exists()  # there is nothing to ask about
        assert self.perf(tmp_path, "template", "-o", str(blank)) == 0
        header = [cell.value for cell in openpyxl.load_workbook(blank).worksheets[0][1]]
        assert header[-3:-1] == ["部門係數", "個人係數"]

    def test_refuses_what_is_wrong(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rows = [*LISTED, ["E1", "黃三", "sales", "昨天", -1, None]]
        path = str(write_workbook(tmp_path / "roster.xlsx", {"名冊": rows}))
        assert self.perf(tmp_path, "check", path) == 1
        said = capsys.readouterr().err
        assert all(code in said for code in ("duplicate-employee", "not-a-date", "negative-amount"))

    def test_writes_a_blank_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        target = tmp_path / "blank.xlsx"
        assert self.perf(tmp_path, "template", "-o", str(target)) == 0
        assert self.perf(tmp_path, "template", "-o", str(target)) == 4
        assert self.perf(tmp_path, "check", str(target)) == 1
        assert "nobody-on-roster" in capsys.readouterr().err

    def test_a_map_says_what_headers_mean(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rows: Rows = [["工號", "姓名", "起", "部門係數"], ["E1", "陳一", "2026-11-03", 1.2]]
        path = str(write_workbook(tmp_path / "roster.xlsx", {"名冊": rows}))
        drawn = tmp_path / "roster.map.yaml"
        small_company(tmp_path / "rubrics")
        rules = ["--rubrics", str(tmp_path / "rubrics"), "--lang", "en"]
        assert run(["map", path, "-o", str(drawn), *rules]) == 0
        assert '"起"' in drawn.read_text(encoding="utf-8")
        assert '"部門係數": department' in drawn.read_text(encoding="utf-8")
        drawn.write_text("headers: {起: joined, 部門係數: ignore, 止: left}", encoding="utf-8")
        capsys.readouterr()
        assert self.perf(tmp_path, "check", path, "--map", str(drawn), "--json") == 0
        report = json.loads(capsys.readouterr().out)
        assert report["columns"]["joined"] == ["名冊 C1"]
        assert [found["code"] for found in report["findings"]] == ["unused-binding"]


class TestIdsAsTheyAreShown:
    @pytest.mark.parametrize(
        ("number", "number_format", "shown"),
        [
            (4, "00000", "00004"),
            (17, '"E"000', "E017"),
            (1234, "00-00", "12-34"),
            (123456, "00000", "123456"),
            (4, "0", "4"),
            (4, "General", "4"),
            (7, r"\E000", "E007"),
        ],
    )
    def test_of_a_number_format(
        self, tmp_path: Path, small_rules: Ruleset, number: int, number_format: str, shown: str
    ) -> None:
        path = write_workbook(tmp_path / "roster.xlsx", {"名冊": [HEADER, [number, "陳一", "銷售"]]})
        book = openpyxl.load_workbook(path)
        book["名冊"]["A2"].number_format = number_format
        book.save(path)
        roster = read_roster(read_book(path), small_rules.rubrics)
        assert (ids(roster), told(roster)) == ([shown], [])


NAMED = re.findall(
    r"^\| `(\w+)` \| ([^|]+) \| (\w+) \|$",
    (Path(__file__).parents[1] / "docs" / "rosters.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("key", "names", "holds"), NAMED)
def test_the_page_names_columns_as_they_are_known(key: str, names: str, holds: str) -> None:
    column = next(one for one in COLUMNS if one.key == key)
    assert column.holds is Holds[holds.upper()]
    assert {fold(name) for name in names.split(", ")} <= {fold(word) for word in column.words}


def test_the_page_has_columns() -> None:
    assert len(NAMED) > 10
