"""The audit of a bonus: live formulas that reckon every amount anew and say whether they agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus import HIGHEST, LOWEST, Bonus
from perfcli.rules.pay import Method
from perfcli.scoring import exact
from perfcli.workbooks import styles
from perfcli.workbooks.bonus_numerals import Numerals
from perfcli.workbooks.bonus_table import amount_format
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_TITLE, _NOTE, _OVERALL, _CONSTANTS = 0, 1, 2, 4
_CONSTANT_COLUMN = 3
_BEYOND = "1E+300"
_WIDTH = 15

Value = float | int | str


class Computed(NamedTuple):
    """A column of the audit: its heading, a formula for each row, the values, and how they look."""

    key: str
    formula: Callable[[int], str]
    values: Sequence[Value]
    look: str = "whole"


def write_bonus_audit(book: Book, worksheet: Worksheet, bonus: Bonus, table: Table) -> None:
    """Writes what everything is computed from, and a row of formulas per employee, each with its value."""
    _Audit(book, worksheet, bonus, table).write()


@dataclass
class _Audit:
    book: Book
    worksheet: Worksheet
    bonus: Bonus
    table: Table

    def __post_init__(self) -> None:
        self.numerals = Numerals(self.bonus)
        self.columns: list[Computed] = []
        self.constants: dict[str, str] = {}
        self.pooled = self.bonus.payment.method is Method.POOL

    @property
    def heads(self) -> int:
        return len(self.bonus.frame)

    @cached_property
    def header(self) -> int:
        """The row of the table's header, below the constants."""
        return _CONSTANTS + max(len(self.bonus.ruleset.policy.grades) + 1, 8 + 5 * self.pooled) + 1

    @property
    def first(self) -> int:
        return self.header + 1

    def write(self) -> None:
        book, worksheet = self.book, self.worksheet
        worksheet.write_string(_TITLE, 0, book.wording("bonus.audit.title"), book.title)
        worksheet.set_row(_TITLE, 28)
        note = "bonus.audit.note" if self.numerals.is_exact else "bonus.audit.note.large"
        worksheet.write_string(_NOTE, 0, book.wording(note), book.note)
        self._write_grades()
        self._add_columns()
        for place, column in enumerate(self.columns):
            worksheet.write_string(self.header, place, book.wording(f"bonus.audit.{column.key}"), book.header)
            worksheet.set_column(place, place, _WIDTH)
            self._write_column(place, column)
        worksheet.set_row(self.header, 50)
        self._write_overall(len(self.columns) - 1)
        last = self.first + self.heads - 1
        book.mark_differences(worksheet, (self.first, 0, last, len(self.columns) - 1))
        worksheet.autofilter(self.header, 0, last, len(self.columns) - 1)
        worksheet.freeze_panes(self.first, 2)
        book.print_setup(worksheet, landscape=True, repeat=(self.header, self.header))

    def _write_grades(self) -> None:
        """The coefficients, or fixed amounts, by which is reckoned; a place to look them up."""
        book, payment, policy = self.book, self.bonus.payment, self.bonus.ruleset.policy
        fixed = payment.reckoned_by is Method.FIXED
        by_grade: Mapping[str, Decimal] = self.bonus.rules.coefficients(self.bonus.cycle)
        if fixed:
            by_grade = payment.amounts or {}
        heading = "column.fixed_amount" if fixed else "payroll.coefficient"
        for column, key in enumerate(("column.grade", heading)):
            self.worksheet.write_string(_CONSTANTS, column, book.wording(key), book.header)
        for row, grade in enumerate(policy.grades_from_top, start=_CONSTANTS + 1):
            self.worksheet.write_string(row, 0, book.name(grade.name), book.centred)
            self.worksheet.write_number(row, 1, float(by_grade[grade.id]), book.exact)
        last = _CONSTANTS + len(policy.grades)
        names = xl_range_abs(_CONSTANTS + 1, 0, last, 0)
        self.looked_up = f"INDEX({xl_range_abs(_CONSTANTS + 1, 1, last, 1)},MATCH({{grade}},{names},0))"

    def constant(self, key: str, value: Value, formula: str = "") -> str:
        """Writes a number that holds for everybody; gives its cell."""
        row = _CONSTANTS + len(self.constants)
        self.worksheet.write_string(
            row, _CONSTANT_COLUMN, self.book.wording(f"bonus.audit.{key}"), self.book.text
        )
        look = self.book.cell(num_format="0.##")
        if formula:
            self.worksheet.write_formula(row, _CONSTANT_COLUMN + 1, f"={formula}", look, value)
        else:
            self.worksheet.write_number(row, _CONSTANT_COLUMN + 1, float(value), look)
        cell = xl_rowcol_to_cell(row, _CONSTANT_COLUMN + 1, row_abs=True, col_abs=True)
        self.constants[key] = cell
        return cell

    def add(
        self, key: str, formula: Callable[[int], str], values: Sequence[Value], look: str = "whole"
    ) -> Callable[[int], str]:
        """Adds a column; gives the cell of each row."""
        place = len(self.columns)
        self.columns.append(Computed(key, formula, values, look))
        return lambda row: xl_rowcol_to_cell(self.first + row, place)

    def whole(self, cell: Callable[[int], str]) -> str:
        """The whole column of a cell."""
        place = len(self.columns) - 1
        del cell
        return xl_range_abs(self.first, place, self.first + self.heads - 1, place)

    def source(self, key: str) -> Callable[[int], str]:
        """The cell of the bonus table for each row."""
        return lambda row: self.table.cell(row, key)

    def _add_columns(self) -> None:
        frame, numerals = self.bonus.frame, self.numerals
        for key in ("employee_id", "name"):
            self.add(key, self.source(key), list(frame[key]), "text")
        unit = self.constant("unit", float(numerals.unit))
        product = self.add("product", self._product, numerals.products)
        if not numerals.is_exact:
            recomputed = self._approximate(product)
        else:
            recomputed = self._pool(product) if self.pooled else self._rounded(product)
        self._finish(recomputed, unit)

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

    def _rounded(self, product: Callable[[int], str]) -> Callable[[int], str]:
        """Half up to whole units; the quotient of a division is checked by its remainder."""
        above, below = self.numerals.ratio.numerator, self.numerals.ratio.denominator
        times = self.constant("numerator", 2 * above)
        under = self.constant("denominator", below)
        values = [(2 * above * one + below) // (2 * below) for one in self.numerals.products]

        def rounded(row: int) -> str:
            dividend = f"({product(row)}*{times}+{under})"
            return _quotient(dividend, f"(2*{under})")

        units = self.add("units", rounded, values)
        payment = self.bonus.payment
        if payment.highest is None and payment.lowest is None:
            return units
        low = self.constant("lowest", self.numerals.units(payment.lowest or Decimal(0)))
        high = None
        if payment.highest is not None:
            high = self.constant("highest", self.numerals.units(payment.highest))
        frame = self.bonus.frame
        bounded = [self.numerals.units(exact.decimal(one)) for one in frame["earned"]]

        def within(row: int) -> str:
            inner = units(row) if high is None else f"MIN({units(row)},{high})"
            return f"IF({product(row)}=0,0,MAX({inner},{low}))"

        return self.add("bounded", within, bounded)

    def _pool(self, product: Callable[[int], str]) -> Callable[[int], str]:
        """A pool by largest remainder."""
        numerals, payment = self.numerals, self.bonus.payment
        common = self.constant("common", numerals.common)
        pool = self.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
        weight = self.add("weight", lambda row: f"{product(row)}/{common}", numerals.weights)
        fixed = self._fixed()
        taken = self.whole(fixed) if fixed else ""
        free_values = [
            0 if bound is not None else one
            for one, bound in zip(numerals.weights, numerals.fixed, strict=True)
        ]
        free = (
            self.add("free", lambda row: f'IF({fixed(row)}="",{weight(row)},0)', free_values)
            if fixed
            else weight
        )
        weights = self.whole(free)
        all_free = self.constant("free-sum", numerals.free, f"SUM({weights})")
        formula = f"IF({all_free}=0,0,{pool}-SUM({taken}))" if taken else f"IF({all_free}=0,0,{pool})"
        shared = self.constant("shared", numerals.shared, formula)
        wholes, rests = numerals.remainders
        whole, rest = self._divide(free, shared, all_free, wholes, rests)
        units = self._odd_units(whole, rest, free, shared)
        if fixed:
            given = [
                bound if bound is not None else one
                for one, bound in zip(self._given, numerals.fixed, strict=True)
            ]
            free_units = units
            units = self.add(
                "units", lambda row: f'IF({fixed(row)}="",{free_units(row)},{fixed(row)})', given
            )
        if payment.capped == "keep" and payment.highest is not None:
            high = self.constant("highest", numerals.units(payment.highest))
            earned = [numerals.units(exact.decimal(one)) for one in self.bonus.frame["earned"]]
            before = units
            units = self.add("bounded", lambda row: f"MIN({before(row)},{high})", earned)
        return units

    def _fixed(self) -> Callable[[int], str] | None:
        """Who is at a bound, with its units; None where nobody is."""
        values: list[Value] = ["" if one is None else one for one in self.numerals.fixed]
        if all(value == "" for value in values):
            return None
        return self.add("fixed", lambda row: str(values[row]) if values[row] != "" else '""', values)

    def _divide(
        self, free: Callable[[int], str], shared: str, together: str, wholes: list[int], rests: list[int]
    ) -> tuple[Callable[[int], str], Callable[[int], str]]:
        """Units × weight ÷ all weights: whole units and remainder, in steps that a double holds exactly."""
        split = self.numerals.split or 1
        high, low = divmod(self.numerals.shared, split)
        divisor = max(self.numerals.free, 1)
        weights = self._free_weights
        tops = [high * weight // divisor for weight in weights]
        some = f"MAX({together},1)"
        upper = f"INT({shared}/{split})" if split > 1 else shared
        top = self.add("top", lambda row: _quotient(f"({upper}*{free(row)})", some), tops)
        if split == 1:
            rest = self.add("rest", lambda row: f"{shared}*{free(row)}-{top(row)}*{some}", rests)
            return top, rest
        lower = f"({shared}-{upper}*{split})"
        middles = [(high * weight % divisor) * split + low * weight for weight in weights]
        middle = self.add(
            "middle",
            lambda row: f"({upper}*{free(row)}-{top(row)}*{some})*{split}+{lower}*{free(row)}",
            middles,
        )
        whole = self.add(
            "share-units", lambda row: f"{top(row)}*{split}+{_quotient(middle(row), some)}", wholes
        )
        rest = self.add("rest", lambda row: f"{middle(row)}-({whole(row)}-{top(row)}*{split})*{some}", rests)
        return whole, rest

    @property
    def _free_weights(self) -> list[int]:
        numerals = self.numerals
        return [
            0 if fixed is not None else weight
            for weight, fixed in zip(numerals.weights, numerals.fixed, strict=True)
        ]

    def _odd_units(
        self, whole: Callable[[int], str], rest: Callable[[int], str], free: Callable[[int], str], shared: str
    ) -> Callable[[int], str]:
        """The units that are left, one each: by remainder, then by share, then by the smaller id.

        Each threshold is looked up once for all, so that a long table stays quick.
        """
        wholes, rests = self.numerals.remainders
        weights = self._free_weights
        rest_column, whole_column = (
            self._column_of("rest"),
            self._column_of("top" if "share-units" not in self._keys else "share-units"),
        )
        left_value = self.numerals.shared - sum(wholes)
        left = self.constant("left", left_value, f"{shared}-SUM({whole_column})")
        at = _threshold(rests, left_value)
        edge = self.constant("edge", at, f"IF({left}<1,{_BEYOND},LARGE({rest_column},{left}))")
        tied_values = [weight if one == at else -1 for one, weight in zip(rests, weights, strict=True)]
        tied = self.add("tied", lambda row: f"IF({rest(row)}={edge},{free(row)},-1)", tied_values)
        more = left_value - sum(one > at for one in rests)
        above = f"{left}-SUMPRODUCT(--({rest_column}>{edge}))"
        second = self.constant(
            "second-edge",
            (share := _threshold(tied_values, more)),
            f"IF({left}<1,{_BEYOND},LARGE({self._column_of('tied')},{above}))",
        )
        order_of = {one: place for place, one in enumerate(sorted(self.bonus.frame["employee_id"]), start=1)}
        orders = [order_of[one] for one in self.bonus.frame["employee_id"]]
        last_values: list[Value] = [
            order if one == share else 10**9 for one, order in zip(tied_values, orders, strict=True)
        ]
        last = self.add(
            "order", lambda row: f"IF({tied(row)}={second},{orders[row]},1000000000)", last_values
        )
        fewer = more - sum(one > share for one in tied_values)
        third_value = sorted(int(one) for one in last_values)[fewer - 1] if left_value > 0 else -1
        remaining = f"{above}-SUMPRODUCT(--({self._column_of('tied')}>{second}))"
        third = self.constant(
            "third-edge", third_value, f"IF({left}<1,-1,SMALL({self._column_of('order')},{remaining}))"
        )
        self._given = [
            one + int(left_value > 0 and (r > at or t > share or int(o) <= third_value))
            for one, r, t, o in zip(wholes, rests, tied_values, last_values, strict=True)
        ]

        def units(row: int) -> str:
            extra = f"OR({rest(row)}>{edge},{tied(row)}>{second},{last(row)}<={third})"
            return f"{whole(row)}+IF({left}<1,0,IF({extra},1,0))"

        return self.add("free-units", units, self._given)

    @property
    def _keys(self) -> list[str]:
        return [column.key for column in self.columns]

    def _column_of(self, key: str) -> str:
        place = self._keys.index(key)
        return xl_range_abs(self.first, place, self.first + self.heads - 1, place)

    def _approximate(self, product: Callable[[int], str]) -> Callable[[int], str]:
        """Amounts in units by ordinary division, where the whole numbers are too large for a double."""
        numerals = self.numerals
        products = self.whole(product)
        if self.pooled:
            pool = self.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
            formula = f"SUM({products})"
            together = self.constant("free-sum", float(sum(numerals.products)), formula)
            return self.add(
                "about", lambda row: f"{pool}*{product(row)}/MAX({together},1)", [0.0] * self.heads, "about"
            )
        ratio = float(numerals.ratio)
        values = [one * ratio for one in numerals.products]
        return self.add("about", lambda row: f"{product(row)}*{ratio!r}", values, "about")

    def _finish(self, units: Callable[[int], str], unit: str) -> None:
        """From units to the amount, and whether it agrees with the bonus table."""
        frame, numerals = self.bonus.frame, self.numerals
        adjusted = "adjustment" in self.table.columns
        adjustment = self.source("adjustment")
        amounts = list(frame["amount"])

        def amount(row: int) -> str:
            added = f"+{adjustment(row)}" if adjusted else ""
            return f"ROUND(MAX({units(row)}*{unit}{added},0),2)"

        recomputed = self.add("amount", amount, amounts, "money")
        printed = self.add("printed", self.source("amount"), amounts, "money")
        yes, no = (self.book.wording(f"audit.{word}") for word in ("yes", "no"))
        tolerance = "0.001" if numerals.is_exact else unit
        check = self._bounds_hold if self.pooled and numerals.is_exact else None

        def agrees(row: int) -> str:
            same = f"ABS({recomputed(row)}-{printed(row)})<={tolerance}"
            both = same if check is None or not (own := check(row)) else f"AND({same},{own})"
            return f'IF({both},"{yes}","{no}")'

        self.add("agrees", agrees, [yes] * self.heads, "centred")

    def _bounds_hold(self, row: int) -> str:
        """That who takes a cap or a floor out of a pool would be beyond it; empty for the others."""
        bound = self.bonus.frame["bound"].array[row]
        fixed = self.numerals.fixed[row]
        if fixed is None or bound not in {HIGHEST, LOWEST}:
            return ""
        weight = xl_rowcol_to_cell(self.first + row, self._keys.index("weight"))
        sign = ">=" if bound == HIGHEST else "<="
        share, together = (self.constants[key] for key in ("shared", "free-sum"))
        return (
            f"OR({together}=0,{share}*{weight}{sign}{fixed}*{together}*1.000000001)"
            if bound == LOWEST
            else (f"OR({together}=0,{share}*{weight}*1.000000001{sign}{fixed}*{together})")
        )

    def _write_column(self, place: int, column: Computed) -> None:
        looks: Mapping[str, Format] = {
            "text": self.book.text,
            "whole": self.book.cell(num_format="0"),
            "about": self.book.cell(num_format="0.000000"),
            "money": self.book.cell(num_format=amount_format(self.bonus), bold=True),
            "centred": self.book.centred,
        }
        for row, value in enumerate(column.values):
            self.worksheet.write_formula(
                self.first + row, place, f"={column.formula(row)}", looks[column.look], value
            )

    def _write_overall(self, column: int) -> None:
        """One cell that says whether everything agrees."""
        wording = self.book.wording
        cells = xl_range_abs(self.first, column, self.first + self.heads - 1, column)
        count = f'COUNTIF({cells},"{wording("audit.yes")}")'
        before, after = wording("audit.differ", count="\n").split("\n")
        agree = wording("bonus.audit.all-agree")
        formula = f'=IF({count}={self.heads},"{agree}","{before}"&({self.heads}-{count})&"{after}")'
        look = self.book.format(
            bold=True, font_size=12, bg_color=styles.ACCENT_LIGHT, font_color=styles.ACCENT, border=1
        )
        self.worksheet.merge_range(_OVERALL, 0, _OVERALL, 3, "", look)
        self.worksheet.write_formula(_OVERALL, 0, formula, look, agree)
        self.worksheet.set_row(_OVERALL, 24)


def _quotient(dividend: str, divisor: str) -> str:
    """The whole quotient of two whole numbers: a division may be rounded up to the next one."""
    quotient = f"INT({dividend}/{divisor})"
    return f"({quotient}-({quotient}*{divisor}>{dividend}))"


def _threshold(numbers: Sequence[int], left: int) -> float:
    """The ``left``-th largest of some numbers; beyond them all where none is left."""
    return sorted(numbers, reverse=True)[left - 1] if left > 0 else 1e300
