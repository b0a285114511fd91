"""People across sheets: who is who, who stands there twice, and what a roster tells."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfcli
from perfcli.errors import DataError
from perfcli.files.cells import Cell, Percent, Unread
from perfcli.files.reader import Book, Grid, Row
from perfcli.findings import Finding
from perfcli.people.identifiers import id_oddity, letters_and_number, name_oddity, same_name, shape
from perfcli.people.roster import Roster, read_roster
from perfcli.pipelines.score import Request, score
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets import roster_checks
from perfcli.sheets.reading import Chosen
from perfcli.sheets.score_sheets import ScoreSheets, read_score_sheets
from perfcli.text import Language, Wording
from support.command import perf
from support.companies import small_company
from support.sheets import Rows, write_workbook

SALES: list[Cell] = ["工號", "姓名", "部門", "銷售額", "毛利率", "協作配合度"]
CARE: list[Cell] = ["工號", "姓名", "部門", "客戶滿意度", "協作配合度"]
SCORES: Mapping[str, Sequence[Cell]] = {"sales": (90.0, 70.0), "care": (70.0,)}
HEADER: Rows = [SALES]
LISTED: Rows = [["工號", "姓名", "團隊", "部門", "離職日期"]]


def book(name: str, **sheets: Rows) -> Book:
    """A workbook as it was read."""
    grids = []
    for sheet, rows in sheets.items():
        width = max(map(len, rows))
        grids.append(Grid(sheet, [cast("Row", [*row, *[None] * (width - len(row))]) for row in rows]))
    return Book(name, Path(name), b"", name, grids)


def roster_of(rows: Rows, rules: Ruleset) -> Roster:
    return read_roster(book("roster.xlsx", 名冊=[*LISTED, *rows]), rules.rubrics)


def read(rows: Rows, rules: Ruleset, roster: Rows | None = None, period: str = "2026-11") -> ScoreSheets:
    """One sheet of the team 銷售, and the rows of a roster."""
    chosen = Chosen("", period, roster=None if roster is None else roster_of(roster, rules))
    return read_score_sheets([book("sheet.xlsx", 銷售=[*HEADER, *rows])], rules, chosen)


def codes(findings: Sequence[Finding]) -> list[str]:
    return sorted(found.code for found in findings)


class TestIds:
    @pytest.mark.parametrize(
        ("cell", "oddity"),
        [
            (Unread("error-cell", "#N/A"), "error"),
            (Unread("formula-not-calculated", "=A9"), "not-calculated"),
            (Percent(7.0), "number"),
            (float("nan"), "number"),
            (float("inf"), "lost-digits"),
            (-1e15, "lost-digits"),
            ("12E+5", None),
            ("1E10", None),
            ("E0\r\n01", "lines"),
            ("E001\n", None),
            ("無", None),
            ("__", "no-word"),
            ("#REF!", "error"),
            ("#5", None),
        ],
    )
    def test_what_is_no_id_is_told_apart(self, cell: Cell, oddity: str | None) -> None:
        assert id_oddity(cell) == oddity

    @pytest.mark.parametrize("cell", [Unread("error-cell", "#N/A"), 0, 7.5, True, "#N/A", "####"])
    def test_what_is_no_name_is_told_apart(self, cell: Cell) -> None:
        assert name_oddity(cell) is not None

    @pytest.mark.parametrize("name", ["陳一", "Max", "C# Li", "#1", None, "", " "])
    def test_names_are_texts(self, name: Cell) -> None:
        assert name_oddity(name) is None

    @pytest.mark.parametrize(
        ("some", "other", "alike"),
        [
            ("7", "007", True),
            ("e7", "e007", True),
            ("e-007", "e7", True),
            ("a01b2", "a1b002", True),
            ("e7", "k7", False),
            ("e70", "e7", False),
            ("100", "1", False),
            ("1-23", "12-3", False),
            ("0", "00", True),
        ],
    )
    def test_zeros_in_front_are_no_difference_of_shape(self, some: str, other: str, *, alike: bool) -> None:
        assert (shape(some) == shape(other)) is alike

    def test_letters_and_number_are_told_apart(self) -> None:
        assert letters_and_number("e-007") == ("e", "7")
        assert letters_and_number("007") == ("", "7")
        assert letters_and_number("7e") == letters_and_number("") == ("", "")

    def test_a_name_may_be_spelt_in_several_ways(self) -> None:
        assert same_name("李 明", "李明")
        assert same_name("陳一", "陈　一")
        assert not same_name("李明", "李鳴")

    def test_messages_name_nobody_by_what_is_no_id(self, small_rules: Ruleset) -> None:
        sheets = read([[True, "陳一", "華東", 80.0, "good", 70.0]], small_rules)
        told = next(found for found in sheets.findings if found.code == "not-a-number")
        assert told.message(Wording(Language.ENGLISH)).startswith("“good”, given to 陳一 for")
        assert sheets.rejected["employee_id"].tolist() == [""]


class TestDuplicates:
    def test_every_row_is_told_of_the_others(self, small_rules: Ruleset) -> None:
        rows: Rows = [["E1", "陳一", "華東", 80.0, 90.0, 70.0] for _ in range(3)]
        found = read(rows, small_rules).findings
        assert codes(found) == ["duplicate-employee"] * 3
        assert dict(found[1].values)["others"] == ["sheet.xlsx > 銷售 > A2", "sheet.xlsx > 銷售 > A4"]

    def test_many_are_counted(self, small_rules: Ruleset) -> None:
        rows: Rows = [["E1", "陳一", "華東", 80.0, 90.0, 70.0] for _ in range(40)]
        told = read(rows, small_rules).findings
        assert len(told) == 40
        assert told[-1].message(Wording(Language.ENGLISH)).endswith("A11, 29 more.")
        assert "、另有 29 處" in told[0].message(Wording(Language.TRADITIONAL))


class TestAlike:
    """Ids that may be one person's, where there is no roster to tell."""

    def told(self, rules: Ruleset, *people: tuple[str, str]) -> dict[str, tuple[str, str, str]]:
        """What is told of each id: severity, code, who else."""
        rows: Rows = [[identifier, name, "", 80.0, 90.0, 70.0] for identifier, name in people]
        told = {}
        for one in read(rows, rules).findings:
            values = dict(one.values)
            others = " ".join(map(str, cast("list[object]", values.get("others") or values["employees"])))
            who = str(values.get("employee") or values["name"]).split()[0]
            told[who] = (str(one.severity), one.code, others)
        return told

    def test_letters_that_differ_are_two_people(self, small_rules: Ruleset) -> None:
        told = self.told(small_rules, ("E7", "陳一"), ("K7", "陳一"), ("5", "張三"))
        assert {code for _, code, _ in told.values()} == {"same-name"}

    def test_the_likelier_are_named(self, small_rules: Ruleset) -> None:
        told = self.told(small_rules, ("007", "陳一"), ("7", "陳一"), ("0007", "林二"))
        assert told["007"] == ("error", "ids-alike", "7 陳一 sheet.xlsx > 銷售 > A3")
        assert told["0007"][:2] == ("warning", "ids-alike")

    @pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
    def test_an_id_with_two_names_is_as_likely_in_any_order(
        self, order: tuple[int, ...], small_rules: Ruleset
    ) -> None:
        people = [("007", "林二"), ("007", "陳一"), ("7", "陳一")]
        severity, code, _ = self.told(small_rules, *(people[place] for place in order))["7"]
        assert (severity, code) == ("warning", "ids-alike")


class TestProposals:
    """Who of the roster may be meant by one who is not on it."""

    LISTED = (("007", "陳一", "銷售"), ("E21", "李佳穎", "銷售"), ("K21", "李佳穎穎", "客服"))

    def near(self, rules: Ruleset, *people: tuple[str, str], more: Rows = ()) -> list[object]:
        rows: Rows = [[identifier, name, "", 80.0, 90.0, 70.0] for identifier, name in people]
        roster: Rows = [*([*one, "", None] for one in self.LISTED), *more]
        found = [one for one in read(rows, rules, roster).findings if one.code == "not-on-the-roster"]
        return [dict(one.values)["near"] for one in found]

    def test_an_id_that_is_alike_though_the_name_differs(self, small_rules: Ruleset) -> None:
        assert self.near(small_rules, ("7", "林二")) == ["007 陳一"]

    def test_not_where_somebody_else_has_the_id(self, small_rules: Ruleset) -> None:
        assert self.near(small_rules, ("7", "林二"), ("007", "陳一")) == [""]

    def test_an_id_that_is_there_in_both_ways(self, small_rules: Ruleset) -> None:
        assert self.near(small_rules, ("7", "陳一"), ("007", "陳一")) == ["007 陳一"]

    def test_one_who_is_spelt_nearly_so_in_the_team(self, small_rules: Ruleset) -> None:
        assert self.near(small_rules, ("E2l", "李佳瑩")) == ["E21 李佳穎"]
        assert self.near(small_rules, ("K2l", "李佳穎瑩")) == [""]

    def test_nobody_where_two_are_as_likely(self, small_rules: Ruleset) -> None:
        more: Rows = [["E31", "王佳穎", "銷售", "", None], ["E32", "王佳穎", "銷售", "", None]]
        assert self.near(small_rules, ("E33", "王佳瑩"), more=more) == [""]

    def test_what_is_too_long_is_not_compared(
        self, small_rules: Ruleset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(roster_checks, "SequenceMatcher", None)
        assert self.near(small_rules, ("E2l" * 20, "李佳瑩" * 20)) == [""]


class TestRoster:
    def test_may_know_no_teams(self, small_rules: Ruleset) -> None:
        """Then a name is looked for among all, and nobody knows who is missing."""
        listed: Rows = [["E1", "陳一", None, "華東", None], ["E2", "林二", None, "華南", None]]
        sheets = read([[None, "陳一", "華東", 80.0, 90.0, 70.0]], small_rules, listed)
        assert sheets.employees["employee_id"].tolist() == ["E1"]
        assert codes(sheets.findings) == ["id-from-roster", "nobody-in-team"]

    def test_of_another_team_gives_no_id_and_is_proposed(self, small_rules: Ruleset) -> None:
        listed: Rows = [["K1", "陳一", "客服", "華東", None], ["E2", "林二", "銷售", "華東", None]]
        sheets = read([[None, "陳一", "華東", 80.0, 90.0, 70.0]], small_rules, listed)
        assert sheets.employees.empty
        told = next(found for found in sheets.findings if found.code == "not-on-the-roster")
        assert dict(told.values)["near"] == "K1 陳一"

    def test_without_a_period_expects_those_who_have_not_left(self, small_rules: Ruleset) -> None:
        listed: Rows = [["E1", "陳一", "銷售", "", None], ["E2", "林二", "銷售", "", "2026-10-31"]]
        rows: Rows = [["E1", "陳一", "", 80.0, 90.0, 70.0]]
        assert codes(read(rows, small_rules, listed, period="").findings) == ["missing-period"]
        left: Rows = [["E2", "林二", "", 80.0, 90.0, 70.0]]
        found = read(left, small_rules, listed, period="").findings
        assert codes(found) == ["missing-from-sheets", "missing-period"]

    def test_takes_the_period_from_the_sheets(self, small_rules: Ruleset) -> None:
        listed: Rows = [["E1", "陳一", "銷售", "", None], ["E2", "林二", "銷售", "", "2026-10-31"]]
        rows: Rows = [["2026年10月考核表"], *HEADER, ["E1", "陳一", "", 80.0, 90.0, 70.0]]
        chosen = Chosen(roster=roster_of(listed, small_rules))
        found = read_score_sheets([book("sheet.xlsx", 銷售=rows)], small_rules, chosen).findings
        assert codes(found) == ["missing-from-sheets", "period-from-title"]

    def test_is_not_held_against_a_sheet_that_nobody_filled_in(self, small_rules: Ruleset) -> None:
        listed: Rows = [["E1", "陳一", "銷售", "", None]]
        rows: Rows = [["E1", "林二", "", None, None, None], ["E9", "張三", "", None, None, None]]
        assert codes(read(rows, small_rules, listed).findings) == ["nothing-filled-in"]
        blank: Rows = [[7.5, None, "", None, None, None]]
        assert codes(read(blank, small_rules).findings) == ["nothing-filled-in"]

    def test_of_people_with_a_form_each(self, small_rules: Ruleset) -> None:
        """A form has cells of its own for name and id, and is told by its sheet."""
        scores: Rows = [["指標", "得分"], ["銷售額", 80.0], ["毛利率", 90.0], ["協作配合度", 70.0]]
        forms: dict[str, Rows] = {
            "甲": [["姓名", "陳一"], *scores],
            "乙": [["姓名", "林二"], ["工號", "e 2"], *scores],
            "丙": [["姓名", "張四"], *scores],
        }
        listed: Rows = [["E1", "陳一", "銷售", "", None], ["E2", "林二", "銷售", "", None]]
        chosen = Chosen("", "2026-11", roster=roster_of(listed, small_rules))
        sheets = read_score_sheets([book("forms.xlsx", **forms)], small_rules, chosen)
        assert sorted(sheets.employees["employee_id"]) == ["E1", "e 2"]
        places = {one.code: f"{one.place.sheet} {one.place.cell}" for one in sheets.findings}
        assert places == {"id-from-roster": "甲 B1", "not-on-the-roster": "丙 B1"}
        told = read_score_sheets(
            [book("forms.xlsx", 甲=forms["甲"])], small_rules, Chosen("", "2026-11")
        ).findings
        assert [(one.code, one.place.cell) for one in told] == [("missing-employee-id", "B1")]

    def test_departments_that_are_merged_down_count_for_each_row(self, small_rules: Ruleset) -> None:
        rows: list[list[Cell]] = [["工號", "姓名", "團隊"], ["E1", "陳一", "銷售"], ["E2", "林二", None]]
        grid = Grid("名冊", rows, merges=[(1, 2, 2, 2)])
        roster = read_roster(Book("r.xlsx", Path("r"), b"", "", [grid]), small_rules.rubrics)
        assert roster.frame["team"].tolist() == ["sales", "sales"]

    def test_proposals_are_asked_for_only_so_often(
        self, small_rules: Ruleset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What takes long is done a bounded number of times, be the sheets ever so large."""
        compared = Counter[str]()

        class Matcher:
            def __init__(self, _junk: None, some: str, other: str, *, autojunk: bool) -> None:
                assert not autojunk
                compared["times"] += 1
                compared["longest"] = max(compared["longest"], len(some), len(other))

            def ratio(self) -> float:
                return 0.0

        monkeypatch.setattr(roster_checks, "SequenceMatcher", Matcher)
        listed: Rows = [[f"E{n}", f"員工{n}", "銷售", "", None] for n in range(2000)]
        strange: Rows = [[f"X{n}y", f"外人{n}", "", 80.0, 90.0, 70.0] for n in range(2000)]
        long: Rows = [["長" * 30_000, "名" * 30_000, "", 80.0, 90.0, 70.0]]
        assert codes(read([*strange, *long], small_rules, listed).findings).count("not-on-the-roster") == 2001
        assert 0 < compared["times"] <= 2 * 50 * 300
        assert compared["longest"] <= 50

    @pytest.mark.parametrize("step", [1, -1])
    def test_lists_are_in_the_order_of_the_ids(self, step: int, small_rules: Ruleset) -> None:
        listed: Rows = [
            *(["E1", "陳一", "銷售", "華東", "2026-10-31"], ["E2", "林二", "銷售", "華東", "2026-10-31"]),
            *(["E3", "張三", "銷售", "", None], ["E4", "李四", "銷售", "", None]),
            *(["E5", "王五", "銷售", "", None], ["E6", "王五", "銷售", "", None]),
        ]
        rows: Rows = [
            *(["E1", "陳一", "華南", 80.0, 90.0, 70.0], ["E2", "林二", "華南", 80.0, 90.0, 70.0]),
            *([None, "張三", "", 80.0, 90.0, 70.0], [None, "李四", "", 80.0, 90.0, 70.0]),
            [None, "王五", "", 80.0, 90.0, 70.0],
        ]
        found = {
            one.code: dict(one.values) for one in read(rows[::step], small_rules, listed[::step]).findings
        }
        assert (
            found["team-differs"]["employees"]
            == found["not-in-period"]["employees"]
            == ["E1 陳一", "E2 林二"]
        )
        assert found["id-from-roster"]["employees"] == ["張三 → E3", "李四 → E4"]
        assert found["ambiguous-name"]["candidates"] == ["E5 王五", "E6 王五"]
        assert found["missing-from-sheets"]["employees"] == ["E5 王五", "E6 王五"]

    def test_long_lists_are_cut_and_counted(self, small_rules: Ruleset) -> None:
        listed: Rows = [[f"E{n:03}", f"員工{n}", "銷售", "", None] for n in range(200)]
        sheets = read([["E000", "員工0", "", 80.0, 90.0, 70.0]], small_rules, listed)
        (told,) = sheets.findings
        assert told.message(Wording(Language.ENGLISH)).endswith("E050 員工50, 149 more.")

    def test_what_nobody_will_read_is_counted(self, small_rules: Ruleset) -> None:
        listed: Rows = [["E1", "陳一", "銷售", "", None]]
        rows: Rows = [[f"X{n}", "陳一", "", 80.0, 90.0, 70.0] for n in range(7000)]
        sheets = read(rows, small_rules, listed)
        assert sheets.employees.empty
        assert len(sheets.findings) < 5100
        assert "more-findings" in codes(sheets.findings)
        nameless: Rows = [[None, "陳一", "", 80.0, 90.0, 70.0] for n in range(7000)]
        assert len(read(nameless, small_rules).findings) < 5100


COMPANY: Sequence[tuple[str, str, str, str | None]] = [
    ("E1", "陳一", "sales", None),
    ("E2", "林二", "sales", None),
    ("E3", "林二", "sales", None),
    ("007", "張三", "sales", None),
    ("E5", "李佳穎", "sales", None),
    ("E6", "王五", "sales", "2026-10-31"),
    ("E8", "孫七", "sales", "2026-10-31"),
    ("K1", "陳一", "care", None),
    ("K2", "趙六", "care", None),
]
IDS = st.sampled_from(
    ["E1", "ｅ１", "e 2", "E3", "E6", "E8", "7", "007", "E007", 7.0, 7.5, "E9", "K1", None, "-", "#N/A"]
)
NAMES = st.sampled_from(["陳一", "陈　一", "林二", "張三", "李佳瑩", "王五", "趙六", None, None, 12.0])
PLACES = st.sampled_from(["", "華東"])
ROWS = st.lists(st.tuples(st.sampled_from(["sales", "care"]), IDS, NAMES, PLACES), min_size=1, max_size=12)


@given(people=ROWS, order=st.randoms(use_true_random=False), with_roster=st.booleans())
def test_the_order_of_rows_sheets_files_and_roster_changes_nothing(
    people: list[tuple[str, Cell, Cell, str]], order: Any, small_rules: Ruleset, *, with_roster: bool
) -> None:
    listed: list[list[Cell]] = [[one, name, team, "華南", left] for one, name, team, left in COMPANY]
    outcomes = []
    for turn in range(3):
        numbered = list(enumerate(people))
        teams = ["sales", "care"]
        if turn:
            for things in (numbered, listed, teams):
                order.shuffle(things)
        sheets: dict[str, list[list[Cell]]] = {"sales": [SALES], "care": [CARE]}
        for number, (team, identifier, name, place) in numbered:
            sheets[team].append([identifier, name, place, 60.0 + number, *SCORES[team]])
        books = [book(f"{place}.xlsx", **{team: sheets[team]}) for place, team in enumerate(teams)]
        order.shuffle(books)
        roster = roster_of(listed, small_rules) if with_roster else None
        outcomes.append(outcome(read_score_sheets(books, small_rules, Chosen("", "2026-11", roster=roster))))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def outcome(sheets: ScoreSheets) -> tuple[object, ...]:
    """Who is scored with what, who is not, and the findings, without the places that an order changes."""
    employees = sheets.employees.reindex(sorted(sheets.employees.columns), axis=1)
    scored = sorted(map(str, employees.replace(np.nan, None).to_numpy().tolist()))
    found = sorted((one.severity, one.code, str(anywhere(dict(one.values)))) for one in sheets.findings)
    return scored, sorted(sheets.rejected[["employee_id", "name"]].to_numpy().tolist()), found


def anywhere(values: dict[str, Any]) -> dict[str, object]:
    """The values of a finding; people who are listed with their places, without these and in one order."""
    lists = {key: list(map(str, value)) for key, value in values.items() if isinstance(value, list)}
    placed = {key: value for key, value in lists.items() if any(".xlsx" in one for one in value)}
    return values | {
        key: sorted(re.sub(r" ?\d\.xlsx.*", "", one) for one in some) for key, some in placed.items()
    }


NAMED: Rows = [["姓名", "銷售額", "毛利率", "協作配合度"], ["陳一", 80, 90, 70], ["林二", 81, 90, 70]]
ROSTER: Rows = [["工號", "姓名", "團隊"], ["007", "陳一", "銷售"], ["E2", "林二", "銷售"]]


class TestCommands:
    def files(self, folder: Path) -> tuple[Path, Path, Path]:
        sheet = write_workbook(folder / "sheet.xlsx", {"銷售": NAMED})
        return (
            sheet,
            write_workbook(folder / "roster.xlsx", {"名冊": ROSTER}),
            small_company(folder / "r"),
        )

    def test_a_sheet_of_names_can_be_scored(self, tmp_path: Path) -> None:
        sheet, roster, rubrics = self.files(tmp_path)
        with pytest.raises(DataError):
            perfcli.score(sheet, period="2026-11", rubrics=rubrics)
        results = perfcli.score(sheet, period="2026-11", rubrics=rubrics, roster=roster)
        assert sorted(results.frame["employee_id"]) == ["007", "E2"]
        assert codes(results.findings) == ["id-from-roster"]

    def test_the_roster_is_an_input_of_the_result(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheet, roster, _ = self.files(tmp_path)
        results = score(Request([sheet], period="2026-11", roster=roster), small_rules)
        assert [one.name for one in results.inputs] == ["roster.xlsx", "sheet.xlsx"]

    def test_an_error_of_the_roster_stops_the_run(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheet = write_workbook(tmp_path / "sheet.xlsx", {"銷售": [*HEADER, ["E1", "陳一", "", 80, 90, 70]]})
        roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": [["部門", "人數"]]})
        with pytest.raises(DataError) as caught:
            score(Request([sheet], period="2026-11", roster=roster), small_rules)
        assert codes(caught.value.findings) == ["no-roster-table"]
        request = Request([sheet], period="2026-11", partial=True, roster=roster)
        assert score(request, small_rules).frame["employee_id"].tolist() == ["E1"]

    def test_check_and_score_take_it(self, tmp_path: Path) -> None:
        sheet, roster, rubrics = self.files(tmp_path)
        options = ("--roster", roster, "--period", "2026-11", "--rubrics", rubrics)
        checked = perf("check", sheet, *options, PERF_LANG="zh-Hant")
        assert checked.code == 0
        assert "按姓名從名冊補上（2 人）：陳一 → 007、林二 → E2" in checked.err
        ran = perf("score", sheet, *options, "-o", tmp_path / "r.xlsx", "--json")
        assert ran.code == 0
        record = json.loads(ran.out)
        assert {one["employee_id"] for one in record["employees"]} == {"007", "E2"}
        assert [one["code"] for one in record["findings"]] == ["id-from-roster"]

    def test_the_roster_is_never_written_over(self, tmp_path: Path) -> None:
        sheet, roster, rubrics = self.files(tmp_path)
        before = roster.read_bytes()
        ran = perf("score", sheet, "--roster", roster, "--rubrics", rubrics, "-o", roster, "--force")
        assert ran.code == 4
        assert roster.read_bytes() == before
