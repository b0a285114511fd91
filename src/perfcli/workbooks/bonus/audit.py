"""The audit of a bonus: live formulas that reckon every amount anew and say whether they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from perfcli import exact
from perfcli.rewards.bonus.bonus import HIGHEST, LOWEST, Bonus
from perfcli.rules.pay import Method
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.bonus.audit_columns import CONSTANTS, AuditColumns, Formula, quotient
from perfcli.workbooks.bonus.numerals import Numerals
from perfcli.workbooks.bonus.pool_audit import PoolAudit
from perfcli.workbooks.bonus.table import amount_format

_TITLE, _NOTE = 0, 1
_MOST_CONSTANTS, _MORE_OF_A_POOL = 8, 5


def write_bonus_audit(book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
    """Writes what everything is computed from, and a row of formulas per employee, each with its value."""
    _Audit(book, worksheet, bonus, table).write()


class _Audit:
    def __init__(self, book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
        self.book, self.bonus = book, bonus
        self.numerals = Numerals(bonus)
        self.pooled = bonus.payment.method is Method.POOL
        constants = _MOST_CONSTANTS + _MORE_OF_A_POOL * self.pooled
        header = CONSTANTS + max(len(bonus.ruleset.policy.grades) + 1, constants) + 1
        self.sheet = AuditColumns(book, worksheet, table, header, amount_format(bonus))
        self.looked_up = self._write_grades()

    def write(self) -> None:
        book, worksheet = self.book, self.sheet.worksheet
        worksheet.write_string(_TITLE, 0, book.wording("bonus.audit.title"), book.title)
        worksheet.set_row(_TITLE, 28)
        note = "bonus.audit.note" if self.numerals.is_exact else "bonus.audit.note.large"
        worksheet.write_string(_NOTE, 0, book.wording(note), book.note)
        for key in ("employee_id", "name"):
            self.sheet.add(key, self.sheet.source(key), list(self.bonus.frame[key]), "text")
        unit = self.sheet.constant("unit", float(self.numerals.unit))
        product = self.sheet.add("product", self._product(), self.numerals.products)
        self._finish(self._units(product), unit)
        self.sheet.write()

    def _units(self, product: str) -> str:
        """Everybody's units, from what is multiplied."""
        if not self.numerals.is_exact:
            return self._approximate(product)
        if self.pooled:
            return PoolAudit(self.sheet, self.bonus, self.numerals).units(product)
        return self._rounded(product)

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

    def _product(self) -> str:
        """Base × coefficient × total × days in whole numbers."""
        numerals, source = self.numerals, self.sheet.source
        grade = self.looked_up.format(grade=source("grade"))
        fixed = self.bonus.payment.reckoned_by is Method.FIXED
        parts = []
        for factor in numerals.factors:
            looked_up = factor.key == "coefficient" or (factor.key == "bonus_base" and fixed)
            parts.append(factor.formula(grade if looked_up else source(factor.key)))
        parts.append(numerals.days.formula(source("days")))
        together = numerals.periods_together
        if together > 1:
            parts.append(f"({together}/{numerals.periods.formula(source('period_days'))})")
        return "*".join(parts)

    def _rounded(self, product: str) -> str:
        """Half up to whole units; the quotient of a division is checked by its remainder."""
        above, below = self.numerals.ratio.numerator, self.numerals.ratio.denominator
        times = self.sheet.constant("numerator", 2 * above)
        under = self.sheet.constant("denominator", below)
        values = [(2 * above * one + below) // (2 * below) for one in self.numerals.products]
        units = self.sheet.add("units", quotient(f"({product}*{times}+{under})", f"(2*{under})"), values)
        payment = self.bonus.payment
        if payment.highest is None and payment.lowest is None:
            return units
        low = self.sheet.constant("lowest", self.numerals.units(payment.lowest or Decimal(0)))
        if payment.highest is not None:
            units = f"MIN({units},{self.sheet.constant('highest', self.numerals.units(payment.highest))})"
        bounded = [self.numerals.units(exact.decimal(one)) for one in self.bonus.frame["earned"]]
        return self.sheet.add("bounded", f"IF({product}=0,0,MAX({units},{low}))", bounded)

    def _approximate(self, product: str) -> str:
        """Amounts in units by ordinary division, where the whole numbers are too large for a double."""
        numerals = self.numerals
        products = self.sheet.column_of("product")
        if self.pooled:
            pool = self.sheet.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
            formula = f"SUM({products})"
            together = self.sheet.constant("free-sum", float(sum(numerals.products)), formula)
            formula = f"{pool}*{product}/MAX({together},1)"
            return self.sheet.add("about", formula, [0.0] * self.sheet.heads, "about")
        ratio = float(numerals.ratio)
        values = [one * ratio for one in numerals.products]
        return self.sheet.add("about", f"{product}*{ratio!r}", values, "about")

    def _finish(self, units: str, unit: str) -> None:
        """From units to the amount, and whether it agrees with the bonus table."""
        sheet, exactly = self.sheet, self.numerals.is_exact
        added = f"+{sheet.source('adjustment')}" if "adjustment" in sheet.table.columns else ""
        amounts = list(self.bonus.frame["amount"])
        recomputed = sheet.add("amount", f"ROUND(MAX({units}*{unit}{added},0),2)", amounts, "money")
        printed = sheet.add("printed", sheet.source("amount"), amounts, "money")
        same = f"ABS({recomputed}-{printed})<={'0.001' if exactly else unit}"
        yes, no = (self.book.wording(f"audit.{word}") for word in ("yes", "no"))
        agrees: Formula = f'IF({same},"{yes}","{no}")'
        if self.pooled and exactly:
            both = [f"AND({same},{bound})" if bound else same for bound in self._bounds_hold()]
            agrees = [f'IF({one},"{yes}","{no}")' for one in both]
        sheet.add("agrees", agrees, [yes] * sheet.heads, "centred")

    def _bounds_hold(self) -> Iterator[str]:
        """That who takes a cap or a floor out of a pool would be beyond it; empty for the others."""
        weight = self.sheet.cell("weight")
        share, together = (self.sheet.constants[key] for key in ("shared", "free-sum"))
        part, much = f"{share}*{weight}", "1.000000001"
        for bound, fixed in zip(self.bonus.frame["bound"], self.numerals.fixed, strict=True):
            if fixed is None or bound not in {HIGHEST, LOWEST}:
                yield ""
            elif bound == LOWEST:
                yield f"OR({together}=0,{part}<={fixed}*{together}*{much})"
            else:
                yield f"OR({together}=0,{part}*{much}>={fixed}*{together})"
