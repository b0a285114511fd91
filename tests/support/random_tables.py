"""Random score sheets with a row per employee, as people make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from perfcli.rules.models import Indicator, Rubric
from perfcli.text import Language
from support.random_cells import Content, contents
from support.random_sheets import (
    NAMES,
    TOTALS,
    Paper,
    Person,
    Scene,
    decorated,
    draw_titles,
    identifiers,
    in_language,
    other_sheets,
    rarely,
)
from support.raw_workbooks import Position, Raw, RawSheet, text

Meaning = str | Indicator | None
"""What a column holds: an indicator, something about the employee, nothing."""

_WORDS = {
    "employee_id": ("工號", "員工編號", "Employee ID"),
    "name": ("姓名", "員工姓名", "Name"),
    "department": ("部門", "所屬部門", "Department"),
    "position": ("職位", "崗位", "Position"),
}
_STRAYS = ("備註", "年齡", "入職日期", "Remarks", "評語", "主觀印象", "創新能力", "負責區域", "附件", "第2行")
_UNKNOWN = ("主觀印象", "創新能力", "負責區域", "附件", "第2行")
"""Headers of which nobody can say what numbers below them are."""

_NOTES = (
    "備註：本表一式兩份",
    "說明：分數為0至100",
    "考核人簽名：",
    "Prepared by:",
    "註：" + "請於每月五日前交回人力資源部。" * 20,
)


@dataclass(frozen=True)
class Team:
    """Which sheet is written, about which team, and whether everything in it is clear."""

    rubric: Rubric
    sheet: str
    tidy: bool


@st.composite
def tables(draw: st.DrawFn, rubric: Rubric) -> Scene:
    """A workbook of one team with a row per employee, on one sheet or two, and sheets that say nothing."""
    scene = Scene(rubric)
    tidy = draw(st.booleans())
    numbers = iter(draw(st.lists(st.integers(1, 999), min_size=8, max_size=8, unique=True)))
    titles = [rubric.name.in_language(Language.TRADITIONAL), "十一月"]
    for title in titles[: draw(st.sampled_from([1, 1, 1, 2]))]:
        own = [next(numbers) for _ in range(draw(st.integers(1, 4)))]
        _draw_sheet(draw, scene, Team(rubric, title, tidy), own)
    scene.sheets += draw(st.lists(other_sheets, max_size=2, unique_by=lambda sheet: sheet.name))
    scene.sheets = draw(st.permutations(scene.sheets))
    return scene


def _draw_sheet(draw: st.DrawFn, scene: Scene, at: Team, numbers: Sequence[int]) -> None:
    """A sheet with a row per employee, with what people put above, between and below the rows."""
    paper = Paper(left=draw(st.sampled_from([0, 0, 0, 1, 2])))
    language = draw(st.sampled_from(list(Language)))
    keys = ["employee_id", *draw(st.lists(st.sampled_from(["name", "department", "position"]), unique=True))]
    strays = draw(st.lists(st.sampled_from(_STRAYS), max_size=2, unique=True))
    blanks = draw(st.lists(st.none(), max_size=2))
    columns = draw(st.permutations([*keys, *at.rubric.indicators, *strays, *blanks]))
    draw_titles(draw, paper, len(columns))
    _draw_header(draw, paper, columns, language)
    for number in numbers:
        scene.people.append(_draw_person(draw, paper, columns, at, number))
        _draw_other_row(draw, paper, columns)
    for note in draw(st.lists(st.sampled_from(_NOTES), max_size=2)):
        paper.row += draw(st.integers(0, 2))
        paper.put(draw(st.integers(0, len(columns) - 1)), text(note))
        paper.row += 1
    scene.sheets.append(RawSheet(at.sheet, paper.cells, paper.merges))


def _draw_header(draw: st.DrawFn, paper: Paper, columns: Sequence[Meaning], language: Language) -> None:
    """A header of one row, or of two: the indicator above, 得分 below."""
    score = "Score" if language is Language.ENGLISH else "得分"
    is_stacked = draw(rarely)
    for column, meaning in enumerate(columns):
        if isinstance(meaning, Indicator):
            name = meaning.name.in_language(language)
            paper.put(column, text(name if is_stacked else draw(decorated(meaning, language, score))))
        elif meaning is not None:
            word = draw(st.sampled_from(_WORDS.get(meaning, (meaning,))))
            paper.put(column, text(in_language(word, language)))
            if is_stacked:
                paper.merge(column, column, rows=2)
    paper.row += 1
    if is_stacked:
        for column, meaning in enumerate(columns):
            if isinstance(meaning, Indicator):
                paper.put(column, text(score))
        paper.row += 1


def _draw_other_row(draw: st.DrawFn, paper: Paper, columns: Sequence[Meaning]) -> None:
    """Sometimes a blank row, a row of totals or a section of the table."""
    kind = draw(st.sampled_from(["", "", "", "", "blank", "total", "section"]))
    if not kind:
        return
    if kind == "total":
        keys = [column for column, meaning in enumerate(columns) if meaning in {"employee_id", "name"}]
        paper.put(draw(st.sampled_from(keys)), text(draw(st.sampled_from(TOTALS))))
        for column, meaning in enumerate(columns):
            if isinstance(meaning, Indicator):
                paper.put(column, draw(st.sampled_from([Raw("85"), Raw(None), Raw("#DIV/0!", "e")])))
    elif kind == "section":
        paper.put(0, text("一、華東區"))
        paper.merge(0, len(columns) - 1)
    paper.row += 1


def _draw_person(draw: st.DrawFn, paper: Paper, columns: Sequence[Meaning], at: Team, number: int) -> Person:
    """A row of somebody."""
    identifier = draw(identifiers(number, tidy=at.tidy))
    scores: dict[str, tuple[Position, Content]] = {}
    unread: list[Position] = []
    for column, meaning in enumerate(columns):
        if isinstance(meaning, Indicator):
            content = draw(contents(at.rubric, meaning, tidy=at.tidy or not identifier.is_clear))
            scores[meaning.id] = paper.put(column, content.raw), content
        elif meaning == "employee_id":
            paper.put(column, identifier.raw)
        elif meaning == "name":
            paper.put(column, text(draw(st.sampled_from(NAMES if identifier.is_clear else NAMES[:4]))))
        elif meaning is not None:
            raw = draw(_anything)
            position = paper.put(column, raw)
            unread += [position] if raw in _NUMBERS and meaning in _UNKNOWN else []
    id_cell = paper.row, paper.left + columns.index("employee_id")
    paper.row += 1
    own = [scores[one.id] for one in at.rubric.indicators]
    return Person(identifier.value, at.sheet, id_cell, own, identifier.is_clear, unread=unread)


_DATE = Raw("46327", number_format="yyyy-mm-dd")
_NUMBERS = (Raw("3"), Raw("7.25"))
_anything = st.sampled_from(
    [text("華東區"), *_NUMBERS, Raw(None), Raw("0"), text("=1+1"), _DATE, text("見附件")]
)
