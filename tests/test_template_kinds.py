"""Sheets to fill in for every kind of rubric: live cells against the scorer, and what the sheets accept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from perfcli.files import marks
from perfcli.rules.kinds import Kind
from perfcli.rules.loader import load_ruleset, shipped
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.roles import RATERS, ROLES, Role
from perfcli.scoring.results import ADJUSTMENT, REASON, not_applicable_key, role_key
from perfcli.scoring.scorer import score_employees
from perfcli.text import Language, Wording
from perfcli.workbooks.templates.template import template_workbook
from support.recalculation import recalculated
from support.rubrics import make_rubric

SHIPPED = load_ruleset(shipped("rubrics"))
WORDING = Wording(Language.TRADITIONAL)
HEADER, FIRST = 5, 7
OUT = "不適用"
WORDS = {
    "course": {"通過": Decimal(1), "不通過": Decimal("0.2")},
    "manner": {'優"等': Decimal(1), "A,B": Decimal("0.8"), "差": Decimal("0.4")},
}
TIERS = [
    {"lower_bound": bound, "score": score} for bound, score in (("105.5", 1), ("100", "0.95"), (80, "0.7"))
]
INDICATORS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "results": (
        {"id": "sales", "weight": 25, "measure": {"method": "ratio", "cap": "1.2", "unit": "元"}},
        {"id": "cost", "weight": 15, "measure": {"method": "ratio", "better": "lower", "floor": "0.3"}},
        {
            "id": "growth",
            "weight": 10,
            "measure": {"method": "tiers", "of": "attainment", "interpolate": True},
        },
    ),
    "conduct": (
        {"id": "errors", "weight": 10, "measure": {"method": "deduction", "step": "0.125"}},
        {"id": "course", "weight": "7.5", "measure": {"method": "pass-fail", "fail": "0.2"}},
        {"id": "manner", "weight": "12.5", "measure": {"method": "levels"}},
        {"id": "safety", "weight": 20, "measure": {"method": "direct"}},
    ),
}


def sized(rules: Mapping[str, Any], full: Decimal) -> dict[str, Any]:
    """A measure whose scores are given as parts of the full marks."""
    scores = {"cap", "floor", "step", "fail", "score", "below"}
    return {key: Decimal(value) * full if key in scores else value for key, value in rules.items()}


def rubric_of(scale: str, *, optional: bool = False) -> Rubric:
    """A rubric with every measure, in which the word of a level needs care in a formula."""
    dimensions = []
    for identifier, rules in INDICATORS.items():
        indicators = []
        for rule in rules:
            full = Decimal(rule["weight"]) if scale == "points" else Decimal(100)
            measure = sized(rule["measure"], full)
            if measure["method"] == "tiers":
                measure["tiers"] = [*(sized(tier, full) for tier in TIERS), {"score": 0}]
            if measure["method"] == "levels":
                levels = [{"name": name, "score": part * full} for name, part in WORDS["manner"].items()]
                measure["levels"] = levels
            said = {**rule, "name": f"指標{rule['id']}", "measure": measure, "optional": optional}
            if rule["id"] in {"safety", "errors"}:
                grade = "unqualified" if rule["id"] == "safety" else "good"
                said["veto"] = {"below": full / 2, "highest_grade": grade}
            indicators.append(said)
        weight = sum(Decimal(one["weight"]) for one in indicators)
        dimensions.append(
            {"id": identifier, "name": f"類別{identifier}", "weight": weight, "indicators": indicators}
        )
    return Rubric.model_validate(
        {"team": "testers", "name": "測試", "scale": scale, "dimensions": dimensions}
    )


def policy_with(**changes: Any) -> Policy:
    return Policy.model_validate(SHIPPED.policy.model_dump(by_alias=True) | changes)


def make_people(count: int, **known: Sequence[float | None]) -> pd.DataFrame:
    rows = [(f"E{place}", f"員工{place}", "部", "") for place in range(count)]
    people = pd.DataFrame(rows, columns=["employee_id", "name", "department", "position"], dtype=object)
    numbers = {
        key.replace("__", "."): pd.Series(list(cells), dtype="float64") for key, cells in known.items()
    }
    return people.assign(**numbers)


def sheet_of(content: bytes, *, values: bool = False) -> Worksheet:
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=values).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def columns_of(sheet: Worksheet) -> dict[str, int]:
    """The columns by key: ``sales.target``, ``sales.score``, ``adjustment``, ``total``."""
    roles = {WORDING(f"role.{role.value}"): role for role in ROLES} | {WORDING("role.count"): Role.ACTUAL}
    others = {WORDING(f"column.{key}"): key for key in (ADJUSTMENT, REASON, "total", "grade", "note")}
    found: dict[str, int] = {}
    for column, cell in enumerate(sheet[HEADER], start=1):
        name, *role = re.split(r"\s", re.sub("（.*）", "", str(cell.value)))
        if name in others:
            found[others[name]] = column
        elif name.startswith("指標"):
            found[role_key(name.removeprefix("指標"), roles[role[0]] if role else Role.SCORE)] = column
    return found


def live(content: bytes, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """What each row shows with some entries, by an engine that is not ours; None where it is empty."""
    workbook = openpyxl.load_workbook(BytesIO(content))
    sheet = workbook.worksheets[0]
    assert isinstance(sheet, Worksheet)
    columns = columns_of(sheet)
    for number, row in enumerate(rows, start=FIRST):
        for key, entry in row.items():
            sheet.cell(number, columns[key]).value = entry  # type: ignore[assignment] # words are typed too
    stream = BytesIO()
    workbook.save(stream)
    fresh, *_ = recalculated(stream.getvalue()).values()
    letters = {key: get_column_letter(column) for key, column in columns.items()}
    numbers = range(FIRST, FIRST + len(rows))
    return [{key: fresh.get(f"{one}{number}") for key, one in letters.items()} for number in numbers]


def made(rubric: Rubric, policy: Policy = SHIPPED.policy, count: int = 1, kind: Kind = Kind.SCORE) -> bytes:
    return template_workbook(rubric, policy, make_people(count), "2026-11", WORDING, kind)


def cents(lowest: int, highest: int) -> st.SearchStrategy[float]:
    return st.integers(lowest, highest).map(lambda number: number / 100)


@st.composite
def entries(draw: st.DrawFn, rubric: Rubric, policy: Policy) -> dict[str, object]:
    """What is typed in one row that is complete."""
    row: dict[str, object] = {}
    raters = policy.raters.weights()
    for indicator in rubric.indicators:
        full = int(rubric.full_marks(indicator) * 100)
        words = list(WORDS.get(indicator.id, ()))
        number = cents(0, full) | st.sampled_from(words) if words else cents(0, full)
        columns = indicator.measure.asked()
        asked = bool(columns)
        if indicator.optional and draw(st.integers(0, 3)) == 0:
            role = Role.ACTUAL if asked and draw(st.booleans()) else Role.SCORE
            row[role_key(indicator.id, role)] = OUT
        elif asked and draw(st.integers(0, 3)):
            if Role.TARGET in columns:
                row[role_key(indicator.id, Role.TARGET)] = draw(cents(1, 20_000) | st.sampled_from([8, 50]))
                row[role_key(indicator.id, Role.ACTUAL)] = draw(cents(0, 20_000) | st.integers(0, 60))
            else:
                row[role_key(indicator.id, Role.ACTUAL)] = draw(st.integers(0, 9))
        elif not asked and set(raters) != {Role.SUPERIOR} and draw(st.integers(0, 3)):
            row |= {role_key(indicator.id, rater): draw(number) for rater in raters}
        else:
            row[role_key(indicator.id, Role.SCORE)] = draw(number)
    if policy.adjustments is not None and draw(st.booleans()):
        row |= {ADJUSTMENT: draw(cents(-500, 500)), REASON: "有據"}
    return row


def scored(rubric: Rubric, policy: Policy, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Scores, total and grade by the scorer."""
    people = make_people(len(rows)).assign(team=rubric.team, period="2026-11")
    for indicator in rubric.indicators:
        keys = [role_key(indicator.id, role) for role in (Role.TARGET, Role.ACTUAL, Role.SCORE, *RATERS)]
        full, parts = rubric.full_marks(indicator), WORDS.get(indicator.id, {})
        words = {word: float(part * full) for word, part in parts.items()}
        for key in keys:
            cells = [row.get(key) for row in rows]
            numbers = [None if cell == OUT else words.get(str(cell), cell) for cell in cells]
            people[key] = pd.Series(numbers).astype(float)
        flags = [any(row.get(key) == OUT for key in keys) for row in rows]
        people[not_applicable_key(indicator.id)] = pd.Series(flags, dtype="bool")
    people[ADJUSTMENT] = [float(str(row.get(ADJUSTMENT, 0))) for row in rows]
    people[REASON] = [str(row.get(REASON, "")) for row in rows]
    frame = score_employees(people, {rubric.team: rubric}, policy).set_index("employee_id")
    found: list[dict[str, object]] = []
    for row in frame.loc[list(people["employee_id"])].to_dict("records"):
        keys = [role_key(one.id, Role.SCORE) for one in rubric.indicators]
        scores = {key: OUT if pd.isna(row[key]) else row[key] for key in keys}
        grade = policy.grade(str(row["grade"])).name.in_language(Language.TRADITIONAL)
        found.append({**scores, "total": row["total"], "grade": grade})
    return found


def shown(row: Mapping[str, object], rubric: Rubric) -> dict[str, object]:
    """Scores, total and grade of a live row, with the words as their scores."""
    kept: dict[str, object] = {key: row[key] for key in ("total", "grade")}
    for one in rubric.indicators:
        cell, parts = row[role_key(one.id, Role.SCORE)], WORDS.get(one.id, {})
        word = parts.get(str(cell))
        kept[role_key(one.id, Role.SCORE)] = cell if word is None else float(word * rubric.full_marks(one))
    return kept


class TestLiveRows:
    @given(data=st.data())
    @settings(max_examples=30, phases=[Phase.explicit, Phase.generate])
    def test_come_to_the_scorer_s_numbers(self, data: st.DataObject) -> None:
        draw = data.draw
        rubric = rubric_of(draw(st.sampled_from(["hundred", "points"])), optional=draw(st.booleans()))
        shares = draw(st.sampled_from([(10, 30, 60), (0, 0, 100), (0, 40, 60), (50, 50, 0)]))
        raters = dict(zip(("self", "peer", "superior"), shares, strict=True))
        policy = policy_with(
            raters=raters | {"share_missing": draw(st.booleans())},
            rounding={"score_decimals": draw(st.integers(0, 3)), "total_decimals": draw(st.integers(0, 3))},
            not_applicable=draw(st.sampled_from(["dimension", "all"])),
            highest_total=draw(st.sampled_from([None, Decimal(100), Decimal("80.555"), Decimal(105)])),
            adjustments=draw(st.sampled_from([None, {"highest": 5, "lowest": -5}])),
        )
        rows = draw(st.lists(entries(rubric, policy), min_size=1, max_size=6))
        weighed = [one for one in rows if any(cell != OUT for cell in one.values())]
        found = live(made(rubric, policy, len(weighed)), weighed)
        assert [shown(row, rubric) for row in found] == scored(rubric, policy, weighed)

    @pytest.mark.parametrize("highest", ["80", "79.995"])
    def test_end_at_the_highest_total_even_without_adjustments(self, highest: str) -> None:
        rubric, policy = plain(("100",)), policy_with(adjustments=None, highest_total=Decimal(highest))
        assert live(made(rubric, policy), [{"0.score": 95}])[0]["total"] == 80

    def test_stay_empty_where_nothing_with_a_weight_applies(self) -> None:
        rubric = plain(("100", "0"), optional=True, veto={"below": 60, "highest_grade": "unqualified"})
        found = live(
            made(rubric, count=3), [{"0.score": OUT, "1.score": 80}, {"0.score": 90, "1.score": OUT}]
        )
        assert [(row["total"], row["grade"]) for row in found] == [(None, None), (90, "優秀")]

    def test_no_function_has_more_arguments_than_programs_take(self) -> None:
        weights = ["0.25"] * 299 + ["25.25"]
        for scale in ("hundred", "points"):
            rubric = make_rubric([weights], scale)
            formulas = [cell.value for cell in sheet_of(made(rubric))[FIRST] if cell.data_type == "f"]
            assert max(str(formula).count(",") for formula in formulas) < 350
            assert not any(re.search(r"(?:\w+,){255}", str(formula)) for formula in formulas)


def plain(weights: Sequence[str], **rules: object) -> Rubric:
    """A rubric of one dimension with typed scores, called 0, 1, …"""
    indicators = [
        {"id": f"i{place}", "name": f"指標{place}", "weight": Decimal(weight), **rules}
        for place, weight in enumerate(weights)
    ]
    whole = {"id": "all", "name": "全部", "weight": 100, "indicators": indicators}
    return Rubric.model_validate({"team": "testers", "name": "測試", "dimensions": [whole]})


class TestWhatACellSays:
    def rules(self, content: bytes) -> dict[str, Any]:
        """The validations by the key of their column."""
        sheet = sheet_of(content)
        by_letter = {get_column_letter(column): key for key, column in columns_of(sheet).items()}
        found = sheet.data_validations.dataValidation
        return {by_letter[re.sub(r"\d.*", "", str(rule.sqref))]: rule for rule in found}

    def test_what_may_be_typed_in_place_of_a_number(self) -> None:
        rules = self.rules(made(rubric_of("hundred", optional=True)))
        for key in ("sales.actual", "sales.score", "errors.actual", "course.score", "safety.score"):
            assert OUT in rules[key].prompt, key
        assert "通過" in rules["course.score"].prompt
        assert OUT not in rules["sales.target"].prompt
        without = self.rules(made(rubric_of("hundred")))
        assert not any(OUT in str(rule.prompt) for rule in without.values())

    def test_units_quantities_and_limits(self) -> None:
        rules = self.rules(made(rubric_of("hundred")))
        assert "元" in rules["sales.target"].prompt
        for key, kind, operator, bound in (
            ("sales.target", "decimal", "greaterThan", "0"),
            ("cost.actual", "decimal", "greaterThanOrEqual", "0"),
            ("errors.actual", "whole", "greaterThanOrEqual", "0"),
        ):
            assert (rules[key].type, rules[key].operator, rules[key].formula1) == (kind, operator, bound)
        assert (rules["sales.score"].formula1, rules["sales.score"].formula2) == ("0", "120")
        assert (rules[ADJUSTMENT].formula1, rules[ADJUSTMENT].formula2) == ("-5", "5")

    def test_no_rule_is_longer_than_programs_take(self) -> None:
        levels = [{"name": f"這是很長很長的第 {place} 級" * 2, "score": place} for place in range(20)]
        for optional in (False, True):
            measure = {"method": "levels", "levels": levels}
            for rule in self.rules(made(plain(("100",), measure=measure, optional=optional))).values():
                assert max(len(str(part)) for part in (rule.formula1, rule.formula2, rule.prompt)) <= 255

    def test_points_without_a_reason_are_shown(self) -> None:
        sheet = sheet_of(made(plain(("100",))))
        formulas = [str(rule.formula[0]) for one in sheet.conditional_formatting for rule in one.rules]
        assert 'AND(G7="",ISNUMBER(F7),F7<>0)' in formulas
        assert 'AND(F7<>"",OR(NOT(ISNUMBER(F7)),F7<-5,F7>5))' in formulas

    @pytest.mark.parametrize("language", list(Language))
    def test_everything_fits_in_every_language(self, language: Language) -> None:
        rubric, wording = rubric_of("points", optional=True), Wording(language)
        for kind in (Kind.PLAN, Kind.SELF, Kind.SCORE):
            content = template_workbook(rubric, SHIPPED.policy, None, "", wording, kind)
            for rule in sheet_of(content).data_validations.dataValidation:
                assert len(rule.promptTitle or "") <= 32
                assert len(rule.prompt or "") <= 255
                assert not re.search("[{}]", rule.prompt or "")


class TestMark:
    def mark(self, content: bytes) -> dict[str, str]:
        sheet = openpyxl.load_workbook(BytesIO(content))[marks.MARK_SHEET]
        return marks.read_mark(sheet.iter_rows(values_only=True))

    def test_keeps_the_targets_of_the_plan(self) -> None:
        people = make_people(3, sales__target=[50, None, 0.1], cost__target=[None, None, 2.5])
        content = template_workbook(rubric_of("hundred"), SHIPPED.policy, people, "2026-11", WORDING)
        found = self.mark(content)
        assert found["sheet"] == "score"
        assert json.loads(found["targets"]) == {"E0": {"sales": "50"}, "E2": {"sales": "0.1", "cost": "2.5"}}

    @pytest.mark.parametrize("kind", [Kind.PLAN, Kind.SELF])
    def test_names_the_kind(self, kind: Kind) -> None:
        found = self.mark(made(rubric_of("hundred"), kind=kind))
        assert (found["sheet"], "targets" in found) == (kind.value, False)


class TestPrint:
    @pytest.mark.parametrize("scale", ["hundred", "points"])
    def test_a_wide_sheet_has_pages_of_whole_indicators(self, scale: str) -> None:
        raters = {"self": 10, "peer": 30, "superior": 60}
        content = made(rubric_of(scale), policy_with(raters=raters))
        sheet = sheet_of(content)
        breaks = [one.id for one in sheet.col_breaks.brk]
        keys = {column: key.split(".")[0] for key, column in columns_of(sheet).items()}
        assert breaks
        assert all(keys[column] != keys[column + 1] for column in breaks)
        assert sheet.page_setup.scale is not None
        assert int(sheet.page_setup.scale) >= 40
        merged = [cells for cells in sheet.merged_cells.ranges if cells.min_row == HEADER - 1]
        titles = [{cells.min_col, cells.max_col} for cells in merged]
        ends = [0, *breaks, sheet.max_column]
        pages = [set(range(first + 1, last + 1)) for first, last in pairwise(ends)]
        for title in titles:
            assert any(title <= page for page in pages)
