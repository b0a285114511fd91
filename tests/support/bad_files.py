"""Files that are no sound workbooks, and the finding that each gives."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from io import BytesIO

import openpyxl

from support.encryption import encrypted_office
from support.office import SHEET, office, worksheet, zipped
from support.office_encryption import Agile

Make = Callable[[], bytes]

MEGABYTE = 1024**2
ENTITIES = '<!DOCTYPE x [<!ENTITY a "85">]>'
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9))
TEXT = "字" * 30_000


def sound() -> bytes:
    """A workbook as openpyxl writes it."""
    content = BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


def cell(reference: str, inside: str = "<v>1</v>", **said: str) -> str:
    """A row with one cell."""
    attributes = "".join(f' {key}="{value}"' for key, value in said.items())
    return f'<row><c r="{reference}"{attributes}>{inside}</c></row>'


def lying() -> bytes:
    """A bomb whose headers call it small."""
    packed = bytearray(office(worksheet(" " * (32 * MEGABYTE))))
    for found in list(re.finditer(rb"PK\x01\x02|PK\x03\x04", packed)):
        place, name = (24, 46) if found[0] == b"PK\x01\x02" else (22, 30)
        if packed[found.start() + name :].startswith(SHEET.encode()):
            struct.pack_into("<I", packed, found.start() + place, 1000)
    return bytes(packed)


def doubled() -> bytes:
    """Two entries of one name; each reader takes another of them."""
    return office(
        worksheet(cell("A1")), parts={"XL/worksheets/SHEET1.xml": worksheet(cell("A1", "<v>2</v>"))}
    )


def merges(spans: Iterable[str]) -> str:
    """Merged ranges."""
    inside = "".join(f'<mergeCell ref="{span}"/>' for span in spans)
    return f"<mergeCells>{inside}</mergeCells>"


def locked_open_document() -> bytes:
    """An .ods with a password, as LibreOffice writes it: no entry but the manifest can be read."""
    manifest = (
        '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts: dict[str, str | bytes] = {"mimetype": kind}
    parts |= {"META-INF/manifest.xml": manifest, "content.xml": bytes(range(1, 200))}
    return zipped(parts)


def letter() -> bytes:
    """A document of Word."""
    related = '<Relationship Id="r" Type="x/officeDocument" Target="word/document.xml"/>'
    return zipped(
        {"_rels/.rels": f"<Relationships>{related}</Relationships>", "word/document.xml": "<document/>"}
    )


def endless(count: int) -> str:
    """Many cells that share one long text."""
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, count))
    return worksheet(f"<row>{cells}</row>")


HOSTILE: dict[str, tuple[Make, str]] = {
    "far-cell": (lambda: office(worksheet(cell("A1") + cell("XFD1048576"))), "far-cell"),
    "far-cell-quoted": (lambda: office(worksheet(cell("XFD1048576").replace('"', "'"))), "far-cell"),
    "far-cell-spaced": (lambda: office(worksheet('<c  r = "XFD1048576"><v>1</v></c>')), "far-cell"),
    "far-cell-second-reference": (
        lambda: office(worksheet(cell("A1", t="n") + '<c r="A2" r="XFD1048576"><v>1</v></c>')),
        "damaged-workbook",
    ),
    "far-cell-prefixed": (
        lambda: office(worksheet(f'{cell("A1")}<{"x" * 300}:c r="XFD1048576"><v>1</v></{"x" * 300}:c>')),
        "far-cell",
    ),
    "far-cell-utf-16": (
        lambda: office(
            f'<?xml version="1.0" encoding="UTF-16"?>{worksheet(cell("XFD1048576"))}'.encode("utf-16")
        ),
        "far-cell",
    ),
    "far-cell-without-references": (
        lambda: office(worksheet(f'<row>{"<c/>" * 16_000}</row><row r="1048570"><c><v>1</v></c></row>')),
        "far-cell",
    ),
    "far-cells-backwards": (
        lambda: office(worksheet("".join(cell(f"XFD{n}") for n in range(1_000_000, 0, -5000)))),
        "far-cell",
    ),
    "beyond-every-sheet": (lambda: office(worksheet(cell("ZZZZ1"))), "damaged-workbook"),
    "billion-row-index": (lambda: office(worksheet('<row r="4294967295"><c><v>1</v></c></row>')), "far-cell"),
    "billion-row-reference": (lambda: office(worksheet(cell("A4294967295"))), "far-cell"),
    "whole-sheet-merge": (
        lambda: office(worksheet(cell("A1"), after=merges(["A1:XFD1048576"]))),
        "far-cell",
    ),
    "large-merges": (lambda: office(worksheet(cell("A1"), after=merges(["A1:Z9999"] * 100))), "far-cell"),
    "million-merges": (
        lambda: office(
            worksheet(cell("A1"), after=merges(f"A{2 * n - 1}:A{2 * n}" for n in range(1, 500_001)))
        ),
        "too-many-merges",
    ),
    "zip-bomb": (lambda: office(worksheet(" " * (32 * MEGABYTE))), "unpacks-too-large"),
    "zip-bomb-aside": (
        lambda: office(worksheet(cell("A1")), parts={"xl/drawings/drawing1.xml": " " * (32 * MEGABYTE)}),
        "unpacks-too-large",
    ),
    "lying-zip-bomb": (lying, "damaged-workbook"),
    "doubled-entry": (doubled, "damaged-workbook"),
    "crowd": (lambda: zipped({f"xl/media/{n}.png": "" for n in range(5_001)}), "unpacks-too-large"),
    "shared-long-text": (
        lambda: office(endless(200_000), texts=f"<si><t>{TEXT}</t></si>"),
        "unpacks-too-large",
    ),
    "entity": (lambda: office(ENTITIES + worksheet(cell("A1", "<v>&a;</v>"))), "unsafe-content"),
    "entity-in-workbook": (
        lambda: office(parts={"xl/workbook.xml": f"<!DOCTYPE x [{BOMB}]><workbook>&e8;</workbook>"}),
        "unsafe-content",
    ),
    "entity-in-utf-16": (
        lambda: office(
            f'<?xml version="1.0" encoding="UTF-16"?>{ENTITIES}{worksheet(cell("A1"))}'.encode("utf-16")
        ),
        "unsafe-content",
    ),
    "entity-aside": (
        lambda: office(worksheet(cell("A1")), parts={"xl/comments1.xml": f"{ENTITIES}<comments/>"}),
        "unsafe-content",
    ),
    "deep-nesting": (
        lambda: office(worksheet(before="<x:a>" * 100_000 + "</x:a>" * 100_000)),
        "unsafe-content",
    ),
    "deep-nesting-in-texts": (
        lambda: office(texts=f"<sst><!-- -->{'<si>' * 100_000}{'</si>' * 100_000}</sst>"),
        "unsafe-content",
    ),
    "deep-nesting-in-workbook": (
        lambda: office(parts={"xl/workbook.xml": "<workbook>" * 100_000 + "</workbook>" * 100_000}),
        "unsafe-content",
    ),
    "huge-count-of-texts": (
        lambda: office(
            worksheet(cell("A1", "<v>7</v>", t="s")),
            texts='<sst count="99999999999999" uniqueCount="99999999999999"><si><t>a</t></si></sst>',
        ),
        "damaged-workbook",
    ),
}
"""What is made to bring a reader down."""

BAD_FILES: dict[str, tuple[Make, str]] = {
    "empty.xlsx": (bytes, "empty-file"),
    "placeholder.xlsx": (lambda: bytes(4096), "still-synchronising"),
    "renamed-page.xls": (
        "\ufeff<html><head><meta charset=utf-8></head><table><tr><td>姓名</td></tr></table>".encode,
        "web-page",
    ),
    "web-archive.xls": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "web-page"),
    "excel-2003.xls": (
        lambda: (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        ),
        "xml-spreadsheet",
    ),
    "flat.fods": (
        lambda: (
            b'<?xml version="1.0" encoding="UTF-8"?>'
            b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            b' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><style:style/></office:document>'
        ),
        "xml-spreadsheet",
    ),
    "data.xml": (lambda: b"<?xml version='1.0'?><people/>", "not-a-workbook"),
    "scan.xlsx": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not-a-workbook"),
    "picture.xlsx": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not-a-workbook"),
    "old-word.xls": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "damaged-workbook"),
    "cut-off.xlsx": (lambda: sound()[:-200], "damaged-workbook"),
    "broken.xlsx": (lambda: office(parts={"xl/workbook.xml": "<workbook"}), "damaged-workbook"),
    "broken-sheet.xlsx": (lambda: office("<worksheet><a"), "damaged-workbook"),
    "sheet-missing.xlsx": (lambda: office(parts={"xl/_rels/workbook.xml.rels": "<a/>"}), "damaged-workbook"),
    "letter.docx": (letter, "not-a-workbook"),
    "pictures.zip": (lambda: zipped({"a.png": ""}), "not-a-workbook"),
    "nothing.zip": (lambda: zipped({}), "not-a-workbook"),
    "~$sheet.xlsx": (lambda: b"HR", "lock-file"),
    "locked.xlsx": (lambda: encrypted_office(sound(), "0811"), "password-needed"),
    "rights.xlsx": (
        lambda: encrypted_office(sound(), "0811").replace(
            b"\x04\x00\x04\x00\x40\x00\x00\x00<", b"\x09\x00\x04\x00\x40\x00\x00\x00<"
        ),
        "unknown-encryption",
    ),
    "locked.ods": (locked_open_document, "unknown-encryption"),
    "years-of-work.xlsx": (
        lambda: Agile(rounds_said=9_000_000).written(sound(), "0811"),
        "unknown-encryption",
    ),
    "folder": (bytes, "is-a-folder"),
    "nowhere.xlsx": (bytes, "no-such-file"),
    "forbidden.xlsx": (bytes, "unreadable-file"),
    "growing.xlsx": (sound, "still-synchronising"),
    **{f"{name}.xlsx": found for name, found in HOSTILE.items()},
}
"""Files by their names; the first words of a name say what is wrong."""

MADE_ELSEWHERE = {
    *("file-too-large", "takes-too-long", "takes-too-much-memory", "wrong-password"),
    *("encoding-unclear", "unreadable-line"),
}
"""Codes whose files are made in ``test_gate.py``, ``test_containers.py`` and ``test_other_containers.py``."""

FILE_CODES = {code for _, code in BAD_FILES.values()} | MADE_ELSEWHERE
