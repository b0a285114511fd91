"""Reading in a process of its own, which can be stopped.

A hostile file can make a reader run for hours, ask for more memory than there is, or abort the interpreter,
which nothing can catch. In a child process that costs a finding. The child is given the bytes and gives back
plain values; it has no more memory and time than the limits say. Where no child can be started, and where a
system knows no limits of memory, the gate alone has to be enough.
"""

from __future__ import annotations

import gc
import marshal
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import astuple
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from perfcli.errors import FileError
from perfcli.files.formats import Content, read_content, unlock
from perfcli.files.sheet import Limits, Refusal, Sheet
from perfcli.files.source import read_source

if TYPE_CHECKING:
    from subprocess import Popen

_BOOTSTRAP = (
    "import marshal, sys; sys.path[:] = marshal.load(sys.stdin.buffer) + sys.path; "
    "from perfcli.files.isolation import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
)
_DONE, _REFUSED, _FAILED, _OUT_OF_MEMORY = range(4)
_INTERPRETERS = ("python", "pypy")

_Answer = tuple[int, Any]
_Request = tuple[tuple[int, ...], str, str, tuple[Any, ...]]
"""The limits, the password, the function (none reads the content) and its further arguments."""


_GRACE = 5  # seconds: the parent gives up first, and says so
_LOOK_EVERY = 0.5

_begun: dict[tuple[bytes, Limits], Future[Any]] = {}
_children: set[Popen[bytes]] = set()


def begin(path: Path, limits: Limits) -> None:
    """Starts to read a workbook that ``read_isolated`` will be asked for, while other things are imported."""
    if not can_isolate():
        return
    with suppress(FileError):  # whoever asks for the workbook is told
        content = read_source(path, limits.file_bytes)
        answer: Future[Any] = Future()
        _begun[content, limits] = answer
        Thread(target=_answer_later, args=(answer, content, limits), daemon=True).start()


def _answer_later(answer: Future[Any], content: bytes, limits: Limits) -> None:
    try:
        answer.set_result(_asked(_reading(limits, ""), content, limits))
    except BaseException as problem:  # noqa: BLE001 - it is raised where the answer is asked for
        answer.set_exception(problem)


def read_isolated(content: bytes, limits: Limits, password: str = "") -> Content:
    """``read_content`` in a child process.

    Raises:
        Refusal: what ``read_content`` refuses; ``takes-too-long``, ``takes-too-much-memory``,
            ``damaged-workbook``, ``reader-not-started``.
    """
    begun = None if password else _begun.pop((content, limits), None)
    found = begun.result() if begun else _asked(_reading(limits, password), content, limits)
    sheets, pictures, encoding = found
    return Content([Sheet(*sheet) for sheet in sheets], pictures, encoding)


def _reading(limits: Limits, password: str) -> _Request:
    return astuple(limits), password, "", ()


def run_isolated(
    function: str, content: bytes, arguments: tuple[Any, ...], limits: Limits, password: str = ""
) -> Any:
    """What a function makes of a workbook, without its encryption, in a child process.

    Args:
        function: A function of the package: ``perfcli.room.module:name``.
        content: The workbook, which is its first argument.
        arguments: Its further arguments; like its answer, plain values that ``marshal`` knows.
        limits: The limits of time and memory.
        password: The password of an encrypted workbook.

    Raises:
        Refusal: ``takes-too-long``, ``takes-too-much-memory``, ``damaged-workbook``; what
            ``containers.unlock`` refuses.
    """
    return _asked((astuple(limits), password, function, arguments), content, limits)


def _asked(request: _Request, content: bytes, limits: Limits) -> Any:
    """The answer to a request, from a child process where there can be one."""
    answer = _ask_child(request, content, limits) if can_isolate() else _answer(request, content)
    kind, value = answer
    if kind == _DONE:
        return value
    if kind == _OUT_OF_MEMORY:
        raise Refusal("takes-too-much-memory", {"megabytes": limits.memory_bytes // 1024**2})
    if kind == _REFUSED:
        raise Refusal(*value)
    raise Refusal("damaged-workbook")


def can_isolate() -> bool:
    """Whether there is a Python to start; not where Python is built into another program."""
    name = Path(sys.executable or "").name.lower()
    return name.startswith(_INTERPRETERS) and not getattr(sys, "frozen", False)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """What the child does: answers one request about one file."""
    gc.disable()
    parent, request = marshal.load(requests)  # noqa: S302 - from the parent
    _end_with(parent)
    _limit(request[0])
    answers.write(marshal.dumps(_answer(request, requests.read())))
    answers.flush()
    os._exit(0)  # nothing is left to be done, and taking down millions of cells takes time


def _answer(request: _Request, content: bytes) -> _Answer:
    """What comes of a request, or why nothing does, as plain values."""
    limits, password, function, arguments = request
    try:
        if function:
            module, _, name = function.partition(":")
            unlocked = unlock(content, Limits(*limits), password)
            return _DONE, getattr(import_module(module), name)(unlocked, *arguments)
        read = read_content(content, Limits(*limits), password)
    except Refusal as refusal:
        return _REFUSED, (refusal.code, refusal.values)
    except MemoryError:
        return _OUT_OF_MEMORY, None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a reader's panic is none of Python's exceptions
        return _FAILED, None
    return _DONE, ([tuple(vars(sheet).values()) for sheet in read.sheets], read.pictures, read.encoding)


def _limit(limits: tuple[int, ...]) -> None:
    """Keeps this process from taking more memory and time than it may, and from leaving its memory behind."""
    try:
        import resource
    except ImportError:
        return  # there is no such thing on Windows
    memory, seconds = Limits(*limits).memory_bytes, Limits(*limits).seconds
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds + _GRACE),
    ):
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(kind)[1]
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (limit, limit))


def _end_with(parent: int) -> None:
    """Ends this process soon after the one that started it, which may have been killed."""
    if sys.platform == "win32":
        return  # nothing here knows how

    import signal

    def look(_signal: int, _frame: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_EVERY, _LOOK_EVERY)


def end_children() -> None:
    """Ends every child that is still at work; for a command that ends before its time."""
    for child in tuple(_children):
        with suppress(OSError):
            child.kill()


def _ask_child(request: _Request, content: bytes, limits: Limits) -> _Answer:
    import subprocess

    paths = [str(Path(__file__).parents[2]), *(one for one in sys.path if Path(one).is_absolute())]
    command = [sys.executable, "-I", "-S", "-c", _BOOTSTRAP]
    pipe = subprocess.PIPE
    sent = marshal.dumps(paths) + marshal.dumps((os.getpid(), request)) + content
    try:
        started = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603
    except OSError:  # too many files are open, or too many processes
        raise Refusal("reader-not-started") from None
    with _running(started) as child:
        try:
            written, complaint = child.communicate(sent, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise Refusal("takes-too-long", {"seconds": limits.seconds}) from None
    if child.returncode == 0 and written:
        with _without_collection():
            return cast("_Answer", marshal.loads(written))  # noqa: S302 - from the child
    return (_OUT_OF_MEMORY if b"memory" in complaint.lower() else _FAILED), None


@contextmanager
def _running(child: Popen[bytes]) -> Iterator[Popen[bytes]]:
    """A child that does not outlive its use, whatever happens."""
    _children.add(child)
    try:
        yield child
    finally:
        _children.discard(child)
        if child.poll() is None:
            child.kill()
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        child.wait()


@contextmanager
def _without_collection() -> Iterator[None]:
    """Looking for garbage among millions of new values finds nothing, slowly."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
