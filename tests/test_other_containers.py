"""Containers beside .xlsx: the same table comes out of each, and nothing in them brings a reader down."""

from __future__ import annotations

import csv
import re
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from random import Random

import olefile
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from perfcli.files import csv as text
from perfcli.files import ods as open_document
from perfcli.files import parquet as columnar
from perfcli.files import xls as binary
from perfcli.files import xlsb as binary_office
from perfcli.files.formats import read_content
from perfcli.files.number_formats import content_of, kind_of
from perfcli.files.sheet import Cell, Limits, Refusal, Sheet
from support import xlsb
from support.ods import ods_of, write_ods
from support.xls import write_xls
from support.xlsb import write_xlsb

Reader = Callable[[bytes, Limits], list[Sheet]]
LIMITS = Limits()
SMALL = replace(LIMITS, cells=1000, merges=50)

WRITERS: dict[str, tuple[Callable[[list[Sheet]], bytes], Reader]] = {
    "xls": (write_xls, binary.read),
    "xlsb": (write_xlsb, binary_office.read),
    "ods": (write_ods, open_document.read),
}

PEOPLE = Sheet(
    "考核表",
    [
        ["2026年11月績效考核表", "", "", "", "", ""],
        ["", "", "", "", "", ""],
        ["工號", "姓名", "銷售額", "毛利率", "入職日期", "備註"],
        ["007", "陳一", 85.0, 0.85, "2020-02-29", "第一行\n第二行\t　末"],
        ["008", "  李二 ", 88.365, 0.0, "2026-11-01T08:30:00", "𠮷野家 & <好>"],
        ["", "", "", "", "", ""],
        [12.0, "王三", "#DIV/0!", 1.0, "08:30:00", True],
        ["0012345678901234567", "趙四", "90", "#N/A", "PT36H30M0S", False],
    ],
    special=[
        (3, 3, "percent", ""),
        (3, 4, "date", "2020-02-29"),
        (4, 3, "percent", ""),
        (4, 4, "datetime", "2026-11-01T08:30:00"),
        (6, 2, "error", "#DIV/0!"),
        (6, 3, "percent", ""),
        (6, 4, "time", "08:30:00"),
        (7, 3, "error", "#N/A"),
        (7, 4, "duration", "PT36H30M0S"),
    ],
    merges=[(0, 0, 0, 5), (1, 1, 1, 2)],
    hidden_rows=[4, 5],
    hidden_columns=[1, 4],
)
SECRET = Sheet("底稿 2", [["只給自己看", 1.5]], hidden=True)
EMPTY = Sheet("Sheet3", [])


def refusal(read: Reader, content: bytes, limits: Limits = LIMITS, most: int = 0) -> str:
    """The code with which a reader refuses, using little memory for it: at most so many bytes."""
    tracemalloc.start()
    try:
        with pytest.raises(Refusal) as refused:
            read(content, limits)
        assert tracemalloc.get_traced_memory()[1] < (most or 8 * len(content) + 100 * 1024**2)
    finally:
        tracemalloc.stop()
    return refused.value.code


def survives(read: Reader, content: bytes) -> None:
    """A reader gives sheets or refuses; it does nothing else."""
    try:
        sheets = read(content, replace(LIMITS, cells=500_000))
    except Refusal:
        return
    assert all(len({len(row) for row in sheet.rows}) <= 1 for sheet in sheets)


@pytest.mark.parametrize("container", WRITERS)
class TestEveryWorkbook:
    def test_gives_the_same_table(self, container: str) -> None:
        write, read = WRITERS[container]
        assert read(write([PEOPLE, SECRET, EMPTY]), LIMITS) == [PEOPLE, SECRET, EMPTY]

    def test_counts_the_cells_of_all_sheets(self, container: str) -> None:
        write, read = WRITERS[container]
        content = write([PEOPLE, replace(PEOPLE, name="副本")])
        assert len(read(content, replace(LIMITS, cells=96))) == 2
        assert refusal(read, content, replace(LIMITS, cells=95)) == "far-cell"

    def test_counts_merged_ranges(self, container: str) -> None:
        write, read = WRITERS[container]
        merged = Sheet("合併", [[str(row), "", ""] for row in range(60)])
        merged.merges = [(row, 0, row, 1) for row in range(60)]
        assert read(write([merged]), replace(LIMITS, merges=60)) == [
            replace(merged, rows=[[str(row)] for row in range(60)], merges=[])
        ]
        assert refusal(read, write([merged]), SMALL) == "too-many-merges"

    def test_refuses_a_cell_far_away_before_the_grid_is_built(self, container: str) -> None:
        write, read = WRITERS[container]
        rows: list[list[Cell]] = [["工號"], *([] for _ in range(40_000)), [*[""] * 255, "x"]]
        assert refusal(read, write([Sheet("遠", rows)]), replace(LIMITS, cells=1_000_000)) == "far-cell"

    def test_survives_a_cut_anywhere(self, container: str) -> None:
        write, read = WRITERS[container]
        content = write([PEOPLE, SECRET])
        for end in range(0, len(content), len(content) // 97):
            survives(read, content[:end])

    def test_survives_changed_bytes(self, container: str) -> None:
        write, read = WRITERS[container]
        content = write([PEOPLE, SECRET])
        random = Random(4)  # noqa: S311 - seeded on purpose
        for _ in range(400):
            changed = bytearray(content)
            for _ in range(random.choice((1, 3, 20))):
                changed[random.randrange(len(changed))] = random.choice(
                    (0, 1, 0x7F, 0x80, 0xFF, random.randrange(256))
                )
            survives(read, bytes(changed))

    def test_survives_changed_bytes_within_the_zip(self, container: str) -> None:
        write, read = WRITERS[container]
        if container == "xls":
            return
        random = Random(5)  # noqa: S311 - seeded on purpose
        parts = unpacked(write([PEOPLE, SECRET]))
        for _ in range(400):
            name = random.choice(sorted(parts))
            changed = bytearray(parts[name])
            for _ in range(random.choice((1, 3))):
                changed[random.randrange(len(changed))] = random.randrange(256)
            survives(read, packed({**parts, name: bytes(changed)}))


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as container:
        return {name: container.read(name) for name in container.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        for name, part in parts.items():
            container.writestr(name, part)
    return stream.getvalue()


LEGAL = some.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\n\t "
)
CELLS = some.one_of(
    some.text(LEGAL, max_size=12),
    some.floats(allow_nan=False, allow_infinity=False),
    some.booleans(),
    some.sampled_from(["", "007", "=1+1", "  ", " 二  三 ", "\n\n", "#N/A", "&amp;"]),
)


def table_of(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows as readers give them: without a blank margin, and rectangular."""
    height = max((index + 1 for index, row in enumerate(rows) if any(cell != "" for cell in row)), default=0)
    width = max((index + 1 for row in rows for index, cell in enumerate(row) if cell != ""), default=0)
    return [[*row[:width], *[""] * (width - len(row))] for row in rows[:height]]


@given(some.lists(some.lists(CELLS, max_size=6), max_size=6))
def test_what_is_written_is_read(rows: list[list[Cell]]) -> None:
    for write, read in WRITERS.values():
        (sheet,) = read(write([Sheet("S", rows)]), LIMITS)
        assert sheet == Sheet("S", table_of(rows))
        assert [[type(cell) for cell in row] for row in sheet.rows] == [
            [type(cell) for cell in row] for row in table_of(rows)
        ]


class TestDates:
    @pytest.mark.parametrize("container", ["xls", "xlsb"])
    def test_since_1904_are_the_same_dates(self, container: str) -> None:
        content = {"xls": write_xls, "xlsb": write_xlsb}[container]([PEOPLE], since_1904=True)
        if container == "xlsb":  # its writer leaves the numbers as they are
            read = binary_office.read(content, LIMITS)[0].special
            assert (3, 4, "date", "2024-03-01") in read
        else:
            assert binary.read(content, LIMITS) == [PEOPLE]

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("General", None),
            ("0.00E+00", None),
            ('0"分"', None),
            ('0"days"', None),
            ("#,##0 [$元-804]", None),
            ("[Red]0.0;[Blue]-0.0", None),
            (r"0.0\d", None),
            ("_(* #,##0_)", None),
            ("0%", "percent"),
            ('[=0]"-";0.0%', "percent"),
            ('0"%"', None),
            ("yyyy-mm-dd", "moment"),
            ('m"月"d"日"', "moment"),
            ("[$-404]e/m/d", "moment"),
            ("[$-804]aaaa", "moment"),
            ("[DBNum1]yyyy年m月d日", "moment"),
            ("上午/下午h時mm分", "moment"),
            ("h:mm AM/PM", "moment"),
            ("[h]:mm", "duration"),
            ("[mm]:ss", "duration"),
        ],
    )
    def test_are_known_by_their_format(self, code: str, kind: str | None) -> None:
        assert kind_of(code) == kind

    @pytest.mark.parametrize(
        ("number", "text_of_it"),
        [
            (0.0, "00:00:00"),
            (0.5, "12:00:00"),
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (61.0, "1900-03-01"),
            (46_327.0, "2026-11-01"),
            (46_327.354166666664, "2026-11-01T08:30:00"),
            (-1.0, -1.0),
            (1e300, 1e300),
            (float("inf"), float("inf")),
        ],
    )
    def test_are_days_since_1900(self, number: float, text_of_it: str | float) -> None:
        assert content_of(number, "moment", since_1904=False)[0] == text_of_it

    def test_in_east_asian_formats_of_the_program_are_dates(self) -> None:
        codes = {code: name for name, code in enumerate((14, 27, 31, 36, 50, 57, 58))}
        page = b"".join(
            [xlsb.row(0), *(xlsb.real(column, 46_327, style) for style, column in enumerate(codes.values()))]
        )
        styles = b"".join(xlsb.record(47, struct.pack("<HH12x", 0, code)) for code in codes)
        content = xlsb.package(
            xlsb.record(156, struct.pack("<II", 0, 1) + xlsb.wide("rId1") + xlsb.wide("日期")),
            {
                "xl/worksheets/sheet1.bin": page,
                "xl/styles.bin": xlsb.record(617) + styles + xlsb.record(618),
            },
        )
        (sheet,) = binary_office.read(content, LIMITS)
        assert sheet.rows == [["2026-11-01"] * len(codes)]


class TestBinaryWorkbooks:
    def test_tell_formulas_without_a_value(self) -> None:
        table = Sheet("S", [["總分", ""], [80.0, "=…"], ["", "=…"]])
        table.special = [(1, 1, "not-calculated", "=…"), (2, 1, "not-calculated", "=…")]
        assert binary.read(write_xls([table]), LIMITS) == [table]

    def test_believe_zero_where_another_formula_has_a_value(self) -> None:
        table = Sheet("S", [["=…"], ["=…"]], special=[(r, 0, "not-calculated", "=…") for r in range(2)])
        content = write_xls([table])
        unknown = struct.pack("<H", 3) + bytes(4) + b"\xff\xff"
        assert content.count(unknown) == 2
        calculated = content.replace(unknown, struct.pack("<d", 7), 1).replace(unknown, bytes(8))
        assert binary.read(calculated, LIMITS) == [Sheet("S", [[7.0], [0.0]])]

    def test_of_old_that_stand_bare_are_read(self) -> None:
        def record(code: int, content: bytes) -> bytes:
            return struct.pack("<HH", code, len(content)) + content

        label = record(0x0004, struct.pack("<HH3xB", 0, 0, 4) + b"E001")
        number = record(0x0003, struct.pack("<HH3xd", 0, 1, 85.5))
        content = record(0x0009, struct.pack("<HH", 2, 0x10)) + label + number + record(0x000A, b"")
        (sheet,) = binary.read(content, LIMITS)
        assert sheet.rows == [["E001", 85.5]]

    def test_with_an_absurd_place_are_refused(self) -> None:
        content = write_xls([Sheet("S", [[1.25e-7]])])
        place = struct.pack("<HH", 0, 0)
        at = content.index(struct.pack("<d", 1.25e-7)) - 6
        assert content[at : at + 4] == place
        for row, column, code in ((0, 256, "damaged-workbook"), (65_535, 65_535, "far-cell")):
            moved = content[:at] + struct.pack("<HH", row, column) + content[at + 4 :]
            assert refusal(binary.read, moved) == code

    def test_in_a_chain_that_bites_its_tail_are_damaged(self) -> None:
        end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

        def entry(name: str, kind: int, below: int, first: int, size: int) -> bytes:
            title = name.encode("utf-16-le") + bytes(2)
            links = struct.pack("<BBIII", kind, 1, free, free, below)
            return (
                title.ljust(64, b"\0")
                + struct.pack("<H", len(title))
                + links
                + bytes(36)
                + struct.pack("<IQ", first, size)
            )

        head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        places = struct.pack("<10I", 0, 1, 1, 0, 4096, 2, 1, end, 0, 0)
        sectors = [
            struct.pack("<4I", table, end, end, end).ljust(512, b"\xff"),
            entry("Root Entry", 5, 1, 3, 512) + entry("Workbook", 2, free, 0, 1000) + bytes(256),
            struct.pack("<I", 0).ljust(512, b"\xff"),
            bytes(512),
        ]
        content = (head + bytes(6) + places).ljust(512, b"\xff") + b"".join(sectors)
        assert refusal(binary.read, content) == "damaged-workbook"

    def test_are_refused_before_their_cells_are_built(self) -> None:
        def page(rows: int) -> bytes:
            def record(code: int, content: bytes) -> bytes:
                return struct.pack("<HH", code, len(content)) + content

            cells = struct.pack("<HI", 15, 0x40590000) * 256
            blanks = struct.pack("<H", 15) * 256
            return b"".join(
                record(0xBD, struct.pack("<HH", row, 0) + cells + struct.pack("<H", 255))
                if row < rows
                else record(0xBE, struct.pack("<HH", row, 0) + blanks + struct.pack("<H", 255))
                for row in range(2_000)
            )

        content = write_xls([Sheet("S", [["x"]])])
        with olefile.OleFileIO(BytesIO(content)) as compound:
            records = compound.openstream("Workbook").read()
        end = len(records.rstrip(b"\0")) - 1
        assert records[end : end + 4] == struct.pack("<HH", 10, 0)
        full, blank = (records[:end] + page(rows) + records[end:] for rows in (2_000, 2))
        (sheet,) = binary.read(blank, replace(LIMITS, cells=200_000))
        assert (len(sheet.rows), len(sheet.rows[0])) == (2, 256)
        for refused in (full, blank):
            limits = replace(LIMITS, cells=60_000)
            assert refusal(binary.read, refused, limits, most=12 * 1024**2) == "far-cell"

    def test_are_not_every_compound_file(self) -> None:
        content = write_xls([PEOPLE]).replace("Workbook".encode("utf-16-le"), "Wordbook".encode("utf-16-le"))
        assert refusal(binary.read, content) == "not-a-workbook"

    def test_say_nothing_on_the_terminal(self, capfd: pytest.CaptureFixture[str]) -> None:
        survives(binary.read, write_xls([PEOPLE])[:-700])
        assert capfd.readouterr() == ("", "")


class TestBinaryOfficeWorkbooks:
    HEAD = xlsb.record(156, struct.pack("<II", 0, 1) + xlsb.wide("rId1") + xlsb.wide("S"))

    def book(self, page: bytes) -> bytes:
        return xlsb.package(self.HEAD, {"xl/worksheets/sheet1.bin": page})

    def test_hold_what_another_reader_finds_in_them(self) -> None:
        with CalamineWorkbook.from_filelike(BytesIO(write_xlsb([PEOPLE, SECRET]))) as workbook:
            assert workbook.sheet_names == ["考核表", "底稿 2"]
            rows = workbook.get_sheet_by_name("考核表").to_python(skip_empty_area=False)
        assert [row[:3] for row in rows[:6]] == [row[:3] for row in PEOPLE.rows[:6]]

    @pytest.mark.parametrize(
        ("packed", "number"),
        [
            (80 << 2 | 2, 80.0),
            (8836 << 2 | 3, 88.36),
            ((-5 & 0x3FFFFFFF) << 2 | 2, -5.0),
            (0x3FE00000, 0.5),
            (0x40590001, 1.0),
        ],
    )
    def test_pack_numbers_in_four_bytes(self, packed: int, number: float) -> None:
        cell = xlsb.record(2, struct.pack("<III", 0, 0, packed))
        assert binary_office.read(self.book(xlsb.row(0) + cell), LIMITS)[0].rows == [[number]]

    def test_name_no_column_in_short_cells(self) -> None:
        cells = (
            xlsb.real(1, 5) + xlsb.record(16, struct.pack("<Id", 0, 6)) + xlsb.record(15, bytes(4) + b"\1")
        )
        (sheet,) = binary_office.read(self.book(xlsb.row(0) + cells), LIMITS)
        assert sheet.rows == [["", 5.0, 6.0, True]]

    @pytest.mark.parametrize(
        ("page", "code"),
        [
            (xlsb.row(1_048_575) + xlsb.real(16_383, 1), "far-cell"),
            (xlsb.row(2**32 - 1) + xlsb.real(0, 1), "damaged-workbook"),
            (xlsb.row(0) + xlsb.real(2**32 - 1, 1), "damaged-workbook"),
            (xlsb.real(0, 1), "damaged-workbook"),
            (xlsb.row(0) + b"\x05\xff\xff\xff\x7f", "damaged-workbook"),
            (xlsb.row(0) + xlsb.record(7, struct.pack("<III", 0, 0, 99)), "damaged-workbook"),
            (xlsb.row(0) + xlsb.record(6, struct.pack("<III", 0, 0, 2**31)), "damaged-workbook"),
            (xlsb.row(0) + xlsb.real(0, 1)[:-1], "damaged-workbook"),
        ],
    )
    def test_with_absurd_records_are_refused(self, page: bytes, code: str) -> None:
        assert refusal(binary_office.read, self.book(page)) == code

    def test_that_unpack_to_too_much_are_refused(self) -> None:
        content = self.book(xlsb.record(1, bytes(8)) * 100_000)
        assert (
            refusal(binary_office.read, content, replace(LIMITS, unpacked_bytes=100_000))
            == "unpacks-too-large"
        )

    def test_that_hide_everything_again_and_again_cost_nothing(self) -> None:
        hidden = xlsb.record(60, struct.pack("<IIIIH", 0, 2**32 - 1, 0, 0, 1)) * 300
        (sheet,) = binary_office.read(self.book(hidden + xlsb.row(0) + xlsb.real(1, 1)), LIMITS)
        assert sheet.hidden_columns == [0, 1]


def ods_rows(rows: str, before: str = "", after: str = "") -> Sheet:
    """The sheet that rows in XML give, with something before and after them in the table."""
    table = f'<table:table table:name="S">{before}{rows}{after}</table:table>'
    (sheet,) = open_document.read(ods_of(table), LIMITS)
    return sheet


def ods_cell(attributes: str, content: str = "") -> tuple[Cell, tuple[str, str] | None]:
    sheet = ods_rows(
        f"<table:table-row><table:table-cell {attributes}>{content}</table:table-cell></table:table-row>"
    )
    special = sheet.special[0][2:] if sheet.special else None
    return (sheet.rows[0][0] if sheet.rows else ""), special


FLOAT, STRING = 'office:value-type="float"', 'office:value-type="string"'
DATE, TIME = (f'office:value-type="{kind}" office:{kind}-value' for kind in ("date", "time"))
FORMULA = 'table:formula="of:=[.A1]+5"'
REMARK = "<office:annotation><text:p>注</text:p></office:annotation>"


def ods_row(cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def ods_text(text_of_it: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text_of_it}</text:p></table:table-cell>"


def repeated(rows: int = 1, columns: int = 1) -> tuple[str, str]:
    """The attributes of a row and of a cell that are repeated."""
    return f'table:number-rows-repeated="{rows}"', f'table:number-columns-repeated="{columns}"'


class TestOpenDocuments:
    @pytest.mark.parametrize(
        ("attributes", "content", "value", "special"),
        [
            (f'{FLOAT} office:value="85"', "<text:p>85分</text:p>", 85.0, None),
            ('office:value-type="currency" office:value="1.5"', "<text:p>1.50 €</text:p>", 1.5, None),
            ('office:value-type="percentage" office:value="0.85"', "", 0.85, ("percent", "")),
            ('office:value-type="boolean" office:boolean-value="true"', "<text:p>TRUE</text:p>", True, None),
            (f'{DATE}="2026-11-01"', "", "2026-11-01", "date"),
            (f'{DATE}="2026-11-01T08:30:00"', "", "2026-11-01T08:30:00", "datetime"),
            (f'{DATE}="2026-11-01T00:00:00.000000000"', "", "2026-11-01", "date"),
            (f'{DATE}="0000-00-00"', "", "0000-00-00", None),
            (f'{TIME}="PT08H30M00S"', "", "08:30:00", "time"),
            (f'{TIME}="PT25H0M0.5S"', "", "PT25H0M0.5S", "duration"),
            (f'{TIME}="soon"', "", "soon", None),
            (f'{FLOAT} office:value="many"', "", "many", None),
            (f'{STRING} office:string-value="007"', "<text:p>7</text:p>", "007", None),
            (STRING, "<text:p>007</text:p>", "007", None),
            ("", "<text:p>007</text:p>", "007", None),
            ("", "<text:p>一</text:p><text:p/><text:p>三</text:p>", "一\n\n三", None),
            ("", '<text:p>一<text:s text:c="3"/>二<text:tab/>三</text:p>', "一   二\t三", None),
            ("", "<text:p>一<text:line-break/>二<text:s/></text:p>", "一\n二 ", None),
            ("", "<text:p>\n  一\n  <text:span>二</text:span></text:p>", "一 二", None),
            ("", f"{REMARK}<text:p>一</text:p>", "一", None),
            ("", f"<text:p>一{REMARK}二</text:p>", "一二", None),
            (f'{STRING} calcext:value-type="error"', "<text:p>#DIV/0!</text:p>", "#DIV/0!", "error"),
            (f'{FORMULA} {FLOAT} office:value="0"', "<text:p>Err:502</text:p>", "Err:502", "error"),
            (f"{FORMULA} {STRING}", "<text:p>#N/A</text:p>", "#N/A", "error"),
            (STRING, "<text:p>#N/A</text:p>", "#N/A", None),
            (FORMULA, "", "=[.A1]+5", "not-calculated"),
            (f"{FORMULA} {FLOAT}", "", "=[.A1]+5", "not-calculated"),
            (f'{FORMULA} {STRING} office:string-value=""', "", "", None),
            (f'{FORMULA} {FLOAT} office:value="85"', "<text:p>85</text:p>", 85.0, None),
        ],
    )
    def test_have_cells_of_every_type(
        self, attributes: str, content: str, value: Cell, special: tuple[str, str] | str | None
    ) -> None:
        expected = (special, str(value)) if isinstance(special, str) else special
        assert ods_cell(attributes, content) == (value, expected)

    def test_repeat_rows_and_cells(self) -> None:
        blank = ods_row("<table:table-cell/>", repeated(3)[0])
        twice, two = repeated(2, 2)
        percent = f'<table:table-cell {two} office:value-type="percentage" office:value="1"/>'
        sheet = ods_rows(blank + ods_row(f"<table:table-cell {two}/>{percent}", twice) + blank)
        assert sheet.rows == [[""] * 4] * 3 + [["", "", 1.0, 1.0]] * 2
        assert sheet.special == [(row, column, "percent", "") for row in (3, 4) for column in (2, 3)]
        assert sheet.rows[3] is not sheet.rows[4]

    def test_merge_as_often_as_the_row_is_repeated(self) -> None:
        covered = "<table:covered-table-cell><text:p>下</text:p></table:covered-table-cell>"
        cells = ods_text("一", 'table:number-columns-spanned="2"') + covered + ods_text("二")
        sheet = ods_rows(ods_row(cells, repeated(2)[0]))
        assert sheet.rows == [["一", "", "二"]] * 2
        assert sheet.merges == [(0, 0, 0, 1), (1, 0, 1, 1)]

    def test_hide_rows_and_columns_in_groups(self) -> None:
        hidden = 'table:visibility="collapse"'
        cells = f"<table:table-cell/>{ods_text('x')}"
        filtered = ods_row(cells, f'table:visibility="filter" {repeated(2)[0]}')
        sheet = ods_rows(
            f"<table:table-header-rows>{ods_row(cells)}</table:table-header-rows>"
            f"<table:table-row-group>{filtered}</table:table-row-group>{ods_row(cells)}",
            f"<table:table-column-group><table:table-column {hidden}/></table:table-column-group>"
            f"<table:table-column/><table:table-column {hidden} {repeated(1, 99)[1]}/>",
            ods_row("", f"{hidden} {repeated(1_048_000)[0]}"),
        )
        assert (sheet.hidden_rows, sheet.hidden_columns) == ([1, 2], [0])

    def test_have_no_rows_in_drawings(self) -> None:
        inner = f'<table:table table:name="inner">{ods_row(ods_text("y"))}</table:table>'
        shapes = f"<table:shapes><draw:frame xmlns:draw='d'>{inner}</draw:frame></table:shapes>"
        outer = ods_row(f"<table:table-cell><text:p>x</text:p>{inner}</table:table-cell>")
        assert ods_rows(outer, shapes) == Sheet("S", [["x"]])

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            (ods_row(ods_text("x", repeated(1, 16_384)[1]), repeated(1_048_576)[0]), "far-cell"),
            (
                ods_row("", repeated(1_048_575)[0])
                + ods_row(f"<table:table-cell {repeated(1, 16_383)[1]}/>{ods_text('x')}"),
                "far-cell",
            ),
            (ods_row(ods_text("x", repeated(1, 99_999_999_999)[1])), "far-cell"),
            (ods_row("", f'table:number-rows-repeated="{"9" * 5000}"'), "damaged-workbook"),
            (ods_row("", 'table:number-rows-repeated="many"'), "damaged-workbook"),
            (ods_row(ods_text('<text:s text:c="999999999"/>')), "damaged-workbook"),
            (
                ods_row(ods_text("x", 'table:number-columns-spanned="2"'), repeated(1_000_000)[0]),
                "too-many-merges",
            ),
            ("<table:table-row><table:table-cell>", "damaged-workbook"),
        ],
    )
    def test_that_ask_for_too_much_are_refused(self, rows: str, code: str) -> None:
        assert refusal(open_document.read, ods_of(f"<table:table>{rows}</table:table>")) == code

    def test_with_blank_repeats_to_the_end_cost_nothing(self) -> None:
        rows, columns = repeated(99_999_999_999, 16_384)
        blank = ods_row(f'<table:table-cell {columns} table:number-columns-spanned="9"/>', rows)
        assert ods_rows(blank) == Sheet("S", [])

    def test_with_entities_are_refused(self) -> None:
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        assert refusal(open_document.read, ods_of("<table:table/>", bomb)) == "unsafe-content"

    def test_may_be_nested_deeply(self) -> None:
        deep = "<text:span>" * 100_000 + "x" + "</text:span>" * 100_000
        assert ods_cell("", f"<text:p>{deep}</text:p>") == ("x", None)

    def test_that_unpack_to_too_much_are_refused(self) -> None:
        content = ods_of("<table:table>" + " " * 200_000 + "</table:table>")
        assert (
            refusal(open_document.read, content, replace(LIMITS, unpacked_bytes=100_000))
            == "unpacks-too-large"
        )


HEADERS = {
    "utf-8": ["工號", "姓名", "得分"],
    "utf-8-sig": ["工号", "姓名", "得分"],
    "utf-16": ["ID", "Name", "Score"],
    "gb18030": ["工号", "姓名", "得分"],
    "cp950": ["工號", "姓名", "評分"],
}
NAMES = {
    "utf-8": "陳李𠮷é ",
    "utf-8-sig": "陈李𠮷é ",
    "utf-16": "Añ陳𠮷 ",
    "gb18030": "陈李张伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英𠮷 ",
    "cp950": "陳李張偉芳娜敏靜麗強磊軍洋勇豔傑娟濤明超秀蘭霞平剛桂英 ",
}
PLAIN = re.compile(r'-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|="[^"]*"')


@some.composite
def csv_files(draw: some.DrawFn) -> tuple[bytes, str, list[list[Cell]]]:
    """A text file, its encoding, and the rows that it holds."""
    encoding = draw(some.sampled_from(sorted(HEADERS)))
    delimiter = draw(some.sampled_from(",;\t"))
    texts = some.text(NAMES[encoding] + 'ab019.%-="\n' + delimiter, max_size=8)
    texts = texts.filter(lambda field: not PLAIN.fullmatch(field))
    numbers = some.integers(-(10**14), 10**14).map(lambda number: number / 100)
    cells = some.one_of(
        texts, numbers, some.sampled_from(["007", "=1+1", "1e5", "85%", "1,000".replace(",", delimiter)])
    )
    rows: list[list[Cell]] = [[*HEADERS[encoding]]]
    rows += ([*row] for row in draw(some.lists(some.lists(cells, max_size=3), max_size=8)))
    stream = StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=draw(some.sampled_from(["\r\n", "\n"])))
    writer.writerows([[f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row] for row in rows])
    return stream.getvalue().encode(encoding), encoding, rows


@given(csv_files())
def test_what_is_written_as_text_is_read(file: tuple[bytes, str, list[list[Cell]]]) -> None:
    content, encoding, rows = file
    assert text.read(content, LIMITS) == [Sheet("", table_of(rows))]
    named = {
        "utf-8-sig": "UTF-8",
        "utf-8": "UTF-8",
        "utf-16": "UTF-16",
        "gb18030": "GB18030",
        "cp950": "Big5",
    }
    assert text.encoding_of(content) in {named[encoding], "UTF-8"}


def csv_rows(content: str | bytes) -> list[list[Cell]]:
    (sheet,) = text.read(content.encode() if isinstance(content, str) else content, LIMITS)
    return sheet.rows


class TestText:
    @pytest.mark.parametrize(
        ("field", "cell"),
        [
            *(("85", 85.0), ("88.50", 88.5), ("-3", -3.0), ("0", 0.0), ("0.5", 0.5), ("-0.5", -0.5)),
            *(("100000", 100_000.0), ("0.000000000000000123", 0.000000000000000123)),
            *(
                (field, field)
                for field in ("007", "00.5", "1e5", "85%", "+85", ".5", "5.", "--5", "- 5", " 85")
            ),
            *((field, field) for field in ("８５", "٣", "1_000", "inf", "nan", "0x10", "TRUE", "2026-11-01")),
            *((field, field) for field in ("1234567890123456", "0.123456789012345678")),
            *((field, field) for field in ("=1+1", '="a', "@x")),
            *(("123456789012345", 123_456_789_012_345.0), ("2.4000000000000004", 2.4000000000000004)),
            ('="007"', "007"),
        ],
    )
    def test_is_a_number_only_if_it_is_plain(self, field: str, cell: Cell) -> None:
        assert csv_rows(f"A\tB\n{field}\tx\n") == [["A", "B"], [cell, "x"]]

    @pytest.mark.parametrize(
        ("content", "rows"),
        [
            ("a,b\n1,2\n", [["a", "b"], [1.0, 2.0]]),
            ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", [["a", "b", "c"], *[["1,5", "2,5", "3,5"]] * 2]),
            ("考核表, 11月\n\n工號,姓名,備註\n1,陳,好; 很好; 非常好; 最好\n", None),
            ("a\tb\n好,很,非,常\t2\n", [["a", "b"], ["好,很,非,常", 2.0]]),
            ('a,b\n"x, y; z\t",2\n', [["a", "b"], ["x, y; z\t", 2.0]]),
            ('a,b\n"第一行\r\n第二行",2\n', [["a", "b"], ["第一行\n第二行", 2.0]]),
            ('a,b\n"說""好""",2\n', [["a", "b"], ['說"好"', 2.0]]),
            ('a,b\n5" 寬,2\n', [["a", "b"], ['5" 寬', 2.0]]),
            ("sep=;\na;b,c,d,e\n", [["a", "b,c,d,e"]]),
            ('"sep=|"\r\na|b\r\n', [["a", "b"]]),
            ("SEP=\t\na\tb", [["a", "b"]]),
            ("姓名\n陳一\n", [["姓名"], ["陳一"]]),
            ("a,b,,,\n\n1,,,,\n,,,,\n\n", [["a", "b"], ["", ""], [1.0, ""]]),
            ("a,b\r1,2\r", [["a", "b"], [1.0, 2.0]]),
            ("a,b\n1\u20282,3\n", [["a", "b"], ["1\u20282", 3.0]]),
            ("", []),
            ("\ufeff", []),
        ],
    )
    def test_is_split_at_the_right_places(self, content: str, rows: list[list[Cell]] | None) -> None:
        if rows is None:
            assert csv_rows(content)[3] == [1.0, "陳", "好; 很好; 非常好; 最好"]
        else:
            assert csv_rows(content) == rows

    @pytest.mark.parametrize(
        ("content", "encoding"),
        [
            ("工號,姓名,得分\n1,陳一,85", "big5"),
            ("工号,姓名,得分\n1,陈一,85", "gbk"),
            ("工號,姓名,得分\n1,陳一,85", "gbk"),
            ("ID,Name,Score\n1,陈小明,85\n2,李秀英,90\n3,王建国,77", "gbk"),
            ("ID,Name,Score\n1,陳小明,85\n2,李秀英,90\n3,王建國,77", "big5"),
            ("姓名,得分\n鄧𨋢,85", "big5hkscs"),
            ("編號；姓名", "utf-16"),
            ("ID,Name\n1,x\n", "utf-16-le"),
            ("上級,姓名,得分\n上,陳一,85\n", "utf-16-be"),
            ("上級,姓名,得分\n上,陳一,85\n\x1a", "utf-8"),
            ("姓名,得分\n陈一,85\n\x1a", "gbk"),
        ],
    )
    def test_is_read_in_the_encoding_in_which_it_makes_sense(self, content: str, encoding: str) -> None:
        known = {"big5": "Big5", "gbk": "GB18030", "big5hkscs": "Big5-HKSCS", "utf-8": "UTF-8"}
        assert text.encoding_of(content.encode(encoding)) == known.get(encoding, "UTF-16")
        header, _, _ = content.partition("\n")
        assert csv_rows(content.encode(encoding))[0] == header.split(",")

    @pytest.mark.parametrize(
        "content",
        [
            b"ID,Name\n1,\xa4\xa4\xa4\xe5\n",
            "Größe,Name\n1,Jörg Müller\n".encode("latin-1"),
            b"\xef\xbb\xbfID,Name\n1,\xff\xfe\n",
            b"\xff\xfeI\0D\0,",
            b"ID,Name\n1,\0\n",
            b"ID\x81,\xff\n",
        ],
    )
    def test_in_no_clear_encoding_is_refused(self, content: bytes) -> None:
        assert refusal(text.read, content) == "encoding-unclear"
        with pytest.raises(Refusal, match="encoding-unclear"):
            text.encoding_of(content)

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (b'ID,Name\n1,"x\n2,y\n', 2),
            (b'ID,Name\n1,x\n2,"' + b"y\n" * 3_000_000, 3),
            (b"ID,Name\n1,x\n2," + b"y" * 5_000_000, 3),
            (b'ID,Name\n1,"x" y\n', 2),
        ],
    )
    def test_with_quotation_marks_that_do_not_match_is_refused(self, content: bytes, line: int) -> None:
        with pytest.raises(Refusal) as refused:
            text.read(content, LIMITS)
        assert (refused.value.code, refused.value.values) == ("unreadable-line", {"line": line})
        assert refusal(text.read, content) == "unreadable-line"

    @pytest.mark.parametrize(
        "content",
        [
            b"a" + b"," * 30_000_000 + b"b",
            b"a,b\n" * 5000 + b"," * 9999 + b"x\n",
        ],
    )
    def test_that_asks_for_too_much_is_refused(self, content: bytes) -> None:
        assert refusal(text.read, content) == "far-cell"

    def test_survives_any_bytes(self) -> None:
        random = Random(6)  # noqa: S311 - seeded on purpose
        for _ in range(400):
            survives(
                text.read, bytes(random.choices(b'a1,;\t"\n\r=\x00\x80\xa4\xb1\xff', k=random.randrange(80)))
            )


@pytest.mark.parametrize("module", ["xls", "xlsb", "ods", "csv"])
def test_readers_are_light(module: str) -> None:
    script = f"import sys, perfcli.files.{module}; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "pandas", "openpyxl", "pydantic"} & set(shown.split())


class TestParquet:
    COLUMNS: Mapping[str, list[object]] = {
        "工號": ["007", "0012345678901234567", None],
        "銷售額": [85.5, float("nan"), 90.0],
        "次數": [1, 2, 3],
        "獎金": [Decimal("1234.50"), Decimal("0.01"), None],
        "日期": [date(2020, 2, 29), None, date(2026, 11, 1)],
        "是": [True, False, None],
    }

    def content(self) -> bytes:
        stream = BytesIO()
        parquet.write_table(pa.table(dict(self.COLUMNS)), stream)
        return stream.getvalue()

    def test_values_come_out_as_they_are(self) -> None:
        (sheet,) = read_content(self.content(), LIMITS).sheets
        header, first, second, third = sheet.rows
        assert header == list(self.COLUMNS)
        assert first == ["007", 85.5, 1.0, 1234.5, "2020-02-29", True]
        assert second == ["0012345678901234567", "", 2.0, 0.01, None, False]
        assert third == [None, 90.0, 3.0, None, "2026-11-01", ""]
        assert sheet.special == [(1, 4, "date", "2020-02-29"), (3, 4, "date", "2026-11-01")]

    def test_limits_are_kept(self) -> None:
        with pytest.raises(Refusal, match="far-cell"):
            columnar.read(self.content(), replace(LIMITS, cells=10))

    @pytest.mark.parametrize("place", [4, 40, -12])
    def test_damage_is_told(self, place: int) -> None:
        content = bytearray(self.content())
        content[place : place + 4] = b"\xff\xff\xff\xff"
        with pytest.raises(Refusal, match="damaged-workbook"):
            read_content(bytes(content[: len(content) if place < 0 else len(content) // 2]), LIMITS)

    def test_without_pyarrow_it_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(Refusal, match="parquet-not-installed"):
            read_content(self.content_of_another_time, LIMITS)

    content_of_another_time = b"PAR1 whatever"
