"""Workbooks with a password as [MS-OFFCRYPTO] describes them, with any cipher strength and hash."""

from __future__ import annotations

import hashlib
import struct
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted

_SEGMENT = 4096
_ALGORITHMS = {128: 0x660E, 192: 0x660F, 256: 0x6610}
_SPACE = "http://schemas.microsoft.com/office/2006/"
_INPUT, _VALUE, _KEY = ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6")


@dataclass(frozen=True)
class Agile:
    """How a workbook of Excel 2010 and later is encrypted, and what is said of it."""

    bits: int = 256
    hash_name: str = "SHA512"
    rounds: int = 1000
    salt_size: int = 16
    cipher: str = "AES"
    chaining: str = "ChainingModeCBC"
    encryptor: str = "password"
    has_integrity: bool = True
    is_prefixed: bool = False
    bits_said: int = 0
    rounds_said: int = -1

    def written(self, workbook: bytes, password: str) -> bytes:
        """The encrypted workbook."""
        salt, data_salt = bytes(range(self.salt_size)), bytes(range(50, 50 + self.salt_size))
        secret = bytes(range(self.bits // 8))
        verifier = bytes(range(100, 100 + self.salt_size))
        spun = self._hash(salt + password.encode("utf-16-le"))
        for number in range(self.rounds):
            spun = self._hash(struct.pack("<I", number) + spun)

        def locked(block: str, data: bytes) -> str:
            key = self._sized(self._hash(spun + bytes.fromhex(block)), self.bits // 8)
            return b64encode(_cbc(key, self._sized(salt, 16), data)).decode()

        pieces = [workbook[at : at + _SEGMENT] for at in range(0, len(workbook), _SEGMENT)]
        package = struct.pack("<Q", len(workbook)) + b"".join(
            _cbc(secret, self._sized(self._hash(data_salt + struct.pack("<I", number)), 16), piece)
            for number, piece in enumerate(pieces)
        )
        same = (
            f'saltSize="{self.salt_size}" blockSize="16" keyBits="{self.bits_said or self.bits}" '
            f'hashSize="{len(self._hash(b""))}" cipherAlgorithm="{self.cipher}" '
            f'cipherChaining="{self.chaining}" hashAlgorithm="{self.hash_name}"'
        )
        rounds = self.rounds if self.rounds_said < 0 else self.rounds_said
        integrity = '<dataIntegrity encryptedHmacKey="AAAA" encryptedHmacValue="AAAA"/>'
        key = (
            f'<p:encryptedKey spinCount="{rounds}" {same} saltValue="{b64encode(salt).decode()}" '
            f'encryptedVerifierHashInput="{locked(_INPUT, verifier)}" '
            f'encryptedVerifierHashValue="{locked(_VALUE, self._hash(verifier))}" '
            f'encryptedKeyValue="{locked(_KEY, secret)}"/>'
        )
        whole = (
            f'<encryption xmlns="{_SPACE}encryption" xmlns:p="{_SPACE}keyEncryptor/{self.encryptor}">'
            f'<keyData {same} saltValue="{b64encode(data_salt).decode()}"/>'
            f"{integrity if self.has_integrity else ''}"
            f'<keyEncryptors><keyEncryptor uri="{_SPACE}keyEncryptor/{self.encryptor}">{key}</keyEncryptor>'
            "</keyEncryptors></encryption>"
        )
        if self.is_prefixed:
            whole = whole.replace("<", "<e:").replace("<e:/", "</e:").replace("e:p:", "p:")
            whole = whole.replace("xmlns=", "xmlns:e=")
        return compound(struct.pack("<HHI", 4, 4, 0x40) + whole.encode(), package)

    def _hash(self, data: bytes) -> bytes:
        name = self.hash_name.lower()
        return hashlib.new(name if name in hashlib.algorithms_available else "sha1", data).digest()

    @staticmethod
    def _sized(data: bytes, size: int) -> bytes:
        return data[:size].ljust(size, b"\x36")


@dataclass(frozen=True)
class Standard:
    """How a workbook of Excel 2007 is encrypted, and what is said of it."""

    bits: int = 128
    version: tuple[int, int] = (3, 2)
    flags: int = 0x24
    algorithm: int = -1
    hash_algorithm: int = 0x8004
    bits_said: int = -1

    def written(self, workbook: bytes, password: str) -> bytes:
        """The encrypted workbook."""
        salt = bytes(range(16))
        spun = hashlib.sha1(salt + password.encode("utf-16-le"), usedforsecurity=False).digest()
        for number in range(50_000):
            spun = hashlib.sha1(struct.pack("<I", number) + spun, usedforsecurity=False).digest()
        last = hashlib.sha1(spun + bytes(4), usedforsecurity=False).digest().ljust(64, b"\0")
        derived = b"".join(
            hashlib.sha1(bytes(one ^ pad for one in last), usedforsecurity=False).digest()
            for pad in (0x36, 0x5C)
        )
        key, verifier = derived[: self.bits // 8], bytes(range(100, 116))
        check = hashlib.sha1(verifier, usedforsecurity=False).digest()
        algorithm = _ALGORITHMS[self.bits] if self.algorithm < 0 else self.algorithm
        said = self.bits if self.bits_said < 0 else self.bits_said
        header = struct.pack("<8I", self.flags, 0, algorithm, self.hash_algorithm, said, 24, 0, 0)
        header += "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
        info = struct.pack("<HHII", *self.version, self.flags, len(header)) + header
        info += struct.pack("<I", 16) + salt + _ecb(key, verifier) + struct.pack("<I", 20) + _ecb(key, check)
        return compound(info, struct.pack("<Q", len(workbook)) + _ecb(key, workbook))


def compound(info: bytes, package: bytes) -> bytes:
    """The compound file of an encrypted workbook."""
    stream = BytesIO()
    ECMA376Encrypted(package, info).write_to(stream)
    return stream.getvalue()


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _cbc(key: bytes, vector: bytes, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return cipher.update(_padded(data)) + cipher.finalize()


def _ecb(key: bytes, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - it is what Excel 2007 does
    return cipher.update(_padded(data)) + cipher.finalize()
