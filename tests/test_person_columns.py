"""The columns of a person: a new one is a line of the table; a superior is kept, and shown nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from math import isnan
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest

from perfcli.cli.main import run
from perfcli.files.reader import read_book
from perfcli.people import columns
from perfcli.people.columns import SUPERIOR, Holds, Kept, PersonColumn
from perfcli.people.employment import read_employment
from perfcli.people.staff import match_staff
from perfcli.pipelines.pay import BONUS_RULES, PayRequest, adjust, calculate, prepare
from perfcli.pipelines.score import Request, score
from perfcli.rewards.raises.raises import RaiseOrder
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import Results
from perfcli.sealed.registry import read_stored
from perfcli.sealed.results import RESULTS as PRODUCT
from perfcli.sheets.labels import labels
from perfcli.text import Language, Wording, catalogue
from support.bonuses import score_all, table, with_days
from support.companies import small_company
from support.sheets import Rows, open_results, write_workbook

NEW = PersonColumn("allowance", Holds.AMOUNT, Kept.BONUS | Kept.RAISES | Kept.PAYROLL, "餐補, meal allowance")
RESULTS = """
工號 | 姓名 | 總分 | 獎金基數
007  | 陳一 | 95   | 8000
008  | 林二 | 85   | 6000
"""
ROSTER = """
工號 | 姓名 | 團隊  | 月薪 | 餐補   | 入職日期   | 離職日期
007  | 陳一 | sales | 9000 | 300.50 | 2020-01-01 |
008  | 林二 | sales | 9000 |        | 2020-01-01 |
"""


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> PersonColumn:
    """A column that perf does not have, with its words; a test may say which."""
    column: PersonColumn = getattr(request, "param", NEW)
    texts = cast("dict[str, Any]", catalogue())
    monkeypatch.setitem(texts, f"column.{column.key}", {"zh-Hant": "津貼", "en": "Allowance"})
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, column))
    return column


def holding(holds: Holds) -> PersonColumn:
    return PersonColumn("allowance", holds, Kept.BONUS | Kept.RAISES | Kept.PAYROLL, "餐補")


def roster_with(folder: Path, cell: object, header: str = "餐補") -> Path:
    rows: Rows = [
        ["工號", "姓名", "團隊", header, "入職日期", "離職日期"],
        ["007", "陳一", "sales", cell, None, None],
        ["008", "林二", "sales", None, None, None],
    ]
    return write_workbook(folder / "roster.xlsx", {"名冊": rows})


class TestANewColumn:
    @pytest.mark.parametrize(
        "header", ["餐補", "餐补", "Meal Allowance", "津貼", "津贴", "Allowance", "allowance"]
    )
    def test_is_known_by_its_words(
        self, tmp_path: Path, small_rules: Ruleset, new: PersonColumn, header: str
    ) -> None:
        read = read_employment(read_book(roster_with(tmp_path, 1.5, header)), small_rules.rubrics)
        assert read.frame[new.key].tolist()[0] == 1.5
        assert new.key in set(labels().values())

    def test_is_gone_with_its_line(self, tmp_path: Path, small_rules: Ruleset) -> None:
        read = read_employment(read_book(roster_with(tmp_path, 1.5)), small_rules.rubrics)
        assert NEW.key not in read.frame
        assert NEW.key not in set(labels().values())

    @pytest.mark.parametrize(
        ("new", "cell", "value", "blank"),
        [
            (holding(Holds.AMOUNT), 300.505, 300.51, float("nan")),
            (holding(Holds.DAYS), 2.5, 2.5, float("nan")),
            (holding(Holds.DATE), "2026-11-03", date(2026, 11, 3), None),
            (holding(Holds.TEXT), "全額", "全額", ""),
        ],
        indirect=["new"],
    )
    def test_is_read_with_its_type(
        self,
        tmp_path: Path,
        small_rules: Ruleset,
        new: PersonColumn,
        cell: object,
        value: object,
        blank: object,
    ) -> None:
        read = read_employment(read_book(roster_with(tmp_path, cell)), small_rules.rubrics)
        first, second = read.frame[new.key].tolist()
        assert first == value
        assert second == blank or (isinstance(blank, float) and isnan(second))

    @pytest.mark.parametrize(
        ("new", "cell", "code"),
        [
            (holding(Holds.AMOUNT), "很多", "not-an-amount"),
            (holding(Holds.AMOUNT), -5, "negative-amount"),
            (holding(Holds.DAYS), 400, "not-days"),
            (holding(Holds.DATE), "昨天", "not-a-date"),
        ],
        indirect=["new"],
    )
    @pytest.mark.usefixtures("new")
    def test_is_refused_with_its_cell(
        self, tmp_path: Path, small_rules: Ruleset, cell: object, code: str
    ) -> None:
        read = read_employment(read_book(roster_with(tmp_path, cell)), small_rules.rubrics)
        (found,) = read.findings
        assert (found.code, found.place.cell) == (code, "D2")
        if code != "not-a-date":
            assert "Allowance" in found.message(Wording(Language.ENGLISH))

    @pytest.mark.usefixtures("new")
    def test_reaches_the_staff_with_a_result(self, tmp_path: Path, small_rules: Ruleset) -> None:
        paths = score_all(table(RESULTS), tmp_path, small_rules, "2026-11")
        roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": table(ROSTER)})
        staff = prepare(PayRequest(paths, roster), small_rules, BONUS_RULES).staff
        assert staff.people[NEW.key].tolist()[0] == 300.5
        assert isnan(match_staff(open_results(paths[0])[0], None).people[NEW.key][0])

    @pytest.mark.usefixtures("new")
    def test_is_sealed_verified_and_exported(
        self, tmp_path: Path, small_rules: Ruleset, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rules = ["--rubrics", str(small_company(tmp_path / "rubrics")), "--lang", "en"]
        (result,) = score_all(table(RESULTS), tmp_path, small_rules, "2026")
        roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": table(ROSTER)})
        for command, amount in (("bonus", "amount"), ("raise", "new_salary")):
            paid, file = tmp_path / f"{command}.xlsx", tmp_path / f"{command}.json"
            assert run([command, str(result), "--roster", str(roster), "-o", str(paid), *rules]) == 0
            assert run(["verify", str(paid), "--lang", "en"]) == 0
            wanted = f"employee_id,{NEW.key},{amount}"
            assert run(["export", str(paid), "--columns", wanted, "-o", str(file), "--lang", "en"]) == 0
            exported = json.loads(file.read_text(encoding="utf-8"))
            assert [row[NEW.key] for row in exported] == [300.5, None]
            totals = json.loads(file.with_name(file.name + ".control.json").read_text(encoding="utf-8"))
            assert totals["sums"][NEW.key] == "300.50"  # it is money
            assert run(["export", "--check", str(file), "--against", str(paid), "--lang", "en"]) == 0
            sealed = read_stored(read_book(paid)).content
            people = sealed.people if command == "bonus" else sealed.frame
            assert people[NEW.key].tolist()[0] == 300.5
        capsys.readouterr()

    @pytest.mark.parametrize("new", [holding(Holds.DATE), holding(Holds.TEXT)], indirect=True)
    def test_of_texts_and_dates_comes_back(
        self, tmp_path: Path, small_rules: Ruleset, new: PersonColumn
    ) -> None:
        (result,) = score_all(table(RESULTS), tmp_path, small_rules, "2026")
        cell = "2026-03-01" if new.holds is Holds.DATE else "全額"
        rows = [[*row[:4], cell if row[0] == "007" else row[4], *row[5:]] for row in table(ROSTER)]
        request = PayRequest([result], write_workbook(tmp_path / "roster.xlsx", {"名冊": rows}))
        assert str(calculate(request, small_rules).people[new.key][0]) == cell
        assert str(adjust(request, small_rules, RaiseOrder()).frame[new.key][0]) == cell


SHEET: Rows = [
    ["工號", "姓名", "評分人", "銷售額", "毛利率", "協作配合度"],
    ["007", "陳一", "林二", 90, 80, 70],
    ["008", "林二", None, 90, 80, 70],
    ["009", "黃三", None, 90, 80, 70],
]
LISTED: Rows = [
    ["工號", "姓名", "團隊", "直屬上級"],
    ["007", "陳一", "sales", "名冊上的人"],
    ["008", "林二", "sales", "周總"],
    ["009", "黃三", "sales", None],
]
UNSEEN = "不見此人"


def scored(folder: Path, rules: Ruleset, sheet: Rows = SHEET, listed: Rows | None = None) -> Results:
    path = write_workbook(folder / "sheet.xlsx", {"銷售": sheet})
    roster = write_workbook(folder / "roster.xlsx", {"名冊": listed}) if listed else None
    return score(Request([path], period="2026-11", roster=roster), rules)


def superiors(results: Results) -> dict[str, str]:
    return dict(zip(results.frame["employee_id"], results.frame[SUPERIOR], strict=True))


def without_column(rows: Rows, column: int = 2) -> Rows:
    return [[*row[:column], *row[column + 1 :]] for row in rows]


class TestTheSuperior:
    def test_is_who_the_sheet_names(self, tmp_path: Path, small_rules: Ruleset) -> None:
        assert superiors(scored(tmp_path, small_rules)) == {"007": "林二", "008": "", "009": ""}

    def test_or_else_the_roster(self, tmp_path: Path, small_rules: Ruleset) -> None:
        found = scored(tmp_path, small_rules, listed=LISTED)
        assert superiors(found) == {"007": "林二", "008": "周總", "009": ""}
        of_roster = scored(tmp_path, small_rules, without_column(SHEET), LISTED)
        assert superiors(of_roster) == {"007": "名冊上的人", "008": "周總", "009": ""}

    def test_or_what_stands_above_the_table(self, tmp_path: Path, small_rules: Ruleset) -> None:
        sheet: Rows = [["評分人", "周總"], [None], *without_column(SHEET)]
        found = superiors(scored(tmp_path, small_rules, sheet, LISTED))
        assert set(found.values()) == {"周總"}

    def test_is_empty_where_nobody_says_it(self, tmp_path: Path, small_rules: Ruleset) -> None:
        found = scored(tmp_path, small_rules, without_column(SHEET), without_column(LISTED, 3))
        assert set(superiors(found).values()) == {""}

    def test_comes_back_from_the_workbook(self, tmp_path: Path, small_rules: Ruleset) -> None:
        results = scored(tmp_path, small_rules, listed=LISTED)
        path = tmp_path / "result.xlsx"
        path.write_bytes(PRODUCT.workbook(results, Wording(Language.TRADITIONAL)))
        again, changes = open_results(path)
        assert superiors(again) == superiors(results)
        assert not changes
        assert list(again.frame.columns) == list(results.frame.columns)

    def test_changes_nothing_where_there_is_none(self, tmp_path: Path, small_rules: Ruleset) -> None:
        """The record of somebody without a superior is what it was before superiors were kept."""
        path = tmp_path / "result.xlsx"
        path.write_bytes(
            PRODUCT.workbook(scored(tmp_path, small_rules, without_column(SHEET)), Wording(Language.ENGLISH))
        )
        record = json.loads(read_book(path).mark["employees"])
        assert SUPERIOR not in record["identity"]
        assert set(superiors(open_results(path)[0]).values()) == {""}

    def test_is_shown_nowhere(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rules = ["--rubrics", str(small_company(tmp_path / "rubrics")), "--lang", "en"]
        sheet = write_workbook(
            tmp_path / "sheet.xlsx", {"銷售": [SHEET[0], [*SHEET[1][:2], UNSEEN, 90, 80, 70]]}
        )
        listed: Rows = with_days([[*LISTED[0], "獎金基數"], ["007", "陳一", "sales", UNSEEN, 5000]])
        roster = write_workbook(tmp_path / "roster.xlsx", {"名冊": listed})
        result, bonus, csv, parquet = (
            tmp_path / name for name in ("result.xlsx", "bonus.xlsx", "all.csv", "all.parquet")
        )
        words = ["score", str(sheet), "--period", "2026-11", "-o", str(result), "--json", *rules]
        assert run([*words, "--csv", str(csv), "--parquet", str(parquet)]) == 0
        assert set(superiors(open_results(result)[0]).values()) == {UNSEEN}
        assert run(["bonus", str(result), "--roster", str(roster), "-o", str(bonus), "--json", *rules]) == 0
        for path in (result, bonus):
            assert run(["explain", str(path), "007", "--json", "--lang", "en"]) == 0
            export = path.with_suffix(".export.csv")
            assert run(["export", str(path), "-o", str(export), "--lang", "en"]) == 0
            assert_unnamed(export.read_text(encoding="utf-8-sig") + " ".join(shown(path.read_bytes())))
        assert_unnamed(capsys.readouterr().out + csv.read_text(encoding="utf-8-sig"))
        assert not any(word.encode() in parquet.read_bytes() for word in (UNSEEN, SUPERIOR))


def assert_unnamed(text: str) -> None:
    assert UNSEEN not in text
    assert f'"{SUPERIOR}"' not in text


def shown(content: bytes) -> Iterator[str]:
    """What stands in the cells of all sheets but the hidden one."""
    book = openpyxl.load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            yield from (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
