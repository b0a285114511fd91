"""What several products seal, as JSON both ways: rules, files, people, amounts, accepted changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfcli import exact
from perfcli.findings import Finding, Place, Severity
from perfcli.people.columns import Holds, holds
from perfcli.rules.calendars import Calendar, CalendarDays, CalendarSource
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.names import Name
from perfcli.rules.pay import FACTOR
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.scoring.results import InputFile, rows
from perfcli.text import Language, Translated


def rules_record(ruleset: Ruleset, teams: Sequence[str], is_told: Callable[[str], bool]) -> dict[str, Any]:
    """The rules of some teams, and the lines of those of which an explanation tells, by their paths."""
    return {
        "folder": ruleset.folder,
        **({"cycle": ruleset.cycle.value} if ruleset.cycle else {}),
        "policy": ruleset.policy.model_dump(mode="json", by_alias=True),
        "rubrics": {team: ruleset.rubrics[team].model_dump(mode="json", by_alias=True) for team in teams},
        "files": {key: _rule_file(ruleset.files[key], is_told) for key in (POLICY, *teams)},
        **({} if ruleset.calendar is None else {"calendar": _calendar_record(ruleset.calendar)}),
    }


def _calendar_record(calendar: Calendar) -> list[dict[str, Any]]:
    """Each source with its days: a later calendar does not move what was computed by this one."""
    return [
        {
            "name": one.name,
            "sha256": one.sha256,
            "days": one.days.model_dump(mode="json", by_alias=True, exclude_none=True),
        }
        for one in calendar.sources
    ]


def _read_calendar(sources: Iterable[Mapping[str, Any]]) -> Calendar:
    return Calendar(
        tuple(
            CalendarSource(one["name"], one["sha256"], CalendarDays.model_validate(one["days"]))
            for one in sources
        )
    )


def _rule_file(file: RuleFile, is_told: Callable[[str], bool]) -> dict[str, Any]:
    lines = {path: line for path, line in file.lines.items() if is_told(path)}
    return {"name": file.name, "sha256": file.sha256, "lines": lines}


def read_rules(record: Mapping[str, Any]) -> Ruleset:
    """The rules as ``rules_record`` wrote them."""
    rubrics = {team: Rubric.model_validate(rubric) for team, rubric in record["rubrics"].items()}
    files = {key: RuleFile(**details) for key, details in record["files"].items()}
    calendar = _read_calendar(record["calendar"]) if "calendar" in record else None
    cycle = Cycle(record["cycle"]) if "cycle" in record else None
    policy = Policy.model_validate(record[POLICY])
    return Ruleset(policy, rubrics, files, record.get("folder", ""), calendar, cycle=cycle)


def files_record(files: Iterable[InputFile]) -> list[dict[str, str]]:
    """The files that a workbook was made from."""
    return [{"name": file.name, "sha256": file.sha256} for file in files]


def read_files(records: Iterable[Mapping[str, str]]) -> tuple[InputFile, ...]:
    """The files as ``files_record`` wrote them."""
    return tuple(InputFile(**one) for one in records)


def number_texts(numbers: npt.NDArray[np.float64]) -> list[str]:
    """Numbers as decimal texts; empty where there is none."""
    places, found = pd.factorize(numbers)
    texts = np.array([*(str(exact.decimal(number)) for number in found.tolist()), ""], dtype=object)
    return list(texts[places])


def read_numbers(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """Numbers as ``number_texts`` wrote them."""
    return np.array([float(text or "nan") for text in texts], dtype=np.float64)


def people_record(people: pd.DataFrame) -> list[dict[str, str]]:
    """What is known of everybody: texts, decimals and days as texts, without what is empty."""
    return [{key: text for key, value in row.items() if (text := written(value))} for row in rows(people)]


def written(value: object) -> str:
    """A text, number or day as a text; empty where there is none."""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(exact.decimal(value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def read_people(records: Sequence[Mapping[str, str]], keys: Sequence[str]) -> pd.DataFrame:
    """People as ``people_record`` wrote them: texts, doubles and days."""
    return pd.DataFrame({key: _values(key, [one.get(key, "") for one in records]) for key in keys})


def _values(key: str, texts: Sequence[str]) -> pd.Series[Any]:
    held = holds(key)
    if held is Holds.DATE:
        return pd.Series([date.fromisoformat(text) if text else None for text in texts], dtype=object)
    if key == "total" or key.startswith(FACTOR) or held in {Holds.AMOUNT, Holds.DAYS}:
        return pd.Series([float(text or "nan") for text in texts], dtype=np.float64)
    return pd.Series(texts, dtype=object)


def read_amount(text: str) -> Decimal | None:
    """An amount as ``written`` wrote it."""
    return Decimal(text) if text else None


def changes_record(changes: Iterable[Finding]) -> list[dict[str, Any]]:
    """Changes by hand that somebody accepted."""
    return [_change(one) for one in changes]


def _change(change: Finding) -> dict[str, Any]:
    place = change.place
    values = {
        key: {str(one): value.in_language(one) for one in Language}
        if isinstance(value, Translated)
        else str(value)
        for key, value in change.values.items()  # noqa: PD011 - a mapping
    }
    where = {"file": place.file, "sheet": place.sheet, "cell": place.cell}
    return {"code": change.code, **where, "values": values}


def read_changes(records: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """The changes as ``changes_record`` wrote them; a value in several languages is a mapping."""
    return tuple(_read_change(one) for one in records)


def _read_change(record: Mapping[str, Any]) -> Finding:
    place = Place(record["file"], record["sheet"], record["cell"])
    values = {
        key: Name.model_validate(value) if isinstance(value, dict) else value
        for key, value in record["values"].items()
    }
    return Finding(Severity.ERROR, record["code"], place, values)
