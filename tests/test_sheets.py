"""Score sheets: what is read from good ones, and what a user reads of bad ones."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from random import Random

import pandas as pd
import pytest
import xlsxwriter

from perfcli.errors import DataError, FileError, UsageError
from perfcli.files.reader import read_book
from perfcli.people.presence import present
from perfcli.people.roster import Roster, read_roster
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.layouts.tables import MOST_FINDINGS
from support.bad_files import FILE_CODES
from support.expectations import assert_findings
from support.sheets import Rows, employees_of, load_case, read_case, rules_of, write_workbook
from support.sources import finding_codes

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad_sheets").glob("*.yaml"), key=lambda path: path.name)
GOOD = sorted((HERE / "good_sheets").glob("*.yaml"), key=lambda path: path.name)

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)

HEADER = ["工號", "姓名", "銷售額", "毛利率", "協作配合度"]


@pytest.mark.parametrize("path", [*BAD, *GOOD], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_sheet_gives_these_employees_and_findings(path: Path, tmp_path: Path, small_rules: Ruleset) -> None:
    case = load_case(path)
    reading = read_case(case, tmp_path, small_rules)
    several = ("file",) if "workbooks" in case else ()
    assert_findings(reading.findings, case.get("findings", ()), "severity", "sheet", "cell", *several)
    assert employees_of(reading, rules_of(case, small_rules)) == case.get("employees", {})


def test_every_code_of_the_sheets_has_a_bad_sheet() -> None:
    rooms = ("files", "people", "sheets", "sealed")
    cases = [*BAD, *(HERE / "sheets").glob("*.yaml")]
    shown = {found["code"] for path in cases for found in load_case(path).get("findings", ())}
    roster = {"no-roster-table", "not-a-date", "unknown-team", "missing-employee-id", "duplicate-employee"}
    roster |= {"ids-look-alike", "columns-differ", "list-not-read", "nobody-in-row"}  # test_rosters.py
    roster |= {"not-a-roster", "roster-given"}  # test_messages.py
    results = {"cell-changed", "damaged-result", "newer-result", "not-a-result", "row-added", "row-missing"}
    results |= {"seal-broken", "table-missing"}
    preparation = {"left-blank", "other-kind", "no-record-table", "outside-period", "points-not-steps"}
    preparation |= {"points-not-used", "unknown-employee-id", "unknown-indicator", "not-in-plan"}
    preparation |= {"not-on-roster", "no-self-evaluation", "target-changed", "nothing-applies"}
    units = {
        "shown-as-percent",
        "percent-unclear",
        "taken-for-actual",
        "own-figures-differ",
    }  # test_own_figures.py
    units |= {"own-weights", "own-weights-of-many", "own-weights-unclear"}  # test_own_weights.py
    rollups = {"two-results", "missing-results", "missing-part", "missing-part-or-reason", "part-while-away"}
    rollups |= {"part-left-out", "part-not-asked-for", "nobody-s-team"}
    rollups |= {"identity-changed", "too-few-parts"}  # test_rollup.py
    roster |= {"leave-ends-before-it-begins", "leave-without-start"}  # test_presence.py
    maps = {"unknown-meaning", "not-a-cell", "not-a-period"}
    whole = {"only-pictures", "more-findings", "encoding-assumed"}
    whole |= {"value-under-merge", "struck-through"}  # test_unseen_cells.py
    containers = {
        "encoding-unclear",
        "parquet-not-installed",
        "too-many-merges",
        "unreadable-line",
        "line-too-long",
    }
    containers |= {"may-not-read", "name-too-long", "not-a-file", "reader-not-started"}  # test_processes.py
    cases = [*(HERE / "bonuses").glob("*.yaml")]
    pay = {found["code"] for path in cases for found in load_case(path).get("findings", ())}
    pay &= finding_codes(*rooms)
    others = pay | rollups | roster | results | preparation | units | maps | whole | containers
    assert finding_codes(*rooms) == shown | FILE_CODES | others


class TestWholeFiles:
    def test_pictures_are_no_cells(self, tmp_path: Path, small_rules: Ruleset) -> None:
        with xlsxwriter.Workbook(tmp_path / "photo.xlsx") as workbook:
            workbook.add_worksheet().insert_image(0, 0, "photo.png", {"image_data": BytesIO(PICTURE)})
        reading = pipeline.read(Request([tmp_path / "photo.xlsx"]), small_rules)
        assert [found.code for found in reading.findings] == ["only-pictures"]

    def test_a_sheet_full_of_mistakes_is_not_told_cell_by_cell(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [HEADER, *([f"E{number}", f"員工{number}", "甲", "乙", "丙"] for number in range(2_000))]
        path = write_workbook(tmp_path / "sheet.xlsx", {"銷售": rows})
        reading = pipeline.read(Request([path], period="2026-11"), small_rules)
        assert len(reading.findings) == MOST_FINDINGS + 1
        (rest,) = (found for found in reading.findings if found.code == "more-findings")
        assert f" {3 * 2_000 - MOST_FINDINGS} " in str(rest)
        assert reading.sheets.employees.empty

    def test_an_encoding_that_nothing_states_is_said(self, tmp_path: Path, small_rules: Ruleset) -> None:
        text = "\n".join([",".join(HEADER), "E1,陳一,80,90,70"])
        for encoding, expected in (("utf-8", []), ("cp950", ["encoding-assumed"])):
            (tmp_path / "sheet.csv").write_bytes(text.encode(encoding))
            reading = pipeline.read(Request([tmp_path / "sheet.csv"], period="2026-11"), small_rules)
            assert [found.code for found in reading.findings] == expected
            assert reading.sheets.employees["name"].tolist() == ["陳一"]


class TestLinesOfText:
    """A line that is longer than its header holds nobody knows what."""

    HEADER = ",".join(HEADER)

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ([HEADER, "E1,陳一,80,90,70", "E2,林二,80,90,70"], {}),
            ([HEADER, "E1,陳一,88,5,90,70", "E2,林二,80,90,70"], {"line-too-long": ["F2"]}),
            ([HEADER, "E1,陳一,88,5,90,70", "E2,林二,80,90,5,70"], {"line-too-long": ["F2", "F3"]}),
            ([HEADER, "E1,Chen, Yi,80,90,70"], {"line-too-long": ["F2"], "not-a-number": ["C2"]}),
            ([HEADER, 'E1,"Chen, Yi",80,90,70'], {}),
            ([HEADER, "E1,陳一,80,90,70,,,"], {}),
            ([HEADER, "E1,陳一,80,90,70, ,　"], {}),
            ([HEADER + ",,", "E1,陳一,80,90,70,備查"], {"unnamed-column": ["F2"]}),
            ([HEADER, "E1,陳一,80,90,70,,備查"], {"line-too-long": ["G2"]}),
            (["考核表", HEADER, "E1,陳一,80,90,70,1"], {"line-too-long": ["F3"]}),
            (["甲,乙,丙,丁,戊,己,庚", HEADER, "E1,陳一,80,90,70,1"], {"line-too-long": ["F3"]}),
            (["sep=;", HEADER.replace(",", ";"), "E1;陳一;80;90;7;0"], {"line-too-long": ["F2"]}),
            ([HEADER.replace(",", "\t"), "E1\t陳一\t80\t90\t7\t0"], {"line-too-long": ["F2"]}),
            ([HEADER, "E1,陳一,80,90,70", "合計,,80,90,70,3"], {"not-a-person": ["A3"]}),
            ([HEADER, "E1,陳一,80,90"], {"missing-score": ["E2"]}),
            ([HEADER, 'E1,"陳一,80,90,70', "E2,林二,80,90,70"], {"unreadable-line": [None]}),
            (
                ["工號,E1,姓名,陳一", "指標,得分", "銷售額,88,5", "毛利率,90", "協作配合度,70"],
                {"line-too-long": ["C3"]},
            ),
            (
                ["工號,E1", "姓名,陳一", "指標,得分", "銷售額,88,5", "毛利率,90", "協作配合度,70"],
                {"line-too-long": ["C4"]},
            ),
        ],
    )
    def test_are_as_long_as_their_header(
        self, lines: list[str], expected: dict[str, list[str | None]], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        (tmp_path / "sheet.csv").write_text("\n".join(lines), encoding="utf-8")
        try:
            findings = pipeline.read(
                Request([tmp_path / "sheet.csv"], period="2026-11"), small_rules
            ).findings
        except FileError as refused:
            findings = refused.findings
        found: dict[str, list[str | None]] = {}
        for one in findings:
            found.setdefault(one.code, []).append(one.place.cell)
        assert found == expected


class TestMarksInHeaders:
    """What a form says of a column beside its name is no part of the name."""

    @pytest.mark.parametrize(
        "marked",
        [
            *(
                "{}*",
                "*{}",
                "{} ＊",
                "{}【必填】",
                "{}（必填）",
                "{} 必填",
                "※{}",
                "{}(required)",
                "{} Required",
            ),
            *(
                "{}(0-100)",
                "{}（0～100分）",
                "{}[0–100]",
                "{}*(0-100)",
                "{} (Mandatory)",
                "{}（選填）",
                "{}**",
            ),
            *(
                "{}（滿分100分）",
                "{}（0至100）",
                "{}*（30%）",
                "{}\n(必填)",
                "{} optional",
                "{} 自評*",
                "{} 自評（0-100）",
            ),
        ],
    )
    def test_are_folded_away(self, marked: str, tmp_path: Path, small_rules: Ruleset) -> None:
        names = ["工號*", "姓名（必填）", "銷售額", marked.format("毛利率"), "協作配合度"]
        rows: Rows = [[*names, "毛利率"] if "自評" in marked else names, ["E1", "陳一", 80, 90, 70, 85]]
        path = write_workbook(tmp_path / "sheet.xlsx", {"銷售": [row[: len(rows[0])] for row in rows]})
        reading = pipeline.read(Request([path], period="2026-11"), small_rules)
        assert [found.code for found in reading.findings] == []
        key = "margin.self" if "自評" in marked else "margin.score"
        assert reading.sheets.employees[key].tolist() == [90]

    @pytest.mark.parametrize(
        ("marked", "codes"),
        [
            ("毛利率*草稿", {"unread", "missing-column"}),
            ("毛利率(0-10)", {"full-marks-converted"}),
            ("毛利率（滿分30）", {"full-marks-converted"}),
            ("毛利率 上級(0-5)", {"above-full-marks"}),
        ],
    )
    def test_do_not_hide_another_scale_or_name(
        self, marked: str, codes: set[str], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [["工號", "姓名", "銷售額", marked, "協作配合度"], ["E1", "陳一", 80, 9, 70]]
        path = write_workbook(tmp_path / "sheet.xlsx", {"銷售": rows})
        reading = pipeline.read(Request([path], period="2026-11"), small_rules)
        assert {found.code for found in reading.findings} == codes

    def test_of_points_are_those_of_the_weight(self, tmp_path: Path, small_rules: Ruleset) -> None:
        for marked, codes in (("(0-62.5)", []), ("(0-100)", ["full-marks-differ"])):
            rows: Rows = [["工號", "姓名", f"發貨準確率{marked}", "發貨及時率"], ["W1", "吳一", 60, 30]]
            path = write_workbook(tmp_path / "sheet.xlsx", {"倉庫": rows})
            reading = pipeline.read(Request([path], period="2026-11"), small_rules)
            assert sorted(found.code for found in reading.findings) == codes


class TestOrderChangesNothing:
    """The order of rows, sheets and files changes nothing."""

    SALES = tuple((f"E{n}", f"員工{n}", 60 + n, 90 - n / 4, 70.5) for n in range(12))
    CARE = tuple((f"K{n}", f"客服{n}", 75, 60 + n) for n in range(5))

    def read(self, folder: Path, seed: int, rules: Ruleset) -> pd.DataFrame:
        random = Random(seed)  # noqa: S311 - seeded on purpose
        order = random.sample(range(len(HEADER)), len(HEADER))
        sales = [[row[place] for place in order] for row in (HEADER, *random.sample(self.SALES, 12))]
        care = [["工號", "姓名", "客戶滿意度", "協作配合度"], *random.sample(self.CARE, 5)]
        sheets: dict[str, Rows] = {"銷售": sales, "客服": care}
        names = random.sample(sorted(sheets), 2)
        files = [names] if random.random() < 1 / 2 else [[name] for name in names]
        paths = [
            write_workbook(folder / f"{seed}-{number}.xlsx", {name: sheets[name] for name in file})
            for number, file in enumerate(files)
        ]
        return pipeline.score(Request(paths, period="2026-11"), rules).frame

    def test_of_rows_columns_sheets_and_files(self, tmp_path: Path, small_rules: Ruleset) -> None:
        first, *others = [self.read(tmp_path, seed, small_rules) for seed in range(8)]
        for other in others:
            pd.testing.assert_frame_equal(first, other, check_exact=True)


class TestWhatWasAskedFor:
    def test_a_file_given_twice(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = write_workbook(tmp_path / "sheet.xlsx", {"銷售": [HEADER]})
        with pytest.raises(UsageError) as caught:
            pipeline.read(Request([path, tmp_path / "." / "sheet.xlsx"]), small_rules)
        assert [found.code for found in caught.value.findings] == ["same-file-twice"]

    @pytest.mark.parametrize(
        ("team", "period", "code"),
        [("", "十一月", "bad-period"), ("", "2026-13", "bad-period"), ("財務", "", "unknown-team-option")],
    )
    def test_a_team_or_period_that_does_not_exist(
        self, team: str, period: str, code: str, small_rules: Ruleset
    ) -> None:
        with pytest.raises(UsageError) as caught:
            pipeline.read(Request([], team=team, period=period), small_rules)
        assert [found.code for found in caught.value.findings] == [code]
        assert caught.value.exit_code == 2

    def test_nothing_at_all(self, small_rules: Ruleset) -> None:
        with pytest.raises(DataError) as caught:
            pipeline.score(Request([]), small_rules)
        assert [found.code for found in caught.value.findings] == ["nothing-to-score"]

    def test_partial_scores_the_others_and_keeps_who_was_left_out(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        rows: Rows = [HEADER, ["E1", "陳一", 80, 90, 70], ["E2", "林二", 80, None, 70]]
        path = write_workbook(tmp_path / "sheet.xlsx", {"銷售": rows})
        with pytest.raises(DataError) as caught:
            pipeline.score(Request([path], period="2026-11"), small_rules)
        assert caught.value.exit_code == 1
        results = pipeline.score(Request([path], period="2026-11", partial=True), small_rules)
        assert results.frame["employee_id"].tolist() == ["E1"]
        assert results.left_out[["employee_id", "sheet", "row"]].to_numpy().tolist() == [["E2", "銷售", 2]]


class TestRoster:
    HEADER = ("工號", "姓名", "團隊", "部門", "職位", "入職日期", "離職日期")

    def read(self, folder: Path, rules: Ruleset, *rows: list[object]) -> Roster:
        path = write_workbook(folder / "roster.xlsx", {"名冊": [["員工名冊"], [*self.HEADER], *rows]})
        return read_roster(read_book(path), rules.rubrics)

    def test_gives_teams_and_dates(self, tmp_path: Path, small_rules: Ruleset) -> None:
        roster = self.read(
            tmp_path,
            small_rules,
            ["E1", "陳一", "銷售", "華東", "專員", date(2024, 3, 1), None],
            ["007", "林二", "care", "", "", "2026/01/15", datetime(2026, 11, 30)],  # noqa: DTZ001 - a workbook's dates have no zone
        )
        assert roster.findings == ()
        assert roster.frame["team"].tolist() == ["sales", "care"]
        assert roster.frame["employee_id"].tolist() == ["E1", "007"]
        assert roster.frame["joined"].tolist() == [date(2024, 3, 1), date(2026, 1, 15)]
        assert roster.frame["left"].tolist() == [None, date(2026, 11, 30)]

    def test_tells_its_mistakes(self, tmp_path: Path, small_rules: Ruleset) -> None:
        roster = self.read(
            tmp_path,
            small_rules,
            ["E1", "陳一", "財務"],
            ["", "林二", "銷售"],
            ["e1", "張三", "銷售", "", "", "去年"],
        )
        expected = [
            {"code": "unknown-team", "cell": "C3", "zh": "「財務」", "en": "“財務”"},
            {"code": "missing-employee-id", "cell": "A4", "zh": "林二", "en": "林二"},
            {"code": "duplicate-employee", "cell": "A5", "zh": "A3", "en": "A3"},
            {"code": "not-a-date", "cell": "F5", "zh": "「去年」不是日期", "en": "Write it like 2026-11-16"},
        ]
        assert_findings(roster.findings, expected, "cell")

    def test_without_a_table_says_so(self, tmp_path: Path, small_rules: Ruleset) -> None:
        path = write_workbook(tmp_path / "roster.xlsx", {"名冊": [["部門", "人數"]]})
        roster = read_roster(read_book(path), small_rules.rubrics)
        assert [found.code for found in roster.findings] == ["no-roster-table"]

    @pytest.mark.parametrize(
        ("period", "present_ids"),
        [
            ("", ["old", "new", "leaver", "ever"]),
            ("2026-10", ["old", "leaver", "ever"]),
            ("2026-11", ["new", "leaver", "ever"]),
            ("2026-12", ["new", "ever"]),
            ("2026Q4", ["old", "new", "leaver", "ever"]),
            ("2025", ["old", "leaver", "ever"]),
        ],
    )
    def test_tells_who_worked_in_a_period(
        self, period: str, present_ids: list[str], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        roster = self.read(
            tmp_path,
            small_rules,
            ["old", "甲", "銷售", "", "", date(2020, 1, 1), date(2026, 10, 31)],
            ["new", "乙", "銷售", "", "", date(2026, 11, 30), None],
            ["leaver", "丙", "銷售", "", "", date(2020, 1, 1), date(2026, 11, 1)],
            ["ever", "丁", "銷售"],
        )
        assert present(roster.frame, period)["employee_id"].tolist() == present_ids
