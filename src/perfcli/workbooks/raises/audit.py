"""The audit of raises: live formulas that compute every raise again and say whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import isnan, nan

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli import exact
from perfcli.rewards.raises.budget import Fit
from perfcli.rewards.raises.raises import Raises
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.audits import (
    ELSEWHERE,
    agreement,
    agreements,
    mark_differences,
    write_overall,
)
from perfcli.workbooks.base.formulas import written
from perfcli.workbooks.base.long_tables import Values
from perfcli.workbooks.base.tables import Column, Frame, TablePlace, write_table
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.raises.formulas import Formulas
from perfcli.workbooks.raises.rules import Rates
from perfcli.workbooks.raises.table import amount_format

_OVERALL, _RULES, _VALUES, _HEADER = 2, 4, 5, 7
_WIDTH = 11
_KEYS = (
    *("employee_id", "name", "grade", "salary", "range_lowest", "range_highest", "range_position", "percent"),
    *("joined", "months", "computed", "bounded", "due", "raise", "raise_agrees"),
    *("sum", "new_salary", "salary_agrees"),
)
_FIT_KEYS = ("fixed", "share", "scaled", "scaled_agrees")
_PRINTED = ("salary", "raise", "new_salary")
_DAY_0 = date(1899, 12, 30)
"""The day from which workbooks count days."""
_PARAMETERS = ("rounding-unit", "lowest", "highest-percent", "highest-amount", "budget", "factor")


def write_raise_audit(sheet: SheetWriter, raises: Raises, table: TablePlace, found: Rates) -> None:
    """Writes a row per employee; each formula carries its value."""
    _RaiseAudit(sheet, raises, table, found).write()


_Computed = Mapping[str, tuple[Values, str | Sequence[str]]]
"""Values by the keys of their columns, each with its formula; what is known of nowhere else has none."""


@dataclass(frozen=True)
class _RaiseAudit:
    sheet: SheetWriter
    raises: Raises
    table: TablePlace
    found: Rates

    def write(self) -> None:
        """Writes the sheet."""
        sheet, wording = self.sheet, self.sheet.book.wording
        sheet.write_title(wording("audit.title"), wording("raise.audit.note"))
        self._write_rules()
        columns = self._columns()
        height = styles.wrapped_height((column.header, _WIDTH) for column in columns)
        rows = {ELSEWHERE: self.table.first_row}
        place = write_table(sheet, columns, Frame(_HEADER, height=height), rows=rows)
        agree = [place.cells(key) for key in place.columns if key.endswith("_agrees")]
        counts = "-".join(agreements(sheet.book, cells) for cells in agree)
        differences = f"{place.rows * len(agree)}-{counts}"
        if self.raises.fit is not None and self.raises.fit.reached:
            differences = f"({differences})+{self.formulas.over_budget()}"
        write_overall(sheet, _OVERALL, differences, condition=f"({differences})=0")
        mark_differences(sheet, place)

    @cached_property
    def formulas(self) -> Formulas:
        keys = _KEYS if self.raises.fit is None else (*_KEYS, *_FIT_KEYS)
        columns = {key: column for column, key in enumerate(keys)}
        place = TablePlace("", None, self.sheet.name, _HEADER + 1, self.table.rows, columns)
        return Formulas(self.raises, self.found, place, self.parameters)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The cells of the rules that formulas refer to."""
        cells = (xl_rowcol_to_cell(_VALUES, column, row_abs=True, col_abs=True) for column in range(2, 8))
        return dict(zip(_PARAMETERS, cells, strict=True))

    def _write_rules(self) -> None:
        """The numbers of the policy above the columns; a blank is a rule that there is not."""
        rules, sheet, book = self.raises.rules, self.sheet, self.sheet.book
        headers = [book.wording(f"raise.rules.{key}") for key in _PARAMETERS]
        sheet.write_line(_RULES, headers, book.group, first=2)
        sheet.worksheet.set_row(_RULES, 36)
        values: Sequence[Decimal | None] = (
            *(rules.rounding_unit, rules.lowest, rules.highest_percent, rules.highest_amount),
            self.raises.budget,
        )
        looks = [self._money, self._money, book.percent, self._money, self._money]
        for column, (value, look) in enumerate(zip(values, looks, strict=True), start=2):
            sheet.write(_VALUES, column, None if value is None else float(value), look)
        fit, column, look = self.raises.fit, 1 + len(_PARAMETERS), book.cell(num_format="0.000000")
        if fit is None:
            sheet.write(_VALUES, column, None, look)
        else:
            sheet.write(_VALUES, column, float(fit.factor), look, formula=self.formulas.factor())

    @cached_property
    def _grades(self) -> Mapping[str, str]:
        return self.sheet.book.names(self.raises.ruleset)["grade"]

    @cached_property
    def _money(self) -> Format:
        return self.sheet.book.cell(num_format=amount_format(self.raises))

    def _columns(self) -> list[Column]:
        """Of each employee what came in, then formulas."""
        book, frame = self.sheet.book, self.raises.frame
        found = {**self._numbers(), **self._repeated(), **self._computed()}
        if self.raises.fit is not None:
            found |= self._fit(self.raises.fit)
        widths = {
            "employee_id": styles.width(frame["employee_id"], least=11, most=30),
            "name": styles.width(frame["name"], least=11, most=30),
            "grade": styles.width(self._grades.values(), least=12, most=30),
        }
        looks = {
            **dict.fromkeys(("employee_id", "name"), book.text),
            **dict.fromkeys(("grade", "raise_agrees", "salary_agrees", "scaled_agrees"), book.centred),
            **dict.fromkeys(("percent", "range_position"), book.percent),
            "months": book.centred,
            "joined": book.cell(num_format="yyyy-mm-dd", align="center"),
            "share": book.cell(num_format="#,##0.0000"),
        }
        return [
            Column(
                *(key, book.wording(f"raise.audit.{key}"), found[key][0], looks.get(key, self._money)),
                *(widths.get(key, _WIDTH), found[key][1]),
            )
            for key in self.formulas.place.columns
        ]

    def _numbers(self) -> _Computed:
        """What the roster says, and nothing else in the workbook."""
        frame = self.raises.frame
        joined = [nan if day is None else (day - _DAY_0).days for day in frame["joined"]]
        return {
            "joined": (joined, ""),
            **{key: (frame[key], "") for key in ("range_lowest", "range_highest")},
        }

    def _repeated(self) -> _Computed:
        """What the table says."""
        frame = self.raises.frame
        values = {key: frame[key] for key in ("employee_id", "name", *_PRINTED)}
        values["grade"] = frame["grade"].map(self._grades)
        return {key: (found, self.table.cell_in(ELSEWHERE, key)) for key, found in values.items()}

    def _computed(self) -> _Computed:
        """What is computed again, and whether it agrees."""
        frame, formulas = self.raises.frame, self.formulas
        yes = [self.sheet.book.wording("audit.yes")] * len(frame)
        capped = {known: formulas.bounded(has_range=known) for known in (True, False)}
        positions = ["" if isnan(position) else formulas.position() for position in frame["range_position"]]
        # What the raise of the table is compared with.
        given = "scaled" if self.raises.fit is not None and self.raises.wanted.fit_budget else "due"
        return {
            "range_position": (frame["range_position"].fillna(0), positions),
            "percent": (frame["percent"], formulas.percent()),
            "months": (frame["months"], formulas.months()),
            "computed": (frame["computed"], formulas.computed()),
            "bounded": (frame["bounded"], [capped[known] for known in frame["range_highest"].notna()]),
            "due": (frame["due"], formulas.due()),
            "raise_agrees": (yes, self._same("raise", given)),
            "sum": (frame["new_salary"], f"({formulas.cents('salary')}+{formulas.cents('raise')})/100"),
            "salary_agrees": (yes, self._same("new_salary", "sum")),
        }

    def _same(self, printed: str, computed: str) -> str:
        place = self.formulas.place
        return agreement(self.sheet.book, f"{place.cell(printed)}={place.cell(computed)}")

    def _fit(self, fit: Fit) -> _Computed:
        """What the budget leaves: the exact share, and the amount of the table, less than a unit apart."""
        frame, place = self.raises.frame, self.formulas.place
        cells = {key: place.cell(key) for key in ("due", "fixed", "share", "scaled")}
        pairs = zip(frame["due"].map(exact.decimal), frame["required"].map(exact.decimal), strict=True)
        parts = [(min(due, required), due) for due, required in pairs]
        shares = [float(Fraction(fixed) + Fraction(due - fixed) * fit.factor) for fixed, due in parts]
        gap = f"ABS({cells['scaled']}-{cells['share']})<{written(self.raises.rules.rounding_unit)}"
        scaled = f"{cells['fixed']}+({cells['due']}-{cells['fixed']})*{self.parameters['factor']}"
        printed = "raise" if self.raises.wanted.fit_budget else "scaled"
        yes = [self.sheet.book.wording("audit.yes")] * len(frame)
        return {
            "fixed": ([float(fixed) for fixed, _ in parts], self.formulas.fixed()),
            "share": (shares, scaled),
            "scaled": (frame["scaled"], self.table.cell_in(ELSEWHERE, printed)),
            "scaled_agrees": (yes, agreement(self.sheet.book, gap)),
        }
