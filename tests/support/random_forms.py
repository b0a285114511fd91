"""Random score sheets with a sheet per employee and a row per indicator, as managers fill them in."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from perfcli.rules.models import Dimension, Indicator, Rubric
from perfcli.text import Language
from support.random_cells import Content, contents
from support.random_sheets import (
    NAMES,
    Identifier,
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

_LABELS = {
    "employee_id": ("工號", "員工編號"),
    "name": ("姓名", "被考核人"),
    "department": ("部門", "所屬部門"),
}
_LABELS_IN_ENGLISH = {"employee_id": "Employee ID", "name": "Name", "department": "Department"}
_HEADERS = {
    "indicator": ("指標", "考核指標", "Indicator"),
    "dimension": ("指標類別", "考核維度", "Category"),
    "number": ("序號", "序", "No."),
    "weight": ("權重", "權重(%)", "Weight"),
    "standard": ("評分標準", "計分方法", "Standard"),
    "target": ("目標", "目標值", "Target"),
    "self": ("自評", "自評分", "Self score"),
    "note": ("備註", "說明", "Remarks"),
    "score": ("得分", "分數", "Score"),
    "superior": ("上級評分", "上級", "Superior score"),
}
_TOTALS = ("總分", "合計", "小計", "Total")
_UNKNOWN = ("客戶拜訪", "主觀印象", "Safety")
_BELOW = ("員工簽名：", "上級簽名：", "自評總結：", "日期：", "備註：本表一式兩份", "Signature:")


@st.composite
def forms(draw: st.DrawFn, rubric: Rubric) -> Scene:
    """A workbook with a sheet for each employee of a team, and sheets that say nothing."""
    scene = Scene(rubric)
    tidy = draw(st.booleans())
    for number in draw(st.lists(st.integers(1, 999), min_size=1, max_size=3, unique=True)):
        identifier = draw(identifiers(number, tidy=tidy))
        sheet = f"表{number}"
        paper, scores, cells, unread = _draw_form(draw, rubric, identifier, tidy=tidy)
        scene.sheets.append(RawSheet(sheet, paper.cells, paper.merges))
        own = [scores[indicator.id] for indicator in rubric.indicators]
        known = identifier.is_clear, cells[0], unread
        scene.people.append(Person(identifier.value, sheet, cells[1], own, *known))
    scene.sheets += draw(st.lists(other_sheets, max_size=2, unique_by=lambda sheet: sheet.name))
    scene.sheets = draw(st.permutations(scene.sheets))
    return scene


Scores = dict[str, tuple[Position, Content]]
Label = tuple[Position, Position]
"""A label cell and the cell of its value, which may be the same."""


def _draw_form(
    draw: st.DrawFn, rubric: Rubric, identifier: Identifier, *, tidy: bool
) -> tuple[Paper, Scores, Label, list[Position]]:
    """A sheet of somebody: titles, label cells, the table of indicators, a total, lines to sign.

    With the cells of numbers in rows by no known word.
    """
    language = draw(st.sampled_from(list(Language)))
    paper = Paper(left=draw(st.sampled_from([0, 0, 0, 1])))
    before = draw(st.lists(st.sampled_from(["number", "dimension"]), max_size=2, unique=True))
    after = draw(st.lists(st.sampled_from(["weight", "standard", "target", "self", "note"]), unique=True))
    role = draw(st.sampled_from(["score", "score", "superior"]))
    columns = [*before, "indicator", *draw(st.permutations([*after, role]))]
    draw_titles(draw, paper, len(columns), with_labels=False)
    id_cells = _draw_labels(draw, paper, identifier, language)
    paper.row += draw(st.integers(0, 1))
    _draw_header(draw, paper, columns, language)
    scores: Scores = {}
    unread: list[Position] = []
    is_clear = tidy or not identifier.is_clear
    for dimension in rubric.dimensions:
        if draw(rarely):
            paper.put(columns.index("indicator"), text(f"一、{dimension.name.in_language(language)}"))
            paper.row += 1
        if "dimension" in columns:
            paper.put(columns.index("dimension"), text(dimension.name.in_language(language)))
            column = columns.index("dimension")
            paper.merge(column, column, rows=len(dimension.indicators))
        scores |= _draw_indicators(draw, paper, columns, rubric, (dimension, language), tidy=is_clear)
        if draw(rarely):
            raw = draw(st.sampled_from([Raw("3"), Raw("-7.25"), Raw("0"), Raw(None), text("見附件")]))
            paper.put(columns.index("indicator"), text(draw(st.sampled_from(_UNKNOWN))))
            position = paper.put(columns.index(role), raw)
            unread += [position] if raw in {Raw("3"), Raw("-7.25")} else []
            paper.row += 1
    _draw_end(draw, paper, columns, role)
    return paper, scores, id_cells, unread


def _draw_labels(draw: st.DrawFn, paper: Paper, identifier: Identifier, language: Language) -> Label:
    """Label cells with the value in the next cell or in the same one; gives the cells of the id."""
    names = NAMES if identifier.is_clear else NAMES[:4]
    values = {
        "employee_id": identifier.raw,
        "name": text(draw(st.sampled_from(names))),
        "department": text("華東區"),
    }
    others = draw(st.lists(st.sampled_from(["name", "department"]), unique=True))
    column, cells = 0, ((0, 0), (0, 0))
    for label in draw(st.permutations(["employee_id", *others])):
        if column > 4 or (column and draw(st.booleans())):
            paper.row += 1
            column = 0
        word = _LABELS_IN_ENGLISH[label]
        if language is not Language.ENGLISH:
            word = in_language(draw(st.sampled_from(_LABELS[label])), language)
        word += draw(st.sampled_from(["", "：", ":"]))
        raw = values[label]
        if raw.kind in {"s", "inlineStr"} and (raw.value or "").strip() and draw(rarely):
            first = last = paper.put(column, text(f"{word.rstrip(':：')}：{raw.value}"))
            column += 1
        else:
            first, last = paper.put(column, text(word)), paper.put(column + 1, raw)
            column += 2
        if label == "employee_id":
            cells = first, last
        column += draw(st.integers(0, 1))
    paper.row += 1
    return cells


def _draw_header(draw: st.DrawFn, paper: Paper, columns: Sequence[str], language: Language) -> None:
    for column, meaning in enumerate(columns):
        *words, english = _HEADERS[meaning]
        word = english if language is Language.ENGLISH else draw(st.sampled_from(words))
        paper.put(column, text(in_language(word, language)))
    paper.row += 1


def _draw_indicators(
    draw: st.DrawFn,
    paper: Paper,
    columns: Sequence[str],
    rubric: Rubric,
    of: tuple[Dimension, Language],
    *,
    tidy: bool,
) -> Scores:
    """A row for each indicator of a dimension."""
    dimension, language = of
    scores: Scores = {}
    for indicator in dimension.indicators:
        for column, meaning in enumerate(columns):
            if meaning in {"score", "superior"}:
                content = draw(contents(rubric, indicator, tidy=tidy))
                position = paper.put(column, content.raw)
                scores[indicator.id] = position, content if meaning == "score" else content.rounded()
            elif meaning == "indicator":
                paper.put(column, text(draw(decorated(indicator, language))))
            elif meaning != "dimension":
                paper.put(column, draw(_beside(meaning, indicator, rubric, paper.row)))
        paper.row += 1
    return scores


def _beside(meaning: str, indicator: Indicator, rubric: Rubric, row: int) -> st.SearchStrategy[Raw]:
    """What stands beside the score of an indicator."""
    weight = f"{indicator.weight.normalize():f}"
    measured = bool(indicator.measure.columns())
    choices = {
        "number": [Raw(str(row))],
        "weight": [Raw(weight), text(f"{weight}%"), Raw(str(indicator.weight / 100), number_format="0%")],
        "standard": [text("由上級評價"), text("每次扣 5 分"), Raw(None), Raw("100")],
        "target": [Raw(None)] if measured else [Raw(None), Raw("100"), text("≥95%"), text("無投訴")],
        "self": [Raw(None), Raw(f"{rubric.full_score(indicator).normalize():f}"), Raw("0")],
        "note": [Raw(None), text("見附件"), text("=1+1"), Raw("3")],
    }
    return st.sampled_from(choices[meaning])


def _draw_end(draw: st.DrawFn, paper: Paper, columns: Sequence[str], role: str) -> None:
    """A row with the total, blank rows, lines to sign."""
    for word in draw(st.lists(st.sampled_from(_TOTALS), max_size=2, unique=True)):
        paper.put(columns.index("indicator"), text(word))
        paper.put(columns.index(role), draw(st.sampled_from([Raw("85"), Raw(None), Raw("#DIV/0!", "e")])))
        paper.row += 1
    paper.row += draw(st.integers(0, 2))
    for word in draw(st.lists(st.sampled_from(_BELOW), max_size=3, unique=True)):
        paper.put(draw(st.integers(0, len(columns) - 1)), text(word))
        paper.row += draw(st.integers(0, 1))
