"""The first draft of a ``--map`` file: what perf does not know of a workbook, and its guesses."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from perfcli.files import cells
from perfcli.files.reader import Book, Grid
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, NAME, SUPERIOR, column_words
from perfcli.people.lists import ListHeader
from perfcli.people.lists import find_header as find_list
from perfcli.people.roster import Said
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.labels import IGNORED, MEANINGS, labels
from perfcli.sheets.layouts.captions import captions
from perfcli.sheets.layouts.forms import find_form, find_names
from perfcli.sheets.layouts.header import Header, find_header
from perfcli.sheets.vocabulary import Column, Vocabulary
from perfcli.text import Wording

_SEARCHED_ROWS = 50
_NEAR_ENOUGH = 0.5


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
    """What has to be said about a workbook; ``team`` is the one that the user named."""
    vocabulary = Vocabulary(ruleset.rubrics)
    words = {**Said(factors=ruleset.policy.bonus.roster_factors).factor_words, **column_words()}
    guesses = _Guesses(ruleset, team)
    texts: dict[str, Question] = {}
    unread: list[str] = []
    for grid in book.grids:
        if grid.is_empty or grid.hidden:
            continue
        roster = find_list(grid, words, (EMPLOYEE_ID, NAME))
        found = list(_unknown(book.name, grid, vocabulary, roster))
        if not found and find_header(grid, vocabulary) is None and roster is None:
            unread.append(grid.name)
        for row, column, text in found:
            question = Question(grid.name, cells.address(row, column), text, guesses.guess(text))
            texts.setdefault(fold(text), question)
    return Questions(list(texts.values()), unread)


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
        last = max(form.rows)
        for row in range(form.header.row + 1, last + 1):
            text = cells.as_text(form.cell(row, form.names))
            if text and not vocabulary.column(0, text).is_known:
                yield row, form.names, text
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
            if not column.is_known:
                yield header.row, column.index, column.text


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
    vocabulary = Vocabulary(ruleset.rubrics)
    return vocabulary.column(0, text).is_known or vocabulary.role(text) is not None


def write_map(questions: Questions, answers: Mapping[str, str], wording: Wording) -> str:
    """A map file; ``answers`` are meanings by text, and what has none is a comment to be completed."""
    lines = [f"# {line}" for line in wording("map.head", ignore=IGNORED).splitlines()]
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
