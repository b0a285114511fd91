"""Workbooks that perf wrote, opened again: what their records give, and which cells were changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from perfcli.errors import DataError, file_error
from perfcli.files.reader import Access, Book
from perfcli.findings import Finding, Place, error
from perfcli.pipelines.score import read_books
from perfcli.progress import Tell, silent
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import InputFile, Results
from perfcli.scoring.rollups import Rollup
from perfcli.sealed.edits import edited_frame
from perfcli.sealed.products import Part, Stored
from perfcli.sealed.registry import read_stored
from perfcli.sealed.verification import changed_cells


@dataclass(frozen=True)
class Opened:
    """A workbook of perf's own, computed again, and the cells that were changed by hand."""

    stored: Stored[Any]
    changes: Sequence[Finding]


def open_product(path: Path, access: Access, tell: Tell = silent) -> Opened:
    """A workbook of results, bonuses, raises or another product.

    Raises:
        FileError: the file cannot be read, or is none of them.
    """
    (book,) = read_books([path], access, tell)
    tell("verifying", file=book.name)
    stored = read_stored(book)
    return Opened(stored, list(changed_cells(stored)))


def open_part(folder: Path, part: Part, access: Access) -> Opened | None:
    """The workbook of a part, where it lies in a folder as it was when it was rolled up; else None.

    Raises:
        FileError: the file cannot be read.
    """
    path = folder / part.file.name
    if not path.is_file():
        return None
    opened = open_product(path, access)
    return opened if opened.stored.sha256 == part.file.sha256 else None


def open_results(book: Book) -> Stored[Any]:
    """A workbook of results, or a roll-up of them.

    Raises:
        FileError: ``not-a-result``, or as ``read_stored``.
    """
    stored = read_stored(book)
    if not isinstance(stored.content, Results | Rollup):
        raise file_error("not-a-result", book.name)
    return stored


@dataclass(frozen=True)
class Verified:
    """Result workbooks that money may follow, as one; ``edits`` are changes by hand that were accepted.

    ``results.inputs`` are the workbooks; who has a result in two has two rows in ``results.frame``.
    ``made_by`` has the name of each workbook and the rules that are sealed in it.
    """

    results: Results
    edits: tuple[Finding, ...] = ()
    made_by: tuple[tuple[str, Ruleset], ...] = ()


def verify_results(books: Sequence[Book], *, accept_edited: bool, tell: Tell = silent) -> Verified:
    """Result workbooks of one period, each still what perf wrote, or accepted as it was changed.

    Raises:
        DataError: a workbook was changed by hand (the findings of ``changed_cells``), they are of several
            periods (``results-of-periods``) or have different grades (``results-of-rules``), or one is rolled
            up in another (``rolled-up-already``).
        FileError: a workbook is neither a result nor a roll-up.
    """
    found: list[Results] = []
    rolled: dict[str, str] = {}
    changes: list[Finding] = []
    for done, book in enumerate(books):
        tell("verifying", done, len(books), book.name)
        stored = open_results(book)
        content = stored.content.results if isinstance(stored.content, Rollup) else stored.content
        if isinstance(stored.content, Rollup):
            rolled[content.period] = book.name
        results = replace(content, inputs=(InputFile(book.name, book.sha256),))
        if changed := list(changed_cells(stored)):
            changes += changed
            if accept_edited:
                results = replace(results, frame=edited_frame(stored, changed))
        found.append(results)
    if changes and not accept_edited:
        raise DataError(changes, "bonus.nothing-written")
    if twice := [one for one in found if rolled.get(one.period, one.inputs[0].name) != one.inputs[0].name]:
        values = [(one.inputs[0].name, rolled[one.period]) for one in twice]
        raise DataError([error("rolled-up-already", Place(name), other=other) for name, other in values])
    made_by = tuple((one.inputs[0].name, one.ruleset) for one in found)
    return Verified(_as_one(found), tuple(changes), made_by)


def _as_one(found: Sequence[Results]) -> Results:
    """Several results as one; ranks are those of each."""
    first = found[0]
    for other in found[1:]:
        file = other.inputs[0].name
        if other.period != first.period:
            values = {
                "period": other.period or "–",
                "first": first.period or "–",
                "other": first.inputs[0].name,
            }
            raise DataError([error("results-of-periods", Place(file), **values)])
        if other.ruleset.policy.grades != first.ruleset.policy.grades:
            raise DataError([error("results-of-rules", Place(file), other=first.inputs[0].name)])
    frame = pd.concat([one.frame for one in found], ignore_index=True) if len(found) > 1 else first.frame
    rubrics = {team: rubric for one in reversed(found) for team, rubric in one.ruleset.rubrics.items()}
    files = {key: file for one in reversed(found) for key, file in one.ruleset.files.items()}
    ruleset = replace(first.ruleset, rubrics=rubrics, files=files)
    inputs = tuple(sorted((one.inputs[0] for one in found), key=str))
    left_out = pd.concat([one.left_out for one in found], ignore_index=True)
    if len(left_out):  # who was scored apart is not left out
        left_out = left_out[~left_out["employee_id"].isin(set(frame["employee_id"]))]
    return Results(frame, ruleset, inputs=inputs, period=first.period, left_out=left_out)
