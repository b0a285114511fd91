"""``perf map``: the first draft of a map for sheets whose headers perf does not know."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfcli.cli import options
from perfcli.cli.files import check_target, write_whole
from perfcli.cli.session import open_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perfcli.cli.output import Output
    from perfcli.rules.ruleset import Ruleset
    from perfcli.sheets.map_draft import Question

SKIPPED = "-"


def map_(
    sheet: Annotated[Path, typer.Argument(help="help.option.map-sheet", metavar="SHEET", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="help.option.map-output", metavar="FILE", show_default=False),
    ] = None,
    team: options.Team = "",
    password_file: options.PasswordFile = None,
    large: options.Large = False,
    rubrics: options.Rubrics = None,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Writes a map of the unknown headers of a workbook, asking on a terminal what they mean."""
    from perfcli.cli.passwords import Passwords
    from perfcli.cli.rules import load_rules
    from perfcli.pipelines.score import parse_team_option, read_books
    from perfcli.sheets.cycles import rules_of_sheets
    from perfcli.sheets.map_draft import find_questions, write_map

    out = open_output(lang, quiet=quiet, verbose=verbose)
    target = output or sheet.with_name(f"{sheet.stem}.map.yaml")
    check_target(target, force=force, inputs=[sheet], endings=(".yaml", ".yml"))
    ruleset = load_rules(rubrics, out)
    (book,) = Passwords(password_file, out, large=large).unlock(partial(read_books, [sheet]))
    ruleset = rules_of_sheets([book], ruleset)
    questions = find_questions(book, ruleset, parse_team_option(team, ruleset))
    if not questions.texts and not questions.unread_sheets:
        out.say("map.nothing")
        return
    answers = _ask(questions.texts, ruleset, out) if sys.stdin.isatty() else {}
    write_whole(target, write_map(questions, answers, out.wording).encode("utf-8"), out, force=force)
    out.show(out.wording("map.written", path=target, open=len(questions.texts) - len(answers)))


def _ask(questions: Sequence[Question], ruleset: Ruleset, out: Output) -> dict[str, str]:
    """What the user says of each text; one that is left open is left out."""
    from perfcli.sheets.labels import IGNORED, MEANINGS
    from perfcli.sheets.map_draft import is_meaning

    answers: dict[str, str] = {}
    out.show(out.wording("map.ask", ignore=IGNORED, open=SKIPPED))
    for rubric in ruleset.rubrics.values():
        named = [f"{one.id} ({one.name.in_language(out.wording.language)})" for one in rubric.indicators]
        out.show(f"  {rubric.name.in_language(out.wording.language)}: " + ", ".join(named))
    out.show("  " + ", ".join(MEANINGS))
    for question in questions:
        where = {"sheet": question.sheet, "cell": question.cell, "text": question.text}
        proposal = question.proposal or SKIPPED
        while True:
            answer = input(out.wording("map.question", **where, proposal=proposal)).strip() or proposal
            if answer == SKIPPED:
                break
            if answer == IGNORED or is_meaning(answer, ruleset):
                answers[question.text] = answer
                break
            out.complain("map.not-a-meaning", found=answer)
    return answers
