"""非此即彼法: passed or failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from perfcli.findings import Finding
from perfcli.folding import fold
from perfcli.rules.documents import Document
from perfcli.rules.measures.base import Bound, Score, TargetedMeasure, in_order
from perfcli.rules.numbers import written
from perfcli.rules.roles import Role
from perfcli.text import Term

PASS_WORDS = ("通過", "達標", "達成", "完成", "合格", "P", "pass", "passed")
FAIL_WORDS = ("不通過", "未通過", "未達標", "未達成", "未完成", "不合格", "F", "fail", "failed")


class PassFail(TargetedMeasure):
    """非此即彼法: one score for who passed (the full marks unless given) and one for who did not.

    A word is typed (see ``PASS_WORDS``), or the actual is held against a target.
    """

    method: Literal["pass-fail"]
    target: Bound | None = None
    pass_: Annotated[Score | None, Field(alias="pass")] = None
    fail: Score = Decimal(0)

    def asked(self) -> tuple[Role, ...]:
        """A number has a unit or a target; without either, a word is the answer."""
        return () if self.unit is None and self.target is None else self.columns()

    @property
    def divides(self) -> bool:
        """Actual and target are only compared."""
        return False

    def passed(self, full: Decimal) -> Decimal:
        """The score of who passed."""
        return full if self.pass_ is None else self.pass_

    def highest(self, full: Decimal) -> Decimal:
        """The score of who passed, or the full marks, which can be typed."""
        return max(full, self.passed(full))

    def words(self, full: Decimal) -> Mapping[str, Decimal]:
        """The words for passed and failed."""
        passed = dict.fromkeys(map(fold, PASS_WORDS), self.passed(full))
        return passed | dict.fromkeys(map(fold, FAIL_WORDS), self.fail)

    def choices(self, full: Decimal) -> tuple[tuple[Term, Decimal], ...]:
        """One word for passed and one for failed."""
        return (Term("level.pass"), self.passed(full)), (Term("level.fail"), self.fail)

    def typed_word(self, score: Decimal, full: Decimal) -> Term | None:
        """Passed or failed."""
        for word, own in self.choices(full):
            if own == score:
                return Term("derivation.level", {"level": word, "score": written(score)})
        return None

    def summary(self, full: Decimal) -> Iterator[Term]:
        """Both scores, and what passing means."""
        scores = {"passed": written(self.passed(full)), "failed": written(self.fail)}
        yield Term("measure.pass-fail", scores)
        yield Term(f"measure.passed.{self.better}")

    def derivation(self, full: Decimal, target: Decimal, actual: Decimal) -> Iterator[Term]:
        """Whether the actual reached the target."""
        del full
        reached = actual <= target if self.better == "lower" else actual >= target
        values = {"target": written(target), "actual": written(actual)}
        yield Term("derivation.reached" if reached else "derivation.not-reached", values)

    def findings(self, document: Document, path: str, full: Decimal) -> Iterator[Finding]:
        """Findings: ``lowest-above-highest``."""
        yield from in_order(document, f"{path}.fail", self.fail, self.passed(full))
