"""The rules by which a bonus was computed, with their places in the policy."""

from __future__ import annotations

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rules.calendars import Calendar
from perfcli.rules.loader import confirmation
from perfcli.rules.periods import days
from perfcli.workbooks.base.blocks import BlockWriter, file_lines, flat_rules, rules_sheet
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
    if bonus.calendar is not None:
        _write_calendar(blocks, bonus, bonus.calendar)
    own = ("bonus", "calendar") if bonus.calendar is not None else ("bonus",)
    unconfirmed = [path for path in policy.unconfirmed if path.split(".")[0] in own]
    blocks.block("rules.unconfirmed", [(path, book.name(confirmation(path))) for path in unconfirmed])
    blocks.block("rules.files", file_lines(bonus.ruleset, bonus.inputs))
    sheet.print_setup(landscape=True)


def _write_calendar(blocks: BlockWriter, bonus: Bonus, calendar: Calendar) -> None:
    """Writes by whose calendar working days are counted, and which days of the period it names."""
    book, first, last = blocks.sheet.book, *days(bonus.period)
    lines = [(book.name(said), one.sha256) for said, one in zip(calendar.said, calendar.sources, strict=True)]
    span = f"{calendar.known_from or ''} – {calendar.known_until or ''}"
    provisional = [] if calendar.is_known(first, last) else [book.wording("calendar.provisional")]
    lines.append((book.wording("calendar.known"), " ".join([span, *provisional])))
    for key, kind in (("calendar.days-off", False), ("calendar.working-days", True)):
        named = [
            f"{day} {book.name(name)}" for day, works, name in calendar.named(first, last) if works is kind
        ]
        lines += [(book.wording(key), ", ".join(named))] if named else []
    blocks.block("calendar.title", lines)
