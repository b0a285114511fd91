"""A signal that compiled code swallows still keeps a command from writing."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from perfcli.cli import endings
from perfcli.cli.endings import Ended, end_in_order
from perfcli.cli.files import write_whole
from perfcli.cli.output import Output
from perfcli.text import Language


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_nothing_is_moved_into_place_once_a_signal_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "_numbers", [])
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        end_in_order()
        with suppress(Ended):
            os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Ended):
            write_whole(tmp_path / "new.csv", b"content", Output(Language.ENGLISH), force=False)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert list(tmp_path.iterdir()) == []
