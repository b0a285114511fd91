"""Workbooks put together by hand from worksheets as XML: what programs write, and what none should."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A container of some entries."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as container:
        for name, text in parts.items():
            container.writestr(name, text)
    return content.getvalue()


def worksheet(rows: str = "", *, before: str = "", after: str = "", main: str = MAIN) -> str:
    """A worksheet with some rows as XML."""
    return f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def office(  # noqa: PLR0913 - each is a way in which workbooks differ
    sheet: str | bytes = "",
    *,
    texts: str | None = None,
    formats: Mapping[int, str] | None = None,
    since_1904: bool = False,
    strict: bool = False,
    state: str = "visible",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An .xlsx of one worksheet, whose styles show numbers in some formats; without a code it is built in."""
    main, relations = (STRICT_MAIN, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
    kinds = {"s1": ("worksheet", "worksheets/sheet1.xml"), "s2": ("styles", "styles.xml")}
    kinds |= {"s3": ("sharedStrings", "sharedStrings.xml")} if texts is not None else {}
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _related({"w": ("officeDocument", "xl/workbook.xml")}, relations),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><workbookPr date1904="{int(since_1904)}"/>'
            f'<sheets><sheet name="表" sheetId="1" state="{state}" r:id="s1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _related(kinds, relations),
        "xl/styles.xml": _styles(formats or {}, main),
        SHEET: sheet or worksheet(main=main),
    }
    if texts is not None:
        whole[TEXTS] = f'<sst xmlns="{main}">{texts}</sst>' if texts.startswith("<si") else texts
    return zipped(whole | dict(parts or {}))


def _related(kinds: Mapping[str, tuple[str, str]], relations: str) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{relations}/{kind}" Target="{target}"/>'
        for key, (kind, target) in kinds.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _styles(formats: Mapping[int, str], main: str) -> str:
    own = "".join(f'<numFmt numFmtId="{key}" formatCode="{code}"/>' for key, code in formats.items() if code)
    styles = "".join(f'<xf numFmtId="{key}"/>' for key in [0, *formats])
    return f'<styleSheet xmlns="{main}"><numFmts>{own}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'
