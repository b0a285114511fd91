from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import perfcli
from perfcli.files import marks
from perfcli.pipelines import score as pipeline
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.models import Grade, Policy, Rounding, Rubric
from perfcli.rules.names import Name
from perfcli.rules.ruleset import fingerprint
from perfcli.text import Language, Wording
from perfcli.workbooks.templates.sheet import BLANK_ROWS
from perfcli.workbooks.templates.template import template_workbook
from support.recalculation import recalculated
from support.rubrics import make_rubric, typed_only

WORDING = Wording(Language.TRADITIONAL)
RULES = load_ruleset(shipped("rubrics"))
POLICY = RULES.policy.model_copy(update={"adjustments": None})
OPERATIONS = typed_only(RULES.rubrics["operations"])
IDENTITY = ("employee_id", "name", "department", "position")
HEADER, WEIGHTS, FIRST = 5, 6, 7
SCORES = 5

languages = pytest.mark.parametrize("language", list(Language))


def make_policy(decimals: int = 2, grades: Sequence[tuple[str, str]] = ()) -> Policy:
    """The shipped policy with other decimals of the total, and with other names and lower bounds."""
    bands = tuple(
        Grade(id=f"g{place}", name=Name.model_validate(name), lower_bound=Decimal(bound))
        for place, (name, bound) in enumerate(grades)
    )
    changes = {"rounding": Rounding(total_decimals=decimals), "grades": bands or RULES.policy.grades}
    return POLICY.model_copy(update=changes)


def make_people(*identifiers: str) -> pd.DataFrame:
    people = [(identifier, "王小明", "運營部", "") for identifier in identifiers]
    return pd.DataFrame(people, columns=list(IDENTITY), dtype=object)


def make_template(
    rubric: Rubric = OPERATIONS,
    people: pd.DataFrame | None = None,
    *,
    policy: Policy = POLICY,
    period: str = "2026-11",
    language: Language = Language.TRADITIONAL,
) -> bytes:
    return template_workbook(rubric, policy, people, period, Wording(language))


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def sheet_of(content: bytes, *, values: bool = False) -> Worksheet:
    sheet = opened(content, values=values).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def filled(content: bytes, rows: Sequence[Sequence[object]]) -> bytes:
    """The template with these scores typed into its rows, from the first on."""
    workbook = opened(content)
    for row, scores in enumerate(rows, start=FIRST):
        for column, score in enumerate(scores, start=SCORES):
            workbook.worksheets[0].cell(row, column).value = score  # type: ignore[assignment] # a bad entry is typed too
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def outcomes(content: bytes, rubric: Rubric, count: int) -> list[tuple[object, object]]:
    """Total and grade of each row as an engine that is not ours computes them; None where they are empty."""
    sheet, *_ = recalculated(content).values()
    letters = [get_column_letter(SCORES + len(rubric.indicators) + place) for place in (0, 1)]
    total, grade = ([sheet.get(f"{one}{FIRST + row}") for row in range(count)] for one in letters)
    return list(zip(total, grade, strict=True))


def expected(rubric: Rubric, policy: Policy, scores: Sequence[Decimal]) -> tuple[float, str]:
    """Total and grade by exact fractions."""
    whole = rubric.scale == "points"
    total = sum(
        (
            Fraction(score) * (1 if whole else Fraction(indicator.weight) / 100)
            for indicator, score in zip(rubric.indicators, scores, strict=True)
        ),
        start=Fraction(0),
    )
    unit = 10**policy.rounding.total_decimals
    rounded = Fraction(math.floor(total * unit + Fraction(1, 2)), unit)
    grade = next(grade for grade in policy.grades_from_top if rounded >= Fraction(grade.lower_bound))
    return float(rounded), grade.name.in_language(Language.TRADITIONAL)


class TestLiveTotal:
    @pytest.mark.parametrize(
        ("dimensions", "scale", "scores", "total", "grade"),
        [
            ([["100"]], "hundred", ["89.995"], 90.0, "優秀"),
            ([["100"]], "hundred", ["89.994"], 89.99, "良好"),
            ([["50", "50"]], "hundred", ["89.99", "90"], 90.0, "優秀"),
            ([["50"], ["25", "25"]], "hundred", ["79.995", "79.995", "79.995"], 80.0, "良好"),
            ([["33.33", "33.33", "33.34"]], "hundred", ["1.005"] * 3, 1.01, "不合格"),
            ([["30", "20"], ["50"]], "points", ["30", "15", "44.995"], 90.0, "優秀"),
            ([["30", "20"], ["50"]], "points", ["30", "15", "44.994"], 89.99, "良好"),
            ([["60", "40"]], "points", ["0", "0"], 0, "不合格"),
            ([["1"] * 100], "hundred", ["59.995"] * 100, 60.0, "合格"),
        ],
    )
    def test_is_rounded_half_up_once(
        self, dimensions: Sequence[Sequence[str]], scale: str, scores: list[str], total: float, grade: str
    ) -> None:
        rubric = make_rubric(dimensions, scale)
        content = filled(make_template(rubric, make_people("1")), [list(map(float, scores))])
        assert outcomes(content, rubric, 1) == [(total, grade)]
        assert expected(rubric, RULES.policy, list(map(Decimal, scores))) == (total, grade)

    def test_stays_empty_until_every_score_is_there_and_in_range(self) -> None:
        rubric = make_rubric([["60", "40"]])
        rows: list[list[object]] = [
            [],
            [80],
            [80, "良好"],
            [80, 100.01],
            [-0.01, 80],
            [80, True],
            [0, 0],
            [80, 100],
        ]
        content = filled(make_template(rubric, make_people(*map(str, range(8)))), rows)
        assert outcomes(content, rubric, 8) == [(None, None)] * 6 + [(0, "不合格"), (88, "良好")]

    def test_of_points_ends_at_the_weight(self) -> None:
        rubric = make_rubric([["60", "40"]], "points")
        content = filled(
            make_template(rubric, make_people("1", "2", "3")), [[60, 40], [60.01, 30], [30, 40.01]]
        )
        assert outcomes(content, rubric, 3) == [(100, "優秀"), (None, None), (None, None)]

    def test_is_stored_as_empty_in_the_untouched_template(self) -> None:
        with ZipFile(BytesIO(make_template(people=make_people("1", "2")))) as parts:
            cells = re.findall(r"<c [^>]*><f>.*?</c>", parts.read("xl/worksheets/sheet1.xml").decode())
        assert len(cells) == 4
        assert all(cell.endswith("</f><v></v></c>") for cell in cells)

    @languages
    def test_gives_the_grade_in_the_language_of_the_sheet(self, language: Language) -> None:
        content = make_template(people=make_people("1"), language=language)
        rows = [[90] * len(OPERATIONS.indicators)]
        best = RULES.policy.grade("excellent").name.in_language(language)
        assert outcomes(filled(content, rows), OPERATIONS, 1) == [(90, best)]

    def test_knows_many_grades_and_odd_names(self) -> None:
        grades = [(f'第 {place} "級"', str(Decimal(place) * 5)) for place in range(20)]
        policy, rubric = make_policy(grades=grades), make_rubric([["100"]])
        scores = [Decimal(place) * 5 for place in range(20)]
        content = make_template(rubric, make_people(*map(str, scores)), policy=policy)
        rows = [[float(score)] for score in scores]
        assert outcomes(filled(content, rows), rubric, 20) == [
            expected(rubric, policy, [score]) for score in scores
        ]


@st.composite
def team_scores(draw: st.DrawFn) -> tuple[Rubric, Policy, list[list[Decimal]]]:
    """A rubric with weights, and rows with scores, of up to two decimals."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    count = sum(sizes)
    cuts = draw(st.lists(st.integers(1, 9_999), min_size=count - 1, max_size=count - 1, unique=True))
    weights = [str(Decimal(right - left) / 100) for left, right in pairwise([0, *sorted(cuts), 10_000])]
    scale = draw(st.sampled_from(["hundred", "points"]))
    full = [Decimal(weight) if scale == "points" else Decimal(100) for weight in weights]
    scores = [
        [draw(st.integers(0, int(most * 100)).map(lambda number: Decimal(number) / 100)) for most in full]
        for _ in range(4)
    ]
    bounds = draw(st.lists(st.integers(1, 10_000), max_size=6, unique=True))
    grades = [(f"級{bound}", str(Decimal(bound) / 100)) for bound in [0, *bounds]]
    ends = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    rubric = make_rubric([weights[left:right] for left, right in pairwise(ends)], scale)
    return rubric, make_policy(draw(st.integers(0, 4)), grades), scores


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(team_scores())
def test_live_total_and_grade_equal_exact_fractions(case: tuple[Rubric, Policy, list[list[Decimal]]]) -> None:
    rubric, policy, scores = case
    template = make_template(rubric, make_people(*"ABCD"), policy=policy)
    content = filled(template, [list(map(float, row)) for row in scores])
    assert outcomes(content, rubric, len(scores)) == [expected(rubric, policy, row) for row in scores]


class TestWhatAManagerSees:
    @languages
    def test_title_team_period_and_what_to_do(self, language: Language) -> None:
        wording = Wording(language)
        sheet = sheet_of(make_template(language=language))
        team = OPERATIONS.name.in_language(language)
        assert sheet.title == team
        assert sheet["A1"].value == wording("template.title.score.period", team=team, period="2026-11")
        assert sheet["A2"].value == wording("template.period", period="2026-11")
        assert sheet["C2"].value == wording("template.team", team=team)
        assert sheet["A3"].value == wording("template.howto.hundred")

    @languages
    def test_indicators_stand_under_their_dimensions_and_over_their_weights(self, language: Language) -> None:
        wording = Wording(language)
        sheet = sheet_of(make_template(language=language))
        names = [indicator.name.in_language(language) for indicator in OPERATIONS.indicators]
        labels = [wording(f"column.{key}") for key in (*IDENTITY, "total", "grade")]
        assert [cell.value for cell in sheet[HEADER]] == [*labels[:4], *names, *labels[4:]]
        weights = [float(indicator.weight) for indicator in OPERATIONS.indicators]
        stated = [cell.value for cell in sheet[WEIGHTS]]
        assert stated == [wording("column.weight"), None, None, None, *weights, 100, None]
        dimensions = [
            wording("header.dimension", dimension=dimension.name, weight=dimension.weight)
            for dimension in OPERATIONS.dimensions
        ]
        assert [cell.value for cell in sheet[HEADER - 1] if cell.value] == dimensions
        merged = {str(cells) for cells in sheet.merged_cells.ranges}
        assert {"E4:G4", "H4:K4", "L4:M4", "N4:O4"} <= merged

    def test_a_scale_of_points_speaks_of_points(self) -> None:
        sheet = sheet_of(make_template(make_rubric([["60"], ["40"]], "points")))
        assert sheet["A3"].value == WORDING("template.howto.points")
        assert [cell.value for cell in sheet[HEADER - 1] if cell.value] == ["類別0 60 分", "類別1 40 分"]
        assert sheet.title == "測試 testers"

    @languages
    def test_each_indicator_is_explained_in_a_note(self, language: Language) -> None:
        for rubric in map(typed_only, RULES.rubrics.values()):
            sheet = sheet_of(make_template(rubric, language=language))
            for column, indicator in enumerate(rubric.indicators, start=SCORES):
                comment = sheet.cell(HEADER, column).comment
                assert indicator.description is not None
                assert comment is not None
                assert (comment.text, comment.author) == (indicator.description.in_language(language), "perf")
        plain = sheet_of(make_template(make_rubric([["100"]])))
        assert plain.cell(HEADER, SCORES).comment is None

    def test_a_started_row_shows_what_it_lacks(self) -> None:
        sheet = sheet_of(make_template(people=make_people("1", "2")))
        rules = {
            (str(cells.sqref), str(formula))
            for cells in sheet.conditional_formatting
            for rule in cells.rules
            for formula in rule.formula
        }
        for column in "EO":
            cell, cells = f"{column}7", f"{column}7:{column}8"
            beyond = f"AND(ISNUMBER({cell}),OR({cell}<0,{cell}>100))"
            assert (cells, f'AND({cell}="",{cell}="",COUNTA($E7:$O7)>0)') in rules
            assert (cells, f'AND({cell}<>"",OR(NOT(ISNUMBER({cell})),{beyond}))') in rules
        names = {f'"{grade.name.in_language(Language.TRADITIONAL)}"' for grade in RULES.policy.grades}
        assert {formula for cells, formula in rules if cells == "Q7:Q8"} == names

    def test_is_frozen_and_ready_to_print(self) -> None:
        sheet = sheet_of(make_template())
        assert sheet.freeze_panes == "C7"
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize or 0) == 9
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (int(sheet.page_setup.fitToWidth or 1), int(sheet.page_setup.fitToHeight or 0)) == (1, 0)
        assert sheet.print_title_rows == "$4:$6"
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.center is not None
        assert sheet.oddFooter.center.text

    @languages
    @pytest.mark.parametrize("team", list(RULES.rubrics))
    def test_the_teams_of_the_policy_print_one_page_wide(self, team: str, language: Language) -> None:
        rubric = RULES.rubrics[team]
        plain = sheet_of(make_template(typed_only(rubric), language=language))
        assert (int(plain.page_setup.fitToWidth or 1), len(plain.col_breaks.brk)) == (1, 0)
        measured = sheet_of(make_template(rubric, policy=RULES.policy, language=language))
        assert len(measured.col_breaks.brk) <= 1

    def test_many_indicators_print_on_several_pages_that_name_the_employees(self) -> None:
        sheet = sheet_of(make_template(make_rubric([["2.5"] * 20, ["2.5"] * 20]), make_people("1")))
        assert len(sheet.col_breaks.brk) == 2
        assert sheet.print_title_cols == "$A:$B"
        assert len([cell for cell in sheet[HEADER] if cell.value]) == 46

    def test_long_names_get_higher_rows(self) -> None:
        people = make_people("1", "2")
        people.loc[1, "department"] = "很長的部門名稱" * 6
        sheet = sheet_of(make_template(people=people))
        assert (sheet.row_dimensions[8].height or 0) > 2 * (sheet.row_dimensions[7].height or 0)


class TestEntries:
    def test_scores_are_open_and_the_rest_is_protected_without_a_password(self) -> None:
        sheet = sheet_of(make_template(people=make_people("1", "2")))
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert not sheet.protection.formatColumns
        assert not sheet.protection.selectLockedCells
        unlocked = {
            cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        assert unlocked == {f"{column}{row}" for column in "EFGHIJKLMNO" for row in (7, 8)}

    def test_without_a_roster_the_employees_are_typed_too(self) -> None:
        sheet = sheet_of(make_template(period=""))
        last = FIRST + BLANK_ROWS - 1
        unlocked = {
            cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        rows = range(FIRST, last + 1)
        assert unlocked == {"B2", *(f"{column}{row}" for column in "ABCDEFGHIJKLMNO" for row in rows)}
        assert sheet.max_row == last
        assert {sheet.cell(row, 1).number_format for row in rows} == {"@"}

    def test_a_roster_of_nobody_gives_blank_rows(self) -> None:
        assert make_template(people=make_people()) == make_template(people=None)

    @pytest.mark.parametrize(("scale", "full"), [("hundred", ["100", "100"]), ("points", ["62.5", "37.5"])])
    def test_are_validated_with_a_word_on_what_is_expected(self, scale: str, full: list[str]) -> None:
        rubric = make_rubric([["62.5", "37.5"]], scale)
        sheet = sheet_of(make_template(rubric, make_people("1", "2")))
        found = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        assert set(found) == {"E7:E8", "F7:F8"}
        for rule, indicator, most in zip(found.values(), rubric.indicators, full, strict=True):
            assert (rule.type, rule.operator or "between", rule.errorStyle or "stop") == (
                "decimal",
                "between",
                "stop",
            )
            assert (rule.formula1, rule.formula2) == ("0", most)
            assert rule.prompt == WORDING("template.cell.entry.message", full=most)
            assert rule.error == WORDING("template.cell.entry.stop", indicator=indicator.name, full=most)
            assert rule.showInputMessage
            assert rule.showErrorMessage

    def test_identities_stay_texts_in_the_order_of_the_roster(self) -> None:
        identifiers = ["007", "=1", "@x", "+49", "http://x.example", "1e5", "-"]
        sheet = sheet_of(make_template(people=make_people(*identifiers)))
        cells = [sheet.cell(row, 1) for row in range(FIRST, FIRST + len(identifiers))]
        assert [cell.value for cell in cells] == identifiers
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
        assert sheet.cell(FIRST, 4).value is None


class TestMark:
    @languages
    def test_says_what_the_sheet_was_made_from(self, language: Language) -> None:
        workbook = opened(make_template(language=language))
        sheet = workbook[marks.MARK_SHEET]
        assert sheet.sheet_state == "veryHidden"
        assert marks.read_mark(sheet.iter_rows(values_only=True)) == {
            "kind": marks.TEMPLATE,
            "schema": marks.SCHEMA,
            "perf": perfcli.__version__,
            "sheet": "score",
            "team": "operations",
            "rubric": fingerprint(OPERATIONS),
            "period": "2026-11",
            "language": language,
        }

    @languages
    def test_the_same_inputs_give_the_same_bytes(self, language: Language) -> None:
        people = make_people("1", "2")
        assert make_template(people=people, language=language) == make_template(
            people=people, language=language
        )

    @languages
    def test_a_period_that_is_typed_is_read(self, language: Language, tmp_path: Path) -> None:
        content = make_template(people=make_people("007"), period="", language=language)
        workbook = opened(filled(content, [[80] * len(OPERATIONS.indicators)]))
        workbook.worksheets[0]["B2"] = "2026Q4"
        workbook.save(tmp_path / "sheet.xlsx")
        rules = replace(RULES, rubrics={"operations": OPERATIONS})
        results = pipeline.score(pipeline.Request([tmp_path / "sheet.xlsx"]), rules)
        assert (results.period, results.findings) == ("2026Q4", ())
        assert results.frame[["employee_id", "total"]].to_numpy().tolist() == [["007", 80.0]]
