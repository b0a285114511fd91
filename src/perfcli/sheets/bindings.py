"""What the user says about odd sheets in a YAML file: which header, sheet or cell means what (``--map``)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from perfcli.errors import RulesError, file_error
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.folding import fold
from perfcli.people.roster import Said
from perfcli.rules.documents import Document, read_document
from perfcli.rules.periods import EXAMPLES, parse_period
from perfcli.rules.roles import ROLES
from perfcli.rules.ruleset import Ruleset
from perfcli.rules.validation import validate
from perfcli.sheets.labels import IGNORED, MEANINGS
from perfcli.sheets.vocabulary import Vocabulary

SKIP = "skip"

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetBinding(_Said):
    """What a sheet is about, or ``skip``; a sheet that is named here is read even if it is hidden."""

    team: str = ""
    period: str = ""
    skip: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {SKIP: True} if value == SKIP else value


class MapFile(_Said):
    """A ``--map`` file: sheets by name, meanings by header, cells by meaning."""

    sheets: dict[str, SheetBinding] = {}
    headers: dict[str, str] = {}
    cells: dict[str, str] = {}


@dataclass(frozen=True)
class Bindings:
    """What was said, checked.

    ``headers`` has the meaning of each folded text, ``sheets`` what is known of a sheet by its folded name,
    ``cells`` the row and column of each label's value on every sheet in form layout, ``places`` the line of
    each header in the file.
    """

    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sheets: Mapping[str, SheetBinding] = field(default_factory=lambda: MappingProxyType({}))
    cells: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))

    def sheet(self, name: str) -> SheetBinding | None:
        """What is said of a sheet; None for nothing."""
        return self.sheets.get(fold(name))

    def skips(self, name: str) -> bool:
        """Whether a sheet is to be left alone."""
        said = self.sheet(name)
        return said is not None and said.skip

    def of_roster(self, ruleset: Ruleset) -> Said:
        """What was said of the headers and sheets of a roster, with the policy's factors in columns of it."""
        skipped = {name for name, said in self.sheets.items() if said.skip}
        return Said(self.headers, skipped, ruleset.policy.bonus.roster_factors)

    def unused(self, used: Collection[str]) -> list[Finding]:
        """What names a header that is nowhere, and is perhaps misspelt (``unused-binding``)."""
        return [warning("unused-binding", place) for text, place in self.places.items() if text not in used]


def load_bindings(path: Path, ruleset: Ruleset) -> Bindings:
    """Reads a ``--map`` file.

    Raises:
        FileError: ``no-such-file``.
        RulesError: those of ``read_document`` and ``validate``, ``unknown-meaning``,
            ``not-a-cell``, ``unknown-team``, ``not-a-period``.
    """
    if not path.exists():
        raise file_error("no-such-file", path)
    document = read_document(path)
    said: MapFile | None = None
    findings = list(document.findings)
    if document.data is not None and not findings:
        said, mistakes = validate(document, MapFile)
        findings += mistakes
    if said is not None:
        findings += _mistakes(said, document, ruleset)
    if said is None or has_errors(findings):
        raise RulesError(findings)
    vocabulary = Vocabulary(ruleset.rubrics, ruleset.policy.raters)
    return Bindings(
        {fold(text): meaning for text, meaning in said.headers.items()},
        {fold(name): _sheet(one, vocabulary) for name, one in said.sheets.items()},
        {label: _cell(address) for label, address in said.cells.items()},
        {fold(text): document.place(f"headers.{text}") for text in said.headers},
    )


def _sheet(said: SheetBinding, vocabulary: Vocabulary) -> SheetBinding:
    team = vocabulary.teams[fold(said.team)] if said.team else ""
    return SheetBinding(team=team, period=parse_period(said.period) or "", skip=said.skip)


def _cell(address: str) -> tuple[int, int]:
    match = _CELL.fullmatch(address.upper())
    letters, row = match.groups() if match else ("A", "1")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(row) - 1, column - 1


def _mistakes(said: MapFile, document: Document, ruleset: Ruleset) -> Iterator[Finding]:
    vocabulary = Vocabulary(ruleset.rubrics, ruleset.policy.raters)
    names = [indicator.id for rubric in ruleset.rubrics.values() for indicator in rubric.indicators]
    allowed = [*MEANINGS, IGNORED, *ROLES, *ruleset.policy.raters.own, *dict.fromkeys(names)]
    for text, meaning in said.headers.items():
        if not (vocabulary.column(0, meaning).is_known or vocabulary.role(meaning)):
            near = difflib.get_close_matches(meaning, allowed, n=1)
            values = {"found": meaning, "near": near[0] if near else "", "allowed": allowed}
            yield error("unknown-meaning", document.place(f"headers.{text}"), **values)
    for label, address in said.cells.items():
        place = document.place(f"cells.{label}")
        if label not in MEANINGS:
            near = difflib.get_close_matches(label, MEANINGS, n=1)
            values = {"found": label, "near": near[0] if near else "", "allowed": list(MEANINGS)}
            yield error("unknown-meaning", place, **values)
        if not _CELL.fullmatch(address.upper()):
            yield error("not-a-cell", place, found=address)
    for name, one in said.sheets.items():
        yield from _sheet_mistakes(one, f"sheets.{name}", document, ruleset, vocabulary)


def _sheet_mistakes(
    said: SheetBinding, path: str, document: Document, ruleset: Ruleset, vocabulary: Vocabulary
) -> Iterator[Finding]:
    if said.team and fold(said.team) not in vocabulary.teams:
        near = difflib.get_close_matches(said.team, ruleset.rubrics, n=1)
        values = {"found": said.team, "near": near[0] if near else "", "allowed": sorted(ruleset.rubrics)}
        yield error("unknown-team", document.place(f"{path}.team"), **values)
    if said.period and parse_period(said.period) is None:
        place = document.place(f"{path}.period")
        yield error("not-a-period", place, found=said.period, allowed=list(EXAMPLES))
