"""Loading the rules for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.rules.ruleset import Ruleset


def load_rules(chosen: Path | None, out: Output) -> Ruleset:
    """The rules that a command works with; says where they are from to those who want to know."""
    from perfcli.rules.loader import load_ruleset, rules_folder

    folder = rules_folder(chosen)
    out.detail("rules.used", folder=folder)
    return load_ruleset(folder)
