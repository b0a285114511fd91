"""What a cell means: as a text, as a day, as a number.

``docs/cells.md`` states the outcome for every kind of content.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Self

import numpy as np
import numpy.typing as npt

from perfcli import exact
from perfcli.exact import SIGNIFICANT_DIGITS
from perfcli.files import numerals
from perfcli.files.numerals import NUMBERS, Read, Wanted, read_text
from perfcli.files.sheet import column_letters

MISSING = "missing-score"
ERROR_CELL = numerals.ERROR_CELL
NOT_CALCULATED = "formula-not-calculated"


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


class Shown(float):
    """A number whose cell shows it as ``text``, with leading zeros or letters: 4, shown as 00004."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, number: float, text: str) -> Self:
        """The number, and what its cell shows."""
        shown = super().__new__(cls, number)
        shown.text = text
        return shown


Cell = str | float | int | bool | date | datetime | time | timedelta | Unread | None

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2800\u3164"
    "\ufeff\uffa0\u00a0\u3000" + string.whitespace
)
"""Characters that nobody sees, such as the zero-width blank, and the blanks that stand among them."""

_NO_CHARACTER = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_WHOLE = 10**SIGNIFICANT_DIGITS
_HUNDRED = Decimal(100)
_QUOTED = 30


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a person would see."""
    if isinstance(cell, str):
        text = cell.strip()
        return not text or (text[0] in _UNSEEN and not text.strip(_UNSEEN))
    return cell is None


def as_text(cell: Cell) -> str:
    """A cell as the text that it shows; runs of blanks become one, whole numbers lose their point.

    What is no character of a text counts as a blank: control characters, and halves of surrogate pairs.
    """
    if cell is None:
        return ""
    if isinstance(cell, Shown):
        return cell.text
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _WHOLE:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    text = " ".join(str(cell).split())
    if not text.isprintable():
        text = " ".join(_NO_CHARACTER.sub(" ", text).split())
    return text if text.isascii() else text.strip(_UNSEEN)


def quoted(cell: Cell) -> str:
    """A cell as a message quotes it: short, on one line."""
    text = as_text(cell)
    if isinstance(cell, Percent) and np.isfinite(cell):
        text = f"{(exact.decimal(cell) * _HUNDRED).normalize():f}%"
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def read_numbers(
    cells: Sequence[Cell], wanted: Wanted = NUMBERS
) -> tuple[npt.NDArray[np.float64], dict[int, str]]:
    """A column of numbers (NaN where there is none), and the finding code of each odd position.

    Codes: ``missing-score``, ``error-cell``, ``formula-not-calculated``, ``became-a-date``, ``not-a-number``,
    and those of ``numerals.read_text``, among them the warnings ``numerals.WITH_A_NUMBER``.
    """
    if all(type(cell) is float for cell in cells):
        numbers = np.array(cells, dtype=np.float64)
        if np.isfinite(numbers).all():
            return numbers, {}
    texts: dict[str, Read] = {}
    read: list[Read] = []
    for cell in cells:
        if isinstance(cell, str):
            if cell not in texts:
                texts[cell] = (np.nan, MISSING) if is_blank(cell) else read_text(as_text(cell), wanted)
            read.append(texts[cell])
        else:
            read.append(_read_value(cell, wanted))
    odd = {position: code for position, (_, code) in enumerate(read) if code}
    return np.array([number for number, _ in read], dtype=np.float64), odd


def _read_value(cell: Cell, wanted: Wanted) -> Read:
    """What a cell that holds no text means as a number."""
    if cell is None:
        return np.nan, MISSING
    if isinstance(cell, Unread):
        return np.nan, cell.code
    if isinstance(cell, date):
        return np.nan, numerals.BECAME_A_DATE
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not np.isfinite(cell):
        return np.nan, numerals.NOT_A_NUMBER
    if isinstance(cell, Percent):
        return np.nan if wanted.whole is None else float(exact.decimal(cell) * wanted.whole), wanted.shown
    return float(cell), ""


def address(row: int, column: int) -> str:
    """A cell's name from its row and column, counted from 0: 6, 5 → ``F7``."""
    return f"{column_letters(column)}{row + 1}"
