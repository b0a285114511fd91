"""``--map``: what odd headers, sheets and cells mean; and ``perf map``, which drafts it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfcli.cli.main import run
from perfcli.errors import FileError, RulesError
from perfcli.findings import Severity
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.bindings import load_bindings
from perfcli.sheets.map_draft import find_questions, write_map
from perfcli.text import Language, Wording
from support.companies import small_company
from support.expectations import assert_findings
from support.sheets import Rows, employees_of, write_workbook

ODD: Rows = [
    ["十一月評分"],
    ["員工代號", "員工名", "業績", "業績完成", "毛利", "配合", "主管意見"],
    ["E1", "陳一", 80, 1, 90, 70, "好"],
]
MAP = """
sheets:
  說明: skip
  十一月: {team: sales, period: 2026年11月}
headers:
  員工代號: employee_id
  員工名: name
  業績: revenue
  業績完成: ignore
  毛利: gross margin
  配合: 協作配合度
  主管意見: note
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, rules: Ruleset, sheets: dict[str, Rows], text: str) -> pipeline.Reading:
    path = write_workbook(folder / "sheet.xlsx", sheets)
    return pipeline.read(Request([path], map_file=write(folder / "map.yaml", text)), rules)


class TestMap:
    def test_names_columns_teams_periods_and_sheets_to_be_left_alone(
        self, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        sheets: dict[str, Rows] = {"十一月": ODD, "說明": [["工號", "銷售額"], ["E9", 1]]}
        reading = read(tmp_path, small_rules, sheets, MAP)
        assert reading.findings == ()
        assert employees_of(reading, small_rules) == {"E1": "sales 80 90 70"}
        assert reading.sheets.period == "2026-11"

    def test_names_the_cells_and_rows_of_forms(self, tmp_path: Path, small_rules: Ruleset) -> None:
        form: Rows = [
            ["十一月", "陳一", "E1"],
            ["項目", "打分"],
            ["業績", 80],
            ["毛利率", 85],
            ["協作配合度", 70],
        ]
        text = "headers: {打分: score, 業績: revenue}\ncells: {name: B1, employee_id: c1}\n"
        reading = read(tmp_path, small_rules, {"陳一": form}, text)
        assert employees_of(reading, small_rules) == {"E1": "sales 80 85 70"}
        assert [found.code for found in reading.findings] == ["missing-period"]

    def test_reads_a_hidden_sheet_that_it_names(self, tmp_path: Path, small_rules: Ruleset) -> None:
        rows: Rows = [["工號", "姓名", "銷售額", "毛利率", "協作配合度"], ["E1", "陳一", 80, 90, 70]]
        path = write_workbook(tmp_path / "sheet.xlsx", {"一": [["說明"]], "二": rows}, hidden=["二"])
        bound = write(tmp_path / "map.yaml", "sheets: {二: {period: 2026-11}}")
        reading = pipeline.read(Request([path], map_file=bound), small_rules)
        assert employees_of(reading, small_rules) == {"E1": "sales 80 90 70"}

    def test_tells_what_no_sheet_has(self, tmp_path: Path, small_rules: Ruleset) -> None:
        reading = read(tmp_path, small_rules, {"十一月": ODD}, MAP + "  沒有: ignore\n")
        assert_findings(
            reading.findings,
            [{"code": "unused-binding", "line": 13, "zh": "沒有出現", "en": "No sheet has this header"}],
            "line",
        )

    @pytest.mark.parametrize(
        ("text", "code", "path", "says"),
        [
            ("headers: {業績: revenu}", "unknown-meaning", "headers.業績", "revenue"),
            ("headers: {業績: 天氣}", "unknown-meaning", "headers.業績", "天氣"),
            ("cells: {nam: B2}", "unknown-meaning", "cells.nam", "name"),
            ("cells: {name: 2B}", "not-a-cell", "cells.name", "B2"),
            ("sheets: {一: {team: salse}}", "unknown-team", "sheets.一.team", "sales"),
            ("sheets: {一: {period: 冬}}", "not-a-period", "sheets.一.period", "2026-11"),
            ("sheets: {一: jump}", "wrong-type", "sheets.一", "jump"),
            ("columns: {}", "unknown-key", "columns", "headers"),
            ("headers: [", "yaml-syntax", None, "YAML"),
        ],
    )
    def test_is_checked_like_rules(
        self, text: str, code: str, path: str | None, says: str, tmp_path: Path, small_rules: Ruleset
    ) -> None:
        with pytest.raises(RulesError) as caught:
            load_bindings(write(tmp_path / "map.yaml", text), small_rules)
        expected = {"code": code, "path": path, "zh": says, "en": says}
        assert_findings(caught.value.findings, [expected], "path")

    def test_has_to_be_there(self, tmp_path: Path, small_rules: Ruleset) -> None:
        with pytest.raises(FileError) as caught:
            load_bindings(tmp_path / "map.yaml", small_rules)
        assert [found.code for found in caught.value.findings] == ["no-such-file"]


class TestDraft:
    @pytest.fixture(autouse=True)
    def company(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        small_company(tmp_path / "rubrics")
        monkeypatch.chdir(tmp_path)
        write_workbook(tmp_path / "odd.xlsx", {"十一月": ODD, "說明": [["考核辦法"]]})

    def answer(self, monkeypatch: pytest.MonkeyPatch, answers: Sequence[str]) -> None:
        left = list(answers)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda _prompt: left.pop(0))

    def test_proposes_and_leaves_everything_to_be_confirmed(self, tmp_path: Path) -> None:
        assert run(["map", "odd.xlsx", "--team", "sales"]) == 0
        draft = (tmp_path / "odd.map.yaml").read_text(encoding="utf-8")
        assert '#   "毛利": margin  # 十一月 E2' in draft
        assert '#   "員工名": name' in draft
        assert '#   "說明": skip' in draft
        confirmed = draft.replace("#   ", "  ").replace("# headers", "headers").replace("# sheets", "sheets")
        write(tmp_path / "odd.map.yaml", confirmed.replace('"業績": ignore', '"業績": revenue'))
        assert run(["score", "odd.xlsx", "--map", "odd.map.yaml", "--period", "2026-11"]) == 0

    def test_asks_on_a_terminal(
        self, tmp_path: Path, small_rules: Ruleset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.answer(monkeypatch, ["", "", "天氣", "revenue", "ignore", "", "cooperation", "-"])
        assert run(["map", "odd.xlsx", "--team", "sales"]) == 0
        bindings = load_bindings(tmp_path / "odd.map.yaml", small_rules)
        assert list(bindings.headers.values()) == [
            *("employee_id", "name", "revenue", "ignore", "margin", "cooperation")
        ]

    def test_has_nothing_to_say_about_a_sheet_that_is_known(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows: Rows = [["工號", "姓名", "銷售額", "毛利率", "協作配合度"], ["E1", "陳一", 80, 90, 70]]
        write_workbook(tmp_path / "known.xlsx", {"十一月": rows})
        assert run(["map", "known.xlsx"]) == 0
        assert not (tmp_path / "known.map.yaml").exists()
        assert "不需要" in capsys.readouterr().out

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        write(tmp_path / "odd.map.yaml", "headers: {}")
        assert run(["map", "odd.xlsx"]) == 4
        assert run(["map", "odd.xlsx", "--force"]) == 0


NAMES = {
    "工號": ["員工代號", "編號"],
    "姓名": ["員工名"],
    "銷售額": ["業績", "銷售"],
    "毛利率": ["毛利"],
    "協作配合度": ["配合"],
}


@st.composite
def odd_workbooks(draw: st.DrawFn) -> dict[str, Rows]:
    """Lists and forms whose headers are known or not, with columns that nobody knows, and sheets of notes."""
    words = {name: draw(st.sampled_from([name, *others])) for name, others in NAMES.items()}
    others = draw(
        st.lists(st.sampled_from(["創新", "血型", "分差", "自評", "加分項", "上級評語"]), unique=True)
    )
    score = st.integers(50, 100)
    people = [("E1", "陳一"), ("E2", "林二")]
    sheets: dict[str, Rows] = {}
    if draw(st.booleans()):
        rows: list[list[object]] = [[*words.values(), *others]]
        for identifier, name in people:
            rows.append([identifier, name, *(draw(score) for _ in range(3 + len(others)))])
        sheets["十一月"] = rows
    else:
        for identifier, name in people:
            lines: list[list[object]] = [["姓名", name, "工號", identifier], ["指標", "得分"]]
            lines += [[words[one], draw(score)] for one in ("銷售額", "毛利率", "協作配合度")]
            lines += [[one, draw(st.integers(1, 5))] for one in others]
            sheets[name] = lines
    if draw(st.booleans()):
        sheets["說明"] = [["考核辦法"], ["請在五日前交回"]]
    if draw(st.booleans()):
        sheets["匯總"] = [["序號", "姓名", "分差", "自評得分"], [1, "陳一", -5, 91], [2, "林二", 0, 80]]
    return sheets


@settings(max_examples=30)
@given(sheets=odd_workbooks())
def test_a_draft_that_is_confirmed_as_it_is_reads_at_least_as_well(
    sheets: dict[str, Rows], small_rules: Ruleset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("draft")
    sheet = write_workbook(folder / "odd.xlsx", sheets)
    (book,) = pipeline.read_books([sheet])
    questions = find_questions(book, small_rules, "sales")
    draft = write_map(questions, {}, Wording(Language.ENGLISH))
    confirmed = draft.replace("#   ", "  ").replace("# headers", "headers").replace("# sheets", "sheets")
    bound = write(folder / "map.yaml", confirmed)
    without, mapped = (
        pipeline.read(Request([sheet], "sales", "2026-11", map_file=one), small_rules)
        for one in (None, bound)
    )
    assert len(mapped.sheets.employees) >= len(without.sheets.employees)
    if len(mapped.sheets.employees) == len(without.sheets.employees) and len(without.sheets.rejected) > 1:
        assert errors(mapped) <= errors(without)


def errors(reading: pipeline.Reading) -> int:
    return sum(found.severity is Severity.ERROR for found in reading.findings)
