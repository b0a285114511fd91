"""The pages of ``docs/`` and their scripts: a script as a module, the examples of a page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import yaml


def load_script(path: Path) -> Any:
    """A script as a module."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_PART = re.compile(
    r"^```yaml\n(?P<yaml>.*?)^```$|^\| (?P<head>[^\n]*) \|\n\|[-| ]+\|\n(?P<rows>(?:\|[^\n]*\|\n)+)",
    re.DOTALL | re.MULTILINE,
)


def tables(page: Path, last: str) -> Iterator[tuple[Mapping[str, Any], list[dict[str, str]]]]:
    """The tables of a page whose last column has that header, row by row, and the rules above each."""
    rules: Mapping[str, Any] = {}
    for part in _PART.finditer(page.read_text(encoding="utf-8")):
        if part["yaml"]:
            rules = yaml.safe_load(part["yaml"])
        elif (head := part["head"].split(" | "))[-1] == last:
            cells = [
                [cell.strip() for cell in row.strip("|").split("|")] for row in part["rows"].splitlines()
            ]
            yield rules, [dict(zip(head, row, strict=True)) for row in cells]


def examples(page: Path, last: str) -> Iterator[tuple[Mapping[str, Any], dict[str, str]]]:
    """The rows of these tables, each with the rules above it."""
    for rules, rows in tables(page, last):
        yield from ((rules, row) for row in rows)
