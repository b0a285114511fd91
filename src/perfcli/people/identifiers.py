"""What an employee id is: read from a cell, and compared with other ids.

``docs/cells.md`` states the outcome for every kind of content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from perfcli.exact import SIGNIFICANT_DIGITS
from perfcli.files import cells
from perfcli.files.cells import Cell, Percent, Unread
from perfcli.findings import Finding, Place, error
from perfcli.folding import fold, is_not_applicable
from perfcli.text import Term

_LOST = 10**SIGNIFICANT_DIGITS
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2,3}")
_ERROR = re.compile(r"#(?:N/A|[A-Z]+(?:/0)?[!?])|#+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_JOINT = re.compile(r"(?<=[^\W\d_])[-./]+(?=[0-9])")
_LETTERS_AND_NUMBER = re.compile(r"([^\W\d_]*)([0-9]+)")


_ALIKE = (
    ("АВЕЅІЈКМНОРСТУХԚԜЬ", "ABESIJKMHOPCTYXQWb"),
    ("авеѕіјкмнорстухԛԝһԁ", "abesijkmhopctyxqwhd"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("αικνορυχ", "aiknopux"),
    ("‐‑‒–—―−﹣－⁃˗", "-" * 11),
    ("⁄∕／․。．", "///..."),
)
_UNSEEN = (0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, 0x3164, 0xFFA0, 0x115F, 0x1160)
_STEERING = (range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2065), range(0x2066, 0x206A))
_LOOKS: Mapping[int, str] = MappingProxyType(
    {ord(sign): like for signs, likes in _ALIKE for sign, like in zip(signs, likes, strict=True)}
    | dict.fromkeys((*_UNSEEN, *(code for codes in _STEERING for code in codes)), "")
)
"""Characters that look like another one, and those that nobody sees."""


class Oddity(StrEnum):
    """Why the content of a cell is no employee id."""

    LOST_DIGITS = "lost-digits"
    ERROR = "error"
    NOT_CALCULATED = "not-calculated"
    DATE = "date"
    NUMBER = "number"
    TRUTH = "truth"
    LINES = "lines"
    NO_WORD = "no-word"


_REASONS: Mapping[Oddity, Term] = MappingProxyType(
    {
        Oddity.ERROR: Term("id.error"),
        Oddity.NOT_CALCULATED: Term("id.not-calculated"),
        Oddity.DATE: Term("id.date"),
        Oddity.NUMBER: Term("id.number"),
        Oddity.TRUTH: Term("id.truth"),
        Oddity.LINES: Term("id.lines"),
        Oddity.NO_WORD: Term("id.no-word"),
    }
)


def id_oddity(cell: Cell) -> Oddity | None:
    """Why a cell holds no employee id; None where it holds one, or nothing."""
    if isinstance(cell, str):
        return None if cell.isalnum() or not cell.strip() else _oddity_of_text(cell.strip())
    if cell is None:
        return None
    if isinstance(cell, bool | int | float):
        return _oddity_of_number(cell)
    return _oddity_of_value(cell)


def name_oddity(cell: Cell) -> Oddity | None:
    """Why a cell holds no name; None where it holds one, or nothing."""
    if isinstance(cell, str):
        return Oddity.ERROR if "#" in cell and _ERROR.fullmatch(cell.strip()) else None
    if cell is None:
        return None
    if isinstance(cell, bool | int | float):
        return Oddity.TRUTH if isinstance(cell, bool) else Oddity.NUMBER
    return _oddity_of_value(cell)


def id_finding(oddity: Oddity, cell: Cell, place: Place, name: str) -> Finding:
    """What a user reads of a cell that holds no employee id (``bad-id``, ``id-lost-digits``)."""
    values = {"found": cells.quoted(cell), "name": name}
    if oddity is Oddity.LOST_DIGITS:
        return error("id-lost-digits", place, **values)
    return error("bad-id", place, reason=_REASONS[oddity], **values)


def shape(key: str) -> str:
    """A folded id without leading zeros, and without a mark between letters and digits: e-007 → e7."""
    return _LEADING_ZEROS.sub("", _JOINT.sub("", key))


def letters_and_number(key: str) -> tuple[str, str]:
    """The letters and the number of a folded id such as e007 → e, 7; both empty where it is otherwise."""
    match = _LETTERS_AND_NUMBER.fullmatch(shape(key))
    return (match[1], match[2]) if match else ("", "")


def look(identifier: str) -> str:
    """What a person sees of an id: letters as those that they look like, one kind of dash."""
    return fold(identifier.translate(_LOOKS)) if not identifier.isascii() else fold(identifier)


def odd_signs(identifier: str) -> list[str]:
    """The characters of an id that look like others, or like nothing, by their code points."""
    return [f"U+{ord(sign):04X}" for sign in identifier if ord(sign) in _LOOKS]


def same_name(some: str, other: str) -> bool:
    """Whether two texts spell one name: 李 明 and 李明, 陳 and 陈."""
    return some == other or fold(some) == fold(other)


def _oddity_of_text(text: str) -> Oddity | None:
    if "\n" in text or "\r" in text:
        return Oddity.LINES
    if _ERROR.fullmatch(text):
        return Oddity.ERROR
    if _SHORTENED.fullmatch(text):
        return Oddity.LOST_DIGITS
    if is_not_applicable(text) or not any(character.isalnum() for character in text):
        return Oddity.NO_WORD
    return None


def _oddity_of_number(number: float) -> Oddity | None:
    if isinstance(number, bool):
        return Oddity.TRUTH
    if abs(number) >= _LOST:  # infinite too
        return Oddity.LOST_DIGITS
    is_whole = float(number).is_integer() and not isinstance(number, Percent)
    return None if is_whole and number > 0 else Oddity.NUMBER


def _oddity_of_value(cell: Cell) -> Oddity:
    if isinstance(cell, Unread):
        return Oddity.ERROR if cell.code == cells.ERROR_CELL else Oddity.NOT_CALCULATED
    return Oddity.DATE
