"""Numbers that are written out as text: with a unit, a percent sign, a word; and what is known to be none.

Nothing is guessed: a text is a number where nobody could read another one, and there is always a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import product
from math import nan

from perfcli.exact import SIGNIFICANT_DIGITS
from perfcli.folding import fold, is_not_applicable

BECAME_A_DATE = "became-a-date"
ERROR_CELL = "error-cell"
NOT_A_NUMBER = "not-a-number"
NOT_APPLICABLE = "not-applicable"
NO_SCORE_STATED = "no-score-stated"
NUMBER_AS_TEXT = "number-as-text"
OTHER_UNIT = "other-unit"
PERCENT_AS_SCORE = "percent-as-score"
PERCENT_OF_WEIGHT = "percent-of-weight"
PERCENT_UNCLEAR = "percent-unclear"
SCORE_AND_WORD = "score-and-word"
SCORE_RANGE = "score-range"
SHOWN_AS_PERCENT = "shown-as-percent"
TOO_MANY_DIGITS = "too-many-digits"

WITH_A_NUMBER = frozenset((NUMBER_AS_TEXT, PERCENT_AS_SCORE, SHOWN_AS_PERCENT))
"""The codes that come with a number: warnings."""

POINT_WORDS = frozenset(("分", "点", "point", "points", "pt", "pts"))
"""The folded words that may stand beside a score: 85分, 85點, 85 points."""

MONEY_WORDS = frozenset(("元", "圆", "rmb", "cny", "twd", "ntd", "hkd", "usd", "yuan"))
"""The folded words that may stand beside an amount: 8,000元."""

Read = tuple[float, str]
"""A number and the finding code of what is odd about it, or an empty text; NaN where it is none."""


@dataclass(frozen=True)
class Wanted:
    """What the numbers of a column mean, for what is written beside them.

    ``words`` are folded texts that stand for a number, such as the levels of an indicator; ``units`` the
    folded words that may stand beside one. ``whole`` is the number of 100%; without it a percentage is no
    number. Finding codes: ``shown`` of a percentage that a number format shows, ``written`` of one in a text,
    ``absent`` of a dash or 缺考, ``beside`` of a number and a word that is no unit.
    """

    words: Mapping[str, Decimal] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    whole: Decimal | None = None
    shown: str = NOT_A_NUMBER
    written: str = NOT_A_NUMBER
    absent: str = NOT_A_NUMBER
    beside: str = NOT_A_NUMBER


NUMBERS = Wanted()
"""Mere numbers."""

_LONGEST = 60  # a longer text is a remark
_HUNDRED = Decimal(100)
_PUNCTUATION = "()-–—:,、。/·.;|"

_DIGITS = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_NUMBER = re.compile(rf"[+-]?{_DIGITS}")
_BESIDE = re.compile(rf"(?P<before>[^0-9]*?)(?P<sign>[+-]?)(?P<digits>{_DIGITS})(?P<after>[^0-9]*)")
_PLAIN = str.maketrans(
    dict(zip("０１２３４５６７８９．＋﹢－−﹣‐‑％﹪", "0123456789.++-----%%", strict=True))
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
)
"""What looks like digits, signs and the percent sign; what nobody sees is left out."""

_DASHES = re.compile(r"[-–—―‐‑−ー/\\|.·…~*]*")
_ABSENT = (
    "缺考 棄修 請假 病假 事假 休假 年假 產假 婚假 喪假 公假 曠工 缺勤 缺席 缺 空 停職 離職 已離職 調離 調崗 "
    "未到 未填 未定 未考 未考核 未評 未評分 待評 待定 待補 不考核 免考核 無 暫無 沒有 無得分 無數據 "
    "P absent absence leave on-leave sick sick-leave vacation suspended resigned left none nil null "
    "na n.a n.a. no-score not-scored not-rated pending tbd tba missing blank"
)
_AN_ERROR = re.compile(r"#(?:n/a|div/0!|[a-z]+[!?]|gettingdata|#+)|err[0-9]{3}")

_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_A_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,2}[日号]?|月)?|[0-9]{1,2}月[0-9]{1,2}[日号]?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2}"
    rf"|[0-9]{{1,2}}-?{_MONTHS}(?:-?[0-9]{{2,4}})?|{_MONTHS}-?[0-9]{{1,4}})(?:t?[0-9]{{6}})?"
)
_UNIT = "[^0-9.+~–—-]{0,8}"
_BETWEEN = "(?:[-–—―‐‑−~〜∼至到]+|to)"
_COMPARED = (
    r"(?:=?[<>≤≥≦≧⩽⩾]=?|不[低高少多大小]于|[高低大小多少]于|超过|至少|最[多少高低]|大?约"
    r"|above|over|below|under|at(?:least|most)|(?:more|less)than|about)"
)
_A_RANGE = re.compile(
    rf"[+-]?{_DIGITS}{_UNIT}?{_BETWEEN}[+-]?{_DIGITS}{_UNIT}|{_COMPARED}{_DIGITS}{_UNIT}"
    rf"|{_DIGITS}{_UNIT}?(?:\+|[及或]?以[上下内外]|左右|上下)"
)


def read_text(text: str, wanted: Wanted = NUMBERS) -> Read:
    """What a text that is not blank means as a number.

    Codes: ``not-a-number``, ``too-many-digits``, ``not-applicable``, ``error-cell``, ``became-a-date``,
    ``score-range``, those that ``wanted`` names, and the warning ``number-as-text``.
    """
    plain = text.translate(_PLAIN).strip()
    if len(plain) > _LONGEST:
        return nan, NOT_A_NUMBER
    word = fold(text)
    if word in wanted.words:
        return float(wanted.words[word]), ""
    if _NUMBER.fullmatch(plain):
        return _number(plain, NUMBER_AS_TEXT)
    parts = _BESIDE.fullmatch(plain)
    if parts is not None and (read := _beside(parts, wanted)) is not None:
        return read
    code = _refusal(word, wanted)
    if code is None and parts is not None and any(map(str.isalpha, parts["before"] + parts["after"])):
        code = wanted.beside
    return nan, code or NOT_A_NUMBER


def _number(plain: str, code: str, whole: Decimal = _HUNDRED) -> Read:
    """A number of at most 15 digits, as a percentage of ``whole`` where that is not 100."""
    if len(re.sub(r"\D", "", plain).strip("0")) > SIGNIFICANT_DIGITS:
        return nan, TOO_MANY_DIGITS
    return float(Decimal(plain) * whole / _HUNDRED), code


def _beside(parts: re.Match[str], wanted: Wanted) -> Read | None:
    """A number with its unit, a percent sign, or the level that has this score; None for anything else."""
    before, after = fold(parts["before"]), fold(parts["after"])
    number = parts["sign"] + parts["digits"]
    if (not before and after in wanted.units) or (not after and not parts["sign"] and before in wanted.units):
        return _number(number, NUMBER_AS_TEXT)
    if after == "%" and not before:
        return (
            (nan, wanted.written) if wanted.whole is None else _number(number, wanted.written, wanted.whole)
        )
    texts = product(_without_unit(before, wanted.units), _without_unit(after, wanted.units))
    if any(wanted.words.get(left + right) == Decimal(parts["digits"]) for left, right in texts):
        return _number(parts["digits"], NUMBER_AS_TEXT)
    return None


def _without_unit(folded: str, units: frozenset[str]) -> set[str]:
    """What stands beside a number, as it is and without the unit that goes before it."""
    bare = folded.strip(_PUNCTUATION)
    return {bare, *(bare.removeprefix(unit).strip(_PUNCTUATION) for unit in units)}


def _refusal(word: str, wanted: Wanted) -> str | None:
    """The finding code of a folded text that is known to be no number; None where nothing is known of it."""
    if is_not_applicable(word):
        return NOT_APPLICABLE
    if word in _absences() or _DASHES.fullmatch(word):
        return wanted.absent
    for pattern, code in ((_AN_ERROR, ERROR_CELL), (_A_DATE, BECAME_A_DATE), (_A_RANGE, SCORE_RANGE)):
        if pattern.fullmatch(word):
            return code
    return None


@cache
def _absences() -> frozenset[str]:
    """Folded words for someone who was not there, or was not scored."""
    return frozenset(fold(word.replace("-", " ")) for word in _ABSENT.split())
