"""A folder of YAML files → one ``Ruleset``, or every mistake in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from perfcli.errors import RulesError, file_error
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.rules.calendar_files import own_calendar, read_calendar
from perfcli.rules.calendars import Calendar
from perfcli.rules.checks import (
    POLICY_CHECKS,
    RUBRIC_CHECKS,
    teams_are_unique,
    vetoes_name_grades,
)
from perfcli.rules.cycle_checks import cycles_are_sound, is_of_cycle
from perfcli.rules.documents import Document, read_document
from perfcli.rules.folder import list_rules
from perfcli.rules.models import CycleRubric, Policy, Rubric
from perfcli.rules.numbers import written
from perfcli.rules.periods import Cycle
from perfcli.rules.rater_checks import indicators_are_no_raters
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset, cycle_key
from perfcli.rules.validation import read_model
from perfcli.text import Term, catalogue

AnyRubric = TypeVar("AnyRubric", Rubric, CycleRubric)

ENVIRONMENT = "PERF_RUBRICS"
POLICY_FILE = "policy.yaml"


def shipped(folder: str) -> Path:
    """A folder that travels with perf: ``rubrics`` or ``examples``."""
    package = Path(__file__).parents[1]
    inside = package / "shipped" / folder
    return inside if inside.is_dir() else package.parents[1] / folder


def rules_folder(chosen: Path | None = None) -> Path:
    """Where the rules are: as chosen, else ``PERF_RUBRICS``, else ``./rubrics``, else the ones built in."""
    if chosen is None and os.environ.get(ENVIRONMENT):
        chosen = Path(os.environ[ENVIRONMENT])
    if chosen is not None:
        if not chosen.is_dir():
            raise file_error("no-such-folder", chosen)
        return chosen
    local = Path("rubrics")
    return local if local.is_dir() else shipped("rubrics")


def load_ruleset(folder: Path) -> Ruleset:
    """The rules of a folder.

    Raises:
        RulesError: with every mistake of every file (see ``check_rules``).
    """
    ruleset, findings = check_rules(folder)
    if ruleset is None:
        raise RulesError(found for found in findings if has_errors([found]))
    return ruleset


def check_rules(folder: Path) -> tuple[Ruleset | None, list[Finding]]:
    """The rules of a folder, or None, and all findings: mistakes, and what the company must still confirm.

    Findings: those of ``list_rules``, ``read_document``, ``validate``, ``checks`` and ``read_calendar``;
    ``no-policy``, ``no-rubrics``, ``unconfirmed`` (a warning for each).
    """
    listed = list_rules(folder)
    policy_document = read_document(listed.policy) if listed.policy else None
    own_days = own_calendar(folder, policy_document) if policy_document else None
    documents = [read_document(path) for path in listed.rubrics if not own_days or path.name != own_days.name]
    findings = list(listed.findings)
    policy: Policy | None = None
    calendar: Calendar | None = None
    if policy_document is None:
        findings.append(error("no-policy", Place(file=POLICY_FILE), folder=folder))
    else:
        policy, found = read_model(policy_document, Policy, POLICY_CHECKS)
        findings += [*found, *vetoes_name_grades(documents, policy_document)]
        findings += indicators_are_no_raters(documents, policy_document)
        calendar, found = read_calendar(folder, policy_document, shipped("rubrics"))
        findings += found
    of_teams = [one for one in documents if not is_of_cycle(one)]
    of_cycles = [one for one in documents if is_of_cycle(one)]
    if not of_teams:
        findings.append(error("no-rubrics", Place(file=folder.name), folder=folder))
    rubrics = _read_all(of_teams, Rubric, findings)
    cycles = _read_all(of_cycles, CycleRubric, findings)
    findings += [*teams_are_unique(of_teams), *cycles_are_sound(of_cycles, of_teams)]
    if policy is None or policy_document is None or has_errors(findings):
        return None, findings
    sources = {POLICY: policy_document}
    sources |= {rubric.team: document for rubric, document in rubrics}
    sources |= {cycle_key(rubric.cycle): document for rubric, document in cycles}
    files = {key: RuleFile(one.name, one.sha256, one.lines) for key, one in sources.items()}
    findings += _unconfirmed(policy.unconfirmed, policy_document, policy)
    for document, paths in [
        *((document, rubric.unconfirmed) for rubric, document in rubrics),
        *((document, rubric.unconfirmed) for rubric, document in cycles),
    ]:
        findings += _unconfirmed(paths, document)
    teams = {rubric.team: rubric for rubric, _ in rubrics}
    own = {Cycle(rubric.cycle): rubric for rubric, _ in cycles}
    return Ruleset(policy, teams, files, _label(folder), calendar, own), findings


def _read_all(
    documents: Sequence[Document], model: type[AnyRubric], findings: list[Finding]
) -> list[tuple[AnyRubric, Document]]:
    """The documents that are a model, each with it; adds everything that is wrong to the findings."""
    read: list[tuple[AnyRubric, Document]] = []
    for document in documents:
        rubric, found = read_model(document, model, RUBRIC_CHECKS)
        findings += found
        read += [(rubric, document)] if rubric is not None else []
    return read


def _unconfirmed(paths: Iterable[str], document: Document, policy: Policy | None = None) -> list[Finding]:
    return [
        warning("unconfirmed", document.place(path), path=path, question=confirmation(path, policy))
        for path in paths
    ]


def confirmation(path: str, policy: Policy | None = None) -> Term:
    """What the company has to decide about an unconfirmed path of the policy or of a rubric.

    Of roll-ups it says what a month of the year really counts for.
    """
    if path == "rollup" and policy is not None and policy.rollup is not None:
        really = policy.rollup.shares_in_year()
        return Term("confirm.rollup.shares", {one.value: written(share) for one, share in really.items()})
    key = f"confirm.{path.rpartition('.')[2]}"
    return Term(key if key in catalogue() else "confirm.other")


def _label(folder: Path) -> str:
    """How a result names the folder: the built-in rules have no path that means anything to a reader."""
    return "" if folder == shipped("rubrics") else folder.name
