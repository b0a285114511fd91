"""The audit of a pool: formulas that share it out by largest remainder, in whole numbers throughout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from perfcli.rewards.bonus import Bonus
from perfcli.scoring import exact
from perfcli.workbooks.audit_columns import AuditColumns, Cell, Value, quotient
from perfcli.workbooks.bonus_numerals import Numerals

_BEYOND = "1E+300"


class PoolAudit:
    """The columns of a pool, which are added to an audit."""

    def __init__(self, sheet: AuditColumns, bonus: Bonus, numerals: Numerals) -> None:
        self.sheet, self.bonus, self.numerals = sheet, bonus, numerals
        self._given: list[int] = []

    def units(self, product: Cell) -> Cell:
        """Everybody's units of the pool, by largest remainder; ``product`` is what a share is made of."""
        numerals, payment = self.numerals, self.bonus.payment
        common = self.sheet.constant("common", numerals.common)
        pool = self.sheet.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
        weight = self.sheet.add("weight", lambda row: f"{product(row)}/{common}", numerals.weights)
        fixed = self._fixed()
        taken = self.sheet.column_of("fixed") if fixed else ""
        free_values = [
            0 if bound is not None else one
            for one, bound in zip(numerals.weights, numerals.fixed, strict=True)
        ]
        free = (
            self.sheet.add("free", lambda row: f'IF({fixed(row)}="",{weight(row)},0)', free_values)
            if fixed
            else weight
        )
        weights = self.sheet.column_of("free" if fixed else "weight")
        all_free = self.sheet.constant("free-sum", numerals.free, f"SUM({weights})")
        formula = f"IF({all_free}=0,0,{pool}-SUM({taken}))" if taken else f"IF({all_free}=0,0,{pool})"
        shared = self.sheet.constant("shared", numerals.shared, formula)
        wholes, rests = numerals.remainders
        whole, rest = self._divide(free, shared, all_free, wholes, rests)
        units = self._odd_units(whole, rest, free, shared)
        if fixed:
            given = [
                bound if bound is not None else one
                for one, bound in zip(self._given, numerals.fixed, strict=True)
            ]
            free_units = units
            units = self.sheet.add(
                "units", lambda row: f'IF({fixed(row)}="",{free_units(row)},{fixed(row)})', given
            )
        if payment.capped == "keep" and payment.highest is not None:
            high = self.sheet.constant("highest", numerals.units(payment.highest))
            earned = [numerals.units(exact.decimal(one)) for one in self.bonus.frame["earned"]]
            before = units
            units = self.sheet.add("bounded", lambda row: f"MIN({before(row)},{high})", earned)
        return units

    def _fixed(self) -> Cell | None:
        """Who is at a bound, with its units; None where nobody is."""
        values: list[Value] = ["" if one is None else one for one in self.numerals.fixed]
        if all(value == "" for value in values):
            return None
        return self.sheet.add("fixed", lambda row: str(values[row]) if values[row] != "" else '""', values)

    def _divide(
        self, free: Cell, shared: str, together: str, wholes: list[int], rests: list[int]
    ) -> tuple[Cell, Cell]:
        """Units × weight ÷ all weights: whole units and remainder, in steps that a double holds exactly."""
        split = self.numerals.split or 1
        high, low = divmod(self.numerals.shared, split)
        divisor = max(self.numerals.free, 1)
        weights = self._free_weights
        tops = [high * weight // divisor for weight in weights]
        some = f"MAX({together},1)"
        upper = f"INT({shared}/{split})" if split > 1 else shared
        top = self.sheet.add("top", lambda row: quotient(f"({upper}*{free(row)})", some), tops)
        if split == 1:
            rest = self.sheet.add("rest", lambda row: f"{shared}*{free(row)}-{top(row)}*{some}", rests)
            return top, rest
        lower = f"({shared}-{upper}*{split})"
        middles = [(high * weight % divisor) * split + low * weight for weight in weights]
        middle = self.sheet.add(
            "middle",
            lambda row: f"({upper}*{free(row)}-{top(row)}*{some})*{split}+{lower}*{free(row)}",
            middles,
        )
        whole = self.sheet.add(
            "share-units", lambda row: f"{top(row)}*{split}+{quotient(middle(row), some)}", wholes
        )
        rest = self.sheet.add(
            "rest", lambda row: f"{middle(row)}-({whole(row)}-{top(row)}*{split})*{some}", rests
        )
        return whole, rest

    @property
    def _free_weights(self) -> list[int]:
        numerals = self.numerals
        return [
            0 if fixed is not None else weight
            for weight, fixed in zip(numerals.weights, numerals.fixed, strict=True)
        ]

    def _odd_units(self, whole: Cell, rest: Cell, free: Cell, shared: str) -> Cell:
        """The units that are left, one each: by remainder, then by share, then by the smaller id.

        Each threshold is looked up once for all, so that a long table stays quick.
        """
        wholes, rests = self.numerals.remainders
        weights = self._free_weights
        rest_column = self.sheet.column_of("rest")
        whole_column = self.sheet.column_of("share-units" if (self.numerals.split or 1) > 1 else "top")
        left_value = self.numerals.shared - sum(wholes)
        left = self.sheet.constant("left", left_value, f"{shared}-SUM({whole_column})")
        at = _threshold(rests, left_value)
        edge = self.sheet.constant("edge", at, f"IF({left}<1,{_BEYOND},LARGE({rest_column},{left}))")
        tied_values = [weight if one == at else -1 for one, weight in zip(rests, weights, strict=True)]
        tied = self.sheet.add("tied", lambda row: f"IF({rest(row)}={edge},{free(row)},-1)", tied_values)
        more = left_value - sum(one > at for one in rests)
        above = f"{left}-SUMPRODUCT(--({rest_column}>{edge}))"
        second = self.sheet.constant(
            "second-edge",
            (share := _threshold(tied_values, more)),
            f"IF({left}<1,{_BEYOND},LARGE({self.sheet.column_of('tied')},{above}))",
        )
        order_of = {one: place for place, one in enumerate(sorted(self.bonus.frame["employee_id"]), start=1)}
        orders = [order_of[one] for one in self.bonus.frame["employee_id"]]
        last_values: list[Value] = [
            order if one == share else 10**9 for one, order in zip(tied_values, orders, strict=True)
        ]
        last = self.sheet.add(
            "order", lambda row: f"IF({tied(row)}={second},{orders[row]},1000000000)", last_values
        )
        fewer = more - sum(one > share for one in tied_values)
        third_value = sorted(int(one) for one in last_values)[fewer - 1] if left_value > 0 else -1
        remaining = f"{above}-SUMPRODUCT(--({self.sheet.column_of('tied')}>{second}))"
        third = self.sheet.constant(
            "third-edge", third_value, f"IF({left}<1,-1,SMALL({self.sheet.column_of('order')},{remaining}))"
        )
        self._given = [
            one + int(left_value > 0 and (r > at or t > share or int(o) <= third_value))
            for one, r, t, o in zip(wholes, rests, tied_values, last_values, strict=True)
        ]

        def units(row: int) -> str:
            extra = f"OR({rest(row)}>{edge},{tied(row)}>{second},{last(row)}<={third})"
            return f"{whole(row)}+IF({left}<1,0,IF({extra},1,0))"

        return self.sheet.add("free-units", units, self._given)


def _threshold(numbers: Sequence[int], left: int) -> float:
    """The ``left``-th largest of some numbers; beyond them all where none is left."""
    return sorted(numbers, reverse=True)[left - 1] if left > 0 else 1e300
