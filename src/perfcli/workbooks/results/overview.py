"""The overview: how the grades fall and how the teams compare, as tables and native charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from perfcli.scoring.distributions import Distribution, distribution
from perfcli.scoring.results import Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book

_TITLE, _FACTS, _GRADES = 0, 2, 5
_CHART_ROWS = 15
_FIRST_WIDTH, _WIDTH = 20, 12
_NAMES, _NUMBERS = 0, 2


def write_overview(book: Book, worksheet: Worksheet, results: Results) -> None:
    """Writes heads and average, the grade distribution, and the comparison of teams."""
    wording = book.wording
    title = wording("overview.title", period=book.period(results.period))
    worksheet.write_string(_TITLE, 0, title, book.title)
    worksheet.set_row(_TITLE, 28)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, 4 + len(results.ruleset.policy.grades), _WIDTH)
    decimals = results.ruleset.policy.rounding.total_decimals
    everybody = distribution(results.frame, results.ruleset.policy)
    facts = [
        ("overview.heads", everybody.employees, 0),
        ("overview.teams", len(results.teams), 0),
        ("overview.average", float(everybody.average), decimals),
        ("overview.highest", everybody.highest, decimals),
        ("overview.lowest", everybody.lowest, decimals),
    ]
    for column, (key, value, places) in enumerate(facts):
        worksheet.write_string(_FACTS, column, wording(key), book.header)
        worksheet.write_number(
            _FACTS + 1, column, value, book.number(places, bold=True, align="center", font_size=14)
        )
    worksheet.set_row(_FACTS + 1, 26)
    after = _write_grades(book, worksheet, results, everybody)
    _write_teams(book, worksheet, results, after + 1)
    book.print_setup(worksheet, landscape=False, repeat=None)
    worksheet.fit_to_pages(1, 1)


def _write_grades(book: Book, worksheet: Worksheet, results: Results, everybody: Distribution) -> int:
    """The grade distribution and its chart; gives the row after them."""
    wording = book.wording
    worksheet.write_string(_GRADES, 0, wording("overview.grades"), book.format(bold=True, font_size=12))
    for column, key in enumerate(("column.grade", "overview.band", "overview.heads", "overview.share")):
        worksheet.write_string(_GRADES + 1, column, wording(key), book.header)
    grades = results.ruleset.policy.grades_from_top
    first = _GRADES + 2
    for row, (grade, name) in enumerate(zip(grades, book.grades(results.ruleset), strict=True), start=first):
        worksheet.write_string(row, 0, name, book.cell(align="center"))
        worksheet.write_string(row, 1, f"≥ {grade.lower_bound.normalize():f}", book.cell(align="center"))
        worksheet.write_number(row, 2, everybody.grades[grade.id], book.cell(align="center"))
        share = everybody.share(grade.id)
        worksheet.write_number(row, 3, share, book.cell(num_format="0.0%", align="center"))
    last = first + len(grades) - 1
    book.mark_grades(worksheet, (first, 0, last, 0), book.grades(results.ruleset))
    fills = [look.fill for look in styles.grade_looks(len(grades))]
    _add_chart(book, worksheet, _Chart("overview.grades-chart", first, last, fills))
    return last + 2 + _CHART_ROWS


def _write_teams(book: Book, worksheet: Worksheet, results: Results, top: int) -> None:
    """A row per team: heads, average, highest, lowest, how many have each grade; and a chart of averages."""
    wording = book.wording
    decimals = results.ruleset.policy.rounding.total_decimals
    worksheet.write_string(top, 0, wording("overview.comparison"), book.format(bold=True, font_size=12))
    keys = ("column.team", "overview.heads", "overview.average", "overview.highest", "overview.lowest")
    headers = [*(wording(key) for key in keys), *book.grades(results.ruleset)]
    for column, header in enumerate(headers):
        worksheet.write_string(top + 1, column, header, book.header)
    number, count = book.number(decimals, align="center"), book.cell(align="center")
    for row, rubric in enumerate(results.teams, start=top + 2):
        team = distribution(results.of_team(rubric.team), results.ruleset.policy)
        worksheet.write_string(row, 0, book.name(rubric.name), book.cell(text_wrap=True))
        worksheet.write_number(row, 1, team.employees, count)
        for column, value in enumerate((float(team.average), team.highest, team.lowest), start=2):
            worksheet.write_number(row, column, value, number)
        for column, employees in enumerate(team.grades.values(), start=5):
            worksheet.write_number(row, column, employees, count)
    last = top + 1 + len(results.teams)
    _add_chart(book, worksheet, _Chart("overview.comparison-chart", top + 2, last, decimals=decimals))


@dataclass(frozen=True)
class _Chart:
    """A chart of the third column by the names in the first, from one row to another."""

    title: str
    first: int
    last: int
    fills: Sequence[str] = ()
    decimals: int = 0


def _add_chart(book: Book, worksheet: Worksheet, wanted: _Chart) -> None:
    """Adds a native column chart below its rows."""
    first, last = wanted.first, wanted.last
    sheet = quote_sheetname(str(worksheet.name))
    font = {"name": book.font, "size": 9, "color": styles.INK}
    border = {"color": styles.ACCENT}
    chart = cast("Chart", book.workbook.add_chart({"type": "column"}))
    chart.add_series(
        {
            "categories": f"={sheet}!{xl_range_abs(first, _NAMES, last, _NAMES)}",
            "values": f"={sheet}!{xl_range_abs(first, _NUMBERS, last, _NUMBERS)}",
            "data_labels": {
                "value": True,
                "font": font,
                "num_format": f"0.{'0' * wanted.decimals}" if wanted.decimals else "0",
            },
            "fill": {"color": styles.ACCENT},
            "border": border,
            "points": [{"fill": {"color": fill}, "border": border} for fill in wanted.fills],
            "gap": 60,
        }
    )
    chart.set_title({"name": book.wording(wanted.title), "name_font": {**font, "size": 11}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis(
        {"num_font": font, "min": 0, "major_gridlines": {"visible": True, "line": {"color": styles.GROUP}}}
    )
    chart.set_size({"width": 700, "height": 20 * (_CHART_ROWS - 1)})
    worksheet.insert_chart(last + 2, 0, chart, {"object_position": 1, "x_offset": 4})
