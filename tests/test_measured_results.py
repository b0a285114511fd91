"""Results with measures, raters, adjustments, vetoes and what does not apply: formulas, sheets, verify."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.files import marks
from perfcli.findings import Finding
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.measures import Measure
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.raters import Raters
from perfcli.rules.roles import RATERS, Role
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.rules.summaries import summarize
from perfcli.scoring.judgements import rated_scores
from perfcli.scoring.measures import Scale, measured_scores
from perfcli.scoring.results import ADJUSTMENT, IDENTITY, REASON, Results, not_applicable_key, role_key
from perfcli.scoring.scales import TypedScale
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.mark import former_digest
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from perfcli.workbooks.base.measure_formulas import measured_formula, one_rater, rated_formula
from support.measures import COMPUTED, edges, measure_of, measures
from support.recalculation import calculated, formulas_of, recalculated, recalculated_workbook, values_of
from support.sheets import open_results

WORDING = Wording(Language.TRADITIONAL)
SHIPPED = load_ruleset(shipped("rubrics"))

FEW_EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def cents(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    return st.integers(lowest, highest).map(lambda number: Decimal(number) / 100)


@st.composite
def targets_and_actuals(draw: st.DrawFn, measure: Measure) -> list[tuple[float, float]]:
    """Some that are drawn, and all that lie just on an edge of the measure."""
    target = cents(1, 1_000_000) | st.sampled_from([Decimal(100), Decimal(50), Decimal(8)])
    actual = cents(-2000, 1_000_000) | st.integers(-1, 200).map(Decimal) | cents(0, 20_000)
    drawn = draw(st.lists(st.tuples(target, actual), min_size=4, max_size=8))
    goal = draw(target)
    drawn += [(goal, edge) for edge in edges(measure, goal)]
    return [(float(target), float(actual)) for target, actual in drawn]


@FEW_EXAMPLES
@given(data=st.data(), full=st.sampled_from([Decimal(100), Decimal("7.5")]), decimals=st.integers(0, 4))
def test_a_measure_s_formula_gives_the_scorer_s_numbers(
    data: st.DataObject, full: Decimal, decimals: int
) -> None:
    rows: list[tuple[float, float]] = []
    formulas: list[str] = []
    expected: list[float] = []
    for member in COMPUTED:
        measure = data.draw(measures(member, full))
        cells = data.draw(targets_and_actuals(measure))
        places = range(len(rows) + 1, len(rows) + len(cells) + 1)
        formulas += [measured_formula(measure, full, decimals, f"B{row}", f"C{row}") for row in places]
        targets, actuals = np.array(cells).T
        expected += measured_scores(measure, Scale(full, decimals), targets, actuals).tolist()
        rows += cells
    assert calculated(rows, formulas) == expected


STEEP = {
    "method": "tiers",
    "of": "actual",
    "interpolate": True,
    "tiers": [{"lower_bound": "100.0008", "score": 100}, {"lower_bound": 100, "score": 0}, {"score": 0}],
}


BY_ATTAINMENT = {
    "method": "tiers",
    "of": "attainment",
    "tiers": [{"lower_bound": 110, "score": 100}, {"lower_bound": 100, "score": 80}, {"score": 0}],
}


@pytest.mark.parametrize(
    ("rule", "target", "actuals"),
    [
        ({"method": "ratio"}, 10**9, [949_949_999, 949_950_000, 949_950_001]),
        ({"method": "ratio", "better": "lower"}, 949_949_999, [10**9, 10**9 - 1]),
        ({"method": "ratio", "cap": 1000}, 10**9, [9_499_949_999, 9_499_950_000]),
        ({"method": "ratio", "better": "lower", "cap": "66.664"}, 2, [0, 1, 3]),
        (BY_ATTAINMENT, 3, [3.3, 3.2999999999, 3.3000000001]),
        (STEEP, 1, [float(f"100.000{part:05}") for part in range(4, 80_000, 888)]),
    ],
    ids=["ratio", "lower is better", "high cap", "cap with more decimals", "on a bound", "steep tiers"],
)
def test_a_formula_is_exact_where_doubles_are_not(
    rule: dict[str, Any], target: int, actuals: list[float]
) -> None:
    measure = measure_of(**rule)
    targets = np.full(len(actuals), float(target))
    expected = measured_scores(measure, Scale(Decimal(100), 2), targets, np.array(actuals, dtype=float))
    formulas = [
        measured_formula(measure, Decimal(100), 2, f"B{row}", f"C{row}") for row in range(1, len(actuals) + 1)
    ]
    rows = [(float(target), actual) for actual in actuals]
    assert calculated(rows, formulas) == expected.tolist()


Shares = tuple[int, int, int]


@FEW_EXAMPLES
@given(
    data=st.data(),
    shares=st.sampled_from([(10, 30, 60), (10, 0, 90), (0, 0, 100), (33, 33, 34)]),
    share_missing=st.booleans(),
    decimals=st.integers(0, 4),
)
def test_the_raters_formula_gives_the_scorer_s_numbers(
    data: st.DataObject,
    shares: Shares,
    share_missing: bool,  # noqa: FBT001
    decimals: int,
) -> None:
    own, peer, superior = shares
    raters = Raters.model_validate(
        {"self": own, "peer": peer, "superior": superior, "share_missing": share_missing}
    )
    score = st.none() | cents(0, 12_000)
    rows = data.draw(st.lists(st.tuples(score, score, score), min_size=10, max_size=40))
    columns = {
        role: np.array([np.nan if row[place] is None else float(row[place] or 0) for row in rows])
        for place, role in enumerate(RATERS)
    }
    expected = rated_scores(raters, columns, decimals)
    known = np.flatnonzero(~np.isnan(expected)).tolist()
    places: Mapping[Role, str] = dict(zip(RATERS, "BCD", strict=True))
    hundred = TypedScale(Fraction(1), decimals)
    formulas = [
        rated_formula(
            raters,
            decimals,
            {role: one_rater(f"{column}{number}", hundred) for role, column in places.items()},
        )
        for number in range(1, len(known) + 1)
    ]
    cells = [[None if one is None else float(one) for one in rows[row]] for row in known]
    assert calculated(cells, formulas) == expected[known].tolist()


INDICATORS: Mapping[str, Mapping[str, Any]] = {
    "sales": {
        "weight": 30,
        "measure": {"method": "ratio", "cap": 1.2, "target": 50, "unit": {"zh-Hant": "萬元", "en": "k"}},
    },
    "cost": {"weight": 10, "measure": {"method": "ratio", "better": "lower", "floor": 0.1}},
    "growth": {
        "weight": 10,
        "measure": {
            "method": "tiers",
            "of": "attainment",
            "interpolate": True,
            "tiers": [
                {"lower_bound": 110, "score": 1.1},
                {"lower_bound": 100, "score": 1},
                {"lower_bound": 60, "score": 0.55},
                {"score": 0.2},
            ],
        },
    },
    "days": {
        "weight": 8,
        "measure": {
            "method": "tiers",
            "of": "actual",
            "better": "lower",
            "tiers": [{"upper_bound": 2, "score": 1}, {"upper_bound": 7.5, "score": 0.5}, {"score": 0}],
        },
    },
    "accidents": {
        "weight": 7,
        "measure": {"method": "deduction", "step": 0.25, "unit": {"zh-Hant": "次", "en": "times"}},
        "veto": {"below": 0.5, "highest_grade": "qualified"},
    },
    "audit": {"weight": 5, "measure": {"method": "pass-fail", "target": 3, "fail": 0.3}},
    "attitude": {
        "weight": 12,
        "measure": {
            "method": "levels",
            "levels": [{"name": "優", "score": 1}, {"name": "差", "score": 0.4}],
        },
    },
    "team": {"weight": 18},
}
DIMENSIONS = (("sales", "cost", "growth"), ("days",), ("accidents", "audit"), ("attitude", "team"))


def scaled(rule: Any, full: Decimal) -> Any:
    """The rules of a measure, in which scores are parts of the full marks, with scores."""
    if isinstance(rule, list):
        return [scaled(one, full) for one in rule]
    if not isinstance(rule, dict):
        return rule
    scores = {"cap", "floor", "score", "step", "fail", "below"}
    return {
        key: Decimal(str(value)) * full if key in scores else scaled(value, full)
        for key, value in rule.items()
    }


def rubric_of_all(scale: object, own: Mapping[str, object] | None = None) -> Rubric:
    """A rubric with every measure; anything may be not applicable; a veto has no weight where that may be.

    ``own`` are the scales of single indicators.
    """
    dimensions = []
    for number, identifiers in enumerate(DIMENSIONS):
        indicators: list[dict[str, Any]] = []
        for identifier in identifiers:
            rules = INDICATORS[identifier]
            full = Decimal(rules["weight"]) if scale == "points" else Decimal(100)
            data = {"id": identifier, "name": {"zh-Hant": f"指標{identifier}", "en": identifier}}
            rules_of = data | scaled(dict(rules), full) | {"optional": True}
            indicators.append(rules_of | ({"scale": own[identifier]} if own and identifier in own else {}))
        weight = sum(indicator["weight"] for indicator in indicators)
        if scale != "points" and number == 0:
            veto = {"below": 60, "highest_grade": "unqualified"}
            indicators.append({"id": "safety", "name": "安全", "weight": 0, "veto": veto, "optional": True})
        dimensions.append(
            {"id": f"d{number}", "name": f"類別{number}", "weight": weight, "indicators": indicators}
        )
    return Rubric.model_validate(
        {"team": "testers", "name": "測試", "scale": scale, "dimensions": dimensions}
    )


def policy_with(**changes: Any) -> Policy:
    return Policy.model_validate(SHIPPED.policy.model_dump(by_alias=True) | changes)


def results_of(rows: Sequence[Mapping[str, object]], rubric: Rubric, policy: Policy) -> Results:
    """The results of employees; a row holds what stands in the sheets, by the columns of a frame."""
    identity = {"name": "員工", "department": "部", "position": "", "team": rubric.team, "period": "2026-11"}
    flags = {not_applicable_key(indicator.id): False for indicator in rubric.indicators}
    people = pd.DataFrame(
        [{**identity, "employee_id": f"E{number}", **flags, **row} for number, row in enumerate(rows)]
    )
    if ADJUSTMENT in people:
        people[REASON] = people[REASON].fillna("")
    rubrics = {rubric.team: rubric}
    files = {key: RuleFile(f"{key}.yaml", "0" * 64, {}) for key in (POLICY, rubric.team)}
    frame = score_employees(people, rubrics, policy)
    return Results(frame, Ruleset(policy, rubrics, files, ""), period="2026-11")


@st.composite
def row_of_all(draw: st.DrawFn, rubric: Rubric, policy: Policy) -> dict[str, object]:
    """What the sheets say of one employee: each indicator is measured, rated, typed or not applicable."""
    row: dict[str, object] = {}
    for indicator in rubric.indicators:
        full = int(rubric.typed_marks(indicator) * 100)
        ways = ["typed", "rated", "out"] + ["measured"] * 3 * bool(indicator.measure.columns())
        way = draw(st.sampled_from(ways))
        if way == "out" and indicator.id != "team":
            row[not_applicable_key(indicator.id)] = True
        elif way == "measured":
            row[role_key(indicator.id, Role.TARGET)] = float(draw(cents(100, 9900)))
            row[role_key(indicator.id, Role.ACTUAL)] = float(draw(cents(0, 12_000) | st.integers(0, 12)))
        elif way == "rated":
            raters = draw(st.sets(st.sampled_from(RATERS), min_size=1))
            raters = raters if policy.raters.share_missing else set(RATERS)
            row |= {role_key(indicator.id, rater): float(draw(cents(0, full))) for rater in raters}
        else:
            row[role_key(indicator.id, Role.SCORE)] = float(draw(cents(0, full)))
    if draw(st.booleans()):
        row |= {ADJUSTMENT: float(draw(cents(-500, 500))), REASON: "有據"}
    return row


@st.composite
def results_of_all(draw: st.DrawFn) -> Results:
    scales = st.sampled_from(["hundred", "points", {"of": 5}, {"of": 3}, {"of": 10}, {"of": 8}])
    own = st.dictionaries(st.sampled_from([*INDICATORS]), scales, max_size=3)
    rubric = rubric_of_all(draw(scales), draw(own))
    raters = {"self": 10, "peer": 30, "superior": 60, "share_missing": draw(st.booleans())}
    rounding = {"score_decimals": draw(st.integers(0, 3)), "total_decimals": draw(st.integers(0, 3))}
    policy = policy_with(
        raters=raters,
        rounding=rounding,
        not_applicable=draw(st.sampled_from(["dimension", "all"])),
        highest_total=draw(st.sampled_from([None, Decimal(100), Decimal("99.5"), Decimal(105)])),
    )
    rows = draw(st.lists(row_of_all(rubric, policy), min_size=1, max_size=6))
    return results_of(rows, rubric, policy)


def assert_audit_agrees(content: bytes) -> None:
    fresh, ours = recalculated(content), values_of(content)
    found = {(sheet, cell): fresh[sheet].get(cell) for sheet, cell in formulas_of(content)}
    assert found == {(sheet, cell): ours[sheet].get(cell) for sheet, cell in found}
    assert WORDING("audit.all-agree") in found.values()
    assert WORDING("audit.no") not in found.values()


@FEW_EXAMPLES
@given(results=results_of_all())
def test_every_formula_of_the_audits_comes_to_the_scorer_s_numbers(results: Results) -> None:
    assert_audit_agrees(RESULTS.workbook(results, WORDING))


def read_back(content: bytes, folder: Path) -> tuple[Results, Sequence[Finding]]:
    path = folder / "result.xlsx"
    path.write_bytes(content)
    return open_results(path)


@FEW_EXAMPLES
@given(results=results_of_all())
def test_what_is_read_back_is_what_was_written(
    results: Results, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again, changed = read_back(RESULTS.workbook(results, WORDING), tmp_path_factory.mktemp("result"))
    assert changed == []
    pd.testing.assert_frame_equal(again.frame, results.frame)


def typed(rubric: Rubric, **changes: object) -> dict[str, object]:
    """An employee with 90 % of the full marks typed everywhere, but for some columns; None is blank."""
    row: dict[str, object] = {
        role_key(indicator.id, Role.SCORE): float(rubric.full_marks(indicator)) * 0.9
        for indicator in rubric.indicators
    }
    row |= {key.replace("__", "."): value for key, value in changes.items()}
    return {key: value for key, value in row.items() if value is not None}


@pytest.fixture(scope="module")
def company() -> Results:
    """Three people: one measured and rated, one with something that does not apply, one with a veto."""
    rubric = rubric_of_all("hundred")
    first = {"sales__actual": 66.0, "accidents__actual": 1.0, "team__self": 80.0, "team__superior": 90.0}
    people = [
        typed(rubric, sales__score=None, accidents__score=None, team__score=None, **first),
        typed(rubric, cost__score=None, cost__not_applicable=True, adjustment=-2.5, adjustment_reason="遲交"),
        typed(rubric, accidents__score=None, accidents__actual=3.0, safety__score=10.0),
    ]
    raters = {"self": 10, "peer": 0, "superior": 90}
    return results_of(people, rubric, policy_with(raters=raters, highest_total=None))


def sheet_of(book: Workbook, kind: str) -> Worksheet:
    return book[WORDING(f"sheet.{kind}", team="測試")]


def header_texts(sheet: Worksheet, row: int) -> list[str]:
    return [str(cell.value) for cell in sheet[row] if cell.value is not None]


def below(sheet: Worksheet, row: int, header: str) -> dict[str, object]:
    """What stands under a header: employee id → cell."""
    column = [cell.value for cell in sheet[row]].index(header) + 1
    return {
        str(sheet.cell(number, 1).value): sheet.cell(number, column).value
        for number in range(row + 1, sheet.max_row + 1)
        if str(sheet.cell(number, 1).value).startswith("E")
    }


HEADER, WEIGHTS = 5, 6


def test_the_detail_shows_what_the_sheets_said_before_each_score(company: Results) -> None:
    sheet = sheet_of(opened(RESULTS.workbook(company, WORDING)), "detail")
    headers = header_texts(sheet, HEADER)
    first = headers.index("指標sales\n目標（萬元）")
    sales = ["指標sales\n目標（萬元）", "指標sales\n實際（萬元）", "指標sales\n達成率", "指標sales"]
    assert headers[first : headers.index("指標growth") + 1] == [*sales, "指標cost", "指標growth"]
    assert headers[headers.index("指標accidents\n次數（次）") + 1] == "指標accidents"
    last = headers.index("指標team\n自評")
    assert headers[last : last + 3] == ["指標team\n自評", "指標team\n上級", "指標team"]
    weights = {header: sheet.cell(WEIGHTS, number).value for number, header in enumerate(headers, start=1)}
    assert [weights[header] for header in sales[:-1]] == [None] * 3
    assert below(sheet, HEADER, "指標sales\n達成率")["E0"] == 132
    assert below(sheet, HEADER, "指標sales")["E0"] == 120
    assert below(sheet, HEADER, "指標team")["E0"] == 89


def test_what_does_not_apply_is_a_word_without_points_and_shows_the_weights(company: Results) -> None:
    sheet = sheet_of(opened(RESULTS.workbook(company, WORDING)), "detail")
    headers = [cell.value for cell in sheet[HEADER]]
    score, weight, points = [number for number, one in enumerate(headers, 1) if one == "指標cost"]
    row = next(row for row in range(WEIGHTS + 1, sheet.max_row + 1) if sheet.cell(row, 1).value == "E1")
    assert sheet.cell(row, score).value == "不適用"
    assert sheet.cell(row, weight).value == 0
    assert sheet.cell(row, points).value is None
    assert sheet.cell(WEIGHTS, weight).value is None
    assert sheet.cell(WEIGHTS, points).value == 10
    assert sheet.cell(row, weight - 1).value == 37.5


def test_adjustments_and_vetoes_are_shown_where_anybody_has_one(company: Results) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    detail, ranking = sheet_of(book, "detail"), book[WORDING("sheet.ranking")]
    assert header_texts(detail, HEADER)[7:11] == ["團隊排名", "加減分", "加減分原因", "一票否決"]
    assert header_texts(ranking, 1)[-3:] == ["團隊排名", "加減分", "一票否決"]
    assert ranking.tables["PerfRanking"].ref == "A1:L4"
    assert below(detail, HEADER, "加減分") == {"E0": 0, "E1": -2.5, "E2": 0}
    assert below(detail, HEADER, "加減分原因")["E1"] == "遲交"
    assert below(detail, HEADER, "一票否決")["E2"] == "安全、指標accidents"
    plain = results_of([typed(company.teams[0])], company.teams[0], company.ruleset.policy)
    book = opened(RESULTS.workbook(plain, WORDING))
    assert "加減分" not in header_texts(sheet_of(book, "detail"), HEADER)
    assert len(header_texts(book[WORDING("sheet.ranking")], 1)) == 10


def test_teams_whose_scores_were_typed_have_no_score_audit(company: Results) -> None:
    rubric = company.teams[0]
    people = [typed(rubric, cost__score=None, cost__not_applicable=True), typed(rubric)]
    content = RESULTS.workbook(results_of(people, rubric, company.ruleset.policy), WORDING)
    assert WORDING("sheet.score-audit", team="測試") not in opened(content).sheetnames
    assert_audit_agrees(content)


def test_an_actual_changed_by_hand_shows_in_the_audits_and_is_found(company: Results, tmp_path: Path) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    sheet = sheet_of(book, "detail")
    cells = below(sheet, HEADER, "指標sales\n實際（萬元）")
    row = WEIGHTS + 1 + list(cells).index("E0")
    column = [cell.value for cell in sheet[HEADER]].index("指標sales\n實際（萬元）") + 1
    sheet.cell(row, column).value = 20
    fresh = opened(recalculated_workbook(bytes_of(book)), values=True)
    assert below(sheet_of(fresh, "score-audit"), 4, WORDING("audit.agrees"))["E0"] == "否"
    assert (
        WORDING("audit.no") in below(fresh[WORDING("sheet.audit")], 5, WORDING("audit.scores-agree")).values()
    )
    assert WORDING("audit.all-agree") not in {cell.value for cell in fresh[WORDING("sheet.audit")]["A"]}
    (changed,) = read_back(bytes_of(book), tmp_path)[1]
    assert changed.code == "cell-changed"
    assert changed.message(WORDING).count("66") == changed.message(WORDING).count("20") == 1


def bytes_of(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("header", "employee", "content"),
    [
        ("指標sales\n達成率", "E0", 131),
        ("指標cost", "E1", 80),
        ("指標cost", "E1", None),
        ("加減分", "E1", 0),
        ("加減分原因", "E1", "按時"),
        ("一票否決", "E2", "安全"),
        ("一票否決", "E0", "安全"),
        ("指標team\n上級", "E1", 100),
    ],
)
def test_any_changed_cell_is_found(
    company: Results, tmp_path: Path, header: str, employee: str, content: float | str | None
) -> None:
    book = opened(RESULTS.workbook(company, WORDING))
    sheet = sheet_of(book, "detail")
    rows = list(below(sheet, HEADER, header))
    column = [cell.value for cell in sheet[HEADER]].index(header) + 1
    sheet.cell(WEIGHTS + 1 + rows.index(employee), column).value = content
    (changed,) = read_back(bytes_of(book), tmp_path)[1]
    assert changed.code == "cell-changed"
    assert employee in changed.message(WORDING)


@pytest.mark.parametrize("language", list(Language))
def test_a_result_in_any_language_reads_back(company: Results, tmp_path: Path, language: Language) -> None:
    again, changed = read_back(RESULTS.workbook(company, Wording(language)), tmp_path)
    assert changed == []
    pd.testing.assert_frame_equal(again.frame, company.frame)


def mark_of(book: Workbook) -> dict[str, str]:
    return marks.read_mark(book[marks.MARK_SHEET].iter_rows(values_only=True))


def test_the_mark_holds_what_the_scores_were_made_from(company: Results) -> None:
    mark = mark_of(opened(RESULTS.workbook(company, WORDING)))
    facts = json.loads(mark["employees"])
    first, second = map(facts["identity"]["employee_id"].index, ("E0", "E1"))
    stated = {key: texts[first] for key, texts in facts["columns"].items() if texts[first]}
    given = {"sales.target": "50", "sales.actual": "66", "accidents.actual": "1"}
    given |= {"team.self": "80", "team.superior": "90"}
    assert mark["schema"] == "4"
    assert given.items() <= stated.items()
    typed_scores = {f"{one}.score" for one in ("cost", "growth", "safety", "days", "audit", "attitude")}
    assert set(stated) - set(given) - {"adjustment"} == typed_scores
    assert facts["not_applicable"] == {"cost": [second]}
    assert facts["columns"]["adjustment"][second] == "-2.5"
    assert facts["identity"]["adjustment_reason"][second] == "遲交"


def records_of(mark: dict[str, str], indicators: Sequence[str]) -> list[dict[str, Any]]:
    """The facts of a mark as its second version had them: a record for each employee."""
    facts = json.loads(mark["employees"])
    stated = facts["identity"] | facts["columns"]
    records = []
    for place in range(len(stated["employee_id"])):
        own = {key: texts[place] for key, texts in stated.items() if texts[place]}
        record: dict[str, Any] = {key: stated[key][place] for key in IDENTITY}
        record["scores"] = {one: own[f"{one}.score"] for one in indicators if f"{one}.score" in own}
        roles = {
            one: {role.value: f"{one}.{role.value}" for role in (Role.TARGET, Role.ACTUAL, *RATERS)}
            for one in indicators
        }
        record["given"] = {
            one: {role: own[key] for role, key in keys.items() if key in own} for one, keys in roles.items()
        }
        record["not_applicable"] = [one for one, rows in facts["not_applicable"].items() if place in rows]
        record |= {key: stated[key][place] for key in (ADJUSTMENT, REASON) if key in stated}
        records.append(record)
    return records


@pytest.mark.parametrize("version", ["1", "2"])
def test_results_of_earlier_versions_are_still_read(company: Results, tmp_path: Path, version: str) -> None:
    rubric = company.teams[0]
    only_typed = results_of([typed(rubric)], rubric, company.ruleset.policy)
    results = company if version == "2" else only_typed
    book = opened(RESULTS.workbook(results, WORDING))
    mark = mark_of(book)
    records = records_of(mark, [indicator.id for indicator in rubric.indicators])
    if version == "1":
        records = [{key: record[key] for key in (*IDENTITY, "scores")} for record in records]
    mark |= {"schema": version, "employees": json.dumps(records)}
    mark["seal"] = former_digest(mark)
    for row in book[marks.MARK_SHEET].iter_rows():
        row[1].value = mark[str(row[0].value)]
    again, changed = read_back(bytes_of(book), tmp_path)
    assert changed == []
    pd.testing.assert_frame_equal(again.frame, results.frame)


def test_the_mark_keeps_the_lines_that_an_explanation_refers_to(company: Results) -> None:
    kept = {"raters": 9, "raters.self": 1, "highest_total": 2, "adjustments": 3, "not_applicable": 4}
    kept |= {"dimensions[0].indicators[0].measure": 5, "dimensions[0].indicators[0].veto": 6}
    other = {"bonus.monthly.good": 7, "dimensions[0].name": 8}
    ruleset = company.ruleset
    files = {key: RuleFile(file.name, file.sha256, kept | other) for key, file in ruleset.files.items()}
    again = Results(company.frame, Ruleset(ruleset.policy, ruleset.rubrics, files, ""), period="2026-11")
    rules = json.loads(mark_of(opened(RESULTS.workbook(again, WORDING)))["rules"])
    assert rules["files"][POLICY]["lines"] == kept


def test_the_rules_sheet_says_how_each_indicator_is_scored(company: Results) -> None:
    sheet = opened(RESULTS.workbook(company, WORDING))[WORDING("sheet.rules")]
    said = {row[1].value: row[4].value for row in sheet.iter_rows(max_col=5)}
    assert said["指標sales"] == "實際 ÷ 目標 × 100；最高 120；目標 50；單位：萬元；可填不適用"
    assert said["安全"] == "評分 0–100；可填不適用；低於 60 分，等級最高為「不合格」"
    values = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}
    assert values["raters.share_missing"] == "false"
    assert "highest_total" not in values


@pytest.mark.parametrize(
    ("indicator", "chinese", "english"),
    [
        (
            "cost",
            "目標 ÷ 實際 × 100；最高 100；最低 10",
            "target ÷ actual × 100; at most 100; at least 10",
        ),
        (
            "growth",
            (
                "按達成率（實際 ÷ 目標）分檔：≥110% 得 110、≥100% 得 100、≥60% 得 55、其餘得 20；"
                "兩檔之間按比例計分"
            ),
            (
                "by the attainment (actual ÷ target): ≥110% gives 110, ≥100% gives 100, ≥60% gives 55, "
                "the rest 20; in proportion between two tiers"
            ),
        ),
        (
            "days",
            "按實際分檔：≤2 得 100、≤7.5 得 50、其餘得 0",
            "by the actual: ≤2 gives 100, ≤7.5 gives 50, the rest 0",
        ),
        (
            "accidents",
            "100 − 25 × 次數；單位：次；低於 50 分，等級最高為「合格」",
            "100 − 25 × count; unit: times; below 50, the grade is at most “Qualified”",
        ),
        (
            "audit",
            "通過得 100，不通過得 30；有目標時，實際 ≥ 目標為通過；目標 3",
            "passed 100, failed 30; with a target, passed means actual ≥ target; target 3",
        ),
        ("attitude", "按等第：優 100、差 40", "by level: 優 100, 差 40"),
    ],
)
def test_a_measure_is_said_in_one_line(indicator: str, chinese: str, english: str) -> None:
    rubric = rubric_of_all("hundred")
    (one,) = [one for one in rubric.indicators if one.id == indicator]
    one = one.model_copy(update={"optional": False})
    grades = SHIPPED.policy.grades
    assert summarize(one, rubric, WORDING, grades) == chinese
    assert summarize(one, rubric, Wording(Language.ENGLISH), grades) == english


def test_totals_above_full_marks_agree_too() -> None:
    rubric = rubric_of_all("hundred")
    rows = [typed(rubric, **{f"{one.id}__score": 100.0 for one in rubric.indicators})]
    rows[0] |= {"sales.actual": 60.0, ADJUSTMENT: 5.0, REASON: "有據"}
    results = results_of(rows, rubric, policy_with(highest_total=None))
    assert results.frame["total"].tolist() == [111.0]
    assert_audit_agrees(RESULTS.workbook(results, WORDING))
