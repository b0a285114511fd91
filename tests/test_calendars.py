"""Which days are worked: the shipped calendars, a company's own days, and what is not known yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from docs_support import load_script, tables
from perfcli.findings import Finding, Severity
from perfcli.rewards.days import PeriodDays
from perfcli.rules.calendars import Calendar, CalendarDays, CalendarSource
from perfcli.rules.loader import check_rules, load_ruleset, shipped
from perfcli.rules.pay import Proration
from support.companies import shipped_copy
from support.expectations import assert_findings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "calendars.md"
COUNTRIES = {"mainland China": "CN", "Taiwan": "TW"}

# What was published, typed from the notices: first and last day off of each holiday; then the days made up.
NOTICES = {
    "CN": """
        2024: 01-01/01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10/06-10 09-15/09-17 10-01/10-07
        work: 02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12
        2025: 01-01/01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08
        work: 01-26 02-08 04-27 09-28 10-11
        2026: 01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07
        work: 01-04 02-14 02-28 05-09 09-20 10-10
        """,
    "TW": """
        2024: 01-01/01-01 02-08/02-14 02-28/02-28 04-04/04-07 06-08/06-10 09-17/09-17 10-10/10-10
        work: 02-17
        2025: 01-01/01-01 01-25/02-02 02-28/03-02 04-03/04-06 05-30/06-01 09-27/09-29 10-04/10-06 10-10/10-12
            10-24/10-26 12-25/12-25
        work: 02-08
        2026: 01-01/01-01 02-14/02-22 02-27/03-01 04-03/04-06 05-01/05-03 06-19/06-21 09-25/09-28 10-09/10-11
            10-24/10-26 12-25/12-27
        work:
        """,
}


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(one) for one in range((last - first).days + 1)]


def calendar(folder: Path, said: object, **files: str) -> Calendar:
    """The calendar that a policy names; ``files`` are in the folder's ``calendars``."""
    found = load_ruleset(rules(folder, said, **files)).calendar
    assert found is not None
    return found


def rules(folder: Path, said: object, **files: str) -> Path:
    """The shipped rules with another ``calendar:``."""
    made = shipped_copy(folder / "rubrics")
    policy = yaml.safe_load((made / "policy.yaml").read_text(encoding="utf-8"))
    policy.pop("calendar", None)
    policy["unconfirmed"] = []
    policy |= {} if said is None else {"calendar": said}
    (made / "policy.yaml").write_text(yaml.safe_dump(policy, allow_unicode=True, sort_keys=False), "utf-8")
    for name, text in files.items():
        (made / "calendars" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


def errors(folder: Path) -> list[Finding]:
    return [one for one in check_rules(folder)[1] if one.severity is Severity.ERROR]


@pytest.fixture(scope="module")
def of_country(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Calendar]:
    folder = tmp_path_factory.mktemp("calendars")
    return {one: calendar(folder / one, {"country": one}) for one in ("CN", "TW")}


def official(country: str) -> Iterator[tuple[date, bool]]:
    """Each day of the notices, and whether it is worked."""
    off: set[date] = set()
    work: set[date] = set()
    year, into = 0, off
    for word in NOTICES[country].split():
        if word == "work:":
            into = work
        elif word.endswith(":"):
            year, into = int(word[:-1]), off
        else:
            first, last = (date.fromisoformat(f"{year}-{one}") for one in (word.split("/") * 2)[:2])
            into.update(every_day(first, last))
    for day in every_day(date(2024, 1, 1), date(2026, 12, 31)):
        yield day, day in work or (day.weekday() < 5 and day not in off)


class TestShipped:
    @pytest.mark.parametrize("country", ["CN", "TW"])
    def test_say_what_was_published(self, country: str, of_country: dict[str, Calendar]) -> None:
        found = of_country[country]
        assert [day for day, works in official(country) if found.is_working(day) != works] == []
        assert found.is_known(date(2024, 1, 1), date(2026, 12, 31))
        assert not found.is_known(date(2026, 12, 31), date(2027, 1, 1))
        assert not found.is_known(date(2023, 12, 31), date(2024, 1, 1))

    @pytest.mark.parametrize("country", ["CN", "TW"])
    def test_agree_with_the_package_they_are_made_by(
        self, country: str, of_country: dict[str, Calendar]
    ) -> None:
        holidays = pytest.importorskip("holidays")
        known = holidays.country_holidays(country, years=range(2024, 2027))
        differ = [
            day
            for day in every_day(date(2024, 1, 1), date(2026, 12, 31))
            if known.is_working_day(day) != of_country[country].is_working(day)
        ]
        assert differ == [], "an official list was corrected, or holidays is wrong: docs/make_calendars.py"

    def test_are_of_the_days_that_the_script_writes(self) -> None:
        pytest.importorskip("holidays")
        script = load_script(ROOT / "docs" / "make_calendars.py")
        for country in script.COUNTRIES:
            path = shipped("rubrics") / "calendars" / f"{country.code.lower()}.yaml"
            kept, made = (yaml.safe_load(text) for text in (path.read_text("utf-8"), script.content(country)))
            for key in ("days_off", "working_days"):
                assert list(kept[key]) == list(made[key])

    @pytest.mark.parametrize("country", ["CN", "TW"])
    def test_say_who_published_them_and_name_every_day(
        self, country: str, of_country: dict[str, Calendar]
    ) -> None:
        (source,) = of_country[country].sources
        said = source.days
        assert (said.country, said.known_from, said.known_until) == (
            *(country, date(2024, 1, 1)),
            date(2026, 12, 31),
        )
        assert said.version
        assert said.source
        assert said.source.zh_hant
        assert said.source.en
        names = [*said.days_off.values(), *said.working_days.values()]
        assert all(name.zh_hant and name.en for name in names)
        assert all(
            date(2024, 1, 1) <= day <= date(2026, 12, 31) for day in (*said.days_off, *said.working_days)
        )

    def test_follow_the_published_schema(self) -> None:
        schema = json.loads(
            (shipped("rubrics") / "schema" / "calendar.schema.json").read_text(encoding="utf-8")
        )
        for path in sorted((shipped("rubrics") / "calendars").glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            assert text.startswith("# yaml-language-server: $schema=../schema/calendar.schema.json\n")
            jsonschema.validate(yaml.load(text, Loader=yaml.BaseLoader), schema)  # noqa: S506 - texts only


DEADLINES = [
    ("2026-09-11", "CN", ("2026-09-18", "2026-10-09", "2026-10-15")),
    ("2026-09-11", "TW", ("2026-09-18", "2026-10-06", "2026-10-14")),
    ("2026-09-14", "CN", ("2026-09-20", "2026-10-10", "2026-10-16")),
    ("2026-09-14", "TW", ("2026-09-21", "2026-10-07", "2026-10-15")),
]


class TestDeadlines:
    @pytest.mark.parametrize(("published", "country", "ends"), DEADLINES)
    def test_each_is_counted_from_the_last_day_of_the_one_before(
        self, published: str, country: str, ends: tuple[str, ...], of_country: dict[str, Calendar]
    ) -> None:
        day = date.fromisoformat(published)
        for count, end in zip((5, 10, 5), ends, strict=True):
            day, provisional = of_country[country].after(day, count)
            assert (day.isoformat(), provisional) == (end, False)

    @pytest.mark.parametrize("country", ["CN", "TW"])
    def test_beyond_what_is_known_they_are_provisional(
        self, country: str, of_country: dict[str, Calendar]
    ) -> None:
        found = of_country[country]
        assert found.after(date(2026, 12, 28), 5) == (date(2027, 1, 5), True)
        assert found.after(date(2026, 12, 28), 3) == (date(2026, 12, 31), False)

    def test_without_a_country_all_are_provisional(self) -> None:
        assert Calendar().after(date(2026, 12, 28), 5) == (date(2027, 1, 5), True)
        assert Calendar().after(date(2026, 9, 14), 4) == (date(2026, 9, 18), True)


def plain(off: dict[date, str], working: dict[date, str]) -> Calendar:
    days = CalendarDays.model_validate({"days_off": off, "working_days": working})
    return Calendar((CalendarSource("own.yaml", "", days),))


DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


class TestCounting:
    @given(st.sets(DAYS, max_size=40), st.sets(DAYS, max_size=40), DAYS, DAYS)
    def test_equals_looking_at_each_day(
        self, off: set[date], working: set[date], first: date, last: date
    ) -> None:
        found = plain(dict.fromkeys(off - working, "放"), dict.fromkeys(working, "班"))
        expected = sum(found.is_working(day) for day in every_day(first, last))
        assert found.working_days(first, last) == expected

    @given(st.sets(DAYS, max_size=40), DAYS, st.integers(1, 60))
    def test_the_day_after_n_days_closes_n_days(self, off: set[date], day: date, count: int) -> None:
        found = plain(dict.fromkeys(off, "放"), {})
        end, _ = found.after(day, count)
        assert found.is_working(end)
        assert found.working_days(day + timedelta(1), end) == count

    def test_new_year_is_off_in_every_year(self) -> None:
        found = plain({}, {})
        for year in (1, 1999, 2027, 2031, 9999):
            assert not found.is_working(date(year, 1, 1))
        assert found.working_days(date(2027, 1, 1), date(2027, 1, 3)) == 0  # a Friday
        assert found.working_days(date.min, date(1, 1, 8)) == 5  # 0001-01-01 is a Monday
        assert found.working_days(date(2030, 1, 1), date(2032, 12, 31)) == 261 * 2 + 262 - 3

    def test_unless_somebody_says_that_it_is_worked(self) -> None:
        assert plain({}, {date(2027, 1, 1): "盤點"}).is_working(date(2027, 1, 1))

    def test_is_known_through_joined_years(self) -> None:
        two = [
            CalendarDays(known_from=date(year, 1, 1), known_until=date(year, 12, 31)) for year in (2027, 2026)
        ]
        found = Calendar(tuple(CalendarSource("own.yaml", "", one) for one in two))
        assert found.is_known(date(2026, 6, 1), date(2027, 6, 1))
        assert not found.is_known(date(2025, 6, 1), date(2027, 6, 1))
        assert found.known_until == date(2027, 12, 31)


OURS = """
days_off:
  2026-06-15: 公司週年
  2026-10-10: {zh-Hant: 公司旅遊, en: Outing}
working_days:
  2026-10-03: 盤點
"""


class TestOwnDays:
    def test_are_added_over_the_country_s(self, tmp_path: Path) -> None:
        found = calendar(tmp_path, {"country": "CN", "file": "calendars/ours.yaml"}, ours=OURS)
        assert [one.name for one in found.sources] == ["cn.yaml", "ours.yaml"]
        for day, works in (("06-15", False), ("10-10", False), ("10-03", True), ("10-05", False)):
            assert found.is_working(date.fromisoformat(f"2026-{day}")) is works

    def test_may_make_a_further_year_known(self, tmp_path: Path) -> None:
        text = "known_from: 2027-01-01\nknown_until: 2027-12-31\ndays_off: {2027-02-08: 春節}\n"
        found = calendar(tmp_path, {"country": "CN", "file": "calendars/ours.yaml"}, ours=text)
        assert found.after(date(2026, 12, 28), 5) == (date(2027, 1, 5), False)
        assert not found.is_working(date(2027, 2, 8))

    def test_may_be_the_whole_calendar(self, tmp_path: Path) -> None:
        text = "known_from: 2026-01-01\nknown_until: 2026-12-31\ndays_off: {2026-07-01: 特區成立紀念日}\n"
        found = calendar(tmp_path, {"file": "calendars/ours.yaml"}, ours=text)
        assert not found.is_working(date(2026, 7, 1))
        assert found.is_working(date(2026, 10, 5))

    def test_file_in_the_rules_folder_itself_is_no_rubric(self, tmp_path: Path) -> None:
        folder = rules(tmp_path, {"country": "TW", "file": "ours.yaml"})
        (folder / "ours.yaml").write_text(OURS, encoding="utf-8")
        assert load_ruleset(folder).calendar is not None

    def test_a_folder_without_calendars_has_the_shipped_ones(self, tmp_path: Path) -> None:
        folder = rules(tmp_path, {"country": "CN"})
        for path in (folder / "calendars").iterdir():
            path.unlink()
        found = load_ruleset(folder).calendar
        assert found is not None
        assert not found.is_working(date(2026, 10, 5))

    def test_the_folder_s_own_copy_counts(self, tmp_path: Path) -> None:
        folder = rules(tmp_path, {"country": "CN"})
        path = folder / "calendars" / "cn.yaml"
        path.write_text(path.read_text("utf-8").replace("2026-10-05", "2026-10-08"), "utf-8")
        found = load_ruleset(folder).calendar
        assert found is not None
        assert found.is_working(date(2026, 10, 5))


class TestMistakes:
    def test_of_a_file_come_all_at_once_with_those_of_the_policy(self, tmp_path: Path) -> None:
        text = """country: TW
holidays: []
known_until: 2027-12-31
days_off:
  2026-10-10: 週年
  春節: 春節
  2026-02-30: 沒有這一天
  20261001: 國慶
working_days:
  2026-10-10: 盤點
  2026-10-11: [盤點]
  2026-10-17: 補班
  2026-10-17: 補班
"""
        folder = rules(tmp_path, {"country": "CN", "file": "calendars/ours.yaml"}, ours=text)
        policy = folder / "policy.yaml"
        policy.write_text(
            policy.read_text("utf-8").replace("total_decimals: 2", "total_decimals: 9"), "utf-8"
        )
        found = errors(folder)
        assert {one.code for one in found if one.place.file == "policy.yaml"} == {"out-of-bounds"}
        assert_findings(
            [one for one in found if one.place.file == "ours.yaml"],
            [
                {"code": "calendar-of-another-country", "line": 1, "path": "country", "zh": "TW", "en": "CN"},
                {"code": "unknown-key", "line": 2, "path": "holidays", "zh": "days_off", "en": "days_off"},
                {
                    "code": "missing-key",
                    "line": 3,
                    "path": "known_until",
                    "zh": "known_from",
                    "en": "known_from",
                },
                {
                    "code": "wrong-type",
                    "line": 6,
                    "path": "days_off.春節",
                    "zh": "日期",
                    "en": "a day such as",
                },
                {
                    "code": "wrong-type",
                    "line": 7,
                    "path": "days_off.2026-02-30",
                    "zh": "日期",
                    "en": "2026-02-30",
                },
                {
                    "code": "wrong-type",
                    "line": 8,
                    "path": "days_off.20261001",
                    "zh": "日期",
                    "en": "20261001",
                },
                {
                    "code": "day-off-and-working",
                    "line": 10,
                    "path": "working_days.2026-10-10",
                    "zh": "第 5 行",
                    "en": "line 5",
                },
                {
                    "code": "wrong-type",
                    "line": 11,
                    "path": "working_days.2026-10-11",
                    "zh": "文字",
                    "en": "a text",
                },
                {
                    "code": "duplicate-key",
                    "line": 13,
                    "path": "working_days.2026-10-17",
                    "zh": "12",
                    "en": "12",
                },
            ],
            "line",
            "path",
        )

    @pytest.mark.parametrize(
        ("said", "code", "path", "words"),
        [
            ("CN", "wrong-type", "calendar", "group of"),
            ({"country": "HK"}, "not-allowed", "calendar.country", "HK"),
            ({"region": "CN"}, "unknown-key", "calendar.region", "region"),
            ({}, "missing-key", "calendar", "country"),
            (
                {"country": "CN", "file": "calendars/none.yaml"},
                "no-calendar-file",
                "calendar.file",
                "none.yaml",
            ),
            (
                {"country": "CN", "file": "../elsewhere.yaml"},
                "no-calendar-file",
                "calendar.file",
                "elsewhere",
            ),
            ({"country": "CN", "file": "calendars"}, "no-calendar-file", "calendar.file", "calendars"),
            ({"country": "CN", "file": "a" * 5000}, "no-calendar-file", "calendar.file", "aaa"),
            ({"country": "CN", "file": "a\0b.yaml"}, "no-calendar-file", "calendar.file", "b.yaml"),
            ({"country": "CN", "file": "/etc/hostname"}, "no-calendar-file", "calendar.file", "hostname"),
            ({"country": ["CN"]}, "not-allowed", "calendar.country", "list"),
            ({"file": 7}, "wrong-type", "calendar.file", "7"),
        ],
    )
    def test_of_the_policy(self, said: object, code: str, path: str, words: str, tmp_path: Path) -> None:
        (tmp_path / "elsewhere.yaml").write_text(OURS, encoding="utf-8")
        found = errors(rules(tmp_path, said))
        assert [(one.code, one.place.file, one.place.path) for one in found] == [(code, "policy.yaml", path)]
        assert words in str(found[0])

    @pytest.mark.parametrize(
        ("text", "code", "path"),
        [
            ("days_off: {2026-05-04: 青年節}", "missing-key", None),
            ("known_from: 2026-01-01", "missing-key", "known_from"),
            ("known_from: 2026-12-31\nknown_until: 2026-01-01", "out-of-bounds", "known_until"),
            (
                "days_off: [2026-05-04]\nknown_from: 2026-01-01\nknown_until: 2026-12-31",
                "wrong-type",
                "days_off",
            ),
            ("days_off: {", "yaml-syntax", None),
        ],
    )
    def test_of_a_file_that_is_the_whole_calendar(
        self, text: str, code: str, path: str | None, tmp_path: Path
    ) -> None:
        found = errors(rules(tmp_path, {"file": "calendars/ours.yaml"}, ours=text))
        assert [(one.code, one.place.file, one.place.path) for one in found] == [(code, "ours.yaml", path)]

    def test_mapping_is_asked_for_where_a_list_stands(self, tmp_path: Path) -> None:
        found = errors(
            rules(tmp_path, {"country": "CN", "file": "calendars/o.yaml"}, o="days_off: [2026-05-04]")
        )
        assert "group of" in str(found[0])


class TestDaysOfAPeriod:
    def test_are_those_of_the_calendar(self, of_country: dict[str, Calendar]) -> None:
        working = Proration(days="working")
        assert PeriodDays("2026-10", working, of_country["CN"]).total == 18
        assert PeriodDays("2026-10", working, of_country["TW"]).total == 20
        assert PeriodDays("2026-10", working, None).total == 22
        assert PeriodDays("2026-10", Proration(), of_country["CN"]).total == 31

    def test_the_policy_s_own_lists_come_over_it(self, of_country: dict[str, Calendar]) -> None:
        own = Proration(days="working", holidays=(date(2026, 10, 8),), working_weekends=(date(2026, 10, 3),))
        assert PeriodDays("2026-10", own, of_country["CN"]).total == 18
        assert PeriodDays("2026-10", own, of_country["CN"]).count(date(2026, 10, 1), date(2026, 10, 8)) == 1

    def test_without_a_calendar_new_year_is_what_it_was(self) -> None:
        assert PeriodDays("2026-01", Proration(days="working"), None).total == 22
        assert PeriodDays("2026-01", Proration(days="working"), Calendar()).total == 21


# The page


def test_deadlines_of_the_page(of_country: dict[str, Calendar]) -> None:
    found = list(tables(PAGE, "answered by"))
    assert len(found) == 1
    seen = 0
    for row in found[0][1]:
        day = date.fromisoformat(row["published"])
        for key, count in (("filed by", 5), ("investigated by", 10), ("answered by", 5)):
            day, provisional = of_country[COUNTRIES[row["calendar"]]].after(day, count)
            assert row[key] == f"{day:%a %Y-%m-%d}{' (provisional)' if provisional else ''}"
            seen += 1
    assert seen >= 18


def test_months_of_the_page(of_country: dict[str, Calendar]) -> None:
    _, rows = next(tables(PAGE, "2026 Taiwan"))
    assert len(rows) == 12
    for month, row in enumerate(rows, start=1):
        for key, value in row.items():
            if key != "month":
                year, _, country = key.partition(" ")
                found = PeriodDays(
                    f"{year}-{month:02d}", Proration(days="working"), of_country[COUNTRIES[country]]
                )
                assert str(found.total) == value, (key, month)


def test_the_page_s_own_file_is_read(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = [part.split("```", 1)[0] for part in text.split("```yaml\n")[1:]]
    said: Any = yaml.safe_load(blocks[0])["calendar"]
    assert said == {"country": "CN", "file": "calendars/ours.yaml"}
    found = calendar(tmp_path, said, ours=blocks[1])
    assert found.is_working(date(2026, 10, 3))
    assert not found.is_working(date(2026, 6, 15))
