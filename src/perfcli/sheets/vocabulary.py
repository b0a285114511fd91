"""Every name that a sheet may use for what perf knows, and what a piece of text means.

A text is matched after folding (width, case, blanks, script, trailing weight), never by resemblance: a near
miss becomes a finding that proposes the name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfcli.folding import fold, split_weight, without_marks
from perfcli.rules.models import Rubric
from perfcli.rules.names import Name
from perfcli.rules.raters import Raters
from perfcli.rules.role_words import role_words
from perfcli.rules.roles import Role
from perfcli.sheets.labels import ADJUSTMENTS, IGNORED, full_marks_words, labels

_UNIT = re.compile(r"\([^()]*\)$")
_NUMBERING = re.compile(r"^\(?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[).、,]+(?=.)")
_NUMBER_OF_MARKS = r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(?:分|点|points?|pts?)?"
_BEFORE_MARKS = "满分(?:为|是)?|(?:score)?outof|fullmarks?|max(?:imum)?(?:score|marks?|points)?|/"
_FULL_MARKS = re.compile(
    rf"\((?:0(?:分)?[-–—~〜至到]|{_BEFORE_MARKS}){_NUMBER_OF_MARKS}\)|(?:{_BEFORE_MARKS}){_NUMBER_OF_MARKS}$"
)
_ONE = "[0-9０-９一二三四五A-E甲乙丙丁戊]"
_NUMBERED = re.compile(rf"[\s_]*(?:[（(]{_ONE}[)）]\s*$|(?<![-–~～至.0-9(（]){_ONE}(?=[)）]?\s*$))")
_JOINTS = "-–—/·.|"
_WEIGHTS = ("權重", "比重", "weight")
_REMEMBERED = 20_000
_LONGEST_NAME = 100  # what is longer is a remark, and comparing it with every name would take long


@dataclass(frozen=True, eq=False)
class Column:
    """One header cell: what it says and what it means.

    ``label`` is a key of ``labels()``; ``indicators`` holds, for each team that has an indicator of this
    name, its id, and ``role`` what the column says about it (``is_bare``: no word says so); ``weight`` is
    what the header says after the name, ``銷售額(30%)``, and ``full_marks`` what it says of these,
    ``銷售額(滿分10)``. A column that ``states_weight`` holds the weight of its indicators, one that
    ``states_marks`` the full marks of scores, and neither a score.
    ``number`` counts the columns of several raters of a kind from 1, where the policy has several, and the
    adjustments of a form; else it is 0.
    """

    index: int
    text: str
    label: str | None = None
    indicators: Mapping[str, str] = field(default_factory=dict)
    role: Role = Role.SCORE
    is_bare: bool = False
    weight: Decimal | None = None
    full_marks: Decimal | None = None
    states_weight: bool = False
    states_marks: bool = False
    number: int = 0

    @property
    def is_known(self) -> bool:
        """Whether the column means anything to perf."""
        return self.label is not None or bool(self.indicators)

    @property
    def meaning(self) -> Hashable:
        """What two columns have in common that mean the same."""
        if self.label:
            return self.label, self.number
        states = (self.states_weight, self.states_marks)
        return tuple(sorted(self.indicators.items())), self.role, states, self.number

    @property
    def holds_values(self) -> bool:
        """Whether it holds what the sheet says of employees: scores, targets, actuals."""
        return bool(self.indicators) and not (self.states_weight or self.states_marks)


class Vocabulary:
    """Every name that a header may use, by team.

    ``raters`` are those of the policy: of some of its ``several`` roles there may be several, each with a
    column; ``bare`` is the role of a name without a word for one; ``words`` are those that are typed in place
    of scores; ``bound`` are the meanings that the user gave to texts, by folded text, and ``used`` those of
    them that were met.
    """

    def __init__(
        self,
        rubrics: Mapping[str, Rubric],
        raters: Raters | None = None,
        bare: Role = Role.SCORE,
        bound: Mapping[str, str] | None = None,
    ) -> None:
        self.bare, self.several = bare, raters.least() if raters else {}
        own = raters.own.items() if raters else ()
        self._role_words = role_words(tuple((role, role.own, rater.names()) for role, rater in own))
        self.words: set[str] = set()
        ignored = {fold(text): IGNORED for rubric in rubrics.values() for text in rubric.ignore}
        self._labels = {**labels(), **ignored}
        self.indicators: dict[str, dict[str, str]] = {}
        self.teams: dict[str, str] = {}
        self._names: dict[tuple[str, str], Name] = {}
        self._known: dict[str, Column] = {}
        self.bound: dict[str, Column] = {}
        for team, rubric in rubrics.items():
            self.teams |= {fold(name): team for name in rubric.names()}
            for indicator in rubric.indicators:
                self._names[team, indicator.id] = indicator.name
                self.words |= indicator.measure.words(rubric.full_marks(indicator)).keys()
                for name in indicator.names():
                    self.indicators.setdefault(fold(name), {})[team] = indicator.id
        self.used: set[str] = set()
        self._any_name = _any_of(self.indicators)
        self._roles = {
            text: role for text, meaning in (bound or {}).items() if (role := self._role_of(meaning))
        }
        self._aliases: dict[str, str] = {}
        for text, column in [(text, self.column(0, meaning)) for text, meaning in (bound or {}).items()]:
            self._bind(text, column)
        self._any_name = _any_of(self.indicators)
        self._known.clear()

    def column(self, index: int, text: str) -> Column:
        """What a header cell means."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            known = self._known[text] = self._bound_meaning(text) or self._read(text)
        return replace(known, index=index, text=text)

    def may_name(self, text: str) -> bool:
        """Whether a text has the name of an indicator in it; much faster than ``column``."""
        folded = fold(text) if len(text) <= _LONGEST_NAME else ""
        return folded in self.bound or self._any_name.search(folded) is not None

    def _bind(self, text: str, column: Column) -> None:
        """Gives a folded text a meaning; a name for an indicator is then an alias, with roles and weights."""
        if column.indicators and column.is_bare:
            name = split_weight(text)[0]
            self.indicators[name] = dict(column.indicators)
            self._aliases[name] = text
        else:
            self.bound[text] = column

    def _bound_meaning(self, text: str) -> Column | None:
        folded = fold(text)
        if folded in self.bound:
            self.used.add(folded)
        return self.bound.get(folded)

    def bound_label(self, text: str) -> str | None:
        """The label that the user gave to a text; None where nothing was said."""
        column = self._bound_meaning(text)
        return None if column is None else column.label

    def role(self, text: str) -> Role | None:
        """The role that a text alone names, be it with a weight: 自評, 上級評分(70%)."""
        folded = fold(text)
        if folded in self._roles:
            self.used.add(folded)
            return self._roles[folded]
        if folded in self.bound:
            self.used.add(folded)
            return None
        return self._role_of(text) or self._role_of(without_marks(folded)) or self._one_of_several(text)

    def _one_of_several(self, text: str) -> Role | None:
        """The role of a numbered rater, 同級2, where there may be several."""
        role = self._role_of(without_number(text)) if self.several else None
        return role if role in self.several else None

    def is_a_name(self, text: str) -> bool:
        """Whether a text, just as it stands, names an indicator or a column; much faster than ``column``."""
        folded = fold(text)
        return folded in self.indicators or folded in self.bound or folded in self._labels

    def _read(self, text: str) -> Column:
        """What a text means, be it with the mark of what must be filled in or its full marks: 銷售額*(0-100).

        Full marks are kept beside the meaning: whether they are the rubric's is seen when scores are read.
        """
        if len(text) > _LONGEST_NAME:
            return Column(0, text)
        whole = fold(text)
        if self.several and (bare := without_number(text)) != text:
            column = self._exactly(text, fold(bare))
            if column.role in self.several and not self._exactly(text, whole).is_known:
                return column
        full = _FULL_MARKS.search(whole)
        if full is None or whole in self.indicators:
            column = self._exactly(text, whole)
            return column if column.is_known else self._exactly(text, without_marks(whole))
        column = self._exactly(text, without_marks(_FULL_MARKS.sub("", whole)))
        stated = Decimal(full[1] or full[2]) or None
        return replace(column, full_marks=stated) if column.indicators else self._exactly(text, whole)

    def _exactly(self, text: str, whole: str) -> Column:
        """What a header cell means whose folded text, marks of a form left out, is just this."""
        readings = self._readings(whole) if self._any_name.search(whole) else ()
        for folded, role, weight in readings:
            if folded in self.indicators:
                if folded in self._aliases:
                    self.used.add(self._aliases[folded])
                return Column(
                    0,
                    text,
                    indicators=self.indicators[folded],
                    role=role or Role.SCORE,
                    is_bare=role is None,
                    weight=Decimal(weight) if weight else None,
                )
        weights = set(map(fold, _WEIGHTS))
        for word in (*weights, *full_marks_words()):
            for name in _without(whole, word) if word in whole else ():
                if name in self.indicators:
                    own, is_weight = self.indicators[name], word in weights
                    column = Column(0, text, indicators=own, states_weight=is_weight)
                    return replace(column, states_marks=not is_weight)
        return Column(0, text, label=self._labels.get(whole) or self.adjustment(whole))

    def adjustment(self, whole: str) -> str | None:
        """The label of points added or taken off with their limits in brackets: 加分（最多 5 分）."""
        label = self._labels.get(_UNIT.sub("", whole))
        return label if label in ADJUSTMENTS else None

    def nearest(self, text: str, team: str | None = None) -> Name | None:
        """The name of the indicator, of a team or of any, that is nearest to a text that matches none."""
        if len(text) > _LONGEST_NAME:
            return None
        names = [name for name, teams in self.indicators.items() if team is None or team in teams]
        for reading in dict.fromkeys(bare for bare, _, _ in self._readings(fold(text))):
            for near in difflib.get_close_matches(reading, names, n=1):
                owner, indicator = next(
                    (one, own) for one, own in self.indicators[near].items() if team in {None, one}
                )
                return self._names[owner, indicator]
        return None

    def _role_of(self, text: str) -> Role | None:
        folded = fold(text)
        return self._role_words.get(folded) or self._role_words.get(split_weight(folded)[0])

    def _readings(self, folded: str) -> Iterator[tuple[str, Role | None, str | None]]:
        """The ways to read a folded header: as it stands, without its weight, without a word for its role."""
        for text in dict.fromkeys((folded, _NUMBERING.sub("", folded))):
            bare, weight = split_weight(text)
            yield text, None, None
            yield bare, None, weight
            for one in dict.fromkeys((bare, _UNIT.sub("", bare))):
                for word, role in _words_at_the_ends(one, self._role_words).items():
                    for reading in _without(one, word):
                        name, own = split_weight(reading)
                        yield reading, role, weight
                        yield name, role, weight or own


def without_number(text: str) -> str:
    """A text without the number of a rater at its end: 協作配合度 同級 of 協作配合度 同級2."""
    return _NUMBERED.sub("", text)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Finds any of some names in a text."""
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)")


def _words_at_the_ends(text: str, words: Mapping[str, Role]) -> dict[str, Role]:
    """Those of some words with which a text begins or ends, be it in brackets; longer ones first."""
    ends = [text[:place] for place in range(1, len(text))] + [text[place:] for place in range(1, len(text))]
    ends.append(text.removesuffix(")").rpartition("(")[2])
    found = {word: words[word] for word in ends if word in words}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _without(text: str, word: str) -> Iterator[str]:
    """A text without a word at its end, in brackets or not, or at its beginning."""
    for reading in (text.removesuffix(f"({word})"), text.removesuffix(word), text.removeprefix(word)):
        if reading != text and reading.strip(_JOINTS):
            yield reading.strip(_JOINTS)
