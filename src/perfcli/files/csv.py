"""Tables as text (.csv): fields between commas, semicolons or tabs, in the encodings that Excel writes."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO, TextIOWrapper
from itertools import islice

from perfcli.files.grids import Room, guarded, trim
from perfcli.files.sheet import Cell, Limits, Refusal, Sheet

_ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
}
_UNSTATED = ("gb18030", "cp950", "big5hkscs")
"""The encodings that nothing in a file announces."""

_HEADER_WORDS = (
    *("姓名", "工號", "工号", "編號", "编号", "員工", "员工", "部門", "部门", "團隊", "团队", "小組", "小组"),
    *("職位", "职位", "崗位", "岗位", "職務", "职务", "職稱", "职称", "序號", "序号", "備註", "备注"),
    *("考核", "績效", "绩效", "指標", "指标", "權重", "权重", "目標", "目标", "實際", "实际", "得分", "評分"),
    *("评分", "自評", "自评", "上級", "上级", "主管", "同級", "同级", "總分", "总分", "合計", "合计", "等級"),
    *("等级", "排名", "周期", "月份", "日期", "加減分", "加减分", "原因", "評語", "评语", "銷售", "销售"),
    *("分數", "分数", "完成", "質量", "质量", "客戶", "客户", "團", "团", "公司", "入職", "入职"),
)
"""Words of score sheets, in both scripts. Read in the wrong encoding, a text holds none of them."""

END_OF_FILE = b"\x1a"
"""What old programs write at the end of a text (Ctrl-Z)."""

_PIECE = 1024 * 1024
_SAMPLE = 100_000
_RARE_SHARE = 0.2
_CLEARLY_FEWER = 0.5
_ZERO_SHARE = 0.25
_COMMON_LEADS = {"gb2312": {0xA1, 0xA3, *range(0xB0, 0xD8)}, "big5": set(range(0xA1, 0xC7))}
"""The first bytes of characters that are in common use, and of signs, in each of the two standards."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SIGNIFICANT_DIGITS = 15
_DIGITS_WITH_A_POINT = 17  # as programs write a binary number out: 2.4000000000000004
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_STATED_DELIMITER = re.compile(r'"?sep=([^"\r\n])"?(?:\r\n|\r|\n)?', re.IGNORECASE)
_LONGEST_STATEMENT = 20
_DELIMITERS = (",", ";", "\t")
_LOOKED_AT = 50


@guarded
def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The one sheet of a text file; it has no name.

    A plain number is a number. Everything else is text as it stands: ``007``, ``1e5``, ``85%``, ``=1+1``.
    Only ``="007"``, which is how Excel is told that a field is text, is the text within.

    Raises:
        Refusal: ``encoding-unclear``, ``unreadable-line``, ``far-cell``.
    """
    content = content.removesuffix(END_OF_FILE)
    codec = _codec(content)
    stated = _STATED_DELIMITER.fullmatch(_open(content, codec).readline(_LONGEST_STATEMENT))
    delimiter = stated[1] if stated else _delimiter(content, codec)
    room = Room(limits)
    lines, delimiters = 1, 0
    for piece in _pieces(content, codec):
        lines, delimiters = lines + piece.count("\n"), delimiters + piece.count(delimiter)
    room.check(lines, -(-delimiters // lines))
    rows: list[list[Cell]] = []
    lengths: list[int] = []
    width = 0
    for fields in islice(_records(content, codec, delimiter), 1 if stated else 0, None):
        lengths.append(len(fields))
        row = trim([_cell(field) for field in fields])
        rows.append(row)
        if row:
            width = max(width, len(row))
            room.check(len(rows), width)
    return [room.take(Sheet("", rows, lengths=lengths))]


def encoding_of(content: bytes) -> str:
    """What people call the encoding of a text file: UTF-8, UTF-16, GB18030, Big5 or Big5-HKSCS.

    Raises:
        Refusal: ``encoding-unclear``.
    """
    return _ENCODINGS[_codec(content.removesuffix(END_OF_FILE))]


def wide_codec(content: bytes) -> str | None:
    """The UTF-16 that a text is in; None where it is in none.

    Without a mark it is told by its line breaks, delimiters and digits: one of their two bytes is zero,
    always the same one, and they are a good part of every table.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[: _SAMPLE // 2 * 2]
    for codec, firsts, seconds in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        breaks = "\n".encode(codec) in sample or "\r".encode(codec) in sample
        zeros, others = firsts.count(0), seconds.count(0)  # 一 is U+4E00
        if len(content) % 2 == 0 and breaks and zeros > max(len(firsts) * _ZERO_SHARE, 2 * others):
            return codec
    return None


def readings(content: bytes) -> Iterator[list[list[str]]]:
    """The records of a text file, with every field as it stands, in each way in which it may be meant.

    These are the encodings in which it is text and, for each, the delimiters in its first record. Whoever
    knows what the file should say can tell which of them is right.
    """
    content = content.removesuffix(END_OF_FILE)
    seen: list[list[list[str]]] = []
    for codec in _possible_codecs(content):
        header = _open(content, codec).readline()
        for delimiter in [one for one in _DELIMITERS if one in header] or _DELIMITERS[:1]:
            with suppress(Refusal):
                records = list(_records(content, codec, delimiter))
                if records not in seen:
                    seen.append(records)
                    yield records


def _possible_codecs(content: bytes) -> Iterator[str]:
    """The encodings in which a file is text; ``big5`` differs from cp950 in a few signs."""
    tried = ["utf-8-sig", *_UNSTATED, "big5"]
    if wide := wide_codec(content):
        tried = [wide]
    elif content.startswith(codecs.BOM_UTF8):
        tried = ["utf-8-sig"]
    return (codec for codec in tried if _is_text(content, codec))


def _codec(content: bytes) -> str:
    stated = wide_codec(content) or "utf-8-sig"
    if _is_text(content, stated):
        return stated
    likely = None
    if stated == "utf-8-sig" and not content.startswith(codecs.BOM_UTF8):
        likely = _likely_codec(content)
    if likely is None:
        raise Refusal("encoding-unclear")
    return likely


def _likely_codec(content: bytes) -> str | None:
    """The Chinese encoding in which a file makes sense; None where several do or none does."""
    codecs_of_text = [codec for codec in _UNSTATED if _is_text(content, codec)]
    if "cp950" in codecs_of_text and "big5hkscs" in codecs_of_text:
        codecs_of_text.remove("big5hkscs")
    marks = []
    for codec in codecs_of_text:
        sample = _open(content, codec).read(_SAMPLE)
        marks.append((-sum(map(sample.count, _HEADER_WORDS)), _rare_share(sample), codec))
    if not marks:
        return None
    (words, rare, best), *others = sorted(marks)
    if not words and rare > _RARE_SHARE:
        return None
    if any(words == other and rare >= other_rare * _CLEARLY_FEWER for other, other_rare, _ in others):
        return None
    return best


def _rare_share(text: str) -> float:
    """How much of what is not ASCII are characters that hardly anybody uses."""
    counted = Counter(character for character in text if not character.isascii())
    rare = sum(count for character, count in counted.items() if not _is_common(character))
    return rare / max(counted.total(), 1)


def _is_common(character: str) -> bool:
    """Whether a character is of the first level of GB2312 or Big5, or a sign of either."""
    for codec, leads in _COMMON_LEADS.items():
        encoded = character.encode(codec, errors="ignore")
        if encoded and encoded[0] in leads:
            return True
    return False


def _delimiter(content: bytes, codec: str) -> str:
    """The delimiter that makes most of the text a table.

    For each, the first records are counted by their length. Many fields in a record speak for a delimiter,
    and still more that many records have as many: a title above the table or commas in remarks count little.
    """
    sizes = dict.fromkeys(_DELIMITERS, 0)
    for delimiter in _DELIMITERS:
        lengths: Counter[int] = Counter()
        with suppress(Refusal):
            lengths.update(map(len, islice(_records(content, codec, delimiter), _LOOKED_AT)))
        sizes[delimiter] = max(
            (length * count**2 for length, count in lengths.items() if length > 1), default=0
        )
    return max(sizes, key=lambda delimiter: sizes[delimiter])


def _records(content: bytes, codec: str, delimiter: str) -> Iterator[list[str]]:
    """The fields of each record.

    Raises:
        Refusal: ``unreadable-line`` where it cannot be told which quotation mark ends a field.
    """
    reader = csv.reader(_open(content, codec), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise Refusal("unreadable-line", {"line": line}) from problem


def _open(content: bytes, codec: str) -> TextIOWrapper:
    return TextIOWrapper(BytesIO(content), encoding=codec, newline="")


def _pieces(content: bytes, codec: str) -> Iterator[str]:
    stream = _open(content, codec)
    while piece := stream.read(_PIECE):
        yield piece


def _is_text(content: bytes, codec: str) -> bool:
    """Whether a file is text in an encoding, from its beginning to its end."""
    try:
        return not any("\0" in piece for piece in _pieces(content, codec))
    except UnicodeError:
        return False


def _cell(field: str) -> Cell:
    if _NUMBER.fullmatch(field):
        digits = len(field.lstrip("-0.").replace(".", ""))
        if digits <= (_DIGITS_WITH_A_POINT if "." in field else _SIGNIFICANT_DIGITS):
            return float(field)
    if stated := _TEXT_FORMULA.fullmatch(field):
        return stated[1]
    return field.replace("\r\n", "\n")
