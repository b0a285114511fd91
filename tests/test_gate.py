"""Files that cannot be read or should not be: each gives a plain word, within its limits."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from perfcli.errors import FileError
from perfcli.files import reader
from perfcli.files.formats import read_content
from perfcli.files.reader import Access, read_book
from perfcli.files.sheet import Limits, Refusal
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.ruleset import Ruleset
from support.bad_files import BAD_FILES, HOSTILE, MEGABYTE, cell, sound
from support.office import office, worksheet

pytestmark = pytest.mark.isolated

LIMITS = Limits()


class TestTheGateAlone:
    """Nothing here runs in a process that could be stopped, or under a limit of memory."""

    @pytest.mark.parametrize("name", HOSTILE)
    def test_refuses_what_would_bring_a_reader_down(self, name: str) -> None:
        make, code = HOSTILE[name]
        with pytest.raises(Refusal) as caught:
            read_content(make(), LIMITS)
        assert caught.value.code == code

    @pytest.mark.parametrize(
        ("limits", "code"),
        [
            (replace(LIMITS, file_bytes=100), "file-too-large"),
            (replace(LIMITS, entries=3), "unpacks-too-large"),
            (replace(LIMITS, unpacked_bytes=100), "unpacks-too-large"),
            (replace(LIMITS, cells=19), "far-cell"),
            (replace(LIMITS, merges=1), "too-many-merges"),
        ],
    )
    def test_refuses_what_is_above_a_limit(self, limits: Limits, code: str) -> None:
        spans = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/></mergeCells>'
        content = office(worksheet(cell("A1") + cell("B10"), after=spans))
        with pytest.raises(Refusal) as caught:
            read_content(content, limits)
        assert caught.value.code == code
        assert len(read_content(content, LIMITS).sheets[0].rows) == 10

    @pytest.mark.parametrize("rows", [2, 9, 10, 11, 99, 101])
    @pytest.mark.parametrize("column", ["A", "B", "Z", "AA", "AB", "ZZ", "AAA", "XFD"])
    def test_measures_to_the_last_cell(self, rows: int, column: str) -> None:
        content = office(worksheet(cell("A1") + cell(f"{column}{rows}") + cell("B1")))
        sheet = read_content(content, LIMITS).sheets[0]
        area = len(sheet.rows) * len(sheet.rows[0])
        assert read_content(content, replace(LIMITS, cells=area)).sheets[0].rows == sheet.rows
        with pytest.raises(Refusal) as caught:
            read_content(content, replace(LIMITS, cells=area - 1))
        assert caught.value.code == "far-cell"

    def test_limits_can_be_raised(self) -> None:
        assert Limits().raised().cells == 10 * Limits().cells
        assert Limits().raised().seconds == 10 * Limits().seconds


class TestFilesThatCannotBeRead:
    @pytest.mark.parametrize("name", BAD_FILES)
    def test_are_told_by_their_name(
        self, name: str, tmp_path: Path, small_rules: Ruleset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make, code = BAD_FILES[name]
        path = tmp_path / name
        if name == "folder":
            path.mkdir()
        elif name != "nowhere.xlsx":
            path.write_bytes(make())
        if name == "forbidden.xlsx":
            monkeypatch.setattr("perfcli.files.source.os.fdopen", _refuse)
        elif name == "growing.xlsx":
            monkeypatch.setattr("perfcli.files.source.os.fdopen", lambda *_, **__: BytesIO(b"PK"))
        with pytest.raises(FileError) as caught:
            pipeline.read(Request([path]), small_rules)
        assert [found.code for found in caught.value.findings] == [code]
        assert caught.value.exit_code == 4
        assert str(caught.value.findings[0].place).endswith(name)

    def test_are_all_told_at_once(self, tmp_path: Path, small_rules: Ruleset) -> None:
        (tmp_path / "empty.xlsx").touch()
        with pytest.raises(FileError) as caught:
            pipeline.read(Request([tmp_path / "empty.xlsx", tmp_path / "nowhere.xlsx"]), small_rules)
        assert [found.code for found in caught.value.findings] == ["empty-file", "no-such-file"]

    def test_are_refused_above_a_size_before_they_are_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "large.xlsx"
        path.write_bytes(sound())
        monkeypatch.setattr(reader, "read_isolated", None)
        with pytest.raises(FileError) as caught:
            read_book(path, Access(limits=replace(LIMITS, file_bytes=100)))
        assert caught.value.findings[0].code == "file-too-large"

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell how much a child took")
    def test_cost_little_time_and_memory(self, tmp_path: Path) -> None:
        for name, (make, _) in HOSTILE.items():
            (tmp_path / f"{name}.xlsx").write_bytes(make())
        measured = subprocess.run(
            [sys.executable, "-c", _MEASURE, *sorted(map(str, tmp_path.iterdir()))],
            capture_output=True,
            check=True,
            text=True,
        )
        record = json.loads(measured.stdout)
        assert record["codes"] == {f"{name}.xlsx": code for name, (_, code) in HOSTILE.items()}
        assert record["longest"] < 20
        assert record["kilobytes"] * 1024 < 1024 * MEGABYTE


def _refuse(*_: object, **__: object) -> bytes:
    raise PermissionError(13, "in use by another process")


_MEASURE = """
import json, resource, sys, time
from pathlib import Path
from perfcli.errors import FileError
from perfcli.files.reader import read_book

codes, longest = {}, 0.0
for name in sys.argv[1:]:
    start = time.monotonic()
    try:
        read_book(Path(name))
    except FileError as problem:
        codes[Path(name).name] = problem.findings[0].code
    longest = max(longest, time.monotonic() - start)
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"codes": codes, "longest": longest, "kilobytes": most}))
"""
