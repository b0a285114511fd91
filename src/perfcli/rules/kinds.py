"""The kinds of sheets of an appraisal, in the order of the process (policy, section 6)."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a sheet is for: agreeing targets, recording the days, judging oneself, scoring."""

    PLAN = "plan"
    RECORD = "record"
    SELF = "self"
    SCORE = "score"
