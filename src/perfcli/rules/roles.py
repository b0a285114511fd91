"""What a column of an indicator holds: a column is an indicator and a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from perfcli.text import Term, Translated

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(str):
    """The role of a column, a word. A bare indicator name means the score.

    ``own`` is the name of a rater of the company's own, and None of the roles that perf has.
    """

    TARGET: ClassVar[Role]
    ACTUAL: ClassVar[Role]
    SELF: ClassVar[Role]
    PEER: ClassVar[Role]
    SUPERIOR: ClassVar[Role]
    SCORE: ClassVar[Role]
    NOTE: ClassVar[Role]

    __slots__ = ("own",)
    own: Translated | None

    def __new__(cls, word: str, own: Translated | None = None) -> Self:
        """A role by its word; those of perf are the constants of the class."""
        role = super().__new__(cls, word)
        role.own = own
        return role

    @property
    def value(self) -> str:
        """The word, as the columns of frames and records have it."""
        return str(self)

    @property
    def said(self) -> Translated:
        """What people call it."""
        return self.own or Term(f"role.{self.value}")

    @property
    def rates(self) -> bool:
        """Whether it is a rater's."""
        return self.own is not None or self in RATERS


Role.TARGET, Role.ACTUAL = Role("target"), Role("actual")
Role.SELF, Role.PEER, Role.SUPERIOR = Role("self"), Role("peer"), Role("superior")
Role.SCORE, Role.NOTE = Role("score"), Role("note")

RATERS = (Role.SELF, Role.PEER, Role.SUPERIOR)
"""Who judges beside the company's own raters, in the order in which they do (policy, section 6)."""

ROLES = (Role.TARGET, Role.ACTUAL, *RATERS, Role.SCORE, Role.NOTE)
"""The roles that perf has."""


def can_score(roles: Iterable[Role]) -> set[Role]:
    """Those of some roles from which a score may come, alone or with others."""
    return {role for role in roles if role.rates or role in {Role.TARGET, Role.ACTUAL, Role.SCORE}}
