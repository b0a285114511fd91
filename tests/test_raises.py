"""Raises: rules against fractions, budgets, the command, and the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from docs_support import examples
from perfcli.cli.main import run
from perfcli.files import marks
from perfcli.files.reader import Access
from perfcli.findings import Place
from perfcli.pipelines.pay import PayRequest, adjust
from perfcli.pipelines.stored import open_product
from perfcli.rewards.raises.budget import Asked, fit_budget
from perfcli.rewards.raises.explanation import explain_raise
from perfcli.rewards.raises.raises import RaiseOrder, Raises, adjust_salaries
from perfcli.rewards.raises.rules import RaiseCase, months_of_service, outcome
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.models import Policy
from perfcli.rules.ruleset import Ruleset
from perfcli.sealed.raises import RAISES
from perfcli.text import Language, Wording
from support.bonuses import rules_of, score_all, table
from support.companies import small_company
from support.recalculation import recalculated, values_of
from support.sheets import cell_under, write_workbook

POLICY = load_ruleset(shipped("rubrics")).policy
GRADES = [grade.id for grade in POLICY.grades_from_top]
PAGE = Path(__file__).parents[1] / "docs" / "raises.md"


def policy_of(said: Mapping[str, Any]) -> Policy:
    """The shipped policy with other raises and other rules of salaries."""
    policy = POLICY.model_dump(mode="json", by_alias=True)
    return Policy.model_validate({**policy, "salary": said.get("salary", {}), "raises": said["raises"]})


# Rules against fractions

CENTS = st.integers(1, 3_000_000).map(lambda cents: Decimal(cents) / 100)
PERCENTS = st.integers(-2_000, 3_000).map(lambda number: Decimal(number) / 100)


@st.composite
def rate_rows(draw: st.DrawFn) -> dict[str, str]:
    """A rate for each grade, no better grade with less."""
    found = draw(st.lists(PERCENTS, min_size=len(GRADES), max_size=len(GRADES)))
    return dict(zip(GRADES, map(str, sorted(found, reverse=True)), strict=True))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Rules of salaries of every kind."""
    unit = Decimal(draw(st.sampled_from(["0.01", "0.05", "1", "10"])))
    units = st.integers(1, 300).map(lambda count: str(count * unit))
    salary: dict[str, object] = {
        "rounding_unit": str(unit),
        "above_range": draw(st.booleans()),
        "joiners": draw(st.sampled_from(["by-months", "whole", "nothing"])),
    }
    for key, values in {"lowest": units, "highest_amount": units}.items():
        if draw(st.booleans()):
            salary[key] = draw(values)
    if draw(st.booleans()):
        salary["highest_percent"] = str(draw(PERCENTS.filter(lambda percent: percent > 0)))
    if draw(st.booleans()):
        salary["banded_by"] = draw(st.sampled_from(["position", "salary"]))
        bounds = {0, *draw(st.lists(st.integers(1, 120), max_size=3))}
        salary["matrix"] = [{"lower_bound": bound, "percents": draw(rate_rows())} for bound in sorted(bounds)]
    return policy_of({"raises": draw(rate_rows()), "salary": salary})


@st.composite
def cases(draw: st.DrawFn) -> RaiseCase:
    lowest = draw(CENTS)
    highest = lowest + draw(CENTS)
    return RaiseCase(draw(CENTS), draw(st.sampled_from(GRADES)), draw(st.integers(0, 12)), lowest, highest)


def half_up(number: Fraction, unit: Fraction) -> Fraction:
    sign = -1 if number < 0 else 1
    return sign * ((abs(number) / unit + Fraction(1, 2)) // 1) * unit


def oracle(case: RaiseCase, policy: Policy) -> Fraction:
    """The raise as docs/raises.md says it."""
    rules, salary = policy.salary, Fraction(case.salary)
    assert case.range_lowest is not None
    assert case.range_highest is not None
    bottom, top = Fraction(case.range_lowest), Fraction(case.range_highest)
    unit = Fraction(rules.rounding_unit)
    percents: Mapping[str, Decimal] = policy.raises
    if rules.matrix is not None:
        position = half_up(max(salary - bottom, Fraction(0)) / (top - bottom) * 100, Fraction(1, 100))
        measured = position if rules.banded_by == "position" else salary
        percents = max(
            (band for band in rules.matrix if band.lower_bound <= measured), key=lambda band: band.lower_bound
        ).percents
    raised = half_up(salary * Fraction(percents[case.grade]) / 100 * case.months / 12, unit)
    caps = [] if rules.above_range else [max(top - salary, Fraction(0))]
    caps += [] if rules.highest_amount is None else [Fraction(rules.highest_amount)]
    caps += [] if rules.highest_percent is None else [salary * Fraction(rules.highest_percent) / 100]
    raised = min([raised, *(cap // unit * unit for cap in caps)])
    if rules.lowest is not None:
        raised = max(raised, -((salary - Fraction(rules.lowest)) // unit) * unit)
    return raised


@given(policy=policies(), case=cases())
def test_a_raise_is_what_the_page_says(policy: Policy, case: RaiseCase) -> None:
    assert Fraction(outcome(case, policy).bounded) == oracle(case, policy)


@given(policy=policies(), case=cases())
def test_a_better_grade_never_gets_less(policy: Policy, case: RaiseCase) -> None:
    raises = [
        outcome(
            RaiseCase(case.salary, grade, case.months, case.range_lowest, case.range_highest), policy
        ).bounded
        for grade in GRADES
    ]
    assert raises == sorted(raises, reverse=True)


@given(policy=policies(), case=cases())
def test_bounds_hold(policy: Policy, case: RaiseCase) -> None:
    found, rules = outcome(case, policy), policy.salary
    assert case.range_highest is not None
    assert found.bounded % rules.rounding_unit == 0
    if rules.lowest is not None:
        assert case.salary + found.bounded >= rules.lowest
        assert case.salary + found.required >= rules.lowest
    if found.bounded > found.required:
        assert rules.above_range or case.salary + found.bounded <= case.range_highest
        assert rules.highest_amount is None or found.bounded <= rules.highest_amount
        percent = rules.highest_percent
        assert percent is None or Fraction(found.bounded) <= Fraction(case.salary) * Fraction(percent) / 100
    assert (found.limit is not None) == (found.bounded != found.computed)


@pytest.mark.parametrize(
    ("joined", "months"),
    [
        ("2025-12-31", 12),
        ("2026-01-01", 12),
        ("2026-01-02", 11),
        ("2026-02-28", 10),
        ("2026-12-01", 1),
        ("2026-12-31", 0),
        ("2027-01-01", 0),
    ],
)
def test_full_months_of_service(joined: str, months: int) -> None:
    day = date.fromisoformat(joined)
    assert months_of_service(day, 2026, "by-months") == months
    assert months_of_service(day, 2026, "whole") == 12
    assert months_of_service(day, 2026, "nothing") == (12 if day <= date(2026, 1, 1) else 0)


# Budgets


@st.composite
def demands(draw: st.DrawFn) -> tuple[list[Asked], Decimal, Decimal]:
    unit = Decimal(draw(st.sampled_from(["0.01", "1", "10"])))
    asked = []
    for number in range(draw(st.integers(1, 12))):
        amount = draw(st.integers(-50, 500)) * unit
        required = draw(st.sampled_from([Decimal(0), max(amount, Decimal(0)), max(amount // 2, Decimal(0))]))
        asked.append(Asked(f"E{number:02d}", amount, required // unit * unit))
    return asked, Decimal(draw(st.integers(1, 400_000))) / 100, unit


@given(demand=demands(), data=st.data())
def test_raises_within_a_budget(demand: tuple[list[Asked], Decimal, Decimal], data: st.DataObject) -> None:
    asked, budget, unit = demand
    fit = fit_budget(asked, budget, unit)
    total = sum(one.amount for one in asked)
    if fit is None:
        assert total <= budget
        return
    assert fit.excess == total - budget > 0
    assert 0 <= fit.factor < 1
    if not fit.reached:
        assert fit.factor == 0
        assert sum(one.fixed for one in asked) > budget - unit
        return
    assert budget - unit < sum(fit.parts) <= budget
    for one, part in zip(asked, fit.parts, strict=True):
        exact = Fraction(one.fixed) + Fraction(one.amount - one.fixed) * fit.factor
        assert abs(Fraction(part) - exact) < unit
        assert part % unit == 0
        assert min(one.amount, one.required) <= part <= one.amount
    by_rest = sorted(zip(asked, fit.parts, strict=True), key=lambda pair: pair[0].amount - pair[0].fixed)
    for (less, smaller), (more, larger) in pairwise(by_rest):
        if less.amount - less.fixed < more.amount - more.fixed:
            assert smaller - less.fixed <= larger - more.fixed
    order = data.draw(st.permutations(range(len(asked))))
    shuffled = fit_budget([asked[one] for one in order], budget, unit)
    assert shuffled is not None
    assert list(shuffled.parts) == [fit.parts[one] for one in order]


# The page


def test_examples_of_the_page_come_out_as_written() -> None:
    rows = list(examples(PAGE, "new salary"))
    assert len(rows) > 25
    for said, row in rows:
        policy = policy_of(json.loads(json.dumps(said, default=str)))
        joined = date.fromisoformat(row["joined"]) if row.get("joined", "—") != "—" else None
        months = months_of_service(joined, 2026, policy.salary.joiners)
        bounds = [Decimal(part) for part in row["range"].split("–")] if "range" in row else [None, None]
        salary = Decimal(row["salary"])
        found = outcome(RaiseCase(salary, row["grade"], months, *bounds), policy)
        assert found.bounded == Decimal(row["raise"]), row
        assert salary + found.bounded == Decimal(row["new salary"]), row
        assert "rate" not in row or found.percent == Decimal(row["rate"]), row
        assert "position" not in row or found.position == Decimal(row["position"]), row


def test_budgets_of_the_page_come_out_as_written() -> None:
    rows = [row for _, row in examples(PAGE, "within budget")]
    assert rows
    for row in rows:
        amounts = [Decimal(amount) for amount in row["raises"].split()]
        asked = [Asked(f"E{number}", amount, Decimal(0)) for number, amount in enumerate(amounts)]
        fit = fit_budget(asked, Decimal(row["budget"]), Decimal(10))
        parts = amounts if fit is None else list(fit.parts)
        assert parts == [Decimal(amount) for amount in row["within budget"].split()], row
        assert 100 * (1 if fit is None else fit.factor) == Decimal(row["factor"])


def test_the_page_says_every_key() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [key for key in type(POLICY.salary).model_fields if f"| `{key}` |" not in text] == []


# Through files

RESULTS = """
工號 | 姓名 | 部門 | 總分
007  | 陳一 | 銷售部 | 95
008  | 林二 | 銷售部 | 85
009  | 黃三 | 銷售部 | 70
010  | 李四 | 市場部 | 40
011  | 王五 | 市場部 | 96
012  | 趙六 | 市場部 | 88
"""
ROSTER = """
工號 | 姓名 | 團隊 | 月薪 | 薪級下限 | 薪級上限 | 入職日期 | 離職日期
007  | 陳一 | sales | 8000 | 6000 | 12000 | 2020-01-01 |
008  | 林二 | sales | 8333.33 | 6000 | 12000 | 2026-07-01 |
009  | 黃三 | sales | 2400 | 2000 | 4000 | 2020-01-01 |
010  | 李四 | sales | 9000 | 6000 | 12000 | 2020-01-01 |
011  | 王五 | sales | 11900 | 6000 | 12000 | 2020-01-01 | 2027-06-30
012  | 趙六 | sales | 9000 | 6000 | 12000 | 2020-01-01 | 2026-12-31
013  | 孫七 | sales | 9000 | 6000 | 12000 | 2020-01-01 |
"""
RULES: Mapping[str, Any] = {
    "raises": {"excellent": 10, "good": 5, "qualified": 0, "unqualified": -5},
    "salary": {
        "rounding_unit": "0.01",
        "lowest": "2500",
        "measures": {"unqualified": {"zh-Hant": "轉崗或培訓", "en": "Another post or training"}},
    },
}
MATRIX = {
    "banded_by": "position",
    "matrix": [
        {"lower_bound": 0, "percents": {"excellent": "12.5", "good": 7, "qualified": 1, "unqualified": 0}},
        {"lower_bound": 50, "percents": {"excellent": 8, "good": 4, "qualified": 0, "unqualified": "-5.25"}},
    ],
}


def raises_of(folder: Path, ruleset: Ruleset, order: RaiseOrder | None = None, **said: Any) -> Raises:
    """The raises of the people above, through files; ``said`` replaces results, roster, period or policy."""
    rules = rules_of({"policy": {**RULES, **said.get("policy", {})}}, ruleset)
    folder.mkdir(exist_ok=True)
    paths = score_all(table(said.get("results", RESULTS)), folder, rules, said.get("period", "2026"))
    roster = write_workbook(folder / "roster.xlsx", {"名冊": table(said.get("roster", ROSTER))})
    return adjust(PayRequest(paths, roster), rules, order or RaiseOrder())


def changes(raises: Raises) -> dict[str, Any]:
    return dict(zip(raises.frame["employee_id"], raises.frame["raise"], strict=True))


def codes(raises: Raises) -> list[str]:
    return [finding.code for finding in raises.findings]


def test_everybody_is_raised_by_the_rules_or_left_out(tmp_path: Path, small_rules: Ruleset) -> None:
    raises = raises_of(tmp_path, small_rules)
    assert changes(raises) == {"007": 800, "008": 208.33, "009": 100, "010": 0, "011": 100}
    assert dict(zip(raises.left_out["employee_id"], raises.left_out["reason"], strict=True)) == {
        "012": "left",
        "013": "no-result",
    }
    assert raises.effective == date(2027, 1, 1)
    assert raises.cost == Decimal("1208.33")
    assert raises.cost_of_year == Decimal("14499.96")
    assert dict(zip(raises.frame["employee_id"], raises.frame["limit"], strict=True)) == {
        "007": "",
        "008": "",
        "009": "minimum-wage",
        "010": "",
        "011": "range-highest",
    }
    assert "cuts-wait" in codes(raises)


def test_cuts_are_applied_when_they_are_confirmed(tmp_path: Path, small_rules: Ruleset) -> None:
    raises = raises_of(tmp_path, small_rules, RaiseOrder(confirm_cuts=True))
    assert changes(raises)["010"] == -450
    assert "cuts-wait" not in codes(raises)
    assert raises.cost == Decimal("758.33")


def test_who_leaves_before_another_day_is_still_raised(tmp_path: Path, small_rules: Ruleset) -> None:
    raises = raises_of(tmp_path, small_rules, RaiseOrder(effective=date(2026, 12, 1)))
    assert changes(raises)["012"] == 450
    gone = raises_of(tmp_path / "later", small_rules, RaiseOrder(effective=date(2027, 6, 30)))
    assert set(gone.left_out["employee_id"]) == {"011", "012", "013"}


def test_a_budget_is_proposed_and_applied_when_asked(tmp_path: Path, small_rules: Ruleset) -> None:
    order = RaiseOrder(budget=Decimal("1000.01"))
    raises = raises_of(tmp_path, small_rules, order)
    assert "raises-over-budget" in codes(raises)
    assert raises.fit is not None
    assert raises.fit.excess == Decimal("208.32")
    assert raises.cost == Decimal("1208.33")
    assert sum(map(Decimal, map(str, raises.frame["scaled"]))) == Decimal("1000.01")
    fitted = raises_of(tmp_path / "fitted", small_rules, RaiseOrder(budget=order.budget, fit_budget=True))
    assert fitted.cost == Decimal("1000.01")
    assert changes(fitted)["009"] == 100  # the minimum wage
    assert "raises-over-budget" not in codes(fitted)
    small = raises_of(tmp_path / "small", small_rules, RaiseOrder(budget=Decimal("99.99")))
    assert "raises-cannot-fit" in codes(small)


def test_the_order_of_rows_changes_nothing(tmp_path: Path, small_rules: Ruleset) -> None:
    order = RaiseOrder(budget=Decimal("777.77"), fit_budget=True)
    there = raises_of(tmp_path / "there", small_rules, order)
    head, *people = ROSTER.strip().splitlines()
    first, *scored = RESULTS.strip().splitlines()
    back = raises_of(
        tmp_path / "back",
        small_rules,
        order,
        roster="\n".join([head, *people[::-1]]),
        results="\n".join([first, *scored[::-1]]),
    )
    assert there.frame.equals(back.frame)
    assert there.left_out.equals(back.left_out)


def test_a_quarter_is_told(tmp_path: Path, small_rules: Ruleset) -> None:
    raises = raises_of(tmp_path, small_rules, period="2026Q4")
    assert "raise-not-annual" in codes(raises)
    assert raises.effective == date(2027, 1, 1)


def test_blanks_are_told_with_their_cells(tmp_path: Path, small_rules: Ruleset) -> None:
    roster = (
        ROSTER.replace("8000 | 6000", " | 6000").replace("2000 | 4000", "2000 | ").replace("2026-07-01", "")
    )
    raises = raises_of(tmp_path, small_rules, roster=roster, policy={"salary": {**RULES["salary"], **MATRIX}})
    found = {finding.code: finding.place for finding in raises.findings}
    assert found["no-salary"] == Place("roster.xlsx", "名冊", "D2")
    assert found["no-pay-range"] == Place("roster.xlsx", "名冊", "F4")
    assert "no-joined-date" in found
    assert set(changes(raises)) == {"008", "010", "011"}


# The command


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A folder with rules, results and a roster."""
    rubrics = small_company(tmp_path / "rubrics")
    policy = (rubrics / "policy.yaml").read_text(encoding="utf-8")
    policy = policy.replace("  qualified: 0\n  unqualified: 0\n", "  qualified: 0\n  unqualified: -5\n")
    policy = policy.replace("salary:\n", "salary:\n  lowest: 2500\n")
    (rubrics / "policy.yaml").write_text(policy, encoding="utf-8")
    score_all(table(RESULTS), tmp_path, load_ruleset(rubrics), "2026")
    write_workbook(tmp_path / "roster.xlsx", {"名冊": table(ROSTER)})
    return tmp_path


def raise_(folder: Path, *words: str) -> int:
    files = [str(folder / "sales.result.xlsx"), "--roster", str(folder / "roster.xlsx")]
    return run(["raise", *files, "--rubrics", str(folder / "rubrics"), "--lang", "en", *words])


def test_the_command_writes_a_workbook_and_says_what_matters(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raise_(company, "--budget", "1,000") == 0
    said = capsys.readouterr()
    assert "sales.raise.xlsx" in said.out
    assert "over the budget" in said.out
    assert "012 趙六" in said.out
    assert "cuts-wait" in said.err
    assert "010 李四" in said.err
    assert raise_(company) == 4
    assert "output-exists" in capsys.readouterr().err
    assert raise_(company, "--confirm-cuts", "--force", "--effective", "2027-04-01") == 0
    said = capsys.readouterr()
    assert "cuts-wait" not in said.err
    assert "2027-04-01" in said.out


def test_the_command_prints_a_record(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert raise_(company, "--json", "--budget", "1000", "--fit-budget") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["cost_per_month"] == 1000
    assert record["scaled"] is True
    first = record["employees"][0]
    assert (first["employee_id"], first["grade"], first["cut_waits"]) == ("010", "unqualified", True)
    assert {one["employee_id"]: one["reason"] for one in record["left_out"]} == {
        "012": "left",
        "013": "no-result",
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--budget", "much"), "bad-amount"),
        (("--budget", "0"), "bad-amount"),
        (("--effective", "soon"), "bad-effective"),
        (("--fit-budget",), "fit-without-budget"),
    ],
)
def test_what_the_command_does_not_understand(
    company: Path, capsys: pytest.CaptureFixture[str], words: Sequence[str], code: str
) -> None:
    assert raise_(company, *words) == 2
    assert code in capsys.readouterr().err


def test_a_roster_without_salaries_is_told(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_workbook(company / "roster.xlsx", {"名冊": table(ROSTER.replace("月薪", "電話"))})
    assert raise_(company) == 1
    said = capsys.readouterr().err
    assert "roster-without-column" in said
    assert "Salary" in said
    assert not (company / "sales.raise.xlsx").exists()


def test_a_pay_range_upside_down_is_told(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_workbook(company / "roster.xlsx", {"名冊": table(ROSTER.replace("2000 | 4000", "4000 | 2000"))})
    assert raise_(company) == 1
    said = capsys.readouterr().err
    assert "bad-pay-range" in said
    assert "F4" in said


def test_results_without_a_period_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rubrics = small_company(tmp_path / "rubrics")
    score_all(table(RESULTS), tmp_path, load_ruleset(rubrics), "")
    write_workbook(tmp_path / "roster.xlsx", {"名冊": table(ROSTER)})
    assert raise_(tmp_path) == 1
    assert "raise-needs-period" in capsys.readouterr().err


def test_a_result_that_was_changed_by_hand(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = company / "sales.result.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == "Grade")
    row = next(cell.row for cell in sheet["B"] if cell.value == "009")
    assert column is not None
    sheet.cell(row, column).value = "Excellent"
    book.save(path)
    assert raise_(company) == 1
    assert "cell-changed" in capsys.readouterr().err
    assert raise_(company, "--accept-edited") == 0
    assert "changed by hand" in capsys.readouterr().err
    written = openpyxl.load_workbook(company / "sales.raise.xlsx")
    wording = Wording(Language.ENGLISH)
    assert "changed by hand" in str(written[wording("sheet.raises")]["A4"].value)


def test_a_workbook_of_raises_is_verified_explained_and_exported(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raise_(company, "--budget", "1000", "--fit-budget", "--confirm-cuts") == 0
    path = company / "sales.raise.xlsx"
    before = openpyxl.load_workbook(path).worksheets[0]
    assert run(["verify", str(path), "--lang", "en"]) == 0
    assert run(["explain", str(path), "007", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    salary, given, new = (
        float(str(cell_under(before, key, "007").value)) for key in ("Salary before", "Raise", "Salary after")
    )
    assert f"Salary after: {salary:,.2f} + {given:,.2f} = {new:,.2f}" in said
    assert "policy.yaml:" in said
    assert run(["export", str(path), "--lang", "en", "--columns", "employee_id,new_salary,effective"]) == 0
    exported = (company / "sales.payroll.csv").read_text(encoding="utf-8-sig").splitlines()
    assert f"007,{new:.2f},2027-01-01" in exported
    capsys.readouterr()
    book = openpyxl.load_workbook(path)
    cell = cell_under(book.worksheets[0], "Salary after", "007")
    cell.value = 99999
    book.save(path)
    assert run(["verify", str(path), "--lang", "en"]) == 1
    assert f"sales.raise.xlsx > Raises > {cell.coordinate}" in capsys.readouterr().err


@pytest.mark.parametrize("fit", [False, True])
def test_raises_read_back_are_those_that_were_written(
    tmp_path: Path, small_rules: Ruleset, *, fit: bool
) -> None:
    order = RaiseOrder(date(2027, 3, 1), Decimal(1000), confirm_cuts=fit, fit_budget=fit)
    raises = raises_of(tmp_path, small_rules, order, policy={"salary": {**RULES["salary"], **MATRIX}})
    (tmp_path / "raise.xlsx").write_bytes(RAISES.workbook(raises, Wording(Language.SIMPLIFIED)))
    opened_raises = open_product(tmp_path / "raise.xlsx", Access())
    assert not opened_raises.changes
    assert isinstance(opened_raises.stored.content, Raises)
    pd.testing.assert_frame_equal(opened_raises.stored.content.frame, raises.frame)
    left_out = opened_raises.stored.content.left_out.to_dict("records")
    assert left_out == raises.left_out.to_dict("records")
    for employee in raises.frame["employee_id"]:
        assert explain_raise(opened_raises.stored.content, employee).steps


# The workbook


def opened(content: bytes, *, values: bool = True) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def cells_of(book: Workbook, sheet: str) -> dict[str, object]:
    found = (cell for row in book[sheet].iter_rows() for cell in row)
    return {cell.coordinate: cell.value for cell in found if cell.value is not None}


def assert_audit_agrees(content: bytes, wording: Wording) -> None:
    name = wording("sheet.audit")
    fresh, stored = recalculated(content)[name], values_of(content)[name]
    assert fresh.keys() == stored.keys()
    for cell, value in stored.items():
        there = fresh[cell]
        if isinstance(value, float) and isinstance(there, float | int):
            assert there == pytest.approx(value, rel=1e-12), cell
        else:
            assert there == value, cell
    assert wording("audit.all-agree") in fresh.values()


@dataclass(frozen=True)
class PaidPeople:
    """Those who have a result and a salary, without any file."""

    people: pd.DataFrame
    absent: pd.DataFrame

    def place(self, employee: str, column: str) -> Place:
        return Place("roster.xlsx", cell=f"{employee}.{column}")


def people_of(found: Sequence[RaiseCase], joined: Sequence[date | None]) -> PaidPeople:
    """The people of some cases, in departments that are not in order."""
    identity = {"name": "某人", "position": "", "team": "sales", "period": "2026", "left": None}
    numbered = enumerate(zip(found, joined, strict=True))
    table_of_cases = [
        {**identity, "employee_id": f"{number:03d}", "department": f"部門{number % 3}", "total": 80.0}
        | {"grade": case.grade, "joined": day, "salary": float(case.salary)}
        | {"range_lowest": float(case.range_lowest or 0), "range_highest": float(case.range_highest or 0)}
        for number, (case, day) in numbered
    ]
    return PaidPeople(pd.DataFrame(table_of_cases), pd.DataFrame())


DAYS = st.none() | st.dates(date(2025, 11, 1), date(2027, 2, 1))


@settings(max_examples=25)
@given(
    policy=policies(),
    found=st.lists(st.tuples(cases(), DAYS), min_size=1, max_size=6),
    budget=st.none() | CENTS,
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_the_audit_agrees_for_any_rules(
    policy: Policy,
    found: list[tuple[RaiseCase, date | None]],
    budget: Decimal | None,
    flags: tuple[bool, bool],
    small_rules: Ruleset,
) -> None:
    staff = people_of(*zip(*found, strict=True))
    rules = replace(small_rules, policy=policy)
    raises = adjust_salaries(
        staff.people, "2026", rules, RaiseOrder(None, budget, flags[0], flags[1] and budget is not None)
    )
    wording = Wording(Language.ENGLISH)
    assert_audit_agrees(RAISES.workbook(raises, wording), wording)


ORDERS = (
    RaiseOrder(),
    RaiseOrder(confirm_cuts=True),
    RaiseOrder(budget=Decimal("987.65")),
    RaiseOrder(budget=Decimal("987.65"), confirm_cuts=True, fit_budget=True),
    RaiseOrder(budget=Decimal(50)),
)


@pytest.mark.parametrize("order", ORDERS, ids=["plain", "cuts", "over", "fitted", "too-small"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"rounding_unit": "10", "joiners": "nothing"},
        {**MATRIX, "highest_percent": "7.5", "highest_amount": "700"},
        {**MATRIX, "banded_by": "salary", "above_range": True, "joiners": "whole", "lowest": None},
    ],
    ids=["by-grade", "tens", "position", "salary"],
)
def test_the_audit_agrees(
    tmp_path: Path, small_rules: Ruleset, order: RaiseOrder, more: dict[str, Any]
) -> None:
    raises = raises_of(tmp_path, small_rules, order, policy={"salary": {**RULES["salary"], **more}})
    wording = Wording(Language.TRADITIONAL)
    assert_audit_agrees(RAISES.workbook(raises, wording), wording)


@pytest.mark.parametrize("header", ["raise.column.salary", "raise.column.raise", "raise.column.new_salary"])
def test_the_audit_sees_what_was_changed(tmp_path: Path, small_rules: Ruleset, header: str) -> None:
    wording = Wording(Language.TRADITIONAL)
    book = opened(RAISES.workbook(raises_of(tmp_path, small_rules), wording), values=False)
    sheet = book[wording("sheet.raises")]
    head = next(row for row in sheet.iter_rows() if row[0].value == wording("column.employee_id"))
    column = next(cell.column for cell in head if cell.value == wording(header))
    assert column is not None
    cell = sheet.cell((head[0].row or 0) + 3, column)
    assert isinstance(cell.value, int | float)
    cell.value = cell.value + 1
    target = BytesIO()
    book.save(target)
    cells = recalculated(target.getvalue())[wording("sheet.audit")]
    assert wording("audit.all-agree") not in cells.values()
    assert wording("audit.no") in cells.values()


@pytest.mark.parametrize("language", list(Language))
def test_the_workbook_in_each_language(tmp_path: Path, small_rules: Ruleset, language: Language) -> None:
    wording = Wording(language)
    raises = raises_of(tmp_path, small_rules, RaiseOrder(budget=Decimal(1000)))
    content = RAISES.workbook(raises, wording)
    assert content == RAISES.workbook(raises, wording)
    book = opened(content)
    names = ("raises", "cuts", "raise-summary", "audit", "left-out", "findings", "rules")
    assert book.sheetnames == [*(wording(f"sheet.{name}") for name in names), marks.MARK_SHEET]
    assert "010" in cells_of(book, wording("sheet.cuts")).values()
    assert wording("raise.left-out.no-result") in cells_of(book, wording("sheet.left-out")).values()
    texts = cells_of(book, wording("sheet.rules")).values()
    assert {file.sha256 for file in raises.inputs} <= set(texts)
    measure = RULES["salary"]["measures"]["unqualified"]["en"]
    notes = " ".join(map(str, cells_of(book, wording("sheet.raises")).values()))
    assert language is not Language.ENGLISH or measure in notes
    mark = marks.read_mark(book[marks.MARK_SHEET].iter_rows(values_only=True))
    assert mark["kind"] == "raise"
    inputs = [{"name": one.name, "sha256": one.sha256} for one in raises.inputs]
    assert json.loads(mark["employees"])["inputs"] == inputs
    for sheet in book.worksheets[:-1]:
        assert int(sheet.page_setup.paperSize or 0) == 9
        assert int(sheet.page_setup.fitToWidth or 1) == 1


def test_no_text_becomes_a_formula(tmp_path: Path, small_rules: Ruleset) -> None:
    results = RESULTS.replace("陳一", "=1+1").replace("銷售部", "@x")
    raises = raises_of(tmp_path, small_rules, results=results, roster=ROSTER.replace("陳一", "=1+1"))
    book = opened(RAISES.workbook(raises, Wording(Language.TRADITIONAL)), values=False)
    sheet = book.worksheets[0]
    formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(str(formula).startswith("=SUBTOTAL(9,") for formula in formulas)
    assert "=1+1" in cells_of(book, sheet.title).values()
