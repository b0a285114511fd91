"""The overview: how the grades fall and how the teams compare, as tables and native charts."""

from __future__ import annotations

from collections.abc import Sequence

from perfcli.scoring.distributions import Distribution, distribution
from perfcli.scoring.omissions import partial_note
from perfcli.scoring.results import Results
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.charts import ColumnChart
from perfcli.workbooks.base.writer import SheetWriter

_FACTS, _GRADES = 2, 5
_CHART_ROWS = 15
_FIRST_WIDTH, _WIDTH = 20, 12
_CHARTED = 2


def write_overview(sheet: SheetWriter, results: Results) -> None:
    """Writes how many people and their average, the grade distribution, and the comparison of teams."""
    book, wording = sheet.book, sheet.book.wording
    sheet.write_title(wording("overview.title", period=book.period(results.period)))
    note = partial_note(len(results.frame), results.left_out)
    if note is not None:
        sheet.write(1, 0, book.name(note), book.alarm)
    sheet.set_widths([_FIRST_WIDTH, *[_WIDTH] * (4 + len(results.ruleset.policy.grades))])
    decimals = results.ruleset.policy.rounding.total_decimals
    everybody = distribution(results.frame, results.ruleset.policy)
    facts = [
        ("overview.people", everybody.employees, 0),
        ("overview.teams", len(results.teams), 0),
        ("overview.average", float(everybody.average), decimals),
        ("overview.highest", everybody.highest, decimals),
        ("overview.lowest", everybody.lowest, decimals),
    ]
    for column, (key, value, places) in enumerate(facts):
        sheet.write(_FACTS, column, wording(key), book.header)
        look = book.number(places, bold=True, align="center", font_size=14)
        sheet.write(_FACTS + 1, column, value, look)
    sheet.worksheet.set_row(_FACTS + 1, 26)
    after = _write_grades(sheet, results, everybody)
    _write_teams(sheet, results, after + 1)
    sheet.print_setup(landscape=False)
    sheet.worksheet.fit_to_pages(1, 1)


def _write_grades(sheet: SheetWriter, results: Results, everybody: Distribution) -> int:
    """The grade distribution and its chart; gives the row after them."""
    book, wording = sheet.book, sheet.book.wording
    sheet.write(_GRADES, 0, wording("overview.grades"), book.heading)
    headers = ("column.grade", "overview.band", "overview.people", "overview.share")
    sheet.write_line(_GRADES + 1, map(wording, headers), book.header)
    grades = results.ruleset.policy.grades_from_top
    first = _GRADES + 2
    for row, (grade, name) in enumerate(zip(grades, book.grades(results.ruleset), strict=True), start=first):
        count = everybody.grades[grade.id]
        sheet.write_line(row, [name, f"≥ {grade.lower_bound.normalize():f}", count], book.centred)
        share = book.cell(num_format="0.0%", align="center")
        sheet.write(row, 3, everybody.share(grade.id), share)
    last = first + len(grades) - 1
    sheet.mark_grades(0, (first, last), book.grades(results.ruleset))
    fills = [look.fill for look in styles.grade_looks(len(grades))]
    _insert_chart(sheet, "overview.grades-chart", (first, last), 0, fills)
    return last + 2 + _CHART_ROWS


def _write_teams(sheet: SheetWriter, results: Results, top: int) -> None:
    """A row per team: people, average, highest, lowest, how many have each grade; a chart of averages."""
    book, wording = sheet.book, sheet.book.wording
    decimals = results.ruleset.policy.rounding.total_decimals
    sheet.write(top, 0, wording("overview.comparison"), book.heading)
    keys = ("column.team", "overview.people", "overview.average", "overview.highest", "overview.lowest")
    sheet.write_line(top + 1, [*map(wording, keys), *book.grades(results.ruleset)], book.header)
    number = book.number(decimals, align="center")
    for row, rubric in enumerate(results.teams, start=top + 2):
        team = distribution(results.of_team(rubric.team), results.ruleset.policy)
        sheet.write(row, 0, book.name(rubric.name), book.cell(text_wrap=True))
        sheet.write(row, 1, team.employees, book.centred)
        sheet.write_line(row, (float(team.average), team.highest, team.lowest), number, first=2)
        sheet.write_line(row, team.grades.values(), book.centred, first=5)
    rows = (top + 2, top + 1 + len(results.teams))
    _insert_chart(sheet, "overview.comparison-chart", rows, decimals)


def _insert_chart(
    sheet: SheetWriter, title: str, rows: tuple[int, int], decimals: int, fills: Sequence[str] = ()
) -> None:
    """Adds a chart of the third column below its rows."""
    num_format = f"0.{'0' * decimals}" if decimals else "0"
    size = (700, 20 * (_CHART_ROWS - 1))
    text = sheet.book.wording(title)
    chart = ColumnChart(text, _CHARTED, rows, num_format, size, sheet.book.font, fills, y_axis={"min": 0})
    chart.insert(sheet, rows[1] + 2)
