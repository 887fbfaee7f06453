"""The shape of spend: what weekdays and events weigh, and what that makes of a plan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.entities import Rollover
from core.domain.flights import Span, plan_by_day, planned_by, span
from core.domain.pacing import paces
from core.domain.periods import ONE_DAY, DateRange
from core.domain.spend_shape import EVEN, EventDays, Origin, SpendShape, learnt
from tests.unit.domain.builders import LA, at, flight

D = Decimal
MONDAY = date(2026, 9, 7)
# Twice as much on Mondays, nothing unusual otherwise: weights of 7 days that add up to 7.
HEAVY_MONDAYS = SpendShape((1750, 875, 875, 875, 875, 875, 875), days=28, origin=Origin.LEARNT)


def _days(weeks: int) -> list[date]:
    return [MONDAY + n * ONE_DAY for n in range(7 * weeks)]


def _flat(weeks: int, amount: int = 100) -> dict[date, int]:
    return dict.fromkeys(_days(weeks), amount)


def test_without_four_of_each_weekday_it_is_even_and_says_so() -> None:
    plan = dict(list(_flat(4).items())[:-1])  # three Sundays
    shape = learnt(dict.fromkeys(plan, 90), plan, [])
    assert shape == EVEN
    assert "too few" in shape.origin


def test_weekdays_are_learnt_whatever_was_left_unspent() -> None:
    # Half of every plan is spent, on Mondays all of it: 100 against 6 × 50 a week.
    spent = {day: 100 if day.weekday() == 0 else 50 for day in _days(4)}
    shape = learnt(spent, _flat(4), [])
    # 7 × 100/400 = 1.75 and 7 × 50/400 = 0.875
    assert shape.weekdays == HEAVY_MONDAYS.weekdays
    assert (shape.origin, shape.days) == (Origin.LEARNT, 28)


def test_a_flight_that_begins_leaves_no_trace() -> None:
    plan = {day: 100 if n < 14 else 900 for n, day in enumerate(_days(4))}
    assert learnt(dict(plan), plan, []).is_even


def test_an_event_lived_through_weighs_on_the_next_of_its_series() -> None:
    sale = DateRange(MONDAY + 8 * ONE_DAY, MONDAY + 9 * ONE_DAY)
    next_year = DateRange(date(2027, 9, 7), date(2027, 9, 8))
    spent = {day: 300 if day in sale else 100 for day in _days(6)}
    events = [EventDays("sale", "Sale", sale), EventDays("sale", "Sale", next_year),
              EventDays("fair", "Fair", DateRange(date(2027, 3, 1), date(2027, 3, 1)))]  # fmt: skip
    shape = learnt(spent, _flat(6), events)
    assert shape.weekdays == (1000,) * 7, "an event's days say nothing about weekdays"
    assert shape.factor(date(2027, 9, 7)) == 3
    assert shape.factor(date(2027, 3, 1)) == 1, "a fair that was never lived through"


def test_the_past_never_says_more_than_ten_times_or_less_than_a_tenth() -> None:
    sale = DateRange(MONDAY + 8 * ONE_DAY, MONDAY + 8 * ONE_DAY)
    spent = {day: 9_900 if day in sale else 100 for day in _days(6)}
    shape = learnt(spent, _flat(6), [EventDays("sale", "Sale", sale)])
    assert shape.factor(sale.start) == 10


def test_a_shaped_plan_puts_its_money_where_the_past_did() -> None:
    week = flight("2026-09-07 00:00", "2026-09-14 00:00", "800")
    plan = plan_by_day(D(800), span(week), LA, HEAVY_MONDAYS)
    assert plan[MONDAY] == 200
    assert plan[MONDAY + ONE_DAY] == 100
    assert planned_by(D(800), span(week), at("2026-09-08 00:00"), LA, HEAVY_MONDAYS) == 200


def test_half_a_heavy_day_is_half_of_its_money() -> None:
    week = flight("2026-09-07 00:00", "2026-09-14 00:00", "800")
    assert planned_by(D(800), span(week), at("2026-09-07 12:00"), LA, HEAVY_MONDAYS) == 100


def test_a_flight_that_spends_like_its_past_is_on_pace_on_any_day() -> None:
    """Two weeks of 200 on Mondays and 100 else; evenly spread, Monday evening would be ahead."""
    fortnight = flight("2026-09-07 00:00", "2026-09-21 00:00", "1600")
    spend = {d: D(200 if d.weekday() == 0 else 100) for d in _days(2)}
    [even] = paces([fortnight], Rollover.NO, spend, LA, MONDAY + 7 * ONE_DAY)
    [found] = paces([fortnight], Rollover.NO, spend, LA, MONDAY + 7 * ONE_DAY, shape=HEAVY_MONDAYS)
    assert round(even.ratio or 0, 4) == D("1.0938")  # 1000 of 1600 × 8/14
    assert (found.ratio, found.planned) == (1, 1000)
    # The seven days looked at hold one Monday: 100 / 0.875 on an ordinary day, and so on.
    assert round(found.run_rate or 0, 6) == round(D(100) / D("0.875"), 6)
    assert round(found.projected or 0, 2) == 1600


def test_an_event_to_come_is_expected_to_bring_more() -> None:
    last = MONDAY + 13 * ONE_DAY
    shape = SpendShape(events=((DateRange(last, last), 3000, "Sale"),), origin=Origin.LEARNT)
    fortnight = flight("2026-09-07 00:00", "2026-09-21 00:00", "1600")
    spend = dict.fromkeys(_days(1), D(100))
    [pace] = paces([fortnight], Rollover.NO, spend, LA, MONDAY + 6 * ONE_DAY, shape=shape)
    # Seven days of 100 are behind, six more and one of 300 to come.
    assert (pace.planned, pace.projected, pace.gap) == (700, 1600, 0)


SHAPES = st.builds(
    SpendShape,
    weekdays=st.tuples(*[st.integers(100, 10_000)] * 7),
    events=st.lists(
        st.tuples(
            st.dates(date(2026, 9, 1), date(2026, 11, 1)).map(lambda d: DateRange(d, d)),
            st.integers(100, 10_000),
            st.just("Sale"),
        ),
        max_size=3,
    ).map(tuple),
)


@given(
    shape=SHAPES,
    budget=st.decimals("0.01", "9999999", places=2),
    hours=st.integers(1, 24 * 70),
    start=st.integers(0, 24 * 20),
)
def test_the_expected_curve_ends_at_the_budget_and_never_falls(
    shape: SpendShape, budget: Decimal, hours: int, start: int
) -> None:
    begin = at("2026-09-01 00:00") + timedelta(hours=start)
    period = Span(begin, begin + timedelta(hours=hours))
    plan = plan_by_day(budget, period, LA, shape)
    assert sum(plan.values()) == budget
    assert all(amount >= 0 for amount in plan.values())
    assert planned_by(budget, period, period.end, LA, shape) == budget
    assert planned_by(budget, period, period.start, LA, shape) == 0


@pytest.mark.parametrize("day", range(1, 14))
def test_the_curve_is_the_sum_of_its_days(day: int) -> None:
    fortnight = flight("2026-09-07 09:00", "2026-09-21 00:00", "1234.56")
    plan = plan_by_day(D("1234.56"), span(fortnight), LA, HEAVY_MONDAYS)
    midnight = at(f"2026-09-{7 + day:02d} 00:00")
    upto = sum(a for d, a in plan.items() if d < MONDAY + day * ONE_DAY)
    assert planned_by(D("1234.56"), span(fortnight), midnight, LA, HEAVY_MONDAYS) == upto


def test_a_flight_over_new_year_and_a_clock_change_weighs_each_hour_by_its_day() -> None:
    period = span(flight("2026-12-30 18:00", "2027-03-16 06:00"))
    spring_forward = DateRange(date(2027, 3, 14), date(2027, 3, 14))  # 23 hours, half as heavy
    shape = SpendShape(HEAVY_MONDAYS.weekdays, ((spring_forward, 500, "spring"),), days=28)
    hours: dict[date, int] = {}
    instant = period.start
    while instant < period.end:
        day = instant.astimezone(ZoneInfo(LA)).date()
        factor = 0.4375 if day == spring_forward.start else 1.75 if day.weekday() == 0 else 0.875
        hours[day] = hours.get(day, 0) + round(factor * 10_000)
        instant += timedelta(hours=1)
    plan = plan_by_day(D(1000), period, LA, shape)
    assert list(plan) == list(hours)
    total = sum(hours.values())
    # A weight is a whole thousandth, so 437 stands for 437.5.
    assert all(abs(plan[day] - 1000 * D(hours[day]) / total) < D("0.01") for day in plan)
    noon = at("2027-02-01 12:00")
    gone = sum(h for day, h in hours.items() if day < date(2027, 2, 1)) + 12 * 17_500
    assert abs(planned_by(D(1000), period, noon, LA, shape) - 1000 * D(gone) / total) < D("0.01")
