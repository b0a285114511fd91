"""What is read from .xlsx, plain or odd, with and without a password; and that reading can be stopped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import astuple, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import openpyxl
import pytest
import xlwt

from perfcli.cli import passwords
from perfcli.cli.output import Output
from perfcli.cli.passwords import Passwords
from perfcli.errors import FileError
from perfcli.files import encrypted, isolation
from perfcli.files.cells import Cell, Percent, Unread
from perfcli.files.formats import read_content
from perfcli.files.reader import Access, Grid, read_book
from perfcli.files.sheet import Limits, Refusal, Sheet
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.progress import Tell
from perfcli.rules.ruleset import Ruleset
from perfcli.text import Language
from support.encryption import PASS_SIZES, encrypted_binary, encrypted_office
from support.office import STRICT_MAIN, office, worksheet
from support.sheets import write_workbook

pytestmark = pytest.mark.isolated

LIMITS = Limits()
PASSWORD = "績效 2026"  # noqa: S105 - it protects nobody
ERROR, UNCALCULATED = "error-cell", "formula-not-calculated"


def sheet_of(content: bytes) -> Sheet:
    (sheet,) = read_content(content, LIMITS).sheets
    return sheet


def grid_of(content: bytes, folder: Path) -> Grid:
    (folder / "sheet.xlsx").write_bytes(content)
    (grid,) = read_book(folder / "sheet.xlsx").grids
    return grid


def row(*cells: str, **said: str) -> str:
    """The first row: cells as XML without their references."""
    attributes = "".join(f' {key}="{value}"' for key, value in said.items())
    named = (cell.replace("<c", f'<c r="{chr(65 + n)}1"', 1) for n, cell in enumerate(cells))
    return f'<row r="1"{attributes}>{"".join(named)}</row>'


CELLS: dict[str, tuple[str, Cell]] = {
    "a number": ("<c><v>85.5</v></c>", 85.5),
    "a number with an exponent": ("<c><v>8.55E1</v></c>", 85.5),
    "a very small number": ("<c><v>1E-300</v></c>", 1e-300),
    "a number that is spread out": ("<c>\n  <v> 85.5\n </v>\n</c>", 85.5),
    "a number as character references": ("<c><v>&#56;5.5</v></c>", 85.5),
    "a number with a comment in it": ("<c><v>8<!-- 9 -->5.5</v></c>", 85.5),
    "a number as CDATA": ("<c><v><![CDATA[85.5]]></v></c>", 85.5),
    "a number with an instruction in it": ("<c><v>8<?x 9?>5.5</v></c>", 85.5),
    "not a number": ("<c><v>NaN</v></c>", Unread(ERROR, "NaN")),
    "endless": ("<c><v>inf</v></c>", Unread(ERROR, "inf")),
    "too large for a number": ("<c><v>1e999</v></c>", Unread(ERROR, "1e999")),
    "a decimal comma": ("<c><v>1,5</v></c>", Unread(ERROR, "1,5")),
    "a decimal comma, said to be a number": ('<c t="n"><v>1,5</v></c>', Unread(ERROR, "1,5")),
    "two numbers": ('<c t="n"><v>1.2.3</v></c>', Unread(ERROR, "1.2.3")),
    "true": ('<c t="b"><v>1</v></c>', True),
    "true in a word": ('<c t="b"><v>true</v></c>', True),
    "an error": ('<c t="e"><v>#N/A</v></c>', Unread(ERROR, "#N/A")),
    "an error of a formula": ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', Unread(ERROR, "#DIV/0!")),
    "an error of today's Excel": ('<c t="e"><v>#SPILL!</v></c>', Unread(ERROR, "#SPILL!")),
    "a formula with a value": ("<c><f>1+1</f><v>2</v></c>", 2.0),
    "a formula with a text": ('<c t="str"><f>A9</f><v>a &amp; b</v></c>', "a & b"),
    "a formula with an empty text": ('<c t="str"><f>IF(A9,"&lt;","")</f><v></v></c>', ""),
    "a formula without a value": ("<c><f>IF(A1&lt;2,1)</f></c>", Unread(UNCALCULATED, "=IF(A1<2,1)")),
    "a formula with an empty value": ("<c><f>1+1</f><v/></c>", Unread(UNCALCULATED, "=1+1")),
    "a shared formula without a value": ('<c><f t="shared" si="0"/></c>', Unread(UNCALCULATED, "=…")),
    "a shared formula with a value": ('<c><f t="shared" si="0"/><v>2</v></c>', 2.0),
    "a value before its formula": ("<c><v>2</v><f>1+1</f></c>", 2.0),
    "a text in the cell": ('<c t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>', " a "),
    "a text with formats": (
        '<c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
        "a b",
    ),
    "a text with a guide to its sound": (
        '<c t="inlineStr"><is><t>陳一</t><rPh sb="0" eb="1"><t>チン</t></rPh></is></c>',
        "陳一",
    ),
    "the same, spread out by a comment": (
        '<c t="inlineStr"><!-- --><is><t>陳一</t><rPh sb="0" eb="1"><t>チン</t></rPh></is></c>',
        "陳一",
    ),
    "a shared text": ('<c t="s"><v>0</v></c>', "陳一"),
    "a shared text with formats": ('<c t="s"><v>1</v></c>', "林 二"),
    "a date that is written out": ('<c t="d"><v>2026-11-01</v></c>', date(2026, 11, 1)),
    "a moment that is written out": ('<c t="d"><v>2026-11-01T08:30:00</v></c>', datetime(2026, 11, 1, 8, 30)),  # noqa: DTZ001 - a cell has no zone
    "a time that is written out": ('<c t="d"><v>08:30:00</v></c>', time(8, 30)),
    "no date, said to be one": ('<c t="d"><v>soon</v></c>', Unread(ERROR, "soon")),
    "a cell with something more in it": ("<c><v>5</v><extLst><ext/></extLst></c>", 5.0),
    "a cell with a prefix": ("<c></c></row><x:row><x:c><x:v>5</x:v></x:c></x:row><row>", ""),
}
TEXTS = (
    '<si><t>陳一</t><rPh sb="0" eb="1"><t>チン</t></rPh><phoneticPr fontId="1"/></si>'
    '<si><r><t>林</t></r><r><rPr/><t xml:space="preserve"> 二</t></r></si>'
)


class TestCells:
    @pytest.mark.parametrize("name", CELLS)
    def test_hold_what_stands_in_them_or_say_why_not(self, name: str, tmp_path: Path) -> None:
        inside, expected = CELLS[name]
        grid = grid_of(office(worksheet(row(inside, "<c><v>7</v></c>")), texts=TEXTS), tmp_path)
        assert grid.rows[0][0] == expected
        assert type(grid.rows[0][0]) is type(expected)
        if "prefix" not in name:
            assert grid.rows[0][1] == 7

    @pytest.mark.parametrize(
        "texts", ["<!-- --><sst>{}</sst>", "<x:sst>{}</x:sst>", "<sst count='9'>{}</sst>"]
    )
    def test_share_texts_however_they_are_written(self, texts: str) -> None:
        inside = TEXTS.replace("<", "<x:").replace("<x:/", "</x:") if texts.startswith("<x") else TEXTS
        content = office(
            worksheet(row('<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>')), texts=texts.format(inside)
        )
        assert sheet_of(content).rows == [["陳一", "林 二"]]

    def test_without_references_follow_each_other(self) -> None:
        rows = (
            '<row><c><v>1</v></c><c><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c><c><v>4</v></c></row>'
        )
        assert sheet_of(office(worksheet(rows))).rows == [[1, 2, ""], ["", "", ""], ["", 3, 4]]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_in_any_encoding(self, encoding: str) -> None:
        name = encoding.removesuffix("-sig").upper()
        text = f'<?xml version="1.0" encoding="{name}"?>' + worksheet(
            row('<c t="inlineStr"><is><t>陳一: c &lt;</t></is></c>')
        )
        assert sheet_of(office(text.encode(encoding))).rows == [["陳一: c <"]]

    def test_unknown_shared_text_is_damage(self) -> None:
        with pytest.raises(Refusal, match="damaged-workbook"):
            sheet_of(office(worksheet(row('<c t="s"><v>9</v></c>')), texts=TEXTS))

    def test_beyond_the_values_are_told(self) -> None:
        rows = row("<c><v>1</v></c>") + '<row r="3"><c r="C3" t="e"><v>#REF!</v></c></row>'
        sheet = sheet_of(office(worksheet(rows)))
        assert sheet.rows[2][2] == "#REF!"
        assert sheet.special == [(2, 2, "error", "#REF!")]


class TestNumberFormats:
    FORMATS: ClassVar = {
        9: "",
        10: "",
        14: "",
        31: "",
        57: "",
        200: "0.0%",
        201: "m月d日",
        202: "[h]:mm",
        203: "0.00",
        22: "",
    }

    def read(self, value: float, key: int, folder: Path, *, since_1904: bool = False) -> Cell:
        style = list(self.FORMATS).index(key) + 1
        content = office(
            worksheet(row(f'<c s="{style}"><v>{value}</v></c>')), formats=self.FORMATS, since_1904=since_1904
        )
        return grid_of(content, folder).rows[0][0]

    @pytest.mark.parametrize("key", [9, 10, 200])
    def test_of_a_percentage(self, key: int, tmp_path: Path) -> None:
        found = self.read(0.85, key, tmp_path)
        assert isinstance(found, Percent)
        assert found == 0.85

    @pytest.mark.parametrize("key", [14, 31, 57, 201])
    def test_of_a_date_also_in_east_asia(self, key: int, tmp_path: Path) -> None:
        assert self.read(46327, key, tmp_path) == date(2026, 11, 1)

    def test_of_a_date_that_is_counted_from_1904(self, tmp_path: Path) -> None:
        assert self.read(46327 - 1462, 14, tmp_path, since_1904=True) == date(2026, 11, 1)

    def test_of_a_moment_and_a_duration(self, tmp_path: Path) -> None:
        assert self.read(46327.5, 22, tmp_path) == datetime(2026, 11, 1, 12)  # noqa: DTZ001 - a cell has no zone
        assert self.read(1.5, 202, tmp_path) == timedelta(hours=36)

    def test_of_a_mere_number(self, tmp_path: Path) -> None:
        found = self.read(0.85, 203, tmp_path)
        assert type(found) is float
        assert found == 0.85


class TestSheets:
    def test_of_the_variant_strict(self, tmp_path: Path) -> None:
        rows = row('<c t="s"><v>0</v></c>', '<c t="d"><v>2026-11-01</v></c>', "<c><v>5</v></c>")
        content = office(worksheet(rows, main=STRICT_MAIN), texts=TEXTS, strict=True)
        assert grid_of(content, tmp_path).rows == [["陳一", date(2026, 11, 1), 5]]

    @pytest.mark.parametrize("odd", ["", "<!-- -->"])
    def test_say_what_is_merged_and_hidden(self, odd: str) -> None:
        columns = (
            '<cols><col min="2" max="2" hidden="1"/><col min="3" max="3" width="0" customWidth="1"/>'
            '<col min="4" max="4" width="9"/></cols>'
        )
        rows = "".join(
            f'<row r="{number}"{said}>'
            + "".join(f'<c r="{letter}{number}"><v>1</v></c>' for letter in "ABCDE")
            + "</row>"
            for number, said in enumerate(
                ["", ' hidden="1"', ' ht="0" customHeight="1"', ' ht="20"'], start=1
            )
        )
        merges = '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="E1:Z1"/></mergeCells>'
        sheet = sheet_of(office(worksheet(odd + rows, before=columns, after=merges)))
        assert sheet.hidden_rows == [1, 2]
        assert sheet.hidden_columns == [1, 2]
        assert sheet.merges == [(0, 0, 1, 1)]
        assert len(sheet.rows[0]) == 5

    @pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
    def test_may_be_hidden(self, state: str) -> None:
        assert sheet_of(office(worksheet(row("<c><v>1</v></c>")), state=state)).hidden == (state != "visible")

    def test_of_charts_are_left_out(self, tmp_path: Path) -> None:
        workbook = openpyxl.Workbook()
        workbook.worksheets[0]["A1"] = "陳一"
        workbook.create_chartsheet("圖")
        workbook.save(tmp_path / "chart.xlsx")
        assert [grid.name for grid in read_book(tmp_path / "chart.xlsx").grids] == ["Sheet"]

    def test_with_pictures_only(self, tmp_path: Path) -> None:
        (tmp_path / "scan.xlsx").write_bytes(office(parts={"xl/media/image1.png": b"\x89PNG"}))
        book = read_book(tmp_path / "scan.xlsx")
        assert book.pictures
        assert all(grid.is_empty for grid in book.grids)

    def test_of_a_workbook_in_another_folder_and_letter_case(self) -> None:
        content = office(worksheet(row("<c><v>1</v></c>")))
        assert sheet_of(content).rows == [[1]]
        assert sheet_of(content.replace(b"xl/work", b"XL/WORK")).rows == [[1]]

    def test_keep_their_text_whatever_characters_stand_in_it(self) -> None:
        text = "a: c :row ='x' ?> <c r= &"
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        content = office(worksheet(row(f'<c t="str"><f>\'表\'!A1="{"x"}"</f><v>{escaped}</v></c>')))
        assert sheet_of(content).rows == [[text]]

    def test_named_something_else_are_known_by_their_content(self, tmp_path: Path) -> None:
        workbook = xlwt.Workbook()
        workbook.add_sheet("表").write(0, 0, "陳一")
        workbook.save(str(tmp_path / "new.xlsx"))
        (tmp_path / "old.xls").write_bytes(office(worksheet(row("<c><v>1</v></c>"))))
        (tmp_path / "text.xlsx").write_bytes("姓名,得分\n陳一,85\n".encode())
        assert read_book(tmp_path / "new.xlsx").grids[0].rows[0][0] == "陳一"
        assert read_book(tmp_path / "old.xls").grids[0].rows[0][0] == 1
        text = read_book(tmp_path / "text.xlsx")
        assert text.grids[0].rows[1] == ["陳一", 85]
        assert (text.grids[0].name, text.encoding) == ("text", "UTF-8")


def office_of(folder: Path) -> bytes:
    return write_workbook(folder / "plain.xlsx", {"表": [["姓名"], ["陳一"]]}).read_bytes()


def records() -> bytes:
    """The records of an .xls that end where those who decrypt them expect it."""
    for filling in range(8):
        workbook = xlwt.Workbook()
        sheet = workbook.add_sheet("表")
        for number, text in enumerate(["姓名", "陳一", *map(str, range(500)), "x" * filling]):
            sheet.write(number, 0, text)
        found = bytes(workbook.get_biff_data())
        if (len(found) + PASS_SIZES["rc4"]) % 4 == 0:
            return found
    raise AssertionError


class TestPasswords:
    @pytest.mark.parametrize("kind", ["xlsx", "xls"])
    def test_open_what_is_encrypted(self, kind: str, tmp_path: Path) -> None:
        locked = tmp_path / "locked.xlsx"
        make = {
            "xlsx": lambda: encrypted_office(office_of(tmp_path), PASSWORD),
            "xls": lambda: encrypted_binary(records(), PASSWORD),
        }
        locked.write_bytes(make[kind]())
        for password, code in (("", "password-needed"), ("績效", "wrong-password")):
            with pytest.raises(FileError) as caught:
                read_book(locked, Access(password))
            assert [found.code for found in caught.value.findings] == [code]
        assert read_book(locked, Access(PASSWORD)).grids[0].rows[1][0] == "陳一"

    def test_are_not_needed_where_excel_needs_none(self, tmp_path: Path) -> None:
        (tmp_path / "read-only.xlsx").write_bytes(encrypted_office(office_of(tmp_path), encrypted.EXCELS_OWN))
        assert read_book(tmp_path / "read-only.xlsx").grids[0].rows[1] == ["陳一"]

    def test_that_are_not_needed_do_no_harm(self, tmp_path: Path) -> None:
        office_of(tmp_path)
        assert read_book(tmp_path / "plain.xlsx", Access(PASSWORD)).grids[0].rows[1] == ["陳一"]

    def test_come_from_a_file_or_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = Output(Language.ENGLISH)
        (tmp_path / "password.txt").write_text(f"\ufeff{PASSWORD}\r\nmore\r\n", encoding="utf-8")
        monkeypatch.setenv(passwords.ENVIRONMENT, "other")
        for file, password in ((None, "other"), (tmp_path / "password.txt", PASSWORD)):
            assert Passwords(file, out).unlock(lambda access, _: access) == Access(password)
            large = Passwords(file, out, large=True).unlock(lambda access, _: access)
            assert large == Access.with_options(password, large=True)
        with pytest.raises(FileError) as caught:
            Passwords(tmp_path / "nowhere.txt", out)
        assert caught.value.findings[0].code == "unreadable-file"

    def test_are_asked_for_on_a_terminal_only(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_rules: Ruleset
    ) -> None:
        for name in ("one.xlsx", "two.xlsx"):
            (tmp_path / name).write_bytes(encrypted_office(office_of(tmp_path), PASSWORD))
        answers = iter(["wrong", PASSWORD])
        asked: list[str] = []

        def answer(prompt: str, _stream: object) -> str:
            asked.append(prompt)
            return next(answers)

        def read(access: Access, tell: Tell) -> pipeline.Reading:
            paths = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
            return pipeline.read(Request(paths, access=access, tell=tell), small_rules)

        monkeypatch.setattr("getpass.getpass", answer)
        with pytest.raises(FileError) as caught:
            Passwords(None, Output(Language.ENGLISH)).unlock(read)
        assert [found.code for found in caught.value.findings] == ["password-needed"] * 2
        monkeypatch.setattr(passwords, "_is_terminal", lambda: True)
        assert len(Passwords(None, Output(Language.ENGLISH)).unlock(read).books) == 2
        assert len(asked) == 2
        assert "one.xlsx" in asked[0]


class TestIsolation:
    """A reader that misbehaves costs a finding, and nothing is left of it."""

    QUICK = replace(LIMITS, seconds=1)

    @pytest.mark.parametrize(
        ("program", "code"),
        [
            ("import time; time.sleep(60)", "takes-too-long"),
            ("while True: pass", "takes-too-long"),
            ("import os; os.abort()", "damaged-workbook"),
            ("import os; os._exit(0)", "damaged-workbook"),
            ("raise RuntimeError('x' * 10_000_000)", "damaged-workbook"),
            ("import sys\nwhile True: sys.stderr.write('x' * 65536)", "takes-too-long"),
        ],
    )
    def test_stops_it(self, program: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(isolation, "_BOOTSTRAP", program)
        with pytest.raises(Refusal) as caught:
            isolation.read_isolated(b"x" * 10_000_000, self.QUICK)
        assert caught.value.code == code

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory knows no limits")
    def test_bounds_its_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        program = (
            "import marshal, sys; sys.path[:] = marshal.load(sys.stdin.buffer) + sys.path\n"
            "from perfcli.files import formats, isolation\n"
            "isolation.read_content = lambda *_: bytearray(2 * 1024**3)\n"
            "isolation.serve(sys.stdin.buffer, sys.stdout.buffer)"
        )
        monkeypatch.setattr(isolation, "_BOOTSTRAP", program)
        with pytest.raises(Refusal) as caught:
            isolation.read_isolated(b"x", LIMITS)
        assert caught.value.code == "takes-too-much-memory"

    def test_gives_what_is_read_without_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        content = office_of(tmp_path)
        isolated = isolation.read_isolated(content, LIMITS)
        monkeypatch.setattr(sys, "executable", "C:/Office/EXCEL.EXE")
        assert not isolation.can_isolate()
        assert isolation.read_isolated(content, LIMITS) == isolated == read_content(content, LIMITS)
        with pytest.raises(Refusal, match="still-synchronising"):
            isolation.read_isolated(bytes(9), LIMITS)

    def test_a_workbook_that_was_begun_is_read_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = office_of(tmp_path)
        path = tmp_path / "begun.xlsx"
        path.write_bytes(content)
        expected = isolation.read_isolated(content, LIMITS)
        isolation.begin(path, LIMITS)
        monkeypatch.setattr(isolation, "_ask_child", None)  # nobody else is asked
        assert isolation.read_isolated(content, LIMITS) == expected

    def test_what_is_wrong_with_a_workbook_that_was_begun_is_told_when_it_is_read(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "begun.xlsx"
        path.write_bytes(b"PK\x03\x04 and nothing else")
        for missing in (path, tmp_path / "missing.xlsx", tmp_path):
            isolation.begin(missing, LIMITS)
        with pytest.raises(Refusal, match="damaged-workbook"):
            isolation.read_isolated(path.read_bytes(), LIMITS)

    def test_survives_a_panic_without_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Panic(BaseException):
            """As Rust's panics are."""

        def panic(*_: object) -> None:
            raise Panic

        monkeypatch.setattr(isolation, "read_content", panic)
        monkeypatch.setattr(sys, "executable", "")
        with pytest.raises(Refusal, match="damaged-workbook"):
            isolation.read_isolated(b"x", LIMITS)

    def test_child_loads_nothing_heavy(self) -> None:
        program = (
            "import sys; from perfcli.files.isolation import serve\n"
            "heavy = {'numpy', 'pandas', 'openpyxl', 'rich', 'typer', 'pydantic', 'subprocess'}\n"
            "print(sorted(heavy & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
        assert done.stdout.strip() == "[]"

    def test_limits_travel_as_plain_values(self) -> None:
        assert Limits(*astuple(LIMITS.raised())) == LIMITS.raised()


def test_a_merge_reaches_as_far_as_the_cells(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["考核表", None, None])
    sheet.append(["工號", "姓名", "得分"])
    sheet.merge_cells("A1:C1")
    content = BytesIO()
    workbook.save(content)
    assert grid_of(content.getvalue(), tmp_path).merges == [(0, 0, 0, 2)]
