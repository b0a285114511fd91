"""Turns a written appraisal policy into score sheets and ranked, explained results.

The library is small: ``perfcli.score("sheet.xlsx").frame`` is a table of employees with totals, grades and
ranks; ``rollup``, ``bonus``, ``raises``, ``verify`` and ``explain`` do what the commands do. Everything that
is public stands in ``__all__``; all else may change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfcli.version import __version__

if TYPE_CHECKING:
    from perfcli.errors import DataError, FileError, PerfError, RulesError, UsageError
    from perfcli.files.reader import Access
    from perfcli.findings import Finding, Severity
    from perfcli.rewards.bonus.bonus import Bonus
    from perfcli.rewards.raises.raises import Raises
    from perfcli.rules.ruleset import Ruleset
    from perfcli.scoring.results import Results
    from perfcli.scoring.rollups import Rollup

__all__ = [
    "Bonus",
    "DataError",
    "FileError",
    "Finding",
    "PerfError",
    "Raises",
    "Results",
    "Rollup",
    "RulesError",
    "Severity",
    "UsageError",
    "__version__",
    "bonus",
    "explain",
    "raises",
    "rollup",
    "score",
    "verify",
]

_HOMES = {
    "Finding": "findings",
    "Severity": "findings",
    "Results": "scoring.results",
    "Rollup": "scoring.rollups",
    "Bonus": "rewards.bonus.bonus",
    "Raises": "rewards.raises.raises",
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
    from perfcli.pipelines import score as pipeline

    paths, plan_paths = ([Path(one) for one in files] for files in (sheets, plans))
    mapped, listed, access = _path(map_file), _path(roster), _access(password, large=large)
    request = pipeline.Request(paths, team, period, partial, plan_paths, mapped, listed, accept, access)
    return pipeline.score(request, _rules(rubrics))


def rollup(  # noqa: PLR0913 - each is an option of the command
    *results: str | Path,
    period: str = "",
    roster: str | Path | None = None,
    rubrics: str | Path | None = None,
    partial: bool = False,
    map_file: str | Path | None = None,
    accept: Collection[str] = (),
    password: str = "",
    large: bool = False,
) -> Rollup:
    """Rolls results up to a quarter or a year, as the command ``perf rollup`` does, without writing anything.

    Args:
        results: Workbooks of results: months, the cycle's own appraisal, quarters that were rolled up.
        period: ``2026Q4`` or ``2026``; empty takes it from the results.
        roster: The roster that says who was there when.
        rubrics: The folder of the rules, as for ``score``.
        partial: Rolls up the others where somebody lacks a part.
        map_file: A map that says what odd headers of the roster mean.
        accept: Codes of errors that you accept: ``other-rules``.
        password: The password of workbooks that have one.
        large: Raises the limits of what a file may ask for.

    Returns:
        The roll-up; ``frame`` is its table with every part, ``unrated`` who has too few parts.

    Raises:
        DataError: Somebody lacks a part, a result was changed, or they do not belong together.
        RulesError, FileError, UsageError: As for ``score``.
    """
    from perfcli.pipelines.rollup import RollupRequest, roll_results

    listed, mapped = _path(roster), _path(map_file)
    request = RollupRequest(
        *(
            [Path(one) for one in results],
            listed,
            period,
            partial,
            mapped,
            accept,
            _access(password, large=large),
        )
    )
    return roll_results(request, _rules(rubrics))


def bonus(  # noqa: PLR0913 - each is an option of the command
    *results: str | Path,
    roster: str | Path | None = None,
    cycle: str = "",
    pool: str = "",
    rubrics: str | Path | None = None,
    accept: Collection[str] = (),
    password: str = "",
    large: bool = False,
) -> Bonus:
    """Everybody's bonus, as the command ``perf bonus`` computes it, without writing anything.

    Args:
        results: Workbooks of results or roll-ups of one period.
        roster: The roster with bonus bases and days.
        cycle: ``monthly``, ``quarterly`` or ``annual``; empty takes that of the period.
        pool: An amount to share, as it is typed: ``200000``.
        rubrics: The folder of the rules, as for ``score``.
        accept: Codes of errors that you accept: ``partial``, ``other-rules``.
        password: The password of workbooks that have one.
        large: Raises the limits of what a file may ask for.

    Returns:
        The bonuses; ``frame`` is their table, amounts in currency to its unit.

    Raises:
        DataError, RulesError, FileError, UsageError: As for ``rollup``.
    """
    from perfcli.pipelines import pay

    paths = [Path(one) for one in results]
    request = pay.PayRequest(
        paths, _path(roster), cycle, pool, accept=accept, access=_access(password, large=large)
    )
    return pay.calculate(request, _rules(rubrics))


def raises(  # noqa: PLR0913 - each is an option of the command
    *results: str | Path,
    roster: str | Path,
    budget: str = "",
    effective: str = "",
    fit_budget: bool = False,
    confirm_cuts: bool = False,
    rubrics: str | Path | None = None,
    accept: Collection[str] = (),
    password: str = "",
    large: bool = False,
) -> Raises:
    """Everybody's raise, as the command ``perf raise`` computes it, without writing anything.

    Args:
        results: Workbooks of annual results or roll-ups.
        roster: The roster with salaries and days.
        budget: What the raises may cost, as it is typed.
        effective: The day from which they hold; empty goes by the policy.
        fit_budget: Scales the raises to the budget.
        confirm_cuts: Applies cuts too.
        rubrics: The folder of the rules, as for ``score``.
        accept: Codes of errors that you accept: ``partial``, ``other-rules``.
        password: The password of workbooks that have one.
        large: Raises the limits of what a file may ask for.

    Returns:
        The raises; ``frame`` is their table.

    Raises:
        DataError, RulesError, FileError, UsageError: As for ``rollup``.
    """
    from perfcli.pipelines import pay
    from perfcli.rewards.raises.raises import RaiseOrder

    amount, day = pay.parse_amount_option(budget, "budget"), pay.parse_day_option(effective)
    order = RaiseOrder(day, amount, confirm_cuts, fit_budget)
    paths = [Path(one) for one in results]
    request = pay.PayRequest(paths, _path(roster), accept=accept, access=_access(password, large=large))
    return pay.adjust(request, _rules(rubrics), order)


def verify(workbook: str | Path, *, password: str = "", large: bool = False) -> Sequence[Finding]:
    """What differs in a workbook that perf made from what perf wrote; empty where nothing was changed.

    Args:
        workbook: A workbook of results, a roll-up, bonuses or raises.
        password: Its password, if it has one.
        large: Raises the limits of what a file may ask for.

    Raises:
        FileError: It cannot be read, or perf did not make it.
    """
    from perfcli.pipelines.stored import open_product

    return open_product(Path(workbook), _access(password, large=large)).changes


def explain(
    workbook: str | Path, employee_id: str, *, lang: str = "en", password: str = "", large: bool = False
) -> Mapping[str, object]:
    """How one employee's row of a workbook came about, as ``perf explain --json --brief`` prints it.

    Args:
        workbook: A workbook of results, a roll-up, bonuses or raises.
        employee_id: The id as it stands in the workbook.
        lang: The language of the sentences: ``en``, ``zh-Hant`` or ``zh-Hans``.
        password: Its password, if it has one.
        large: Raises the limits of what a file may ask for.

    Raises:
        FileError: It cannot be read, or perf did not make it.
        KeyError: Nobody in it has this id.
    """
    from perfcli.pipelines.stored import open_product
    from perfcli.text import Language, Wording

    stored = open_product(Path(workbook), _access(password, large=large)).stored
    if employee_id not in set(stored.content.frame["employee_id"]):
        raise KeyError(employee_id)
    return stored.product.explain(stored.content, employee_id, Wording(Language(lang))).record


def _path(file: str | Path | None) -> Path | None:
    return None if file is None else Path(file)


def _rules(folder: str | Path | None) -> Ruleset:
    from perfcli.rules.loader import load_ruleset, rules_folder

    return load_ruleset(rules_folder(_path(folder)))


def _access(password: str, *, large: bool) -> Access:
    from perfcli.files.reader import Access

    return Access.with_options(password, large=large)


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that ``perf --help`` need not load pandas."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"perfcli.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'perfcli' has no attribute {name!r}")
