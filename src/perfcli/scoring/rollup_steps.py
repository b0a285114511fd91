"""How one employee's total of a quarter or a year came about, step by step, from the parts that went in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isnan
from typing import Any

import pandas as pd

from perfcli import exact
from perfcli.rules.models import Rollup as RollupRules
from perfcli.rules.numbers import written
from perfcli.rules.periods import Cycle, cycle, quarter_of
from perfcli.rules.ruleset import POLICY
from perfcli.scoring.explanation import band_of, grade_above
from perfcli.scoring.results import InputFile, rows
from perfcli.scoring.rolling import roll_up
from perfcli.scoring.rollups import (
    LIMITED,
    Rollup,
    RollupPart,
    days_key,
    grade_key,
    reason_key,
    total_key,
    weight_key,
)
from perfcli.text import Term


@dataclass(frozen=True)
class PartStep:
    """One part: its total, grade, days, percent and points as exact decimals; empty where there is none.

    ``reason`` says why there is none; ``counts`` is off for what is only a part of a part.
    """

    part: RollupPart
    total: str
    grade: str
    days: str
    weight: str
    points: str
    reason: str


@dataclass(frozen=True)
class RollupExplanation:
    """All steps of one employee; ``steps`` are the sentences after the table of parts."""

    employee: Mapping[str, Any]
    parts: tuple[PartStep, ...]
    steps: tuple[Term, ...]


def explain_rollup(rollup: Rollup, employee_id: str) -> RollupExplanation:
    """The explanation of one employee of a roll-up.

    Raises:
        KeyError: nobody has this id.
    """
    found = rollup.frame[rollup.frame["employee_id"] == employee_id]
    if found.empty:
        raise KeyError(employee_id)
    row = next(iter(rows(found)))
    rules = rollup.ruleset.policy.rollup
    if rules is None:
        raise KeyError("rollup")
    one = _Employee(rollup, rules, found, row)
    return RollupExplanation(row, tuple(one.parts()), tuple(one.steps()))


@dataclass(frozen=True)
class _Employee:
    rollup: Rollup
    rules: RollupRules
    frame: pd.DataFrame
    row: Mapping[str, Any]

    def parts(self) -> Iterator[PartStep]:
        for part in self.rollup.parts:
            has = self._has(part)
            weight = self._weight(part) if has and part.counts else Fraction(0)
            total = self._total(part) if has else Fraction(0)
            days = self.row.get(days_key(part.key))
            yield PartStep(
                part,
                written(total) if has else "",
                self.row[grade_key(part.key)],
                "" if days is None or not has else str(int(days)),
                written(weight) if has and part.counts else "",
                written(weight * total / 100) if has and part.counts else "",
                self.row[reason_key(part.key)],
            )

    def steps(self) -> Iterator[Term]:
        yield from self._missing()
        exact_total = Fraction(0)
        path = f"rollup.{cycle(self.rollup.period).value}"
        whole = sum((share for one, share in self._shares.items() if self._of(one)), Fraction(0))
        for one, share in self._shares.items():
            own = self._of(one)
            if own:
                yield from self._group(one, own, share, whole)
                mean = self._mean(own)
                exact_total += mean * share / whole
        if whole != Fraction(100):
            yield Term("explain.rollup.shared", {"share": written(whole)})
        policy = self.rollup.ruleset.policy
        decimals = policy.rounding.total_decimals
        total = f"{self.row['total']:.{decimals}f}"
        rule = self.rollup.ruleset.place(POLICY, path)
        values = {"sum": written(exact_total), "decimals": decimals, "total": total, "rule": rule}
        yield Term("explain.rounding", values)
        yield from self._grade()
        frame, team = self.rollup.frame, self.row["team"]
        higher = frame["total"] > self.row["total"]
        of_team = frame["team"] == team
        counts = {"higher": int(higher.sum()), "rank": int(self.row["rank"]), "employees": len(frame)}
        yield Term("explain.rank", counts)
        counts = {"higher": int((higher & of_team).sum()), "rank": int(self.row["team_rank"])}
        yield Term("explain.team_rank", {**counts, "employees": int(of_team.sum())})
        yield from self._quarters()

    @property
    def _shares(self) -> Mapping[Cycle, Fraction]:
        found = self.rules.shares(cycle(self.rollup.period))
        return {one: Fraction(share) for one, share in found.items() if share}

    def _of(self, wanted: Cycle) -> list[RollupPart]:
        """The parts of a cycle that the employee has."""
        return [part for part in self.rollup.of_cycle(wanted) if self._has(part)]

    def _has(self, part: RollupPart) -> bool:
        return not isnan(self.row[total_key(part.key)])

    def _total(self, part: RollupPart) -> Fraction:
        return Fraction(exact.decimal(self.row[total_key(part.key)]))

    def _days(self, part: RollupPart) -> int:
        return int(self.row.get(days_key(part.key), 1))

    def _mean(self, parts: Sequence[RollupPart]) -> Fraction:
        days = sum(map(self._days, parts))
        return sum((self._days(part) * self._total(part) for part in parts), Fraction(0)) / days

    def _weight(self, part: RollupPart) -> Fraction:
        """The percent for which a part counts."""
        if part.cycle not in self._shares:
            return Fraction(0)
        whole = sum((share for one, share in self._shares.items() if self._of(one)), Fraction(0))
        days = sum(map(self._days, self._of(part.cycle)))
        return 100 * self._shares[part.cycle] / whole * self._days(part) / days

    def _group(
        self, one: Cycle, own: Sequence[RollupPart], share: Fraction, whole: Fraction
    ) -> Iterator[Term]:
        """The mean of the parts of one cycle, and what it adds."""
        mean = self._mean(own)
        by_days = any(days_key(part.key) in self.row for part in own)
        terms = [
            f"{written(self._total(part))} × {self._days(part)}" if by_days else written(self._total(part))
            for part in own
        ]
        values = {"mean": written(mean), "share": written(share), "whole": written(whole)}
        values |= {"points": written(mean * share / whole)}
        if len(own) == 1:
            yield Term("explain.rollup.one", {"part": own[0].name, **values})
        else:
            formula = f"({' + '.join(terms)}) ÷ {sum(map(self._days, own))}"
            yield Term(f"explain.rollup.{one.value}", {"formula": formula, **values})

    def _missing(self) -> Iterator[Term]:
        for part in self.rollup.parts:
            if reason := self.row[reason_key(part.key)]:
                said = {"part": part.name, "reason": Term(f"rollup.reason.{reason}")}
                yield Term("explain.rollup.missing", said)

    def _grade(self) -> Iterator[Term]:
        policy = self.rollup.ruleset.policy
        band = band_of(policy, exact.decimal(self.row["total"]))
        upper = grade_above(policy, band)
        rule = self.rollup.ruleset.place(POLICY, f"grades[{policy.grades.index(band)}].lower_bound")
        total = f"{self.row['total']:.{policy.rounding.total_decimals}f}"
        values = {"total": total, "grade": band.name, "bound": band.lower_bound, "rule": rule}
        if upper is None:
            yield Term("explain.band", values)
        else:
            bounds = {"upper": upper.name, "upper_bound": upper.lower_bound}
            yield Term("explain.band.below", {**values, **bounds})
        if limited := self.row.get(LIMITED):
            grade = policy.grade(self.row["grade"]).name
            named = [part.name for part in self.rollup.parts if part.key in limited.split()]
            rule = self.rollup.ruleset.place(POLICY, "rollup.grade_limits")
            yield Term("explain.rollup.limited", {"parts": named, "grade": grade, "rule": rule})

    def _quarters(self) -> Iterator[Term]:
        """Of what the totals of quarters in a year were made."""
        beside = [part for part in self.rollup.parts if not part.counts]
        for own in beside:
            months = [one for one in self.rollup.of_cycle(Cycle.MONTHLY) if quarter_of(one.key) == own.period]
            has = [one for one in (*months, own) if self._has(one)]
            if not has or isnan(self.row[total_key(own.period)]):
                continue
            names = {key(own.key): key(own.period) for key in (total_key, grade_key)}
            here = self.frame.drop(columns=[*names.values()]).rename(columns=names)
            parts = [replace(one, key=one.period) for one in has]
            row = next(iter(rows(roll_up(here, parts, own.period, self.rollup.ruleset.policy, self.rules))))
            terms = [
                f"{written(self._total(one))} × {written(exact.decimal(row[weight_key(one.period)]))}%"
                for one in has
            ]
            values = {"formula": " + ".join(terms), "total": written(self._total(RollupPart(own.period)))}
            yield Term("explain.rollup.quarter", {**values, "period": own.period})


def sources(rollup: Rollup, employee_id: str) -> list[tuple[RollupPart, InputFile]]:
    """The workbooks in which an employee's parts stand, longer periods first, with the part of each."""
    found = rollup.frame[rollup.frame["employee_id"] == employee_id]
    longest = (Cycle.ANNUAL, Cycle.QUARTERLY, Cycle.MONTHLY)
    return [
        (part, file)
        for part in sorted(rollup.parts, key=lambda one: (longest.index(one.cycle), one.is_own))
        if found[total_key(part.key)].notna().any()
        for file in part.files
    ]
