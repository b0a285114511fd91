"""Workbooks with a password, as Excel writes them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import md5, sha1
from io import BytesIO

import msoffcrypto
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method import rc4, rc4_cryptoapi
from msoffcrypto.method.xor_obfuscation import DocumentXOR
from xlwt.CompoundDoc import XlsDoc

PASS_SIZES = {"rc4": 58, "api": 108, "xor": 10}
"""How much longer each way makes the records."""

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


def encrypted_binary(records: bytes, password: str, way: str = "rc4", file_pass: bytes = b"") -> bytes:
    """An .xls with a password, from its records.

    ``way`` is rc4, api (RC4 CryptoAPI with 128 bits) or xor; ``file_pass`` is what stands in the record that
    says so, where it is to say something else.
    """
    written, keyed = _ways(password)[way]
    said = struct.pack("<HH", _FILE_PASS, len(file_pass or written)) + (file_pass or written)
    begin = 4 + struct.unpack_from("<H", records, 2)[0]
    plain = bytearray(records[:begin] + said + records[begin:])
    keys = b"".join(keyed(block) for block in range(-(-len(plain) // _BLOCK)))
    pads = DocumentXOR.create_xor_array_method1(password) if way == "xor" else []
    position = 0
    while position + 4 <= len(plain):
        kind, length = struct.unpack_from("<HH", plain, position)
        position += 4
        start = position
        if kind == _BOUND_SHEET:
            (place,) = struct.unpack_from("<I", plain, position)
            struct.pack_into("<I", plain, position, place + len(said))
            start += 4
        for index in range(start, position + length) if kind not in _PLAIN else ():
            if pads:
                turned = (plain[index] << 5 | plain[index] >> 3) & 0xFF
                plain[index] = turned ^ pads[(index + length) % 16]
            else:
                plain[index] ^= keys[index]
        position += length
    whole = BytesIO()
    XlsDoc().save(whole, bytes(plain))
    return whole.getvalue()


def _ways(password: str) -> dict[str, tuple[bytes, Callable[[int], bytes]]]:
    """For each way what the record says, and the stream that is laid over a block."""
    zeros, head = bytes(_BLOCK), struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + b"\0\0"
    verifier = bytes(16)

    def old(block: int, data: bytes = zeros) -> bytes:
        return _rc4(rc4._makekey(password, _SALT, block), data)  # noqa: SLF001 - the key is not what is tested

    def api(block: int, data: bytes = zeros) -> bytes:
        return _rc4(rc4_cryptoapi._makekey(password, _SALT, 128, block), data)  # noqa: SLF001

    checked = old(0, verifier + md5(verifier, usedforsecurity=False).digest())
    checked_by_api = api(0, verifier + sha1(verifier, usedforsecurity=False).digest())
    said_by_api = struct.pack("<HHHII", 1, 4, 2, 4, len(head)) + head
    said_by_api += (
        struct.pack("<I", 16) + _SALT + checked_by_api[:16] + struct.pack("<I", 20) + checked_by_api[16:]
    )
    return {
        "rc4": (struct.pack("<HHH", 1, 1, 1) + _SALT + checked, old),
        "api": (said_by_api, api),
        "xor": (struct.pack("<HHH", 0, 0x1234, _verifier(password)), lambda _: zeros),
    }


def _verifier(password: str) -> int:
    """The password as 16 bits, as XOR obfuscation keeps it."""
    found = 0
    for byte in reversed([len(password), *password.encode("latin-1", "replace")]):
        found = ((found >> 14 & 1) | (found << 1 & 0x7FFF)) ^ byte
    return found ^ 0xCE4B


def _rc4(key: bytes, data: bytes) -> bytes:
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
