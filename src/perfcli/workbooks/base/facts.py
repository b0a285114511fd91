"""The hidden sheet of a workbook: see ``perfcli.files.marks``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfcli import exact
from perfcli.files import marks
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring.origins import GIVEN, Origin, origins
from perfcli.scoring.results import (
    ADJUSTMENT,
    BONUS_BASE,
    IDENTITY,
    REASON,
    InputFile,
    Results,
    role_key,
    score_key,
)
from perfcli.text import Wording
from perfcli.version import __version__
from perfcli.workbooks.base.tables import TablePlace
from perfcli.workbooks.base.writer import WorkbookWriter

_EXPLAINED = (
    *("weight", "lower_bound", "decimals", "measure", "veto"),
    *("raters", "adjustments", "highest_total", "not_applicable"),
)


def write_mark(book: WorkbookWriter, values: Mapping[str, str]) -> None:
    """Adds the mark as a sheet that spreadsheet programs do not offer to unhide."""
    worksheet = book.workbook.add_worksheet(marks.MARK_SHEET)
    for row, parts in enumerate(marks.mark_rows(values)):
        for column, part in enumerate(parts):
            worksheet.write_string(row, column, part)
    worksheet.very_hidden()


def sealed(
    kind: str, schema: str, wording: Wording, period: str, facts: Mapping[str, object]
) -> dict[str, str]:
    """A mark with facts as JSON, and the digest over all that its workbook can be computed from again."""
    mark = {
        "kind": kind,
        "schema": schema,
        "perf": __version__,
        "language": str(wording.language),
        "period": period,
        **{key: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for key, value in facts.items()},
    }
    return {**mark, "seal": marks.seal(mark)}


def rules_record(ruleset: Ruleset, teams: Sequence[str], is_told: Callable[[str], bool]) -> dict[str, Any]:
    """The rules of some teams, and the lines of those of which an explanation tells, by their paths."""
    return {
        "folder": ruleset.folder,
        "policy": ruleset.policy.model_dump(mode="json", by_alias=True),
        "rubrics": {team: ruleset.rubrics[team].model_dump(mode="json", by_alias=True) for team in teams},
        "files": {key: _file(ruleset.files[key], is_told) for key in (POLICY, *teams)},
    }


def _file(file: RuleFile, is_told: Callable[[str], bool]) -> dict[str, Any]:
    lines = {path: line for path, line in file.lines.items() if is_told(path)}
    return {**file_record(file), "lines": lines}


def file_record(file: InputFile | RuleFile) -> dict[str, str]:
    """A file that a workbook was made from."""
    return {"name": file.name, "sha256": file.sha256}


def result_mark(results: Results, tables: Sequence[TablePlace], wording: Wording) -> dict[str, str]:
    """The facts of a run: its rules and scores, and where its tables stand."""
    facts = {
        "inputs": [file_record(file) for file in results.inputs],
        "rules": rules_record(results.ruleset, [rubric.team for rubric in results.teams], _is_explained),
        "employees": _employees(results),
        "tables": [table.record() for table in tables],
    }
    return sealed(marks.RESULT, marks.RESULT_SCHEMA, wording, results.period, facts)


def _is_explained(path: str) -> bool:
    return path.endswith(_EXPLAINED) or path.startswith("raters.")


def _employees(results: Results) -> dict[str, Any]:
    """Identity of everyone, and all that the sheets said, column by column in the order of rank.

    ``columns`` are those of the frame from which everything else is computed: typed scores, and what others
    were computed from, as decimal texts; ``not_applicable`` has the rows to which an indicator does not.
    """
    frame = results.frame
    columns: dict[str, NDArray[np.float64]] = {}
    not_applicable: dict[str, list[int]] = {}

    def keep(key: str, places: NDArray[np.intp]) -> None:
        column = columns.setdefault(key, np.full(len(frame), np.nan))
        column[places] = frame[key].to_numpy(dtype=np.float64)[places]

    for rubric in results.teams:
        own = np.flatnonzero((frame["team"] == rubric.team).to_numpy())
        for one, found in origins(results, rubric).items():
            came_from = np.array(found, dtype=object)
            keep(score_key(one), own[came_from == Origin.TYPED])
            not_applicable.setdefault(one, []).extend(own[came_from == Origin.NOT_APPLICABLE].tolist())
            for key in (role_key(one, role) for role in GIVEN):
                if key in frame:
                    keep(key, own)
    for key in (ADJUSTMENT, BONUS_BASE):
        if key in frame:
            columns[key] = frame[key].to_numpy(dtype=np.float64)
    identity = [*IDENTITY, *([REASON] if ADJUSTMENT in frame else [])]
    return {
        "identity": {key: frame[key].tolist() for key in identity},
        "columns": {key: _texts(column) for key, column in columns.items() if not np.isnan(column).all()},
        "not_applicable": {one: sorted(places) for one, places in not_applicable.items() if places},
    }


def _texts(numbers: NDArray[np.float64]) -> list[str]:
    """Numbers as decimal texts; empty where there is none."""
    places, found = pd.factorize(numbers)
    texts = np.array([*(str(exact.decimal(number)) for number in found.tolist()), ""], dtype=object)
    return list(texts[places])
