"""How each sheet was understood: header, columns, rows of people and of nobody, scale, weights, totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from perfcli.files.cells import address
from perfcli.findings import Severity
from perfcli.rules.models import Rubric
from perfcli.scoring.results import stated_weight_key
from perfcli.sheets.labels import IGNORED, TOTAL
from perfcli.sheets.layouts.tables import Table
from perfcli.sheets.own_figures import Comparison
from perfcli.sheets.scores import column_name
from perfcli.sheets.vocabulary import Column
from perfcli.text import Term, Translated, Wording, catalogue

NOBODY = "not-a-person"

_SHOWN = 10


@dataclass(frozen=True)
class Understood:
    """How one sheet, or all forms of a workbook and a team, were understood.

    ``columns`` are the cells where columns begin (of forms those of the first one), with what stands there
    and what it means; ``people`` the rows that are somebody's, counted from 1 (of forms the sheets);
    ``nobody`` the cells of rows that stand for nobody, with their texts; ``left_out`` the employees who
    cannot be scored, each with the codes of the errors at their cells.
    """

    file: str
    sheet: str
    is_list: bool
    header: tuple[int, int]
    teams: Sequence[Translated]
    columns: Sequence[tuple[str, str, Translated]]
    people: Sequence[int] | Sequence[str]
    sound: int
    nobody: Sequence[tuple[str, str]]
    left_out: Sequence[tuple[str, Sequence[str]]]
    scales: Sequence[Translated]
    weights: Translated
    totals: Translated

    def title(self) -> Term:
        """Which sheet it is, and of which kind."""
        kind = "list" if self.is_list else "forms"
        return Term(f"understood.{kind}", {"file": self.file, "sheet": self.sheet, "count": len(self.people)})

    def lines(self) -> Iterator[tuple[Term, Translated]]:
        """What is said of it, each with the word for what it is about."""
        if self.is_list:
            first, last = self.header
            one = Term("understood.row", {"row": last})
            several = Term("understood.rows", {"first": first, "last": last})
            yield Term("understood.header"), one if first == last else several
        yield Term("understood.team"), _joined(self.teams)
        yield Term("understood.people"), self._people()
        if self.nobody:
            shown = [f"{cell} {text}" for cell, text in self.nobody[:_SHOWN]]
            values = {"count": len(self.nobody), "rows": shown + ["…"] * (len(self.nobody) > _SHOWN)}
            yield Term("understood.nobody"), Term("understood.nobody.rows", values)
        yield Term("understood.scale"), _joined(self.scales)
        yield Term("understood.weights"), self.weights
        yield Term("understood.totals"), self.totals
        if self.left_out:
            named = [f"{employee} ({', '.join(why)})" if why else employee for employee, why in self.left_out]
            people = named[:_SHOWN] + ["…"] * (len(named) > _SHOWN)
            values = {"count": len(named), "people": people}
            yield Term("understood.left-out"), Term("understood.left-out.people", values)

    def record(self, wording: Wording) -> dict[str, object]:
        """The same as JSON holds it."""
        said = {
            term.key.rpartition(".")[2]: value.in_language(wording.language) for term, value in self.lines()
        }
        columns = [
            {"cell": cell, "text": text, "meaning": meaning.in_language(wording.language)}
            for cell, text, meaning in self.columns
        ]
        return {"file": self.file, "sheet": self.sheet, "layout": "list" if self.is_list else "forms"} | {
            "columns": columns,
            **said,
        }

    def _people(self) -> Term:
        values: dict[str, object] = {"count": len(self.people), "sound": self.sound}
        if not self.people:
            return Term("understood.people.none")
        if not self.is_list:
            names = [str(one) for one in self.people[:_SHOWN]]
            return Term(
                "understood.people.sheets", {**values, "sheets": names + ["…"] * (len(self.people) > _SHOWN)}
            )
        return Term("understood.people.rows", {**values, "first": self.people[0], "last": self.people[-1]})


def understand(table: Table, rubrics: Mapping[str, Rubric], compared: Comparison | None) -> Understood:
    """How a table was understood; ``compared`` are its own figures, if it has any."""
    present = [rubrics[team] for team in sorted({*table.frame["team"]} - {""})]
    is_list = table.origins is None
    own = {rubric.team: rubric for rubric in present} or rubrics
    columns = [_column(table, column, own) for column in table.header.columns]
    people = [row + 1 for row in table.frame["row"].tolist()] if is_list else table.frame["sheet"].tolist()
    nobody = [
        (str(found.place.cell), str(found.values["text"])) for found in table.findings if found.code == NOBODY
    ]
    totals: Term = Term("understood.totals.none")
    if compared is not None and TOTAL in compared.own.columns:
        values = {"count": len(compared.own.totals), "same": compared.same}
        totals = Term("understood.totals.compared", values)
    return Understood(
        file=table.file,
        sheet=table.grid.name,
        is_list=is_list,
        header=(table.header.first_row + 1, table.header.row + 1),
        teams=[rubric.name for rubric in present],
        columns=columns,
        people=people,
        sound=int(np.count_nonzero(table.sound)),
        nobody=nobody,
        left_out=_left_out(table),
        scales=list(map(_scale, present)),
        weights=_weights(table, present),
        totals=totals,
    )


def _left_out(table: Table) -> list[tuple[str, Sequence[str]]]:
    """Who cannot be scored, with the codes of the errors in the row, or of a form on the sheet."""
    codes: dict[object, dict[str, None]] = {}
    for found in table.findings:
        if found.severity is Severity.ERROR:
            row = "".join(filter(str.isdigit, (found.place.cell or "").partition(":")[0]))
            key = found.place.sheet if table.origins is not None else row
            codes.setdefault(key, {})[found.code] = None
    places = np.flatnonzero(~table.sound).tolist()
    sheets = table.frame["sheet"].tolist()
    return [
        (
            table.employee(place),
            [*codes.get(sheets[place] if table.origins is not None else str(table.row(place) + 1), ())],
        )
        for place in places
    ]


def _column(table: Table, column: Column, rubrics: Mapping[str, Rubric]) -> tuple[str, str, Translated]:
    place = table.place(table.header.row, column.index)
    cell = str(place.cell or address(table.header.row, column.index))
    text = (
        column.text if table.origins is None or column.label is None else ""
    )  # of forms a key of perf's own
    return cell, text, _meaning(column, rubrics)


def _meaning(column: Column, rubrics: Mapping[str, Rubric]) -> Translated:
    if column.label == IGNORED:
        return Term("understood.ignored")
    if column.label is not None:
        key = f"column.{column.label}"
        return Term(key if key in catalogue() else "understood.known")
    for team, identifier in column.indicators.items():
        if team not in rubrics:
            continue
        indicator = next((one for one in rubrics[team].indicators if one.id == identifier), None)
        if indicator is not None and column.states_weight:
            return Term("understood.weight", {"indicator": indicator.name})
        if indicator is not None and column.states_marks:
            return Term("understood.full-marks", {"indicator": indicator.name})
        if indicator is not None:
            return Term("understood.indicator", {"name": column_name(indicator, column.role, column.number)})
    return Term("understood.not-read")


def _scale(rubric: Rubric) -> Translated:
    scale = rubric.scale
    said = (
        Term(f"understood.scale.{scale}")
        if isinstance(scale, str)
        else Term("understood.scale.of", {"of": scale.of})
    )
    return Term("understood.scale.team", {"team": rubric.name, "scale": said})


def _weights(table: Table, rubrics: Sequence[Rubric]) -> Translated:
    """Whether the sheet states weights, and for how many people they count in place of the rubric's."""
    stated = {one.indicators.get(rubric.team) for one in table.weights for rubric in rubrics}
    if not stated:
        return Term("understood.weights.none")
    keys = [key for key in map(str, table.frame) if key.endswith(stated_weight_key(""))]
    own = int(np.count_nonzero(table.frame[keys].notna().any(axis=1)))
    kind = "own" if own else "stated"
    return Term(f"understood.weights.{kind}", {"count": len(stated), "people": own})


def _joined(parts: Sequence[Translated]) -> Translated:
    return Term("understood.parts", {"parts": list(parts)}) if parts else Term("understood.none")
