"""XML parts of a workbook, read with a parser that knows nothing of their meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn
from xml.parsers import expat

from perfcli.files.sheet import Refusal

MAX_DEPTH = 100

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]


def parse(
    markup: bytes, start: Start, end: End | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Parses XML and calls what is given for each start tag, end tag and text; names come without prefixes.

    Raises:
        Refusal: ``damaged-workbook`` where it is not well-formed, ``unsafe-content`` where it declares a
            document type or elements lie deeper in each other than any program puts them.
    """
    depth = 0

    def enter(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Refusal("unsafe-content")
        start(bare(name), _without_prefixes(attributes))

    def leave(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(bare(name))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    with _well_formed():
        parser.Parse(markup, True)  # noqa: FBT003 - the function takes no keywords


def check_form(markup: bytes) -> None:
    """Refuses XML that is not well-formed or too deep.

    Raises:
        Refusal: as ``parse``.
    """
    parse(markup, lambda _name, _attributes: None)


def bare(name: str) -> str:
    """A name without its prefix: ``x:row`` → ``row``."""
    return name.rpartition(":")[2]


def _without_prefixes(attributes: Attributes) -> Attributes:
    """Attributes by their bare names; one that has no prefix goes before its namesakes."""
    if not any(":" in key for key in attributes):
        return attributes
    return {bare(key): value for key, value in attributes.items() if ":" in key} | {
        key: value for key, value in attributes.items() if ":" not in key
    }


def escape(text: str) -> str:
    """A text as it stands between tags or in an attribute."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        text = text.replace(sign, written)
    return text


def unescape(text: str) -> str:
    """The counterpart of ``escape``."""
    for sign, written in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&apos;"), ("&", "&amp;")):
        text = text.replace(written, sign)
    return text


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value is not None and value.strip().lower() in {"1", "true", "on"}


def _refuse(*_: object) -> NoReturn:
    raise Refusal("unsafe-content")


@contextmanager
def _well_formed() -> Iterator[None]:
    try:
        yield
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise Refusal("damaged-workbook") from problem
