"""Which files of a folder are rules: a folder on a share also has hidden files, lock files and copies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perfcli.findings import Finding, Place, error

POLICY = "policy"

_ENDINGS = {".yaml", ".yml"}
_COPY_WORD = (
    r"(?:的?副本|[複复]製|复制|拷[貝贝]|copy|copie|kopie|conflict(?:ed)?(?: copy)?|[衝冲]突(?:副本|文件)?)"
)
_COPIES = (
    re.compile(r"(?P<original>.+?)\s*[(（][0-9]{1,3}[)）]"),
    re.compile(
        rf"(?P<original>.+?)[\s_]*[-–—(（]?\s*{_COPY_WORD}\s*[(（]?[-0-9]*[)）]{{0,2}}", re.IGNORECASE
    ),
    re.compile(rf"(?P<original>.+?)\s*[(（][^()（）]*{_COPY_WORD}[^()（）]*[)）]", re.IGNORECASE),
    re.compile(
        rf"(?:copy(?: \([0-9]+\))? of|{_COPY_WORD})\s*[-–—(（]?\s*(?P<original>.+?)[)）]?", re.IGNORECASE
    ),
)


@dataclass(frozen=True)
class RulesFolder:
    """The files of a folder that are rules, by name, and what is wrong with the others."""

    policy: Path | None
    rubrics: Sequence[Path]
    findings: Sequence[Finding]


def list_rules(folder: Path) -> RulesFolder:
    """Finds the policy and the rubrics of a folder.

    Hidden files and those of other kinds are passed over; ``.YAML`` and ``.yml`` are as good as ``.yaml``.

    Findings: ``copied-rules``, at a copy of a file that is there too.
    """
    paths = sorted(path for path in folder.iterdir() if _is_meant(path))
    stems = {path.stem.casefold(): path for path in reversed(paths)}
    findings: list[Finding] = []
    kept: list[Path] = []
    for path in paths:
        original = next((stems[stem] for stem in _originals(path.stem) if stem in stems), path)
        if original == path:
            original = stems[path.stem.casefold()]  # sales.yaml beside sales.yml
        if original == path:
            kept.append(path)
        else:
            findings.append(error("copied-rules", Place(path.name), original=original.name))
    policy = next((path for path in kept if path.stem.casefold() == POLICY), None)
    return RulesFolder(policy, [path for path in kept if path != policy], findings)


def _is_meant(path: Path) -> bool:
    return path.suffix.lower() in _ENDINGS and not path.name.startswith((".", "~$"))


def _originals(stem: str) -> Iterator[str]:
    """What a file may be a copy of, by its name: ``sales (1)``, ``policy - 複製``, ``Copy of sales``."""
    for pattern in _COPIES:
        if found := pattern.fullmatch(stem.strip()):
            yield found["original"].strip().casefold()
