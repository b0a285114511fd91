"""The wide layout: a row per employee, a column per indicator."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from perfcli.findings import Finding, Place, warning
from perfcli.rules.names import fold
from perfcli.rules.roles import Role
from perfcli.scoring.results import IDENTITY
from perfcli.sheets import cells
from perfcli.sheets.cells import Cell
from perfcli.sheets.header import Header, captions
from perfcli.sheets.labels import (
    DEPARTMENT,
    EMPLOYEE_ID,
    NAME,
    PERIOD,
    POSITION,
    TEAM,
    WEIGHT,
    labels,
    not_a_person,
)
from perfcli.sheets.reader import Grid

PLACE = ("file", "sheet", "row")

_COLONS = (":", "：")


@dataclass
class Table:
    """The rows of one sheet that stand for employees, and what is wrong with them.

    ``frame`` has the identity columns as text, ``file``, ``sheet``, ``row`` (counted from 0),
    what ``scores.read_scores`` adds, and ``sound``: whether nothing keeps it from being scored.
    ``frame["team"]`` is a team's id, or empty where it is unknown. ``captions`` are the label/value pairs
    above the table.
    """

    file: str
    grid: Grid
    header: Header
    frame: pd.DataFrame
    captions: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)

    def place(self, row: int, column: int, *, last_row: int = -1, last_column: int = -1) -> Place:
        """The place of a cell, or of all cells from it to another."""
        first = cells.address(row, column)
        last = cells.address(max(row, last_row), max(column, last_column))
        return Place(self.file, self.grid.name, first if first == last else f"{first}:{last}")

    def reject(self, position: int, finding: Finding) -> None:
        """Notes an error of an employee, who is then not scored."""
        self.findings.append(finding)
        self.frame.loc[position, "sound"] = False

    def employee(self, position: int) -> str:
        """How a message names an employee."""
        row = self.frame.loc[position]
        return " ".join(part for part in (row["employee_id"], row["name"]) if part)

    def column(self, team: str, indicator: str, role: Role) -> int | None:
        """The one column of an indicator and a role."""
        columns = self.header.of_indicator(team, indicator).get(role, [])
        return columns[0].index if len(columns) == 1 else None

    def cell(self, position: int, column: int) -> Cell:
        """What stands in an employee's row."""
        return self.grid.rows[self.row(position)][column]

    def row(self, position: int) -> int:
        """The sheet's row of an employee, counted from 0."""
        return int(self.frame["row"].to_numpy()[position])


def read_table(file: str, grid: Grid, header: Header, started_by: Collection[Role]) -> Table:
    """The employees of a sheet with their identities; their scores are read by ``scores``.

    A row is an employee's where it has an identity, or where a column of one of some roles is filled in.
    Findings: ``not-a-person``.
    """
    table = Table(file, grid, header, pd.DataFrame(), captions(grid.rows[: header.row]))
    score_columns = [
        column.index for column in header.columns if column.indicators and column.role in started_by
    ]
    identity_columns = [
        column.index for key in (EMPLOYEE_ID, NAME) if (column := header.labelled(key)) is not None
    ]
    weights = weights_row(grid, header)
    rows: list[int] = []
    for row in range(header.row + 1, len(grid.rows)):
        cells_of_row = grid.rows[row]
        if row == weights:
            continue
        remark = _remark(cells_of_row, identity_columns, score_columns)
        if remark is not None:
            place = table.place(row, cells_of_row.index(remark))
            table.findings.append(warning("not-a-person", place, text=cells.quoted(remark)))
        elif any(not cells.is_blank(cells_of_row[column]) for column in (*identity_columns, *score_columns)):
            rows.append(row)
    table.frame = _identities(table, rows)
    return table


def _headings(row: Sequence[Cell], identity_columns: Sequence[int]) -> list[Cell]:
    """The cells that can say that a row is about no employee: its id, else its name and the first; else any.

    The name of one who has an id is never looked at: people are called Max and Min.
    """
    identity = [row[column] for column in identity_columns if not cells.is_blank(row[column])]
    if len(identity) > 1:
        return identity[:1]
    filled = [cell for cell in row if not cells.is_blank(cell)]
    return [*identity, *filled[:1]] if identity else filled


def _remark(
    row: Sequence[Cell], identity_columns: Sequence[int], score_columns: Sequence[int]
) -> Cell | None:
    """The cell that makes a row a total, an average or a note; None where it stands for an employee."""
    for cell in _headings(row, identity_columns):
        if isinstance(cell, str):
            if fold(cell) in not_a_person() or _is_label(cell, WEIGHT):
                return cell
            if any(colon in cell for colon in _COLONS) and _is_note(row, cell, score_columns):
                return cell
    return None


def _is_note(row: Sequence[Cell], heading: str, score_columns: Sequence[int]) -> bool:
    """Whether a row without scores is a remark (``備註：……``, alone in it) or a line to sign (``簽名：``)."""
    filled = [cell for cell in row if not cells.is_blank(cell)]
    scores = [row[column] for column in score_columns if not cells.is_blank(row[column])]
    return len(filled) == 1 or all(map(_asks_for_something, (heading, *scores)))


def _asks_for_something(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.rstrip().endswith(_COLONS)


def weights_row(grid: Grid, header: Header) -> int | None:
    """The row below the header that states the weights, if there is one."""
    for row in range(header.row + 1, min(header.row + 4, len(grid.rows))):
        if any(_is_label(cell, WEIGHT) for cell in grid.rows[row]):
            return row
    return None


def _is_label(cell: Cell, label: str) -> bool:
    return isinstance(cell, str) and labels().get(fold(cell)) == label


def _identities(table: Table, rows: Sequence[int]) -> pd.DataFrame:
    columns: dict[str, object] = {}
    for key, label in zip(IDENTITY, (EMPLOYEE_ID, NAME, DEPARTMENT, POSITION, TEAM, PERIOD), strict=True):
        column = table.header.labelled(label)
        columns[key] = [cells.as_text(table.grid.rows[row][column.index]) if column else "" for row in rows]
    columns |= {"file": table.file, "sheet": table.grid.name, "row": rows, "sound": True}
    return pd.DataFrame(columns, index=range(len(rows)))


def stated_weights(table: Table) -> Iterator[tuple[int, int, Mapping[str, str], Decimal]]:
    """The weights that stand in the sheet: row, column, the column's indicators by team, weight."""
    for column in table.header.columns:
        if column.weight is not None:
            yield table.header.row, column.index, column.indicators, column.weight
    row = weights_row(table.grid, table.header)
    if row is None:
        return
    columns = [column for column in table.header.columns if column.indicators]
    weights = {column: _weight(table.grid.rows[row][column.index]) for column in columns}
    stated = {column: weight for column, weight in weights.items() if weight is not None}
    # A cell that shows 30% holds 0.3; such a row adds up to 1.
    as_percent = 100 if sum(stated.values()) == 1 else 1
    for column, weight in stated.items():
        yield row, column.index, column.indicators, weight * as_percent


def _weight(cell: Cell) -> Decimal | None:
    """The number in a cell of a weights row."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and np.isfinite(cell):
        return Decimal(f"{cell:.15g}")
    return None
