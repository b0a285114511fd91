"""Writing files: whole or not at all, never over an input, over another file only when told to."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from perfcli.errors import file_error


def check_target(path: Path, *, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Refuses early, before any work is done, what ``write_whole`` would refuse at the end.

    Raises:
        FileError: ``output-is-input``, ``output-is-folder``, ``output-exists``, ``no-such-folder``.
    """
    if path.resolve() in {other.resolve() for other in inputs}:
        raise file_error("output-is-input", path)
    if path.is_dir():
        raise file_error("output-is-folder", path)
    if path.exists() and not force:
        raise file_error("output-exists", path)
    if not path.parent.is_dir():
        raise file_error("no-such-folder", path.parent)


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, where they are not there yet.

    Raises:
        FileError: ``cannot-write``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise file_error("cannot-write", folder) from problem


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file beside its target and moves it into place.

    Raises:
        FileError: ``output-open`` (another program, such as Excel, holds the target), ``cannot-write``.
    """
    import tempfile

    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".perf-", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        _share(temporary)
        temporary.replace(path)
    except OSError as problem:
        held = isinstance(problem, PermissionError) and temporary is not None
        raise file_error("output-open" if held else "cannot-write", path) from problem
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _share(path: Path) -> None:
    """Gives a temporary file, which only its owner may read, the permissions of an ordinary new one."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)
