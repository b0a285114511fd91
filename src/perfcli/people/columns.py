"""The columns of a person: what people call each, what it holds, and where it is kept.

A new column is one line of ``COLUMNS`` and its name in the catalogue (``column.<key>``): whoever reads,
checks, keeps, seals or exports columns of a person looks at the table when it is called. Nothing is read or
computed here, so the rooms that only compute take their keys from here as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, Flag, auto
from functools import cache
from math import nan

from perfcli.folding import fold
from perfcli.text import catalogue

EMPLOYEE_ID, NAME, DEPARTMENT, POSITION = "employee_id", "name", "department", "position"
TEAM, PERIOD, SUPERIOR, BONUS_BASE = "team", "period", "superior", "bonus_base"

WHO = (EMPLOYEE_ID, NAME, DEPARTMENT, TEAM)
"""What is kept of somebody who has no result, or no pay."""


class Holds(Enum):
    """What a column holds, in the order in which columns are read; amounts are to the cent."""

    DATE = auto()
    AMOUNT = auto()
    DAYS = auto()
    ID = auto()
    TEXT = auto()
    TEAM = auto()
    PERIOD = auto()


class Kept(Flag):
    """Where a column is kept.

    ``IDENTITY``: in every result, and wherever a person is shown. ``RESULTS``: with the results, where a
    score sheet has it. ``RECORD``: in the frame and the sealed record of results, shown nowhere. ``ROSTER``:
    read from any roster; columns without it only where pay is computed. ``BONUS``, ``RAISES``: in what these
    are computed from. ``PAYROLL``: payroll may be given it with the pay that keeps it.
    """

    IDENTITY = auto()
    RESULTS = auto()
    RECORD = auto()
    ROSTER = auto()
    BONUS = auto()
    RAISES = auto()
    PAYROLL = auto()


NOWHERE = Kept(0)
WITH_RESULTS = Kept.RESULTS | Kept.RECORD
PAY = Kept.BONUS | Kept.RAISES


@dataclass(frozen=True, eq=False)
class PersonColumn:
    """One column; ``called`` is what people call it beside its name in the catalogue, with commas between."""

    key: str
    holds: Holds
    kept: Kept
    called: str = ""
    may_be_negative: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What people call it."""
        return (*catalogue()[f"column.{self.key}"].values(), *filter(None, self.called.split(", ")))

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.holds in {Holds.AMOUNT, Holds.DAYS}

    @property
    def blank(self) -> str | float | None:
        """What stands for a blank cell."""
        return None if self.holds is Holds.DATE else nan if self.is_number else ""


_SHOWN = Kept.IDENTITY | Kept.ROSTER

COLUMNS: tuple[PersonColumn, ...] = (
    PersonColumn(
        EMPLOYEE_ID,
        Holds.ID,
        _SHOWN,
        "員工編號, 員工工號, 員工號, 職工號, 職工編號, 人員編號, 人員代碼, 員工代碼, 員編, 職號, 編號, "
        "employee no, employee no., employee number, employee code, staff id, staff no, staff number, "
        "personnel number, id",
    ),
    PersonColumn(
        NAME,
        Holds.TEXT,
        _SHOWN,
        "員工姓名, 職工姓名, 員工, 被考核人, 被評人, employee, employee name, full name, staff name",
    ),
    PersonColumn(
        DEPARTMENT, Holds.TEXT, _SHOWN, "所屬部門, 部門名稱, 所在部門, 一級部門, dept, dept., department name"
    ),
    PersonColumn(
        POSITION,
        Holds.TEXT,
        _SHOWN,
        "崗位, 職務, 崗位名稱, 職位名稱, 職稱, job title, position title, title, post",
    ),
    PersonColumn(
        TEAM, Holds.TEAM, _SHOWN, "考核團隊, 所屬團隊, 團隊名稱, 組別, 小組, 班組, team name, group"
    ),
    PersonColumn(PERIOD, Holds.PERIOD, Kept.IDENTITY, "考核期, 考核月份, 考核期間, 周期, 月份, month"),
    PersonColumn(
        SUPERIOR,
        Holds.TEXT,
        Kept.RECORD | Kept.ROSTER,
        "直屬上級, 直接上級, 上級, 上級姓名, 上級主管, 主管, 直屬主管, 匯報對象, "
        "評分人, 考核人, 評價人, 評估人, "
        "manager, line manager, direct manager, supervisor, reports to, rater, rated by, reviewer, evaluator",
    ),
    PersonColumn(BONUS_BASE, Holds.AMOUNT, Kept.RESULTS | Kept.BONUS | Kept.PAYROLL, "績效獎金基數"),
    PersonColumn("former_base", Holds.AMOUNT, Kept.BONUS, "調崗前獎金基數, previous bonus base"),
    PersonColumn(
        "unpaid_leave_days",
        Holds.DAYS,
        Kept.BONUS,
        "無薪假, 停薪天數, 無薪天數, 停薪留職天數, 事假天數, unpaid leave, days of unpaid leave",
    ),
    PersonColumn("days_worked", Holds.DAYS, Kept.BONUS, "實際出勤天數, 實出勤天數, 計薪天數, worked days"),
    PersonColumn("days_due", Holds.DAYS, Kept.BONUS, "應出勤, 標準出勤天數, due days, working days"),
    PersonColumn("bonus_adjustment", Holds.AMOUNT, Kept.BONUS, "獎金加減, 獎金加扣款", may_be_negative=True),
    PersonColumn(
        "joined",
        Holds.DATE,
        Kept.ROSTER | PAY,
        "入職時間, 入職日, 到職日, 到職日期, 到職時間, 報到日, 報到日期, 入司日期, 入司時間, "
        "進公司日, 進公司日期, 到崗日期, 聘用日期, date joined, joining date, joined on, hire date, hired, "
        "date of hire, start date, entry date, employment start",
    ),
    PersonColumn(
        "left",
        Holds.DATE,
        Kept.ROSTER | PAY,
        "離職日, 離職時間, 離職生效日, 最後工作日, 最後工作日期, 最後出勤日, 最後在職日, 離崗日期, "
        "退職日, 退職日期, date left, leaving date, left on, end date, last day, last working day, "
        "last day of work, termination date, resignation date, exit date, employment end",
    ),
    PersonColumn(
        "transferred",
        Holds.DATE,
        Kept.ROSTER | Kept.BONUS,
        "調動日期, 調崗日, 調動日, 轉崗日期, 轉崗日, 異動日期, 異動日, 調任日期, transfer date",
    ),
    PersonColumn(
        "leave_from",
        Holds.DATE,
        Kept.ROSTER,
        "留職停薪開始日, 留停起日, 留停日期, 長假開始日, 產假開始日, 請假開始日期, 休假開始日期, 停職日期, "
        "leave start, leave start date, start of leave, on leave since",
    ),
    PersonColumn(
        "leave_until",
        Holds.DATE,
        Kept.ROSTER,
        "留職停薪結束日, 留停迄日, 復職前一日, 長假結束日, 產假結束日, 請假結束日期, 休假結束日期, "
        "leave end, leave end date, end of leave, on leave until",
    ),
    PersonColumn(
        "confirmed",
        Holds.DATE,
        Kept.ROSTER | Kept.BONUS,
        "轉正日, 轉正時間, 實際轉正日期, confirmation date, date confirmed, regularization date",
    ),
    PersonColumn(
        "probation_until",
        Holds.DATE,
        Kept.ROSTER | Kept.BONUS,
        "試用期截止, 試用期截止日, 試用期截止日期, 試用期結束, 試用期結束日, 試用期結束日期, "
        "試用期到期日, 試用期滿日, 試用期滿, 試用期滿日期, 試用期至, 試用到期日, 試用期屆滿日, "
        "probation end, probation end date, end of probation, probation until",
    ),
    PersonColumn("discipline", Holds.TEXT, Kept.BONUS, "處分, 違紀, 違紀處分, 紀律, disciplinary action"),
    PersonColumn("bonus_adjustment_reason", Holds.TEXT, Kept.BONUS, "獎金調整說明"),
    PersonColumn(
        "salary",
        Holds.AMOUNT,
        Kept.RAISES | Kept.PAYROLL,
        "現月薪, 基本月薪, 基本工資, 基本薪資, 基本薪, 底薪, 本薪, 現薪, 月工資, 薪資, 工資, "
        "monthly salary, base salary, basic salary, base pay, monthly base pay",
    ),
    PersonColumn("range_lowest", Holds.AMOUNT, Kept.RAISES, "薪資下限, 薪幅下限, range minimum"),
    PersonColumn("range_highest", Holds.AMOUNT, Kept.RAISES, "薪資上限, 薪幅上限, range maximum"),
)


def kept(where: Kept) -> list[PersonColumn]:
    """The columns that are kept in any of some places, in the order of the table."""
    return [column for column in COLUMNS if column.kept & where]


def keys(where: Kept) -> tuple[str, ...]:
    """The keys of the columns that are kept in any of some places."""
    return tuple(column.key for column in kept(where))


def of_pay(where: Kept) -> tuple[str, ...]:
    """The keys of what some pay is computed from: identity, total, grade, and what is kept in it."""
    return (*keys(Kept.IDENTITY), "total", "grade", *keys(where))


def holds(key: str) -> Holds | None:
    """What the column of a key holds; None where it is none of a person."""
    return next((column.holds for column in COLUMNS if column.key == key), None)


def column_words() -> Mapping[str, str]:
    """Folded word → the key of the column that people call so."""
    return _column_words(COLUMNS)


@cache
def _column_words(columns: tuple[PersonColumn, ...]) -> Mapping[str, str]:
    return {fold(word): column.key for column in columns for word in (*column.words, column.key)}
