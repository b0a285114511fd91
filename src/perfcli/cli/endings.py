"""That a command was told to end by a signal: it ends in order, and nothing is written any more."""

from __future__ import annotations

import signal
import sys

_numbers: list[int] = []


class Ended(BaseException):
    """The command was told to end by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def end_in_order() -> None:
    """Lets a command that is told to end do so as after Ctrl-C: no half file, no temporary one, no child."""

    def end(number: int, _frame: object) -> None:
        _numbers.append(number)
        sys.unraisablehook = _say_nothing
        if number != signal.SIGINT:
            signal.signal(number, signal.SIG_IGN)
        go_on()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if name in signal.Signals.__members__:  # Windows has no SIGHUP
            signal.signal(signal.Signals[name], end)


def go_on() -> None:
    """Ends a command that was told to and still runs, because compiled code swallowed what the signal raised.

    Pydantic does, for one: what is raised while it writes a number is passed over, and the number is gone.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
        Ended: another signal has come.
    """
    if _numbers and _numbers[0] == signal.SIGINT:
        raise KeyboardInterrupt
    if _numbers:
        raise Ended(_numbers[0])


def as_told() -> int:
    """The exit code of a command that was told to end, 0 where it was not."""
    return 128 + _numbers[0] if _numbers else 0


def _say_nothing(_unraisable: object) -> None:
    """What the signal raised and compiled code passed over is no news to anybody."""
