"""說明法: described levels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from perfcli.findings import Finding, error
from perfcli.folding import fold, is_not_applicable
from perfcli.rules.documents import Document
from perfcli.rules.measures.base import Score, TypedMeasure
from perfcli.rules.names import Name
from perfcli.rules.numbers import written
from perfcli.rules.rule import Rule
from perfcli.text import Term

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9.]+")


class Level(Rule):
    """A described level and its score."""

    name: Name
    aliases: tuple[str, ...] = ()
    description: Name | None = None
    score: Score

    def names(self) -> Iterator[str]:
        """Everything that may be typed for it."""
        yield from (*self.name.every(), *self.aliases)


class Levels(TypedMeasure):
    """說明法: levels in the company's own words, such as 優 良 中 差, each with its score."""

    method: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]

    def highest(self, full: Decimal) -> Decimal:
        """The score of the best level, or the full marks, which can be typed."""
        return max(full, *(level.score for level in self.levels))

    def words(self, full: Decimal) -> Mapping[str, Decimal]:
        """The names of the levels."""
        del full
        return {fold(name): level.score for level in self.levels for name in level.names()}

    def choices(self, full: Decimal) -> tuple[tuple[Name, Decimal], ...]:
        """The levels."""
        del full
        return tuple((level.name, level.score) for level in self.levels)

    def allowed(self, highest: Decimal) -> Term:
        """A level or a score."""
        return Term("allowed.level", {"levels": [level.name for level in self.levels], "full": highest})

    def typed_word(self, score: Decimal, full: Decimal) -> Term | None:
        """The level, if no other has the same score."""
        del full
        names = [level.name for level in self.levels if level.score == score]
        if len(names) != 1:
            return None
        return Term("derivation.level", {"level": names[0], "score": written(score)})

    def summary(self, full: Decimal) -> Iterator[Term]:
        """Every level with its score."""
        del full
        levels = [
            Term("measure.level", {"name": level.name, "score": written(level.score)})
            for level in self.levels
        ]
        yield Term("measure.levels", {"levels": levels})

    def findings(self, document: Document, path: str, full: Decimal) -> Iterator[Finding]:
        """Every word means one level, and could mean nothing else in a cell.

        Findings: ``level-not-a-word``, ``duplicate-name``.
        """
        del full
        first: dict[str, int] = {}
        for index, level in enumerate(self.levels):
            place = document.place(f"{path}.levels[{index}]")
            for name in level.names():
                if _PLAIN_NUMBER.fullmatch(fold(name)) or is_not_applicable(name):
                    yield error("level-not-a-word", place, name=name)
                if first.setdefault(fold(name), index) != index:
                    line = document.lines.get(f"{path}.levels[{first[fold(name)]}]", 1)
                    yield error("duplicate-name", place, name=name, first=line)
                    break
