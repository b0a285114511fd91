"""The reconciliation of a bonus: that money and people come out even, and where they do not, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli import exact
from perfcli.rewards.bonus.bonus import Bonus
from perfcli.scoring.results import rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.blocks import BlockWriter
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.bonus.table import amount_format, notes_text

_WIDTHS = (34, 20, 22, 60)


def write_reconciliation(sheet: SheetWriter, bonus: Bonus, table: TablePlace) -> None:
    """Writes the sums, the people, everybody who gets nothing with the reason, and the files."""
    wording = sheet.book.wording
    sheet.write_title(wording("sheet.reconciliation"))
    blocks = BlockWriter(sheet, _WIDTHS, 2, {"text_wrap": True, "indent": 1})
    _write_edits(blocks, bonus)
    _Money(blocks, bonus, table).write()
    _write_counts(blocks, bonus)
    nothing = [
        [
            row["employee_id"],
            row["name"],
            row["department"],
            notes_text(sheet.book, bonus, row["employee_id"]),
        ]
        for row in rows(bonus.frame)
        if row["nothing"]
    ]
    _write_people(blocks, "nothing", nothing)
    reason = wording("bonus.reconciliation.no-result")
    absent = [[row["employee_id"], row["name"], row["department"], reason] for row in rows(bonus.absent)]
    _write_people(blocks, "absent", absent)
    blocks.head("bonus.reconciliation.files")
    for file in bonus.inputs:
        blocks.line([file.name, file.sha256], across=3, wrapped=False)
    sheet.print_setup(landscape=True)


def _write_edits(blocks: BlockWriter, bonus: Bonus) -> None:
    """What was changed by hand in the results and accepted, for everybody to see."""
    if not bonus.edits:
        return
    sheet, book = blocks.sheet, blocks.sheet.book
    look = book.format(bold=True, font_color=styles.ALARM, bg_color=styles.WARNING, text_wrap=True)
    heading = book.wording("bonus.reconciliation.edited", count=len(bonus.edits))
    sheet.write_across(blocks.row, (0, 3), heading, look)
    sheet.worksheet.set_row(blocks.row, styles.wrapped_height([(heading, sum(_WIDTHS))]))
    blocks.row += 1
    for edit in bonus.edits:
        place = edit.place
        where = " > ".join(part for part in (place.sheet, place.cell) if part)
        blocks.line([place.file or None, where or None, None, edit.message(book.wording)])
    blocks.row += 1


def _write_counts(blocks: BlockWriter, bonus: Bonus) -> None:
    """How many came in, are paid, are not."""
    every, paid = len(bonus.frame), int((bonus.frame["amount"] > 0).sum())
    counts = {"results": every, "paid-people": paid, "nothing": every - paid, "absent": len(bonus.absent)}
    blocks.head("bonus.reconciliation.people")
    for key, count in counts.items():
        blocks.line([blocks.sheet.book.wording(f"bonus.reconciliation.{key}")], wrapped=False)
        blocks.sheet.write(blocks.row - 1, 1, count, blocks.sheet.book.plain)
    blocks.row += 1


def _write_people(blocks: BlockWriter, key: str, people: Sequence[Sequence[str]]) -> None:
    """Some people with the reason why they are here; nothing where there is nobody."""
    lines = [[text or None for text in person] for person in people]
    headers = ("column.employee_id", "column.name", "column.department", "bonus.reconciliation.why")
    blocks.block(f"bonus.reconciliation.{key}-list", lines, headers, count=len(people))


@dataclass(frozen=True)
class _Money:
    """From what was to be paid to what is paid, and the difference."""

    blocks: BlockWriter
    bonus: Bonus
    table: TablePlace

    def write(self) -> None:
        bonus, payment = self.bonus, self.bonus.payment
        computed = sum((exact.decimal(one) for one in bonus.frame["computed"]), Decimal(0))
        self.blocks.head("bonus.reconciliation.money")
        pool = "" if bonus.pool is None else self._amount("pool", bonus.pool)
        first = self._amount("computed", computed)
        self._amount("bounds", bonus.shared - computed)
        adjusted = self._amount("adjustments", bonus.adjustments)
        due = self._amount("due", bonus.paid, f"ROUND(SUM({first}:{adjusted}),2)")
        paid = self._amount("paid", bonus.paid, f"ROUND(SUM({self.table.column('amount')}),2)")
        self._amount("difference", Decimal(0), f"ROUND({due}-{paid},2)", bold=True)
        if bonus.pool is not None:
            rest = bonus.pool - bonus.shared
            self._amount("rest", rest, f"ROUND({pool}-({paid}-{adjusted}),2)", bold=True)
        if payment.budget is not None:
            budget = self._amount("budget", payment.budget)
            self._amount("left", payment.budget - bonus.paid, f"ROUND({budget}-{paid},2)", bold=True)
        self.blocks.row += 1

    def _amount(self, key: str, amount: Decimal, formula: str = "", **properties: object) -> str:
        """A line of money; a formula carries the amount as its value. Gives the cell."""
        sheet, row = self.blocks.sheet, self.blocks.row
        label = sheet.book.cell(indent=1, text_wrap=True, **properties)
        look = sheet.book.cell(num_format=amount_format(self.bonus), **properties)
        sheet.write(row, 0, sheet.book.wording(f"bonus.reconciliation.{key}"), label)
        sheet.write(row, 1, float(amount), look, formula=formula)
        self.blocks.row += 1
        return xl_rowcol_to_cell(row, 1)
