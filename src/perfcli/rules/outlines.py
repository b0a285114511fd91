"""The plain data of a document, part by part, passing over what is missing or malformed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from perfcli.rules.documents import Document

Item = tuple[str, Mapping[str, Any]]
"""A well-formed entry of a list with its dotted path."""


def names_of(item: Mapping[str, Any]) -> Iterator[str]:
    """Everything that an entry may be called: its names, its aliases, its id."""
    name = item.get("name")
    words = list(name.values()) if isinstance(name, Mapping) else [name]
    for word in (*words, *list_of(item, "aliases"), item.get("id")):
        if isinstance(word, str):
            yield word


def dimensions_of(document: Document) -> Iterator[Item]:
    """The dimensions of a rubric with their dotted paths."""
    return items_of(document.data, "dimensions")


def indicators_of(document: Document) -> Iterator[Item]:
    """The indicators of a rubric with their dotted paths."""
    for path, dimension in dimensions_of(document):
        yield from items_of(dimension, "indicators", path)


def items_of(data: Any, key: str, above: str = "") -> Iterator[Item]:
    """The well-formed entries of a list with their dotted paths."""
    prefix = f"{above}.{key}" if above else key
    for index, item in enumerate(list_of(data, key)):
        if isinstance(item, Mapping):
            yield f"{prefix}[{index}]", item


def list_of(data: Any, key: str) -> list[Any]:
    """The list under a key; empty where there is none."""
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, list) else []


def mapping_of(data: Any, key: str) -> Mapping[str, Any]:
    """The part under a key; empty where there is none."""
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}
