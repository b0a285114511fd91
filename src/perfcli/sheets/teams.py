"""Whose a sheet is: by the template's mark, the user, a column, its name, a caption or its indicators."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from perfcli.files import marks
from perfcli.files.reader import Book
from perfcli.findings import Place, error, warning
from perfcli.folding import fold
from perfcli.people.columns import DEPARTMENT, EMPLOYEE_ID, NAME, TEAM
from perfcli.people.roster import Roster
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.layouts.header import Header
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.vocabulary import Vocabulary


class Teams:
    """Finds teams; ``chosen`` is the one that the user named for sheets that do not say it themselves.

    Where nothing else tells, the ``roster`` does, person by person.
    """

    def __init__(
        self, ruleset: Ruleset, vocabulary: Vocabulary, chosen: str, roster: Roster | None = None
    ) -> None:
        self._roster = roster
        self._ruleset = ruleset
        self._vocabulary = vocabulary
        self._chosen = chosen

    def of_sheet(
        self, book: Book, name: str, captions: Mapping[str, str], header: Header, bound: str = ""
    ) -> str | None:
        """The team of a sheet; ``bound`` is what the user's map says of it. None where nothing tells."""
        marked = book.mark.get("team", "")
        if marked in self._ruleset.rubrics:
            return marked
        if bound:
            return bound
        for word in (name, captions.get(TEAM, ""), captions.get(DEPARTMENT, "")):
            if fold(word) in self._vocabulary.teams:
                return self._vocabulary.teams[fold(word)]
        return self._by_indicators(header) or self._chosen or None

    def assign(self, table: Table, book: Book, team: str | None) -> None:
        """Gives each employee of a table a team: that of the row's cell, or of the sheet.

        Findings: ``unknown-team``, ``team-not-known``, and the warning ``team-not-used``.
        """
        column = table.header.labelled(TEAM)
        if column is None and self._are_teams(table.frame["department"].tolist()):
            column = table.header.labelled(DEPARTMENT)
            table.frame["team"] = table.frame["department"]
        place = Place(table.file, table.grid.name)
        if column is not None and book.mark.get("kind") != marks.TEMPLATE:
            self._by_row(table, column.index, team)
        elif team is None and self._roster is not None:
            self._by_roster(table, self._roster)
        elif team is None:
            table.reject_all(error("team-not-known", place, allowed=self._names()))
            table.frame["team"] = ""
        else:
            table.frame["team"] = team
        if self._chosen and team not in {None, self._chosen}:
            values = {"team": self._ruleset.rubrics[str(team)].name, "chosen": self._chosen}
            table.findings.append(warning("team-not-used", place, **values))

    def _are_teams(self, words: Sequence[str]) -> bool:
        """Whether the departments of a sheet are our teams."""
        return bool(words) and all(fold(word) in self._vocabulary.teams for word in set(words))

    def _by_indicators(self, header: Header) -> str | None:
        """The one team whose indicators fit the header best, if more than half of them are there."""
        matches = {team: len(header.matched(team)) for team in self._ruleset.rubrics}
        most = max(matches.values())
        best = [team for team, count in matches.items() if count == most]
        if len(best) == 1 and 2 * most > len(self._ruleset.rubrics[best[0]].indicators):
            return best[0]
        return None

    def _by_row(self, table: Table, column: int, otherwise: str | None) -> None:
        teams: list[str] = []
        for position, word in enumerate(table.frame["team"].tolist()):
            team = self._vocabulary.teams.get(fold(word), "") if word else otherwise or ""
            teams.append(team)
            if not team:
                self._note_unknown(table, position, column, word)
        table.frame["team"] = teams

    def _by_roster(self, table: Table, roster: Roster) -> None:
        teams: list[str] = []
        columns = (table.frame[key].tolist() for key in (EMPLOYEE_ID, NAME))
        for position, (identifier, name) in enumerate(zip(*columns, strict=True)):
            called = roster.by_name.get(fold(name), ()) if name else ()
            listed = roster.people.get(fold(identifier)) if identifier else None
            listed = listed or (called[0] if len(called) == 1 and not identifier else None)
            team = listed.team if listed is not None and listed.team in self._ruleset.rubrics else ""
            teams.append(team)
            if not team:
                finding = error("team-not-known", table.id_place(position), allowed=self._names())
                table.reject(position, finding)
        table.frame["team"] = teams

    def _note_unknown(self, table: Table, position: int, column: int, word: str) -> None:
        place = table.place(table.row(position), column)
        near = difflib.get_close_matches(fold(word), list(self._vocabulary.teams), n=1)
        name = self._ruleset.rubrics[self._vocabulary.teams[near[0]]].name if near else ""
        table.reject(position, error("unknown-team", place, found=word, near=name, allowed=self._names()))

    def _names(self) -> list[object]:
        return [rubric.name for rubric in self._ruleset.rubrics.values()]
