"""Writes ``docs/findings.md`` from the source and the catalogue: every code with its meaning and cure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from perfcli.text import COUNTED, Language, Wording, catalogue

PAGE = Path(__file__).with_name("findings.md")
SOURCE = Path(__file__).parents[1] / "src" / "perfcli"
HEAD = """\
# Findings

Everything that perf points out has a code, a place and a cure. Codes are stable: scripts may rely on them
(`--json`). An **error** keeps an employee, a sheet or a run from being scored; a **warning** stops nothing.
Words in `{braces}` are filled in with what was found.

Made from the source and the catalogue by `make docs`.
"""
GROUPS = {
    "Files": ("files/", "sealed/products.py", "sealed/registry.py", "pipelines/stored.py", "cli/files.py"),
    "Command line": ("pipelines/score.py", "pipelines/template.py", "cli/"),
    "Rules": ("rules/", "pipelines/other_rules.py"),
    "Result workbooks (`perf verify`)": ("sealed/verification.py",),
    "Roll-ups (`perf rollup`)": ("pipelines/rollup.py", "people/gathering.py", "people/everybody.py"),
    "Bonuses and raises": (
        "pipelines/pay.py",
        "rewards/",
        "people/staff.py",
        "people/employment.py",
        "pipelines/stored.py",
        "sealed/edits.py",
    ),
    "Files for payroll (`perf export`)": ("exports/",),
    "Sheets and rosters": ("sheets/", "people/"),
}
MAKERS = {
    **dict.fromkeys(("error", "file_error", "usage_error", "reject_cell"), "error"),
    **dict.fromkeys(("warning", "_warn"), "warning"),
}
WARNINGS_BY_NAME = ("missing-name", "number-as-text", "percent-as-score", "shown-as-percent")


def codes() -> dict[str, dict[str, str]]:
    """Group → code → severity, for every code that has texts, by where the source names it."""
    sources = sorted(SOURCE.rglob("*.py"), key=_rank)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sources}
    found: dict[str, dict[str, str]] = {group: {} for group in GROUPS}
    for key in sorted(key for key in catalogue() if key.startswith("finding.")):
        code = key.removeprefix("finding.")
        home = next(path for path, tree in trees.items() if code in _texts(tree))
        made = {severity for tree in trees.values() for severity in _severities(tree, code)}
        severities = made or {"warning" if code in WARNINGS_BY_NAME else "error"}
        found[list(GROUPS)[_rank(home)]][code] = " or ".join(sorted(severities))
    return found


def _rank(path: Path) -> int:
    """The place of a module's group among the groups."""
    name = path.relative_to(SOURCE).as_posix()
    return next((n for n, prefixes in enumerate(GROUPS.values()) if name.startswith(prefixes)), len(GROUPS))


def _texts(tree: ast.AST) -> set[object]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}


def _severities(tree: ast.AST, code: str) -> Iterator[str]:
    """The severities with which a module makes findings of a code."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        if node.func.id in MAKERS and any(code in _texts(argument) for argument in node.args):
            yield MAKERS[node.func.id]


def page() -> str:
    """The page as it should be."""
    wording = Wording(Language.ENGLISH)
    parts = [HEAD]
    for group, found in codes().items():
        parts.append(f"\n## {group}\n\n| code | severity | what it is | what to do |\n|---|---|---|---|\n")
        for code in sorted(found):
            texts = (wording(f"finding.{code}"), wording(f"cure.{code}"))
            what, cure = (COUNTED.sub(r"\3", text).replace("|", "\\|").replace("\n", " ") for text in texts)
            parts.append(f"| `{code}` | {found[code]} | {what} | {cure} |\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
