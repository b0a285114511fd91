"""The options that several commands share. Help texts are keys of the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Sheets = Annotated[
    list[Path], typer.Argument(help="help.option.sheets", metavar="SHEET...", show_default=False)
]
ResultFiles = Annotated[
    list[Path], typer.Argument(help="help.option.results", metavar="RESULT...", show_default=False)
]
ResultFile = Annotated[Path, typer.Argument(help="help.option.result", metavar="RESULT", show_default=False)]
OutputPath = Annotated[
    Path | None, typer.Option("-o", "--output", help="help.option.output", metavar="FILE", show_default=False)
]
Force = Annotated[bool, typer.Option("--force", help="help.option.force", show_default=False)]
Team = Annotated[str, typer.Option("--team", help="help.option.team", metavar="TEAM", show_default=False)]
Period = Annotated[
    str, typer.Option("--period", help="help.option.period", metavar="PERIOD", show_default=False)
]
Rubrics = Annotated[
    Path | None, typer.Option("--rubrics", help="help.option.rubrics", metavar="DIR", show_default=False)
]
RulesOf = Annotated[
    Path | None,
    typer.Option("--rules-of", help="help.option.rules-of", metavar="RESULT", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="help.option.json", show_default=False)]
Lang = Annotated[
    str | None, typer.Option("--lang", help="help.option.lang", metavar="LANG", show_default=False)
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="help.option.quiet", show_default=False)]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="help.option.verbose", show_default=False)]
Map = Annotated[
    Path | None, typer.Option("--map", help="help.option.map", metavar="FILE", show_default=False)
]
Roster = Annotated[
    Path | None, typer.Option("--roster", help="help.option.roster", metavar="FILE", show_default=False)
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help="help.option.password-file", metavar="FILE", show_default=False),
]
Large = Annotated[bool, typer.Option("--large", help="help.option.large", show_default=False)]
Accept = Annotated[
    list[str] | None, typer.Option("--accept", help="help.option.accept", metavar="CODE", show_default=False)
]
TemplateAccept = Annotated[
    list[str] | None,
    typer.Option("--accept", help="help.option.template-accept", metavar="CODE", show_default=False),
]
PayAccept = Annotated[
    list[str] | None,
    typer.Option("--accept", help="help.option.pay-accept", metavar="CODE", show_default=False),
]
RollupAccept = Annotated[
    list[str] | None,
    typer.Option("--accept", help="help.option.rollup-accept", metavar="CODE", show_default=False),
]
Plans = Annotated[
    list[Path] | None, typer.Option("--plan", help="help.option.plan", metavar="FILE", show_default=False)
]
PayRoster = Annotated[
    Path | None, typer.Option("--roster", help="help.option.pay-roster", metavar="FILE", show_default=False)
]
AcceptEdited = Annotated[
    bool, typer.Option("--accept-edited", help="help.option.accept-edited", show_default=False)
]
