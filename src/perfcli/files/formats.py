"""Readers of the containers in which sheets come: bytes in, plain values out.

What a file is, its content says, not its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from perfcli.files.sheet import Limits, Refusal, Sheet

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PARQUET = b"PAR1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BARE_BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
)
_UTF_8_MARK = b"\xef\xbb\xbf"
_NO_TEXT = (b"%PDF", b"{\\rtf", b"ID;P", b"GIF8", b"PK", b"Rar!", b"7z\xbc\xaf")
_START = 4096
_MANIFEST = "meta-inf/manifest.xml"

_WEB_ARCHIVE = re.compile(r"(?:MIME-Version|From|Content-Type):", re.IGNORECASE)
_WEB_PAGE = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|table|style|title|div|center|font|script|p)\b", re.IGNORECASE
)
_XML_SHEET = (
    *("urn:schemas-microsoft-com:office:spreadsheet", "Excel.Sheet"),
    "urn:oasis:names:tc:opendocument:xmlns:office",
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Content:
    """What a file holds: its worksheets, whether there are pictures in it, and the encoding of a text."""

    sheets: Sequence[Sheet]
    pictures: bool = False
    encoding: str = ""


def read_content(content: bytes, limits: Limits, password: str | None = None) -> Content:
    """Reads the worksheets of a file, whatever container it is.

    Raises:
        Refusal: ``file-too-large``, ``still-synchronising``, ``not-a-workbook``, ``web-page``,
            ``xml-spreadsheet``; what the gate, ``encrypted.decrypt`` and the readers refuse.
    """
    if len(content) > limits.file_bytes:
        raise Refusal("file-too-large", {"megabytes": limits.file_bytes // 1024**2})
    if not content.strip(b"\0"):
        raise Refusal("still-synchronising")
    if content.startswith(_ZIP):
        return _read_zip(content, limits)
    if content.startswith(_OLE):
        return _read_compound(content, limits, password)
    if content.startswith(_BARE_BIFF):
        from perfcli.files import encrypted

        if encrypted.is_locked(content):
            raise Refusal("unknown-encryption")
        return _read_binary(content, limits)
    if content.startswith(_PARQUET):
        from perfcli.files import parquet

        return Content(parquet.read(content, limits))
    return _read_text(content, limits)


def unlock(content: bytes, limits: Limits, password: str | None = None) -> bytes:
    """A file as it is without encryption; one that is not encrypted comes back as it is.

    Raises:
        Refusal: what ``encrypted.decrypt`` refuses.
    """
    if not content.startswith(_OLE):
        return content
    from perfcli.files import encrypted

    is_locked = encrypted.look_at(content) == encrypted.ENCRYPTED
    return encrypted.decrypt(content, limits, password) if is_locked else content


def _read_zip(content: bytes, limits: Limits) -> Content:
    from perfcli.files import xlsx
    from perfcli.files.gate import Container

    container = Container(content, limits)
    pictures = any(name.startswith(("xl/media/", "pictures/")) for name in container.names)
    path = xlsx.workbook_path(container)
    if path.lower().endswith(".bin") or "xl/workbook.bin" in container.names:
        from perfcli.files import xlsb

        container.check_rest()
        return Content(xlsb.read(content, limits), pictures)
    if path:
        return Content(xlsx.read(content, limits), pictures)
    if "mimetype" in container.names and b"opendocument.spreadsheet" in container.read("mimetype"):
        from perfcli.files import ods

        if _MANIFEST in container.names and b"encryption-data" in container.read(_MANIFEST):
            raise Refusal("unknown-encryption")
        container.check_rest()
        return Content(ods.read(content, limits), pictures)
    raise Refusal("not-a-workbook")


def _read_compound(content: bytes, limits: Limits, password: str | None) -> Content:
    from perfcli.files import encrypted

    found = encrypted.look_at(content)
    if found == encrypted.ENCRYPTED:
        decrypted = encrypted.decrypt(content, limits, password)
        if decrypted.startswith(_ZIP):
            return _read_zip(decrypted, limits)
        return _read_binary(decrypted, limits)
    if found == encrypted.WORKBOOK:
        return _read_binary(content, limits)
    raise Refusal("not-a-workbook")


def _read_binary(content: bytes, limits: Limits) -> Content:
    from perfcli.files import xls

    return Content(xls.read(content, limits))


def _read_text(content: bytes, limits: Limits) -> Content:
    from perfcli.files import csv

    _refuse_other_texts(content.removesuffix(csv.END_OF_FILE), csv.wide_codec(content))
    return Content(csv.read(content, limits), encoding=csv.encoding_of(content))


def _refuse_other_texts(content: bytes, wide_codec: str | None) -> None:
    """Refuses what is no table as text; ``wide_codec`` is the UTF-16 that it is in, if it is."""
    start = content[:_START]
    if wide_codec:
        words = start[: len(start) // 2 * 2].decode(wide_codec, errors="replace")
    elif _CONTROL.search(start) or start.startswith(_NO_TEXT):
        raise Refusal("not-a-workbook")
    else:
        words = start.removeprefix(_UTF_8_MARK).decode("utf-8", errors="replace")
    words = words.lstrip()
    if _WEB_ARCHIVE.match(words):
        raise Refusal("web-page")
    if words.startswith("<"):
        if any(sign in words for sign in _XML_SHEET):
            raise Refusal("xml-spreadsheet")
        raise Refusal("web-page" if _WEB_PAGE.search(words) else "not-a-workbook")
