"""The command as a user types it, with an environment, a folder and streams of its own.

It runs in this process: to start Python and pandas takes ten times as long as most commands. That each also
works in a process of its own is proved where the README is followed, and in ``test_processes.py``.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from perfcli.cli.main import expand_wildcards, run
from perfcli.cli.output import be_lenient

ROOT = Path(__file__).parents[2]
ENGLISH = {"PERF_LANG": "en", "COLUMNS": "120"}


class Ran:
    """What a command said and how it ended."""

    def __init__(self, code: int, out: bytes, err: bytes, encoding: str = "utf-8") -> None:
        self.code = code
        self.out = out.decode(encoding, "replace").replace("\r\n", "\n")
        self.err = err.decode(encoding, "replace").replace("\r\n", "\n")
        assert "Traceback" not in self.out + self.err, self.err


def perf(*words: object, folder: Path | None = None, encoding: str = "utf-8", **environment: str) -> Ran:
    """Runs ``perf`` in English, unless told otherwise."""
    out, err = BytesIO(), BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder or ROOT)
        for variable in [key for key in os.environ if key.startswith("PERF_")]:
            patch.delenv(variable)
        for variable, value in {**ENGLISH, **environment}.items():
            patch.setenv(variable, value)
        patch.setattr(sys, "stdin", StringIO())
        patch.setattr(sys, "stdout", TextIOWrapper(out, encoding, write_through=True))
        patch.setattr(sys, "stderr", TextIOWrapper(err, encoding, write_through=True))
        patch.setattr(sys, "argv", ["perf", *map(str, words)])
        be_lenient()
        try:
            code = run(expand_wildcards(sys.argv[1:]))
        except SystemExit as ended:  # so does the completion of a shell
            code = int(ended.code or 0)
        return Ran(code, out.getvalue(), err.getvalue(), encoding)
