"""What writes a workbook and its sheets: each look made once, no text a formula, nothing tells the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfcli.progress import Tell, silent
from perfcli.rules.models import Dimension, Indicator, Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Translated, Wording
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.long_tables import LongTable, fill_tables

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for the moment of making, so that the same inputs give the same bytes."""

Value = str | float | None
"""What stands in a cell."""


class _PlainWorksheet(Worksheet):
    """A sheet that takes formulas as they are.

    XlsxWriter looks through each formula for some thirty functions newer than the file format. Ours use none
    of them, and with many employees that search would take longer than all the rest of the writing.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002 as in XlsxWriter
        del expand_future_functions
        return formula.removeprefix("=")


class WorkbookWriter:
    """A workbook in one language with its looks."""

    def __init__(self, wording: Wording, title: str) -> None:
        self.wording = wording
        self.font = {"font_name": styles.FONTS[wording.language], "font_size": styles.FONT_SIZE}
        self._bytes = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_format_properties": dict(self.font),
        }
        self.workbook = Workbook(self._bytes, options)
        self.workbook.set_properties({"title": title, "author": "perf", "created": CREATED})
        self.name_of_work = title
        self._tables: dict[str, list[LongTable]] = {}
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._make_looks()

    def _make_looks(self) -> None:
        """The looks that many cells share."""
        centred = {"align": "center", "text_wrap": True, "border": 1, "border_color": styles.LINE}
        self.title = self.format(bold=True, font_size=18, font_color=styles.INK)
        self.heading = self.format(bold=True, font_size=12)
        self.note = self.format(font_color=styles.MUTED)
        self.alarm = self.format(bold=True, font_color=styles.ALARM)
        self.header = self.format(**centred, bold=True, font_color="#FFFFFF", bg_color=styles.INK)
        self.group = self.format(**centred, bold=True, font_color=styles.INK, bg_color=styles.GROUP)
        self.weight = self.format(**centred, italic=True, font_color=styles.MUTED, bg_color=styles.PALE)
        self.text = self.cell(num_format="@", align="left")
        self.exact = self.cell(num_format="0.00????")
        self.percent = self.cell(num_format='0.00##"%"')
        self.signed = self.cell(num_format="+0.00????;-0.00????;0.00????")
        self.plain = self.cell(align="right")
        self.centred = self.cell(align="center")

    def format(self, **properties: Any) -> Format:
        """The workbook's font with some properties over it."""
        return self.cached({**self.font, "valign": "vcenter", **properties})

    def cell(self, **properties: Any) -> Format:
        """A cell of a table's body."""
        return self.format(**{"border": 1, "border_color": styles.LINE, **properties})

    def number(self, decimals: int, **properties: Any) -> Format:
        """A number with so many decimals in a table's body."""
        return self.cell(num_format="0." + "0" * decimals if decimals else "0", **properties)

    def cached(self, properties: Mapping[str, Any]) -> Format:
        """A look by its properties alone."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(properties))
        return self._formats[key]

    def sheet(self, wanted: str) -> SheetWriter:
        """A new sheet, by the nearest name that a sheet may have and that no other has."""
        taken = [str(worksheet.name) for worksheet in self.workbook.worksheets()]
        return SheetWriter(
            self,
            self.workbook.add_worksheet(styles.sheet_name(wanted, taken), worksheet_class=_PlainWorksheet),
        )

    def name(self, name: Translated) -> str:
        """A name in the workbook's language."""
        return name.in_language(self.wording.language)

    def period(self, period: str) -> str:
        """A period, or that none was stated."""
        return period or self.wording("period.none")

    def role_header(self, indicator: Indicator, role: Role, rater: int = 0) -> str:
        """What stands over the column of an indicator and a role, or of one of several raters."""
        word = self.name(indicator.measure.role_said(role))
        if rater:
            word = self.wording("role.numbered", role=word, number=rater)
        unit = indicator.measure.unit if role in {Role.TARGET, Role.ACTUAL} else None
        if unit is not None:
            word = self.wording("role.unit", role=word, unit=unit)
        return f"{self.name(indicator.name)}\n{word}"

    def dimension(self, dimension: Dimension) -> str:
        """A dimension with its weight."""
        weight = f"{dimension.weight.normalize():f}"
        return self.wording("header.dimension", dimension=dimension.name, weight=weight)

    def names(self, ruleset: Ruleset) -> dict[str, dict[str, str]]:
        """The names that stand for ids: of the columns ``grade`` and ``team``."""
        return {
            "grade": {grade.id: self.name(grade.name) for grade in ruleset.policy.grades},
            "team": {team: self.name(rubric.name) for team, rubric in ruleset.rubrics.items()},
        }

    def indicators(self, rubric: Rubric, identifiers: str) -> str:
        """The names of indicators, given by ids with blanks between them."""
        names = {indicator.id: indicator.name for indicator in rubric.indicators}
        found = [names[identifier] for identifier in identifiers.split()]
        return self.wording("detail.vetoes", indicators=found) if found else ""

    def grades(self, ruleset: Ruleset) -> list[str]:
        """The grades' names from the best to the lowest."""
        return [self.name(grade.name) for grade in ruleset.policy.grades_from_top]

    def add_rows(self, worksheet: Worksheet, table: LongTable) -> None:
        """Fills a worksheet with the rows of a table when the workbook is finished."""
        if table.count:
            table.hold_place(worksheet)
            self._tables.setdefault(str(worksheet.name), []).append(table)

    def finish(self, tell: Tell = silent) -> bytes:
        """The workbook as bytes."""
        self.workbook.close()
        if not self._tables:
            return self._bytes.getvalue()
        names = [str(worksheet.name) for worksheet in self.workbook.worksheets()]
        parts = {
            f"xl/worksheets/sheet{names.index(name) + 1}.xml": tables for name, tables in self._tables.items()
        }
        return fill_tables(self._bytes, parts, tell)


@dataclass(frozen=True)
class SheetWriter:
    """A sheet of a workbook: rows and columns count from 0."""

    book: WorkbookWriter
    worksheet: Worksheet

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.worksheet.name)

    def write(
        self, row: int, column: int, value: Value, look: Format | None = None, *, formula: str = ""
    ) -> None:
        """Writes a text as text whatever it begins with, a number, a formula with its value, or nothing."""
        if formula:
            self.worksheet.write_formula(row, column, f"={formula}", look, value)
        elif value is None:
            self.worksheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.worksheet.write_string(row, column, value, look)
        else:
            self.worksheet.write_number(row, column, value, look)

    def write_across(
        self, row: int, columns: tuple[int, int], value: Value, look: Format, *, formula: str = ""
    ) -> None:
        """Writes into one cell from the first to the last of some columns."""
        first, last = columns
        if last > first:
            self.worksheet.merge_range(row, first, row, last, "", look)
            value = None if value == "" else value
        self.write(row, first, value, look, formula=formula)

    def write_line(
        self, row: int, values: Iterable[Value], look: Format | None = None, *, first: int = 0
    ) -> None:
        """Writes one value beside the other."""
        for column, value in enumerate(values, start=first):
            self.write(row, column, value, look)

    def write_title(self, title: str, note: str = "") -> None:
        """Writes the title of the sheet, and what is said of it."""
        self.worksheet.write_string(0, 0, title, self.book.title)
        self.worksheet.set_row(0, 28)
        if note:
            self.worksheet.write_string(1, 0, note, self.book.note)

    def set_widths(self, widths: Iterable[float]) -> None:
        """Sets how wide the columns are, from the first on."""
        for column, wide in enumerate(widths):
            self.worksheet.set_column(column, column, wide)

    def mark_grades(self, column: int, rows: tuple[int, int], names: Sequence[str]) -> None:
        """Gives the cells from the first to the last of some rows their grade's look.

        ``names`` are the grades from the best to the lowest.
        """
        for name, look in zip(names, styles.grade_looks(len(names)), strict=True):
            value = '"' + name.replace('"', '""') + '"'
            shown = self.book.cached(look.properties)
            rule = {"type": "cell", "criteria": "==", "value": value, "format": shown}
            self.worksheet.conditional_format(rows[0], column, rows[1], column, rule)

    def print_setup(self, *, landscape: bool, repeat: tuple[int, int] | None = None) -> None:
        """Prints on A4, one page wide, with page numbers and some rows repeated on each page."""
        worksheet = self.worksheet
        worksheet.set_paper(9)
        if landscape:
            worksheet.set_landscape()
        worksheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        worksheet.fit_to_pages(1, 0)
        worksheet.center_horizontally()
        self.head_pages()
        worksheet.set_footer("&C&9&P / &N")
        if repeat is not None:
            worksheet.repeat_rows(*repeat)

    def head_pages(self, note: str = "") -> None:
        """Prints the name of the work and of the sheet on each page, with a note between them."""
        left, middle = (text.replace("&", "&&") for text in (self.book.name_of_work, note))
        self.worksheet.set_header("&L&9 " + left + (f"&C&9 {middle}" if middle else "") + "&R&9&A")
