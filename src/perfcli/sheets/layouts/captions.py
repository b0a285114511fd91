"""What stands around a table: label cells with the value beside them, or in one cell (``團隊：客服``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from perfcli.files.cells import Cell, as_text, is_blank
from perfcli.files.reader import Grid, Row
from perfcli.folding import fold
from perfcli.people.columns import POSITION, SUPERIOR
from perfcli.sheets.labels import labels
from perfcli.sheets.vocabulary import Vocabulary

_COLON = re.compile("[:：]")


@dataclass(frozen=True)
class Caption:
    """The value of a label, and the cell in which it stands or should stand."""

    value: Cell
    row: int
    column: int

    @property
    def text(self) -> str:
        """The value as a text."""
        return as_text(self.value)


def captions(
    grid: Grid, above: int, vocabulary: Vocabulary, bound: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, Caption]:
    """The label/value pairs above a row, by label; a label whose value is blank has a blank value.

    A value stands in the cell after its label, or with one blank cell between them. ``bound`` are the cells
    of values that need no label, as row and column.
    """
    rows = grid.rows[:above]
    ends = {(row, first): last for row, first, _, last in grid.merges if row < above}
    found = {
        label: Caption(rows[row][column], row, column)
        for label, (row, column) in (bound or {}).items()
        if row < len(rows) and column < len(rows[row])
    }
    for row, cells in enumerate(rows):
        values: set[int] = set()
        for column, cell in enumerate(cells):
            if not isinstance(cell, str) or column in values:
                continue
            for label, value in _pairs(cell, vocabulary):
                caption = Caption(value, row, column)
                if not value:
                    caption = _beside(cells, row, ends.get((row, column), column) + 1, label, vocabulary)
                    values.add(caption.column)
                if label not in found or (is_blank(found[label].value) and not is_blank(caption.value)):
                    found[label] = caption
    return found


def texts(found: Mapping[str, Caption]) -> dict[str, str]:
    """The captions that have a value, as texts."""
    return {label: caption.text for label, caption in found.items() if caption.text}


def _pairs(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The labels in a cell and the value of each, empty where it stands elsewhere: 姓名：陳一　工號：E1."""
    pieces = _COLON.split(text)
    for place, piece in enumerate(pieces):
        words = piece.split()
        candidates = (piece, words[-1] if words else "") if place < len(pieces) - 1 or not place else ()
        for name in candidates:
            label = vocabulary.column(0, as_text(name)).label or labels().get(fold(name))
            if label is not None:
                yield label, _value(pieces[place + 1 :])
                break


def _value(after: Sequence[str]) -> str:
    """What follows a label in its cell, up to the next label."""
    if not after:
        return ""
    words = after[0].split()
    return " ".join(words[:-1] if len(after) > 1 and len(words) > 1 else words)


def _beside(cells: Row, row: int, first: int, label: str, vocabulary: Vocabulary) -> Caption:
    """The value in one of the next two cells, unless that is a label itself; 職位 may well be 主管."""
    for column in range(first, min(first + 2, len(cells))):
        cell = cells[column]
        if is_blank(cell):
            continue
        inner = next(_pairs(cell, vocabulary), None) if isinstance(cell, str) else None
        is_position = label == POSITION and inner == (SUPERIOR, "")
        if inner is None or is_position:
            return Caption(cell, row, column)
        break
    return Caption(None, row, min(first, len(cells) - 1))
