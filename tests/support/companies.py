"""Folders of rules to test with."""

from __future__ import annotations

import shutil
from pathlib import Path

from perfcli.rules.loader import POLICY_FILE, shipped

HERE = Path(__file__).parents[1]


def shipped_copy(folder: Path) -> Path:
    """A copy of the shipped rules, for a test to change."""
    shutil.copytree(shipped("rubrics"), folder)
    return folder


def small_company(folder: Path) -> Path:
    """The small teams of ``tests/small_company`` under the shipped policy."""
    shutil.copytree(HERE / "small_company", folder)
    shutil.copy(shipped("rubrics") / POLICY_FILE, folder / POLICY_FILE)
    return folder
