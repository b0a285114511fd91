"""The audit of a roll-up: live formulas that compute every total and grade again from the parts.

Numerators and denominators are whole numbers until the one division, so every spreadsheet program comes to
the same total as perf does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from perfcli import exact
from perfcli.rules.periods import Cycle, cycle
from perfcli.scoring.rollups import Rollup, RollupPart, days_key, grade_key, total_key
from perfcli.workbooks.base.audits import (
    ELSEWHERE,
    agreement,
    agreements,
    mark_differences,
    printed_in,
    write_overall,
)
from perfcli.workbooks.base.formulas import quoted, rounded
from perfcli.workbooks.base.long_tables import ROW
from perfcli.workbooks.base.tables import (
    TableColumn,
    TableLayout,
    TablePlace,
    fitting,
    write_frame,
    write_rows,
)
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.results.rules import Bands
from perfcli.workbooks.rollups.parts import limits_grades

_OVERALL, _HEADER = 2, 4
_NARROW, _WIDE = 10, 14
_FIRST = 3
"""The columns before the first one of numbers: id, name and team."""


def write_rollup_audit(
    sheet: SheetWriter, rollup: Rollup, ranking: TablePlace, parts: TablePlace, bands: Bands
) -> None:
    """Writes a row for everybody in the order of the parts; each formula carries its value."""
    book = sheet.book
    sheet.write_title(book.wording("audit.title"), book.wording("rollup.audit.note"))
    columns = list(_Audit(sheet, rollup, ranking, parts, bands).columns())
    place = write_frame(sheet, columns, TableLayout(_HEADER, height=34), len(rollup.frame))
    agree = [column.key for column in columns if column.key.startswith("agrees")]
    counts = "-".join(agreements(book, place.cells(key)) for key in agree)
    write_overall(sheet, _OVERALL, f"{len(agree) * place.rows}-{counts}")
    write_rows(sheet, columns, place.first_row, rows={ELSEWHERE: parts.first_row})
    mark_differences(sheet, place)


@dataclass(frozen=True)
class _Audit:
    sheet: SheetWriter
    rollup: Rollup
    ranking: TablePlace
    parts: TablePlace
    bands: Bands

    @cached_property
    def groups(self) -> list[tuple[Cycle, int, Sequence[RollupPart]]]:
        """The cycles that count, each with its share as the smallest whole number, and its parts."""
        rules = self.rollup.ruleset.policy.rollup
        found = rules.shares(cycle(self.rollup.period)) if rules is not None else {}
        whole = {one: int(share * 10**6) for one, share in found.items() if share}
        unit = gcd(*whole.values())
        return [
            (one, share // unit, own) for one, share in whole.items() if (own := self.rollup.of_cycle(one))
        ]

    @cached_property
    def unit(self) -> int:
        """What makes every total of a part a whole number."""
        totals = [self.rollup.frame[total_key(part.key)].dropna() for part in self.rollup.parts]
        return int(10 ** max(exact.places(column.to_numpy(dtype=np.float64)) for column in totals))

    def columns(self) -> Iterator[TableColumn]:
        """Who it is; of each cycle sum and count; total and grade, and whether they are those printed."""
        book, frame = self.sheet.book, self.rollup.frame
        names = book.names(self.rollup.ruleset)
        for key in ("employee_id", "name", "team"):
            values = frame[key].map(names[key]) if key in names else frame[key]
            formula = self.parts.cell_in(ELSEWHERE, key)
            yield TableColumn(key, book.wording(f"column.{key}"), values, book.text, fitting(12, 40), formula)
        for one, _, own in self.groups:
            yield self._sum(one, own)
            yield self._count(one, own)
        number = book.number(self.rollup.ruleset.policy.rounding.total_decimals)
        first = _FIRST + 2 * len(self.groups)
        total, printed, _, grade, printed_grade = (f"{xl_col_to_name(first + n)}{ROW}" for n in range(5))
        yield self._outcome("audit.total", "total", number, self._total())
        yield self._outcome(
            "audit.printed-total", "total", number, printed_in(self.ranking, "total", frame["employee_id"])
        )
        yield self._agreement("agrees-total", f"{total}={printed}")
        yield self._outcome(
            "audit.grade", "grade", book.centred, self.bands.grade(total, limits=self._limits())
        )
        yield self._outcome(
            "audit.printed-grade",
            "grade",
            book.centred,
            printed_in(self.ranking, "grade", frame["employee_id"]),
        )
        yield self._agreement("agrees-grade", f"{grade}={printed_grade}")

    def _sum(self, one: Cycle, own: Sequence[RollupPart]) -> TableColumn:
        """The totals of a cycle added up in whole units, each as often as it counts."""
        frame, totals = self.rollup.frame, self._cells([total_key(part.key) for part in own])
        days = [days_key(part.key) for part in own]
        added_up = np.zeros(len(frame))
        for part, key in zip(own, days, strict=True):
            added_up += frame[total_key(part.key)].fillna(0).to_numpy() * frame.get(key, 1)
        added = f"SUMPRODUCT({totals},{self._cells(days)})" if days[0] in frame else f"SUM({totals})"
        header = self.sheet.book.wording(f"rollup.audit.sum.{one.value}")
        whole = np.round(added_up * self.unit)
        return TableColumn("", header, whole, self.sheet.book.plain, _WIDE, f"ROUND({added}*{self.unit},0)")

    def _count(self, one: Cycle, own: Sequence[RollupPart]) -> TableColumn:
        """How many parts of a cycle there are, or days."""
        frame = self.rollup.frame
        days = [days_key(part.key) for part in own]
        by_days = days[0] in frame
        keys = days if by_days else [total_key(part.key) for part in own]
        values = frame[keys].sum(axis=1) if by_days else frame[keys].notna().sum(axis=1)
        formula = f"{'SUM' if by_days else 'COUNT'}({self._cells(keys)})"
        header = self.sheet.book.wording(f"rollup.audit.{'days' if by_days else 'count'}.{one.value}")
        return TableColumn("", header, values.astype(float), self.sheet.book.plain, _NARROW, formula)

    def _cells(self, keys: Sequence[str]) -> str:
        """The cells of neighbouring columns of the parts, in somebody's row."""
        first, last = (xl_col_to_name(self.parts.columns[key]) for key in (keys[0], keys[-1]))
        return f"{quote_sheetname(self.parts.sheet)}!${first}{ELSEWHERE}:${last}{ELSEWHERE}"

    def _total(self) -> str:
        """The total: one division of whole numbers, rounded half up."""
        decimals = self.rollup.ruleset.policy.rounding.total_decimals
        sums = [f"{xl_col_to_name(_FIRST + 2 * n)}{ROW}" for n in range(len(self.groups))]
        counts = [f"{xl_col_to_name(_FIRST + 1 + 2 * n)}{ROW}" for n in range(len(self.groups))]
        below = [f"MAX({count},1)" for count in counts]
        terms = [
            "*".join([str(share), sums[n], *(one for other, one in enumerate(below) if other != n)])
            for n, (_, share, _) in enumerate(self.groups)
        ]
        whole = "+".join(f"{share}*SIGN({counts[n]})" for n, (_, share, _) in enumerate(self.groups))
        divisor = "*".join([f"({whole})", *below, str(self.unit)])
        formula = f"INT((2*{10**decimals}*({'+'.join(terms)})+{divisor})/(2*{divisor}))"
        formula = f"{formula}/{10**decimals}" if decimals else formula
        highest = self.rollup.ruleset.policy.highest_total
        return formula if highest is None else f"MIN({formula},{rounded(highest, decimals)})"

    def _limits(self) -> list[str]:
        """The levels to which low grades of parts limit the grade."""
        rules = self.rollup.ruleset.policy.rollup
        if rules is None or not limits_grades(self.rollup):
            return []
        names = self.sheet.book.names(self.rollup.ruleset)["grade"]
        order = self.bands.order
        found: list[str] = []
        for limit in rules.grade_limits:
            low = [names[one] for one in order[: order.index(limit.any) + 1]]
            cells = [
                self.parts.cell_in(ELSEWHERE, grade_key(part.key))
                for part in self.rollup.parts
                if part.cycle is limit.of
            ]
            if cells:
                condition = ",".join(f"{cell}={quoted(name)}" for cell in cells for name in low)
                found.append(self.bands.limit(f"OR({condition})", limit.highest_grade))
        return found

    def _outcome(self, text: str, key: str, look: Format, formula: str) -> TableColumn:
        book, frame = self.sheet.book, self.rollup.frame
        names = book.names(self.rollup.ruleset)
        values = frame[key].map(names[key]) if key in names else frame[key]
        return TableColumn("", book.wording(text), values, look, _WIDE, formula)

    def _agreement(self, key: str, condition: str) -> TableColumn:
        book = self.sheet.book
        yes = [book.wording("audit.yes")] * len(self.rollup.frame)
        return TableColumn(
            key, book.wording("audit.agrees"), yes, book.centred, _NARROW, agreement(book, condition)
        )
