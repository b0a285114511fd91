"""YAML files as plain data in which every value knows its line.

Numbers are read as decimals from their very characters, so 33.33 is 33.33. Duplicate keys are findings, as
are aliases, which could make a small file unfold into a huge one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from perfcli.findings import Finding, Place, error

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"


@dataclass
class Document:
    """One YAML file: its data, the line of each dotted path, and what was wrong in reading it.

    ``data`` is None where the file could not be read at all.
    """

    name: str
    sha256: str = ""
    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, path: str) -> Place:
        """The place of a dotted path, or of the nearest path above it that is written in the file."""
        above = path
        while above and above not in self.lines:
            above = above[: max(above.rfind("."), above.rfind("["), 0)]
        return Place(file=self.name, line=self.lines.get(above, 1), path=path or None)


def read_document(path: Path) -> Document:
    """Reads one YAML file.

    Findings: ``unreadable-file``, ``not-utf-8``, ``yaml-syntax``, ``yaml-alias``, ``duplicate-key``,
    ``wrong-type`` (a number that is not plain decimal digits).
    """
    document = Document(path.name)
    try:
        content = path.read_bytes()
        document.sha256 = hashlib.sha256(content).hexdigest()
        node = yaml.compose(content.decode("utf-8-sig"), Loader=_Loader)
    except OSError:
        document.findings.append(error("unreadable-file", Place(file=path.name)))
    except UnicodeDecodeError:
        document.findings.append(error("not-utf-8", Place(file=path.name)))
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        document.findings.append(error("yaml-syntax", Place(file=path.name, line=line)))
    else:
        document.data = _Builder(document).build(node, "") if node is not None else {}
    return document


class _Builder:
    """Turns a tree of YAML nodes into dicts, lists and scalars, noting lines on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[int] = set()

    def build(self, node: yaml.Node, path: str) -> Any:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.seen:
            self._report("yaml-alias", node, path)
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, f"{path}[{index}]") for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            inner = f"{path}.{key}" if path else key
            if key in mapping:
                self._report("duplicate-key", key_node, inner, key=key, first=self.document.lines[inner])
                continue
            self.document.lines[inner] = key_node.start_mark.line + 1
            mapping[key] = self.build(value_node, inner)
        return mapping

    def _scalar(self, node: yaml.Node) -> Any:
        kind = node.tag.removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return str(node.value).casefold() in {"true", "yes", "on"}
        if kind in {"int", "float"}:
            return self._number(node)
        return node.value

    def _number(self, node: yaml.Node) -> Decimal | str:
        try:
            number = Decimal(node.value)
        except InvalidOperation:
            return str(node.value)
        plain = number.is_finite() and not (node.value.lstrip("+-").startswith("0") and number >= 1)
        return number if plain else str(node.value)

    def _report(self, code: str, node: yaml.Node, path: str, **values: object) -> None:
        place = Place(file=self.document.name, line=node.start_mark.line + 1, path=path)
        self.document.findings.append(error(code, place, **values))
