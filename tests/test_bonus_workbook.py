"""The bonus workbook: what it shows, that it recalculates elsewhere, and that a change by hand is seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from math import nan
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from openpyxl.workbook import Workbook

from perfcli.files.reader import Access
from perfcli.findings import has_errors
from perfcli.pipelines.stored import open_product
from perfcli.rewards.bonus.bonus import Bonus, BonusOrder
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.bonus.explanation import explain_bonus
from perfcli.rewards.bonus.records import bonus_record
from perfcli.rewards.payroll import named_columns
from perfcli.rules.models import Policy
from perfcli.rules.periods import Cycle
from perfcli.scoring.results import InputFile, rows
from perfcli.sealed.bonus import BONUS
from perfcli.text import Language, Wording
from support.random_bonuses import RULES, How, Person, frame_of, payments, people, person
from support.recalculation import recalculated, values_of

WORDING = Wording(Language.TRADITIONAL)
FILES = (InputFile("result.xlsx", "1" * 64), InputFile("roster.xlsx", "2" * 64))


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def agreement(content: bytes, wording: Wording = WORDING) -> str:
    """What the audit says when it is computed again."""
    return str(recalculated(content)[wording("sheet.audit")]["A3"])


FACTORS = [
    {"id": "company", "name": {"zh-Hant": "公司係數", "en": "Company factor"}, "value": "1.1"},
    {
        "id": "department",
        "name": {"zh-Hant": "部門係數", "en": "Department factor"},
        "by": "department",
        "values": {"運營部": "1.25"},
        "otherwise": "0.9",
    },
    {"id": "own", "name": "=個人係數", "column": "個人係數", "otherwise": "0.75"},
]


def with_factors(**payment: object) -> Bonus:
    """The example with a factor from each source."""
    plain = example(**payment)
    policy = plain.ruleset.policy.model_dump(mode="json", by_alias=True)
    policy["bonus"]["factors"] = FACTORS
    rules = replace(plain.ruleset, policy=Policy.model_validate(policy))
    own = [1.375 if one == "001" else nan for one in plain.people["employee_id"]]
    staff = plain.people.assign(**{"factor.own": own})
    return replace(calculate_bonus(staff, rules, plain.order), inputs=FILES)


def example(**payment: object) -> Bonus:
    """Everything that can happen, in two departments."""
    staff = [
        person("001", Decimal(8000), Decimal(95), department="運營部"),
        person("002", Decimal(5000), Decimal(85), department="運營部", joined=date(2026, 11, 16)),
        person("003", Decimal(3000), Decimal(70), department="客服部", left=date(2026, 11, 10)),
        person("004", Decimal("3333.33"), Decimal(62), department="客服部", unpaid_leave_days=0.5),
        person("005", Decimal(4000), Decimal(30), department="客服部"),
        person(
            *("=1+1", Decimal(1000), Decimal(85)),
            name="+A1",
            department="@部",
            bonus_adjustment=-100.5,
            bonus_adjustment_reason="=遲到",
        ),
    ]
    policy = RULES.policy.model_dump(mode="json", by_alias=True)
    policy["bonus"]["payments"]["monthly"] = {"highest": 6000, **payment}
    rules = replace(RULES, policy=Policy.model_validate(policy))
    return replace(
        calculate_bonus(frame_of(staff), rules, BonusOrder(Cycle.MONTHLY, "2026-11")), inputs=FILES
    )


@pytest.mark.parametrize("language", list(Language))
def test_the_workbook_recalculates_to_what_it_says(language: Language) -> None:
    wording = Wording(language)
    content = BONUS.workbook(example(), wording)
    fresh, said = recalculated(content), values_of(content)
    for name in ("bonus", "bonus-summary", "reconciliation", "audit"):
        sheet = wording(f"sheet.{name}")
        for cell, value in said[sheet].items():
            found = fresh[sheet].get(cell)
            same = found == pytest.approx(value, abs=1e-9) if isinstance(value, float) else found == value
            assert same, (name, cell, found, value)
    assert fresh[wording("sheet.audit")]["A3"] == wording("bonus.audit.all-agree")


@settings(max_examples=40)
@given(staff=people(), how=payments())
def test_the_audit_agrees_for_every_bonus(staff: list[Person], how: How) -> None:
    rules, order = how.rules, how.order
    bonus = calculate_bonus(frame_of(staff), rules, order)
    assume(not has_errors(bonus.findings))
    content = BONUS.workbook(bonus, WORDING)
    name = WORDING("sheet.audit")
    fresh, said = recalculated(content)[name], values_of(content)[name]
    for cell, value in said.items():
        if isinstance(value, float):
            assert fresh.get(cell) == pytest.approx(value, rel=1e-12, abs=1e-9), cell
        else:
            assert fresh.get(cell) == value, cell


@pytest.mark.parametrize("pool", ["0.01", "0.07", "99999999.97", "123456789012.34"])
def test_the_audit_of_a_large_pool(pool: str) -> None:
    staff = [person(f"E{n:02d}", Decimal(n * 137 + 1) / 100, Decimal(60 + n % 40)) for n in range(40)]
    bonus = calculate_bonus(frame_of(staff), RULES, BonusOrder(Cycle.MONTHLY, "2026-11", Decimal(pool)))
    assert bonus.paid == Decimal(pool)
    assert agreement(BONUS.workbook(bonus, WORDING)) == WORDING("bonus.audit.all-agree")


@pytest.mark.parametrize("key", ["bonus_base", "days", "grade", "amount"])
def test_the_audit_sees_a_changed_cell(key: str) -> None:
    bonus = example()
    book = opened(BONUS.workbook(bonus, WORDING))
    sheet = book[WORDING("sheet.bonus")]
    column = next(cell.column for cell in sheet[5] if cell.value == WORDING(f"column.{key}"))
    cell = sheet.cell(8, column)
    cell.value = "優秀" if key == "grade" else float(str(cell.value)) * 0.9
    assert agreement(saved(book)) != WORDING("bonus.audit.all-agree")


def test_what_the_table_shows() -> None:
    bonus = example()
    sheet = opened(BONUS.workbook(bonus, WORDING), values=True)[WORDING("sheet.bonus")]
    header = [cell.value for cell in sheet[5]]
    table = [dict(zip(header, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(6, 11)]
    by_id = {row["工號"]: row for row in table}
    assert [row["工號"] for row in table] == ["=1+1", "003", "004", "005", "001", "002"]
    assert (by_id["001"]["封頂保底前"], by_id["001"]["獎金"]) == (9600, 6000)
    assert "封頂 6000" in str(by_id["001"]["備註"])
    assert (by_id["002"]["計發天數"], by_id["002"]["全期天數"], by_id["002"]["獎金"]) == (15, 30, 2500)
    assert (by_id["003"]["獎金"], by_id["004"]["獎金"]) == (800, 2622.22)
    assert (by_id["005"]["獎金"], by_id["005"]["備註"]) == (0, "等級「不合格」不發獎金")
    assert (by_id["=1+1"]["調整前"], by_id["=1+1"]["獎金調整"], by_id["=1+1"]["獎金"]) == (
        1000,
        -100.5,
        899.5,
    )
    assert sheet.cell(12, header.index("獎金") + 1).value == float(bonus.paid)
    texts = [str(cell.value) for row in sheet.iter_rows(13) for cell in row if cell.value]
    assert [text for text in texts if text in {"制表", "覆核", "批准"}] == ["制表", "覆核", "批准"]


class TestFactors:
    @pytest.mark.parametrize(
        "payment",
        [
            {},
            {"method": "by-grade-and-score", "highest": None},
            {"method": "pool", "pool": "10000", "shared_by": "by-score"},
            {
                "method": "fixed",
                "amounts": {"excellent": "500", "good": "300", "qualified": "100", "unqualified": "0"},
            },
        ],
        ids=["by-grade", "by-both", "pool", "fixed"],
    )
    def test_the_audit_recomputes_them(self, payment: dict[str, object]) -> None:
        bonus = with_factors(**payment)
        assert not bonus.problems
        assert list(bonus.frame["amount"]) != list(example(**payment).frame["amount"])
        assert agreement(BONUS.workbook(bonus, WORDING)) == WORDING("bonus.audit.all-agree")

    @pytest.mark.parametrize("name", ["公司係數", "部門係數", "=個人係數"])
    def test_the_audit_sees_a_changed_one(self, name: str) -> None:
        book = opened(BONUS.workbook(with_factors(), WORDING))
        sheet = book[WORDING("sheet.bonus")]
        header = next(cell for row in sheet.iter_rows() for cell in row if cell.value == name)
        changed = sheet.cell(header.row + 1, header.column)
        assert isinstance(changed.value, float | int)
        changed.value += 1
        assert agreement(saved(book)) != WORDING("bonus.audit.all-agree")

    def test_they_are_sealed(self, tmp_path: Path) -> None:
        path = tmp_path / "bonus.xlsx"
        bonus = with_factors()
        path.write_bytes(BONUS.workbook(bonus, WORDING))
        found = open_product(path, Access())
        assert found.changes == []
        assert isinstance(found.stored.content, Bonus)
        pd.testing.assert_frame_equal(found.stored.content.frame, bonus.frame)
        changed = opened(path.read_bytes())
        sheet = changed[WORDING("sheet.bonus")]
        header = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "公司係數")
        sheet.cell(header.row + 1, header.column).value = 3
        changed.save(path)
        cells = [one.place.cell for one in open_product(path, Access()).changes]
        assert f"{header.column_letter}{header.row + 1}" in cells

    def test_without_any_nothing_is_sealed_of_them(self) -> None:
        assert "factor." not in json.dumps(BONUS.record(example()), default=str)
        assert '"factors"' not in json.dumps(BONUS.record(example()), default=str)
        assert BONUS.record(with_factors())["rules"] != BONUS.record(example())["rules"]

    def test_an_explanation_says_each_with_its_rule(self) -> None:
        steps = explain_bonus(with_factors(), "001").steps
        said = [step.in_language(Language.ENGLISH) for step in steps]
        for start in ("Company factor: 1.1 (", "Department factor: 1.25 (", "=個人係數: 1.375 ("):
            assert any(one.strip().startswith(start) for one in said), said
        assert any("8,000.00 × 1.2 × 1.1 × 1.25 × 1.375" in one for one in said), said

    def test_an_export_may_have_them(self) -> None:
        bonus = with_factors()
        keys = ["employee_id", "factor.company", "factor.own"]
        assert {*keys} <= {*BONUS.allowed_columns(bonus)}
        assert "factor.company" not in BONUS.allowed_columns(example())
        flat = BONUS.flat_table(bonus, WORDING, named_columns(keys, bonus.ruleset, WORDING))
        assert flat.headers[1:] == ["公司係數", "=個人係數"]
        assert ["001", Decimal("1.1"), Decimal("1.375")] in [list(row) for row in flat.rows]

    def test_json_has_each(self) -> None:
        own = bonus_record(with_factors(), WORDING)["employees"]
        assert {one["factor.department"] for one in own} == {1.25, 0.9}
        assert "factor.company" not in bonus_record(example(), WORDING)["employees"][0]


def test_texts_of_people_are_no_formulas() -> None:
    book = opened(BONUS.workbook(example(), WORDING))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in {"=1+1", "+A1", "@部", "=遲到"}:
                    assert cell.data_type == "s", (sheet.title, cell.coordinate)


def test_the_reconciliation_comes_out_even() -> None:
    bonus = replace(
        example(), edits=(), absent=frame_of([person("009", Decimal(1), Decimal(1))]).iloc[:, [0, 1, 2, 4]]
    )
    sheet = opened(BONUS.workbook(bonus, WORDING), values=True)[WORDING("sheet.reconciliation")]
    lines = {str(row[0].value): row[1].value for row in sheet.iter_rows(min_row=1)}
    assert lines["差額"] == 0
    assert lines["實發合計（獎金表）"] == float(bonus.paid)
    assert lines["封頂、保底增減"] == -3600
    assert lines["獎金調整"] == -100.5
    assert (lines["有考核結果"], lines["其中發獎金"], lines["其中不發"]) == (6, 5, 1)
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert "009" in texts
    assert "等級「不合格」不發獎金" in texts
    assert "1" * 64 in texts


def test_the_same_people_give_the_same_bytes() -> None:
    staff = [person(f"E{n}", Decimal(n * 100), Decimal(60 + n)) for n in range(9)]
    order = BonusOrder(Cycle.MONTHLY, "2026-11")
    one, other = (
        BONUS.workbook(calculate_bonus(frame_of(own), RULES, order), WORDING) for own in (staff, staff[::-1])
    )
    assert one == other


class TestVerification:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        (tmp_path / "bonus.xlsx").write_bytes(BONUS.workbook(example(), WORDING))
        return tmp_path / "bonus.xlsx"

    def changes(self, path: Path, sheet: str, pattern: str, value: float | str) -> Iterator[str]:
        """The cells that are told after one was changed; the pattern finds the cell by its text."""
        book = openpyxl.load_workbook(path)
        cell = next(
            cell
            for row in book[WORDING(sheet)].iter_rows()
            for cell in row
            if re.fullmatch(pattern, str(cell.value))
        )
        cell.value = value
        book.save(path)
        for found in open_product(path, Access()).changes:
            yield f"{found.code} {found.place.sheet} {found.place.cell}"

    def test_what_perf_wrote_is_unchanged(self, path: Path) -> None:
        opened_bonus = open_product(path, Access())
        assert opened_bonus.changes == []
        assert isinstance(opened_bonus.stored.content, Bonus)
        assert opened_bonus.stored.content.frame.equals(example().frame)
        assert opened_bonus.stored.content.inputs == FILES

    @pytest.mark.parametrize(
        ("sheet", "pattern", "value", "told"),
        [
            ("sheet.payroll", "2622.22", 2622.23, ["cell-changed 薪資導入 E5"]),
            ("sheet.payroll", "004", "4", ["row-added 薪資導入 A5", "row-missing 薪資導入 None"]),
            ("sheet.bonus", "2500", 2501, ["cell-changed 獎金表 M11"]),
            ("sheet.bonus", "良好", "優秀", ["cell-changed 獎金表 F6"]),
        ],
    )
    def test_a_changed_cell_is_named(
        self, path: Path, sheet: str, pattern: str, value: float | str, told: list[str]
    ) -> None:
        assert list(self.changes(path, sheet, pattern, value)) == told

    def test_a_changed_fact_breaks_the_seal(self, path: Path) -> None:
        book = openpyxl.load_workbook(path)
        cell = next(row[1] for row in book["_perf"].iter_rows() if row[0].value == "employees")
        cell.value = str(cell.value).replace('"8000', '"9000')
        book.save(path)
        assert "seal-broken" in {found.code for found in open_product(path, Access()).changes}


def test_a_row_for_everybody_in_the_payroll_sheet() -> None:
    bonus = example()
    sheet = opened(BONUS.workbook(bonus, WORDING), values=True)[WORDING("sheet.payroll")]
    found = list(sheet.iter_rows(values_only=True))
    assert found[0] == ("工號", "姓名", "部門", "考核周期", "獎金", "貨幣")
    expected = {row["employee_id"]: row["amount"] for row in rows(bonus.frame)}
    assert {row[0]: row[4] for row in found[1:]} == expected
    assert [row[0] for row in found[1:]] == sorted(expected)
