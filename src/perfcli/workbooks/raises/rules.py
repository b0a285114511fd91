"""The rules by which salaries were adjusted, with the files that they and the numbers came from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from perfcli.rewards.raises.raises import Raises
from perfcli.rewards.raises.rules import rates
from perfcli.workbooks.base.blocks import BlockWriter, file_lines, rules_sheet
from perfcli.workbooks.base.writer import SheetWriter

_FIRST_WIDTH, _WIDTH = 34, 18
_LAST = 4
"""The column up to which texts go."""


@dataclass(frozen=True)
class Rates:
    """Where the rates stand: bounds down a column, names of grades along a row, percents between."""

    bounds: str
    grades: str
    percents: str

    def percent(self, measured: str, grade: str) -> str:
        """The formula for the rate of what is measured and a grade."""
        return f"INDEX({self.percents},MATCH({measured},{self.bounds},1),MATCH({grade},{self.grades},0))"


def write_raise_rules(sheet: SheetWriter, raises: Raises) -> Rates:
    """Writes rates, the other rules of salaries, and the files with their SHA-256."""
    book, grades, measures = sheet.book, raises.ruleset.policy.grades_from_top, raises.rules.measures
    widths = [_FIRST_WIDTH, *[_WIDTH] * max(len(grades), _LAST)]
    blocks = rules_sheet(sheet, raises.ruleset, widths, align="left", text_wrap=True)
    found = _write_rates(blocks, raises)
    values = _values(sheet, raises).items()
    others = [(book.wording(f"raise.rules.{key}"), value) for key, value in values]
    blocks.block("raise.rules.others", others, across=_LAST)
    taken = [(book.name(one.name), book.name(measures[one.id])) for one in grades if one.id in measures]
    blocks.block("raise.rules.measures", taken, across=_LAST)
    blocks.block("raise.rules.files", file_lines(raises.ruleset, raises.inputs), across=_LAST)
    sheet.print_setup(landscape=False)
    return found


def _write_rates(blocks: BlockWriter, raises: Raises) -> Rates:
    sheet, book, policy = blocks.sheet, blocks.sheet.book, raises.ruleset.policy
    blocks.head("raise.rules.rates")
    banded = "grade" if policy.salary.matrix is None else policy.salary.banded_by
    grades, header = policy.grades_from_top, blocks.row
    names = [book.name(grade.name) for grade in grades]
    sheet.write_line(header, [book.wording(f"raise.rules.by-{banded}"), *names], book.header)
    bound = book.cell(num_format="#,##0.00", align="left")
    bands = rates(policy)
    for row, band in enumerate(bands, start=header + 1):
        sheet.write(row, 0, float(band.lower_bound), bound)
        sheet.write_line(row, [float(band.percents[one.id]) for one in grades], book.percent, first=1)
    first, last = header + 1, header + len(bands)
    blocks.row = last + 2
    cells = ((first, 0, last, 0), (header, 1, header, len(grades)), (first, 1, last, len(grades)))
    return Rates(*(f"{quote_sheetname(sheet.name)}!{xl_range_abs(*one)}" for one in cells))


def _values(sheet: SheetWriter, raises: Raises) -> dict[str, str]:
    """What the rules say, and what was asked for, by their keys."""
    rules, wording = raises.rules, sheet.book.wording
    none = wording("raise.rules.none")

    def amount(one: Decimal | None) -> str:
        return none if one is None else raises.text(one)

    def answer(one: bool) -> str:  # noqa: FBT001
        return wording(f"audit.{'yes' if one else 'no'}")

    percent = rules.highest_percent
    return {
        "rounding-unit": f"{rules.rounding_unit:f}",
        "lowest": amount(rules.lowest),
        "above-range": answer(rules.above_range),
        "highest-percent": none if percent is None else f"{percent.normalize():f}%",
        "highest-amount": amount(rules.highest_amount),
        "joiners": wording(f"raise.rules.joiners.{rules.joiners}"),
        "budget": amount(raises.budget),
        "confirm-cuts": answer(raises.order.confirm_cuts),
        "fit-budget": answer(raises.order.fit_budget),
    }
