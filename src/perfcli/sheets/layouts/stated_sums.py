"""Sums that a form states for a category: a row 小計 below its indicators, or a row that names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from perfcli.files import cells
from perfcli.findings import Place
from perfcli.folding import fold, split_weight
from perfcli.rules.roles import Role
from perfcli.sheets.labels import TOTAL
from perfcli.sheets.layouts.forms import Form
from perfcli.sheets.unread import number_in
from perfcli.sheets.vocabulary import Vocabulary

_SUM = re.compile(r"(?:小计|合计|总计|得分|总分|分数|分|points|score|subtotal|sub-total|total|sum)$")

Indicators = Mapping[str, str]
"""The ids of an indicator by team."""


@dataclass(frozen=True)
class StatedSum:
    """A number in a row of a form that may be a sum.

    ``column`` is ``weighted`` (points), ``score`` or ``superior``; ``above`` are the indicators since the
    last row that is only called a sum, ``typed`` what stands in the same column for each of the form.
    """

    position: int
    place: Place
    text: str
    number: float
    column: str
    above: Sequence[Indicators]
    typed: Sequence[tuple[Indicators, float]]


def without_sum(text: str) -> str:
    """A folded text without what says that it is a sum: 業績指標 of 業績指標（70%）小計, nothing of 小計."""
    return _SUM.sub("", split_weight(_SUM.sub("", fold(text)))[0])


def stated_sums(
    file: str, form: Form, position: int, vocabulary: Vocabulary, rows: Iterable[tuple[int, int]]
) -> Iterator[StatedSum]:
    """The rows of a form that may state sums; ``rows`` are all below the header, each with what names it.

    合計 is a sum where it stands between indicators, else the total.
    """
    labels, since = form.labels(vocabulary), form.header.row
    columns = {
        "weighted": form.weighted,
        "score": form.column(Role.SCORE),
        "superior": form.column(Role.SUPERIOR),
    }
    for row, anchor in rows:
        label = labels.get(row)
        if anchor in form.rows or (label is not None and (label != TOTAL or form.is_beyond(row))):
            continue
        text = form.text(row)
        above = [column.indicators for one, column in form.rows.items() if since < one < row]
        for key, index in columns.items():
            number = None if index is None or not text else number_in(form.cell(row, index))
            if index is not None and number is not None:
                place = Place(file, form.grid.name, cells.address(row, index))
                yield StatedSum(position, place, text, number, key, above, _typed(form, index))
        if text and not without_sum(text):
            since = row


def _typed(form: Form, index: int) -> list[tuple[Indicators, float]]:
    """The numbers of a column beside the indicators."""
    found = ((column.indicators, number_in(form.cell(row, index))) for row, column in form.rows.items())
    return [(indicators, number) for indicators, number in found if number is not None]
