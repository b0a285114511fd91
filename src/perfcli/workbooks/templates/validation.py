"""What a cell of a sheet to fill in accepts, and what it says beside itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from xlsxwriter.utility import xl_rowcol_to_cell

from perfcli.rules.kinds import Kind
from perfcli.rules.measures.base import Quantity
from perfcli.rules.models import Indicator
from perfcli.rules.roles import Role
from perfcli.scoring.results import ADJUSTMENT
from perfcli.workbooks.base.formulas import quoted, written
from perfcli.workbooks.templates.sheet import EntryColumn, TemplateSheet

_TITLE, _MESSAGE, _LIST, _FORMULA = 32, 255, 255, 255  # what a validation may hold
_LARGEST = 10**12

Rule = dict[str, Any]


def validation(sheet: TemplateSheet, column: EntryColumn) -> Rule:
    """The validation of a column's cells; empty where anything may be written."""
    indicator = column.indicator
    if indicator is None:
        return _adjustment(sheet) if column.key == ADJUSTMENT else {}
    if column.role in {Role.TARGET, Role.ACTUAL}:
        return _quantity(sheet, indicator, column.role)
    return _score(sheet, indicator, column)


def word_names(sheet: TemplateSheet, indicator: Indicator) -> list[str]:
    """The words that may stand for a score, in the workbook's language."""
    choices = indicator.measure.choices(sheet.rubric.full_marks(indicator))
    return [word.in_language(sheet.book.wording.language) for word, _ in choices]


def other_words(sheet: TemplateSheet, indicator: Indicator) -> list[str]:
    """The words that take an indicator out."""
    return [sheet.book.wording("cell.not-applicable")] if indicator.optional else []


def _score(sheet: TemplateSheet, indicator: Indicator, column: EntryColumn) -> Rule:
    """A score, a rater's score, or a word for one."""
    full = written(sheet.rubric.typed_score(indicator))
    words, others = word_names(sheet, indicator), other_words(sheet, indicator)
    values: dict[str, object] = {"indicator": indicator.name, "full": full, "words": [*words, *others]}
    computed = column.role is Role.SCORE and sheet.is_computed(indicator) and sheet.kind is Kind.SCORE
    key = "computed" if computed else "words" if words or others else "entry"
    texts = _texts(sheet, key, values, words=[*words, *others] if computed else ())
    if words and _fits([*words, *others]):
        # A number is as good as a word, so what is said beside it is no reproach.
        said = {"error_type": "information", "error_title": texts["input_title"]}
        return texts | said | {"validate": "list", "source": [*words, *others]}
    if words or others:
        cell = xl_rowcol_to_cell(sheet.rows[0], column.index)
        choices = "".join(f",{cell}={quoted(word)}" for word in (*words, *others))
        formula = f"=OR(AND(ISNUMBER({cell}),{cell}>=0,{cell}<={full}){choices})"
        fits = len(formula.encode("utf-16-le")) <= 2 * _FORMULA
        return texts | ({"validate": "custom", "value": formula} if fits else {"validate": "any"})
    return texts | {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": full}


def _fits(words: list[str]) -> bool:
    """Whether a drop-down can hold the words."""
    together = ",".join(words)
    return len(together.encode("utf-16-le")) <= 2 * _LIST and not set(',"') & set("".join(words))


def _quantity(sheet: TemplateSheet, indicator: Indicator, role: Role) -> Rule:
    """A target, an actual or a count, in the unit of the measure."""
    measure, unit = indicator.measure, indicator.measure.unit
    values: dict[str, object] = {
        "indicator": indicator.name,
        "unit": "" if unit is None else sheet.book.wording("template.unit", unit=unit),
    }
    words = other_words(sheet, indicator) if role is Role.ACTUAL else []
    rule = _numbers(measure.quantity(role)) | ({"error_type": "warning"} if words else {})
    return _texts(sheet, measure.role_name(role), values, words=words) | rule


def _numbers(quantity: Quantity) -> Rule:
    match quantity:
        case Quantity.ANY:
            return {"validate": "decimal", "criteria": "between", "minimum": -_LARGEST, "maximum": _LARGEST}
        case Quantity.NOT_NEGATIVE:
            return {"validate": "decimal", "criteria": ">=", "value": 0}
        case Quantity.POSITIVE:
            return {"validate": "decimal", "criteria": ">", "value": 0}
        case Quantity.COUNT:
            return {"validate": "integer", "criteria": ">=", "value": 0}
        case _:
            assert_never(quantity)


def _adjustment(sheet: TemplateSheet) -> Rule:
    limits = sheet.policy.adjustments
    if limits is None:
        return {}
    lowest, highest = written(limits.lowest), written(limits.highest)
    message = sheet.book.wording("template.adjustment.message", lowest=lowest, highest=highest)
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": lowest,
        "maximum": highest,
        "input_title": sheet.book.wording("column.adjustment"),
        "input_message": message,
        "error_message": message,
    }


def _texts(sheet: TemplateSheet, key: str, values: dict[str, object], *, words: Sequence[str] = ()) -> Rule:
    """What is said beside a cell, and when something else was typed; ``words`` may be typed too."""
    wording = sheet.book.wording
    message = wording(f"template.cell.{key}.message", **values).rstrip()
    if words:
        message += "\n" + wording("template.words.too", words=words)
    return {
        "input_title": wording("template.entry.title", **values)[:_TITLE],
        "input_message": message[:_MESSAGE],
        "error_title": wording("template.entry.stop-title")[:_TITLE],
        "error_message": wording(f"template.cell.{key}.stop", **values)[:_MESSAGE],
    }
