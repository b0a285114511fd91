"""``--annotate``: a copy of a workbook in which its findings are marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfcli.cli.files import check_target, write_whole
from perfcli.errors import FileError, file_error, usage_error
from perfcli.findings import Finding, Place, error, warning
from perfcli.text import Term

if TYPE_CHECKING:
    from perfcli.cli.output import Output
    from perfcli.files.reader import Access, Grid
    from perfcli.pipelines.score import Reading
    from perfcli.sheets.understanding import Understood

ANNOTATE = "perfcli.workbooks.annotated.copy:annotate"
UNDER_MERGES = "under-merges"

_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_SHOWN_CELLS = 10
_REASONS = {
    "takes-too-long": "annotation.too-long",
    "takes-too-much-memory": "annotation.too-much-memory",
    "damaged-workbook": "annotation.cannot-read",
}


def check_copy(target: Path, sheets: Sequence[Path], inputs: Sequence[Path], *, force: bool) -> None:
    """Refuses early what could not be written at the end.

    Raises:
        UsageError: ``annotate-one-workbook``.
        FileError: see ``check_target``.
    """
    if len(sheets) != 1:
        raise usage_error("annotate-one-workbook", count=len(sheets))
    check_target(target, force=force, inputs=inputs)


def write_copy(
    target: Path, reading: Reading, access: Access, out: Output, *, force: bool, explain: bool = False
) -> tuple[Finding, ...]:
    """Writes the annotated copy and says where it is; before, it says what the copy lacks.

    With ``explain`` its first sheet says how each sheet was understood.

    Returns:
        Why there is no copy, where there is none: ``annotation-failed``, ``cannot-write``, ``output-open``.

    Raises:
        FileError: ``cannot-annotate``, ``annotation-needs-xlsm``, ``annotation-needs-xlsx``.
    """
    from perfcli.files.isolation import run_isolated
    from perfcli.files.sheet import Refusal

    (book,) = reading.books
    remarks = [_remark(finding, book.name, out) for finding in reading.findings]
    understood = [_plain(one, out) for one in reading.sheets.understood] if explain else None
    arguments = (remarks, out.wording.language.value, target.suffix, understood)
    try:
        with out.progress("annotating"):
            problem, losses, copy = run_isolated(
                ANNOTATE, book.content, arguments, access.limits, access.password
            )
    except Refusal as refusal:
        reason = Term(_REASONS.get(refusal.code, _REASONS["damaged-workbook"]), refusal.values)
        return (error("annotation-failed", Place(book.name), reason=reason),)
    if problem:
        raise _refusal(problem, book.name, target)
    lost = {**losses, **_hidden_by_merges(book.grids)}
    out.findings(_told_before(book.name, lost, was_locked=book.content.startswith(_ENCRYPTED)))
    try:
        write_whole(target, copy, out, force=force)
    except FileError as failure:
        return failure.findings
    if out.machine:
        out.complain("annotation.written", path=target)
    else:
        out.show(out.wording("annotation.written", path=target))
    return ()


def _remark(finding: Finding, file: str, out: Output) -> tuple[bool, bool, str, str, str, str, str]:
    """A finding as a ``PlainFinding`` of the annotation."""
    place = finding.place
    here = place.file == file
    where = ((place.file or ""), (place.sheet or ""), (place.cell or ""))
    return (
        finding.severity == "error",
        here,
        *where,
        finding.message(out.wording),
        finding.cure(out.wording),
    )


def _plain(
    understood: Understood, out: Output
) -> tuple[str, str, list[tuple[str, str]], list[tuple[str, str, str]]]:
    """How a sheet was understood, as a ``PlainUnderstood`` of the annotation."""
    language = out.wording.language
    lines = [(about.in_language(language), said.in_language(language)) for about, said in understood.lines()]
    columns = [(cell, text, meaning.in_language(language)) for cell, text, meaning in understood.columns]
    sheet = understood.sheet if understood.is_list else ""
    return understood.title().in_language(language), sheet, lines, columns


def _refusal(problem: str, name: str, target: Path) -> FileError:
    from perfcli.workbooks.annotated.copy import HAS_MACROS, HAS_NO_MACROS

    if problem == HAS_MACROS:
        return file_error("annotation-needs-xlsm", target)
    if problem == HAS_NO_MACROS:
        return file_error("annotation-needs-xlsx", target)
    return file_error("cannot-annotate", name)


def _told_before(file: str, lost: Mapping[str, Sequence[str]], *, was_locked: bool) -> Iterator[Finding]:
    """What is different in the copy (``annotation-unprotected``, ``annotation-loses``)."""
    if was_locked:
        yield warning("annotation-unprotected", Place(file))
    if lost:
        named = [
            Term("annotation.where", {"what": Term(f"loss.{kind}"), "places": list(places)})
            if places
            else Term(f"loss.{kind}")
            for kind, places in lost.items()
        ]
        yield warning("annotation-loses", Place(file), losses=named)


def _hidden_by_merges(grids: Sequence[Grid]) -> dict[str, list[str]]:
    """The cells that have a value which a merge hides; openpyxl drops it."""
    from perfcli.files.cells import address

    found = [f"{grid.name}!{address(*cell)}" for grid in grids for cell in grid.covered]
    shown = [*found[:_SHOWN_CELLS], *(["…"] if len(found) > _SHOWN_CELLS else [])]
    return {UNDER_MERGES: shown} if found else {}
