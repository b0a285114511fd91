"""Tables of any length: XlsxWriter writes one row of each, and all rows are made after it.

XlsxWriter makes an object and several strings of every cell, which is most of the time of a large result.
The rows of a table are alike, though: so it writes one row of blanks with their looks, and in the finished
package that row is replaced by the rows of the table, chunk by chunk, one made while another is compressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.progress import Tell, silent

Values: TypeAlias = "Sequence[str] | Sequence[float] | Sequence[str | float] | NDArray[Any] | pd.Series[Any]"
"""A value for each row: texts, numbers, or either."""

ROW = "\0"
"""Stands in a formula for the number of its own row; no text of a workbook can have it."""

MOST_ROWS = 1_048_576 - 8
"""The rows of a worksheet, without those above a table."""

_CHUNK = 2_000
_LEVEL = 1
_LONGEST_TEXT = 32_767
_CELL = re.compile(r'<c r="([A-Z]+)\d+" s="(\d+)"/>')
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Cells:
    """The cells of a column: ``kinds`` are all that occur, XML after the look; ``places`` which is where."""

    kinds: Sequence[str]
    places: NDArray[np.intp]


def number_cells(numbers: Values, *, missing: str = "") -> Cells:
    """Numbers; where there is none stands a text, or nothing."""
    places, found = pd.factorize(np.asarray(numbers, dtype=np.float64))
    kinds = [f"><v>{number:.16G}</v></c>" for number in found.tolist()]
    return Cells([*kinds, _text(missing) if missing else "/>"], places)  # no number has the place -1


def text_cells(texts: Values) -> Cells:
    """Texts, as texts whatever they begin with; an empty one too, or what repeats it would say 0."""
    places, found = pd.factorize(np.asarray(texts, dtype=object))
    return Cells([_text(text) for text in found], places)


def formula_cells(formulas: str | Sequence[str], values: Values) -> Cells:
    """A formula for all rows, or one for each, with their values; where a formula is empty stands nothing.

    A formula may have ``ROW`` and the signs of ``LongTable.rows`` in place of numbers of rows.
    """
    places, found = pd.factorize(np.asarray(values, dtype=object))
    if isinstance(formulas, str):
        escaped = _escaped(formulas)
        return Cells([_formula(escaped, value) for value in found], places)
    kinds: dict[tuple[str, int], int] = {}
    pairs = (kinds.setdefault(pair, len(kinds)) for pair in zip(formulas, places.tolist(), strict=True))
    which = np.fromiter(pairs, np.intp)
    return Cells([_formula(_escaped(formula), found[place]) for formula, place in kinds], which)


@dataclass(frozen=True)
class LongTable:
    """The rows of a table below its header: columns from the first on, each with its look.

    ``rows`` are signs in formulas that stand for a row elsewhere, and what that is for the first row of the
    table; rows count from 0. ``heights`` are those of the rows in points, where texts in them are wrapped.
    """

    first_row: int
    columns: Sequence[tuple[Cells, Format]]
    rows: Mapping[str, int] = field(default_factory=dict)
    heights: Sequence[float] = ()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.columns[0][0].places)

    @property
    def last_row(self) -> int:
        """The last row."""
        return self.first_row + self.count - 1

    def hold_place(self, worksheet: Worksheet) -> None:
        """Writes the row after which all are made; and a cell at the end, so that the sheet is that long."""
        for column, (_, look) in enumerate(self.columns):
            worksheet.write_blank(self.first_row, column, None, look)
        if self.count > 1:
            worksheet.write_blank(self.last_row, 0, None, self.columns[0][1])

    def xml(self, model: str) -> Iterator[str]:
        """The rows as XML, some thousands at a time, after the row that ``hold_place`` wrote.

        A row is the number of the row between the pieces that end where it stands next: after the letters of
        the next cell.
        """
        letters, looks = zip(*_CELL.findall(model), strict=True)
        after = [*(f'<c r="{one}' for one in letters[1:]), "</row>"]
        columns = [
            (np.array([f'" s="{look}"{kind}{end}' for kind in cells.kinds], dtype=object), cells.places)
            for (cells, _), look, end in zip(self.columns, looks, after, strict=True)
        ]
        has_formulas = any(ROW in kind for cells, _ in self.columns for kind in cells.kinds)
        signs = {sign: row - self.first_row for sign, row in self.rows.items()}
        signs |= {ROW: 0} if has_formulas else {}
        heights = [f' ht="{height:g}" customHeight="1"' for height in self.heights] or [""] * self.count
        for start in range(0, self.count, _CHUNK):
            chunk = zip(
                *(kinds[places[start : start + _CHUNK]].tolist() for kinds, places in columns), strict=True
            )
            numbers = range(self.first_row + start + 1, self.first_row + start + 1 + _CHUNK)
            lines = [
                f'<row r="{row}"{height}><c r="{letters[0]}{row}{str(row).join(cells)}'
                for row, height, cells in zip(numbers, heights[start:], chunk, strict=False)
            ]
            yield "".join(_filled(lines, numbers, signs) if signs else lines)


def _filled(lines: Iterable[str], numbers: Iterable[int], signs: Mapping[str, int]) -> Iterator[str]:
    """Rows whose formulas have numbers in place of signs."""
    for line, number in zip(lines, numbers, strict=False):
        for sign, offset in signs.items():
            line = line.replace(sign, str(number + offset))  # noqa: PLW2901 what is left of the signs
        yield line


def fill_tables(package: BytesIO, tables: Mapping[str, Sequence[LongTable]], tell: Tell = silent) -> bytes:
    """A workbook in which the tables have all their rows; ``tables`` are by the names of worksheet parts."""
    filled = BytesIO()
    done, total = 0, sum(table.count for every in tables.values() for table in every)
    with ZipFile(package) as source, ZipFile(filled, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as target:
        for name in source.namelist():
            content = source.read(name)
            with target.open(name, "w") as part:
                if name in tables:
                    _write(part, _parts(content.decode(), tables[name]))
                    done += sum(table.count for table in tables[name])
                    tell("writing", done, total)
                else:
                    part.write(content)
    return filled.getvalue()


def _parts(worksheet: str, tables: Sequence[LongTable]) -> Iterator[str]:
    """A worksheet with the rows of its tables, from top to bottom."""
    done = 0
    for table in sorted(tables, key=lambda one: one.first_row):
        begin = worksheet.index(f'<row r="{table.first_row + 1}"', done)
        model = worksheet.index("</row>", begin)
        end = worksheet.index(f'<row r="{table.last_row + 1}"', begin)
        yield worksheet[done:begin]
        yield from table.xml(worksheet[begin:model])
        done = worksheet.index("</row>", end) + len("</row>")
    yield worksheet[done:]


def _write(part: IO[bytes], texts: Iterable[str]) -> None:
    """Compresses each text in a thread of its own, while the next one is being made."""
    with ThreadPoolExecutor(1) as compressor:
        pending: Future[int] | None = None
        for text in texts:
            content = text.encode()
            if pending is not None:
                pending.result()
            pending = compressor.submit(part.write, content)
        if pending is not None:
            pending.result()


def _text(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f' t="inlineStr"><is><t{space}>{_plain(text[:_LONGEST_TEXT])}</t></is></c>'


def _plain(text: str) -> str:
    return text if text.isalnum() else _escaped(_CONTROL.sub(_control, text))


def _control(found: re.Match[str]) -> str:
    """A character that XML cannot hold, as spreadsheets write it; and a text that only looks like that."""
    character = found.group()
    return "_x005F_x" if character == "_x" else f"_x{ord(character):04X}_"


def _formula(formula: str, value: str | float) -> str:
    if not formula:
        return "/>"
    if isinstance(value, str):
        return f' t="str"><f>{formula}</f><v>{_plain(value)}</v></c>'
    return f"><f>{formula}</f><v>{value:.16G}</v></c>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
