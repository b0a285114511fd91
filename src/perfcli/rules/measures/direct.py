"""A score that a person types."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from perfcli.rules.measures.base import TypedMeasure
from perfcli.rules.numbers import written
from perfcli.text import Term


class Direct(TypedMeasure):
    """A score that a person types."""

    method: Literal["direct"] = "direct"

    def summary(self, full: Decimal) -> Iterator[Term]:
        """The range of the scores."""
        yield Term("measure.direct", {"full": written(full)})
