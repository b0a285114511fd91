"""Turns a written appraisal policy into score sheets and ranked, explained results.

The library is small: ``perfcli.score("sheet.xlsx").frame`` is a table of employees with totals, grades and
ranks. Everything that is public stands in ``__all__``; all else may change.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfcli.version import __version__

if TYPE_CHECKING:
    from perfcli.errors import DataError, FileError, PerfError, RulesError, UsageError
    from perfcli.findings import Finding, Severity
    from perfcli.scoring.results import Results

__all__ = [
    "DataError",
    "FileError",
    "Finding",
    "PerfError",
    "Results",
    "RulesError",
    "Severity",
    "UsageError",
    "__version__",
    "score",
]

_HOMES = {
    "Finding": "findings",
    "Severity": "findings",
    "Results": "scoring.results",
    "DataError": "errors",
    "FileError": "errors",
    "PerfError": "errors",
    "RulesError": "errors",
    "UsageError": "errors",
}


def score(  # noqa: PLR0913 - each is an option of the command
    *sheets: str | Path,
    team: str = "",
    period: str = "",
    rubrics: str | Path | None = None,
    partial: bool = False,
    plans: Sequence[str | Path] = (),
    map_file: str | Path | None = None,
    roster: str | Path | None = None,
    accept: Collection[str] = (),
    password: str = "",
    large: bool = False,
) -> Results:
    """Scores one or more workbooks, as the command ``perf score`` does, without writing anything.

    Args:
        sheets: Filled score sheets.
        team: The team of sheets that do not say it themselves: an id or a name.
        period: ``2026-11``, ``2026Q4`` or ``2026``; empty takes it from the sheets.
        rubrics: The folder of the rules; None looks at ``PERF_RUBRICS``, ``./rubrics``, the built-in ones.
        partial: Scores the others where some employees have errors.
        plans: Plans that the targets are compared with.
        map_file: A map that says what odd headers, sheets and cells mean.
        roster: The roster with which the people are compared, and from which ids are taken by name.
        accept: Codes of errors that you have looked at and accept: ``looks-like-points``,
            ``looks-like-fractions``, ``other-rules``.
        password: The password of workbooks that have one.
        large: Raises the limits of what a file may ask for, for honest big ones.

    Returns:
        The results; ``frame`` is their table and ``findings`` what was remarkable.

    Raises:
        DataError: The sheets have errors. Like the others it carries ``findings``.
        RulesError: The rules or the map have errors.
        FileError: A file or a folder cannot be read.
        UsageError: The team or the period means nothing.
    """
    from perfcli.files.reader import Access
    from perfcli.pipelines import score as pipeline
    from perfcli.rules.loader import load_ruleset, rules_folder

    ruleset = load_ruleset(rules_folder(None if rubrics is None else Path(rubrics)))
    paths, plan_paths = ([Path(one) for one in files] for files in (sheets, plans))
    mapped, listed = (None if file is None else Path(file) for file in (map_file, roster))
    access = Access.with_options(password, large=large)
    request = pipeline.Request(paths, team, period, partial, plan_paths, mapped, listed, accept, access)
    return pipeline.score(request, ruleset)


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that ``perf --help`` need not load pandas."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"perfcli.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'perfcli' has no attribute {name!r}")
