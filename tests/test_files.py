"""Writing files: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfcli.cli.files import check_target, make_folder, write_whole
from perfcli.cli.output import Output
from perfcli.errors import FileError
from perfcli.text import Language

OUT = Output(Language.ENGLISH)


def test_a_target_that_is_open_in_excel_says_so_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "result.xlsx"
    target.write_bytes(b"old")

    def refuse(_self: Path, _target: Path) -> Path:
        raise PermissionError(13, "in use by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileError) as caught:
        write_whole(target, b"new", OUT, force=True)
    assert caught.value.findings[0].code == "output-open"
    assert "Excel" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["result.xlsx"]
    assert target.read_bytes() == b"old"


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "result.xlsx"
    target.write_bytes(b"old")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("perfcli.cli.files.os.fdopen", refuse)
    with pytest.raises(FileError) as caught:
        write_whole(target, b"new", OUT, force=True)
    assert caught.value.findings[0].code == "cannot-write"
    assert [path.name for path in tmp_path.iterdir()] == ["result.xlsx"]
    assert target.read_bytes() == b"old"


def test_a_new_file_has_ordinary_permissions(tmp_path: Path) -> None:
    (tmp_path / "ordinary").write_bytes(b"")
    write_whole(tmp_path / "ours", b"", OUT, force=False)
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_what_stands_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target, code in ((tmp_path, "output-is-folder"), (tmp_path / "file", "output-exists")):
        with pytest.raises(FileError) as caught:
            check_target(target, force=False)
        assert caught.value.findings[0].code == code
    with pytest.raises(FileError) as caught:
        make_folder(tmp_path / "file" / "below")
    assert caught.value.findings[0].code == "cannot-write"
