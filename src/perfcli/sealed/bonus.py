"""A bonus as a product: people and rules as they were, from which every amount can be computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from perfcli.people.columns import WHO, Kept, kept, of_pay
from perfcli.rewards.bonus.bonus import Bonus, BonusOrder
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.bonus.explanation import explain_bonus
from perfcli.rewards.bonus.payroll import bonus_payroll
from perfcli.rewards.bonus.records import employee_record
from perfcli.rewards.payroll import Columns, PayrollTable, payroll_columns
from perfcli.rules.pay import PAY, PAYROLL_COLUMNS, BonusRules
from perfcli.rules.periods import Cycle
from perfcli.scoring.omissions import left_out_record, read_left_out
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
from perfcli.workbooks.bonus.workbook import bonus_sheets


class _BonusProduct(Product[Bonus]):
    kind = "bonus"
    schema = "2"
    former_schemas = ("1",)
    tables = ("bonus",)
    followed = ("bonus",)
    paid_by = "amount"

    def sheets(self, content: Bonus, wording: Wording) -> tuple[WorkbookWriter, Sequence[TablePlace]]:
        return bonus_sheets(content, wording)

    def record(self, content: Bonus) -> Mapping[str, object]:
        facts = {
            "order": {
                "cycle": content.cycle.value,
                "pool": written(content.order.pool),
                "by_total": content.order.by_total,
            },
            "people": people_record(content.people[_keys(content.rules)]),
            "absent": people_record(content.absent),
            "edits": changes_record(content.edits),
            "inputs": files_record(content.inputs),
            **({"unscored": left_out_record(content.unscored)} if len(content.unscored) else {}),
        }
        teams = sorted(set(content.frame["team"]))
        return {"rules": rules_record(content.ruleset, teams, is_of_pay), "employees": facts}

    def read(self, record: Mapping[str, Any], period: str) -> Bonus:
        facts = record["employees"]
        said = facts["order"]
        by_total = said.get("by_total", False)
        order = BonusOrder(Cycle(said["cycle"]), period, read_amount(said["pool"]), by_total)
        rules = read_rules(record["rules"])
        people = read_people(facts["people"], _keys(rules.policy.bonus))
        bonus = calculate_bonus(people, rules, order)
        return replace(
            bonus,
            absent=read_people(facts["absent"], WHO),
            edits=read_changes(facts["edits"]),
            inputs=read_files(facts["inputs"]),
            unscored=read_left_out(facts.get("unscored", ())),
        )

    def left_out(self, content: Bonus) -> pd.DataFrame:
        return content.unscored

    def explain(self, content: Bonus, employee_id: str, wording: Wording) -> Steps:
        steps = explain_bonus(content, employee_id)
        values = {"name": steps.employee["name"], "id": employee_id, "period": content.period}
        title = wording("explain.bonus.title", **values, cycle=wording(f"cycle.{content.cycle.value}"))
        lines = [step.in_language(wording.language).strip() for step in steps.steps]
        record = employee_record(steps.employee, content, wording)
        return Steps(title, lines, {**record, "steps": lines})

    def allowed_columns(self, content: Bonus) -> Sequence[str]:
        factors = [factor.key for factor in content.rules.factors]
        return allowed_of_pay((*PAYROLL_COLUMNS, *factors), Kept.BONUS)

    def usual_columns(self, content: Bonus, wording: Wording) -> Columns:
        return payroll_columns(content.ruleset, wording)

    def flat_table(self, content: Bonus, wording: Wording, columns: Columns) -> PayrollTable:
        return bonus_payroll(content, wording, columns)


def _keys(rules: BonusRules) -> list[str]:
    """The columns of the people for whom a bonus is computed."""
    return [*of_pay(Kept.BONUS), *(factor.key for factor in rules.roster_factors)]


def allowed_of_pay(known: Sequence[str], pay: Kept) -> Sequence[str]:
    """The keys of columns that payroll may have, with those of a person that are kept in the pay."""
    return list(dict.fromkeys([*known, *(one.key for one in kept(pay) if Kept.PAYROLL in one.kept)]))


def is_of_pay(path: str) -> bool:
    """Whether a rule is one of pay, of which an explanation tells."""
    return path.startswith((*PAY, "calendar"))


BONUS = _BonusProduct()
