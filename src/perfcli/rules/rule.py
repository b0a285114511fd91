"""What every part of the rules is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Rule(BaseModel):
    """A part of the rules: never changed, and without keys that are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
