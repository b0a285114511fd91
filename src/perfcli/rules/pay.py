"""What results are worth: bonus, salary adjustment and what payroll imports (policy, section 7).

Amounts are in one currency, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    model_serializer,
)
from pydantic_core import PydanticKnownError

from perfcli.folding import fold
from perfcli.rules.names import Name
from perfcli.rules.numbers import FROM_YAML, NUMBER, WHOLE_NUMBER
from perfcli.rules.periods import Cycle
from perfcli.rules.rule import Rule

CENT = Decimal("0.01")
PAY = ("bonus", "raises", "salary", "payroll")
"""The parts of the policy by which is paid; no result depends on them."""

PAYROLL_COLUMNS = (
    *("employee_id", "name", "department", "position", "team", "period", "total", "grade"),
    *("bonus_base", "coefficient", "days", "period_days", "proration", "factor"),
    *("adjustment", "amount", "currency", "note"),
)
"""The columns of a bonus table that payroll may be given."""

FACTOR = "factor."
"""What the keys of columns of further factors begin with; the factor's id follows."""

Coefficient = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6), NUMBER]
Percent = Annotated[Decimal, Field(ge=-100, le=1000, max_digits=10, decimal_places=6), NUMBER]
Amount = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2), NUMBER]
AmountAboveZero = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=2), NUMBER]
RoundingUnit = Annotated[Decimal, Field(ge=CENT, le=10000, decimal_places=2), NUMBER]


def _only_a_day(value: Any, info: ValidationInfo) -> Any:
    """A day is written out, 2026-10-01: a number is none."""
    if info.context == FROM_YAML and (not isinstance(value, str) or value.isdecimal()):
        raise PydanticKnownError("date_type")
    return value


Day = Annotated[date, BeforeValidator(_only_a_day)]


class Method(StrEnum):
    """How a bonus comes about."""

    GRADE = "by-grade"
    SCORE = "by-score"
    GRADE_AND_SCORE = "by-grade-and-score"
    FIXED = "fixed"
    POOL = "pool"


class Payment(Rule):
    """How the bonus of one cycle is paid.

    ``by-grade`` is base × coefficient, ``by-score`` base × total ÷ 100, ``by-grade-and-score`` base ×
    coefficient × total ÷ 100, ``fixed`` the amount of the grade, and ``pool`` shares ``pool`` (or what the
    command says) by what ``shared_by`` would give. ``highest`` and ``lowest`` bound what one person gets;
    what a cap leaves of a pool goes to the others (``redistribute``) or is not paid (``keep``). ``budget`` is
    a sum that should not be exceeded.
    """

    method: Method = Method.GRADE
    amounts: Mapping[str, Amount] | None = None
    shared_by: Literal[Method.GRADE, Method.SCORE, Method.GRADE_AND_SCORE, Method.FIXED] = Method.GRADE
    pool: AmountAboveZero | None = None
    capped: Literal["redistribute", "keep"] = "redistribute"
    highest: AmountAboveZero | None = None
    lowest: Amount | None = None
    budget: AmountAboveZero | None = None

    @property
    def computed_by(self) -> Method:
        """What an amount, or a share of a pool, follows: never the pool itself."""
        return self.shared_by if self.method is Method.POOL else self.method


class Payments(Rule):
    """How the bonus of each cycle is paid."""

    monthly: Payment = Payment()
    quarterly: Payment = Payment()
    annual: Payment = Payment()


class Proration(Rule):
    """Who works for a part of the period gets a part of the bonus.

    ``days`` are calendar days, or working days: those of the policy's ``calendar``, or Monday to Friday where
    it names none; without ``holidays`` and with ``working_weekends``. Joiners and leavers are paid
    ``by-days``, as if there for the ``whole`` period, or ``nothing``; unpaid leave is taken off ``by-days``
    or not at all (``whole``). Who changed the post inside the period gets each base for its days
    (``by-days``) or the ``last`` one for all.
    """

    days: Literal["calendar", "working"] = "calendar"
    joiners: Literal["by-days", "whole", "nothing"] = "by-days"
    leavers: Literal["by-days", "whole", "nothing"] = "by-days"
    unpaid_leave: Literal["by-days", "whole"] = "by-days"
    transfers: Literal["by-days", "last"] = "by-days"
    holidays: tuple[Day, ...] = ()
    working_weekends: tuple[Day, ...] = ()


class Eligibility(Rule):
    """Who gets a bonus at all.

    ``probation`` and ``discipline`` say whether people on probation, and people with a disciplinary measure,
    get one; ``minimum_service_days`` is for how many calendar days one must have been there at the end of
    the period.
    """

    probation: bool = True
    discipline: bool = True
    minimum_service_days: Annotated[int, Field(ge=0, le=36500), WHOLE_NUMBER] = 0


class Factor(Rule):
    """A further factor of a bonus, such as those of the company, of a department, of a person.

    It is one ``value`` for all, or one of ``values`` ``by`` department, or the number in a ``column`` of the
    roster. ``otherwise`` is for a department without a value, and for a blank cell. No number of it may be
    less than ``lowest`` or more than ``highest``.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="a-z, 0-9 and -")]
    name: Name
    value: Coefficient | None = None
    by: Literal["department"] | None = None
    values: Annotated[Mapping[str, Coefficient], Field(min_length=1)] | None = None
    column: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    otherwise: Coefficient | None = None
    lowest: Coefficient | None = None
    highest: Coefficient | None = None

    @property
    def key(self) -> str:
        """The key of its column wherever there is one."""
        return FACTOR + self.id

    @property
    def words(self) -> tuple[str, ...]:
        """Every header that means it in a roster; none where it is no column."""
        return () if self.column is None else (self.column, *self.name.every(), self.id)

    @cached_property
    def by_department(self) -> Mapping[str, Decimal] | None:
        """Folded department → its number; None where it does not go by department."""
        if self.values is None:
            return None
        return {fold(department): number for department, number in self.values.items()}

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest number that it may be."""
        lowest = Decimal(0) if self.lowest is None else self.lowest
        return lowest, Decimal(100) if self.highest is None else self.highest


class BonusRules(Rule):
    """The bonus: coefficients of each grade in each cycle, further factors, and how it is paid."""

    monthly: dict[str, Coefficient]
    quarterly: dict[str, Coefficient]
    annual: dict[str, Coefficient]
    currency: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    rounding_unit: RoundingUnit = CENT
    payments: Payments = Payments()
    proration: Proration = Proration()
    eligibility: Eligibility = Eligibility()
    factors: tuple[Factor, ...] = ()

    @model_serializer(mode="wrap")
    def _without_no_factors(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Rules without factors are written, and sealed, as if there were no such key."""
        written: dict[str, Any] = handler(self)
        if not self.factors:
            written.pop("factors", None)
        return written

    @property
    def roster_factors(self) -> tuple[Factor, ...]:
        """The factors that stand in a column of the roster."""
        return tuple(factor for factor in self.factors if factor.column is not None)

    def coefficients(self, cycle: Cycle) -> Mapping[str, Decimal]:
        """Grade → factor of the base in a cycle."""
        return {Cycle.MONTHLY: self.monthly, Cycle.QUARTERLY: self.quarterly, Cycle.ANNUAL: self.annual}[
            cycle
        ]

    def payment(self, cycle: Cycle) -> Payment:
        """How the bonus of a cycle is paid."""
        payments = self.payments
        return {
            Cycle.MONTHLY: payments.monthly,
            Cycle.QUARTERLY: payments.quarterly,
            Cycle.ANNUAL: payments.annual,
        }[cycle]


class RaiseBand(Rule):
    """A row of the matrix: who stands at ``lower_bound`` or above gets these percents, by grade."""

    lower_bound: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2), NUMBER]
    percents: Mapping[str, Percent]


class SalaryRules(Rule):
    """How salaries are adjusted, beside the percents by grade under ``raises`` (policy, section 7).

    ``matrix`` takes the place of ``raises``: its bands are of the ``position`` in the pay range (percent: 0
    is its lowest salary, 100 its highest) or of the present ``salary``. ``lowest`` is the minimum wage;
    ``above_range`` says whether a raise may lead above the pay range. Joiners of the year get their raise
    ``by-months`` of service in it, in full (``whole``), or ``nothing``. ``highest_percent`` and
    ``highest_amount`` cap a raise. ``measures`` say what is done where a grade gets no raise or a cut.
    """

    rounding_unit: RoundingUnit = CENT
    banded_by: Literal["position", "salary"] = "position"
    matrix: Annotated[tuple[RaiseBand, ...], Field(min_length=1)] | None = None
    lowest: AmountAboveZero | None = None
    above_range: bool = False
    highest_percent: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=6), NUMBER] | None = None
    highest_amount: AmountAboveZero | None = None
    joiners: Literal["by-months", "whole", "nothing"] = "by-months"
    budget: AmountAboveZero | None = None
    effective_month: Annotated[int, Field(ge=1, le=12), WHOLE_NUMBER] = 1
    measures: Mapping[str, Name] = {}


class PayrollColumn(Rule):
    """A column of what payroll imports: a ``column`` of the bonus table, or the same ``text`` in each row."""

    column: str | None = None
    text: str | None = None
    header: Name | None = None


class Payroll(Rule):
    """What payroll imports: the columns in their order."""

    columns: Annotated[tuple[PayrollColumn, ...], Field(min_length=1)]
