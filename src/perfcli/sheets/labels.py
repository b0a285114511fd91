"""What people call the columns and captions of a score sheet that are no indicators.

The names that perf writes itself come from the catalogue; these are the others that are common. Those of the
columns of a person are in ``perfcli.people.columns``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
ADDITION = "addition"
DEDUCTION = "deduction"

_OTHERS: Mapping[str, tuple[str, ...]] = {
    WEIGHT: ("權重", "比重", "權重(%)", "權重%", "權重分", "分值", "配分", "weight", "weights", "weight (%)"),
    "total": ("總分", "合計", "總計", "總得分", "考核總分", "total", "total score"),
    "grade": ("等級", "考核等級", "績效等級", "評級", "grade"),
    "rank": ("排名", "名次", "總排名", "rank"),
    "team_rank": ("團隊排名", "team rank"),
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
    "total": ("總分", "合計", "總計", "總得分", "考核總分", "total", "total score"),
    **{key: _OTHERS[key] for key in (ADJUSTMENT, ADDITION, DEDUCTION)},
    REASON: _OTHERS[REASON],
    WEIGHT: _OTHERS[WEIGHT],
}

_SUPERIORS = (
    *(
        "上級",
        "上級領導",
        "上級主管",
        "直接上級",
        "直屬上級",
        "部門上級",
        "間接上級",
        "隔級上級",
        "主管",
        "直屬主管",
    ),
    *(
        "直接主管",
        "部門主管",
        "分管領導",
        "主管領導",
        "領導",
        "直屬領導",
        "直接領導",
        "部門領導",
        "經理",
        "部門經理",
    ),
    *(
        "直屬經理",
        "直線經理",
        "總經理",
        "副總",
        "總監",
        "負責人",
        "部門負責人",
        "團隊負責人",
        "組長",
        "班組長",
        "店長",
    ),
    *(
        "主任",
        "科長",
        "部長",
        "處長",
        "考核人",
        "考評人",
        "評估人",
        "評核人",
        "評價人",
        "評分人",
        "考核者",
        "評價者",
    ),
)
_BOSSES = (
    *(
        "superior",
        "manager",
        "supervisor",
        "line manager",
        "direct manager",
        "department manager",
        "team lead",
    ),
    *("team leader", "head of department", "department head", "boss", "reviewer", "appraiser", "evaluator"),
)


def _judged(who: str, *, english: bool = False) -> Iterator[str]:
    """What the scores of somebody are called: 經理評分, manager's rating."""
    if english:
        nouns = (
            "score",
            "scores",
            "rating",
            "evaluation",
            "assessment",
            "appraisal",
            "review",
            "mark",
            "marks",
        )
        yield from (f"{who}{form} {noun}" for form in ("", "'s", "’s") for noun in nouns)
        return
    yield from (
        f"{who}{word}"
        for word in (
            "評分",
            "評價",
            "得分",
            "打分",
            "評定",
            "評估",
            "考評",
            "評核",
            "評",
            "分數",
            "評分數",
            "考核分",
        )
    )
    yield f"{who}評價得分"
    yield f"{who}評定得分"
    yield f"{who}考核得分"


_ROLE_WORDS: Mapping[Role, tuple[str, ...]] = {
    Role.TARGET: ("目標", "目標值", "計劃", "計劃值", "指標值", "target", "plan", "goal"),
    Role.ACTUAL: (
        *("實際", "實際值", "實際完成", "實績", "完成", "完成值", "完成情況", "次數", "發生次數"),
        *("actual", "result", "count", "times", "occurrences"),
    ),
    Role.SELF: (
        *(
            "自評",
            "自評分",
            "自評得分",
            "自評分數",
            "自評評分",
            "自我評分",
            "自我評價",
            "自我評估",
            "自我評定",
        ),
        *("自我打分", "自我考評", "自我考核", "員工自評", "員工自評分", "員工自評得分", "員工自我評分"),
        *("員工自我評價", "本人自評", "本人自評分", "本人評分", "個人自評", "個人自評分", "個人自評得分"),
        *(
            "self",
            "employee self score",
            "self-assessment",
            "own score",
            "own rating",
            "employee self-evaluation",
        ),
        *_judged("self", english=True),
    ),
    Role.PEER: (
        *("同級", "互評", "互評分", "同事互評", "同級互評", "部門互評", "同級互評得分", "同事互評得分"),
        *(text for who in ("同級", "同事", "平級", "同仁") for text in _judged(who)),
        *("peer", "peers", *_judged("peer", english=True), *_judged("colleague", english=True)),
    ),
    Role.SUPERIOR: (
        *("上級", "主管", "上評", "初評", "複評", "終評", "一級審核", "二級審核", "初核", "複核", "終審"),
        *(text for who in _SUPERIORS for text in _judged(who)),
        *(
            f"{word}{text}"
            for word in ("初評", "複評", "終評", "初核", "複核")
            for text in ("分", "得分", "分數", "評分")
        ),
        *(
            f"{level}級{text}"
            for level in "一二三"
            for text in ("評分", "評價", "考評", "審核得分", "審核評分")
        ),
        *("superior", "manager", "supervisor"),
        *(text for who in _BOSSES for text in _judged(who, english=True)),
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
