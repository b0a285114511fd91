"""Where each score of a result comes from: it was measured, rated or typed, or does not apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from perfcli.rules.models import Rubric
from perfcli.rules.roles import RATERS, Role
from perfcli.scoring.judgements import judge
from perfcli.scoring.results import Results, score_key

GIVEN = (Role.TARGET, Role.ACTUAL, *RATERS)
"""The roles of what a score may be computed from."""


class Origin(StrEnum):
    """What a score was made from."""

    MEASURED = "measured"
    RATED = "rated"
    TYPED = "typed"
    NOT_APPLICABLE = "not-applicable"


COMPUTED = frozenset((Origin.MEASURED, Origin.RATED))

_BY_PLACE = (Origin.NOT_APPLICABLE, Origin.MEASURED, Origin.RATED, Origin.TYPED)


def origins(results: Results, rubric: Rubric) -> Mapping[str, Sequence[Origin]]:
    """The origins of a team's scores: indicator id → one for each employee, in the order of rank."""
    frame = results.of_team(rubric.team)
    found: dict[str, Sequence[Origin]] = {}
    for indicator in rubric.indicators:
        judged = judge(frame, rubric, indicator, results.ruleset.policy)
        missing = frame[score_key(indicator.id)].isna().to_numpy()
        conditions = [missing, ~np.isnan(judged.measured), ~np.isnan(judged.rated)]
        places = np.select(conditions, range(len(conditions)), len(conditions))
        found[indicator.id] = [_BY_PLACE[place] for place in places.tolist()]
    return found
