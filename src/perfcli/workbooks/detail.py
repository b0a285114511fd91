"""The detail of one team: every score, what it counted for, and what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.rules.models import Rubric
from perfcli.scoring.results import OUTCOME, Results, points_key, score_key
from perfcli.workbooks import styles
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table, write_numbers, write_texts

IDENTITY = ("employee_id", "name", "department", "position")

_TITLE, _NOTE, _BLOCKS, _DIMENSIONS, _HEADER, WEIGHTS, _FIRST = range(7)
_REPEATED = 2
_LEAST_SCALE = 40
_LEAST_WIDTH, _MOST_WIDTH = 7.5, 14


@dataclass(frozen=True)
class _Column:
    """One column: its key, its texts in the rows of the header, its weight."""

    key: str
    block: str
    dimension: str
    header: str
    weight: float | None = None


def write_detail(book: Book, worksheet: Worksheet, results: Results, rubric: Rubric) -> Table:
    """Writes a team's employees in the order of rank: what came out, scores, points, dimension points."""
    frame = results.of_team(rubric.team)
    columns = _columns(book, rubric)
    keys = {column.key: index for index, column in enumerate(columns)}
    table = Table("detail", rubric.team, str(worksheet.name), _FIRST, len(frame), keys)
    worksheet.write_string(_TITLE, 0, book.wording("detail.title", team=rubric.name), book.title)
    worksheet.set_row(_TITLE, 28)
    note = book.wording(f"detail.note.{rubric.scale}", period=book.period(results.period), count=len(frame))
    worksheet.write_string(_NOTE, 0, note, book.note)
    _write_header(book, worksheet, columns)
    names = book.names(results.ruleset)
    decimals = results.ruleset.policy.rounding.total_decimals
    for index, column in enumerate(columns):
        values = frame[column.key]
        if column.key in names:
            grades = [names[column.key][value] for value in values]
            write_texts(worksheet, _FIRST, index, grades, book.cell(align="center"))
        elif column.key in IDENTITY:
            write_texts(worksheet, _FIRST, index, values.astype(str).tolist(), book.text)
        else:
            write_numbers(worksheet, _FIRST, index, values.tolist(), _look(book, column.key, decimals))
    texts = {key: frame[key].astype(str).tolist() for key in IDENTITY}
    _set_up(book, worksheet, table, columns, texts | {"grade": book.grades(results.ruleset)})
    book.mark_grades(worksheet, _column_cells(table, "grade"), book.grades(results.ruleset))
    return table


def _look(book: Book, key: str, decimals: int) -> Format:
    if key == "total":
        return book.number(decimals, bold=True)
    if key in OUTCOME:
        return book.cell(align="center")
    return book.cell(num_format="0.######") if key.endswith(".score") else book.exact


def _columns(book: Book, rubric: Rubric) -> list[_Column]:
    """All columns from left to right."""
    wording = book.wording
    columns = [_Column(key, "", "", wording(f"column.{key}")) for key in IDENTITY]
    columns += [_Column(key, wording("detail.outcome"), "", wording(f"column.{key}")) for key in OUTCOME]
    columns += [
        _Column(
            key(indicator.id),
            wording(block),
            book.dimension(dimension),
            book.name(indicator.name),
            float(indicator.weight),
        )
        for key, block in ((score_key, "detail.scores"), (points_key, "detail.points"))
        for dimension in rubric.dimensions
        for indicator in dimension.indicators
    ]
    columns += [
        _Column(
            points_key(dimension.id),
            wording("detail.dimensions"),
            "",
            book.name(dimension.name),
            float(dimension.weight),
        )
        for dimension in rubric.dimensions
    ]
    return columns


def _write_header(book: Book, worksheet: Worksheet, columns: Sequence[_Column]) -> None:
    _write_groups(book, worksheet, _BLOCKS, [column.block for column in columns])
    _write_groups(book, worksheet, _DIMENSIONS, [column.dimension for column in columns])
    for index, column in enumerate(columns):
        worksheet.write_string(_HEADER, index, column.header, book.header)
        if column.weight is None:
            worksheet.write_blank(WEIGHTS, index, None, book.weight)
        else:
            worksheet.write_number(WEIGHTS, index, column.weight, book.weight)
    worksheet.write_string(WEIGHTS, 0, book.wording("column.weight"), book.weight)


def _write_groups(book: Book, worksheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """A header row in which neighbours of one title share one cell."""
    start = 0
    for end in range(1, len(titles) + 1):
        if end == len(titles) or titles[end] != titles[start]:
            if end - start > 1:
                worksheet.merge_range(row, start, row, end - 1, titles[start], book.group)
            else:
                worksheet.write_string(row, start, titles[start], book.group)
            start = end


def _column_cells(table: Table, key: str) -> tuple[int, int, int, int]:
    column = table.columns[key]
    return table.first_row, column, table.last_row, column


def _set_up(
    book: Book,
    worksheet: Worksheet,
    table: Table,
    columns: Sequence[_Column],
    texts: Mapping[str, Sequence[str]],
) -> None:
    """Widths, filter, frozen panes, print; ``texts`` are what stands in the columns of texts."""
    widths = _set_widths(worksheet, columns, texts)
    headers = [(column.header, wide) for column, wide in zip(columns, widths, strict=True)]
    worksheet.set_row(_HEADER, styles.wrapped_height(headers))
    groups: dict[tuple[str, str], float] = {}
    for column, wide in zip(columns, widths, strict=True):
        title = (column.block, column.dimension)
        groups[title] = groups.get(title, 0) + wide
    titles = [(dimension, wide) for (_, dimension), wide in groups.items()]
    worksheet.set_row(_DIMENSIONS, styles.wrapped_height(titles))
    worksheet.autofilter(WEIGHTS, 0, table.last_row, len(columns) - 1)
    worksheet.freeze_panes(_FIRST, 2)
    worksheet.ignore_errors({"number_stored_as_text": f"A{_FIRST + 1}:D{table.last_row + 1}"})
    book.print_setup(worksheet, landscape=True, repeat=(_BLOCKS, WEIGHTS))
    _set_pages(worksheet, table.last_row, columns, widths)


def _set_pages(
    worksheet: Worksheet, last_row: int, columns: Sequence[_Column], widths: Sequence[float]
) -> None:
    """Prints results and scores on one page and the points on the next: one page would be too small to read.

    The title stays off the pages, as the repeated columns would cut it short; the page's header has it.
    """
    cut = next(index for index, column in enumerate(columns) if column.key.endswith(".points"))
    pages = (widths[:cut], [*widths[:_REPEATED], *widths[cut:]])
    widest = max(sum(styles.pixels(wide) for wide in page) for page in pages)
    worksheet.set_print_scale(min(max(int(100 * styles.A4_LANDSCAPE / widest), _LEAST_SCALE), 100))
    worksheet.set_v_pagebreaks([cut])
    worksheet.print_area(_BLOCKS, 0, last_row, len(columns) - 1)
    worksheet.repeat_columns(0, _REPEATED - 1)


def _set_widths(
    worksheet: Worksheet, columns: Sequence[_Column], texts: Mapping[str, Sequence[str]]
) -> list[float]:
    """Sets each column as wide as its texts, or as the longest word of its header."""
    widths: list[float] = []
    for index, column in enumerate(columns):
        if column.key in IDENTITY:
            wide = styles.width([column.header, *dict.fromkeys(texts[column.key])], least=9, most=24)
        else:
            words = [*styles.unbreakable(column.header), *dict.fromkeys(texts.get(column.key, ()))]
            wide = styles.width(words, least=_LEAST_WIDTH, most=_MOST_WIDTH)
        worksheet.set_column(index, index, wide)
        widths.append(wide)
    return widths
