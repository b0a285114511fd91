"""Which row of a sheet is the header, and what its columns are.

A header is matched by name after folding (width, case, blanks, script, trailing weight), never by
resemblance: a near miss becomes a finding that proposes the name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfcli.rules.models import Rubric
from perfcli.rules.names import fold, split_weight
from perfcli.rules.roles import Role
from perfcli.sheets.cells import as_text, is_blank
from perfcli.sheets.labels import EMPLOYEE_ID, labels, perhaps_a_number, role_words
from perfcli.sheets.reader import Row

SEARCHED_ROWS = 50

_UNIT = re.compile(r"\([^()]*\)$")
_JOINTS = "-–—/·.|"


@dataclass(frozen=True, eq=False)
class Column:
    """One header cell: what it says and what it means.

    ``label`` is a key of ``labels()``; ``indicators`` holds, for each team that has an indicator of this
    name, its id, and ``role`` what the column says about it (``is_bare``: no word says so); ``weight`` is
    what the header says after the name, ``銷售額(30%)``.
    """

    index: int
    text: str
    label: str | None = None
    indicators: Mapping[str, str] = field(default_factory=dict)
    role: Role = Role.SCORE
    is_bare: bool = False
    weight: Decimal | None = None

    @property
    def is_known(self) -> bool:
        """Whether the column means anything to perf."""
        return self.label is not None or bool(self.indicators)


@dataclass(frozen=True)
class Header:
    """The header of a table: the index of its row and its columns."""

    row: int
    columns: tuple[Column, ...]

    def labelled(self, label: str) -> Column | None:
        """The first column with a label."""
        return next((column for column in self.columns if column.label == label), None)

    def of_indicator(self, team: str, indicator: str) -> dict[Role, list[Column]]:
        """All columns that hold an indicator of a team, by role."""
        found: dict[Role, list[Column]] = {}
        for column in self.columns:
            if column.indicators.get(team) == indicator:
                found.setdefault(column.role, []).append(column)
        return found

    def matched(self, team: str) -> set[str]:
        """The indicators of a team that have a column."""
        return {column.indicators[team] for column in self.columns if team in column.indicators}


class Vocabulary:
    """Every name that a header may use, by team; ``bare`` is the role of a name without a word for one."""

    def __init__(self, rubrics: Mapping[str, Rubric], bare: Role = Role.SCORE) -> None:
        self.bare = bare
        self.indicators: dict[str, dict[str, str]] = {}
        self.teams: dict[str, str] = {}
        for team, rubric in rubrics.items():
            self.teams |= {fold(name): team for name in rubric.names()}
            for indicator in rubric.indicators:
                for name in indicator.names():
                    self.indicators.setdefault(fold(name), {})[team] = indicator.id

    def column(self, index: int, text: str) -> Column:
        """What a header cell means."""
        for folded, role, weight in _readings(fold(text)):
            if folded in self.indicators:
                number = Decimal(weight) if weight else None
                return Column(
                    index,
                    text,
                    indicators=self.indicators[folded],
                    role=role or Role.SCORE,
                    is_bare=role is None,
                    weight=number,
                )
        return Column(index, text, label=labels().get(fold(text)))

    def nearest(self, text: str, team: str | None) -> str | None:
        """The folded indicator name nearest to a header that matches none."""
        names = [name for name, teams in self.indicators.items() if team is None or team in teams]
        for reading in dict.fromkeys(bare for bare, _, _ in _readings(fold(text))):
            if near := difflib.get_close_matches(reading, names, n=1):
                return near[0]
        return None


def _readings(folded: str) -> Iterator[tuple[str, Role | None, str | None]]:
    """The ways to read a folded header: as it stands, without its weight, without a word for its role."""
    bare, weight = split_weight(folded)
    yield folded, None, None
    yield bare, None, weight
    for text in dict.fromkeys((bare, _UNIT.sub("", bare))):
        for word, role in role_words().items():
            for reading in _without(text, word):
                name, own = split_weight(reading)
                yield reading, role, weight
                yield name, role, weight or own


def _without(text: str, word: str) -> Iterator[str]:
    """A text without a word at its end, in brackets or not, or at its beginning."""
    for reading in (text.removesuffix(f"({word})"), text.removesuffix(word), text.removeprefix(word)):
        if reading != text and reading.strip(_JOINTS):
            yield reading.strip(_JOINTS)


def find_header(rows: Sequence[Row], vocabulary: Vocabulary) -> Header | None:
    """The row that names the most columns, at least one of them an indicator; None where there is none."""
    best: Header | None = None
    most = 1
    for row, cells in enumerate(rows[:SEARCHED_ROWS]):
        columns = tuple(
            vocabulary.column(index, as_text(cell)) for index, cell in enumerate(cells) if not is_blank(cell)
        )
        known = len({column.label or column.text for column in columns if column.is_known})
        if known > most and any(column.indicators for column in columns):
            best, most = Header(row, _settled(columns, vocabulary.bare)), known
    return best


def _settled(columns: tuple[Column, ...], bare: Role) -> tuple[Column, ...]:
    """The columns with what only their neighbours tell.

    編號 is a mere number where a clearer column of employee ids stands beside it; an indicator without a word
    for its role has the one that the sheet is about, unless another column of the indicator says so.
    """
    identifiers = [column for column in columns if column.label == EMPLOYEE_ID]
    unclear = [column for column in identifiers if fold(column.text) in perhaps_a_number()]
    if len(unclear) < len(identifiers):
        columns = tuple(
            replace(column, label="number") if column in unclear else column for column in columns
        )
    said = [column.indicators for column in columns if column.role is bare and not column.is_bare]
    return tuple(
        replace(column, role=bare) if column.is_bare and column.indicators not in said else column
        for column in columns
    )


def captions(rows: Sequence[Row]) -> dict[str, str]:
    """The label/value pairs above a table, in one cell (``團隊：客服``) or in two neighbours."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [as_text(cell) for cell in row if not is_blank(cell)]
        for cell, after in zip(cells, [*cells[1:], ""], strict=False):
            name, _, value = cell.replace("：", ":").partition(":")
            label = labels().get(fold(name))
            if label and (value.strip() or after):
                found.setdefault(label, value.strip() or after)
    return found
