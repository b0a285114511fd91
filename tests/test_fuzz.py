"""Random workbooks: what is scored is what stands in them, or there is an error at the cell.

``make fuzz`` tries many more of them, other ones each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from math import isnan
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from perfcli.errors import FileError, PerfError
from perfcli.files import reader
from perfcli.files.formats import read_content
from perfcli.files.sheet import Sheet
from perfcli.findings import Finding, Severity, has_errors
from perfcli.folding import fold
from perfcli.people.employment import read_employment
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Reading, Request
from perfcli.rules.models import Policy
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import ADJUSTMENT, score_key
from perfcli.sheets.unread import UNREAD
from support.mutations import Damaged, damaged, damaged_bytes, lines_of, look_at
from support.ods import write_ods
from support.random_forms import forms
from support.random_rosters import RandomRoster, rosters
from support.random_scales import scaled
from support.random_sheets import Person, Scene
from support.random_tables import tables
from support.raw_workbooks import Position, Raw, RawSheet, position_of, raw_workbook, text
from support.sheets import Sheets, employees_of, write_workbook
from support.xls import write_xls
from support.xlsb import write_xlsb

MANY = settings(
    max_examples=2 * settings().max_examples,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
TEAMS = ("care", "depot", "repairs", "sales")

BY_CHANCE = {"looks-like-points", "looks-like-fractions", "looks-like-tens"}
"""What random scores may look like: errors of a whole sheet that say nothing of a single cell."""


class Desk:
    """Where workbooks are read, in this process: nothing hides a fault, and the gate alone must be enough."""

    def __init__(self, ruleset: Ruleset, folder: Path) -> None:
        self.ruleset = ruleset
        self.folder = folder

    def read(self, content: bytes, *, team: str = "", name: str = "sheet.xlsx") -> Reading:
        """Reads a workbook as ``perf score`` would."""
        path = self.folder / name
        path.write_bytes(content)
        return pipeline.read(Request([path], team=team, period="2026-11"), self.ruleset)

    def scores(self, reading: Reading) -> dict[str, list[str]]:
        """The scores of each employee who can be scored, by folded id, in the rubric's order."""
        found = employees_of(reading, self.ruleset)
        assert len({fold(one) for one in found}) == len(reading.sheets.employees)
        return {fold(employee): scores.split()[1:] for employee, scores in found.items()}


@pytest.fixture(scope="module")
def desk(small_rules: Ruleset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_isolated", read_content)
        yield Desk(small_rules, tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("team", TEAMS)
@MANY
@given(data=st.data())
def test_rows_of_employees(team: str, data: st.DataObject, desk: Desk) -> None:
    assert_honest(data.draw(tables(desk.ruleset.rubrics[team])), desk)


@pytest.mark.parametrize("team", TEAMS)
@MANY
@given(data=st.data())
def test_forms(team: str, data: st.DataObject, desk: Desk) -> None:
    assert_honest(data.draw(forms(desk.ruleset.rubrics[team])), desk)


RATERS: dict[str, dict[str, Decimal]] = {
    "alone": {},
    "several": {"自評": Decimal(20), "上級": Decimal(50), "人事評分": Decimal(30)},
}
POLICY = {
    "alone": {"superior": 100},
    "several": {"self": 20, "superior": 50, "hr": {"weight": 30, "name": "人事評分"}},
}
"""Who scores on sheets of other scales, as sheets call them and as the policy does."""


@pytest.mark.parametrize("who", RATERS)
@MANY
@given(data=st.data())
def test_other_scales(who: str, data: st.DataObject, desk: Desk) -> None:
    """Nobody is scored by a number that the sheet does not show for them, nor without one that counts."""
    policy = desk.ruleset.policy.model_dump(mode="json", by_alias=True)
    policy |= {"raters": POLICY[who], "adjustments": {"highest": 5, "lowest": -5}}
    rules = replace(desk.ruleset, policy=Policy.model_validate(policy))
    rubric = rules.rubrics["sales"]
    scene = data.draw(scaled(rubric, RATERS[who]))
    path = write_workbook(desk.folder / "scales.xlsx", scene.sheets)
    reading = pipeline.read(Request([path], team="sales", period="2026-11"), rules)
    found = {row["employee_id"]: row for row in reading.sheets.employees.to_dict("records")}
    codes = {one.code for one in reading.findings}
    errors = [one for one in reading.findings if one.severity is Severity.ERROR]
    for person in scene.people:
        row = found.pop(person.employee_id, None)
        if row is None:
            assert errors, f"{person} is not scored, and nothing says why"
            continue
        is_said = scene.way != "nowhere"
        expected = [scene.score(person, one, converted=is_said) for one in rubric.indicators]
        scores = [Decimal(f"{row[score_key(one.id)]:.15g}") for one in rubric.indicators]
        assert scores == expected, f"{person}: {scores}, not {expected}; {sorted(codes)}"
        assert Decimal(f"{row.get(ADJUSTMENT, 0):.15g}") == person.points, f"{person}: {sorted(codes)}"
        assert person.has_reason or not person.points, f"{person} has points without a reason"
        if is_said and scene.full != 100 and any(expected):
            assert "full-marks-converted" in codes, f"{person} is converted without a word"
        given = sum(bool(score) for one in scene.people for score in one.typed.values())
        if not is_said and scene.full <= 10 and given > 2:
            assert codes & BY_CHANCE, f"{person} is scored on another scale without a word"
    assert not found


def assert_honest(scene: Scene, desk: Desk) -> None:
    """Everybody is scored with what stands in the cells, or there is an error at a doubtful cell."""
    try:
        reading = desk.read(scene.content(), team=scene.rubric.team)
    except FileError:
        if scene.breaks:
            return
        raise
    scored = desk.scores(reading)
    errors = [one for one in reading.findings if one.severity is Severity.ERROR]
    for person in scene.people:
        scores = scored.pop(fold(person.employee_id), None) if person.has_id else None
        if scores is None:
            explained = _is_explained(person, errors) or _has_unread_numbers(person, errors)
            assert explained, f"{person} is not scored, but {list(map(str, errors))}"
        else:
            wrong = [
                (position, found)
                for found, (position, content) in zip(scores, person.scores, strict=True)
                if found not in content.values
            ]
            assert not wrong, f"{person} is scored with {wrong}"
            assert not person.unread, f"{person} is scored without what could count"
    assert not scored, "nobody else is scored"
    rows = len(reading.sheets.employees) + len(reading.sheets.rejected)
    assert rows <= len(scene.people), f"{rows} people are found"


def _is_explained(person: Person, errors: list[Finding]) -> bool:
    """Whether one who is not scored has an error at a doubtful cell, or scores that look odd as a whole."""
    codes = {one.code for one in errors}
    cells = person.doubtful_cells()
    if cells and "nothing-filled-in" in codes:
        return True
    return bool(codes & BY_CHANCE) or any(_is_at(one, person, cell) for one in errors for cell in cells)


def _has_unread_numbers(person: Person, errors: list[Finding]) -> bool:
    """Whether one has a number in a column or a row that nobody knows, and an error says so."""
    told = {
        position_of(one.place.cell)
        for one in errors
        if one.code == UNREAD and one.place.sheet == person.sheet and one.place.cell
    }
    columns, rows = {column for _, column in told}, {row for row, _ in told}
    return any(column in columns or row in rows for row, column in person.unread)


def _is_at(finding: Finding, person: Person, cell: Position) -> bool:
    """Whether a finding is about a cell: its place is the cell or a range around it."""
    if finding.place.sheet != person.sheet or not finding.place.cell:
        return False
    first, _, last = finding.place.cell.partition(":")
    (top, left), (bottom, right) = position_of(first), position_of(last or first)
    return top <= cell[0] <= bottom and left <= cell[1] <= right


def _with_xlsxwriter(path: Path) -> None:
    write_workbook(path, SHEETS)


def _with_openpyxl(path: Path) -> None:
    workbook = openpyxl.Workbook()
    for name, rows in SHEETS.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    workbook.remove(workbook.worksheets[0])
    workbook.save(path)


def _with_texts_in_cells(path: Path) -> None:
    sheets = []
    for name, rows in SHEETS.items():
        positions = {(row, column): one for row, cells in enumerate(rows) for column, one in enumerate(cells)}
        raws = {
            at: text(one, "inlineStr") if isinstance(one, str) else Raw(str(one))
            for at, one in positions.items()
        }
        sheets.append(RawSheet(name, raws, merges=["A8:D8"]))
    path.write_bytes(raw_workbook(sheets))


SHEETS: Sheets = {
    "銷售團隊": [
        ["工號", "銷售額", "毛利率", "協作配合度"],
        ["E001", 91, 82.5, 73],
        ["E002", 64, 55.25, 46],
        ["E003", 37, 98.125, 89],
    ],
    "客服團隊": [
        ["員工編號", "客戶滿意度", "協作配合度"],
        ["E004", 71.5, 62],
        ["E005", 53, 44.75],
    ],
}
PEOPLE = {
    str(row[0]).casefold(): (f"xl/worksheets/sheet{number}.xml", line, [f"{score:.15g}" for score in row[1:]])
    for number, rows in enumerate(SHEETS.values(), start=1)
    for line, row in enumerate(rows[1:], start=2)
}
SCORES = {employee: scores for employee, (_, _, scores) in PEOPLE.items()}
WRITERS = (_with_xlsxwriter, _with_openpyxl, _with_texts_in_cells)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__.removeprefix("_with_"))
@MANY
@given(data=st.data())
def test_damaged_workbooks(write: Callable[[Path], None], data: st.DataObject, desk: Desk) -> None:
    path = desk.folder / f"{write.__name__}.xlsx"
    if not path.exists():
        write(path)
        assert desk.scores(desk.read(path.read_bytes())) == SCORES
    assert_unharmed(data.draw(damaged(path.read_bytes())), desk)


def assert_unharmed(file: Damaged, desk: Desk) -> None:
    """A damaged file is refused, or everybody has the scores of before where the cells are as before."""
    try:
        reading = desk.read(file.after)
    except PerfError:
        return
    scored = desk.scores(reading)
    was, now = look_at(file.before), look_at(file.after)
    styles = "xl/styles.xml"
    if was.parts[styles] != now.parts.get(styles):
        return  # 85 may now be shown as 8500 %
    for employee, (part, row, scores) in PEOPLE.items():
        found = scored.pop(employee, None)
        if found is None:
            is_told = now.is_sound or has_errors(reading.findings)
            assert is_told, f"{employee} is lost in a broken file"
            continue
        if not was.agrees(now, part, f"A{row}"):
            continue
        for letter, score, other in zip("BCD", scores, found, strict=False):
            is_same = all(was.agrees(now, part, f"{letter}{line}") for line in (1, row))
            assert score == other or not is_same, f"{employee} {letter}{row}: {other} in place of {score}"
    identifiers = [was.agrees(now, part, f"A{row}") for part, row, _ in PEOPLE.values()]
    assert not scored or not all(identifiers), f"{list(scored)} were not there"


def _plain_sheets() -> list[Sheet]:
    return [Sheet(name, [[*map(_plain, row)] for row in rows]) for name, rows in SHEETS.items()]


def _plain(value: object) -> str | float:
    return value if isinstance(value, str) else float(str(value))


def _as_csv() -> bytes:
    """The first sheet: a text has but one."""
    return "\n".join(",".join(map(str, row)) for row in SHEETS["銷售團隊"]).encode()


OTHERS: dict[str, Callable[[], bytes]] = {
    "ods": lambda: write_ods(_plain_sheets()),
    "xls": lambda: write_xls(_plain_sheets()),
    "xlsb": lambda: write_xlsb(_plain_sheets()),
    "csv": _as_csv,
}


@pytest.mark.parametrize("kind", OTHERS)
def test_sound_files_of_other_kinds(kind: str, desk: Desk) -> None:
    scores = desk.scores(desk.read(OTHERS[kind](), name=f"sheet.{kind}"))
    assert scores == {one: SCORES[one] for one in list(SCORES)[: 3 if kind == "csv" else 5]}


@pytest.mark.parametrize("kind", OTHERS)
@MANY
@given(data=st.data())
def test_damaged_files_of_other_kinds(kind: str, data: st.DataObject, desk: Desk) -> None:
    """They are refused, or whoever stands in a line that is as before has the scores of before."""
    sound = OTHERS[kind]()
    file = data.draw(damaged(sound) if kind in {"ods", "xlsb"} else damaged_bytes(sound))
    try:
        scored = desk.scores(desk.read(file.after, name=f"sheet.{kind}"))
    except PerfError:
        return
    was, now = lines_of(file.before), lines_of(file.after)
    headers = {line for line in was if "工號" in line or "員工編號" in line}
    for employee, found in scored.items():
        own = {line for line in was if employee in SCORES and employee in line.casefold()}
        if own and own | headers <= now:
            assert found == SCORES[employee], f"{employee}: {found}"


@MANY
@given(roster=rosters())
def test_rosters(roster: RandomRoster, desk: Desk) -> None:
    """Nobody is paid by anything but what stands in the cells, and what is not read is named."""
    path = write_workbook(desk.folder / "roster.xlsx", roster.sheets)
    read = read_employment(reader.read_book(path), desk.ruleset.rubrics)
    errors = {(one.place.sheet, one.place.cell) for one in read.findings if one.severity is Severity.ERROR}
    assert errors == roster.wrong
    people = {row["employee_id"]: row for row in read.frame.to_dict("records")}
    assert len(people) == len(read.frame)
    for (who, key), value in roster.values.items():
        found = people[who][key]
        blank = isinstance(found, float) and isnan(found)
        assert (None if blank else found) == value, (who, key)
    said = [one for one in read.findings if one.code == "not-a-person"]
    assert {
        (one.place.sheet, int(str(one.place.cell).lstrip("ABCDEFGHIJ"))) for one in said
    } == roster.nobodies
    named = {(one.place.sheet, str(one)) for one in read.findings if one.code == "columns-not-read"}
    for sheet, header in roster.unknown:
        assert any(sheet == place and header in text for place, text in named)
