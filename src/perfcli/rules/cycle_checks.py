"""What is wrong with the files of cycles' own appraisals, beside what is wrong with any rubric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from perfcli.findings import Finding, error
from perfcli.rules.documents import Document


def is_of_cycle(document: Document) -> bool:
    """Whether a file is about a cycle in place of a team."""
    return isinstance(document.data, Mapping) and "cycle" in document.data


def cycles_are_sound(documents: Sequence[Document], of_teams: Sequence[Document]) -> Iterator[Finding]:
    """No two files are about the same cycle, and the teams that they list have a file."""
    teams = [
        str(one.data["team"]) for one in of_teams if isinstance(one.data, Mapping) and "team" in one.data
    ]
    first: dict[str, Document] = {}
    for document in documents:
        cycle = str(document.data["cycle"])
        if first.setdefault(cycle, document) is not document:
            yield error("duplicate-cycle", document.place("cycle"), cycle=cycle, first=first[cycle].name)
        listed = document.data.get("teams")
        for place, team in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(team, str) and team not in teams:
                where = document.place(f"teams[{place}]")
                yield error("unknown-team-listed", where, found=team, allowed=sorted(teams))
