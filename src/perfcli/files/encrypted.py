"""Compound files: which of them are workbooks, and those that are protected by a password.

The reader of encryption is msoffcrypto-tool.
"""

from __future__ import annotations

import re
import struct
from io import BytesIO

from perfcli.files.gate import refuse_declarations
from perfcli.files.sheet import Limits, Refusal

ENCRYPTED = "encrypted"
WORKBOOK = "workbook"
OTHER = "other"

EXCELS_OWN = "VelvetSweatshop"
"""The password that Excel tries on its own: it stands for none."""

_STREAMS = ("Workbook", "Book")
_INFO = "EncryptionInfo"
_PACKAGE = "EncryptedPackage"
_FILE_PASS = 0x2F
_HEAD = struct.Struct("<HH")
_LOOKED_AT = 8192
_MOST_ROUNDS = 2_000_000
_MOST_DIGITS = 9
_ROUNDS = re.compile(rb"""spinCount\s*=\s*["']\s*([0-9]+)""")
_LARGEST_INFO = 1024**2


def look_at(content: bytes) -> str:
    """What a compound file is: a workbook, an encrypted one, or something else.

    Raises:
        Refusal: ``damaged-workbook``.
    """
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(content)) as compound:
            if compound.exists(_INFO) or compound.exists(_PACKAGE):
                return ENCRYPTED
            for name in _STREAMS:
                if compound.exists(name):
                    stream = compound.openstream(name)
                    return ENCRYPTED if _is_locked(stream.read(_LOOKED_AT)) else WORKBOOK
    except Exception as problem:
        raise Refusal("damaged-workbook") from problem
    return OTHER


def decrypt(content: bytes, limits: Limits, password: str | None) -> bytes:
    """The workbook within an encrypted one.

    Raises:
        Refusal: ``password-needed``, ``wrong-password``, ``unknown-encryption``, ``damaged-workbook``,
            ``unsafe-content``, ``file-too-large``.
    """
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    _check_info(content)
    for one in (password, EXCELS_OWN) if password else (EXCELS_OWN,):
        try:
            decrypted = _decrypted(content, one)
        except InvalidKeyError:
            continue
        except (DecryptionError, FileFormatError) as problem:
            raise Refusal("unknown-encryption") from problem
        except MemoryError:
            raise
        except Exception as problem:
            raise Refusal("damaged-workbook") from problem
        if len(decrypted) > limits.file_bytes:
            raise Refusal("file-too-large", {"megabytes": limits.file_bytes // 1024**2})
        return decrypted
    raise Refusal("wrong-password" if password else "password-needed")


def _decrypted(content: bytes, password: str) -> bytes:
    from msoffcrypto import OfficeFile

    office = OfficeFile(BytesIO(content))
    if office.format == "ooxml":
        office.load_key(password=password, verify_password=True)
    else:
        office.load_key(password=password)
    whole = BytesIO()
    office.decrypt(whole)
    return whole.getvalue()


def _check_info(content: bytes) -> None:
    """What says how a file is encrypted may ask for years of work, and is XML."""
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(content)) as compound:
            if not compound.exists(_INFO):
                return
            info = compound.openstream(_INFO).read(_LARGEST_INFO)
    except Exception as problem:
        raise Refusal("damaged-workbook") from problem
    refuse_declarations(info)
    if any(len(found[1]) > _MOST_DIGITS or int(found[1]) > _MOST_ROUNDS for found in _ROUNDS.finditer(info)):
        raise Refusal("unknown-encryption")


def _is_locked(stream: bytes) -> bool:
    """Whether the records of an .xls say near their beginning that the others are encrypted."""
    position = 0
    while position + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, position)
        if kind == _FILE_PASS:
            return True
        position += _HEAD.size + length
    return False
