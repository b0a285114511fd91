"""Files for payroll: nothing is lost on the way, and what was changed on it is told."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfcli.cli.main import run
from perfcli.errors import DataError, PerfError, UsageError
from perfcli.exports.comparison import closest, differences
from perfcli.exports.formats import ENCODINGS, Format, escaped, write_table
from perfcli.exports.held import Held, read_held
from perfcli.files.reader import Access
from perfcli.rewards.bonus.bonus import Bonus, BonusOrder
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.bonus.payroll import bonus_payroll
from perfcli.rules.periods import Cycle
from perfcli.sealed.bonus import BONUS
from perfcli.text import Language, Wording
from support.random_bonuses import RULES, frame_of, person

ENGLISH = Wording(Language.ENGLISH)
PAID = {"007": Decimal("1234.50"), "012345678901234567": Decimal("0.01"), "E010": Decimal("99999999.99")}
_SIGNS = st.one_of(
    st.sampled_from("陳李張林黃模甲阿里王堃喆 ABZaz019.,;\"'•|\t\n＝=+-@"),
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
)
HEADERS = ["Employee id", "Name", "Department", "Period", "Bonus", "Currency"]


def example() -> Bonus:
    staff = [
        person("007", Decimal("1234.50"), Decimal(85), department="客服部"),
        person("012345678901234567", Decimal("0.01"), Decimal(85), name="李,四", department='"引號"'),
        person("E010", Decimal("99999999.99"), Decimal(85), name="堃\n喆"),
    ]
    return calculate_bonus(frame_of(staff), RULES, BonusOrder(Cycle.MONTHLY, "2026-11"))


@pytest.fixture
def bonus() -> Bonus:
    return example()


def written(bonus: Bonus, wanted: Format, encoding: str = "utf-8-sig", wording: Wording = ENGLISH) -> bytes:
    return write_table(bonus_payroll(bonus, wording), wanted, encoding, wording)


class TestRoundTrips:
    """Importing gives back every id and every cent."""

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
    def test_csv_by_pandas(self, bonus: Bonus, encoding: str) -> None:
        content = written(bonus, Format.CSV, encoding)
        frame = pd.read_csv(BytesIO(content), dtype=str, encoding=encoding)
        assert dict(zip(frame["Employee id"], map(Decimal, frame["Bonus"]), strict=True)) == PAID
        assert frame["Name"].tolist() == ["員工007", "李,四", "堃\n喆"]

    def test_csv_begins_with_a_mark_and_has_plain_lines(self, bonus: Bonus) -> None:
        content = written(bonus, Format.CSV)
        assert content.startswith(b"\xef\xbb\xbfEmployee id,Name,")
        assert content.count(b"\r\n") == 1 + len(PAID)
        assert b",1234.50,CNY\r\n" in content

    def test_xlsx_by_pandas_and_openpyxl(self, bonus: Bonus) -> None:
        content = written(bonus, Format.XLSX)
        frame = pd.read_excel(BytesIO(content), engine="openpyxl", dtype={"Employee id": str})
        assert dict(zip(frame["Employee id"], frame["Bonus"], strict=True)) == {
            key: float(value) for key, value in PAID.items()
        }
        sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
        assert [cell.value for cell in sheet[1]] == HEADERS
        assert {row[0].value: Decimal(str(row[4].value)) for row in sheet.iter_rows(2)} == PAID
        assert {row[0].data_type for row in sheet.iter_rows(2)} == {"s"}
        assert "PerfPayroll" in sheet.tables

    def test_json(self, bonus: Bonus) -> None:
        records = json.loads(written(bonus, Format.JSON), parse_float=Decimal)
        assert {one["employee_id"]: one["amount"] for one in records} == PAID

    def test_parquet(self, bonus: Bonus) -> None:
        frame = pd.read_parquet(BytesIO(written(bonus, Format.PARQUET)))
        assert dict(zip(frame["employee_id"], frame["amount"], strict=True)) == PAID

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
    @pytest.mark.parametrize("wanted", [Format.XLSX, Format.CSV])
    def test_libreoffice(self, bonus: Bonus, wanted: Format, tmp_path: Path) -> None:
        path = tmp_path / f"payroll.{wanted.value}"
        path.write_bytes(written(bonus, wanted))
        name = "Text - txt - csv (StarCalc)"
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office"]
        command += [f"--infilter={name}:44,34,76,1,1/2"] if wanted is Format.CSV else []  # ids as texts
        command += [
            "--convert-to",
            f"csv:{name}:44,34,76,1",
            "--outdir",
            str(tmp_path / "out"),
        ]
        subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
        with (tmp_path / "out" / "payroll.csv").open(encoding="utf-8", newline="") as stream:
            found = list(csv.DictReader(stream))
        assert {row["Employee id"]: Decimal(row["Bonus"]) for row in found} == PAID

    @given(
        texts=st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
            min_size=1,
            max_size=5,
        ),
        cents=st.integers(0, 10**12),
    )
    def test_what_is_written_is_what_was_approved(self, texts: list[str], cents: int) -> None:
        staff = [
            person(f"{number:03d}", Decimal(cents) / 100, Decimal(85), name=text)
            for number, text in enumerate(texts)
        ]
        bonus = calculate_bonus(frame_of(staff), RULES, BonusOrder(Cycle.MONTHLY, "2026-11"))
        table = bonus_payroll(bonus, ENGLISH)
        text = write_table(table, Format.CSV, "utf-8", ENGLISH).decode()
        lines = list(csv.reader(text.split("\r\n")[:-1])) if "\n" not in "".join(texts) else []
        if lines:
            assert list(differences(Held("file.csv", lines[0], lines[1:]), BONUS, bonus)) == []


class TestTextsThatLookLikeFormulas:
    @pytest.mark.parametrize(
        "text",
        [*("=1+1", "+A1", "@SUM(A1)", "-cmd|x", "\tx", "\rx"), *("＝1+1", "＋A1", "－cmd", "＠SUM(A1)")],
    )
    def test_are_made_harmless_in_a_csv(self, text: str) -> None:
        bonus = calculate_bonus(
            frame_of([person("E1", Decimal(1), Decimal(85), name=text)]),
            RULES,
            BonusOrder(Cycle.MONTHLY, "2026-11"),
        )
        content = written(bonus, Format.CSV, "utf-8").decode()
        assert f"'{text}" in content
        rows = list(csv.reader([content.partition("\r\n")[2].removesuffix("\r\n")]))
        assert list(differences(Held("x", HEADERS, rows), BONUS, bonus)) == []

    @pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x1b", "\x85", "\u2069"])
    @pytest.mark.parametrize("wanted", [Format.CSV, Format.JSON])
    def test_characters_that_turn_writing_round_are_shown(
        self, wanted: Format, sign: str, tmp_path: Path
    ) -> None:
        bonus = calculate_bonus(
            frame_of([person("E1", Decimal(1), Decimal(85), name=f"陳{sign}一")]),
            RULES,
            BonusOrder(Cycle.MONTHLY, "2026-11"),
        )
        content = written(bonus, wanted, "utf-8")
        assert sign not in content.decode()
        if wanted is Format.JSON:
            assert json.loads(content)[0]["name"] == f"陳{sign}一"
        path = tmp_path / f"payroll.{wanted.value}"
        path.write_bytes(content)
        assert closest(read_held(path, Access()), BONUS, bonus)[1] == []

    @pytest.mark.parametrize("text", ["-12", "+3", "007", "E=1", ""])
    def test_numbers_and_other_texts_stay(self, text: str) -> None:
        assert escaped(text) == text


class TestEncodings:
    def test_a_character_that_is_missing_is_named(self, bonus: Bonus) -> None:
        with pytest.raises(DataError) as refused:
            written(bonus, Format.CSV, "big5")
        (found,) = refused.value.findings
        assert found.code == "not-in-encoding"
        assert "E010" in str(found)
        assert "喆" in str(found)

    def test_big5_where_it_suffices(self) -> None:
        bonus = calculate_bonus(
            frame_of([person("E1", Decimal(1), Decimal(85), name="陳大文")]),
            RULES,
            BonusOrder(Cycle.MONTHLY, "2026-11"),
        )
        content = written(bonus, Format.CSV, "big5", Wording(Language.TRADITIONAL))
        assert content.decode("big5").startswith("工號,姓名,")


Change = Callable[[list[list[str]]], None]


def _cent(rows: list[list[str]]) -> None:
    rows[1][4] = "1234.51"


def _zeros(rows: list[list[str]]) -> None:
    rows[1][0] = "7"


def _missing(rows: list[list[str]]) -> None:
    del rows[1]


def _added(rows: list[list[str]]) -> None:
    rows.append(["E011", "新", "", "2026-11", "1.00", "CNY"])


def _twice(rows: list[list[str]]) -> None:
    rows.append(list(rows[1]))


def _swapped(rows: list[list[str]]) -> None:
    rows[0][1], rows[0][2] = rows[0][2], rows[0][1]


def _renamed(rows: list[list[str]]) -> None:
    rows[0][3] = "When"


def _without_ids(rows: list[list[str]]) -> None:
    for row in rows:
        del row[0]


def _without_amounts(rows: list[list[str]]) -> None:
    for row in rows:
        del row[4]


class TestCheck:
    @pytest.mark.parametrize("language", list(Language))
    @pytest.mark.parametrize("wanted", list(Format))
    def test_a_file_that_was_not_touched(
        self, bonus: Bonus, wanted: Format, language: Language, tmp_path: Path
    ) -> None:
        path = tmp_path / f"payroll.{wanted.value}"
        path.write_bytes(written(bonus, wanted, wording=Wording(language)))
        assert closest(read_held(path, Access()), BONUS, bonus)[1] == []

    @pytest.mark.parametrize("encoding", ENCODINGS)
    @pytest.mark.parametrize("name", ["甲", "模", "大中小", "阿里•王", "a;b;c;d;e;f;g;h", "功\t許"])
    def test_every_encoding_that_is_written(self, encoding: str, name: str, tmp_path: Path) -> None:
        """Few characters are text in several encodings; what was approved tells which is meant."""
        bonus = calculate_bonus(
            frame_of([person("007", Decimal("0.10"), Decimal(85), name=name)]),
            RULES,
            BonusOrder(Cycle.MONTHLY, "2026-11"),
        )
        content = written(bonus, Format.CSV, encoding)
        path = tmp_path / "payroll.csv"
        path.write_bytes(content)
        held, changes = closest(read_held(path, Access()), BONUS, bonus)
        assert (held.rows[0][0], changes) == ("007", [])
        path.write_bytes(content.replace(b"0.10", b"0.11"))
        _, changes = closest(read_held(path, Access()), BONUS, bonus)
        assert [one.code for one in changes] == ["export-cell-changed"]

    @settings(max_examples=60)
    @given(
        encoding=st.sampled_from(ENCODINGS),
        language=st.sampled_from(Language),
        wanted=st.sampled_from([Format.CSV, Format.CSV, Format.XLSX, Format.JSON]),
        names=st.lists(st.text(_SIGNS, max_size=8), min_size=1, max_size=12),
        cents=st.integers(0, 10**9),
    )
    def test_passes_its_own_check(
        self, encoding: str, language: Language, wanted: Format, names: list[str], cents: int
    ) -> None:
        staff = [
            person(f"{number:03d}", Decimal(cents + number) / 100, Decimal(85), name=name)
            for number, name in enumerate(names)
        ]
        bonus = calculate_bonus(frame_of(staff), RULES, BonusOrder(Cycle.MONTHLY, "2026-11"))
        try:
            content = written(bonus, wanted, encoding, Wording(language))
        except DataError as refused:
            codes = {found.code for found in refused.findings}
            assert codes == {"not-in-encoding"}
            return
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"payroll.{wanted.value}"
            path.write_bytes(content)
            assert closest(read_held(path, Access()), BONUS, bonus)[1] == []

    @pytest.mark.parametrize("encoding", [*ENCODINGS[:3], "utf-16", "utf-16-le"])
    def test_any_encoding_and_any_order(self, bonus: Bonus, encoding: str, tmp_path: Path) -> None:
        header, *rows = (
            written(bonus, Format.CSV, "utf-8").decode().replace("堃\n喆", "堃 喆").split("\r\n")[:-1]
        )
        path = tmp_path / "payroll.csv"
        path.write_bytes("\r\n".join([header, *reversed(rows)]).encode(encoding))
        assert closest(read_held(path, Access()), BONUS, bonus)[1] == []

    @pytest.mark.parametrize(
        ("change", "codes"),
        [
            (_cent, ["export-cell-changed"]),
            (_zeros, ["export-id-lost-zeros"]),
            (_missing, ["export-row-missing"]),
            (_added, ["export-row-added"]),
            (_twice, ["export-row-added"]),
            (_swapped, ["export-cell-changed"] * 6),
            (_renamed, ["export-unknown-column"]),
            (_without_ids, ["export-without-ids"]),
            (_without_amounts, ["export-without-amount"]),
        ],
    )
    def test_what_was_changed_is_told(self, bonus: Bonus, change: Change, codes: list[str]) -> None:
        rows = list(csv.reader(written(bonus, Format.CSV, "utf-8").decode().splitlines(keepends=True)))
        change(rows)
        found = list(differences(Held("payroll.csv", rows[0], rows[1:]), BONUS, bonus))
        assert [one.code for one in found] == codes

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\xff", b"{", b"[1, 2]", b"PAR1", b"PK\x03\x04"])
    def test_what_is_no_table(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(content)
        with pytest.raises(PerfError) as refused:
            list(read_held(path, Access()))
        assert not isinstance(refused.value, UsageError)


class TestCommand:
    @pytest.fixture
    def workbook(self, bonus: Bonus, tmp_path: Path) -> Path:
        path = tmp_path / "november.bonus.xlsx"
        path.write_bytes(BONUS.workbook(bonus, ENGLISH))
        return path

    def test_writes_the_file_and_its_control_totals(
        self, workbook: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["export", str(workbook), "--lang", "en"]) == 0
        target = workbook.with_name("november.payroll.csv")
        totals = json.loads(target.with_name(target.name + ".control.json").read_text(encoding="utf-8"))
        assert totals["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
        assert totals["source"]["sha256"] == hashlib.sha256(workbook.read_bytes()).hexdigest()
        assert totals["rows"] == len(PAID)
        assert totals["sums"] == {"amount": str(sum(PAID.values()))}
        said = capsys.readouterr().out
        assert f"Rows: {len(PAID)}" in said
        assert str(sum(PAID.values())) in said
        assert run(["export", "--check", str(target), "--against", str(workbook), "--lang", "en"]) == 0
        assert "says exactly what was approved" in capsys.readouterr().out
        target.write_bytes(target.read_bytes().replace(b"1234.50", b"1234.51"))
        assert run(["export", "--check", str(target), "--against", str(workbook), "--lang", "en"]) == 1
        assert "“1234.51”; “1234.50” was approved" in capsys.readouterr().err

    def test_columns_and_format_are_chosen(self, workbook: Path, tmp_path: Path) -> None:
        target = tmp_path / "x.json"
        command = ["export", str(workbook), "-o", str(target), "--columns", "employee_id,grade,amount", "-q"]
        assert run([*command, "--lang", "zh-Hans"]) == 0
        assert json.loads(target.read_bytes())[0] == {"employee_id": "007", "grade": "良好", "amount": 1234.5}

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "Give a workbook to export"),
            (["--check", "x.csv"], "Give a workbook to export"),
            (["BOOK", "--columns", "salary"], "There is no column “salary”"),
            (["BOOK", "--columns", "name,name"], "There is no column “name”"),
            (["BOOK", "--format", "pdf"], "There is no format “pdf”"),
            (["BOOK", "--encoding", "latin-1"], "There is no encoding “latin-1”"),
        ],
    )
    def test_what_cannot_work_is_told(
        self, workbook: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = [str(workbook) if word == "BOOK" else word for word in arguments]
        assert run(["export", *words, "--lang", "en"]) == 2
        assert said in capsys.readouterr().err

    def test_a_workbook_that_was_changed_is_refused(
        self, workbook: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        book = openpyxl.load_workbook(workbook)
        book["Payroll"]["E2"] = 9999
        book.save(workbook)
        assert run(["export", str(workbook), "--lang", "en"]) == 1
        assert "november.bonus.xlsx > Payroll > E2" in capsys.readouterr().err
        assert not workbook.with_name("november.payroll.csv").exists()
