"""Makes the examples: an invented company's roster and its filled score sheets of three months.

Everything here is invented by a seeded generator; any likeness to real people is chance. Run it after a
change of the templates or the rubrics: ``python examples/make_examples.py`` (or ``make examples``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd

from perfcli.rules.loader import load_ruleset
from perfcli.rules.models import Rubric
from perfcli.rules.ruleset import Ruleset, fingerprint
from perfcli.sheets.reader import read_book
from perfcli.sheets.roster import of_team, present, read_roster
from perfcli.text import Language, Wording
from perfcli.workbooks import styles
from perfcli.workbooks.styles import Book
from perfcli.workbooks.tables import write_numbers, write_texts
from perfcli.workbooks.template import template_workbook

HERE = Path(__file__).parent
RUBRICS = HERE.parent / "rubrics"
PERIODS = ("2026-09", "2026-10", "2026-11")
SEED = 20261123
COLUMNS = ("employee_id", "name", "team", "department", "position", "joined", "left", "bonus_base")

SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周"
GIVEN = (
    *(
        "怡君",
        "志豪",
        "淑芬",
        "家瑋",
        "雅婷",
        "俊傑",
        "佩珊",
        "建宏",
        "欣怡",
        "宗翰",
        "雅雯",
        "凱文",
        "佳穎",
        "冠廷",
    ),
    *(
        "詩涵",
        "柏翰",
        "宜蓁",
        "承恩",
        "思妤",
        "彥廷",
        "品妍",
        "哲瑋",
        "筱涵",
        "宇軒",
        "郁婷",
        "子軒",
        "靜宜",
        "明哲",
    ),
)


@dataclass(frozen=True)
class Team:
    """How large a team of the invented company is, and who works in it."""

    heads: int
    department: str
    positions: tuple[str, ...]


TEAMS: Mapping[str, Team] = {
    "operations": Team(18, "運營部", ("運營主管", "店鋪運營", "店鋪運營", "活動運營", "商品運營")),
    "customer-service": Team(16, "客服部", ("客服主管", "售前客服", "售前客服", "售後客服")),
    "marketing": Team(12, "市場部", ("推廣主管", "渠道推廣", "內容策劃", "數據分析")),
    "logistics": Team(14, "物流部", ("物流主管", "倉儲專員", "配送專員", "售後專員")),
}


def people(ruleset: Ruleset, chance: random.Random) -> pd.DataFrame:
    """The roster: keys as in ``COLUMNS``, one row per employee."""
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    chance.shuffle(names)
    rows: list[dict[str, object]] = []
    for team, about in TEAMS.items():
        for place in range(about.heads):
            rows.append(
                {
                    "employee_id": f"E{len(rows) + 1:03d}",
                    "name": names[len(rows)],
                    "team": ruleset.rubrics[team].name.in_language(Language.TRADITIONAL),
                    "department": about.department,
                    "position": about.positions[0 if place == 0 else 1 + place % (len(about.positions) - 1)],
                    "joined": date(chance.randint(2018, 2025), chance.randint(1, 12), chance.randint(1, 28)),
                    "left": None,
                    "bonus_base": chance.randrange(2000, 6001, 100) + (3000 if place == 0 else 0),
                }
            )
    rows[7]["joined"] = date(2026, 10, 16)
    rows[40]["joined"] = date(2026, 11, 2)
    rows[25]["left"] = date(2026, 10, 31)
    return pd.DataFrame(rows, dtype=object)


def roster_workbook(people: pd.DataFrame, wording: Wording) -> bytes:
    """The roster as a workbook; ``joined`` and ``left`` are dates or None, ``bonus_base`` is an amount."""
    book = Book(wording, wording("sheet.roster"))
    worksheet = book.sheet(wording("sheet.roster"))
    for column, key in enumerate(COLUMNS):
        header = wording(f"column.{key}")
        worksheet.write_string(0, column, header, book.header)
        texts = ["" if value is None else str(value) for value in people[key]]
        worksheet.set_column(column, column, styles.width([header, *texts], least=10, most=30))
        if key == "bonus_base":
            write_numbers(worksheet, 1, column, people[key].tolist(), book.cell(num_format="#,##0.00"))
        elif key in {"joined", "left"}:
            day = book.cell(num_format="yyyy-mm-dd", align="center")
            for row, value in enumerate(people[key], start=1):
                if value is None:
                    worksheet.write_blank(row, column, None, day)
                else:
                    worksheet.write_datetime(row, column, value, day)
        else:
            write_texts(worksheet, 1, column, texts, book.text)
    worksheet.freeze_panes(1, 2)
    worksheet.autofilter(0, 0, len(people), len(COLUMNS) - 1)
    book.print_setup(worksheet, landscape=True, repeat=(0, 0))
    return book.finish()


def scores(rubric: Rubric, chance: random.Random, ability: float) -> Iterator[float]:
    """One employee's scores of a month, in half points."""
    for _ in rubric.indicators:
        score = round(2 * chance.gauss(ability, 6)) / 2
        yield min(max(score, 0.0), 100.0)


def filled(template: bytes, rubric: Rubric, abilities: Mapping[str, float], chance: random.Random) -> bytes:
    """A template as a manager would give it back."""
    workbook = openpyxl.load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    rows = list(sheet.iter_rows())
    top = next(i for i, row in enumerate(rows) if row[4].value in rubric.indicators[0].names())
    for row in rows[top + 2 :]:
        for cell, score in zip(row[4:], scores(rubric, chance, abilities[str(row[0].value)]), strict=False):
            cell.value = int(score) if score.is_integer() else score
    for cell in rows[top]:
        if cell.comment is not None:
            cell.comment.width, cell.comment.height = 280, 120
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def make(folder: Path) -> None:
    """Writes ``roster.xlsx`` and ``<period>/<team>.xlsx`` into a folder."""
    ruleset = load_ruleset(RUBRICS)
    wording = Wording(Language.TRADITIONAL)
    chance = random.Random(SEED)
    (folder / "roster.xlsx").write_bytes(roster_workbook(people(ruleset, chance), wording))
    roster = read_roster(read_book(folder / "roster.xlsx"), ruleset.rubrics)
    abilities = {identifier: chance.gauss(79, 11) for identifier in roster.frame["employee_id"]}
    for period in PERIODS:
        (folder / period).mkdir(exist_ok=True)
        for team, rubric in ruleset.rubrics.items():
            here = present(of_team(roster, team), period)
            blank = template_workbook(rubric, ruleset.policy, fingerprint(rubric), here, period, wording)
            (folder / period / f"{team}.xlsx").write_bytes(filled(blank, rubric, abilities, chance))


if __name__ == "__main__":
    make(HERE)
