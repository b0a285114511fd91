"""Names in several languages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from perfcli.text import Language, simplify


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
