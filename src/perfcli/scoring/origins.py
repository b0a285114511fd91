"""Where a score came from: decided once, when it is judged, and kept beside it in the results."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd


class Origin(StrEnum):
    """What made a score what it is; a rater's where only that one's score counts.

    A rater of the company's own who is alone is among ``RATERS``.
    """

    NOT_APPLICABLE = "not-applicable"
    MEASURED = "measured"
    SELF = "self"
    PEER = "peer"
    SUPERIOR = "superior"
    RATERS = "raters"
    LEVEL = "level"
    TYPED = "typed"


RATED = (Origin.SELF, Origin.PEER, Origin.SUPERIOR, Origin.RATERS)
COMPUTED = (Origin.MEASURED, *RATED)
STATED = (Origin.LEVEL, Origin.TYPED)
"""A person typed the score, as a number or as the word of a level."""

ORIGINS = pd.CategoricalDtype([one.value for one in Origin])
"""The type of a column of origins: a byte for each score; missing where there is none."""
