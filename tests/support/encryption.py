"""Workbooks with a password, as Excel writes them."""

from __future__ import annotations

import struct
from hashlib import md5
from io import BytesIO

import msoffcrypto
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method import rc4
from xlwt.CompoundDoc import XlsDoc

FILE_PASS_SIZE = 58

_BLOCK = 1024
_BOUND_SHEET = 0x85
_FILE_PASS = 0x2F
_PLAIN = {0x809, _FILE_PASS}
_SALT = bytes(range(16))


def encrypted_office(workbook: bytes, password: str) -> bytes:
    """An .xlsx with a password."""
    assert msoffcrypto.OfficeFile
    encrypted = BytesIO()
    OOXMLFile(BytesIO(workbook)).encrypt(password, encrypted)
    return encrypted.getvalue()


def encrypted_binary(records: bytes, password: str) -> bytes:
    """An .xls with a password, from its records."""
    verifier = bytes(16)
    check = _cipher(password, 0, verifier + md5(verifier, usedforsecurity=False).digest())
    file_pass = struct.pack("<HHHHH", _FILE_PASS, 54, 1, 1, 1) + _SALT + check
    begin = 4 + struct.unpack_from("<H", records, 2)[0]
    plain = bytearray(records[:begin] + file_pass + records[begin:])
    stream = bytes(-(-len(plain) // _BLOCK) * _BLOCK)
    keys = b"".join(_cipher(password, block, stream[:_BLOCK]) for block in range(len(stream) // _BLOCK))
    position = 0
    while position + 4 <= len(plain):
        kind, length = struct.unpack_from("<HH", plain, position)
        position += 4
        start = position
        if kind == _BOUND_SHEET:
            (place,) = struct.unpack_from("<I", plain, position)
            struct.pack_into("<I", plain, position, place + len(file_pass))
            start += 4
        if kind not in _PLAIN:
            for index in range(start, position + length):
                plain[index] ^= keys[index]
        position += length
    whole = BytesIO()
    XlsDoc().save(whole, bytes(plain))
    return whole.getvalue()


def _cipher(password: str, block: int, data: bytes) -> bytes:
    """RC4 with the key of one block."""
    key = rc4._makekey(password, _SALT, block)  # noqa: SLF001 - how the key is made is not what is tested
    state = list(range(256))
    other = 0
    for index in range(256):
        other = (other + state[index] + key[index % len(key)]) % 256
        state[index], state[other] = state[other], state[index]
    first = second = 0
    ciphered = bytearray()
    for byte in data:
        first = (first + 1) % 256
        second = (second + state[first]) % 256
        state[first], state[second] = state[second], state[first]
        ciphered.append(byte ^ state[(state[first] + state[second]) % 256])
    return bytes(ciphered)
