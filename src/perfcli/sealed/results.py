"""Results as a product: the scores of a period with everything from which they can be computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfcli.files import marks
from perfcli.people.columns import BONUS_BASE, WITH_RESULTS, kept
from perfcli.rules.models import Grade
from perfcli.rules.roles import Role
from perfcli.scoring.omissions import left_out_record, read_left_out
from perfcli.scoring.origins import STATED, Origin
from perfcli.scoring.results import (
    ADJUSTMENT,
    IDENTITY,
    OUTCOME,
    REASON,
    Results,
    not_applicable_key,
    origin_key,
    rater_keys,
    role_key,
    score_key,
    stated_weight_key,
    typed_key,
)
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.products import Product, Steps, StepsTable
from perfcli.sealed.records import (
    files_record,
    number_texts,
    read_files,
    read_numbers,
    read_rules,
    rules_record,
)
from perfcli.text import Translated, Wording
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.results.workbook import result_sheets

if TYPE_CHECKING:
    from perfcli.rewards.payroll import Columns, PayrollTable
    from perfcli.scoring.explanation import Explanation

_EXPLAINED = (
    *("weight", "lower_bound", "decimals", "measure", "scale", "veto"),
    *("raters", "adjustments", "highest_total", "not_applicable"),
)


class _ResultsProduct(Product[Results]):
    kind = marks.RESULT
    schema = "4"
    former_schemas = ("1", "2", "3")
    tables = ("ranking", "detail")

    def sheets(self, content: Results, wording: Wording) -> tuple[WorkbookWriter, Sequence[TablePlace]]:
        return result_sheets(content, wording)

    def record(self, content: Results) -> Mapping[str, object]:
        teams = [rubric.team for rubric in content.teams]
        return {
            "inputs": files_record(content.inputs),
            "rules": rules_record(content.ruleset, teams, _is_explained),
            "employees": _employees_record(content),
            **({"left_out": left_out_record(content.left_out)} if len(content.left_out) else {}),
        }

    def read(self, record: Mapping[str, Any], period: str) -> Results:
        ruleset, employees = read_rules(record["rules"]), _read_employees(record["employees"])
        frame = score_employees(employees, ruleset.rubrics, ruleset.policy)
        left_out = read_left_out(record.get("left_out", ()))
        return Results(frame, ruleset, inputs=read_files(record["inputs"]), period=period, left_out=left_out)

    def left_out(self, content: Results) -> pd.DataFrame:
        return content.left_out

    def explain(self, content: Results, employee_id: str, wording: Wording) -> Steps:
        from perfcli.scoring.explanation import explain

        steps = explain(content, employee_id)
        values = {"name": steps.name, "id": steps.employee_id, "period": steps.period}
        title = wording("explain.title", **values, team=steps.rubric.name)
        lines = [step.in_language(wording.language) for step in steps.steps]
        return Steps(title, lines, _steps_record(steps, wording), _parts(steps, wording))

    def allowed_columns(self, content: Results) -> Sequence[str]:
        del content
        return (*IDENTITY, *OUTCOME)

    def usual_columns(self, content: Results, wording: Wording) -> Columns:
        from perfcli.rewards.payroll import named_columns

        return named_columns(self.allowed_columns(content), content.ruleset, wording)

    def flat_table(self, content: Results, wording: Wording, columns: Columns) -> PayrollTable:
        from perfcli.rewards.payroll import flat_table

        return flat_table(content.frame, content.ruleset, columns, wording, {})


RESULTS = _ResultsProduct()


def _is_explained(path: str) -> bool:
    return path.endswith(_EXPLAINED) or path.startswith("raters.")


def _employees_record(results: Results) -> dict[str, Any]:
    """Identity of everyone, and all that the sheets said, column by column in the order of rank.

    ``columns`` are those of the frame from which everything else is computed: typed scores, and what others
    were computed from, as decimal texts; ``not_applicable`` has the rows to which an indicator does not.
    """
    frame = results.frame
    columns: dict[str, NDArray[np.float64]] = {}
    not_applicable: dict[str, list[int]] = {}

    def keep(key: str, places: NDArray[np.intp], held: str = "") -> None:
        column = columns.setdefault(key, np.full(len(frame), np.nan))
        column[places] = frame[held or key].to_numpy(dtype=np.float64)[places]

    for rubric in results.teams:
        own = np.flatnonzero((frame["team"] == rubric.team).to_numpy())
        for indicator in rubric.indicators:
            one = indicator.id
            came_from = frame[origin_key(one)].iloc[own]
            stated = own[came_from.isin(STATED)]
            held = rubric.is_converted(indicator) and len(stated)
            keep(score_key(one), stated, typed_key(one) if held else "")
            is_out = came_from == Origin.NOT_APPLICABLE
            not_applicable.setdefault(one, []).extend(own[is_out].tolist())
            for role in (Role.TARGET, Role.ACTUAL, *results.ruleset.policy.raters.roles):
                several = rater_keys(frame, one, role)  # their mean is computed again
                for key in several or [role_key(one, role)]:
                    if key in frame:
                        keep(key, own)
            if (key := stated_weight_key(one)) in frame:
                keep(key, own)
    others = [column for column in kept(WITH_RESULTS) if column.key in frame]
    for key in (ADJUSTMENT, *(column.key for column in others if column.is_number)):
        if key in frame:
            columns[key] = frame[key].to_numpy(dtype=np.float64)
    texts = [column.key for column in others if not column.is_number and any(frame[column.key])]
    identity = [*IDENTITY, *([REASON] if ADJUSTMENT in frame else []), *texts]
    return {
        "identity": {key: frame[key].tolist() for key in identity},
        "columns": {
            key: number_texts(column) for key, column in columns.items() if not np.isnan(column).all()
        },
        "not_applicable": {one: sorted(places) for one, places in not_applicable.items() if places},
    }


def _read_employees(facts: Any) -> pd.DataFrame:
    """What everyone was scored from, as ``score_employees`` takes it."""
    if isinstance(facts, list):
        return _of_records(facts)
    others = [one.key for one in kept(WITH_RESULTS) if one.key in facts["identity"]]
    frame = pd.DataFrame({key: facts["identity"][key] for key in (*IDENTITY, *others)})
    for key, texts in facts["columns"].items():
        frame[key] = read_numbers(texts)
    for indicator, places in facts["not_applicable"].items():
        flags = np.zeros(len(frame), dtype=bool)
        flags[places] = True
        frame[not_applicable_key(indicator)] = flags
    if ADJUSTMENT in frame:
        frame[REASON] = facts["identity"][REASON]
    return frame


def _of_records(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The employees as the first two schemas have them: a record for each."""
    left_out = {one: False for record in records for one in record.get("not_applicable", ())}
    flags = {not_applicable_key(one): out for one, out in left_out.items()}
    return pd.DataFrame([flags | _of_record(record) for record in records])


def _of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {key: record[key] for key in IDENTITY}
    row |= {score_key(indicator): np.float64(score) for indicator, score in record["scores"].items()}
    for indicator, roles in record.get("given", {}).items():
        row |= {role_key(indicator, Role(role)): np.float64(number) for role, number in roles.items()}
    row |= {not_applicable_key(one): True for one in record.get("not_applicable", ())}
    for key in (ADJUSTMENT, BONUS_BASE):
        if key in record:
            row[key] = np.float64(record[key])
    return row | ({REASON: str(record[REASON])} if REASON in record else {})


def _parts(steps: Explanation, wording: Wording) -> StepsTable:
    """Every dimension and indicator with its score, weight and points."""
    from perfcli.scoring.explanation import file_and_line

    keys = ("indicator", "score", "weight", "points", "rule")
    rows: list[tuple[Sequence[str], bool]] = []
    for dimension in steps.dimensions:
        name = dimension.name.in_language(wording.language)
        rows.append(((name, "", dimension.weight, dimension.points, file_and_line(dimension.rule)), True))
        for step in dimension.indicators:
            label = "  " + step.name.in_language(wording.language)
            score = step.score or wording("cell.not-applicable")
            rows.append(((label, score, step.weight, step.points, file_and_line(step.rule)), False))
    return StepsTable([wording(f"explain.column.{key}") for key in keys], rows, numeric=(1, 2, 3))


def _steps_record(steps: Explanation, wording: Wording) -> dict[str, object]:
    """The explanation for a machine: ids for team and grades, numbers as exact decimal texts."""
    record = {
        one.name: _plain(getattr(steps, one.name), wording)
        for one in fields(steps)
        if one.name not in {"rubric", "next_grade"}
    }
    return {**record, "team": steps.rubric.team}


def _plain(value: object, wording: Wording) -> object:
    """A value as JSON holds it."""
    if isinstance(value, Grade):
        return value.id
    if isinstance(value, Translated):
        return value.in_language(wording.language)
    if isinstance(value, tuple):
        return [_plain(one, wording) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), wording) for one in fields(value)}
    return value
