"""Trials on paper: budget and days are arithmetic, bids are a stated range."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.periods import DateRange
from core.domain.spend_shape import SpendShape
from core.domain.what_if import Change, Standing, bid_to_end_on_budget, what_if
from core.errors import UserError
from tests.unit.domain.builders import LA, at

D = Decimal
# Ten days are left (21 to 30 November), 600 of 1000 are spent, 50 a day go out.
NOW = Standing(
    budget=D(1000),
    spent=D(600),
    rate=D(50),
    next_day=date(2026, 11, 21),
    last_day=date(2026, 11, 30),
    zone=LA,
)


def tried(now: Standing = NOW, **more: Any) -> Any:
    return what_if(now, Change(**{"budget": now.budget, "last_day": now.last_day, **more}))


def test_nothing_changed_is_where_it_ends_anyway() -> None:
    found = tried()
    assert (found.days_left, found.needed_per_day) == (10, 40)
    assert (found.low, found.high, found.gaps) == (1100, 1100, (100, 100))


def test_a_flight_that_ends_at_noon_has_half_a_day_less_until_its_end_is_moved() -> None:
    now = replace(NOW, end=at("2026-11-30 12:00"))
    found = tried(now)
    assert (found.days_left, found.low) == (D("9.5"), 600 + 475)
    assert tried(now, last_day=date(2026, 12, 1)).days_left == 11


def test_a_flight_beyond_its_budget_is_told_of_and_only_a_lower_budget_refused() -> None:
    over = replace(NOW, spent=D("1000.01"))
    found = tried(over)
    assert (found.needed_per_day, found.gaps) == (0, (D("500.01"), D("500.01")))
    with pytest.raises(UserError):
        tried(over, budget=D(999))


def test_more_budget_needs_more_a_day_and_changes_no_rate() -> None:
    found = tried(budget=D(1200))
    assert (found.needed_per_day, found.low, found.gaps) == (60, 1100, (-100, -100))


def test_a_later_end_leaves_more_days_to_spend() -> None:
    found = tried(last_day=date(2026, 12, 2))
    assert (found.days_left, found.low) == (12, 1200)


def test_an_end_yesterday_leaves_what_is_spent() -> None:
    found = tried(last_day=date(2026, 11, 20))
    assert (found.days_left, found.needed_per_day, found.low) == (0, None, 600)


def test_a_bid_moves_spend_between_proportion_and_its_square() -> None:
    found = tried(bid=D("0.2"))
    assert (found.low, found.high) == (600 + 600, 600 + 720)  # 10 × 60, 10 × 72
    lower = tried(bid=D("-0.5"))
    assert (lower.low, lower.high) == (600 + 125, 600 + 250)  # 10 × 12.5, 10 × 25


def test_an_event_among_the_days_left_is_spent_through() -> None:
    sale = DateRange(date(2026, 11, 27), date(2026, 11, 27))
    now = Standing(**{n: getattr(NOW, n) for n in Standing.__slots__}
                   | {"shape": SpendShape(events=((sale, 3000, "Sale"),))})  # fmt: skip
    assert tried(now).low == 600 + 50 * 12  # nine days and one of three


def test_without_a_rate_nothing_is_projected() -> None:
    now = Standing(**{n: getattr(NOW, n) for n in Standing.__slots__} | {"rate": None})
    found = tried(now)
    assert (found.low, found.high, found.gaps, found.needed_per_day) == (None, None, None, 40)
    assert bid_to_end_on_budget(now) is None


@pytest.mark.parametrize(
    "change",
    [{"budget": D(599)}, {"last_day": date(2026, 11, 1)}, {"last_day": date(2029, 1, 1)},
     {"bid": D(4)}, {"bid": D("-0.95")}],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(change: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        tried(**change)


def test_the_bid_that_ends_on_budget_is_a_range_too() -> None:
    now = Standing(**{n: getattr(NOW, n) for n in Standing.__slots__} | {"rate": D(10)})
    # 400 in ten days are 40 a day, four times the rate: the bid doubles, or is four times.
    assert bid_to_end_on_budget(now) == (1, 3)


@given(rate=st.decimals("0.5", "500", places=2), budget=st.decimals("601", "5000", places=2))
def test_the_advised_bids_really_reach_the_budget(rate: Decimal, budget: Decimal) -> None:
    told = {n: getattr(NOW, n) for n in Standing.__slots__}
    now = Standing(**{**told, "rate": rate, "budget": budget})
    bids = bid_to_end_on_budget(now)
    assert bids is not None
    for bid in bids:
        if -D("0.9") <= bid <= 3:
            ends = tried(now, bid=bid)
            assert ends.low - D("0.001") <= budget <= ends.high + D("0.001")
