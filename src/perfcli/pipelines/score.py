"""The whole way: read → score → grade → rank. Nothing else knows the order.

Writing is a step of its own (``perfcli.workbooks``), so that the library can score without writing.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from perfcli.errors import DataError, FileError, usage_error
from perfcli.files.reader import Access, Book, read_book
from perfcli.files.source import without_locks
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.folding import fold
from perfcli.people.roster import read_roster
from perfcli.pipelines.other_rules import OTHER_RULES, check_books
from perfcli.progress import Tell, silent
from perfcli.rules.kinds import Kind
from perfcli.rules.periods import EXAMPLES, Cycle, cycle, days, near_period, parse_period
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile, Results
from perfcli.scoring.scorer import score_judged
from perfcli.sheets.bindings import Bindings, load_bindings
from perfcli.sheets.contributions import agreed_targets, read_contributions
from perfcli.sheets.cycles import rules_of_sheets
from perfcli.sheets.own_weights import OWN_WEIGHTS
from perfcli.sheets.reading import Chosen
from perfcli.sheets.scale_checks import SUSPICIONS
from perfcli.sheets.score_checks import Targets
from perfcli.sheets.score_sheets import ScoreSheets, read_score_sheets
from perfcli.sheets.unread import UNREAD
from perfcli.text import Term

RULES_OF_ANOTHER_PERIOD = "rules-of-another-period"
OF_ANOTHER_PERIOD = ("other-cycle", RULES_OF_ANOTHER_PERIOD)
"""The codes of errors that concern everybody, so that nobody is scored in spite of them."""
NOTHING_WRITTEN, NOBODY_LEFT = "score.nothing-written", "score.nobody-left"
ACCEPTABLE = (*SUSPICIONS, OTHER_RULES, UNREAD, OWN_WEIGHTS, RULES_OF_ANOTHER_PERIOD)
"""The codes of errors that whoever scores may accept: they are warnings then."""


@dataclass(frozen=True)
class Request:
    """What to score: workbooks, what the user said about them, and the plans that the targets come from.

    ``map_file`` says what odd headers mean (see ``load_bindings``); with ``roster`` the people are compared.
    ``accept`` are codes of ``ACCEPTABLE``, which are then only warnings. ``access`` is how all workbooks are
    opened, and ``tell`` hears how far the work is.
    """

    paths: Sequence[Path]
    team: str = ""
    period: str = ""
    partial: bool = False
    plans: Sequence[Path] = ()
    map_file: Path | None = None
    roster: Path | None = None
    accept: Collection[str] = ()
    access: Access = field(default_factory=Access)
    tell: Tell = field(default=silent, repr=False, compare=False)


@dataclass(frozen=True)
class Reading:
    """What was read: the workbooks of scores, the employees in them, the roster if any, and all findings.

    ``ruleset`` are the rules by which they were read: a cycle's own appraisal has others than the months.
    """

    books: Sequence[Book]
    sheets: ScoreSheets
    ruleset: Ruleset
    rosters: Sequence[Book] = ()

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
        DataError: ``other-rules``.
    """
    team, period = parse_team_option(request.team, ruleset), parse_period_option(request.period)
    accept = parse_accept_option(request.accept, ACCEPTABLE)
    groups = (request.paths, request.plans, [request.roster] if request.roster else [])
    books, plans, rosters = read_groups(groups, request.access, request.tell)
    ruleset = rules_of_sheets(books, ruleset, period)
    bindings = load_bindings(request.map_file, ruleset) if request.map_file else Bindings()
    chosen = Chosen(team, period, bindings, accept=accept)
    targets: Targets = {}
    findings = check_books([*books, *plans], ruleset, request.accept)
    if plans:
        plan = read_contributions(plans, ruleset, chosen, Kind.PLAN)
        findings += plan.findings
        targets = agreed_targets(plan.frame)
    for book in rosters:
        roster = read_roster(book, ruleset.rubrics, bindings.of_roster(ruleset))
        findings += roster.findings
        chosen = replace(chosen, roster=roster if roster.people else None)
    sheets = read_score_sheets(books, ruleset, chosen, targets, request.tell)
    findings += _other_cycle(ruleset, sheets.period, books)
    findings += _earlier(ruleset, sheets.period, books, accept)
    return Reading(books, replace(sheets, findings=(*findings, *sheets.findings)), ruleset, rosters)


def _other_cycle(ruleset: Ruleset, period: str, books: Sequence[Book]) -> Iterator[Finding]:
    """That the sheets are a cycle's own appraisal, and their period is of another cycle."""
    if ruleset.cycle is not None and period and cycle(period) is not ruleset.cycle:
        values = {"period": period, "cycle": Term(f"cycle.{ruleset.cycle.value}")}
        yield error("other-cycle", Place(books[0].name), **values)


def _earlier(
    ruleset: Ruleset, period: str, books: Sequence[Book], accept: Collection[str]
) -> Iterator[Finding]:
    """That the sheets are of a period before the day from which the rules hold."""
    since = ruleset.policy.effective_from
    if since is not None and period and days(period)[0] < since:
        make = warning if RULES_OF_ANOTHER_PERIOD in accept else error
        yield make(RULES_OF_ANOTHER_PERIOD, Place(books[0].name), period=period, since=since)


def score(request: Request, ruleset: Ruleset) -> Results:
    """Reads score sheets and scores the employees in them.

    Raises:
        DataError: the sheets have errors, and ``partial`` is off or nobody is left to score.
        FileError, UsageError: see ``read``.
    """
    reading = read(request, ruleset)
    employees, ruleset = reading.sheets.employees, reading.ruleset
    is_another = has_errors(one for one in reading.findings if one.code in OF_ANOTHER_PERIOD)
    if has_errors(reading.findings) and (employees.empty or is_another or not request.partial):
        raise DataError(reading.findings, NOBODY_LEFT if employees.empty else NOTHING_WRITTEN)
    if employees.empty:
        raise DataError([*reading.findings, error("nothing-to-score", Place())], NOBODY_LEFT)
    request.tell("scoring")
    frame = score_judged(employees, ruleset.rubrics, ruleset.policy)
    books = [*reading.books, *reading.rosters]
    inputs = tuple(sorted((InputFile(book.name, book.sha256) for book in books), key=str))
    sheets = reading.sheets
    return Results(frame, ruleset, sheets.findings, inputs, sheets.period, sheets.rejected)


def read_books(paths: Sequence[Path], access: Access | None = None, tell: Tell = silent) -> list[Book]:
    """Reads workbooks, each once.

    Raises:
        FileError, UsageError: see ``read_groups``.
    """
    (books,) = read_groups([paths], access, tell)
    return books


def read_groups(
    groups: Sequence[Sequence[Path]], access: Access | None = None, tell: Tell = silent
) -> list[list[Book]]:
    """Reads several groups of workbooks, as many at a time as there are processors; each once in its group.

    What a program leaves beside a workbook while it is open is passed over (see ``without_locks``).

    Raises:
        FileError: one or more files cannot be read; all of them are named.
        UsageError: ``same-file-twice``, ``same-content-twice``.
    """
    groups = [without_locks(group) for group in groups]
    paths = [path for group in groups for path in group]
    books: list[Book] = []
    problems: list[Finding] = []
    names = Counter(path.name for path in set(paths))
    for path, found in zip(paths, _read_each(paths, access, tell), strict=True):
        if isinstance(found, FileError):
            problems += found.findings
        else:
            books.append(found if names[path.name] == 1 else replace(found, name=path.as_posix()))
    if problems:
        raise FileError(problems)
    following = iter(books)
    grouped = [list(islice(following, len(group))) for group in groups]
    for group in grouped:
        _check_copies(group)
    return grouped


def _check_copies(books: Sequence[Book]) -> None:
    """Refuses a file that is given twice, be it as a copy by another name."""
    seen: dict[object, Book] = {}
    for book in books:
        first = seen.setdefault(book.path.resolve(), book)
        if first is not book:
            raise usage_error("same-file-twice", file=book.name)
        first = seen.setdefault(book.sha256, book)
        if first is not book:
            raise usage_error("same-content-twice", file=book.name, other=first.name)


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
            found = readers.map(read, paths)
            for done, path in enumerate(paths):
                tell("reading", done, len(paths), path.name)
                yield next(found)
        except BaseException:  # also Ctrl-C: what has not begun is not begun any more
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
    names = {fold(name): name for rubric in ruleset.rubrics.values() for name in rubric.names()}
    near = difflib.get_close_matches(fold(word), names, n=1)
    values = {"near": names[near[0]] if near else "", "allowed": sorted(ruleset.rubrics)}
    raise usage_error("unknown-team-option", found=word, **values)


def parse_accept_option(codes: Collection[str], allowed: Sequence[str]) -> Collection[str]:
    """The codes of errors that are accepted on the command line, of those that may be.

    Raises:
        UsageError: ``cannot-accept``.
    """
    for code in codes:
        if code not in allowed:
            raise usage_error("cannot-accept", found=code, allowed=list(allowed))
    return codes


def parse_period_option(word: str) -> str:
    """The period that a word on the command line names; empty where nothing was said.

    Raises:
        UsageError: ``bad-period``.
    """
    period = parse_period(word) if word else ""
    if period is None:
        near = near_period(word) or ""
        raise usage_error("bad-period", found=word, near=near, allowed=list(EXAMPLES))
    return period


def parse_cycle_option(word: str) -> Cycle | None:
    """The cycle that a word on the command line names; None where nothing was said.

    Raises:
        UsageError: ``bad-cycle``.
    """
    if not word:
        return None
    if word not in set(Cycle):
        raise usage_error("bad-cycle", found=word, allowed=[one.value for one in Cycle])
    return Cycle(word)
