"""Commands in processes that have imported everything already, so that a signal meets them at their work."""

from __future__ import annotations

import os
import sys
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path


@cache
def _server() -> ForkServerContext:
    context = get_context("forkserver")
    rooms = ("cli.main", "exports.formats", "files.isolation", "pipelines.pay", "pipelines.template")
    context.set_forkserver_preload([__name__, *(f"perfcli.{room}" for room in rooms)])
    return context


def forked(*words: object, folder: Path) -> BaseProcess:
    """A command that has begun, in a session of its own, and that says nothing."""
    command = _server().Process(target=_run, args=([*map(str, words), "--lang", "en"], folder))
    command.start()
    return command


def _run(words: list[str], folder: Path) -> None:
    from perfcli.cli.main import main

    os.setsid()
    os.chdir(folder)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    sys.argv = ["perf", *words]
    main()
