"""What every reader of a container gives, the limits it keeps to, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

Cell = str | float | int | bool | None


@dataclass
class Sheet:
    """One worksheet as plain values: its rows from A1 on, all of the same length, blank as ``""`` or None.

    ``special`` lists the cells that are more than their value: row, column, kind and text. Kinds are date,
    datetime, time and duration (texts as in ISO 8601), error, not-calculated (the text is the formula),
    percent and shown (the number stands in the row, the text is what its cell shows). ``merges`` are first
    row, first column, last row, last column. ``struck`` are cells whose text is struck through, wholly or in
    part. All rows and columns are counted from 0. ``lengths`` are how
    many fields each line of a text has; other files have none.
    """

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    special: list[tuple[int, int, str, str]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    struck: list[tuple[int, int]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Limits:
    """What one file may ask for.

    ``unpacked_bytes`` is what all entries of a container hold together, ``ratio`` how many times larger than
    packed one of them may be, ``cells`` the area of all sheets together, from A1 to their last cell or merge.
    """

    file_bytes: int = 100 * 1024**2
    entries: int = 5_000
    unpacked_bytes: int = 256 * 1024**2
    ratio: int = 300
    cells: int = 5_000_000
    merges: int = 50_000
    seconds: int = 20
    memory_bytes: int = 1024**3

    def raised(self) -> Limits:
        """Ten times as much of everything, for honest big files."""
        return Limits(*(10 * getattr(self, one.name) for one in fields(self)))


class Refusal(Exception):  # noqa: N818 - it is an answer about the file, not a fault
    """Why a file is not read: the code of a finding and its values."""

    def __init__(self, code: str, values: dict[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = values or {}


def column_letters(column: int) -> str:
    """A column's letters, counted from 0: 0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
