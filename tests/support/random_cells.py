"""Random contents of the cells where a score should be, and what may be read from each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from hypothesis import strategies as st

from perfcli.rules.measures import Levels
from perfcli.rules.models import Indicator, Rubric
from support.raw_workbooks import Raw, text

NOT_APPLICABLE = "-"


@dataclass(frozen=True, repr=False)
class Content:
    """What stands in a cell, and what may be read from it.

    ``values`` are the scores that it may mean, as texts of 15 digits. Where ``is_clear``, nothing else may
    come out; else an error at the cell is right too; without values it is the only right answer. What
    ``breaks`` is no valid XML of a workbook: the whole file may be refused for it.
    """

    raw: Raw
    values: frozenset[str] = frozenset()
    is_clear: bool = False
    breaks: bool = False

    def rounded(self) -> Content:
        """The same as what a rater gave: what comes of raters has two decimals."""
        values = {one if one == NOT_APPLICABLE else _rounded(_two_decimals(one)) for one in self.values}
        return replace(self, values=frozenset(values))

    def __repr__(self) -> str:
        return f"{self.raw!r} {'is' if self.is_clear else 'may be'} {', '.join(self.values) or 'an error'}"


def clear(raw: Raw, value: str) -> Content:
    """A content that everybody reads in the same way."""
    return Content(raw, frozenset([_rounded(value)]), is_clear=True)


def unclear(raw: Raw, value: str, *, breaks: bool = False) -> Content:
    """A content that means a score to a person, and that perf may read so or refuse."""
    return Content(raw, frozenset([_rounded(value)]), breaks=breaks)


def wrong(raw: Raw, *, breaks: bool = False) -> Content:
    """A content that is no score."""
    return Content(raw, breaks=breaks)


def _rounded(value: str) -> str:
    return f"{float(value):.15g}"


def _two_decimals(value: str) -> str:
    return str(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))


WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")

_WORDS = (
    *(
        "優秀",
        "及格",
        "棄修",
        "缺考",
        "請假",
        "P",
        "-",
        "--",
        "/",
        "—",
        "?",
        "待定",
        "見附件",
        "八十五",
        "同上",
    ),
    *(
        "85/90",
        "90-100分",
        "75~90",
        "4 – Good",
        "8 5",
        "1,000",
        "88,5",
        "1e2",
        "8²",
        "⑧",
        "٨٥",
        "1_0",
        "0x10",
    ),
    *("NaN", "nan", "Infinity", "inf", "None", "TRUE", "#N/A", "#DIV/0!", "2026-11-01", "3月1日", "85分鐘"),
    *("=1+1", "=HYPERLINK(1)", "@SUM(A1)", "+", "-", ".", "\t", "'85'", "<b>85</b>", "&amp;", "%s", "{0}"),
    *("\u202e85", "85\u0301", "😀", "a" * 300, "85\n90", "；drop table", "\ufffd"),
)
_WITHOUT_VALUE = (
    Raw(None),
    text(""),
    text("  "),
    text("\u3000"),
    text("\u00a0", "inlineStr"),
    Raw("", "str", formula='IF(1,"")'),
    Raw(None, formula="AVERAGE(80,81)"),
    Raw("", "n", formula="AVERAGE(80,81)"),
    Raw("#DIV/0!", "e", formula="1/0"),
    Raw("#N/A", "e", formula="VLOOKUP(1,A:A,1,0)"),
    Raw("#REF!", "e"),
    Raw("#NAME?", "e", formula="SCORE()"),
    Raw("1", "b"),
    Raw("0", "b"),
    Raw("1", "b", formula="1=1"),
    Raw("2026-11-01T00:00:00", "d"),
    Raw("46327", number_format="yyyy-mm-dd"),
    Raw("36.5", number_format="m月d日"),
    Raw("0.354", number_format="hh:mm"),
    Raw("1.5", number_format="[h]:mm"),
    Raw("-1"),
    Raw("-0.01"),
    Raw("1E300"),
    Raw("-1E300"),
    Raw("123456789012345678"),
)
_NO_NUMBERS = ("NaN", "INF", "-INF", "1e999", "1,5", "abc", "--5", "0x55", "1 2", "")


def contents(rubric: Rubric, indicator: Indicator, *, tidy: bool) -> st.SearchStrategy[Content]:
    """What may stand in a score cell of an indicator; only what is clear in a ``tidy`` sheet."""
    full = rubric.full_score(indicator)
    return _plainly(full) if tidy else _anyhow(full, _levels(indicator), optional=indicator.optional)


@cache
def _plainly(full: Decimal) -> st.SearchStrategy[Content]:
    return st.one_of(*(_numbers(full, places).map(_plain) for places in (0, 0, 1, 2, 6)), _formulas(full))


@cache
def _anyhow(full: Decimal, words: tuple[Content, ...], *, optional: bool) -> st.SearchStrategy[Content]:
    odd = st.one_of(_odd(full), st.sampled_from(words), _not_applicable(optional=optional))
    return st.one_of(*[_plainly(full)] * 3, odd, _without_score(full))


def _numbers(full: Decimal, places: int) -> st.SearchStrategy[str]:
    unit = 10**places
    return st.integers(0, int(full * unit)).map(lambda number: f"{Decimal(number) / unit:f}")


def _plain(number: str) -> Content:
    return clear(Raw(number), number)


def _formulas(full: Decimal) -> st.SearchStrategy[Content]:
    """Numbers in the ways in which spreadsheet programs write them."""

    def written(number: str) -> st.SearchStrategy[Content]:
        return st.sampled_from(
            [
                clear(Raw(number, formula="AVERAGE(B2:C2)"), number),
                clear(Raw(f"{float(number):.17g}"), number),
                clear(Raw(f"{float(number):E}".replace("E+00", "E0")), f"{float(number):E}"),
                clear(Raw(number, number_format="0.0"), number),
                clear(Raw(number, number_format="@"), number),
            ]
        )

    return _numbers(full, 1).flatmap(written)


def _odd(full: Decimal) -> st.SearchStrategy[Content]:
    """A score that is written as no program would, but as people do."""

    def written(number: str) -> st.SearchStrategy[Content]:
        texts = (number, f" {number} ", f"+{number}", f"{number}0" if "." in number else f"{number}.0")
        forms = [*texts, number.translate(WIDE), f"{number}分", f"{number} 點", f"{number}分 ", f"{number}點"]
        cells = [text(form, kind) for form in forms for kind in ("s", "inlineStr")]
        cells.append(Raw(number, "str", formula='TEXT(B2,"0.0")'))
        cells.append(text(f"_x{ord(number[0]):04x}_{number[1:]}"))
        contents = [unclear(cell, number) for cell in cells]
        contents += [unclear(Raw(f" {number} "), number, breaks=True)]
        contents += [unclear(Raw(number.translate(WIDE)), number, breaks=True)]
        if full == 100:  # a percentage of a weight is anybody's guess
            contents.append(unclear(text(f"{number}%"), number))
            contents.append(unclear(Raw(f"{Decimal(number) / 100:f}", number_format="0%"), number))
            contents.append(unclear(Raw(f"{Decimal(number) / 100:f}", number_format="0.00%"), number))
        return st.sampled_from(contents)

    return _numbers(full, 1).flatmap(written)


def _levels(indicator: Indicator) -> tuple[Content, ...]:
    """The words that stand for a score, where an indicator has some; else nothing special."""
    levels = indicator.measure.levels if isinstance(indicator.measure, Levels) else ()
    words = [unclear(text(name), str(level.score)) for level in levels for name in level.name.every()]
    return tuple(words) or (wrong(text("良好")),)


def _not_applicable(*, optional: bool) -> st.SearchStrategy[Content]:
    values: Collection[str] = {NOT_APPLICABLE} if optional else ()
    return st.sampled_from(["不適用", "N/A", "n/a"]).map(lambda word: Content(text(word), frozenset(values)))


def _without_score(full: Decimal) -> st.SearchStrategy[Content]:
    above = Raw(str(full + Decimal("0.01")))
    return st.one_of(
        st.sampled_from(_WORDS).map(lambda word: wrong(text(word))),
        st.sampled_from(_WORDS).map(lambda word: wrong(text(word, "inlineStr"))),
        st.sampled_from([*_WITHOUT_VALUE, above]).map(wrong),
        st.sampled_from(_NO_NUMBERS).map(lambda word: wrong(Raw(word), breaks=True)),
    )
