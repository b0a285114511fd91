"""Long tables: the cells that XlsxWriter would write, whatever they hold and however many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.exports.results_table import results_csv, results_parquet
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import Results
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from perfcli.workbooks.base import long_tables
from perfcli.workbooks.base.long_tables import ROW, LongTable, formula_cells, number_cells, text_cells
from perfcli.workbooks.base.writer import WorkbookWriter
from support.sheets import open_results, write_workbook

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs", "Cc")),
        st.sampled_from("\n\t <>&\"'=_x0041_\x01\x1f"),
    ),
    max_size=20,
)
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.just(math.nan),
)

HEIGHTS = (21, 38.5)


def written(texts: Sequence[str], numbers: Sequence[float]) -> Worksheet:
    """A sheet with the rows as a long table, between a header and a line below."""
    book = WorkbookWriter(Wording(Language.ENGLISH), "title")
    sheet = book.sheet("sheet")
    sheet.write(1, 0, "header", book.header)
    formulas = ["", f"B{ROW}*2", f"N(B{ROW})*2+\1"]
    doubled = [0.0 if math.isnan(one) else one * 2 for one in numbers]
    columns = [
        (text_cells(texts), book.text),
        (number_cells(numbers, missing="none"), book.plain),
        (formula_cells([formulas[one % 3] for one in range(len(texts))], doubled), book.exact),
    ]
    heights = [HEIGHTS[(row + 3) % 2] for row in range(len(texts))]
    book.add_rows(sheet.worksheet, LongTable(2, columns, {"\1": 9}, heights))
    sheet.write(2 + len(texts), 0, "below", book.text)
    return openpyxl.load_workbook(BytesIO(book.finish())).worksheets[0]


def by_xlsxwriter(texts: Sequence[str], numbers: Sequence[float]) -> Worksheet:
    """The same cells, written one by one."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, (text, number) in enumerate(zip(texts, numbers, strict=True), start=2):
            sheet.write_string(row, 0, text)
            if math.isnan(number):
                sheet.write_string(row, 1, "none")
            else:
                sheet.write_number(row, 1, number)
    return openpyxl.load_workbook(stream).worksheets[0]


@given(rows=st.lists(st.tuples(TEXTS, NUMBERS), min_size=1, max_size=12), chunk=st.integers(1, 5))
@settings(max_examples=60)
def test_cells_are_those_of_xlsxwriter(rows: list[tuple[str, float]], chunk: int) -> None:
    texts, numbers = [text for text, _ in rows], [number for _, number in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_tables, "_CHUNK", chunk)
        found = written(texts, numbers)
    expected = by_xlsxwriter(texts, numbers)
    for row in range(3, 3 + len(rows)):
        for column in (1, 2):
            cell, other = found.cell(row, column), expected.cell(row, column)
            assert (cell.value, cell.data_type) == (other.value, other.data_type)
        formulas = [None, f"=B{row}*2", f"=N(B{row})*2+{row + 7}"]
        assert found.cell(row, 3).value == formulas[(row - 3) % 3]
        assert found.row_dimensions[row].height == HEIGHTS[row % 2]
        assert found.cell(row, 1).number_format == "@"
        assert found.cell(row, 2).border.left.style == "thin"
    assert found["A2"].value == "header"
    assert found.cell(3 + len(rows), 1).value == "below"
    assert found.dimensions == f"A2:C{3 + len(rows)}"


HEADERS = ("工號", "姓名", "部門", "銷售額", "毛利率", "協作配合度")


def scored(folder: Path, people: int, ruleset: Ruleset) -> Results:
    """So many people, among them the same few in any number."""
    rows = [
        [f"E{one:06d}", f"員工{one}", f"部門{one % 7}", 40 + one % 61, 40 + one * 7 % 61, 40 + one * 13 % 61]
        for one in range(people)
    ]
    folder.mkdir()
    path = write_workbook(folder / "sheet.xlsx", {"銷售團隊": [HEADERS, *rows]})
    return pipeline.score(Request([path], team="sales", period="2026-11"), ruleset)


def test_large_and_small_say_the_same_of_everybody(tmp_path: Path, small_rules: Ruleset) -> None:
    large, small = scored(tmp_path / "large", 9_000, small_rules), scored(tmp_path / "small", 40, small_rules)
    assert len(large.frame) > 4 * long_tables._CHUNK  # noqa: SLF001 several chunks
    own = [key for key in small.frame if key not in {"rank", "team_rank"}]
    both = large.frame.set_index("employee_id").loc[small.frame["employee_id"]].reset_index()
    assert both[own].to_dict("records") == small.frame[own].to_dict("records")
    wording = Wording(Language.ENGLISH)
    (tmp_path / "large.xlsx").write_bytes(RESULTS.workbook(large, wording))
    again, changes = open_results(tmp_path / "large.xlsx")
    assert not changes
    assert again.frame["employee_id"].tolist() == large.frame["employee_id"].tolist()
    content = RESULTS.workbook(small, wording)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_tables, "_CHUNK", 7)
        assert RESULTS.workbook(small, wording) == content


def test_flat_tables_have_every_column_but_what_perf_keeps_for_itself(
    tmp_path: Path, small_rules: Ruleset
) -> None:
    import pandas as pd

    results = scored(tmp_path / "some", 30, small_rules)
    texts = dict.fromkeys(("employee_id", "name", "department", "position", "team", "period", "grade"), str)
    as_csv = pd.read_csv(BytesIO(results_csv(results)), dtype=texts, keep_default_na=False)
    as_parquet = pd.read_parquet(BytesIO(results_parquet(results)))
    kept = [key for key in map(str, results.frame) if key == "superior" or key.endswith(".origin")]
    assert len(kept) == 4
    for found in (as_csv, as_parquet):
        pd.testing.assert_frame_equal(found, results.frame.drop(columns=kept), check_dtype=False)
