"""Mix and rate effects: by hand, and adding up to the change whatever comes and goes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalogue import metric
from core.domain.effects import Effect, apportioned, effects, rounded, value

ROAS, CTR, ECPM, COST = (metric(key) for key in ("total_roas", "ctr", "ecpm", "total_cost"))

amounts = st.decimals(0, 10**7, places=2, allow_nan=False, allow_infinity=False)
sides = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.fixed_dictionaries(
        {
            "total_sales": amounts,
            "total_cost": amounts,
            "clicks": st.integers(0, 10**6),
            "impressions": st.integers(0, 10**9),
        }
    ),
    max_size=8,
)


def money(sales: str, cost: str) -> dict[str, Decimal]:
    return {"total_sales": Decimal(sales), "total_cost": Decimal(cost)}


@given(sides, sides, st.sampled_from([ROAS, CTR, ECPM, COST]))
def test_mix_and_rate_of_all_parts_add_up_to_the_change_exactly(before, now, entry) -> None:
    found = effects(entry, now, before)
    first, last = value(entry, before), value(entry, now)
    if found is None:
        assert not now or not before or first is None or last is None
        return
    assert set(found) == set(now) | set(before)
    assert sum((part.mix + part.rate for part in found.values()), Fraction(0)) == last - first


@given(
    st.lists(st.fractions(-1000, 1000, max_denominator=977), min_size=1, max_size=20),
    st.sampled_from(["0.01", "1", "0.0001"]),
)
def test_rounded_parts_add_up_to_the_rounded_whole(parts, step) -> None:
    unit = Decimal(step)
    whole = rounded(sum(parts, Fraction(0)), unit)
    shown = apportioned(parts, whole, unit)
    assert sum(shown, Decimal(0)) == whole
    assert all(abs(Fraction(s) - p) < 2 * Fraction(unit) for s, p in zip(shown, parts, strict=True))


def test_a_part_that_performs_otherwise_at_the_same_weight_is_all_rate() -> None:
    before = {"a": money("400", "100"), "b": money("100", "100")}
    now = {"a": money("600", "100"), "b": money("100", "100")}
    # ROAS 2.5 before and 3.5 now; a has half of the cost and went from 4 to 6.
    assert effects(ROAS, now, before) == {
        "a": Effect(mix=Fraction(0), rate=Fraction(1)),
        "b": Effect(),
    }


def test_a_part_that_weighs_otherwise_at_the_same_rate_is_all_mix() -> None:
    before = {"a": money("400", "100"), "b": money("100", "100")}
    now = {"a": money("1200", "300"), "b": money("100", "100")}
    # ROAS 2.5 before; a, at 4, goes from a half to three quarters: 1/4 × (4 − 2.5), and b, at 1,
    # gives up as much: −1/4 × (1 − 2.5). Together 0.75: 1300 / 400 = 3.25.
    assert effects(ROAS, now, before) == {
        "a": Effect(mix=Fraction(3, 8)),
        "b": Effect(mix=Fraction(3, 8)),
    }


def test_what_doubles_as_a_whole_changes_no_mix() -> None:
    before = {"a": money("400", "100"), "b": money("100", "50")}
    now = {key: {name: 2 * figure for name, figure in side.items()} for key, side in before.items()}
    found = effects(ROAS, now, before)
    assert found == {"a": Effect(), "b": Effect()}


def test_what_comes_and_what_goes_is_mix() -> None:
    before = {"a": money("200", "100"), "old": money("100", "100")}
    now = {"a": money("200", "100"), "new": money("300", "100")}
    # 1.5 before, 2.5 now: the new one has half the weight and is 3 − 1.5 better than the whole.
    found = effects(ROAS, now, before)
    assert found is not None
    assert found["new"] == Effect(mix=Fraction(3, 4))
    assert found["old"] == Effect(mix=Fraction(1, 4))
    assert found["a"] == Effect()


def test_results_without_cost_are_all_rate() -> None:
    before = {"a": money("100", "100"), "late": money("0", "0")}
    now = {"a": money("100", "100"), "late": money("50", "0")}
    found = effects(ROAS, now, before)
    assert found is not None
    assert found["late"] == Effect(rate=Fraction(1, 2))


def test_a_sum_moves_by_differences() -> None:
    before, now = {"a": money("0", "10"), "b": money("0", "5")}, {"a": money("0", "25")}
    assert effects(COST, now, before) == {
        "a": Effect(rate=Fraction(15)),
        "b": Effect(rate=Fraction(-5)),
    }


@pytest.mark.parametrize(("before", "now"), [({}, {"a": money("1", "1")}), ({"a": {}}, {"a": {}})])
def test_nothing_to_hold_against_has_no_effects(before, now) -> None:
    assert effects(ROAS, now, before) is None


def test_what_no_part_of_a_side_knows_has_no_change_and_is_not_nothing() -> None:
    absent = {"a": {"clicks": 3, "impressions": None}, "b": {"clicks": 1}}
    now = {"a": {"clicks": 3, "impressions": 300}, "b": {"clicks": 1, "impressions": None}}
    for key in ("impressions", "ctr"):
        entry = metric(key)
        assert effects(entry, now, absent) is None
        assert effects(entry, absent, now) is None
        assert value(entry, absent) is None
    # Where some part knows it, one that does not has nothing of it.
    assert value(metric("impressions"), now) == 300
    assert value(metric("clicks"), absent) == 4
    assert effects(metric("clicks"), now, absent) == {"a": Effect(), "b": Effect()}
