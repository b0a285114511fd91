"""The formulas of the audit of raises.

Amounts are made whole cents first, and whole numbers are exact in every spreadsheet program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from perfcli import exact
from perfcli.rewards.raises.raises import Raises
from perfcli.rewards.raises.rules import MONTHS, needs_range, rates
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.raises.rules import Rates


@dataclass(frozen=True)
class RaiseFormulas:
    """RaiseFormulas without their leading sign; ``place`` is where the audit is.

    ``parameters`` are the cells of the rules' numbers.
    """

    raises: Raises
    found: Rates
    place: TablePlace
    parameters: Mapping[str, str]

    def factor(self) -> str:
        """What is left of the budget in whole units, over what could be scaled."""
        unit, budget = _cents(self.parameters["rounding-unit"]), _cents(self.parameters["budget"])
        fixed, due = (f"ROUND(SUM({self.place.cells(key)})*100,0)" for key in ("fixed", "due"))
        factor = f"MAX(INT(({budget}-{fixed})/{unit}),0)*{unit}/({due}-{fixed})"
        return f"IF({due}={fixed},0,{factor})"

    def cents(self, key: str) -> str:
        """The amount of an employee under a key, in whole cents."""
        return _cents(self.place.cell(key))

    def position(self) -> str:
        """Percent of the pay range, rounded half up to two decimals; below the range it is 0."""
        salary, lowest, highest = (self.cents(key) for key in ("salary", "range_lowest", "range_highest"))
        span = f"({highest}-{lowest})"
        return f"INT((20000*MAX({salary}-{lowest},0)+{span})/(2*{span}))/100"

    def percent(self) -> str:
        """The rate, from the rules sheet."""
        rules = self.raises.rules
        measured = "0" if rules.matrix is None else self.place.cell("salary")
        measured = self.place.cell("range_position") if needs_range(rules) else measured
        return self.found.percent(measured, self.place.cell("grade"))

    def months(self) -> str:
        """The months of the year that count, by the policy's word on joiners."""
        joined, year = self.place.cell("joined"), int(self.raises.period[:4])
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

    def computed(self) -> str:
        """Salary × percent × months ÷ 12 in whole units, half up."""
        percent = f"ROUND({self.place.cell('percent')}*{10**self._places},0)"
        unit = _cents(self.parameters["rounding-unit"])
        below = f"({100 * MONTHS * 10**self._places}*{unit})"
        above = f"{self.cents('salary')}*ABS({percent})*{self.place.cell('months')}"
        return f"SIGN({percent})*INT((2*{above}+{below})/(2*{below}))*{unit}/100"

    def bounded(self, *, has_range: bool) -> str:
        """The raise within the caps, each in whole units, and no new salary below the minimum wage."""
        rules, salary = self.raises.rules, self.cents("salary")
        unit = _cents(self.parameters["rounding-unit"])
        caps = []
        if rules.highest_percent is not None:
            places = exact.places(_floats([rules.highest_percent]))
            percent = f"ROUND({self.parameters['highest-percent']}*{10**places},0)"
            caps.append(f"INT({salary}*{percent}/({10 ** (places + 2)}*{unit}))*{unit}")
        if rules.highest_amount is not None:
            caps.append(f"INT({_cents(self.parameters['highest-amount'])}/{unit})*{unit}")
        if not rules.above_range and has_range:
            caps.append(f"INT(MAX({self.cents('range_highest')}-{salary},0)/{unit})*{unit}")
        bounded = self.cents("computed")
        bounded = f"MIN({','.join([bounded, *caps])})" if caps else bounded
        return f"{self._not_below_minimum(bounded)}/100"

    def _not_below_minimum(self, amount: str) -> str:
        if self.raises.rules.lowest is None:
            return amount
        return f"MAX({amount},{self._least()})"

    def _least(self) -> str:
        """The least change in cents, in whole units, that leaves no salary below the minimum wage."""
        unit = _cents(self.parameters["rounding-unit"])
        return f"-INT(({self.cents('salary')}-{_cents(self.parameters['lowest'])})/{unit})*{unit}"

    def fixed(self) -> str:
        """What no budget changes: a cut, or what the minimum wage demands."""
        least = "0" if self.raises.rules.lowest is None else f"MAX({self._least()},0)"
        return f"MIN({self.cents('due')},{least})/100"

    def due(self) -> str:
        """The raise; a cut only where cuts were confirmed."""
        bounded = self.place.cell("bounded")
        return bounded if self.raises.order.confirm_cuts else f"MAX({bounded},0)"

    def over_budget(self) -> str:
        """1 where the scaled raises add up to anything but the whole units of the budget."""
        unit, budget = _cents(self.parameters["rounding-unit"]), _cents(self.parameters["budget"])
        scaled, fixed = (f"ROUND(SUM({self.place.cells(key)})*100,0)" for key in ("scaled", "fixed"))
        return f"IF({scaled}-{fixed}=INT(({budget}-{fixed})/{unit})*{unit},0,1)"


def _cents(cell: str) -> str:
    """The amount of a cell in whole cents."""
    return f"ROUND({cell}*100,0)"


def _floats(numbers: Sequence[Decimal]) -> exact.Floats:
    return np.array([float(number) for number in numbers], dtype=np.float64)
