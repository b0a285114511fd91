"""The rules by which a result was made, as its readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from perfcli import exact
from perfcli.rules.loader import confirmation
from perfcli.rules.models import Rubric, Veto
from perfcli.rules.numbers import written
from perfcli.rules.pay import PAY
from perfcli.rules.ruleset import POLICY, Ruleset
from perfcli.rules.summaries import scale_text, summarize
from perfcli.scoring.results import Results, rows, stated_weight_key
from perfcli.text import Term
from perfcli.workbooks.base.blocks import BlockWriter, flat_rules, rules_sheet
from perfcli.workbooks.base.writer import SheetWriter

_WIDTHS = (32, 42, 9, 24, 52)
_SHOWN_ELSEWHERE = ("grades", "unconfirmed", "language", *PAY)
_DIGEST = 16
_MOST_NAMED = 20


@dataclass(frozen=True)
class Bands:
    """The table of grades on the rules sheet: references to its bounds, ascending, and its names.

    ``order`` are the ids of the grades from the lowest to the best.
    """

    bounds: str
    names: str
    order: tuple[str, ...]

    def grade(self, total: str, vetoes: Sequence[tuple[str, Veto]] = (), limits: Sequence[str] = ()) -> str:
        """The formula for the grade of a total; each veto comes with the cell of its score.

        A score that does not apply is a word, and words are above all numbers. ``limits`` are formulas for
        the level that the grade has at most (see ``limit``).
        """
        earned = f"MATCH({total},{self.bounds},1)"
        best = len(self.order)
        capped = [
            f"IF({score}<{veto.below.normalize():f},{self.order.index(veto.highest_grade) + 1},{best})"
            for score, veto in vetoes
        ]
        every = [earned, *capped, *limits]
        level = f"MIN({','.join(every)})" if len(every) > 1 else earned
        return f"INDEX({self.names},{level})"

    def limit(self, condition: str, highest_grade: str) -> str:
        """The formula for the highest level under a condition; that of the best grade otherwise."""
        return f"IF({condition},{self.order.index(highest_grade) + 1},{len(self.order)})"


def write_rules(sheet: SheetWriter, results: Results) -> Bands:
    """Writes bands, teams with their weights, all other numbers of the policy, and where they come from."""
    ruleset, wording = results.ruleset, sheet.book.wording
    policy = ruleset.policy
    blocks = rules_sheet(sheet, ruleset, _WIDTHS)
    bands = write_bands(blocks, ruleset)
    for rubric in results.teams:
        _write_team(blocks, ruleset, rubric)
        _write_own_weights(blocks, results, rubric)
    said = policy.model_dump(mode="json", by_alias=True, exclude=set(_SHOWN_ELSEWHERE))
    blocks.block("rules.policy", list(flat_rules(said)), ("rules.path", "rules.value"))
    paths = [path for path in policy.unconfirmed if path.partition(".")[0] not in PAY]
    if paths:
        blocks.head("rules.unconfirmed")
        for path in paths:
            question = wording("rules.question", path=path, question=confirmation(path, policy))
            sheet.write(blocks.row, 0, question, sheet.book.format())
            blocks.row += 1
        blocks.row += 1
    files = [ruleset.files[key] for key in (POLICY, *(rubric.team for rubric in results.teams))]
    lines = [(file.name, file.sha256[:_DIGEST]) for file in files]
    blocks.block("rules.files", lines, ("rules.file", "rules.digest"))
    sheet.print_setup(landscape=True)
    return bands


def write_bands(blocks: BlockWriter, ruleset: Ruleset) -> Bands:
    """Writes the grades with their bounds, which formulas look up."""
    sheet, book = blocks.sheet, blocks.sheet.book
    grades = ruleset.policy.grades_from_top[::-1]
    blocks.head("rules.bands", ("rules.lower-bound", "column.grade"))
    first, last = blocks.row, blocks.row + len(grades) - 1
    for row, grade in enumerate(grades, start=first):
        sheet.write(row, 0, float(grade.lower_bound), book.cell(align="left"))
        sheet.write(row, 1, book.name(grade.name), book.text)
    blocks.row = last + 2
    bounds, names = (
        f"{quote_sheetname(sheet.name)}!{xl_range_abs(first, column, last, column)}" for column in (0, 1)
    )
    return Bands(bounds, names, tuple(grade.id for grade in grades))


def _write_team(blocks: BlockWriter, ruleset: Ruleset, rubric: Rubric) -> None:
    book = blocks.sheet.book
    headers = ("rules.dimension", "rules.indicator", "column.weight", "rules.id", "rules.measure")
    blocks.head("rules.team", headers, team=rubric.name, file=ruleset.files[rubric.team].name)
    for dimension in rubric.dimensions:
        name = book.name(dimension.name)
        blocks.line([name, "", float(dimension.weight), dimension.id, ""], bold=True)
        for indicator in dimension.indicators:
            name = book.name(indicator.name)
            summary = summarize(indicator, rubric, book.wording, ruleset.policy.grades)
            blocks.line(["", name, float(indicator.weight), indicator.id, summary], text_wrap=True)
    scale = scale_text(rubric)
    blocks.sheet.write(blocks.row, 0, book.wording(scale.key, **scale.values), book.note)
    blocks.row += 2


def _write_own_weights(blocks: BlockWriter, results: Results, rubric: Rubric) -> None:
    """Whose own weights counted in place of the rubric's; all of them are in the detail."""
    book, frame = blocks.sheet.book, results.of_team(rubric.team)
    own = frame[results.has_own_weights[frame.index]]
    lines = []
    for row in rows(own.head(_MOST_NAMED)):
        weights = ((one.name, row[stated_weight_key(one.id)]) for one in rubric.indicators)
        said = [
            Term("own-weights.weight", {"indicator": name, "weight": written(exact.decimal(weight))})
            for name, weight in weights
        ]
        lines.append(
            (
                f"{row['employee_id']} {row['name']}".strip(),
                book.wording("rules.own-weights.stated", weights=said),
            )
        )
    if len(own) > _MOST_NAMED:
        lines.append((book.wording("rules.own-weights.more"), ""))
    if not lines:
        return
    values = {"team": rubric.name, "count": len(own)}
    blocks.head("rules.own-weights", ("column.name", "column.weight"), **values)
    for line in lines:
        blocks.line(line, across=len(_WIDTHS) - 1, text_wrap=True)
    blocks.row += 1
