"""What people call the columns and captions of a score sheet that are no indicators.

The names that perf writes itself come from the catalogue; these are the others that are common.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from perfcli.folding import fold
from perfcli.rules.roles import Role
from perfcli.scoring.results import ADJUSTMENT, BONUS_BASE, REASON
from perfcli.text import catalogue

EMPLOYEE_ID = "employee_id"
NAME = "name"
DEPARTMENT = "department"
POSITION = "position"
TEAM = "team"
PERIOD = "period"
WEIGHT = "weight"
SUPERIOR = "superior"
DATE = "date"
INDICATOR = "indicator"
WHAT = "what"
EVIDENCE = "evidence"
POINTS = "points"
STANDARD = "standard"
WEIGHTED = "weighted"

_OTHERS: Mapping[str, tuple[str, ...]] = {
    EMPLOYEE_ID: (
        *("工號", "員工編號", "員工工號", "員工號", "職工號", "人員編號", "員工代碼", "編號"),
        *("employee id", "employee no", "employee no.", "employee number", "staff id", "staff no", "id"),
    ),
    NAME: (
        "姓名",
        "員工姓名",
        "員工",
        "被考核人",
        "被評人",
        "name",
        "employee",
        "employee name",
        "full name",
    ),
    DEPARTMENT: ("部門", "所屬部門", "部門名稱", "department", "dept"),
    POSITION: ("職位", "崗位", "職務", "崗位名稱", "職稱", "position", "job title", "title", "post"),
    TEAM: ("團隊", "考核團隊", "所屬團隊", "小組", "team"),
    PERIOD: ("考核周期", "考核期", "考核月份", "考核期間", "周期", "月份", "period", "month"),
    WEIGHT: ("權重", "比重", "權重(%)", "權重%", "權重分", "分值", "配分", "weight", "weights", "weight (%)"),
    "joined": ("入職日期", "入職時間", "到職日期", "joined", "date joined", "hire date", "start date"),
    "left": ("離職日期", "離職時間", "left", "date left", "end date"),
    BONUS_BASE: ("獎金基數", "績效獎金基數", "bonus base"),
    "former_base": ("原獎金基數", "調崗前獎金基數", "former bonus base", "previous bonus base"),
    "transferred": ("調崗日期", "調動日期", "轉崗日期", "異動日期", "transferred", "transfer date"),
    "confirmed": ("轉正日期", "轉正時間", "confirmed", "confirmation date"),
    "probation_until": (
        *("試用期至", "試用期截止", "試用期截止日期", "試用期結束", "試用期結束日期", "試用期到期日"),
        *("probation until", "probation end", "end of probation"),
    ),
    "discipline": (
        *("紀律處分", "處分", "違紀", "違紀處分", "紀律"),
        *("discipline", "disciplinary action", "disciplinary measure"),
    ),
    "unpaid_leave_days": (
        *("無薪假天數", "無薪假", "停薪天數", "無薪天數", "停薪留職天數", "事假天數"),
        *("unpaid leave days", "unpaid leave", "days of unpaid leave"),
    ),
    "days_worked": ("出勤天數", "實際出勤天數", "實出勤天數", "計薪天數", "days worked", "worked days"),
    "days_due": ("應出勤天數", "應出勤", "標準出勤天數", "days due", "due days", "working days"),
    "bonus_adjustment": ("獎金調整", "獎金加減", "獎金加扣款", "bonus adjustment"),
    "bonus_adjustment_reason": ("獎金調整原因", "獎金調整說明", "reason for bonus adjustment"),
    "salary": (
        "月薪",
        "現月薪",
        "基本工資",
        "現薪",
        "薪資",
        "工資",
        "salary",
        "monthly salary",
        "base salary",
    ),
    "range_lowest": ("薪級下限", "薪資下限", "薪幅下限", "pay range from", "range minimum", "range lowest"),
    "range_highest": ("薪級上限", "薪資上限", "薪幅上限", "pay range to", "range maximum", "range highest"),
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
    SUPERIOR: (
        *(
            "評分上級",
            "直屬上級",
            "上級",
            "上級姓名",
            "主管",
            "直屬主管",
            "評分人",
            "考核人",
            "評價人",
            "評估人",
        ),
        *("superior", "manager", "line manager", "supervisor", "rater", "rated by", "reviewer", "evaluator"),
    ),
    "signature": ("簽名", "簽字", "signature"),
    "employee_signature": ("員工簽名", "員工簽字", "本人簽字", "employee signature"),
    "superior_signature": ("上級簽名", "上級簽字", "主管簽字", "superior signature"),
}

IGNORED = "ignore"
"""What a ``--map`` file calls a column that is to be left alone."""

MEANINGS = (
    *(EMPLOYEE_ID, NAME, DEPARTMENT, POSITION, TEAM, PERIOD, SUPERIOR, ADJUSTMENT, REASON),
    *("joined", "left", BONUS_BASE, "note"),
)
"""What a ``--map`` file calls the columns that are no indicators."""

_LONGEST_HEADING = 40

_PERHAPS_A_NUMBER = ("編號", "id")

_NOT_A_PERSON = (
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


@cache
def labels() -> Mapping[str, str]:
    """Folded label → what it is: the identity keys, ``weight``, and columns that are known and not scored."""
    known = {fold(word): key for key, words in _OTHERS.items() for word in (*words, key)}
    known[fold(IGNORED)] = IGNORED
    for name, texts in catalogue().items():
        kind, _, key = name.partition(".")
        if kind == "column" and key in _OTHERS:
            known |= {fold(word): key for word in texts.values()}
    return known


RECORD_LABELS: Mapping[str, tuple[str, ...]] = {
    EMPLOYEE_ID: _OTHERS[EMPLOYEE_ID],
    NAME: _OTHERS[NAME],
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


def is_total(text: str) -> bool:
    """Whether a text heads a row of totals or averages: 部門合計, 平均（12人）, Team average."""
    return len(text) <= _LONGEST_HEADING and _TOTAL.fullmatch(fold(text)) is not None


@cache
def not_a_person() -> frozenset[str]:
    """Folded words that mark a row of totals or averages."""
    return frozenset(fold(word) for word in _NOT_A_PERSON)
