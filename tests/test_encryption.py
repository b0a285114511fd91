"""Workbooks with a password, as each Excel encrypts them: opened with the right one, and with no other."""

from __future__ import annotations

import struct
from functools import cache

import pytest
import xlwt

from perfcli.files.formats import read_content
from perfcli.files.sheet import Limits, Refusal
from support.encryption import PASS_SIZES, encrypted_binary
from support.office import office, worksheet
from support.office_encryption import Agile, Standard, compound

PASSWORD, WRONG = "績效2026", "績效2025"
IN_LATIN = "test-1"

AGILE = [
    *(Agile(bits, name) for bits in (128, 192, 256) for name in ("SHA1", "SHA256", "SHA384", "SHA512")),
    *(Agile(salt_size=8), Agile(salt_size=32), Agile(rounds=0), Agile(128, "SHA1", 100_000)),
    *(Agile(has_integrity=False), Agile(is_prefixed=True)),
]
STANDARD = [
    *(Standard(bits) for bits in (128, 192, 256)),
    *(Standard(version=(4, 2)), Standard(version=(2, 2)), Standard(hash_algorithm=0)),
    *(Standard(algorithm=0), Standard(algorithm=0, bits_said=0), Standard(bits_said=0)),
]
UNKNOWN = [
    *(Agile(cipher="DESX"), Agile(cipher="RC2"), Agile(chaining="ChainingModeCFB"), Agile(bits_said=64)),
    *(Agile(hash_name=name) for name in ("MD5", "WHIRLPOOL", "SHA-1")),
    *(Agile(encryptor="certificate"), Agile(rounds_said=2_000_001), Agile(rounds_said=10**30)),
    *(Standard(version=version) for version in ((3, 3), (4, 3), (1, 1), (5, 5))),
    *(
        Standard(algorithm=0x6801),
        Standard(flags=0x04),
        Standard(flags=0x34),
        Standard(hash_algorithm=0x8003),
    ),
    *(Standard(bits_said=64), Standard(algorithm=0x6610), Standard(hash_algorithm=0x8003)),
]


def outcome(content: bytes, password: str | None) -> str:
    """What stands in the first cell, or why nothing is read."""
    try:
        (sheet, *_) = read_content(content, Limits(), password).sheets
    except Refusal as refusal:
        return refusal.code
    return str(sheet.rows[0][0])


@cache
def workbook() -> bytes:
    cells = "".join(
        f'<c r="A{row}" t="str"><v>{"姓名" if row == 1 else row}</v></c>' for row in range(1, 4000)
    )
    made = office(worksheet(cells))
    assert len(made) > 2 * 4096
    return made


def records(way: str = "rc4") -> bytes:
    """The records of an .xls that end where those who decrypt them expect it."""
    for filling in range(8):
        book = xlwt.Workbook()
        sheet = book.add_sheet("表")
        for number, text in enumerate(["姓名", "陳一", *map(str, range(500)), "x" * filling]):
            sheet.write(number, 0, text)
        found = bytes(book.get_biff_data())
        if (len(found) + PASS_SIZES[way]) % 4 == 0:
            return found
    raise AssertionError


def as_they_are(one: object) -> str:
    return str(one).replace(" ", "")


@pytest.mark.parametrize("way", [*AGILE, *STANDARD], ids=as_they_are)
def test_each_strength_and_hash_of_excel_is_opened(way: Agile | Standard) -> None:
    locked = way.written(workbook(), PASSWORD)
    found = [outcome(locked, password) for password in (None, WRONG, PASSWORD)]
    assert found == ["password-needed", "wrong-password", "姓名"]


@pytest.mark.parametrize("way", UNKNOWN, ids=as_they_are)
def test_what_is_encrypted_in_another_way_is_called_so(way: Agile | Standard) -> None:
    locked = way.written(workbook(), PASSWORD)
    assert {outcome(locked, password) for password in (None, WRONG, PASSWORD)} == {"unknown-encryption"}


def test_a_password_that_is_no_text_is_wrong() -> None:
    for locked in (
        *(way.written(workbook(), PASSWORD) for way in (Agile(), Standard())),
        *(encrypted_binary(records(way), IN_LATIN, way) for way in ("rc4", "api", "xor")),
    ):
        assert outcome(locked, "\udcff") == "wrong-password"


def test_managed_rights_are_called_so() -> None:
    rights = Agile().written(workbook(), PASSWORD).replace("EncryptionInfo".encode("utf-16-le"), bytes(28))
    assert outcome(rights, PASSWORD) == "unknown-encryption"


@pytest.mark.parametrize("way", ["rc4", "api", "xor"])
def test_each_way_of_excel_2003_is_opened(way: str) -> None:
    locked = encrypted_binary(records(way), IN_LATIN, way)
    found = [outcome(locked, password) for password in (None, WRONG, "x" * 40, "", IN_LATIN)]
    assert found == ["password-needed", "wrong-password", "wrong-password", "password-needed", "姓名"]


@pytest.mark.parametrize(
    "said",
    [
        struct.pack("<HHH", 2, 0, 0),
        struct.pack("<HHH", 1, 9, 9) + bytes(48),
        struct.pack("<HHHII", 1, 4, 3, 4, 34) + bytes(120),
        struct.pack("<HHHII8I", 1, 4, 2, 4, 32, 0x24, 0, 0x660E, 0x8004, 128, 24, 0, 0) + bytes(60),
        struct.pack("<HHHII8I", 1, 4, 2, 4, 32, 4, 0, 0x6801, 0x8003, 128, 1, 0, 0) + bytes(60),
    ],
    ids=["type", "version", "extensible", "cipher", "hash"],
)
def test_another_way_of_excel_2003_is_called_so(said: bytes) -> None:
    locked = encrypted_binary(records(), IN_LATIN, file_pass=said)
    assert {outcome(locked, password) for password in (None, IN_LATIN)} == {"unknown-encryption"}


def test_a_container_whose_entries_are_encrypted_is_called_so() -> None:
    plain = workbook()
    entry = plain.rindex(b"PK\x01\x02")
    assert outcome(plain[: entry + 8] + b"\x01" + plain[entry + 9 :], PASSWORD) == "unknown-encryption"


def test_records_of_excel_4_with_a_password_are_called_so() -> None:
    bare = struct.pack("<HHHHHHHHH", 0x409, 6, 0x400, 0x10, 0, 0x2F, 4, 1, 2)
    assert outcome(bare + struct.pack("<HH", 0x0A, 0), IN_LATIN) == "unknown-encryption"


@pytest.mark.parametrize("size", [0, 4, 9, 40, 200])
def test_what_is_cut_off_is_damaged(size: int) -> None:
    for info in (
        struct.pack("<HHI", 4, 4, 0x40) + b"<encryption><keyData/></encryption>",
        struct.pack("<HHII", 3, 2, 0x24, 32) + struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 24, 0, 0),
    ):
        found = outcome(compound(info[:size].ljust(8, b" ")[: max(size, 8)], bytes(5000)), PASSWORD)
        assert found in {"damaged-workbook", "unknown-encryption"}


def test_a_workbook_that_decrypts_to_nothing_is_damaged() -> None:
    assert outcome(Agile().written(b"no workbook" * 500, PASSWORD), PASSWORD) == "damaged-workbook"
