"""From results to the total of a quarter or a year: open → gather → roll up. Writing is a step of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from perfcli.errors import DataError, usage_error
from perfcli.files.reader import Access, Book
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.people.everybody import Piece
from perfcli.people.gathering import gather
from perfcli.people.roster import Roster, read_roster
from perfcli.pipelines.other_rules import OTHER_RULES, rules_of_pay
from perfcli.pipelines.score import NOBODY_LEFT, parse_accept_option, parse_period_option, read_groups
from perfcli.pipelines.stored import open_results
from perfcli.progress import Tell, silent
from perfcli.rules.models import Rollup as RollupRules
from perfcli.rules.periods import Cycle, cycle, spanning
from perfcli.rules.ruleset import POLICY, Ruleset
from perfcli.scoring.results import InputFile, Results
from perfcli.scoring.rolling import rank, roll_up
from perfcli.scoring.rollups import Rollup, RollupPart, grade_key, own_key, total_key
from perfcli.sealed.products import Stored
from perfcli.sheets.bindings import Bindings, load_bindings

NOTHING_WRITTEN = "rollup.nothing-written"
RULES = ("rollup",)
"""The part of the policy by which results are rolled up."""


@dataclass(frozen=True)
class RollupRequest:
    """The results that are rolled up, the roster that says who was there when, and what the user said.

    ``period`` is the quarter or the year, where the results do not say it. ``accept`` may have
    ``other-rules``. With ``partial`` those who lack something are left out.
    """

    paths: Sequence[Path]
    roster: Path | None = None
    period: str = ""
    partial: bool = False
    map_file: Path | None = None
    accept: Collection[str] = ()
    access: Access = field(default_factory=Access)
    tell: Tell = field(default=silent, repr=False, compare=False)


def roll_results(request: RollupRequest, ruleset: Ruleset) -> Rollup:
    """The total of a quarter or a year of everyone in the results.

    Raises:
        DataError: a workbook was changed, lies in another period, or was made by other rules; somebody lacks
            a part and ``partial`` is off, or nobody is left: see ``gather`` and ``rules_of_pay``.
        FileError: a file cannot be read, or is no result.
        UsageError: ``bad-period``, ``no-rollup-period``, ``month-given``, ``cannot-accept``.
        RulesError: the map has mistakes.
    """
    period = parse_period_option(request.period)
    accept = parse_accept_option(request.accept, (OTHER_RULES,))
    bindings = load_bindings(request.map_file, ruleset) if request.map_file else Bindings()
    groups = (request.paths, [request.roster] if request.roster else [])
    books, rosters = read_groups(groups, request.access, request.tell)
    opened = list(_open(sorted(books, key=lambda book: (book.name, book.sha256)), request.tell))
    made_by = [(one.name, one.content.ruleset) for one in opened]
    ruleset, findings = rules_of_pay(made_by, ruleset, RULES, accept)
    rules = ruleset.policy.rollup
    if rules is None:
        raise DataError([error("no-rollup-rules", Place(ruleset.files[POLICY].name))], NOTHING_WRITTEN)
    period = period or _period(opened)
    findings += [*_of_other_periods(opened, period), *_other_bands(opened, ruleset)]
    roster: Roster | None = None
    for book in rosters:
        roster = read_roster(book, ruleset.rubrics, bindings.of_roster(ruleset))
        findings += [*roster.findings, *bindings.unused(roster.used)]
    if has_errors(findings):
        raise DataError(findings, NOTHING_WRITTEN)
    request.tell("rollup")
    pieces = [piece for one in opened for piece in _pieces(one, period, rules)]
    gathered = gather(pieces, roster, period, ruleset, rules)
    findings += [*gathered.findings, *_unused(pieces, gathered.parts)]
    is_empty = gathered.employees.empty
    if has_errors(findings) and (is_empty or not request.partial):
        raise DataError(findings, NOBODY_LEFT if request.partial else NOTHING_WRITTEN)
    if is_empty:
        raise DataError([*findings, error("nobody-to-roll-up", Place())], NOBODY_LEFT)
    return Rollup(
        rank(roll_up(gathered.employees, gathered.parts, period, ruleset.policy, rules), gathered.parts),
        ruleset,
        period,
        gathered.parts,
        gathered.unrated,
        gathered.left_out,
        tuple(findings),
        tuple(sorted((InputFile(book.name, book.sha256) for book in (*books, *rosters)), key=str)),
    )


def _open(books: Sequence[Book], tell: Tell) -> Iterator[Stored[Any]]:
    """Every workbook computed again from its record; the seal says whether that is still what perf wrote.

    Raises:
        DataError: ``seal-broken``, ``result-without-period``.
        FileError: a workbook is neither a result nor a roll-up.
    """
    findings: list[Finding] = []
    for done, book in enumerate(books):
        tell("verifying", done, len(books), book.name)
        stored = open_results(book)
        if not stored.is_intact:
            findings.append(error("seal-broken", Place(book.name)))
        if not stored.content.period:
            findings.append(error("result-without-period", Place(book.name)))
        yield stored
    if findings:
        raise DataError(findings, NOTHING_WRITTEN)


def _period(opened: Sequence[Stored[Any]]) -> str:
    """The quarter or the year that the results make up.

    Raises:
        UsageError: ``no-rollup-period``: they lie in several years.
    """
    periods = sorted({one.content.period for one in opened})
    found = spanning(periods)
    if not found:
        raise usage_error("no-rollup-period", periods=periods)
    if any(isinstance(one.content, Rollup) for one in opened):
        return found[:4]  # what was rolled up becomes a part of the year
    return found


def _of_other_periods(opened: Sequence[Stored[Any]], period: str) -> Iterator[Finding]:
    """Results that are no part of the quarter or the year."""
    if cycle(period) is Cycle.MONTHLY:
        raise usage_error("month-given", period=period)
    for one in opened:
        own = one.content.period
        is_rolled = isinstance(one.content, Rollup)
        is_inside = spanning({own, period}) == period and not (is_rolled and own == period)
        if not is_inside:
            yield error("not-a-part", Place(one.name), period=own, of=period)


def _other_bands(opened: Sequence[Stored[Any]], ruleset: Ruleset) -> Iterator[Finding]:
    """That results were graded by other bounds than those of the roll-up."""
    now = {grade.id: grade.lower_bound for grade in ruleset.policy.grades}
    for one in opened:
        then = {grade.id: grade.lower_bound for grade in one.content.ruleset.policy.grades}
        if then != now:
            values = {
                key: [f"{grade} {bound.normalize():f}" for grade, bound in bands.items()]
                for key, bands in (("then", then), ("now", now))
            }
            yield warning("other-bands", Place(one.name), **values)


def _pieces(stored: Stored[Any], period: str, rules: RollupRules) -> Iterator[Piece]:
    """The parts that a workbook holds."""
    content, file = stored.content, InputFile(stored.name, stored.sha256)
    if isinstance(content, Results):
        key = _own(content.period, period, rules)
        yield Piece(key, stored.name, (file,), content.frame, content.left_out)
        return
    everyone = pd.concat([content.frame, content.unrated], ignore_index=True)
    for part in content.parts:
        here = everyone[everyone[total_key(part.key)].notna()]
        outcome = {"total": here[total_key(part.key)], "grade": here[grade_key(part.key)]}
        key = _own(part.period, period, rules)
        yield Piece(key, stored.name, part.files, here.assign(**outcome), content.left_out)
    if rules.quarter_in_year == "total":
        yield Piece(content.period, stored.name, (file,), content.frame, content.left_out)


def _unused(pieces: Sequence[Piece], parts: Sequence[RollupPart]) -> Iterator[Finding]:
    """Workbooks of which nothing enters the total, as its share is 0."""
    keys = {part.key for part in parts}
    used = {piece.file for piece in pieces if piece.key in keys}
    for file in sorted({piece.file for piece in pieces} - used):
        yield warning("counts-for-nothing", Place(file))


def _own(of_part: str, period: str, rules: RollupRules) -> str:
    """The key of the result of a period in a roll-up; a quarter's total has the period itself."""
    is_beside = cycle(of_part) is Cycle.QUARTERLY and of_part != period and rules.quarter_in_year == "total"
    return own_key(of_part) if is_beside else of_part
