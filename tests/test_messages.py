"""What people are told who typed something else than they meant, or gave the wrong file."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfcli.cli.main import run
from perfcli.rules.periods import near_period
from support.companies import small_company
from support.sheets import Rows, write_workbook

SHEET: Rows = [
    ["工號", "姓名", "銷售額", "毛利率", "協作配合度"],
    ["E1", "陳一", 90, 80, 70],
    ["E2", "林二", 85, 75, 95],
]
ROSTER: Rows = [
    ["工號", "姓名", "團隊", "入職日期", "離職日期", "獎金基數"],
    ["E1", "陳一", "sales", None, None, 3000],
    ["E2", "林二", "sales", None, None, 3000],
]


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A folder with rules, a sheet, a roster, a result and a bonus workbook."""
    small_company(tmp_path / "rubrics")
    write_workbook(tmp_path / "sheet.xlsx", {"銷售": SHEET})
    write_workbook(tmp_path / "roster.xlsx", {"名冊": ROSTER})
    assert perf(tmp_path, "score", "sheet.xlsx", "--period", "2026-11", "-o", "result.xlsx") == 0
    assert perf(tmp_path, "bonus", "result.xlsx", "--roster", "roster.xlsx", "-o", "bonus.xlsx") == 0
    return tmp_path


def perf(folder: Path, *words: str) -> int:
    """Runs a command on files of the folder."""
    named = [str(folder / word) if word.endswith((".xlsx", ".csv")) else word for word in words]
    rules = ["--rubrics", str(folder / "rubrics")] if words[0] not in {"export", "verify"} else []
    return run([*named, *rules, "--lang", "en"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scor", "sheet.xlsx"], "Did you mean score?"),
        (["chekc", "sheet.xlsx"], "Did you mean check?"),
        (["score", "sheet.xlsx", "--rooster", "roster.xlsx"], "Did you mean --roster?"),
        (["score", "sheet.xlsx", "－o", "x.xlsx"], "Did you mean -o?"),
        (["score", "sheet.xlsx", "–o", "x.xlsx"], "Did you mean -o?"),
        (["score", "sheet.xlsx", "——roster", "roster.xlsx"], "Did you mean --roster?"),
        (["score", "sheet.xlsx", "—roster=roster"], "Did you mean --roster=roster?"),
        (["score", "sheet.xlsx", "－－ｒoster"], "Did you mean --roster?"),
        (["score", "sheet.xlsx", "--period", "202611"], "Did you mean 2026-11?"),
        (["score", "sheet.xlsx", "--period", "115/11"], "Did you mean 2026-11?"),
        (["score", "sheet.xlsx", "--team", "salse"], "Did you mean “sales”?"),
        (["template", "saels"], "Did you mean “sales”?"),
    ],
)
def test_what_was_meant_is_proposed(
    company: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert perf(company, *words) == 2
    assert said in capsys.readouterr().err


def test_a_file_may_begin_with_another_dash(
    company: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(company)
    Path("－o").write_bytes(Path("sheet.xlsx").read_bytes())
    assert run(["check", "－o", "--team", "sales", "--rubrics", "rubrics", "--lang", "en"]) == 0
    assert "2 of 2 people" in capsys.readouterr().out + capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("202611", "2026-11"),
        ("115/11", "2026-11"),
        ("115年11月", "2026-11"),
        ("民國115年3月", "2026-03"),
        ("26-11", "2026-11"),
        ("202613", None),
        ("November", None),
    ],
)
def test_a_period_is_proposed(text: str, period: str | None) -> None:
    assert near_period(text) == period


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["score", "roster.xlsx"], 1, "Give it by --roster"),
        (["check", "roster.xlsx"], 1, "Give it by --roster"),
        (["score", "bonus.xlsx"], 1, "was made by perf and is no score sheet"),
        (["bonus", "result.xlsx", "--roster", "result.xlsx", "-o", "x.xlsx"], 1, "is no roster"),
        (["raise", "result.xlsx", "--roster", "bonus.xlsx", "-o", "x.xlsx"], 1, "is no roster"),
        (["template", "sales", "--roster", "result.xlsx", "-o", "x.xlsx"], 1, "is no roster"),
        (["check", "sheet.xlsx", "--roster", "bonus.xlsx"], 1, "is no roster"),
        (["bonus", "roster.xlsx", "-o", "x.xlsx"], 4, "a roster is given by --roster"),
        (["export", "--check", "nosuch.csv", "--against", "bonus.xlsx"], 4, "does not exist"),
        (["check", "sheet.xlsx", "sheet.xlsx"], 2, "more than once: sheet.xlsx"),
    ],
)
def test_another_file_than_was_wanted(
    company: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert perf(company, *words) == code
    assert said in capsys.readouterr().err


def test_a_copy_of_a_file_is_called_one(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (company / "copy.xlsx").write_bytes((company / "sheet.xlsx").read_bytes())
    assert perf(company, "score", "sheet.xlsx", "copy.xlsx") == 2
    assert "copy.xlsx and sheet.xlsx hold the very same" in capsys.readouterr().err


def test_partial_is_proposed_only_where_somebody_is_left(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, first, _ = SHEET
    write_workbook(company / "one.xlsx", {"銷售": [header, first, ["E2", "林二", None, 75, 95]]})
    assert perf(company, "score", "one.xlsx") == 1
    assert "--partial" in capsys.readouterr().err
    write_workbook(company / "none.xlsx", {"銷售": [header, ["E2", "林二", None, 75, 95]]})
    assert perf(company, "score", "none.xlsx") == 1
    said = capsys.readouterr().err
    assert "--partial" not in said
    assert "nobody who could be scored" in said


def test_check_ends_with_its_counts(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, first, _ = SHEET
    write_workbook(company / "one.xlsx", {"銷售": [header, first, ["E2", "林二", None, 75, 95]]})
    capsys.readouterr()
    assert perf(company, "check", "one.xlsx", "--period", "2026-11") == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last == "1 error, 0 warnings; 1 of 2 people without an error."


def test_check_counts_no_sheet_as_a_person(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_workbook(company / "odd.xlsx", {"銷售": [["no", "table"], ["at", "all"]]})
    capsys.readouterr()
    assert perf(company, "check", "sheet.xlsx", "odd.xlsx", "--period", "2026-11") == 1
    assert "2 of 2 people without an error." in capsys.readouterr().err


def test_a_word_that_is_too_long_for_a_file_is_an_option(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert perf(company, "score", "–" + "o" * 400) == 2
    assert "Did you mean --ooo" in capsys.readouterr().err


def test_a_changed_bonus_is_not_cured_by_scoring_again(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import openpyxl

    book = openpyxl.load_workbook(company / "bonus.xlsx")
    sheet = book.worksheets[0]
    amount = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 3000)
    amount.value = 3001
    book.save(company / "bonus.xlsx")
    assert perf(company, "verify", "bonus.xlsx") != 0
    said = capsys.readouterr().err
    assert "run the command again that made this workbook" in said
    assert "perf score" not in said


def test_swapped_bounds_are_one_mistake(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = company / "rubrics" / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    swapped = text.replace("lower_bound: 90", "lower_bound: X").replace("lower_bound: 80", "lower_bound: 90")
    policy.write_text(swapped.replace("lower_bound: X", "lower_bound: 80"), encoding="utf-8")
    assert run(["rubric", "check", str(company / "rubrics"), "--lang", "en"]) == 3
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error")]
    assert len(errors) == 1
    assert "grades-out-of-order" in errors[0]
