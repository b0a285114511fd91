"""Writing files: whole or not at all, never over an input, over another file only when told to."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from perfcli.cli.endings import go_on
from perfcli.errors import FileError, file_error

if TYPE_CHECKING:
    from perfcli.cli.output import Output

WORKBOOK = (".xlsx",)
"""The ending of the workbooks that perf writes."""


def check_target(
    path: Path, *, force: bool, inputs: Iterable[Path] = (), endings: Collection[str] = ()
) -> None:
    """Refuses early, before any work is done, what ``write_whole`` would refuse at the end.

    ``endings`` are those of the format that will be written, the usual one first; none allows any.

    Raises:
        FileError: ``output-is-input``, ``output-is-folder``, ``output-not-a-file``, ``output-exists``,
            ``no-such-folder``, ``cannot-write``, ``other-ending``.
    """
    try:
        if path.resolve() in {other.resolve() for other in inputs}:
            raise file_error("output-is-input", path)
        _check_kind(path)
        if path.exists() and not force:
            raise file_error("output-exists", path)
        if not path.resolve().parent.is_dir():
            raise file_error("no-such-folder", path.parent)
    except (OSError, ValueError, RuntimeError) as problem:  # a name that is too long, a circle of links
        raise file_error("cannot-write", path) from problem
    if endings and path.suffix.lower() not in endings:
        allowed = list(endings)
        raise file_error("other-ending", path, found=path.suffix, allowed=allowed, near=f"{path}{allowed[0]}")


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, where they are not there yet.

    Raises:
        FileError: ``cannot-write``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as problem:
        raise file_error("cannot-write", folder) from problem


def write_whole(path: Path, content: bytes, out: Output, *, force: bool) -> None:
    """Writes a file beside its target and moves it into place.

    A link is followed and said: what it leads to is replaced. Without ``force`` the file must not be there
    yet, also where another run has written it meanwhile.

    Raises:
        FileError: ``output-open`` (another program, such as Excel, holds the target), ``cannot-write``,
            ``output-exists``, ``output-not-a-file``.
    """
    write_together({path: content}, out, force=force)


def write_together(files: Mapping[Path, bytes], out: Output, *, force: bool) -> None:
    """Writes several files, all of them or none: see ``write_whole``."""
    with ExitStack() as cleaning:
        written = {path: _beside(path, content, cleaning) for path, content in files.items()}
        moved: list[Path] = []
        try:
            for path, temporary in written.items():
                go_on()
                _move(temporary, path, force=force)
                moved.append(path)
        except FileError:
            if not force:  # what was there before cannot be had back, what was not can be taken away
                for path in moved:
                    path.unlink(missing_ok=True)
            raise
    for path in files:
        if path.is_symlink():
            out.complain("output-follows-link", path=path, target=path.resolve())


def _beside(path: Path, content: bytes, cleaning: ExitStack) -> Path:
    """Writes what will be moved to a path into a temporary file in its folder."""
    import tempfile

    try:
        _check_kind(path)
        folder = path.resolve().parent
        handle, name = tempfile.mkstemp(dir=folder, prefix=".perf-", suffix=".tmp")
        temporary = Path(name)
        cleaning.callback(_remove, temporary)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        _share(temporary)
    except (OSError, ValueError, RuntimeError) as problem:
        raise file_error("cannot-write", path) from problem
    return temporary


def _move(temporary: Path, path: Path, *, force: bool) -> None:
    target = path.resolve()
    try:
        if force:
            temporary.replace(target)
        else:
            _move_to_a_new_name(temporary, target)
    except FileExistsError as problem:
        raise file_error("output-exists", path) from problem
    except OSError as problem:
        code = "output-open" if isinstance(problem, PermissionError) else "cannot-write"
        raise file_error(code, path) from problem


def _move_to_a_new_name(temporary: Path, target: Path) -> None:
    """Moves a file to where none is, and fails where one is by now."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without such links: the name is taken first, then replaced
        with target.open("xb"):
            pass
        temporary.replace(target)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _check_kind(path: Path) -> None:
    """Refuses to replace what is no file: a folder, a device, a pipe."""
    if path.is_dir():
        raise file_error("output-is-folder", path)
    if path.exists() and not path.is_file():
        raise file_error("output-not-a-file", path)


def _share(path: Path) -> None:
    """Gives a temporary file, which only its owner may read, the permissions of an ordinary new one."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)
