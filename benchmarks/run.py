"""Times perf side by side with what users would do instead, and prints the table of ``docs/speed.md``.

    python benchmarks/run.py [--quick]

Every contender is a process of its own, from start to end. The contenders of a comparison take turns, so that
a busy machine is busy for all of them; a ratio is the median of the ratios of the turns. perf is timed as it
is when it has been installed, with its modules compiled.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from inputs import PERIOD, write_many, write_sheet

from perfcli.rules.loader import load_ruleset, shipped
from perfcli.text import Language

HERE = Path(__file__).parent
PERF = [sys.executable, "-m", "perfcli"]
MEGABYTE = 1024

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Run:
    """What one process took: seconds, and megabytes at its peak."""

    seconds: float
    megabytes: float


def timed(command: Command, cores: set[int] | None = None) -> Run:
    """Runs a command; its peak is that of its largest process."""
    everything = os.sched_getaffinity(0) if cores else set()
    if cores:
        os.sched_setaffinity(0, cores)  # a child has the cores of its parent
    begin = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if cores:
        os.sched_setaffinity(0, everything)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}\n{complaint.decode(errors='replace')}")
    return Run(seconds, usage.ru_maxrss / MEGABYTE)


def compared(contenders: Mapping[str, Command], turns: int) -> dict[str, list[Run]]:
    """The contenders in turn, so many times."""
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for _ in range(turns):
        for name, command in contenders.items():
            runs[name].append(timed(command))
    return runs


def seconds(runs: Sequence[Run]) -> float:
    """The median."""
    return median(run.seconds for run in runs)


def ratio(first: Sequence[Run], second: Sequence[Run]) -> float:
    """The median of the ratios of each turn."""
    return median(one.seconds / other.seconds for one, other in zip(first, second, strict=True))


class Table:
    """The table that is printed, a line for each comparison, with what is aimed at."""

    def __init__(self) -> None:
        print("| what | perf | other | ratio | aim | |")
        print("|---|---|---|---|---|---|")

    def line(
        self, what: str, perf: str, other: str, found: float, aim: float, *, least: bool = False
    ) -> None:
        """A ratio that should be at least, or at most, so much."""
        met = found >= aim if least else found <= aim
        sign = "≥" if least else "≤"
        print(
            f"| {what} | {perf} | {other} | {found:.2f} | {sign} {aim:g} | {'✓' if met else '✗'} |",
            flush=True,
        )


def main() -> None:
    """Runs all comparisons."""
    quick = "--quick" in sys.argv
    folder = Path(tempfile.mkdtemp(prefix="perf-bench-"))
    try:
        benchmark(folder, quick=quick)
    finally:
        shutil.rmtree(folder)


def benchmark(folder: Path, *, quick: bool) -> None:
    """All comparisons; a quick run leaves out the largest."""
    rubric = load_ruleset(shipped("rubrics")).rubrics["operations"]
    weights = folder / "weights.json"
    names = {one.name.in_language(Language.TRADITIONAL): float(one.weight) for one in rubric.indicators}
    weights.write_text(json.dumps(names), encoding="utf-8")
    sizes = (50, 5_000, 20_000) if quick else (50, 5_000, 20_000, 100_000)
    sheets = {people: write_sheet(folder / f"{people}.xlsx", people) for people in sizes}
    result = folder / "result.xlsx"

    def perf(people: int) -> Command:
        return [
            *PERF,
            "score",
            sheets[people],
            "--period",
            PERIOD,
            "-o",
            result,
            "--force",
            "--quiet",
            "--large",
        ]

    def other(script: str, people: int) -> Command:
        return [sys.executable, HERE / script, sheets[people], folder / "other.xlsx", weights]

    for people in sizes:
        timed(perf(people))  # everything is compiled and in the cache
    table = Table()
    starts(table, perf(50))
    script_turns = {5_000: 3, 100_000: 1}
    for people in sizes:
        if people in script_turns:
            runs = compared(
                {"perf": perf(people), "script": other("script.py", people)}, script_turns[people]
            )
            aim = 4 if people == 5_000 else 8
            took = (f"{seconds(runs['perf']):.2f} s", f"{seconds(runs['script']):.2f} s")
            table.line(
                f"script with pandas and openpyxl, {people:,} people",
                *took,
                ratio(runs["script"], runs["perf"]),
                aim,
                least=True,
            )
    largest = sizes[-1]
    if find_spec("rustpy_xlsxwriter"):
        runs = compared({"perf": perf(largest), "floor": other("floor.py", largest)}, 3)
        took = (f"{seconds(runs['perf']):.2f} s", f"{seconds(runs['floor']):.2f} s")
        table.line(
            f"floor: calamine and a Rust writer, {largest:,} people",
            *took,
            ratio(runs["perf"], runs["floor"]),
            2,
        )
    growth(table, perf, sizes)
    if office := shutil.which("soffice"):
        recalculation(table, folder, office, perf(5_000), result)
    if not quick and hasattr(os, "sched_setaffinity"):
        many(table, folder)


def starts(table: Table, score: Command) -> None:
    """What is there before any work: help, and the score of a small team."""
    runs = compared({"perf": [*PERF, "--help"], "typer": [sys.executable, "-c", "import typer"]}, 9)
    took = (f"{1000 * seconds(runs['perf']):.0f} ms", f"{1000 * seconds(runs['typer']):.0f} ms")
    table.line("`perf --help`, importing typer", *took, ratio(runs["perf"], runs["typer"]), 2)
    imports = [sys.executable, "-c", "import pandas, xlsxwriter, typer"]
    runs = compared({"perf": score, "imports": imports}, 9)
    took = (f"{1000 * seconds(runs['perf']):.0f} ms", f"{1000 * seconds(runs['imports']):.0f} ms")
    table.line(
        "50 people, importing pandas, xlsxwriter and typer", *took, ratio(runs["perf"], runs["imports"]), 1.6
    )


def recalculation(table: Table, folder: Path, office: str, score: Command, result: Path) -> None:
    """LibreOffice opening a result, recalculating all of it, and saving it."""
    profile = folder / "office"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    convert = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "ods"]
    convert += ["--outdir", str(folder), str(result)]
    timed(score)
    timed(convert)  # the profile is made
    runs = compared({"perf": score, "office": convert}, 3)
    took = (f"{seconds(runs['perf']):.2f} s", f"{seconds(runs['office']):.2f} s")
    what = "LibreOffice opening, recalculating and saving the result, 5,000 people"
    table.line(what, *took, ratio(runs["office"], runs["perf"]), 1, least=True)


_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def growth(table: Table, perf: Callable[[int], Command], sizes: Sequence[int]) -> None:
    """How time and memory grow from the second largest to the largest, and memory there."""
    small, large = sizes[-2:]
    runs = compared({"small": perf(small), "large": perf(large)}, 3)
    times = large / small * 1.1
    took = (f"{seconds(runs['large']):.2f} s", f"{seconds(runs['small']):.2f} s")
    table.line(f"time of {large:,} people, of {small:,}", *took, ratio(runs["large"], runs["small"]), times)
    peaks = [median(run.megabytes for run in runs[key]) for key in ("large", "small")]
    shown = [f"{peak:.0f} MB" for peak in peaks]
    table.line(f"memory of {large:,} people, of {small:,}", *shown, peaks[0] / peaks[1], times)
    table.line(f"memory of {large:,} people, 1.2 GB", shown[0], "1200 MB", peaks[0] / 1200, 1)


def many(table: Table, folder: Path) -> None:
    """Five hundred workbooks on all cores, and on one."""
    books = write_many(folder / "many", 500, 40)
    command = [*PERF, "score", *books, "--period", PERIOD, "-o", folder / "many.xlsx", "--force", "--quiet"]
    timed(command)
    pairs = [(timed(command), timed(command, {0})) for _ in range(2)]
    every, one = ([pair[place] for pair in pairs] for place in (0, 1))
    took = (f"{seconds(every):.1f} s", f"{seconds(one):.1f} s")
    table.line(f"500 workbooks of 40 people on {os.cpu_count()} cores, on one", *took, ratio(every, one), 0.6)


if __name__ == "__main__":
    main()
