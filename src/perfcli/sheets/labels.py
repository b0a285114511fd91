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
from perfcli.scoring.results import ADJUSTMENT, REASON
from perfcli.text import catalogue

WEIGHT = "weight"
TOTAL, GRADE, RANK, TEAM_RANK = "total", "grade", "rank", "team_rank"
DATE = "date"
INDICATOR = "indicator"
WHAT = "what"
EVIDENCE = "evidence"
POINTS = "points"
STANDARD = "standard"
WEIGHTED = "weighted"
ADDITION = "addition"
DEDUCTION = "deduction"

_OTHERS: Mapping[str, tuple[str, ...]] = {
    WEIGHT: ("權重", "比重", "權重(%)", "權重%", "權重分", "分值", "配分", "weight", "weights", "weight (%)"),
    TOTAL: ("總分", "合計", "總計", "總得分", "考核總分", "total", "total score"),
    GRADE: ("等級", "考核等級", "績效等級", "評級", "grade"),
    RANK: ("排名", "名次", "總排名", "rank"),
    TEAM_RANK: ("團隊排名", "team rank"),
    "number": ("序號", "序", "no", "no.", "#"),
    "note": ("備註", "評語", "說明", "note", "notes", "remark", "remarks", "comment", "comments"),
    ADJUSTMENT: (
        *(
            "加減分",
            "加減分項",
            "加減分值",
            "加減",
            "加扣分",
            "加扣分項",
            "增減分",
            "增減分項",
            "獎扣分",
            "±分",
        ),
        *(
            "獎懲",
            "獎懲分",
            "獎懲項",
            "獎懲得分",
            "獎懲加減分",
            "獎罰",
            "獎罰分",
            "調整分",
            "調分",
            "分數調整",
        ),
        *("其他加減分", "額外加減分", "特殊加減分", "附加項", "加分/扣分", "加分／減分", "加分/減分"),
        *("adjustment", "adjustments", "adjustment points", "bonus/penalty", "bonus / penalty points"),
        *("plus/minus", "points added or taken off", "merits and demerits"),
    ),
    ADDITION: (
        *(
            "加分",
            "加分項",
            "加分值",
            "額外加分",
            "附加分",
            "附加項得分",
            "特殊加分",
            "獎勵分",
            "獎分",
            "獎勵加分",
        ),
        *(
            "特殊貢獻",
            "特別貢獻",
            "突出貢獻",
            "突出貢獻分",
            "特殊貢獻分",
            "特殊貢獻加分",
            "創新加分",
            "其他加分",
        ),
        *(
            "榮譽加分",
            "表彰加分",
            "嘉獎分",
            "bonus points",
            "extra points",
            "additional points",
            "extra credit",
        ),
        *("points added", "merit points", "merits"),
    ),
    DEDUCTION: (
        *(
            "扣分",
            "扣分項",
            "扣分值",
            "減分",
            "減分項",
            "扣減分",
            "懲罰分",
            "處罰扣分",
            "違紀扣分",
            "違規扣分",
        ),
        *(
            "差錯扣分",
            "考勤扣分",
            "遲到扣分",
            "紀律扣分",
            "其他扣分",
            "其他減分",
            "額外扣分",
            "罰分",
            "失誤扣分",
        ),
        *("deduction", "deductions", "points deducted", "points taken off", "penalty", "penalty points"),
        *("penalties", "demerits", "demerit points", "minus points"),
    ),
    REASON: (
        *("加減分原因", "加減分理由", "加減分說明", "加減分事由", "加減分備註", "加扣分原因", "加扣分理由"),
        *(
            "加扣分說明",
            "加分原因",
            "加分理由",
            "加分說明",
            "加分事由",
            "扣分原因",
            "扣分理由",
            "扣分說明",
            "扣分事由",
        ),
        *(
            "減分原因",
            "減分理由",
            "獎懲原因",
            "獎懲事由",
            "獎懲說明",
            "獎懲理由",
            "調整原因",
            "調分原因",
            "原因",
            "事由",
        ),
        *("reason for adjustment", "adjustment reason", "reason", "reasons", "reason for deduction"),
        *("reason for bonus points", "reason for points"),
    ),
    "signature": ("簽名", "簽字", "signature"),
    "employee_signature": ("員工簽名", "員工簽字", "本人簽字", "employee signature"),
    "superior_signature": ("上級簽名", "上級簽字", "主管簽字", "superior signature"),
}

ADJUSTMENTS = (ADJUSTMENT, ADDITION, DEDUCTION)
"""Points of either sign, points that are added, points that are taken off whatever their sign."""

IGNORED = "ignore"
"""What a ``--map`` file calls a column that is to be left alone."""

MEANINGS = (
    *(column.key for column in columns.COLUMNS),
    *(
        ADJUSTMENT,
        ADDITION,
        DEDUCTION,
        REASON,
        WEIGHT,
        "total",
        "grade",
        "rank",
        "team_rank",
        "number",
        "note",
    ),
)
"""What a ``--map`` file calls the columns that are no indicators."""

_POINTS = ("分值", "配分")
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
    "dimension": (
        "指標類別",
        "類別",
        "維度",
        "考核維度",
        "考核類別",
        "dimension",
        "category",
        "類別權重",
        "維度權重",
        "dimension weight",
        "category weight",
    ),
    STANDARD: (
        *("評分標準", "考核標準", "評價標準", "指標說明", "指標定義", "計分方法", "計算方法", "計算公式"),
        *("數據來源", "考核依據", "單位", "standard", "definition", "unit", "data source"),
    ),
    WEIGHTED: (
        *("加權得分", "加權分", "加權後得分", "權重得分", "折算得分", "折算分"),
        *("weighted score", "weighted points", "points"),
    ),
    "number": ("序號", "序", "no", "no.", "#"),
    TOTAL: ("總分", "合計", "總計", "總得分", "考核總分", "total", "total score"),
    **{key: _OTHERS[key] for key in (ADJUSTMENT, ADDITION, DEDUCTION)},
    REASON: _OTHERS[REASON],
    WEIGHT: _OTHERS[WEIGHT],
}


@cache
def form_labels() -> Mapping[str, str]:
    """Folded word → what a column or a row of a form is that is no indicator's score."""
    return {fold(word): key for key, every in _FORM_WORDS.items() for word in every}


_FULL_MARKS = (
    *("滿分", "滿分值", "滿分分值", "滿分分數", "各項滿分", "指標滿分", "滿分標準", "總分值"),
    *("full marks", "full mark", "full score", "points possible", "possible points", "possible", "out of"),
    *("max", "max.", "maximum", "max score", "maximum score", "max marks", "maximum marks", "max points"),
    *("maximum points", "highest possible"),
)


@cache
def full_marks_words() -> frozenset[str]:
    """Folded words for full marks."""
    return frozenset(map(fold, _FULL_MARKS))


def is_marks_label(text: str) -> bool:
    """Whether a text names a row or a column of full marks."""
    return fold(text) in full_marks_words()


def is_points(text: str) -> bool:
    """Whether a text says 分值 or 配分, which may be weights or full marks."""
    return fold(text).endswith(tuple(map(fold, _POINTS)))


@cache
def perhaps_a_number() -> frozenset[str]:
    """Folded words that mean the employee id only where no clearer word stands beside them."""
    return frozenset(fold(word) for word in _PERHAPS_A_NUMBER)
