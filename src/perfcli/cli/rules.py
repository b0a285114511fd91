"""Loading the rules for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.cli.passwords import Passwords
    from perfcli.files.reader import Access
    from perfcli.rules.ruleset import Ruleset


def load_rules(chosen: Path | None, out: Output) -> Ruleset:
    """The rules that a command works with; says where they are from, unless quiet."""
    from perfcli.rules.loader import load_ruleset, rules_folder, shipped
    from perfcli.text import Term

    folder = rules_folder(chosen)
    if not out.quiet:
        named = Term("rules.built-in") if folder == shipped("rubrics") else folder
        out.complain("rules.used", folder=named)
    return load_ruleset(folder)


def load_rules_or_sealed(
    chosen: Path | None, sealed_in: Path | None, passwords: Passwords, out: Output
) -> Ruleset:
    """The rules that a command works with, or those that are sealed in a result.

    Raises:
        UsageError: ``rules-given-twice``.
        DataError, FileError, RulesError: see ``sealed_rules`` and ``load_ruleset``.
    """
    from perfcli.errors import usage_error

    if sealed_in is None:
        return load_rules(chosen, out)
    if chosen is not None:
        raise usage_error("rules-given-twice")
    return passwords.unlock(lambda access, _: sealed_rules(sealed_in, access, out))


def sealed_rules(result: Path, access: Access, out: Output) -> Ruleset:
    """The rules that are sealed in a workbook of perf's own; says whose they are, unless quiet.

    Raises:
        DataError: ``seal-broken``.
        FileError: the file cannot be read, or perf did not make it.
    """
    from perfcli.errors import DataError
    from perfcli.findings import Place, error
    from perfcli.pipelines.score import read_books
    from perfcli.sealed.registry import read_stored
    from perfcli.text import Term

    (book,) = read_books([result], access)
    stored = read_stored(book)
    if not stored.is_intact:
        raise DataError([error("seal-broken", Place(book.name))])
    if not out.quiet:
        out.complain("rules.used", folder=Term("rules.sealed-in", {"file": book.name}))
    rules: Ruleset = stored.content.ruleset
    return rules
