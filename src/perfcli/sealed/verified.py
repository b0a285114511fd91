"""Result workbooks that were written before: computed anew from what they hold, and compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from perfcli.errors import DataError
from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, error
from perfcli.progress import Tell, silent
from perfcli.scoring.results import InputFile, Results
from perfcli.scoring.scorer import score_employees
from perfcli.sealed.edits import edited_frame
from perfcli.sealed.stored_results import StoredResults, read_results
from perfcli.sealed.verification import changed_cells


@dataclass(frozen=True)
class Verified:
    """Result workbooks that money may follow, as one; ``edits`` are changes by hand that were accepted.

    ``results.inputs`` are the workbooks; who has a result in two stands twice in ``results.frame``.
    """

    results: Results
    edits: tuple[Finding, ...] = ()


def verify_results(books: Sequence[Book], *, accept_edited: bool, tell: Tell = silent) -> Verified:
    """Result workbooks of one period, each still what perf wrote, or accepted as it was changed.

    Raises:
        DataError: a workbook was changed by hand (the findings of ``changed_cells``), or they are of several
            periods (``results-of-periods``) or have different grades (``results-of-rules``).
        FileError: a workbook is not a result.
    """
    found: list[Results] = []
    changes: list[Finding] = []
    for done, book in enumerate(books):
        tell("verifying", done, len(books), book.name)
        stored = read_results(book)
        results = replace(recompute(stored), inputs=(InputFile(book.name, book.sha256),))
        if changed := list(changed_cells(stored, results.frame)):
            changes += changed
            if accept_edited:
                results = replace(results, frame=edited_frame(stored, results.frame, changed))
        found.append(results)
    if changes and not accept_edited:
        raise DataError(changes, "bonus.nothing-written")
    return Verified(_as_one(found), tuple(changes))


def recompute(stored: StoredResults) -> Results:
    """What the sealed scores and rules of a result workbook give."""
    frame = score_employees(stored.employees, stored.ruleset.rubrics, stored.ruleset.policy)
    return Results(frame, stored.ruleset, inputs=stored.inputs, period=stored.period)


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
    return Results(frame, ruleset, inputs=inputs, period=first.period)
