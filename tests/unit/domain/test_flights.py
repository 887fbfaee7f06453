"""Flights divide time and money without losing a cent or an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.entities import Rollover
from core.domain.flights import (
    Span,
    allotted,
    day_span,
    days_in,
    divided,
    effective_budgets,
    fraction_of_day,
    local_days,
    plan_by_day,
    planned_by,
    span,
)
from tests.unit.domain.builders import LA, at, flight

ZONES = [LA, "Europe/Berlin", "Asia/Tokyo", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]
amounts = st.decimals(min_value=0, max_value=Decimal("1e9"), places=6)
moments = st.datetimes(
    min_value=datetime(2015, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
spans = st.builds(
    lambda start, hours: Span(start, start + timedelta(hours=hours)),
    moments,
    st.integers(min_value=1, max_value=24 * 120),
)

THREE = [
    flight("2026-09-01 00:00", "2026-10-01 00:00", "100", key="sep"),
    flight("2026-10-01 00:00", "2026-11-01 00:00", "100", key="oct"),
    flight("2026-11-01 00:00", "2026-12-01 00:00", "100", key="nov"),
]


def test_a_day_of_a_clock_change_has_23_or_25_hours() -> None:
    assert day_span(date(2026, 3, 8), LA).seconds == 23 * 3600
    assert day_span(date(2026, 11, 1), LA).seconds == 25 * 3600
    assert day_span(date(2026, 11, 2), LA).seconds == 24 * 3600


def test_a_day_whose_midnight_is_skipped_starts_at_the_change() -> None:
    # São Paulo skipped 00:00 to 01:00 on 4 November 2018: the day began at 03:00 UTC.
    whole = day_span(date(2018, 11, 4), "America/Sao_Paulo")
    assert whole.start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert whole.seconds == 23 * 3600


def test_an_end_in_the_last_second_means_the_whole_day() -> None:
    told = flight("2026-11-02 00:00", "2026-11-08 23:59:59")
    exact = flight("2026-11-02 00:00", "2026-11-09 00:00")
    assert span(told) == span(exact)
    assert days_in(span(told), LA) == 7


def test_fractions_of_a_second_make_no_difference() -> None:
    exact = flight("2026-11-02 00:00", "2026-11-09 00:00")
    fine = flight("2026-11-02 00:00:00.250", "2026-11-08 23:59:59.999")
    assert span(fine) == span(exact)


def test_part_days_count_by_their_hours() -> None:
    noon_to_six = span(flight("2026-11-02 12:00", "2026-11-04 06:00"))
    assert days_in(noon_to_six, LA) == Decimal("1.75")
    assert local_days(noon_to_six, LA) == (date(2026, 11, 2), date(2026, 11, 4))
    assert fraction_of_day(noon_to_six, date(2026, 11, 2), LA) == Decimal("0.5")
    assert fraction_of_day(noon_to_six, date(2026, 11, 9), LA) == 0


def test_a_flight_inside_one_day_is_a_part_of_a_day() -> None:
    assert days_in(span(flight("2026-11-03 06:00", "2026-11-03 18:00")), LA) == Decimal("0.5")


def test_a_flight_that_ends_before_it_starts_has_no_days_and_no_plan() -> None:
    backwards = span(flight("2026-11-04 00:00", "2026-11-03 00:00"))
    assert days_in(backwards, LA) == 0
    assert plan_by_day(Decimal(100), backwards, LA) == {}
    assert planned_by(Decimal(100), backwards, at("2026-11-05 00:00")) == 0


def test_the_plan_spreads_by_hours_over_a_clock_change() -> None:
    # 1 Nov 2026 has 25 hours in Los Angeles: 2 days are 49 hours.
    plan = plan_by_day(Decimal("490"), span(flight("2026-11-01 00:00", "2026-11-03 00:00")), LA)
    assert plan == {date(2026, 11, 1): Decimal("250"), date(2026, 11, 2): Decimal("240")}


def test_a_start_at_noon_takes_half_a_days_plan() -> None:
    plan = plan_by_day(Decimal("250"), span(flight("2026-11-02 12:00", "2026-11-05 00:00")), LA)
    assert list(plan.values()) == [Decimal(50), Decimal(100), Decimal(100)]


def test_a_budget_that_does_not_divide_still_adds_up() -> None:
    plan = plan_by_day(Decimal("100"), span(flight("2026-11-02 00:00", "2026-11-05 00:00")), LA)
    assert sum(plan.values()) == Decimal("100")
    assert max(plan.values()) - min(plan.values()) <= Decimal("0.000001")


@given(amounts, spans, st.sampled_from(ZONES))
def test_the_days_of_a_plan_add_up_to_the_budget(budget: Decimal, period: Span, zone: str) -> None:
    plan = plan_by_day(budget, period, zone)
    assert sum(plan.values()) == budget
    assert all(amount >= 0 for amount in plan.values())
    assert (min(plan), max(plan)) == local_days(period, zone)


@given(amounts, spans, st.sampled_from(ZONES))
def test_the_plan_to_the_end_of_a_day_is_the_sum_of_its_days(
    budget: Decimal, period: Span, zone: str
) -> None:
    so_far = Decimal(0)
    for day, amount in plan_by_day(budget, period, zone).items():
        so_far += amount
        assert abs(planned_by(budget, period, day_span(day, zone).end) - so_far) <= Decimal(
            "0.000001"
        )


@given(spans, st.sampled_from(ZONES))
def test_the_days_of_a_flight_are_the_sum_of_its_part_days(period: Span, zone: str) -> None:
    first, last = local_days(period, zone)
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    total = sum((fraction_of_day(period, day, zone) for day in days), Decimal(0))
    assert abs(total - days_in(period, zone)) < Decimal("1e-20")


@given(
    st.decimals(min_value=Decimal("-1e6"), max_value=Decimal("1e6"), places=8),
    st.lists(st.integers(min_value=0, max_value=90_000), min_size=1, max_size=9),
)
def test_parts_add_up_exactly_whatever_the_weights(amount: Decimal, weights: list[int]) -> None:
    parts = divided(amount, weights)
    assert sum(parts) == amount
    assert len(parts) == len(weights)


def test_nothing_is_divided_among_nobody() -> None:
    assert divided(Decimal(5), []) == []
    assert divided(Decimal(5), [0, 0]) == [0, 5]


def test_spend_goes_to_the_flight_that_ran_on_the_day() -> None:
    first = flight("2026-11-02 00:00", "2026-11-04 00:00", key="first")
    second = flight("2026-11-05 00:00", "2026-11-07 00:00", key="second")
    spend = {date(2026, 11, day): Decimal(day) for day in range(2, 9)}
    shares = allotted(spend, [second, first], LA)
    assert shares.by_flight == {
        "first": {date(2026, 11, 2): Decimal(2), date(2026, 11, 3): Decimal(3)},
        "second": {date(2026, 11, 5): Decimal(5), date(2026, 11, 6): Decimal(6)},
    }
    assert shares.outside == {date(2026, 11, day): Decimal(day) for day in (4, 7, 8)}
    assert shares.shared_days == frozenset()


def test_a_day_of_two_flights_is_divided_by_hours_and_named() -> None:
    morning = flight("2026-11-02 00:00", "2026-11-04 06:00", key="morning")
    rest = flight("2026-11-04 06:00", "2026-11-06 00:00", key="rest")
    day = date(2026, 11, 4)
    shares = allotted({day: Decimal("100.01")}, [morning, rest], LA)
    assert shares.by_flight["morning"][day] == Decimal("25.0025")
    assert shares.by_flight["rest"][day] == Decimal("75.0075")
    assert shares.shared_days == {day}
    assert shares.spent("morning") == Decimal("25.0025")


def test_a_flight_of_no_length_gets_nothing() -> None:
    none = flight("2026-11-04 06:00", "2026-11-04 06:00", key="none")
    shares = allotted({date(2026, 11, 4): Decimal(9)}, [none], LA)
    assert shares.by_flight == {"none": {}}
    assert shares.outside == {date(2026, 11, 4): Decimal(9)}


@given(
    st.dictionaries(
        st.dates(min_value=date(2026, 10, 25), max_value=date(2026, 11, 20)),
        st.decimals(min_value=Decimal("-50"), max_value=Decimal("1e6"), places=6),
        max_size=20,
    ),
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 300)),
        max_size=4,
    ),
    st.sampled_from(ZONES),
)
def test_no_spend_is_lost_or_made(
    spend: dict[date, Decimal], times: list[tuple[int, int]], zone: str
) -> None:
    start = datetime(2026, 10, 28, tzinfo=UTC)
    flights = [
        replace(
            THREE[0],
            entity_id=str(index),
            start=start + timedelta(hours=begins),
            end=start + timedelta(hours=begins + lasts),
        )
        for index, (begins, lasts) in enumerate(times)
    ]
    shares = allotted(spend, flights, zone)
    given_out = sum((shares.spent(run.entity_id) for run in flights), Decimal(0))
    assert given_out + sum(shares.outside.values()) == sum(spend.values(), Decimal(0))


SPENT = {"sep": Decimal(60), "oct": Decimal(110), "nov": Decimal(5)}


@pytest.mark.parametrize(
    ("rollover", "october", "november"),
    [
        (Rollover.NO, 100, 100),
        # September leaves 40 of its own; October overspent its own 100, so it leaves nothing.
        (Rollover.PRIOR, 140, 100),
        # October had 140 and spent 110: 30 go on to November.
        (Rollover.CUMULATIVE, 140, 130),
    ],
)
def test_unspent_money_rolls_over_as_the_order_says(
    rollover: Rollover, october: int, november: int
) -> None:
    budgets = effective_budgets(THREE, rollover, SPENT, at("2026-11-10 00:00"))
    assert budgets == {"sep": 100, "oct": october, "nov": november}


def test_overspending_takes_nothing_from_the_next_flight() -> None:
    over = {"sep": Decimal(500)}
    for rollover in Rollover:
        assert effective_budgets(THREE, rollover, over, at("2026-10-10 00:00"))["oct"] == Decimal(
            100
        )


def test_a_flight_that_still_runs_rolls_nothing_over_yet() -> None:
    budgets = effective_budgets(THREE, Rollover.CUMULATIVE, SPENT, at("2026-10-10 00:00"))
    assert budgets == {"sep": 100, "oct": 140, "nov": 100}


def test_money_rolls_over_at_the_very_end_of_the_flight_before() -> None:
    budgets = effective_budgets(THREE, Rollover.PRIOR, SPENT, at("2026-10-01 00:00"))
    assert budgets["oct"] == 140


def test_flights_roll_over_in_order_of_time_and_not_of_listing() -> None:
    late = at("2026-11-10 00:00")
    forwards = effective_budgets(THREE, Rollover.PRIOR, SPENT, late)
    assert effective_budgets(THREE[::-1], Rollover.PRIOR, SPENT, late) == forwards
    assert list(forwards) == ["sep", "oct", "nov"]


@given(
    st.lists(amounts, min_size=3, max_size=3),
    st.sampled_from(list(Rollover)),
)
def test_an_effective_budget_is_never_below_its_own(
    spent: list[Decimal], rollover: Rollover
) -> None:
    by_flight = dict(zip(["sep", "oct", "nov"], spent, strict=True))
    budgets = effective_budgets(THREE, rollover, by_flight, at("2026-12-10 00:00"))
    assert all(budget >= 100 for budget in budgets.values())
    assert sum(budgets.values()) <= 600
