"""What real sheets hold: counterparts under ``tests/sheets``, and the examples of ``docs/sheets.md``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from perfcli.findings import has_errors
from perfcli.rules.ruleset import Ruleset
from support.expectations import assert_findings
from support.languages import in_english, in_simplified
from support.sheets import Case, Rows, employees_of, load_case, read_case, rules_of

HERE = Path(__file__).parent
SHEETS = HERE / "sheets"
CASES = sorted(SHEETS.glob("*.yaml"), key=lambda path: path.name)
TRANSLATED = [
    pytest.param(path, language, id=f"{path.stem}-{language.__name__}")
    for path in CASES
    for language in (in_simplified, in_english)
    if language is in_simplified or load_case(path).get("english") is not False
]

PAGE = (HERE.parent / "docs" / "sheets.md").read_text(encoding="utf-8")


def check(case: Case, folder: Path, rules: Ruleset) -> None:
    reading = read_case(case, folder, rules)
    several = ("file",) if "workbooks" in case else ()
    assert_findings(reading.findings, case.get("findings", ()), "severity", "sheet", "cell", *several)
    assert employees_of(reading, rules_of(case, rules)) == case.get("employees", {})
    if "adjustments" in case:
        keys = ["employee_id", "adjustment", "adjustment_reason"]
        rows = reading.sheets.employees[keys].to_numpy().tolist()
        said = {one: f"{points:g} {reason}".strip() for one, points, reason in rows}
        assert said == case["adjustments"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_sheet_gives_these_employees_and_findings(path: Path, tmp_path: Path, small_rules: Ruleset) -> None:
    check(load_case(path), tmp_path, small_rules)


@pytest.mark.parametrize(("path", "translated"), TRANSLATED)
def test_and_the_same_in_other_languages(
    path: Path,
    translated: Callable[[Case], Case],
    tmp_path: Path,
    small_rules: Ruleset,
) -> None:
    check(translated(load_case(path)), tmp_path, small_rules)


def test_the_tables_list_every_case_and_no_other() -> None:
    listed = re.findall(r"\]\(([^)]+\.yaml)\)", (SHEETS / "README.md").read_text(encoding="utf-8"))
    assert sorted(set(listed)) == [path.name for path in CASES]


def drawn_sheets(text: str) -> list[Rows]:
    """The tables of a page that are drawn as a spreadsheet: letters above, row numbers beside."""
    tables = re.findall(r"^\| \| A \|.*\n\|-.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    rows = [[line.split("|")[2:-1] for line in table.splitlines()] for table in tables]
    return [[[_cell(cell.strip()) for cell in row] for row in table] for table in rows]


def _cell(text: str) -> object:
    return float(text) if text.isdigit() else text or None


def chapter(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


class TestPage:
    @pytest.mark.parametrize(
        ("title", "place", "employees"),
        [
            ("A row for each employee", 0, {"E001": "sales 80 90 70", "E002": "sales 85 75 95"}),
            ("A row for each employee", 1, {"E001": "sales 80 90 70", "E002": "sales 85 75 95"}),
            ("A sheet for each employee", 0, {"E001": "sales 80 90 70"}),
        ],
    )
    def test_shows_sheets_that_are_read(
        self, title: str, place: int, employees: dict[str, str], tmp_path: Path, small_rules: Ruleset
    ) -> None:
        reading = read_case({"rows": drawn_sheets(chapter(title))[place]}, tmp_path, small_rules)
        assert not has_errors(reading.findings)
        assert employees_of(reading, small_rules) == employees

    def test_shows_sheets_that_are_refused(self, tmp_path: Path, small_rules: Ruleset) -> None:
        told = chapter("What is refused").split("\n**")[1:]
        drawn = [(text.split("|", 1)[0], rows) for text in told for rows in drawn_sheets(text)]
        assert len(drawn) == len(told)
        for text, rows in drawn:
            reading = read_case({"rows": rows}, tmp_path, small_rules)
            codes = {found.code for found in reading.findings if found.severity == "error"}
            assert codes
            assert codes <= set(re.findall("`([a-z-]+)`", text))
            assert employees_of(reading, small_rules) == {}

    def test_shows_a_map_that_works(self, tmp_path: Path, small_rules: Ruleset) -> None:
        text = chapter("Other words: a map")
        (rows,), (said,) = drawn_sheets(text), re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        sheets = {"十一月": rows, "草稿": [["代號", "業績"], ["E001", 1]]}
        reading = read_case({"sheets": sheets, "map": said, "period": ""}, tmp_path, small_rules)
        assert reading.findings == ()
        assert employees_of(reading, small_rules) == {"E001": "sales 80 90 70", "E002": "sales 85 75 95"}
        assert reading.sheets.period == "2026-11"
