"""What a file must pass before any reader opens it.

A reader builds a grid as large as the farthest cell, so one stray cell in a small file can ask for more
memory than there is. The gate looks at the container only, and refuses with a word about the cure.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from perfcli.errors import FileError, file_error

MAX_FILE_BYTES = 200 * 1024**2
MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_GRID_CELLS = 20_000_000

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_REFERENCE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,10})"')
_CHUNK = 4 * 1024**2
_OVERLAP = 32


def admit(path: Path) -> bytes:
    """The bytes of a workbook that is safe to read.

    Raises:
        FileError: ``no-such-file``, ``is-a-folder``, ``lock-file``, ``unreadable-file``, ``empty-file``,
            ``not-a-workbook``, ``encrypted-or-old``, ``damaged-workbook``, ``too-large``, ``far-cell``.
    """
    name = path.name or str(path)
    content = _content(path, name)
    if content.startswith(_OLE):
        raise file_error("encrypted-or-old", name)
    if not content.startswith(_ZIP):
        raise file_error("not-a-workbook", name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as container:
            _check_container(container, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as problem:
        raise file_error("damaged-workbook", name) from problem
    return content


def _content(path: Path, name: str) -> bytes:
    if name.startswith("~$"):
        raise file_error("lock-file", name, workbook=name.removeprefix("~$"))
    try:
        if path.is_dir():
            raise file_error("is-a-folder", name)
        if not path.exists():
            raise file_error("no-such-file", path)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_large(name)
        content = path.read_bytes()
    except (OSError, ValueError) as problem:
        raise file_error("unreadable-file", name) from problem
    if not content:
        raise file_error("empty-file", name)
    return content


def _check_container(container: zipfile.ZipFile, name: str) -> None:
    entries = container.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
        raise _too_large(name)
    if not any(entry.filename.lower().startswith("xl/workbook") for entry in entries):
        raise file_error("not-a-workbook", name)
    for entry in entries:
        if _WORKSHEET.fullmatch(entry.filename):
            rows, columns = _extent(_chunks(container, entry))
            if rows * columns > MAX_GRID_CELLS:
                raise file_error("far-cell", name, rows=rows)


def _extent(chunks: Iterator[bytes]) -> tuple[int, int]:
    """The largest row and the largest column that a cell of a worksheet names."""
    rows = columns = 1
    for chunk in chunks:
        for letters, row in set(_REFERENCE.findall(chunk)):
            rows = max(rows, int(row))
            columns = max(columns, _column(letters))
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _chunks(container: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The worksheet in pieces that overlap, so that no reference is cut in two."""
    tail = b""
    with container.open(entry) as stream:
        while block := stream.read(_CHUNK):
            yield tail + block
            tail = block[-_OVERLAP:]


def _too_large(name: str) -> FileError:
    return file_error("too-large", name, megabytes=MAX_FILE_BYTES // 1024**2)
