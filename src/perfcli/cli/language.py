"""Which language to speak: ``--lang``, ``PERF_LANG``, policy, computer; else Traditional Chinese."""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from perfcli.text import Language

ENVIRONMENT = "PERF_LANG"
OPTION = "--lang"

_TRADITIONAL = (
    "zh-tw",
    "zh-hk",
    "zh-mo",
    "zh-hant",
    "chinese (traditional",
    "chinese_taiwan",
    "chinese_hong",
)
_SIMPLIFIED = ("zh", "chinese")
_POLICY_LANGUAGE = re.compile(r"^language:\s*[\"']?([\w-]+)", re.MULTILINE)


def parse_language(word: str) -> Language | None:
    """The language that an option or a locale names: ``zh-Hant``, ``zh_TW.UTF-8``, ``en``."""
    name = word.casefold().replace("_", "-")
    if name.startswith(_TRADITIONAL) or word.casefold().startswith(_TRADITIONAL):
        return Language.TRADITIONAL
    if name.startswith(_SIMPLIFIED):
        return Language.SIMPLIFIED
    return Language.ENGLISH if name.startswith(("en", "english")) else None


def choose_language(arguments: Sequence[str]) -> Language:
    """The language for a command line."""
    for word in (_option(arguments, OPTION), os.environ.get(ENVIRONMENT)):
        if word and (language := parse_language(word)):
            return language
    language = parse_language(_policy_language(arguments)) or parse_language(_computer_language())
    language = language or Language.TRADITIONAL
    return language if language is Language.ENGLISH or _can_show_chinese() else Language.ENGLISH


def _option(arguments: Sequence[str], option: str) -> str:
    for index, argument in enumerate(arguments):
        if argument == option:
            return next(iter(arguments[index + 1 : index + 2]), "")
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return ""


def _policy_language(arguments: Sequence[str]) -> str:
    """The policy's ``language``, looked up in its text: reading YAML would make every ``--help`` slower."""
    folder = _option(arguments, "--rubrics") or os.environ.get("PERF_RUBRICS") or "rubrics"
    try:
        match = _POLICY_LANGUAGE.search(Path(folder, "policy.yaml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return match[1] if match else ""


def _computer_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value
    return locale.getlocale()[0] or "" if sys.platform == "win32" else ""


def _can_show_chinese() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        "績效".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        try:
            "绩效".encode(encoding)
        except (UnicodeEncodeError, LookupError):
            return False
    return True
