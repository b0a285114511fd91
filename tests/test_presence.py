"""When somebody was there, as the roster says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfcli.people.presence import Presence, presence, present
from perfcli.people.roster import Roster, read_roster
from perfcli.pipelines.score import read_books
from perfcli.rules.periods import days
from perfcli.rules.ruleset import Ruleset
from support.sheets import write_workbook

DAYS = ("入職日期", "離職日期", "休假開始", "休假結束")


def roster_of(folder: Path, ruleset: Ruleset, *people: tuple[object, ...]) -> Roster:
    rows: list[list[object]] = [["工號", "姓名", "團隊", *DAYS]]
    rows += [[f"E{n}", f"甲{n}", "客服", *own] for n, own in enumerate(people)]
    return read_roster(read_books([write_workbook(folder / "r.xlsx", {"名冊": rows})])[0], ruleset.rubrics)


@pytest.mark.parametrize(
    ("own", "november", "reason"),
    [
        ((None, None, None, None), 30, "otherwise"),
        (("2026-11-16", None, None, None), 15, "otherwise"),
        (("2026-12-01", None, None, None), 0, "before-joining"),
        ((None, "2026-11-01", None, None), 1, "otherwise"),
        ((None, "2026-10-31", None, None), 0, "after-leaving"),
        ((None, None, "2026-11-10", None), 9, "otherwise"),
        ((None, None, "2026-10-10", None), 0, "leave"),
        ((None, None, "2026-10-10", "2026-11-29"), 1, "otherwise"),
        (("2026-11-16", None, "2026-11-16", "2026-12-31"), 0, "leave"),
        ((None, None, "2026-12-10", "2026-12-20"), 30, "otherwise"),
    ],
)
def test_days_and_reasons_are_those_of_the_roster(
    own: tuple[object, ...], november: int, reason: str, tmp_path: Path, shipped_rules: Ruleset
) -> None:
    roster = roster_of(tmp_path, shipped_rules, own)
    assert roster.findings == ()
    found = presence(roster.frame)
    assert (found.days("2026-11")[0], found.reasons("2026-11")[0]) == (november, reason)
    assert (len(present(roster.frame, "2026-11")) == 1) is (november > 0)


def test_a_leave_has_a_beginning_before_its_end(tmp_path: Path, shipped_rules: Ruleset) -> None:
    roster = roster_of(
        tmp_path,
        shipped_rules,
        (None, None, None, "2026-11-05"),
        (None, None, "2026-11-06", "2026-11-05"),
        (None, None, "2026-11-05", "2026-11-05"),
    )
    told = {one.place.cell: one.code for one in roster.findings}
    assert told == {"G2": "leave-without-start", "G3": "leave-ends-before-it-begins"}


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=4, max_size=4))
def test_days_of_months_are_counted_one_by_one(some: list[date]) -> None:
    joined, left = sorted(some[:2])
    leave_from, leave_until = sorted(some[2:])
    one = Presence(*(np.array([day.toordinal()]) for day in (joined, left, leave_from, leave_until)))
    first, last = days("2026Q2")
    there = [
        day
        for day in (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
        if joined <= day <= left and not leave_from <= day <= leave_until
    ]
    assert one.days("2026Q2")[0] == len(there)
