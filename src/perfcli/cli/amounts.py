"""How one amount of a bonus came about, on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rewards.bonus import Bonus
    from perfcli.rewards.explanation import BonusExplanation


def show_amount(steps: BonusExplanation, bonus: Bonus, out: Output, *, machine: bool) -> None:
    """The steps from base to amount, a line each; or, for a machine, the row with the steps as texts."""
    wording, row = out.wording, steps.employee
    lines = [step.in_language(wording.language) for step in steps.steps]
    if machine:
        from perfcli.rewards.records import employee_record

        out.json({**employee_record(row, bonus, wording), "steps": lines})
        return
    title = {"name": row["name"], "id": row["employee_id"], "period": bonus.period}
    out.show(wording("explain.bonus.title", **title, cycle=wording(f"cycle.{bonus.cycle.value}")))
    out.show()
    for line in lines:
        out.show(line.strip())
