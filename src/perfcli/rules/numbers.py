"""Numbers of the rules: in a YAML file, what does not stand there as a plain number is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticKnownError

FROM_YAML = "from YAML"
"""The context of a validation in which a text such as "30" or 030 is no number."""


def _only_a_number(problem: Literal["decimal_type", "int_type"]) -> BeforeValidator:
    def check(value: Any, info: ValidationInfo) -> Any:
        if info.context == FROM_YAML and not isinstance(value, Decimal):
            raise PydanticKnownError(problem)
        return value

    return BeforeValidator(check)


NUMBER = _only_a_number("decimal_type")
WHOLE_NUMBER = _only_a_number("int_type")
