"""Names in several languages, and the folding by which a header or a team is recognised."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from perfcli.text import Language, simplify

_TRAILING_WEIGHT = re.compile(r"\(?([0-9]+(?:\.[0-9]+)?)(?:%|分|点|points?|pts?)\)?$")
_BRACKETS = str.maketrans("[]{}【】〔〕", "()()()()")
_REMEMBERED = 2**18  # a company's ids and names, and not every text of a hostile workbook
_NOT_APPLICABLE = frozenset(("不适用", "n/a", "notapplicable"))
_SEPARATORS = re.compile(r"[\s_:\u200b\ufeff]+")


class Name(BaseModel):
    """What people call a team, a dimension, an indicator or a grade.

    A plain text counts for every language. Simplified Chinese is derived from ``zh-Hant`` unless given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh_hant: str | None = Field(default=None, alias="zh-Hant", min_length=1)
    zh_hans: str | None = Field(default=None, alias="zh-Hans", min_length=1)
    en: str | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"zh-Hant": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_words(self) -> Name:
        if not self.every():
            raise ValueError("empty")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A plain text or the text of each language, for an editor."""
        return {"anyOf": [{"type": "string", "minLength": 1}, handler(core_schema)]}

    def in_language(self, language: Language) -> str:
        """The name in a language, or the nearest one that the rubric gives."""
        if language is Language.ENGLISH:
            return self.en or self.zh_hant or self.zh_hans or ""
        if language is Language.SIMPLIFIED:
            return self.zh_hans or simplify(self.zh_hant or self.en or "")
        return self.zh_hant or self.zh_hans or self.en or ""

    def every(self) -> tuple[str, ...]:
        """The name as it stands in each language that the rubric gives."""
        return tuple(name for name in (self.zh_hant, self.zh_hans, self.en) if name)


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


def split_weight(folded: str) -> tuple[str, str | None]:
    """A folded header without its trailing weight, and the weight: ``销售额(30%)`` → ``销售额``, ``30``."""
    match = _TRAILING_WEIGHT.search(folded)
    if match is None or match.start() == 0:
        return folded, None
    return folded[: match.start()], match.group(1)
