"""A folder of YAML files → one ``Ruleset``, or every mistake in them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

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
from perfcli.rules.documents import Document, read_document
from perfcli.rules.folder import list_rules
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.rules.validation import read_model
from perfcli.text import Term, catalogue

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
        calendar, found = read_calendar(folder, policy_document, shipped("rubrics"))
        findings += found
    if not documents:
        findings.append(error("no-rubrics", Place(file=folder.name), folder=folder))
    rubrics: list[Rubric | None] = []
    for document in documents:
        rubric, found = read_model(document, Rubric, RUBRIC_CHECKS)
        rubrics.append(rubric)
        findings += found
    findings += teams_are_unique(documents)
    if policy is None or policy_document is None or has_errors(findings):
        return None, findings
    teams = {rubric.team: rubric for rubric in rubrics if rubric is not None}
    sources = [(POLICY, policy_document)]
    sources += [
        (rubric.team, document) for rubric, document in zip(rubrics, documents, strict=True) if rubric
    ]
    files = {key: RuleFile(document.name, document.sha256, document.lines) for key, document in sources}
    findings += _unconfirmed(policy.unconfirmed, policy_document)
    for rubric, document in zip(rubrics, documents, strict=True):
        findings += _unconfirmed(rubric.unconfirmed if rubric else (), document)
    return Ruleset(policy, teams, files, _label(folder), calendar), findings


def _unconfirmed(paths: Iterable[str], document: Document) -> list[Finding]:
    return [
        warning("unconfirmed", document.place(path), path=path, question=confirmation(path)) for path in paths
    ]


def confirmation(path: str) -> Term:
    """What the company has to decide about an unconfirmed path of the policy or of a rubric."""
    key = f"confirm.{path.rpartition('.')[2]}"
    return Term(key if key in catalogue() else "confirm.other")


def _label(folder: Path) -> str:
    """How a result names the folder: the built-in rules have no path that means anything to a reader."""
    return "" if folder == shipped("rubrics") else folder.name
