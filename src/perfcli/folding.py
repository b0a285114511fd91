"""How texts are compared: the folding by which a header, a name or an id is recognised."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from perfcli.text import simplify

_TRAILING_WEIGHT = re.compile(r"\(?([0-9]+(?:\.[0-9]+)?)(?:%|分|点|points?|pts?)\)?$")
_MARKS = re.compile(
    r"[*※]+|\((?:[必选]填项?|required|mandatory|optional)\)|(?:[必选]填|required|mandatory|optional)$"
)
_BRACKETS = str.maketrans("[]{}【】〔〕", "()()()()")
_REMEMBERED = 2**18  # a company's ids and names, and not every text of a hostile workbook
_NOT_APPLICABLE = frozenset(("不适用", "n/a", "notapplicable"))
_SEPARATORS = re.compile(r"[\s_:\u200b\ufeff]+")


def fold(text: str) -> str:
    """A text as names are compared: width, case, blanks, script and punctuation ironed out."""
    return text.lower() if text.isascii() and text.isalnum() else _fold(text)


@lru_cache(maxsize=_REMEMBERED)
def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return _SEPARATORS.sub("", simplify(folded).casefold())


def is_not_applicable(text: str) -> bool:
    """Whether a cell says that an indicator does not apply: ``不適用``, ``N/A``."""
    return fold(text) in _NOT_APPLICABLE


def without_marks(folded: str) -> str:
    """A folded header without what a form says of filling it in: 銷售額*, 姓名【必填】, Name (required)."""
    return _MARKS.sub("", folded)


def split_weight(folded: str) -> tuple[str, str | None]:
    """A folded header without its trailing weight, and the weight: ``销售额(30%)`` → ``销售额``, ``30``."""
    match = _TRAILING_WEIGHT.search(folded)
    if match is None or match.start() == 0:
        return folded, None
    return folded[: match.start()], match.group(1)
