"""Whether scores have the scale of the rubric: of a whole team, of each person, of each column, of a cell.

A score that is right by itself may be wrong in its company: 0.85 among scores of 80, 9 where others have 90.
What tells is that some scores lie far below all others and would lie among them on another scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from perfcli.exact import Floats
from perfcli.findings import Place, error, warning
from perfcli.rules.models import Indicator, OutOf
from perfcli.rules.numbers import written
from perfcli.rules.roles import Role
from perfcli.scoring.measures import Flags
from perfcli.scoring.origins import RATED, STATED
from perfcli.scoring.results import rater_key
from perfcli.sheets.readings import FIVE, FOUR, FULL, TEN
from perfcli.sheets.readings import FRACTIONS as OWN_FRACTIONS
from perfcli.sheets.readings import POINTS as OWN_POINTS
from perfcli.sheets.scores import Entry
from perfcli.text import Term

if TYPE_CHECKING:
    from perfcli.sheets.score_checks import Team

Ints = NDArray[np.intp]

POINTS, FRACTIONS, TENS = "looks-like-points", "looks-like-fractions", "looks-like-tens"
SUSPICIONS = (POINTS, FRACTIONS, TENS)
"""The codes of errors that the user may accept: they are warnings then."""

_CURES = {OWN_POINTS: POINTS, **dict.fromkeys(FULL, TENS), OWN_FRACTIONS: FRACTIONS}
"""What is proposed first where the sheet's own totals come out by a reading."""

_ENOUGH = {POINTS: 3, FRACTIONS: 2, TENS: 3}  # scores above 0; fewer may be chance, and are only remarked
_TELLING_WEIGHT = 50  # a score below a larger weight is nothing unusual
_FULL_FIVES, _FULL_TENS = FULL[FIVE], FULL[TEN]
_FEWEST = 2  # a single score may be low
_UPPER = 0.75  # the others are as high as a quarter of them; part of them may be on the other scale too
_HIGH = 60  # percent of the full marks; where the others have less, everybody's scores are low
_FAR_BELOW = 0.5
_LIKELY = 0.6  # of the full marks of the other scale, in the middle; lower scores are likely to be meant
_SMALL_WEIGHT, _COARSE_WEIGHT = 5, 20  # out of so few points, 0.5 is nothing unusual
_MANY = 50  # people; the scores of one of them change little of all


@dataclass(frozen=True)
class _Typed:
    """The scores of a team that persons typed and that count, without those that are wrong anyway.

    ``scores`` has a row for each column of the sheet and a column for each employee; NaN where there is none.
    """

    columns: list[tuple[Indicator, Role, int]]
    scores: Floats
    weights: Floats
    full: Floats

    @cached_property
    def percent(self) -> Floats:
        """The scores in percent of the full marks."""
        percent: Floats = self.scores * 100 / self.full[:, None]
        return percent

    def usual_beside(self, rows: Ints, people: Ints, usual: float) -> float:
        """What is usual among all scores but some; with many people these change little of ``usual``."""
        if self.scores.shape[1] > _MANY:
            return usual
        rest = self.percent.copy()
        rest[rows, people] = np.nan
        rest = rest[~np.isnan(rest)]
        return float(np.quantile(rest, _UPPER)) if rest.size else 0.0


def scores_use_the_scale(team: Team) -> None:
    """Scores of 0–100, or of 0–weight, are not fractions of 1, nor out of 10, nor points of the weight.

    Only what a person typed tells, and only where it counts: a computed score or a level has the scale of the
    rubric. Findings: ``looks-like-fractions``, ``looks-like-tens``, ``looks-like-points``; warnings where
    they are accepted, or there are too few scores to be sure.
    """
    typed = _typed(team)
    if not typed.columns:
        return
    found = _of_everybody(team, typed)
    if found is None:
        _tell_parts(team, typed)
        return
    code, count = found
    place = Place(team.table.file, team.table.grid.name if team.table.origins is None else None)
    who = Term("scale.team", {"team": team.rubric.name})
    values = _values(team, code, who, typed.scores, range(len(team.positions)))
    if count >= _ENOUGH[code] and code not in team.accept:
        team.table.reject_team(team.rubric.team, error(code, place, **values))
    else:
        team.table.findings.append(warning(code, place, **values))


def _values(
    team: Team, code: str, scores: Term, numbers: Floats, people: Sequence[int] = ()
) -> dict[str, object]:
    """What a message says: whose scores, of which scale; what to do first, and what the totals would be.

    ``people`` are those of whom every score is in question.
    """
    rubric, own = team.rubric, team.readings
    scale = Term("scale.points" if rubric.counts_points else "scale.hundred")
    if isinstance(rubric.scale, OutOf):
        scale = Term("scale.of", {"full": written(rubric.scale.of)})
    highest = float(np.nanmax(numbers))
    full = next((FULL[one] for one in (own.told, *FULL) if one in FULL and highest <= FULL[one]), _FULL_TENS)
    likely, cure = Term("scale.likely", {"full": full}), code
    if rubric.scale == "hundred":
        cure = _CURES.get(own.told, code)
    if cure == TENS and full == FULL[FOUR] and own.told != FOUR:  # nothing says whether it is 4 or 5
        likely, cure = Term("scale.likely.either"), "four-or-five"
    return {
        "scores": scores,
        "scale": scale,
        "highest": f"{highest:.15g}",
        "full": full,
        "likely": likely,
        "first": Term(f"scale.cure.{cure}", {"full": full}),
        "readings": own.side_by_side(team, people) if rubric.scale == "hundred" else "",
    }


def _typed(team: Team) -> _Typed:
    columns: list[tuple[Indicator, Role, int]] = []
    scores: list[Floats] = []
    for indicator in team.rubric.indicators:
        if not indicator.weight:
            continue
        judged, highest = team.judgements[indicator.id], float(team.rubric.typed_score(indicator))
        marks = team.rubric.full_marks(indicator)
        levels = [float(one) for one in indicator.measure.words(marks).values()]
        rated, stated = judged.came_from(RATED), judged.came_from(STATED)
        given = {
            (rater, number): np.where(rated, scores, np.nan)
            for rater in team.policy.raters.weights()
            for number, scores in judged.each_of(indicator.id, rater).items()
        }
        stated_scores = np.where(stated, judged.scores, np.nan)
        for (role, number), numbers in {**given, (Role.SCORE, 0): stated_scores}.items():
            typed = judged.typed.get(rater_key(indicator.id, role, number), numbers)
            plain = np.where(np.isnan(numbers) | np.isin(numbers, levels), np.nan, typed)
            sound = np.where((plain >= 0) & (plain <= highest), plain, np.nan)
            if not np.isnan(sound).all():
                columns.append((indicator, role, number))
                scores.append(sound)
    weights = np.array([float(indicator.weight) for indicator, _, _ in columns])
    full = np.array([float(team.rubric.typed_marks(indicator)) for indicator, _, _ in columns])
    return _Typed(columns, np.array(scores), weights, full)


def _of_everybody(team: Team, typed: _Typed) -> tuple[str, int] | None:
    """What all scores of a team look like, and how many of them are above 0."""
    scores, weights = typed.scores, typed.weights
    told, code = scores, ""
    if team.rubric.scale == "hundred" and team.readings.told == OWN_POINTS:
        code = POINTS
    elif not (scores > 1).any():
        code = FRACTIONS if team.rubric.scale == "hundred" or _are_fractions(scores, weights) else ""
    elif team.rubric.scale != "hundred":
        return None
    elif not (scores > _FULL_TENS).any() and (weights > _FULL_TENS).any():
        code = TENS
    elif not (scores > weights[:, None]).any():
        code, told = POINTS, scores[weights <= _TELLING_WEIGHT]
    count = int(np.count_nonzero(told > 0))
    return (code, count) if code and count else None


def _are_fractions(scores: Floats, weights: Floats) -> bool:
    return bool(((scores > 0) & (scores < 1)).any() and (weights >= _SMALL_WEIGHT).all())


def _tell_parts(team: Team, typed: _Typed) -> None:
    """The scores of a person by one rater, then those of a column, that have another scale than the rest."""
    left = ~np.isnan(typed.percent)
    usual = float(np.quantile(typed.percent[left], _UPPER))
    for person, rows in _people(typed):
        own = np.array([row for row in rows if left[row, person]], dtype=np.intp)
        code, sure = _look(team, typed, own, np.full(len(own), person), usual)
        if code:
            left[own, person] = False
            _tell_person(team, typed, code, person, rows, sure=sure)
    for row in range(len(typed.columns)):
        people = np.flatnonzero(left[row])
        code, sure = _look(team, typed, np.full(len(people), row), people, usual)
        if not code:
            people = people[_single_fractions(team, typed, row, usual)[people]]
            code, sure = (FRACTIONS, True) if len(people) else ("", False)
        if code:
            _tell_column(team, typed, code, row, people.tolist(), sure=sure)


def _people(typed: _Typed) -> Iterator[tuple[int, list[int]]]:
    """Each employee with the rows of one rater's scores, where all of these are low."""
    percent = typed.percent
    for rater in dict.fromkeys((role, number) for _, role, number in typed.columns):
        rows = [place for place, (_, *one) in enumerate(typed.columns) if (*one,) == rater]
        low = ~(percent[rows] > 100 * _FAR_BELOW).any(axis=0)
        several = (percent[rows] > 0).sum(axis=0) > 1
        for person in np.flatnonzero(low & several).tolist():
            yield person, rows


def _look(team: Team, typed: _Typed, rows: Ints, people: Ints, usual: float) -> tuple[str, bool]:
    """What some scores look like beside all the others, and whether there are enough of them to be sure.

    ``rows`` and ``people`` are the places of the scores.
    """
    above = typed.scores[rows, people] > 0
    rows, people = rows[above], people[above]
    if len(rows) < _FEWEST:
        return "", False
    usual = typed.usual_beside(rows, people, usual)
    if usual < _HIGH or typed.percent[rows, people].max() > usual * _FAR_BELOW:
        return "", False
    scores, weights = typed.scores[rows, people], typed.weights[rows]
    code = _other_scale(scores, weights, is_hundred=team.rubric.scale == "hundred")
    return code, bool(code) and len(rows) >= _ENOUGH[code]


def _other_scale(scores: Floats, weights: Floats, *, is_hundred: bool) -> str:
    """The scale on which some low scores above 0 would be usual ones; empty where there is none."""
    if scores.max() <= 1:
        is_odd = is_hundred or (weights >= _SMALL_WEIGHT).all()
        return FRACTIONS if is_odd and ((scores < 1).any() or len(scores) >= _ENOUGH[TENS]) else ""
    full = _FULL_FIVES if scores.max() <= _FULL_FIVES and is_hundred else _FULL_TENS
    tens = scores.max() <= full and np.median(scores) >= full * _LIKELY
    if tens and (weights > (_FULL_TENS if is_hundred else _COARSE_WEIGHT)).any():
        return TENS
    flat = np.ptp(scores) == 0 < np.ptp(weights)  # points of different weights are different
    if is_hundred and not flat and (scores <= weights).all() and (weights <= _TELLING_WEIGHT).all():
        return POINTS if np.median(scores / weights) >= _LIKELY else ""
    return TENS if tens and is_hundred else ""


def _single_fractions(team: Team, typed: _Typed, row: int, usual: float) -> Flags:
    """Cells that are a fraction of 1 and no whole number, among scores that are far above."""
    scores = typed.scores[row]
    fractions = (scores > 0) & (scores < 1)
    if team.rubric.scale == "points":
        fractions &= (typed.weights[row] >= _COARSE_WEIGHT) & (scores * 2 % 1 != 0)
    return np.asarray(fractions & (typed.percent[row] < usual * _FAR_BELOW), dtype=np.bool_)


def _tell_person(team: Team, typed: _Typed, code: str, person: int, rows: list[int], *, sure: bool) -> None:
    entries = [_entry(team, typed, row) for row in rows]
    columns = [entry.column for entry in entries if entry is not None]
    position = int(team.positions[person])
    place = team.table.place(team.table.row(position), min(columns), last_column=max(columns))
    who = Term("scale.person", {"employee": team.table.employee(position)})
    values = _values(team, code, who, typed.scores[rows, person], [person])
    _note(team, code, place, [position], values, sure=sure)


def _tell_column(team: Team, typed: _Typed, code: str, row: int, people: list[int], *, sure: bool) -> None:
    entry = _entry(team, typed, row)
    if entry is None:
        return
    positions = [int(team.positions[person]) for person in people]
    rows = [team.table.row(position) for position in positions]
    place = team.table.place(min(rows), entry.column, last_row=max(rows))
    scores = Term("scale.column", {"indicator": entry.header, "count": len(people)})
    values = _values(team, code, scores, typed.scores[row, people])
    _note(team, code, place, positions, values, sure=sure)


def _note(
    team: Team, code: str, place: Place, positions: list[int], values: dict[str, object], *, sure: bool
) -> None:
    table = team.table
    if not sure or code in team.accept:
        table.findings.append(warning(code, place, **values))
        return
    if table.is_full:
        table.unlisted += 1
    else:
        table.findings.append(error(code, place, **values))
    table.sound[positions] = False


def _entry(team: Team, typed: _Typed, row: int) -> Entry | None:
    indicator, role, number = typed.columns[row]
    return team.entries.get((indicator.id, role, number)) or team.entry(indicator, role)
