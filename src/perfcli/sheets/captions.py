"""What stands around a table: label cells with the value beside them, or in one cell (``團隊：客服``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perfcli.rules.names import fold
from perfcli.sheets.cells import Cell, as_text, is_blank
from perfcli.sheets.labels import POSITION, SUPERIOR, labels
from perfcli.sheets.reader import Row
from perfcli.sheets.vocabulary import Vocabulary

_COLONS = (":", "：")


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
    rows: Sequence[Row], vocabulary: Vocabulary, bound: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, Caption]:
    """The label/value pairs in some rows, by label; a label whose value is blank has a blank value.

    ``bound`` are the cells of values that need no label, as row and column.
    """
    found = {
        label: Caption(rows[row][column], row, column)
        for label, (row, column) in (bound or {}).items()
        if row < len(rows) and column < len(rows[row])
    }
    for row, cells in enumerate(rows):
        filled = [column for column, cell in enumerate(cells) if not is_blank(cell)]
        values: set[int] = set()
        for column, after in zip(filled, [*filled[1:], len(cells)], strict=False):
            label, value = _label(cells[column], vocabulary)
            if label is None or column in values:
                continue
            if value:
                caption = Caption(value, row, column)
            elif after < len(cells) and not _is_label(cells[after], label, vocabulary):
                caption = Caption(cells[after], row, after)
                values.add(after)
            else:
                caption = Caption(None, row, min(column + 1, len(cells) - 1))
            if label not in found or (is_blank(found[label].value) and not is_blank(caption.value)):
                found[label] = caption
    return found


def texts(found: Mapping[str, Caption]) -> dict[str, str]:
    """The captions that have a value, as texts."""
    return {label: caption.text for label, caption in found.items() if caption.text}


def _label(cell: Cell, vocabulary: Vocabulary) -> tuple[str | None, str]:
    """What a cell is the label of, and the value that stands in the same cell."""
    if not isinstance(cell, str):
        return None, ""
    name, _, value = cell.replace("：", ":").partition(":")
    known = vocabulary.column(0, name).label or labels().get(fold(name))
    return known, as_text(value)


def _is_label(cell: Cell, before: str, vocabulary: Vocabulary) -> bool:
    """Whether a cell beside a label is a label itself; 職位 may well be 主管."""
    if not isinstance(cell, str):
        return False
    label, _ = _label(cell, vocabulary)
    is_position = before == POSITION and label == SUPERIOR
    return cell.rstrip().endswith(_COLONS) or (label is not None and not is_position)
