"""What the source code of perf says: codes of findings, keys of texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from perfcli.text import catalogue

SOURCE = Path(__file__).parents[2] / "src" / "perfcli"

_MAKERS = {"error", "warning", "file_error", "usage_error", "_report"}


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module by its path below ``src/perfcli``."""
    paths = sorted(SOURCE.rglob("*.py"))
    return {path.relative_to(SOURCE): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def finding_codes(*rooms: str) -> set[str]:
    """The codes of all findings that some rooms or modules of perf make, or all of them.

    A code is what is handed to a maker of findings, or any text of the source that has a ``finding.`` text.
    """
    found: set[str] = set()
    for path, tree in trees().items():
        if not rooms or {path.parts[0].removesuffix(".py"), path.as_posix()} & set(rooms):
            found |= set(_made(tree))
            found |= {text for text in literals(tree) if f"finding.{text}" in catalogue()}
    return found


def called(node: ast.Call) -> str:
    """The bare name of what is called: ``out.say(…)`` → ``say``."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literals(tree: ast.AST) -> Iterator[str]:
    """The texts that stand in a piece of source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _made(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in _MAKERS and node.args:
            yield from literals(node.args[0])
