"""The whole way: read → score → grade → rank. Nothing else knows the order.

Writing is a step of its own (``perfcli.workbooks``), so that the library can score without writing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from perfcli.errors import DataError, FileError, usage_error
from perfcli.findings import Finding, Place, error, has_errors
from perfcli.progress import Tell, silent
from perfcli.rules.kinds import Kind
from perfcli.rules.names import fold
from perfcli.rules.periods import EXAMPLES, parse_period
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile, Results
from perfcli.scoring.scorer import score_employees
from perfcli.sheets.bindings import Bindings, load_bindings
from perfcli.sheets.contributions import agreed_targets, read_contributions
from perfcli.sheets.reader import Access, Book, read_book
from perfcli.sheets.reading import Chosen
from perfcli.sheets.roster import read_roster
from perfcli.sheets.score_checks import ACCEPTABLE, Targets
from perfcli.sheets.score_sheets import ScoreSheets, read_score_sheets


@dataclass(frozen=True)
class Request:
    """What to score: workbooks, what the user said about them, and the plans that the targets come from.

    ``map_file`` says what odd headers mean (see ``load_bindings``); with ``roster`` the people are compared.
    ``accept`` are codes of ``score_checks.ACCEPTABLE``, which are then only warnings. All workbooks share one
    ``password``; ``large`` raises the limits of what one may ask for. ``tell`` hears how far the work is.
    """

    paths: Sequence[Path]
    team: str = ""
    period: str = ""
    partial: bool = False
    plans: Sequence[Path] = ()
    map_file: Path | None = None
    roster: Path | None = None
    accept: Collection[str] = ()
    password: str = field(default="", repr=False)
    large: bool = False
    tell: Tell = field(default=silent, repr=False, compare=False)

    @property
    def access(self) -> Access:
        """How the workbooks are opened."""
        return Access.with_options(self.password, large=self.large)


@dataclass(frozen=True)
class Reading:
    """What was read: the workbooks of scores, the employees in them, the roster, and all findings."""

    books: Sequence[Book]
    sheets: ScoreSheets
    roster: Book | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is wrong or remarkable in the workbooks."""
        return self.sheets.findings


def read(request: Request, ruleset: Ruleset) -> Reading:
    """Reads and checks score sheets.

    Raises:
        FileError: one or more files cannot be read; all of them are named.
        UsageError: ``bad-period``, ``unknown-team-option``, ``cannot-accept``, ``same-file-twice``.
        RulesError: the map has mistakes.
    """
    bindings = load_bindings(request.map_file, ruleset) if request.map_file else Bindings()
    team, period = parse_team_option(request.team, ruleset), parse_period_option(request.period)
    chosen = Chosen(team, period, bindings, accept=parse_accept_option(request.accept))
    books = read_books(request.paths, request.access, request.tell)
    targets: Targets = {}
    findings: list[Finding] = []
    roster_book = None
    if request.plans:
        plan = read_contributions(read_books(request.plans, request.access), ruleset, chosen, Kind.PLAN)
        findings += plan.findings
        targets = agreed_targets(plan.frame)
    if request.roster:
        roster_book = read_books([request.roster], request.access)[0]
        roster = read_roster(roster_book, ruleset.rubrics)
        findings += roster.findings
        chosen = replace(chosen, roster=roster if roster.people else None)
    request.tell("checking", 0, 0)
    sheets = read_score_sheets(books, ruleset, chosen, targets)
    return Reading(books, replace(sheets, findings=(*findings, *sheets.findings)), roster_book)


def score(request: Request, ruleset: Ruleset) -> Results:
    """Reads score sheets and scores the employees in them.

    Raises:
        DataError: the sheets have errors, and ``partial`` is off or nobody is left to score.
        FileError, UsageError: see ``read``.
    """
    reading = read(request, ruleset)
    employees = reading.sheets.employees
    if has_errors(reading.findings) and (employees.empty or not request.partial):
        raise DataError(reading.findings)
    if employees.empty:
        raise DataError([*reading.findings, error("nothing-to-score", Place())])
    request.tell("scoring", 0, 0)
    frame = score_employees(employees, ruleset.rubrics, ruleset.policy)
    books = [*reading.books, *([reading.roster] if reading.roster else [])]
    inputs = tuple(sorted((InputFile(book.name, book.sha256) for book in books), key=str))
    sheets = reading.sheets
    return Results(frame, ruleset, sheets.findings, inputs, sheets.period, sheets.rejected)


def read_books(paths: Sequence[Path], access: Access | None = None, tell: Tell = silent) -> list[Book]:
    """Reads workbooks, each once, as many at a time as there are processors.

    Raises:
        FileError: one or more files cannot be read; all of them are named.
        UsageError: ``same-file-twice``.
    """
    books: list[Book] = []
    problems: list[Finding] = []
    names = Counter(path.name for path in paths)
    for path, found in zip(paths, _read_each(paths, access, tell), strict=True):
        if isinstance(found, FileError):
            problems += found.findings
        else:
            books.append(found if names[path.name] == 1 else replace(found, name=path.as_posix()))
    if problems:
        raise FileError(problems)
    twice = {book.path.resolve(): book.name for book in books}
    if len(twice) < len(books):
        raise usage_error("same-file-twice")
    return books


def _read_each(paths: Sequence[Path], access: Access | None, tell: Tell) -> Iterator[Book | FileError]:
    """Each workbook, or why it cannot be read, in their order."""

    def read(path: Path) -> Book | FileError:
        try:
            return read_book(path, access)
        except FileError as problem:
            return problem

    with ThreadPoolExecutor(
        max(1, min(len(paths), os.cpu_count() or 1))
    ) as readers:  # each waits for its child
        try:
            for done, found in enumerate(readers.map(read, paths), start=1):
                tell("reading", done, len(paths))
                yield found
        except BaseException:
            readers.shutdown(wait=False, cancel_futures=True)
            raise


def parse_team_option(word: str, ruleset: Ruleset) -> str:
    """The team that a word on the command line names; empty where nothing was said.

    Raises:
        UsageError: ``unknown-team-option``.
    """
    if not word:
        return ""
    for team, rubric in ruleset.rubrics.items():
        if fold(word) in {fold(name) for name in rubric.names()}:
            return team
    raise usage_error("unknown-team-option", found=word, allowed=sorted(ruleset.rubrics))


def parse_accept_option(codes: Collection[str]) -> Collection[str]:
    """The codes of errors that are accepted on the command line.

    Raises:
        UsageError: ``cannot-accept``.
    """
    for code in codes:
        if code not in ACCEPTABLE:
            raise usage_error("cannot-accept", found=code, allowed=list(ACCEPTABLE))
    return codes


def parse_period_option(word: str) -> str:
    """The period that a word on the command line names; empty where nothing was said.

    Raises:
        UsageError: ``bad-period``.
    """
    period = parse_period(word) if word else ""
    if period is None:
        raise usage_error("bad-period", found=word, allowed=list(EXAMPLES))
    return period
