"""The rules by which a bonus was reckoned, with their places in the policy."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from perfcli.rewards.bonus.bonus import Bonus
from perfcli.rules.loader import confirmation
from perfcli.rules.ruleset import POLICY
from perfcli.version import __version__
from perfcli.workbooks.base import styles
from perfcli.workbooks.base.styles import Book
from perfcli.workbooks.bonus.table import method_text
from perfcli.workbooks.results.rules import flat_rules

_WIDTHS = (52, 70)


def write_bonus_rules(book: Book, worksheet: Worksheet, bonus: Bonus) -> None:
    """Writes what the policy says of this bonus, path by path, what is unconfirmed, and the files."""
    wording, policy = book.wording, bonus.ruleset.policy
    worksheet.write_string(0, 0, wording("sheet.rules"), book.title)
    worksheet.set_row(0, 28)
    folder = bonus.ruleset.folder or wording("rules.built-in")
    worksheet.write_string(1, 0, wording("rules.from", folder=folder), book.note)
    for column, wide in enumerate(_WIDTHS):
        worksheet.set_column(column, column, wide)
    writer = _Writer(book, worksheet)
    said = bonus.rules.model_dump(mode="json", exclude={"monthly", "quarterly", "annual", "payments"})
    said |= {bonus.cycle.value: bonus.rules.coefficients(bonus.cycle)}
    of_pools = set() if bonus.pool is not None else {"shared_by", "capped"}
    payment = bonus.rules.payment(bonus.cycle).model_dump(mode="json", exclude=of_pools)
    said |= {"payments": {bonus.cycle.value: payment}}
    method = (wording("bonus.rules.method"), method_text(book, bonus))
    writer.block(wording("bonus.rules.policy"), [method, *flat_rules(said, "bonus")])
    unconfirmed = [path for path in policy.unconfirmed if path.split(".")[0] == "bonus"]
    questions = [(path, book.name(confirmation(path))) for path in unconfirmed]
    writer.block(wording("rules.unconfirmed"), questions)
    file = bonus.ruleset.files[POLICY]
    files = [(file.name, file.sha256), *((one.name, one.sha256) for one in bonus.inputs)]
    writer.block(wording("rules.files"), [*files, ("perf", __version__)])
    book.print_setup(worksheet, landscape=True, repeat=None)


class _Writer:
    def __init__(self, book: Book, worksheet: Worksheet) -> None:
        self.book, self.worksheet, self.row = book, worksheet, 3

    def block(self, title: str, lines: list[tuple[str, str]]) -> None:
        """A title and lines of two texts; nothing where there is no line."""
        if not lines:
            return
        self.worksheet.write_string(self.row, 0, title, self.book.format(bold=True, font_size=12))
        look = self.book.cell(num_format="@", align="left", text_wrap=True)
        for line in lines:
            self.row += 1
            for column, text in enumerate(line):
                self.worksheet.write_string(self.row, column, text, look)
            self.worksheet.set_row(self.row, styles.wrapped_height(zip(line, _WIDTHS, strict=True)))
        self.row += 2
