"""The bonus table: one row per employee with every factor of the amount, to be signed."""

from __future__ import annotations

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rewards.money import money
from perfcli.rules.pay import Method
from perfcli.scoring.omissions import partial_note
from perfcli.text import Term
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.pay_table import PayTable, note_column, person_columns
from perfcli.workbooks.base.tables import TableColumn, TablePlace
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

_SUMMED = ("earned", "adjustment", "amount")


def write_bonus_table(sheet: SheetWriter, bonus: Bonus) -> TablePlace:
    """Writes title, method and sum, the table, and the lines to sign on."""
    book, amounts = sheet.book, amount_format(bonus)
    cycle = book.wording(f"cycle.{bonus.cycle.value}")
    title = book.wording("bonus.title", period=book.period(bonus.period), cycle=cycle)
    paid = {"sum": money(bonus.paid, bonus.rules.rounding_unit), "currency": bonus.rules.currency or ""}
    counts = {"count": int((bonus.frame["amount"] > 0).sum()), "people": len(bonus.frame)}
    said = (title, method_text(book, bonus), book.wording("bonus.sum", **paid, **counts))
    sums = {**dict.fromkeys(_SUMMED, amounts), "adjustment": styles.signed(amounts)}
    columns = _columns(book, bonus, amounts)
    partial = partial_note(len(bonus.frame), bonus.unscored)
    return PayTable("bonus", said, columns, sums, bonus.ruleset, len(bonus.edits), partial).write(sheet)


def amount_format(bonus: Bonus) -> str:
    """How amounts look: without decimals where the rounding unit has none and nobody has any."""
    amounts = bonus.frame[["bonus_base", *_SUMMED]].fillna(0)
    whole = bonus.rules.rounding_unit % 1 == 0 and bool((amounts % 1 == 0).all(axis=None))
    return "#,##0" if whole else "#,##0.00"


def notes_text(book: WorkbookWriter, bonus: Bonus, employee: str) -> str:
    """The notes about an employee, as one text."""
    texts = [note.in_language(book.wording.language) for note in bonus.notes[employee]]
    return book.wording("raise.between").join(texts)


def method_text(book: WorkbookWriter, bonus: Bonus) -> str:
    """How amounts come about, in words."""
    method = Term(f"method.{bonus.payment.computed_by.value}")
    if bonus.payment.method is not Method.POOL:
        return book.wording("bonus.method", method=method)
    pool = money(bonus.pool or 0.0, bonus.rules.rounding_unit)
    return book.wording("bonus.method.pool", pool=pool, method=method)


def _columns(book: WorkbookWriter, bonus: Bonus, amounts: str) -> list[TableColumn]:
    """The columns; those in which there is nothing to see are left out."""
    frame, pooled = bonus.frame, bonus.payment.method is Method.POOL
    adjusted = bool(frame["adjustment"].any())
    shown = {
        "department": frame["department"].astype(bool).any(),
        "bonus_base": frame["bonus_base"].notna().any(),
        "coefficient": frame["coefficient"].notna().any(),
        "share": pooled,
        "computed": frame["bound"].astype(bool).any() and not pooled,
        "earned": adjusted,
        "adjustment": adjusted,
    }
    base = "fixed_amount" if bonus.payment.computed_by is Method.FIXED else "bonus_base"
    money_look = book.cell(num_format=amounts)
    days = book.cell(num_format="0.##" if (frame["days"] % 1).any() else "0", align="center")
    factor = book.cell(num_format="0.0000", align="center")
    coefficient = book.cell(num_format="0.0#####", align="center")
    further = {one.key: one.name.in_language(book.wording.language) for one in bonus.rules.factors}
    numbers = (
        ("bonus_base", base, money_look, 12),
        ("coefficient", "coefficient", coefficient, 8),
        *((key, "", coefficient, 9) for key in further),
        ("days", "days", days, 7),
        ("period_days", "period_days", days, 7),
        ("proration", "proration", factor, 9),
        ("factor", "factor", factor, 9),
        ("share", "share", book.cell(num_format="#,##0.000000"), 15),
        ("computed", "computed", money_look, 12),
        ("earned", "earned", money_look, 12),
        ("adjustment", "bonus_adjustment", book.cell(num_format=styles.signed(amounts)), 11),
        ("amount", "amount", book.cell(num_format=amounts, bold=True, bg_color=styles.ACCENT_LIGHT), 13),
    )
    known = ("employee_id", "name", "department", "team", "total", "grade")
    return [
        *person_columns(book, frame, bonus.ruleset, [key for key in known if shown.get(key, True)]),
        *(
            TableColumn(key, further.get(key) or book.wording(f"column.{header}"), frame[key], look, wide)
            for key, header, look, wide in numbers
            if shown.get(key, True)
        ),
        note_column(book, [notes_text(book, bonus, one) for one in frame["employee_id"]]),
    ]
