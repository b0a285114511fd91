"""How long work tells where it stands."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Takes a phase (``reading``, ``checking``, …), how much of it is done, and the file at hand.

    Where ``total`` is 0, nobody knows how much there is.
    """

    def __call__(self, phase: str, done: int = 0, total: int = 0, file: str = "") -> None:
        """Tells it."""


def silent(phase: str, done: int = 0, total: int = 0, file: str = "") -> None:
    """Tells nobody."""
