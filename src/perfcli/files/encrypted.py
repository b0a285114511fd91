"""Compound files: which of them are workbooks, and those that are protected by a password.

The reader of encryption is msoffcrypto-tool.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from io import BytesIO

from perfcli.files.office_encryption import lock_of
from perfcli.files.sheet import Limits, Refusal

ENCRYPTED = "encrypted"
WORKBOOK = "workbook"
OTHER = "other"

EXCELS_OWN = "VelvetSweatshop"
"""The password that Excel tries on its own: it stands for none."""

_STREAMS = ("Workbook", "Book")
_INFO = "EncryptionInfo"
_PACKAGE = "EncryptedPackage"
_RIGHTS = "\x09DRMContent"
"""Where the workbook is whose rights are managed; the one beside it only says so."""

_FILE_PASS = 0x2F
_HEAD = struct.Struct("<HH")
_LOOKED_AT = 8192
_LARGEST_INFO = 1024**2
_XOR, _RC4 = bytes(2), struct.pack("<HHH", 1, 1, 1)
_RC4_OF_WINDOWS = {struct.pack("<HH", major, 2) for major in (2, 3, 4)}
_RC4_HEADER = struct.Struct("<14xI4xII")
_NOT_RC4 = 0x10 | 0x20  # another module, AES
_LONGEST_PASSWORD, _LONGEST_XOR_PASSWORD = 255, 15


def look_at(content: bytes) -> str:
    """What a compound file is: a workbook, an encrypted one, or something else.

    Raises:
        Refusal: ``damaged-workbook``.
    """
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(content)) as compound:
            if any(map(compound.exists, (_INFO, _PACKAGE, _RIGHTS))):
                return ENCRYPTED
            for name in _STREAMS:
                if compound.exists(name):
                    stream = compound.openstream(name)
                    return ENCRYPTED if is_locked(stream.read(_LOOKED_AT)) else WORKBOOK
    except Exception as problem:
        raise Refusal("damaged-workbook") from problem
    return OTHER


def decrypt(content: bytes, limits: Limits, password: str | None) -> bytes:
    """The workbook within an encrypted one.

    Raises:
        Refusal: ``password-needed``, ``wrong-password``, ``unknown-encryption``, ``damaged-workbook``,
            ``unsafe-content``, ``file-too-large``.
    """
    opened = _opener(content)
    for one in (password, EXCELS_OWN) if password else (EXCELS_OWN,):
        try:
            decrypted = opened(one)
        except UnicodeEncodeError:
            continue  # from an environment that is no text
        except MemoryError:
            raise
        except Exception as problem:
            raise Refusal("damaged-workbook") from problem
        if decrypted is None:
            continue
        if len(decrypted) > limits.file_bytes:
            raise Refusal("file-too-large", {"megabytes": limits.file_bytes // 1024**2})
        return decrypted
    raise Refusal("wrong-password" if password else "password-needed")


def _opener(content: bytes) -> Callable[[str], bytes | None]:
    """What opens an encrypted workbook with a password, or gives None where that is wrong."""
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(content)) as compound:
            if compound.exists(_INFO) and compound.exists(_PACKAGE):
                lock = lock_of(compound.openstream(_INFO).read(_LARGEST_INFO))
                package = compound.openstream(_PACKAGE).read()
                return lambda password: lock.opened(package, password)
            is_known = compound.exists(_STREAMS[0]) and not compound.exists(_RIGHTS)
            stream = compound.openstream(_STREAMS[0]).read(_LOOKED_AT) if is_known else b""
    except Refusal:
        raise
    except Exception as problem:
        raise Refusal("damaged-workbook") from problem
    longest = _longest_password(_file_pass(stream) or b"") if is_known else 0
    if not longest:
        raise Refusal("unknown-encryption")
    return lambda password: _opened_records(content, password) if len(password) <= longest else None


def _longest_password(said: bytes) -> int:
    """How long the password of an .xls may be; 0 where it is encrypted in a way that is not known."""
    if said.startswith(_XOR):
        return _LONGEST_XOR_PASSWORD
    if said.startswith(_RC4):
        return _LONGEST_PASSWORD
    if said[:2] == _RC4[:2] and said[2:6] in _RC4_OF_WINDOWS:
        flags, algorithm, hash_algorithm = _RC4_HEADER.unpack_from(said.ljust(_RC4_HEADER.size, b"\0"))
        if not flags & _NOT_RC4 and algorithm in {0, 0x6801} and hash_algorithm in {0, 0x8004}:
            return _LONGEST_PASSWORD
    return 0


def _opened_records(content: bytes, password: str) -> bytes | None:
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format.xls97 import Xls97File

    workbook, whole = Xls97File(BytesIO(content)), BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that RC4 is old is known, and no matter of the user's
        try:
            workbook.load_key(password=password)
        except InvalidKeyError:
            return None
        workbook.decrypt(whole)
    return whole.getvalue()


def is_locked(records: bytes) -> bool:
    """Whether the records of an .xls say near their beginning that the others are encrypted."""
    return _file_pass(records[:_LOOKED_AT]) is not None


def _file_pass(stream: bytes) -> bytes | None:
    """What the record says that the others are encrypted; None where there is none."""
    position = 0
    while position + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, position)
        position += _HEAD.size
        if kind == _FILE_PASS:
            return stream[position : position + length]
        position += length
    return None
