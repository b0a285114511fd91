"""Seeded score sheets of any size: a wide sheet of the operations team, as managers send it."""

from __future__ import annotations

import random
from pathlib import Path

import xlsxwriter

from perfcli.rules.loader import load_ruleset, shipped
from perfcli.text import Language

SEED = 20261123
PERIOD = "2026-11"
DEPARTMENTS = 40


def write_sheet(path: Path, people: int, first: int = 0) -> Path:
    """A score sheet of so many invented people, whose ids begin with a number."""
    rubric = load_ruleset(shipped("rubrics")).rubrics["operations"]
    headers = [one.name.in_language(Language.TRADITIONAL) for one in rubric.indicators]
    chance = random.Random(SEED + first)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(rubric.name.in_language(Language.TRADITIONAL))
        sheet.write_row(0, 0, ["工號", "姓名", "部門", *headers])
        for row in range(people):
            number = first + row
            who = [f"E{number:06d}", f"員工{number}", f"第{number % DEPARTMENTS + 1}運營部"]
            sheet.write_row(row + 1, 0, [*who, *(chance.randint(40, 100) for _ in headers)])
    return path


def write_many(folder: Path, books: int, people: int) -> list[Path]:
    """So many score sheets of so many people each."""
    folder.mkdir()
    return [write_sheet(folder / f"sheet-{book:03d}.xlsx", people, book * people) for book in range(books)]
