"""A blank roster: every column that perf reads, what each is for, and an example of how it is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from perfcli.files import marks
from perfcli.people.columns import COLUMNS, TEAM, Holds, PersonColumn
from perfcli.rules.models import Rubric
from perfcli.rules.numbers import written
from perfcli.rules.pay import Factor
from perfcli.text import Wording, catalogue
from perfcli.version import __version__
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.marks import write_mark
from perfcli.workbooks.base.writer import SheetWriter, WorkbookWriter

BLANK_ROWS = 500

_WIDTHS = {Holds.DATE: 13.0, Holds.AMOUNT: 13.0, Holds.DAYS: 11.0, Holds.ID: 12.0, Holds.TEXT: 18.0}
_WIDTH = 24.0
_FIRST_DAY = date(1950, 1, 1)
_LAST_DAY = date(9999, 12, 31)


@dataclass(frozen=True)
class _TemplateColumn:
    """A column of the blank roster: what stands over it, what it holds, and what the guide says of it."""

    header: str
    holds: Holds
    use: str
    example: str
    words: Sequence[str]
    may_be_negative: bool = False


def roster_template_workbook(
    rubrics: Sequence[Rubric], wording: Wording, factors: Sequence[Factor] = ()
) -> bytes:
    """A blank roster as the bytes of an .xlsx file: the list, and a sheet that explains each column.

    ``factors`` are those of a bonus that the policy takes from a column of the roster.
    """
    book = WorkbookWriter(wording, wording("roster.title"))
    sheet, guide = book.sheet(wording("sheet.roster")), book.sheet(wording("sheet.roster-guide"))
    teams = [book.name(rubric.name) for rubric in rubrics]
    columns = [*(_of_person(column, teams, wording) for column in _persons_columns())]
    columns += [_of_factor(factor, wording) for factor in factors]
    _write_list(sheet, columns)
    _validate(sheet, columns, _write_guide(guide, columns, teams))
    mark = {"kind": marks.TEMPLATE, "schema": marks.SCHEMA, "perf": __version__}
    write_mark(book, mark | {"language": str(wording.language)})
    return book.finish()


def _persons_columns() -> list[PersonColumn]:
    """The columns in the order in which people fill them in: who, where, days, money, what was done."""
    order = (Holds.ID, Holds.TEXT, Holds.TEAM, Holds.DATE, Holds.AMOUNT, Holds.DAYS)
    last = ("discipline", "bonus_adjustment_reason")
    columns = [one for one in COLUMNS if one.holds in order]
    return sorted(columns, key=lambda one: (one.key in last, order.index(one.holds)))


def _of_person(column: PersonColumn, teams: Sequence[str], wording: Wording) -> _TemplateColumn:
    """A column of a person; its example is its own, or else one of its kind."""
    own = f"roster.example.{column.key}" in catalogue()
    example = wording(f"roster.example.{column.key if own else column.holds.name.lower()}")
    return _TemplateColumn(
        wording(f"column.{column.key}"),
        column.holds,
        wording(f"roster.use.{column.key}"),
        teams[0] if column.key == TEAM and teams else example,
        column.words[2:],
        column.may_be_negative,
    )


def _of_factor(factor: Factor, wording: Wording) -> _TemplateColumn:
    lowest, highest = factor.bounds
    header, *words = factor.words
    bounds = {"name": factor.name, "lowest": written(lowest), "highest": written(highest)}
    return _TemplateColumn(header, Holds.DAYS, wording("roster.use-factor", **bounds), "1.1", words)


def _write_list(sheet: SheetWriter, columns: Sequence[_TemplateColumn]) -> None:
    """The header in row 1 and blank rows: ids and names as text, so that no zero is lost."""
    book, worksheet = sheet.book, sheet.worksheet
    fill = {"bg_color": styles.ENTRY}
    looks = {
        Holds.DATE: book.cell(num_format="yyyy-mm-dd", align="center", **fill),
        Holds.AMOUNT: book.cell(num_format="#,##0.00", **fill),
        Holds.DAYS: book.cell(num_format="0.##", align="center", **fill),
    }
    text = book.cell(num_format="@", indent=1, **fill)
    for index, column in enumerate(columns):
        sheet.write(0, index, column.header, book.header)
        worksheet.set_column(index, index, _WIDTHS.get(column.holds, _WIDTH))
        for row in range(1, BLANK_ROWS + 1):
            worksheet.write_blank(row, index, None, looks.get(column.holds, text))
    worksheet.set_row(0, 34)
    worksheet.freeze_panes(1, 2)
    worksheet.hide_gridlines(2)
    sheet.print_setup(landscape=True, repeat=(0, 0))


def _write_guide(sheet: SheetWriter, columns: Sequence[_TemplateColumn], teams: Sequence[str]) -> str:
    """What each column is for, with an example; gives where the names of the teams stand."""
    book, wording = sheet.book, sheet.book.wording
    headers = ("roster.guide.column", "roster.guide.for", "roster.guide.example", "roster.guide.words")
    sheet.write_title(wording("roster.title"))
    sheet.set_widths((18, 60, 26, 60, 4, 30))
    sheet.write_line(2, [wording(key) for key in headers], book.header)
    wrapped = book.cell(text_wrap=True, align="left", indent=1)
    for row, column in enumerate(columns, start=3):
        texts = (column.header, column.use, column.example, ", ".join(column.words))
        for index, text in enumerate(texts):
            sheet.write(row, index, text, wrapped)
        sheet.worksheet.set_row(row, styles.wrapped_height([(texts[1], 60.0), (texts[3], 60.0)]))
    sheet.write(2, 5, wording("column.team"), book.header)
    for row, team in enumerate(teams, start=3):
        sheet.write(row, 5, team, book.text)
    sheet.worksheet.hide_gridlines(2)
    sheet.print_setup(landscape=True, repeat=(2, 2))
    return f"{quote_sheetname(sheet.name)}!{xl_range_abs(3, 5, 2 + len(teams), 5)}" if teams else ""


def _validate(sheet: SheetWriter, columns: Sequence[_TemplateColumn], teams: str) -> None:
    """A day where a day is asked for, an amount where an amount is; a team from the list."""
    wording = sheet.book.wording
    for index, column in enumerate(columns):
        rule: dict[str, object] = {}
        if column.holds is Holds.DATE:
            rule = {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        elif column.holds in {Holds.AMOUNT, Holds.DAYS} and not column.may_be_negative:
            rule = {"validate": "decimal", "criteria": ">=", "value": 0}
        elif column.holds is Holds.TEAM and teams:
            rule = {"validate": "list", "source": f"={teams}"}
        if rule:
            message = wording(f"roster.rule.{column.holds.name.lower()}")
            rule |= {"error_message": message}
            sheet.worksheet.data_validation(1, index, BLANK_ROWS, index, rule)
