"""``perf verify``: whether a result workbook is still what perf wrote."""

from __future__ import annotations

from functools import partial

from perfcli.cli import options
from perfcli.cli.session import open_output


def verify(
    results: options.ResultFiles,
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Tells which cells of result workbooks were changed by hand."""
    from perfcli.cli.passwords import Passwords
    from perfcli.errors import DataError
    from perfcli.findings import Finding
    from perfcli.pipelines.stored import open_product
    from perfcli.scoring.omissions import left_out_record
    from perfcli.scoring.records import findings_record
    from perfcli.version import __version__

    out = open_output(lang, quiet=quiet, verbose=verbose, machine=json)
    changes: list[Finding] = []
    left_out: dict[str, object] = {}
    passwords = Passwords(password_file, out, large=large)
    for path in results:
        opened = passwords.unlock(partial(open_product, path))
        found = opened.stored.content
        changes += opened.changes
        if not opened.changes:
            out.say("verify.unchanged", file=path.name, employees=len(found.frame))
        out.warn(opened.stored.partial)
        if len(opened.stored.left_out):
            left_out[path.name] = left_out_record(opened.stored.left_out)
        out.detail("verify.rules", rules=sorted(file.name for file in found.ruleset.files.values()))
    if changes:
        raise DataError(changes)
    if json:
        partial_files = {"left_out": left_out} if left_out else {}
        out.json({"perf": __version__, "findings": findings_record(changes, out.wording), **partial_files})
