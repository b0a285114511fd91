"""Random sheets on other scales, with full marks by every way to say them, raters and adjustments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from perfcli.rules.models import Indicator, Rubric
from support.sheets import Sheets

WAYS = ("nowhere", "row", "column", "header", "cell", "end")
"""Where full marks are said: in a row, beside each score, behind the name, `9/10`, at the end; or not."""

WORDS: Mapping[str, Sequence[str]] = {
    "+": ("加分", "額外加分", "特殊貢獻", "加分项", "Bonus points", "Merit points"),
    "-": ("扣分", "減分項", "违纪扣分", "Penalty", "Deduction", "其他扣分"),
    "±": ("加減分", "獎懲", "加扣分", "Adjustment", "调整分", "Plus/minus"),
}
_REASONS = ("支援展會", "遲到三次", "Helped out")
_FULL = tuple(map(Decimal, (100, 5, 10, 20, 50, 4, 1)))
_MARKS = ("滿分", "满分", "Full marks", "Points possible")


@dataclass(frozen=True)
class Judged:
    """Somebody of a sheet: the score of each indicator and rater out of 100, and as it was typed.

    ``points`` are those that are added to the total; they have a reason or not.
    """

    employee_id: str
    scores: Mapping[tuple[str, str], Decimal]
    typed: Mapping[tuple[str, str], Decimal]
    points: Decimal = Decimal(0)
    has_reason: bool = True


@dataclass
class Scaled:
    """A workbook, who is in it, the full marks that were meant and where they stand."""

    sheets: Sheets
    people: list[Judged]
    full: Decimal
    way: str
    raters: Mapping[str, Decimal] = field(default_factory=dict)

    def score(self, person: Judged, indicator: Indicator, *, converted: bool) -> Decimal:
        """The score that counts: the raters' mean, rounded as the policy has it, or the only one."""
        held = person.scores if converted else person.typed
        if not self.raters:
            return held[indicator.id, ""]
        mean = sum(
            (held[indicator.id, word] * share / 100 for word, share in self.raters.items()), Decimal(0)
        )
        return mean.quantize(Decimal("0.01"), ROUND_HALF_UP)


@st.composite
def scaled(draw: st.DrawFn, rubric: Rubric, raters: Mapping[str, Decimal]) -> Scaled:
    """A list or forms of a team; ``raters`` are the words of those who score, with their weights."""
    full, way = draw(st.sampled_from(_FULL)), draw(st.sampled_from(WAYS))
    in_points = way == "nowhere" and draw(st.booleans())
    words = [*raters] or [""]
    people = [
        _person(draw, f"E{number}", rubric, words, None if in_points else full)
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    kind = draw(st.sampled_from(["", *WORDS]))
    adjusted = _Adjusted(kind, draw(st.sampled_from(WORDS[kind])) if kind else "", draw(st.booleans()))
    people = [adjusted.draw(draw, one) for one in people]
    page = _Page(rubric, words, full, way, draw(st.sampled_from(_MARKS)), adjusted)
    is_list = draw(st.booleans())
    sheets = (
        {"銷售團隊": page.list_of(people)} if is_list else {one.employee_id: page.form(one) for one in people}
    )
    return Scaled(sheets, people, full, way, raters)


def _person(
    draw: st.DrawFn, employee_id: str, rubric: Rubric, words: Sequence[str], full: Decimal | None
) -> Judged:
    scores = {
        (one.id, word): Decimal(draw(st.integers(0, 20) | st.integers(12, 20))) * 5
        for one in rubric.indicators
        for word in words
    }
    weights = {one.id: one.weight for one in rubric.indicators}
    typed = {key: score * (weights[key[0]] if full is None else full) / 100 for key, score in scores.items()}
    return Judged(employee_id, scores, typed)


@dataclass(frozen=True)
class _Adjusted:
    """The column or the row of an adjustment: its sign, its word, whether the reason is beside it."""

    kind: str
    word: str
    with_reasons: bool

    def draw(self, draw: st.DrawFn, person: Judged) -> Judged:
        if not self.kind:
            return person
        low, high = {"+": (0, 3), "-": (-3, 0), "±": (-3, 3)}[self.kind]
        points = Decimal(draw(st.integers(low, high)))
        return Judged(person.employee_id, person.scores, person.typed, points, self.with_reasons)


@dataclass(frozen=True)
class _Page:
    """How sheets of one workbook are written."""

    rubric: Rubric
    words: Sequence[str]
    full: Decimal
    way: str
    marks: str
    adjusted: _Adjusted

    def _cell(self, typed: Decimal) -> object:
        return f"{typed:f}/{self.full:f}" if self.way == "cell" else float(typed)

    def _name(self, indicator: Indicator) -> str:
        name = indicator.name.every()[0]
        return f"{name}（滿分{self.full:f}）" if self.way == "header" else name

    def list_of(self, people: Sequence[Judged]) -> list[list[object]]:
        """A row for each employee."""
        header: list[object] = ["工號"]
        marks: list[object] = [self.marks]
        for one in self.rubric.indicators:
            for word in self.words:
                header.append(f"{self._name(one)} {word}".strip())
                marks.append(float(self.full))
                header += [self.marks] if self.way == "column" else []
        header += [self.adjusted.word, "原因"] if self.adjusted.kind else []
        marks += [None, None] if self.adjusted.kind else []
        rows = [self._row(person) for person in people]
        above = [marks] if self.way == "row" else []
        return [header, *above, *rows, *([marks] if self.way == "end" else [])]

    def _row(self, person: Judged) -> list[object]:
        row: list[object] = [person.employee_id]
        for typed in person.typed.values():
            row += [self._cell(typed), float(self.full)] if self.way == "column" else [self._cell(typed)]
        return row + (self._points(person) if self.adjusted.kind else [])

    def _points(self, person: Judged) -> list[object]:
        reason = _REASONS[0] if person.points and person.has_reason else None
        shown = abs(person.points) if self.adjusted.kind == "-" and person.points % 2 else person.points
        return [float(shown), reason]

    def form(self, person: Judged) -> list[list[object]]:
        """A row for each indicator."""
        has_column = self.way == "column"
        header: list[object] = ["考核指標", *([self.marks] if has_column else [])]
        header += [*(word or "得分" for word in self.words), "備註"]
        beside: list[object] = [None] if has_column else []
        rows: list[list[object]] = [["工號", person.employee_id], header]
        marks: list[object] = [self.marks, *[float(self.full)] * len(self.words), None]
        if self.way == "row":
            rows.append(marks)
        for one in self.rubric.indicators:
            given = [self._cell(person.typed[one.id, word]) for word in self.words]
            rows.append([self._name(one), *([float(self.full)] if has_column else []), *given, None])
            rows += [marks] if self.way == "end" else []
        if self.adjusted.kind:
            points, reason = self._points(person)
            blank: list[object] = [None] * (len(self.words) - 1)
            rows.append([self.adjusted.word, *beside, *blank, points, reason])
        return rows
