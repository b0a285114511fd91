from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from perfcli.files import marks
from perfcli.findings import Place, warning
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.models import Rubric
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring.results import InputFile, Results, score_key
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.mark import digest
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from perfcli.workbooks.base.styles import grade_looks
from support.recalculation import Values, formulas_of, recalculated, values_of
from support.rubrics import Dimensions, make_rubric
from support.sheets import open_results

WORDING = Wording(Language.TRADITIONAL)
POLICIES = load_ruleset(shipped("rubrics"))


def make_results(rubric: Rubric, people: Mapping[str, Sequence[str]]) -> Results:
    """The results of a team: employee id → the scores in the order of the indicators."""
    rules = {rubric.team: rubric}
    files = {key: RuleFile(f"{key}.yaml", "0" * 64, {}) for key in (POLICY, rubric.team)}
    employees = pd.DataFrame(
        [
            {"employee_id": identifier, "name": f"員工{number}", "department": "部", "position": ""}
            | {"team": rubric.team, "period": "2026-11"}
            | {
                score_key(indicator.id): np.float64(score)
                for indicator, score in zip(rubric.indicators, scores, strict=True)
            }
            for number, (identifier, scores) in enumerate(people.items())
        ]
    )
    frame = score_employees(employees, rules, POLICIES.policy)
    return Results(frame, Ruleset(POLICIES.policy, rules, files, ""), period="2026-11")


@pytest.fixture(scope="module")
def company() -> Results:
    """Ten people in each of the four shipped teams."""
    generator = np.random.default_rng(7)
    rows = [
        {
            "employee_id": f"{team[0].upper()}{number:02d}",
            "name": f"員工{number}",
            "department": f"部門{team}",
        }
        | {"position": "專員", "team": team, "period": "2026-11"}
        | {
            score_key(indicator.id): float(np.round(generator.uniform(40, 100), 1))
            for indicator in rubric.indicators
        }
        for team, rubric in POLICIES.rubrics.items()
        for number in range(10)
    ]
    frame = score_employees(pd.DataFrame(rows), POLICIES.rubrics, POLICIES.policy)
    found = (warning("result-workbook", Place("舊.xlsx", "排名", "A1")),)
    return Results(frame, POLICIES, found, (InputFile("十一月.xlsx", "a" * 64),), "2026-11")


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def says_all_agree(fresh: Values, wording: Wording = WORDING) -> bool:
    return wording("audit.all-agree") in fresh[wording("sheet.audit")].values()


def assert_audit_agrees(content: bytes, wording: Wording = WORDING) -> None:
    fresh, name = recalculated(content), wording("sheet.audit")
    assert fresh[name] == values_of(content)[name]
    assert says_all_agree(fresh, wording)


@pytest.mark.parametrize("language", list(Language))
def test_audit_agrees_in_every_cell(company: Results, language: Language) -> None:
    wording = Wording(language)
    content = RESULTS.workbook(company, wording)
    formulas = [cell for sheet, cell in formulas_of(content) if sheet == wording("sheet.audit")]
    assert len(formulas) == 1 + 8 * len(company.frame)
    assert_audit_agrees(content, wording)


@pytest.mark.parametrize(
    ("dimensions", "scale", "scores", "total", "grade"),
    [
        ([["50", "50"]], "hundred", ["89.99", "90"], 90.0, "excellent"),
        ([["50", "50"]], "hundred", ["89.99", "89.998"], 89.99, "good"),
        ([["100"]], "hundred", ["89.995"], 90.0, "excellent"),
        ([["100"]], "hundred", ["89.994"], 89.99, "good"),
        ([["33.33", "33.33", "33.34"]], "hundred", ["1.5", "1.5", "1.5"], 1.5, "unqualified"),
        ([["33.33"], ["33.33", "33.34"]], "hundred", ["59.99", "60.01", "60"], 60.0, "qualified"),
        ([["30", "20"], ["50"]], "points", ["30", "15", "44.995"], 90.0, "excellent"),
        ([["30", "20"], ["50"]], "points", ["30", "15", "44.994"], 89.99, "good"),
        ([["1"] * 100], "hundred", ["0.1"] * 100, 0.1, "unqualified"),
        ([["50", "50"]], "hundred", ["88.6666666666667", "91.3333333333333"], 90.0, "excellent"),
    ],
)
def test_audit_rounds_as_the_scorer_does(
    dimensions: Dimensions, scale: str, scores: list[str], total: float, grade: str
) -> None:
    results = make_results(make_rubric(dimensions, scale), {"E1": scores})
    assert results.frame[["total", "grade"]].to_numpy().tolist() == [[total, grade]]
    assert_audit_agrees(RESULTS.workbook(results, WORDING))


HUNDREDTHS = st.integers(0, 10_000).map(lambda number: str(Decimal(number) / 100))


@st.composite
def team_results(draw: st.DrawFn) -> Results:
    """A team with weights and scores of up to two decimals."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=8))
    count = sum(sizes)
    cuts = draw(st.lists(st.integers(1, 9_999), min_size=count - 1, max_size=count - 1, unique=True))
    edges = [0, *sorted(cuts), 10_000]
    weights = [str(Decimal(right - left) / 100) for left, right in pairwise(edges)]
    scale = draw(st.sampled_from(["hundred", "points"]))
    full = [Decimal(100)] * count if scale == "hundred" else list(map(Decimal, weights))
    people: dict[str, list[str]] = {}
    for number in range(3):
        parts = draw(st.lists(HUNDREDTHS, min_size=count, max_size=count))
        people[f"E{number}"] = [str(min(Decimal(part), most)) for part, most in zip(parts, full, strict=True)]
    ends = np.cumsum([0, *sizes])
    dimensions = [weights[left:right] for left, right in pairwise(ends)]
    return make_results(make_rubric(dimensions, scale), people)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(team_results())
def test_audit_agrees_for_any_rubric_and_scores(results: Results) -> None:
    assert_audit_agrees(RESULTS.workbook(results, WORDING))


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def table_of(book: Workbook, kind: str) -> dict[str, object]:
    mark = marks.read_mark(book[marks.MARK_SHEET].iter_rows(values_only=True))
    table: dict[str, object] = next(table for table in json.loads(mark["tables"]) if table["table"] == kind)
    return table


def test_a_score_changed_by_hand_shows_in_the_audit(company: Results) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    detail = table_of(book, "detail")
    columns = detail["columns"]
    assert isinstance(columns, dict)
    key = next(key for key in columns if key.endswith(".score"))
    cell = book[str(detail["sheet"])].cell(int(str(detail["first_row"])), columns[key])
    assert isinstance(cell.value, int | float)
    cell.value = cell.value - 20
    fresh = recalculated(saved(book))
    assert not says_all_agree(fresh)
    assert WORDING("audit.no") in fresh[WORDING("sheet.audit")].values()


def test_a_grade_changed_by_hand_is_counted(company: Results) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    ranking = table_of(book, "ranking")
    columns = ranking["columns"]
    assert isinstance(columns, dict)
    book[str(ranking["sheet"])].cell(2, columns["grade"]).value = "不合格"
    assert WORDING("audit.differ", count=1) in recalculated(saved(book))[WORDING("sheet.audit")].values()


def test_ids_stay_texts_and_are_found_whatever_they_hold() -> None:
    identifiers = ["007", "=1+1", "@x", "+49", "A*1", "AB1", "A?9", "A~2", "1e5", "-"]
    rubric = make_rubric([["60", "40"]])
    people = {identifier: [str(99 - number), "50"] for number, identifier in enumerate(identifiers)}
    content = RESULTS.workbook(make_results(rubric, people), WORDING)
    book = opened(content)
    column = [cell.value for cell in book[WORDING("sheet.ranking")]["B"]]
    assert column == [WORDING("column.employee_id"), *identifiers]
    assert all(cell.data_type == "s" for cell in book[WORDING("sheet.ranking")]["B"])
    assert_audit_agrees(content)


@pytest.mark.parametrize("language", list(Language))
def test_the_same_results_give_the_same_bytes(company: Results, language: Language) -> None:
    wording = Wording(language)
    assert RESULTS.workbook(company, wording) == RESULTS.workbook(company, wording)


def test_ranking_can_be_imported(company: Results) -> None:
    sheet = opened(RESULTS.workbook(company, WORDING))[WORDING("sheet.ranking")]
    assert list(sheet.tables) == ["PerfRanking"]
    assert sheet.tables["PerfRanking"].ref == f"A1:J{len(company.frame) + 1}"
    keys = ("rank", "employee_id", "name", "department", "position", "team", "period", "total", "grade")
    assert [cell.value for cell in sheet[1]] == [WORDING(f"column.{key}") for key in (*keys, "team_rank")]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(
        company.frame["employee_id"]
    )
    assert not any(str(cell.value).startswith("=") for row in sheet.iter_rows() for cell in row)


def test_every_sheet_is_ready_to_print(company: Results) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    assert [book[name].sheet_state for name in book.sheetnames].count("visible") == len(book.sheetnames) - 1
    assert book[marks.MARK_SHEET].sheet_state == "veryHidden"
    for sheet in book.worksheets[:-1]:
        assert int(sheet.page_setup.paperSize or 0) == 9
        fit = sheet.sheet_properties.pageSetUpPr
        if sheet.title.startswith(WORDING("sheet.detail", team="")):
            assert sheet.print_title_cols == "$A:$B"
            assert int(sheet.page_setup.scale or 100) >= 40
            assert len(sheet.col_breaks.brk) == 1
        else:
            assert fit is not None
            assert fit.fitToPage
            assert int(sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.center is not None
        assert sheet.oddFooter.center.text
    for sheet in book.worksheets[: 1 + len(company.teams)]:
        assert sheet.freeze_panes
        assert sheet.print_title_rows


def test_detail_keeps_the_filter_below_the_weights(company: Results) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    detail = table_of(book, "detail")
    sheet = book[str(detail["sheet"])]
    first = int(str(detail["first_row"]))
    assert str(sheet.auto_filter.ref).split(":")[0] == f"A{first - 1}"
    assert str(sheet.print_title_rows).endswith(f"${first - 1}")


@pytest.mark.parametrize("language", list(Language))
def test_the_mark_tells_where_every_value_stands(company: Results, language: Language) -> None:
    wording = Wording(language)
    book = opened(RESULTS.workbook(company, wording))
    mark = marks.read_mark(book[marks.MARK_SHEET].iter_rows(values_only=True))
    assert (mark["kind"], mark["language"], mark["period"]) == (marks.RESULT, language, "2026-11")
    assert mark["seal"] == digest(mark)
    tables = json.loads(mark["tables"])
    assert [table["team"] for table in tables] == [None, *(rubric.team for rubric in company.teams)]
    names = {grade.id: grade.name.in_language(language) for grade in POLICIES.policy.grades}
    names |= {team: rubric.name.in_language(language) for team, rubric in POLICIES.rubrics.items()}
    for table in tables:
        frame = company.frame if table["team"] is None else company.of_team(table["team"])
        assert table["rows"] == len(frame)
        for key, column in table["columns"].items():
            stands = [
                book[table["sheet"]].cell(table["first_row"] + row, column).value for row in range(len(frame))
            ]
            assert stands == [names.get(value, value) for value in frame[key].tolist()], key


def test_what_is_read_back_is_what_was_written(company: Results, tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    path.write_bytes(RESULTS.workbook(company, WORDING))
    results, changed = open_results(path)
    assert not changed
    pd.testing.assert_frame_equal(results.frame, company.frame)
    assert results.inputs == company.inputs


def test_scores_that_a_formula_made_read_back_unchanged(tmp_path: Path) -> None:
    results = make_results(make_rubric([["60", "40"]]), {"E1": [repr(266 / 3), repr(0.1 + 0.2)]})
    path = tmp_path / "result.xlsx"
    path.write_bytes(RESULTS.workbook(results, WORDING))
    assert not open_results(path)[1]


@pytest.mark.parametrize("language", list(Language))
def test_findings_are_listed_or_said_to_be_none(company: Results, language: Language) -> None:
    wording = Wording(language)
    sheet = opened(RESULTS.workbook(company, wording))[wording("sheet.findings")]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    (finding,) = company.findings
    assert {finding.code, finding.message(wording), finding.cure(wording), "A1"} <= texts
    none = make_results(make_rubric([["100"]]), {"E1": ["80"]})
    sheet = opened(RESULTS.workbook(none, wording))[wording("sheet.findings")]
    assert wording("notes.none") in {cell.value for row in sheet.iter_rows() for cell in row}


def test_overview_rounds_averages_half_up_and_has_native_charts() -> None:
    results = make_results(make_rubric([["100"]]), {"E1": ["80.01"], "E2": ["80.02"]})
    sheet = opened(RESULTS.workbook(results, WORDING))[WORDING("sheet.overview")]
    assert 80.02 in {cell.value for row in sheet.iter_rows() for cell in row}
    assert 80.01 in {cell.value for row in sheet.iter_rows() for cell in row}
    averages = [
        below.value
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == WORDING("overview.average")
        for below in [sheet.cell(cell.row + 1, cell.column)]
    ]
    assert averages == [80.02, 80.02]


def test_sheet_names_are_allowed_and_differ() -> None:
    weights = [["100"]]
    rubrics = {team: make_rubric(weights, team=team) for team in ("one", "two")}
    long = {"zh-Hant": "很長的團隊名稱" * 6 + "[:*?/\\]"}
    rubrics = {
        team: Rubric.model_validate(rubric.model_dump(by_alias=True) | {"name": long})
        for team, rubric in rubrics.items()
    }
    files = {key: RuleFile(f"{key}.yaml", "0" * 64, {}) for key in (POLICY, *rubrics)}
    employees = pd.DataFrame(
        [
            {"employee_id": team, "name": "", "department": "", "position": "", "team": team, "period": ""}
            | {"i0-0.score": 80.0}
            for team in rubrics
        ]
    )
    frame = score_employees(employees, rubrics, POLICIES.policy)
    content = RESULTS.workbook(Results(frame, Ruleset(POLICIES.policy, rubrics, files, "")), WORDING)
    names = opened(content).sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert_audit_agrees(content)


@pytest.mark.parametrize("count", range(1, 11))
def test_grades_differ_without_colour_too(count: int) -> None:
    looks = grade_looks(count)
    lightness = [sum(int(look.fill[at : at + 2], 16) for at in (1, 3, 5)) for look in looks]
    assert lightness == sorted(set(lightness))
    assert [look.lowest for look in looks] == [*[False] * (count - 1), count > 1]
