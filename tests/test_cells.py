"""``docs/cells.md`` tells what a cell means: each example is written into a workbook and read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import ADJUSTMENT, score_key
from perfcli.sheets.cells import Cell, address, as_text, column_letters, is_blank, quoted, read_numbers
from support.sheets import employees_of, read_case

PAGE = Path(__file__).parents[1] / "docs" / "cells.md"
ROW = re.compile(
    r"^\| (?P<content>[^|]+) \| `(?P<example>.+?)` \| (?P<value>[^|]*)\| (?P<findings>[^|]*)\|$", re.MULTILINE
)
HEADER = ["工號", "姓名", "銷售額", "毛利率", "協作配合度"]


def rows(title: str) -> list[Any]:
    """The rows of one table of the page: example, value, finding codes."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    found = [
        pytest.param(
            yaml.safe_load(row["example"]),
            row["value"].strip(),
            sorted(re.findall(r"`(.+?)`", row["findings"])),
            id=row["content"],
        )
        for row in ROW.finditer(section)
    ]
    assert len(found) == section.count("\n| ") - 1
    return found


@pytest.mark.parametrize(("example", "value", "codes"), rows("Scores"))
def test_a_score(example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset) -> None:
    case = {"rows": [HEADER, ["E1", "陳一", example, 90, 70]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    scores: list[float] = reading.sheets.employees.get(score_key("revenue"), pd.Series()).tolist()
    assert [f"{score:.15g}" for score in scores] == ([value] if value else [])


MEASURED = {
    "target": ("維修單數 目標", 40),
    "actual": ("維修單數 實際", 40),
    "due": ("等候時間 目標", 2),
    "lower": ("等候時間 實際", 2),
    "count": ("差錯 次數", 0),
    "pass-fail": ("報告", 100),
    "levels": ("態度", 100),
    "optional": ("培訓", 100),
}
INDICATORS = {
    "target": "jobs",
    "actual": "jobs",
    "lower": "waiting",
    "count": "faults",
    "pass-fail": "reports",
    "levels": "attitude",
    "optional": "training",
}


@pytest.mark.parametrize(
    ("example", "value", "codes"), [*rows("Words for scores"), *rows("Targets, actuals and counts")]
)
def test_what_a_score_comes_from(
    example: dict[str, object], value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    ((key, cell),) = example.items()
    entries = {own: cell if own == key else usual for own, (_, usual) in MEASURED.items()}
    header = ["工號", "姓名", *(name for name, _ in MEASURED.values())]
    reading = read_case({"rows": [header, ["R1", "高一", *entries.values()]]}, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    scores = employees_of(reading, small_rules).get("R1", "").split()[1:]
    order = [indicator.id for indicator in small_rules.rubrics["repairs"].indicators]
    assert ([scores[order.index(INDICATORS[key])]] if scores else []) == ([value] if value else [])


@pytest.mark.parametrize(("example", "value", "codes"), rows("Adjustments"))
def test_an_adjustment(
    example: dict[str, object], value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    header = [*HEADER, "加減分", "加減分原因"]
    case = {"rows": [header, ["E1", "陳一", 80, 90, 70, *example.values()]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    found: list[float] = reading.sheets.employees[ADJUSTMENT].tolist()
    assert [f"{points:g}" for points in found] == ([value] if value else [])


@pytest.mark.parametrize(("example", "value", "codes"), rows("Employee ids"))
def test_an_employee_id(
    example: object, value: str, codes: list[str], tmp_path: Path, small_rules: Ruleset
) -> None:
    case = {"rows": [HEADER, [example, "陳一", 80, 90, 70]]}
    reading = read_case(case, tmp_path, small_rules)
    assert sorted(found.code for found in reading.findings) == codes
    assert reading.sheets.employees["employee_id"].tolist() == ([value] if value else [])


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (6, 5, "F7"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 16383, "XFD1")],
)
def test_cells_are_named_as_in_a_spreadsheet(row: int, column: int, name: str) -> None:
    assert address(row, column) == name
    assert name.startswith(column_letters(column))


def test_a_message_quotes_a_cell_shortly_and_on_one_line() -> None:
    assert quoted("a\nb\t c") == "a b c"
    assert quoted("長" * 40) == "長" * 29 + "…"
    assert quoted("長" * 30) == "長" * 30


@pytest.mark.parametrize("cell", [None, "", " ", "\n", "\u3000"])
def test_what_nobody_sees_is_blank(cell: Cell) -> None:
    assert is_blank(cell)
    assert as_text(cell) == ""


def test_a_number_that_is_none_is_no_score() -> None:
    numbers, odd = read_numbers([float("nan"), float("inf"), 80.0])
    assert odd == {0: "not-a-number", 1: "not-a-number"}
    assert numbers[2] == 80
