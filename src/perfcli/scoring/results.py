"""What scoring gives: one table of employees, and what is needed to explain and repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from perfcli.findings import Finding
from perfcli.people.columns import Kept, keys
from perfcli.rules.models import Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset

IDENTITY = keys(Kept.IDENTITY)
"""``employee_id, name, department, position, team, period``: who it is, and when."""
OUTCOME = ("total", "grade", "rank", "team_rank")
ADJUSTMENT, REASON, VETO = "adjustment", "adjustment_reason", "veto"


def role_key(identifier: str, role: Role) -> str:
    """The column of what an indicator's column of that role holds: ``sales.target``."""
    return f"{identifier}.{role.value}"


def rater_key(identifier: str, role: Role, number: int) -> str:
    """The column of one of several raters of a kind, counted from 1; of the only one where it is 0."""
    return f"{role_key(identifier, role)}.{number}" if number else role_key(identifier, role)


def rater_keys(every: Iterable[object], identifier: str, role: Role) -> list[str]:
    """The columns of several raters of a kind among all columns of a frame."""
    prefix = f"{role_key(identifier, role)}."
    return [key for key in map(str, every) if key.startswith(prefix)]


def score_key(identifier: str) -> str:
    """The column of an indicator's score."""
    return role_key(identifier, Role.SCORE)


def typed_key(identifier: str) -> str:
    """The column of what was typed for an indicator, where that has another scale than the score."""
    return f"{identifier}.typed"


def attainment_key(identifier: str) -> str:
    """The column of how far an indicator's target was attained, in percent."""
    return f"{identifier}.attainment"


def origin_key(identifier: str) -> str:
    """The column of where an indicator's score came from (see ``Origin``)."""
    return f"{identifier}.origin"


def weight_key(identifier: str) -> str:
    """The column of an indicator's weight, where it is not the same for everyone."""
    return f"{identifier}.weight"


def stated_weight_key(identifier: str) -> str:
    """The column of a weight that the sheet states and that counts in place of the rubric's."""
    return f"{identifier}.stated_weight"


def not_applicable_key(identifier: str) -> str:
    """The column of whether an indicator does not apply."""
    return f"{identifier}.not_applicable"


def points_key(identifier: str) -> str:
    """The column of a dimension's or an indicator's points."""
    return f"{identifier}.points"


def public_columns(every: Iterable[object]) -> list[str]:
    """The columns of a results' frame that other programs are given: all but what perf keeps for itself."""
    private, kept = keys(Kept.RECORD), (origin_key(""), stated_weight_key(""))
    return [key for key in map(str, every) if key not in private and not key.endswith(kept)]


def rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a table as plain dicts; many times faster than ``DataFrame.to_dict`` on a wide table."""
    keys = [str(key) for key in frame.columns]
    columns = [frame[key].tolist() for key in keys]
    return (dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True))


@dataclass(frozen=True)
class InputFile:
    """A workbook that was scored: its name without folders, and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Results:
    """The scored employees of one period.

    ``frame`` has one row per employee, in the order of rank and then employee id, and these columns:
    ``employee_id, name, department, position, team, period`` (text), ``total`` (points of 100, rounded as the
    policy says), ``grade`` (a grade's id), ``rank, team_rank`` (1, 2, 2, 4), then ``<dimension>.points``
    for each dimension; for each indicator of the teams in it ``<indicator>.target, .actual, .attainment`` (in
    percent), ``.self, .peer, .superior`` and those of the company's own raters by their keys, where anybody
    has such a value (of several peers the mean, and ``.peer.1, .peer.2`` what each of them gave),
    ``<indicator>.weight`` where it is not the same for everyone in a team, ``.stated_weight`` where the
    sheet's counted in place of the rubric's, ``<indicator>.typed`` where a score was typed on a scale of its
    own (on which the raters' are then too), ``<indicator>.score`` with its ``.origin`` (an ``Origin``:
    measured, typed as a number or as a level's word, given by one rater or by several, or not applicable; see
    ``public_columns``) and ``<indicator>.points``; last, where the sheets or the rules have them,
    ``adjustment`` (points) with ``adjustment_reason``, ``veto`` (the ids of the indicators that capped the
    grade, with blanks between them) and ``bonus_base`` (an amount, which changes no score; NaN where it is
    blank); and always ``superior`` (as the sheet or the roster names them, else empty), which is shown
    nowhere. Points are not rounded. Cells of another team's indicators, and the score and points of one that
    does not apply, are NaN. Numbers are the doubles nearest to the exact ones. ``left_out`` has the identity
    columns and ``file, sheet, row`` (counted from 0) of the employees whom an error kept from being scored
    (see ``omissions``); a result that has any is partial.
    """

    frame: pd.DataFrame
    ruleset: Ruleset
    findings: tuple[Finding, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    period: str = ""
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def teams(self) -> Sequence[Rubric]:
        """The rubrics of the teams that have employees in the result, in the order of their ids."""
        present = set(self.frame["team"].unique())
        return [rubric for team, rubric in sorted(self.ruleset.rubrics.items()) if team in present]

    @cached_property
    def has_own_weights(self) -> pd.Series[bool]:
        """Whose sheet's own weights counted in place of the rubric's, for each row."""
        stated = [key for key in map(str, self.frame) if key.endswith(stated_weight_key(""))]
        return self.frame[stated].notna().any(axis=1)

    def of_team(self, team: str) -> pd.DataFrame:
        """The rows of one team, in the order of rank."""
        return self.frame[self.frame["team"] == team]
