"""One score for each indicator of each employee, from all that the sheets say about it.

What can be computed from target and actual counts first, then the raters' scores by the weights of the policy
(section 6), then a score that was typed. Where several are there, the sheets are checked for whether they
agree. Where each score comes from is decided here, once in a run, and stays beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli import exact
from perfcli.exact import Floats
from perfcli.rules.models import Indicator, Policy, Rubric
from perfcli.rules.raters import Raters
from perfcli.rules.roles import Role
from perfcli.scoring.measures import Flags, Scale, agreed_targets, attainments, measured_scores
from perfcli.scoring.origins import ORIGINS, STATED, Origin
from perfcli.scoring.results import (
    attainment_key,
    not_applicable_key,
    origin_key,
    rater_keys,
    role_key,
    score_key,
    stated_weight_key,
    typed_key,
)
from perfcli.scoring.scales import typed_scale


@dataclass(frozen=True)
class Judgements:
    """What is known of one indicator, a number for each employee; NaN where there is none.

    ``given`` holds what stands in the sheets by role (targets with the measure's own where that was used;
    scores as they count, whatever the scale on which they are typed), of several raters of a kind the mean;
    ``several`` is what each of those gave, by column of the frame; ``attainment`` is in percent. ``scores``
    is what counts: ``measured``, else ``rated``, else typed; ``origins`` says which. ``typed`` is what
    persons gave where they typed it on another scale, by column of the frame, of several their mean on it.
    """

    given: Mapping[Role, Floats]
    several: Mapping[str, Floats]
    attainment: Floats
    measured: Floats
    rated: Floats
    scores: Floats
    not_applicable: Flags
    origins: pd.Categorical
    typed: Mapping[str, Floats]

    def came_from(self, origins: Collection[Origin]) -> Flags:
        """Whether each score has one of some origins."""
        return np.asarray(self.origins.isin([*origins]), dtype=np.bool_)

    def each_of(self, identifier: str, role: Role) -> Mapping[int, Floats]:
        """What each of several raters of a kind gave, counted from 1, or under 0 what the only one did."""
        keys = rater_keys(self.several, identifier, role)
        return {int(key.rpartition(".")[2]): self.several[key] for key in keys} or {0: self.given[role]}

    def columns(self, identifier: str) -> Mapping[str, Floats]:
        """The numbers that a result keeps, by their keys in it; what nobody has is left out.

        What persons gave is on the scale on which they typed it.
        """
        said = {role_key(identifier, role): self.given[role] for role in self.given if role is not Role.SCORE}
        said |= {attainment_key(identifier): self.attainment, **self.several}
        if self.typed:
            stated = self.came_from(STATED)
            said |= {key: numbers for key, numbers in self.typed.items() if key != score_key(identifier)}
            said[typed_key(identifier)] = np.where(stated, self.typed[score_key(identifier)], np.nan)
        known = {key: numbers for key, numbers in said.items() if not np.isnan(numbers).all()}
        return {**known, score_key(identifier): np.where(self.not_applicable, np.nan, self.scores)}


TeamJudgements = Mapping[str, Judgements]
"""The judgements of a team, by indicator."""


def judge_employees(employees: pd.DataFrame, rubrics: Mapping[str, Rubric], policy: Policy) -> pd.DataFrame:
    """Employees of any teams with what counts for them: see ``with_judgements``.

    ``employees`` has the identity columns and, for the indicators of each row's team, numbers under
    ``<indicator>.<role>`` for the roles that are known (see ``Role``; NaN where nothing was given) and flags
    under ``<indicator>.not_applicable``, own weights under ``<indicator>.stated_weight``; also
    ``adjustment`` (points), ``adjustment_reason`` and the columns of a person that are kept with results (see
    ``people.columns``), if any.
    """
    judged = {
        str(team): judge_team(group, rubrics[str(team)], policy) for team, group in employees.groupby("team")
    }
    return with_judgements(employees, judged)


def judge_team(employees: pd.DataFrame, rubric: Rubric, policy: Policy) -> TeamJudgements:
    """The judgements of all indicators of one team's employees."""
    return {one.id: judge(employees, rubric, one, policy) for one in rubric.indicators}


def with_judgements(employees: pd.DataFrame, judged: Mapping[str, TeamJudgements]) -> pd.DataFrame:
    """Employees with what counts in place of what the sheets say of indicators, by team.

    For each indicator that is ``<indicator>.target, .actual, .self, .peer, .superior, .attainment``, that of
    each rater of the company's own by its key, and ``.peer.1`` and so on for each of several raters, where
    anybody has such a number, ``.score`` (NaN where it does not apply) and the score's ``.origin``.
    """
    count, team = len(employees), employees["team"].to_numpy()
    numbers: dict[str, Floats] = {}
    origins: dict[str, npt.NDArray[np.int8]] = {}
    for name, of_team in judged.items():
        places = np.flatnonzero(team == name)
        for identifier, one in of_team.items():
            for key, column in one.columns(identifier).items():
                numbers.setdefault(key, np.full(count, np.nan))[places] = column
            unknown = np.full(count, -1, dtype=np.int8)
            origins.setdefault(origin_key(identifier), unknown)[places] = one.origins.codes
    columns = {key: pd.Categorical.from_codes(codes, dtype=ORIGINS) for key, codes in origins.items()}
    stated = stated_weight_key("")
    others = employees[[key for key in employees if "." not in str(key) or str(key).endswith(stated)]]
    found = pd.DataFrame({**numbers, **columns}, index=employees.index)
    return pd.concat([others, found], axis=1)


def judge(employees: pd.DataFrame, rubric: Rubric, indicator: Indicator, policy: Policy) -> Judgements:
    """The judgements of one indicator of one team's employees (see ``judge_employees`` for the columns)."""
    raters = policy.raters.roles
    given: dict[Role, Floats] = {
        role: _column(employees, role_key(indicator.id, role))
        for role in (Role.TARGET, Role.ACTUAL, *raters, Role.SCORE)
    }
    scale = Scale(rubric.full_marks(indicator), policy.rounding.score_decimals)
    own_scale = typed_scale(rubric, indicator, scale.decimals)
    typed = {role_key(indicator.id, role): given[role] for role in (Role.SCORE, *raters)}
    given |= {role: own_scale.counted(given[role]) for role in (Role.SCORE, *raters)}
    several: dict[str, Floats] = {}
    for role, least in policy.raters.least().items():
        every = rater_keys(employees, indicator.id, role)
        if every:
            typed |= {key: _column(employees, key) for key in every}
            each = {key: own_scale.counted(typed[key]) for key in every}
            given[role] = mean_scores([*each.values()], least, scale.decimals)
            typed[role_key(indicator.id, role)] = own_scale.typed(given[role])
            several |= each
    measure = indicator.measure
    measured = measured_scores(measure, scale, given[Role.TARGET], given[Role.ACTUAL])
    rated = rated_scores(policy.raters, {rater: given[rater] for rater in raters}, scale.decimals)
    computed = np.where(np.isnan(measured), rated, measured)
    targets = np.where(np.isnan(measured), given[Role.TARGET], agreed_targets(measure, given[Role.TARGET]))
    scores = np.where(np.isnan(computed), given[Role.SCORE], computed)
    not_applicable = _flags(employees, not_applicable_key(indicator.id))
    there = {rater: ~np.isnan(rated) & ~np.isnan(given[rater]) for rater in policy.raters.weights()}
    full = rubric.full_marks(indicator)
    words = {one for one in measure.words(full).values() if measure.typed_word(one, full)}
    levels = own_scale.counted(np.array([float(rubric.as_typed(indicator, one)) for one in words]))
    origins = {
        Origin.NOT_APPLICABLE: not_applicable,
        Origin.MEASURED: ~np.isnan(measured),
        Origin.RATERS: _of_several(there, len(employees)),
        **{Origin(rater.value): is_here for rater, is_here in there.items() if not rater.own},
        Origin.LEVEL: np.isin(scores, levels),
        Origin.TYPED: ~np.isnan(scores),
    }
    return Judgements(
        given={**given, Role.TARGET: targets},
        several=several,
        attainment=attainments(measure, given[Role.TARGET], given[Role.ACTUAL]),
        measured=measured,
        rated=rated,
        scores=scores,
        not_applicable=not_applicable,
        origins=_first(origins, len(employees)),
        typed=typed if own_scale.is_another else {},
    )


def _of_several(there: Mapping[Role, Flags], count: int) -> Flags:
    """Whether more than one rater counts, or one of the company's own."""
    several = np.zeros(count, dtype=np.int64)
    for rater, is_here in there.items():
        several += is_here * (2 if rater.own else 1)
    return np.asarray(several > 1)


def _first(flags: Mapping[Origin, Flags], count: int) -> pd.Categorical:
    """The first origin for each employee whose flag is set."""
    codes = np.full(count, -1, dtype=np.int8)
    places = {origin: place for place, origin in enumerate(Origin)}
    for origin, is_so in flags.items():
        codes[is_so & (codes < 0)] = places[origin]
    return pd.Categorical.from_codes(codes, dtype=ORIGINS)


def rated_scores(raters: Raters, given: Mapping[Role, Floats], decimals: int) -> Floats:
    """The raters' scores by their weights, rounded half up; NaN where one who counts is missing.

    With ``share_missing`` those who gave a score share the weight of those who did not.
    """
    weights = raters.weights()
    present = {rater: ~np.isnan(given[rater]) for rater in weights}
    count = len(next(iter(given.values())))
    scores = np.full(count, np.nan)
    if not any(is_here.any() for is_here in present.values()):
        return scores
    patterns = np.array([present[rater] for rater in weights], dtype=np.bool_).reshape(len(weights), count)
    for pattern in np.unique(patterns, axis=1).T:
        who = [rater for rater, is_here in zip(weights, pattern, strict=True) if is_here]
        if not who or (len(who) < len(weights) and not raters.share_missing):
            continue
        rows = (patterns == pattern[:, None]).all(axis=0)
        whole = sum((weights[rater] for rater in who), Decimal(0))
        parts = (
            exact.decimals(given[rater][rows]).times(Fraction(weights[rater]) / Fraction(whole))
            for rater in who
        )
        scores[rows] = exact.total(parts).rounded(decimals).floats()
    return scores


def mean_scores(each: Sequence[Floats], least: int, decimals: int) -> Floats:
    """The mean of what several raters gave, rounded half up; NaN where fewer than ``least`` gave a score."""
    counts = np.sum([~np.isnan(scores) for scores in each], axis=0).astype(np.int64)
    enough = counts >= least
    means = np.full(len(counts), np.nan)
    if enough.any():
        whole = exact.total(exact.decimals(np.nan_to_num(scores[enough])) for scores in each)
        means[enough] = exact.quotient(whole, exact.Numbers(counts[enough], 1), decimals).floats()
    return means


def _column(employees: pd.DataFrame, key: str) -> Floats:
    if key not in employees:
        return np.full(len(employees), np.nan)
    return employees[key].to_numpy(dtype=np.float64)


def _flags(employees: pd.DataFrame, key: str) -> Flags:
    if key not in employees:
        return np.zeros(len(employees), dtype=np.bool_)
    return np.asarray(employees[key].to_numpy(), dtype=np.bool_)
