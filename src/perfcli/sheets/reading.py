"""Workbooks → tables of employees: which sheets are read, whose teams they are about, for which period."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from perfcli import marks
from perfcli.findings import Finding, Place, error, warning
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.names import fold
from perfcli.rules.periods import find_period, parse_period
from perfcli.rules.roles import RATERS, Role
from perfcli.rules.ruleset import Ruleset, fingerprint
from perfcli.sheets import checks
from perfcli.sheets.header import Header, Vocabulary, find_header
from perfcli.sheets.labels import PERIOD, TEAM
from perfcli.sheets.reader import Book, Grid
from perfcli.sheets.unread import reveal
from perfcli.sheets.wide import Table, read_table
from perfcli.text import Term

_BARE = {Kind.PLAN: Role.TARGET, Kind.SELF: Role.SELF, Kind.SCORE: Role.SCORE}

_STARTS = {
    Kind.PLAN: {Role.TARGET},
    Kind.SELF: {Role.SELF},
    Kind.SCORE: {Role.ACTUAL, Role.SCORE, *RATERS},
}
"""What a row of somebody has: in a score sheet, a target may stand in every row."""


@dataclass(frozen=True)
class Chosen:
    """What the user said on the command line; empty where nothing was said."""

    team: str = ""
    period: str = ""


def _by_place(finding: Finding) -> tuple[str, str, int, str]:
    cell = (finding.place.cell or "").partition(":")[0]
    row = "".join(filter(str.isdigit, cell))
    return finding.place.file or "", finding.place.sheet or "", int(row or 0), cell.rjust(20)


class Reading(ABC):
    """The state of reading sheets of one kind: tables and findings gathered so far.

    Findings: those of ``read_table`` and ``checks.ALWAYS``; ``result-workbook``, ``other-kind``,
    ``hidden-sheet``, ``sheet-not-read``, ``no-score-table``, ``unknown-team``, ``team-not-known``,
    ``team-not-used``, ``nothing-filled-in``, ``rubric-changed``, ``period-differs``, ``periods-differ``,
    ``missing-period``, ``period-from-title``.
    """

    def __init__(self, ruleset: Ruleset, chosen: Chosen, kind: Kind) -> None:
        self.ruleset = ruleset
        self.chosen = chosen
        self.kind = kind
        self.vocabulary = Vocabulary(ruleset.rubrics, _BARE[kind])
        self.tables: list[Table] = []
        self.findings: list[Finding] = []
        self.periods: dict[str, Place] = {}

    def read_all(self, books: Sequence[Book]) -> None:
        """Reads every sheet of every workbook; nobody may stand in them twice."""
        for book in sorted(books, key=lambda book: (book.name, book.sha256)):
            self.read(book)
        checks.employees_are_unique(self.tables)

    @abstractmethod
    def examine(self, table: Table, book: Book, rubrics: Mapping[str, Rubric]) -> bool:
        """Reads the cells of the indicators; gives whether anything is filled in."""

    def check(self, table: Table, rubrics: Mapping[str, Rubric]) -> None:
        """Checks a table as a whole."""
        for check in checks.ALWAYS:
            check(table, rubrics)

    def every_finding(self) -> tuple[Finding, ...]:
        """All findings in the order of their places."""
        findings = [*self.findings, *(found for table in self.tables for found in table.findings)]
        return tuple(sorted(findings, key=_by_place))

    def read(self, book: Book) -> None:
        """Reads every sheet of a workbook."""
        if book.mark.get("kind") == marks.RESULT:
            self.findings.append(warning("result-workbook", Place(book.name)))
            return
        if finding := other_kind(book, self.kind):
            self.findings.append(finding)
            return
        before = len(self.tables)
        unread: list[Finding] = []
        for grid in book.grids:
            if grid.is_empty:
                continue
            header = find_header(grid.rows, self.vocabulary)
            place = Place(book.name, grid.name)
            if header is None:
                unread.append(warning("sheet-not-read", place))
            elif grid.hidden:
                unread.append(warning("hidden-sheet", place))
            else:
                self._read_grid(book, grid, header)
        if len(self.tables) == before:
            unread = [error("no-score-table", Place(book.name, _first_name(book)), kind=self._kind)]
        self.findings += unread

    @property
    def _kind(self) -> Term:
        return Term(f"kind.{self.kind.value}")

    def _nothing(self, book: Book, grid: Grid) -> Finding:
        return error("nothing-filled-in", Place(book.name, grid.name), kind=self._kind)

    def _read_grid(self, book: Book, grid: Grid, header: Header) -> None:
        grid = reveal(book, grid, header)
        table = read_table(book.name, grid, header, started_by=_STARTS[self.kind])
        self.tables.append(table)
        above = table.captions
        self._assign_teams(table, book, above)
        self._note_period(table, book, above)
        rubrics = {team: self.ruleset.rubrics[team] for team in sorted(set(table.frame["team"]) - {""})}
        if len(table.frame) == 0:
            table.findings.append(self._nothing(book, grid))
            return
        if not self.examine(table, book, rubrics) and rubrics:
            table.findings = [self._nothing(book, grid)]
            table.frame["sound"] = False
            return
        self.check(table, rubrics)
        marked = book.mark.get("team")
        if marked in rubrics and book.mark.get("rubric") != fingerprint(rubrics[marked]):
            table.findings.append(
                warning("rubric-changed", Place(book.name, grid.name), team=rubrics[marked].name)
            )

    def _assign_teams(self, table: Table, book: Book, above: Mapping[str, str]) -> None:
        """The team by the template's mark, a column, the sheet's name, a caption, its indicators, --team."""
        place = Place(table.file, table.grid.name)
        column = table.header.labelled(TEAM)
        team = self._team_of_sheet(table, book, above)
        if column is not None and book.mark.get("kind") != marks.TEMPLATE:
            self._teams_by_row(table, column.index, team)
        elif team is None:
            table.findings.append(error("team-not-known", place, allowed=self._team_names()))
            table.frame["team"] = ""
            table.frame["sound"] = False
        else:
            table.frame["team"] = team
        if self.chosen.team and team not in (None, self.chosen.team):
            values = {"team": self.ruleset.rubrics[str(team)].name, "chosen": self.chosen.team}
            table.findings.append(warning("team-not-used", place, **values))

    def _team_of_sheet(self, table: Table, book: Book, above: Mapping[str, str]) -> str | None:
        marked = book.mark.get("team", "")
        if marked in self.ruleset.rubrics:
            return marked
        for word in (table.grid.name, above.get(TEAM, "")):
            if fold(word) in self.vocabulary.teams:
                return self.vocabulary.teams[fold(word)]
        return self._team_by_indicators(table.header) or self.chosen.team or None

    def _team_by_indicators(self, header: Header) -> str | None:
        """The one team whose indicators fit the header best, if more than half of them are there."""
        matches = {team: len(header.matched(team)) for team in self.ruleset.rubrics}
        most = max(matches.values())
        best = [team for team, count in matches.items() if count == most]
        if len(best) == 1 and 2 * most > len(self.ruleset.rubrics[best[0]].indicators):
            return best[0]
        return None

    def _teams_by_row(self, table: Table, column: int, otherwise: str | None) -> None:
        teams: list[str] = []
        for position, word in enumerate(table.frame["team"].tolist()):
            team = self.vocabulary.teams.get(fold(word), "") if word else otherwise or ""
            teams.append(team)
            if not team:
                self._unknown_team(table, position, column, word)
        table.frame["team"] = teams

    def _unknown_team(self, table: Table, position: int, column: int, word: str) -> None:
        place = table.place(table.row(position), column)
        near = difflib.get_close_matches(fold(word), list(self.vocabulary.teams), n=1)
        name = self.ruleset.rubrics[self.vocabulary.teams[near[0]]].name if near else ""
        finding = error("unknown-team", place, found=word, near=name, allowed=self._team_names())
        table.reject(position, finding)

    def _team_names(self) -> list[object]:
        return [rubric.name for rubric in self.ruleset.rubrics.values()]

    def _note_period(self, table: Table, book: Book, above: Mapping[str, str]) -> None:
        for period, place in self._stated_periods(table, book, above):
            if self.chosen.period and period != self.chosen.period:
                table.findings.append(error("period-differs", place, found=period, chosen=self.chosen.period))
                table.frame["sound"] = False
            self.periods.setdefault(period, place)

    def _stated_periods(
        self, table: Table, book: Book, above: Mapping[str, str]
    ) -> Iterator[tuple[str, Place]]:
        place = Place(table.file, table.grid.name)
        if book.mark.get("period"):
            yield book.mark["period"], place
        elif column := table.header.labelled(PERIOD):
            for row, word in zip(table.frame["row"], table.frame["period"], strict=True):
                if word:
                    yield parse_period(word) or word, table.place(int(row), column.index)
        elif period := parse_period(above.get(PERIOD, "")):
            yield period, place
        else:
            yield from self._title_periods(table)

    def _title_periods(self, table: Table) -> Iterator[tuple[str, Place]]:
        """A period that only a title names, 2026年11月績效考核表, is used and remarked."""
        for row, cells_of_row in enumerate(table.grid.rows[: table.header.row]):
            for column, cell in enumerate(cells_of_row):
                if isinstance(cell, str) and (period := find_period(cell)):
                    place = table.place(row, column)
                    table.findings.append(warning("period-from-title", place, period=period))
                    yield period, place
                    return

    def one_period(self) -> str:
        """The period of all sheets; more than one, or none, is a finding."""
        if self.chosen.period:
            return self.chosen.period
        if len(self.periods) > 1:
            periods = sorted(self.periods)
            for period in periods:
                self.findings.append(error("periods-differ", self.periods[period], found=period, all=periods))
            for table in self.tables:
                table.frame["sound"] = False
        elif not self.periods and self.tables:
            first = self.tables[0]
            self.findings.append(warning("missing-period", Place(first.file, first.grid.name)))
        return next(iter(sorted(self.periods)), "")


def _first_name(book: Book) -> str | None:
    return book.grids[0].name if book.grids else None


def other_kind(book: Book, wanted: Kind) -> Finding | None:
    """That perf made a workbook for something else (``other-kind``); None where it is of the kind."""
    kind = Kind(book.mark.get("sheet", Kind.SCORE if book.mark.get("kind") == marks.TEMPLATE else wanted))
    if kind is wanted:
        return None
    kinds = {"found": Term(f"kind.{kind.value}"), "wanted": Term(f"kind.{wanted.value}")}
    return error("other-kind", Place(book.name), **kinds)
