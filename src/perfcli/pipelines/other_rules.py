"""Whose rules hold: those in use, or those by which a sheet or a result was made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from perfcli.errors import DataError
from perfcli.files import marks
from perfcli.files.reader import Book
from perfcli.findings import Finding, Place, error, warning
from perfcli.rules.differences import Difference, are_same, differences, differences_of_days, said
from perfcli.rules.ruleset import POLICY, Ruleset

OTHER_RULES = "other-rules"
"""The code of the error that may be accepted."""


def check_books(books: Iterable[Book], ruleset: Ruleset, accept: Collection[str]) -> list[Finding]:
    """That sheets were made by a company's own rules while the built-in ones are in use, if it is accepted.

    Raises:
        DataError: ``other-rules``, where it is not.
    """
    if not ruleset.is_built_in:
        return []
    own = [
        (book.name, book.mark["rules"])
        for book in books
        if book.mark.get("kind") == marks.TEMPLATE and book.mark.get("rules")
    ]
    return _refused_or_said(own, accept)


def rules_of_pay(
    made: Sequence[tuple[str, Ruleset]], ruleset: Ruleset, parts: Sequence[str], accept: Collection[str]
) -> tuple[Ruleset, list[Finding]]:
    """The rules by which results are paid, and in what they differ from those that the results were made by.

    ``made`` are the files of the results with their rules. They are paid by the rules in use; but where these
    are the built-in ones, a result that was made by built-in rules is paid by the policy that is sealed in
    it, whichever version of perf it is from.

    Findings: the warnings ``other-rules``, ``sealed-rules`` and ``pay-rules-changed``.

    Raises:
        DataError: ``other-rules``; ``results-of-rules``, where results have different rules sealed in them.
    """
    if ruleset.is_built_in and all(own.is_built_in for _, own in made):
        first_name, first = made[0]
        for name, own in made[1:]:
            if _between(first, own, parts):
                raise DataError([error("results-of-rules", Place(name), other=first_name)])
        same = first.files[POLICY].sha256 == ruleset.files[POLICY].sha256  # then it knows more lines
        files = ruleset.files if same else {**ruleset.files, POLICY: first.files[POLICY]}
        sealed = replace(ruleset, policy=first.policy, files=files, calendar=first.calendar)
        changes = _changes(made[:1], ruleset, parts)
        return sealed, [warning("sealed-rules", place, changes=changed) for place, changed in changes]
    findings: list[Finding] = []
    if ruleset.is_built_in:
        others = [
            (name, own.folder)
            for name, own in made
            if not own.is_built_in and not are_same(own, ruleset, own.rubrics)
        ]
        findings += _refused_or_said(others, accept)
    for place, changed in _changes(made, ruleset, parts):
        findings.append(warning("pay-rules-changed", place, changes=changed))
    return ruleset, findings


def _refused_or_said(made: Sequence[tuple[str, str]], accept: Collection[str]) -> list[Finding]:
    """A finding for each file that was made by the rules of a folder."""
    if made and OTHER_RULES not in accept:
        found = [error("other-rules", Place(name), folder=folder) for name, folder in made]
        raise DataError(found, "bonus.nothing-written")
    return [warning("other-rules", Place(name), folder=folder) for name, folder in made]


def _changes(
    made: Sequence[tuple[str, Ruleset]], ruleset: Ruleset, parts: Sequence[str]
) -> Iterator[tuple[Place, list[object]]]:
    """In what the rules in use differ from those of results, in words; the same differences come once."""
    every: list[list[Difference]] = []
    for name, own in made:
        found = _between(own, ruleset, parts)
        if found and found not in every:
            every.append(found)
            yield Place(name), said(found)


def _between(old: Ruleset, new: Ruleset, parts: Sequence[str]) -> list[Difference]:
    """In what two sets of rules differ in some parts of the policy, and in the days of a bonus."""
    of_days = differences_of_days(old, new) if "bonus" in parts else []
    return [*differences(old.policy, new.policy, parts), *of_days]
