"""What people call the columns of an indicator: its target, its actual, its raters' scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from perfcli.folding import fold
from perfcli.rules.roles import ROLES, Role
from perfcli.text import Translated, catalogue

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


OwnNames = tuple[tuple[Role, Translated | None, tuple[str, ...]], ...]
"""The raters of the company's own, each with the name that is shown and all its names."""

_A_JUDGMENT = re.compile(
    "(?:評分|評價|得分|打分|評定|評估|考評|評核|評|分數|分| (?:score|rating|review))$", re.IGNORECASE
)


@cache
def role_words(own: OwnNames = ()) -> Mapping[str, Role]:
    """Folded word → the role that it gives a column, longer words first: 上級評分 is no mere 評分.

    The names of the company's own raters come before what perf knows of others, and with them what their
    scores are called; a word that would be of two of them is of neither.
    """
    words = {fold(word): role for role, every in _ROLE_WORDS.items() for word in every}
    kept = kept_words()
    derived: dict[str, set[Role]] = {}
    for role, _, names in own:
        for word in (one for name in names for one in _judgments(name)):
            if fold(word) not in kept:
                derived.setdefault(fold(word), set()).add(role)
    words |= {word: role for word, roles in derived.items() for role in roles}
    words = {word: role for word, role in words.items() if len(derived.get(word, (role,))) == 1}
    words |= {fold(name): role for role, _, names in own for name in (*names, role.value)}
    return dict(sorted(words.items(), key=lambda item: -len(item[0])))


def _judgments(name: str) -> Iterator[str]:
    """What the scores of somebody of a name may be called; the name may be that of a score."""
    bare = _A_JUDGMENT.sub("", name).strip()
    if not bare:
        return
    yield bare
    yield from _judged(bare)
    yield from _judged(bare, english=True)


@cache
def kept_words() -> frozenset[str]:
    """Folded words that no rater of the company's own may be called: what perf writes, what is no rater."""
    others = (Role.TARGET, Role.ACTUAL, Role.SELF, Role.SCORE, Role.NOTE)
    words = {word for role in others for word in _ROLE_WORDS[role]}
    words |= {text for role in ROLES for text in catalogue()[f"role.{role.value}"].values()}
    return frozenset(map(fold, (*words, *ROLES, *KEPT_KEYS)))


KEPT_KEYS = (
    *("typed", "attainment", "origin", "weight", "points", "not_applicable", "count"),
    *("raters", "measured", "level", "name", "total", "ignore"),
)
"""What else perf calls a column of an indicator, in frames and records."""
