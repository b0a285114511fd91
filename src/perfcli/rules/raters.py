"""Who judges, and how much each judgment counts (policy, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError

from perfcli.rules.names import Name
from perfcli.rules.numbers import NUMBER, WHOLE_NUMBER
from perfcli.rules.roles import RATERS, Role
from perfcli.rules.rule import Rule

Percentage = Annotated[Decimal, Field(ge=0, le=100), NUMBER]


class Rater(Rule):
    """How much one kind of rater counts, in percent; a plain number is the weight of a single one.

    ``of`` says that any number of them may score somebody, each in a column; their mean counts, rounded half
    up like every computed score, where at least ``least`` of them gave a score. Else there is none.
    """

    weight: Percentage
    of: Literal["any"] | None = None
    least: Annotated[int, Field(ge=1, le=20), WHOLE_NUMBER] = 1

    @model_validator(mode="before")
    @classmethod
    def _from_weight(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Rater) else {"weight": value}

    @model_serializer(mode="wrap")
    def _as_it_is_written(self, handler: SerializerFunctionWrapHandler) -> Any:
        """A single rater's as the number that it was before there were several."""
        written = handler(self)
        return written if self.of else written["weight"]

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A weight, or a weight with how many there are."""
        several = handler(core_schema)
        return {"anyOf": [handler.resolve_ref_schema(several)["properties"]["weight"], several]}


class OwnRater(Rater):
    """A rater of the company's own, such as HR, by the names that its sheets use."""

    name: Name
    aliases: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_weight(cls, value: Any) -> Any:
        """A number alone is the weight of a rater whom perf does not know, as of one that is misspelt."""
        if not isinstance(value, dict | OwnRater):
            raise PydanticKnownError("extra_forbidden")
        return value

    @model_serializer(mode="wrap")
    def _as_it_is_written(self, handler: SerializerFunctionWrapHandler) -> Any:
        return handler(self)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(core_schema)

    def names(self) -> tuple[str, ...]:
        """Everything a header may call it beside its key."""
        return (*self.name.every(), *self.aliases)


class Raters(Rule):
    """How much each rater's judgment counts, in percent (policy, section 6).

    Further keys are raters of the company's own. ``share_missing`` lets the others share the weight of a
    rater who gave no score; else that is an error. ``gap_limit`` is by how many points of 100 self and
    superior may differ without a warning.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, OwnRater]

    self_: Annotated[Percentage, Field(alias="self")] = Decimal(0)
    superior: Rater = Rater(weight=Decimal(0))
    peer: Rater = Rater(weight=Decimal(0))
    share_missing: bool = False
    gap_limit: Percentage | None = None

    @property
    def own(self) -> Mapping[Role, OwnRater]:
        """The raters of the company's own, in the order of the file."""
        return {Role(key, rater.name): rater for key, rater in self.__pydantic_extra__.items()}

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everyone who may judge, in the order in which they are shown."""
        return (*RATERS, *self.own)

    def weights(self) -> Mapping[Role, Decimal]:
        """The weight of each rater who counts."""
        shares = (
            self.self_,
            self.peer.weight,
            self.superior.weight,
            *(one.weight for one in self.own.values()),
        )
        return {rater: share for rater, share in zip(self.roles, shares, strict=True) if share}

    def least(self) -> Mapping[Role, int]:
        """Of whom there may be several, and how many of them have to give a score."""
        kinds = {Role.PEER: self.peer, Role.SUPERIOR: self.superior, **self.own}
        return {role: rater.least for role, rater in kinds.items() if rater.of}
