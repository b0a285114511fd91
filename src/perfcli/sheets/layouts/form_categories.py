"""The categories that forms name beside their indicators, with the weights that they state."""

from __future__ import annotations

from collections.abc import Mapping

from perfcli.files import cells
from perfcli.findings import Place
from perfcli.sheets.layouts.forms import Form
from perfcli.sheets.layouts.tables import Category, stated_category
from perfcli.sheets.vocabulary import Vocabulary


def categories_of(file: str, form: Form, vocabulary: Vocabulary) -> Mapping[object, Category]:
    """The category of each indicator, where a cell left of it or of one above names one with a weight."""
    found: dict[object, Category] = {}
    for row, column in form.rows.items():
        for index in range(form.name_column(row) - 1, -1, -1):
            anchor = next(
                (one for one in range(row, form.header.row, -1) if not cells.is_blank(form.cell(one, index))),
                row,
            )
            place = Place(file, form.grid.name, cells.address(anchor, index))
            category = stated_category(cells.as_text(form.cell(anchor, index)), place, vocabulary)
            if category is not None:
                found.setdefault(tuple(sorted(column.indicators.items())), category)
    return found
