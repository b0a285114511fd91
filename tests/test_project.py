"""The project itself: what is public, what imports what, what the docs say, what a wheel carries."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import perfcli
from docs_support import load_script
from perfcli.rules.schema import schemas

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "perfcli"

LEVELS = {
    **dict.fromkeys(("__init__", "version", "text", "progress", "exact"), 0),
    "folding": 1,
    "findings": 1,
    "errors": 2,
    "files": 3,
    "rules": 4,
    "scoring": 5,
    "rewards": 6,
    "people": 7,
    "sheets": 8,
    "workbooks": 8,
    "sealed": 9,
    "exports": 10,
    "pipelines": 11,
    "cli": 12,
    "__main__": 13,
}


COLUMNS = "perfcli.people.columns"
"""The table of the columns of a person, which reads nothing and computes nothing: results and pay are tables
of people, so the rooms that make them take their keys from it, too."""


def imports(path: Path) -> set[str]:
    """The rooms of perf that a module imports, and the other packages."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{alias.name}" if node.module == "perfcli" else node.module
                for alias in node.names
            }
    return found


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_arrows_point_one_way(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        return
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    for module in imports(path):
        if module == COLUMNS and own in {"scoring", "rewards"}:
            continue
        if module.startswith("perfcli") and room(module) != own:
            assert LEVELS[room(module)] <= LEVELS[own], f"{own} imports {module}"
            assert {own, room(module)} != {"sheets", "workbooks"}, f"{own} imports {module}"
    if own in {"scoring", "rewards"}:
        outside = {module.split(".")[0] for module in imports(path)}
        assert not outside & {"typer", "rich", "openpyxl", "xlsxwriter", "python_calamine", "pathlib"}


def test_the_table_of_columns_is_pure() -> None:
    """Else the exception for it would let everything in."""
    found = imports(SOURCE / "people" / "columns.py")
    own = {module for module in found if module.startswith("perfcli")}
    assert {room(module) for module in own} == {"folding", "text"}
    assert not (found - own) & {"pandas", "numpy", "pathlib", "json"}


def test_help_loads_nothing_heavy() -> None:
    code = "import sys\nfrom perfcli.cli.main import run\nrun(['--help'])\n"
    code += "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    for heavy in (
        "pandas",
        "numpy",
        "openpyxl",
        "xlsxwriter",
        "pydantic",
        "yaml",
        "python_calamine",
        "opencc",
    ):
        assert f"'{heavy}'" not in done.stderr


def test_public_names_are_there_and_documented() -> None:
    for name in perfcli.__all__:
        assert getattr(perfcli, name)
    assert perfcli.score.__doc__
    assert perfcli.Results.__doc__
    with pytest.raises(AttributeError):
        _ = perfcli.nothing


def test_version_is_the_same_everywhere() -> None:
    assert f'version = "{perfcli.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"## [{perfcli.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_commands_page_is_current() -> None:
    script = load_script(ROOT / "docs" / "make_commands.py")
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == script.page(), "run `make docs`"


def test_every_command_is_on_the_page() -> None:
    script = load_script(ROOT / "docs" / "make_commands.py")
    modules = {path.stem for path in (SOURCE / "cli").glob("*.py")}
    helpers = {
        "__init__",
        "amounts",
        "annotating",
        "app",
        "endings",
        "files",
        "help",
        "language",
        "passwords",
        "main",
        "options",
        "output",
        "rules",
        "session",
        "usage",
    }
    assert {name.removesuffix("_") for name in modules - helpers} == {
        name.split()[0] for name in script.COMMANDS if name
    }


def keys_of(schema: dict[str, Any]) -> dict[str, tuple[list[str], list[str]]]:
    """The keys of each part of a schema and those that must be there; the rest varies with pydantic."""
    parts = {"": schema, **schema.get("$defs", {})}
    return {
        name: (sorted(part.get("properties", {})), sorted(part.get("required", [])))
        for name, part in parts.items()
    }


def test_schemas_are_current_and_accept_the_shipped_rules() -> None:
    for name, schema in schemas().items():
        path = ROOT / "rubrics" / "schema" / f"{name}.schema.json"
        shipped = json.loads(path.read_text(encoding="utf-8"))
        assert keys_of(shipped) == keys_of(schema), "run `perf rubric schema rubrics/schema --force`"
    for path in (ROOT / "rubrics").glob("*.yaml"):
        name = "policy" if path.stem == "policy" else "rubric"
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# yaml-language-server: $schema=schema/{name}.schema.json\n")
        shipped = json.loads(
            (ROOT / "rubrics" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
        )
        jsonschema.validate(yaml.safe_load(text), shipped)


def test_oldest_versions_are_the_lower_bounds() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*table["dependencies"], *table["optional-dependencies"]["parquet"]]
    bounds = dict(re.findall(r"^([a-z-]+)>=([\d.]+)", one)[0] for one in needed)
    oldest = dict(
        re.findall(r"^([a-z-]+)==([\d.]+)$", (ROOT / "tests" / "oldest.txt").read_text("utf-8"), re.MULTILINE)
    )
    assert {name: [*map(int, version.split("."))][:2] for name, version in bounds.items()} == {
        name: [*map(int, version.split("."))][:2] for name, version in oldest.items()
    }


def commands_of(readme: str) -> list[str]:
    """The blocks of commands that a README says to type."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_readme_can_be_followed_from_top_to_bottom(tmp_path: Path) -> None:
    blocks = commands_of("README.md")
    assert len(blocks) >= 6
    assert commands_of("README.zh-Hant.md") == blocks
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("the README's commands are for a POSIX shell; PowerShell has the same words")
    (tmp_path / "bin").mkdir()
    perf = tmp_path / "bin" / "perf"
    perf.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m perfcli "$@"\n')
    perf.chmod(0o755)
    environment = {**os.environ, "PATH": f"{perf.parent}{os.pathsep}{os.environ['PATH']}", "PERF_LANG": "en"}
    done = subprocess.run(
        [bash, "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "nothing was changed" in done.stdout


def test_the_readme_s_python_runs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    lines = "\n".join(line.removeprefix("  ") for line in code[1].splitlines())
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "E014" in done.stdout


@pytest.mark.parametrize(
    "page",
    ["README.md", "README.zh-Hant.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))],
)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_a_wheel_works_elsewhere_and_carries_rules_and_examples(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    elsewhere = tmp_path / "elsewhere"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(elsewhere)
    environment = {**os.environ, "PYTHONPATH": str(elsewhere), "PERF_LANG": "en"}
    script = (
        "import perfcli, sys; assert 'elsewhere' in perfcli.__file__; from perfcli.cli import main; main()"
    )
    for words in (["init", "mine"], ["rubric", "check"], ["score", "mine/examples/2026-11/marketing.xlsx"]):
        run = [sys.executable, "-c", script, *words]
        done = subprocess.run(
            run, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine/examples/2026-11/marketing.result.xlsx").exists()
