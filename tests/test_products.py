"""What every product has: a seal over all that it says, tables that are whole, one way to each command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from perfcli.cli.main import run
from perfcli.files import marks
from perfcli.findings import Finding
from perfcli.rewards.payroll import Columns, PayrollTable, flat_table, named_columns
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile, Results
from perfcli.sealed.bonus import BONUS
from perfcli.sealed.mark import SEAL, digest, former_digest
from perfcli.sealed.products import Product, Steps
from perfcli.sealed.raises import RAISES
from perfcli.sealed.records import (
    files_record,
    people_record,
    read_files,
    read_people,
    read_rules,
    rules_record,
)
from perfcli.sealed.registry import kinds, product_of, register, unregister
from perfcli.sealed.results import RESULTS
from perfcli.text import Wording
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_table
from perfcli.workbooks.base.writer import WorkbookWriter
from support.mutations import unpack
from support.office import worksheet, zipped
from test_bonus_workbook import WORDING, example
from test_measured_results import bytes_of
from test_raises import raises_of
from test_result_workbook import POLICIES, make_results

FORMER = {one.kind: one.former_schemas for one in (RESULTS, BONUS, RAISES)}
FOUND = ("seal-broken", "damaged-result", "newer-result", "not-a-result")


@dataclass(frozen=True)
class Parking:
    """Who may park where: a product that perf does not have."""

    frame: pd.DataFrame
    ruleset: Ruleset
    period: str
    inputs: tuple[InputFile, ...] = ()
    findings: tuple[Finding, ...] = ()


class ParkingProduct(Product[Parking]):
    kind = "parking"
    schema = "1"
    tables = ("parking",)

    KEYS = ("employee_id", "name", "team", "total")
    SHOWN = ("employee_id", "total", "name")

    def sheets(self, content: Parking, wording: Wording) -> tuple[WorkbookWriter, Sequence[TablePlace]]:
        book = WorkbookWriter(wording, "Parking")
        columns = [
            TableColumn(key, key, content.frame[key].tolist(), book.text, width=12) for key in self.SHOWN
        ]
        return book, [write_table(book.sheet("Parking"), columns, TableLayout(0, "parking"))]

    def record(self, content: Parking) -> Mapping[str, object]:
        return {
            "rules": rules_record(content.ruleset, sorted(set(content.frame["team"])), lambda _: False),
            "people": people_record(content.frame),
            "inputs": files_record(content.inputs),
        }

    def read(self, record: Mapping[str, Any], period: str) -> Parking:
        people = read_people(record["people"], self.KEYS)
        return Parking(people, read_rules(record["rules"]), period, read_files(record["inputs"]))

    def explain(self, content: Parking, employee_id: str, wording: Wording) -> Steps:
        del content, wording
        return Steps(f"Place of {employee_id}", ["first come, first served"], {"employee_id": employee_id})

    def allowed_columns(self, content: Parking) -> Sequence[str]:
        del content
        return self.KEYS[:2]

    def usual_columns(self, content: Parking, wording: Wording) -> Columns:
        return named_columns(self.KEYS[:2], content.ruleset, wording)

    def flat_table(self, content: Parking, wording: Wording, columns: Columns) -> PayrollTable:
        return flat_table(content.frame, content.ruleset, columns, wording, {})


@pytest.fixture(scope="module")
def results() -> Results:
    """Two people of one team."""
    rubric = POLICIES.rubrics["marketing"]
    people = {"M01": ["80"] * len(rubric.indicators), "007": ["91.5"] * len(rubric.indicators)}
    found = make_results(rubric, people)
    return replace(found, inputs=(InputFile("十一月.xlsx", "a" * 64),))


@pytest.fixture
def parking(tmp_path: Path, results: Results) -> Iterator[Path]:
    """A workbook of a product that was registered a moment ago."""
    product = ParkingProduct()
    register(product)
    people = results.frame[list(product.KEYS)]
    path = tmp_path / "cars.parking.xlsx"
    content = Parking(people, results.ruleset, "2026-11", (InputFile("cars.xlsx", "0" * 64),))
    path.write_bytes(product.workbook(content, WORDING))
    yield path
    unregister(product)


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = run([*map(str, words), "--lang", "en"])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


class TestANewProduct:
    """It is a module and a line: every command takes it."""

    def test_is_verified(self, parking: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert said(capsys, "verify", parking)[0] == 0
        book = openpyxl.load_workbook(parking)
        was, book["Parking"]["B2"].value = book["Parking"]["B2"].value, 12
        book.save(parking)
        code, text = said(capsys, "verify", parking)
        assert code == 1
        assert "B2" in text
        assert f"{was:g}" in text

    def test_is_explained(self, parking: Path, results: Results, capsys: pytest.CaptureFixture[str]) -> None:
        employee = results.frame["employee_id"][0]
        code, text = said(capsys, "explain", parking, employee)
        assert code == 0
        assert f"Place of {employee}" in text
        assert "first come" in text
        code, text = said(capsys, "explain", parking, employee, "--json")
        assert json.loads(text) == {"employee_id": employee}

    def test_is_exported(self, parking: Path, results: Results, capsys: pytest.CaptureFixture[str]) -> None:
        assert said(capsys, "export", parking)[0] == 0
        written = parking.with_name("cars.payroll.csv")
        assert written.read_text(encoding="utf-8-sig").count("\n") == len(results.frame) + 1
        assert said(capsys, "export", "--check", written, "--against", parking)[0] == 0


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_is_that_of_its_product(kind: str) -> None:
    product = product_of(kind)
    assert product is not None
    assert product.kind == kind
    assert product.tables
    assert product.schema not in product.former_schemas


@pytest.fixture(scope="module")
def workbooks(
    results: Results, small_rules: Ruleset, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, bytes]:
    """A workbook of each kind."""
    raises = raises_of(tmp_path_factory.mktemp("raises"), small_rules)
    return {
        "result": RESULTS.workbook(results, WORDING),
        "bonus": BONUS.workbook(example(), WORDING),
        "raise": RAISES.workbook(raises, WORDING),
    }


@pytest.mark.parametrize("kind", FORMER)
class TestTheSeal:
    """It covers everything that a workbook says of itself."""

    def test_holds(
        self, kind: str, workbooks: Mapping[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "x.xlsx"
        for content in (workbooks[kind], with_mark(workbooks[kind], mark_of(workbooks[kind]))):
            path.write_bytes(content)
            assert said(capsys, "verify", path)[0] == 0

    def test_breaks_with_every_key(
        self, kind: str, workbooks: Mapping[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        content = workbooks[kind]
        mark = mark_of(content)
        changes: dict[str, Mapping[str, str]] = {
            **{f"without {key}": {one: text for one, text in mark.items() if one != key} for key in mark},
            **{key: {**mark, key: _changed(key, text)} for key, text in mark.items()},
            **{f"schema {older}": {**mark, "schema": older} for older in FORMER[kind]},
            "one more key": {**mark, "approved": '"yes"'},
            "text moved on": {
                **mark,
                "perf": mark["perf"][:-1],
                "language": mark["perf"][-1] + mark["language"],
            },
        }
        for name, changed in changes.items():
            path = tmp_path / "changed.xlsx"
            path.write_bytes(with_mark(content, changed))
            code, text = said(capsys, "verify", path)
            assert code in {1, 4}, name
            assert any(word in text for word in FOUND), name

    def test_is_not_that_of_a_former_schema(self, kind: str, workbooks: Mapping[str, bytes]) -> None:
        mark = mark_of(workbooks[kind])
        assert mark[SEAL] == digest(mark) != former_digest(mark)

    @pytest.mark.parametrize(
        "tables",
        ["[]", '[{"table": "other", "team": null, "sheet": "x", "first_row": 2, "rows": 1, "columns": {}}]'],
    )
    def test_without_tables_is_damaged(
        self,
        kind: str,
        tables: str,
        workbooks: Mapping[str, bytes],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        mark = mark_of(workbooks[kind]) | {"tables": tables}
        assert_damaged(workbooks[kind], mark, tmp_path, capsys)

    @pytest.mark.parametrize(
        "columns",
        [{}, {"employee_id": 0}, {"employee_id": 20_000}, {"employee_id": 1, "shoe_size": 2}],
        ids=["no ids", "before the first", "beyond the last", "unknown"],
    )
    def test_with_a_table_of_impossible_columns_is_damaged(
        self,
        kind: str,
        columns: Mapping[str, int],
        workbooks: Mapping[str, bytes],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        mark = mark_of(workbooks[kind])
        tables = json.loads(mark["tables"])
        tables[0]["columns"] = columns
        mark |= {"tables": json.dumps(tables)}
        assert_damaged(workbooks[kind], mark, tmp_path, capsys)

    def test_over_lists_without_end_is_damaged(
        self,
        kind: str,
        workbooks: Mapping[str, bytes],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        mark = mark_of(workbooks[kind]) | {"rules": "[" * 100_000}
        assert_damaged(workbooks[kind], mark, tmp_path, capsys)

    def test_a_column_that_was_deleted_is_told(
        self,
        kind: str,
        workbooks: Mapping[str, bytes],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        table = json.loads(mark_of(workbooks[kind])["tables"])[0]
        book = openpyxl.load_workbook(BytesIO(workbooks[kind]))
        book[table["sheet"]].delete_cols(max(table["columns"].values()), 100)
        path = tmp_path / "x.xlsx"
        path.write_bytes(bytes_of(book))
        code, text = said(capsys, "verify", path)
        assert (code, "cell-changed" in text) == (1, True), text


def assert_damaged(
    content: bytes, mark: Mapping[str, str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That a workbook with this mark, rightly sealed, is called damaged."""
    path = folder / "x.xlsx"
    path.write_bytes(with_mark(content, {**mark, SEAL: digest(mark)}))
    code, text = said(capsys, "verify", path)
    assert (code, "damaged-result" in text) == (4, True), text


def _changed(key: str, text: str) -> str:
    """A value that is still one of its kind."""
    if key == "inputs":
        return text.replace("a", "b", 1) if "a" in text else '[{"name": "x", "sha256": "y"}]'
    if text.startswith(("{", "[")):
        return text[:-1] + " " + text[-1]
    return {"kind": "annotation", "schema": "9", "language": "zh-Hans", "period": "2025-01"}.get(
        key, f"{text}1"
    )


def mark_of(content: bytes) -> dict[str, str]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return marks.read_mark(book.get_sheet_by_name(marks.MARK_SHEET).to_python())


def with_mark(content: bytes, mark: Mapping[str, str]) -> bytes:
    """The workbook with another mark, and as it was but for that."""
    names = CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names
    rows = [
        "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' for text in row)
        for row in marks.mark_rows(mark)
    ]
    part = f"xl/worksheets/sheet{names.index(marks.MARK_SHEET) + 1}.xml"
    sheet = worksheet("".join(f"<row>{row}</row>" for row in rows))
    return zipped({**dict(unpack(content)), part: sheet})
