"""Rows of a list of people that stand for nobody: totals, subtotals, averages, counts, pages."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from perfcli.folding import fold
from perfcli.text import simplify

_LONGEST_HEADING = 60

_WORDS = (
    *("合計", "總計", "小計", "累計", "共計", "匯總", "彙總", "加總", "總和", "求和", "總數", "計數", "個數"),
    *(
        "數值計數",
        "項目個數",
        "數字項個數",
        "乘積",
        "總分",
        "均分",
        "平均",
        "平均分",
        "平均值",
        "均值",
        "平均數",
    ),
    *(
        "中位數",
        "眾數",
        "標準差",
        "標準偏差",
        "總體標準偏差",
        "方差",
        "總體方差",
        "變異數",
        "最高分",
        "最低分",
    ),
    *("最高", "最低", "最大值", "最小值", "人數", "總人數", "滿分", "標準分", "及格線", "結果"),
    *("本頁小計", "本頁合計", "過次頁", "承前頁", "轉下頁", "接上頁", "總平均", "總平均值", "總計數"),
    *("total", "totals", "grand total", "subtotal", "sub-total", "sum", "average", "avg", "avg.", "mean"),
    *("median", "mode", "max", "min", "maximum", "minimum", "highest", "lowest", "count", "head count"),
    *("滿分值", "各項滿分", "full mark", "points possible", "possible points", "max points", "out of"),
    *("full marks", "max score", "std dev", "stddev", "stdev", "standard deviation", "variance", "overall"),
    *("grand sum", "grand average", "grand count", "grand max", "grand min", "result"),
)
_CHINESE = (
    "合计|总计|小计|累计|共计|汇总|总和|加总|求和|总分|总数|计数|个数|乘积|平均(?:分|值|数|成绩|得分)?|均分|均值"
    "|中位数|众数|标准(?:差|偏差)|方差|变异数|最高分|最低分|最大值|最小值|人数|(?:及格|合格|优秀|良好|达标|通过)率"
)
_TOTAL = re.compile(
    rf".{{0,20}}(?:{_CHINESE})(?:\([^()]*\)|[0-9.,人名%=]*)"
    r"|(?:grand|sub|overall|team|department|group)?-?(?:total|average|sum|mean)(?:\([^()]*\))?"
    r"|(?:以上|合计|总|本页|全部)?共?计?[0-9]+(?:人|名|位|条|行|笔|頁|页)"
    r"|(?:本页|第?[0-9]+页).{0,12}|page[0-9]+(?:(?:of|/)[0-9]+)?|[0-9]+(?:people|persons?|employees|rows?|pages?)"
)
_STATISTICS = (
    r"(?:grand |sub-?|overall )?(?:totals?|sum|average|avg\.?|mean|median|mode|count|count nums?|max|min"
    r"|maximum|minimum|product|std ?devp?|stdevp?|standard deviation|varp?|variance|result|head ?count)"
)
_WITH_A_STATISTIC = re.compile(
    rf".+?[\s\-–—_:|/]+(?:{_STATISTICS}|{_CHINESE}|结果)(?:\s*[:(]?\s*[0-9.,]+\)?)?"
    rf"|{_STATISTICS}\s+(?:of|for|by)\b.*"
)
_PLAIN_ID = re.compile(r"[A-Za-z]{0,3}[0-9]+")
_COUNTED = re.compile(rf"{_STATISTICS}\s*[:(=].*")


def is_nobody(text: str) -> bool:
    """Whether a text begins a row of totals: 合計, 部門合計, 平均（12人）, 共2人, Team average."""
    if len(text) > _LONGEST_HEADING:
        return False
    folded = fold(text)
    if folded in _words() or _TOTAL.fullmatch(folded):
        return True
    return any(mark in text for mark in ":：(（=") and _COUNTED.fullmatch(_plain(text)) is not None


def is_nobodys_id(text: str) -> bool:
    """Whether a text that should be an id begins such a row, also after something: E001 Average, 一部 匯總.

    Of a name that would be a guess: people are called Kim Min.
    """
    if len(text) > _LONGEST_HEADING or _PLAIN_ID.fullmatch(text):
        return False
    if is_nobody(text):
        return True
    return not text.isalnum() and _WITH_A_STATISTIC.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    """A text with its blanks, in one script and case."""
    return simplify(unicodedata.normalize("NFKC", text)).casefold().strip()


@cache
def _words() -> frozenset[str]:
    return frozenset(fold(word) for word in _WORDS)
