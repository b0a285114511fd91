"""Rows of a list of people that stand for nobody: totals, averages, counts."""

from __future__ import annotations

import re
from functools import cache

from perfcli.folding import fold

_LONGEST_HEADING = 40

_WORDS = (
    *("合計", "總計", "小計", "累計", "總分", "均分", "平均", "平均分", "平均值", "中位數", "標準差", "方差"),
    *("最高分", "最低分", "最高", "最低", "最大值", "最小值", "人數", "總人數", "滿分", "標準分", "及格線"),
    *("total", "grand total", "subtotal", "sub-total", "sum", "average", "avg", "avg.", "mean", "median"),
    *("max", "min", "maximum", "minimum", "highest", "lowest", "count", "full marks", "max score"),
)
_TOTAL = re.compile(
    r"(?:.{0,12}(?:合计|总计|小计|累计|总分|总和|平均(?:分|值|成绩|得分)?|均分|最高分|最低分|人数"
    r"|(?:及格|合格|优秀|良好|达标|通过)率)"
    r"|(?:grand|sub|overall|team|department|group)?-?(?:total|average|sum|mean))(?:\([^()]*\)|[0-9人名]*)"
)


def is_nobody(text: str) -> bool:
    """Whether a text begins a row of totals or averages: 合計, 部門合計, 平均（12人）, Team average."""
    folded = fold(text)
    return folded in _words() or (len(text) <= _LONGEST_HEADING and _TOTAL.fullmatch(folded) is not None)


@cache
def _words() -> frozenset[str]:
    return frozenset(fold(word) for word in _WORDS)
