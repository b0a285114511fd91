"""Writes ``docs/commands.md`` from the help of every command, so that the page cannot say anything else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("commands.md")
COMMANDS = (
    "",
    "init",
    "rubric",
    "rubric list",
    "rubric show",
    "rubric check",
    "rubric schema",
    "roster",
    "roster check",
    "roster template",
    "template",
    "map",
    "check",
    "score",
    "rollup",
    "explain",
    "verify",
    "bonus",
    "raise",
    "export",
)
HEAD = """\
# Commands

Made from `--help` by `make docs`. Every command speaks Traditional Chinese, Simplified Chinese and English:
`--lang`, else `PERF_LANG`, else `language:` in `policy.yaml`, else the computer's language, else Traditional
Chinese.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | the score sheets have errors, or a result was changed by hand |
| 2 | the command line is not right |
| 3 | the rules have errors |
| 4 | a file cannot be read or written |
| 70 | a fault of perf's own |

`NO_COLOR` turns colours off. `--json` prints the result alone on stdout and writes the workbook all the
same; what else there is to say goes to stderr.
"""


def page() -> str:
    """The page as it should be."""
    return HEAD + "".join(
        f"\n## perf {command}".rstrip() + f"\n\n```\n{_help(command)}\n```\n" for command in COMMANDS
    )


def _help(command: str) -> str:
    words = [sys.executable, "-m", "perfcli", *command.split(), "--help"]
    environment = {
        **os.environ,
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        "PERF_LANG": "en",
    }
    environment.pop("FORCE_COLOR", None)
    shown = subprocess.run(words, env=environment, capture_output=True, check=True, encoding="utf-8")  # noqa: S603 our own command
    return "\n".join(line.rstrip() for line in shown.stdout.splitlines()).strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
