"""The audit of raises: live formulas that compute every raise anew and say whether they agree."""

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
from xlsxwriter.worksheet import Worksheet

from perfcli import exact
from perfcli.rewards.raises.budget import Fit
from perfcli.rewards.raises.raises import Raises
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.formulas import quoted, written
from perfcli.workbooks.base.long_tables import Cells, LongTable, formula_cells, number_cells
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.base.tables import Table
from perfcli.workbooks.raises.formulas import Formulas
from perfcli.workbooks.raises.rules import Rates
from perfcli.workbooks.raises.table import amount_format

_TITLE, _NOTE, _OVERALL, _RULES, _VALUES, _HEADER, _FIRST = 0, 1, 2, 4, 5, 7, 8
_KEYS = (
    *("employee_id", "name", "grade", "salary", "range_lowest", "range_highest", "range_position", "percent"),
    *("joined", "months", "computed", "bounded", "due", "raise", "raise_agrees"),
    *("sum", "new_salary", "salary_agrees"),
)
_FIT_KEYS = ("fixed", "share", "scaled", "scaled_agrees")
_PRINTED = ("salary", "raise", "new_salary")
_DAY_0 = date(1899, 12, 30)
"""The day from which workbooks count days."""
_TABLE_ROW = "\1"
"""Stands in a formula for the row of somebody in the table of raises; no sheet's name can have it."""
_PARAMETERS = ("rounding-unit", "lowest", "highest-percent", "highest-amount", "budget", "factor")


def write_raise_audit(book: Book, worksheet: Worksheet, raises: Raises, table: Table, found: Rates) -> None:
    """Writes a row per employee; each formula carries its value."""
    _Audit(book, worksheet, raises, table, found).write()


@dataclass(frozen=True)
class _Audit:
    book: Book
    worksheet: Worksheet
    raises: Raises
    table: Table
    found: Rates

    def write(self) -> None:
        book, worksheet, wording = self.book, self.worksheet, self.book.wording
        last = _FIRST + len(self.raises.frame) - 1
        worksheet.write_string(_TITLE, 0, wording("audit.title"), book.title)
        worksheet.set_row(_TITLE, 28)
        worksheet.write_string(_NOTE, 0, wording("raise.audit.note"), book.note)
        self._write_rules()
        headers = [wording(f"raise.audit.{key}") for key in self.keys]
        for column, header in enumerate(headers):
            worksheet.write_string(_HEADER, column, header, book.header)
        worksheet.set_row(_HEADER, styles.wrapped_height((header, 11) for header in headers))
        self._set_widths()
        self._write_rows()
        self._write_overall()
        book.mark_differences(worksheet, (_FIRST, 0, last, len(self.keys) - 1))
        worksheet.autofilter(_HEADER, 0, last, len(self.keys) - 1)
        worksheet.freeze_panes(_FIRST, 2)
        book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))

    @cached_property
    def keys(self) -> Sequence[str]:
        return _KEYS if self.raises.fit is None else (*_KEYS, *_FIT_KEYS)

    @cached_property
    def formulas(self) -> Formulas:
        return Formulas(self.raises, self.found, self.keys, _FIRST, self.parameters)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The cells of the rules that formulas refer to."""
        cells = (xl_rowcol_to_cell(_VALUES, column, row_abs=True, col_abs=True) for column in range(2, 8))
        return dict(zip(_PARAMETERS, cells, strict=True))

    def _write_rules(self) -> None:
        """The numbers of the policy above the columns; a blank is a rule that there is not."""
        rules, book, worksheet = self.raises.rules, self.book, self.worksheet
        values: Sequence[Decimal | None] = (
            *(rules.rounding_unit, rules.lowest, rules.highest_percent, rules.highest_amount),
            self.raises.budget,
        )
        looks = [self._money, self._money, book.percent, self._money, self._money]
        for column, key in enumerate(_PARAMETERS, start=2):
            worksheet.write_string(_RULES, column, book.wording(f"raise.rules.{key}"), book.group)
        for column, (value, look) in enumerate(zip(values, looks, strict=True), start=2):
            if value is None:
                worksheet.write_blank(_VALUES, column, None, look)
            else:
                worksheet.write_number(_VALUES, column, float(value), look)
        worksheet.set_row(_RULES, 36)
        column = 1 + len(_PARAMETERS)
        look = book.cell(num_format="0.000000")
        if self.raises.fit is None:
            worksheet.write_blank(_VALUES, column, None, look)
        else:
            worksheet.write_formula(
                _VALUES, column, f"={self.formulas.factor()}", look, float(self.raises.fit.factor)
            )

    def _set_widths(self) -> None:
        frame = self.raises.frame
        grades = self._grades.values()
        own = {
            "employee_id": styles.width(frame["employee_id"], least=11, most=30),
            "name": styles.width(frame["name"], least=11, most=30),
            "grade": styles.width(grades, least=12, most=30),
        }
        for column, key in enumerate(self.keys):
            self.worksheet.set_column(column, column, own.get(key, 11))

    @cached_property
    def _grades(self) -> Mapping[str, str]:
        return self.book.names(self.raises.ruleset)["grade"]

    @cached_property
    def _money(self) -> Format:
        return self.book.cell(num_format=amount_format(self.raises))

    def _write_rows(self) -> None:
        """For each employee what came in, then formulas."""
        cells = {**self._numbers(), **self._repeated(), **self._computed()}
        if self.raises.fit is not None:
            cells |= self._fit(self.raises.fit)
        columns = [(cells[key], self._looks.get(key, self._money)) for key in self.keys]
        rows = {_TABLE_ROW: self.table.first_row}
        self.book.write_rows(self.worksheet, LongTable(_FIRST, columns, rows))

    def _numbers(self) -> Mapping[str, Cells]:
        """What the roster says, and nothing else in the workbook."""
        frame = self.raises.frame
        joined = [nan if day is None else (day - _DAY_0).days for day in frame["joined"]]
        ranges = ("range_lowest", "range_highest")
        return {"joined": number_cells(joined), **{key: number_cells(frame[key]) for key in ranges}}

    def _repeated(self) -> Mapping[str, Cells]:
        """What the table says."""
        frame = self.raises.frame
        values = {key: frame[key] for key in ("employee_id", "name", *_PRINTED)}
        values["grade"] = frame["grade"].map(self._grades)
        return {key: formula_cells(self._source(key), found) for key, found in values.items()}

    def _computed(self) -> Mapping[str, Cells]:
        """What is computed anew, and whether it agrees."""
        frame, formulas = self.raises.frame, self.formulas
        yes = [self.book.wording("audit.yes")] * len(frame)
        has_range = frame["range_highest"].notna()
        capped = {known: formulas.bounded(has_range=known) for known in (True, False)}
        positions = ["" if isnan(position) else formulas.position() for position in frame["range_position"]]
        summed = f"({formulas.cents('salary')}+{formulas.cents('raise')})/100"
        return {
            "range_position": formula_cells(positions, frame["range_position"].fillna(0)),
            "percent": formula_cells(formulas.percent(), frame["percent"]),
            "months": formula_cells(formulas.months(), frame["months"]),
            "computed": formula_cells(formulas.computed(), frame["computed"]),
            "bounded": formula_cells([capped[known] for known in has_range], frame["bounded"]),
            "due": formula_cells(formulas.due(), frame["due"]),
            "raise_agrees": formula_cells(self._same("raise", self._given), yes),
            "sum": formula_cells(summed, frame["new_salary"]),
            "salary_agrees": formula_cells(self._same("new_salary", "sum"), yes),
        }

    def _source(self, key: str) -> str:
        """The cell of an employee in the table."""
        return self.table.cell_in(_TABLE_ROW, key)

    @cached_property
    def _looks(self) -> Mapping[str, Format]:
        book = self.book
        words = ("grade", "raise_agrees", "salary_agrees", "scaled_agrees")
        return {
            **dict.fromkeys(("employee_id", "name"), book.text),
            **dict.fromkeys(words, book.centred),
            **dict.fromkeys(("percent", "range_position"), book.percent),
            "months": book.centred,
            "joined": book.cell(num_format="yyyy-mm-dd", align="center"),
            "share": book.cell(num_format="#,##0.0000"),
        }

    @property
    def _given(self) -> str:
        """What the raise of the table is compared with."""
        return "scaled" if self.raises.fit is not None and self.raises.wanted.fit_budget else "due"

    def _agrees(self, condition: str) -> str:
        yes, no = (quoted(self.book.wording(f"audit.{word}")) for word in ("yes", "no"))
        return f"IFERROR(IF({condition},{yes},{no}),{no})"

    def _same(self, printed: str, computed: str) -> str:
        return self._agrees(f"{self.formulas.cell(printed)}={self.formulas.cell(computed)}")

    def _fit(self, fit: Fit) -> Mapping[str, Cells]:
        """What the budget leaves: the exact share, and the amount of the table, less than a unit apart."""
        frame, formulas = self.raises.frame, self.formulas
        cells = {key: formulas.cell(key) for key in ("due", "fixed", "share", "scaled")}
        pairs = zip(frame["due"].map(exact.decimal), frame["required"].map(exact.decimal), strict=True)
        parts = [(min(due, required), due) for due, required in pairs]
        shares = [float(Fraction(fixed) + Fraction(due - fixed) * fit.factor) for fixed, due in parts]
        gap = f"ABS({cells['scaled']}-{cells['share']})<{written(self.raises.rules.rounding_unit)}"
        scaled = f"{cells['fixed']}+({cells['due']}-{cells['fixed']})*{self.parameters['factor']}"
        printed = self._source("raise" if self.raises.wanted.fit_budget else "scaled")
        yes = [self.book.wording("audit.yes")] * len(frame)
        return {
            "fixed": formula_cells(formulas.fixed(), [float(fixed) for fixed, _ in parts]),
            "share": formula_cells(scaled, shares),
            "scaled": formula_cells(printed, frame["scaled"]),
            "scaled_agrees": formula_cells(self._agrees(gap), yes),
        }

    def _write_overall(self) -> None:
        """One cell that says whether everything agrees."""
        wording, heads = self.book.wording, len(self.raises.frame)
        columns = [self.formulas.column(key) for key in self.keys if key.endswith("_agrees")]
        counts = "-".join(f"COUNTIF({column},{quoted(wording('audit.yes'))})" for column in columns)
        differences = f"({heads * len(columns)}-{counts})"
        if self.raises.fit is not None and self.raises.fit.reached:
            differences = f"({differences}+{self.formulas.over_budget()})"
        before, after = wording("audit.differ", count="\n").split("\n")
        agree = wording("audit.all-agree")
        texts = (quoted(before), quoted(after), quoted(agree))
        formula = f"=IF({differences}=0,{texts[2]},{texts[0]}&{differences}&{texts[1]})"
        colours = {"bg_color": styles.ACCENT_LIGHT, "font_color": styles.ACCENT}
        look = self.book.format(bold=True, font_size=12, border=1, **colours)
        self.worksheet.merge_range(_OVERALL, 0, _OVERALL, 2, "", look)
        self.worksheet.write_formula(_OVERALL, 0, formula, look, agree)
        self.worksheet.set_row(_OVERALL, 24)
