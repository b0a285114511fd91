"""Numbers for employees beside indicators that perf does not know: could they count?

What could is an error until somebody says what it is, as a score, a row of points or a factor of its own
would be lost. What plainly could not is a remark: another period's score, a number of the person, pay,
serial numbers, the sheet's own sums.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from perfcli.exact import Floats
from perfcli.files.cells import Cell, as_text
from perfcli.findings import Finding, Place, error
from perfcli.folding import fold
from perfcli.rules.periods import find_period, parse_period
from perfcli.text import Term, Translated

UNREAD = "unread"
"""The code of such an error, which the user may accept: it is a warning then."""

_HIGHEST_SCORE = 200  # what is above for everybody is an amount, a number of orders, a telephone
_FEWEST_IN_A_ROW = 3  # 1, 2, 3 is a serial number
_FEWEST_ALIKE = 2  # one number may be anything
_A_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?%?")

_NEVER = (
    *("上月", "上個月", "上期", "上季", "上一季", "去年", "上年", "前期", "同期", "往期", "歷史", "上次"),
    *("總分", "合計", "總計", "小計", "累計", "平均", "均分", "加權", "折算", "排名", "名次", "等級", "評級"),
    *("分差", "差異", "差值", "差距", "偏差", "序號", "編號", "last", "previous", "prior", "total", "sum"),
    *("average", "mean", "weighted", "rank", "grade", "difference", "gap", "variance"),
)
"""Words of what counts for nothing, even where points are spoken of: another period's, or the sheet's own."""

_OF_THE_PERSON = (
    *(
        "年齡",
        "年歲",
        "工齡",
        "司齡",
        "年資",
        "生日",
        "電話",
        "手機",
        "聯繫",
        "聯絡",
        "身份證",
        "證件",
        "賬號",
    ),
    *("帳號", "卡號", "郵編", "郵箱", "微信", "分機", "座位", "編碼", "代碼", "職級", "級別", "學歷"),
    *("出勤", "缺勤", "請假", "病假", "事假", "年假", "遲到", "早退", "曠工", "加班", "工時", "天數", "小時"),
    *("完成率", "達成率", "達標率", "增長率", "完成度", "同比", "環比", "占比", "佔比", "進度"),
    *("工資", "薪資", "薪酬", "月薪", "底薪", "獎金", "提成", "津貼", "補貼", "補助", "金額", "人數", "費用"),
    *(
        "age",
        "seniority",
        "service",
        "phone",
        "mobile",
        "tel",
        "attendance",
        "absence",
        "leave",
        "hours",
        "days",
    ),
    *("completion", "achievement", "attainment", "growth", "salary", "wage", "pay", "bonus", "commission"),
    *("allowance", "amount", "headcount", "level", "code", "number", "id", "no"),
)
"""Words of what is no score unless points are spoken of: 遲到 is a number of times, 遲到扣分 are points."""

_A_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_POINTS = ("分", "score", "point", "rating", "mark")


if TYPE_CHECKING:
    from perfcli.sheets.layouts.tables import Table


@dataclass
class Doubt:
    """A column or row of a sheet that is not known, with its numbers by the position of the employee.

    Those of forms are only doubted where they could count.

    ``remark`` is what is said of it where it cannot count; ``column`` is that of a list.
    """

    name: str
    part: str
    place: Place
    remark: Finding
    column: int | None = None
    near: str | Translated = ""
    numbers: dict[int, float] = field(default_factory=dict)

    @property
    def may_count(self) -> bool:
        """Whether the numbers could be part of a score; of forms that is known of each already."""
        return self.column is None or could_count(self.name, [*self.numbers.values()])

    def refusal(self, employee: str) -> Finding:
        """The error that it is where it could count; ``employee`` is the first one concerned."""
        part = Term(f"unread.{self.part}", {"name": self.name})
        values = {"part": part, "count": len(self.numbers), "employee": employee, "near": self.near}
        return error(UNREAD, self.place, **values)


def number_in(cell: Cell) -> float | None:
    """The number that people see in a cell; None where there is none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) if np.isfinite(cell) else None
    if isinstance(cell, str) and _A_NUMBER.fullmatch(folded := fold(cell)):
        return float(folded.rstrip("%"))
    return None


def could_count(name: str, numbers: Sequence[float]) -> bool:
    """Whether numbers below (or beside) a text could be part of a score, by what they are called and are.

    0 counts for nothing.
    """
    numbers = [number for number in numbers if number]
    if not numbers or _is_no_score(name):
        return False
    if min(map(abs, numbers)) > _HIGHEST_SCORE:
        return False
    serial = all(following - one == 1 for one, following in pairwise(numbers))
    return not (serial and len(numbers) >= _FEWEST_IN_A_ROW and numbers[0] == 1)


def _is_no_score(name: str) -> bool:
    text = as_text(name)
    if parse_period(text) or find_period(text) or _A_DAY.match(text) or _has(text, _NEVER):
        return True
    return _has(text, _OF_THE_PERSON) and not _has(text, _POINTS)


def _has(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text has one of some words in it, an English one as a word of its own, be it a plural."""
    own = {word.removesuffix("s") for word in re.findall(r"[a-z]+", text.casefold())}
    folded = fold(text)
    return any(word in own if word.isascii() else word in folded for word in _folded(words))


@cache
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word).removesuffix("s") if word.isascii() else fold(word) for word in words)


def settle(table: Table, scored: pd.DataFrame | None, *, accepted: bool) -> None:
    """Decides for each doubt of a table: an error of whom it concerns (``unread``), or a remark.

    It is a remark where it is ``accepted`` and where the numbers are what perf makes of the scores.
    """
    for doubt in table.doubts:
        if accepted or not doubt.may_count or (scored is not None and _is_computed(doubt, scored)):
            table.findings.append(doubt.remark)
            continue
        places = [place for place, number in doubt.numbers.items() if number]
        table.findings.append(doubt.refusal(table.employee(places[0])))
        table.sound[places] = False


def _is_computed(doubt: Doubt, scored: pd.DataFrame) -> bool:
    """Whether the numbers are what perf itself makes of the scores: points of an indicator, sums, a score.

    ``scored`` has the employees that could be scored by their position in the table, with everything that
    came out.
    """
    own = [place for place in doubt.numbers if place in scored.index]
    if len(own) < max(len(doubt.numbers), _FEWEST_ALIKE):
        return False
    stated = np.array([doubt.numbers[place] for place in own])
    for key in scored.columns:
        if str(key) == "total" or str(key).endswith((".points", ".score", ".weight")):
            found: Floats = scored.loc[own, key].to_numpy(dtype=np.float64)
            if np.isclose(found, stated, rtol=0, atol=0.005 + 1e-9).all():
                return True
    return False
