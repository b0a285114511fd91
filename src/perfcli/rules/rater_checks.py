"""What is wrong with the raters of a policy beyond their types: keys, words that mean something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from perfcli.findings import Finding, error
from perfcli.folding import fold
from perfcli.rules.documents import Document
from perfcli.rules.outlines import indicators_of, mapping_of, names_of
from perfcli.rules.role_words import kept_words
from perfcli.rules.roles import RATERS
from perfcli.text import Term

_A_RATER = re.compile("[A-Za-z][A-Za-z0-9-]*")


def shares_of_raters(document: Document) -> Mapping[str, Any]:
    """The weight of each rater, be there several of a kind or one; 0 where nobody is named."""
    if not isinstance(document.data, Mapping) or not isinstance(document.data.get("raters"), Mapping):
        return {}
    stated = {
        rater: said.get("weight") if isinstance(said, Mapping) else said
        for rater, said in document.data["raters"].items()
        if rater in RATERS or isinstance(said, Mapping)
    }
    return stated or {RATERS[0]: Decimal(0)}


def several_raters_are_said(document: Document) -> Iterator[Finding]:
    """How many raters are needed is said only of those of whom there may be several."""
    for name, rater in mapping_of(document.data, "raters").items():
        if isinstance(rater, Mapping) and "least" in rater and "of" not in rater:
            yield error("missing-key", document.place(f"raters.{name}"), key="of")


def own_raters_are_sound(document: Document) -> Iterator[Finding]:
    """A rater of the company's own has a word for a key, and is called as nothing else is.

    Findings: ``wrong-type``, ``rater-word-taken``.
    """
    first: dict[str, str] = {}
    for key, rater in _own_raters(document):
        place = document.place(f"raters.{key}")
        if not _A_RATER.fullmatch(key):
            yield error("wrong-type", place, found=key, expected=Term("expected.rater"))
            continue
        for word in (key, *names_of(rater)):
            taken = fold(word) in kept_words() or first.setdefault(fold(word), key) != key
            if taken:
                yield error("rater-word-taken", place, word=word)
                break


def _own_raters(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, rater in mapping_of(document.data, "raters").items():
        if key not in RATERS and isinstance(rater, Mapping):
            yield str(key), rater


def indicators_are_no_raters(documents: Iterable[Document], policy: Document) -> Iterator[Finding]:
    """No rater of the company's own is called as an indicator (``rater-word-taken``)."""
    named = {
        fold(name)
        for document in documents
        for _, indicator in indicators_of(document)
        for name in names_of(indicator)
    }
    for key, rater in _own_raters(policy):
        word = next((one for one in (key, *names_of(rater)) if fold(one) in named), None)
        if word is not None:
            yield error("rater-word-taken", policy.place(f"raters.{key}"), word=word)
