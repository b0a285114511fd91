"""Money: pools add up, better never costs, order does not matter, every amount is the exact one, rounded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perfcli.findings import has_errors
from perfcli.rewards.bonus.bonus import Bonus, BonusOrder
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.groups import bonus_group, grouped, raise_group
from perfcli.rewards.money import apportion, money, round_half_up, share, within_bounds
from perfcli.rules.periods import Cycle
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.results import rows
from support.random_bonuses import (
    BOUNDS,
    RULES,
    How,
    Person,
    bases,
    exact_weight,
    frame_of,
    half_up,
    payments,
    people,
    person,
    totals,
)

CENT = Decimal("0.01")


def amounts(bonus: Bonus) -> dict[str, Decimal]:
    return {row["employee_id"]: Decimal(str(row["amount"])) for row in rows(bonus.frame)}


def calculated(staff: list[Person], rules: Ruleset, order: BonusOrder) -> Bonus:
    bonus = calculate_bonus(frame_of(staff), rules, order)
    assume(not has_errors(bonus.findings))
    assert bonus.problems == ()
    return bonus


class TestSharing:
    def test_three_equal_shares_of_one(self) -> None:
        shares = [Fraction(5)] * 3
        assert share(Decimal("1.00"), shares, ["a", "b", "c"], CENT) == [
            Decimal("0.34"),
            Decimal("0.33"),
            Decimal("0.33"),
        ]

    @pytest.mark.parametrize("order", list(permutations(range(2))))
    def test_a_tie_goes_to_the_larger_share(self, order: tuple[int, ...]) -> None:
        shares, keys = [Fraction(3), Fraction(7)], ["a", "b"]
        parts = share(Decimal("0.05"), [shares[one] for one in order], [keys[one] for one in order], CENT)
        assert dict(zip((keys[one] for one in order), parts, strict=True)) == {
            "a": Decimal("0.01"),
            "b": Decimal("0.04"),
        }

    def test_every_order_of_rows_gives_the_same(self) -> None:
        shares, keys = [98, 92, 98, 123, 102, 92], list("abcdef")
        found = set()
        for order in permutations(range(6)):
            parts = share(
                Decimal("6.13"), [Fraction(shares[one]) for one in order], [keys[one] for one in order], CENT
            )
            found.add(tuple(sorted(zip((keys[one] for one in order), parts, strict=True))))
        assert len(found) == 1
        assert sum(part for _, part in found.pop()) == Decimal("6.13")

    @given(
        pool=st.integers(1, 10**9),
        shares=st.lists(st.fractions(0, 1000, max_denominator=400), min_size=1, max_size=12),
        unit=st.sampled_from([Decimal("0.01"), Decimal(1), Decimal(10)]),
    )
    def test_adds_up_within_a_unit_of_the_exact_share(
        self, pool: int, shares: list[Fraction], unit: Decimal
    ) -> None:
        assume(any(shares))
        keys = [f"{number:02d}" for number in range(len(shares))]
        parts = share(pool * unit, shares, keys, unit)
        assert sum(parts) == pool * unit
        for part, own in zip(parts, shares, strict=True):
            assert abs(Fraction(part) - Fraction(pool * unit) * own / sum(shares)) < Fraction(unit)
        for more, part in zip(shares, parts, strict=True):
            assert all(part >= other for less, other in zip(shares, parts, strict=True) if less < more)

    @given(
        pool=st.integers(1, 10**6),
        shares=st.lists(st.integers(0, 500), min_size=1, max_size=9),
        bounds=st.tuples(st.integers(0, 2000), st.integers(1, 5000)),
    )
    def test_bounds_are_kept_and_money_is_moved(
        self, pool: int, shares: list[int], bounds: tuple[int, int]
    ) -> None:
        lowest, highest = Decimal(min(bounds)), Decimal(max(bounds))
        takers = sum(one > 0 for one in shares)
        assume(takers and lowest * takers <= pool)
        parts = within_bounds(Decimal(pool), [Fraction(one) for one in shares], lowest, highest)
        assert sum(parts) == min(Fraction(pool), Fraction(highest) * takers)
        free = {
            part / own
            for part, own in zip(parts, shares, strict=True)
            if own and Fraction(lowest) < part < Fraction(highest)
        }
        assert len(free) <= 1, "those at no bound share in proportion"
        for part, own in zip(parts, shares, strict=True):
            assert part == 0 if not own else Fraction(lowest) <= part <= Fraction(highest)
            if free and own and part == highest:
                assert own * max(free) >= highest
            if free and own and part == lowest:
                assert own * max(free) <= lowest

    def test_what_cannot_be_shared_is_refused(self) -> None:
        with pytest.raises(ValueError, match="nobody"):
            share(Decimal(1), [Fraction(0)], ["a"], CENT)
        with pytest.raises(ValueError, match="whole number of units"):
            apportion([Fraction(1, 300)], ["a"], CENT)
        with pytest.raises(ValueError, match="floors"):
            within_bounds(Decimal(1), [Fraction(1), Fraction(1)], Decimal(1), None)


class TestRounding:
    @pytest.mark.parametrize(
        ("number", "unit", "expected"),
        [
            ("0.005", "0.01", "0.01"),
            ("0.0049", "0.01", "0.00"),
            ("-0.005", "0.01", "-0.01"),
            ("0.5", "1", "1"),
            ("2.5", "1", "3"),
            ("5", "10", "10"),
            ("4.99", "10", "0"),
            ("1.025", "0.05", "1.05"),
        ],
    )
    def test_half_up(self, number: str, unit: str, expected: str) -> None:
        assert round_half_up(Fraction(number), Decimal(unit)) == Decimal(expected)

    def test_is_written_as_people_write_it(self) -> None:
        assert money(1234.5, CENT) == "1,234.50"
        assert money(Decimal(1_234_560), Decimal(10)) == "1,234,560"
        assert money(0.5, Decimal(1)) == "0.50"
        assert not money(float("nan"), CENT)


class TestBonus:
    @settings(max_examples=100)
    @given(staff=people(), how=payments())
    def test_every_amount_is_the_exact_one_rounded(self, staff: list[Person], how: How) -> None:
        rules, order = how.rules, how.order
        bonus = calculated(staff, rules, order)
        unit, payment = rules.policy.bonus.rounding_unit, bonus.payment
        weights = {row["employee_id"]: exact_weight(row, rules) for row in staff}
        for employee, amount in amounts(bonus).items():
            weight = weights[employee]
            if order.pool is None:
                expected = half_up(weight, unit)
                if weight and payment.lowest is not None:
                    expected = max(expected, payment.lowest)
                assert amount == (expected if payment.highest is None else min(expected, payment.highest))
            elif not weight:
                assert amount == 0
            else:
                assert amount % unit == 0
                assert payment.highest is None or amount <= payment.highest
                assert payment.lowest is None or amount >= payment.lowest

    @settings(max_examples=100)
    @given(staff=people(), how=payments(pooled=True))
    def test_a_pool_is_shared_to_the_last_unit(self, staff: list[Person], how: How) -> None:
        rules, order = how.rules, how.order
        bonus = calculated(staff, rules, order)
        weights = {row["employee_id"]: exact_weight(row, rules) for row in staff}
        takers = sum(weight > 0 for weight in weights.values())
        payment, pool = bonus.payment, order.pool or Decimal(0)
        capped = payment.highest is not None and payment.capped == "redistribute"
        if not takers:
            assert bonus.paid == 0
        elif capped:
            assert bonus.paid == min(pool, (payment.highest or 0) * takers)
        elif payment.highest is None:
            assert bonus.paid == pool
        else:
            assert bonus.paid <= pool
        found = amounts(bonus)
        for one, weight in weights.items():
            assert all(found[one] >= found[other] for other in weights if weights[other] < weight)
        if payment.highest is None and payment.lowest is None and takers:
            whole = sum(weights.values(), Fraction(0))
            for one, weight in weights.items():
                exact = Fraction(pool) * weight / whole
                assert abs(Fraction(found[one]) - exact) < Fraction(rules.policy.bonus.rounding_unit)

    @settings(max_examples=100)
    @given(
        grades=st.lists(st.tuples(st.integers(1, 3), st.integers(80, 83)), min_size=1, max_size=9),
        cents=st.integers(1, 10**5),
        by_total=st.booleans(),
    )
    def test_the_last_cents_go_by_remainder_share_total_and_id(
        self, grades: list[tuple[int, int]], cents: int, *, by_total: bool
    ) -> None:
        staff = [
            person(f"E{number}", Decimal(1000 * base), Decimal(total))
            for number, (base, total) in enumerate(grades)
        ]
        order = BonusOrder(Cycle.MONTHLY, "2026-11", Decimal(cents) / 100, by_total)
        bonus = calculated(staff, RULES, order)
        whole = sum(base for base, _ in grades)
        exact = {f"E{number}": Fraction(cents * base, whole) for number, (base, _) in enumerate(grades)}
        expected = {one: int(part) for one, part in exact.items()}
        claims = [
            (-(part % 1), -part, -total if by_total else 0, one)
            for (one, part), (_, total) in zip(exact.items(), grades, strict=True)
        ]
        for *_, one in sorted(claims)[: cents - sum(expected.values())]:
            expected[one] += 1
        assert amounts(bonus) == {one: Decimal(units) / 100 for one, units in expected.items()}

    @given(staff=people(), how=payments(), random=st.randoms(use_true_random=False))
    def test_the_order_of_rows_changes_nothing(
        self, staff: list[Person], how: How, random: st.DataObject
    ) -> None:
        rules, order = how.rules, how.order
        shuffled = list(staff)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        first, second = calculated(staff, rules, order), calculated(shuffled, rules, order)
        assert first.frame.equals(second.frame)

    @settings(max_examples=100)
    @given(staff=people(), how=payments(), base=bases, total=totals, data=st.data())
    def test_better_never_costs(
        self,
        staff: list[Person],
        how: How,
        base: Decimal,
        total: Decimal,
        data: st.DataObject,
    ) -> None:
        rules, order = how.rules, how.order
        chosen = data.draw(st.sampled_from(range(len(staff))))
        before = staff[chosen]
        better = dict(before)
        better["bonus_base"] = max(before["bonus_base"], float(base))
        better["total"] = max(before["total"], float(total))
        grades = ("excellent", "good", "qualified", "unqualified")
        better["grade"] = next(
            grade for grade, bound in zip(grades, BOUNDS, strict=True) if better["total"] >= bound
        )
        others = [*staff[:chosen], better, *staff[chosen + 1 :]]
        identifier = before["employee_id"]
        was = amounts(calculated(staff, rules, order))[identifier]
        assert amounts(calculated(others, rules, order))[identifier] >= was


def test_groups_of_a_bonus_add_up_and_nobody_has_an_average_of_nothing(shipped_rules: Ruleset) -> None:
    frame = pd.DataFrame({"department": ["B", "A", "B"], "amount": [100.0, 0.0, 0.01]})
    groups = {
        value: bonus_group(people) for value, people in grouped(frame, "department", shipped_rules.policy)
    }
    assert list(groups) == ["A", "B"]
    assert (groups["A"].paid, groups["A"].nothing, groups["B"].paid) == (0, 1, 2)
    assert groups["B"].sum == Decimal("100.01")
    assert groups["B"].average == Decimal("50.01")  # 50.005
    assert groups["B"].share(bonus_group(frame).sum) == 1
    nobody = bonus_group(frame.iloc[:0])
    assert nobody.average == nobody.highest == nobody.share(Decimal(0)) == 0


def test_a_group_of_raises_counts_cuts_and_its_percent_is_of_the_sum() -> None:
    group = raise_group(pd.DataFrame({"salary": [1000.0, 2000.0, 3000.0], "raise": [100.0, -50.0, 0.0]}))
    assert (group.raised, group.cut, group.unchanged) == (1, 1, 1)
    assert [group.before, group.after, group.percent] == [6000, 6050, Decimal("0.83")]
    assert raise_group(pd.DataFrame({"salary": [], "raise": []})).percent == 0
