"""What a column of an indicator holds: a column is an indicator and a role."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The role of a column. A bare indicator name means the score."""

    TARGET = "target"
    ACTUAL = "actual"
    SELF = "self"
    PEER = "peer"
    SUPERIOR = "superior"
    SCORE = "score"
    NOTE = "note"


RATERS = (Role.SELF, Role.PEER, Role.SUPERIOR)
"""Who judges, in the order in which they do (policy, section 6)."""

GIVEN = (Role.TARGET, Role.ACTUAL, *RATERS)
"""What a score may be computed from, in the order in which it is shown."""
