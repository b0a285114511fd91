"""Random rosters: what stands in each cell, and what it may be read as."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hypothesis import strategies as st

from perfcli.people.columns import COLUMNS, Holds, PersonColumn
from support.sheets import Rows

DAY = date(2026, 11, 3)
WRITTEN: dict[Holds, list[tuple[object, object]]] = {
    Holds.DATE: [
        *(
            (DAY, DAY),
            ("2026/11/3", DAY),
            ("2026年11月3日", DAY),
            ("民國115年11月3日", DAY),
            ("20261103", DAY),
        ),
        *(("9999-12-31", None), (None, None), ("3/11/2026", ...), ("昨天", ...), (46329.0, ...)),
    ],
    Holds.AMOUNT: [
        *((3000, 3000.0), ("3,000", 3000.0), ("¥3,000.50", 3000.5), ("3000元", 3000.0), (None, None)),
        *((0.125, 0.13), ("60.000", ...), ("3千", ...), (-1, ...), (True, ...)),
    ],
    Holds.DAYS: [(21, 21.0), ("21天", 21.0), (0.5, 0.5), (None, None), (400, ...), (-1, ...), ("多", ...)],
    Holds.TEXT: [("某某", "某某"), (None, ""), (" 某  某 ", "某 某")],
}
"""What may stand in a cell, and what it is; ``...`` is nothing that can be read."""

NOBODIES = ("合計", "E001 汇总", "Grand Total", "共2人", "第 1 頁", "平均（12人）")
UNKNOWN = ("血型", "部門係數", "身分證字號", "備註二", "最後調薪")


@dataclass
class RandomRoster:
    """The sheets, and what should come of them.

    ``values`` has what each cell of a person may be read as, by id and key; ``wrong`` are cells that cannot
    be read, ``nobodies`` rows of totals and ``unknown`` headers that mean nothing, each with the sheet.
    """

    sheets: dict[str, Rows] = field(default_factory=dict)
    values: dict[tuple[str, str], object] = field(default_factory=dict)
    wrong: set[tuple[str, str]] = field(default_factory=set)
    nobodies: set[tuple[str, int]] = field(default_factory=set)
    unknown: set[tuple[str, str]] = field(default_factory=set)


_OTHERS = [column for column in COLUMNS if column.holds in WRITTEN and column.key != "name"]


@st.composite
def rosters(draw: st.DrawFn) -> RandomRoster:
    """A roster of one sheet or two, each with columns and an order of its own."""
    roster = RandomRoster()
    number = 0
    for name in ("一部", "二部")[: draw(st.integers(1, 2))]:
        columns = draw(st.lists(st.sampled_from(_OTHERS), max_size=6, unique_by=lambda one: one.key))
        odd = draw(st.lists(st.sampled_from(UNKNOWN), max_size=2, unique=True))
        titles: list[list[object]] = [["員工名冊"]] * draw(st.integers(0, 3))
        order: list[PersonColumn | str] = draw(st.permutations(["id", "name", *columns, *odd]))
        header = [_header(draw, one) for one in order]
        rows: list[list[object]] = [*titles, header]
        for _ in range(draw(st.integers(1, 4))):
            if draw(st.integers(0, 3)) == 0:
                rows.append([draw(st.sampled_from(NOBODIES)) if one == "id" else None for one in order])
                roster.nobodies.add((name, len(rows)))
            number += 1
            rows.append(_person(draw, roster, name, f"E{number:03d}", order, len(rows) + 1))
        roster.unknown |= {(name, one) for one in odd}
        roster.sheets[name] = rows
    return roster


def _header(draw: st.DrawFn, column: PersonColumn | str) -> object:
    if isinstance(column, PersonColumn):
        return draw(st.sampled_from(column.words)) + draw(st.sampled_from(["", "", "*", "【必填】"]))
    return {"id": "工號", "name": "姓名"}.get(column, column)


def _person(
    draw: st.DrawFn, roster: RandomRoster, sheet: str, who: str, order: list[PersonColumn | str], row: int
) -> list[object]:
    cells: list[object] = []
    for index, one in enumerate(order):
        if isinstance(one, str):
            cells.append({"id": who, "name": "陳一"}.get(one, 1.2))
            continue
        written, value = draw(st.sampled_from(WRITTEN[one.holds]))
        if one.may_be_negative and written == -1:
            value = -1.0
        if one.key in {"joined", "probation_until"} and written == "9999-12-31":
            value = ...
        cells.append(written)
        if value is ...:
            roster.wrong.add((sheet, f"{chr(ord('A') + index)}{row}"))
        else:
            roster.values[who, one.key] = value
    if roster.values.get((who, "leave_until")) and not roster.values.get((who, "leave_from")):
        index = next(
            n for n, one in enumerate(order) if not isinstance(one, str) and one.key == "leave_until"
        )
        roster.wrong.add((sheet, f"{chr(ord('A') + index)}{row}"))  # an end of nothing
    return cells
