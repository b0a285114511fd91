"""The past does not move: what earlier versions of perf wrote is verified, explained, exported and paid by.

``tests/past`` has a folder for each era: the rules and score sheets of then, the workbooks that the code of
then wrote in each language, and in ``expected.json`` what it said. No number in there is ever written again.
Only the words of explanations may change: ``UPDATE_TEXTS=1`` writes those, to be read before they are kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from perfcli.cli.main import run

PAST = Path(__file__).parent / "past"
LANGUAGES = ("zh-Hant", "zh-Hans", "en")
ERAS: Mapping[str, tuple[str, ...]] = {
    "typed": ("result",),
    "measured": ("result",),
    "paid": ("result", "bonus", "raise"),
    "columns": ("result", "bonus", "raise"),
}
"""What was written then; the mark of a result had the versions 1, 2, 2 and 3, and the last two eras pay."""

WORKBOOKS = [
    pytest.param(PAST / era / language / f"{kind}.xlsx", id=f"{era}-{language}-{kind}")
    for era, kinds in ERAS.items()
    for kind in kinds
    for language in LANGUAGES
]
ONE_OF_EACH = [
    pytest.param(PAST / era / language / f"{kind}.xlsx", id=f"{era}-{kind}")
    for (era, kinds), language in zip(ERAS.items(), ("en", "zh-Hant", "zh-Hans", "en"), strict=True)
    for kind in kinds
]
CHANGED = {"result": "total", "bonus": "amount", "raise": "new_salary"}
"""A column of the first table that is worth changing."""


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def record(self) -> Any:
        return json.loads(self.out, parse_float=Decimal)


Perf = Callable[..., Said]


@pytest.fixture
def perf(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Perf:
    """Runs a command in the language of a workbook's folder, or in English."""
    monkeypatch.setenv("COLUMNS", "100")

    def said(*words: object, language: str = "en") -> Said:
        code = run([*map(str, words), "--lang", language])
        return Said(code, *capsys.readouterr())

    return said


def expected(era: str) -> dict[str, Any]:
    text = (PAST / era / "expected.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def moved(then: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where a record is not what it was; keys that are new are no change."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key, value in then.items():
            yield from moved(value, now.get(key, "nothing"), f"{path}.{key}")
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from moved(one, other, f"{path}[{place}]")
    elif then != now or isinstance(then, bool) != isinstance(now, bool):
        yield f"{path}: {then!r} → {now!r}"


def test_nothing_is_missing() -> None:
    assert {path.name for path in PAST.iterdir()} == set(ERAS)
    assert {param.values[0] for param in WORKBOOKS} == set(PAST.glob("*/*/*.xlsx"))


@pytest.mark.parametrize("era", ERAS)
class TestEras:
    def test_rules_are_read(self, era: str, perf: Perf) -> None:
        said = perf("rubric", "check", PAST / era / "rubrics")
        assert said.code == 0, said.err

    def test_workbooks_are_verified(self, era: str, perf: Perf) -> None:
        said = perf("verify", *sorted((PAST / era).glob("*/*.xlsx")))
        assert said.code == 0, said.err

    def test_rules_score_as_they_did(self, era: str, perf: Perf, tmp_path: Path) -> None:
        """A key that rules do not have means what was before there was such a key."""
        folder, then = PAST / era, expected(era)["score"]
        sheets = [folder / "sales.xlsx", folder / "others.xlsx", "--period", then["period"]]
        said = perf(
            *("score", *sheets, "--rubrics", folder / "rubrics"),
            *("--csv", tmp_path / "flat.csv", "--json"),
        )
        assert said.code == 0, said.err
        assert list(moved(then, said.record)) == []


@pytest.mark.parametrize("path", WORKBOOKS)
class TestWorkbooks:
    def test_are_explained(self, path: Path, perf: Perf) -> None:
        texts = sorted(path.parent.glob(f"{path.stem}-*.txt"))
        assert texts
        for text in texts:
            person = text.stem.removeprefix(f"{path.stem}-")
            said = perf("explain", path, person, language=path.parent.name)
            assert said.code == 0, said.err
            if "UPDATE_TEXTS" in os.environ:
                text.write_text(said.out, encoding="utf-8", newline="\n")
            assert said.out == text.read_text(encoding="utf-8"), f"{text}: UPDATE_TEXTS=1 if it is as meant"

    def test_are_exported(self, path: Path, perf: Perf, tmp_path: Path) -> None:
        target = tmp_path / "export.csv"
        said = perf("export", path, "-o", target, language=path.parent.name)
        assert said.code == 0, said.err
        assert target.read_bytes() == path.with_suffix(".csv").read_bytes()


def orders() -> Iterator[Any]:
    """What was paid by the results: each order by the results in one language, all languages in turn."""
    for era in ERAS:
        for place, name in enumerate(list(expected(era))[1:]):
            language = LANGUAGES[place % len(LANGUAGES)]
            yield pytest.param(era, name, language, id=f"{era}-{name}-{language}")


@pytest.mark.parametrize(("era", "name", "language"), list(orders()))
def test_results_are_paid_by(era: str, name: str, language: str, perf: Perf, tmp_path: Path) -> None:
    folder = PAST / era
    then = expected(era)[name]
    command, *options = then.pop("arguments")
    said = perf(
        *(command, folder / language / "result.xlsx", "--roster", folder / "roster.xlsx"),
        *("--rubrics", folder / "rubrics", "-o", tmp_path / "pay.xlsx", "--json", *options),
        language=language,
    )
    assert said.code == 0, said.err
    assert list(moved(then, said.record)) == []


@pytest.mark.parametrize("path", ONE_OF_EACH)
class TestChanges:
    def test_of_a_sealed_number_are_found(self, path: Path, perf: Perf, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(path)
        (cell,) = (row[1] for row in book["_perf"].iter_rows() if row[0].value == "employees")
        facts = json.loads(str(cell.value))
        raise_a_number(facts)
        cell.value = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        book.save(tmp_path / path.name)
        said = perf("verify", tmp_path / path.name)
        assert said.code == 1
        assert "seal-broken" in said.err

    def test_of_a_cell_are_named(self, path: Path, perf: Perf, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(path)
        (text,) = (row[1].value for row in book["_perf"].iter_rows() if row[0].value == "tables")
        table = json.loads(str(text))[0]
        sheet = book[table["sheet"]]
        cell = sheet.cell(table["first_row"] + 2, table["columns"][CHANGED[path.stem]])
        cell.value = float(str(cell.value)) + 1
        book.save(tmp_path / path.name)
        said = perf("verify", tmp_path / path.name)
        assert said.code == 1
        assert f"{path.name} > {sheet.title} > {cell.coordinate}  cell-changed" in said.err
        refused = perf("export", tmp_path / path.name, "-o", tmp_path / "export.csv")
        assert (refused.code, (tmp_path / "export.csv").exists()) == (1, False)


SEALED_NUMBERS = ("scores", "given", "columns", "bonus_base", "salary")


def raise_a_number(facts: Any, *, inside: bool = False) -> bool:
    """Adds one to the first number that somebody was scored or paid from; facts of all versions have such."""
    places = facts.items() if isinstance(facts, dict) else enumerate(facts)
    for place, value in places:
        within = inside or place in SEALED_NUMBERS
        if isinstance(value, dict | list):
            if raise_a_number(value, inside=within):
                return True
        elif within and value:
            facts[place] = str(Decimal(value) + 1)
            return True
    return False
