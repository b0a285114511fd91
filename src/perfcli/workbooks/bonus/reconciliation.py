"""The reconciliation of a bonus: that money and heads come out even, and where they do not, why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli import exact
from perfcli.rewards.bonus.bonus import Bonus
from perfcli.scoring.results import rows
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.bonus.table import amount_format, notes_text

_WIDTHS = (34, 20, 22, 60)


def write_reconciliation(book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
    """Writes the sums, the heads, everybody who gets nothing with the reason, and the files."""
    worksheet.write_string(0, 0, book.wording("sheet.reconciliation"), book.title)
    worksheet.set_row(0, 28)
    for column, wide in enumerate(_WIDTHS):
        worksheet.set_column(column, column, wide)
    writer = _Writer(book, worksheet, bonus, table)
    writer.edits()
    writer.money()
    writer.heads()
    writer.nothing()
    writer.absent()
    writer.files()
    book.print_setup(worksheet, landscape=True, repeat=None)


class _Writer:
    """Writes block after block down the sheet."""

    def __init__(self, book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
        self.book, self.worksheet, self.bonus, self.table = book, worksheet, bonus, table
        self.row = 2
        self.text = book.cell(num_format="@", text_wrap=True, indent=1)

    def edits(self) -> None:
        """What was changed by hand in the results and accepted, for everybody to see."""
        if not self.bonus.edits:
            return
        look = self.book.format(bold=True, font_color=styles.ALARM, bg_color=styles.WARNING, text_wrap=True)
        heading = self.book.wording("bonus.reconciliation.edited", count=len(self.bonus.edits))
        self.worksheet.merge_range(self.row, 0, self.row, 3, "", look)
        self.worksheet.write_string(self.row, 0, heading, look)
        self.worksheet.set_row(self.row, styles.wrapped_height([(heading, sum(_WIDTHS))]))
        self.row += 1
        for edit in self.bonus.edits:
            place = edit.place
            where = " > ".join(part for part in (place.sheet, place.cell) if part)
            self._line([place.file or "", where, "", edit.message(self.book.wording)])
        self.row += 1

    def money(self) -> None:
        """From what was to be paid to what is paid, and the difference."""
        bonus, amounts = self.bonus, self.table.column("amount")
        computed = _sum(bonus.frame["computed"])
        self._head("bonus.reconciliation.money")
        first = self.row
        if bonus.pool is not None:
            self._amount("pool", bonus.pool)
        self._amount("computed", computed)
        self._amount("bounds", bonus.shared - computed)
        self._amount("adjustments", bonus.adjustments)
        lines = (
            f"{xl_rowcol_to_cell(first + (bonus.pool is not None), 1)}:{xl_rowcol_to_cell(self.row - 1, 1)}"
        )
        self._amount("due", bonus.paid, f"=ROUND(SUM({lines}),2)")
        self._amount("paid", bonus.paid, f"=ROUND(SUM({amounts}),2)")
        due, paid = (xl_rowcol_to_cell(self.row - back, 1) for back in (2, 1))
        self._amount("difference", Decimal(0), f"=ROUND({due}-{paid},2)", bold=True)
        if bonus.pool is not None:
            pool, adjusted = xl_rowcol_to_cell(first, 1), xl_rowcol_to_cell(first + 3, 1)
            rest = bonus.pool - bonus.shared
            self._amount("rest", rest, f"=ROUND({pool}-({paid}-{adjusted}),2)", bold=True)
        if bonus.payment.budget is not None:
            self._amount("budget", bonus.payment.budget)
            left = bonus.payment.budget - bonus.paid
            budget = xl_rowcol_to_cell(self.row - 1, 1)
            self._amount("left", left, f"=ROUND({budget}-{paid},2)", bold=True)
        self.row += 1

    def heads(self) -> None:
        """Who came in, who is paid, who is not."""
        frame = self.bonus.frame
        paid = int((frame["amount"] > 0).sum())
        self._head("bonus.reconciliation.heads")
        for key, count in (
            ("results", len(frame)),
            ("paid-heads", paid),
            ("nothing", len(frame) - paid),
            ("absent", len(self.bonus.absent)),
        ):
            self.worksheet.write_string(
                self.row, 0, self.book.wording(f"bonus.reconciliation.{key}"), self.text
            )
            self.worksheet.write_number(self.row, 1, count, self.book.cell(align="right"))
            self.row += 1
        self.row += 1

    def nothing(self) -> None:
        """Everybody who gets nothing, and why."""
        self._people("bonus.reconciliation.nothing-list", list(self._without_amount()))

    def absent(self) -> None:
        """Everybody on the roster who has no result."""
        reason = self.book.wording("bonus.reconciliation.no-result")
        people = [
            [row["employee_id"], row["name"], row["department"], reason] for row in rows(self.bonus.absent)
        ]
        self._people("bonus.reconciliation.absent-list", people)

    def files(self) -> None:
        """The files that the bonus was reckoned from, with their SHA-256."""
        self._head("bonus.reconciliation.files")
        for file in self.bonus.inputs:
            self.worksheet.write_string(self.row, 0, file.name, self.text)
            self.worksheet.merge_range(self.row, 1, self.row, 3, "", self.text)
            self.worksheet.write_string(self.row, 1, file.sha256, self.text)
            self.row += 1

    def _without_amount(self) -> Iterator[list[str]]:
        for row in rows(self.bonus.frame):
            if row["nothing"]:
                reason = notes_text(self.book, self.bonus, row["employee_id"])
                yield [row["employee_id"], row["name"], row["department"], reason]

    def _people(self, title: str, people: Sequence[Sequence[str]]) -> None:
        if not people:
            return
        keys = ("column.employee_id", "column.name", "column.department", "bonus.reconciliation.why")
        self._head(title, keys, count=len(people))
        for person in people:
            self._line(person)
        self.row += 1

    def _amount(self, key: str, amount: Decimal, formula: str = "", **properties: object) -> None:
        """A line of money; a formula carries the amount as its value."""
        look = self.book.cell(num_format=f"{amount_format(self.bonus)}", **properties)
        label = self.book.wording(f"bonus.reconciliation.{key}")
        self.worksheet.write_string(
            self.row, 0, label, self.book.cell(indent=1, text_wrap=True, **properties)
        )
        if formula:
            self.worksheet.write_formula(self.row, 1, formula, look, float(amount))
        else:
            self.worksheet.write_number(self.row, 1, float(amount), look)
        self.row += 1

    def _head(self, title: str, keys: Sequence[str] = (), **values: object) -> None:
        heading = self.book.wording(title, **values)
        self.worksheet.write_string(self.row, 0, heading, self.book.format(bold=True, font_size=12))
        self.row += 1
        for column, key in enumerate(keys):
            self.worksheet.write_string(
                self.row, column, self.book.wording(key) if key else "", self.book.header
            )
        self.row += bool(keys)

    def _line(self, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts):
            if text:
                self.worksheet.write_string(self.row, column, text, self.text)
            else:
                self.worksheet.write_blank(self.row, column, None, self.text)
        self.worksheet.set_row(self.row, styles.wrapped_height(zip(texts, _WIDTHS, strict=True)))
        self.row += 1


def _sum(amounts: Iterable[float]) -> Decimal:
    return sum((exact.decimal(one) for one in amounts), Decimal(0))
