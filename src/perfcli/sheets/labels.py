"""What people call the columns and captions of a score sheet that are no indicators.

The names that perf writes itself come from the catalogue; these are the others that are common. Those of the
columns of a person are in ``perfcli.people.columns``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from perfcli.folding import fold
from perfcli.people import columns
from perfcli.people.columns import EMPLOYEE_ID, NAME, PersonColumn
from perfcli.rules.roles import Role
from perfcli.scoring.results import ADJUSTMENT, REASON
from perfcli.text import catalogue

WEIGHT = "weight"
DATE = "date"
INDICATOR = "indicator"
WHAT = "what"
EVIDENCE = "evidence"
POINTS = "points"
STANDARD = "standard"
WEIGHTED = "weighted"

_OTHERS: Mapping[str, tuple[str, ...]] = {
    WEIGHT: ("權重", "比重", "權重(%)", "權重%", "權重分", "分值", "配分", "weight", "weights", "weight (%)"),
    "total": ("總分", "合計", "總計", "總得分", "考核總分", "total", "total score"),
    "grade": ("等級", "考核等級", "績效等級", "評級", "grade"),
    "rank": ("排名", "名次", "總排名", "rank"),
    "team_rank": ("團隊排名", "team rank"),
    "number": ("序號", "序", "no", "no.", "#"),
    "note": ("備註", "評語", "說明", "note", "notes", "remark", "remarks", "comment", "comments"),
    ADJUSTMENT: (
        "加減分",
        "加扣分",
        "獎懲分",
        "獎懲加減分",
        "adjustment",
        "adjustments",
        "adjustment points",
    ),
    REASON: (
        *("加減分原因", "加減分理由", "加減分說明", "加減分事由", "加扣分原因", "加扣分理由"),
        *("reason for adjustment", "adjustment reason", "reason"),
    ),
    "signature": ("簽名", "簽字", "signature"),
    "employee_signature": ("員工簽名", "員工簽字", "本人簽字", "employee signature"),
    "superior_signature": ("上級簽名", "上級簽字", "主管簽字", "superior signature"),
}

IGNORED = "ignore"
"""What a ``--map`` file calls a column that is to be left alone."""

MEANINGS = (*(column.key for column in columns.COLUMNS), ADJUSTMENT, REASON, "note")
"""What a ``--map`` file calls the columns that are no indicators."""

_PERHAPS_A_NUMBER = ("編號", "id")


def labels() -> Mapping[str, str]:
    """Folded label → what it is: a column of a person, ``weight``, or another that is not scored."""
    return _labels(columns.COLUMNS)


@cache
def _labels(_people: tuple[PersonColumn, ...]) -> Mapping[str, str]:
    """The labels for one table of the columns of a person."""
    known = dict(columns.column_words())
    known |= {fold(word): key for key, words in _OTHERS.items() for word in (*words, key)}
    known[fold(IGNORED)] = IGNORED
    for name, texts in catalogue().items():
        kind, _, key = name.partition(".")
        if kind == "column" and key in _OTHERS:
            known |= {fold(word): key for word in texts.values()}
    return known


RECORD_LABELS: Mapping[str, tuple[str, ...]] = {
    **{column.key: column.words for column in columns.COLUMNS if column.key in {EMPLOYEE_ID, NAME}},
    DATE: ("日期", "發生日期", "記錄日期", "時間", "date", "day"),
    INDICATOR: ("指標", "考核指標", "指標名稱", "項目", "考核項目", "indicator", "item"),
    WHAT: ("經過", "事情經過", "事項", "事件", "內容", "說明", "what happened", "event", "description"),
    EVIDENCE: ("證據", "依據", "佐證", "出處", "evidence", "source", "proof"),
    POINTS: ("扣分", "扣減分", "扣分數", "points", "points taken off", "deduction"),
}
"""What people call the columns of daily records."""

_FORM_WORDS: Mapping[str, tuple[str, ...]] = {
    INDICATOR: (
        *RECORD_LABELS[INDICATOR],
        *("考核內容", "考核要素", "評分項目", "評價項目", "評價指標", "指標項", "indicators", "criteria"),
    ),
    "dimension": ("指標類別", "類別", "維度", "考核維度", "考核類別", "dimension", "category"),
    STANDARD: (
        *("評分標準", "考核標準", "評價標準", "指標說明", "指標定義", "計分方法", "計算方法", "計算公式"),
        *("數據來源", "考核依據", "單位", "standard", "definition", "unit", "data source"),
    ),
    WEIGHTED: (
        *("加權得分", "加權分", "加權後得分", "權重得分", "折算得分", "折算分"),
        *("weighted score", "weighted points", "points"),
    ),
    "number": ("序號", "序", "no", "no.", "#"),
    "total": ("總分", "合計", "總計", "總得分", "考核總分", "total", "total score"),
    ADJUSTMENT: _OTHERS[ADJUSTMENT],
    REASON: _OTHERS[REASON],
    WEIGHT: _OTHERS[WEIGHT],
}

_ROLE_WORDS: Mapping[Role, tuple[str, ...]] = {
    Role.TARGET: ("目標", "目標值", "計劃", "計劃值", "指標值", "target", "plan", "goal"),
    Role.ACTUAL: (
        *("實際", "實際值", "實際完成", "實績", "完成", "完成值", "完成情況", "次數", "發生次數"),
        *("actual", "result", "count", "times", "occurrences"),
    ),
    Role.SELF: (
        *("自評", "自評分", "自評得分", "自我評分", "自我評價", "員工自評"),
        *("self", "self score", "self rating", "self evaluation", "self-evaluation", "self assessment"),
    ),
    Role.PEER: (
        *("同級", "同級評分", "同級評價", "同級得分", "同事評分", "互評", "同事互評"),
        *("peer", "peer score", "peer rating", "peers"),
    ),
    Role.SUPERIOR: (
        *("上級", "上級評分", "上級評價", "上級得分", "主管", "主管評分", "領導評分", "直屬上級評分"),
        *("superior", "superior score", "manager", "manager score", "supervisor", "supervisor score"),
    ),
    Role.SCORE: (
        *(
            "得分",
            "評分",
            "分數",
            "考核得分",
            "考核評分",
            "考評得分",
            "最終得分",
            "最終評分",
            "實得分",
            "實際得分",
        ),
        *("score", "final score"),
    ),
    Role.NOTE: ("備註", "評語", "說明", "note", "notes", "remark", "remarks", "comment", "comments"),
}


@cache
def role_words() -> Mapping[str, Role]:
    """Folded word → the role that it gives a column, longer words first: 上級評分 is no mere 評分."""
    words = {fold(word): role for role, every in _ROLE_WORDS.items() for word in every}
    return dict(sorted(words.items(), key=lambda item: -len(item[0])))


@cache
def form_labels() -> Mapping[str, str]:
    """Folded word → what a column or a row of a form is that is no indicator's score."""
    return {fold(word): key for key, every in _FORM_WORDS.items() for word in every}


@cache
def perhaps_a_number() -> frozenset[str]:
    """Folded words that mean the employee id only where no clearer word stands beside them."""
    return frozenset(fold(word) for word in _PERHAPS_A_NUMBER)
