"""What openpyxl does not carry over, or only in a simpler form, when it writes a workbook again."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from zipfile import ZipFile

from openpyxl.packaging.relationship import get_dependents
from openpyxl.xml.functions import fromstring

Losses = dict[str, list[str]]
"""Kind of loss (``loss.<kind>`` of the catalogue) → the sheets or parts where it is; none is the workbook."""

_DOCUMENT = "/officeDocument"
_WORKSHEET = "/worksheet"
_OTHER_PART = "other"
_OTHER_EXTENSION = "extensions"

_PARTS: tuple[tuple[str, str], ...] = (
    (r"xl/(charts|chartsheets)/", "charts"),
    (r"xl/(pivotTables|pivotCache)/", "pivots"),
    (r"xl/(slicers|slicerCaches|timelines|timelineCaches)/", "slicers"),
    (r"xl/media/", "pictures"),
    (r"xl/diagrams/", "shapes"),
    (r"xl/(ctrlProps|activeX)/", "controls"),
    (r"xl/embeddings/", "objects"),
    (r"xl/(threadedComments|persons)/", "threads"),
    (r"xl/(connections\.xml|queryTables/|model/)", "queries"),
    (r"xl/(metadata\.xml|richData/)", "dynamic"),
    (r"xl/(macrosheets|dialogsheets)/", "macro-sheets"),
    (r"customXml/", "custom-xml"),
    (r"docMetadata/", "label"),
    (r"_xmlsignatures/", "signatures"),
)
"""What a part of the container is, by its path."""

_CARRIED = re.compile(
    r"\[Content_Types\]\.xml|([^/]+/)*_rels/|docProps/|mimetype$"
    r"|xl/(workbook|styles|sharedStrings|calcChain|volatileDependencies|vba[^/]*)\.(xml|bin)$"
    r"|xl/(worksheets|tables|externalLinks|drawings|printerSettings|theme)/|xl/comments[^/]*(/[^/]*)?\.xml$",
    re.IGNORECASE,
)
"""Parts that are carried over, looked into by other means, or made again by Excel."""

_ELEMENTS: tuple[tuple[bytes, str], ...] = (
    (rb"oleObjects", "objects"),
    (rb"controls", "controls"),
    (rb"protectedRanges", "protected-ranges"),
    (rb"customSheetViews", "views"),
    (rb"picture|legacyDrawingHF", "page-pictures"),
    (rb"rPh", "phonetics"),
)
"""What an element of a worksheet or of the shared texts says that there is."""

_EXTENSIONS: tuple[tuple[bytes, str], ...] = (
    (rb"05C60535-1F16-4FD2-B633-F4F36F0B64E0", "sparklines"),
    (rb"78C0D931-6437-407D-A8EE-F0AAD7539E65", "conditional-formats"),
    (rb"B025F937-C7B1-47D3-B67F-A62EFF666E3E", "conditional-formats"),
    (rb"CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF", "choices"),
    (rb"A8765BA9-456A-4DAB-B4F3-ACF838C121DE", "slicers"),
    (rb"3A4CF648-6AED-40F4-86FF-DC5316D8AED3", "slicers"),
    (rb"7E03D99C-DC04-49D9-9315-930204A7B6E9", "slicers"),
    (rb"FC87AEE6-9EDD-4A0A-B7FB-166176984837", "protected-ranges"),
    (rb"01252117-D84E-4E92-8308-4BE1C098FCBB", ""),
)
"""What an extension of a worksheet is; the last one says which warnings of Excel's own are not shown."""

_EXTENSION = re.compile(rb"""<(?:\w+:)?ext\s[^>]*?uri\s*=\s*["']\{?([0-9A-Fa-f-]+)""")
_SHAPE = re.compile(rb"<(?:\w+:)?(?:sp|grpSp|cxnSp|contentPart)[\s>]")
_CONTROL = re.compile(rb"""ObjectType\s*=\s*["'](?!Note["'])""")
_TEXTS = re.compile(r"xl/sharedStrings[^/]*\.xml$", re.IGNORECASE)
_COMMENTS = re.compile(r"xl/comments", re.IGNORECASE)
_NOTE = re.compile(rb"<(?:\w+:)?comment\s")
_RUN = re.compile(rb"<(?:\w+:)?r>")
_SHOWN_NOTE = re.compile(rb"<(?:\w+:)?Visible\s*/?>")


def find_losses(archive: ZipFile) -> Losses:
    """Looks through the parts of a workbook for what a copy of openpyxl lacks or simplifies.

    A part that is not known is told by its path.
    """
    losses: Losses = {}
    names = {name for name in archive.namelist() if not name.endswith("/")}
    macros = any(name.lower().startswith("xl/vbaproject") for name in names)
    belongs: dict[str, list[str]] = {}
    for sheet, path in _worksheets(archive, names):
        for kind in _in_worksheet(archive.read(path)):
            _note(losses, kind, sheet)
        for part in _reached(archive, path, names):
            belongs.setdefault(part, []).append(sheet)
    for name in sorted(names):
        for kind in _in_part(archive, name, macros=macros):
            for place in [name] if kind == _OTHER_PART else belongs.get(name, [""]):
                _note(losses, kind, place)
    return losses


def _note(losses: Losses, kind: str, place: str) -> None:
    places = losses.setdefault(kind, [])
    if place and place not in places:
        places.append(place)


def _worksheets(archive: ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Each worksheet's name and path."""
    for root in get_dependents(archive, "_rels/.rels"):
        if root.Type.endswith(_DOCUMENT) and root.target in names:
            relations = {one.id: one for one in get_dependents(archive, _relations_of(root.target))}
            for element in fromstring(archive.read(root.target)).iter():
                if str(element.tag).endswith("}sheet"):
                    key = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
                    relation = relations.get(key)
                    if relation and relation.Type.endswith(_WORKSHEET) and relation.target in names:
                        yield element.attrib.get("name", ""), relation.target


def _relations_of(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _reached(archive: ZipFile, start: str, names: set[str]) -> set[str]:
    """All parts that a part has relations to, directly or not."""
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        relations = _relations_of(ahead.pop())
        if relations in names:
            found = {one.target for one in get_dependents(archive, relations) if one.TargetMode != "External"}
            new = (found & names) - reached
            reached |= new
            ahead += sorted(new)
    return reached


def _in_worksheet(markup: bytes) -> Iterator[str]:
    for pattern, kind in _ELEMENTS:
        if re.search(rb"<(?:\w+:)?(?:" + pattern + rb")[\s/>]", markup):
            yield kind
    for found in _EXTENSION.finditer(markup, max(markup.rfind(b"</sheetData"), 0)):
        yield from filter(None, [dict(_EXTENSIONS).get(found[1].upper(), _OTHER_EXTENSION)])


def _in_part(archive: ZipFile, name: str, *, macros: bool) -> Iterator[str]:
    """What is lost of a part."""
    for pattern, kind in _PARTS:
        if re.match(pattern, name, re.IGNORECASE):
            yield kind
            return
    if name.lower().startswith("customui/") and macros:
        return
    if not _CARRIED.match(name):
        yield _OTHER_PART
    elif _TEXTS.match(name):
        yield from (kind for kind in _in_worksheet(archive.read(name)) if kind == "phonetics")
    elif _COMMENTS.match(name):
        content = archive.read(name)
        if len(_RUN.findall(content)) > len(_NOTE.findall(content)):
            yield "note-looks"
    elif name.lower().startswith("xl/drawings/"):
        yield from _in_drawing(archive.read(name), is_vml=name.lower().endswith(".vml"))


def _in_drawing(markup: bytes, *, is_vml: bool) -> Iterator[str]:
    if _SHAPE.search(markup):
        yield "shapes"
    if is_vml and _CONTROL.search(markup):
        yield "controls"
    if is_vml and _SHOWN_NOTE.search(markup):
        yield "note-looks"
