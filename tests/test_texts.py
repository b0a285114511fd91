"""Every text that a person sees is in the catalogue, in every language, and every text there is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from docs_support import load_script
from perfcli.text import Language, Wording, catalogue

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "perfcli"

MADE_UP = (
    "finding.",  # by the finding's code; see test_every_code_is_made_somewhere
    "cure.",
    "confirm.",  # by the path in policy.yaml
    "column.",  # by the key of a frame or a label
    "help.command.",  # by the name of the function
    "help.option.",  # some by the name of Typer's own options
    "severity.",
    "sheet.",
    "rubric.scale.",
    "explain.formula.",
    "explain.column.",
    "detail.note.",
    "template.howto.",
    "notes.",
)


def literals() -> set[str]:
    """Every text constant of the source."""
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def keys_asked_for() -> set[str]:
    """The keys that the source writes out where it asks for a text."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if called in {"wording", "Term", "say", "complain", "detail", "progress"} and isinstance(
                first, ast.Constant
            ):
                found.add(str(first.value))
    return found


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_text_says_the_same_in_every_language(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == {Language.TRADITIONAL, Language.ENGLISH}
    places = {language: sorted(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
    assert places[Language.TRADITIONAL] == places[Language.ENGLISH]
    for text in texts.values():
        assert text.strip() == text or text.startswith("  ") or key == "help.colon"
        assert text


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_simplified_chinese_is_derived_and_differs_in_script_only(key: str) -> None:
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", catalogue()[key][Language.ENGLISH]), "")
    traditional, simplified = (
        Wording(language)(key, **values) for language in (Language.TRADITIONAL, Language.SIMPLIFIED)
    )
    assert len(traditional) == len(simplified)
    assert re.sub(r"[\u4e00-\u9fff]", "", traditional) == re.sub(r"[\u4e00-\u9fff]", "", simplified)


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_chinese_has_chinese_punctuation(key: str) -> None:
    text = catalogue()[key][Language.TRADITIONAL]
    assert not re.search(r"[\u4e00-\u9fff][,;?()!]", text)


def test_every_text_that_the_source_asks_for_is_there() -> None:
    assert keys_asked_for() - set(catalogue()) == set()


def test_every_text_is_used() -> None:
    known = literals()
    unused = {key for key in catalogue() if key not in known and not key.startswith(MADE_UP)}
    assert unused == set()


def test_every_code_has_texts_and_is_made_somewhere() -> None:
    known = literals()
    for key in catalogue():
        kind, _, code = key.partition(".")
        if kind == "finding":
            assert code in known, f"nothing makes {code}"
            assert f"cure.{code}" in catalogue()
        if kind == "cure":
            assert f"finding.{code.removesuffix('.near')}" in catalogue()


def test_findings_page_is_current() -> None:
    script = load_script(ROOT / "docs" / "make_findings.py")
    assert (ROOT / "docs" / "findings.md").read_text(encoding="utf-8") == script.page(), "run `make docs`"


def test_values_follow_the_language() -> None:
    wording = Wording(Language.SIMPLIFIED)
    assert wording("cure.unknown-team", allowed=["甲", "乙"]).endswith("甲、乙。")
    assert Wording(Language.ENGLISH)("cure.unknown-team", allowed=["a", "b"]).endswith("a, b.")
