"""Score sheets → one table of employees with their scores, and everything that is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from perfcli.files.reader import Book
from perfcli.findings import Finding, Severity
from perfcli.folding import fold
from perfcli.people.columns import EMPLOYEE_ID, SUPERIOR
from perfcli.people.roster import Roster
from perfcli.progress import Tell, silent
from perfcli.rules.kinds import Kind
from perfcli.rules.models import Rubric
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.judgements import with_judgements
from perfcli.scoring.omissions import PLACE, WHOLE_SHEET
from perfcli.scoring.results import IDENTITY
from perfcli.scoring.scorer import outcomes
from perfcli.sheets import checks, own_figures
from perfcli.sheets.adjustments import read_adjustments
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.own_figures import Comparison
from perfcli.sheets.own_sums import note_sums
from perfcli.sheets.own_weights import OWN_WEIGHTS
from perfcli.sheets.reading import Chosen, SheetReading
from perfcli.sheets.score_checks import SCORE_CHECKS, Targets, Team
from perfcli.sheets.scores import read_bonus_bases, read_scores
from perfcli.sheets.understanding import Understood, understand
from perfcli.sheets.unread import UNREAD, settle
from perfcli.sheets.weight_checks import weights_match


@dataclass(frozen=True)
class ScoreSheets:
    """The employees of all sheets together.

    ``employees`` has the columns that ``score_judged`` takes, of every row that can be scored, in the
    order of employee ids; ``rejected`` has the identity columns and ``file, sheet, row`` of the others, and a
    row ``WHOLE_SHEET`` for each sheet of which an error kept everybody from being read. ``understood`` says
    how each sheet was.
    """

    employees: pd.DataFrame
    rejected: pd.DataFrame
    findings: tuple[Finding, ...]
    period: str
    understood: tuple[Understood, ...] = ()


def read_score_sheets(
    books: Sequence[Book],
    ruleset: Ruleset,
    chosen: Chosen,
    agreed: Targets | None = None,
    tell: Tell = silent,
) -> ScoreSheets:
    """Reads every sheet of every workbook; ``agreed`` are the targets of a plan.

    Findings: those of ``SheetReading``, ``read_scores``, ``read_adjustments``,
    ``read_bonus_bases``, ``checks`` and ``score_checks``.
    """
    reading = _ScoreReading(ruleset, chosen, agreed or {})
    reading.read_all(books, tell)
    reading.compare_people()
    own_figures.note_ranks(reading.compared)
    period = reading.one_period()
    frame = _joined(reading.tables)
    frame["period"] = period
    employees = frame[frame["sound"]].drop(columns=[*PLACE, "sound"])
    findings = reading.every_finding()
    rejected = pd.concat([frame[~frame["sound"]][[*IDENTITY, *PLACE]], _unread(frame, findings)])
    understood = tuple(reading.understood(table) for table in reading.tables)
    employees = employees.sort_values("employee_id", ignore_index=True)
    return ScoreSheets(employees, rejected, findings, period, understood)


def _unread(frame: pd.DataFrame, findings: Sequence[Finding]) -> pd.DataFrame:
    """A row for each file or sheet with an error of which nobody is in the frame."""
    read = {*zip(frame["file"], frame["sheet"], strict=True), *((file, "") for file in frame["file"])}
    wrong = dict.fromkeys(
        (found.place.file, found.place.sheet or "")
        for found in findings
        if found.severity is Severity.ERROR and found.place.file
    )
    blank = dict.fromkeys(IDENTITY, "")
    unread = [
        blank | {"file": file, "sheet": sheet, "row": WHOLE_SHEET}
        for file, sheet in wrong
        if (file, sheet) not in read
    ]
    return pd.DataFrame(unread, columns=[*IDENTITY, *PLACE]).astype(frame[[*IDENTITY, *PLACE]].dtypes)


def _joined(tables: Sequence[Table]) -> pd.DataFrame:
    frames = [_placed(table) for table in tables if len(table.frame)]
    if not frames:
        return pd.DataFrame(columns=[*IDENTITY, *PLACE, "sound"]).astype({"sound": bool})
    return pd.concat(frames, ignore_index=True)


def _placed(table: Table) -> pd.DataFrame:
    """The frame of a table with whether each row is sound, and the row of the workbook where it stands."""
    frame = table.frame.assign(sound=table.sound)
    if table.origins is not None:
        frame["row"] = [table.origins.get((row, 0), ("", 0, 0))[1] for row in frame["row"].tolist()]
    return frame


class _ScoreReading(SheetReading):
    """Reads what the sheets say about every indicator, and checks it together."""

    def __init__(self, ruleset: Ruleset, chosen: Chosen, agreed: Targets) -> None:
        super().__init__(ruleset, chosen, Kind.SCORE)
        self.agreed = agreed
        self.compared: list[Comparison] = []

    def examine(self, table: Table, book: Book, rubrics: Mapping[str, Rubric]) -> bool:
        policy = self.ruleset.policy
        agreed = {**marked_targets(book), **self.agreed}
        teams = [
            Team(table, rubric, policy, read_scores(table, rubric, policy), agreed, self.chosen.accept)
            for rubric in rubrics.values()
        ]
        if _is_untouched(table, teams):
            return False
        read_adjustments(table, policy)
        read_bonus_bases(table)
        _name_superiors(table, self.chosen.roster)
        for team in teams:
            for check in SCORE_CHECKS:
                check(team)
        table.frame = with_judgements(table.frame, {team.rubric.team: team.judgements for team in teams})
        return True

    def understood(self, table: Table) -> Understood:
        """How a table was understood."""
        compared = next((one for one in self.compared if one.own.table is table), None)
        return understand(table, self.ruleset.rubrics, compared)

    def check(self, table: Table, rubrics: Mapping[str, Rubric]) -> None:
        for check in checks.TABLE_CHECKS:
            check(table, rubrics)
        weights_match(table, rubrics, accepted=OWN_WEIGHTS in self.chosen.accept)
        self._compare_own_figures(table, rubrics)

    def _compare_own_figures(self, table: Table, rubrics: Mapping[str, Rubric]) -> None:
        """Compares what the sheet says came out, which also tells whether anything unknown counts in it."""
        own = own_figures.find_own_figures(table, [*rubrics.values()])
        if not own.columns and not table.doubts and not table.sums:
            return
        scored = outcomes(table.frame[table.sound], rubrics, self.ruleset.policy)
        note_sums(table, [*rubrics.values()], scored)
        compared = own_figures.compare(own, scored, self.ruleset.policy)
        self.compared.append(compared)
        settle(table, scored, accepted=compared.agrees or UNREAD in self.chosen.accept)
        own_figures.note_differences(compared, table.doubts, self.ruleset.policy)


def marked_targets(book: Book) -> Targets:
    """The targets of the plan from which perf made a score sheet."""
    stored: Mapping[str, Mapping[str, str]] = json.loads(book.mark.get("targets") or "{}")
    return {
        fold(employee): {indicator: Decimal(target) for indicator, target in targets.items()}
        for employee, targets in stored.items()
    }


def _name_superiors(table: Table, roster: Roster | None) -> None:
    """Where no superior stands beside an employee, it is who is named above the table, else on the roster."""
    above, listed = table.captions.get(SUPERIOR, ""), roster.superiors if roster is not None else {}
    if above or listed:
        pairs = zip(table.frame[SUPERIOR], table.frame[EMPLOYEE_ID], strict=True)
        table.frame[SUPERIOR] = [own or above or listed.get(fold(one), "") for own, one in pairs]


def _is_untouched(table: Table, teams: Sequence[Team]) -> bool:
    """Whether a sheet has its employees and nothing that was typed about them."""
    if any(found.code != "not-a-person" for found in table.findings):
        return False
    entries = [entry for team in teams for entry in team.entries.values() if entry.role is not Role.TARGET]
    typed = (entry.not_applicable or not np.isnan(entry.numbers).all() for entry in entries)
    return bool(entries) and not any(typed)
