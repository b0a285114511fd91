"""A result workbook read back: what perf wrote, and what stands in its cells now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from perfcli.errors import file_error
from perfcli.files import marks
from perfcli.files.reader import Book, Row
from perfcli.people.columns import BONUS_BASE, WITH_RESULTS, kept
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring.results import (
    ADJUSTMENT,
    IDENTITY,
    REASON,
    InputFile,
    not_applicable_key,
    role_key,
    score_key,
)

_FOLLOWED = {"bonus", "raises"}
"""Tables with something else below them, such as a sum and a place to sign."""


@dataclass(frozen=True)
class StoredTable:
    """A table of a result workbook or of a bonus.

    ``kind`` is ``ranking``, ``detail``, ``bonus``, ``payroll`` or ``raises``; ``team`` that of a detail;
    ``first_row`` and ``columns`` (key → column) count from 0; ``rows`` are the cells as they stand now.
    """

    kind: str
    team: str | None
    sheet: str
    first_row: int
    columns: Mapping[str, int]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Stored:
    """A workbook that perf made: its rules as sealed by perf, and its tables as they stand now."""

    name: str
    ruleset: Ruleset
    tables: Sequence[StoredTable]
    sealed: bool


@dataclass(frozen=True)
class StoredResults(Stored):
    """A result workbook with the scores that perf sealed.

    ``employees`` has the identity columns and what everyone was scored from (see ``score_employees``).
    """

    employees: pd.DataFrame
    inputs: tuple[InputFile, ...]
    period: str


def read_results(book: Book) -> StoredResults:
    """Reads a result workbook by its mark.

    Raises:
        FileError: ``not-a-result``, ``newer-result``, ``damaged-result``.
    """
    mark = book.mark
    if mark.get("kind") != marks.RESULT:
        raise file_error("not-a-result", book.name)
    if mark.get("schema") not in marks.READABLE_RESULTS:
        raise file_error("newer-result", book.name, version=mark.get("perf", "?"))
    try:
        rules = json.loads(mark["rules"])
        return StoredResults(
            name=book.name,
            ruleset=read_ruleset(rules),
            employees=_employees(json.loads(mark["employees"])),
            tables=read_tables(book),
            inputs=tuple(InputFile(**details) for details in json.loads(mark["inputs"])),
            period=mark["period"],
            sealed=mark.get("seal") == marks.seal(mark),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise file_error("damaged-result", book.name) from problem


def read_ruleset(rules: Mapping[str, Any]) -> Ruleset:
    """The rules as a mark holds them."""
    rubrics = {team: Rubric.model_validate(rubric) for team, rubric in rules["rubrics"].items()}
    files = {key: RuleFile(**details) for key, details in rules["files"].items()}
    return Ruleset(Policy.model_validate(rules[POLICY]), rubrics, files, rules.get("folder", ""))


def _employees(facts: Any) -> pd.DataFrame:
    """What everyone was scored from, as ``score_employees`` takes it."""
    if isinstance(facts, list):
        return _of_records(facts)
    others = [one.key for one in kept(WITH_RESULTS) if one.key in facts["identity"]]
    frame = pd.DataFrame({key: facts["identity"][key] for key in (*IDENTITY, *others)})
    for key, texts in facts["columns"].items():
        frame[key] = np.array([float(text or "nan") for text in texts], dtype=np.float64)
    for indicator, places in facts["not_applicable"].items():
        flags = np.zeros(len(frame), dtype=bool)
        flags[places] = True
        frame[not_applicable_key(indicator)] = flags
    if ADJUSTMENT in frame:
        frame[REASON] = facts["identity"][REASON]
    return frame


def _of_records(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The employees as the first two versions of the mark have them: a record for each."""
    left_out = {one: False for record in records for one in record.get("not_applicable", ())}
    flags = {not_applicable_key(one): out for one, out in left_out.items()}
    return pd.DataFrame([flags | _of_record(record) for record in records])


def _of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {key: record[key] for key in IDENTITY}
    row |= {score_key(indicator): np.float64(score) for indicator, score in record["scores"].items()}
    for indicator, roles in record.get("given", {}).items():
        row |= {role_key(indicator, Role(role)): np.float64(number) for role, number in roles.items()}
    row |= {not_applicable_key(one): True for one in record.get("not_applicable", ())}
    for key in (ADJUSTMENT, BONUS_BASE):
        if key in record:
            row[key] = np.float64(record[key])
    return row | ({REASON: str(record[REASON])} if REASON in record else {})


def read_tables(book: Book) -> list[StoredTable]:
    """The tables that a mark tells of, as they stand now."""
    return [_table(book, details) for details in json.loads(book.mark["tables"])]


def _table(book: Book, details: Mapping[str, Any]) -> StoredTable:
    grid = next((grid for grid in book.grids if grid.name == details["sheet"]), None)
    first = int(details["first_row"]) - 1
    last = first + int(details["rows"]) if details["table"] in _FOLLOWED else None
    columns = {key: int(column) - 1 for key, column in details["columns"].items()}
    rows = grid.rows[first:last] if grid else []
    return StoredTable(details["table"], details["team"], details["sheet"], first, columns, rows)
