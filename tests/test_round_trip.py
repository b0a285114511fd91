"""What is written is read back: template → filled sheet → scores → result workbook → the same results."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings

from perfcli.pipelines import score as pipeline
from perfcli.rules.models import Rounding
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring.results import Results, score_key
from perfcli.sealed.results import RESULTS
from perfcli.sheets.scale_checks import SUSPICIONS
from perfcli.text import Language, Wording
from perfcli.workbooks.templates.template import template_workbook
from support.rubrics import Case, cases
from support.sheets import open_results


def rules_of(case: Case, shipped: Ruleset) -> Ruleset:
    rounding = Rounding(total_decimals=case.decimals)
    policy = shipped.policy.model_copy(update={"grades": case.bands, "rounding": rounding})
    files = {key: RuleFile(f"{key}.yaml", "0" * 64, {}) for key in (POLICY, case.rubric.team)}
    return Ruleset(policy, {case.rubric.team: case.rubric}, files, "rubrics")


def filled(case: Case, rules: Ruleset, language: Language) -> bytes:
    """A template of that language, filled in as a manager would."""
    wording = Wording(language)
    blank = template_workbook(case.rubric, rules.policy, None, "2026-11", wording)
    workbook = openpyxl.load_workbook(BytesIO(blank))
    sheet = workbook.worksheets[0]
    for number, person in enumerate(case.scores):
        sheet.cell(7 + number, 1).value = f"{number:04d}"
        sheet.cell(7 + number, 2).value = f"=Invented {number}"
        sheet.cell(7 + number, 2).data_type = "s"
        for column, score in enumerate(person, start=5):
            sheet.cell(7 + number, column).value = float(score)
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def scored(case: Case, rules: Ruleset, folder: Path, language: Language) -> Results:
    path = folder / "sheet.xlsx"
    path.write_bytes(filled(case, rules, language))
    return pipeline.score(pipeline.Request([path], accept=SUSPICIONS), rules)


@pytest.mark.parametrize("language", list(Language))
@given(case=cases())
@settings(max_examples=8)
def test_what_a_manager_types_is_what_is_scored_stored_and_read_again(
    shipped_rules: Ruleset, tmp_path_factory: pytest.TempPathFactory, language: Language, case: Case
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    rules = rules_of(case, shipped_rules)
    results = scored(case, rules, folder, language)
    by_id = results.frame.set_index("employee_id").sort_index()
    for column, indicator in enumerate(case.rubric.indicators):
        assert by_id[score_key(indicator.id)].tolist() == [float(person[column]) for person in case.scores]
    (folder / "result.xlsx").write_bytes(RESULTS.workbook(results, Wording(language)))
    again, changed = open_results(folder / "result.xlsx")
    assert not changed
    assert (again.period, again.inputs) == (results.period, results.inputs)
    assert again.ruleset.rubrics == results.ruleset.rubrics
    assert again.ruleset.policy == results.ruleset.policy
    pd.testing.assert_frame_equal(again.frame, results.frame, check_dtype=False)
