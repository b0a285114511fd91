"""What a cell means: as a text, as an employee id, as a score.

``docs/cells.md`` states the outcome for every kind of content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from perfcli.rules.names import fold, is_not_applicable
from perfcli.scoring.exact import SIGNIFICANT_DIGITS

MISSING = "missing-score"
ERROR_CELL = "error-cell"
NOT_CALCULATED = "formula-not-calculated"
NOT_A_NUMBER = "not-a-number"
NUMBER_AS_TEXT = "number-as-text"
TOO_MANY_DIGITS = "too-many-digits"
NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True)
class Unread:
    """A cell without a value: ``error-cell`` or ``formula-not-calculated``, and what stands in it."""

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


class Percent(float):
    """A number whose cell shows it as a percentage: 0.85, shown as 85%."""

    __slots__ = ()


Cell = str | float | int | bool | date | datetime | time | timedelta | Unread | None

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．＋－", "0123456789.+-")
_BLANKS = re.compile(r"\s+")
_WHOLE = 10**SIGNIFICANT_DIGITS
_QUOTED = 30
_NO_WORDS: Mapping[str, Decimal] = MappingProxyType({})


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a person would see."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Cell) -> str:
    """A cell as the text that it shows; runs of blanks become one, whole numbers lose their point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _WHOLE:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return _BLANKS.sub(" ", str(cell)).strip()


def as_date(cell: Cell) -> date | None:
    """A cell as a day, be it a date or one written out as 2026-11-01 or 2026/11/01; else None."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(as_text(cell).replace("/", "-"))
    except ValueError:
        return None


def quoted(cell: Cell) -> str:
    """A cell as a message quotes it: short, on one line."""
    text = as_text(cell)
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def read_numbers(
    cells: Sequence[Cell], words: Mapping[str, Decimal] = _NO_WORDS
) -> tuple[npt.NDArray[np.float64], dict[int, str]]:
    """A column of numbers (NaN where there is none), and the finding code of each odd position.

    ``words`` are folded texts that stand for a number, such as the levels of an indicator.
    Codes: ``missing-score``, ``error-cell``, ``formula-not-calculated``, ``not-a-number``,
    ``too-many-digits``, ``not-applicable``, and the warning ``number-as-text``.
    """
    if all(type(cell) is float for cell in cells):
        numbers = np.array(cells, dtype=np.float64)
        if np.isfinite(numbers).all():
            return numbers, {}
    read = [_read_number(cell, words) for cell in cells]
    odd = {position: code for position, (_, code) in enumerate(read) if code}
    return np.array([number for number, _ in read], dtype=np.float64), odd


def _read_number(cell: Cell, words: Mapping[str, Decimal]) -> tuple[float, str | None]:
    if is_blank(cell):
        return np.nan, MISSING
    if isinstance(cell, str):
        return _read_text(cell, words)
    if isinstance(cell, Unread):
        return np.nan, cell.code
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not np.isfinite(cell):
        return np.nan, NOT_A_NUMBER
    return float(cell), None


def _read_text(text: str, words: Mapping[str, Decimal]) -> tuple[float, str | None]:
    plain = text.translate(_FULL_WIDTH).strip()
    if not _NUMBER.fullmatch(plain):
        if fold(text) in words:
            return float(words[fold(text)]), None
        return np.nan, NOT_APPLICABLE if is_not_applicable(text) else NOT_A_NUMBER
    if len(re.sub(r"\D", "", plain).strip("0")) > SIGNIFICANT_DIGITS:
        return np.nan, TOO_MANY_DIGITS
    return float(plain), NUMBER_AS_TEXT


def address(row: int, column: int) -> str:
    """A cell's name from its row and column, counted from 0: 6, 5 → ``F7``."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """A column's letters, counted from 0: 0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
