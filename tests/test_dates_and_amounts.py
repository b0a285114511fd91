"""Days and amounts as people write them, wherever they stand."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfcli.files.amounts import AMOUNT_AS_TEXT, NOT_AN_AMOUNT, read_amount
from perfcli.files.cells import Cell, Percent
from perfcli.files.dates import COMPACT_DATE, NOT_A_DATE, ROC_YEAR, read_date
from perfcli.files.number_formats import MOMENT, special_of

DAY = date(2026, 1, 2)
PAGE = Path(__file__).parents[1] / "docs" / "rosters.md"
ROWS = re.findall(
    r"^\| `([^`]+)` \|\s*([^|]*?)\s*\| (?:`([\w-]+)` )?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)
WAYS = (
    "{0.year}-{0.month}-{0.day}",
    "{0.year:04}-{0.month:02}-{0.day:02}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year} 年 {0.month:02} 月 {0.day:02} 號",
    "{0.year}年{0.month}月{0.day}",
    "{0.year}-{0.month:02}-{0.day:02} 00:00:00",
    "{0.year}-{0.month:02}-{0.day:02}T09:30:00.000",
    "{0.year}/{0.month}/{0.day} 0:00",
    "{0.year:04}{0.month:02}{0.day:02}",
    "民國{1}年{0.month}月{0.day}日",
    "中华民国 {1} 年 {0.month} 月 {0.day} 日",
    "民國{1}/{0.month}/{0.day}",
)
WIDE = str.maketrans("0123456789/-.: ", "０１２３４５６７８９／－．：\u3000")


@given(
    day=st.dates(date(1912, 1, 1), date(2900, 12, 31)).filter(lambda day: day.year - 1911 > 9),
    way=st.sampled_from(WAYS),
    wide=st.booleans(),
)
def test_a_year_that_comes_first_is_read(day: date, way: str, *, wide: bool) -> None:
    text = way.format(day, day.year - 1911)
    assert read_date(text.translate(WIDE) if wide else text).day == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (DAY, ""),
        (datetime(2026, 1, 2, 17, 30), ""),  # noqa: DTZ001 - a spreadsheet's moments have no time zone
        ("2026/1/2", ""),
        (" 2026–01–02 ", ""),
        ("115/1/2", ROC_YEAR),
        ("115.01.02", ROC_YEAR),
        ("民國115年1月2日", ROC_YEAR),
        ("20260102", COMPACT_DATE),
        (20260102.0, COMPACT_DATE),
    ],
)
def test_what_is_unusual_is_told(cell: Cell, code: str) -> None:
    assert read_date(cell) == (DAY, code)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "1/2/2026",
            "02-01-2026",
            "2.1.2026",
            "26/1/2",
            "26-01-02",
            "1/2/26",
            "2026/1",
            "2026年1月",
            "1月2日",
        ),
        *(
            "2026-13-01",
            "2026-02-30",
            "2026/1.2",
            "20261301",
            "2026012",
            "1150102",
            "今天",
            "2026-1-2起",
            "-",
        ),
        *("0026-01-02", "1899-12-31", "2026-1-2-3", "民國5月1日"),
        *(46024.0, 2026.0, 20261301.0, True, Percent(0.5)),
    ],
)
def test_what_has_another_reading_is_refused(cell: Cell) -> None:
    assert read_date(cell) == (None, NOT_A_DATE)


@pytest.mark.parametrize("cell", [date(9999, 12, 31), "9999-12-31", "9999/12/31", "99991231", "2999-12-31"])
def test_an_open_end_is_known(cell: Cell) -> None:
    assert read_date(cell).is_open_end


def test_a_far_day_is_none() -> None:
    assert not read_date("2098-12-31").is_open_end
    assert not read_date("nothing").is_open_end


@given(day=st.dates(date(1904, 1, 2), date(9999, 12, 31)), since_1904=st.booleans())
def test_every_day_of_a_spreadsheet_is_one(day: date, *, since_1904: bool) -> None:
    first = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    number = (day - first) / timedelta(days=1)
    assert special_of(number, MOMENT, since_1904=since_1904) == ("date", day.isoformat())


@pytest.mark.parametrize("number", [2_958_466, 2_958_465.9999999999, 1e300])
def test_what_is_after_the_last_day_is_a_number(number: float) -> None:
    assert special_of(number, MOMENT, since_1904=False) is None


AMOUNTS = st.decimals(0, Decimal("999999999.99"), places=2)


@given(
    amount=AMOUNTS,
    way=st.sampled_from(
        ["{:,}", "{}", "¥{:,}", "￥ {:,}", "NT${:,}", "${}", "{:,}元", "{:,} 元整", "RMB {:,}", "{} CNY"]
    ),
    wide=st.booleans(),
)
def test_an_amount_that_is_written_out_is_read(amount: Decimal, way: str, *, wide: bool) -> None:
    text = way.format(amount)
    text = text.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，")) if wide else text
    assert read_amount(text) == (amount, AMOUNT_AS_TEXT)


@given(AMOUNTS.filter(bool))
def test_accountants_write_what_is_below_zero_in_brackets(amount: Decimal) -> None:
    for text in (
        f"({amount:,})",
        f"（{amount}元）",
        f"-{amount}",
        f"−{amount:,}",
        f"¥-{amount}",
        f"-¥{amount}",
    ):
        assert read_amount(text) == (-amount, AMOUNT_AS_TEXT)


@pytest.mark.parametrize(("cell", "amount"), [(3000.0, "3000"), (0, "0"), (-12.5, "-12.5"), (60.0, "60")])
def test_a_number_is_an_amount(cell: Cell, amount: str) -> None:
    assert read_amount(cell) == (Decimal(amount), "")


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "60.000",
            "¥1.234",
            "1.234.567",
            "1,5",
            "1,23,456",
            "3,00",
            "1 234",
            "1'234",
            "1e3",
            "1_000",
            "3k",
            "3千",
        ),
        *(
            "1.2萬",
            "--5",
            "(-5)",
            "(5",
            "5)",
            "-(5)",
            "5-",
            "3000-5000",
            "約3000",
            "3000/月",
            "%5",
            "5%",
            "",
            "元",
        ),
        *("inf", "nan", "Infinity", "10000000000000", "1234567890123456", "0x10", "٣٠٠٠", ",500", "1,,000"),
        *(True, Percent(0.5), float("inf"), float("nan"), 1e13, date(2026, 1, 2), None),
    ],
)
def test_what_might_be_another_amount_is_none(cell: Cell) -> None:
    assert read_amount(cell) == (None, NOT_AN_AMOUNT)


@pytest.mark.parametrize(("written", "value", "code"), ROWS)
def test_the_page_says_what_is_read(written: str, value: str, code: str) -> None:
    if code == NOT_AN_AMOUNT or (value and "-" not in value[1:]):
        amount = read_amount(float(written) if written.isdigit() else written)
        assert (amount.amount, amount.code) == (Decimal(value) if value.strip() else None, code)
    else:
        day = read_date(written)
        assert (str(day.day or ""), day.code) == (value.strip(), code)


def test_the_page_has_both_tables() -> None:
    codes = {code for _, _, code in ROWS}
    assert codes == {"", NOT_AN_AMOUNT, AMOUNT_AS_TEXT, NOT_A_DATE, ROC_YEAR, COMPACT_DATE}
