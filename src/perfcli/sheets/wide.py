"""The wide layout: a row per employee, a column per indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli.findings import Finding, Place, error, warning
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.names import fold
from perfcli.scoring.results import IDENTITY, score_key
from perfcli.sheets import cells
from perfcli.sheets.cells import MISSING, NUMBER_AS_TEXT, Cell
from perfcli.sheets.header import Header
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
    ``<indicator>.score`` where one could be read, and ``sound``: whether nothing keeps it from being scored.
    ``frame["team"]`` is a team's id, or empty where it is unknown.
    """

    file: str
    grid: Grid
    header: Header
    frame: pd.DataFrame
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

    def row(self, position: int) -> int:
        """The sheet's row of an employee, counted from 0."""
        return int(self.frame["row"].to_numpy()[position])


def read_table(file: str, grid: Grid, header: Header) -> Table:
    """The employees of a sheet with their identities; scores are read by ``read_scores``.

    Findings: ``not-a-person``.
    """
    table = Table(file, grid, header, pd.DataFrame())
    score_columns = [column.index for column in header.columns if column.indicators]
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


def read_scores(table: Table, rubric: Rubric) -> None:
    """Adds the scores of one team's employees to the table.

    Findings, each an error of the employee: those of ``cells.read_scores`` and ``out-of-range``; a warning:
    ``number-as-text``.
    """
    positions = np.flatnonzero((table.frame["team"] == rubric.team).to_numpy())
    rows = table.frame["row"].to_numpy()[positions].tolist()
    missing: dict[int, list[tuple[Indicator, int]]] = {}
    for indicator in rubric.indicators:
        columns = table.header.of_indicator(rubric.team, indicator.id)
        if len(columns) != 1:
            continue
        column = columns[0].index
        content = [table.grid.rows[row][column] for row in rows]
        numbers, odd = cells.read_scores(content)
        key = score_key(indicator.id)
        if key not in table.frame:
            table.frame[key] = np.nan
        table.frame.loc[positions, key] = numbers
        texts: list[int] = []
        for index, code in odd.items():
            position = int(positions[index])
            if code == MISSING:
                missing.setdefault(position, []).append((indicator, column))
            elif code == NUMBER_AS_TEXT:
                texts.append(rows[index])
            else:
                _odd_score(table, rubric, indicator, position, column, code)
        if texts:
            values = {"indicator": indicator.name, "count": len(texts)}
            place = table.place(texts[0], column, last_row=texts[-1])
            table.findings.append(warning(NUMBER_AS_TEXT, place, **values))
        _out_of_range(table, rubric, indicator, positions, numbers, column)
    for position, indicators in missing.items():
        _missing_scores(table, rubric, position, indicators)


def _who(table: Table, position: int) -> str:
    """How a message names an employee."""
    row = table.frame.loc[position]
    return " ".join(part for part in (row["employee_id"], row["name"]) if part)


def _odd_score(
    table: Table, rubric: Rubric, indicator: Indicator, position: int, column: int, code: str
) -> None:
    row = table.row(position)
    values = {
        "employee": _who(table, position),
        "indicator": indicator.name,
        "found": cells.quoted(table.grid.rows[row][column]),
        "full": rubric.full_score(indicator),
    }
    table.reject(position, error(code, table.place(row, column), **values))


def _out_of_range(
    table: Table,
    rubric: Rubric,
    indicator: Indicator,
    positions: npt.NDArray[np.intp],
    numbers: npt.NDArray[np.float64],
    column: int,
) -> None:
    full = rubric.full_score(indicator)
    for index in np.flatnonzero((numbers < 0) | (numbers > float(full))):
        _odd_score(table, rubric, indicator, int(positions[index]), column, "out-of-range")


def _missing_scores(
    table: Table, rubric: Rubric, position: int, missing: Sequence[tuple[Indicator, int]]
) -> None:
    row = table.row(position)
    employee = _who(table, position)
    if len(missing) == len(rubric.indicators) > 1:
        columns = [column for _, column in missing]
        place = table.place(row, min(columns), last_column=max(columns))
        table.reject(
            position, error("missing-score", place, employee=employee, indicator=_all_names(missing))
        )
        return
    for indicator, column in missing:
        finding = error(
            "missing-score", table.place(row, column), employee=employee, indicator=indicator.name
        )
        table.reject(position, finding)


def _all_names(missing: Sequence[tuple[Indicator, int]]) -> list[object]:
    return [indicator.name for indicator, _ in missing]


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
