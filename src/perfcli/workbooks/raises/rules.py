"""The rules by which salaries were adjusted, with the files that they and the numbers came from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.raises.raises import Raises
from perfcli.rewards.raises.rules import rates
from perfcli.rules.ruleset import POLICY
from perfcli.version import __version__
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book

_FIRST_WIDTH, _WIDTH = 34, 18


@dataclass(frozen=True)
class Rates:
    """Where the rates stand: bounds down a column, names of grades along a row, percents between."""

    bounds: str
    grades: str
    percents: str

    def percent(self, measured: str, grade: str) -> str:
        """The formula for the rate of what is measured and a grade."""
        return f"INDEX({self.percents},MATCH({measured},{self.bounds},1),MATCH({grade},{self.grades},0))"


def write_raise_rules(book: Book, worksheet: Worksheet, raises: Raises) -> Rates:
    """Writes rates, the other rules of salaries, and the files with their SHA-256."""
    worksheet.write_string(0, 0, book.wording("sheet.rules"), book.title)
    worksheet.set_row(0, 28)
    folder = raises.ruleset.folder or book.wording("rules.built-in")
    worksheet.write_string(1, 0, book.wording("rules.from", folder=folder), book.note)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, max(len(raises.ruleset.policy.grades), 4), _WIDTH)
    sheet = _Writer(book, worksheet, raises)
    found = sheet.rates()
    sheet.rules()
    sheet.measures()
    sheet.files()
    book.print_setup(worksheet, landscape=False, repeat=None)
    return found


class _Writer:
    """Writes block after block down the sheet."""

    def __init__(self, book: Book, worksheet: Worksheet, raises: Raises) -> None:
        self.book, self.worksheet, self.raises = book, worksheet, raises
        self.row = 3

    def rates(self) -> Rates:
        policy, book = self.raises.ruleset.policy, self.book
        self._head("raise.rules.rates")
        banded = "grade" if policy.salary.matrix is None else policy.salary.banded_by
        self.worksheet.write_string(self.row, 0, book.wording(f"raise.rules.by-{banded}"), book.header)
        grades = policy.grades_from_top
        for column, grade in enumerate(grades, start=1):
            self.worksheet.write_string(self.row, column, book.name(grade.name), book.header)
        header = self.row
        for band in rates(policy):
            self.row += 1
            look = book.cell(num_format="#,##0.00", align="left")
            self.worksheet.write_number(self.row, 0, float(band.lower_bound), look)
            for column, grade in enumerate(grades, start=1):
                self.worksheet.write_number(self.row, column, float(band.percents[grade.id]), book.percent)
        sheet = quote_sheetname(str(self.worksheet.name))
        last = len(grades)
        found = Rates(
            f"{sheet}!{xl_range_abs(header + 1, 0, self.row, 0)}",
            f"{sheet}!{xl_range_abs(header, 1, header, last)}",
            f"{sheet}!{xl_range_abs(header + 1, 1, self.row, last)}",
        )
        self.row += 2
        return found

    def rules(self) -> None:
        rules, wording = self.raises.rules, self.book.wording
        self._head("raise.rules.others")
        percent = None if rules.highest_percent is None else f"{rules.highest_percent.normalize():f}%"
        values = {
            "rounding-unit": f"{rules.rounding_unit:f}",
            "lowest": self._amount(rules.lowest),
            "above-range": wording(f"audit.{'yes' if rules.above_range else 'no'}"),
            "highest-percent": percent or wording("raise.rules.none"),
            "highest-amount": self._amount(rules.highest_amount),
            "joiners": wording(f"raise.rules.joiners.{rules.joiners}"),
            "budget": self._amount(self.raises.budget),
            "confirm-cuts": wording(f"audit.{'yes' if self.raises.wanted.confirm_cuts else 'no'}"),
            "fit-budget": wording(f"audit.{'yes' if self.raises.wanted.fit_budget else 'no'}"),
        }
        for key, value in values.items():
            self._line(wording(f"raise.rules.{key}"), value)
        self.row += 1

    def measures(self) -> None:
        measures = self.raises.rules.measures
        if not measures:
            return
        self._head("raise.rules.measures")
        for grade in self.raises.ruleset.policy.grades_from_top:
            if grade.id in measures:
                self._line(self.book.name(grade.name), self.book.name(measures[grade.id]))
        self.row += 1

    def files(self) -> None:
        self._head("raise.rules.files")
        policy = self.raises.ruleset.files[POLICY]
        for name, digest in [
            (policy.name, policy.sha256),
            *((one.name, one.sha256) for one in self.raises.inputs),
        ]:
            self._line(name, digest)
        self._line("perf", __version__)

    def _amount(self, amount: Decimal | None) -> str:
        return self.book.wording("raise.rules.none") if amount is None else self.raises.text(amount)

    def _head(self, key: str) -> None:
        look = self.book.format(bold=True, font_size=12)
        self.worksheet.write_string(self.row, 0, self.book.wording(key), look)
        self.row += 1

    def _line(self, name: str, value: str) -> None:
        """A name and a text over the columns beside it."""
        look = self.book.cell(num_format="@", align="left", text_wrap=True)
        self.worksheet.write_string(self.row, 0, name, look)
        self.worksheet.merge_range(self.row, 1, self.row, 4, "", look)
        self.worksheet.write_string(self.row, 1, value, look)
        height = styles.wrapped_height([(name, _FIRST_WIDTH), (value, 4 * _WIDTH)])
        self.worksheet.set_row(self.row, height)
        self.row += 1
