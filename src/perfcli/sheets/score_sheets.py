"""Workbooks → one table of employees with their scores, and everything that is wrong with them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from perfcli import marks
from perfcli.findings import Finding, Place, error, warning
from perfcli.rules.names import fold
from perfcli.rules.periods import find_period, parse_period
from perfcli.rules.ruleset import Ruleset, fingerprint
from perfcli.scoring.results import IDENTITY
from perfcli.sheets import checks
from perfcli.sheets.header import Header, Vocabulary, captions, find_header
from perfcli.sheets.labels import PERIOD, TEAM
from perfcli.sheets.reader import Book, Grid
from perfcli.sheets.unread import reveal
from perfcli.sheets.wide import PLACE, Table, read_scores, read_table


@dataclass(frozen=True)
class ScoreSheets:
    """The employees of all sheets together.

    ``employees`` has the identity columns and ``<indicator>.score`` of every row that can be scored, in the
    order of employee ids; ``rejected`` has the identity columns and ``file, sheet, row`` of the others.
    """

    employees: pd.DataFrame
    rejected: pd.DataFrame
    findings: tuple[Finding, ...]
    period: str


@dataclass(frozen=True)
class Chosen:
    """What the user said on the command line; empty where nothing was said."""

    team: str = ""
    period: str = ""


def read_score_sheets(books: Sequence[Book], ruleset: Ruleset, chosen: Chosen) -> ScoreSheets:
    """Reads every sheet of every workbook.

    Findings: those of ``read_table``, ``read_scores`` and ``checks``; ``result-workbook``, ``hidden-sheet``,
    ``sheet-not-read``, ``no-score-table``, ``unknown-team``, ``team-not-known``, ``team-not-used``,
    ``nothing-filled-in``, ``rubric-changed``, ``period-differs``, ``periods-differ``, ``missing-period``,
    ``period-from-title``.
    """
    reading = _Reading(ruleset, chosen)
    for book in sorted(books, key=lambda book: (book.name, book.sha256)):
        reading.read(book)
    checks.employees_are_unique(reading.tables)
    period = reading.one_period()
    findings = [*reading.findings, *(found for table in reading.tables for found in table.findings)]
    findings.sort(key=_by_place)
    frame = _joined(reading.tables)
    frame["period"] = period
    employees = frame[frame["sound"]].drop(columns=[*PLACE, "sound"])
    rejected = frame[~frame["sound"]][[*IDENTITY, *PLACE]]
    return ScoreSheets(
        employees.sort_values("employee_id", ignore_index=True), rejected, tuple(findings), period
    )


def _joined(tables: Sequence[Table]) -> pd.DataFrame:
    frames = [table.frame for table in tables if len(table.frame)]
    if not frames:
        return pd.DataFrame(columns=[*IDENTITY, *PLACE, "sound"]).astype({"sound": bool})
    return pd.concat(frames, ignore_index=True)


def _by_place(finding: Finding) -> tuple[str, str, int, str]:
    cell = (finding.place.cell or "").partition(":")[0]
    row = "".join(filter(str.isdigit, cell))
    return finding.place.file or "", finding.place.sheet or "", int(row or 0), cell.rjust(20)


class _Reading:
    """The state of reading: tables and findings gathered so far."""

    def __init__(self, ruleset: Ruleset, chosen: Chosen) -> None:
        self.ruleset = ruleset
        self.chosen = chosen
        self.vocabulary = Vocabulary(ruleset.rubrics)
        self.tables: list[Table] = []
        self.findings: list[Finding] = []
        self.periods: dict[str, Place] = {}

    def read(self, book: Book) -> None:
        if book.mark.get("kind") == marks.RESULT:
            self.findings.append(warning("result-workbook", Place(book.name)))
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
            unread = [error("no-score-table", Place(book.name, _first_name(book)))]
        self.findings += unread

    def _read_grid(self, book: Book, grid: Grid, header: Header) -> None:
        grid = reveal(book, grid, header)
        table = read_table(book.name, grid, header)
        self.tables.append(table)
        above = captions(grid.rows[: header.row])
        self._assign_teams(table, book, above)
        self._note_period(table, book, above)
        rubrics = {team: self.ruleset.rubrics[team] for team in sorted(set(table.frame["team"]) - {""})}
        if len(table.frame) == 0:
            table.findings.append(error("nothing-filled-in", Place(book.name, grid.name)))
            return
        for rubric in rubrics.values():
            read_scores(table, rubric)
        if rubrics and _is_untouched(table):
            table.findings = [error("nothing-filled-in", Place(book.name, grid.name))]
            return
        for check in checks.TABLE_CHECKS:
            check(table, rubrics)
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


def _is_untouched(table: Table) -> bool:
    """Whether a sheet has its employees and not a single score."""
    scores = [column for column in table.frame.columns if str(column).endswith(".score")]
    unread = any(found.code != "missing-score" for found in table.findings)
    return bool(scores) and not unread and bool(table.frame[scores].isna().all(axis=None))
