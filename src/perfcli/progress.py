"""How long work tells where it stands."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, int, int], None]
"""Takes a phase (``reading``, ``checking``, ``scoring``, ``writing``), how much is done, and of how much."""


def silent(phase: str, done: int, total: int) -> None:
    """Tells nobody."""
