"""Workbooks of Excel 95 to 2003 that other programs read although there is something odd in them."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from perfcli.files.formats import read_content
from perfcli.files.sheet import Cell, Limits, Refusal

_SHARED_TEXTS = 0xFC
TEXTS = ["工號", "姓名", "銷售額", *(f"{number} 陳{'一' * 3000}" for number in range(20)), "E1", "low", "末"]


def records() -> bytes:
    """The records of a workbook whose texts need more than one record."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    bold = xlwt.Font()
    bold.bold = True
    for number, text in enumerate(TEXTS):
        sheet.write(number, 0, text)
    sheet.write_rich_text(len(TEXTS), 0, [("9", bold), "5"])
    sheet.write(len(TEXTS) + 1, 0, 7)
    return bytes(book.get_biff_data())


def position_of(kind: int, stream: bytes) -> int:
    position = 0
    while True:
        found, length = struct.unpack_from("<HH", stream, position)
        if found == kind:
            return position
        position += 4 + length


def counted(stream: bytes, count: int) -> bytes:
    """A workbook that says that it has so many different texts."""
    position = position_of(_SHARED_TEXTS, stream)
    return stream[: position + 8] + struct.pack("<i", count) + stream[position + 12 :]


def cells_of(stream: bytes) -> list[Cell]:
    whole = BytesIO()
    XlsDoc().save(whole, stream)
    (sheet,) = read_content(whole.getvalue(), Limits()).sheets
    return [row[0] for row in sheet.rows]


@pytest.mark.parametrize("count", [0, 1, 5, len(TEXTS), len(TEXTS) + 1, len(TEXTS) + 2, 1000, 2**31 - 1, -1])
def test_a_wrong_count_of_different_texts_does_no_harm(count: int) -> None:
    assert cells_of(counted(records(), count)) == [*TEXTS, "95", 7.0]


def test_a_text_that_is_not_there_is_damage() -> None:
    stream = records()
    position = position_of(_SHARED_TEXTS, stream)
    (length,) = struct.unpack_from("<H", stream, position + 2)
    cut = counted(stream[: position + 12] + bytes(length - 8) + stream[position + 4 + length :], 3)
    with pytest.raises(Refusal) as caught:
        cells_of(cut.replace(struct.pack("<I", len(TEXTS)), struct.pack("<I", 10**6)))
    assert caught.value.code == "damaged-workbook"


def biff5(*cells: bytes) -> bytes:
    """The records of a workbook of Excel 95 with rich texts."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin = struct.pack("<HHHH", 0x500, 5, 0, 1996)
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\5Arial"
    style = struct.pack("<HHHHHHHH", 0, 0, 0xFFF5, 0, 0, 0, 0, 0)
    head = record(0x809, begin) + record(0x42, struct.pack("<H", 932))
    head += record(0x31, font) * 5 + record(0xE0, style) * 16
    name = b"\5Sheet"
    sheet_at = len(head) + 4 + 6 + len(name) + 4
    globals_ = head + record(0x85, struct.pack("<IH", sheet_at, 0) + name) + record(0x0A, b"")
    own = struct.pack("<HHHH", 0x500, 0x10, 0, 1996)
    return globals_ + record(0x809, own) + b"".join(record(0xD6, cell) for cell in cells) + record(0x0A, b"")


def rich(row: int, text: str, runs: bytes, phonetic: bytes = b"") -> bytes:
    written = text.encode("cp932")
    head = struct.pack("<HHHH", row, 0, 0, len(written)) + written
    return head + bytes([len(runs) // 2]) + runs + phonetic


def test_phonetic_texts_of_excel_95_are_passed_over() -> None:
    reading = "セキ ジロウ".encode("cp932")
    cells = [
        rich(0, "関二郎", bytes([0, 1, 2, 2])),
        rich(1, "関一郎", bytes([0, 1]), struct.pack("<HH", 1, len(reading)) + reading),
        rich(2, "95", b"", b"\0\0"),
    ]
    whole = BytesIO()
    XlsDoc().save(whole, biff5(*cells))
    (sheet,) = read_content(whole.getvalue(), Limits()).sheets
    assert [row[0] for row in sheet.rows] == ["関二郎", "関一郎", "95"]
