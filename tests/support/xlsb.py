"""Sheets as .xlsb, record by record."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import quoteattr

from perfcli.files.sheet import Cell, Sheet
from support.serials import ERRORS, FORMATS, serial_of

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OWN = 164  # numbers of formats below are the program's own
_KINDS = list(FORMATS)


def record(code: int, content: bytes = b"") -> bytes:
    """A record: its code and its length in bytes of seven bits, then what is in it."""
    head = bytes([code]) if code < 0x80 else bytes([code & 0x7F | 0x80, code >> 7])
    length = len(content)
    size = bytearray()
    while True:
        length, low = length >> 7, length & 0x7F
        size.append(low | (0x80 if length else 0))
        if not length:
            return head + bytes(size) + content


def wide(text: str) -> bytes:
    """A text with its length before it."""
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def row(index: int, *, hidden: bool = False) -> bytes:
    """The head of a row."""
    return record(0, struct.pack("<IIHBBBI", index, 0, 300, 0, 0x10 if hidden else 0, 0, 0))


def real(column: int, number: float, style: int = 0) -> bytes:
    """A cell with a number."""
    return record(5, struct.pack("<IId", column, style, number))


def write_xlsb(sheets: Sequence[Sheet], *, since_1904: bool = False) -> bytes:
    """A workbook with these sheets; the container cannot say that a formula was never calculated."""
    strings: list[str] = []
    pages = {
        f"xl/worksheets/sheet{number}.bin": b"".join(_worksheet(sheet, strings))
        for number, sheet in enumerate(sheets, 1)
    }
    book = b"".join(
        record(156, struct.pack("<II", int(sheet.hidden), number) + wide(f"rId{number}") + wide(sheet.name))
        for number, sheet in enumerate(sheets, 1)
    )
    return package(
        record(153, struct.pack("<II", int(since_1904), 0)) + record(143) + book + record(144) + record(132),
        {
            **pages,
            "xl/styles.bin": _styles(),
            "xl/sharedStrings.bin": b"".join(
                [
                    record(159, struct.pack("<II", len(strings), len(strings))),
                    *(record(19, b"\0" + wide(text)) for text in strings),
                    record(160),
                ]
            ),
        },
    )


def write_struck() -> bytes:
    """A workbook with numbers and texts of which some are struck through, wholly or in part."""
    fonts = b"".join(record(43, struct.pack("<HHHH", 220, flags, 400, 0) + bytes(13)) for flags in (0, 8))
    styles = [
        *(record(611, struct.pack("<I", 2)), fonts, record(612), record(626), record(47, bytes(16))),
        *(record(627), record(617), record(47, bytes(16)), record(47, struct.pack("<HHH10x", 0, 0, 1))),
        record(618),
    ]

    def rich(text: str, *runs: tuple[int, int]) -> bytes:
        return (
            b"\1"
            + wide(text)
            + struct.pack("<I", len(runs))
            + b"".join(struct.pack("<HH", *one) for one in runs)
        )

    texts = [rich("95", (0, 1), (1, 0)), rich("97", (0, 0), (1, 0))]
    cells = [
        *(row(0), real(0, 80), real(1, 90, 1), record(7, struct.pack("<III", 2, 0, 0))),
        *(record(62, struct.pack("<II", 3, 0) + rich("96", (1, 1))), record(7, struct.pack("<III", 4, 0, 1))),
        record(1, struct.pack("<II", 5, 1)),
    ]
    return package(
        record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("表")),
        {
            "xl/worksheets/sheet1.bin": b"".join([record(145), *cells, record(146)]),
            "xl/styles.bin": b"".join(styles),
            "xl/sharedStrings.bin": b"".join(record(19, text) for text in texts),
        },
    )


def package(book: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The zip around the parts; worksheets come first among them."""
    relations = "".join(
        f'<Relationship Id="rId{number}" Type={quoteattr(f"{_TYPES}/{_type(name)}")}'
        f" Target={quoteattr(name.removeprefix('xl/'))}/>"
        for number, name in enumerate(parts, 1)
    )
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin"'
            ' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default'
            ' Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            "</Types>",
        )
        container.writestr("xl/workbook.bin", book)
        container.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        )
        for name, content in parts.items():
            container.writestr(name, content)
    return stream.getvalue()


def _type(name: str) -> str:
    return "worksheet" if "worksheets/" in name else name.removeprefix("xl/").removesuffix(".bin")


def _styles() -> bytes:
    """A style for plain cells, then one for each kind of special cell."""
    formats = b"".join(
        record(44, struct.pack("<H", _OWN + index) + wide(FORMATS[kind])) for index, kind in enumerate(_KINDS)
    )
    styles = [0, *(_OWN + index for index in range(len(_KINDS)))]
    cells = b"".join(record(47, struct.pack("<HH12x", 0, style)) for style in styles)
    return b"".join(
        [
            *(record(615, struct.pack("<I", len(_KINDS))), formats, record(616)),
            *(record(626, struct.pack("<I", 1)), record(47, bytes(16)), record(627)),
            *(record(617, struct.pack("<I", len(styles))), cells, record(618)),
        ]
    )


def _worksheet(sheet: Sheet, strings: list[str]) -> Iterator[bytes]:
    special = {(row, column): (kind, text) for row, column, kind, text in sheet.special}
    yield from (record(60, struct.pack("<IIIIH", column, column, 0, 0, 1)) for column in sheet.hidden_columns)
    yield record(148, struct.pack("<IIII", 0, len(sheet.rows), 0, max(map(len, sheet.rows), default=0)))
    yield record(145)
    for index, cells in enumerate(sheet.rows):
        yield row(index, hidden=index in sheet.hidden_rows)
        for column, value in enumerate(cells):
            kind, text = special.get((index, column), ("", ""))
            if kind == "error":
                yield record(3, struct.pack("<IIB", column, 0, ERRORS[text]))
            elif kind:
                number = value if isinstance(value, float) else serial_of(kind, text)
                yield real(column, number, 1 + _KINDS.index(kind))
            else:
                yield _cell(column, value, strings)
    yield record(146)
    for top, left, bottom, right in sheet.merges:
        yield record(176, struct.pack("<IIII", top, bottom, left, right))


def _cell(column: int, value: Cell, strings: list[str]) -> bytes:
    head = struct.pack("<II", column, 0)
    if value in {"", None}:
        return record(1, head)
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, str):
        strings.append(value)
        return record(7, head + struct.pack("<I", len(strings) - 1))
    if float(value).is_integer() and abs(value) < 1 << 29:
        return record(2, head + struct.pack("<i", int(value) << 2 | 2))
    return real(column, float(value))
