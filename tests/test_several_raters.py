"""Several raters of a kind: their mean counts, each is kept and shown, and nobody is told who gave what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_support import examples
from perfcli.cli.main import run
from perfcli.exact import decimal
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.models import Policy
from perfcli.rules.raters import Raters
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.explanation import explain
from perfcli.scoring.judgements import mean_scores, rated_scores
from perfcli.scoring.results import role_key, score_key
from perfcli.sealed.results import RESULTS
from perfcli.text import Language, Wording
from perfcli.workbooks.base.measure_formulas import mean_of_raters
from support.recalculation import calculated
from support.rubrics import half_up
from support.sheets import Rows, cell_under, open_results, write_workbook

ENGLISH = Wording(Language.ENGLISH)
RATERS = {"self": 0, "superior": 70, "peer": {"weight": 30, "of": "any", "least": 2}, "share_missing": True}
ROWS: Rows = [
    [
        "工號",
        "姓名",
        "銷售額",
        "毛利率",
        *(f"協作配合度 {rater}" for rater in ("同級1", "同級2", "同級3", "上級")),
    ],
    ["E1", "陳一", 90, 80, 91, 85, 80.5, 90],
    ["E2", "林二", 90, 80, None, 100, 99, 90],
    ["E3", "黃三", 90, 80, 70, None, None, 90],
]

GIVEN = st.none() | st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)


def people(raters: int, least: int, most: int) -> st.SearchStrategy[list[list[Decimal | None]]]:
    """What so many raters gave, a row for each employee."""
    return st.lists(st.lists(GIVEN, min_size=raters, max_size=raters), min_size=least, max_size=most)


@pytest.fixture
def rules(small_rules: Ruleset) -> Ruleset:
    said = small_rules.policy.model_dump(mode="json", by_alias=True) | {"raters": RATERS}
    return replace(small_rules, policy=Policy.model_validate(said))


def columns(rows: Sequence[Sequence[Decimal | None]]) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """What each rater gave, an employee after the other."""
    return [
        np.array([np.nan if one is None else float(one) for one in each]) for each in zip(*rows, strict=True)
    ]


class TestTheMean:
    @given(
        rows=st.integers(1, 6).flatmap(lambda raters: people(raters, 1, 12)),
        least=st.integers(1, 4),
        decimals=st.integers(0, 4),
    )
    def test_is_exact_and_of_those_who_gave_a_score(
        self, rows: list[list[Decimal | None]], least: int, decimals: int
    ) -> None:
        found = mean_scores(columns(rows), least, decimals)
        for row, mean in zip(rows, found.tolist(), strict=True):
            there = [Fraction(one) for one in row if one is not None]
            if len(there) < least:
                assert np.isnan(mean)
            else:
                assert Fraction(decimal(mean)) == half_up(sum(there, Fraction(0)) / len(there), decimals)

    @given(rows=people(3, 5, 30), decimals=st.integers(0, 4))
    def test_comes_out_of_the_formula_too(self, rows: list[list[Decimal | None]], decimals: int) -> None:
        expected = mean_scores(columns(rows), 2, decimals)
        cells = [[None if one is None else float(one) for one in row] for row in rows]
        formulas = [
            mean_of_raters(f"SUM(B{row}:D{row})", f"COUNT(B{row}:D{row})", 2, decimals).score
            for row in range(1, len(rows) + 1)
        ]
        assert calculated(cells, formulas) == np.nan_to_num(expected).tolist()


class TestThePage:
    def test_its_table_is_computed(self) -> None:
        rows = [*examples(Path(__file__).parents[1] / "docs" / "rules.md", "score of several")]
        assert len(rows) == 4
        for rules, row in rows:
            raters = Raters.model_validate(rules["raters"])
            numbers = [float(one) for one in re.findall(r"[0-9.]+", row["peers"])]
            peers = mean_scores([np.array([one]) for one in numbers], raters.least()[Role.PEER], 2)
            given = {Role.SELF: np.array([80.0]), Role.PEER: peers, Role.SUPERIOR: np.array([90.0])}
            score = rated_scores(raters, given, 2)
            found = [None if np.isnan(one[0]) else f"{one[0]:g}" for one in (peers, score)]
            expected = [row["their mean"], row["score of several"]]
            assert found == (expected if "none" not in expected[0] else [None, None])


class TestThePolicy:
    def test_a_single_rater_is_still_a_number(self) -> None:
        said = {"self": 10, "superior": 60, "peer": 30}
        raters = Raters.model_validate(said)
        assert raters.least() == {}
        written = raters.model_dump(mode="json", by_alias=True, exclude_none=True)
        assert written == {"self": "10", "superior": "60", "peer": "30", "share_missing": False}

    def test_what_is_written_is_read_again(self) -> None:
        raters = Raters.model_validate(RATERS)
        assert raters.least() == {Role.PEER: 2}
        assert Raters.model_validate(raters.model_dump(mode="json", by_alias=True)) == raters


class TestTheChain:
    def test_each_is_kept_shown_and_verified(
        self, rules: Ruleset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        result = self.scored(rules, tmp_path)
        assert run(["verify", str(result), "--lang", "en"]) == 0
        assert "nothing was changed" in capsys.readouterr().out
        results, changes = open_results(result)
        assert not changes
        frame = results.frame.set_index("employee_id")
        assert frame[score_key("cooperation")].to_dict() == {"E1": 88.65, "E2": 92.85, "E3": 90}
        assert frame[role_key("cooperation", Role.PEER)]["E1"] == 85.5
        sheet = openpyxl.load_workbook(result)["Detail Sales"]
        shown = [
            cell_under(sheet, f"Cooperation\n{word}", "E1").value for word in ("peer 1", "peer 2", "peer 3")
        ]
        assert shown == [91, 85, 80.5]
        assert cell_under(sheet, "Cooperation\npeer, mean", "E1").value == 85.5

    def test_a_changed_score_of_one_of_them_is_named(
        self, rules: Ruleset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        result = self.scored(rules, tmp_path)
        book = openpyxl.load_workbook(result)
        cell_under(book["Detail Sales"], "Cooperation\npeer 2", "E1").value = 95
        book.save(result)
        assert run(["verify", str(result), "--lang", "en"]) == 1
        assert "95" in capsys.readouterr().err

    def test_the_explanation_has_the_scores_but_not_whose_they_are(
        self, rules: Ruleset, tmp_path: Path
    ) -> None:
        results, _ = open_results(self.scored(rules, tmp_path))
        steps = explain(results, "E1")
        said = [
            term.in_language(Language.ENGLISH)
            for dimension in steps.dimensions
            for step in dimension.indicators
            for term in step.derivation
        ]
        assert said == ["raters by weight: peer 85.5 (mean of 3: 80.5, 85, 91) × 30%, superior 90 × 70%"]

    def test_their_order_does_not_matter(self, rules: Ruleset, tmp_path: Path) -> None:
        totals = set()
        for seed, peers in enumerate(permutations(range(4, 7))):
            order = [*range(4), *peers, 7]
            rows = [[row[place] for place in order] for row in ROWS]
            sheet = write_workbook(tmp_path / f"{seed}.xlsx", {"銷售團隊": rows})
            frame = pipeline.score(Request([sheet], period="2026-11"), rules).frame
            totals.add(tuple(zip(frame["employee_id"], frame["total"], strict=True)))
        assert len(totals) == 1

    @staticmethod
    def scored(rules: Ruleset, folder: Path) -> Path:
        sheet = write_workbook(folder / "s.xlsx", {"銷售團隊": ROWS})
        results = pipeline.score(Request([sheet], period="2026-11"), rules)
        target = folder / "s.result.xlsx"
        target.write_bytes(RESULTS.workbook(results, ENGLISH))
        return target
