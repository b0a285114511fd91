"""The formulas of the audit of raises.

Amounts are made whole cents first, and whole numbers are exact in every spreadsheet program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from perfcli.rewards.raise_rules import MONTHS, needs_range, rates
from perfcli.rewards.raises import Raises
from perfcli.scoring import exact
from perfcli.workbooks.raise_rules_sheet import Rates


@dataclass(frozen=True)
class Formulas:
    """Formulas without their leading sign, for a table whose ``keys`` stand in columns from the first on.

    ``first`` is its first row, counted from 0; ``parameters`` are the cells of the rules' numbers.
    """

    raises: Raises
    found: Rates
    keys: Sequence[str]
    first: int
    parameters: Mapping[str, str]

    @property
    def last(self) -> int:
        """The row of the last employee."""
        return self.first + len(self.raises.frame) - 1

    def factor(self) -> str:
        """What is left of the budget in whole units, over what could be scaled."""
        unit, budget = _cents(self.parameters["rounding-unit"]), _cents(self.parameters["budget"])
        fixed, due = (f"ROUND(SUM({self.column(key)})*100,0)" for key in ("fixed", "due"))
        factor = f"MAX(INT(({budget}-{fixed})/{unit}),0)*{unit}/({due}-{fixed})"
        return f"IF({due}={fixed},0,{factor})"

    def column(self, key: str) -> str:
        """The cells of all employees under a key."""
        column = self.keys.index(key)
        return xl_range_abs(self.first, column, self.last, column)

    def cell(self, row: int, key: str) -> str:
        """The cell of a row under a key."""
        return f"{xl_col_to_name(self.keys.index(key))}{row + 1}"

    def cents(self, row: int, key: str) -> str:
        """The amount of a cell in whole cents."""
        return _cents(self.cell(row, key))

    def position(self, row: int) -> str:
        """Percent of the pay range, rounded half up to two decimals; below the range it is 0."""
        salary, lowest, highest = (
            self.cents(row, key) for key in ("salary", "range_lowest", "range_highest")
        )
        span = f"({highest}-{lowest})"
        return f"INT((20000*MAX({salary}-{lowest},0)+{span})/(2*{span}))/100"

    def percent(self, row: int) -> str:
        """The rate, from the rules sheet."""
        rules = self.raises.rules
        measured = "0" if rules.matrix is None else self.cell(row, "salary")
        measured = self.cell(row, "range_position") if needs_range(rules) else measured
        return self.found.percent(measured, self.cell(row, "grade"))

    def months(self, row: int) -> str:
        """The months of the year that count, by the policy's word on joiners."""
        joined, year = self.cell(row, "joined"), int(self.raises.period[:4])
        if self.raises.rules.joiners == "whole":
            return str(MONTHS)
        late = "0"
        if self.raises.rules.joiners == "by-months":
            late = f"IF(YEAR({joined})>{year},0,{MONTHS}-MONTH({joined})+IF(DAY({joined})=1,1,0))"
        return f'IF(OR({joined}="",{joined}<=DATE({year},1,1)),{MONTHS},{late})'

    @cached_property
    def _places(self) -> int:
        """How many decimals a rate has."""
        percents = [
            percent for band in rates(self.raises.ruleset.policy) for percent in band.percents.values()
        ]
        return max(exact.places(_floats(percents)), 0)

    def computed(self, row: int) -> str:
        """Salary × percent × months ÷ 12 in whole units, half up."""
        percent = f"ROUND({self.cell(row, 'percent')}*{10**self._places},0)"
        unit = _cents(self.parameters["rounding-unit"])
        below = f"({100 * MONTHS * 10**self._places}*{unit})"
        above = f"{self.cents(row, 'salary')}*ABS({percent})*{self.cell(row, 'months')}"
        return f"SIGN({percent})*INT((2*{above}+{below})/(2*{below}))*{unit}/100"

    def bounded(self, row: int, employee: Mapping[str, Any]) -> str:
        """The raise within the caps, each in whole units, and no new salary below the minimum wage."""
        rules, salary = self.raises.rules, self.cents(row, "salary")
        unit = _cents(self.parameters["rounding-unit"])
        caps = []
        if rules.highest_percent is not None:
            places = exact.places(_floats([rules.highest_percent]))
            percent = f"ROUND({self.parameters['highest-percent']}*{10**places},0)"
            caps.append(f"INT({salary}*{percent}/({10 ** (places + 2)}*{unit}))*{unit}")
        if rules.highest_amount is not None:
            caps.append(f"INT({_cents(self.parameters['highest-amount'])}/{unit})*{unit}")
        if not rules.above_range and not isnan(employee["range_highest"]):
            caps.append(f"INT(MAX({self.cents(row, 'range_highest')}-{salary},0)/{unit})*{unit}")
        bounded = self.cents(row, "computed")
        bounded = f"MIN({','.join([bounded, *caps])})" if caps else bounded
        return f"{self._not_below_minimum(row, bounded)}/100"

    def _not_below_minimum(self, row: int, amount: str) -> str:
        if self.raises.rules.lowest is None:
            return amount
        return f"MAX({amount},{self._least(row)})"

    def _least(self, row: int) -> str:
        """The least change in cents, in whole units, that leaves no salary below the minimum wage."""
        unit = _cents(self.parameters["rounding-unit"])
        return f"-INT(({self.cents(row, 'salary')}-{_cents(self.parameters['lowest'])})/{unit})*{unit}"

    def fixed(self, row: int) -> str:
        """What no budget changes: a cut, or what the minimum wage demands."""
        least = "0" if self.raises.rules.lowest is None else f"MAX({self._least(row)},0)"
        return f"MIN({self.cents(row, 'due')},{least})/100"

    def due(self, row: int) -> str:
        """The raise; a cut only where cuts were confirmed."""
        bounded = self.cell(row, "bounded")
        return bounded if self.raises.wanted.confirm_cuts else f"MAX({bounded},0)"

    def over_budget(self) -> str:
        """1 where the scaled raises add up to anything but the whole units of the budget."""
        unit, budget = _cents(self.parameters["rounding-unit"]), _cents(self.parameters["budget"])
        scaled, fixed = (f"ROUND(SUM({self.column(key)})*100,0)" for key in ("scaled", "fixed"))
        return f"IF({scaled}-{fixed}=INT(({budget}-{fixed})/{unit})*{unit},0,1)"


def _cents(cell: str) -> str:
    """The amount of a cell in whole cents."""
    return f"ROUND({cell}*100,0)"


def _floats(numbers: Sequence[Decimal]) -> exact.Floats:
    return np.array([float(number) for number in numbers], dtype=np.float64)
