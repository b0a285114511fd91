"""What a test expects a person to read: findings by code, place and a piece of their texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from perfcli.findings import Finding
from perfcli.text import Language, Wording

_PLACE = ("file", "sheet", "cell", "line", "path")
_LANGUAGES = {"zh": Language.TRADITIONAL, "en": Language.ENGLISH}

Expected = Mapping[str, Any]


def texts(finding: Finding, language: Language) -> str:
    """What a person reads of a finding: what it is and what to do."""
    wording = Wording(language)
    return f"{finding.message(wording)} {finding.cure(wording)}"


def assert_findings(found: Iterable[Finding], expected: Iterable[Expected], *keys: str) -> None:
    """The findings are exactly the expected ones, in any order, compared by code and ``keys``.

    ``keys`` are parts of a place, or ``severity``. Each expectation has ``zh`` and ``en``: pieces of what a
    person reads in Traditional Chinese and English.
    """
    left = list(found)
    for one in expected:
        match = next((finding for finding in left if _is(finding, one, keys)), None)
        assert match is not None, f"expected {dict(one)}; found {[_seen(other, keys) for other in left]}"
        left.remove(match)
    assert not left, f"not expected: {[_seen(other, keys) for other in left]}"


def _is(finding: Finding, expected: Expected, keys: Iterable[str]) -> bool:
    if finding.code != expected["code"] or any(_part(finding, key) != expected.get(key) for key in keys):
        return False
    return all(str(expected[key]) in texts(finding, language) for key, language in _LANGUAGES.items())


def _seen(finding: Finding, keys: Iterable[str]) -> dict[str, object]:
    read = {key: texts(finding, language) for key, language in _LANGUAGES.items()}
    return {"code": finding.code, **{key: _part(finding, key) for key in keys}, **read}


def _part(finding: Finding, key: str) -> object:
    return getattr(finding.place, key) if key in _PLACE else finding.severity.value
