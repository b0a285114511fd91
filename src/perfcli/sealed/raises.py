"""Raises as a product: people and rules as they were, from which every salary can be computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from perfcli.people.columns import WHO, Kept, of_pay
from perfcli.rewards.payroll import Columns, PayrollTable, flat_table, named_columns
from perfcli.rewards.raises.explanation import explain_raise
from perfcli.rewards.raises.raises import RaiseOrder, Raises, adjust_salaries
from perfcli.rewards.raises.records import raise_record
from perfcli.scoring.omissions import left_out_record, read_left_out
from perfcli.scoring.results import IDENTITY
from perfcli.sealed.bonus import allowed_of_pay, is_of_pay
from perfcli.sealed.products import Product, Steps
from perfcli.sealed.records import (
    changes_record,
    files_record,
    people_record,
    read_amount,
    read_changes,
    read_files,
    read_people,
    read_rules,
    rules_record,
    written,
)
from perfcli.text import Wording
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.raises.workbook import raise_sheets

_COLUMNS = (
    *(*IDENTITY, "total", "grade", "salary", "percent", "months", "raise", "new_salary", "change_percent"),
    *("effective", "currency", "note"),
)
_USUAL = ("employee_id", "name", "department", "salary", "raise", "new_salary", "effective", "currency")


class _RaisesProduct(Product[Raises]):
    kind = "raise"
    schema = "2"
    former_schemas = ("1",)
    tables = ("raises",)
    followed = ("raises",)
    paid_by = "new_salary"

    def sheets(self, content: Raises, wording: Wording) -> tuple[WorkbookWriter, Sequence[TablePlace]]:
        return raise_sheets(content, wording)

    def record(self, content: Raises) -> Mapping[str, object]:
        order = content.order
        facts = {
            "order": {
                "effective": content.effective.isoformat(),
                "budget": written(content.budget),
                "confirm_cuts": order.confirm_cuts,
                "fit_budget": order.fit_budget,
            },
            "people": people_record(content.frame[list(of_pay(Kept.RAISES))]),
            "left_out": people_record(content.left_out),
            "edits": changes_record(content.edits),
            "inputs": files_record(content.inputs),
            **({"unscored": left_out_record(content.unscored)} if len(content.unscored) else {}),
        }
        teams = sorted(set(content.frame["team"]))
        return {"rules": rules_record(content.ruleset, teams, is_of_pay), "employees": facts}

    def read(self, record: Mapping[str, Any], period: str) -> Raises:
        facts = record["employees"]
        said = facts["order"]
        order = RaiseOrder(
            date.fromisoformat(said["effective"]),
            read_amount(said["budget"]),
            confirm_cuts=said["confirm_cuts"],
            fit_budget=said["fit_budget"],
        )
        people = read_people(facts["people"], of_pay(Kept.RAISES))
        return replace(
            adjust_salaries(people, period, read_rules(record["rules"]), order),
            left_out=read_people(facts["left_out"], (*WHO, "reason")),
            edits=read_changes(facts["edits"]),
            inputs=read_files(facts["inputs"]),
            unscored=read_left_out(facts.get("unscored", ())),
        )

    def left_out(self, content: Raises) -> pd.DataFrame:
        return content.unscored

    def explain(self, content: Raises, employee_id: str, wording: Wording) -> Steps:
        steps = explain_raise(content, employee_id)
        values = {"name": steps.employee["name"], "id": employee_id, "period": content.period}
        title = wording("explain.raise.title", **values, day=content.effective.isoformat())
        lines = [step.in_language(wording.language).strip() for step in steps.steps]
        record = raise_record(steps.employee, content, wording)
        return Steps(title, lines, {**record, "steps": lines})

    def allowed_columns(self, content: Raises) -> Sequence[str]:
        del content
        return allowed_of_pay(_COLUMNS, Kept.RAISES)

    def usual_columns(self, content: Raises, wording: Wording) -> Columns:
        return named_columns(_USUAL, content.ruleset, wording)

    def flat_table(self, content: Raises, wording: Wording, columns: Columns) -> PayrollTable:
        between = wording("raise.between")
        extra = {
            "effective": lambda _: content.effective.isoformat(),
            "currency": lambda _: content.ruleset.policy.bonus.currency or "",
            "note": lambda row: between.join(note.in_language(wording.language) for note in row["notes"]),
        }
        return flat_table(content.frame, content.ruleset, columns, wording, extra)


RAISES = _RaisesProduct()
