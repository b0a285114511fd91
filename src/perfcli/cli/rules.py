"""Loading the rules for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfcli.cli.output import Output
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
