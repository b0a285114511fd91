"""Random damage to .xlsx files, in the container and in the XML, and what it may change."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as ET

from hypothesis import strategies as st

Entry = tuple[str, bytes]
"""An entry of a container: its name and its content."""

_ATTRIBUTE = re.compile(r'\s[A-Za-z:]+="[^"]*"')
_VALUE = re.compile(r"(?<=<v>)[^<]*(?=</v>)")
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z:]+)[^<>]*?(?:/>|>(?:(?!<(?P=name)\b).)*?</(?P=name)>)", re.DOTALL)
_CELL = re.compile(r"<c\b(?P<said>[^>]*?)(?:/>|>(?P<inside>.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(r'\sr="([A-Z]+[0-9]+)"')
_SHARED = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)

_ATTRIBUTE_VALUES = (
    *(
        "",
        "0",
        "1",
        "-1",
        "2",
        "7",
        "999999",
        "4294967296",
        "1e9",
        "NaN",
        "x" * 500,
        "&amp;",
        "\u202e",
        "true",
    ),
    *("A1", "C3", "XFD1048576", "ZZZZ1", "A0", "A99999999999", "a1", "A1:XFD1048576", "A1:A1", "1:1"),
    *("n", "s", "str", "b", "e", "d", "inlineStr", "hidden", "veryHidden", "rId1", "rId2", "../../x.xml"),
)
_CELL_VALUES = (
    *(
        "",
        " ",
        "NaN",
        "INF",
        "-INF",
        "1e999",
        "-1e999",
        "1,5",
        "0",
        "-0",
        "1",
        "2",
        "-1",
        "99999",
        "4294967296",
    ),
    *(
        "85",
        "100.01",
        "1E2",
        "0x10",
        "TRUE",
        "#N/A",
        "八十",
        "９５",
        "85 ",
        "1" * 400,
        "2026-11-01",
        "&#x31;&#x30;",
    ),
)
_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*\?>")
_READ = re.compile(r"xl/(?:workbook|sharedStrings|styles|worksheets/sheet[0-9]+)\.xml")
_SHEETS = re.compile(r"worksheets/sheet|^content\.xml")
_BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 8))
_DOCTYPES = (
    "<!DOCTYPE x>",
    f'<!DOCTYPE x [<!ENTITY e0 "85">{_BOMB}]>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
)
_HARMLESS = ("<!-- <c r='B2'><v>1</v></c> -->", "<?x y?>", "\n\n", "<extLst><ext uri='u'/></extLst>")


class Damaged:
    """A file before and after some damage; as a text, where the two differ first."""

    def __init__(self, before: bytes, after: bytes) -> None:
        self.before = before
        self.after = after

    def __repr__(self) -> str:
        was, now = look_at(self.before).parts, look_at(self.after).parts
        changed = [name for name in {**was, **now} if was.get(name) != now.get(name)] if now else []
        lines = [_difference(name, was.get(name, ()), now.get(name, ())) for name in changed]
        return "\n".join(lines or [_difference("the file", [self.before], [self.after])])


def _difference(name: str, was: Sequence[bytes], now: Sequence[bytes]) -> str:
    """The first place where two versions of a part differ."""
    if len(was) != 1 or len(now) != 1:
        return f"{name}: {len(was)} times before, {len(now)} times after"
    pairs = enumerate(zip(was[0], now[0], strict=False))
    start = next((place for place, (one, other) in pairs if one != other), min(len(was[0]), len(now[0])))
    around = slice(max(start - 40, 0), start + 40)
    return (
        f"{name}, {len(was[0])} → {len(now[0])} bytes, from {start}: {was[0][around]!r} → {now[0][around]!r}"
    )


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> Damaged:
    """A workbook after one to three pieces of damage."""
    entries = unpack(content)
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        entries = draw(st.sampled_from(_CONTENTS))(draw, entries) if entries else []
    packed = pack(entries)
    return Damaged(content, draw(st.sampled_from(_CONTAINERS))(draw, packed))


@st.composite
def damaged_bytes(draw: st.DrawFn, content: bytes) -> Damaged:
    """A file after some of its bytes were changed, moved or cut off."""
    after = content
    for _ in range(draw(st.sampled_from([1, 1, 2, 5]))):
        after = draw(st.sampled_from([_some_bytes, _some_bytes, _some_bytes, _append, _cut, _double]))(
            draw, after
        )
    return Damaged(content, after)


def lines_of(content: bytes) -> set[str]:
    """The rows of a text, or those of an .ods as XML; nothing of other files."""
    if b"\0" in content and not zipfile.is_zipfile(BytesIO(content)):
        return set()
    if not zipfile.is_zipfile(BytesIO(content)):
        return set(content.decode("utf-8", "replace").splitlines())
    parts = b"".join(own for name, own in unpack(content) if name == "content.xml")
    return set(re.findall(r"<table:table-row\b.*?</table:table-row>", _decoded(parts), re.DOTALL))


def unpack(content: bytes) -> list[Entry]:
    """The entries of a container."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def pack(entries: Sequence[Entry]) -> bytes:
    """A container of some entries, names twice and all."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            directory = zipfile.ZipInfo(name)
            archive.NameToInfo.pop(name, None)  # the same name twice is a warning otherwise
            archive.writestr(directory, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _change_entries(draw: st.DrawFn, entries: list[Entry]) -> list[Entry]:
    """Drops, doubles, swaps, renames or cuts an entry."""
    first, second = (draw(st.integers(0, len(entries) - 1)) for _ in range(2))
    (name, content), (other, others) = entries[first], entries[second]
    rest = entries[:first] + entries[first + 1 :]
    cut = draw(st.integers(0, len(content)))
    return draw(
        st.sampled_from(
            [
                rest,
                [*entries, (name, content)],
                [*entries, (name, others)],
                [(name, others), *entries],
                [*rest, (name.upper(), content)],
                [*rest, (f"../{name}", content)],
                [*rest, (name.replace("/", "\\"), content)],
                [*rest, (name, b"")],
                [*rest, (name, content[:cut])],
                [*rest, (name, content[:cut] + others)],
                [*(one for one in rest if one[0] != other), (name, others), (other, content)],
            ]
        )
    )


def _change_xml(draw: st.DrawFn, entries: list[Entry]) -> list[Entry]:
    """Changes a few letters of one XML part, most often of a worksheet."""
    worksheets = [place for place, (name, _) in enumerate(entries) if _SHEETS.search(name)]
    anywhere = st.integers(0, len(entries) - 1)
    place = draw(st.one_of(st.sampled_from(worksheets), anywhere) if worksheets else anywhere)
    name, content = entries[place]
    try:
        written = content.decode()
    except UnicodeDecodeError:
        entries[place] = name, _some_bytes(draw, content)
        return entries
    changed = draw(st.sampled_from(_XML))(draw, written)
    entries[place] = name, changed if isinstance(changed, bytes) else changed.encode("utf-8", "replace")
    return entries


def _replace(draw: st.DrawFn, written: str, pattern: re.Pattern[str], others: Sequence[str]) -> str:
    """Puts something else in the place of one match."""
    found = list(pattern.finditer(written))
    if not found:
        return written
    match = found[draw(st.integers(0, len(found) - 1))]
    return written[: match.start()] + draw(st.sampled_from(others)) + written[match.end() :]


def _attribute(draw: st.DrawFn, written: str) -> str:
    found = list(_ATTRIBUTE.finditer(written))
    if not found:
        return written
    match = found[draw(st.integers(0, len(found) - 1))]
    name = match[0].partition("=")[0]
    value = draw(st.sampled_from(_ATTRIBUTE_VALUES))
    other = draw(
        st.sampled_from([f'{name}="{value}"', f'{name}="{value}"', "", match[0] * 2, f"{name}={value}"])
    )
    return written[: match.start()] + other + written[match.end() :]


def _cell_value(draw: st.DrawFn, written: str) -> str:
    return _replace(draw, written, _VALUE, _CELL_VALUES)


def _element(draw: st.DrawFn, written: str) -> str:
    """Drops, doubles, empties, wraps or nests an element."""
    found = list(_ELEMENT.finditer(written))
    if not found:
        return written
    match = found[draw(st.integers(0, len(found) - 1))]
    name, depth = match["name"], draw(st.sampled_from([1, 2, 3000]))
    opening = match[0].partition(">")[0].removesuffix("/")
    other = draw(
        st.sampled_from(
            [
                *("", match[0] * 2, f"{opening}/>", f"{opening}>", f"</{name}>", f"<![CDATA[{match[0]}]]>"),
                f"<{name}>" * depth + match[0] + f"</{name}>" * depth,
                match[0].replace(f"<{name}", f"<x:{name}").replace(f"</{name}", f"</x:{name}"),
            ]
        )
    )
    return written[: match.start()] + other + written[match.end() :]


def _insert(draw: st.DrawFn, written: str) -> str:
    """Puts a document type, a comment or nonsense somewhere."""
    places = [match.end() for match in re.finditer(r"[?]?>", written)] or [0]
    place = places[draw(st.integers(0, len(places) - 1))]
    other = draw(st.sampled_from([*_DOCTYPES, *_HARMLESS, "<", "&", "&e7;", "]]>", "\x00", "\ufffe", "文字"]))
    return written[:place] + other + written[place:]


def _encoding(draw: st.DrawFn, written: str) -> bytes:
    """Writes the XML in an encoding, and says so or says another."""
    own, said = (
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "latin-1"])) for _ in range(2)
    )
    declared = re.sub(r'encoding="[^"]*"', f'encoding="{said.removesuffix("-sig")}"', written, count=1)
    return declared.encode(own, "replace")


def _letters(draw: st.DrawFn, written: str) -> bytes:
    """Changes or cuts off some bytes."""
    return _some_bytes(draw, written.encode())


def _some_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    place = draw(st.integers(0, max(len(content) - 1, 0)))
    other = draw(st.one_of(st.binary(min_size=1, max_size=3), st.none()))
    return content[:place] if other is None else content[:place] + other + content[place + len(other) :]


def _cut(draw: st.DrawFn, content: bytes) -> bytes:
    start, end = sorted(draw(st.integers(0, len(content))) for _ in range(2))
    return draw(st.sampled_from([content[:start] + content[end:], content[:start]]))


def _double(draw: st.DrawFn, content: bytes) -> bytes:
    start, end = sorted(draw(st.integers(0, len(content))) for _ in range(2))
    return content[:end] + content[start:]


def _append(draw: st.DrawFn, content: bytes) -> bytes:
    junk = draw(st.sampled_from([b"junk" * 20, content, b"PK\x05\x06" + bytes(18), bytes(70_000)]))
    return draw(st.sampled_from([content + junk, junk + content]))


def _header_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Changes a field of a local or central header: flags, method, checksum, sizes, offsets."""
    starts = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", content)]
    place = starts[draw(st.integers(0, len(starts) - 1))] + draw(st.integers(4, 45))
    other = draw(st.binary(min_size=1, max_size=2))
    return content[:place] + other + content[place + len(other) :]


def _nothing(_draw: st.DrawFn, content: bytes) -> bytes:
    return content


_XML: tuple[Callable[[st.DrawFn, str], str | bytes], ...] = (
    *(_attribute, _attribute, _attribute, _cell_value, _cell_value, _element, _element),
    *(_insert, _encoding, _letters),
)
_CONTENTS = (_change_xml, _change_xml, _change_xml, _change_entries)
_CONTAINERS = (*[_nothing] * 6, _some_bytes, _append, _header_bytes)


@dataclass(frozen=True)
class Witness:
    """What a plain look at the XML says: the cells of each worksheet, and the other parts.

    ``is_sound`` tells whether the container and every part with cells can be read at all.
    """

    cells: Mapping[tuple[str, str], Sequence[str]]
    parts: Mapping[str, Sequence[bytes]]
    is_sound: bool

    def agrees(self, other: Witness, part: str, reference: str) -> bool:
        """Whether a cell stands in both, with the same text."""
        key = part, reference
        return key in self.cells and self.cells.get(key) == other.cells.get(key)


def look_at(content: bytes) -> Witness:
    """Looks at a container; empty where nothing in it can be read."""
    try:
        entries = unpack(content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return Witness({}, {}, is_sound=False)
    parts: dict[str, list[bytes]] = {}
    for name, own in entries:
        parts.setdefault(name, []).append(own)
    shared = [
        match[1] or ""
        for match in _SHARED.finditer(_decoded(b"".join(parts.get("xl/sharedStrings.xml", []))))
    ]
    cells: dict[tuple[str, str], list[str]] = {}
    for name, own in entries:
        for match in _CELL.finditer(_decoded(own)) if "worksheets/" in name else ():
            reference = _REFERENCE.search(match["said"])
            if reference:
                cells.setdefault((name, reference[1]), []).append(_resolved(match, shared))
    is_sound = all(_is_well_formed(own) for name, own in entries if _READ.fullmatch(name))
    return Witness(cells, parts, is_sound)


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _resolved(match: re.Match[str], shared: Sequence[str]) -> str:
    """The text of a cell's element, with the shared text that it points to."""
    index = re.search(r"<v>([0-9]+)</v>", match["inside"] or "")
    if 't="s"' in match["said"] and index and int(index[1]) < len(shared):
        return f"{match[0]} {shared[int(index[1])]}"
    return match[0]


def _is_well_formed(content: bytes) -> bool:
    """Whether a part is XML; readers do without the declaration, so it may say anything."""
    try:
        ET.fromstring(_DECLARATION.sub(b"", content))  # noqa: S314 the damage is our own
    except (ET.ParseError, ValueError, LookupError):
        return False
    return True
