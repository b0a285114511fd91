"""How one amount of a bonus or a raise came about, on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rewards.bonus.bonus import Bonus
    from perfcli.rewards.raises.raises import Raises


def show_amount(pay: Bonus | Raises, employee_id: str, out: Output, *, machine: bool) -> None:
    """The steps to the amount, a line each; or, for a machine, the row with the steps as texts."""
    from perfcli.rewards.bonus.bonus import Bonus
    from perfcli.rewards.bonus.explanation import explain_bonus
    from perfcli.rewards.bonus.records import employee_record
    from perfcli.rewards.raises.explanation import explain_raise
    from perfcli.rewards.raises.records import raise_record

    wording = out.wording
    if isinstance(pay, Bonus):
        steps = explain_bonus(pay, employee_id)
        record = employee_record(steps.employee, pay, wording)
        title = wording(
            "explain.bonus.title",
            name=steps.employee["name"],
            id=employee_id,
            period=pay.period,
            cycle=wording(f"cycle.{pay.cycle.value}"),
        )
    else:
        steps = explain_raise(pay, employee_id)
        record = raise_record(steps.employee, pay, wording)
        values = {"name": steps.employee["name"], "id": employee_id, "period": pay.period}
        title = wording("explain.raise.title", **values, day=pay.effective.isoformat())
    lines = [step.in_language(wording.language).strip() for step in steps.steps]
    if machine:
        out.json({**record, "steps": lines})
        return
    out.show(title)
    out.show()
    for line in lines:
        out.show(line)
