"""The one reader of amounts of money: of rosters, registers and options.

An amount is read where nobody could read another one. So ``3,000`` is three thousand, as its group has
three digits; ``60.000``, ``1,5`` and ``1e3`` are none.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from perfcli.exact import SIGNIFICANT_DIGITS, decimal
from perfcli.files.cells import Cell, Percent, as_text

NOT_AN_AMOUNT = "not-an-amount"
AMOUNT_AS_TEXT = "amount-as-text"

LARGEST = Decimal(10) ** 13
"""What is this large is no amount that anybody is paid."""

_CURRENCY = (
    r"(?:nt\$|us\$|hk\$|mop\$|s\$|[$¥€£￥]|rmb|cny|twd|ntd|hkd|mop|usd|sgd|eur|gbp|jpy"
    "|人民[幣币]|新?[臺台][幣币]|港[幣币]|美[元金])"
)
_WORD = rf"(?:元(?:整|正)?|[圓圆](?:整|正)?|塊|块|yuan|dollars?|{_CURRENCY})"
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*{_CURRENCY}?\s*(?P<inner>[+-])?\s*"
    rf"(?P<digits>{_DIGITS})\s*{_WORD}?\s*(?P<close>\))?"
)
_POINT_OF_THOUSANDS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


class ReadAmount(NamedTuple):
    """An amount, or None; and the code of what is odd about it.

    Codes: ``not-an-amount`` where there is none; the warning ``amount-as-text``.
    """

    amount: Decimal | None
    code: str = ""


def read_amount(cell: Cell) -> ReadAmount:
    """The amount in a cell that is not blank: a number, or one written out.

    Beside the digits may stand a currency's sign or code, 元, commas between groups of three digits, and
    brackets, which are how accountants write an amount below 0.
    """
    if isinstance(cell, bool | Percent):
        return ReadAmount(None, NOT_AN_AMOUNT)
    if isinstance(cell, int | float):
        return _within(decimal(cell)) if isfinite(cell) and abs(cell) < LARGEST else _NONE
    if not isinstance(cell, str):
        return _NONE
    text = unicodedata.normalize("NFKC", as_text(cell)).translate(_SIGNS).lower()
    found = _AMOUNT.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return _NONE
    signs = [one for one in (found["open"], found["sign"], found["inner"]) if one]
    digits = found["digits"].replace(",", "")
    too_long = len(digits.replace(".", "").strip("0")) > SIGNIFICANT_DIGITS
    if len(signs) > 1 or too_long or _POINT_OF_THOUSANDS.fullmatch(found["digits"]):
        return _NONE
    amount = Decimal(digits)
    return _within(-amount if signs and signs[0] != "+" else amount, AMOUNT_AS_TEXT)


_NONE = ReadAmount(None, NOT_AN_AMOUNT)


def _within(amount: Decimal, code: str = "") -> ReadAmount:
    return ReadAmount(amount, code) if abs(amount) < LARGEST else _NONE
