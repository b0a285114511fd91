"""YAML files as plain data in which every value knows its line.

Numbers are read as decimals from their very characters, so 33.33 is 33.33. Duplicate keys are findings, as
are aliases, which could make a small file unfold into a huge one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from perfcli.errors import FileError
from perfcli.files.source import read_source
from perfcli.findings import Finding, Place, error

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_DEEPEST = 50
_LARGEST = 16 * 1024**2
_PLAIN_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)")


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

    What YAML takes for a number but is not written in plain decimal digits (010, 1:30, .nan) stays a text.

    Findings: ``unreadable-file``, ``not-utf-8``, ``yaml-syntax``, ``yaml-alias``, ``duplicate-key``.
    """
    document = Document(path.name)
    try:
        content = read_source(path, _LARGEST)
        document.sha256 = hashlib.sha256(content).hexdigest()
        text = content.decode("utf-8-sig")
        _check_depth(text)
        node = yaml.compose(text, Loader=_Loader)
    except FileError:
        document.findings.append(error("unreadable-file", Place(file=path.name)))
    except UnicodeDecodeError:
        document.findings.append(error("not-utf-8", Place(file=path.name)))
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        document.findings.append(error("yaml-syntax", Place(file=path.name, line=line)))
    else:
        document.data = _Builder(document).build(node, "") if node is not None else {}
    return document


def _check_depth(text: str) -> None:
    """Refuses nesting far beyond that of any rubric, on which the parser's own recursion would end perf."""
    depth = 0
    events: Iterable[Any] = yaml.parse(text, Loader=_Loader)
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem_mark=event.start_mark)


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
        if kind in {"int", "float"} and _PLAIN_NUMBER.fullmatch(node.value):
            return Decimal(node.value)
        return node.value

    def _report(self, code: str, node: yaml.Node, path: str, **values: object) -> None:
        place = Place(file=self.document.name, line=node.start_mark.line + 1, path=path)
        self.document.findings.append(error(code, place, **values))
