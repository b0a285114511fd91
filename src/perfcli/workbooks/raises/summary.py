"""The summary of raises: what they cost, by grade, team and department, with charts."""

from __future__ import annotations

from collections.abc import Iterator

from perfcli.rewards.groups import raise_group
from perfcli.rewards.raises.raises import Raises
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_groups import GroupCell, PayGroup, PayGroups
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.raises.table import amount_format, facts

_KEYS = ("people", "raised", "unchanged", "cut", "before", "change", "after", "percent")
_FACTS = 3


def write_summary(sheet: SheetWriter, raises: Raises) -> None:
    """Writes the cost, then a table for each way of grouping people, with a chart of what each group gets."""
    book = sheet.book
    title = book.wording("raise.summary.title", period=book.period(raises.period))
    sheet.write_title(title, facts(book, raises))
    _write_facts(sheet, raises)
    PayGroups(
        *(sheet, raises.frame, raises.ruleset, "raise.summary", _KEYS),
        lambda group: _cells(raises, group),
        lambda _: "change",
    ).write(_FACTS + 3, ("grade", "team", "department"))


def _write_facts(sheet: SheetWriter, raises: Raises) -> None:
    """The facts that decide, one beside the other."""
    book, fit = sheet.book, raises.fit
    no_budget = book.wording("raise.no-budget")
    values = {
        "month": raises.text(raises.cost),
        "year": raises.text(raises.cost_of_year),
        "budget": no_budget if raises.budget is None else raises.text(raises.budget),
    }
    if fit is not None:
        values |= {"excess": raises.text(fit.excess), "factor": fit.percent_text}
    look = book.cell(bold=True, align="center", font_size=12, font_color=styles.INK)
    for place, (key, value) in enumerate(values.items()):
        columns = (2 * place - 1, 2 * place) if place else (0, 0)
        sheet.write_across(_FACTS, columns, book.wording(f"raise.summary.{key}"), book.header)
        sheet.write_across(_FACTS + 1, columns, value, look)
    sheet.worksheet.set_row(_FACTS, 20)
    sheet.worksheet.set_row(_FACTS + 1, 26)


def _cells(raises: Raises, group: PayGroup) -> Iterator[GroupCell]:
    """How many get what, and what it costs."""
    amounts, values = amount_format(raises), raise_group(group.people)
    for count in (values.people, values.raised, values.unchanged, values.cut):
        yield GroupCell(count, {"align": "center"})
    yield GroupCell(float(values.before), {"num_format": amounts})
    yield GroupCell(float(values.change), {"num_format": styles.signed(amounts)})
    yield GroupCell(float(values.after), {"num_format": amounts})
    yield GroupCell(float(values.percent), {"num_format": '0.00"%"'})
