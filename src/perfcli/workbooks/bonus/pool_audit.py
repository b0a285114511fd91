"""The audit of a pool: formulas that share it out by largest remainder, in whole numbers throughout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from perfcli import exact
from perfcli.rewards.bonus.bonus import Bonus
from perfcli.workbooks.bonus.audit_columns import AuditColumns, AuditValue, quotient
from perfcli.workbooks.bonus.numerals import Numerals

_BEYOND = "1E+300"


class PoolAudit:
    """The columns of a pool, which are added to an audit."""

    def __init__(self, audit: AuditColumns, bonus: Bonus, numerals: Numerals) -> None:
        self.audit, self.bonus, self.numerals = audit, bonus, numerals
        self._given: list[int] = []

    def units(self, product: str) -> str:
        """Everybody's units of the pool, by largest remainder; ``product`` is what a share is made of."""
        numerals, payment = self.numerals, self.bonus.payment
        common = self.audit.constant("common", numerals.common)
        pool = self.audit.constant("pool", numerals.units(self.bonus.pool or Decimal(0)))
        weight = self.audit.add("weight", f"{product}/{common}", numerals.weights)
        fixed = self._fixed()
        taken = self.audit.column_of("fixed") if fixed else ""
        free = weight
        if fixed:
            free = self.audit.add("free", f'IF({fixed}="",{weight},0)', self._free_weights)
        weights = self.audit.column_of("free" if fixed else "weight")
        all_free = self.audit.constant("free-sum", numerals.free, f"SUM({weights})")
        formula = f"IF({all_free}=0,0,{pool}-SUM({taken}))" if taken else f"IF({all_free}=0,0,{pool})"
        shared = self.audit.constant("shared", numerals.shared, formula)
        wholes, rests = numerals.remainders
        whole, rest = self._divide(free, shared, all_free, wholes, rests)
        units = self._odd_units(whole, rest, free, shared)
        if fixed:
            given = [
                bound if bound is not None else one
                for one, bound in zip(self._given, numerals.fixed, strict=True)
            ]
            units = self.audit.add("units", f'IF({fixed}="",{units},{fixed})', given)
        if payment.capped == "keep" and payment.highest is not None:
            high = self.audit.constant("highest", numerals.units(payment.highest))
            earned = [numerals.units(exact.decimal(one)) for one in self.bonus.frame["earned"]]
            units = self.audit.add("bounded", f"MIN({units},{high})", earned)
        return units

    def _fixed(self) -> str:
        """Who is at a bound, with its units; empty where nobody is."""
        fixed = self.numerals.fixed
        if all(one is None for one in fixed):
            return ""
        formulas = ['""' if one is None else str(one) for one in fixed]
        return self.audit.add("fixed", formulas, ["" if one is None else one for one in fixed])

    def _divide(
        self, free: str, shared: str, together: str, wholes: list[int], rests: list[int]
    ) -> tuple[str, str]:
        """Units × weight ÷ all weights: whole units and remainder, in steps that a double holds exactly."""
        split = self.numerals.split or 1
        high, low = divmod(self.numerals.shared, split)
        divisor = max(self.numerals.free, 1)
        weights = self._free_weights
        tops = [high * weight // divisor for weight in weights]
        some = f"MAX({together},1)"
        upper = f"INT({shared}/{split})" if split > 1 else shared
        top = self.audit.add("top", quotient(f"({upper}*{free})", some), tops)
        if split == 1:
            rest = self.audit.add("rest", f"{shared}*{free}-{top}*{some}", rests)
            return top, rest
        lower = f"({shared}-{upper}*{split})"
        middles = [(high * weight % divisor) * split + low * weight for weight in weights]
        left = f"({upper}*{free}-{top}*{some})*{split}+{lower}*{free}"
        middle = self.audit.add("middle", left, middles)
        whole = self.audit.add("share-units", f"{top}*{split}+{quotient(middle, some)}", wholes)
        rest = self.audit.add("rest", f"{middle}-({whole}-{top}*{split})*{some}", rests)
        return whole, rest

    @property
    def _free_weights(self) -> list[int]:
        numerals = self.numerals
        return [
            0 if fixed is not None else weight
            for weight, fixed in zip(numerals.weights, numerals.fixed, strict=True)
        ]

    def _odd_units(self, whole: str, rest: str, free: str, shared: str) -> str:
        """The units that are left, one each: by remainder, by share, by the higher total, by the smaller id.

        Each threshold is looked up once for all, so that a long table stays quick.
        """
        wholes, rests = self.numerals.remainders
        weights = self._free_weights
        rest_column = self.audit.column_of("rest")
        whole_column = self.audit.column_of("share-units" if (self.numerals.split or 1) > 1 else "top")
        left_value = self.numerals.shared - sum(wholes)
        left = self.audit.constant("left", left_value, f"{shared}-SUM({whole_column})")
        at = _threshold(rests, left_value)
        edge = self.audit.constant("edge", at, f"IF({left}<1,{_BEYOND},LARGE({rest_column},{left}))")
        tied_values = [weight if one == at else -1 for one, weight in zip(rests, weights, strict=True)]
        tied = self.audit.add("tied", f"IF({rest}={edge},{free},-1)", tied_values)
        more = left_value - sum(one > at for one in rests)
        above = f"{left}-SUMPRODUCT(--({rest_column}>{edge}))"
        second = self.audit.constant(
            "second-edge",
            (share := _threshold(tied_values, more)),
            f"IF({left}<1,{_BEYOND},LARGE({self.audit.column_of('tied')},{above}))",
        )
        people = zip(self.bonus.frame["employee_id"], self.bonus.frame["total"], strict=True)
        keys = [self.bonus.order.precedence(*person) for person in people]
        order_of = {key: place for place, key in enumerate(sorted(keys), start=1)}
        orders = [order_of[key] for key in keys]
        last_values: list[AuditValue] = [
            order if one == share else 10**9 for one, order in zip(tied_values, orders, strict=True)
        ]
        last = self.audit.add(
            "order", [f"IF({tied}={second},{order},1000000000)" for order in orders], last_values
        )
        fewer = more - sum(one > share for one in tied_values)
        third_value = sorted(int(one) for one in last_values)[fewer - 1] if left_value > 0 else -1
        remaining = f"{above}-SUMPRODUCT(--({self.audit.column_of('tied')}>{second}))"
        third = self.audit.constant(
            "third-edge", third_value, f"IF({left}<1,-1,SMALL({self.audit.column_of('order')},{remaining}))"
        )
        self._given = [
            one + int(left_value > 0 and (r > at or t > share or int(o) <= third_value))
            for one, r, t, o in zip(wholes, rests, tied_values, last_values, strict=True)
        ]
        extra = f"OR({rest}>{edge},{tied}>{second},{last}<={third})"
        return self.audit.add("free-units", f"{whole}+IF({left}<1,0,IF({extra},1,0))", self._given)


def _threshold(numbers: Sequence[int], left: int) -> float:
    """The ``left``-th largest of some numbers; beyond them all where none is left."""
    return sorted(numbers, reverse=True)[left - 1] if left > 0 else 1e300
