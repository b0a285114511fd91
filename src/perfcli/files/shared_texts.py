"""The texts of an .xls that its cells share: how many there are, whatever the workbook says.

Some programs write a wrong count, and Excel does not mind; xlrd believes it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SHARED_TEXTS, _CONTINUED = 0xFC, 0x3C
_HEAD = struct.Struct("<HH")
_LENGTH, _COUNT = struct.Struct("<H"), struct.Struct("<I")
_COUNT_AT = 8
"""Where in the record the count of different texts stands, its head included."""
_TEXTS_AT = 8
_IS_WIDE, _IS_PHONETIC, _HAS_RUNS = 0x01, 0x04, 0x08


def with_counted_texts(records: bytes) -> bytes:
    """The records with the count of texts that are there; as they are where they have no shared texts."""
    position = 0
    while position + _HEAD.size <= len(records):
        kind, length = _HEAD.unpack_from(records, position)
        if kind == _SHARED_TEXTS:
            count = _Texts(_parts(records, position)).count()
            at = position + _COUNT_AT
            return records[:at] + _COUNT.pack(count) + records[at + _COUNT.size :]
        position += _HEAD.size + length
    return records


def _parts(records: bytes, position: int) -> list[bytes]:
    """What a record holds, and each of those that continue it."""
    parts: list[bytes] = []
    wanted = _SHARED_TEXTS
    while position + _HEAD.size <= len(records):
        kind, length = _HEAD.unpack_from(records, position)
        if kind != wanted:
            break
        position += _HEAD.size
        parts.append(records[position : position + length])
        position, wanted = position + length, _CONTINUED
    return parts


class _Texts:
    """Steps over texts, which may go on in the next part."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts
        self._part = 0
        self._position = _TEXTS_AT

    def count(self) -> int:
        """How many texts are there whole."""
        found = 0
        try:
            while self._part < len(self._parts):
                self._step()
                found += 1
        except (struct.error, IndexError):
            pass  # what is left is no text
        return found

    def _step(self) -> None:
        part = self._parts[self._part]
        (left,) = _LENGTH.unpack_from(part, self._position)
        options = part[self._position + _LENGTH.size]
        position = self._position + _LENGTH.size + 1
        beyond = 0
        if options & _HAS_RUNS:
            beyond += 4 * _LENGTH.unpack_from(part, position)[0]
            position += _LENGTH.size
        if options & _IS_PHONETIC:
            beyond += _COUNT.unpack_from(part, position)[0]
            position += _COUNT.size
        while left := left - self._there(position, left, options):
            self._part += 1
            part = self._parts[self._part]
            options, position = part[0], 1
        self._skip(beyond)

    def _there(self, position: int, wanted: int, options: int) -> int:
        """How many characters of a text stand in this part from a position on."""
        width = 1 + (options & _IS_WIDE)
        there = min(max(len(self._parts[self._part]) - position, 0) // width, wanted)
        self._position = position + there * width
        return there

    def _skip(self, count: int) -> None:
        self._position += count
        while self._part < len(self._parts) and self._position >= len(self._parts[self._part]):
            self._position -= len(self._parts[self._part])
            self._part += 1
        if self._part == len(self._parts) and self._position:
            raise IndexError
