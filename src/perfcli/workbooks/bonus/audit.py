"""The audit of a bonus: live formulas that compute every amount again and say whether they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlsxwriter.utility import xl_range_abs

from perfcli import exact
from perfcli.rewards.bonus.bonus import HIGHEST, LOWEST, Bonus
from perfcli.rules.pay import Method
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.bonus.audit_columns import CONSTANTS, AuditColumns, Formula, quotient
from perfcli.workbooks.bonus.numerals import Numerals
from perfcli.workbooks.bonus.pool_audit import PoolAudit
from perfcli.workbooks.bonus.table import amount_format

_MOST_CONSTANTS, _MORE_OF_A_POOL = 8, 5


def write_bonus_audit(sheet: SheetWriter, bonus: Bonus, table: TablePlace) -> None:
    """Writes what everything is computed from, and a row of formulas per employee, each with its value."""
    _BonusAudit(sheet, bonus, table).write()


class _BonusAudit:
    def __init__(self, sheet: SheetWriter, bonus: Bonus, table: TablePlace) -> None:
        self.book, self.bonus = sheet.book, bonus
        self.numerals = Numerals(bonus)
        self.pooled = bonus.payment.method is Method.POOL
        constants = _MOST_CONSTANTS + _MORE_OF_A_POOL * self.pooled
        header = CONSTANTS + max(len(bonus.ruleset.policy.grades) + 1, constants) + 1
        self.audit = AuditColumns(sheet, table, header, amount_format(bonus))
        self.looked_up = self._write_grades(sheet)

    def write(self) -> None:
        note = self.book.wording("bonus.audit.note" if self.numerals.is_exact else "bonus.audit.note.large")
        self.audit.sheet.write_title(self.book.wording("bonus.audit.title"), note)
        for key in ("employee_id", "name"):
            self.audit.add(key, self.audit.source(key), list(self.bonus.frame[key]), "text")
        unit = self.audit.constant("unit", float(self.numerals.unit))
        product = self.audit.add("product", self._product(), self.numerals.products)
        self._finish(self._units(product), unit)
        self.audit.write()

    def _units(self, product: str) -> str:
        """Everybody's units, from what is multiplied."""
        if not self.numerals.is_exact:
            return self._approximate(product)
        if self.pooled:
            return PoolAudit(self.audit, self.bonus, self.numerals).units(product)
        return self._rounded(product)

    def _write_grades(self, sheet: SheetWriter) -> str:
        """The coefficients, or fixed amounts, by which is computed; gives the formula that looks one up."""
        book, payment, policy = self.book, self.bonus.payment, self.bonus.ruleset.policy
        fixed = payment.computed_by is Method.FIXED
        by_grade: Mapping[str, Decimal] = self.bonus.rules.coefficients(self.bonus.cycle)
        if fixed:
            by_grade = payment.amounts or {}
        headers = ("column.grade", "column.fixed_amount" if fixed else "payroll.coefficient")
        sheet.write_line(CONSTANTS, map(book.wording, headers), book.header)
        for row, grade in enumerate(policy.grades_from_top, start=CONSTANTS + 1):
            sheet.write(row, 0, book.name(grade.name), book.centred)
            sheet.write(row, 1, float(by_grade[grade.id]), book.exact)
        last = CONSTANTS + len(policy.grades)
        names = xl_range_abs(CONSTANTS + 1, 0, last, 0)
        return f"INDEX({xl_range_abs(CONSTANTS + 1, 1, last, 1)},MATCH({{grade}},{names},0))"

    def _product(self) -> str:
        """Base × coefficient × total × days in whole numbers."""
        numerals, source = self.numerals, self.audit.source
        grade = self.looked_up.format(grade=source("grade"))
        fixed = self.bonus.payment.computed_by is Method.FIXED
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
        times = self.audit.constant("numerator", 2 * above)
        under = self.audit.constant("denominator", below)
        values = [(2 * above * one + below) // (2 * below) for one in self.numerals.products]
        units = self.audit.add("units", quotient(f"({product}*{times}+{under})", f"(2*{under})"), values)
        payment = self.bonus.payment
        if payment.highest is None and payment.lowest is None:
            return units
        low = self.audit.constant("lowest", self.numerals.units(payment.lowest or Decimal(0)))
        if payment.highest is not None:
            units = f"MIN({units},{self.audit.constant('highest', self.numerals.units(payment.highest))})"
        bounded = [self.numerals.units(exact.decimal(one)) for one in self.bonus.frame["earned"]]
        return self.audit.add("bounded", f"IF({product}=0,0,MAX({units},{low}))", bounded)

    def _approximate(self, product: str) -> str:
        """Amounts in units by ordinary division, where the whole numbers are too large for a double."""
        numerals = self.numerals
        products = self.audit.column_of("product")
        if self.pooled:
            pool = self.audit.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
            formula = f"SUM({products})"
            together = self.audit.constant("free-sum", float(sum(numerals.products)), formula)
            formula = f"{pool}*{product}/MAX({together},1)"
            return self.audit.add("about", formula, [0.0] * self.audit.table.rows, "about")
        ratio = float(numerals.ratio)
        values = [one * ratio for one in numerals.products]
        return self.audit.add("about", f"{product}*{ratio!r}", values, "about")

    def _finish(self, units: str, unit: str) -> None:
        """From units to the amount, and whether it agrees with the bonus table."""
        audit, exactly = self.audit, self.numerals.is_exact
        added = f"+{audit.source('adjustment')}" if "adjustment" in audit.table.columns else ""
        amounts = list(self.bonus.frame["amount"])
        recomputed = audit.add("amount", f"ROUND(MAX({units}*{unit}{added},0),2)", amounts, "money")
        printed = audit.add("printed", audit.source("amount"), amounts, "money")
        same = f"ABS({recomputed}-{printed})<={'0.001' if exactly else unit}"
        yes, no = (self.book.wording(f"audit.{word}") for word in ("yes", "no"))
        agrees: Formula = f'IF({same},"{yes}","{no}")'
        if self.pooled and exactly:
            both = [f"AND({same},{bound})" if bound else same for bound in self._bounds_hold()]
            agrees = [f'IF({one},"{yes}","{no}")' for one in both]
        audit.add("agrees", agrees, [yes] * audit.table.rows, "centred")

    def _bounds_hold(self) -> Iterator[str]:
        """That who takes a cap or a floor out of a pool would be beyond it; empty for the others."""
        weight = self.audit.cell("weight")
        share, together = (self.audit.constants[key] for key in ("shared", "free-sum"))
        part, much = f"{share}*{weight}", "1.000000001"
        for bound, fixed in zip(self.bonus.frame["bound"], self.numerals.fixed, strict=True):
            if fixed is None or bound not in {HIGHEST, LOWEST}:
                yield ""
            elif bound == LOWEST:
                yield f"OR({together}=0,{part}<={fixed}*{together}*{much})"
            else:
                yield f"OR({together}=0,{part}*{much}>={fixed}*{together})"
