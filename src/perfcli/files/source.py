"""A file of the user's, as bytes: only what is a file, at once, and whole."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from perfcli.errors import FileError, file_error
from perfcli.text import visible

if sys.platform == "win32":
    _AT_ONCE = os.O_BINARY
else:
    _AT_ONCE = os.O_NONBLOCK  # a pipe that nobody fills would wait for ever

_MEGABYTE = 1024**2


def shown_name(path: Path) -> str:
    """The name of a file without folders, as it can be shown: bytes that are no text are escaped."""
    return visible(path.name or str(path))


def locked_name(name: str) -> str:
    """The workbook that Excel or LibreOffice has open where it leaves a file of this name; else empty."""
    if name.startswith("~$"):
        return name.removeprefix("~$")
    if name.startswith(".~lock.") and name.endswith("#"):
        return name.removeprefix(".~lock.").removesuffix("#")
    return ""


def without_locks(paths: Sequence[Path]) -> list[Path]:
    """Some files without those that only tell that a workbook is open, where it is there too.

    A pattern in a shell names both. Where nothing else would be left, they stay, to be refused.
    """
    given = {path.resolve() for path in paths}
    locks = {path: path.with_name(name) for path in paths if (name := locked_name(path.name))}
    rest = [path for path in paths if path not in locks]
    return [
        path
        for path in paths
        if path not in locks or not (locks[path].resolve() in given or (rest and locks[path].exists()))
    ]


def read_source(path: Path, largest: int) -> bytes:
    """The content of a file of at most ``largest`` bytes.

    Raises:
        FileError: ``no-such-file``, ``is-a-folder``, ``not-a-file`` (a pipe, a device, a socket),
            ``may-not-read``, ``name-too-long``, ``unreadable-file``, ``file-too-large``,
            ``still-synchronising``.
    """
    name = shown_name(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    except (OSError, ValueError) as problem:
        raise _refused(path, problem) from problem
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise file_error("is-a-folder", name)
        if not stat.S_ISREG(state.st_mode):
            raise file_error("not-a-file", name)
        if state.st_size > largest:
            raise file_error("file-too-large", name, megabytes=largest // _MEGABYTE)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            content = stream.read(largest + 1)
        size = os.fstat(descriptor).st_size
    except OSError as problem:
        raise file_error("unreadable-file", name) from problem
    finally:
        os.close(descriptor)
    if not len(content) == size == state.st_size:
        raise file_error("still-synchronising", name)
    return content


def _refused(path: Path, problem: Exception) -> FileError:
    """Why a file cannot even be opened."""
    name, number = shown_name(path), getattr(problem, "errno", None)
    if number in {errno.ENXIO, errno.EOPNOTSUPP, errno.ENODEV}:
        return file_error("not-a-file", name)
    if number == errno.ENAMETOOLONG:
        return file_error("name-too-long", f"{name[:20]}…{name[-20:]}")
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return file_error("no-such-file", visible(str(path)))
    if number in {errno.EACCES, errno.EPERM}:
        try:
            is_folder = path.is_dir()
        except OSError:
            is_folder = False
        return file_error("is-a-folder" if is_folder else "may-not-read", name)
    return file_error("is-a-folder" if number == errno.EISDIR else "unreadable-file", name)
