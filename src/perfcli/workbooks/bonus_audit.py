"""The audit of a bonus: live formulas that reckon every amount anew and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus import HIGHEST, LOWEST, Bonus
from perfcli.rules.pay import Method
from perfcli.scoring import exact
from perfcli.workbooks.audit_columns import CONSTANTS, AuditColumns, Cell, quotient
from perfcli.workbooks.bonus_numerals import Numerals
from perfcli.workbooks.bonus_table import amount_format
from perfcli.workbooks.pool_audit import PoolAudit
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_TITLE, _NOTE = 0, 1
_MOST_CONSTANTS, _MORE_OF_A_POOL = 8, 5


def write_bonus_audit(book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
    """Writes what everything is computed from, and a row of formulas per employee, each with its value."""
    _Audit(book, worksheet, bonus, table).write()


class _Audit:
    def __init__(self, book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
        self.book, self.bonus, self.table = book, bonus, table
        self.numerals = Numerals(bonus)
        self.pooled = bonus.payment.method is Method.POOL
        constants = _MOST_CONSTANTS + _MORE_OF_A_POOL * self.pooled
        header = CONSTANTS + max(len(bonus.ruleset.policy.grades) + 1, constants) + 1
        self.sheet = AuditColumns(book, worksheet, header, len(bonus.frame), amount_format(bonus))
        self.looked_up = self._write_grades()

    def write(self) -> None:
        book, worksheet = self.book, self.sheet.worksheet
        worksheet.write_string(_TITLE, 0, book.wording("bonus.audit.title"), book.title)
        worksheet.set_row(_TITLE, 28)
        note = "bonus.audit.note" if self.numerals.is_exact else "bonus.audit.note.large"
        worksheet.write_string(_NOTE, 0, book.wording(note), book.note)
        for key in ("employee_id", "name"):
            self.sheet.add(key, self._source(key), list(self.bonus.frame[key]), "text")
        unit = self.sheet.constant("unit", float(self.numerals.unit))
        product = self.sheet.add("product", self._product, self.numerals.products)
        self._finish(self._units(product), unit)
        self.sheet.write()

    def _units(self, product: Cell) -> Cell:
        """Everybody's units, from what is multiplied."""
        if not self.numerals.is_exact:
            return self._approximate(product)
        if self.pooled:
            return PoolAudit(self.sheet, self.bonus, self.numerals).units(product)
        return self._rounded(product)

    def _source(self, key: str) -> Cell:
        """The cell of the bonus table for each row."""
        return lambda row: self.table.cell(row, key)

    def _write_grades(self) -> str:
        """The coefficients, or fixed amounts, by which is reckoned; gives the formula that looks one up."""
        book, payment, policy = self.book, self.bonus.payment, self.bonus.ruleset.policy
        fixed = payment.reckoned_by is Method.FIXED
        by_grade: Mapping[str, Decimal] = self.bonus.rules.coefficients(self.bonus.cycle)
        if fixed:
            by_grade = payment.amounts or {}
        heading = "column.fixed_amount" if fixed else "payroll.coefficient"
        for column, key in enumerate(("column.grade", heading)):
            self.sheet.worksheet.write_string(CONSTANTS, column, book.wording(key), book.header)
        for row, grade in enumerate(policy.grades_from_top, start=CONSTANTS + 1):
            self.sheet.worksheet.write_string(row, 0, book.name(grade.name), book.centred)
            self.sheet.worksheet.write_number(row, 1, float(by_grade[grade.id]), book.exact)
        last = CONSTANTS + len(policy.grades)
        names = xl_range_abs(CONSTANTS + 1, 0, last, 0)
        return f"INDEX({xl_range_abs(CONSTANTS + 1, 1, last, 1)},MATCH({{grade}},{names},0))"

    def _product(self, row: int) -> str:
        """Base × coefficient × total × days in whole numbers."""
        numerals = self.numerals
        grade = self.looked_up.format(grade=self.table.cell(row, "grade"))
        fixed = self.bonus.payment.reckoned_by is Method.FIXED
        parts = []
        for factor in numerals.factors:
            looked_up = factor.key == "coefficient" or (factor.key == "bonus_base" and fixed)
            parts.append(factor.formula(grade if looked_up else self.table.cell(row, factor.key)))
        parts.append(numerals.days.formula(self.table.cell(row, "days")))
        together = numerals.periods_together
        if together > 1:
            parts.append(f"({together}/{numerals.periods.formula(self.table.cell(row, 'period_days'))})")
        return "*".join(parts)

    def _rounded(self, product: Cell) -> Cell:
        """Half up to whole units; the quotient of a division is checked by its remainder."""
        above, below = self.numerals.ratio.numerator, self.numerals.ratio.denominator
        times = self.sheet.constant("numerator", 2 * above)
        under = self.sheet.constant("denominator", below)
        values = [(2 * above * one + below) // (2 * below) for one in self.numerals.products]

        def rounded(row: int) -> str:
            dividend = f"({product(row)}*{times}+{under})"
            return quotient(dividend, f"(2*{under})")

        units = self.sheet.add("units", rounded, values)
        payment = self.bonus.payment
        if payment.highest is None and payment.lowest is None:
            return units
        low = self.sheet.constant("lowest", self.numerals.units(payment.lowest or Decimal(0)))
        high = None
        if payment.highest is not None:
            high = self.sheet.constant("highest", self.numerals.units(payment.highest))
        frame = self.bonus.frame
        bounded = [self.numerals.units(exact.decimal(one)) for one in frame["earned"]]

        def within(row: int) -> str:
            inner = units(row) if high is None else f"MIN({units(row)},{high})"
            return f"IF({product(row)}=0,0,MAX({inner},{low}))"

        return self.sheet.add("bounded", within, bounded)

    def _approximate(self, product: Cell) -> Cell:
        """Amounts in units by ordinary division, where the whole numbers are too large for a double."""
        numerals = self.numerals
        products = self.sheet.column_of("product")
        if self.pooled:
            pool = self.sheet.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
            formula = f"SUM({products})"
            together = self.sheet.constant("free-sum", float(sum(numerals.products)), formula)
            return self.sheet.add(
                "about",
                lambda row: f"{pool}*{product(row)}/MAX({together},1)",
                [0.0] * self.sheet.heads,
                "about",
            )
        ratio = float(numerals.ratio)
        values = [one * ratio for one in numerals.products]
        return self.sheet.add("about", lambda row: f"{product(row)}*{ratio!r}", values, "about")

    def _finish(self, units: Cell, unit: str) -> None:
        """From units to the amount, and whether it agrees with the bonus table."""
        frame, numerals = self.bonus.frame, self.numerals
        adjusted = "adjustment" in self.table.columns
        adjustment = self._source("adjustment")
        amounts = list(frame["amount"])

        def amount(row: int) -> str:
            added = f"+{adjustment(row)}" if adjusted else ""
            return f"ROUND(MAX({units(row)}*{unit}{added},0),2)"

        recomputed = self.sheet.add("amount", amount, amounts, "money")
        printed = self.sheet.add("printed", self._source("amount"), amounts, "money")
        yes, no = (self.book.wording(f"audit.{word}") for word in ("yes", "no"))
        tolerance = "0.001" if numerals.is_exact else unit
        check = self._bounds_hold if self.pooled and numerals.is_exact else None

        def agrees(row: int) -> str:
            same = f"ABS({recomputed(row)}-{printed(row)})<={tolerance}"
            both = same if check is None or not (own := check(row)) else f"AND({same},{own})"
            return f'IF({both},"{yes}","{no}")'

        self.sheet.add("agrees", agrees, [yes] * self.sheet.heads, "centred")

    def _bounds_hold(self, row: int) -> str:
        """That who takes a cap or a floor out of a pool would be beyond it; empty for the others."""
        bound = self.bonus.frame["bound"].array[row]
        fixed = self.numerals.fixed[row]
        if fixed is None or bound not in {HIGHEST, LOWEST}:
            return ""
        weight = xl_rowcol_to_cell(self.sheet.first + row, self.sheet.place("weight"))
        sign = ">=" if bound == HIGHEST else "<="
        share, together = (self.sheet.constants[key] for key in ("shared", "free-sum"))
        return (
            f"OR({together}=0,{share}*{weight}{sign}{fixed}*{together}*1.000000001)"
            if bound == LOWEST
            else (f"OR({together}=0,{share}*{weight}*1.000000001{sign}{fixed}*{together})")
        )
