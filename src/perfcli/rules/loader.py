"""A folder of YAML files → one ``Ruleset``, or every mistake in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from perfcli.errors import RulesError, file_error
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.rules.checks import (
    POLICY_CHECKS,
    RUBRIC_CHECKS,
    Check,
    teams_are_unique,
    vetoes_name_grades,
)
from perfcli.rules.cycle_checks import cycles_are_sound, is_of_cycle
from perfcli.rules.documents import Document, read_document
from perfcli.rules.folder import list_rules
from perfcli.rules.models import CycleRubric, Policy, Rubric
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import POLICY, RuleFile, Ruleset, cycle_key
from perfcli.rules.validation import Model, validate
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
    of_teams = [one for one in documents if not is_of_cycle(one)]
    of_cycles = [one for one in documents if is_of_cycle(one)]
    if not of_teams:
        findings.append(error("no-rubrics", Place(file=folder.name), folder=folder))
    rubrics = _all_checked(of_teams, Rubric, findings)
    cycles = _all_checked(of_cycles, CycleRubric, findings)
    findings += [*teams_are_unique(of_teams), *cycles_are_sound(of_cycles, of_teams)]
    if policy is None or policy_document is None or has_errors(findings):
        return None, findings
    sources = {POLICY: policy_document}
    sources |= {rubric.team: document for rubric, document in rubrics}
    sources |= {cycle_key(rubric.cycle): document for rubric, document in cycles}
    files = {key: RuleFile(one.name, one.sha256, one.lines) for key, one in sources.items()}
    findings += _unconfirmed(policy.unconfirmed, policy_document)
    for document, paths in [
        *((document, rubric.unconfirmed) for rubric, document in rubrics),
        *((document, rubric.unconfirmed) for rubric, document in cycles),
    ]:
        findings += _unconfirmed(paths, document)
    found = {rubric.team: rubric for rubric, _ in rubrics}
    own = {Cycle(rubric.cycle): rubric for rubric, _ in cycles}
    return Ruleset(policy, found, files, _label(folder), own), findings


def _all_checked(
    documents: Sequence[Document], model: type[AnyRubric], findings: list[Finding]
) -> list[tuple[AnyRubric, Document]]:
    """The documents that are a model, each with it; adds everything that is wrong to the findings."""
    checked = [(_checked(document, model, RUBRIC_CHECKS, findings), document) for document in documents]
    return [(rubric, document) for rubric, document in checked if rubric is not None]


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
