"""The audit of raises: live formulas that compute every raise again and say whether they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from perfcli.workbooks.base.audits import ELSEWHERE, agreement, agreements, mark_differences, write_overall
from perfcli.workbooks.base.formulas import written
from perfcli.workbooks.base.long_tables import Values
from perfcli.workbooks.base.tables import TableColumn, TableLayout, TablePlace, write_table
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.raises.formulas import RaiseFormulas
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
_DAY_0 = date(1899, 12, 30)
"""The day from which workbooks count days."""
_PARAMETERS = ("rounding-unit", "lowest", "highest-percent", "highest-amount", "budget", "factor")


def write_raise_audit(sheet: SheetWriter, raises: Raises, table: TablePlace, found: Rates) -> None:
    """Writes a row per employee; each formula carries its value."""
    _RaiseAudit(sheet, raises, table, found).write()


def _wide(column: TableColumn) -> float:
    """As wide as the texts."""
    return styles.width(column.distinct, least=_WIDTH, most=30)


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
        place = write_table(sheet, columns, TableLayout(_HEADER, height=height), rows=rows)
        agree = [place.cells(key) for key in place.columns if key.endswith("_agrees")]
        counts = "-".join(agreements(sheet.book, cells) for cells in agree)
        differences = f"{place.rows * len(agree)}-{counts}"
        if self.raises.fit is not None and self.raises.fit.reached:
            differences = f"({differences})+{self.formulas.over_budget()}"
        write_overall(sheet, _OVERALL, differences, condition=f"({differences})=0")
        mark_differences(sheet, place)

    @cached_property
    def formulas(self) -> RaiseFormulas:
        keys = _KEYS if self.raises.fit is None else (*_KEYS, *_FIT_KEYS)
        columns = {key: column for column, key in enumerate(keys)}
        place = TablePlace("", None, self.sheet.name, _HEADER + 1, self.table.rows, columns)
        return RaiseFormulas(self.raises, self.found, place, self.parameters)

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
    def _money(self) -> Format:
        return self.sheet.book.cell(num_format=amount_format(self.raises))

    def _columns(self) -> list[TableColumn]:
        """Of each employee what came in, what is computed again, and whether it agrees; as in ``_KEYS``."""
        book, frame, formulas = self.sheet.book, self.raises.frame, self.formulas
        joined = [nan if day is None else (day - _DAY_0).days for day in frame["joined"]]
        positions = ["" if isnan(position) else formulas.position() for position in frame["range_position"]]
        capped = {known: formulas.bounded(has_range=known) for known in (True, False)}
        summed = f"({formulas.cents('salary')}+{formulas.cents('raise')})/100"
        grades = book.names(self.raises.ruleset)["grade"]
        wide = styles.width(grades.values(), least=12, most=30)
        fit = self.raises.fit
        # What the raise of the table is compared with.
        given = "scaled" if fit is not None and self.raises.order.fit_budget else "due"
        return [
            replace(self._printed("employee_id", frame["employee_id"]), look=book.text, width=_wide),
            replace(self._printed("name", frame["name"]), look=book.text, width=_wide),
            replace(self._printed("grade", frame["grade"].map(grades)), look=book.centred, width=wide),
            self._printed("salary", frame["salary"]),
            self._column("range_lowest", frame["range_lowest"]),
            self._column("range_highest", frame["range_highest"]),
            self._column("range_position", frame["range_position"].fillna(0), positions, book.percent),
            self._column("percent", frame["percent"], formulas.percent(), book.percent),
            self._column("joined", joined, "", book.cell(num_format="yyyy-mm-dd", align="center")),
            self._column("months", frame["months"], formulas.months(), book.centred),
            self._column("computed", frame["computed"], formulas.computed()),
            self._column(
                "bounded", frame["bounded"], [capped[known] for known in frame["range_highest"].notna()]
            ),
            self._column("due", frame["due"], formulas.due()),
            self._printed("raise", frame["raise"]),
            self._agrees("raise_agrees", self._same("raise", given)),
            self._column("sum", frame["new_salary"], summed),
            self._printed("new_salary", frame["new_salary"]),
            self._agrees("salary_agrees", self._same("new_salary", "sum")),
            *(self._fit(fit) if fit is not None else ()),
        ]

    def _column(
        self, key: str, values: Values, formula: str | Sequence[str] = "", look: Format | None = None
    ) -> TableColumn:
        header = self.sheet.book.wording(f"raise.audit.{key}")
        return TableColumn(key, header, values, look or self._money, _WIDTH, formula)

    def _printed(self, key: str, values: Values) -> TableColumn:
        """What the table says."""
        return self._column(key, values, self.table.cell_in(ELSEWHERE, key))

    def _agrees(self, key: str, condition: str) -> TableColumn:
        book = self.sheet.book
        yes = [book.wording("audit.yes")] * self.table.rows
        return self._column(key, yes, agreement(book, condition), book.centred)

    def _same(self, printed: str, computed: str) -> str:
        return f"{self.formulas.place.cell(printed)}={self.formulas.place.cell(computed)}"

    def _fit(self, fit: Fit) -> Iterator[TableColumn]:
        """What the budget leaves: the exact share, and the amount of the table, less than a unit apart."""
        book, frame, place = self.sheet.book, self.raises.frame, self.formulas.place
        due, fixed, share, scaled = (place.cell(key) for key in ("due", "fixed", "share", "scaled"))
        pairs = zip(frame["due"].map(exact.decimal), frame["required"].map(exact.decimal), strict=True)
        parts = [(min(one, required), one) for one, required in pairs]
        shares = [float(Fraction(low) + Fraction(one - low) * fit.factor) for low, one in parts]
        printed = "raise" if self.raises.order.fit_budget else "scaled"
        formula = f"{fixed}+({due}-{fixed})*{self.parameters['factor']}"
        yield self._column("fixed", [float(low) for low, _ in parts], self.formulas.fixed())
        yield self._column("share", shares, formula, book.cell(num_format="#,##0.0000"))
        yield self._column("scaled", frame["scaled"], self.table.cell_in(ELSEWHERE, printed))
        unit = written(self.raises.rules.rounding_unit)
        yield self._agrees("scaled_agrees", f"ABS({scaled}-{share})<{unit}")
