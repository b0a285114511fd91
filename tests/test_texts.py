"""The catalogue: every text is there in each language, is used, and is well set."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from perfcli.text import COUNTED, Language, Wording, catalogue
from support.sources import SOURCE, called, finding_codes, literals, trees

DOCS = Path(__file__).parents[1] / "docs"

SPEAKERS = {"wording", "say", "complain", "detail", "Term"}
FAMILIES = {
    "bonus.audit.": "a column or a line of the audit of bonuses",
    "bonus.note.": "what made or changed an amount",
    "bonus.reconciliation.": "a line of the reconciliation",
    "bonus.summary.": "a column of the summary of bonuses",
    "column.": "a column's header, by the key of the table",
    "confirm.": "what the company must confirm, by its path in the policy",
    "cure.": "what to do, by the finding's code",
    "cycle.": "a cycle of appraisal",
    "derivation.attainment.": "how an attainment came about, by which actual is better",
    "derivation.ratio.": "how a ratio came about, by which actual is better",
    "detail.note.": "how scores are meant, by the rubric's scale",
    "explain.bonus.": "a step of the explanation of an amount",
    "explain.column.": "a column of the explanation",
    "explain.rollup.": "a step of the explanation of a roll-up",
    "explain.formula.": "how points come about, by the rubric's scale",
    "finding.": "what it is, by the finding's code",
    "help.command.": "a command's help, by its name",
    "help.option.": "an option's help, by its name",
    "kind.": "a kind of sheet",
    "loss.": "what an annotated copy lacks, by its kind",
    "measure.passed.": "what passing means, by which actual is better",
    "measure.ratio.": "the ratio, by which actual is better",
    "measure.tier.": "a tier, by its bound",
    "measure.tiers.attainment.": "the attainment, by which actual is better",
    "method.": "a way to pay a bonus",
    "notes.": "a column of the findings",
    "pay.by-": "a way to group people",
    "pay.sign.": "who signs",
    "payroll.": "a column of the payroll sheet, by its key",
    "progress.": "a phase of long work",
    "raise.audit.": "a column of the audit of raises",
    "raise.column.": "a column of the table of raises",
    "raise.cuts.": "whether cuts were confirmed",
    "raise.left-out.": "why somebody is not in the table",
    "raise.note.": "the rule that decided a raise",
    "raise.rules.": "a rule of raises, and what it says",
    "raise.summary.": "a column of the summary of raises",
    "rollup.audit.": "a column of the audit of a roll-up, by the cycle of the parts",
    "rollup.block.": "what stands above columns of the parts",
    "rollup.part.": "a part, by what it is",
    "rollup.reason.": "why somebody has not a part",
    "rollup.share.": "what a cycle counts for",
    "role.": "what a column says of an indicator",
    "roster.example.": "how a column of the roster is filled in, by its key or by what it holds",
    "roster.rule.": "what may be typed in a column of the roster, by what it holds",
    "roster.use-of.": "what a roster is used for",
    "scale.cure.": "what is proposed for scores on another scale, by the finding's code",
    "scale.reading.": "a total by one reading of the scores",
    "roster.use.": "what a column of the roster is for, by its key",
    "rubric.scale.": "what is typed, by the rubric's scale",
    "severity.": "a finding's severity",
    "sheet.": "the name of a worksheet",
    "template.cell.": "what a cell to fill in says, by what belongs in it",
    "template.howto.": "how to fill in a sheet, by its kind or the rubric's scale",
    "template.title.": "the title of a sheet, by its kind",
    "understood.": "how a sheet was understood, by what it is about",
    "unread.": "a column or a row that is not known",
}
KEYS = sorted(catalogue())

HAN = "\u3400-\u9fff」』）"


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def said_keys() -> Iterator[tuple[str, Path]]:
    """Every key that the source writes out where a text is said, with its module."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in SPEAKERS and node.args:
                key = node.args[0]
                choices = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
                constants = [choice for choice in choices if isinstance(choice, ast.Constant)]
                yield from ((str(constant.value), path) for constant in constants)
        yield from ((text, path) for text in literals(tree) if re.fullmatch(r"help\.[a-z.-]+[a-z]", text))


def computed_heads() -> set[str]:
    """The beginnings of all keys that the source puts together, such as ``column.``."""
    put_together = {
        str(node.values[0].value)
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    named = {text for tree in trees().values() for text in literals(tree) if text.endswith(".")}
    return put_together | named


class TestEveryText:
    """A text that is not as it should be is named by its key; a test for each would be thousands."""

    def test_stands_in_both_languages(self) -> None:
        both = {Language.TRADITIONAL, Language.ENGLISH}
        assert [key for key, texts in catalogue().items() if set(texts) != both] == []
        assert [key for key, texts in catalogue().items() if not all(map(str.strip, texts.values()))] == []

    def test_has_the_same_placeholders_in_each(self) -> None:
        simplified = Wording(Language.SIMPLIFIED)
        for key, texts in catalogue().items():
            traditional, english = (placeholders(texts[language]) for language in ("zh-Hant", "en"))
            assert set(traditional) == set(english), key
            assert placeholders(simplified(key)) == traditional, key

    def test_differs_in_simplified_chinese_by_script_alone(self) -> None:
        wordings = Wording(Language.TRADITIONAL), Wording(Language.SIMPLIFIED)
        for key in KEYS:
            for traditional, simplified in zip(*(wording(key) for wording in wordings), strict=True):
                assert traditional == simplified or {
                    unicodedata.category(one) for one in (traditional, simplified)
                } == {"Lo"}, key

    def test_has_full_width_punctuation_in_chinese(self) -> None:
        half = re.compile(f"[{HAN}][,;?()!]|[{HAN}]:(?![ {{])|[(][{HAN}]")
        assert [key for key, texts in catalogue().items() if half.search(texts["zh-Hant"])] == []

    def test_has_no_chinese_in_english(self) -> None:
        chinese = re.compile("[\u3000-\u9fff\uff00-\uffef]")
        assert [key for key, texts in catalogue().items() if chinese.search(texts["en"])] == []


ENGLISH = {key: texts["en"] for key, texts in catalogue().items()}
COUNTS = {"count"} | {number for text in ENGLISH.values() for number, _, _ in COUNTED.findall(text)}
PLURAL = re.compile(
    r"\b1 (?:more |merged )?(?:people|are|have|were|(?!(?:is|was|has|does|reaches)\b)[a-z]+s)\b"
)


def test_english_counts_one_in_the_singular() -> None:
    for key in KEYS:
        names = placeholders(ENGLISH[key])
        if COUNTS & set(names):
            one, more = (
                Wording(Language.ENGLISH)(key, **{name: number if name in COUNTS else "x" for name in names})
                for number in ("1", 2)
            )
            assert not PLURAL.search(one), key
            assert "|" not in one + more, key


ODD = re.compile(
    r"(?<![^\W_])(reckon(s|ed|ing)?|anew|heads|stands? twice|mend(ed|s)?|untold)(?![^\W_])", re.IGNORECASE
)
TOLD = re.compile(r"\btold(?! apart)\b", re.IGNORECASE)
PAGES = [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_pages_are_in_plain_english(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not ODD.search(text)
    assert not TOLD.search(text)


def test_the_messages_are_in_plain_english() -> None:
    assert [text for text in ENGLISH.values() if ODD.search(text) or TOLD.search(text)] == []


def test_the_source_is_in_plain_english() -> None:
    assert [path for path in trees() if ODD.search((SOURCE / path).read_text(encoding="utf-8"))] == []


def test_every_key_that_is_said_stands_in_the_catalogue() -> None:
    assert [(key, path) for key, path in said_keys() if key not in catalogue()] == []


def test_no_text_is_left_over() -> None:
    written = {text for tree in trees().values() for text in literals(tree)}
    left = [key for key in KEYS if key not in written and not key.startswith(tuple(FAMILIES))]
    assert left == []
    codes = {key.removeprefix("finding.") for key in KEYS if key.startswith("finding.")}
    assert codes == finding_codes()
    cures = {key.removeprefix("cure.").removesuffix(".near") for key in KEYS if key.startswith("cure.")}
    assert cures == finding_codes()


def test_every_family_of_keys_is_still_put_together_somewhere() -> None:
    by_hand = {"help.command.", "bonus.summary."}  # put together of the module's name, of a group's words
    assert set(FAMILIES) - computed_heads() <= by_hand


def test_every_finding_says_what_it_is_and_what_to_do() -> None:
    needed = {f"{family}.{code}" for code in finding_codes() for family in ("finding", "cure")}
    assert needed - set(catalogue()) == set()


def test_the_page_of_findings_has_every_code_once() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (error|warning|error or warning) \| .+ \| .+ \|$",
        (DOCS / "findings.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert sorted(code for code, _ in rows) == sorted(finding_codes())
