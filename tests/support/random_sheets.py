"""What random score sheets have in common, whatever their layout: people, titles, names, ids.

A sheet is drawn as what stands in it and written cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from perfcli.files.cells import address
from perfcli.rules.models import Indicator, Rubric
from perfcli.text import Language, simplify
from support.random_cells import WIDE, Content
from support.raw_workbooks import Position, Raw, RawSheet, raw_workbook, text

NAMES = (
    *(
        "王小明",
        "林 美麗",
        "陳　大文",
        "歐陽小燕",
        "Max",
        "Min Total",
        "O'Neil",
        "José",
        "=1+1",
        "@name",
        "+886",
    ),
    *("<b>粗</b>", "&amp;", "𠮷田", "a" * 80, "王小明\n(新人)", "\u202e倒轉", "1", "無"),
)
"""Names of people; only the first ones are above all doubt."""

TOTALS = ("合計", "平均", "總計", "小計", "平均分", "Total", "Average", "最高分")
_TITLES = ("績效考核表", "2026年11月績效考核表", "內部資料　請勿外傳", "Performance review", "A" * 220)


@dataclass(frozen=True)
class Person:
    """Somebody in a sheet: the id, whether it can be read, and what stands where, in the rubric's order.

    ``label_cell`` is the cell that says 工號 beside the id, where there is one; ``unread`` are cells with
    numbers by no known word, which could count.
    """

    employee_id: str
    sheet: str
    id_cell: Position
    scores: Sequence[tuple[Position, Content]]
    has_id: bool = True
    label_cell: Position | None = None
    unread: Sequence[Position] = ()

    @property
    def is_clear(self) -> bool:
        """Whether nothing about the person can be read in two ways."""
        return self.has_id and all(content.is_clear for _, content in self.scores)

    def __repr__(self) -> str:
        cells = "; ".join(f"{address(*position)} {content!r}" for position, content in self.scores)
        return f"{self.employee_id or 'somebody'} ({self.sheet} {address(*self.id_cell)}): {cells}"

    def doubtful_cells(self) -> list[Position]:
        """The cells where an error may stand."""
        if self.has_id:
            return [position for position, content in self.scores if not content.is_clear]
        return [self.id_cell, self.label_cell or self.id_cell, *(position for position, _ in self.scores)]


class Scene:
    """A workbook of a team and who stands in it."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.people: list[Person] = []
        self.sheets: list[RawSheet] = []

    @property
    def breaks(self) -> bool:
        """Whether the file may be refused as a whole."""
        return any(content.breaks for person in self.people for _, content in person.scores)

    def __repr__(self) -> str:
        return "\n".join([self.rubric.team, *map(repr, self.sheets), *map(repr, self.people)])

    def content(self) -> bytes:
        """The workbook as an .xlsx."""
        return raw_workbook(self.sheets)


@dataclass
class Paper:
    """A sheet while it is written from top to bottom."""

    left: int
    cells: dict[Position, Raw] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    row: int = 0

    def put(self, column: int, raw: Raw) -> Position:
        """Writes a cell of the current row."""
        position = self.row, self.left + column
        if raw != Raw(None):
            self.cells[position] = raw
        return position

    def merge(self, first: int, last: int, *, rows: int = 1) -> None:
        """Merges cells of the current row and those below."""
        upper, lower = address(self.row, self.left + first), address(self.row + rows - 1, self.left + last)
        if upper != lower:
            self.merges.append(f"{upper}:{lower}")


rarely = st.integers(0, 7).map(lambda number: number == 7)


other_sheets = st.sampled_from(
    [
        RawSheet("Sheet2", {}),
        RawSheet("說明", {(0, 0): text("評分說明"), (2, 1): text("每項 0 至 100 分"), (3, 1): Raw("100")}),
        RawSheet("附表", {(row, column): Raw(str(row)) for row in range(3) for column in range(4)}),
        RawSheet("舊", {(0, 0): text("作廢"), (4, 3): Raw("#REF!", "e")}, hidden=True),
    ]
)


def draw_titles(draw: st.DrawFn, paper: Paper, width: int, *, with_labels: bool = True) -> None:
    """Blank rows, titles (merged across or not), and label cells with their values."""
    for title in draw(st.lists(st.sampled_from(_TITLES), max_size=2)):
        paper.row += draw(st.integers(0, 2))
        paper.put(0, text(title))
        if draw(st.booleans()):
            paper.merge(0, width - 1)
        paper.row += 1
    if with_labels and draw(st.booleans()):
        labels = draw(
            st.sampled_from([("部門：", "華東區"), ("考核月份", "2026年11月"), ("製表人：", "王小明")])
        )
        for column, word in enumerate(labels):
            paper.put(column, text(word))
        paper.row += 1


@st.composite
def decorated(draw: st.DrawFn, indicator: Indicator, language: Language, role: str = "") -> str:
    """The name of an indicator as people write it: with its weight, a word for its ``role``, blanks."""
    name = indicator.name.in_language(language)
    weight = f"{indicator.weight.normalize():f}"
    forms = [name, name, name, f" {name} ", f"{name}\n", f"{name}({weight}%)", f"{name}（{weight}分）"]
    forms += [f"{name} {weight}%", name.upper(), " ".join(name)]
    if role:
        forms += [f"{name} {role}", f"{name}({role})", f"{name}\n{role}"]
    return draw(st.sampled_from(forms))


def in_language(word: str, language: Language) -> str:
    """A word that is the same in all languages but for its script."""
    return simplify(word) if language is Language.SIMPLIFIED else word


@dataclass(frozen=True)
class Identifier:
    """An employee id, the cell that holds it, and whether it can be read."""

    value: str
    raw: Raw
    is_clear: bool = True


def identifiers(number: int, *, tidy: bool) -> st.SearchStrategy[Identifier]:
    """An id of somebody; ids of different numbers are different however they are written."""
    ids = [
        Identifier(f"E{number:03}", text(f"E{number:03}")),
        Identifier(f"{number:04}", text(f"{number:04}")),
        Identifier(str(number), Raw(str(number))),
        Identifier(f"YG{number}X", text(f"  YG{number}X ", "inlineStr")),
        Identifier(f"e{number}", text(f"ｅ{number}".translate(WIDE))),
        Identifier(f"E{number}", Raw(f"E{number}", "str", formula=f'"E"&{number}')),
    ]
    unclear = [
        Raw(None),
        text(" \u3000"),
        Raw("#REF!", "e"),
        Raw(None, formula="A1"),
        Raw(f"12345678901234{number:03}"),
    ]
    return st.sampled_from(ids if tidy else [*ids, *(Identifier("", raw, is_clear=False) for raw in unclear)])
