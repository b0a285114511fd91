"""Workbooks → tables of employees: which sheets are read, whose teams they are about, for which period."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from perfcli.files import marks
from perfcli.files.cells import is_blank
from perfcli.files.reader import Book, Grid
from perfcli.findings import Finding, Place, Severity, error, has_errors, warning
from perfcli.people.columns import EMPLOYEE_ID, NAME, PERIOD
from perfcli.people.lists import hidden_cells
from perfcli.people.roster import Roster, is_roster
from perfcli.progress import Tell, silent
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset, fingerprint
from perfcli.sheets import checks, roster_checks
from perfcli.sheets import people_checks as people
from perfcli.sheets.bindings import Bindings
from perfcli.sheets.layouts.captions import Caption
from perfcli.sheets.layouts.form_tables import read_forms
from perfcli.sheets.layouts.forms import Form, Names, find_form, find_names
from perfcli.sheets.layouts.header import SEARCHED_CELLS, Header, find_header
from perfcli.sheets.layouts.refused import why_not
from perfcli.sheets.layouts.standards import is_nobodys_form, is_nobodys_list
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.layouts.wide import read_table
from perfcli.sheets.stated_periods import StatedPeriods
from perfcli.sheets.teams import Teams
from perfcli.sheets.unread import UNREAD, settle
from perfcli.sheets.vocabulary import Vocabulary
from perfcli.text import Term

_BARE = {Kind.PLAN: Role.TARGET, Kind.SELF: Role.SELF, Kind.SCORE: Role.SCORE}

_MANY_SHEETS = 5
_STATED_ENCODINGS = {"", "UTF-8", "UTF-16"}


@dataclass(frozen=True)
class Chosen:
    """What the user said on the command line; empty where nothing was said.

    ``accept`` are codes of errors that the user has looked at.
    """

    team: str = ""
    period: str = ""
    bindings: Bindings = field(default_factory=Bindings)
    roster: Roster | None = None
    accept: Collection[str] = ()


def _by_place(finding: Finding) -> tuple[str, str, int, str]:
    cell = (finding.place.cell or "").partition(":")[0]
    row = "".join(filter(str.isdigit, cell))
    return finding.place.file or "", finding.place.sheet or "", int(row or 0), cell.rjust(20)


class SheetReading(ABC):
    """The state of reading sheets of one kind: tables and findings gathered so far.

    Findings: those of ``read_table``, ``read_forms``, ``layouts.why_not``, ``Teams``, ``StatedPeriods`` and
    ``checks.ALWAYS``; ``result-workbook``, ``other-kind``, ``hidden-sheet``, ``sheet-not-read``,
    ``no-score-table``, ``roster-given``, ``only-pictures``, ``unused-binding``, ``encoding-assumed``,
    ``nothing-filled-in``, ``rubric-changed``, ``hidden-cells``.
    """

    def __init__(self, ruleset: Ruleset, chosen: Chosen, kind: Kind) -> None:
        self.ruleset = ruleset
        self.chosen = chosen
        self.kind = kind
        self.bindings = chosen.bindings
        raters = ruleset.policy.raters
        self.vocabulary = Vocabulary(ruleset.rubrics, raters, _BARE[kind], self.bindings.headers)
        self.teams = Teams(ruleset, self.vocabulary, chosen.team, chosen.roster)
        self.periods = StatedPeriods(chosen.period)
        self.tables: list[Table] = []
        self.findings: list[Finding] = []

    def read_all(self, books: Sequence[Book], tell: Tell = silent) -> None:
        """Reads every sheet of every workbook."""
        for done, book in enumerate(sorted(books, key=lambda book: (book.name, book.sha256))):
            tell("checking", done, len(books), book.name)
            self.read(book)
        self._note_unused_bindings()

    def compare_people(self) -> None:
        """Compares the people of all sheets with each other, as nobody may be twice, and the roster."""
        everyone = people.SheetPeople(self.tables)
        people.check_people(everyone, self.chosen.roster)
        if self.chosen.roster is not None:
            rubrics, period = self.ruleset.rubrics, self.periods.known
            self.findings += roster_checks.compare(everyone, self.chosen.roster, rubrics, period)

    def _note_unused_bindings(self) -> None:
        """What the user's map names and neither a sheet nor the roster holds (``unused-binding``)."""
        roster = self.chosen.roster
        self.findings += self.bindings.unused(self.vocabulary.used | (roster.used if roster else frozenset()))

    @abstractmethod
    def examine(self, table: Table, book: Book, rubrics: Mapping[str, Rubric]) -> bool:
        """Reads the cells of the indicators; gives whether anything is filled in."""

    def check(self, table: Table, rubrics: Mapping[str, Rubric]) -> None:
        """Checks a table as a whole."""
        for check in checks.ALWAYS:
            check(table, rubrics)
        settle(table, None, accepted=UNREAD in self.chosen.accept)

    def one_period(self) -> str:
        """The period of all sheets; more than one, or none, is a finding."""
        return self.periods.one(self.tables, self.findings)

    def every_finding(self) -> tuple[Finding, ...]:
        """All findings in the order of their places."""
        findings = [*self.findings, *(found for table in self.tables for found in table.findings)]
        for table in self.tables:
            if table.unlisted:
                place = Place(table.file, table.grid.name)
                findings.append(error("more-findings", place, count=table.unlisted))
        return tuple(sorted(findings, key=_by_place))

    def read(self, book: Book) -> None:
        """Reads every sheet of a workbook."""
        if book.mark.get("kind", marks.TEMPLATE) != marks.TEMPLATE:
            self.findings.append(warning("result-workbook", Place(book.name)))
            return
        if finding := other_kind(book, self.kind):
            self.findings.append(finding)
            return
        if book.encoding not in _STATED_ENCODINGS:
            self.findings.append(warning("encoding-assumed", Place(book.name), encoding=book.encoding))
        before = len(self.tables)
        unread: list[Finding] = []
        forms: dict[str | None, list[Form]] = {}
        for grid in book.grids:
            if grid.is_empty or self.bindings.skips(grid.name):
                continue
            unread += self._read_grid(book, grid, forms)
        for team, of_team in forms.items():
            self._take(read_forms(book.name, of_team, self.vocabulary, team), book, team)
        if len(self.tables) == before:
            self.findings += unread if has_errors(unread) else [self._nothing_to_read(book)]
        else:
            self.findings += [replace(found, severity=Severity.WARNING) for found in unread]

    def _read_grid(self, book: Book, grid: Grid, forms: dict[str | None, list[Form]]) -> list[Finding]:
        """Reads one sheet, or puts it to the forms; gives why it cannot be read."""
        bound = self.bindings.sheet(grid.name)
        room = SEARCHED_CELLS // max(1, len(book.grids) // _MANY_SHEETS)
        header = find_header(grid, self.vocabulary, room)
        named = find_names(grid, self.vocabulary, room)
        form = find_form(book.name, grid, named, self.vocabulary, self.bindings.cells)
        if header is not None and _is_rather_a_form(header, named, form):
            header = None
        elif header is not None:
            form = None
        place = Place(book.name, grid.name)
        if form is not None and is_nobodys_form(form, self.vocabulary):
            return [warning("sheet-not-read", place)]
        if form is None and header is not None and is_nobodys_list(grid, header, self.vocabulary):
            return [warning("sheet-not-read", place)]
        if form is None and header is None:
            return [why_not(book.name, grid, named, self.vocabulary)]
        if grid.hidden and bound is None:
            return [warning("hidden-sheet", place)]
        own = _own_columns(book, grid, header)
        if form is not None:
            team = self.teams.of_sheet(book, grid.name, form.texts, form.header, bound.team if bound else "")
            if bound and bound.period:
                form = replace(form, captions={**form.captions, PERIOD: Caption(bound.period, 0, 0)})
            forms.setdefault(team, []).append(form)
        elif header is not None:
            table = read_table(book.name, grid, header, self.vocabulary, self._starts, self._people)
            said = bound.team if bound else ""
            team = self.teams.of_sheet(book, grid.name, table.captions, header, said)
            table.own_columns = own
            self._take(table, book, team)
        self.findings += hidden_cells(book.name, grid, own)
        return []

    @cached_property
    def _people(self) -> frozenset[str]:
        """The folded ids and names of the roster."""
        roster = self.chosen.roster
        return frozenset() if roster is None else frozenset((*roster.people, *roster.by_name))

    @property
    def _starts(self) -> set[Role]:
        """What a row of somebody has: in a score sheet, a target may stand in every row."""
        if self.kind is not Kind.SCORE:
            return {_BARE[self.kind]}
        return {Role.ACTUAL, Role.SCORE, *self.ruleset.policy.raters.roles}

    @property
    def _kind(self) -> Term:
        return Term(f"kind.{self.kind.value}")

    def _nothing_to_read(self, book: Book) -> Finding:
        place = Place(book.name, book.grids[0].name if book.grids else None)
        if book.pictures and all(grid.is_empty for grid in book.grids):
            return error("only-pictures", place)
        if any(is_roster(grid) for grid in book.grids):
            return error("roster-given", place, kind=self._kind)
        return error("no-score-table", place, kind=self._kind)

    def _take(self, table: Table, book: Book, team: str | None) -> None:
        self.tables.append(table)
        self.teams.assign(table, book, team)
        people.identify(table, self.chosen.roster)
        bound = self.bindings.sheet(table.grid.name)
        self.periods.note(table, book, bound.period if bound else "")
        rubrics = {one: self.ruleset.rubrics[one] for one in sorted(set(table.frame["team"]) - {""})}
        place = Place(book.name, table.grid.name)
        nothing = error("nothing-filled-in", place, kind=self._kind)
        if len(table.frame) == 0:
            table.findings.append(nothing)
            return
        if not self.examine(table, book, rubrics) and rubrics:
            table.findings = []
            table.reject_all(nothing)
            return
        self.check(table, rubrics)
        marked = book.mark.get("team")
        if marked in rubrics and book.mark.get("rubric") != fingerprint(rubrics[marked]):
            table.findings.append(warning("rubric-changed", place, team=rubrics[marked].name))


def _is_rather_a_form(header: Header, named: Names, form: Form | None) -> bool:
    """Whether more indicators are named below each other than beside each other, or as many in one's form."""
    names_people = header.labelled(EMPLOYEE_ID) or header.labelled(NAME)
    is_ones = form is not None and form.is_somebodys and not names_people
    return named.different > len(header.meanings) - is_ones


def _own_columns(book: Book, grid: Grid, header: Header | None) -> frozenset[int]:
    """The columns of a sheet made by perf that only compute: hidden, and without a header."""
    if header is None or book.mark.get("kind") != marks.TEMPLATE:
        return frozenset()
    names = grid.rows[header.row]
    return frozenset(column for column in grid.hidden_columns if is_blank(names[column]))


def other_kind(book: Book, wanted: Kind) -> Finding | None:
    """That perf made a workbook for something else (``other-kind``); None where it is of the kind."""
    kind = Kind(book.mark.get("sheet", Kind.SCORE if book.mark.get("kind") == marks.TEMPLATE else wanted))
    if kind is wanted:
        return None
    kinds = {"found": Term(f"kind.{kind.value}"), "wanted": Term(f"kind.{wanted.value}")}
    return error("other-kind", Place(book.name), **kinds)
