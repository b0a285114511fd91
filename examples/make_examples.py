"""Makes the examples: an invented company's roster and its filled sheets of a whole year.

Everything here is invented by a seeded generator; any likeness to real people is chance. Run it after a
change of the templates or the rubrics: ``python examples/make_examples.py`` (or ``make examples``).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd

from perfcli.files.reader import Grid, read_book
from perfcli.people.presence import present
from perfcli.people.roster import of_team, read_roster
from perfcli.rules.kinds import Kind
from perfcli.rules.loader import load_ruleset
from perfcli.rules.models import Indicator, Rubric
from perfcli.rules.periods import Cycle, cycle
from perfcli.rules.roles import Role
from perfcli.rules.ruleset import Ruleset
from perfcli.sheets.layouts.header import find_header
from perfcli.sheets.preparation import Preparation, Sources
from perfcli.sheets.reading import Chosen
from perfcli.sheets.vocabulary import Vocabulary
from perfcli.text import Language, Wording
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.writer import WorkbookWriter
from perfcli.workbooks.templates.records import record_template_workbook
from perfcli.workbooks.templates.template import template_workbook

HERE = Path(__file__).parent
RUBRICS = HERE.parent / "rubrics"
PERIODS = ("2026-09", "2026-10", "2026-11")
LATER = (
    *(f"2026-{month:02d}" for month in (*range(1, 9), 12)),
    "2026Q1",
    "2026Q2",
    "2026Q3",
    "2026Q4",
    "2026",
)
"""The rest of the year, each drawn by itself: months, and the appraisals of quarters and of the year."""
SEED = 20261123
PLANNED_TEAM = "logistics"
PROCESS = {Kind.PLAN: "plan", Kind.RECORD: "records", Kind.SELF: "self"}
MONEY = ("bonus_base", "salary", "range_lowest", "range_highest")
DAYS = ("joined", "left", "leave_from", "leave_until")
COLUMNS = ("employee_id", "name", "team", "department", "position", *DAYS, *MONEY)

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

    people: int
    department: str
    positions: tuple[str, ...]


TEAMS: Mapping[str, Team] = {
    "operations": Team(18, "運營部", ("運營主管", "店鋪運營", "店鋪運營", "活動運營", "商品運營")),
    "customer-service": Team(16, "客服部", ("客服主管", "售前客服", "售前客服", "售後客服")),
    "marketing": Team(12, "市場部", ("推廣主管", "渠道推廣", "內容策劃", "數據分析")),
    "logistics": Team(14, "物流部", ("物流主管", "倉儲專員", "配送專員", "售後專員")),
}


TARGETS: Mapping[str, tuple[float, float, int]] = {
    "sales": (200_000, 10_000, 0),
    "gross-margin": (32, 1, 1),
    "new-customers": (120, 10, 0),
    "store-traffic": (60_000, 5_000, 0),
    "conversion": (3, 0.2, 2),
    "inventory-turnover": (2, 0.1, 2),
    "satisfaction": (92, 1, 1),
    "complaint-rate": (2, 0.1, 2),
    "response-time": (30, 2, 1),
    "guided-purchases": (25, 1, 1),
    "upselling": (8_000, 500, 0),
    "brand-exposure": (900_000, 50_000, 0),
    "referred-traffic": (40_000, 2_000, 0),
    "campaign-conversion": (6, 0.5, 1),
    "on-time-dispatch": (95, 0.5, 1),
    "delivery-accuracy": (98, 0.5, 1),
    "logistics-cost": (45_000, 1_000, 0),
    "returns-handling": (94, 0.5, 1),
    "resolution-satisfaction": (90, 1, 1),
    "follow-up": (60, 2, 1),
}
"""The usual target of each indicator, the steps in which targets differ, and the decimals of an actual."""

RECORDS: Sequence[tuple[str, str, str, float | None]] = (
    ("policies-and-regulations", "退貨逾七天未按規定退款", "客訴單 11-0412", None),
    ("cooperation", "主動替客服追回三件錯發的包裹", "客服部郵件", None),
    ("policies-and-regulations", "包裹內沒有放質量保證書", "抽檢記錄 7", None),
    ("service-innovation", "提出把常退商品改為原箱寄回，已試行", "會議記錄 11-18", None),
    ("policies-and-regulations", "兩票危險品申報不實，按兩次計", "承運商通知", 20),
)
"""Indicator, what happened, evidence, points taken off if not those of one occurrence."""


def people(ruleset: Ruleset, chance: random.Random) -> pd.DataFrame:
    """The roster: keys as in ``COLUMNS``, one row per employee."""
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    chance.shuffle(names)
    rows: list[dict[str, object]] = []
    for team, about in TEAMS.items():
        for place in range(about.people):
            lowest, highest = (11_000, 20_000) if place == 0 else (5_000, 14_000)
            rows.append(
                {
                    "employee_id": f"E{len(rows) + 1:03d}",
                    "name": names[len(rows)],
                    "team": ruleset.rubrics[team].name.in_language(Language.TRADITIONAL),
                    "department": about.department,
                    "position": about.positions[0 if place == 0 else 1 + place % (len(about.positions) - 1)],
                    "joined": date(chance.randint(2018, 2025), chance.randint(1, 12), chance.randint(1, 28)),
                    **dict.fromkeys(("left", "leave_from", "leave_until")),
                    "bonus_base": (base := chance.randrange(2000, 6001, 100) + (3000 if place == 0 else 0)),
                    "salary": 2 * base + 1500,
                    "range_lowest": lowest,
                    "range_highest": highest,
                }
            )
    rows[7]["joined"] = date(2026, 10, 16)
    rows[40]["joined"] = date(2026, 11, 2)
    rows[25]["left"] = date(2026, 10, 31)
    rows[33] |= {"leave_from": date(2026, 3, 16), "leave_until": date(2026, 6, 14)}
    return pd.DataFrame(rows, dtype=object)


def roster_workbook(people: pd.DataFrame, wording: Wording) -> bytes:
    """The roster as a workbook; ``DAYS`` are dates or None, ``MONEY`` are amounts."""
    book = WorkbookWriter(wording, wording("sheet.roster"))
    sheet = book.sheet(wording("sheet.roster"))
    worksheet = sheet.worksheet
    looks = dict.fromkeys(DAYS, book.cell(num_format="yyyy-mm-dd", align="center"))
    looks |= dict.fromkeys(MONEY, book.cell(num_format="#,##0.00"))
    for column, key in enumerate(COLUMNS):
        header = wording(f"column.{key}")
        sheet.write(0, column, header, book.header)
        texts = ["" if value is None else str(value) for value in people[key]]
        worksheet.set_column(column, column, styles.width([header, *texts], least=10, most=30))
        look = looks.get(key, book.text)
        worksheet.write_column(1, column, people[key].tolist(), look)
    worksheet.freeze_panes(1, 2)
    worksheet.autofilter(0, 0, len(people), len(COLUMNS) - 1)
    sheet.print_setup(landscape=True, repeat=(0, 0))
    return book.finish()


Entries = Mapping[tuple[str, str, Role], float | str]
"""What somebody types: (employee id, indicator, role) → number or word."""


def typed_scores(rubric: Rubric, abilities: Mapping[str, float], chance: random.Random) -> Entries:
    """Everyone's scores of a month, in half points."""
    return {
        (employee, indicator.id, Role.SCORE): _score(ability, chance)
        for employee, ability in abilities.items()
        for indicator in rubric.indicators
    }


def _score(ability: float, chance: random.Random) -> float:
    return min(max(round(2 * chance.gauss(ability, 6)) / 2, 0.0), 100.0)


def targets(
    rubric: Rubric, people: Iterable[str], chance: random.Random
) -> dict[tuple[str, str, Role], float]:
    """A target for each indicator that is held against one, round numbers around those of ``TARGETS``."""
    return {
        (employee, indicator.id, Role.TARGET): _near(TARGETS[indicator.id], chance)
        for employee in people
        for indicator in rubric.indicators
        if Role.TARGET in indicator.measure.columns()
    }


def _near(usual: tuple[float, float, int], chance: random.Random) -> float:
    middle, step, _ = usual
    return round(middle + step * chance.randint(-3, 3), 2)


def results(
    rubric: Rubric,
    agreed: Mapping[tuple[str, str, Role], float],
    abilities: Mapping[str, float],
    chance: random.Random,
) -> Entries:
    """What came out: an actual where there is a target, else a score; occurrences are left to the records."""
    found: dict[tuple[str, str, Role], float | str] = {}
    for employee, ability in abilities.items():
        for indicator in rubric.indicators:
            target = agreed.get((employee, indicator.id, Role.TARGET))
            if target is not None:
                share = min(max(chance.gauss(ability / 84, 0.07), 0.4), 1.3)
                lower = indicator.measure.better == "lower"
                actual = target / share if lower else target * share
                highest = 100.0 if _unit(indicator) == "%" else actual
                places = TARGETS[indicator.id][2]
                found[employee, indicator.id, Role.ACTUAL] = round(min(actual, highest), places)
            elif not indicator.measure.columns():
                found[employee, indicator.id, Role.SCORE] = _score(ability, chance)
    return found


def _unit(indicator: Indicator) -> str:
    unit = indicator.measure.unit
    return "" if unit is None else unit.in_language(Language.ENGLISH)


def filled(template: bytes, rubric: Rubric, entries: Entries) -> bytes:
    """A sheet as somebody gives it back; entries for cells that it does not have are left out."""
    workbook = openpyxl.load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    rows = list(sheet.iter_rows())
    texts = [["" if cell.value is None else str(cell.value) for cell in row] for row in rows]
    header = find_header(Grid(sheet.title, texts), Vocabulary({rubric.team: rubric}))
    if header is None:
        raise ValueError("not a sheet of indicators")
    for row in rows[header.row + 1 :]:
        for column in header.columns:
            key = (str(row[0].value), column.indicators.get(rubric.team, column.label or ""), column.role)
            value = entries.get(key)
            if value is not None:
                whole = isinstance(value, float) and value.is_integer()
                row[column.index].value = int(value) if whole else value
    for cell in rows[header.row]:
        if cell.comment is not None:
            cell.comment.width, cell.comment.height = 280, 120
    return _saved(workbook)


def recorded(template: bytes, rubric: Rubric, people: Sequence[str], chance: random.Random) -> bytes:
    """Daily records as a superior and the employees keep them."""
    workbook = openpyxl.load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    rows = list(sheet.iter_rows())
    top = next(number for number, row in enumerate(rows) if row[0].value == "日期")
    names = {
        indicator.id: indicator.name.in_language(Language.TRADITIONAL) for indicator in rubric.indicators
    }
    days = sorted(chance.sample(range(2, 30), len(RECORDS)))
    for row, day, (indicator, what, evidence, points) in zip(rows[top + 1 :], days, RECORDS, strict=False):
        employee = chance.choice(people)
        values = (date(2026, 11, day), employee, None, names[indicator], what, evidence, points)
        for cell, value in zip(row, values, strict=False):
            if value is not None:
                cell.value = value
    return _saved(workbook)


def _saved(workbook: openpyxl.Workbook) -> bytes:
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@dataclass(frozen=True)
class Month:
    """One period of the examples and what stays the same in it; it may be a quarter or a year."""

    folder: Path
    ruleset: Ruleset
    period: str
    abilities: Mapping[str, float]
    chance: random.Random

    def template(self, team: str, people: pd.DataFrame, kind: Kind = Kind.SCORE) -> bytes:
        """A blank sheet of a team."""
        rubric = self.ruleset.rubrics[team]
        wording = Wording(Language.TRADITIONAL)
        if kind is Kind.RECORD:
            return record_template_workbook(rubric, people, self.period, wording)
        own = self.ruleset.cycle
        return template_workbook(rubric, self.ruleset.policy, people, self.period, wording, kind, cycle=own)

    def write_typed(self, team: str, people: pd.DataFrame) -> None:
        """A score sheet in which every score was typed."""
        rubric = self.ruleset.rubrics[team]
        entries = typed_scores(rubric, self._of(people), self.chance)
        self._write(f"{team}.xlsx", filled(self.template(team, people), rubric, entries))

    def write_measured(self, team: str, people: pd.DataFrame) -> None:
        """A score sheet with targets and actuals."""
        rubric, abilities = self.ruleset.rubrics[team], self._of(people)
        agreed = targets(rubric, abilities, self.chance)
        entries = {**agreed, **results(rubric, agreed, abilities, self.chance)}
        self._write(f"{team}.xlsx", filled(self.template(team, people), rubric, entries))

    def write_process(self, team: str, people: pd.DataFrame) -> None:
        """Plan, daily records and self-evaluations, and the score sheet that is made from them."""
        rubric, abilities = self.ruleset.rubrics[team], self._of(people)
        (self.folder / team).mkdir(exist_ok=True)
        agreed = targets(rubric, abilities, self.chance)
        parts = {
            Kind.PLAN: filled(self.template(team, people, Kind.PLAN), rubric, agreed),
            Kind.RECORD: recorded(
                self.template(team, people, Kind.RECORD), rubric, list(abilities), self.chance
            ),
            Kind.SELF: filled(self.template(team, people, Kind.SELF), rubric, self._own(rubric, abilities)),
        }
        files = {kind: f"{team}/{name}.xlsx" for kind, name in PROCESS.items()}
        for kind, content in parts.items():
            self._write(files[kind], content)
        plan, records, own = ([read_book(self.folder / name)] for name in files.values())
        prepared = Preparation(Sources(plan, own, records), self.ruleset, Chosen(team, self.period))
        known = prepared.with_known(rubric, people)
        if prepared.findings:
            raise ValueError("\n".join(map(str, prepared.findings)))
        entries = results(rubric, agreed, abilities, self.chance)
        employee = next(iter(abilities))
        extra: Entries = {
            (employee, "adjustment", Role.SCORE): 2,
            (employee, "adjustment_reason", Role.SCORE): "雙十一期間連續七天支援倉庫",
        }
        blank = self.template(team, known)
        self._write(f"{team}.xlsx", filled(blank, rubric, {**entries, **extra}))

    def _own(self, rubric: Rubric, abilities: Mapping[str, float]) -> Entries:
        """How people see themselves: a little better, as a rule."""
        return {
            (employee, indicator.id, Role.SELF): _score(ability + 3, self.chance)
            for employee, ability in abilities.items()
            for indicator in rubric.indicators
        }

    def _of(self, people: pd.DataFrame) -> dict[str, float]:
        return {identifier: self.abilities[identifier] for identifier in people["employee_id"]}

    def _write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)


def make(folder: Path) -> None:
    """Writes ``roster.xlsx``, ``<period>/<team>.xlsx``, and what came before one of them, into a folder."""
    ruleset = load_ruleset(RUBRICS)
    wording = Wording(Language.TRADITIONAL)
    chance = random.Random(SEED)
    (folder / "roster.xlsx").write_bytes(roster_workbook(people(ruleset, chance), wording))
    roster = read_roster(read_book(folder / "roster.xlsx"), ruleset.rubrics)
    abilities = {identifier: chance.gauss(79, 11) for identifier in roster.frame["employee_id"]}
    for period in PERIODS:
        (folder / period).mkdir(exist_ok=True)
        month = Month(folder / period, ruleset, period, abilities, chance)
        for team in ruleset.rubrics:
            here = present(of_team(roster, team), period)
            if period != PERIODS[-1]:
                month.write_typed(team, here)
            elif team == PLANNED_TEAM:
                month.write_process(team, here)
            else:
                month.write_measured(team, here)
    for period in LATER:
        (folder / period).mkdir(exist_ok=True)
        own = ruleset if cycle(period) is Cycle.MONTHLY else ruleset.of_cycle(cycle(period))
        month = Month(folder / period, own, period, abilities, random.Random(f"{SEED} {period}"))
        for team in ruleset.rubrics:
            month.write_typed(team, present(of_team(roster, team), period))


if __name__ == "__main__":
    make(HERE)
