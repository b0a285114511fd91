"""What every layout of a sheet is read into: a table with a row per employee and a column per indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.files import cells
from perfcli.files.cells import Cell
from perfcli.files.reader import Grid, merged_down
from perfcli.findings import Finding, Place
from perfcli.folding import fold, split_weight
from perfcli.people.columns import EMPLOYEE_ID, Kept, keys
from perfcli.rules.roles import Role
from perfcli.sheets.layouts.header import Header
from perfcli.sheets.layouts.stated_marks import StatedMarks
from perfcli.sheets.layouts.stated_sums import StatedSum
from perfcli.sheets.unread import Doubt
from perfcli.sheets.vocabulary import Vocabulary

MOST_FINDINGS = 5_000
"""How many errors of single cells a table tells; a sheet that has more is no sheet of scores."""

Origin = tuple[str, int, int]
"""Where a cell of a table really stands: sheet, row, column."""


@dataclass(frozen=True)
class Category:
    """A group of indicators as a sheet names it, with the weight that it states: 業績（80%）."""

    text: str
    weight: Decimal
    place: Place


@dataclass(frozen=True)
class StatedWeight:
    """A weight that stands in the sheet, and the indicators by team that it is about.

    ``position`` is the employee whom it concerns; None where it concerns all. ``category`` is the group in
    which it stands, where that has a weight; ``other`` a second weight that stands beside it in a form.
    ``is_points`` says that it may be full marks just as well.
    """

    row: int
    column: int
    indicators: Mapping[str, str]
    weight: Decimal
    position: int | None = None
    category: Category | None = None
    other: Decimal | None = None
    is_points: bool = False


def stated_category(text: str, place: Place, vocabulary: Vocabulary) -> Category | None:
    """The category that a text names with its weight; neither an indicator nor a rater, 上級評分（70%）."""
    name, weight = split_weight(fold(text))
    if weight is None or vocabulary.role(text) is not None or vocabulary.column(0, text).is_known:
        return None
    return Category(text, Decimal(weight), place) if name.strip("()") else None


@dataclass
class Table:
    """The rows of one sheet that stand for employees, and what is wrong with them.

    ``frame`` has the identity columns and ``superior`` as text, ``file``, ``sheet``, ``row`` (counted from 0)
    and what ``scores.read_scores`` adds. ``frame["team"]`` is a team's id, or empty where it is unknown.
    ``sound`` tells of each employee whether nothing keeps the row from being scored. ``captions`` are the
    label/value pairs above the table. ``origins`` tell where cells of ``grid`` really stand in the workbook,
    where it is no sheet of it but was put together from several; a cell that is not among them is on no
    sheet. ``unlisted`` counts the errors beyond ``MOST_FINDINGS``.
    ``own_columns`` are those in which perf itself computes; ``doubts`` the columns and rows that are not
    known.
    """

    file: str
    grid: Grid
    header: Header
    frame: pd.DataFrame
    captions: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    weights: Sequence[StatedWeight] = ()
    marks: Sequence[StatedMarks] = ()
    sums: Sequence[StatedSum] = ()
    origins: Mapping[tuple[int, int], Origin] | None = None
    unlisted: int = 0
    own_columns: frozenset[int] = frozenset()
    doubts: list[Doubt] = field(default_factory=list)

    @cached_property
    def sound(self) -> npt.NDArray[np.bool_]:
        """Of each employee, whether the row can be scored."""
        return np.ones(len(self.frame), dtype=bool)

    def place(self, row: int, column: int, *, last_row: int = -1, last_column: int = -1) -> Place:
        """The place of a cell, or of all cells from it to another."""
        if self.origins is not None:
            return self._origin(self.origins, row, column)
        first = cells.address(row, column)
        last = cells.address(max(row, last_row), max(column, last_column))
        return Place(self.file, self.grid.name, first if first == last else f"{first}:{last}")

    def _origin(self, origins: Mapping[tuple[int, int], Origin], row: int, column: int) -> Place:
        if (row, column) in origins:
            sheet, row, column = origins[row, column]
            return Place(self.file, sheet, cells.address(row, column))
        inside = (sheet for (other, _), (sheet, _, _) in origins.items() if other == row)
        return Place(self.file, next(inside, self.grid.name))

    def is_absent(self, row: int, column: int) -> bool:
        """Whether no sheet of the workbook has this cell."""
        return self.origins is not None and (row, column) not in self.origins

    @property
    def is_full(self) -> bool:
        """Whether there are more findings than anybody will read."""
        return len(self.findings) >= MOST_FINDINGS

    def reject(self, position: int, finding: Finding) -> None:
        """Notes an error of an employee, who is then not scored."""
        self.findings.append(finding)
        self.sound[position] = False

    def reject_unlisted(self, position: int) -> None:
        """Keeps an employee from being scored in a table that is full: the error is only counted."""
        self.unlisted += 1
        self.sound[position] = False

    def reject_all(self, *findings: Finding) -> None:
        """Notes errors of the table itself: nobody in it is scored."""
        self.findings += findings
        self.sound[:] = False

    def reject_team(self, team: str, finding: Finding) -> None:
        """Notes an error of the table itself that concerns one team: nobody of it is scored."""
        self.findings.append(finding)
        self.sound[(self.frame["team"] == team).to_numpy()] = False

    def employee(self, position: int) -> str:
        """How a message names an employee."""
        parts = (str(self.frame[key].array[position]) for key in ("employee_id", "name"))
        return " ".join(part for part in parts if part)

    def id_place(self, position: int) -> Place:
        """Where an employee's id stands, or the beginning of the row where there is none."""
        column = self.header.labelled(EMPLOYEE_ID)
        return self.place(self.row(position), column.index if column else 0)

    def header_place(self) -> Place:
        """Where the header begins."""
        return self.place(self.header.row, self.header.columns[0].index)

    def columns(self, team: str, indicator: str, role: Role) -> Mapping[int, int]:
        """The one column of an indicator and a role under 0, or those of several raters, counted from 1."""
        columns = self.header.of_indicator(team, indicator).get(role, [])
        is_clear = len(columns) == 1 or all(column.number for column in columns)
        return {column.number: column.index for column in columns} if is_clear else {}

    def cell(self, position: int, column: int) -> Cell:
        """What stands in an employee's row."""
        return self.grid.rows[self.row(position)][column]

    def cells(self, column: int) -> list[Cell]:
        """What stands in a column, an employee after the other; much faster than ``cell`` for each."""
        return [self.grid.rows[row][column] for row in self.frame["row"].tolist()]

    def row(self, position: int) -> int:
        """The row of an employee in ``grid``, counted from 0."""
        return int(self.frame["row"].to_numpy()[position])


def identities(file: str, grid: Grid, header: Header, rows: Sequence[int]) -> pd.DataFrame:
    """The frame of a table: identity and superior of some rows as text, and where they stand.

    What is merged down over several rows is that of each of them.
    """
    columns: dict[str, object] = {}
    for key in keys(Kept.IDENTITY | Kept.RECORD):
        column = header.labelled(key)
        if column is None:
            columns[key] = [""] * len(rows)
            continue
        anchors = merged_down(grid, column.index)
        columns[key] = [cells.as_text(grid.rows[anchors.get(row, row)][column.index]) for row in rows]
    columns |= {"file": file, "sheet": grid.name, "row": list(rows)}
    return pd.DataFrame(columns, index=range(len(rows)))
