"""The first draft of a ``--map`` file: what perf does not know of a workbook, and its guesses."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from perfcli.files import cells
from perfcli.files.reader import Book, Grid
from perfcli.findings import Severity
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME, SUPERIOR, column_words
from perfcli.people.lists import ListHeader
from perfcli.people.lists import find_header as find_list
from perfcli.people.nobody import is_nobody
from perfcli.people.roster import Said
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.omissions import WHOLE_SHEET
from perfcli.sheets.bindings import Bindings, SheetBinding
from perfcli.sheets.labels import IGNORED, MEANINGS, labels
from perfcli.sheets.layouts.captions import captions
from perfcli.sheets.layouts.forms import Form, find_form, find_names
from perfcli.sheets.layouts.header import Header, find_header
from perfcli.sheets.reading import Chosen
from perfcli.sheets.score_sheets import read_score_sheets
from perfcli.sheets.unread import number_in
from perfcli.sheets.vocabulary import Column, Vocabulary
from perfcli.text import Wording

_SEARCHED_ROWS = 50
_NEAR_ENOUGH = 0.6
_TRIED_ROWS, _TRIED_SHEETS = 60, 20


@dataclass(frozen=True)
class Question:
    """A text that perf does not know: where it stands, and what it may mean (empty: no idea)."""

    sheet: str
    cell: str
    text: str
    proposal: str


@dataclass(frozen=True)
class Questions:
    """Everything to be settled about a workbook: unknown texts, each once, and sheets that are not read."""

    texts: Sequence[Question]
    unread_sheets: Sequence[str]


def find_questions(book: Book, ruleset: Ruleset, team: str) -> Questions:
    """What has to be said about a workbook; ``team`` is the one that the user named.

    What is read as it stands is not asked about, and a proposal is made only where the workbook is read at
    least as well with it as without.
    """
    vocabulary = Vocabulary(ruleset.rubrics, ruleset.policy.raters)
    words = {**Said(factors=ruleset.policy.bonus.roster_factors).factor_words, **column_words()}
    guesses = _Guesses(ruleset, team)
    texts: dict[str, Question] = {}
    unread: list[str] = []
    asked: dict[str, list[tuple[int, int, str]]] = {}
    for grid in book.grids:
        if grid.is_empty or grid.hidden:
            continue
        roster = find_list(grid, words, (EMPLOYEE_ID, NAME))
        if _is_read(book.name, grid, vocabulary) or roster is not None:
            asked[grid.name] = list(_unknown(book.name, grid, vocabulary, roster))
        else:
            unread.append(grid.name)
    if not asked:  # nothing is read: the sheet whose header is to be found is among these
        grids = {grid.name: grid for grid in book.grids}
        found = {name: list(_unknown(book.name, grids[name], vocabulary, None)) for name in unread}
        asked = {name: some for name, some in found.items() if some}
        unread = [name for name in unread if name not in asked]
    for name, every in asked.items():
        for row, column, text in every:
            question = Question(name, cells.address(row, column), text, guesses.guess(text))
            texts.setdefault(fold(text), question)
    trial = _Trial(book, ruleset, team)
    return Questions(*trial.settled([*texts.values()], unread))


class _Trial:
    """How a workbook is read with some proposals: with more people, with fewer errors."""

    def __init__(self, book: Book, ruleset: Ruleset, team: str) -> None:
        shortened = [_shortened(grid) for grid in book.grids[:_TRIED_SHEETS]]
        self._book, self._ruleset, self._team = replace(book, grids=shortened), ruleset, team

    def settled(
        self, questions: Sequence[Question], unread: Sequence[str]
    ) -> tuple[list[Question], list[str]]:
        """The questions with proposals that do no harm together, and the sheets that may well be skipped."""
        without = self._read([], [])
        skipped = [*unread] if self._read([], unread) >= without else []
        guessed = [replace(one, proposal=one.proposal or IGNORED) for one in questions]
        ignored = [replace(one, proposal=IGNORED) for one in questions]
        best = max((guessed, ignored), key=lambda proposed: self._read(proposed, skipped))
        for place in range(len(best)) if best is guessed else ():
            other = [*best[:place], ignored[place], *best[place + 1 :]]
            if self._read(other, skipped) > self._read(best, skipped):
                best = other
        return (best if self._read(best, skipped) >= without else []), skipped

    def _read(self, proposed: Sequence[Question], skipped: Sequence[str]) -> tuple[int, int, int]:
        """How well the workbook is read: people who can be scored, people who are found, errors."""
        headers = {fold(one.text): one.proposal for one in proposed}
        sheets = {fold(name): SheetBinding(skip=True) for name in skipped}
        chosen = Chosen(self._team, "", Bindings(headers=headers, sheets=sheets))
        read = read_score_sheets([self._book], self._ruleset, chosen)
        found = len(read.employees) + int((read.rejected["row"] != WHOLE_SHEET).sum())
        return len(read.employees), found, -sum(one.severity is Severity.ERROR for one in read.findings)


def _shortened(grid: Grid) -> Grid:
    """The beginning of a sheet, which shows how it is understood."""
    merges = [span for span in grid.merges if span[2] < _TRIED_ROWS]
    return replace(grid, rows=grid.rows[:_TRIED_ROWS], merges=merges)


def _is_read(file: str, grid: Grid, vocabulary: Vocabulary) -> bool:
    """Whether a sheet is read as a list or a form as it stands."""
    if find_header(grid, vocabulary) is not None:
        return True
    form = find_form(file, grid, find_names(grid, vocabulary), vocabulary, {})
    return form is not None


def _unknown(
    file: str, grid: Grid, vocabulary: Vocabulary, roster: ListHeader | None
) -> Iterator[tuple[int, int, str]]:
    """The texts of a sheet that name nothing known and had better: row, column, text.

    ``roster`` is its header as a list of people, which counts where it is no score sheet.
    """
    named = find_names(grid, vocabulary)
    form = find_form(file, grid, named, vocabulary, {})
    header = find_header(grid, vocabulary)
    if form is not None and (header is None or named.different > len(header.meanings)):
        yield from _unknown_of_form(form, vocabulary)
        if not form.is_somebodys:
            yield from _unknown_labels(grid, form.header.row, vocabulary)
        return
    if header is None and roster is not None:
        unknown = (index for index in roster.texts if roster.key(index) is None)
        yield from ((roster.last_row, index, roster.texts[index]) for index in unknown)
        return
    header = header or _probable_header(grid, vocabulary)
    if header is not None:
        for column in header.columns:
            if not column.is_known and vocabulary.role(column.text) is None:
                yield header.row, column.index, column.text


def _unknown_of_form(form: Form, vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    """Rows that perf does not know down to the last indicator, below it those with numbers; columns too."""
    last, labels = max(form.rows), form.labels(vocabulary)
    for row in range(form.header.row + 1, min(len(form.grid.rows), _SEARCHED_ROWS)):
        text = cells.as_text(form.cell(row, form.name_column(row)))
        numbers = any(number_in(form.cell(row, column)) is not None for column in form.columns)
        if not text or row in labels or is_nobody(text) or not (row < last or numbers):
            continue
        if not vocabulary.column(0, text).is_known:
            yield row, form.name_column(row), text
    for column, text in form.unknown_columns.items():
        yield form.header.row, column, text


def _unknown_labels(grid: Grid, above: int, vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    """Texts with a colon above a form, one of which may ask for the name or the id."""
    if captions(grid, above, vocabulary).keys() & {"name", "employee_id"}:
        return
    for row, cells_of_row in enumerate(grid.rows[:above]):
        for column, cell in enumerate(cells_of_row):
            if isinstance(cell, str) and cell.replace("：", ":").rstrip().endswith(":"):
                yield row, column, cells.as_text(cell).rstrip(":：")


def _probable_header(grid: Grid, vocabulary: Vocabulary) -> Header | None:
    """The row with the most texts above a row of numbers, where no row is known to be a header."""
    best: Header | None = None
    most = 1
    for row, (above, below) in enumerate(zip(grid.rows, grid.rows[1:_SEARCHED_ROWS], strict=False)):
        columns = tuple(_texts(above, vocabulary))
        numbers = sum(isinstance(cell, int | float | date) for cell in below)
        if numbers and len(columns) > most:
            best, most = Header(row, columns), len(columns)
    return best


def _texts(row: Sequence[cells.Cell], vocabulary: Vocabulary) -> Iterator[Column]:
    for index, cell in enumerate(row):
        if isinstance(cell, str) and not cells.is_blank(cell):
            yield vocabulary.column(index, cells.as_text(cell))


class _Guesses:
    """What a text may mean: the indicator or the column whose name is most like it."""

    def __init__(self, ruleset: Ruleset, team: str) -> None:
        rubrics = [rubric for one, rubric in ruleset.rubrics.items() if team in {"", one}]
        known = [(word, label) for word, label in labels().items() if label in MEANINGS]
        # of two words that a text has in it, the first counts: 上級評語 is a note, no superior
        self._meanings = dict(sorted(known, key=lambda item: item[1] == SUPERIOR))
        for rubric in rubrics:
            for indicator in rubric.indicators:
                self._meanings |= {fold(name): indicator.id for name in indicator.names()}

    def guess(self, text: str) -> str:
        folded = fold(text)
        near = difflib.get_close_matches(folded, self._meanings, n=1, cutoff=_NEAR_ENOUGH)
        inside = [word for word in self._meanings if len(word) > 1 and (word in folded or folded in word)]
        words = near or sorted(inside, key=len, reverse=True)
        return self._meanings[words[0]] if words else ""


def is_meaning(text: str, ruleset: Ruleset) -> bool:
    """Whether a text may stand for a meaning in a map: an indicator with or without role, or a column."""
    vocabulary = Vocabulary(ruleset.rubrics, ruleset.policy.raters)
    return vocabulary.column(0, text).is_known or vocabulary.role(text) is not None


def write_map(questions: Questions, answers: Mapping[str, str], wording: Wording) -> str:
    """A map file; ``answers`` are meanings by text, and what has none is a comment to be completed."""
    lines = [f"# {line}" for line in wording("map.head", ignore=IGNORED).splitlines()]
    if questions.texts:
        lines += ["", "headers:" if answers else "# headers:"]
    for question in questions.texts:
        answer = answers.get(question.text)
        entry = f"{_quoted(question.text)}: {answer or question.proposal or IGNORED}"
        where = f"{question.sheet} {question.cell}"
        lines.append(f"  {entry}  # {where}" if answer else f"#   {entry}  # {where}")
    if questions.unread_sheets:
        lines += ["", "# sheets:"]
        lines += [f"#   {_quoted(name)}: skip" for name in questions.unread_sheets]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as a key of YAML."""
    return json.dumps(text, ensure_ascii=False)
