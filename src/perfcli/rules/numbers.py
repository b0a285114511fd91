"""Numbers of the rules, read and written.

In a YAML file, what does not stand there as a plain number is none.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticKnownError

FROM_YAML = "from YAML"
"""The context of a validation in which a text such as "30" or 030 is no number."""

_MOST_PLACES, _SHOWN_PLACES = 15, 6


def _only_a_number(problem: Literal["decimal_type", "int_type"]) -> BeforeValidator:
    def check(value: Any, info: ValidationInfo) -> Any:
        if info.context == FROM_YAML and not isinstance(value, Decimal):
            raise PydanticKnownError(problem)
        return value

    return BeforeValidator(check)


NUMBER = _only_a_number("decimal_type")
WHOLE_NUMBER = _only_a_number("int_type")


def written(number: Decimal | Fraction) -> str:
    """A number without needless zeros: 27.6, 30; one that does not end, to six decimals."""
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
    if -int(number.normalize().as_tuple().exponent) > _MOST_PLACES:
        number = number.quantize(Decimal(1).scaleb(-_SHOWN_PLACES), ROUND_HALF_UP)
    return f"{number.normalize():f}"
