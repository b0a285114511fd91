"""How a target and an actual, or a word, become a score: a module and a typed value for each method.

Scores in a measure are on the scale of the rubric, as if they were typed: 0–100, or 0–weight where the
rubric says ``scale: points``. ``docs/measures/`` has a page with formula and example for each method.
"""

from typing import Annotated

from pydantic import Field

from perfcli.rules.measures.deduction import Deduction
from perfcli.rules.measures.direct import Direct
from perfcli.rules.measures.levels import Levels
from perfcli.rules.measures.pass_fail import PassFail
from perfcli.rules.measures.ratio import Ratio
from perfcli.rules.measures.tiers import Tiers

__all__ = ["Deduction", "Direct", "Levels", "Measure", "PassFail", "Ratio", "Tiers"]

Measure = Annotated[Direct | Ratio | Tiers | Deduction | PassFail | Levels, Field(discriminator="method")]
