"""Sheets that have indicators and nobody: standards, targets, bounds of grades."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from perfcli.files.cells import Cell, is_blank
from perfcli.files.numerals import NOT_A_NUMBER, POINT_WORDS, SCORE_RANGE, Wanted, read_text
from perfcli.files.reader import Grid
from perfcli.people.columns import EMPLOYEE_ID, NAME
from perfcli.rules.roles import Role, can_score
from perfcli.sheets.layouts.forms import Form
from perfcli.sheets.layouts.header import Header
from perfcli.sheets.vocabulary import Vocabulary

_A_STANDARD = {NOT_A_NUMBER, SCORE_RANGE}


def is_nobodys_form(form: Form, vocabulary: Vocabulary) -> bool:
    """Whether no label of a form asks whose it is, and no column that counts holds what may be a score.

    Targets count where the sheet is a plan.
    """
    if form.is_somebodys:
        return False
    counted = can_score(role for role, _ in form.roles)
    if vocabulary.bare is not Role.TARGET:
        counted -= {Role.TARGET}
    columns = [column for (role, _), column in form.roles.items() if role in counted]
    return not _holds_a_score((form.cell(row, one) for row in form.rows for one in columns), vocabulary.words)


def is_nobodys_list(grid: Grid, header: Header, vocabulary: Vocabulary) -> bool:
    """Whether a list has texts below its indicators, and neither a column of people nor a score."""
    if header.labelled(EMPLOYEE_ID) or header.labelled(NAME):
        return False
    columns = [column.index for column in header.columns if column.indicators]
    found = [row[column] for row in grid.rows[header.row + 1 :] for column in columns]
    return any(not is_blank(cell) for cell in found) and not _holds_a_score(found, vocabulary.words)


def _holds_a_score(found: Iterable[Cell], words: Collection[str]) -> bool:
    """Whether any of some cells may be a score: a number, a level, a number with a unit, an error."""
    wanted = Wanted(dict.fromkeys(words, Decimal(0)), units=POINT_WORDS, written="", beside="")
    return any(
        not is_blank(cell) and (not isinstance(cell, str) or read_text(cell, wanted)[1] not in _A_STANDARD)
        for cell in found
    )
