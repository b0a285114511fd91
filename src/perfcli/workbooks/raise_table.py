"""The table of raises: one row per employee, before and after, to be signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.raises import Raises, money_sum
from perfcli.scoring.results import rows
from perfcli.workbooks import styles
from perfcli.workbooks.pay_parts import write_signatures
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import Table

_TITLE, _FACTS, _COST, _EDITED, _HEADER, _FIRST = range(6)
_SUMMED = ("salary", "computed", "raise", "new_salary", "scaled", "due")
_NOTE_WIDTH = 38
_WIDTHS: Mapping[str, float] = {
    **dict.fromkeys(_SUMMED, 12),
    "total": 8,
    "range_position": 10,
    "percent": 9,
    "months": 8,
    "change_percent": 9,
    "note": _NOTE_WIDTH,
}


def write_raises(book: Book, worksheet: Worksheet, raises: Raises) -> Table:
    """Writes title, facts, the table with its sum, and the lines to sign on."""
    return _Writer(book, worksheet, raises).write()


def amount_format(raises: Raises) -> str:
    """How amounts look: without decimals where every salary and the rounding unit are whole."""
    return "#,##0" if raises.smallest % 1 == 0 else "#,##0.00"


def signed(amounts: str) -> str:
    """A number format with the sign of what a salary changes by."""
    return f"+{amounts};-{amounts};{amounts}"


def notes_text(book: Book, raises: Raises, row: Mapping[str, Any]) -> str:
    """The notes about an employee and the measure of the grade, as one text."""
    texts = [note.in_language(book.wording.language) for note in row["notes"]]
    measure = raises.measure(row["grade"], row["percent"])
    return book.wording("raise.between").join([*texts, *([] if measure is None else [book.name(measure)])])


@dataclass(frozen=True)
class _Writer:
    book: Book
    worksheet: Worksheet
    raises: Raises

    def write(self) -> Table:
        book, worksheet, raises = self.book, self.worksheet, self.raises
        heads = len(raises.frame)
        columns = {key: column for column, key in enumerate(self.keys) if key in raises.frame}
        table = Table("raises", None, str(worksheet.name), _FIRST, heads, columns)
        self._write_head()
        for column, key in enumerate(self.keys):
            worksheet.write_string(_HEADER, column, self.headers[key], book.header)
            worksheet.set_column(column, column, self._widths[key])
        worksheet.set_row(
            _HEADER, styles.wrapped_height((self.headers[key], self._widths[key]) for key in self.keys)
        )
        for row, employee in enumerate(rows(raises.frame), start=_FIRST):
            self._write_row(row, employee)
        self._write_sum(_FIRST + heads)
        grade = columns["grade"]
        book.mark_grades(worksheet, (_FIRST, grade, table.last_row, grade), book.grades(raises.ruleset))
        worksheet.autofilter(_HEADER, 0, table.last_row, len(self.keys) - 1)
        write_signatures(book, worksheet, _FIRST + heads + 2, len(self.keys))
        worksheet.freeze_panes(_FIRST, 2)
        worksheet.ignore_errors({"number_stored_as_text": xl_range(_FIRST, 0, table.last_row, 0)})
        book.print_setup(worksheet, landscape=True, repeat=(_HEADER, _HEADER))
        return table

    @cached_property
    def keys(self) -> Sequence[str]:
        """The columns: those in which there is nothing to see are left out."""
        frame, fit = self.raises.frame, self.raises.fit
        applied = fit is not None and self.raises.wanted.fit_budget
        shown = {
            "department": frame["department"].astype(bool).any(),
            "team": not frame["department"].astype(bool).all(),
            "range_position": frame["range_position"].notna().any(),
            "months": (frame["months"] < 12).any(),  # noqa: PLR2004 the months of a year
            "computed": (frame["computed"] != frame["raise"]).any(),
            "due": applied,
            "scaled": fit is not None and not applied,
        }
        order = (
            *("employee_id", "name", "department", "team", "total", "grade", "salary", "range_position"),
            *("percent", "months", "computed", "due", "raise", "new_salary", "change_percent", "scaled"),
            "note",
        )
        return [key for key in order if shown.get(key, True)]

    @cached_property
    def headers(self) -> Mapping[str, str]:
        wording = self.book.wording
        own = {"employee_id", "name", "department", "team", "total", "grade", "note"}
        return {
            key: wording(f"column.{key}") if key in own else wording(f"raise.column.{key}")
            for key in self.keys
        }

    def _write_head(self) -> None:
        """Title, what the table is for, what it costs, and what was changed by hand in the results."""
        book, worksheet, raises = self.book, self.worksheet, self.raises
        worksheet.write_string(_TITLE, 0, title(book, raises), book.title)
        worksheet.set_row(_TITLE, 28)
        worksheet.write_string(_FACTS, 0, facts(book, raises), book.note)
        worksheet.write_string(_COST, 0, cost(book, raises), book.format(bold=True, font_color=styles.INK))
        if raises.edits:
            look = book.format(bold=True, font_color=styles.ALARM)
            worksheet.write_string(_EDITED, 0, book.wording("raise.edited", count=len(raises.edits)), look)

    @cached_property
    def _widths(self) -> Mapping[str, float]:
        """Columns of texts as wide as these, the others as wide as their numbers need."""
        frame, names = self.raises.frame, self.names
        widths = dict(_WIDTHS)
        for key in self.keys:
            if key not in widths:
                texts = [names.get(key, {}).get(text, text) for text in dict.fromkeys(frame[key])]
                widths[key] = styles.width([*texts, self.headers[key]], least=8, most=30)
        return widths

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        return self.book.names(self.raises.ruleset)

    @cached_property
    def _looks(self) -> Mapping[str, Format]:
        book, amounts = self.book, amount_format(self.raises)
        decimals = self.raises.ruleset.policy.rounding.total_decimals
        money = book.cell(num_format=amounts)
        return {
            **dict.fromkeys(_SUMMED, money),
            "raise": book.cell(num_format=signed(amounts), bold=True, bg_color=styles.ACCENT_LIGHT),
            "new_salary": book.cell(num_format=amounts, bold=True),
            "total": book.number(decimals),
            "percent": book.percent,
            "range_position": book.percent,
            "change_percent": book.cell(num_format='+0.00"%";-0.00"%";0.00"%"'),
            "months": book.cell(num_format='0"/12"', align="center"),
            "grade": book.centred,
            "text": book.cell(num_format="@", align="left", text_wrap=True, indent=1),
        }

    def _write_row(self, row: int, employee: Mapping[str, Any]) -> None:
        names = self.names
        texts = {
            **{key: employee[key] for key in ("employee_id", "name", "department")},
            **{key: names[key][employee[key]] for key in ("team", "grade")},
            "note": notes_text(self.book, self.raises, employee),
        }
        for column, key in enumerate(self.keys):
            look = self._looks.get(key, self._looks["text"])
            if key in texts:
                self.worksheet.write_string(row, column, texts[key], look)
            elif employee[key] == employee[key]:
                self.worksheet.write_number(row, column, employee[key], look)
            else:
                self.worksheet.write_blank(row, column, None, look)
        cells = [(text, self._widths[key]) for key, text in texts.items() if key in self.keys]
        self.worksheet.set_row(row, styles.wrapped_height(cells))

    def _write_sum(self, row: int) -> None:
        """The sums of the amounts; of what a filter shows, where one is set."""
        book = self.book
        frame = self.raises.frame
        amounts = amount_format(self.raises)
        for column, key in enumerate(self.keys):
            properties: dict[str, Any] = {"bold": True, "bg_color": styles.GROUP, "top": 2}
            if key not in _SUMMED:
                text = book.wording("raise.sum", count=len(frame)) if column == 0 else ""
                self.worksheet.write_string(row, column, text, book.cell(**properties))
                continue
            properties["num_format"] = signed(amounts) if key == "raise" else amounts
            formula = f"=SUBTOTAL(9,{xl_range(_FIRST, column, row - 1, column)})"
            self.worksheet.write_formula(
                row, column, formula, book.cell(**properties), float(money_sum(frame[key]))
            )


def title(book: Book, raises: Raises) -> str:
    """The title of the table."""
    return book.wording("raise.title", period=book.period(raises.period))


def facts(book: Book, raises: Raises) -> str:
    """The day from which the salaries hold, the currency, and the budget."""
    wording = book.wording
    texts = [wording("raise.effective", day=raises.effective.isoformat())]
    if raises.ruleset.policy.bonus.currency:
        texts.append(wording("raise.currency", currency=raises.ruleset.policy.bonus.currency))
    if raises.budget is not None:
        texts.append(wording("raise.budget", budget=raises.text(raises.budget)))
    return wording("raise.between").join(texts)


def cost(book: Book, raises: Raises) -> str:
    """What the raises cost a month and a year, and what a budget that they exceed would make of them."""
    wording, fit = book.wording, raises.fit
    texts = [wording("raise.cost", month=raises.text(raises.cost), year=raises.text(raises.cost_of_year))]
    if fit is not None:
        key = "raise.fitted" if raises.wanted.fit_budget else "raise.over-budget"
        texts.append(wording(key, excess=raises.text(fit.excess), factor=fit.percent_text))
    return wording("raise.between").join(texts)
