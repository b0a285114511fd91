"""The table of raises: one row per employee, before and after, to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perfcli.rewards.raises.raises import Raises
from perfcli.rewards.raises.rules import MONTHS
from perfcli.scoring.omissions import partial_note
from perfcli.scoring.results import rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_table import PayTable, note_column, person_columns
from perfcli.workbooks.base.tables import TableColumn, TablePlace
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

_SUMMED = ("salary", "computed", "raise", "new_salary", "scaled", "due")


def write_raises(sheet: SheetWriter, raises: Raises) -> TablePlace:
    """Writes title, facts, the table with its sum, and the lines to sign on."""
    book, amounts = sheet.book, amount_format(raises)
    title = book.wording("raise.title", period=book.period(raises.period))
    said = (title, facts(book, raises), _cost(book, raises))
    sums = {**dict.fromkeys(_SUMMED, amounts), "raise": styles.signed(amounts)}
    columns = _columns(book, raises, amounts)
    partial = partial_note(len(raises.frame), raises.unscored)
    return PayTable("raises", said, columns, sums, raises.ruleset, len(raises.edits), partial).write(sheet)


def amount_format(raises: Raises) -> str:
    """How amounts look: without decimals where every salary and the rounding unit are whole."""
    return "#,##0" if raises.smallest % 1 == 0 else "#,##0.00"


def notes_text(book: WorkbookWriter, raises: Raises, row: Mapping[str, Any]) -> str:
    """The notes about an employee and the measure of the grade, as one text."""
    texts = [note.in_language(book.wording.language) for note in row["notes"]]
    measure = raises.measure(row["grade"], row["percent"])
    return book.wording("raise.between").join([*texts, *([] if measure is None else [book.name(measure)])])


def _columns(book: WorkbookWriter, raises: Raises, amounts: str) -> list[TableColumn]:
    """The columns; those in which there is nothing to see are left out."""
    frame, fit = raises.frame, raises.fit
    applied = fit is not None and raises.order.fit_budget
    shown = {
        "department": frame["department"].astype(bool).any(),
        "team": not frame["department"].astype(bool).all(),
        "range_position": frame["range_position"].notna().any(),
        "months": (frame["months"] < MONTHS).any(),
        "computed": (frame["computed"] != frame["raise"]).any(),
        "due": applied,
        "scaled": fit is not None and not applied,
    }
    money = book.cell(num_format=amounts)
    changed = book.cell(num_format=styles.signed(amounts), bold=True, bg_color=styles.ACCENT_LIGHT)
    numbers = (
        ("salary", money, 12),
        ("range_position", book.percent, 10),
        ("percent", book.percent, 9),
        ("months", book.cell(num_format='0"/12"', align="center"), 8),
        ("computed", money, 12),
        ("due", money, 12),
        ("raise", changed, 12),
        ("new_salary", book.cell(num_format=amounts, bold=True), 12),
        ("change_percent", book.cell(num_format='+0.00"%";-0.00"%";0.00"%"'), 9),
        ("scaled", money, 12),
    )
    known = ("employee_id", "name", "department", "team", "total", "grade")
    return [
        *person_columns(book, frame, raises.ruleset, [key for key in known if shown.get(key, True)]),
        *(
            TableColumn(key, book.wording(f"raise.column.{key}"), frame[key], look, wide)
            for key, look, wide in numbers
            if shown.get(key, True)
        ),
        note_column(book, [notes_text(book, raises, row) for row in rows(frame)]),
    ]


def facts(book: WorkbookWriter, raises: Raises) -> str:
    """The day from which the salaries hold, the currency, and the budget."""
    wording = book.wording
    texts = [wording("raise.effective", day=raises.effective.isoformat())]
    if raises.ruleset.policy.bonus.currency:
        texts.append(wording("raise.currency", currency=raises.ruleset.policy.bonus.currency))
    if raises.budget is not None:
        texts.append(wording("raise.budget", budget=raises.text(raises.budget)))
    return wording("raise.between").join(texts)


def _cost(book: WorkbookWriter, raises: Raises) -> str:
    """What the raises cost a month and a year, and what a budget that they exceed would make of them."""
    wording, fit = book.wording, raises.fit
    texts = [wording("raise.cost", month=raises.text(raises.cost), year=raises.text(raises.cost_of_year))]
    if fit is not None:
        key = "raise.fitted" if raises.order.fit_budget else "raise.over-budget"
        texts.append(wording(key, excess=raises.text(fit.excess), factor=fit.percent_text))
    return wording("raise.between").join(texts)
