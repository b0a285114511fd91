"""What perf writes and reads back: one protocol for results, bonuses, raises and all that comes later."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

import pandas as pd

from perfcli.errors import file_error
from perfcli.files.reader import Book
from perfcli.findings import Finding
from perfcli.progress import Tell, silent
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.omissions import partial_note
from perfcli.scoring.results import InputFile
from perfcli.sealed.mark import SEAL, digest, former_digest, make_mark
from perfcli.sealed.tables import StoredTable, read_tables
from perfcli.text import Term, Wording
from perfcli.workbooks.base.marks import write_mark
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter

if TYPE_CHECKING:
    from perfcli.rewards.payroll import Columns, PayrollTable


class Content(Protocol):
    """What stands in a product: at least a table with ``employee_id, name`` and ``team``, and its rules."""

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each employee."""
        ...

    @property
    def ruleset(self) -> Ruleset:
        """The rules by which it was made."""
        ...

    @property
    def period(self) -> str:
        """The period that it is about; empty where it has none."""
        ...

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """The files that it was made from."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was remarkable."""
        ...


C = TypeVar("C", bound=Content)


@dataclass(frozen=True)
class StepsTable:
    """A small table of an explanation; ``rows`` are texts, each with whether it stands out."""

    headers: Sequence[str]
    rows: Sequence[tuple[Sequence[str], bool]]
    numeric: Sequence[int] = ()


@dataclass(frozen=True)
class Part:
    """Another workbook of perf's in which a part of an employee's row is explained."""

    key: str
    file: InputFile


@dataclass(frozen=True)
class Steps:
    """How one employee's row came about: for people a title, perhaps a table, and lines; or a record.

    ``parts`` are the workbooks that tell more.
    """

    title: str
    lines: Sequence[str]
    record: Mapping[str, object]
    table: StepsTable | None = None
    parts: Sequence[Part] = ()


class Product(ABC, Generic[C]):
    """One kind of thing that perf writes and reads back."""

    kind: ClassVar[str]
    """The word in the mark, and in the names of its files: ``sheet.<kind>.xlsx``."""

    schema: ClassVar[str]
    """The version of the record that is written."""

    former_schemas: ClassVar[Sequence[str]] = ()
    """Versions that are read too, whose seal covered less (see ``mark.former_digest``)."""

    tables: ClassVar[Sequence[str]]
    """The kinds of tables that each workbook has."""

    followed: ClassVar[Sequence[str]] = ()
    """The kinds of tables below which something else stands, such as a sum and a place to sign."""

    paid_by: ClassVar[str | None] = None
    """The key of the column by which money is paid, without which no export is whole."""

    @abstractmethod
    def sheets(self, content: C, wording: Wording) -> tuple[WorkbookWriter, Sequence[TablePlace]]:
        """A workbook with its visible sheets, and where its tables of employees stand."""

    @abstractmethod
    def record(self, content: C) -> Mapping[str, object]:
        """What is sealed, as plain values by key; everything else can be computed from it."""

    @abstractmethod
    def read(self, record: Mapping[str, Any], period: str) -> C:
        """The content of a record, computed again.

        Raises:
            KeyError, TypeError, ValueError, AttributeError, ArithmeticError: the record is damaged.
        """

    def left_out(self, content: C) -> pd.DataFrame:
        """Whom an error kept from being scored, so that they are not in it (see ``scoring.omissions``)."""
        del content
        return pd.DataFrame()

    @abstractmethod
    def explain(self, content: C, employee_id: str, wording: Wording) -> Steps:
        """How the row of an employee came about."""

    @abstractmethod
    def allowed_columns(self, content: C) -> Sequence[str]:
        """The keys of the columns that an export may have."""

    @abstractmethod
    def usual_columns(self, content: C, wording: Wording) -> Columns:
        """The columns of an export where nobody chose others."""

    @abstractmethod
    def flat_table(self, content: C, wording: Wording, columns: Columns) -> PayrollTable:
        """The flat table that other systems import."""

    def workbook(self, content: C, wording: Wording, tell: Tell = silent) -> bytes:
        """The bytes of an .xlsx file; the same content gives the same bytes."""
        book, tables = self.sheets(content, wording)
        facts = {**self.record(content), "tables": [table.record() for table in tables]}
        write_mark(book, make_mark(self.kind, self.schema, wording, content.period, facts))
        return book.finish(tell)


_DAMAGE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What reading a record that is damaged ends in."""


@dataclass(frozen=True)
class Stored(Generic[C]):
    """A product's workbook: what its record gives, and its tables as they stand now."""

    product: Product[C]
    name: str
    sha256: str
    content: C
    tables: Sequence[StoredTable]
    is_intact: bool
    """Whether the seal is that of what the mark says."""

    @property
    def left_out(self) -> pd.DataFrame:
        """Whom an error kept from being scored."""
        return self.product.left_out(self.content)

    @property
    def partial(self) -> Term | None:
        """What has to be said of it where it leaves somebody out."""
        return partial_note(len(self.content.frame), self.left_out)


def read_product(product: Product[C], book: Book) -> Stored[C]:
    """Reads the workbook of a product.

    Raises:
        FileError: ``newer-result``, ``damaged-result``.
    """
    mark = book.mark
    schema = mark.get("schema", "")
    if schema not in {product.schema, *product.former_schemas}:
        raise file_error("newer-result", book.name, version=mark.get("perf", "?"))
    try:
        record = {key: json.loads(mark[key]) for key in _facts(mark)}
        tables = read_tables(book, record["tables"], product)
        content = product.read(record, mark["period"])
        if unknown := {key for table in tables for key in table.columns} - {*content.frame}:
            raise KeyError(*unknown)
    except _DAMAGE as problem:
        raise file_error("damaged-result", book.name) from problem
    expected = digest(mark) if schema == product.schema else former_digest(mark)
    return Stored(product, book.name, book.sha256, content, tables, mark.get(SEAL) == expected)


def _facts(mark: Mapping[str, str]) -> list[str]:
    """The keys whose values are JSON."""
    return [key for key in mark if key not in {"kind", "schema", "perf", "language", "period", SEAL}]
