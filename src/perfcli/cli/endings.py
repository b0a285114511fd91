"""That a command was told to end by a signal: it ends in order, and nothing is moved into place any more."""

from __future__ import annotations

import signal

_numbers: list[int] = []


class Ended(BaseException):
    """The command was told to end by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def end_in_order() -> None:
    """Lets a command that is told to end do so as after Ctrl-C: no half file, no temporary one, no child."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)
        _numbers.append(number)
        raise Ended(number)

    for name in ("SIGTERM", "SIGHUP"):
        if name in signal.Signals.__members__:  # Windows has no SIGHUP
            signal.signal(signal.Signals[name], end)


def go_on() -> None:
    """Ends a command that was told to and still runs: compiled code may swallow what the signal raised.

    Raises:
        Ended: a signal has come.
    """
    if _numbers:
        raise Ended(_numbers[0])
