"""``perf export``: results or bonuses → a file that another system imports, and the check of such a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, write_together
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfcli.cli.output import Output
    from perfcli.exports.formats import Format
    from perfcli.exports.held import Held
    from perfcli.pipelines.stored import Opened
    from perfcli.rewards.payroll import Columns, PayrollTable
    from perfcli.text import Wording

CONTROL = ".control.json"


def export(
    source: Annotated[
        Path | None, typer.Argument(help="help.option.source", metavar="WORKBOOK", show_default=False)
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="help.option.format", metavar="FORMAT", show_default=False)
    ] = "",
    columns: Annotated[
        str, typer.Option("--columns", help="help.option.columns", metavar="KEYS", show_default=False)
    ] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", help="help.option.encoding", metavar="ENCODING", show_default=False)
    ] = "",
    check: Annotated[
        Path | None, typer.Option("--check", help="help.option.check", metavar="FILE", show_default=False)
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="help.option.against", metavar="WORKBOOK", show_default=False),
    ] = None,
    output: options.OutputPath = None,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    json: options.Json = False,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Writes a flat table for another system, or checks the one that it holds."""
    from perfcli.cli.passwords import Passwords
    from perfcli.errors import DataError, usage_error
    from perfcli.exports.formats import Format
    from perfcli.exports.held import read_held
    from perfcli.pipelines.stored import open_product

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    workbook = source or against
    if workbook is None or (check is None) != (against is None) or (check is not None and source is not None):
        raise usage_error("what-to-export")

    chosen = chosen_format(format_, output)
    target = output or workbook.with_name(f"{_stem(workbook)}.payroll.{chosen.value}")
    if check is None:
        endings = (f".{chosen.value}", *([".txt"] if chosen is Format.CSV else []))
        check_target(target, force=force, inputs=[workbook], endings=endings)
        check_target(target.with_name(target.name + CONTROL), force=force, inputs=[workbook])
    passwords = Passwords(password_file, out, large=large)
    found = passwords.unlock(partial(open_product, workbook))
    if found.changes:
        raise DataError(found.changes, "bonus.nothing-written")
    out.warn(found.stored.partial)
    if check is not None:
        _compare(passwords.unlock(lambda access, _: read_held(check, access)), check.name, found, out)
        return
    stored, wanted = found.stored, chosen_columns(columns, found, out.wording)
    table = stored.product.flat_table(stored.content, out.wording, wanted)
    _write(table, found, target, (chosen, chosen_encoding(encoding)), out, force=force)


def chosen_format(word: str, output: Path | None) -> Format:
    """The format that was asked for: by its name, else by the file's, else .csv.

    Raises:
        UsageError: ``bad-format``.
    """
    from perfcli.errors import usage_error
    from perfcli.exports.formats import Format

    known = {one.value for one in Format}
    ending = output.suffix.removeprefix(".").lower() if output else ""
    wanted = word.lower() or (ending if ending in known else Format.CSV.value)
    if wanted not in known:
        raise usage_error("bad-format", found=word, allowed=sorted(known))
    return Format(wanted)


def chosen_encoding(word: str) -> str:
    """The encoding of a .csv.

    Raises:
        UsageError: ``bad-encoding``.
    """
    from perfcli.errors import usage_error
    from perfcli.exports.formats import ENCODINGS

    wanted = word.lower().replace("_", "-") or ENCODINGS[0]
    if wanted not in ENCODINGS:
        raise usage_error("bad-encoding", found=word, allowed=list(ENCODINGS))
    return wanted


def chosen_columns(words: str, found: Opened, wording: Wording) -> Columns:
    """The columns that ``--columns`` names, or the usual ones.

    Raises:
        UsageError: ``unknown-export-key``.
    """
    from perfcli.errors import usage_error
    from perfcli.rewards.payroll import named_columns

    keys = [word.strip() for word in words.replace("，", ",").split(",") if word.strip()]
    content = found.stored.content
    allowed = found.stored.product.allowed_columns(content)
    for key in keys:
        if key not in allowed or keys.count(key) > 1:
            raise usage_error("unknown-export-key", found=key, allowed=list(allowed))
    if not keys:
        return found.stored.product.usual_columns(content, wording)
    return named_columns(keys, content.ruleset, wording)


def _write(
    table: PayrollTable, found: Opened, target: Path, how: tuple[Format, str], out: Output, *, force: bool
) -> None:
    """Writes the file and its control totals, and says them."""
    from perfcli.exports.control import control_file, control_totals
    from perfcli.exports.formats import Format, escaped_texts, write_table
    from perfcli.scoring.results import InputFile

    chosen, encoding = how
    content = write_table(table, chosen, encoding, out.wording)
    said = {"file": target.name, "format": chosen.value}
    said |= {"encoding": encoding} if chosen is Format.CSV else {}
    source = InputFile(found.stored.name, found.stored.sha256)
    totals = control_totals(table, content, source, found.stored.left_out, **said)
    control = target.with_name(target.name + CONTROL)
    write_together({target: content, control: control_file(totals)}, out, force=force)
    if chosen is Format.CSV:
        out.findings(escaped_texts(table))
    if out.machine:
        out.json(dict(totals))
        return
    out.say("export.rows", count=totals["rows"])
    _show_sums(totals["sums"], out)
    out.say("export.sha256", sha256=totals["sha256"])
    out.show(out.wording("export.written", path=target, control=target.name + CONTROL))


def _show_sums(sums: dict[str, str], out: Output) -> None:
    from perfcli.rewards.payroll import usual_header

    for key, total in sums.items():
        out.say("export.sum", column=usual_header(key, out.wording), sum=total)


def _compare(readings: Iterator[Held], file: str, found: Opened, out: Output) -> None:
    """Says whether a file that another system holds is what was approved.

    Raises:
        DataError: it is not; the findings of ``differences``.
    """
    from perfcli.errors import DataError
    from perfcli.exports.comparison import closest

    held, changes = closest(readings, found.stored.product, found.stored.content)
    if changes:
        raise DataError(changes, "export.differs")
    if out.machine:
        out.json({"file": file, "against": found.stored.name, "rows": len(held.rows), "same": True})
    out.say("export.same", file=file, against=found.stored.name, count=len(held.rows))


def _stem(workbook: Path) -> str:
    from perfcli.sealed.registry import kinds

    stem, _, kind = workbook.stem.rpartition(".")
    return stem if kind in kinds() else workbook.stem
