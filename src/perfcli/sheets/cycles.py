"""Whether sheets are the own appraisal of a quarter or a year, and by which rules they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from perfcli.files import marks
from perfcli.files.reader import Book
from perfcli.folding import fold
from perfcli.rules.models import Rubric
from perfcli.rules.periods import Cycle, cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.vocabulary import Vocabulary

_SEARCHED_ROWS, _SEARCHED_COLUMNS = 200, 200


def rules_of_sheets(books: Sequence[Book], ruleset: Ruleset, period: str = "") -> Ruleset:
    """The rules by which all sheets are read: those of a cycle's own appraisal, if they all are about one.

    The mark of a template says so, else what stands in the sheets: the cycle whose indicators they name, if
    they name more of them than of any team's. Where two cycles have the same ones, ``period`` decides.
    """
    if not ruleset.cycles or not books:
        return ruleset
    found = {_cycle_of(book, ruleset, period) for book in books}
    only = found.pop() if len(found) == 1 else None
    return ruleset if only is None else ruleset.of_cycle(only)


def _cycle_of(book: Book, ruleset: Ruleset, period: str) -> Cycle | None:
    if book.mark.get("kind") == marks.TEMPLATE:
        marked = book.mark.get("cycle", "")
        return next((one for one in ruleset.cycles if one.value == marked), None)
    rubrics = {one: {one.value: _any_team(ruleset.of_cycle(one))} for one in ruleset.cycles}
    names = {fold(name) for own in rubrics.values() for rubric in own.values() for name in _names(rubric)}
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    texts = [text for text in _texts(book) if pattern.search(fold(text))]
    if not texts:
        return None
    counts = {one: _named(texts, own) for one, own in rubrics.items()}
    most = max(counts.values())
    likeliest = [one for one, count in counts.items() if count == most]
    if most <= _named(_texts(book), ruleset.rubrics):
        return None
    by_period = [one for one in likeliest if period and cycle(period) is one]
    return (by_period or likeliest)[0]


def _any_team(ruleset: Ruleset) -> Rubric:
    """What every team of a cycle is appraised by."""
    return next(iter(ruleset.rubrics.values()))


def _names(rubric: Rubric) -> Iterator[str]:
    return (name for indicator in rubric.indicators for name in indicator.names())


def _named(texts: Iterator[str] | Sequence[str], rubrics: Mapping[str, Rubric]) -> int:
    """How many indicators of one team some texts name, of the team of which they name the most."""
    vocabulary = Vocabulary(rubrics)
    named: dict[str, set[str]] = {team: set() for team in rubrics}
    for text in texts:
        if vocabulary.may_name(text):
            for team, indicator in vocabulary.column(0, text).indicators.items():
                named[team].add(indicator)
    return max(map(len, named.values()))


def _texts(book: Book) -> Iterator[str]:
    """The texts in the first rows of every sheet."""
    for grid in book.grids:
        for row in islice(grid.rows, _SEARCHED_ROWS):
            yield from (cell for cell in islice(row, _SEARCHED_COLUMNS) if isinstance(cell, str) and cell)
