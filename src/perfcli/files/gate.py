"""What a container must pass before any reader opens it.

Readers trust what a file says of itself: one of a few KB can ask for more memory than there is. The gate
looks at the bytes of a zip container and nothing else. It really unpacks what it admits, so that no header
can lie about it, and a reader is given what the gate saw, not the file itself.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

from perfcli.files.sheet import Limits, Refusal

_DIRECTORY_ENTRY = b"PK\x01\x02"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_SMALL = 4 * 1024**2
_BLOCK = 1024**2
_OVERLAP = 64

_MACROS = ("basic/", "dialogs/", "meta-inf/")
"""Where LibreOffice itself writes document types, and nothing that is parsed."""

_MARKUP = (".xml", ".rels", ".vml")
_DECLARATION = re.compile(rb"<\0*!\0*(?:D\0*O\0*C\0*T\0*Y|E\0*N\0*T\0*I\0*T)", re.IGNORECASE)
"""What declares entities, which can grow beyond all bounds; in UTF-8, UTF-16 or UTF-32."""


class Container:
    """A zip container whose entries are unpacked within the limits, and checked against their checksums.

    Names are told apart without regard to case, as spreadsheet programs do.
    """

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Opens a container.

        Raises:
            Refusal: ``damaged-workbook``, ``unknown-encryption``, ``unpacks-too-large``.
        """
        self._limits = limits
        self._unpacked = 0
        self._unread: dict[str, zipfile.ZipInfo] = {}
        if content.count(_DIRECTORY_ENTRY) > limits.entries:
            raise self._too_large()
        with _sound():
            self._archive = zipfile.ZipFile(BytesIO(content))
            entries = self._archive.infolist()
        if len(entries) > limits.entries:
            raise self._too_large()
        for entry in entries:
            name = folded(entry.filename)
            if entry.is_dir():
                continue
            if entry.flag_bits & _ENCRYPTED:
                raise Refusal("unknown-encryption")
            if name in self._unread or entry.compress_type not in _METHODS:
                raise Refusal("damaged-workbook")
            self._unread[name] = entry
        self.names = frozenset(self._unread)

    def read(self, name: str) -> bytes:
        """An entry, unpacked; each can be read once.

        Raises:
            Refusal: ``damaged-workbook`` (also where there is none of this name), ``unpacks-too-large``,
                ``unsafe-content``.
        """
        entry = self._unread.pop(folded(name), None)
        if entry is None:
            raise Refusal("damaged-workbook")
        with _sound():
            content = b"".join(self._blocks(entry))
        if _is_markup(folded(name)):
            refuse_declarations(content)
        return content

    def check_rest(self) -> None:
        """Unpacks every entry that was not read, and keeps nothing of it.

        Raises:
            Refusal: as ``read``.
        """
        while self._unread:
            name, entry = self._unread.popitem()
            tail = b""
            with _sound():
                for block in self._blocks(entry):
                    if _is_markup(name):
                        refuse_declarations(tail + block)
                        tail = block[-_OVERLAP:]

    def copy(self) -> bytes:
        """A container with every entry but pictures and other media.

        Raises:
            Refusal: as ``read``.
        """
        wanted = [name for name in self._unread if not name.startswith(("xl/media/", "pictures/"))]
        copied = pack({self._unread[name].filename: self.read(name) for name in wanted})
        self.check_rest()
        return copied

    def _blocks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        size = 0
        with self._archive.open(entry) as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                self._unpacked += len(block)
                if self._unpacked > self._limits.unpacked_bytes:
                    raise self._too_large()
                if size > _SMALL and size > self._limits.ratio * entry.compress_size:
                    raise self._too_large()
                yield block

    def _too_large(self) -> Refusal:
        return Refusal("unpacks-too-large", {"megabytes": self._limits.unpacked_bytes // 1024**2})


def folded(name: str) -> str:
    """The name of an entry, as names are compared."""
    return name.replace("\\", "/").lstrip("/").lower()


def _is_markup(name: str) -> bool:
    """Whether an entry is XML that no spreadsheet program begins with a document type."""
    return name.endswith(_MARKUP) and not name.startswith(_MACROS)


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A container of some entries, not compressed."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def refuse_declarations(markup: bytes) -> None:
    """Refuses XML that declares a document type or entities; no spreadsheet program writes that.

    Raises:
        Refusal: ``unsafe-content``.
    """
    if b"!" in markup and _DECLARATION.search(markup):
        raise Refusal("unsafe-content")


@contextmanager
def _sound() -> Iterator[None]:
    """Refuses what is wrong with a container."""
    try:
        yield
    except (
        *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
        *(NotImplementedError, RuntimeError, ValueError, OverflowError),
    ) as problem:
        raise Refusal("damaged-workbook") from problem
