"""A folder of YAML files → one ``Ruleset``, or every mistake in them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from perfcli.errors import RulesError, file_error
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.rules.checks import (
    POLICY_CHECKS,
    RUBRIC_CHECKS,
    Check,
    teams_are_unique,
    vetoes_name_grades,
)
from perfcli.rules.documents import Document, read_document
from perfcli.rules.folder import list_rules
from perfcli.rules.models import Policy, Rubric
from perfcli.rules.rater_checks import indicators_are_no_raters
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset
from perfcli.rules.validation import Model, validate
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

    Findings: those of ``list_rules``, ``read_document``, ``validate`` and ``checks``; ``no-policy``,
    ``no-rubrics``, ``unconfirmed`` (a warning for each).
    """
    listed = list_rules(folder)
    policy_document = read_document(listed.policy) if listed.policy else None
    documents = [read_document(path) for path in listed.rubrics]
    findings = list(listed.findings)
    policy: Policy | None = None
    if policy_document is None:
        findings.append(error("no-policy", Place(file=POLICY_FILE), folder=folder))
    else:
        policy = _checked(policy_document, Policy, POLICY_CHECKS, findings)
        findings += vetoes_name_grades(documents, policy_document)
        findings += indicators_are_no_raters(documents, policy_document)
    if not documents:
        findings.append(error("no-rubrics", Place(file=folder.name), folder=folder))
    rubrics = [_checked(document, Rubric, RUBRIC_CHECKS, findings) for document in documents]
    findings += teams_are_unique(documents)
    if policy is None or policy_document is None or has_errors(findings):
        return None, findings
    found = {rubric.team: rubric for rubric in rubrics if rubric is not None}
    sources = [(POLICY, policy_document)]
    sources += [
        (rubric.team, document) for rubric, document in zip(rubrics, documents, strict=True) if rubric
    ]
    files = {key: RuleFile(document.name, document.sha256, document.lines) for key, document in sources}
    findings += _unconfirmed(policy.unconfirmed, policy_document)
    for rubric, document in zip(rubrics, documents, strict=True):
        findings += _unconfirmed(rubric.unconfirmed if rubric else (), document)
    return Ruleset(policy, found, files, _label(folder)), findings


def _checked(
    document: Document, model: type[Model], checks: tuple[Check, ...], findings: list[Finding]
) -> Model | None:
    """The document as a model; adds everything that is wrong with it to the findings."""
    found = list(document.findings)
    value: Model | None = None
    if document.data is not None:
        value, mistakes = validate(document, model)
        aliases = {finding.place.path for finding in found if finding.code == "yaml-alias"}
        found += [mistake for mistake in mistakes if mistake.place.path not in aliases]
        found += [finding for check in checks for finding in check(document)]
    findings += sorted(found, key=lambda finding: finding.place.line or 0)
    return value


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
