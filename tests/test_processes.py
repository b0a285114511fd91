"""Commands that are ended in the midst of their work, and inputs and outputs that are no files."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from support.command import ROOT, Ran, perf
from support.forks import forked

SHEET = ROOT / "examples" / "2026-11" / "operations.xlsx"
ROSTER = ROOT / "examples" / "roster.xlsx"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes are those of POSIX")


def start(*words: object, folder: Path, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    """A command that has begun, in a session of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PERF_")}
    command = [sys.executable, "-m", "perfcli", *map(str, words), "--lang", "en"]
    pipe = subprocess.PIPE
    started: subprocess.Popen[bytes] = subprocess.Popen(
        command,
        cwd=folder,
        env=clean,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
        preexec_fn=before,  # noqa: PLW1509 - before any thread
    )
    return started


def ended(*words: object, folder: Path, before: Callable[[], None] | None = None) -> tuple[int, str]:
    """The exit code of a command in a process of its own, and all that it said."""
    with start(*words, folder=folder, before=before) as command:
        try:
            out, err = command.communicate(timeout=60)
        finally:
            command.kill()
    said = (out + err).decode("utf-8", "replace")
    assert "Traceback" not in said
    return command.returncode, said


def at_once(*words: object, folder: Path) -> Ran:
    """What a command says and how it ends that waits for nothing, in this process."""

    def stop(_signal: int, _frame: object) -> None:
        pytest.fail(f"{words} are waited for")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    try:
        return perf(*words, folder=folder)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def is_gone(session: int) -> bool:
    """Whether no process of a session is left; a child looks for its parent each second, if it is let."""
    for _ in range(200):
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    shutil.copy(SHEET, folder / "sheet.xlsx")
    assert perf("score", "sheet.xlsx", "-o", "s.result.xlsx", folder=folder).code == 0
    assert perf("bonus", "s.result.xlsx", "--roster", ROSTER, "-o", "b.xlsx", folder=folder).code == 0
    return folder


COMMANDS: dict[str, Sequence[object]] = {
    "score": ("score", "sheet.xlsx", "-o", "new.xlsx", "--csv", "new.csv"),
    "check": ("check", "sheet.xlsx", "--annotate", "new.xlsx"),
    "bonus": ("bonus", "s.result.xlsx", "--roster", ROSTER, "-o", "new.xlsx"),
    "export": ("export", "b.xlsx", "-o", "new.csv"),
    "template": ("template", "--all", "--period", "2026-12", "-o", "new"),
}


@pytest.fixture(scope="module")
def undisturbed(
    results: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[dict[str, bytes], float]]:
    """What a command leaves that nobody ends, and how many seconds it takes."""

    @cache
    def run(name: str) -> tuple[dict[str, bytes], float]:
        lasted = []
        for _ in range(2):  # what forks the commands may have to start first
            folder = shutil.copytree(results, tmp_path_factory.mktemp(name) / "whole")
            began = time.monotonic()
            command = forked(*COMMANDS[name], folder=folder)
            command.join(60)
            lasted.append(time.monotonic() - began)
            assert command.exitcode == 0
        return contents(folder), lasted[-1]

    return run


class TestEndings:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
    @pytest.mark.parametrize("name", COMMANDS)
    def test_leave_the_old_or_the_whole_new_and_nothing_else(
        self,
        name: str,
        number: signal.Signals,
        results: Path,
        tmp_path: Path,
        undisturbed: Callable[[str], tuple[dict[str, bytes], float]],
    ) -> None:
        moments = random.Random(f"{name} {number}")  # noqa: S311 - seeded on purpose
        old = contents(results)
        new, lasted = undisturbed(name)
        for trial in range(int(os.environ.get("PERF_KILLS", "3"))):
            folder = shutil.copytree(results, tmp_path / str(trial))
            command = forked(*COMMANDS[name], folder=folder)
            assert command.pid
            time.sleep(moments.uniform(0, lasted * 1.1))
            with suppress(ProcessLookupError):
                os.kill(command.pid, number)
            command.join(30)
            assert command.exitcode is not None
            assert is_gone(command.pid)
            left = contents(folder)
            if number == signal.SIGKILL:
                left = {path: content for path, content in left.items() if not path.startswith(".perf-")}
            assert {path: content == new.get(path) for path, content in left.items()} == dict.fromkeys(
                left, True
            )
            assert set(left) >= set(old)

    def test_of_a_command_that_was_refused_leave_no_child(self, results: Path) -> None:
        for words, code in (
            (("score", "sheet.xlsx", "--period", "x"), 2),
            (("score", "sheet.xlsx", "-o", "s.result.xlsx"), 4),
        ):
            with start(*words, folder=results) as command:
                command.communicate(timeout=60)
            assert command.returncode == code
            assert is_gone(command.pid)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


class TestInputs:
    """What is no file is refused at once."""

    @pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
    @pytest.mark.parametrize(
        "words",
        [
            ("score", "odd"),
            ("score", "sheet.xlsx", "--roster", "odd"),
            ("score", "sheet.xlsx", "--plan", "odd"),
            ("score", "sheet.xlsx", "--map", "odd"),
            ("check", "odd"),
            ("bonus", "s.result.xlsx", "--roster", "odd"),
            ("bonus", "odd"),
            ("verify", "odd"),
            ("explain", "odd", "E001"),
            ("export", "odd"),
            ("export", "--check", "odd", "--against", "b.xlsx"),
            ("template", "operations", "--roster", "odd"),
            ("map", "odd"),
        ],
        ids=" ".join,
    )
    def test_that_are_no_files(
        self, words: Sequence[str], make: Callable[[Path], None], results: Path, tmp_path: Path
    ) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        make(folder / "odd")
        ran = at_once(*words, folder=folder)
        assert ran.code in {3, 4}, ran.err  # a map is a part of the rules
        assert "odd" in ran.err

    def test_that_are_no_files_wherever_they_are_read(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "odd")
        code, said = ended("score", "odd", folder=tmp_path)
        assert (code, "odd" in said) == (4, True), said

    @pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "x" * 300 + ".xlsx"])
    def test_of_other_kinds(self, name: str, tmp_path: Path) -> None:
        ran = at_once("score", name, folder=tmp_path)
        assert ran.code == 4, ran.err

    def test_that_may_not_be_read(self, tmp_path: Path) -> None:
        shutil.copy(SHEET, tmp_path / "sheet.xlsx")
        (tmp_path / "sheet.xlsx").chmod(0)
        if os.access(tmp_path / "sheet.xlsx", os.R_OK):
            pytest.skip("root may read everything")
        code, said = ended("score", "sheet.xlsx", folder=tmp_path)
        assert (code, "may-not-read" in said) == (4, True), said

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
    def test_whose_name_is_no_text(self, tmp_path: Path) -> None:
        name = os.fsdecode(b"\xff\xfe.xlsx")
        shutil.copy(SHEET, tmp_path / name)
        code, said = ended("score", name, folder=tmp_path)
        assert code == 0, said
        assert "\\xff\\xfe" in said
        assert (tmp_path / name.replace(".xlsx", ".result.xlsx")).exists()


class TestOutputs:
    @pytest.mark.parametrize("name", ["x.pdf", "x.docx", "x", "x.xls", "x.xlsx.txt"])
    def test_with_the_ending_of_something_else(self, name: str, results: Path) -> None:
        ran = at_once("score", "sheet.xlsx", "-o", name, folder=results)
        assert (ran.code, f"{name}.xlsx" in ran.err) == (4, True), ran.err
        assert not (results / name).exists()

    def test_through_a_link(self, results: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        (folder / "elsewhere").mkdir()
        (folder / "elsewhere" / "old.xlsx").write_bytes(b"old")
        (folder / "link.xlsx").symlink_to(folder / "elsewhere" / "old.xlsx")
        ran = perf("score", "sheet.xlsx", "-o", "link.xlsx", "--force", folder=folder)
        assert (ran.code, ran.err.count("is a link")) == (0, 1), ran.err
        assert (folder / "link.xlsx").is_symlink()
        assert (folder / "elsewhere" / "old.xlsx").read_bytes().startswith(b"PK")

    def test_to_what_is_no_file(self, results: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        os.mkfifo(folder / "pipe.xlsx")
        (folder / "device.xlsx").symlink_to("/dev/null")
        for name in ("pipe.xlsx", "device.xlsx"):
            ran = at_once("score", "sheet.xlsx", "-o", name, "--force", folder=folder)
            assert ran.code == 4, ran.err

    def test_of_two_runs_to_one_new_name(self, results: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        both = [start("score", "sheet.xlsx", "-o", "one.xlsx", folder=folder) for _ in range(2)]
        for command in both:
            command.communicate(timeout=60)
        assert sorted(command.returncode for command in both) == [0, 4]

    def test_to_a_full_disk_leave_all_or_nothing(self, results: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        smallest = min(len(content) for content in contents(folder).values())

        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (smallest, smallest))

        code, said = ended("template", "--all", "-o", "new", folder=folder, before=limit)
        assert code == 4, said
        assert not [path for path in (folder / "new").rglob("*") if path.is_file()]


class TestStreams:
    def test_that_are_closed(self, results: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        for number, closing in enumerate((">&-", "2>&-", ">&- 2>&-", "<&-")):
            for words in (f"score sheet.xlsx -o n{number}.xlsx", "verify s.result.xlsx --json", "--help"):
                line = f"{sys.executable} -m perfcli {words} {closing}"
                done = subprocess.run(
                    ["sh", "-c", line], cwd=folder, capture_output=True, check=False, timeout=60
                )
                assert done.returncode == 0, done.stderr
                assert b"Traceback" not in done.stderr

    def test_that_nobody_reads(self, results: Path) -> None:
        line = (
            f"{sys.executable} -m perfcli explain s.result.xlsx E001 --json | true; exit ${{PIPESTATUS[0]}}"
        )
        done = subprocess.run(["bash", "-c", line], cwd=results, capture_output=True, check=False, timeout=60)
        assert b"Traceback" not in done.stderr
        assert done.returncode != 70

    @pytest.mark.parametrize("most", [8, 12, 16, 24])
    def test_that_are_few(self, most: int, results: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(results, tmp_path / "here")
        line = f"ulimit -n {most}; exec {sys.executable} -m perfcli score sheet.xlsx s.xlsx -o n.xlsx"
        shutil.copy(ROSTER, folder / "s.xlsx")
        done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, check=False, timeout=60)
        assert b"Traceback" not in done.stderr, done.stderr
        assert done.returncode in {0, 1, 4}, done.stderr
