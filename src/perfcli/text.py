"""Every text a person sees, from one catalogue, in three languages.

``catalogue.json`` holds each text in Traditional Chinese (the policy's own language) and English.
Simplified Chinese is derived from the Traditional text by OpenCC and never kept by hand. Where English has a
singular and a plural, ``{count} {count:cell|cells}`` is the one for 1 and the other for every other number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from unicodedata import east_asian_width

_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STRAY, _FIRST_STRAY_BYTE, _LAST_STRAY_BYTE, _LAST_OF_ONE_BYTE = 0xDC00, 0xDC80, 0xDCFF, 0xFF
"""How Python keeps a byte of a name that is no text: as half of a pair of surrogates."""


class Language(StrEnum):
    """The languages that people read."""

    TRADITIONAL = "zh-Hant"
    SIMPLIFIED = "zh-Hans"
    ENGLISH = "en"


@runtime_checkable
class Translated(Protocol):
    """A value that has its own words in each language, such as an indicator's name."""

    def in_language(self, language: Language) -> str:
        """The words in one language."""
        ...


@dataclass(frozen=True)
class Term:
    """A text of the catalogue as a value of another text; ``values`` fill it in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return Wording(language)(self.key, **self.values)


COUNTED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
"""A word of a text in singular and plural, with the number that decides."""


class Wording:
    """The catalogue in one language: ``wording("ranking.title")``."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with its values filled in; values with a language of their own follow ours."""
        template = _template(key, self.language)
        if not values:
            return template
        if "|" in template:
            template = COUNTED.sub(lambda word: word[2 if str(values[word[1]]) == "1" else 3], template)
        return template.format(**{name: self._word(value) for name, value in values.items()})

    def _word(self, value: object) -> object:
        if isinstance(value, Translated):
            return value.in_language(self.language)
        if isinstance(value, list | tuple):
            separator = ", " if self.language is Language.ENGLISH else "、"
            return separator.join(str(self._word(item)) for item in value)
        return visible(str(value)) if isinstance(value, str | Path) else value


@cache
def _template(key: str, language: Language) -> str:
    texts = catalogue()[key]
    if language is Language.SIMPLIFIED:
        return simplify(texts[Language.TRADITIONAL])
    return texts[language]


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text: key → language (``zh-Hant``, ``en``) → text with ``{placeholders}``."""
    content = Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8")
    texts: dict[str, dict[str, str]] = json.loads(content)
    return texts


@lru_cache(maxsize=2**14)
def simplify(text: str) -> str:
    """A text in Simplified characters; text without Traditional characters comes back as it is."""
    return text if text.isascii() else _traditional_to_simplified(text)


def _traditional_to_simplified(text: str) -> str:
    converted: str = _converter().convert(text)
    return converted


def visible(text: str) -> str:
    """A text without hidden effects: characters that steer a terminal or turn writing round are escaped.

    So are the bytes of a file's name that are no text.
    """
    return text if text.isprintable() else _UNSEEN.sub(_escaped, text)


def visible_in_json(json: str) -> str:
    """JSON in which such characters are escaped as JSON has it, so that it still says the same."""
    return json if json.isprintable() else _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if _FIRST_STRAY_BYTE <= code <= _LAST_STRAY_BYTE:
        code -= _STRAY
    return f"\\x{code:02x}" if code <= _LAST_OF_ONE_BYTE else f"\\u{code:04x}"


def display_width(text: str, *, wide: str = "WF") -> int:
    """How many columns of digits a line takes: a Chinese character takes two.

    ``wide`` are the Unicode width classes that count double; Chinese fonts widen the ambiguous ``A`` too.
    """
    return len(text) if text.isascii() else sum(map(_widths(wide).__getitem__, text))


class _Widths(dict[str, int]):
    """How many columns a character takes, each looked up once."""

    def __init__(self, wide: str) -> None:
        super().__init__()
        self._wide = wide

    def __missing__(self, character: str) -> int:
        self[character] = 1 + (east_asian_width(character) in self._wide)
        return self[character]


@cache
def _widths(wide: str) -> _Widths:
    return _Widths(wide)


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
