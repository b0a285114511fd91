"""How workbooks since 2007 are encrypted with a password ([MS-OFFCRYPTO] 2.3.4): what says so, and the key.

msoffcrypto-tool decrypts. Password and key are worked out here, because of hashes and keys that are no
multiple of a block (SHA-1, AES-192), as Excel 2010 writes them, it takes their padding for a part of them.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from perfcli.files.markup import Attributes, parse
from perfcli.files.sheet import Refusal

MOST_ROUNDS = 2_000_000

_VERSION = struct.Struct("<HH")
_AGILE, _STANDARD_MINOR, _STANDARD_MAJORS = (4, 4), 2, {2, 3, 4}
_DESCRIPTION = 8
_HASHES = {"SHA1", "SHA256", "SHA384", "SHA512"}
_KEY_BITS = {"128", "192", "256"}
_BLOCK = 16
_MOST_DIGITS = 9
_ENCRYPTOR = "keyEncryptor/password"
_INPUT, _VALUE, _KEY = map(bytes.fromhex, ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6"))

_IS_EXTERNAL, _IS_AES = 0x10, 0x20
_ALGORITHMS = {0: 128, 0x660E: 128, 0x660F: 192, 0x6610: 256}
"""Bits of a key by algorithm; 0 leaves the choice to the flags."""
_SHA_1 = {0, 0x8004}
_SIZES = struct.Struct("<II")
_HEADER = struct.Struct("<8I")
_VERIFIER = struct.Struct("<I16s16sI32s")


class Lock(Protocol):
    """What keeps a workbook closed."""

    def opened(self, package: bytes, password: str) -> bytes | None:
        """The workbook; None where the password is wrong."""


def lock_of(info: bytes) -> Lock:
    """What the stream EncryptionInfo says.

    Raises:
        Refusal: ``unknown-encryption``, ``damaged-workbook``, ``unsafe-content``.
    """
    try:
        version = _VERSION.unpack_from(info)
        if version == _AGILE:
            return _agile(info[_DESCRIPTION:])
        if version[0] in _STANDARD_MAJORS and version[1] == _STANDARD_MINOR:
            return _standard(info[_VERSION.size :])
    except (struct.error, ValueError, KeyError) as problem:
        raise Refusal("damaged-workbook") from problem
    raise Refusal("unknown-encryption")


@dataclass(frozen=True)
class _Agile:
    """As Excel 2010 and later encrypt: ``data`` is about the workbook, ``key`` about the key to it."""

    data: Attributes
    key: Attributes

    def opened(self, package: bytes, password: str) -> bytes | None:
        from msoffcrypto.method.ecma376_agile import ECMA376Agile

        spun = self._hash(self._salt + password.encode("utf-16-le"))
        for number in range(int(self.key["spinCount"])):
            spun = self._hash(number.to_bytes(4, "little") + spun)
        asked = self._unlocked(spun, _INPUT, "encryptedVerifierHashInput")[: int(self.key["saltSize"])]
        expected = self._hash(asked)
        kept = self._unlocked(spun, _VALUE, "encryptedVerifierHashValue")[: len(expected)]
        if not hmac.compare_digest(kept, expected):
            return None
        secret = self._unlocked(spun, _KEY, "encryptedKeyValue")[: int(self.data["keyBits"]) // 8]
        salt, name = b64decode(self.data["saltValue"]), self.data["hashAlgorithm"]
        return bytes(ECMA376Agile.decrypt(secret, salt, name, BytesIO(package)))

    def _hash(self, data: bytes) -> bytes:
        return hashlib.new(self.key["hashAlgorithm"], data, usedforsecurity=False).digest()

    @property
    def _salt(self) -> bytes:
        return b64decode(self.key["saltValue"])

    def _unlocked(self, spun: bytes, purpose: bytes, name: str) -> bytes:
        """What is kept under a name, encrypted with a key that the password gives for the purpose."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        key = _sized(self._hash(spun + purpose), int(self.key["keyBits"]) // 8)
        cipher = Cipher(algorithms.AES(key), modes.CBC(_sized(self._salt, _BLOCK))).decryptor()
        return cipher.update(b64decode(self.key[name])) + cipher.finalize()


def _sized(data: bytes, size: int) -> bytes:
    return data[:size].ljust(size, b"\x36")


def _agile(description: bytes) -> _Agile:
    found: dict[str, Attributes] = {}
    encryptor = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal encryptor
        if name == "keyEncryptor":
            encryptor = attributes.get("uri", "")
        elif name == "keyData" or (name == "encryptedKey" and encryptor.endswith(_ENCRYPTOR)):
            found.setdefault(name, attributes)

    parse(description, start)
    data = found["keyData"]
    if "encryptedKey" not in found:
        raise Refusal("unknown-encryption")  # a certificate opens it
    lock = _Agile(data, found["encryptedKey"])
    rounds = lock.key["spinCount"]
    if (
        not (_is_known(data) and _is_known(lock.key))
        or len(rounds) > _MOST_DIGITS
        or int(rounds) > MOST_ROUNDS
    ):
        raise Refusal("unknown-encryption")
    return lock


def _is_known(said: Mapping[str, str]) -> bool:
    return (
        (said["cipherAlgorithm"], said["cipherChaining"]) == ("AES", "ChainingModeCBC")
        and said["hashAlgorithm"] in _HASHES
        and said["keyBits"] in _KEY_BITS
        and said["blockSize"] == str(_BLOCK)
    )


@dataclass(frozen=True)
class _Standard:
    """As Excel 2007 encrypts: with AES and SHA-1."""

    bits: int
    salt: bytes
    verifier: bytes
    verifier_hash: bytes

    def opened(self, package: bytes, password: str) -> bytes | None:
        from msoffcrypto.method.ecma376_standard import ECMA376Standard

        key = ECMA376Standard.makekey_from_password(password, 0, 0, 0, self.bits, len(self.salt), self.salt)
        if not ECMA376Standard.verifykey(bytes(key), self.verifier, self.verifier_hash):
            return None
        return bytes(ECMA376Standard.decrypt(bytes(key), BytesIO(package)))


def _standard(said: bytes) -> _Standard:
    flags, size = _SIZES.unpack_from(said)
    _, _, algorithm, hash_algorithm, bits, *_ = _HEADER.unpack_from(said, _SIZES.size)
    known = _ALGORITHMS.get(algorithm)
    is_known = known is not None and bits in {0, known} and hash_algorithm in _SHA_1
    if known is None or not is_known or flags & _IS_EXTERNAL or not flags & _IS_AES:
        raise Refusal("unknown-encryption")
    _, salt, verifier, _, verifier_hash = _VERIFIER.unpack_from(said, _SIZES.size + size)
    return _Standard(known, salt, verifier, verifier_hash)
