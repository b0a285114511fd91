"""Results with measures, raters, adjustments, vetoes and what does not apply: formulas, sheets, verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

import formualizer
import numpy as np
import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from perfcli.rules.measures import Measure
from perfcli.rules.models import Raters
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.judgements import rated_scores
from perfcli.scoring.measures import Scale, measured_scores
from perfcli.workbooks.measure_formulas import measured_formula, rated_formula

MEASURES: TypeAdapter[Measure] = TypeAdapter(Measure)

FEW_EXAMPLES = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def calculated(rows: Sequence[Sequence[float | None]], formulas: Sequence[str]) -> list[float]:
    """What an engine that is not ours makes of a formula for each row of numbers."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, (row, formula) in enumerate(zip(rows, formulas, strict=True), start=1):
        for column, cell in enumerate(row, start=2):
            sheet.cell(number, column).value = cell
        sheet.cell(number, 1).value = f"={formula}"
    target = BytesIO()
    book.save(target)
    fresh = openpyxl.load_workbook(
        BytesIO(formualizer.recalculate_xlsx_bytes(target.getvalue())["bytes"]), data_only=True
    )
    return [fresh.worksheets[0].cell(number, 1).value for number in range(1, len(rows) + 1)]  # type: ignore[misc]


def cents(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    return st.integers(lowest, highest).map(lambda number: Decimal(number) / 100)


@st.composite
def tiers(draw: st.DrawFn) -> dict[str, Any]:
    of = draw(st.sampled_from(["attainment", "actual"]))
    better = draw(st.sampled_from(["higher", "lower"]))
    count = draw(st.integers(1, 9))
    lowest = 1 if of == "attainment" else -3000
    bounds = sorted(draw(st.lists(cents(lowest, 20_000), min_size=count, max_size=count, unique=True)))
    if of == "actual" and better == "lower":
        bounds.reverse()
    marks = sorted(draw(st.lists(cents(0, 12_000), min_size=count + 1, max_size=count + 1)))
    key = "upper_bound" if of == "actual" and better == "lower" else "lower_bound"
    steps: list[dict[str, Any]] = [
        {key: bound, "score": mark} for bound, mark in zip(bounds, marks[1:], strict=True)
    ]
    steps.append({"score": marks[0]})
    return {
        "method": "tiers",
        "of": of,
        "better": better,
        "interpolate": draw(st.booleans()),
        "tiers": draw(st.permutations(steps)),
    }


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    better = draw(st.sampled_from(["higher", "lower"]))
    floor = draw(cents(0, 4000))
    data: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"method": "ratio", "better": better, "floor": floor},
                {"method": "ratio", "better": better, "cap": draw(cents(4000, 15_000))},
                {"method": "deduction", "step": draw(cents(1, 3000)), "floor": floor},
                {"method": "pass-fail", "better": better, "fail": floor},
                draw(tiers()),
            ]
        )
    )
    return MEASURES.validate_python(data)


@FEW_EXAMPLES
@given(data=st.data(), measure=measures(), decimals=st.integers(0, 4))
def test_a_measure_s_formula_gives_the_scorer_s_numbers(
    data: st.DataObject, measure: Measure, decimals: int
) -> None:
    full = data.draw(st.sampled_from([Decimal(100), Decimal("7.5")]))
    target = cents(1, 1_000_000) | st.sampled_from([Decimal(100), Decimal(50), Decimal(8)])
    actual = cents(-2000, 1_000_000) | st.integers(-1, 200).map(Decimal) | cents(0, 20_000)
    rows = data.draw(st.lists(st.tuples(target, actual), min_size=20, max_size=60))
    targets, actuals = (np.array([float(row[part]) for row in rows]) for part in (0, 1))
    expected = measured_scores(measure, Scale(full, decimals), targets, actuals)
    formulas = [
        measured_formula(measure, full, decimals, f"B{row}", f"C{row}") for row in range(1, len(rows) + 1)
    ]
    cells = [(float(target), float(actual)) for target, actual in rows]
    assert calculated(cells, formulas) == expected.tolist()


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
    formulas = [
        rated_formula(raters, decimals, {role: f"{column}{number}" for role, column in places.items()})
        for number in range(1, len(known) + 1)
    ]
    cells = [[None if one is None else float(one) for one in rows[row]] for row in known]
    assert calculated(cells, formulas) == expected[known].tolist()
