"""A signal that compiled code swallows still keeps a command from writing."""

from __future__ import annotations

import os
import signal
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from perfcli.cli import endings
from perfcli.cli.endings import Ended, end_in_order
from perfcli.cli.files import write_whole
from perfcli.cli.output import Output
from perfcli.text import Language


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "ending"),
    [(signal.SIGTERM, Ended), (signal.SIGHUP, Ended), (signal.SIGINT, KeyboardInterrupt)],
)
def test_nothing_is_written_once_a_signal_has_come_that_compiled_code_swallowed(
    number: signal.Signals,
    ending: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Told(Decimal):
        """A number that is told to end while it is written."""

        def __str__(self) -> str:
            os.kill(os.getpid(), number)
            return "1"

    monkeypatch.setattr(endings, "_numbers", [])
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    all_of_them = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {one: signal.getsignal(one) for one in all_of_them}
    out = Output(Language.ENGLISH)
    try:
        end_in_order()
        written = TypeAdapter(Decimal).dump_json(Told(1))
        assert written != b'"1"'  # what was raised is gone, and so is the number
        with pytest.raises(ending):
            write_whole(tmp_path / "new.csv", b"content", out, force=False)
        with pytest.raises(ending):
            out.json({})
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""
