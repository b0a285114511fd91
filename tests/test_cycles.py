"""The appraisals of quarters and years: their sheets, by which rules they are read, how roll-ups are told."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from perfcli.errors import DataError
from perfcli.pipelines import score as pipeline
from perfcli.pipelines.score import Request
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import Ruleset
from support.command import ROOT, perf
from support.sheets import write_workbook

ROSTER = ROOT / "examples" / "roster.xlsx"
QUARTER = ("團隊協作", "項目推進")


def sheet(folder: Path, header: list[str], *rows: list[object], title: str = "2026年第四季度考核表") -> Path:
    return write_workbook(folder / "sheet.xlsx", {"考核": [[title], header, *rows]})


def scored(request: Request, ruleset: Ruleset) -> dict[str, tuple[str, float]]:
    """Team and total by employee."""
    frame = pipeline.score(request, ruleset).frame
    columns = (frame[key] for key in ("employee_id", "team", "total"))
    return {one: (team, total) for one, team, total in zip(*columns, strict=True)}


class TestSheets:
    def test_are_made_for_every_team_of_the_roster(self, tmp_path: Path) -> None:
        words = ("--cycle", "quarterly", "--roster", ROSTER, "--period", "2026Q4", "-o", "sheets")
        ran = perf("template", *words, "--lang", "zh-Hant", folder=tmp_path)
        assert ran.code == 0, ran.err
        made = sorted(path.name for path in (tmp_path / "sheets").iterdir())
        teams = ("customer-service", "logistics", "marketing", "operations")
        assert made == [f"{team}-2026Q4.xlsx" for team in teams]
        first = openpyxl.load_workbook(tmp_path / "sheets" / made[0]).worksheets[0]
        texts = {str(cell.value) for row in first.iter_rows(max_row=8) for cell in row}
        assert set(QUARTER) <= texts

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("--cycle", "monthly"), "cycle-without-rubric"),
            (("--cycle", "weekly"), "bad-cycle"),
            (("--cycle", "annual", "--period", "2026Q4"), "other-cycle"),
        ],
    )
    def test_of_another_cycle_are_refused(self, words: tuple[str, ...], code: str, tmp_path: Path) -> None:
        ran = perf("template", *words, "--lang", "en", folder=tmp_path)
        assert ran.code == 2
        assert code in ran.err
        assert not list(tmp_path.iterdir())

    def test_that_people_made_are_known_by_their_indicators(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        header = ["工號", "姓名", "團隊", *QUARTER]
        path = sheet(tmp_path, header, ["001", "甲", "客服", 80, 90], ["002", "乙", "運營", 70, 81])
        found = scored(Request([path]), shipped_rules)
        assert found == {"001": ("customer-service", 85.0), "002": ("operations", 75.5)}

    def test_that_say_no_team_take_it_from_the_roster(self, tmp_path: Path, shipped_rules: Ruleset) -> None:
        path = sheet(tmp_path, ["工號", "姓名", *QUARTER], ["001", "甲", 80, 90], ["003", "丙", 70, 81])
        roster = write_workbook(
            tmp_path / "roster.xlsx",
            {"名冊": [["工號", "姓名", "團隊"], ["001", "甲", "客服"], ["002", "乙", "運營"]]},
        )
        with pytest.raises(DataError) as caught:
            pipeline.score(Request([path]), shipped_rules)
        assert "team-not-known" in {one.code for one in caught.value.findings}
        reading = pipeline.read(Request([path], roster=roster), shipped_rules)
        unknown = [one for one in reading.findings if one.code == "team-not-known"]
        assert [one.place.cell for one in unknown] == ["A4"]
        assert list(reading.sheets.employees["team"]) == ["customer-service"]

    def test_of_a_month_are_read_by_the_teams_rubrics_though_they_name_one_indicator_of_a_quarter(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        names = [str(one.name.zh_hant) for one in shipped_rules.rubrics["marketing"].indicators]
        path = sheet(
            tmp_path,
            ["工號", "姓名", *names, "團隊協作"],
            ["001", "甲", *[80] * len(names), 90],
            title="2026年11月",
        )
        reading = pipeline.read(Request([path], accept=["unread"]), shipped_rules)
        assert reading.ruleset.cycle is None
        assert list(reading.sheets.employees["team"]) == ["marketing"]

    def test_with_a_period_of_another_cycle_are_an_error(
        self, tmp_path: Path, shipped_rules: Ruleset
    ) -> None:
        path = sheet(
            tmp_path, ["工號", "姓名", "團隊", *QUARTER], ["001", "甲", "客服", 80, 90], title="考核表"
        )
        for period, is_wrong in (("2026-11", True), ("2026", True), ("2026Q3", False)):
            reading = pipeline.read(Request([path], period=period), shipped_rules)
            assert ("other-cycle" in {one.code for one in reading.findings}) is is_wrong
            assert reading.ruleset.cycle is Cycle.QUARTERLY

    def test_for_some_teams_are_for_those_alone(self, shipped_rules: Ruleset) -> None:
        own = shipped_rules.cycles[Cycle.ANNUAL].model_copy(update={"teams": ("marketing",)})
        rules = Ruleset(
            shipped_rules.policy, shipped_rules.rubrics, shipped_rules.files, "", cycles={Cycle.ANNUAL: own}
        )
        assert list(rules.of_cycle(Cycle.ANNUAL).rubrics) == ["marketing"]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results of a quarter and their roll-up."""
    folder = tmp_path_factory.mktemp("quarter")
    results = []
    for period in ("2026-10", "2026-11", "2026-12", "2026Q4"):
        sheets = sorted((ROOT / "examples" / period).glob("*.xlsx"))
        results.append(f"{period}.result.xlsx")
        assert perf("score", *sheets, "-o", results[-1], "-q", folder=folder).code == 0
    ran = perf("rollup", *results, "--roster", ROSTER, folder=folder)
    assert ran.code == 0, ran.err
    return folder


class TestRollups:
    @pytest.mark.parametrize("lang", ["zh-Hant", "zh-Hans", "en"])
    def test_are_explained_down_to_the_indicator(self, quarter: Path, lang: str) -> None:
        ran = perf("explain", "2026Q4.rollup.xlsx", "E014", "--lang", lang, folder=quarter)
        assert ran.code == 0, ran.err
        name = {"zh-Hant": "毛利率", "zh-Hans": "毛利率", "en": "Gross margin"}[lang]
        assert ran.out.count(name) >= 3
        assert "2026-12" in ran.out
        brief = perf("explain", "2026Q4.rollup.xlsx", "E014", "--brief", "--lang", lang, folder=quarter)
        assert name not in brief.out

    def test_are_explained_to_machines(self, quarter: Path) -> None:
        record = json.loads(perf("explain", "2026Q4.rollup.xlsx", "E014", "--json", folder=quarter).out)
        assert set(record["explained"]) == {"2026-10", "2026-11", "2026-12", "2026Q4"}
        points = sum(float(one["points"]) for one in record["parts"] if one["points"])
        assert round(points, 2) == pytest.approx(float(record["total"]), abs=0.005001)

    def test_say_which_part_is_not_at_hand(self, quarter: Path, tmp_path: Path) -> None:
        alone = tmp_path / "2026Q4.rollup.xlsx"
        alone.write_bytes((quarter / alone.name).read_bytes())
        (tmp_path / "2026-10.result.xlsx").write_bytes((quarter / "2026-11.result.xlsx").read_bytes())
        ran = perf("explain", alone, "E014", "--lang", "en")
        assert ran.out.count("is not in this folder, or was changed") == 4

    def test_are_verified_paid_and_exported_as_results_are(self, quarter: Path, tmp_path: Path) -> None:
        rollup = quarter / "2026Q4.rollup.xlsx"
        assert perf("verify", rollup).code == 0
        for words in (
            ("bonus", rollup, "--roster", ROSTER, "-o", "b.xlsx"),
            ("raise", rollup, "--roster", ROSTER, "-o", "r.xlsx"),
            ("export", rollup, "-o", "q.csv"),
            ("verify", "b.xlsx"),
            ("verify", "r.xlsx"),
            ("export", "--check", "q.csv", "--against", rollup),
        ):
            ran = perf(*words, folder=tmp_path)
            assert ran.code == 0, ran.err

    def test_a_changed_part_is_named_at_its_cell(self, quarter: Path, tmp_path: Path) -> None:
        workbook = openpyxl.load_workbook(quarter / "2026Q4.rollup.xlsx")
        parts = workbook.worksheets[1]
        parts["H6"].value = 99
        workbook.save(tmp_path / "changed.xlsx")
        ran = perf("verify", "changed.xlsx", "--lang", "en", folder=tmp_path)
        assert ran.code == 1
        assert f"{parts.title} > H6" in ran.err

    def test_a_cycle_s_own_appraisal_alone_is_remarked_on_where_money_follows(
        self, quarter: Path, tmp_path: Path
    ) -> None:
        own = quarter / "2026Q4.result.xlsx"
        ran = perf("bonus", own, "--roster", ROSTER, "-o", "b.xlsx", "--lang", "en", folder=tmp_path)
        assert ran.code == 0
        assert "own-appraisal-alone" in ran.err
        whole = quarter / "2026Q4.rollup.xlsx"
        both = perf("bonus", whole, own, "--roster", ROSTER, "-o", "d.xlsx", "--lang", "en", folder=tmp_path)
        assert (both.code, both.err.count("rolled-up-already")) == (1, 1)
        ran = perf(
            "bonus", quarter / "2026Q4.rollup.xlsx", "--roster", ROSTER, "-o", "c.xlsx", folder=tmp_path
        )
        assert "own-appraisal-alone" not in ran.err

    def test_say_what_lies_elsewhere_and_what_is_no_result(self, quarter: Path, tmp_path: Path) -> None:
        rollup, month = quarter / "2026Q4.rollup.xlsx", quarter / "2026-10.result.xlsx"
        for words, code, status in (
            ((month, "--period", "2026Q3"), "not-a-part", 1),
            ((month, "--period", "2026-10"), "month-given", 2),
            ((rollup, "--period", "2026Q4"), "not-a-part", 1),
            ((ROSTER, month), "not-a-result", 4),
        ):
            ran = perf("rollup", *words, "-o", "new.xlsx", "--lang", "en", folder=tmp_path)
            assert (ran.code, code in ran.err) == (status, True), ran.err
            assert not (tmp_path / "new.xlsx").exists()


def test_rules_of_cycles_are_listed_and_shown(tmp_path: Path) -> None:
    ran = perf("rubric", "list", "--lang", "en", folder=tmp_path)
    assert "quarterly" in ran.out
    assert "Annual appraisal" in ran.out
    ran = perf("rubric", "show", "annual", "--lang", "zh-Hant", folder=tmp_path)
    assert (ran.code, "整體貢獻" in ran.out) == (0, True)
    assert "annual.yaml" in ran.err + ran.out
