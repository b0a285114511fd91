"""The rules by which results were rolled up, as its readers see them."""

from __future__ import annotations

from perfcli.rules.numbers import written
from perfcli.rules.periods import Cycle, cycle
from perfcli.rules.ruleset import POLICY
from perfcli.scoring.rollups import Rollup
from perfcli.workbooks.base.blocks import flat_rules, rules_sheet
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.results.rules import Bands, write_bands

_WIDTHS = (40, 50, 20)
_SHOWN = ("rollup", "rounding", "highest_total")
_DIGEST = 16


def write_rollup_rules(sheet: SheetWriter, rollup: Rollup) -> Bands:
    """Writes bands, shares, what of the year a month really is, the other rules, and the files."""
    ruleset, wording = rollup.ruleset, sheet.book.wording
    policy, rules = ruleset.policy, ruleset.policy.rollup
    blocks = rules_sheet(sheet, ruleset, _WIDTHS)
    bands = write_bands(blocks, ruleset)
    if rules is not None:
        own = rules.shares(cycle(rollup.period))
        lines = [(wording(f"rollup.share.{one.value}"), f"{written(share)}%") for one, share in own.items()]
        blocks.block("rollup.rules.shares", lines, period=rollup.period)
        if cycle(rollup.period) is Cycle.ANNUAL and rules.quarter_in_year == "total":
            really = rules.shares_in_year()
            lines = [
                (wording(f"rollup.share.{one.value}.really"), f"{written(share)}%")
                for one, share in really.items()
            ]
            blocks.block("rollup.rules.really", lines)
    said = policy.model_dump(mode="json", by_alias=True, include=set(_SHOWN))
    blocks.block("rules.policy", list(flat_rules(said)), ("rules.path", "rules.value"))
    written_by = ruleset.files[POLICY]
    named = [(written_by.name, written_by.sha256), *((one.name, one.sha256) for one in rollup.inputs)]
    lines = [(name, sha256[:_DIGEST]) for name, sha256 in named]
    blocks.block("rules.files", lines, ("rules.file", "rules.digest"))
    sheet.print_setup(landscape=False)
    return bands
