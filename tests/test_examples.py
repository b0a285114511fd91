"""The examples are what the script makes, cell by cell."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook

from docs_support import load_script

EXAMPLES = Path(__file__).parents[1] / "examples"


def content(path: Path) -> dict[str, object]:
    """All cells of a workbook, by sheet."""
    workbook = CalamineWorkbook.from_path(path)
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_the_examples_are_current(tmp_path: Path) -> None:
    load_script(EXAMPLES / "make_examples.py").make(tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.xlsx"))
    assert made == sorted(path.relative_to(EXAMPLES) for path in EXAMPLES.rglob("*.xlsx"))
    for path in made:
        assert content(tmp_path / path) == content(EXAMPLES / path), f"run `make examples`: {path}"
