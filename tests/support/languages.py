"""The words of a score sheet in other languages, so that every case is read in each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from perfcli.text import simplify
from support.sheets import Case, in_words

_ENGLISH = {
    "工號": "Employee ID",
    "姓名": "Name",
    "部門": "Department",
    "崗位": "Position",
    "職位": "Job title",
    "團隊": "Team",
    "考核周期": "Period",
    "序號": "No.",
    "考核指標": "Indicator",
    "指標": "Indicator",
    "指標類別": "Category",
    "評分標準": "Standard",
    "業績指標": "Results",
    "團隊協作": "Teamwork",
    "銷售額": "Sales revenue",
    "毛利率": "Gross margin",
    "協作配合度": "Cooperation",
    "客戶滿意度": "Satisfaction",
    "發貨準確率": "Accuracy",
    "發貨及時率": "Punctuality",
    "維修單數": "Jobs",
    "等候時間": "Waiting time",
    "差錯": "Faults",
    "報告": "Reports",
    "態度": "Attitude",
    "培訓": "Training",
    "權重": "Weight",
    "目標": "Target",
    "實際": "Actual",
    "自評": "Self",
    "上級評分": "Superior score",
    "評分上級": "Line manager",
    "得分": "Score",
    "總分": "Total score",
    "等級": "Grade",
    "備註": "Remarks",
    "小計": "Subtotal",
    "合計": "Total",
    "總計": "Grand total",
    "平均分": "Average",
    "最高分": "Maximum",
    "最低分": "Minimum",
    "滿分": "Full marks",
    "簽名": "Signature",
    "銷售部": "Sales",
    "客服部": "Customer care",
    "加減分原因": "Reason for adjustment",
    "加減分": "Adjustment",
}


def in_simplified(case: Case) -> Case:
    """A case as it is where Simplified characters are written."""
    return in_words(case, simplify)


def in_english(case: Case) -> Case:
    """A case with English words; its own key ``english`` adds to those that are common."""
    translate = _translator({**_ENGLISH, **case.get("english", {})})
    return in_words({key: value for key, value in case.items() if key != "english"}, translate)


def _translator(words: Mapping[str, str]) -> Callable[[str], str]:
    longest_first = sorted(words, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first)))
    return lambda text: known.sub(lambda match: words[match[0]], text)
