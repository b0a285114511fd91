"""The products that there are, by the kinds in their marks. A new one is one line here."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from perfcli.errors import file_error

if TYPE_CHECKING:
    from perfcli.files.reader import Book
    from perfcli.sealed.products import Product, Stored

_HOMES = {
    "result": "perfcli.sealed.results:RESULTS",
    "rollup": "perfcli.sealed.rollups:ROLLUPS",
    "bonus": "perfcli.sealed.bonus:BONUS",
    "raise": "perfcli.sealed.raises:RAISES",
}
_registered: dict[str, Product[Any]] = {}


def kinds() -> Sequence[str]:
    """The kinds of all products; names alone, as loading one takes a while."""
    return [*dict.fromkeys((*_HOMES, *_registered))]


def register(product: Product[Any]) -> None:
    """Adds a product, as if it were one of perf's own."""
    _registered[product.kind] = product


def unregister(product: Product[Any]) -> None:
    """Takes a product away again that was added."""
    del _registered[product.kind]


def product_of(kind: str) -> Product[Any] | None:
    """The product of a kind; None where there is none."""
    if kind in _HOMES and kind not in _registered:
        module, _, name = _HOMES[kind].partition(":")
        _registered[kind] = getattr(import_module(module), name)
    return _registered.get(kind)


def read_stored(book: Book) -> Stored[Any]:
    """Reads a workbook that perf made, whatever it holds.

    Raises:
        FileError: ``not-a-result``, ``newer-result``, ``damaged-result``.
    """
    from perfcli.sealed.products import read_product

    product = product_of(book.mark.get("kind", ""))
    if product is None:
        raise file_error("not-a-result", book.name)
    return read_product(product, book)
