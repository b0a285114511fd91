"""The rules by which a bonus was computed, with their places in the policy."""

from __future__ import annotations

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rules.loader import confirmation
from perfcli.workbooks.base.blocks import file_lines, flat_rules, rules_sheet
from perfcli.workbooks.base.writer import SheetWriter
from perfcli.workbooks.bonus.table import method_text


def write_bonus_rules(sheet: SheetWriter, bonus: Bonus) -> None:
    """Writes what the policy says of this bonus, path by path, what is unconfirmed, and the files."""
    book, wording, policy = sheet.book, sheet.book.wording, bonus.ruleset.policy
    blocks = rules_sheet(sheet, bonus.ruleset, (52, 70), align="left", text_wrap=True)
    said = bonus.rules.model_dump(mode="json", exclude={"monthly", "quarterly", "annual", "payments"})
    said |= {bonus.cycle.value: bonus.rules.coefficients(bonus.cycle)}
    of_pools = set() if bonus.pool is not None else {"shared_by", "capped"}
    payment = bonus.rules.payment(bonus.cycle).model_dump(mode="json", exclude=of_pools)
    if bonus.rules.factors:
        said |= {"factors": {one["id"]: one | {"id": None} for one in said["factors"]}}
    said |= {"payments": {bonus.cycle.value: payment}}
    method = (wording("bonus.rules.method"), method_text(book, bonus))
    blocks.block("bonus.rules.policy", [method, *flat_rules(said, "bonus")])
    unconfirmed = [path for path in policy.unconfirmed if path.split(".")[0] == "bonus"]
    blocks.block("rules.unconfirmed", [(path, book.name(confirmation(path))) for path in unconfirmed])
    blocks.block("rules.files", file_lines(bonus.ruleset, bonus.inputs))
    sheet.print_setup(landscape=True)
